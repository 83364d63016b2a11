"""One arena as a problem of numbers: rows for the units of every place, for limits and budgets; exclusions by group."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quotes.pricing.allocation import spread
from quotes.pricing.promotions.applications import Way, ways
from quotes.pricing.promotions.eligible import Candidate
from quotes.pricing.promotions.ground import Ground, Site, is_within
from quotes.pricing.promotions.groups import group_of
from quotes.pricing.promotions.model import Column, Offer, Problem, savings
from quotes.pricing.sheet import Desk

GRAIN = 10**12
"""The finest part of a minor unit that a share is counted in; where fractions are finer shares are rounded up to it."""

Units = Mapping[tuple[int, str], int]
"""Units that are given already, by line and place."""


@dataclass(frozen=True, slots=True)
class Market:
    """A problem with what its numbers mean: the promotion of each offer, the line of each of its lines, the place of each row."""

    problem: Problem
    candidates: tuple[Candidate, ...]
    lines: tuple[int, ...]
    places: tuple[tuple[int, str] | None, ...]
    incomplete: tuple[Candidate, ...]

    def offer_of(self, name: str) -> int | None:
        """Return the number of a promotion that competes here."""
        return next((index for index, one in enumerate(self.candidates) if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Given:
    """What a promotion came to: how often it applies, and what it saves by line (its place in the quote)."""

    candidate: Candidate
    times: int
    by_line: Mapping[int, int]


def open_market(
    desk: Desk, candidates: Iterable[Candidate], grounds: Sequence[Ground], saved: Sequence[int],
    onto: Sequence[int], taken: Units, closed: Mapping[str, frozenset[int]],
) -> Market:  # fmt: skip
    """Make the problem of some promotions.

    `saved` is what lines were given before and bounds what may still be; prices are those at `onto`. `closed` are the lines
    that a promotion may not touch.
    """
    found: list[tuple[Candidate, list[Way]]] = []
    incomplete: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: one.name):
        shut = closed.get(candidate.name, frozenset())
        all_ways, complete = ways(desk, candidate, onto)
        own = [way for way in all_ways if not any(site.ground.place in shut for site, _ in way.units)]
        if not complete:
            incomplete.append(candidate)
        if own:
            found.append((candidate, own))
    places = _places(way for _, own in found for way in own)
    lines = tuple(sorted({line for _, own in found for way in own for line, _ in way.shares}))
    problem, row_places = _problem(found, places, lines, taken)
    caps = tuple(max(0, grounds[line].cap - saved[line]) for line in lines)
    exclusives = tuple(_exclusives(desk, found))
    problem = Problem(problem.offers, problem.columns, problem.rows, caps, exclusives, scale=problem.scale)
    return Market(problem, tuple(candidate for candidate, _ in found), lines, row_places, tuple(incomplete))


def _places(all_ways: Iterable[Way]) -> dict[int, dict[str, Site]]:
    found: dict[int, dict[str, Site]] = {}
    for way in all_ways:
        for site, _ in way.units:
            found.setdefault(site.ground.place, {})[site.path] = site
    return found


def _problem(
    found: list[tuple[Candidate, list[Way]]], places: dict[int, dict[str, Site]], lines: tuple[int, ...], taken: Units
) -> tuple[Problem, tuple[tuple[int, str] | None, ...]]:
    scale = min(GRAIN, math.lcm(*{share.denominator for _, own in found for way in own for _, share in way.shares}))
    rows: list[int] = []
    row_places: list[tuple[int, str] | None] = []
    numbers: dict[tuple[int, str], int] = {}
    line_numbers = {line: number for number, line in enumerate(lines)}
    for line, paths in places.items():
        for path, site in paths.items():
            numbers[line, path] = len(rows)
            row_places.append((line, path))
            gone = max((count for (at, other), count in taken.items() if at == line and _meet(path, other)), default=0)
            rows.append(max(0, site.ground.quantity - gone))
    columns: list[Column] = []
    offers: list[Offer] = []
    for candidate, own in found:
        limit = budget = -1
        if candidate.most is not None:
            limit = len(rows)
            rows.append(candidate.most)
        if candidate.budget is not None:
            budget = len(rows)
            rows.append(candidate.budget)
        row_places += [None] * (len(rows) - len(row_places))
        for way in own:
            uses = _uses(way, places, numbers)
            if limit >= 0:
                uses[limit] = 1
            if budget >= 0:
                uses[budget] = math.ceil(sum(share for _, share in way.shares))
            shares = tuple([(line_numbers[line], _scaled(share, scale)) for line, share in way.shares])
            columns.append(Column(len(offers), tuple(sorted(uses.items())), shares, way.most))
        offers.append(Offer(candidate.name, candidate.promotion.priority))
    return Problem(tuple(offers), tuple(columns), tuple(rows), (), scale=scale), tuple(row_places)


def _scaled(share: Fraction, scale: int) -> int:
    """Return a share in parts of a minor unit, rounded up where it is finer than these."""
    return -(-share.numerator * scale // share.denominator)


def _meet(path: str, other: str) -> bool:
    return is_within(path, other) or is_within(other, path)


def _uses(way: Way, places: dict[int, dict[str, Site]], numbers: dict[tuple[int, str], int]) -> dict[int, int]:
    """Return what a way takes of each row: a unit takes itself and everything inside it that is in question."""
    found: dict[int, int] = {}
    for site, count in way.units:
        line = site.ground.place
        inside = places[line] if len(places[line]) > 1 else (site.path,)
        for path in inside:
            if is_within(path, site.path):
                row = numbers[line, path]
                found[row] = found.get(row, 0) + count
    return found


def _exclusives(desk: Desk, found: list[tuple[Candidate, list[Way]]]) -> Iterable[tuple[int, ...]]:
    """Yield the sets of columns of which one promotion may apply: those of a group, on the quote or on a line."""
    together: dict[tuple[str, int], list[int]] = {}
    members: dict[tuple[str, int], set[str]] = {}
    place = 0
    for candidate, own in found:
        group = group_of(desk, candidate)
        for way in own:
            scopes: set[int] = set()
            if group is not None and group.mode in {"best one", "first"} and group.per == "quote":
                scopes = {-1}
            elif group is not None and group.mode in {"best one", "first"} and group.per == "line":
                scopes = {site.ground.place for site, _ in way.units}
            for scope in scopes:
                key = (group.name if group else "", scope)
                together.setdefault(key, []).append(place)
                members.setdefault(key, set()).add(candidate.name)
            place += 1
    return [tuple(own) for key, own in together.items() if len(members[key]) > 1]


def given(market: Market, counts: Sequence[int]) -> list[Given]:
    """Return what each promotion came to: a line's saving is divided among those on it by their exact shares."""
    problem = market.problem
    times = [0] * len(problem.offers)
    shares: dict[int, dict[int, int]] = {}
    for column, count in zip(problem.columns, counts, strict=True):
        times[column.offer] += count
        for line, share in column.shares if count else ():
            own = shares.setdefault(line, {})
            own[column.offer] = own.get(column.offer, 0) + share * count
    by_line: list[dict[int, int]] = [{} for _ in problem.offers]
    for line, saving in sorted(savings(problem, counts).items()):
        for offer, part in _divided(problem, saving, shares[line]).items():
            by_line[offer][market.lines[line]] = part
    return [
        Given(candidate, times[index], by_line[index])
        for index, candidate in enumerate(market.candidates)
        if times[index]
    ]


def _divided(problem: Problem, saving: int, shares: Mapping[int, int]) -> dict[int, int]:
    """Divide a line's saving: whole shares first, as long as the cap does not cut them."""
    if len(shares) == 1:
        return dict.fromkeys(shares, saving)
    whole = {offer: share // problem.scale for offer, share in shares.items() if problem.is_whole(share)}
    rest = saving - sum(whole.values())
    broken = [offer for offer in sorted(shares) if offer not in whole]
    if rest < 0 or (rest and not broken):
        whole, rest, broken = {}, saving, sorted(shares)
    parts = spread(rest, [shares[offer] for offer in broken]) if broken else ()
    return whole | dict(zip(broken, parts, strict=True))


def taken_by(market: Market, counts: Sequence[int], before: Units) -> dict[tuple[int, str], int]:
    """Return the units that are given once a choice is made, by line and place."""
    found = dict(before)
    for column, count in zip(market.problem.columns, counts, strict=True):
        for row, amount in column.uses if count else ():
            place = market.places[row]
            if place is not None:
                found[place] = found.get(place, 0) + amount * count
    return found


def best_saving(market: Market, candidate: Candidate) -> Fraction:
    """Return what one application of a promotion saves at most."""
    offer = market.offer_of(candidate.name)
    own = (column for column in market.problem.columns if column.offer == offer)
    savings_of = (Fraction(sum(share for _, share in column.shares), market.problem.scale) for column in own)
    return max(savings_of, default=Fraction(0))

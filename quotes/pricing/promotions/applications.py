"""From promotions to columns: every way to apply each, what it consumes and what it saves on which line.

A rate, an amount or a price on one unit of one aim makes a column a place, its share exact, so that the line is
rounded once. Everything else is a bundle: one column for every way to pick its units, its saving rounded for each application
and spread over the lines it is given on by largest remainder.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quotes.pricing.allocation import spread
from quotes.pricing.promotions.eligible import Candidate, Take, minor
from quotes.pricing.promotions.ground import Site
from quotes.pricing.rounding import half_away
from quotes.pricing.sheet import Desk

PATTERNS = 3_000
"""How many ways to pick units a promotion may have; of more, those with the dearest and the cheapest are tried."""

ENDS = 6
"""How many of the dearest and cheapest places are tried then."""

Picked = tuple[tuple[Take, Site, int], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to apply a promotion: units by place, exact shares by line, how often at most."""

    units: tuple[tuple[Site, int], ...]
    shares: tuple[tuple[int, Fraction], ...]
    most: int


def ways(desk: Desk, candidate: Candidate, saved: Sequence[int]) -> tuple[list[Way], bool]:
    """Return the ways that save something, and whether they are all; `saved` is what lines were given before."""
    if _is_single(candidate):
        return list(_single(desk, candidate, saved)), True
    picked, complete = _picks(candidate, saved)
    found: list[Way] = []
    for pick in picked:
        shares = _bundle(desk, candidate, pick, saved)
        most = _times(pick)
        if shares and most:
            found.append(Way(tuple((site, count) for _, site, count in pick), tuple(sorted(shares.items())), most))
    return found, complete


def _is_single(candidate: Candidate) -> bool:
    """Say whether it is given on one unit at a time, whatever else happens: no need, nothing free, no budget to keep."""
    promotion = candidate.promotion
    only = len(promotion.on) == 1 and not promotion.need and promotion.give.free is None
    return only and promotion.on[0].quantity == 1 and candidate.budget is None


def _single(desk: Desk, candidate: Candidate, saved: Sequence[int]) -> Iterator[Way]:
    give = candidate.promotion.give
    for site in candidate.takes[0].sites:
        price = site.price(saved[site.ground.place])
        if give.rate is not None:
            off = price * give.rate
        elif give.amount is not None:
            off = min(price, give.amount.amount * desk.minor)
        else:
            off = price - give.price.amount * desk.minor if give.price is not None else Fraction(0)
        if give.up_to is not None:
            off = min(off, give.up_to.amount * desk.minor)
        if off > 0:
            yield Way(((site, 1),), ((site.ground.place, off),), site.ground.quantity)


def _picks(candidate: Candidate, saved: Sequence[int]) -> tuple[Iterator[Picked], bool]:
    """Return every way to pick units, take by take."""
    takes = candidate.takes
    number = math.prod(math.comb(len(take.sites) + take.quantity - 1, take.quantity) for take in takes)
    complete = number <= PATTERNS
    if not complete:
        takes = tuple(_ends(take, saved) for take in takes)
    choices = (
        [(take, tuple(picked)) for picked in itertools.combinations_with_replacement(take.sites, take.quantity)]
        for take in takes
    )
    return (_counted(chosen) for chosen in itertools.product(*choices)), complete


def _ends(take: Take, saved: Sequence[int]) -> Take:
    """Return a take with the dearest and the cheapest of its places only."""
    order = sorted(take.sites, key=lambda site: (site.price(saved[site.ground.place]), site.ground.place, site.path))
    kept = order if len(order) <= 2 * ENDS else [*order[:ENDS], *order[-ENDS:]]
    return Take(take.role, take.quantity, tuple(sorted(kept, key=lambda site: (site.ground.place, site.path))))


def _counted(chosen: Sequence[tuple[Take, tuple[Site, ...]]]) -> Picked:
    return tuple((take, site, len(list(same))) for take, picked in chosen for site, same in itertools.groupby(picked))


def _times(pick: Picked) -> int:
    """Return how often the units of one place suffice; what overlaps is left to the rows."""
    used: dict[tuple[int, str], int] = {}
    quantity: dict[tuple[int, str], int] = {}
    for _, site, count in pick:
        key = (site.ground.place, site.path)
        used[key] = used.get(key, 0) + count
        quantity[key] = site.ground.quantity
    return min(quantity[key] // count for key, count in used.items())


def _bundle(desk: Desk, candidate: Candidate, pick: Picked, saved: Sequence[int]) -> dict[int, Fraction]:
    """Return what one application saves by line, in whole minor units; nothing where it would save nothing."""
    give = candidate.promotion.give
    role = "free" if give.free is not None else "on"
    bases: dict[int, int] = {}
    for take, site, count in pick:
        if take.role == role:
            price = site.price(saved[site.ground.place])
            amount = price.numerator * count if price.denominator == 1 else half_away(price * count)
            bases[site.ground.place] = bases.get(site.ground.place, 0) + amount
    worth = sum(bases.values())
    if give.rate is not None and role == "on":
        by_line = {place: half_away(amount * give.rate) for place, amount in bases.items()}
        total, weights = sum(by_line.values()), by_line
    else:
        total, weights = worth, bases
        if give.amount is not None:
            total = min(worth, minor(desk, give.amount))
        elif give.price is not None:
            total = worth - minor(desk, give.price)
    if give.up_to is not None:
        total = min(total, minor(desk, give.up_to))
    if total <= 0:
        return {}
    places = sorted(weights)
    shares = spread(total, [weights[place] for place in places])
    return {place: Fraction(share) for place, share in zip(places, shares, strict=True) if share}

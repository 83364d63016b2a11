"""Promotions on the whole quote: which sets of them are legal, up to which saving on items, and what each takes off.

A set is tried with the items capped so that its thresholds still hold: no big constants. What a set takes off what
items leave falls, when items save one unit more, by one unit at most; so with every set the best items are those that save
most within the cap.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from quotes.pricing.promotions.conditions import Sums, largest
from quotes.pricing.promotions.eligible import Candidate, minor
from quotes.pricing.promotions.groups import by_precedence, depths, group_of
from quotes.pricing.rounding import half_away
from quotes.pricing.scope import buyer
from quotes.pricing.sheet import Desk

SETS = 256
"""How many sets are tried at most."""


@dataclass(frozen=True, slots=True)
class OrderSet:
    """Some promotions on the quote that may stand together, in the order in which they are taken off.

    `ceiling` is the largest saving on items with which all their conditions hold (None: any). `excludes` are the groups
    whose promotions on items may not apply beside them.
    """

    members: tuple[Candidate, ...]
    ceiling: int | None
    excludes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Purse:
    """What order discounts are taken off: the sum before promotions, and what floors let be saved in all."""

    net: int
    most: int

    def off(self, desk: Desk, members: Sequence[Candidate], saved: int) -> list[int]:
        """Return what each of a set takes off, in order, once items save so much."""
        left, base, room = self.net - saved, self.net - saved, max(0, self.most - saved)
        found = []
        for candidate in members:
            give = candidate.promotion.give
            if give.rate is not None:
                off = half_away(give.rate * (base if desk.policy.percentages == "additive" else left))
            else:
                off = minor(desk, give.amount) if give.amount is not None else 0
            bounds = [left, room]
            if give.up_to is not None:
                bounds.append(minor(desk, give.up_to))
            if candidate.budget is not None:
                bounds.append(candidate.budget)
            off = max(0, min(off, *bounds))
            found.append(off)
            left, room = left - off, room - off
        return found


def order_sets(desk: Desk, candidates: Iterable[Candidate], sums: Sums) -> tuple[list[OrderSet], bool]:
    """Return every legal set, the empty one first, and whether these are all.

    Of a group of `stack` or `in sequence` any members may stand together, of any other group (and of those
    without one) a single one; `first` leaves only the first whose condition holds before items.
    """
    late = desk.policy.thresholds == "after item promotions"
    caps: dict[str, int | None] = {}
    groups: dict[str, list[Candidate]] = {}
    for candidate in by_precedence(candidates):
        cap = _cap(desk, candidate, sums) if late else None
        if cap is None or cap >= 0:
            caps[candidate.name] = cap
            groups.setdefault(candidate.promotion.group or "", []).append(candidate)
    choices = [list(_choices(desk, own)) for _, own in sorted(groups.items())]
    depth = depths(desk.catalog.groups)
    found = []
    for chosen in itertools.islice(itertools.product(*choices), SETS):
        members = sorted(
            itertools.chain(*chosen),
            key=lambda one: (depth.get(one.promotion.group or "", 0), -one.promotion.priority, one.name),
        )
        known = [cap for cap in (caps[one.name] for one in members) if cap is not None]
        found.append(OrderSet(tuple(members), min(known, default=None), _excludes(desk, members)))
    number = 1
    for own_choices in choices:
        number *= len(own_choices)
    return found, number <= SETS


def _choices(desk: Desk, own: list[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    group = group_of(desk, own[0])
    if group is not None and group.mode in {"stack", "in sequence"}:
        for size in range(len(own) + 1):
            yield from itertools.combinations(own, size)
        return
    yield ()
    yield from ((one,) for one in (own[:1] if group is not None and group.mode == "first" else own))


def _excludes(desk: Desk, members: Iterable[Candidate]) -> frozenset[str]:
    groups = (group_of(desk, one) for one in members)
    return frozenset(group.name for group in groups if group is not None and group.mode in {"best one", "first"})


def _cap(desk: Desk, candidate: Candidate, sums: Sums) -> int | None:
    """Return the largest saving on items with which a condition holds, -1 where it never does; None where there is none."""
    condition = candidate.promotion.when
    if condition is None:
        return None
    around = {"customer": buyer(desk.catalog, desk.context)}
    return largest(condition, "quote", sums, max(0, sums.net), around)


def holds_at(desk: Desk, candidate: Candidate, sums: Sums, saved: int) -> bool:
    """Say whether a condition holds once items save so much."""
    cap = _cap(desk, candidate, sums) if desk.policy.thresholds == "after item promotions" else None
    return cap is None or saved <= cap

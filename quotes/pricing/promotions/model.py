"""The choice among promotions as numbers: columns that consume units and save money, and what limits them.

A column is one way to apply an offer (a consumption vector); it may be applied several times. Every row is a
capacity that applications share: the units of a line, a limit on applications, a budget. Shares are whole numbers
of which `scale` make one minor unit. What falls on one line is rounded to minor units once, half away from zero, and
cut where the line's floor is: ``saving of a line = min(cap, round(sum of shares / scale))``. The value of a solution
is the sum over all lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """One promotion that competes; offers stand in order of their names."""

    name: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One way to apply an offer, at most `most` times; columns stand in order of their offers.

    `uses` are rows with what one application takes of them, `shares` lines with what it saves there.
    """

    offer: int
    uses: tuple[tuple[int, int], ...]
    shares: tuple[tuple[int, int], ...]
    most: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What may be applied together: capacities by row, caps by line, sets of columns of which one offer may apply.

    `ceiling` bounds the value of the whole (None: nothing does). `forced` is an offer that must apply.
    """

    offers: tuple[Offer, ...]
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    caps: tuple[int, ...]
    exclusives: tuple[tuple[int, ...], ...] = ()
    ceiling: int | None = None
    forced: int | None = None
    scale: int = 1

    def rounded(self, amount: int) -> int:
        """Return an amount in shares, zero or more, as minor units."""
        return (2 * amount + self.scale) // (2 * self.scale)

    def is_whole(self, amount: int) -> bool:
        """Say whether an amount in shares is a whole number of minor units."""
        return amount % self.scale == 0

    def times(self, column: Column) -> int:
        """Return how often a column fits where nothing else is applied."""
        return min([column.most, *(self.rows[row] // amount for row, amount in column.uses if amount)])


@dataclass(frozen=True, slots=True)
class Solution:
    """How often each column is applied, what that saves, and a bound that nothing passes; proved where they are equal."""

    counts: tuple[int, ...]
    value: int
    bound: int
    methods: frozenset[str]

    @property
    def proved(self) -> bool:
        """Say whether no other set saves more."""
        return self.value == self.bound


IMPOSSIBLE = Solution((), -1, -1, frozenset())
"""No choice is allowed: an offer that is forced cannot apply."""


def exact_shares(problem: Problem, counts: Sequence[int]) -> dict[int, int]:
    """Return the saving by line, before it is rounded and cut."""
    found: dict[int, int] = {}
    for column, count in zip(problem.columns, counts, strict=True):
        if count:
            for line, share in column.shares:
                found[line] = found.get(line, 0) + share * count
    return found


def savings(problem: Problem, counts: Sequence[int]) -> dict[int, int]:
    """Return the saving by line, in minor units."""
    exact = exact_shares(problem, counts)
    return {line: min(problem.caps[line], problem.rounded(amount)) for line, amount in exact.items()}


def value_of(problem: Problem, counts: Sequence[int]) -> int:
    """Return what a choice saves in all."""
    return sum(savings(problem, counts).values())


def offers_used(problem: Problem, counts: Sequence[int]) -> tuple[int, ...]:
    """Return the offers that apply, in order."""
    return tuple(sorted({column.offer for column, count in zip(problem.columns, counts, strict=True) if count}))


def is_allowed(problem: Problem, counts: Sequence[int]) -> bool:
    """Say whether a choice keeps every capacity, every exclusion and the ceiling."""
    left = list(problem.rows)
    for column, count in zip(problem.columns, counts, strict=True):
        if not 0 <= count <= column.most:
            return False
        for row, amount in column.uses:
            left[row] -= amount * count
    if any(rest < 0 for rest in left):
        return False
    for together in problem.exclusives:
        if len({problem.columns[index].offer for index in together if counts[index]}) > 1:
            return False
    if problem.forced is not None and problem.forced not in offers_used(problem, counts):
        return False
    return problem.ceiling is None or value_of(problem, counts) <= problem.ceiling


Rank = tuple[int, int, tuple[int, ...], int, tuple[int, ...]]


def rank(problem: Problem, counts: Sequence[int]) -> Rank:
    """Return what decides between solutions of one value; the greatest wins.

    Fewest promotions; the highest sum of priorities; the first names in order; the most applications; the earliest
    columns (offers by name, lines in order).
    """
    used = offers_used(problem, counts)
    priority = sum(problem.offers[index].priority for index in used)
    return (-len(used), priority, tuple(-index for index in used), sum(counts), tuple(counts))

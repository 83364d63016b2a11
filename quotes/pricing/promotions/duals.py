"""What a unit of each row is worth: Lagrange multipliers that bound every solution from above (Everett, 1963).

For any prices ``y >= 0`` of the rows no solution saves more than ``sum(y * capacity) + sum(most * max(0, saving -
y * uses))``. One price after the other is set where this bound is least; where that gets stuck, subgradient steps
go on (Held, Wolfe and Crowder, 1974). The bound holds wherever it ends; choices made by the prices are good ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quotes.pricing.promotions.greedy import Basket, best_first
from quotes.pricing.promotions.model import Problem, is_allowed, value_of

SWEEPS = 8
STEPS = 40
LARGE = 24
"""From how many columns on the steps are worth their time."""


@dataclass(frozen=True, slots=True)
class Priced:
    """Prices by row, in shares, and the best choice that was met on the way with its value (None and -1: none was).

    `bound` is what nothing passes, in minor units.
    """

    prices: tuple[int, ...]
    counts: tuple[int, ...] | None
    value: int
    bound: int


def priced(problem: Problem, most: Sequence[int]) -> Priced:
    """Return prices of the rows and a first answer."""
    prices = _descended(problem, most)
    found = _better(problem, prices, _better(problem, None, Priced(tuple(prices), None, -1, 0)))
    if len(problem.columns) >= LARGE:
        found = _stepped(problem, most, prices, found)
        prices = list(found.prices)
    broken = {line for column in problem.columns for line, share in column.shares if not problem.is_whole(share)}
    bound = _bound(problem, most, prices)[0] // problem.scale + len(broken) + 1
    return Priced(tuple(prices), found.counts, found.value, bound)


def _better(problem: Problem, prices: Sequence[int] | None, known: Priced) -> Priced:
    """Return what is known, with the choice that prices lead to (None: best first) where that saves more."""
    counts = best_first(problem) if prices is None else _by_surplus(problem, prices)
    if not is_allowed(problem, counts) or (value := value_of(problem, counts)) <= known.value:
        return known
    return Priced(known.prices, counts, value, known.bound)


def _descended(problem: Problem, most: Sequence[int]) -> list[int]:
    users: list[list[tuple[int, int]]] = [[] for _ in problem.rows]
    for place, column in enumerate(problem.columns):
        if most[place]:
            for row, amount in column.uses:
                users[row].append((place, amount))
    prices = [0] * len(problem.rows)
    surplus = [sum(share for _, share in column.shares) for column in problem.columns]
    for _ in range(SWEEPS):
        moved = False
        for row, terms in enumerate(users):
            best = _least(problem.rows[row], prices[row], terms, surplus, most)
            if best != prices[row]:
                moved = True
                for place, amount in terms:
                    surplus[place] -= amount * (best - prices[row])
                prices[row] = best
        if not moved:
            break
    return prices


def _least(capacity: int, price: int, terms: list[tuple[int, int]], surplus: list[int], most: Sequence[int]) -> int:
    """Return the price of one row at which the bound is least, the others unchanged."""
    breaks = [(surplus[place] // amount + price, most[place] * amount) for place, amount in terms]
    wanted = 0
    for at, size in sorted(breaks, reverse=True):
        if at <= 0:
            break
        wanted += size
        if wanted > capacity:
            return at
    return 0


def _stepped(problem: Problem, most: Sequence[int], start: list[int], found: Priced) -> Priced:
    """Go against the subgradient, with steps by how far the bound is from the best choice (Polyak, 1969)."""
    prices, best, lowest = start, start, -1
    halvings, idle = 0, 0
    for step in range(STEPS):
        bound, slope = _bound(problem, most, prices)
        if lowest < 0 or bound < lowest:
            lowest, best, idle = bound, prices, 0
        else:
            idle += 1
        gap = bound - max(found.value, 0) * problem.scale
        size = sum(part * part for part in slope)
        if gap <= problem.scale or not size:
            break
        if idle > 4:  # noqa: PLR2004 - steps without progress before they become shorter
            halvings, idle, prices = halvings + 1, 0, best
            _, slope = _bound(problem, most, prices)
            size = sum(part * part for part in slope) or 1
        length = gap >> halvings
        prices = [max(0, price - part * length // size) for price, part in zip(prices, slope, strict=True)]
        if step % 10 == 9:  # noqa: PLR2004 - a choice now and then
            found = _better(problem, best, found)
    found = _better(problem, best, found)
    return Priced(tuple(best), found.counts, found.value, found.bound)


def _bound(problem: Problem, most: Sequence[int], prices: Sequence[int]) -> tuple[int, list[int]]:
    """Return the bound at some prices, and its subgradient: what of each row is left at these prices."""
    slope = list(problem.rows)
    bound = sum(price * rest for price, rest in zip(prices, slope, strict=True))
    for column, times in zip(problem.columns, most, strict=True):
        surplus = sum(share for _, share in column.shares)
        for row, amount in column.uses:
            surplus -= prices[row] * amount
        if surplus > 0:
            bound += surplus * times
            for row, amount in column.uses:
                slope[row] -= amount * times
    return bound, slope


def _by_surplus(problem: Problem, prices: Sequence[int]) -> tuple[int, ...]:
    """Choose what saves most beyond the price of what it uses; an offer that is forced comes first."""
    basket = Basket(problem)
    beyond = [
        sum(share for _, share in column.shares) - sum(prices[row] * amount for row, amount in column.uses)
        for column in problem.columns
    ]
    order = sorted(range(len(beyond)), key=lambda place: (-beyond[place], place))
    own = (place for place in order if problem.columns[place].offer == problem.forced and basket.room(place))
    first = next(own, None)
    if first is not None:
        basket.take(first, 1)
    basket.fill(order)
    return tuple(basket.counts)

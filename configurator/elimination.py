"""Counting by eliminating variables from tables, one after the other (Dechter, Bucket Elimination, 1999)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from configurator.model import Limit

MOST_ROWS = 2_000_000
"""So many rows a table may have while variables are eliminated."""
_PACE = 20_000

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """A table over variables: how many ways there are for each row; rows of no way are left out."""

    scope: tuple[int, ...]
    rows: Mapping[Row, int]


class TooLarge(Exception):  # noqa: N818 - a signal between the modules of counting
    """The count does not fit; `limit` says why."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.message)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Clock:
    """Stops a computation past its rows or its time."""

    deadline: float

    def check(self, rows: int, scope: Sequence[int]) -> None:
        """Raise `TooLarge` where a table has too many rows or the time is over."""
        if rows > MOST_ROWS:
            raise TooLarge(Limit("memory", f"a table over {len(scope)} variables has more than {MOST_ROWS} rows"))
        if time.monotonic() > self.deadline:
            raise TooLarge(Limit("time", "the time for counting is over"))


def eliminate(factors: Sequence[Factor], sizes: Mapping[int, int], projected: frozenset[int], clock: Clock) -> int:
    """Return the number of assignments with a way in every factor; `projected` variables count once if any value fits.

    `sizes` gives the number of values of every variable. `TooLarge` where it does not fit.
    """
    left = list(factors)
    for chosen in (projected, frozenset(sizes) - projected):
        left = _eliminate_all(left, chosen, clock, projecting=chosen is projected)
    mentioned = {variable for factor in factors for variable in factor.scope}
    result = 1
    for variable, size in sizes.items():
        if variable not in mentioned:
            result *= min(size, 1) if variable in projected else size
    for factor in left:
        result *= factor.rows.get((), 0)
    return result


def _eliminate_all(factors: list[Factor], chosen: Iterable[int], clock: Clock, *, projecting: bool) -> list[Factor]:
    """Eliminate the chosen variables, always the one whose joined table looks smallest."""
    sizes = _sizes(factors)
    buckets: dict[int, list[Factor]] = {variable: [] for variable in sizes}
    for factor in factors:
        for variable in factor.scope:
            buckets[variable].append(factor)
    waiting = set(chosen) & sizes.keys()
    costs = {variable: _cost(variable, buckets[variable], sizes) for variable in waiting}
    loose = [factor for factor in factors if not factor.scope]
    while waiting:
        variable = min(waiting, key=lambda v: (costs[v], v))
        waiting.discard(variable)
        bucket = buckets.pop(variable)
        made = _without(variable, bucket, clock, projecting=projecting)
        for other in {v for factor in bucket for v in factor.scope} - {variable}:
            buckets[other] = [factor for factor in buckets[other] if variable not in factor.scope]
            buckets[other] += [made] if other in made.scope else []
            if other in waiting:
                costs[other] = _cost(other, buckets[other], sizes)
        if not made.scope:
            loose.append(made)
    return loose + list({id(factor): factor for bucket in buckets.values() for factor in bucket}.values())


def _sizes(factors: Iterable[Factor]) -> dict[int, int]:
    seen: dict[int, set[int]] = {variable: set() for factor in factors for variable in factor.scope}
    for factor in factors:
        for place, variable in enumerate(factor.scope):
            seen[variable].update(row[place] for row in factor.rows)
    return {variable: len(indices) for variable, indices in seen.items()}


def _cost(variable: int, bucket: Sequence[Factor], sizes: Mapping[int, int]) -> float:
    """Estimate the rows of a bucket's join: each table widens it by its rows over what it shares, were they spread evenly."""
    rows, most, scope = 1.0, 1.0, set[int]()
    for factor in sorted(bucket, key=lambda factor: len(factor.rows)):
        shared = 1.0
        for other in factor.scope:
            if other in scope:
                shared *= max(sizes[other], 1)
            elif other != variable:
                most *= max(sizes[other], 1)
        rows *= len(factor.rows) / shared
        scope.update(factor.scope)
    return min(rows, most * max(sizes[variable], 1))


def _without(variable: int, bucket: Sequence[Factor], clock: Clock, *, projecting: bool) -> Factor:
    """Join the factors of a bucket and sum a variable out (or ask whether any value of it fits)."""
    ordered = sorted(bucket, key=lambda factor: len(factor.rows))
    joined = ordered[0]
    for factor in ordered[1:-1]:
        joined = _join(joined, factor, None, clock)
    last = ordered[-1] if len(ordered) > 1 else Factor((), {(): 1})
    result = _join(joined, last, variable, clock)
    return Factor(result.scope, dict.fromkeys(result.rows, 1)) if projecting else result


def _join(left: Factor, right: Factor, dropped: int | None, clock: Clock) -> Factor:
    """Multiply two factors, summing out one variable."""
    shared = [variable for variable in right.scope if variable in left.scope]
    added = [variable for variable in right.scope if variable not in left.scope]
    whole = (*left.scope, *added)
    kept = [i for i, variable in enumerate(whole) if variable != dropped]
    left_key = [left.scope.index(variable) for variable in shared]
    right_key = [right.scope.index(variable) for variable in shared]
    right_rest = [right.scope.index(variable) for variable in added]
    index: dict[Row, list[tuple[Row, int]]] = {}
    for row, ways in right.rows.items():
        index.setdefault(tuple([row[i] for i in right_key]), []).append((tuple([row[i] for i in right_rest]), ways))
    rows: dict[Row, int] = {}
    for number, (row, ways) in enumerate(left.rows.items()):
        matches = index.get(tuple([row[i] for i in left_key]), ())
        for rest, others in matches:
            full = row + rest
            key = full if dropped is None else tuple([full[i] for i in kept])
            rows[key] = rows.get(key, 0) + ways * others
        if number % _PACE == 0 or len(matches) > _PACE or len(rows) > MOST_ROWS:
            clock.check(len(rows), whole)
    clock.check(len(rows), whole)
    return Factor(tuple(whole[i] for i in kept), rows)

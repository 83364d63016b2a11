"""Before compiling: values that some table excludes go (arc consistency), and values that no table tells apart become one.

Interchangeable values: Freuder, Eliminating Interchangeable Values in Constraint Satisfaction Problems (1991).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.compiler.clock import Clock
from configurator.engines.network import Network, Table

_FEW = 2
_COMPARED = 2_000_000
"""Values of a table with more rows or cells are taken to be told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """Tables over classes of values. `members` has, for every variable and class, the values in it.

    `sizes` are the numbers of classes, `values` the numbers of values.
    """

    values: tuple[int, ...]
    sizes: tuple[int, ...]
    tables: tuple[Table, ...]
    members: tuple[tuple[NDArray[np.int32], ...], ...]


def propagate(network: Network, clock: Clock) -> Reduced | None:
    """Reduce a network; None where a variable has no value left, `OutOfTime` where the clock runs out."""
    alive = [np.ones(size, np.bool_) for size in network.sizes]
    tables = list(network.tables)
    if not _consistent(alive, tables, clock):
        return None
    classes = []
    for variable, own in enumerate(_users(tables, len(alive))):
        clock.check()
        classes.append(_classes(variable, alive[variable], own))
    members = tuple(
        tuple(np.flatnonzero(own == number).astype(np.int32) for number in range(int(own.max()) + 1)) for own in classes
    )
    kept = tuple(_renumbered(table, classes, members) for table in tables if len(table.scope) > 1)
    return Reduced(
        network.sizes, tuple(map(len, members)), tuple(table for table in kept if not _is_all(table, members)), members
    )


def _consistent(alive: list[NDArray[np.bool_]], tables: list[Table], clock: Clock) -> bool:
    """Drop values without a row until every value has one in each table; False where a variable loses all."""
    numbers = {id(table): number for number, table in enumerate(tables)}
    users = [[numbers[id(table)] for table in own] for own in _users(tables, len(alive))]
    waiting, is_waiting = deque(range(len(tables))), [True] * len(tables)
    while waiting:
        clock.check()
        number = waiting.popleft()
        is_waiting[number] = False
        table, found = _filtered(tables[number], alive)
        tables[number] = table
        for variable, present in zip(table.scope, found, strict=True):
            left = alive[variable] & present
            if left.sum() < alive[variable].sum():
                alive[variable] = left
                for user in users[variable]:
                    if user != number and not is_waiting[user]:
                        waiting.append(user)
                        is_waiting[user] = True
    return all(own.any() for own in alive)


def _users(tables: Iterable[Table], variables: int) -> list[list[Table]]:
    """Return for every variable the tables that speak of it."""
    users: list[list[Table]] = [[] for _ in range(variables)]
    for table in tables:
        for variable in table.scope:
            users[variable].append(table)
    return users


def _filtered(table: Table, alive: Sequence[NDArray[np.bool_]]) -> tuple[Table, list[NDArray[np.bool_]]]:
    """Drop rows with values that are gone; return the table and the values that its rows have."""
    if table.dense is not None:
        dense = table.dense
        for axis, variable in enumerate(table.scope):
            if not alive[variable].all():
                shape = [1] * dense.ndim
                shape[axis] = -1
                dense = dense & alive[variable].reshape(shape)
        axes = range(dense.ndim)
        found = [np.asarray(dense.any(axis=tuple(other for other in axes if other != axis))) for axis in axes]
        return replace(table, dense=dense), found
    if table.rows is None:
        raise TypeError(table)
    keep = np.ones(len(table.rows), np.bool_)
    for column, variable in enumerate(table.scope):
        if not alive[variable].all():
            keep &= alive[variable][table.rows[:, column]]
    rows = table.rows if keep.all() else table.rows[keep]
    found = list[NDArray[np.bool_]]()
    for column, variable in enumerate(table.scope):
        present = np.zeros(len(alive[variable]), np.bool_)
        present[rows[:, column]] = True
        found.append(present)
    return replace(table, rows=rows), found


def _classes(variable: int, alive: NDArray[np.bool_], tables: Sequence[Table]) -> NDArray[np.int32]:
    """Return the class of every value of a variable, -1 for one that is gone, numbered by first appearance."""
    own = np.full(len(alive), -1, np.int32)
    left = np.flatnonzero(alive)
    if len(left) <= _FEW:
        own[left] = np.arange(len(left))
        return own
    marks: list[list[bytes]] = [[] for _ in left]
    if any(_extent(table) > _COMPARED for table in tables):
        own[left] = np.arange(len(left))
        return own
    for table in tables:
        for place, mark in enumerate(_marks(table, table.scope.index(variable), left)):
            marks[place].append(mark)
        if len({tuple(mark) for mark in marks}) == len(left):
            own[left] = np.arange(len(left))
            return own
    numbers: dict[tuple[bytes, ...], int] = {}
    own[left] = [numbers.setdefault(tuple(mark), len(numbers)) for mark in marks]
    return own


def _extent(table: Table) -> int:
    return len(table.rows) if table.rows is not None else 0 if table.dense is None else table.dense.size


def _marks(table: Table, column: int, values: NDArray[np.intp]) -> list[bytes]:
    """Return for every value what the table says of it, as bytes that are equal where it says the same."""
    if table.dense is not None:
        return [np.packbits(np.take(table.dense, value, axis=column)).tobytes() for value in values]
    if table.rows is None:
        raise TypeError(table)
    others = np.delete(table.rows, column, axis=1)
    order = np.lexsort((*others.T[::-1], table.rows[:, column]))
    sorted_values, others = table.rows[order, column], others[order]
    starts, ends = np.searchsorted(sorted_values, values), np.searchsorted(sorted_values, values, side="right")
    return [_unique(others[start:end]).tobytes() for start, end in zip(starts, ends, strict=True)]


def _unique(rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """Drop repeated rows of sorted ones."""
    if len(rows) <= 1:
        return rows
    fresh = np.concatenate(([True], (rows[1:] != rows[:-1]).any(axis=1)))
    return rows[fresh]


def _renumbered(
    table: Table, classes: Sequence[NDArray[np.int32]], members: Sequence[Sequence[NDArray[np.int32]]]
) -> Table:
    """Write a table over classes: of every class its first value stands for all."""
    if table.dense is not None:
        dense = table.dense
        for axis, variable in enumerate(table.scope):
            firsts = [group[0] for group in members[variable]]
            if len(firsts) < dense.shape[axis]:
                dense = np.take(dense, firsts, axis=axis)
        return replace(table, dense=dense)
    if table.rows is None:
        raise TypeError(table)
    columns = [classes[variable][table.rows[:, column]] for column, variable in enumerate(table.scope)]
    return replace(table, rows=np.stack(columns, axis=1).astype(np.int32))


def _is_all(table: Table, members: Sequence[Sequence[NDArray[np.int32]]]) -> bool:
    if table.dense is not None:
        return bool(table.dense.all())
    combinations = 1
    for variable in table.scope:
        combinations *= len(members[variable])
    if table.rows is None or combinations > len(table.rows):
        return False
    return len(np.unique(table.rows, axis=0)) == combinations

"""Rules that are tables: as rows of indices where that fits, else column after column through helpers.

A helper holds which rows can still match, as far as the columns to come tell rows apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from configurator.engines.tabling import rowsets
from configurator.engines.tabling.evaluator import Evaluator, Grid, Wire
from configurator.engines.tabling.limits import Unfit
from configurator.engines.tabling.rowsets import Cells
from configurator.engines.tabling.vectors import Flags, Numbers, Vector, truths
from configurator.engines.tabling.wiring import Axis, Wiring, axis_of
from rules.typed import Rows, Typed

DENSE = 1 << 22
DIRECT_ROWS = 1 << 16
_MOST_BITS = 1 << 31


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of a table by the variable that decides them: which values every row allows."""

    cells: dict[int, Cells]
    rows: int

    @property
    def axes(self) -> list[Axis]:
        """The variables with the classes of values that the cells tell apart."""
        found = []
        for variable, cells in self.cells.items():
            classes, firsts = rowsets.classes_of(cells.sets)
            found.append(Axis(variable, classes, firsts.astype(np.int32)))
        return found


def column_wires(table: Rows, wire: Callable[[Typed], Wire], evaluator: Evaluator) -> Columns:
    """Find the variable of every column; rows that a constant column excludes never match."""
    count = len(table.rows)
    found: dict[int, Cells] = {}
    alive = np.ones(count, np.bool_)
    for column, cells in zip(table.columns, zip(*table.rows, strict=True), strict=bool(table.rows)):
        if not evaluator.scope(column):
            value = evaluator.evaluate(column, Grid({}, {}, {})).through(lambda array: array.reshape(1))
            constant = rowsets.column(cells, value, evaluator)
            alive &= _rowwise(constant)
            continue
        decided = wire(column)
        whole = rowsets.column(cells, decided.vector, evaluator)
        before = found.get(decided.variable)
        found[decided.variable] = whole if before is None else rowsets.crossed(before, whole)
    for some in found.values():
        alive &= _rowwise(some)
    kept = {variable: replace(some, of_row=some.of_row[alive]) for variable, some in found.items()}
    return Columns(kept, int(alive.sum()))


def _rowwise(cells: Cells) -> Flags:
    """Return which rows' cells match anything at all."""
    matching = np.logical_or.reduce(cells.sets, axis=1, keepdims=True)
    return np.take(matching, cells.of_row).astype(np.bool_)


def restrict_rows(wiring: Wiring, table: Rows, columns: Columns, source: int) -> None:
    """Allow only combinations that match some row, or none for ``forbid``."""
    axes = columns.axes
    wanted = table.mode == "allow"
    if not axes or not columns.rows:
        if bool(columns.rows) != wanted:
            wiring.refuse(axes, source)
        return
    cells = math.prod(len(axis.firsts) for axis in axes)
    few = wiring.is_direct(axes)
    if cells <= DENSE and (few or not wanted):
        wiring.restrict(rowsets.dense(_by_class(columns, axes)) == wanted, axes, source)
        return
    if wanted and _by_rows(wiring, columns, axes, source):
        return
    vector, left = row_chain(wiring, table, columns)
    wiring.restrict(vector.truth, left, source)


def _by_class(columns: Columns, axes: list[Axis]) -> list[Cells]:
    return [
        replace(columns.cells[axis.variable], sets=columns.cells[axis.variable].sets[:, axis.firsts]) for axis in axes
    ]


def _by_rows(wiring: Wiring, columns: Columns, axes: list[Axis], source: int) -> bool:
    """Write every combination that a row stands for as a row; say whether they are few enough."""
    plain = list(columns.cells.values())
    count = rowsets.spread(plain)
    if count <= max(DIRECT_ROWS, 2 * columns.rows):
        wiring.add_rows(list(columns.cells), rowsets.expanded(plain), source)
        return True
    by_class = _by_class(columns, axes)
    coarse = [2 * len(axis.firsts) <= len(axis.classes) for axis in axes]
    mixed = [b if is_coarse else p for p, b, is_coarse in zip(plain, by_class, coarse, strict=True)]
    if rowsets.spread(mixed) > wiring.limits.rows:
        return False
    variables, _ = wiring.classified(axes)
    wiring.add_rows(variables, rowsets.expanded(mixed), source)
    return True


# --- column after column ------------------------------------------------------------------------


def row_chain(wiring: Wiring, table: Rows, columns: Columns) -> tuple[Vector, list[Axis]]:
    """Return whether a table's condition holds, from the last column and which rows match all before."""
    axes = columns.axes
    wanted = table.mode == "allow"
    if not axes or not columns.rows:
        return truths(np.array(bool(columns.rows) == wanted)), []
    by_class = _by_class(columns, axes)
    suffixes = _suffixes(by_class)
    states = np.ones((1, len(suffixes[0][1])), np.bool_)
    so_far: Wire | None = None
    for place, (cells, axis) in enumerate(zip(by_class, axes, strict=True)):
        wiring.limits.check()
        _, firsts = suffixes[place]
        matching = cells.sets[cells.of_row[firsts]].T
        grown = _grown(states, matching, suffixes[place + 1][0][firsts], len(suffixes[place + 1][1]))
        numbers, different = rowsets.number_slices(grown)
        states = grown[different]
        shape = (len(grown) // len(axis.firsts), len(axis.firsts))
        grid = numbers.reshape(shape)
        if so_far is None:
            vector, at = _indexed(grid[0], len(different)), [axis]
        else:
            vector, at = _indexed(grid, len(different)), [axis_of(so_far.variable, [so_far.vector]), axis]
        if place + 1 == len(axes):
            alive = np.logical_or.reduce(states, axis=1, keepdims=True).reshape(-1)
            return truths(np.equal(alive[vector.top.array], wanted)), at
        so_far = wiring.wired(vector, at)
    raise AssertionError


def _grown(states: Flags, matching: Flags, next_places: NDArray[np.int64], count: int) -> Flags:
    """Return, for every state and class of values, which suffixes of rows are still to be matched."""
    if states.shape[0] * matching.size > _MOST_BITS:
        raise Unfit("too many sets of rows of a table can match part of a configuration")
    both = (states[:, None, :] & matching[None, :, :]).reshape(-1, states.shape[1])
    order = np.argsort(next_places, kind="stable")
    starts = np.searchsorted(next_places[order], np.arange(count))
    grown: Flags = np.logical_or.reduceat(both[:, order], starts, axis=1)
    return grown


def _suffixes(columns: list[Cells]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return, from each column on, a number of every row, equal where the rest is; and a first row of each number."""
    count = len(columns[0].of_row)
    numbers = np.zeros(count, np.int64)
    found = [(numbers, np.zeros(1, np.int64))]
    for cells in reversed(columns):
        _, firsts, numbers = np.unique(
            cells.of_row * (int(numbers.max()) + 1) + numbers, return_index=True, return_inverse=True
        )
        found.append((numbers, firsts))
    return found[::-1]


def _indexed(numbers: NDArray[np.int32], count: int) -> Vector:
    return Vector(Numbers(numbers.astype(np.int64), 0, count))

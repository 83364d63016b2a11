"""Rows of a table as arrays: every different cell once, as the set of values it matches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from configurator.engines.tabling.limits import Unfit
from configurator.engines.tabling.vectors import Flags, Vector, masked, numbered
from rules.typed import Values

_DENSE = 1 << 24
_MOST_COMBINATIONS = 5_000_000


class Reader(Protocol):
    """Reads cells: `within` says where values belong to a set, `code` which number stands for what is none."""

    def within(self, vector: Vector, values: Values) -> Flags:
        """Return where a value belongs to a set; nowhere where it is absent."""

    def code(self, value: object) -> int | None:
        """Return the number of a truth, a day or a name."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A column's cells: `sets` has one row a different cell, true for what it matches; `of_row` says which a row has."""

    sets: Flags
    of_row: NDArray[np.int64]


def column(cells: Sequence[Values], values: Vector, reader: Reader) -> Cells:
    """Match the cells of one column against values; every different cell is looked at once."""
    keys = list(map(_key, cells))
    different = dict(zip(keys, cells, strict=True))
    places = dict(zip(different, range(len(different)), strict=True))
    of_row = np.fromiter(map(places.__getitem__, keys), np.int64, len(keys))
    return Cells(_sets(list(different.values()), values, reader), of_row)


def _key(cell: Values) -> object:
    # Hashing exact numbers is slow, and long tables have millions of cells of one value.
    singles = cell.singles
    if len(singles) != 1 or cell.ranges or cell.everything:
        return singles, cell.ranges, cell.everything
    (single,) = singles
    return single.as_integer_ratio() if type(single) is Fraction else single


def _sets(cells: Sequence[Values], values: Vector, reader: Reader) -> Flags:
    sets = np.empty((len(cells), len(values.top.array)), np.bool_)
    plain = values.bottom is None and values.top.array.dtype == np.int64
    wanted: list[tuple[int, int]] = []
    for number, cell in enumerate(cells):
        if plain and len(cell.singles) == 1 and not cell.ranges and not cell.everything:
            wanted.append((number, _wanted(next(iter(cell.singles)), values, reader)))
        else:
            sets[number] = reader.within(values, cell)
    if wanted:
        places, numbers = np.array(wanted, np.int64).T
        sets[places] = masked(numbers[:, None] == values.top.array, values.present)
    return sets


def _wanted(single: object, values: Vector, reader: Reader) -> int:
    """Return what a single value is over the scale of others; more than any where it is none of them."""
    low, high = values.top.low, values.top.high
    number: int | None
    if type(single) is Fraction:
        above, below = single.as_integer_ratio()
        number = None if values.scale % below else above * (values.scale // below)
    else:
        number = reader.code(single)
    return number if number is not None and low <= number <= high else high + 1


def crossed(first: Cells, second: Cells) -> Cells:
    """Return two columns over the same values as one."""
    width = len(second.sets)
    pairs, of_row = np.unique(first.of_row * width + second.of_row, return_inverse=True)
    return Cells(first.sets[pairs // width] & second.sets[pairs % width], of_row)


def classes_of(sets: Flags) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return a number of every value, equal where it belongs to the same sets, and a first value of each."""
    return number_slices(sets.T)


def number_slices(slices: NDArray[np.bool_ | np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return a number of every row of a matrix, in order of first appearance, and the first row of each number."""
    count = len(slices)
    if not slices.size:
        return np.zeros(count, np.int32), np.zeros(min(count, 1), np.int64)
    packed: NDArray[np.generic] = np.packbits(slices, axis=1) if slices.dtype == np.bool_ else slices
    lines = np.ascontiguousarray(packed).reshape(count, -1).view(np.dtype((np.void, packed.nbytes // count)))
    _, firsts, numbers = np.unique(lines.reshape(-1), return_index=True, return_inverse=True)
    ranks = np.empty(len(firsts), np.int32)
    ranks[np.argsort(firsts)] = np.arange(len(firsts), dtype=np.int32)
    return ranks[numbers], np.sort(firsts)


def spread(columns: Sequence[Cells]) -> int:
    """Return the number of combinations that all rows stand for, one by one."""
    total = np.ones(len(columns[0].of_row), np.float64) if columns else np.ones(0)
    for each in columns:
        total *= each.sets.sum(axis=1)[each.of_row]
    return int(min(total.sum(), 2.0**62))


def expanded(columns: Sequence[Cells]) -> NDArray[np.int32]:
    """Return every combination that some row stands for; one column a column, rows may come twice."""
    counts = [each.sets.sum(axis=1)[each.of_row] for each in columns]
    each_row = np.prod(np.stack(counts), axis=0)
    ends = np.cumsum(each_row)
    total = int(ends[-1]) if len(ends) else 0
    result = np.empty((total, len(columns)), np.int32)
    source = np.repeat(np.arange(len(each_row)), each_row)
    left = np.arange(total) - np.repeat(ends - each_row, each_row)
    for place in range(len(columns) - 1, -1, -1):
        sets, of_row = columns[place].sets, columns[place].of_row
        _, items = np.nonzero(sets)
        starts = np.concatenate(([0], np.cumsum(sets.sum(axis=1))))[of_row]
        count = counts[place][source]
        result[:, place] = items[starts[source] + left % count]
        left //= count
    return result


def matched(rows: Sequence[Sequence[Values]], columns: Sequence[Vector], reader: Reader) -> Flags:
    """Return where, on a grid, the columns' values together match some row; `Unfit` where rows match too much at once."""
    if not rows:
        return np.zeros((1,) * columns[0].top.array.ndim, np.bool_)
    found: list[Cells] = []
    points: list[NDArray[np.int32]] = []
    for cells, values in zip(zip(*rows, strict=True), columns, strict=True):
        numbers, different = _different(values.aligned)
        whole = column(cells, different, reader)
        classes, members = classes_of(whole.sets)
        found.append(Cells(whole.sets[:, members], whole.of_row))
        points.append(classes[numbers])
    sizes = [each.sets.shape[1] for each in found]
    if math.prod(sizes) <= _DENSE:
        return dense(found)[tuple(points)]
    if spread(found) > _MOST_COMBINATIONS:
        raise Unfit(f"the rows of a table match more than {_MOST_COMBINATIONS} combinations")
    return _joined(expanded(found), points, sizes)


def _different(values: Vector) -> tuple[NDArray[np.int64], Vector]:
    numbers, firsts = numbered(values)
    return numbers, values.through(lambda array: array.reshape(-1)[firsts])


def dense(columns: Sequence[Cells]) -> Flags:
    """Return which combinations of values some row stands for, as an array with one axis a column."""
    allowed = np.zeros(tuple(each.sets.shape[1] for each in columns), np.bool_)
    if spread(columns) <= _MOST_COMBINATIONS:
        allowed[tuple(expanded(columns).T)] = True
        return allowed
    for cells in {tuple(row) for row in np.stack([each.of_row for each in columns], axis=1).tolist()}:
        picked = [np.nonzero(each.sets[cell])[0] for each, cell in zip(columns, cells, strict=True)]
        allowed[np.ix_(*picked)] = True
    return allowed


def _joined(rows: NDArray[np.int32], points: Sequence[NDArray[np.int32]], sizes: Sequence[int]) -> Flags:
    """Look up column after column which rows still go on."""
    prefix, at = np.zeros(len(rows), np.int64), np.zeros((), np.int64)
    alive = np.ones((), np.bool_)
    for place, size in enumerate(sizes):
        known, prefix = np.unique(prefix * size + rows[:, place], return_inverse=True)
        keys = at * size + points[place]
        at = np.minimum(np.searchsorted(known, keys), max(len(known) - 1, 0))
        alive = alive & (known[at] == keys) if len(known) else np.zeros(keys.shape, np.bool_)
    return alive

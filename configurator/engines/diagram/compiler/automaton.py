"""A table as the least automaton that reads its variables in the order of the tree: what is left to be satisfied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from configurator.engines.rows import number_groups, number_rows

NEVER, ALWAYS = 0, 1
"""States of every level: nothing is accepted any more; everything is."""
_KEYS = 1 << 62
"""Rows of fewer possible combinations are sorted as one number each."""


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """States by level: before reading the i-th variable of `scope` the table is in a state of level i.

    ``steps[i][state, value]`` is the state of level i + 1 after reading a value. Level 0 starts in
    `start`; after the last variable only `NEVER` and `ALWAYS` are left.
    """

    source: int
    scope: tuple[int, ...]
    steps: tuple[NDArray[np.int32], ...]
    start: int

    @property
    def states(self) -> int:
        """The number of states of all levels."""
        return sum(len(step) for step in self.steps)


def from_rows(source: int, scope: Sequence[int], sizes: Sequence[int], rows: NDArray[np.int32]) -> Automaton:
    """Build the automaton of the combinations in `rows`, whose columns and `sizes` follow `scope`."""
    if not len(rows):
        return Automaton(source, tuple(scope), _nothing(sizes), NEVER)
    rows, fresh = _sorted(rows, sizes)
    reached = np.full(len(rows), ALWAYS, np.int32)
    steps: list[NDArray[np.int32]] = []
    for level in range(len(scope) - 1, -1, -1):
        starts = fresh[:, level - 1] if level else np.zeros(len(rows), np.bool_)
        firsts = np.flatnonzero(starts) if level else np.zeros(1, np.int64)
        ends = np.append(firsts, len(rows)).astype(np.int64)
        values = np.ascontiguousarray(rows[:, level])
        numbers, kinds = number_groups(ends, values, reached)
        entries = np.concatenate([np.arange(ends[kind], ends[kind + 1]) for kind in kinds])
        step = np.zeros((len(kinds), sizes[level]), np.int32)
        step[numbers_of(ends, kinds), values[entries]] = reached[entries]
        renamed, table = reduced(step)
        steps.append(table)
        rows, fresh, reached = rows[firsts], fresh[firsts], renamed[numbers]
    return Automaton(source, tuple(scope), tuple(reversed(steps)), int(reached[0]))


def numbers_of(ends: NDArray[np.int64], kinds: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return for the entries of some groups, one group after the other, the place of their group."""
    return np.repeat(np.arange(len(kinds)), ends[kinds + 1] - ends[kinds])


def _sorted(rows: NDArray[np.int32], sizes: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Sort rows and drop repeated ones; say from which column on each differs from the one before."""
    if prod(sizes) < _KEYS:
        keys = np.zeros(len(rows), np.int64)
        for column, size in enumerate(sizes):
            keys = keys * size + rows[:, column]
        keys.sort()
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
        columns = []
        for size in reversed(sizes):
            columns.append((keys % size).astype(np.int32))
            keys //= size
        rows = np.stack(columns[::-1], axis=1)
    else:
        rows = rows[np.lexsort(rows.T[::-1])]
    fresh = np.empty(rows.shape, np.bool_)
    fresh[0] = True
    np.logical_or.accumulate(rows[1:] != rows[:-1], axis=1, out=fresh[1:])
    return rows[fresh[:, -1]], fresh[fresh[:, -1]]


def from_dense(source: int, scope: Sequence[int], mask: NDArray[np.bool_]) -> Automaton:
    """Build the automaton of a mask with one axis a variable of `scope`."""
    states = mask.astype(np.int32).reshape(-1)
    steps: list[NDArray[np.int32]] = []
    for size in reversed(mask.shape):
        states, table = reduced(states.reshape(-1, size))
        steps.append(table)
    return Automaton(source, tuple(scope), tuple(reversed(steps)), int(states[0]))


def reduced(step: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return numbers for the states of one level by what follows, and a row for each; `NEVER` and `ALWAYS` are the first."""
    width = step.shape[1]
    ends = np.stack((np.zeros(width, np.int32), np.ones(width, np.int32)))
    whole = np.concatenate((ends, np.ascontiguousarray(step, np.int32)))
    numbers, firsts = number_rows(whole)
    return numbers[2:], whole[firsts]


def _nothing(sizes: Sequence[int]) -> tuple[NDArray[np.int32], ...]:
    return tuple(np.stack((np.zeros(size, np.int32), np.ones(size, np.int32))) for size in sizes)

"""A table as the least automaton that reads its variables in the order of the tree: what is left to be satisfied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    wide = prod(sizes) >= _KEYS
    states: NDArray[np.int32] | None = None
    steps: list[NDArray[np.int32]] = []
    for size, (values, firsts) in zip(reversed(sizes), _by_rank(rows) if wide else _by_key(rows, sizes), strict=True):
        reached = np.full(len(values), ALWAYS, np.int32) if states is None else states
        states, table = _level(values, np.append(firsts, len(values)), reached, size)
        steps.append(table)
    start = ALWAYS if states is None else int(states[0])
    return Automaton(source, tuple(scope), tuple(reversed(steps)), start)


def _level(
    values: NDArray[np.int32], ends: NDArray[np.int64], reached: NDArray[np.int32], size: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the state of every group of entries, and the step from each state: a group goes on from one end to the next."""
    numbers, kinds = number_groups(ends, values, reached)
    lengths = ends[kinds + 1] - ends[kinds]
    entries = np.repeat(ends[kinds] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    groups = np.repeat(np.arange(len(kinds)), lengths)
    whole = lengths == size
    whole[groups[reached[entries] != ALWAYS]] = False
    states = np.where(whole, ALWAYS, np.cumsum(~whole) + ALWAYS).astype(np.int32)
    table = np.zeros((2 + int((~whole).sum()), size), np.int32)
    table[states[groups], values[entries]] = reached[entries]
    table[ALWAYS] = ALWAYS
    return states[numbers], table


Levels = Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]
"""From the last column up: the values of the different rows so far, and where rows begin that differ before it."""


def _by_key(rows: NDArray[np.int32], sizes: Sequence[int]) -> Levels:
    """Sort rows as one number each."""
    keys = np.zeros(len(rows), np.int64)
    for column, size in enumerate(sizes):
        keys = keys * size + rows[:, column]
    keys.sort()
    keys = keys[_changes(keys)]
    for size in reversed(sizes):
        prefixes = keys // size
        firsts = np.flatnonzero(_changes(prefixes))
        yield (keys - prefixes * size).astype(np.int32), firsts
        keys = prefixes[firsts]


def _changes(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.concatenate((np.ones(1, np.bool_), numbers[1:] != numbers[:-1]))


def _by_rank(rows: NDArray[np.int32]) -> Levels:
    """Sort rows column by column."""
    rows = rows[np.lexsort(rows.T[::-1])]
    fresh = np.ones(rows.shape, np.bool_)
    np.logical_or.accumulate(rows[1:] != rows[:-1], axis=1, out=fresh[1:])
    for column in range(rows.shape[1] - 1, -1, -1):
        kept = fresh[:, column]
        rows, fresh = rows[kept], fresh[kept]
        yield (
            np.ascontiguousarray(rows[:, column]),
            np.flatnonzero(fresh[:, column - 1]) if column else np.zeros(1, np.int64),
        )


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

"""A table as the least automaton that reads its variables in the order of the tree: what is left to be satisfied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.rows import number_rows

NEVER, ALWAYS = 0, 1
"""States of every level: nothing is accepted any more; everything is."""


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
    rows = rows[np.lexsort(rows.T[::-1])]
    fresh = np.empty(rows.shape, np.bool_)
    fresh[0] = True
    np.logical_or.accumulate(rows[1:] != rows[:-1], axis=1, out=fresh[1:])
    rows, fresh = rows[fresh[:, -1]], fresh[fresh[:, -1]]
    reached = np.full(len(rows), ALWAYS, np.int32)
    steps: list[NDArray[np.int32]] = []
    for level in range(len(scope) - 1, -1, -1):
        starts = fresh[:, level - 1].copy() if level else np.zeros(len(rows), np.bool_)
        starts[0] = True
        groups = np.cumsum(starts) - 1
        step = np.zeros((int(groups[-1]) + 1, sizes[level]), np.int32)
        step[groups, rows[:, level]] = reached
        numbers, table = reduced(step)
        steps.append(table)
        rows, fresh, reached = rows[starts], fresh[starts], numbers
    return Automaton(source, tuple(scope), tuple(reversed(steps)), int(reached[0]))


def from_dense(source: int, scope: Sequence[int], mask: NDArray[np.bool_]) -> Automaton:
    """Build the automaton of a mask with one axis a variable of `scope`."""
    states = mask.astype(np.int32).reshape(-1)
    steps: list[NDArray[np.int32]] = []
    for size in reversed(mask.shape):
        states, table = reduced(states.reshape(-1, size))
        steps.append(table)
    return Automaton(source, tuple(scope), tuple(reversed(steps)), int(states[0]))


def reduced(step: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Number the states of one level by what follows; return the numbers, and a row for each, `NEVER` and `ALWAYS` first."""
    width = step.shape[1]
    ends = np.stack((np.zeros(width, np.int32), np.ones(width, np.int32)))
    whole = np.concatenate((ends, np.ascontiguousarray(step, np.int32)))
    numbers, firsts = number_rows(whole)
    return numbers[2:], whole[firsts]


def _nothing(sizes: Sequence[int]) -> tuple[NDArray[np.int32], ...]:
    return tuple(np.stack((np.zeros(size, np.int32), np.ones(size, np.int32))) for size in sizes)

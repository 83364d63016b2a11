"""Numbering rows of integers: equal ones get one number, in the order of their first appearance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import kernel

_SEED = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(29)
Numbered = tuple[NDArray[np.int32], NDArray[np.int32]]
"""The number of everything numbered, and for every number the first that has it."""


def number_groups(starts: NDArray[np.int64], values: NDArray[np.int32], states: NDArray[np.int32]) -> Numbered:
    """Return numbers for groups of pairs of value and state: group g has those from ``starts[g]`` to ``starts[g + 1]``.

    The pairs of a group are sorted by value; states are not negative.
    """
    return number_runs(starts, (values.astype(np.int64) << 32) | states)


def number_rows(rows: NDArray[np.int32]) -> Numbered:
    """Return numbers for the rows of a matrix."""
    count, width = rows.shape
    return number_runs(np.arange(count + 1) * width, np.ascontiguousarray(rows).reshape(-1))


@kernel
def number_runs(starts: NDArray[np.int64], entries: NDArray[np.int32] | NDArray[np.int64]) -> Numbered:
    """Return numbers for runs of entries, run r from ``starts[r]`` to ``starts[r + 1]`` (open addressing)."""
    count = len(starts) - 1
    size = 16
    while size < 2 * count:
        size *= 2
    table = np.full(size, -1, np.int32)
    numbers = np.empty(count, np.int32)
    firsts = np.empty(count, np.int32)
    used = 0
    for run in range(count):
        begin = starts[run]
        length = starts[run + 1] - begin
        mark = _SEED
        for step in range(length):
            mark = (mark ^ np.uint64(entries[begin + step])) * _FACTOR
            mark ^= mark >> _SHIFT
        place = np.int64(mark & np.uint64(size - 1))
        while True:
            known = table[place]
            if known < 0:
                table[place] = used
                firsts[used] = run
                numbers[run] = used
                used += 1
                break
            other = starts[firsts[known]]
            same = starts[firsts[known] + 1] - other == length
            for step in range(length if same else 0):
                if entries[begin + step] != entries[other + step]:
                    same = False
                    break
            if same:
                numbers[run] = known
                break
            place = (place + 1) & (size - 1)
    return numbers, firsts[:used].copy()

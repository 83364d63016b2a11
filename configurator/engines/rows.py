"""Numbering rows of an integer matrix: equal rows get one number, in the order of their first appearance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import kernel

_SEED = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(29)


@kernel
def number_groups(
    starts: NDArray[np.int64], values: NDArray[np.int32], states: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return numbers for groups of entries as `number_rows` does: group g has those from ``starts[g]`` to ``starts[g + 1]``.

    Entries are pairs of value and state; those of a group are sorted by value.
    """
    count = len(starts) - 1
    size = 16
    while size < 2 * count:
        size *= 2
    table = np.full(size, -1, np.int32)
    numbers = np.empty(count, np.int32)
    firsts = np.empty(count, np.int32)
    used = 0
    for group in range(count):
        mark = _SEED
        for entry in range(starts[group], starts[group + 1]):
            mark = (mark ^ np.uint64((np.int64(values[entry]) << 32) | np.int64(states[entry]))) * _FACTOR
            mark ^= mark >> _SHIFT
        place = np.int64(mark & np.uint64(size - 1))
        length = starts[group + 1] - starts[group]
        while True:
            known = table[place]
            if known < 0:
                table[place] = used
                firsts[used] = group
                numbers[group] = used
                used += 1
                break
            first = starts[firsts[known]]
            same = starts[firsts[known] + 1] - first == length
            for step in range(length if same else 0):
                one, other = starts[group] + step, first + step
                if values[one] != values[other] or states[one] != states[other]:
                    same = False
                    break
            if same:
                numbers[group] = known
                break
            place = (place + 1) & (size - 1)
    return numbers, firsts[:used].copy()


@kernel
def number_rows(rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the number of every row and, for every number, the first row that has it (open addressing)."""
    count, width = rows.shape
    size = 16
    while size < 2 * count:
        size *= 2
    table = np.full(size, -1, np.int32)
    numbers = np.empty(count, np.int32)
    firsts = np.empty(count, np.int32)
    used = 0
    for row in range(count):
        mark = _SEED
        for column in range(width):
            mark = (mark ^ np.uint64(rows[row, column])) * _FACTOR
            mark ^= mark >> _SHIFT
        place = np.int64(mark & np.uint64(size - 1))
        while True:
            known = table[place]
            if known < 0:
                table[place] = used
                firsts[used] = row
                numbers[row] = used
                used += 1
                break
            first = firsts[known]
            same = True
            for column in range(width):
                if rows[row, column] != rows[first, column]:
                    same = False
                    break
            if same:
                numbers[row] = known
                break
            place = (place + 1) & (size - 1)
    return numbers, firsts[:used].copy()

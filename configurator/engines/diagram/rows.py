"""Numbering rows of an integer matrix: equal rows get one number, in the order of their first appearance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.kernel import kernel

_SEED = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(29)


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

"""Sorting inside kernels: arrays come in as arguments, so that no memory is made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import bare_kernel

Int64s = NDArray[np.int64]
_RUN = 16


@bare_kernel
def ascend(values: Int64s, order: Int64s, other: Int64s, count: int) -> None:
    """Sort the first places of `order` by the values there, by merging; `other` is scratch."""
    for first in range(0, count, _RUN):
        for i in range(first + 1, min(first + _RUN, count)):
            place, j = order[i], i
            while j > first and values[order[j - 1]] > values[place]:
                order[j] = order[j - 1]
                j -= 1
            order[j] = place
    size = _RUN
    while size < count:
        for first in range(0, count, 2 * size):
            middle, end = min(first + size, count), min(first + 2 * size, count)
            i, j = first, middle
            for k in range(first, end):
                if i < middle and (j >= end or values[order[i]] <= values[order[j]]):
                    other[k] = order[i]
                    i += 1
                else:
                    other[k] = order[j]
                    j += 1
        for k in range(count):
            order[k] = other[k]
        size *= 2

"""Several sums at once, the first one decisive, then the second, and so on: one pass for all.

Lexicographic sums form a commutative semiring of their own (minimum, addition), so a configuration that is
best by one objective and, among those, by the next comes from one pass, without any price that makes one
objective outweigh another. Arrays have one row a literal or slot and one column an objective.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.semirings import FAR, Arrays, Bits, Slot, row_loops
from configurator.engines.kernel import kernel, operation

Rows = NDArray[np.int64]


@operation
def _improve(best: Rows, place: Slot, first: Rows, one: Slot, second: Rows, other: Slot) -> None:
    """Put the sum of two rows into ``best[place]`` where it is less."""
    if first[one, 0] >= FAR or second[other, 0] >= FAR:
        return
    for column in range(best.shape[1]):
        total = first[one, column] + second[other, column]
        if total > best[place, column]:
            return
        if total < best[place, column]:
            for rest in range(column, best.shape[1]):
                best[place, rest] = first[one, rest] + second[other, rest]
            return


@operation
def _improve_both(outside: Rows, slot: Slot, below: Rows, one: Slot, other: Slot) -> None:
    """Improve each of two rows by the sum of a third and the other."""
    _improve(outside, one, outside, slot, below, other)
    _improve(outside, other, outside, slot, below, one)


_ordered_up, _ordered_down = row_loops("ordered", _improve, _improve_both)


@kernel
def ordered_up(d: Arrays, weights: Rows, mask: Bits) -> Rows:
    """Return the least sums below every slot; `FAR` in the first column where there is nothing."""
    literals = np.uint32(len(mask))
    up = np.full((len(mask) + len(d.edges), weights.shape[1]), FAR, np.int64)
    for literal in range(literals):
        if mask[literal]:
            up[literal] = weights[literal]
    up[literals] = 0
    _ordered_up(d, up, literals)
    return up


@kernel
def best_literals(d: Arrays, weights: Rows, mask: Bits) -> Bits:
    """Return 1 for every literal of the mask that some best configuration takes."""
    literals = np.uint32(len(mask))
    up = ordered_up(d, weights, mask)
    down = np.full(up.shape, FAR, np.int64)
    down[len(up) - 1] = 0
    _ordered_down(d, up, down, literals)
    found = np.zeros(literals, np.uint8)
    root = len(up) - 1
    for literal in range(literals):
        if mask[literal] and down[literal, 0] < FAR:
            same = True
            for column in range(weights.shape[1]):
                same = same and down[literal, column] + up[literal, column] == up[root, column]
            found[literal] = same
    return found

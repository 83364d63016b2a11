"""Several sums at once, the first one decisive, then the second, and so on: one pass for all.

Lexicographic sums form a commutative semiring of their own (minimum, addition), so a configuration that is
best by one objective and, among those, by the next comes from one pass, without any price that makes one
objective outweigh another. Arrays have one row a literal or slot and one column an objective.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import kernel
from configurator.engines.diagram.passes import FAR, Arrays, Bits

_ONE = np.uint32(1)
Rows = NDArray[np.int64]


@kernel
def _improve(best: Rows, place: int, first: Rows, one: int, second: Rows, other: int) -> None:
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


@kernel
def ordered_up(d: Arrays, weights: Rows, mask: Bits) -> Rows:
    """Return the least sums below every slot; `FAR` in the first column where there is nothing."""
    literals = np.uint32(len(mask))
    up = np.full((len(mask) + len(d.edges), weights.shape[1]), FAR, np.int64)
    for literal in range(literals):
        if mask[literal]:
            up[literal] = weights[literal]
    up[literals] = 0
    for slot in range(_ONE, np.uint32(len(d.edges))):
        for edge in range(d.edges[slot - _ONE], d.edges[slot]):
            _improve(up, literals + slot, up, d.left[edge], up, d.right[edge])
    return up


@kernel
def ordered_down(d: Arrays, up: Rows, literals: np.uint32) -> Rows:
    """Return the least sums outside every slot, given those below."""
    down = np.full(up.shape, FAR, np.int64)
    down[len(up) - 1] = 0
    slots = np.uint32(len(d.edges))
    for step in range(_ONE, slots):
        slot = slots - np.uint32(step)
        if down[literals + slot, 0] < FAR:
            for edge in range(d.edges[slot - _ONE], d.edges[slot]):
                _improve(down, d.left[edge], down, literals + slot, up, d.right[edge])
                _improve(down, d.right[edge], down, literals + slot, up, d.left[edge])
    return down


@kernel
def best_literals(d: Arrays, weights: Rows, mask: Bits) -> Bits:
    """Return 1 for every literal of the mask that some best configuration takes."""
    literals = np.uint32(len(mask))
    up = ordered_up(d, weights, mask)
    down = ordered_down(d, up, literals)
    found = np.zeros(literals, np.uint8)
    root = len(up) - 1
    for literal in range(literals):
        if mask[literal] and down[literal, 0] < FAR:
            same = True
            for column in range(weights.shape[1]):
                same = same and down[literal, column] + up[literal, column] == up[root, column]
            found[literal] = same
    return found


@kernel
def ordered_trace(d: Arrays, up: Rows, literals: int, found: NDArray[np.int32]) -> None:
    """Write into `found` the literals of a best configuration, given `ordered_up`; the first best edge is taken."""
    stack = np.empty(len(up) + 2, np.uint32)
    stack[0] = len(up) - 1
    height, used = 1, 0
    while height:
        height -= 1
        slot = stack[height]
        if slot < literals:
            found[used] = slot
            used += 1
        elif slot > literals:
            place = slot - np.uint32(literals)
            for edge in range(d.edges[place - _ONE], d.edges[place]):
                one, other = d.left[edge], d.right[edge]
                same = up[one, 0] < FAR and up[other, 0] < FAR
                for column in range(up.shape[1]):
                    same = same and up[one, column] + up[other, column] == up[slot, column]
                if same:
                    stack[height] = one
                    stack[height + 1] = other
                    height += 2
                    break

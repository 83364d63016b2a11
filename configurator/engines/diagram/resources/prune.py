"""Dropping the edges of a diagram that no configuration within the bounds takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.lanes import BLOCKED, FAR, LANES, Lanes

Int32s = NDArray[np.int32]
Structure = tuple[Int32s, Int32s, Int32s]


def pruned(diagram: Diagram, lanes: Lanes, *, exchangeable: bool = False) -> Diagram:
    """Return the diagram without the edges that every configuration within the bounds avoids.

    With `exchangeable`, configurations that take one value that is not allowed still count.
    """
    arrays = (diagram.edges, diagram.left, diagram.right)
    keep = np.empty(len(diagram.left), np.uint8)
    _mark(arrays, diagram.literals, lanes.cost, lanes.out, lanes.bounds, exchangeable, keep)
    return swept(diagram, keep)


def swept(diagram: Diagram, keep: NDArray[np.uint8]) -> Diagram:
    """Return the diagram of the marked edges, without what has no edge left or no way to the root."""
    arrays = (diagram.edges, diagram.left, diagram.right)
    slots = diagram.slots
    alive, wanted, number = np.empty(slots, np.uint8), np.empty(slots, np.uint8), np.empty(slots, np.int32)
    _sweep(arrays, diagram.literals, keep, alive, wanted)
    fresh = (np.empty_like(diagram.edges), np.empty_like(diagram.left), np.empty_like(diagram.right))
    sizes = np.empty(2, np.int64)
    _renumber(arrays, diagram.literals, keep, wanted, number, fresh, sizes)
    return Diagram(diagram.starts, fresh[0][: sizes[0]], fresh[1][: sizes[1]], fresh[2][: sizes[1]])


@bare_kernel
def _mark(
    structure: Structure, literals: int, cost: Int32s, out: Int32s, bounds: Int32s, exchangeable: bool,
    keep: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Mark the edges whose least total keeps every lane's bound."""
    edges, left, right = structure
    for i in range(len(edges) - 1):
        s = literals + 1 + i
        for e in range(edges[i], edges[i + 1]):
            a, b = left[e], right[e]
            fits = True
            for r in range(LANES):
                total = out[s, r] + cost[a, r] + cost[b, r]
                if exchangeable:
                    over = total >= FAR or (total >= BLOCKED and total - BLOCKED > bounds[r])
                else:
                    over = total > bounds[r]
                fits &= not over
            keep[e] = fits


@bare_kernel
def _sweep(
    structure: Structure, literals: int, keep: NDArray[np.uint8], alive: NDArray[np.uint8], wanted: NDArray[np.uint8]
) -> None:
    """Drop unmarked edges, then what has no edge left or no way to the root."""
    edges, left, right = structure
    slots = literals + len(edges)
    for s in range(slots):
        alive[s], wanted[s] = s <= literals, 0
    for s in range(literals + 1, slots):
        for e in range(edges[s - literals - 1], edges[s - literals]):
            keep[e] &= alive[left[e]] & alive[right[e]]
            alive[s] |= keep[e]
    wanted[slots - 1] = alive[slots - 1]
    for s in range(slots - 1, literals, -1):
        for e in range(edges[s - literals - 1], edges[s - literals]):
            keep[e] &= wanted[s]
            wanted[left[e]] |= keep[e]
            wanted[right[e]] |= keep[e]


@bare_kernel
def _renumber(
    structure: Structure, literals: int, keep: NDArray[np.uint8], wanted: NDArray[np.uint8], number: Int32s,
    fresh: Structure, sizes: NDArray[np.int64],
) -> None:  # fmt: skip
    """Write the edges that are kept, slots numbered anew, and how much of the arrays they take."""
    edges, left, right = structure
    starts, lefts, rights = fresh
    last, size = literals, 0
    starts[0] = 0
    for s in range(literals + len(edges)):
        if s <= literals:
            number[s] = s
        elif wanted[s]:
            last += 1
            number[s] = last
            for e in range(edges[s - literals - 1], edges[s - literals]):
                if keep[e]:
                    lefts[size], rights[size] = number[left[e]], number[right[e]]
                    size += 1
            starts[last - literals] = size
    sizes[0], sizes[1] = last - literals + 1, size

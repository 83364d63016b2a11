"""Bounds for configurations that take at least one value of a group: least totals below and outside every slot with one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.lanes import FAR, LANES, Lanes, Row, add, all_lanes, less, pick, put, row
from configurator.engines.diagram.resources.prune import swept
from configurator.engines.diagram.resources.witness import Bytes, Int32s, Structure

_U = np.uint64


class Required:
    """After `run`: ``below[s]`` and ``outside[s]`` are the least totals of the lanes with a value of the group there."""

    __slots__ = ("below", "outside")

    def __init__(self, slots: int) -> None:
        self.below, self.outside = np.zeros((slots, LANES), np.int32), np.zeros((slots, LANES), np.int32)

    def run(self, diagram: Diagram, lanes: Lanes, group: Int32s) -> None:
        """Pass up and down after the lanes did."""
        wanted = np.zeros(diagram.literals + 1, np.uint8)
        wanted[group] = 1
        arrays = (diagram.edges, diagram.left, diagram.right)
        _rise(arrays, wanted, lanes.weight, lanes.cost, self.below)
        _fall(arrays, diagram.literals, lanes.cost, lanes.out, self.below, self.outside)

    def pruned(self, diagram: Diagram, lanes: Lanes) -> Diagram:
        """Return the diagram without the edges that no configuration within the bounds and with the group takes."""
        keep = np.empty(len(diagram.left), np.uint8)
        arrays = (diagram.edges, diagram.left, diagram.right)
        _mark(arrays, diagram.literals, lanes.cost, lanes.out, self.below, self.outside, lanes.bounds, keep)
        return swept(diagram, keep)


@bare_kernel
def _lower(x: Row[np.int32], y: Row[np.int32]) -> Row[np.int32]:
    return pick(less(x, y), x, y)


@bare_kernel
def _rise(structure: Structure, wanted: Bytes, weight: Int32s, cost: Int32s, below: Int32s) -> None:
    edges, left, right = structure
    literals = len(wanted) - 1
    far = all_lanes(np.int32(FAR))
    for literal in range(_U(literals + 1)):
        put(below, literal, row(weight, literal) if wanted[literal] else far)
    for i in range(_U(len(edges) - 1)):
        least = far
        for e in range(_U(edges[i]), _U(edges[i + _U(1)])):
            a, b = _U(left[e]), _U(right[e])
            least = _lower(add(row(below, a), row(cost, b)), least)
            least = _lower(add(row(cost, a), row(below, b)), least)
        put(below, _U(literals + 1) + i, least)


@bare_kernel
def _fall(structure: Structure, literals: int, cost: Int32s, out: Int32s, below: Int32s, outside: Int32s) -> None:
    edges, left, right = structure
    slots = _U(literals + len(edges))
    far = all_lanes(np.int32(FAR))
    for s in range(slots):
        put(outside, s, far)
    for back in range(_U(len(edges) - 1)):
        i = _U(len(edges) - 2) - back
        s = _U(literals + 1) + i
        around, without = row(outside, s), row(out, s)
        for e in range(_U(edges[i]), _U(edges[i + _U(1)])):
            a, b = _U(left[e]), _U(right[e])
            here = _lower(add(around, row(cost, b)), add(without, row(below, b)))
            there = _lower(add(around, row(cost, a)), add(without, row(below, a)))
            put(outside, a, _lower(here, row(outside, a)))
            put(outside, b, _lower(there, row(outside, b)))


@bare_kernel
def _mark(
    structure: Structure, literals: int, cost: Int32s, out: Int32s, below: Int32s, outside: Int32s, bounds: Int32s,
    keep: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Mark the edges whose least total with a value of the group keeps every lane's bound."""
    edges, left, right = structure
    for i in range(len(edges) - 1):
        s = literals + 1 + i
        for e in range(edges[i], edges[i + 1]):
            a, b = left[e], right[e]
            fits = True
            for r in range(LANES):
                around = outside[s, r] + cost[a, r] + cost[b, r]
                within = out[s, r] + min(below[a, r] + cost[b, r], cost[a, r] + below[b, r])
                fits &= min(around, within) <= bounds[r]
            keep[e] = fits

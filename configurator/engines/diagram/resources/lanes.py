"""One pass up and down a diagram for eight weighted mixtures of the rules at once, carrying the sums of what it takes.

A lane is a mixture: multipliers that are not negative turn the rules into one. The least total of a lane over
all configurations through a value is a bound that may exclude it; the configuration that has the least total
may keep every rule and be its witness. Rows of eight numbers are tuples here: loads before stores, so that
the compiler turns each row into one vector register.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.packing import Sums

LANES = 8
"""Mixtures in one pass; the rows below are written for exactly so many."""
BLOCKED = 1 << 28
"""What a value that is not allowed adds to a lane; every total of allowed values is below half of it."""
FAR = 1 << 29
"""The total of a lane that takes two blocked values or more, or that nothing attains."""

_U = np.uint64
_T = TypeVar("_T")
Row = tuple[_T, _T, _T, _T, _T, _T, _T, _T]
Int32s = NDArray[np.int32]
Words = NDArray[np.uint64]


@bare_kernel
def row(rows: Int32s, i: np.uint64) -> Row[np.int32]:
    """Load eight numbers."""
    return (
        rows[i, _U(0)], rows[i, _U(1)], rows[i, _U(2)], rows[i, _U(3)],
        rows[i, _U(4)], rows[i, _U(5)], rows[i, _U(6)], rows[i, _U(7)],
    )  # fmt: skip


@bare_kernel
def put(rows: Int32s, i: np.uint64, x: Row[np.int32]) -> None:
    """Store eight numbers."""
    rows[i, _U(0)], rows[i, _U(1)], rows[i, _U(2)], rows[i, _U(3)] = x[0], x[1], x[2], x[3]
    rows[i, _U(4)], rows[i, _U(5)], rows[i, _U(6)], rows[i, _U(7)] = x[4], x[5], x[6], x[7]


@bare_kernel
def load(rows: Words, i: np.uint64, w: np.uint64) -> Row[np.uint64]:
    """Load word `w` of eight packed vectors."""
    return (
        rows[i, w, _U(0)], rows[i, w, _U(1)], rows[i, w, _U(2)], rows[i, w, _U(3)],
        rows[i, w, _U(4)], rows[i, w, _U(5)], rows[i, w, _U(6)], rows[i, w, _U(7)],
    )  # fmt: skip


@bare_kernel
def store(rows: Words, i: np.uint64, w: np.uint64, x: Row[np.uint64]) -> None:
    """Store word `w` of eight packed vectors."""
    rows[i, w, _U(0)], rows[i, w, _U(1)], rows[i, w, _U(2)], rows[i, w, _U(3)] = x[0], x[1], x[2], x[3]
    rows[i, w, _U(4)], rows[i, w, _U(5)], rows[i, w, _U(6)], rows[i, w, _U(7)] = x[4], x[5], x[6], x[7]


@bare_kernel
def add(x: Row[np.int32], y: Row[np.int32]) -> Row[np.int32]:
    """Add lane by lane; the cast keeps 32 bits, which the totals never leave."""
    return (
        np.int32(x[0] + y[0]), np.int32(x[1] + y[1]), np.int32(x[2] + y[2]), np.int32(x[3] + y[3]),
        np.int32(x[4] + y[4]), np.int32(x[5] + y[5]), np.int32(x[6] + y[6]), np.int32(x[7] + y[7]),
    )  # fmt: skip


@bare_kernel
def join(x: Row[np.uint64], y: Row[np.uint64]) -> Row[np.uint64]:
    """Add packed vectors lane by lane."""
    return (x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3], x[4] + y[4], x[5] + y[5], x[6] + y[6], x[7] + y[7])


@bare_kernel
def less(x: Row[np.int32], y: Row[np.int32]) -> Row[bool]:
    """Compare lane by lane."""
    return (
        x[0] < y[0], x[1] < y[1], x[2] < y[2], x[3] < y[3], x[4] < y[4], x[5] < y[5], x[6] < y[6], x[7] < y[7],
    )  # fmt: skip


@bare_kernel
def pick(mask: Row[bool], x: Row[_T], y: Row[_T]) -> Row[_T]:
    """Take from `x` where the mask is set, else from `y`."""
    return (
        x[0] if mask[0] else y[0], x[1] if mask[1] else y[1], x[2] if mask[2] else y[2], x[3] if mask[3] else y[3],
        x[4] if mask[4] else y[4], x[5] if mask[5] else y[5], x[6] if mask[6] else y[6], x[7] if mask[7] else y[7],
    )  # fmt: skip


@bare_kernel
def all_lanes(x: np.int32) -> Row[np.int32]:
    """Return one number in every lane."""
    return (x, x, x, x, x, x, x, x)


@bare_kernel
def rise(diagram: tuple[Int32s, Int32s, Int32s], literals: int, cost: Int32s, sums: Words) -> None:
    """Fill the least totals of all computed slots, and the packed sums of what attains them, upwards."""
    edges, left, right = diagram
    far = all_lanes(np.int32(FAR))
    for i in range(_U(len(edges) - 1)):
        s = _U(literals + 1) + i
        first, end = _U(edges[i]), _U(edges[i + _U(1)])
        least = far
        for w in range(_U(sums.shape[1])):
            a, b = _U(left[first]), _U(right[first])
            least = add(row(cost, a), row(cost, b))
            taken = join(load(sums, a, w), load(sums, b, w))
            for e in range(first + _U(1), end):
                a, b = _U(left[e]), _U(right[e])
                total = add(row(cost, a), row(cost, b))
                better = less(total, least)
                least = pick(better, total, least)
                taken = pick(better, join(load(sums, a, w), load(sums, b, w)), taken)
            store(sums, s, w, taken)
        put(cost, s, pick(less(least, far), least, far))


@bare_kernel
def _pass_on(
    s: np.uint64, e: np.uint64, to: np.uint64, beside: np.uint64,
    cost: Int32s, sums: Words, out: Int32s, outside: Words, parent: Int32s,
) -> None:  # fmt: skip
    """Let the slot `to` hear what is least around it when edge `e` of `s` takes it together with `beside`."""
    total = add(row(out, s), row(cost, beside))
    before = row(out, to)
    better = less(total, before)
    for w in range(_U(sums.shape[1])):
        around = join(load(outside, s, w), load(sums, beside, w))
        store(outside, to, w, pick(better, around, load(outside, to, w)))
    put(parent, to, pick(better, all_lanes(np.int32(e)), row(parent, to)))
    put(out, to, pick(better, total, before))


@bare_kernel
def fall(
    diagram: tuple[Int32s, Int32s, Int32s], literals: int,
    cost: Int32s, sums: Words, out: Int32s, outside: Words, parent: Int32s,
) -> None:  # fmt: skip
    """Fill the least totals outside every slot, their packed sums and the edge above that attains them, downwards."""
    edges, left, right = diagram
    slots = _U(literals + len(edges))
    far = all_lanes(np.int32(FAR))
    for s in range(slots):
        put(out, s, far)
    root = slots - _U(1)
    put(out, root, all_lanes(np.int32(0)))
    for w in range(_U(sums.shape[1])):
        for r in range(LANES):
            outside[root, w, r] = _U(0)
    true = _U(literals)
    for back in range(_U(len(edges) - 1)):
        i = _U(len(edges) - 2) - back
        s = true + _U(1) + i
        for e in range(_U(edges[i]), _U(edges[i + _U(1)])):
            a, b = _U(left[e]), _U(right[e])
            _pass_on(s, e, a, b, cost, sums, out, outside, parent)
            if b != true:
                _pass_on(s, e, b, a, cost, sums, out, outside, parent)


@bare_kernel
def weigh(
    coarse: NDArray[np.int64], multipliers: NDArray[np.int64], blocked: NDArray[np.uint8], weight: Int32s, cost: Int32s
) -> None:
    """Write the weight of every literal in every lane, and its cost: blocked ones far away."""
    literals, rules = coarse.shape
    for literal in range(literals):
        for r in range(LANES):
            total = np.int64(0)
            for rule in range(rules):
                total += multipliers[r, rule] * coarse[literal, rule]
            weight[literal, r] = total
            cost[literal, r] = total + BLOCKED if blocked[literal] else total
    for r in range(LANES):
        cost[literals, r] = 0


class Lanes:
    """The arrays of one pass, with room for a whole diagram; a scratch that passes overwrite.

    After `run`: ``cost[s]`` is the least total of the eight lanes below slot s and ``sums[s]`` the packed sums
    of what attains it; ``out[s]``, ``outside[s]`` and ``parent[s]`` the same for what is around s, and the edge
    above; ``weight[l]`` the weight of a literal, ``bounds`` the bound of each lane.
    """

    __slots__ = ("bounds", "cost", "multipliers", "out", "outside", "parent", "sums", "weight")

    def __init__(self, diagram: Diagram, sums: Sums) -> None:
        slots, literals, words = diagram.slots, diagram.literals, len(sums.caps)
        self.cost = np.zeros((slots, LANES), np.int32)
        self.out = np.zeros((slots, LANES), np.int32)
        self.parent = np.zeros((slots, LANES), np.int32)
        self.sums = np.zeros((slots, words, LANES), np.uint64)
        self.outside = np.zeros((slots, words, LANES), np.uint64)
        self.weight = np.zeros((literals, LANES), np.int32)
        self.sums[: literals + 1] = sums.weights[:, :, None]
        self.bounds = np.zeros(LANES, np.int32)
        self.multipliers = np.zeros((LANES, sums.number), np.int64)

    def run(self, diagram: Diagram, sums: Sums, multipliers: NDArray[np.int64], blocked: NDArray[np.uint8]) -> None:
        """Pass up and down a diagram of the same literals."""
        self.multipliers = multipliers
        self.bounds = (multipliers @ sums.limits).astype(np.int32)
        weigh(sums.coarse, multipliers, blocked, self.weight, self.cost)
        arrays = (diagram.edges, diagram.left, diagram.right)
        rise(arrays, diagram.literals, self.cost, self.sums)
        fall(arrays, diagram.literals, self.cost, self.sums, self.out, self.outside, self.parent)

    @property
    def passed(self) -> tuple[Int32s, Words, Int32s, Words, Int32s, Int32s, Int32s]:
        """The arrays as the kernels take them: cost, sums, out, outside, parent, weight, bounds."""
        return self.cost, self.sums, self.out, self.outside, self.parent, self.weight, self.bounds

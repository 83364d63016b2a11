"""One pass up and one pass down over a diagram, in the semiring of the question.

Every pass gives each literal its outside value: what all other variables together make of the
configurations that take it. So a literal that a choice excludes still gets its answer: what if that
variable were switched to it? `allowed` is 1 for every literal that may be taken. Diagrams passed in have
a configuration; indices are unsigned, since signed ones cost a test at every step.

Semirings: booleans (valid values), sums that are minimised (Andersen, Hadzic, Pisinger, Interactive
cost configuration over decision diagrams, 2010), integers (counts), many booleans at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.kernel import kernel

FAR = 1 << 60
"""More than any sum: what cannot be had."""
_NEAR = 1 << 59
_ONE = np.uint32(1)

Bits = NDArray[np.uint8]
Words = NDArray[np.uint64]
Sums = NDArray[np.int64]


class Arrays(NamedTuple):
    """A diagram as passes walk it: `runs` are stretches of slots, numbered from TRUE on, with one edge each or several.

    A row of `runs` is (first slot, slot after the last, 1 where each has one edge).
    """

    runs: NDArray[np.uint32]
    edges: NDArray[np.uint32]
    left: NDArray[np.uint32]
    right: NDArray[np.uint32]


def arrays(diagram: Diagram) -> Arrays:
    """Prepare a diagram for passes."""
    single = (np.diff(diagram.edges) == 1).astype(np.uint32)
    cuts = np.flatnonzero(np.diff(single)) + 1
    firsts = np.concatenate(([0], cuts)) if len(single) else np.zeros(0, np.intp)
    lasts = np.concatenate((cuts, [len(single)])) if len(single) else firsts
    runs = np.stack((firsts + 1, lasts + 1, single[firsts]), axis=1).astype(np.uint32)
    return Arrays(runs, *(part.view(np.uint32) for part in (diagram.edges, diagram.left, diagram.right)))


@kernel
def _reach_up(d: Arrays, up: Bits, literals: np.uint32) -> None:
    """Fill in whether something below each slot is allowed."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs)):
        first, last = d.runs[run, 0], d.runs[run, 1]
        if d.runs[run, 2]:
            shift = edges[first - _ONE] - first
            for slot in range(first, last):
                edge = slot + shift
                up[literals + slot] = up[left[edge]] & up[right[edge]]
        else:
            for slot in range(first, last):
                held = np.uint8(0)
                for edge in range(edges[slot - _ONE], edges[slot]):
                    held |= up[left[edge]] & up[right[edge]]
                up[literals + slot] = held


@kernel
def _reach_down(d: Arrays, up: Bits, down: Bits, literals: np.uint32) -> None:
    """Fill in whether each slot is used by something allowed outside it."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs) - 1, -1, -1):
        first, last = d.runs[run, 0], d.runs[run, 1]
        for step in range(_ONE, last - first + _ONE):
            slot = last - np.uint32(step)
            above = down[literals + slot]
            if above:
                for edge in range(edges[slot - _ONE], edges[slot]):
                    one, other = left[edge], right[edge]
                    down[one] |= above & up[other]
                    down[other] |= above & up[one]


@kernel
def possible(d: Arrays, allowed: Bits) -> bool:
    """Say whether some configuration takes only allowed values."""
    literals = np.uint32(len(allowed))
    up = np.empty(literals + np.uint32(len(d.edges)), np.uint8)
    up[:literals] = allowed
    up[literals] = 1
    _reach_up(d, up, literals)
    return up[len(up) - 1] != 0


@kernel
def outside(d: Arrays, allowed: Bits) -> Bits:
    """Return 1 for every literal that some configuration takes together with allowed values of all other variables."""
    literals = np.uint32(len(allowed))
    up = np.empty(literals + np.uint32(len(d.edges)), np.uint8)
    up[:literals] = allowed
    up[literals] = 1
    _reach_up(d, up, literals)
    down = np.zeros(len(up), np.uint8)
    down[len(up) - 1] = 1
    _reach_down(d, up, down, literals)
    return down[:literals]


@kernel
def _least_up(d: Arrays, up: Sums, literals: np.uint32) -> None:
    """Fill in the least sum below each slot."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs)):
        first, last = d.runs[run, 0], d.runs[run, 1]
        if d.runs[run, 2]:
            shift = edges[first - _ONE] - first
            for slot in range(first, last):
                edge = slot + shift
                up[literals + slot] = min(up[left[edge]] + up[right[edge]], np.int64(FAR))
        else:
            for slot in range(first, last):
                held = np.int64(FAR)
                for edge in range(edges[slot - _ONE], edges[slot]):
                    held = min(held, up[left[edge]] + up[right[edge]])
                up[literals + slot] = held


@kernel
def _least_down(d: Arrays, up: Sums, down: Sums, literals: np.uint32) -> None:
    """Fill in the least sum outside each slot."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs) - 1, -1, -1):
        first, last = d.runs[run, 0], d.runs[run, 1]
        for step in range(_ONE, last - first + _ONE):
            slot = last - np.uint32(step)
            above = down[literals + slot]
            if above < FAR:
                for edge in range(edges[slot - _ONE], edges[slot]):
                    one, other = left[edge], right[edge]
                    down[one] = min(down[one], above + up[other])
                    down[other] = min(down[other], above + up[one])


@kernel
def least(d: Arrays, weights: Sums, up: Sums) -> Sums:
    """Return for every literal the least sum of the weights of all others; `FAR` where there is none.

    A literal that is not allowed weighs `FAR`. `up` is scratch of one number a slot, left with the least
    sum below each: the last one is the least of all, and `trace` reads a best configuration from it.
    """
    literals = np.uint32(len(weights))
    up[:literals] = weights
    up[literals] = 0
    _least_up(d, up, literals)
    down = np.full(len(up), FAR, np.int64)
    down[len(up) - 1] = 0
    _least_down(d, up, down, literals)
    return down[:literals]


@kernel
def least_of_all(d: Arrays, weights: Sums, up: Sums) -> int:
    """Return the least sum of weights, `FAR` or more where there is none; `up` is left as by `least`."""
    literals = np.uint32(len(weights))
    up[:literals] = weights
    up[literals] = 0
    _least_up(d, up, literals)
    return up[len(up) - 1]


@kernel
def both_ends(d: Arrays, weights: Sums, allowed: Bits) -> NDArray[np.int64]:
    """Return for every literal the least and the greatest sum of a configuration that takes it, as ``least, -greatest``.

    Its own weight counts, whether it is allowed or not; `FAR` twice where there is none.
    """
    literals = np.uint32(len(weights))
    up = np.empty((literals + np.uint32(len(d.edges)), 2), np.int64)
    for literal in range(literals):
        up[literal, 0] = weights[literal] if allowed[literal] else FAR
        up[literal, 1] = -weights[literal] if allowed[literal] else FAR
    up[literals] = 0
    _ends_up(d, up, literals)
    down = np.full(up.shape, FAR, np.int64)
    down[len(up) - 1] = 0
    _ends_down(d, up, down, literals)
    found = np.empty((literals, 2), np.int64)
    for literal in range(literals):
        is_far = down[literal, 0] > _NEAR
        found[literal, 0] = FAR if is_far else down[literal, 0] + weights[literal]
        found[literal, 1] = FAR if is_far else down[literal, 1] - weights[literal]
    return found


@kernel
def _ends_up(d: Arrays, up: Sums, literals: np.uint32) -> None:
    """Fill in the least sum below each slot, of the weights and of their opposites."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs)):
        first, last = d.runs[run, 0], d.runs[run, 1]
        for slot in range(first, last):
            low = high = np.int64(FAR)
            for edge in range(edges[slot - _ONE], edges[slot]):
                low = min(low, up[left[edge], 0] + up[right[edge], 0])
                high = min(high, up[left[edge], 1] + up[right[edge], 1])
            up[literals + slot, 0] = low
            up[literals + slot, 1] = high


@kernel
def _ends_down(d: Arrays, up: Sums, down: Sums, literals: np.uint32) -> None:
    """Fill in the least sum outside each slot, of the weights and of their opposites."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs) - 1, -1, -1):
        first, last = d.runs[run, 0], d.runs[run, 1]
        for step in range(_ONE, last - first + _ONE):
            slot = last - np.uint32(step)
            low, high = down[literals + slot, 0], down[literals + slot, 1]
            if low < _NEAR:
                for edge in range(edges[slot - _ONE], edges[slot]):
                    one, other = left[edge], right[edge]
                    down[one, 0] = min(down[one, 0], low + up[other, 0])
                    down[one, 1] = min(down[one, 1], high + up[other, 1])
                    down[other, 0] = min(down[other, 0], low + up[one, 0])
                    down[other, 1] = min(down[other, 1], high + up[one, 1])


@kernel
def trace(d: Arrays, up: Sums, literals: int, found: NDArray[np.int32]) -> None:
    """Write into `found` the literals of a configuration with the least sum, given what `least` left in `up`.

    Of several best edges the first one is taken; a variable stands where the tree has it.
    """
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
                if up[d.left[edge]] + up[d.right[edge]] == up[slot]:
                    stack[height] = d.left[edge]
                    stack[height + 1] = d.right[edge]
                    height += 2
                    break


@kernel
def _count_up(d: Arrays, up: Words, literals: np.uint32) -> None:
    """Fill in the number of configurations below each slot, modulo 2**64."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs)):
        first, last = d.runs[run, 0], d.runs[run, 1]
        if d.runs[run, 2]:
            shift = edges[first - _ONE] - first
            for slot in range(first, last):
                edge = slot + shift
                up[literals + slot] = up[left[edge]] * up[right[edge]]
        else:
            for slot in range(first, last):
                held = np.uint64(0)
                for edge in range(edges[slot - _ONE], edges[slot]):
                    held += up[left[edge]] * up[right[edge]]
                up[literals + slot] = held


@kernel
def _count_down(d: Arrays, up: Words, down: Words, literals: np.uint32) -> None:
    """Fill in the number of configurations outside each slot, modulo 2**64."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs) - 1, -1, -1):
        first, last = d.runs[run, 0], d.runs[run, 1]
        for step in range(_ONE, last - first + _ONE):
            slot = last - np.uint32(step)
            above = down[literals + slot]
            if above:
                for edge in range(edges[slot - _ONE], edges[slot]):
                    one, other = left[edge], right[edge]
                    down[one] += above * up[other]
                    down[other] += above * up[one]


@kernel
def _residue_up(d: Arrays, up: Words, literals: np.uint32, modulus: np.uint64) -> None:
    """Fill in the number of configurations below each slot, modulo a number below 2**31."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs)):
        first, last = d.runs[run, 0], d.runs[run, 1]
        if d.runs[run, 2]:
            shift = edges[first - _ONE] - first
            for slot in range(first, last):
                edge = slot + shift
                up[literals + slot] = up[left[edge]] * up[right[edge]] % modulus
        else:
            for slot in range(first, last):
                held = np.uint64(0)
                for edge in range(edges[slot - _ONE], edges[slot]):
                    held += up[left[edge]] * up[right[edge]] % modulus
                up[literals + slot] = held % modulus


@kernel
def _residue_down(d: Arrays, up: Words, down: Words, literals: np.uint32, modulus: np.uint64) -> None:
    """Fill in the number of configurations outside each slot, modulo a number below 2**31."""
    edges, left, right = d.edges, d.left, d.right
    for run in range(len(d.runs) - 1, -1, -1):
        first, last = d.runs[run, 0], d.runs[run, 1]
        for step in range(_ONE, last - first + _ONE):
            slot = last - np.uint32(step)
            above = down[literals + slot]
            if above:
                for edge in range(edges[slot - _ONE], edges[slot]):
                    one, other = left[edge], right[edge]
                    down[one] = (down[one] + above * up[other]) % modulus
                    down[other] = (down[other] + above * up[one]) % modulus


@kernel
def count(d: Arrays, allowed: Bits, modulus: np.uint64) -> np.uint64:
    """Return the number of configurations of allowed values modulo a number below 2**31, or modulo 2**64 for 0."""
    literals = np.uint32(len(allowed))
    up = np.empty(literals + np.uint32(len(d.edges)), np.uint64)
    up[:literals] = allowed
    up[literals] = 1
    if modulus:
        _residue_up(d, up, literals, modulus)
    else:
        _count_up(d, up, literals)
    return up[len(up) - 1]


@kernel
def counts(d: Arrays, allowed: Bits, modulus: np.uint64) -> Words:
    """Return for every literal the number of configurations with it and allowed values elsewhere, as `count` does."""
    literals = np.uint32(len(allowed))
    up = np.empty(literals + np.uint32(len(d.edges)), np.uint64)
    up[:literals] = allowed
    up[literals] = 1
    down = np.zeros(len(up), np.uint64)
    down[len(up) - 1] = 1
    if modulus:
        _residue_up(d, up, literals, modulus)
        _residue_down(d, up, down, literals, modulus)
    else:
        _count_up(d, up, literals)
        _count_down(d, up, down, literals)
    return down[:literals]

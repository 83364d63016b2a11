"""One pass up and one pass down over a diagram, in the semiring of the question.

Every pass gives each literal its outside value: what all other variables together make of the
configurations that take it. So a literal that a choice excludes still gets its answer: what if that
variable were switched to it? `allowed` is 1 for every literal that may be taken. Diagrams passed in have
a configuration.

Semirings: booleans (valid values), sums that are minimised (Andersen, Hadzic, Pisinger, Interactive
cost configuration over decision diagrams, 2010), integers (counts), many booleans at once.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.semirings import (
    FAR, Arrays, Bits, Semiring, Slot, Sums, Words, arrays, loops, read_one, write_one,
)  # fmt: skip
from configurator.engines.kernel import kernel, operation

_NEAR = 1 << 59
"""Less than what cannot be had becomes by any weights, more than any sum."""
_ONE = np.uint32(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_NONE = np.uint64(0)
"""No modulus."""
Ends = tuple[np.int64, np.int64]
Set = TypeVar("Set", np.uint8, np.uint64)
"""One set of values, or 64: a bit each."""


# --- booleans: one, or 64 to a word -------------------------------------------------------------


@operation
def _either(one: np.uint64, other: np.uint64, _: np.uint64) -> np.uint64:
    return one | other


@operation
def _both(one: np.uint64, other: np.uint64, _: np.uint64) -> np.uint64:
    return one & other


@operation
def _is_zero(value: np.uint64) -> bool:
    return value == 0


_reach_up, _reach_down = loops(Semiring("reach", np.uint8(0), read_one, write_one, _either, _both, _is_zero))


@kernel
def possible(d: Arrays, allowed: NDArray[Set]) -> Set:
    """Say which sets of allowed values some configuration keeps to: a bit each, as in the words of `allowed`."""
    literals = np.uint32(len(allowed))
    up = np.empty(literals + np.uint32(len(d.edges)), allowed.dtype)
    up[:literals] = allowed
    up[literals] = _ALL
    _reach_up(d, up, literals, _NONE)
    return up[len(up) - 1]


@kernel
def outside(d: Arrays, allowed: Bits) -> Bits:
    """Return 1 for every literal that some configuration takes together with allowed values of all other variables."""
    literals = np.uint32(len(allowed))
    up = np.empty(literals + np.uint32(len(d.edges)), np.uint8)
    up[:literals] = allowed
    up[literals] = 1
    _reach_up(d, up, literals, _NONE)
    down = np.zeros(len(up), np.uint8)
    down[len(up) - 1] = 1
    _reach_down(d, up, down, literals, _NONE)
    return down[:literals]


# --- sums that are minimised --------------------------------------------------------------------


@operation
def _less(one: np.int64, other: np.int64, _: np.uint64) -> np.int64:
    return min(one, other)


@operation
def _sum(one: np.int64, other: np.int64, _: np.uint64) -> np.int64:
    return one + other


@operation
def _is_far(value: np.int64) -> bool:
    return value >= FAR


_least_up, _least_down = loops(Semiring("least", np.int64(FAR), read_one, write_one, _less, _sum, _is_far))


@kernel
def least(d: Arrays, weights: Sums, up: Sums) -> Sums:
    """Return for every literal the least sum of the weights of all others; `FAR` where there is none.

    A literal that is not allowed weighs `FAR`. `up` is scratch of one number a slot, left with the least
    sum below each: the last one is the least of all, and `trace` reads a best configuration from it.
    """
    literals = np.uint32(len(weights))
    least_of_all(d, weights, up)
    down = np.full(len(up), FAR, np.int64)
    down[len(up) - 1] = 0
    _least_down(d, up, down, literals, _NONE)
    return down[:literals]


@kernel
def least_of_all(d: Arrays, weights: Sums, up: Sums) -> int:
    """Return the least sum of weights, `FAR` or more where there is none; `up` is left as by `least`."""
    literals = np.uint32(len(weights))
    up[:literals] = weights
    up[literals] = 0
    _least_up(d, up, literals, _NONE)
    return up[len(up) - 1]


@operation
def _read_ends(values: Sums, slot: Slot) -> Ends:
    return values[slot, 0], values[slot, 1]


@operation
def _write_ends(values: Sums, slot: Slot, ends: Ends) -> None:
    values[slot, 0], values[slot, 1] = ends


@operation
def _outer(one: Ends, other: Ends, _: np.uint64) -> Ends:
    return min(one[0], other[0]), min(one[1], other[1])


@operation
def _sums(one: Ends, other: Ends, _: np.uint64) -> Ends:
    return one[0] + other[0], one[1] + other[1]


@operation
def _are_far(ends: Ends) -> bool:
    return ends[0] >= _NEAR


_ends_up, _ends_down = loops(
    Semiring("ends", (np.int64(FAR), np.int64(FAR)), _read_ends, _write_ends, _outer, _sums, _are_far)
)


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
    _ends_up(d, up, literals, _NONE)
    down = np.full(up.shape, FAR, np.int64)
    down[len(up) - 1] = 0
    _ends_down(d, up, down, literals, _NONE)
    found = np.empty((literals, 2), np.int64)
    for literal in range(literals):
        is_far = down[literal, 0] > _NEAR
        found[literal, 0] = FAR if is_far else down[literal, 0] + weights[literal]
        found[literal, 1] = FAR if is_far else down[literal, 1] - weights[literal]
    return found


@kernel
def trace(d: Arrays, up: NDArray[np.int64], literals: int, found: NDArray[np.int32]) -> None:
    """Write into `found` the literals of a configuration with the least sums, given those below each slot.

    `up` has a row a slot, of one sum or of several (`ordered`). Of several best edges the first one is taken; a
    variable stands where the tree has it.
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
                one, other = d.left[edge], d.right[edge]
                same = up[one, 0] < FAR and up[other, 0] < FAR
                for column in range(up.shape[1]):
                    same = same and up[one, column] + up[other, column] == up[slot, column]
                if same:
                    stack[height] = one
                    stack[height + 1] = other
                    height += 2
                    break


# --- counts, modulo a number --------------------------------------------------------------------


@operation
def _added(one: np.uint64, other: np.uint64, modulus: np.uint64) -> np.uint64:
    total = one + other
    return total - modulus if modulus and total >= modulus else total


@operation
def _multiplied(one: np.uint64, other: np.uint64, modulus: np.uint64) -> np.uint64:
    return one * other % modulus if modulus else one * other


_count_up, _count_down = loops(Semiring("count", np.uint64(0), read_one, write_one, _added, _multiplied, _is_zero))


@kernel
def count(d: Arrays, allowed: Bits, up: Words, modulus: np.uint64) -> np.uint64:
    """Return the number of configurations of allowed values modulo a number below 2**31, or modulo 2**64 for 0.

    `up` is scratch of one number a slot, left with the number below each.
    """
    literals = np.uint32(len(allowed))
    up[:literals] = allowed
    up[literals] = 1
    _count_up(d, up, literals, modulus)
    return up[len(up) - 1]


@kernel
def counts(d: Arrays, allowed: Bits, modulus: np.uint64) -> Words:
    """Return for every literal the number of configurations with it and allowed values elsewhere, as `count` does."""
    literals = np.uint32(len(allowed))
    up = np.empty(literals + np.uint32(len(d.edges)), np.uint64)
    count(d, allowed, up, modulus)
    down = np.zeros(len(up), np.uint64)
    down[len(up) - 1] = 1
    _count_down(d, up, down, literals, modulus)
    return down[:literals]


__all__ = [
    "FAR",
    "Arrays",
    "Bits",
    "Sums",
    "Words",
    "arrays",
    "both_ends",
    "count",
    "counts",
    "least",
    "least_of_all",
    "outside",
    "possible",
    "trace",
]

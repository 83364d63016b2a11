"""Minimal conflicts of choices on a diagram: 64 prefixes of the choices are tested in one pass.

The preferred conflict of Junker, QuickXplain (2004), found from its last member to its first: the
shortest prefix of the choices that cannot stand ends with a member; with that one kept, again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.passes import possible
from configurator.engines.diagram.semirings import FAR, Arrays, Bits, Sums
from configurator.engines.kernel import kernel, operation

_WIDTH = 63
"""Prefixes told apart by one pass, besides the one of no choice."""


@operation
def _keep(starts: NDArray[np.int32], owner: NDArray[np.int32], mask: Bits, literal: int) -> None:
    """Drop from a mask the other values of a literal's variable."""
    kept = mask[literal]
    variable = owner[literal]
    mask[starts[variable] : starts[variable + 1]] = 0
    mask[literal] = kept


@kernel
def restrict(starts: NDArray[np.int32], owner: NDArray[np.int32], mask: Bits, choices: NDArray[np.int32]) -> Bits:
    """Return a mask narrowed to one literal of each chosen variable."""
    narrowed = mask.copy()
    for literal in choices:
        _keep(starts, owner, narrowed, literal)
    return narrowed


@kernel
def penalised(starts: NDArray[np.int32], owner: NDArray[np.int32], mask: Bits, choices: NDArray[np.int32]) -> Sums:
    """Return weights of 1 for every literal that gives up a choice, 0 for the others, `FAR` outside the mask."""
    weights = np.empty(len(mask), np.int64)
    for literal in range(len(mask)):
        weights[literal] = 0 if mask[literal] else FAR
    for literal in choices:
        variable = owner[literal]
        for other in range(starts[variable], starts[variable + 1]):
            if other != literal:
                weights[other] += 1
    return weights


@kernel
def conflict(
    arrays: Arrays, starts: NDArray[np.int32], owner: NDArray[np.int32], mask: Bits, choices: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return 0 and the places of the preferred minimal conflict, the last one first; only -1 where there is none."""
    found = np.zeros(len(choices) + 1, np.int32)
    kept = mask.copy()
    used, left = 1, len(choices)
    first = True
    while True:
        place = shortest_refuted(arrays, starts, owner, kept, choices, left)
        if place < 0:
            if first:
                found[0] = -1
            break
        first = False
        if place == 0:
            break
        found[used] = place - 1
        used += 1
        left = place - 1
        _keep(starts, owner, kept, choices[left])
    return found[:used]


@kernel
def shortest_refuted(
    arrays: Arrays,
    starts: NDArray[np.int32],
    owner: NDArray[np.int32],
    mask: Bits,
    choices: NDArray[np.int32],
    count: int,
) -> int:
    """Return how many of the first `count` choices it takes to leave no configuration; -1 where all leave one."""
    kept = mask.copy()
    done = 0
    while True:
        width = min(_WIDTH, count - done)
        words = np.empty(len(mask), np.uint64)
        for literal in range(len(mask)):
            words[literal] = np.uint64(0xFFFFFFFFFFFFFFFF) if kept[literal] else np.uint64(0)
        for step in range(width):
            literal = choices[done + step]
            without = (np.uint64(1) << np.uint64(step + 1)) - np.uint64(1)
            variable = owner[literal]
            for other in range(starts[variable], starts[variable + 1]):
                if other != literal:
                    words[other] &= without
                    kept[other] = 0
        stands = possible(arrays, words)
        for step in range(width + 1):
            if not (stands >> np.uint64(step)) & np.uint64(1):
                return done + step
        done += width
        if done >= count:
            return -1

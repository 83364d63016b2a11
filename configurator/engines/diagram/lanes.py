"""Many sessions in one pass: a bit each, 64 to a word, 512 to a wide pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import kernel
from configurator.engines.diagram.passes import Arrays, Words

LANES = 8
"""Words of 64 sessions that one wide pass carries."""
_ONE = np.uint32(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@kernel
def masks_of(
    starts: NDArray[np.int32], owner: NDArray[np.int32], choices: NDArray[np.int32], places: NDArray[np.int32]
) -> Words:
    """Return what each session may take, as `outside_lanes` reads it.

    `choices` are chosen literals of all sessions, one session after the other; those of session s begin at
    ``places[s]``. Sessions that are not given may take everything.
    """
    masks = np.full((len(owner), LANES), _ALL, np.uint64)
    for session in range(len(places) - 1):
        word, bit = session // 64, np.uint64(1) << np.uint64(session % 64)
        for place in range(places[session], places[session + 1]):
            literal = choices[place]
            variable = owner[literal]
            for other in range(starts[variable], starts[variable + 1]):
                if other != literal:
                    masks[other, word] &= ~bit
    return masks


@kernel
def _lanes_up(d: Arrays, up: Words, literals: np.uint32) -> None:
    """Answer as `_reach_up` does, for 64 sets of values."""
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
                held = np.uint64(0)
                for edge in range(edges[slot - _ONE], edges[slot]):
                    held |= up[left[edge]] & up[right[edge]]
                up[literals + slot] = held


@kernel
def possible_lanes(d: Arrays, allowed: Words) -> np.uint64:
    """Answer `possible` for 64 sets of allowed values at once: one bit each."""
    literals = np.uint32(len(allowed))
    up = np.empty(literals + np.uint32(len(d.edges)), np.uint64)
    up[:literals] = allowed
    up[literals] = _ALL
    _lanes_up(d, up, literals)
    return up[len(up) - 1]


@kernel
def outside_lanes(d: Arrays, allowed: Words) -> Words:
    """Answer `outside` for ``64 * LANES`` sets of allowed values at once; `allowed` has `LANES` words a literal."""
    literals = np.uint32(len(allowed))
    edges, left, right = d.edges, d.left, d.right
    up = np.zeros((literals + np.uint32(len(edges)), LANES), np.uint64)
    up[:literals] = allowed
    up[literals] = _ALL
    slots = np.uint32(len(edges))
    for slot in range(_ONE, slots):
        for edge in range(edges[slot - _ONE], edges[slot]):
            one, other = left[edge], right[edge]
            for lane in range(LANES):
                up[literals + slot, lane] |= up[one, lane] & up[other, lane]
    down = np.zeros(up.shape, np.uint64)
    down[len(up) - 1] = _ALL
    for step in range(_ONE, slots):
        slot = slots - np.uint32(step)
        for edge in range(edges[slot - _ONE], edges[slot]):
            one, other = left[edge], right[edge]
            for lane in range(LANES):
                above = down[literals + slot, lane]
                down[one, lane] |= above & up[other, lane]
                down[other, lane] |= above & up[one, lane]
    return down[:literals]

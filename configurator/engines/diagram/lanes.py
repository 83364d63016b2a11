"""Many sessions in one pass: a bit each, 64 to a word, 512 to a wide pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.semirings import Arrays, Slot, Words, row_loops
from configurator.engines.kernel import kernel, operation

LANES = 8
"""Words of 64 sessions that one wide pass carries."""
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


@operation
def _add(into: Words, place: Slot, first: Words, one: Slot, second: Words, other: Slot) -> None:
    """Add the sessions that two rows have in common."""
    for lane in range(LANES):
        into[place, lane] |= first[one, lane] & second[other, lane]


@operation
def _share(outside: Words, slot: Slot, below: Words, one: Slot, other: Slot) -> None:
    """Add to each of two rows what a third has in common with the other: in one loop, which is faster than two."""
    for lane in range(LANES):
        above = outside[slot, lane]
        outside[one, lane] |= above & below[other, lane]
        outside[other, lane] |= above & below[one, lane]


_lanes_up, _lanes_down = row_loops("lanes", _add, _share)


@kernel
def outside_lanes(d: Arrays, allowed: Words) -> Words:
    """Answer `outside` for ``64 * LANES`` sets of allowed values at once; `allowed` has `LANES` words a literal."""
    literals = np.uint32(len(allowed))
    up = np.zeros((literals + np.uint32(len(d.edges)), LANES), np.uint64)
    up[:literals] = allowed
    up[literals] = _ALL
    _lanes_up(d, up, literals)
    down = np.zeros(up.shape, np.uint64)
    down[len(up) - 1] = _ALL
    _lanes_down(d, up, down, literals)
    return down[:literals]

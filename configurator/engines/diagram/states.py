"""The state of every value under choices, from one pass: excluded, open, implied, chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.semirings import Bits
from configurator.engines.kernel import kernel

EXCLUDED, OPEN, IMPLIED, CHOSEN = 0, 1, 2, 3


@kernel
def states_of(
    starts: NDArray[np.int32], owner: NDArray[np.int32], mask: Bits, outside: Bits, choices: NDArray[np.int32]
) -> Bits:
    """Return states, given what stands with all other choices; a chosen variable's other values are open or excluded.

    The only value left of a variable that nobody chose is implied.
    """
    states = np.empty(len(mask), np.uint8)
    for literal in range(len(mask)):
        states[literal] = OPEN if mask[literal] and outside[literal] else EXCLUDED
    asked = np.ones(len(starts) - 1, np.bool_)
    for literal in choices:
        asked[owner[literal]] = False
    for variable in range(len(asked)):
        left, last = 0, 0
        for literal in range(starts[variable], starts[variable + 1]):
            if states[literal]:
                left += 1
                last = literal
        if left == 1 and asked[variable]:
            states[last] = IMPLIED
    for literal in choices:
        states[literal] = CHOSEN
    return states

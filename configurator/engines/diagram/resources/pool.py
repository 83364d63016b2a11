"""What one click leaves for the next: witnesses, exclusions, pruned diagrams and mixtures, as far as they stay true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.resources.witness import EXCLUDED, OPEN, VALID


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """What is known after a click with the literals `blocked`; never changed, so that undo keeps the old one.

    `members` are verified configurations, a row of literals each. `base` has the configurations within the
    rules and restrictions, `exchange` those that break one restriction at most.
    """

    blocked: NDArray[np.uint8]
    status: NDArray[np.uint8]
    members: NDArray[np.int32]
    base: Diagram
    exchange: Diagram
    multipliers: NDArray[np.int64]
    exchange_multipliers: NDArray[np.int64]


def remembered(
    diagram: Diagram, state: Pool | None, blocked: NDArray[np.uint8], status: NDArray[np.uint8], fresh: NDArray[np.int64]
) -> Pool:  # fmt: skip
    """Return what stays true of a pool under other restrictions; exclusions that stay are entered in `status`.

    Under the same restrictions all verdicts stay. Where choices are only added, all stays. Where one variable alone is freed, its values keep their verdicts,
    and what broke one restriction at most holds all that is possible now.
    """
    if state is None:
        none = np.empty((0, len(diagram.starts) - 1), np.int32)
        return Pool(blocked, status, none, diagram, diagram, fresh, fresh)
    if np.array_equal(state.blocked, blocked):
        status[(state.status == VALID) & (status == OPEN)] = VALID
    freed = np.flatnonzero((state.blocked == 1) & (blocked == 0))
    variables = np.unique(np.searchsorted(diagram.starts, freed, side="right") - 1)
    excluded = (state.status == EXCLUDED) & (status == OPEN)
    base, exchange = state.base, state.exchange
    if len(variables):
        base = exchange if len(variables) == 1 else diagram
        exchange = diagram
        still = np.zeros(len(status), np.bool_)
        if len(variables) == 1:
            still[diagram.starts[variables[0]] : diagram.starts[variables[0] + 1]] = True
        excluded &= still
    status[excluded] = EXCLUDED
    return Pool(blocked, status, state.members, base, exchange, state.multipliers, state.exchange_multipliers)

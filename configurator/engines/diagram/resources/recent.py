"""The pools of the last questions, so that a question begins with what a near one left; verdicts never depend on them."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.resources.pool import Pool
from configurator.engines.diagram.resources.verdicts import Allowed

_KEPT = 8
"""Pools kept: a few sessions at once, some megabytes each."""


class Recent:
    """Pools of the last different restrictions; threads may share it."""

    def __init__(self) -> None:
        self._pools: list[Pool] = []
        self._lock = threading.Lock()

    def nearest(self, allowed: Allowed) -> Pool | None:
        """Return the pool of the most similar restrictions, None where there is none.

        Where a value is allowed that was not, less of a pool stays true: such restrictions come last.
        """
        blocked = np.asarray(allowed) == 0
        with self._lock:
            pools = list(self._pools)
        return min(pools, key=lambda pool: _distance(pool, blocked), default=None)

    def keep(self, pool: Pool | None) -> None:
        """Keep a pool in place of an older one of the same restrictions, or of the oldest."""
        if pool is None:
            return
        with self._lock:
            others = [other for other in self._pools if not np.array_equal(other.blocked, pool.blocked)]
            self._pools = [pool, *others[: _KEPT - 1]]


def _distance(pool: Pool, blocked: NDArray[np.bool_]) -> tuple[int, int]:
    """Return how many values are freed, and how many differ."""
    before = pool.blocked == 1
    return int(np.count_nonzero(before & ~blocked)), int(np.count_nonzero(before != blocked))

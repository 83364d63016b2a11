"""The verdicts of one question, and the witnesses that show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.resources.pool import Pool
from configurator.engines.diagram.resources.witness import OPEN, VALID

Allowed = NDArray[np.uint8]
Configuration = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What is known of every literal: OPEN (checking), VALID, EXCLUDED, or UNASKED.

    A literal is decided with its own variable unrestricted and everything else restricted as asked: so a value
    that is not allowed is valid where its variable could be switched to it.
    """

    status: NDArray[np.uint8]
    pool: Pool | None
    allowed: Allowed = field(repr=False)
    variable: NDArray[np.int32] = field(repr=False)
    alone: Callable[[int], Configuration | None] = field(repr=False)
    """Finds a configuration through a literal that is valid where the pool has none."""

    @property
    def checking(self) -> NDArray[np.intp]:
        """The literals that are still open."""
        return np.flatnonzero(self.status == OPEN)

    def witness(self, literal: int) -> Configuration | None:
        """Return a configuration (a literal for every variable) that shows a literal valid, None if it is not."""
        if self.status[literal] != VALID:
            return None
        members = np.empty((0, 0), np.int32) if self.pool is None else self.pool.members
        for number in np.flatnonzero((members == literal).any(axis=1)):
            member = members[number]
            if bool((self.allowed[member] | (self.variable[member] == self.variable[literal])).all()):
                return member
        return self.alone(literal)

"""The arrays a search writes, made once and used by one question at a time."""

from __future__ import annotations

import numpy as np

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.resources.labels import Room
from configurator.engines.diagram.resources.lanes import LANES, Lanes
from configurator.engines.diagram.resources.packing import Sums
from configurator.engines.diagram.resources.required import Required
from configurator.engines.diagram.resources.swap import scratch_for

POINTS = 128
"""Points of the game kept for a value; the oldest are overwritten."""
ROUNDS = 8
"""Passes that refine the mixtures of one value at most."""
BEAM = 60_000
"""The most labels at one slot."""
_LABELS = 1_000_000


class Workspace:
    """Scratch of one search over one diagram; `lanes` for all values, `private` for one."""

    __slots__ = (
        "counts", "lanes", "member", "points", "private", "required", "room", "scratch", "stack", "table", "values",
        "variable",
    )  # fmt: skip

    def __init__(self, diagram: Diagram, sums: Sums) -> None:
        literals, variables, words = diagram.literals, len(diagram.starts) - 1, len(sums.caps)
        self.variable = np.repeat(np.arange(variables, dtype=np.int32), np.diff(diagram.starts))
        self.lanes, self.private = Lanes(diagram, sums), Lanes(diagram, sums)
        self.required = Required(diagram.slots)
        self.room = Room.build(diagram, words, _LABELS, 3 * BEAM + BEAM)
        self.points = np.empty((literals, POINTS, sums.number), np.float64)
        self.counts = np.zeros(literals, np.int32)
        self.values = np.zeros(literals)
        self.stack, self.member = np.empty(variables + 3, np.int32), np.empty(variables, np.int32)
        self.scratch = scratch_for(diagram.slots, literals, variables, words)
        self.table = np.empty((sums.number + 1, POINTS + LANES * ROUNDS + sums.number + 1))

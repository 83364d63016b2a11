"""One click after the other on a compiled diagram: states and totals of all values as arrays, and what a click changed.

For doors that answer thousands of clicks a second: a click is a value of a few arrays, frozen, made from
choices alone; whoever keeps it can go back, and a server need not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.passes import FAR
from configurator.engines.diagram.states import CHOSEN, EXCLUDED, IMPLIED, OPEN
from configurator.engines.diagram_engine import DiagramEngine
from configurator.model import Allowed, Objective
from rules.kinds import Scalar

STATES = {EXCLUDED: "excluded", OPEN: "open", IMPLIED: "implied", CHOSEN: "chosen"}


@dataclass(frozen=True, slots=True, eq=False)
class Click:
    """Everything that is known after a click. Arrays have one place a value: ``Clicks.place(path, value)``.

    `states` are codes of `STATES`. `totals` has the least total of a configuration with the value and minus the
    greatest one, over the scale of the objective, `FAR` where there is none. `changed` are the places that differ
    from the click before. Under contradictory choices only values are open that would mend them.
    """

    choices: Mapping[str, Scalar]
    states: NDArray[np.uint8]
    totals: NDArray[np.int64]
    changed: NDArray[np.intp]


class Clicks:
    """Answers clicks on one engine with one objective; `ValueError` where the diagram alone does not answer for it."""

    def __init__(self, engine: DiagramEngine, objective: Objective, restrictions: Allowed | None = None) -> None:
        weighed = engine.weigh(objective)
        mask = engine.mask(restrictions or {})
        if weighed is None or engine.bounds:
            raise ValueError(objective)
        self.engine, self.weighed = engine, weighed
        self._compiled = engine.compiled
        self._mask = np.zeros(self._compiled.literals, np.uint8) if mask is None else mask
        self._starts: dict[str, int] = dict(zip(engine.program.positions, self._compiled.starts.tolist(), strict=False))

    def place(self, path: str, value: Scalar) -> int:
        """Return the place of a value; `KeyError` where there is none."""
        return self._starts[path] + self.engine.program.indices[self.engine.program.positions[path]][value]

    def click(self, choices: Mapping[str, Scalar], before: Click | None = None) -> Click:
        """Answer a set of choices, one value a path; `before` is the click that this one is compared with."""
        literals = np.array([self.place(path, value) for path, value in choices.items()], np.int32)
        states = self._compiled.states(self._mask, literals)
        totals = self._compiled.both_ends(self._compiled.restricted(self._mask, literals), self.weighed.weights)
        if before is None:
            changed = np.arange(len(states))
        else:
            changed = np.flatnonzero((states != before.states) | (totals != before.totals).any(axis=1))
        return Click(dict(choices), states, totals, changed)

    def total(self, click: Click, place: int) -> tuple[Fraction, Fraction] | None:
        """Return the least and the greatest total of a value; None where no configuration has it."""
        low, high = click.totals[place].tolist()
        return None if low >= FAR // 2 else (self.weighed.value(low), self.weighed.value(-high))

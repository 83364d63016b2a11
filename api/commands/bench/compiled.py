"""What the bench asks a compiled diagram: one pass a question, over arrays of literals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from api.commands.bench.bandwidth import click_bytes
from api.commands.bench.questions import Choices, EngineQuestions, Unanswered, Valid, Wanted
from configurator.clicks import Click, Clicks
from configurator.conflict import Conflict
from configurator.engines.diagram.passes import Bits
from configurator.engines.diagram.queries import BATCH
from configurator.engines.diagram_engine import DiagramEngine
from configurator.model import Objective
from configurator.session import Session
from rules.kinds import Scalar

Literals = NDArray[np.int32]


class CompiledQuestions:
    """Asks the diagram itself; what it does not do alone goes through the services as for any engine."""

    def __init__(self, engine: DiagramEngine, objective: Objective, seconds: float) -> None:
        self.engine = engine
        self.compiled = engine.compiled
        self.services = EngineQuestions(engine, objective, seconds)
        self.weighed = engine.weigh(objective)
        starts = self.compiled.starts.tolist()
        self.variables = engine.model.variables
        self.literals: dict[str, dict[Scalar, int]] = {
            variable.path: {value: start + index for index, value in enumerate(variable.values)}
            for variable, start in zip(self.variables, starts, strict=False)
        }
        self.places = {variable.path: place for place, variable in enumerate(self.variables)}
        self.all = self.compiled.everything()
        self.clicks = None if self.weighed is None else Clicks(engine, objective)
        self.last: Click | None = None

    @property
    def size(self) -> int:
        """The bytes of the diagram."""
        return self.compiled.diagram.size

    @property
    def edges(self) -> int:
        """The edges of the diagram: products of two slots."""
        return len(self.compiled.diagram.left)

    @property
    def touched(self) -> int:
        """The bytes that a click touches."""
        return click_bytes(self.compiled.diagram)

    @property
    def notes(self) -> Mapping[str, str]:
        """What to know about the figures."""
        return {
            "repair_us": "how few choices to give up, for every value",
            "batch_us_per_session": "the pass alone; making the masks of the batch ready is stated beside it",
        }

    def click(self, choices: Choices) -> Bits:
        """Find all valid values, and of chosen variables what they could be switched to."""
        return self.compiled.outside(self._mask(choices))

    def valid(self, choices: Choices) -> Valid:
        """Return all valid values."""
        mask = self._mask(choices)
        return self.engine.values(self.compiled.outside(mask) & mask)

    def count(self, choices: Choices) -> int:
        """Return the exact number of configurations."""
        return self.compiled.count(self._mask(choices))

    def prices(self, choices: Choices) -> object:
        """Find the least and the greatest total of every value."""
        if self.weighed is None:
            raise Unanswered("the prices are no sum over the diagram")
        return self.compiled.both_ends(self._mask(choices), self.weighed.weights)

    def repairs(self, choices: Choices, wanted: Wanted) -> object:  # noqa: ARG002 - every value is answered at once
        """Find for every value how few choices to give up."""
        return self.compiled.given_up(self.all, self._chosen(choices))

    def conflict(self, choices: Choices, wanted: Wanted) -> Sequence[str]:
        """Return the paths of a minimal set of choices that exclude a value."""
        paths = sorted(choices, key=self.places.__getitem__)
        chosen = np.array([self.literals[path][choices[path]] for path in paths], np.int32)
        found = self.compiled.conflict(self._mask(dict((wanted,))), chosen)
        if found is None:
            raise Unanswered("there is no conflict")
        return [paths[place] for place in found]

    def explain(self, choices: Choices, wanted: Wanted | None) -> Conflict | None:
        """Return a minimal conflict down to rules; None where there is none."""
        return self.services.explain(choices, wanted)

    def batch(self, sessions: Sequence[Choices]) -> Callable[[], object]:
        """Make ready the masks of many sessions; the call returned answers them, a full pass after the other."""
        chosen = [self._chosen(choices) for choices in sessions]
        masks = [self.compiled.batch(chosen[start : start + BATCH]) for start in range(0, len(chosen), BATCH)]
        return partial(self._pass, masks)

    def step(self, session: Session, path: str, value: Scalar) -> object:
        """Choose, and find the states and the price ranges of everything, and what of it changed."""
        if self.clicks is None:
            return self.services.step(session, path, value)
        choices = {choice.path: choice.value for choice in session.choices}
        self.last = self.clicks.click({**choices, path: value}, self.last)
        return self.last

    def _pass(self, masks: Sequence[NDArray[np.uint64]]) -> list[NDArray[np.uint64]]:
        return [self.compiled.outside_batch(own) for own in masks]

    def _chosen(self, choices: Choices) -> Literals:
        return np.array([self.literals[path][value] for path, value in choices.items()], np.int32)

    def _mask(self, choices: Choices) -> Bits:
        return self.compiled.restricted(self.all, self._chosen(choices))

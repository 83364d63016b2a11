"""What the bench asks an engine about one problem, and how any engine of the protocol answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from configurator.assessment import assess
from configurator.conflict import Conflict, Oracle, minimal_conflict, minimal_subset
from configurator.engines.protocol import Budget, Engine
from configurator.model import Limit, Model, Objective, Term
from configurator.ranges import Range, objective_ranges
from configurator.repair import Repairs, repairs
from configurator.session import Chosen, Session, in_catalog_order, narrowed, start
from rules.kinds import Quantity, Scalar
from rules.typed import Compare, Constant, Reference

Choices = Mapping[str, Scalar]
"""Chosen values by path."""
Valid = Mapping[str, frozenset[Scalar]]
"""Valid values by path: of a chosen path the chosen value alone."""
Wanted = tuple[str, Scalar]
DEAREST = 100_000
"""Prices are drawn up to so many cents."""


class Unanswered(Exception):  # noqa: N818 - the name says what happened
    """A question that an engine cannot answer, or not within its budget; the message says why."""


class Questions(Protocol):
    """The services of one engine over one problem; each raises `Unanswered` with the reason where it gives none.

    What `click`, `prices`, `repairs` and `batch` return is the engine's own, ready to be read: only the
    time it takes is looked at. `notes` says by the name of a row's field what is special about it.
    """

    @property
    def engine(self) -> Engine:
        """The engine that answers."""

    @property
    def size(self) -> int | None:
        """The bytes of what was compiled, None where nothing is."""

    @property
    def edges(self) -> int | None:
        """The edges of what was compiled, None where nothing is."""

    @property
    def touched(self) -> int | None:
        """The bytes that a click touches, None where that is not known."""

    @property
    def notes(self) -> Mapping[str, str]:
        """What to know about the figures."""

    def click(self, choices: Choices) -> object:
        """Find all valid values, and what a choice could be switched to where the engine knows at once."""

    def valid(self, choices: Choices) -> Valid:
        """Return all valid values."""

    def count(self, choices: Choices) -> int:
        """Return the exact number of configurations."""

    def prices(self, choices: Choices) -> object:
        """Find the least and the greatest total of every valid value."""

    def repairs(self, choices: Choices, wanted: Wanted) -> object:
        """Find the fewest choices to give up."""

    def conflict(self, choices: Choices, wanted: Wanted) -> Sequence[str]:
        """Return the paths of a minimal set of choices that exclude a value."""

    def explain(self, choices: Choices, wanted: Wanted | None) -> Conflict | None:
        """Return a minimal conflict down to rules; None where there is none."""

    def batch(self, sessions: Sequence[Choices]) -> Callable[[], object]:
        """Make ready to find all valid values of many sessions; the call returned finds them."""

    def step(self, session: Session, path: str, value: Scalar) -> object:
        """Choose, and find the states and the price ranges of everything, as an answer of the service needs them."""


def draw_prices(model: Model, seed: int) -> Objective:
    """Give every value of a problem a price in whole cents, drawn by chance."""
    chance = random.Random(seed)  # noqa: S311 - reproducible prices, no secret

    def priced(path: str, value: Scalar) -> Term:
        variable = model.variable(path)
        when = Compare("=", Reference(variable.kind, path), Constant(variable.kind, value))
        return Term(when, Constant(Quantity(), Fraction(chance.randrange(DEAREST), 100)))

    return Objective(tuple(priced(variable.path, value) for variable in model.variables for value in variable.values))


@dataclass(frozen=True, slots=True)
class EngineQuestions:
    """Asks any engine through the protocol and the reasoning services; each question has `seconds`."""

    engine: Engine
    objective: Objective
    seconds: float

    @property
    def size(self) -> None:
        """Nothing is compiled that could be weighed."""
        return

    @property
    def edges(self) -> None:
        """Nothing is compiled that has edges."""
        return

    @property
    def touched(self) -> None:
        """How an engine reads its memory is its own affair."""
        return

    @property
    def notes(self) -> Mapping[str, str]:
        """What to know about the figures."""
        return {
            "bytes": f"{self.engine.name} keeps no compiled form",
            "repair_us": "repairs of one wanted value at a time",
            "batch_us_per_session": "one session after the other",
        }

    def click(self, choices: Choices) -> Valid:
        """Find all valid values."""
        return self.valid(choices)

    def valid(self, choices: Choices) -> Valid:
        """Return all valid values."""
        domains = self.engine.valid_values(_allowed(choices), budget=self._budget())
        if domains.limit is not None:
            left = sum(map(len, domains.unsettled.values()))
            raise Unanswered(f"{domains.limit.message}; {left} values are left unsettled")
        return domains.values

    def count(self, choices: Choices) -> int:
        """Return the exact number of configurations."""
        count = self.engine.count(_allowed(choices), budget=self._budget())
        if count.value is None:
            raise _unanswered(count.limit)
        return count.value

    def prices(self, choices: Choices) -> Mapping[str, Mapping[Scalar, Range]]:
        """Find the least and the greatest total of every valid value."""
        found = objective_ranges(self._session(choices), self.objective, budget=self._budget())
        if any(None in {one.low, one.high} for ranges in found.values() for one in ranges.values()):
            raise Unanswered(f"some prices are not proved after {self.seconds:g} s")
        return found

    def repairs(self, choices: Choices, wanted: Wanted) -> Repairs:
        """Find all smallest sets of choices to give up for one value."""
        found = repairs(self._session(choices), wanted, budget=self._budget())
        if found.limit is not None:
            raise _unanswered(found.limit)
        return found

    def conflict(self, choices: Choices, wanted: Wanted) -> Sequence[str]:
        """Return the paths of a minimal set of choices that exclude a value."""
        model, oracle = self.engine.model, Oracle(self.engine, self._budget())
        ordered = in_catalog_order(model, (Chosen(path, value) for path, value in choices.items()))
        hard = {wanted[0]: frozenset((wanted[1],))}
        kept = minimal_subset(ordered, lambda some: oracle.refutes(narrowed(model, hard, some)))
        if oracle.limit is not None:
            raise _unanswered(oracle.limit)
        return [choice.path for choice in kept]

    def explain(self, choices: Choices, wanted: Wanted | None) -> Conflict | None:
        """Return a minimal conflict down to rules; None where there is none."""
        asked = None if wanted is None else Chosen(*wanted)
        others = [Chosen(path, value) for path, value in choices.items()]
        found = minimal_conflict(self.engine, others, wanted=asked, budget=self._budget())
        if isinstance(found, Limit):
            raise _unanswered(found)
        if found is not None and found.limit is not None:
            raise _unanswered(found.limit)
        return found

    def batch(self, sessions: Sequence[Choices]) -> Callable[[], object]:
        """Make ready to find all valid values of many sessions."""
        return lambda: [self.valid(choices) for choices in sessions]

    def step(self, session: Session, path: str, value: Scalar) -> object:
        """Choose, and find states and price ranges."""
        return session_step(session, path, value, self.objective, self._budget)

    def _session(self, choices: Choices) -> Session:
        return start(self.engine, [Chosen(path, value) for path, value in choices.items()])

    def _budget(self) -> Budget:
        return Budget(seconds=self.seconds).started()


def session_step(
    session: Session, path: str, value: Scalar, objective: Objective, budget: Callable[[], Budget]
) -> object:
    """Choose, and find the states and the price ranges of everything."""
    clicked = session.choose(path, value)
    states = assess(clicked, objective, budget())
    ranges = objective_ranges(clicked, objective, budget=budget())
    if states.values_limit is not None:
        raise _unanswered(states.values_limit)
    if any(None in {one.low, one.high} for found in ranges.values() for one in found.values()):
        raise Unanswered("some prices are not proved in time")
    return states, ranges


def _allowed(choices: Choices) -> dict[str, frozenset[Scalar]]:
    return {path: frozenset((value,)) for path, value in choices.items()}


def _unanswered(limit: Limit | None) -> Unanswered:
    return Unanswered("" if limit is None else limit.message)

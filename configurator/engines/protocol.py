"""What every engine can do: the same questions with the same exact answers."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, Protocol

from configurator.model import Allowed, Configuration, Count, Domains, Model, Objective, Verdict
from rules.kinds import Scalar


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one question may cost; past it the answer names the limit. Seconds are of wall time.

    A service that asks the engine many times starts its budget first: from then on all its questions
    share the time that is left.
    """

    seconds: float = 20.0
    solutions: int = 2_000_000
    deadline: float | None = None

    def started(self) -> Budget:
        """Return the budget with its time running; one that runs already goes on."""
        return self if self.deadline is not None else replace(self, deadline=time.monotonic() + self.seconds)

    @property
    def left(self) -> float:
        """The seconds that are left: all of them before the start, 0 after the end."""
        return self.seconds if self.deadline is None else max(0.0, self.deadline - time.monotonic())


USUAL = Budget()
"""What a question may cost where the caller does not say."""


Ends = Mapping[str, Mapping[Scalar, tuple[Fraction, Fraction]]]
"""Least and greatest objective by path and value."""


class Engine(Protocol):
    """Answers questions about one model. Engines hold no session: every call carries its restrictions."""

    @property
    def name(self) -> str:
        """The engine's name as answers show it."""

    @property
    def model(self) -> Model:
        """The model it answers about."""

    def solve(
        self,
        allowed: Allowed,
        *,
        constraints: Collection[int] | None = None,
        objective: Objective | None = None,
        sense: Literal["min", "max"] = "min",
        budget: Budget = USUAL,
    ) -> Verdict:
        """Find a valid configuration within `allowed`, the best by `objective` where one is given.

        `constraints` are indices into ``model.constraints`` that count; None means all. Which of
        several best configurations is returned is deterministic for the same model and call.
        """

    def best(self, allowed: Allowed, objectives: Sequence[Objective], order: Iterable[str] = ()) -> Verdict | None:
        """Find the least by the first objective, among those by the second, and so on, the value being the last one's.

        Among the best, the first by the catalog's order of values of the variables in `order`, one after the
        other; a variable that is absent counts as having its first value. None where the engine has to be
        asked for one objective after the other.
        """

    def valid_values(self, allowed: Allowed, *, budget: Budget = USUAL) -> Domains:
        """Return every value that some valid configuration within `allowed` takes."""

    def refuting(self, allowed: Allowed, order: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
        """Return a minimal set of constraints that leave nothing within `allowed`, where all together leave nothing.

        Of several the one whose last constraint comes earliest in `order`, and so on. None where the engine has to
        be asked for one set after the other, or the budget ends.
        """

    def switches(self, allowed: Allowed, choices: Allowed) -> Mapping[str, frozenset[Scalar]] | None:
        """Return for each chosen path the values it could have with everything allowed and the other choices.

        `choices` has one value a path. None where the engine has to be asked path by path.
        """

    def ends(self, allowed: Allowed, choices: Allowed, objective: Objective) -> Ends | None:
        """Return the least and the greatest objective of every value that `switches` or `valid_values` would return.

        None where the engine has to be asked value by value.
        """

    def count(self, allowed: Allowed, *, budget: Budget = USUAL) -> Count:
        """Return the exact number of valid configurations within `allowed`."""

    def check(self, configuration: Configuration) -> bool:
        """Say whether a configuration is complete and valid: exactly the variables that exist, values, every rule."""

    def swaps(self, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
        """Return those of `values` that keep a valid configuration valid when `path` alone takes them.

        A number of instances changes alone too: instances that go are dropped, instances that come
        take defaults or the values of their siblings; a value for which that fails is not returned,
        which proves nothing about it.
        """

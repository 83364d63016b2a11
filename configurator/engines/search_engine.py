"""The engine for models of tables without a diagram: complete search that learns; CP-SAT for sums to be best by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Literal

from configurator import program as programs
from configurator.counting import count_configurations
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.protocol import USUAL, Budget
from configurator.engines.rule_search import RuleSearch
from configurator.model import Allowed, Configuration, Count, Domains, Model, Objective, Verdict
from configurator.program import Program
from rules.kinds import Scalar


class SearchEngine:
    """Answers by search over tables; safe to share between threads. `fits` says whether the rules are tables."""

    name = "search"

    def __init__(self, model: Model, seconds: float) -> None:
        self.model = model
        self._program = Program(model)
        self._search = RuleSearch(self._program, seconds)

    @property
    def fits(self) -> bool:
        """Say whether the rules fit into tables; without that it answers nothing."""
        return self._search.fits

    @cached_property
    def _other(self) -> CpSatEngine:
        return CpSatEngine(self.model)

    def solve(
        self,
        allowed: Allowed,
        *,
        constraints: Collection[int] | None = None,
        objective: Objective | None = None,
        sense: Literal["min", "max"] = "min",
        budget: Budget = USUAL,
    ) -> Verdict:
        """Find a valid configuration, the best by `objective` where one is given."""
        if objective is not None:
            return self._other.solve(allowed, constraints=constraints, objective=objective, sense=sense, budget=budget)
        return self._search.solve(allowed, constraints, budget)

    def best(self, _allowed: Allowed, _objectives: Sequence[Objective], _order: Iterable[str] = ()) -> None:
        """Say that it takes one objective after the other."""

    def refuting(self, allowed: Allowed, order: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
        """Return a minimal set of constraints that leave nothing within `allowed`."""
        return self._search.refuting(allowed, order, budget)

    def switches(self, _allowed: Allowed, _choices: Allowed) -> None:
        """Say that it takes one path after the other."""

    def ends(self, _allowed: Allowed, _choices: Allowed, _objective: Objective) -> None:
        """Say that it takes one value after the other."""

    def valid_values(self, allowed: Allowed, *, budget: Budget = USUAL) -> Domains:
        """Return every value that some valid configuration within `allowed` takes."""
        return self._search.valid_values(allowed, budget)

    def count(self, allowed: Allowed, *, budget: Budget = USUAL) -> Count:
        """Return the exact number of valid configurations within `allowed`, by elimination of variables."""
        return count_configurations(self._program, allowed, budget.left)

    def check(self, configuration: Configuration) -> bool:
        """Say whether a configuration is complete and valid."""
        return programs.check(self._program, configuration)

    def swaps(self, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
        """Return those of `values` that keep a valid configuration valid when `path` alone takes them."""
        return programs.swaps(self._program, configuration, path, values)

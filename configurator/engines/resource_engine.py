"""A diagram with linear rules beside it: what sums over many options demand is decided at query time, exactly.

Compiled in, a sum over many variables multiplies a diagram by its number of partial sums. Kept out, its
values are decided by bounds, witnesses and labels; what these leave at a limit, CP-SAT decides or the answer names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from configurator.counting import count_configurations
from configurator.engines.diagram.passes import Bits
from configurator.engines.diagram.resources import EXCLUDED, OPEN, VALID, Resources
from configurator.engines.diagram.resources.one_price import NONE
from configurator.engines.diagram_engine import DiagramEngine
from configurator.engines.protocol import USUAL, Budget, Ends
from configurator.model import Allowed, Count, Domains, Limit, Objective, Verdict
from rules.kinds import Scalar

_AT_ONCE = 0.4
"""Seconds for all values of a click together, before values are settled one by one."""


class ResourceEngine(DiagramEngine):
    """Answers by a diagram and the linear rules in `keep_out`; safe to share between threads."""

    name = "diagram with resources"

    @cached_property
    def resources(self) -> Resources:
        """The rules outside the diagram."""
        return Resources(self.compiled.diagram, self.bounds)

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
        weighed = None if objective is None else self.weigh(objective)
        part = constraints is not None and len(set(constraints)) < len(self.model.constraints)
        if part or (objective is not None and weighed is None):
            return self.other.solve(allowed, constraints=constraints, objective=objective, sense=sense, budget=budget)
        mask = self.mask(allowed)
        if mask is None:
            return Verdict("none")
        budget = budget.started()
        if weighed is None:
            found = self.resources.solve(mask, deadline=budget.left)
        else:
            weights = weighed.weights if sense == "min" else -weighed.weights
            found = self.resources.cheapest(mask, weights, deadline=budget.left)
        if found.valid is None or (weighed is not None and found.witness is not None and not found.best):
            return self.other.solve(allowed, objective=objective, sense=sense, budget=budget)
        if found.witness is None:
            return Verdict("none")
        literals = np.sort(found.witness)
        value = None if weighed is None else weighed.value(int(weighed.weights[literals].sum()))
        return Verdict("solution", self.configuration(literals), value)

    def refuting(self, _allowed: Allowed, _order: Sequence[int], _budget: Budget) -> None:
        """Say that it takes one set of constraints after the other: the sums are no tables."""

    def best(self, _allowed: Allowed, _objectives: Sequence[Objective], _order: Iterable[str] = ()) -> None:
        """Say that it takes one objective after the other."""

    def valid_values(self, allowed: Allowed, *, budget: Budget = USUAL) -> Domains:
        """Return every value that some valid configuration within `allowed` takes; what the budget leaves is unsettled."""
        budget = budget.started()
        none = {variable.path: frozenset[Scalar]() for variable in self.model.variables}
        mask = self.mask(allowed)
        if mask is None:
            return Domains(none, None)
        status = self._settled(mask, self.resources.decide(mask, None, min(_AT_ONCE, budget.left)).status, budget)
        found = (status == VALID) & (mask != 0)
        left = (status == OPEN) & (mask != 0)
        witness = self.solve(allowed, budget=budget)
        unsettled = {path: values for path, values in self.values(left).items() if values}
        limit = Limit("time", "not every value could be decided in time") if unsettled else witness.limit
        return Domains(self.values(found), witness.configuration, unsettled, limit)

    def _settled(self, mask: Bits, status: NDArray[np.uint8], budget: Budget) -> NDArray[np.uint8]:
        """Decide open values of the mask one by one while there is time; one without a budget by CP-SAT."""
        status = status.copy()
        for literal in np.flatnonzero((status == OPEN) & (mask != 0)).tolist():
            if not budget.left:
                break
            answer = self.resources.solve(self._only(mask, literal), deadline=budget.left).valid
            if answer is not None:
                status[literal] = VALID if answer else EXCLUDED
        return status

    def _only(self, mask: Bits, literal: int) -> Bits:
        """Return a mask with one value of a variable."""
        starts = self.compiled.starts
        variable = int(np.searchsorted(starts, literal, side="right")) - 1
        only = mask.copy()
        only[starts[variable] : starts[variable + 1]] = 0
        only[literal] = 1
        return only

    def count(self, allowed: Allowed, *, budget: Budget = USUAL) -> Count:
        """Return the exact number of valid configurations within `allowed`, by elimination of variables."""
        return count_configurations(self.program, allowed, budget.left)

    def switches(self, allowed: Allowed, choices: Allowed) -> dict[str, frozenset[Scalar]] | None:
        """Return for each chosen path the values it could have; None where that was not decided at once."""
        base = self.mask(allowed)
        mask = None if base is None else self.mask({**allowed, **choices})
        if base is None or mask is None:
            return None
        status = self.resources.decide(mask, None, _AT_ONCE).status
        values = self.values((status == VALID) & (base != 0))
        left = self.values((status == OPEN) & (base != 0))
        return None if any(left[path] for path in choices) else {path: values[path] for path in choices}

    def ends(self, allowed: Allowed, choices: Allowed, objective: Objective) -> Ends | None:
        """Return both ends of the objective for every value; None where one was not proved at once."""
        weighed = self.weigh(objective)
        base = self.mask(allowed)
        mask = None if base is None else self.mask({**allowed, **choices})
        if weighed is None or base is None or mask is None:
            return None
        low = self.resources.least_prices(mask, weighed.weights)
        high = self.resources.greatest_prices(mask, weighed.weights)
        if not (low.known & high.known)[base != 0].all():
            return None
        found: dict[str, dict[Scalar, tuple[Fraction, Fraction]]] = {}
        for variable, start in zip(self.model.variables, self.compiled.starts.tolist(), strict=False):
            own = {}
            for index, value in enumerate(variable.values, start):
                if base[index] and low.totals[index] != NONE:
                    own[value] = (weighed.value(int(low.totals[index])), weighed.value(int(high.totals[index])))
            found[variable.path] = own
        return found

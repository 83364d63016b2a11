"""A diagram with linear rules beside it: what sums over many options demand is decided at query time, exactly.

Compiled in, a sum over many variables multiplies a diagram by its number of partial sums. Kept out, its
values are decided by bounds, witnesses and labels; what these leave at a limit, the answer names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from configurator.counting import count_configurations
from configurator.engines.building import NoDiagram
from configurator.engines.diagram.compiler.compile import CompileBudget, Progress
from configurator.engines.diagram.passes import Bits
from configurator.engines.diagram.resources import EXCLUDED, OPEN, VALID, Recent, Resources, Verdicts
from configurator.engines.diagram.resources.one_price import NONE
from configurator.engines.diagram_engine import DiagramEngine
from configurator.engines.diagram.store import Store
from configurator.engines.protocol import USUAL, Budget, Ends, Engine
from configurator.engines.tabling.tabulate import Untabled
from configurator.engines.weighing import Weighed
from configurator.model import Allowed, Count, Domains, Limit, Model, Objective, Verdict
from rules.kinds import Scalar

_TOTAL = 1 << 60
"""Sums of a configuration stay below this, and so do prices that are looked at together with them."""
_AT_ONCE = 0.4
"""Seconds for all values of a click together, before values are settled one by one."""


class ResourceEngine(DiagramEngine):
    """Answers by a diagram and the linear rules in `keep_out`; safe to share between threads."""

    name = "diagram with resources"

    def __init__(
        self,
        model: Model,
        other: Callable[[Model], Engine],
        objectives: Collection[Objective] = (),
        budget: CompileBudget | None = None,
        store: Store | None = None,
        keep_out: Collection[int] = (),
        progress: Progress | None = None,
    ) -> None:
        super().__init__(model, other, objectives, budget, store, keep_out, progress)
        self.resources = self._resources()
        self._recent = Recent()

    def _resources(self) -> Resources:
        """Make ready the rules outside the diagram; `NoDiagram` where their sums are too large for prices beside them."""
        try:
            resources = Resources(self.compiled.diagram, self.bounds)
            if resources.greatest < _TOTAL:
                return resources
            reason = "its sums pass 60 bits"
        except OverflowError as error:
            reason = str(error)
        source = min(self.keep_out)
        rules = ", ".join(dict.fromkeys(self.model.constraints[one].rule for one in sorted(self.keep_out)))
        raise NoDiagram(Untabled(source, rules, Limit("memory", f"{rules}: {reason}")))

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
        weighed = None if objective is None else self._weighed(objective)
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

    def _weighed(self, objective: Objective) -> Weighed | None:
        """Return an objective as weights of literals; None where another engine has to look for it."""
        weighed = self.weigh(objective)
        if weighed is None or not len(weighed.weights):
            return weighed
        widest = np.maximum.reduceat(np.abs(weighed.weights.astype(np.float64)), self.compiled.starts[:-1])
        return weighed if 2 * float(widest.sum()) < _TOTAL else None

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
        status = self._settled(mask, budget)
        found = (status == VALID) & (mask != 0)
        left = (status == OPEN) & (mask != 0)
        witness = self.solve(allowed, budget=budget)
        unsettled = {path: values for path, values in self.values(left).items() if values}
        limit = Limit("time", "not every value could be decided in time") if unsettled else witness.limit
        return Domains(self.values(found), witness.configuration, unsettled, limit)

    def _settled(self, mask: Bits, budget: Budget) -> NDArray[np.uint8]:
        """Decide the values of a mask: all together at once, then one by one while there is time.

        What the budget leaves stays OPEN. What was decided is kept, so that asking again goes on from there.
        """
        verdicts = self._decide(mask, budget.left)
        status, pool = verdicts.status.copy(), verdicts.pool
        witnesses = []
        for literal in np.flatnonzero((status == OPEN) & (mask != 0)).tolist():
            if not budget.left:
                break
            answer = self.resources.solve(self._only(mask, literal), deadline=budget.left)
            if answer.witness is not None:
                witnesses.append(answer.witness)
                status[answer.witness] = VALID
            elif answer.valid is False:
                status[literal] = EXCLUDED
        if pool is not None:
            members = np.concatenate((np.array(witnesses, np.int32).reshape(-1, pool.members.shape[1]), pool.members))
            self._recent.keep(replace(pool, status=status, members=members))
        return status

    def _decide(self, mask: Bits, seconds: float) -> Verdicts:
        """Decide all values together for a moment, from the pool of a near question on."""
        verdicts = self.resources.decide(mask, self._recent.nearest(mask), min(_AT_ONCE, seconds))
        self._recent.keep(verdicts.pool)
        return verdicts

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
        status = self._decide(mask, _AT_ONCE).status
        values = self.values((status == VALID) & (base != 0))
        left = self.values((status == OPEN) & (base != 0))
        return None if any(left[path] for path in choices) else {path: values[path] for path in choices}

    def ends(self, allowed: Allowed, choices: Allowed, objective: Objective) -> Ends | None:
        """Return both ends of the objective for every value; None where one was not proved at once."""
        weighed = self._weighed(objective)
        base = self.mask(allowed)
        mask = None if base is None else self.mask({**allowed, **choices})
        if weighed is None or base is None or mask is None:
            return None
        near = self._recent.nearest(mask)
        low = self.resources.least_prices(mask, weighed.weights, near)
        high = self.resources.greatest_prices(mask, weighed.weights, near)
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

"""The engine of compiled diagrams: rules as tables, compiled once, every question one pass or two over flat arrays.

Where an objective is no sum over variables of the diagram, or a question leaves rules out, another
engine answers: exactness never depends on what fits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from configurator import program as programs
from configurator.counting import count_configurations
from configurator.engines.building import build_diagram
from configurator.engines.rule_search import RuleSearch
from configurator.engines.weighing import Weighing
from configurator.engines.diagram.compiler.compile import CompileBudget, Progress
from configurator.engines.diagram.passes import FAR, Bits
from configurator.engines.diagram.store import Store
from configurator.engines.protocol import USUAL, Budget, Ends, Engine
from configurator.model import Allowed, Configuration, Count, Domains, Model, Objective, Verdict
from configurator.program import Program
from rules.kinds import Scalar


class DiagramEngine:
    """Answers by a compiled diagram; safe to share between threads.

    `NoDiagram` where the model does not fit the budget. `other` makes the engine for what the diagram does
    not answer. `objectives` are compiled into the diagram where they need it; `progress` is told how far that is.
    """

    name = "diagram"

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
        self.model = model
        self.keep_out = frozenset(keep_out)
        self.program = Program(model)
        self.budget = budget or CompileBudget()
        self._make_other = other
        self._other: Engine | None = None
        self._lock = threading.RLock()
        self._texts = self._text_positions()
        built = build_diagram(self.program, objectives, self.budget, store, self.keep_out, progress)
        self.compiled, self.bounds, self.is_from_store = built.compiled, built.bounds, built.is_from_store
        self.weigh = Weighing(self.program, self.compiled, built.groups).weigh
        starts = self.compiled.starts
        self._places = np.arange(starts[-1], dtype=np.int64) - np.repeat(starts[:-1], np.diff(starts))

    def _text_positions(self) -> tuple[frozenset[int], bool]:
        """Return the positions of texts, and whether some rule asks about one."""
        texts = {variable.path: i for i, variable in enumerate(self.model.variables) if variable.is_text}
        return frozenset(texts.values()), not self.model.asked.isdisjoint(texts)

    # --- the engine's questions -----------------------------------------------------------------

    def solve(
        self,
        allowed: Allowed,
        *,
        constraints: Collection[int] | None = None,
        objective: Objective | None = None,
        sense: Literal["min", "max"] = "min",
        budget: Budget = USUAL,
    ) -> Verdict:
        """Find a valid configuration, the best by `objective` where one is given, else one of early values."""
        if constraints is not None and len(set(constraints)) < len(self.model.constraints):
            return self._solve_part(allowed, constraints, objective, sense, budget)
        weighed = None if objective is None else self.weigh(objective)
        if objective is not None and weighed is None:
            return self.other.solve(allowed, objective=objective, sense=sense, budget=budget)
        mask = self.mask(allowed)
        if mask is None:
            return Verdict("none")
        weights = self._places if weighed is None else weighed.weights
        best = self.compiled.best(mask, weights if sense == "min" else -weights)
        if best is None:
            return Verdict("none")
        total, literals = best
        value = None if weighed is None else weighed.value(total if sense == "min" else -total)
        return Verdict("solution", self.configuration(literals), value)

    def _solve_part(
        self,
        allowed: Allowed,
        constraints: Collection[int],
        objective: Objective | None,
        sense: Literal["min", "max"],
        budget: Budget,
    ) -> Verdict:
        """Solve under some of the rules: the diagram has merged them, so the tables are searched."""
        verdict = None if objective is not None else self._search.solve(allowed, constraints, budget)
        if verdict is not None and verdict.status != "unknown":
            return verdict
        return self.other.solve(allowed, constraints=constraints, objective=objective, sense=sense, budget=budget)

    def refuting(self, allowed: Allowed, order: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
        """Return a minimal set of constraints that leave nothing within `allowed`, by search over the tables."""
        return self._search.refuting(allowed, order, budget)

    @cached_property
    def _search(self) -> RuleSearch:
        """The search over the tables that the diagram was made of."""
        return RuleSearch(self.program, self.budget.seconds)

    def best(self, allowed: Allowed, objectives: Sequence[Objective], order: Iterable[str] = ()) -> Verdict | None:
        """Find the best by one objective after the other in one pass; None where one of them is no sum here."""
        weighed = [self.weigh(objective) for objective in objectives]
        mask = self.mask(allowed)
        if mask is None:
            return Verdict("none")
        columns = [np.zeros(self.compiled.literals, np.int64)]
        for one in weighed:
            if one is None:
                return None
            columns.append(one.weights)
        weights = np.stack(columns, axis=1)
        wishes = [self._in_order(path) for path in order]
        if wishes:
            literals = self.compiled.first_in_order(mask, weights, wishes)
            return Verdict("none") if literals is None else Verdict("solution", self.configuration(literals))
        best = self.compiled.best_in_order(mask, weights)
        if best is None:
            return Verdict("none")
        last = weighed[-1] if weighed else None
        value = None if last is None else last.value(best[0][-1])
        return Verdict("solution", self.configuration(best[1]), value)

    def _in_order(self, path: str) -> list[list[int]]:
        """Return the literals of a variable value by value, absence together with the first one."""
        position = self.program.positions[path]
        start, end = int(self.compiled.starts[position]), int(self.compiled.starts[position + 1])
        size = self.program.sizes[position]
        groups = [[literal] for literal in range(start, start + size)]
        if end > start + size:
            groups[:1] = [[start, end - 1]] if size else [[end - 1]]
        return groups

    def switches(self, allowed: Allowed, choices: Allowed) -> Mapping[str, frozenset[Scalar]] | None:
        """Return for each chosen path the values it could have, from one pass."""
        base = self.mask(allowed)
        mask = None if base is None else self.mask({**allowed, **choices})
        if base is None or mask is None:
            return None
        values = self.values(self.compiled.outside(mask) & base)
        return {path: values[path] for path in choices}

    def ends(self, allowed: Allowed, choices: Allowed, objective: Objective) -> Ends | None:
        """Return both ends of the objective for every value, from one pass."""
        weighed = self.weigh(objective)
        base = self.mask(allowed)
        mask = None if base is None else self.mask({**allowed, **choices})
        if weighed is None or base is None or mask is None:
            return None
        sums = self.compiled.both_ends(mask, weighed.weights)
        there = (sums[:, 0] < FAR // 2) & (base != 0)
        found: dict[str, dict[Scalar, tuple[Fraction, Fraction]]] = {}
        starts = self.compiled.starts.tolist()
        for variable, start in zip(self.model.variables, starts, strict=False):
            own = {}
            for index in np.flatnonzero(there[start : start + len(variable.values)]).tolist():
                low, high = sums[start + index].tolist()
                own[variable.values[index]] = (weighed.value(low), weighed.value(-high))
            found[variable.path] = own
        return found

    def valid_values(self, allowed: Allowed, *, budget: Budget = USUAL) -> Domains:  # noqa: ARG002 - one pass
        """Return every value that some valid configuration within `allowed` takes."""
        mask = self.mask(allowed)
        best = None if mask is None else self.compiled.best(mask, self._places)
        if mask is None or best is None:
            return Domains({variable.path: frozenset() for variable in self.model.variables}, None)
        return Domains(self.values(self.compiled.outside(mask) & mask), self.configuration(best[1]))

    def count(self, allowed: Allowed, *, budget: Budget = USUAL) -> Count:
        """Return the exact number of valid configurations within `allowed`; texts count once."""
        texts, asked = self._texts
        if asked:
            return count_configurations(self.program, allowed, budget.left)
        mask = self.mask(allowed)
        if mask is None:
            return Count(0)
        for position in texts:
            start = self.compiled.starts[position]
            written = mask[start : start + self.program.sizes[position]]
            if written.all():
                written[1:] = 0
        return Count(self.compiled.count(mask))

    def check(self, configuration: Configuration) -> bool:
        """Say whether a configuration is complete and valid."""
        return programs.check(self.program, configuration)

    def swaps(self, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
        """Return those of `values` that keep a valid configuration valid when `path` alone takes them."""
        return programs.swaps(self.program, configuration, path, values)

    # --- between configurations and literals ----------------------------------------------------

    @property
    def other(self) -> Engine:
        """The engine for what the diagram does not answer."""
        with self._lock:
            if self._other is None:
                self._other = self._make_other(self.model)
            return self._other

    def mask(self, allowed: Allowed) -> Bits | None:
        """Return what a restriction leaves as a mask of literals; None where it leaves a variable nothing.

        `KeyError` for a path that is no variable.
        """
        compiled = self.compiled
        mask = compiled.everything()
        for path, values in allowed.items():
            position = self.program.positions[path]
            known = self.program.indices[position]
            own = mask[compiled.starts[position] : compiled.starts[position + 1]]
            own[:] = 0
            for value in values:
                index = known.get(value)
                if index is not None:
                    own[index] = 1
            if not own.any():
                return None
        return mask

    def configuration(self, literals: NDArray[np.int32]) -> dict[str, Scalar]:
        """Return the configuration of one literal a variable, in order: no entry for what is absent."""
        count = len(self.program.sizes)
        state = (literals[:count] - self.compiled.starts[:count]).tolist()
        return self.program.configuration(state)

    def values(self, found: Bits) -> dict[str, frozenset[Scalar]]:
        """Return the values whose literals are marked, by path; absence is none."""
        starts = self.compiled.starts.tolist()
        marked = found.tolist()
        return {
            variable.path: frozenset(
                value for value, held in zip(variable.values, marked[start : start + size], strict=True) if held
            )
            for variable, start, size in zip(self.model.variables, starts, self.program.sizes, strict=False)
        }

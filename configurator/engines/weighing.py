"""Objectives as weights of the values of a diagram: what each adds, whoever decides it."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from configurator.engines.building import ONE, Group, by_scope
from configurator.engines.diagram.queries import Compiled
from configurator.engines.tabling.tabulate import Additive
from configurator.expressions import alone
from configurator.model import Objective, Term
from configurator.objective import separate
from configurator.program import Program
from rules.typed import Constant

OBJECTIVES = 64
"""So many objectives stay prepared."""
_MOST = 1 << 58


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """An objective as weights of literals: ``(constant + sum of the weights taken) / scale``."""

    objective: Objective
    weights: NDArray[np.int64]
    constant: int
    scale: int

    def value(self, total: int) -> Fraction:
        """Return the objective for a sum of weights."""
        return Fraction(self.constant + total, self.scale)


class Weighing:
    """Prepares objectives once; `groups` are terms that were compiled into the diagram. Threads may share it."""

    def __init__(self, program: Program, compiled: Compiled, groups: Mapping[Group, Additive]) -> None:
        self.program, self.compiled, self._groups = program, compiled, groups
        self._objectives: OrderedDict[int, Weighed | Objective] = OrderedDict()
        self._lock = threading.Lock()

    def weigh(self, objective: Objective) -> Weighed | None:
        """Return an objective as weights; None where it is no sum over variables within the budget."""
        with self._lock:
            known = self._objectives.pop(id(objective), None)
            if known is None:
                known = self._prepared(objective)
            self._objectives[id(objective)] = known
            if len(self._objectives) > OBJECTIVES:
                self._objectives.popitem(last=False)
            return known if isinstance(known, Weighed) else None

    def _prepared(self, objective: Objective) -> Weighed | Objective:
        """Weigh an objective whose terms mention one variable each or are known to the diagram; else return it."""
        terms = tuple(alone(self.program.model, term) for term in objective.terms)
        separated = separate(Objective(terms), self.program.compiler)
        self.program.compiler.forget([part for t in terms for part in (t.when, t.amount) if part is not None])
        parts: list[tuple[Fraction, int, Mapping[int, Sequence[int] | NDArray[np.int64]]]] = [
            (Fraction(1, separated.scale), separated.constant, separated.tables)
        ]
        for factor, additive in self._known_parts([term for term, _, _, _ in separated.general]):
            if additive is None:
                return objective
            parts.append((factor / additive.scale, additive.constant, additive.tables))
        scale = math.lcm(*(factor.denominator for factor, _, _ in parts))
        weights = np.zeros(self.compiled.literals, object)
        constant = 0
        for factor, start, tables in parts:
            times = int(factor * scale)
            constant += times * start
            for variable, table in tables.items():
                first, end = self.compiled.starts[variable], self.compiled.starts[variable + 1]
                weights[first:end] += np.array(table[: end - first], object) * times
        if (
            sum(max(map(abs, own), default=0) for own in np.split(weights, self.compiled.starts[1:-1])) + abs(constant)
            > _MOST
        ):
            return objective
        return Weighed(objective, weights.astype(np.int64), constant, scale)

    def _known_parts(self, terms: Sequence[Term]) -> Iterator[tuple[Fraction, Additive | None]]:
        """Yield what was compiled into the diagram for these terms, each times a factor; None for what was not."""
        rest: list[Term] = []
        for term in terms:
            if isinstance(term.amount, Constant) and isinstance(term.amount.value, Fraction):
                additive = self._groups.get((Term(term.when, ONE),))
                if additive is not None:
                    yield term.amount.value, additive
                    continue
            rest.append(term)
        for group in by_scope(rest):
            yield Fraction(1), self._groups.get(group)

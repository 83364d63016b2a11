"""Search over the tables of a model: any part of its rules, minimal conflicts of rules, values without a diagram."""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from configurator.engines.protocol import Budget
from configurator.engines.refutation import Found, Refuted, Refuter
from configurator.engines.search import Search
from configurator.engines.tabling.tabulate import Tabulated, TablingLimits, tabulate
from configurator.model import Allowed, Domains, Limit, Verdict
from configurator.program import Domain, Program
from rules.kinds import Scalar

_LATE = Limit("time", "the time for this question is over")


class RuleSearch:
    """Asks a `Refuter` about a model; threads may share it.

    The tables are made when they are first needed, within `seconds` for all time. A question gives half of its own
    time to them at most; where that is too little the next one to make them must have more, so that none waits in vain.
    """

    def __init__(self, program: Program, seconds: float) -> None:
        self.program, self.seconds = program, seconds
        self._lock = threading.Lock()
        self._refuter: Refuter | None = None
        self._tried = 0.0
        self._limit: Limit | None = None

    @property
    def fits(self) -> bool:
        """Say whether the rules fit into tables; else nothing is answered."""
        return isinstance(self._made(Budget(seconds=self.seconds), self.seconds), Refuter)

    def _made(self, budget: Budget, seconds: float) -> Refuter | Limit:
        """Return the refuter, made within so many seconds unless it is there, or why there is none."""
        if self._refuter is not None:
            return self._refuter
        if not self._lock.acquire(timeout=min(budget.left, threading.TIMEOUT_MAX)):
            return _LATE
        try:
            seconds = min(seconds, self.seconds)
            if self._refuter is None and (self._limit is None or seconds > self._tried):
                self._make(seconds)
            return self._refuter or self._limit or _LATE
        finally:
            self._lock.release()

    def _make(self, seconds: float) -> None:
        tabulated = tabulate(self.program, (), TablingLimits(seconds=seconds))
        if isinstance(tabulated, Tabulated):
            self._refuter = Refuter(tabulated.network)
            return
        self._limit = tabulated.limit
        self._tried = seconds if tabulated.limit.name == "time" else math.inf

    def solve(self, allowed: Allowed, constraints: Collection[int] | None, budget: Budget) -> Verdict:
        """Find a configuration that keeps some constraints (None: all), or a proof that there is none."""
        domains, budget = self.program.domains(allowed), budget.started()
        if domains is None:
            return Verdict("none")
        refuter = self._made(budget, budget.left / 2)
        if isinstance(refuter, Limit):
            return Verdict("unknown", limit=refuter)
        known = None if constraints is None else [number for number in constraints if number in refuter.sources]
        found = refuter.solve(_mask(refuter, domains), known, budget)
        if isinstance(found, Found):
            return Verdict("solution", self._configuration(found.witness))
        return Verdict("none") if isinstance(found, Refuted) else Verdict("unknown", limit=_LATE)

    def refuting(self, allowed: Allowed, order: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
        """Return the preferred minimal set of constraints that leave nothing; None where the budget ends first."""
        domains, budget = self.program.domains(allowed), budget.started()
        if domains is None:
            return ()
        refuter = self._made(budget, budget.left / 2)
        if isinstance(refuter, Limit):
            return None
        found = refuter.conflict(_mask(refuter, domains), [n for n in order if n in refuter.sources], budget)
        return found.sources if isinstance(found, Refuted) and found.minimal else None

    def valid_values(self, allowed: Allowed, budget: Budget) -> Domains:
        """Return every value that some valid configuration takes; what the budget leaves is unsettled."""
        domains, budget = self.program.domains(allowed), budget.started()
        if domains is None:
            return Search(self.program, ()).domains(None, None)
        refuter = self._made(budget, budget.left / 2)
        if isinstance(refuter, Limit):
            return Search(self.program, domains).domains(None, refuter)
        found = refuter.valid_values(_mask(refuter, domains), budget)
        unsettled = {path: values for path, values in self._values(found.open).items() if values}
        witness = None if found.witness is None else self._configuration(found.witness)
        limit = _LATE if unsettled else None
        return Domains(self._values(found.valid), witness, unsettled, limit)

    def _configuration(self, witness: Sequence[int]) -> dict[str, Scalar]:
        return self.program.configuration(witness[: len(self.program.sizes)])

    def _values(self, marked: NDArray[np.bool_]) -> dict[str, frozenset[Scalar]]:
        found, start = {}, 0
        for variable, exists in zip(self.program.model.variables, self.program.exists, strict=True):
            own = marked[start : start + len(variable.values)].tolist()
            found[variable.path] = frozenset(value for value, held in zip(variable.values, own, strict=False) if held)
            start += len(variable.values) + (exists is not None)
        return found


def _mask(refuter: Refuter, domains: Sequence[Domain]) -> NDArray[np.bool_]:
    """Return what is allowed over the literals of the tables."""
    sizes = refuter.network.sizes
    mask = np.ones(sum(sizes), np.bool_)
    start = 0
    for size, domain in zip(sizes, domains, strict=False):
        own = mask[start : start + size]
        own[:] = False
        own[list(domain)] = True
        start += size
    return mask

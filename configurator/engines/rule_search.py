"""Search over the tables of a model: any part of its rules, minimal conflicts of rules, values without a diagram."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from configurator.engines.tabling.tabulate import TablingLimits, Untabled, tabulate
from configurator.engines.protocol import Budget
from configurator.engines.refutation import Found, Refuted, Refuter
from configurator.model import Allowed, Domains, Limit, Verdict
from configurator.program import Program
from rules.kinds import Scalar

_LATE = Limit("time", "the time for this question is over")


class RuleSearch:
    """Asks a `Refuter` about a model; the tables are made when they are first needed, within `seconds`."""

    def __init__(self, program: Program, seconds: float) -> None:
        self.program, self.seconds = program, seconds

    @cached_property
    def _refuter(self) -> Refuter | None:
        tabulated = tabulate(self.program, (), TablingLimits(seconds=self.seconds))
        return None if isinstance(tabulated, Untabled) else Refuter(tabulated.network)

    @property
    def fits(self) -> bool:
        """Say whether the rules fit into tables; else nothing is answered."""
        return self._refuter is not None

    def solve(self, allowed: Allowed, constraints: Collection[int] | None, budget: Budget) -> Verdict:
        """Find a configuration that keeps some constraints (None: all), or a proof that there is none."""
        mask, refuter = self._mask(allowed), self._refuter
        if mask is None:
            return Verdict("none")
        if refuter is None:
            return Verdict("unknown", limit=Limit("memory", "the rules do not fit into tables"))
        known = None if constraints is None else [number for number in constraints if number in refuter.sources]
        found = refuter.solve(mask, known, budget)
        if isinstance(found, Found):
            return Verdict("solution", self._configuration(found.witness))
        return Verdict("none") if isinstance(found, Refuted) else Verdict("unknown", limit=_LATE)

    def refuting(self, allowed: Allowed, order: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
        """Return the preferred minimal set of constraints that leave nothing; None where the budget ends first."""
        mask, refuter = self._mask(allowed), self._refuter
        if mask is None or refuter is None:
            return () if mask is None else None
        found = refuter.conflict(mask, [number for number in order if number in refuter.sources], budget)
        return found.sources if isinstance(found, Refuted) and found.minimal else None

    def valid_values(self, allowed: Allowed, budget: Budget) -> Domains:
        """Return every value that some valid configuration takes; what the budget leaves is unsettled."""
        mask, refuter = self._mask(allowed), self._refuter
        if mask is None or refuter is None:
            return Domains(self._values(np.zeros(0, np.bool_)), None, limit=None if mask is None else _LATE)
        found = refuter.valid_values(mask, budget)
        unsettled = {path: values for path, values in self._values(found.open).items() if values}
        witness = None if found.witness is None else self._configuration(found.witness)
        limit = _LATE if unsettled else None
        return Domains(self._values(found.valid), witness, unsettled, limit)

    def _configuration(self, witness: Sequence[int]) -> dict[str, Scalar]:
        return self.program.configuration(witness[: len(self.program.sizes)])

    def _mask(self, allowed: Allowed) -> NDArray[np.bool_] | None:
        """Return what is allowed over the literals of the tables; None where a variable has nothing left."""
        domains, refuter = self.program.domains(allowed), self._refuter
        if domains is None:
            return None
        sizes = () if refuter is None else refuter.network.sizes
        mask = np.ones(sum(sizes), np.bool_)
        start = 0
        for size, domain in zip(sizes, domains, strict=False):
            own = mask[start : start + size]
            own[:] = False
            own[list(domain)] = True
            start += size
        return mask

    def _values(self, marked: NDArray[np.bool_]) -> dict[str, frozenset[Scalar]]:
        found, start = {}, 0
        for variable, exists in zip(self.program.model.variables, self.program.exists, strict=True):
            own = marked[start : start + len(variable.values)].tolist()
            found[variable.path] = frozenset(value for value, held in zip(variable.values, own, strict=False) if held)
            start += len(variable.values) + (exists is not None)
        return found

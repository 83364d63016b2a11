"""The engine that tries every combination: for small products, and the oracle of the others.

Backtracking by python-constraint over the values of all variables; "absent" is one more value of
an option that hangs on a number of instances, tied to it by a constraint. Of several best
configurations it returns the first in catalog order; past KEPT combinations, the first it meets.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

import constraint

from configurator import program as programs
from configurator.engines.protocol import USUAL, Budget
from configurator.model import Allowed, Configuration, Count, Domains, Limit, Model, Objective, Verdict
from configurator.objective import Separated, separate
from configurator.program import Domain, Program
from rules.kinds import Scalar

KEPT = 100_000
"""Up to so many combinations, all solutions are found once and kept."""
SUBSETS = 32
"""So many subsets of constraints have their solutions kept."""

State = tuple[int, ...]


class _HitLimit(Exception):  # noqa: N818 - a signal inside this module
    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.message)
        self.limit = limit


class EnumerationEngine:
    """Answers by enumeration; safe to share between threads."""

    name = "enumeration"

    def __init__(self, model: Model) -> None:
        self.model = model
        self._program = Program(model)
        self._kept: dict[frozenset[int], tuple[State, ...]] = {}
        self._lock = threading.Lock()

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
        best: State | None = None
        value: Fraction | None = None
        separated = self._separate(objective)
        try:
            for state in self._states(allowed, constraints, budget):
                if separated is None:
                    return Verdict("solution", self._program.configuration(state))
                found = separated.value(state)
                if value is None or (found < value if sense == "min" else found > value):
                    best, value = state, found
        except _HitLimit as hit:
            found_so_far = None if best is None else self._program.configuration(best)
            return Verdict("unknown", found_so_far, value, hit.limit)
        return Verdict("none") if best is None else Verdict("solution", self._program.configuration(best), value)

    def best(self, _allowed: Allowed, _objectives: Sequence[Objective], _order: Iterable[str] = ()) -> None:
        """Say that it takes one objective after the other."""

    def refuting(self, _allowed: Allowed, _order: Sequence[int], _budget: Budget) -> None:
        """Say that it takes one set of constraints after the other."""

    def switches(self, _allowed: Allowed, _choices: Allowed) -> None:
        """Say that it takes one path after the other."""

    def ends(self, _allowed: Allowed, _choices: Allowed, _objective: Objective) -> None:
        """Say that it takes one value after the other."""

    def valid_values(self, allowed: Allowed, *, budget: Budget = USUAL) -> Domains:
        """Return every value that some valid configuration within `allowed` takes."""
        seen: list[set[int]] = [set() for _ in self._program.sizes]
        witness: State | None = None
        limit: Limit | None = None
        try:
            for state in self._states(allowed, None, budget):
                witness = state if witness is None else witness
                for indices, index in zip(seen, state, strict=True):
                    indices.add(index)
        except _HitLimit as hit:
            limit = hit.limit
        values = {v.path: frozenset(v.values[i] for i in indices if i < len(v.values)) for v, indices in
                  zip(self.model.variables, seen, strict=True)}  # fmt: skip
        unsettled = _rest(self.model, allowed, values) if limit else {}
        configuration = None if witness is None else self._program.configuration(witness)
        return Domains(values, configuration, unsettled, limit)

    def count(self, allowed: Allowed, *, budget: Budget = USUAL) -> Count:
        """Return the exact number of valid configurations; texts do not multiply it."""
        counted = [i for i, variable in enumerate(self.model.variables) if not variable.is_text]
        try:
            states = self._states(allowed, None, budget)
            if len(counted) == len(self.model.variables):
                return Count(sum(1 for _ in states))
            return Count(len({tuple(state[i] for i in counted) for state in states}))
        except _HitLimit as hit:
            return Count(None, hit.limit)

    def check(self, configuration: Configuration) -> bool:
        """Say whether a configuration is complete and valid."""
        return programs.check(self._program, configuration)

    def swaps(self, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
        """Return those of `values` that keep a valid configuration valid when `path` alone takes them."""
        return programs.swaps(self._program, configuration, path, values)

    # --- enumeration ----------------------------------------------------------------------------

    def _separate(self, objective: Objective | None) -> Separated | None:
        if objective is None:
            return None
        with self._lock:
            separated = separate(objective, self._program.compiler)
            self._program.compiler.forget([e for t in objective.terms for e in (t.when, t.amount) if e is not None])
        return separated

    def _states(self, allowed: Allowed, constraints: Collection[int] | None, budget: Budget) -> Iterator[State]:
        """Yield the solutions within `allowed`; `_HitLimit` past the budget."""
        domains = self._program.domains(allowed)
        if domains is None:
            return
        chosen = frozenset(range(len(self.model.constraints)) if constraints is None else constraints)
        deadline = time.monotonic() + budget.left
        free = self._program.domains({})
        if free is not None and math.prod(map(len, free)) <= KEPT:
            restricted = [(self._program.positions[path], frozenset(domains[self._program.positions[path]]))
                          for path in allowed]  # fmt: skip
            kept = self._keep(chosen, free, deadline)
            states = iter([state for state in kept if all(state[p] in fitting for p, fitting in restricted)])
        else:
            states = _search(self._program, chosen, domains, deadline)
        for number, state in enumerate(states):
            if number >= budget.solutions:
                raise _HitLimit(Limit("solutions", f"more than {budget.solutions} configurations"))
            yield state

    def _keep(self, chosen: frozenset[int], domains: Sequence[Domain], deadline: float) -> tuple[State, ...]:
        with self._lock:
            if chosen not in self._kept:
                found = tuple(sorted(_search(self._program, chosen, domains, deadline)))
                while len(self._kept) >= SUBSETS:
                    del self._kept[next(iter(self._kept))]
                self._kept[chosen] = found
            return self._kept[chosen]


def _search(program: Program, chosen: frozenset[int], domains: Sequence[Domain], deadline: float) -> Iterator[State]:
    problem = constraint.Problem(constraint.OptimizedBacktrackingSolver())
    for position, domain in enumerate(domains):
        problem.addVariable(position, list(domain))
    tests = [program.constraints[number] for number in sorted(chosen)]
    if not all(node.scope or node.run(()) for node in tests):
        return
    if not domains:
        yield ()
        return
    scratch = list(program.sizes)
    pairs = [(node.scope, node.run) for node in tests if node.scope]
    for position, (exists, size) in enumerate(zip(program.exists, program.sizes, strict=True)):
        if exists is not None:
            pairs.append((exists.scope | {position}, _tie(exists.run, position, size)))
    for scope, test in pairs:
        positions = sorted(scope)
        problem.addConstraint(constraint.FunctionConstraint(_over(positions, test, scratch, deadline)), positions)
    for solution in problem.getSolutionIter():
        yield tuple(solution[position] for position in range(len(domains)))


def _over(
    positions: Sequence[int], test: Callable[[Sequence[int]], object], scratch: list[int], deadline: float
) -> Callable[..., bool]:
    """Make a test of a state one of the values of its variables; `_HitLimit` past the deadline."""

    def holds(*indices: int) -> bool:
        if time.monotonic() > deadline:
            raise _HitLimit(Limit("time", "the time for this question is over"))
        for position, index in zip(positions, indices, strict=True):
            scratch[position] = index
        return bool(test(scratch))

    return holds


def _tie(exists: Callable[[Sequence[int]], object], position: int, size: int) -> Callable[[Sequence[int]], bool]:
    return lambda state: bool(exists(state)) == (state[position] < size)


def _rest(model: Model, allowed: Allowed, values: Mapping[str, frozenset[Scalar]]) -> dict[str, frozenset[Scalar]]:
    rest = {
        v.path: frozenset(v.values) & allowed.get(v.path, frozenset(v.values)) - values[v.path] for v in model.variables
    }
    return {path: left for path, left in rest.items() if left}

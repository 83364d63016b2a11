"""The engine for catalogs of any kind: exact integer arithmetic by CP-SAT, every answer checked before it leaves.

The model is encoded once; a question clones it and narrows domains in the clone. Each constraint
hangs on a literal of its own, so that any subset can count. One worker and a fixed seed: the same
question on the same model gets the same configuration, whatever was asked before.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ortools.sat.python import cp_model, cp_model_helper

from configurator import program as programs
from configurator.counting import count_configurations
from configurator.engines.circuit import Circuit, Linear, intervals
from configurator.engines.encode import Encoder
from configurator.engines.encode_objective import encode_objective
from configurator.engines.enforce import enforce
from configurator.engines.mending import Mender
from configurator.engines.protocol import USUAL, Budget
from configurator.engines.search import Search
from configurator.model import Allowed, Configuration, Count, Domains, Limit, Model, Objective, Verdict
from configurator.objective import Separated, separate
from configurator.program import Domain, Program
from rules.kinds import Scalar

OBJECTIVES = 16
"""So many objectives stay encoded."""
WIDE = 1_000
"""A variable of more values is left to the solver, by bounds; with fewer everywhere, no linear relaxation is worth its time."""
POOL = 256
"""So many verified solutions are kept to decide values without the solver."""


class EngineError(RuntimeError):
    """CP-SAT returned what the compiled rules refuse: a fault of the encoding, never of the catalog."""


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A model with the variables of an objective in it, and the sum to optimise."""

    objective: Objective
    separated: Separated
    model: cp_model.CpModel
    total: Linear


class CpSatEngine:
    """Answers by CP-SAT; safe to share between threads."""

    name = "cp-sat"

    def __init__(self, model: Model) -> None:
        self.model = model
        self._program = Program(model)
        self._lock = threading.Lock()
        self._encoder = Encoder(self._program, Circuit())
        circuit = self._encoder.circuit
        for position, exists in enumerate(self._program.exists):
            if exists is not None:
                self._tie(position)
        self._switches = [circuit.integer(0, 1) for _ in model.constraints]
        for switch, constraint in zip(self._switches, model.constraints, strict=True):
            enforce(self._encoder, constraint.condition, (switch,))
        self._objectives: OrderedDict[int, _Encoded] = OrderedDict()
        self._is_wide = any(size > WIDE for size in self._program.sizes)
        self._pool: deque[tuple[int, ...]] = deque(maxlen=POOL)

    def _tie(self, position: int) -> None:
        """Make a variable's last index, absent, mean that it does not exist."""
        variable, size = self.model.variables[position], self._program.sizes[position]
        if variable.exists is not None:
            there = self._encoder.literal(variable.exists)
            absent = self._encoder.indices.member(position, [size])
            self._encoder.circuit.clause((there, absent))
            self._encoder.circuit.clause((-there - 1, -absent - 1))

    def solve(
        self,
        allowed: Allowed,
        *,
        constraints: Collection[int] | None = None,
        objective: Objective | None = None,
        sense: Literal["min", "max"] = "min",
        budget: Budget = USUAL,
    ) -> Verdict:
        """Find a valid configuration, the best by `objective` where one is given; of several best, CP-SAT's first."""
        domains = self._program.domains(allowed)
        if domains is None:
            return Verdict("none")
        encoded = None if objective is None else self._encoded(objective)
        model = self._narrowed(encoded.model if encoded else self._encoder.circuit.model, domains, constraints)
        if encoded is not None:
            _optimise(model, encoded.total, sense)
        status, state = self._run(model, constraints, budget.left)
        if state is None:
            return Verdict("none") if status == cp_model.INFEASIBLE else Verdict("unknown", limit=_timeout(budget))
        configuration = self._program.configuration(state)
        value = None if encoded is None else encoded.separated.value(state)
        if encoded is not None and status != cp_model.OPTIMAL:
            return Verdict("unknown", configuration, value, _timeout(budget))
        return Verdict("solution", configuration, value)

    def best(self, _allowed: Allowed, _objectives: Sequence[Objective], _order: Iterable[str] = ()) -> None:
        """Say that it takes one objective after the other."""

    def refuting(self, _allowed: Allowed, _order: Sequence[int], _budget: Budget) -> None:
        """Say that it takes one set of constraints after the other."""

    def switches(self, _allowed: Allowed, _choices: Allowed) -> None:
        """Say that it takes one path after the other."""

    def ends(self, _allowed: Allowed, _choices: Allowed, _objective: Objective) -> None:
        """Say that it takes one value after the other."""

    def valid_values(self, allowed: Allowed, *, budget: Budget = USUAL) -> Domains:
        """Return every value that some valid configuration within `allowed` takes.

        The witness is what `solve` finds; the pool only spares the solver values that it has met before.
        """
        budget = budget.started()
        domains = self._program.domains(allowed)
        if domains is None:
            return Search(self._program, []).domains(None, None)
        search = Search(self._program, domains)
        model = self._narrowed(self._encoder.circuit.model, domains, None)
        status, witness = self._run(model, None, budget.left)
        if witness is None:
            return search.domains(None, None if status == cp_model.INFEASIBLE else _timeout(budget))
        for known in self._pooled():
            search.absorb(known)
        mender = Mender(self._program, domains)
        state: Sequence[int] | None = witness
        while state is not None:
            self._pooled(state)
            search.scan(state)
            self._mend(mender, search, state)
            if not search.is_open:
                break
            if not budget.left:
                return search.domains(witness, _timeout(budget))
            status, state = self._run(self._asking(model, search.open), None, budget.left)
        limit = None if state is not None or status == cp_model.INFEASIBLE else _timeout(budget)
        return search.domains(witness, limit)

    def _mend(self, mender: Mender, search: Search, state: Sequence[int]) -> None:
        """Reach open values from a solution by short chains of changes, before the solver is asked again."""
        for position, left in enumerate(search.open):
            if self._program.sizes[position] > WIDE:
                continue
            for index in sorted(left):
                if index in left and not mender.is_tired:
                    found = mender.mend(state, position, index)
                    if found is not None:
                        self._pooled(found)
                        search.scan(found)
        mender.rest()

    def count(self, allowed: Allowed, *, budget: Budget = USUAL) -> Count:
        """Return the exact number of valid configurations within `allowed`, by elimination of variables."""
        return count_configurations(self._program, allowed, budget.left)

    def check(self, configuration: Configuration) -> bool:
        """Say whether a configuration is complete and valid."""
        return programs.check(self._program, configuration)

    def swaps(self, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
        """Return those of `values` that keep a valid configuration valid when `path` alone takes them."""
        return programs.swaps(self._program, configuration, path, values)

    # --- questions to the solver ----------------------------------------------------------------

    def _encoded(self, objective: Objective) -> _Encoded:
        """Encode an objective once; the oldest ones are forgotten."""
        with self._lock:
            known = self._objectives.pop(id(objective), None)
            if known is None:
                encoder = self._encoder.extended()
                separated = separate(objective, self._program.compiler)
                total = encode_objective(encoder, separated)
                known = _Encoded(objective, separated, encoder.circuit.model, total)
            self._objectives[id(objective)] = known
            if len(self._objectives) > OBJECTIVES:
                _, oldest = self._objectives.popitem(last=False)
                terms = oldest.objective.terms
                self._program.compiler.forget([e for t in terms for e in (t.when, t.amount) if e is not None])
            return known

    def _pooled(self, state: Sequence[int] | None = None) -> list[tuple[int, ...]]:
        """Return the pool, with a verified state put into it."""
        with self._lock:
            if state is not None:
                self._pool.append(tuple(state))
            return list(self._pool)

    def _narrowed(
        self, base: cp_model.CpModel, domains: Sequence[Domain], constraints: Collection[int] | None
    ) -> cp_model.CpModel:
        """Clone a model with narrower domains and the switches of constraints set."""
        model = base.clone()
        variables = model.proto.variables
        for index, values in self._encoder.indices.narrowed(domains).items():
            _restrict(variables[index], values)
        for number, switch in enumerate(self._switches):
            _restrict(variables[switch], (int(constraints is None or number in constraints),))
        return model

    def _asking(self, narrowed: cp_model.CpModel, wanted: Sequence[Collection[int]]) -> cp_model.CpModel:
        """Clone a model and ask for a solution that takes at least one wanted value, and hint at many."""
        model = narrowed.clone()
        literals = []
        for position, indices in enumerate(wanted):
            own = self._encoder.indices.base(position)
            if isinstance(own, int) and indices:
                variable, literal = model.get_int_var_from_proto_index(own), model.new_bool_var("")
                domain = cp_model.Domain.from_values(sorted(indices))
                model.add_linear_expression_in_domain(variable, domain).only_enforce_if(literal)
                literals.append(literal)
                model.add_hint(variable, min(indices))
            elif not isinstance(own, int) and indices:
                literals += [model.get_bool_var_from_proto_index(own[index]) for index in sorted(indices)]
                model.add_hint(model.get_bool_var_from_proto_index(own[min(indices)]), value=True)
        model.add_bool_or(literals)
        return model

    def _run(
        self, model: cp_model.CpModel, constraints: Collection[int] | None, seconds: float
    ) -> tuple[cp_model.CpSolverStatus, list[int] | None]:
        """Solve, read the state and check it; `EngineError` where the check fails."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        if not self._is_wide:
            solver.parameters.linearization_level = 0
        solver.parameters.max_time_in_seconds = max(seconds, 0.0)
        status = solver.solve(model)
        if status == cp_model.MODEL_INVALID:
            raise EngineError(model.validate())
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return status, None
        state = self._encoder.indices.read(solver.response_proto.solution)
        if not self._program.holds(state, constraints):
            raise EngineError(str(self._program.configuration(state)))
        return status, state


def _restrict(variable: cp_model_helper.IntegerVariableProto, values: Sequence[int]) -> None:
    variable.domain.clear()
    variable.domain.extend([end for interval in intervals(values) for end in interval])


def _optimise(model: cp_model.CpModel, total: Linear, sense: Literal["min", "max"]) -> None:
    handles = [model.get_int_var_from_proto_index(index) for _, index in total.terms]
    expression = cp_model.LinearExpr.weighted_sum(handles, [weight for weight, _ in total.terms])
    if sense == "min":
        model.minimize(expression)
    else:
        model.maximize(expression)


def _timeout(budget: Budget) -> Limit:
    return Limit("time", f"{budget.seconds:g} seconds were not enough")

"""CP-SAT on one piece of a problem: one worker, a fixed seed, a limit that counts work and not time.

The value is proved first. Then ties are broken as declared, each stage with the former ones held: fewest promotions
and highest sum of priorities, first names; most applications, earliest columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ortools.sat.python import cp_model

from quotes.pricing.promotions.duals import priced
from quotes.pricing.promotions.encoding import Encoded, different, encode, hint
from quotes.pricing.promotions.model import IMPOSSIBLE, Problem, Solution, offers_used, value_of

METHOD = "CP-SAT"
TIES = Fraction(1, 100)
"""What ties may take under a ceiling: to reach an amount exactly with fewest promotions is hard, and helps nobody."""

CHUNK = 40
"""Offers whose order is settled at a time: as many as fit into a number."""


class Worker:
    """A solver with a limit on its work that all its runs share; what is left of it is a number of CP-SAT's own."""

    def __init__(self, effort: Fraction) -> None:
        self.left = float(effort)

    def run(self, model: cp_model.CpModel) -> tuple[int, cp_model.CpSolver]:
        """Solve; the status says how far it came."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = max(self.left, 1e-9)
        solver.parameters.symmetry_level = 0
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
        status = solver.solve(model)
        self.left -= solver.response_proto.deterministic_time
        return int(status), solver


def search(problem: Problem, worker: Worker) -> Solution:
    """Return the best solution that is found, with the bound that is proved."""
    start = priced(problem, [problem.times(column) for column in problem.columns]).counts
    encoded = encode(problem)
    if encoded is None:
        return _unproved(problem, start)
    if start is not None:
        hint(encoded, start, frozenset(offers_used(problem, start)))
    encoded.model.maximize(encoded.value)
    status, solver = worker.run(encoded.model)
    if status == cp_model.INFEASIBLE:
        return IMPOSSIBLE
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return _unproved(problem, start)
    counts = counts_of(encoded, solver)
    value = value_of(problem, counts)
    if status != cp_model.OPTIMAL:
        return Solution(counts, value, max(value, int(solver.best_objective_bound + 0.5)), frozenset({METHOD}))
    encoded.model.add(encoded.value == value)
    if problem.ceiling is not None:
        worker = Worker(min(Fraction(worker.left), TIES))
    return Solution(settle_ties(problem, encoded, counts, worker), value, value, frozenset({METHOD}))


def counts_of(encoded: Encoded, solver: cp_model.CpSolver) -> tuple[int, ...]:
    """Return how often each column is applied in what was found."""
    return tuple(solver.value(variable) for variable in encoded.counts)


def _unproved(problem: Problem, start: tuple[int, ...] | None) -> Solution:
    """Return what best first finds, with the bound that no line saves more than its cap."""
    counts = start or (0,) * len(problem.columns)
    touched = {line for column in problem.columns for line, _ in column.shares}
    bound = sum(problem.caps[line] for line in touched)
    if problem.ceiling is not None:
        bound = min(bound, problem.ceiling)
    return Solution(counts, value_of(problem, counts), bound, frozenset({"best first"}))


def settle_ties(problem: Problem, encoded: Encoded, counts: tuple[int, ...], worker: Worker) -> tuple[int, ...]:
    """Return the solution that the declared order of ties prefers; its value is held in the model already.

    Once the number of promotions is least, most problems have one solution only: that is asked for first.
    """
    width = 1 + 2 * sum(abs(offer.priority) for offer in problem.offers)
    costs = [width - offer.priority for offer in problem.offers]
    counts, done = _held(problem, encoded, counts, cp_model.LinearExpr.weighted_sum(encoded.used, costs), worker)
    if not done or _is_alone(encoded, counts, worker):
        return counts
    for cost in _later_ties(encoded):
        counts, done = _held(problem, encoded, counts, cost, worker)
        if not done:
            break
    return counts


def _later_ties(encoded: Encoded) -> Iterator[cp_model.LinearExprT]:
    """Yield what is least in turn: the first names, as a number of ones and noughts; applications; columns."""
    used, counts = encoded.used, encoded.counts
    for first in range(0, len(used), CHUNK):
        part = used[first : first + CHUNK]
        yield cp_model.LinearExpr.weighted_sum(part, [-(1 << (len(part) - 1 - place)) for place in range(len(part))])
    yield cp_model.LinearExpr.weighted_sum(counts, [-1] * len(counts))
    radix = 1 + max(encoded.most, default=0)
    chunk = max(1, CHUNK // radix.bit_length())
    for first in range(0, len(counts), chunk):
        own = counts[first : first + chunk]
        yield cp_model.LinearExpr.weighted_sum(own, [-(radix ** (len(own) - 1 - place)) for place in range(len(own))])


def _is_alone(encoded: Encoded, counts: tuple[int, ...], worker: Worker) -> bool:
    """Say whether nothing else does as well."""
    twin = encode_twin(encoded)
    different(twin, counts)
    twin.model.clear_objective()  # type: ignore[no-untyped-call]  # its types leave this method out
    status, _ = worker.run(twin.model)
    return status == cp_model.INFEASIBLE


def encode_twin(encoded: Encoded) -> Encoded:
    """Return a model to grow on its own, with the same variables."""
    model = encoded.model.clone()
    counts = [model.get_int_var_from_proto_index(variable.index) for variable in encoded.counts]
    return Encoded(model, counts, encoded.most)


def _held(
    problem: Problem, encoded: Encoded, counts: tuple[int, ...], cost: cp_model.LinearExprT, worker: Worker
) -> tuple[tuple[int, ...], bool]:
    """Find the solution of least cost and hold on to that cost."""
    hint(encoded, counts, frozenset(offers_used(problem, counts)))
    encoded.model.minimize(cost)
    status, solver = worker.run(encoded.model)
    if status != cp_model.OPTIMAL:
        return counts, False
    encoded.model.add(cost <= round(solver.objective_value))
    return counts_of(encoded, solver), True

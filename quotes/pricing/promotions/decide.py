"""The ladder: the best of all legal sets by the cheapest method that proves it, piece by piece.

Closed form, then dynamic programming, then CP-SAT; what no best set contains is left out before.
"""

from __future__ import annotations

from quotes.pricing.promotions.closed import closed_form
from quotes.pricing.promotions.components import pieces
from quotes.pricing.promotions.model import IMPOSSIBLE, Problem, Solution, value_of
from quotes.pricing.promotions.presolve import reduced, worthwhile
from quotes.pricing.promotions.reach import reached
from quotes.pricing.promotions.solver import Worker, search
from quotes.pricing.promotions.table import tabulate

FEW = 6_000
SMALL = 20
"""How many transitions are looked at under a ceiling, where states are many, and up to how many columns."""


def decide(problem: Problem, worker: Worker) -> Solution:
    """Return what saves the customer most; IMPOSSIBLE where an offer is forced that cannot apply."""
    if problem.ceiling is not None:
        free = decide(_without_ceiling(problem), worker)
        if free is IMPOSSIBLE or free.value <= problem.ceiling:
            return free
        return beneath(problem, free, worker)
    places = worthwhile(problem)
    small = reduced(problem, places)
    counts = [0] * len(problem.columns)
    bound, methods = 0, frozenset[str]()
    for piece in pieces(small):
        found = decide_piece(piece.problem, worker)
        if found is IMPOSSIBLE:
            return IMPOSSIBLE
        for place, count in zip(piece.columns, found.counts, strict=True):
            counts[places[place]] = count
        bound += found.bound
        methods |= found.methods
    if problem.forced is not None and not any(column.offer == problem.forced for column in problem.columns):
        return IMPOSSIBLE
    return Solution(tuple(counts), value_of(problem, counts), bound, methods)


def beneath(problem: Problem, free: Solution, worker: Worker) -> Solution:
    """Decide under a ceiling that the best set passes; in a large problem ties are not settled."""
    if len(problem.columns) <= SMALL:
        return tabulate(problem, FEW) or search(problem, worker)
    return reached(problem, free, problem.ceiling or 0) or search(problem, worker)


def decide_piece(problem: Problem, worker: Worker) -> Solution:
    """Decide what is linked."""
    return closed_form(problem) or tabulate(problem) or search(problem, worker)


def _without_ceiling(problem: Problem) -> Problem:
    return Problem(
        problem.offers, problem.columns, problem.rows, problem.caps, problem.exclusives, None, problem.forced,
        problem.scale,
    )  # fmt: skip

"""The seller's side: of all sets to which nothing could be added, the one that saves least.

A column that is not applied as often as it may must be kept from it by something: a row without room, or another offer that
holds an exclusion. That is a linear model too; ties are broken as for the customer.
"""

from __future__ import annotations

import math

from ortools.sat.python import cp_model

from quotes.pricing.promotions.components import pieces
from quotes.pricing.promotions.encoding import Encoded
from quotes.pricing.promotions.greedy import Basket
from quotes.pricing.promotions.model import Problem, Solution, value_of
from quotes.pricing.promotions.solver import METHOD, Worker, counts_of, settle_ties


def least(problem: Problem, worker: Worker) -> Solution:
    """Return the set that saves least of those to which nothing can be added; its bound is one from below."""
    counts = [0] * len(problem.columns)
    bound = 0
    for piece in pieces(problem):
        found = _least_piece(piece.problem, worker)
        for place, count in zip(piece.columns, found.counts, strict=True):
            counts[place] = count
        bound += found.bound
    return Solution(tuple(counts), value_of(problem, counts), bound, frozenset({METHOD}))


def _least_piece(problem: Problem, worker: Worker) -> Solution:
    encoded = _encode(problem)
    encoded.model.minimize(encoded.value)
    status, solver = worker.run(encoded.model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        basket = Basket(problem)
        basket.fill(range(len(problem.columns)))
        return Solution(tuple(basket.counts), value_of(problem, basket.counts), 0, frozenset({"in order"}))
    counts = counts_of(encoded, solver)
    value = value_of(problem, counts)
    if status != cp_model.OPTIMAL:
        return Solution(counts, value, round(solver.best_objective_bound), frozenset({METHOD}))
    encoded.model.add(encoded.value == value)
    return Solution(settle_ties(problem, encoded, counts, worker), value, value, frozenset({METHOD}))


def _encode(problem: Problem) -> Encoded:
    found = Encoded(cp_model.CpModel())
    for column in problem.columns:
        found.most.append(problem.times(column))
        found.counts.append(found.model.new_int_var(0, found.most[-1], ""))
    for offer in range(len(problem.offers)):
        found.used.append(_holds(problem, found, offer, range(len(problem.columns))))
    holders = [_holders(problem, found, together) for together in problem.exclusives]
    blocked = _rows(problem, found)
    for place, column in enumerate(problem.columns):
        reasons = [blocked[row, amount] for row, amount in column.uses if (row, amount) in blocked]
        for together, literals in zip(problem.exclusives, holders, strict=True):
            if place in together:
                reasons += [literal for offer, literal in literals.items() if offer != column.offer]
        full = found.model.new_bool_var("")
        found.model.add(found.counts[place] >= found.most[place]).only_enforce_if(full)
        found.model.add_bool_or([full, *reasons])
    for line, cap in enumerate(problem.caps):
        _line(problem, found, line, cap)
    return found


def _holds(problem: Problem, found: Encoded, offer: int, places: range | tuple[int, ...]) -> cp_model.IntVar:
    """Return a literal that is true exactly if some of an offer's columns are applied."""
    literal = found.model.new_bool_var("")
    own = [place for place in places if problem.columns[place].offer == offer]
    for place in own:
        found.model.add(found.counts[place] <= found.most[place] * literal)
    found.model.add(cp_model.LinearExpr.sum([found.counts[place] for place in own]) >= literal)
    return literal


def _holders(problem: Problem, found: Encoded, together: tuple[int, ...]) -> dict[int, cp_model.IntVar]:
    offers = sorted({problem.columns[place].offer for place in together})
    literals = {offer: _holds(problem, found, offer, together) for offer in offers}
    found.model.add_at_most_one(literals.values())
    return literals


def _rows(problem: Problem, found: Encoded) -> dict[tuple[int, int], cp_model.IntVar]:
    """Keep the capacities; return for every amount that a column takes of a row a literal that says it has no room."""
    users: dict[int, list[tuple[int, int]]] = {}
    for place, column in enumerate(problem.columns):
        for row, amount in column.uses:
            users.setdefault(row, []).append((place, amount))
    blocked: dict[tuple[int, int], cp_model.IntVar] = {}
    for row, terms in users.items():
        total = cp_model.LinearExpr.weighted_sum([found.counts[p] for p, _ in terms], [a for _, a in terms])
        found.model.add(total <= problem.rows[row])
        for amount in sorted({amount for _, amount in terms}):
            blocked[row, amount] = found.model.new_bool_var("")
            found.model.add(total >= problem.rows[row] - amount + 1).only_enforce_if(blocked[row, amount])
    return blocked


def _line(problem: Problem, found: Encoded, line: int, cap: int) -> None:
    """Count what a line saves: at least the rounded sum of its shares, or its cap."""
    terms = [
        (place, share) for place, column in enumerate(problem.columns) for own, share in column.shares if own == line
    ]
    common = math.gcd(problem.scale, *(share for _, share in terms))
    scale = problem.scale // common
    total = cp_model.LinearExpr.weighted_sum([found.counts[p] for p, _ in terms], [2 * s // common for _, s in terms])
    saved, capped = found.model.new_int_var(0, cap, ""), found.model.new_bool_var("")
    found.model.add(saved >= cap).only_enforce_if(capped)
    found.model.add(2 * scale * saved >= total - scale + 1).only_enforce_if(~capped)
    found.count(saved, 1)

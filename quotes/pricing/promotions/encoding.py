"""A problem as a model of CP-SAT whose relaxation is tight: no big constants, a line's rounding by its levels."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from quotes.pricing.promotions.model import Column, Problem

LEVELS = 16
"""Up to how many applications each number of them has its own literal, so that roundings are exact in the relaxation."""

LARGEST = 2**60
"""Numbers beyond it do not go into a model."""


@dataclass(slots=True)
class Encoded:
    """A model, its variables by column and offer, and the value as a weighted sum."""

    model: cp_model.CpModel
    counts: list[cp_model.IntVar] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    used: list[cp_model.IntVar] = field(default_factory=list)
    terms: list[cp_model.IntVar] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    levels: dict[int, list[cp_model.IntVar]] = field(default_factory=dict)

    @property
    def value(self) -> cp_model.LinearExprT:
        """What all applications save."""
        return cp_model.LinearExpr.weighted_sum(self.terms, self.weights)

    def count(self, variable: cp_model.IntVar, weight: int) -> None:
        """Let a variable count into the value."""
        self.terms.append(variable)
        self.weights.append(weight)


def encode(problem: Problem) -> Encoded | None:
    """Return the model of a problem; None where its numbers do not fit into 64 bits."""
    found = Encoded(cp_model.CpModel())
    for column in problem.columns:
        most = problem.times(column)
        found.most.append(most)
        found.counts.append(found.model.new_int_var(0, most, ""))
    _capacities(problem, found)
    _offers(problem, found)
    for line, terms in enumerate(_by_line(problem)):
        if terms and not _line(problem, found, terms, problem.caps[line]):
            return None
    if problem.ceiling is not None:
        found.model.add(found.value <= problem.ceiling)
    return found


def _capacities(problem: Problem, found: Encoded) -> None:
    users: list[list[tuple[int, int]]] = [[] for _ in problem.rows]
    for index, column in enumerate(problem.columns):
        for row, amount in column.uses:
            users[row].append((index, amount))
    for row, terms in enumerate(users):
        if sum(amount * found.most[index] for index, amount in terms) > problem.rows[row]:
            total = cp_model.LinearExpr.weighted_sum([found.counts[i] for i, _ in terms], [a for _, a in terms])
            found.model.add(total <= problem.rows[row])


def _offers(problem: Problem, found: Encoded) -> None:
    """Make a literal for every offer that is true exactly if some column of it is applied."""
    members: list[list[int]] = [[] for _ in problem.offers]
    for index, column in enumerate(problem.columns):
        members[column.offer].append(index)
    for own in members:
        literal = found.model.new_bool_var("")
        found.used.append(literal)
        for index in own:
            found.model.add(found.counts[index] <= found.most[index] * literal)
        found.model.add(cp_model.LinearExpr.sum([found.counts[index] for index in own]) >= literal)
    if problem.forced is not None:
        found.model.add(found.used[problem.forced] == 1)
    for together in problem.exclusives:
        _exclusive(problem, found, together, members)


def _exclusive(problem: Problem, found: Encoded, together: tuple[int, ...], members: list[list[int]]) -> None:
    """Let one offer at most have columns of a set applied."""
    inside: dict[int, list[int]] = {}
    for index in together:
        inside.setdefault(problem.columns[index].offer, []).append(index)
    literals = []
    for offer, own in inside.items():
        if len(own) == len(members[offer]):
            literals.append(found.used[offer])
            continue
        literal = found.model.new_bool_var("")
        for index in own:
            found.model.add(found.counts[index] <= found.most[index] * literal)
        literals.append(literal)
    if len(literals) > 1:
        found.model.add_at_most_one(literals)


def _by_line(problem: Problem) -> list[list[tuple[int, int]]]:
    terms: list[list[tuple[int, int]]] = [[] for _ in problem.caps]
    for index, column in enumerate(problem.columns):
        for line, share in column.shares:
            terms[line].append((index, share))
    return terms


def _line(problem: Problem, found: Encoded, terms: list[tuple[int, int]], cap: int) -> bool:
    """Let a line count into the value: the rounded sum of its shares, not more than its cap.

    Bounds from above are enough where more is better; under a ceiling the number must be no less than it is.
    """
    highest = problem.rounded(sum(share * found.most[index] for index, share in terms))
    broken = [(index, share) for index, share in terms if not problem.is_whole(share)]
    if len(broken) == 1 and found.most[broken[0][0]] <= LEVELS:
        parts = _levels(problem, found, *broken[0])
    elif broken:
        return _rounded(problem, found, terms, cap, highest)
    else:
        parts = []
    whole = ((index, share) for index, share in terms if problem.is_whole(share))
    parts += [(found.counts[index], share // problem.scale) for index, share in whole]
    if highest <= cap:
        for variable, weight in parts:
            found.count(variable, weight)
        return True
    total = cp_model.LinearExpr.weighted_sum([v for v, _ in parts], [w for _, w in parts])
    _cut(problem, found, total, cap)
    return True


def _cut(problem: Problem, found: Encoded, total: cp_model.LinearExprT, cap: int) -> None:
    saved = found.model.new_int_var(0, cap, "")
    if problem.ceiling is None:
        found.model.add(saved <= total)
    else:
        found.model.add_min_equality(saved, [total, cap])
    found.count(saved, 1)


def _levels(problem: Problem, found: Encoded, index: int, share: int) -> list[tuple[cp_model.IntVar, int]]:
    """Give every number of applications of a column its own literal, with the rounded saving of just that many."""
    most = found.most[index]
    if most == 1:
        return [(found.counts[index], problem.rounded(share))]
    literals = found.levels.get(index)
    if literals is None:
        literals = [found.model.new_bool_var("") for _ in range(most)]
        found.levels[index] = literals
        found.model.add_at_most_one(literals)
        number = cp_model.LinearExpr.weighted_sum(literals, list(range(1, most + 1)))
        found.model.add(found.counts[index] == number)
    return [(literal, problem.rounded(share * times)) for times, literal in enumerate(literals, start=1)]


def _rounded(problem: Problem, found: Encoded, terms: list[tuple[int, int]], cap: int, highest: int) -> bool:
    """Bound a line's saving by its exact sum and a half: the greatest integer below is the rounded sum."""
    common = math.gcd(problem.scale, *(share for _, share in terms))
    scale = 2 * problem.scale // common
    size = sum(2 * share // common * found.most[index] for index, share in terms) + scale * (highest + 1)
    if size > LARGEST:
        return False
    saved = found.model.new_int_var(0, highest if problem.ceiling is not None else min(cap, highest), "")
    total = cp_model.LinearExpr.weighted_sum(
        [found.counts[index] for index, _ in terms], [2 * share // common for _, share in terms]
    )
    found.model.add(scale * saved <= total + scale // 2)
    if problem.ceiling is None:
        found.count(saved, 1)
        return True
    found.model.add(scale * saved >= total - scale // 2 + 1)
    _cut(problem, found, saved, cap)
    return True


def hint(found: Encoded, counts: tuple[int, ...], used: frozenset[int]) -> None:
    """Tell the solver where to begin."""
    found.model.clear_hints()  # type: ignore[no-untyped-call]  # its types leave this method out
    for variable, count in zip(found.counts, counts, strict=True):
        found.model.add_hint(variable, count)
    for offer, literal in enumerate(found.used):
        found.model.add_hint(literal, offer in used)


def different(found: Encoded, counts: tuple[int, ...]) -> None:
    """Ask for another choice than one."""
    literals: list[cp_model.LiteralT] = []
    for variable, count, most in zip(found.counts, counts, found.most, strict=True):
        if count > 0:
            fewer = found.model.new_bool_var("")
            found.model.add(variable <= count - 1).only_enforce_if(fewer)
            literals.append(fewer)
        if count < most:
            more = found.model.new_bool_var("")
            found.model.add(variable >= count + 1).only_enforce_if(more)
            literals.append(more)
    found.model.add_bool_or(literals)


__all__ = ["Column", "Encoded", "different", "encode", "hint"]

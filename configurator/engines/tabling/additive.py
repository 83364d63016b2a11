"""Objectives as sums over the variables of a network, helpers included."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from configurator.engines.tabling.conditions import Conditions, is_condition
from configurator.engines.tabling.evaluator import Evaluator
from configurator.engines.tabling.limits import Unfit
from configurator.engines.tabling.sums import collected
from configurator.engines.tabling.terms import Terms, opened
from configurator.engines.tabling.vectors import MOST
from configurator.model import Objective, Term
from configurator.objective import Separated, separate
from configurator.passes import conjunction
from configurator.program import Program
from rules.typed import Add, Choose, Constant, Divide, Extremum, Multiply, Round, Typed, Values, Within


@dataclass(frozen=True, slots=True, eq=False)
class Additive:
    """An objective as ``(constant + sum of tables[v][index of v]) / scale``, exact in all that can exist."""

    constant: int
    tables: Mapping[int, NDArray[np.int64]]
    scale: int

    def value(self, indices: Sequence[int]) -> Fraction:
        """Return the objective of one index a variable of the network."""
        total = self.constant + sum(int(table[indices[variable]]) for variable, table in self.tables.items())
        return Fraction(total, self.scale)


@dataclass(frozen=True, slots=True)
class NotAdditive:
    """Why an objective is no sum over variables within the limits."""

    reason: str


def additive(program: Program, conditions: Conditions, objective: Objective) -> Additive | NotAdditive:
    """Return an objective as a sum over variables; terms of several get helpers, undone where it fails."""
    separated = separate(objective, program.compiler)
    general = [term for term, _, _, _ in separated.general]
    program.compiler.forget([part for term in objective.terms for part in (term.when, term.amount) if part is not None])
    mark = conditions.wiring.mark()
    try:
        return _added(conditions, separated, [worth for term in general for worth in _worths(conditions, term)])
    except Unfit as unfit:
        conditions.wiring.undo(mark)
        return NotAdditive(unfit.reason)


def combinations(evaluator: Evaluator, objective: Objective) -> int:
    """Return how many combinations of values decide an objective."""
    parts = (part for term in objective.terms for part in (term.when, term.amount) if part is not None)
    return math.prod(map(evaluator.size, frozenset[int]().union(*map(evaluator.scope, parts))))


def _added(conditions: Conditions, separated: Separated, worths: Terms) -> Additive:
    whole = collected(_by_scope(conditions, worths), conditions.weighted)
    scale = math.lcm(separated.scale, whole.scale)
    sizes = conditions.wiring.sizes
    constant = separated.constant * (scale // separated.scale) + whole.constant * (scale // whole.scale)
    tables: dict[int, NDArray[np.int64]] = {}
    for variable, table in separated.tables.items():
        tables[variable] = np.array(table[: sizes[variable]], object) * (scale // separated.scale)
    for part in whole.parts:
        more = part.vector.top.array.astype(object) * (scale // whole.scale)
        tables[part.variable] = tables[part.variable] + more if part.variable in tables else more
    most = abs(constant) + sum(int(np.abs(table).max(initial=0)) for table in tables.values())
    if most > MOST:
        raise Unfit("its amounts are too large for 64 bits")
    return Additive(constant, {variable: table.astype(np.int64) for variable, table in sorted(tables.items())}, scale)


def _worths(conditions: Conditions, term: Term) -> Terms:
    """Return amounts that are never absent and add up to what a term is worth."""
    amount = term.amount
    there = [] if sure(conditions.evaluator, amount) else [Within(amount, Values(everything=True))]
    when = conjunction([*([] if term.when is None else [term.when]), *there])
    zero = Constant(amount.kind, Fraction(0))
    if isinstance(when, Constant):
        return opened(amount) if when.value else []
    return [(factor, Choose(amount.kind, when, part, zero)) for factor, part in opened(amount)]


def _by_scope(conditions: Conditions, worths: Terms) -> Terms:
    """Let amounts of the same variables be one where they fit together."""
    groups: dict[frozenset[int], Terms] = {}
    for factor, worth in worths:
        groups.setdefault(conditions.evaluator.scope(worth), []).append((factor, worth))
    found: Terms = []
    for scope, group in groups.items():
        together = Add(group[0][1].kind, tuple(group))
        if len(group) > 1 and len(scope) > 1 and _fits(conditions, together):
            found.append((Fraction(1), together))
        else:
            found += group
    return found


def _fits(conditions: Conditions, together: Typed) -> bool:
    mark = conditions.wiring.mark()
    try:
        conditions.wire(together)
    except Unfit as unfit:
        if unfit.final:
            raise
        conditions.wiring.undo(mark)
        return False
    return True


def sure(evaluator: Evaluator, expression: Typed) -> bool:
    """Say whether an expression is known to be never absent."""
    if isinstance(expression, Constant) or is_condition(expression):
        return True
    if len(evaluator.scope(expression)) == 1:
        present = evaluator.table(expression).vector.present
        return present is None or bool(present.all())
    match expression:
        case Add(terms=terms):
            return all(sure(evaluator, term) for _, term in terms)
        case Multiply(operands=operands):
            return all(sure(evaluator, operand) for operand in operands)
        case Round(operand=operand):
            return sure(evaluator, operand)
        case Choose(value=value, otherwise=otherwise):
            return sure(evaluator, value) and sure(evaluator, otherwise)
        case Extremum(operands=operands):
            some = any(guard is None for guard, _ in operands)
            return some and all(sure(evaluator, value) for _, value in operands)
        case Divide(left=left, right=right) if len(evaluator.scope(right)) == 1:
            divisor = evaluator.table(right).vector.top.array
            return sure(evaluator, left) and sure(evaluator, right) and bool((divisor != 0).all())
    return False

"""Linear rules: what each variable adds alone, compared with a bound, to be kept outside the diagram."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from configurator.engines.tabling.conditions import conjuncts
from configurator.engines.tabling.evaluator import Evaluator, Wire
from configurator.engines.tabling.limits import Unfit
from configurator.engines.network import Resource
from configurator.engines.tabling.sums import Sum, collected
from configurator.engines.tabling.terms import Terms, opened
from configurator.engines.tabling.ties import Ties
from configurator.engines.tabling.vectors import MOST
from configurator.program import Program
from rules.kinds import Money, Quantity
from rules.typed import Compare, Constant, Not, Typed, Values, Within

_INVERSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def linear(program: Program, constraint: int) -> tuple[Resource, ...] | None:
    """Return a constraint as bounds on sums; None where it is not of that kind.

    Every term must follow from one variable (also by way of the conditions under which variables
    exist) and must never be absent: a comparison with an absent sum is false.
    """
    return resources(
        Ties(Evaluator(program.model.variables)), program.model.constraints[constraint].condition, constraint
    )


def resources(ties: Ties, condition: Typed, source: int) -> tuple[Resource, ...] | None:
    """Return a condition as bounds on sums; None where it is not of that kind."""
    try:
        return tuple(
            _resource(whole, relation == "<", source)
            for part in conjuncts(condition)
            for relation, terms in _compared(part)
            for whole in (_whole(ties, terms),)
        )
    except Unfit:
        return None


def _compared(condition: Typed) -> Iterator[tuple[str, Terms]]:
    """Yield sums that must be at most zero (``<=``), or below (``<``)."""
    match condition:
        case Not(Compare(operator, left, right)) if operator in _INVERSE and isinstance(left.kind, Quantity | Money):
            yield from _sides(_INVERSE[operator], left, right)
        case Compare(operator, left, right) if operator != "!=" and isinstance(left.kind, Quantity | Money):
            yield from _sides(operator, left, right)
        case Within(operand, Values(singles, ((low, high),), False)) if not singles:
            yield from _sides(">=", operand, Constant(operand.kind, low))
            yield from _sides("<=", operand, Constant(operand.kind, high))
        case _:
            raise Unfit("it is no comparison of sums")


def _sides(operator: str, left: Typed, right: Typed) -> Iterator[tuple[str, Terms]]:
    if operator in {"<", "<=", "="}:
        yield operator.replace("=", "<=").replace("<<", "<"), [*opened(left), *opened(right, Fraction(-1))]
    if operator in {">", ">=", "="}:
        yield ("<" if operator == ">" else "<="), [*opened(right), *opened(left, Fraction(-1))]


def _whole(ties: Ties, terms: Terms) -> Sum:
    def wires(some: Terms) -> list[tuple[Fraction, Wire]]:
        found = [(factor, ties.reduced(term)) for factor, term in some]
        if any(wire is None for _, wire in found):
            raise Unfit("a term depends on several variables")
        return [(factor, wire) for factor, wire in found if wire is not None]

    whole = collected(terms, wires)
    if any(part.vector.present is not None for part in whole.parts):
        raise Unfit("a term can be absent")
    return whole


def _resource(whole: Sum, strict: bool, source: int) -> Resource:
    """Shift weights so that none is negative, and divide by what all have in common; the bound is one a sum can meet."""
    if whole.high - whole.low > MOST:
        raise Unfit("its sums are too large for 64 bits")
    bound = max(-1, min(-whole.constant - strict - whole.low, whole.high - whole.low))
    weights = {part.variable: part.vector.top.array - part.vector.top.low for part in whole.parts}
    weights = {variable: array for variable, array in weights.items() if array.any()}
    shared = math.gcd(*(int(np.gcd.reduce(array)) for array in weights.values())) or 1
    return Resource(source, bound // shared, {variable: array // shared for variable, array in weights.items()})

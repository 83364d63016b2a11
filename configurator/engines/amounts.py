"""Exact numbers of a CP-SAT model: a sum over an integer scale, over a positive divisor where one divides by variables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from configurator.engines.circuit import Circuit, Linear, Literal


@dataclass(frozen=True, slots=True)
class Amount:
    """``top / (scale * bottom)`` where `present` holds; elsewhere absent, and `top` is any number in its bounds.

    `bottom` is at least 1 everywhere; None stands for 1.
    """

    top: Linear
    scale: int
    present: Literal
    bottom: Linear | None = None


def constant(circuit: Circuit, value: Fraction) -> Amount:
    """Return a constant amount."""
    return Amount(circuit.constant(value.numerator), value.denominator, circuit.true)


def total(circuit: Circuit, terms: Sequence[tuple[Fraction, Amount]]) -> Amount:
    """Return a weighted sum, absent where a term is."""
    whole = [(c, a) for c, a in terms if a.bottom is None]
    present = circuit.conjunction([a.present for _, a in terms])
    factors = [coefficient / a.scale for coefficient, a in whole]
    scale = math.lcm(*(factor.denominator for factor in factors))
    top = circuit.combine([(int(factor * scale), a.top) for factor, (_, a) in zip(factors, whole, strict=True)])
    result = Amount(top, scale, present)
    for coefficient, broken in terms:
        if broken.bottom is not None:
            result = _plus(circuit, result, coefficient, broken, present)
    return result


def _plus(circuit: Circuit, left: Amount, coefficient: Fraction, right: Amount, present: Literal) -> Amount:
    """Add ``coefficient * right`` over the product of both divisors."""
    one = circuit.constant(1)
    a, b = left.bottom or one, right.bottom or one
    factor = coefficient / right.scale
    scale = math.lcm(left.scale, factor.denominator)
    parts = [(scale // left.scale, circuit.product(left.top, b)), (int(factor * scale), circuit.product(right.top, a))]
    return Amount(circuit.combine(parts), scale, present, circuit.product(a, b))


def product(circuit: Circuit, left: Amount, right: Amount) -> Amount:
    """Return a product, absent where a factor is."""
    bottoms = [a.bottom for a in (left, right) if a.bottom is not None]
    bottom = circuit.product(*bottoms) if len(bottoms) > 1 else next(iter(bottoms), None)
    present = circuit.conjunction((left.present, right.present))
    return Amount(circuit.product(left.top, right.top), left.scale * right.scale, present, bottom)


def quotient(circuit: Circuit, left: Amount, right: Amount) -> Amount:
    """Return a quotient, absent where an operand is or the divisor is zero."""
    return product(circuit, left, _inverse(circuit, right))


def _inverse(circuit: Circuit, amount: Amount) -> Amount:
    """Return ``1 / amount``: the divisor's size goes below, its sign above."""
    top = amount.top
    positive, negative = circuit.holds_within(top, ((1, max(top.high, 1)),)), circuit.false
    if top.low < 0:
        negative = circuit.holds_within(top, ((top.low, -1),))
    size = circuit.of(circuit.integer(1, max(1, abs(top.low), abs(top.high))))
    for literal, sign in ((positive, 1), (negative, -1)):
        circuit.within(circuit.combine([(1, size), (-sign, top)]), ((0, 0),), (literal,))
    sign_value = circuit.combine([(1, circuit.weighted(positive, 1)), (-1, circuit.weighted(negative, 1))])
    over = amount.bottom or circuit.constant(1)
    present = circuit.conjunction((amount.present, circuit.disjunction((positive, negative))))
    raised = circuit.product(circuit.combine([(amount.scale, over)]), sign_value)
    return Amount(raised, 1, present, size)


def rounding(circuit: Circuit, amount: Amount, mode: str, step: Fraction) -> Amount:
    """Return an amount rounded to a multiple of the step."""
    over = amount.scale * step
    divisor = circuit.combine([(over.numerator, amount.bottom or circuit.constant(1))])
    number = circuit.combine([(over.denominator, amount.top)])
    if mode == "floor":
        steps = circuit.quotient(number, divisor)
    elif mode == "ceiling":
        steps = _negated(circuit, circuit.quotient(_negated(circuit, number), divisor))
    else:
        steps = _nearest(circuit, number, divisor)
    return Amount(circuit.combine([(step.numerator, steps)]), step.denominator, amount.present)


def _negated(circuit: Circuit, linear: Linear) -> Linear:
    return circuit.combine([(-1, linear)])


def _nearest(circuit: Circuit, number: Linear, divisor: Linear) -> Linear:
    """Return the nearest integer to ``number / divisor``, half away from zero."""
    twice = circuit.combine([(2, divisor)])
    above = below = circuit.constant(0)
    if number.high >= 0:
        above = circuit.quotient(circuit.combine([(2, number), (1, divisor)]), twice)
    if number.low < 0:
        below = _negated(circuit, circuit.quotient(circuit.combine([(-2, number), (1, divisor)]), twice))
    negative = circuit.holds_within(number, ((min(number.low, -1), -1),))
    return circuit.select(negative, below, above)


def choice(circuit: Circuit, condition: Literal, value: Amount, otherwise: Amount) -> Amount:
    """Return one amount or the other."""
    scale = math.lcm(value.scale, otherwise.scale)
    tops = [circuit.combine([(scale // a.scale, a.top)]) for a in (value, otherwise)]
    bottom = None
    if value.bottom is not None or otherwise.bottom is not None:
        one = circuit.constant(1)
        bottom = circuit.select(condition, value.bottom or one, otherwise.bottom or one)
    present = circuit.choice(condition, value.present, otherwise.present)
    return Amount(circuit.select(condition, *tops), scale, present, bottom)


def extremum(circuit: Circuit, function: str, cases: Sequence[tuple[Literal, Amount]]) -> Amount:
    """Return the least or greatest amount whose guard holds; absent where none does, or where such a one is absent."""
    scale = math.lcm(*(amount.scale for _, amount in cases))
    guards = [guard for guard, _ in cases]
    some = circuit.disjunction(guards)
    there = [circuit.disjunction((-guard - 1, amount.present)) for guard, amount in cases]
    present = circuit.conjunction([some, *there])
    if any(amount.bottom is not None for _, amount in cases):
        return replace(_picked(circuit, function, cases), present=present)
    tops = [circuit.combine([(scale // amount.scale, amount.top)]) for _, amount in cases]
    best = circuit.of(circuit.integer(min(top.low for top in tops), max(top.high for top in tops)))
    sides = ((0, best.high - best.low),) if function == "max" else ((best.low - best.high, 0),)
    attained = [-some - 1]
    for guard, top in zip(guards, tops, strict=True):
        gap = circuit.combine([(1, best), (-1, top)])
        circuit.within(gap, sides, (guard,))
        equal = circuit.integer(0, 1)
        circuit.within(gap, ((0, 0),), (equal,))
        circuit.clause((-equal - 1, guard))
        attained.append(equal)
    circuit.clause(attained)
    return Amount(best, scale, present)


def _picked(circuit: Circuit, function: str, cases: Sequence[tuple[Literal, Amount]]) -> Amount:
    """Take one case after the other where it beats the best so far: quotients have no common scale."""
    guarded, best = cases[0]
    for guard, amount in cases[1:]:
        beats = circuit.holds_within(*relation(circuit, ">" if function == "max" else "<", amount, best))
        better = circuit.conjunction((guard, circuit.disjunction((-guarded - 1, beats))))
        best = choice(circuit, better, amount, best)
        guarded = circuit.disjunction((guarded, guard))
    return best


def relation(
    circuit: Circuit, operator: str, left: Amount, right: Amount
) -> tuple[Linear, tuple[tuple[int, int], ...]]:
    """Return a difference and the intervals in which it lies exactly where the comparison holds."""
    gap = total(circuit, [(Fraction(1), left), (Fraction(-1), right)]).top
    edge = max(abs(gap.low), abs(gap.high)) + 1
    kept = {
        "=": ((0, 0),),
        "!=": ((-edge, -1), (1, edge)),
        "<": ((-edge, -1),),
        "<=": ((-edge, 0),),
        ">": ((1, edge),),
        ">=": ((0, edge),),
    }
    return gap, kept[operator]

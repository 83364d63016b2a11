"""Read products and divisions: the unit of the result, money in it, what may be divided by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rules import syntax, units
from rules.diagnostics import Span
from rules.folding import fold
from rules.kinds import Dimension, Kind, Money, Quantity
from rules.naming import describe, words
from rules.operands import Operand, every, is_bounded, is_number, read_all
from rules.resolution import Facing, read_node
from rules.scope import Reading
from rules.typed import Constant, Divide, Multiply, Typed


@read_node.register
def _(expression: syntax.Product, reading: Reading, _facing: Facing) -> Typed | None:
    operands = read_all([factor for _operator, factor in expression.factors], reading)
    if operands is None or not every(is_number, operands, reading) or not is_bounded(operands, expression, reading):
        return None
    operators = [operator for operator, _factor in expression.factors]
    above = [operand for operand, operator in zip(operands, operators, strict=True) if operator == "*"]
    below = [operand for operand, operator in zip(operands, operators, strict=True) if operator == "/"]
    if not every(_may_divide, below, reading) or not _money_fits(above, below, reading):
        return None
    return _build([typed for _factor, typed in above], [typed for _divisor, typed in below], expression.span)


def _may_divide(divisor: Typed, written: syntax.Expression, reading: Reading) -> bool:
    if isinstance(divisor, Constant):
        if divisor.value != 0:
            return True
        reading.report("division-by-zero", written.span, "this divides by zero")
        return False
    if not reading.rounded:
        hint = "put the division inside floor(...), ceiling(...) or round(...)"
        message = f"a division by {words(written, 'something that is not constant')} must say how it is rounded"
        reading.report("division-unrounded", written.span, message, hint)
    return reading.rounded


# --- money --------------------------------------------------------------------------------------


def _money_fits(above: Sequence[Operand], below: Sequence[Operand], reading: Reading) -> bool:
    """Check that the result is an amount or a number: money times number, money by number, money by money."""
    paid, divided = ([o for o in operands if isinstance(o[1].kind, Money)] for operands in (above, below))
    if len(paid) > 1:
        return _refuse(paid[1], "money-product", "money cannot be multiplied by money", reading)
    if len(divided) > len(paid):
        return _refuse(divided[0], "money-product", "only money can be divided by money", reading)
    if divided and divided[0][1].kind != paid[0][1].kind:
        both = f"{describe(paid[0][1].kind)} and {describe(divided[0][1].kind)}"
        return _refuse(divided[0], "currency-mismatch", f"these are two currencies: {both}", reading)
    if paid and not divided and _dimension(_numbers(above), _numbers(below)):
        return _refuse_measure([*above, *below], reading)
    return True


def _refuse_measure(operands: Sequence[Operand], reading: Reading) -> bool:
    measured = ((operand, operand[1].kind) for operand in operands)
    operand, kind = next((o, k) for o, k in measured if isinstance(k, Quantity) and k.dimension)
    hint = f"divide by the unit first: / 1 {kind.unit}" if kind.unit else "divide by its unit first"
    return _refuse(operand, "money-product", f"money and {describe(kind)} cannot be multiplied", reading, hint)


def _refuse(operand: Operand, code: str, message: str, reading: Reading, hint: str = "") -> bool:
    reading.report(code, operand[0].span, message, hint)
    return False


def _numbers(operands: Iterable[Operand]) -> list[Typed]:
    return [typed for _written, typed in operands if isinstance(typed.kind, Quantity)]


# --- the tree of a product ----------------------------------------------------------------------


def _build(above: Sequence[Typed], below: Sequence[Typed], span: Span) -> Typed:
    """Make the tree with money outermost, so that every node has a kind: ``45 EUR * (area / 1 m2)``."""
    paid, divided = ([node for node in nodes if isinstance(node.kind, Money)] for nodes in (above, below))
    factors, divisors = ([node for node in nodes if isinstance(node.kind, Quantity)] for nodes in (above, below))
    if not paid:
        return _quotient(factors, divisors, span)
    if divided:
        ratio = fold(Divide(Quantity(), paid[0], divided[0], span), [paid[0], divided[0]])
        return _quotient([ratio, *factors], divisors, span)
    kind = paid[0].kind
    if not factors and divisors:
        divisor = _product(divisors, span)
        return fold(Divide(kind, paid[0], divisor, span), [paid[0], divisor])
    operands = [paid[0], *(factors if not divisors else [_quotient(factors, divisors, span)])]
    return operands[0] if len(operands) == 1 else fold(Multiply(kind, tuple(operands), span), operands)


def _quotient(factors: Sequence[Typed], divisors: Sequence[Typed], span: Span) -> Typed:
    dividend = _product(factors, span)
    if not divisors:
        return dividend
    divisor = _product(divisors, span)
    return fold(Divide(_kind(factors, divisors), dividend, divisor, span), [dividend, divisor])


def _product(factors: Sequence[Typed], span: Span) -> Typed:
    if len(factors) == 1:
        return factors[0]
    return fold(Multiply(_kind(factors, []), tuple(factors), span), factors)


def _kind(factors: Sequence[Typed], divisors: Sequence[Typed]) -> Kind:
    dimension = _dimension(factors, divisors)
    kinds = (node.kind for node in factors if dimension)
    same = (kind.unit for kind in kinds if isinstance(kind, Quantity) and kind.dimension == dimension and kind.unit)
    return Quantity(dimension, next(same, units.natural_unit(dimension)))


def _dimension(factors: Sequence[Typed], divisors: Sequence[Typed]) -> Dimension:
    exponents: Counter[str] = Counter()
    for nodes, sign in ((factors, 1), (divisors, -1)):
        for node in nodes:
            for base, exponent in node.kind.dimension if isinstance(node.kind, Quantity) else ():
                exponents[base] += sign * exponent
    return tuple(sorted((base, exponent) for base, exponent in exponents.items() if exponent))

"""Read sets and ranges: after ``in``, after ``between``, in the cells of a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from rules import syntax
from rules.folding import fold
from rules.kinds import Kind, Money, Quantity, Scalar
from rules.naming import describe
from rules.operands import Operand, is_ordered, shows_text
from rules.resolution import fits, need, read
from rules.scope import Reading
from rules.typed import And, Compare, Constant, Or, Typed, Values, Within


def read_membership(expression: syntax.Membership, operand: Typed, reading: Reading) -> Typed | None:
    """Read ``operand in {…}``: constants become one set, every other member a comparison of its own."""
    if expression.members.any:
        return Within(operand, Values(everything=True), expression.span)
    pair = expression.operand, operand
    tests = [_member(item, pair, reading) for item in expression.members.items]
    known = [test for test in tests if test is not None]
    if len(known) < len(tests):
        return None
    constant = [test for test in known if isinstance(test, Values)]
    others = [test for test in known if not isinstance(test, Values)]
    if not constant:
        return fold(Or(tuple(others), expression.span), others)
    within = Within(operand, _joined(constant), expression.span)
    within_folded = fold(within, [operand])
    return (
        within_folded if not others else fold(Or((within_folded, *others), expression.span), [within_folded, *others])
    )


def _member(item: syntax.Expression | syntax.Range, operand: Operand, reading: Reading) -> Values | Typed | None:
    if isinstance(item, syntax.Range):
        if not is_ordered(operand[1], operand[0], reading):
            return None
        bounds = _bounds(item, operand, reading)
        return bounds and _range_of(operand[1], *bounds, item, reading)
    typed = read(item, reading, operand[1].kind)
    if typed is None or not fits(typed, item, operand[1].kind, reading, partner=operand[0]):
        return None
    if not shows_text(operand[1], typed, item.span, reading):
        return None
    if isinstance(typed, Constant):
        return Values(frozenset({typed.value}))
    return Compare("=", operand[1], typed, item.span)


def read_range(expression: syntax.Between, operand: Operand, reading: Reading) -> Typed | None:
    """Read ``operand between low and high``; the operand is ordered."""
    bounds = _bounds(expression, operand, reading)
    test = bounds and _range_of(operand[1], *bounds, expression, reading)
    if isinstance(test, Values):
        return fold(Within(operand[1], test, expression.span), [operand[1]])
    return test


def _bounds(ends: syntax.Range | syntax.Between, operand: Operand, reading: Reading) -> tuple[Typed, Typed] | None:
    low_end = with_unit_of(ends.low, ends.high) if isinstance(ends, syntax.Range) else ends.low
    kind = operand[1].kind
    low, high = read(low_end, reading, kind), read(ends.high, reading, kind)
    low_fits = low is not None and fits(low, low_end, kind, reading, partner=operand[0])
    high_fits = high is not None and fits(high, ends.high, kind, reading, partner=operand[0])
    return (low, high) if low is not None and high is not None and low_fits and high_fits else None


def _range_of(
    operand: Typed, low: Typed, high: Typed, ends: syntax.Range | syntax.Between, reading: Reading
) -> Values | Typed | None:
    if isinstance(low, Constant) and isinstance(high, Constant):
        if _reversed(low.value, high.value):
            _report_empty(ends, reading)
            return None
        if isinstance(low.value, Fraction) and isinstance(high.value, Fraction):
            return Values(ranges=((low.value, high.value),))
    tests = Compare(">=", operand, low, ends.span), Compare("<=", operand, high, ends.span)
    return fold(And(tests, ends.span), [operand, low, high])


def with_unit_of(low: syntax.Expression, high: syntax.Expression) -> syntax.Expression:
    """Give the low end of a range the unit of the high end, as in ``48..62 cm``, where it has none."""
    match low, high:
        case syntax.Number(unit=""), syntax.Number(unit=unit) if unit:
            return replace(low, unit=unit)
        case syntax.Sum(terms=((sign, operand),)), _:
            return replace(low, terms=((sign, with_unit_of(operand, high)),))
        case _, syntax.Sum(terms=((_, operand),)):
            return with_unit_of(low, operand)
        case _:
            return low


def _reversed(low: Scalar, high: Scalar) -> bool:
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        return low > high
    return isinstance(low, date) and isinstance(high, date) and low > high


def _report_empty(ends: syntax.Range | syntax.Between, reading: Reading) -> None:
    reading.report("empty-range", ends.span, "the first end of this range lies above the second", "swap the two ends")


# --- constants ----------------------------------------------------------------------------------


def constant_of(expression: syntax.Expression, kind: Kind, reading: Reading) -> Scalar | None:
    """Read an expression that must be a constant of a kind; None where there is an error."""
    typed = need(expression, reading, kind)
    if typed is None:
        return None
    if isinstance(typed, Constant):
        return typed.value
    reading.report("not-constant", expression.span, f"{describe(kind)} is needed here that is always the same")
    return None


def constant_members(members: syntax.Members, kind: Kind, reading: Reading) -> Values | None:
    """Read a set or a cell of constants of a kind; None where there is an error."""
    if members.any:
        return Values(everything=True)
    items = [_constant_member(item, kind, reading) for item in members.items]
    known = [item for item in items if item is not None]
    return _joined(known) if len(known) == len(items) else None


def _constant_member(item: syntax.Expression | syntax.Range, kind: Kind, reading: Reading) -> Values | None:
    if not isinstance(item, syntax.Range):
        value = constant_of(item, kind, reading)
        return None if value is None else Values(frozenset({value}))
    if not isinstance(kind, Quantity | Money):
        reading.report("not-ordered", item.span, f"only numbers and money have ranges here, not {describe(kind)}")
        return None
    low = constant_of(with_unit_of(item.low, item.high), kind, reading)
    high = constant_of(item.high, kind, reading)
    if not isinstance(low, Fraction) or not isinstance(high, Fraction):
        return None
    if low > high:
        _report_empty(item, reading)
        return None
    return Values(ranges=((low, high),))


def _joined(parts: list[Values]) -> Values:
    singles = frozenset[Scalar]().union(*(part.singles for part in parts))
    return Values(singles, tuple(span for part in parts for span in part.ranges), any(p.everything for p in parts))

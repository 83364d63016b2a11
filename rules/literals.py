"""Read literals: numbers with their units, money, percentages, texts, dates, ``yes`` and ``no``."""

from __future__ import annotations

from rules import syntax, units
from rules.kinds import Day, Money, Quantity, Textual, Truth
from rules.resolution import Facing, read_node, report_missing_unit
from rules.scope import Reading
from rules.typed import Constant, Typed
from rules.values import unknown_unit


@read_node.register
def _(expression: syntax.Number, reading: Reading, facing: Facing) -> Typed | None:
    if not expression.unit:
        return _bare_number(expression, reading, facing)
    unit = units.unit(expression.unit)
    if unit is not None:
        kind = Quantity(unit.dimension, unit.name)
        return Constant(kind, expression.value * unit.factor, expression.span)
    if units.currency(expression.unit):
        return Constant(Money(expression.unit), expression.value, expression.span)
    unknown = unknown_unit(expression.unit)
    reading.report(unknown.code, expression.span, unknown.message, unknown.hint)
    return None


def _bare_number(expression: syntax.Number, reading: Reading, facing: Facing) -> Typed | None:
    if reading.column_units and isinstance(facing, Money):
        return Constant(facing, expression.value, expression.span)
    if isinstance(facing, Quantity) and facing.unit:
        if reading.column_units:
            return Constant(facing, expression.value * units.factor_of(facing.unit), expression.span)
        if facing.unit == "%":
            # Dimensions agree, but 5 where 5% is meant would be a hundred times too much.
            report_missing_unit(expression, facing, reading)
            return None
    return Constant(Quantity(), expression.value, expression.span)


@read_node.register
def _(expression: syntax.Text, _reading: Reading, _facing: Facing) -> Typed | None:
    return Constant(Textual(), expression.value, expression.span)


@read_node.register
def _(expression: syntax.Date, _reading: Reading, _facing: Facing) -> Typed | None:
    return Constant(Day(), expression.value, expression.span)


@read_node.register
def _(expression: syntax.Boolean, _reading: Reading, _facing: Facing) -> Typed | None:
    return Constant(Truth(), expression.value, expression.span)

"""Resolve one node of an expression: the dispatch all readers register with, and the check that kinds fit."""

from __future__ import annotations

from enum import Enum
from functools import singledispatch
from typing import Final

from rules import syntax
from rules.kinds import Collection, Kind, Money, Quantity, Record
from rules.naming import describe, words
from rules.scope import Reading
from rules.typed import Typed


class Untold(Enum):
    """The operand a name faces has an error of its own: a name that means nothing else is not reported."""

    UNTOLD = "untold"


UNTOLD: Final = Untold.UNTOLD

Facing = Kind | Untold | None
"""What stands on the other side: its kind guides the reading of bare names and numbers."""


@singledispatch
def read_node(expression: syntax.Expression, reading: Reading, facing: Facing) -> Typed | None:
    """Read one node; each module of readers registers its own. Use `read`."""
    raise TypeError(expression, reading, facing)


def read(expression: syntax.Expression, reading: Reading, facing: Facing = None) -> Typed | None:
    """Return the typed tree of an expression, or None when it has an error, which is then reported."""
    inner = reading.deeper(expression.span)
    return None if inner is None else read_node(expression, inner, facing)


def need(expression: syntax.Expression, reading: Reading, kind: Kind) -> Typed | None:
    """Read an expression that must be of a kind."""
    typed = read(expression, reading, kind)
    return typed if typed is not None and fits(typed, expression, kind, reading) else None


def fits(
    typed: Typed,
    expression: syntax.Expression,
    kind: Kind,
    reading: Reading,
    *,
    partner: syntax.Expression | None = None,
    verb: str = "compared",
) -> bool:
    """Say whether an operand is of the kind it must have; report where it is not, at the operand.

    `partner` is the operand it meets, and `verb` what was to be done with both.
    """
    if typed.kind == kind:
        return True
    if _is_bare(expression) and isinstance(kind, Quantity | Money) and typed.kind == Quantity():
        report_missing_unit(expression, kind, reading)
        return False
    if partner is None:
        message = f"{words(expression)} is {describe(typed.kind)}, but {describe(kind)} is needed here"
    else:
        pair = f"{words(partner, 'the one side')} and {words(expression, 'the other')}"
        message = f"{pair} cannot be {verb}: {describe(kind)} and {describe(typed.kind)}"
    reading.report(_code(typed.kind, kind), expression.span, message, _hint(expression, typed.kind))
    return False


def report_missing_unit(expression: syntax.Expression, kind: Quantity | Money, reading: Reading) -> None:
    """Report a bare number that stands against a unit, a percentage or a currency."""
    number = words(expression)
    unit = kind.currency if isinstance(kind, Money) else kind.unit
    hint = f"write {number}{unit if unit == '%' else ' ' + unit}" if unit else "write its unit after it"
    reading.report("missing-unit", expression.span, f"{number} has no unit, but {describe(kind)} is needed here", hint)


def refuse(typed: Typed, expression: syntax.Expression, reason: str, reading: Reading) -> None:
    """Report an operand whose kind cannot stand here at all."""
    message = f"{words(expression)} is {describe(typed.kind)}, {reason}"
    reading.report("kind-mismatch", expression.span, message, _hint(expression, typed.kind))


def _is_bare(expression: syntax.Expression) -> bool:
    match expression:
        case syntax.Sum(terms=((_, operand),)):
            return _is_bare(operand)
        case syntax.Number(unit=""):
            return True
        case _:
            return False


def _code(found: Kind, needed: Kind) -> str:
    if isinstance(found, Quantity) and isinstance(needed, Quantity):
        return "unit-mismatch"
    if isinstance(found, Money) and isinstance(needed, Money):
        return "currency-mismatch"
    return "kind-mismatch"


def _hint(expression: syntax.Expression, found: Kind) -> str:
    name = words(expression, "")
    if isinstance(found, Collection) and name:
        return f"write count({name}) for their number, {name}[0] for the first of them"
    if isinstance(found, Record) and name:
        return f"write {name}. and the name of one of its values"
    return ""

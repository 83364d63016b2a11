"""Read arithmetic: sums, products, divisions, rounding, ``min`` and ``max``, with their units and currencies."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from rules import syntax, units
from rules.folding import fold
from rules.kinds import Kind, Money, Quantity
from rules.naming import describe, nearest, words
from rules.operands import Operand, every, is_bounded, is_number, is_ordered, read_all
from rules.resolution import Facing, fits, need, read, read_node
from rules.scope import Reading
from rules.typed import Add, Constant, Extremum, Round, Typed


def _one_kind(operands: Sequence[Operand], reading: Reading, verb: str) -> Kind | None:
    """Return the kind all operands share; the first that is more than a bare number sets it."""
    partner, first = next(
        (operand for operand in operands if not isinstance(operand[1], Constant) or operand[1].kind != Quantity()),
        operands[0],
    )
    fitting = [
        fits(typed, expression, first.kind, reading, partner=partner, verb=verb) for expression, typed in operands
    ]
    return _with_unit(first.kind, operands) if all(fitting) else None


def _with_unit(kind: Kind, operands: Sequence[Operand]) -> Kind:
    kinds = (typed.kind for _expression, typed in operands)
    return next((k for k in kinds if isinstance(k, Quantity) and k.unit), kind)


# --- sums ---------------------------------------------------------------------------------------


@read_node.register
def _(expression: syntax.Sum, reading: Reading, facing: Facing) -> Typed | None:
    written = [term for _sign, term in expression.terms]
    if len(written) == 1:
        # A negative number is a literal as its positive twin is, and reads in the same light.
        only = read(written[0], reading, facing)
        operands = None if only is None else [(written[0], only)]
    else:
        operands = read_all(written, reading)
    if operands is None or not every(is_number, operands, reading):
        return None
    kind = _one_kind(operands, reading, "added")
    if kind is None or not is_bounded(operands, expression, reading):
        return None
    signs = [Fraction(-1 if sign == "-" else 1) for sign, _term in expression.terms]
    terms = [typed for _term, typed in operands]
    return fold(Add(kind, tuple(zip(signs, terms, strict=True)), expression.span), terms)


# --- rounding, min and max ----------------------------------------------------------------------

_MODES: dict[str, Literal["floor", "ceiling", "round"]] = {"floor": "floor", "ceiling": "ceiling", "round": "round"}
_EXTREMA: dict[str, Literal["min", "max"]] = {"min": "min", "max": "max"}


@read_node.register
def _(expression: syntax.Call, reading: Reading, _facing: Facing) -> Typed | None:
    name = expression.function.text
    if name in _EXTREMA:
        return _extremum(expression, reading)
    if name in _MODES:
        return _rounding(expression, reading)
    known = (*_MODES, *_EXTREMA, "count", "sum")
    hint = nearest(name, known) or f"the functions are {', '.join(known)}"
    reading.report("unknown-function", expression.function.span, f"there is no function {name}", hint)
    return None


def _extremum(expression: syntax.Call, reading: Reading) -> Typed | None:
    name = expression.function.text
    if not expression.arguments:
        reading.report("wrong-arguments", expression.span, f"{name}(a, b) needs something to compare")
        return None
    operands = read_all(expression.arguments, reading)
    if operands is None or not every(is_ordered, operands, reading):
        return None
    kind = _one_kind(operands, reading, "compared")
    if kind is None:
        return None
    node = Extremum(kind, _EXTREMA[name], tuple((None, typed) for _argument, typed in operands), expression.span)
    return fold(node, [typed for _argument, typed in operands])


def _rounding(expression: syntax.Call, reading: Reading) -> Typed | None:
    name = expression.function.text
    if len(expression.arguments) not in {1, 2}:
        reading.report("wrong-arguments", expression.span, f"write {name}(number) or {name}(number, step)")
        return None
    argument = expression.arguments[0]
    operand = read(argument, reading.rounding())
    if operand is None or not is_number(operand, argument, reading):
        return None
    step = _step(expression, operand.kind, reading)
    if step is None:
        return None
    return fold(Round(operand.kind, _MODES[name], operand, step, expression.span), [operand])


def _step(expression: syntax.Call, kind: Kind, reading: Reading) -> Fraction | None:
    if len(expression.arguments) == 1:
        return _natural_step(expression, kind, reading)
    written = expression.arguments[1]
    step = need(written, reading, kind)
    if step is None:
        return None
    if isinstance(step, Constant) and isinstance(step.value, Fraction) and step.value > 0:
        return step.value
    reading.report("rounding-step", written.span, "the step of a rounding is a constant above zero")
    return None


def _natural_step(expression: syntax.Call, kind: Kind, reading: Reading) -> Fraction | None:
    if isinstance(kind, Money):
        return Fraction(1, 10 ** units.minor_units(kind.currency))
    if kind == Quantity():
        return Fraction(1)
    argument = expression.arguments[0]
    unit = kind.unit if isinstance(kind, Quantity) else ""
    hint = f"write {expression.function.text}({words(argument, '...')}, 1 {unit})"
    reading.report("rounding-step", expression.span, f"rounding {describe(kind)} needs a step", hint)
    return None

"""What an operand must be: one value, an ordered one, a number, a text that a rule may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from rules import syntax
from rules.diagnostics import Span
from rules.kinds import Collection, Day, Kind, Money, Quantity, Record, Textual
from rules.naming import describe, words
from rules.resolution import read, refuse
from rules.scope import Reading
from rules.typed import Choose, Constant, Member, Reference, Typed

Operand = tuple[syntax.Expression, Typed]
"""An operand as written and as read."""


def read_all(expressions: Sequence[syntax.Expression], reading: Reading) -> list[Operand] | None:
    """Read operands that do not face each other; None where one of them has an error."""
    typed = [(expression, read(expression, reading)) for expression in expressions]
    known = [(expression, node) for expression, node in typed if node is not None]
    return known if len(known) == len(typed) else None


_MOST_BITS = 20_000
"""The size of exact numbers; without a limit a file could ask for a product of a million digits."""


def every(
    test: Callable[[Typed, syntax.Expression, Reading], bool], operands: Sequence[Operand], reading: Reading
) -> bool:
    """Say whether all operands pass a test; every one is asked, so that each reports its own problem."""
    return not [written for written, typed in operands if not test(typed, written, reading)]


_SEEN = frozenset({"customer", "line", "quote"})
"""The records whose texts are given, not typed in by the configuring person; rules may read them."""


def is_scalar(typed: Typed, expression: syntax.Expression, reading: Reading) -> bool:
    """Say whether an operand is one value; report a part or a record."""
    if not isinstance(typed.kind, Record | Collection):
        return True
    refuse(typed, expression, "not one value", reading)
    return False


def is_ordered(typed: Typed, expression: syntax.Expression, reading: Reading) -> bool:
    """Say whether values of an operand can be more or less; report where they cannot."""
    if isinstance(typed.kind, Quantity | Money | Day):
        return True
    message = f"{words(expression)} is {describe(typed.kind)}: only numbers, money and dates can be more or less"
    reading.report("not-ordered", expression.span, message)
    return False


def is_number(typed: Typed, expression: syntax.Expression, reading: Reading) -> bool:
    """Say whether one can compute with an operand; report where one cannot."""
    if isinstance(typed.kind, Quantity | Money):
        return True
    refuse(typed, expression, "not something to compute with", reading)
    return False


def is_bounded(operands: Sequence[Operand], expression: syntax.Expression, reading: Reading) -> bool:
    """Say whether a sum or a product of operands has a size one can compute with; report where it has not."""
    numbers = [typed.value for _written, typed in operands if isinstance(typed, Constant)]
    exact = [number for number in numbers if isinstance(number, Fraction)]
    bits = sum(denominator.bit_length() for denominator in {number.denominator for number in exact})
    if isinstance(expression, syntax.Product):
        bits = sum(number.numerator.bit_length() + number.denominator.bit_length() for number in exact)
    if bits > _MOST_BITS:
        reading.report("too-large", expression.span, "the exact result has thousands of digits")
    return bits <= _MOST_BITS


def shows_text(typed: Typed, other: Typed, span: Span, reading: Reading) -> bool:
    """Say whether a rule may compare two texts: of a text option it sees only whether it is empty."""
    empty = any(isinstance(side, Constant) and side.value == "" for side in (typed, other))
    if typed.kind != Textual() or empty or not (_typed_in(typed) or _typed_in(other)):
        return True
    hint = 'compare with "", or use a list of choices'
    reading.report("text-content", span, "a rule sees of a text option only whether it is empty", hint)
    return False


def _typed_in(typed: Typed) -> bool:
    if isinstance(typed, Choose):
        return _typed_in(typed.value) or _typed_in(typed.otherwise)
    if isinstance(typed, Member):
        base: Kind = typed.base.kind
        return not (isinstance(base, Record) and base.name in _SEEN)
    return isinstance(typed, Reference)

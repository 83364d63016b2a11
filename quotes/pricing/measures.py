"""Which quantities of a deal a condition judges, and which way each of them makes it worse.

An approval is given for quantities as they were; what it was given for decides whether it still stands, so a
condition is taken apart into what it compares: ``line.discount > 15%`` gets worse as the discount rises,
``quote.margin < 22%`` as the margin falls. Where neither can be told, any change is for the worse. Of reasons of which
one is enough only those count that hold: what did not matter when somebody agreed cannot take the agreement back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal

from configurator.passes import children
from quotes.pricing.record import Measure
from rules.evaluator import ABSENT, evaluate, holds
from rules.typed import Add, And, Compare, Constant, Member, Multiply, Not, Or, Reference, Typed, Within


Worse = Literal["more", "less", "other"]
_FLIPPED: Mapping[Worse, Worse] = {"more": "less", "less": "more", "other": "other"}
_ORDER: Mapping[str, Worse] = {">": "more", ">=": "more", "<": "less", "<=": "less"}


def measured(condition: Typed, sees: Mapping[str, object], *, bad: bool) -> tuple[Measure, ...]:
    """Return what a condition judges, with the values it has; `bad` says whether the condition is bad where it holds."""
    found: dict[tuple[str, Worse], Measure] = {}
    for member, worse in _judged(condition, sees, bad=bad):
        name = _name(member)
        value = evaluate(member, sees)
        exact = value if isinstance(value, Fraction) else None
        text = "" if exact is not None or value is ABSENT else str(value)
        found[name, worse] = Measure(name, exact, text, worse)
    return tuple(found[key] for key in sorted(found))


def _judged(condition: Typed, sees: Mapping[str, object], *, bad: bool) -> Iterator[tuple[Typed, Worse]]:
    match condition:
        case Not():
            yield from _judged(condition.operand, sees, bad=not bad)
        case And() | Or():
            one_is_enough = isinstance(condition, Or) == bad
            for operand in condition.operands:
                if not one_is_enough or holds(operand, sees) is bad:
                    yield from _judged(operand, sees, bad=bad)
        case Compare():
            way: Worse = _ORDER.get(condition.operator, "other")
            worse = way if bad else _FLIPPED[way]
            yield from _moved(condition.left, worse)
            yield from _moved(condition.right, _FLIPPED[worse])
        case Within():
            yield from _moved(condition.operand, "other")
        case _:
            yield from _moved(condition, "other")


def _moved(amount: Typed, worse: Worse) -> Iterator[tuple[Typed, Worse]]:
    """Yield the quantities in an amount, and which way each makes things worse if a growing amount does by `worse`."""
    match amount:
        case Member(base=Reference()):
            yield amount, worse
        case Reference():
            yield amount, worse
        case Constant():
            return
        case Add():
            for factor, term in amount.terms:
                yield from _moved(term, worse if factor > 0 else _FLIPPED[worse])
        case Multiply(operands=(Constant() as factor, other)) | Multiply(operands=(other, Constant() as factor)):
            positive = isinstance(factor.value, Fraction) and factor.value > 0
            yield from _moved(other, worse if positive else _FLIPPED[worse])
        case _:
            for part in children(amount):
                yield from _moved(part, "other")


def _name(member: Typed) -> str:
    if isinstance(member, Member) and isinstance(member.base, Reference):
        return f"{member.base.name}.{member.field}"
    return member.name if isinstance(member, Reference) else "condition"

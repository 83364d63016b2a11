"""How kinds and expressions are called in messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest

from rules import syntax, units
from rules.diagnostics import did_you_mean
from rules.kinds import Day, Enumeration, Kind, Money, Quantity, Record, Textual, Truth

_LONGEST = 40
_MOST_COMPARED = 100
_MOST_CHOICES = 8


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean X?`` for the nearest known name, or ""; quick also where thousands are known."""
    # Comparing is slow, and a slip of the pen leaves a long beginning and end in common.
    folded = name.casefold()
    alike = nlargest(_MOST_COMPARED, known, key=lambda other: _ends_shared(folded, other.casefold()))
    return did_you_mean(name, alike)


def choice_hint(name: str, choices: Sequence[str]) -> str:
    """Return ``did you mean X?`` for the nearest choice; where none is near, the choices, as long as they are few."""
    few = f"its choices are {', '.join(choices)}" if 0 < len(choices) <= _MOST_CHOICES else ""
    return nearest(name, choices) or few


def _ends_shared(one: str, other: str) -> int:
    return _shared(one, other) + _shared(one[::-1], other[::-1])


def _shared(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def describe(kind: Kind) -> str:
    """Name a kind for people: ``mass``, ``money in EUR``, ``a choice of Motor``."""
    match kind:
        case Truth():
            return "yes or no"
        case Enumeration():
            return f"a choice of {kind.name}"
        case Quantity(dimension=()):
            return "a percentage" if kind.unit == "%" else "a plain number"
        case Quantity():
            return units.describe(kind.dimension)
        case Money():
            return f"money in {kind.currency}"
        case Textual():
            return "a text"
        case Day():
            return "a date"
        case Record():
            return f"one {kind.name}"
        case _:
            return f"the instances of {kind.element.name}"


def words(expression: syntax.Expression, fallback: str = "this") -> str:
    """Write a short expression as it stands, such as ``b.size`` or ``3 kg``; the fallback for longer ones."""
    text = _plain(expression)
    return text if text and len(text) <= _LONGEST else fallback


def _plain(expression: syntax.Expression) -> str:
    match expression:
        case syntax.Name():
            return expression.text
        case syntax.Number():
            separator = "" if expression.unit in {"", "%"} else " "
            return f"{expression.text}{separator}{expression.unit}"
        case syntax.Attribute(name=name):
            base = _plain(expression.base)
            return base and f"{base}.{name.text}"
        case syntax.Index(index=index):
            base = _plain(expression.base)
            return base and f"{base}[{index}]"
        case syntax.Aggregate(binder=None):
            collection = _plain(expression.collection)
            return collection and f"{expression.function}({collection})"
        case _:
            return _literal(expression)


def _literal(expression: syntax.Expression) -> str:
    match expression:
        case syntax.Text():
            return f'"{expression.value}"'
        case syntax.Boolean():
            return "yes" if expression.value else "no"
        case syntax.Date():
            return expression.value.isoformat()
        case syntax.Sum(terms=(("-", operand),)):
            return f"-{_plain(operand)}" if _plain(operand) else ""
        case _:
            return ""

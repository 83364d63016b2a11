"""Types as declared: their kind, the values they allow, and whether a value is among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from catalogs.desk import Desk
from catalogs.model import Choice, ChoiceList, NumberRange, TextShape
from catalogs.marks import ALWAYS
from rules import syntax as s
from rules.diagnostics import Span, did_you_mean
from rules.kinds import Day, Enumeration, Kind, Money, Quantity, Scalar, Textual, Truth
from rules.typed import Values
from rules.units import currency, names, unit

MOST_VALUES = 10_000_000
LONGEST_TEXT = 1_000
_WORDS = ("number", "date")
_RISKY = re.compile(r"(?<!\\)\)(?:[*+]|\{)|\\[1-9]|\(\?P?[=<]")
_UNBOUNDED = re.compile(r"(?<!\\)[*+]|(?<!\\)\{\d*,\}")
_MOST_UNBOUNDED = 3

Domain = ChoiceList | NumberRange | TextShape | None


@dataclass(frozen=True, slots=True)
class Typing:
    """What a type expression means: the kind, and where there is more to say, the domain."""

    kind: Kind
    domain: Domain = None


def read_type(node: s.TypeExpression, owner: str, desk: Desk) -> Typing | None:
    """Read a type; `owner` is the path of what is declared, and names choices written in place.

    None, with a diagnostic, where it is wrong.
    """
    match node:
        case s.BooleanType():
            return Typing(Truth())
        case s.TextType():
            return _text(node, desk)
        case s.InlineChoices():
            return _inline(node, owner, desk)
        case s.NumberType():
            return _number(node, desk)
        case s.NamedType():
            return _named(node.name, desk)


def _named(name: s.Name, desk: Desk) -> Typing | None:
    found = desk.lists.get(name.text)
    if found is not None:
        return None if name.text in desk.clouded else Typing(found.kind, found)
    if name.text == "number":
        return Typing(Quantity())
    if name.text == "date":
        return Typing(Day())
    if currency(name.text):
        return Typing(Money(name.text))
    measure = unit(name.text)
    if measure is not None:
        return Typing(Quantity(measure.dimension, name.text))
    if name.text not in desk.declared.unread:
        hint = did_you_mean(name.text, (*desk.lists, *names(), *_WORDS))
        desk.report.error("unknown-type", name.span, f"there is no list of choices or unit {name.text}", hint)
    return None


def _text(node: s.TextType, desk: Desk) -> Typing | None:
    shortest = node.shortest or 0
    longest = LONGEST_TEXT if node.longest is None else node.longest
    if not shortest <= longest <= LONGEST_TEXT:
        message = f"a text has from 0 to {LONGEST_TEXT} characters, the shorter length first"
        desk.report.error("text-length", node.span, message)
        return None
    if node.pattern is not None and not _is_good_pattern(node.pattern, desk):
        return None
    return Typing(Textual(), TextShape(shortest, longest, node.pattern.value if node.pattern else None))


def _is_good_pattern(pattern: s.Text, desk: Desk) -> bool:
    """Check that a pattern can be read, and cannot take longer than its text is worth."""
    try:
        re.compile(pattern.value)
    except (re.error, OverflowError, RecursionError) as error:
        desk.report.error("bad-pattern", pattern.span, f"this is not a regular expression: {error}")
        return False
    if _RISKY.search(pattern.value) or len(_UNBOUNDED.findall(pattern.value)) > _MOST_UNBOUNDED:
        message = "this pattern could take very long on some texts"
        hint = f"repeat no group, refer to none, and use * and + at most {_MOST_UNBOUNDED} times"
        desk.report.error("risky-pattern", pattern.span, message, hint)
        return False
    return True


def _inline(node: s.InlineChoices, owner: str, desk: Desk) -> Typing | None:
    first: dict[str, Span] = {}
    for name in node.names:
        if name.text in first:
            related = ((first[name.text], "the other one"),)
            desk.report.error("duplicate-choice", name.span, f"the choice {name.text} is there twice", related=related)
        first.setdefault(name.text, name.span)
    path = tuple(owner.split("."))
    choices = tuple(
        Choice(name, desk.labels.label("choice", (*path, name), None), ALWAYS, (), None, None, span)
        for name, span in first.items()
    )
    kind = Enumeration(owner, tuple(first))
    return Typing(kind, ChoiceList(owner, desk.labels.label("option", path, None), kind, choices, node.span))


def _number(node: s.NumberType, desk: Desk) -> Typing | None:
    measure = unit(node.unit)
    if measure is None:
        hint = did_you_mean(node.unit, names())
        if currency(node.unit):
            hint = "money is not configured; use a charge or a price"
        desk.report.error("unknown-unit", node.span, f"there is no unit {node.unit}", hint)
        return None
    low, high = node.low.value, node.high.value
    step = Fraction(1) if node.step is None else node.step.value
    problem = _range_problem(low, high, step)
    if problem:
        desk.report.error(problem[0], (node.step or node.high).span, problem[1])
        return None
    factor = measure.factor
    return Typing(Quantity(measure.dimension, node.unit), NumberRange(low * factor, high * factor, step * factor))


def _range_problem(low: Fraction, high: Fraction, step: Fraction) -> tuple[str, str] | None:
    if step <= 0:
        return "bad-step", "a step is greater than zero"
    if high < low:
        return "range-reversed", "the low end of a range comes first"
    if (high - low) % step:
        return "bad-step", "the step does not lead from the low end of the range to the high end"
    if (high - low) / step >= MOST_VALUES:
        return "too-many-values", f"a range has at most {MOST_VALUES} values; take a larger step"
    return None


def misfit(domain: Domain, value: Scalar) -> str:
    """Say why a value does not belong to a domain; an empty text where it does."""
    if isinstance(domain, NumberRange) and isinstance(value, Fraction):
        if not domain.low <= value <= domain.high:
            return "this is outside the range"
        return "this is not one of the steps of the range" if (value - domain.low) % domain.step else ""
    if isinstance(domain, TextShape) and isinstance(value, str):
        if not domain.shortest <= len(value) <= domain.longest:
            return f"this text needs {domain.shortest} to {domain.longest} characters"
        if domain.pattern is not None and re.fullmatch(domain.pattern, value) is None:
            return f"this text does not match {domain.pattern}"
    return ""


def stranger(domain: Domain, values: Values) -> str:
    """Say why a set of values never holds, or one of it does not belong to a domain; an empty text where all do."""
    if isinstance(domain, NumberRange):
        for low, high in values.ranges:
            first = max(domain.low, domain.low + ceil((low - domain.low) / domain.step) * domain.step)
            if first > min(high, domain.high):
                return "no value of the option is in this range"
    singles = values.singles if isinstance(domain, NumberRange | TextShape) else ()
    return next((why for value in singles if (why := misfit(domain, value))), "")

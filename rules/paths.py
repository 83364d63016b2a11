"""Read paths: attributes of choices, fields of records, numbered instances, and what can be chosen."""

from __future__ import annotations

from dataclasses import dataclass

from rules import syntax
from rules.kinds import Collection, Enumeration, Kind, Record
from rules.names import report_unknown_choice
from rules.naming import describe, nearest, words
from rules.operands import is_scalar
from rules.resolution import UNTOLD, Facing, read, read_node
from rules.scope import Reading
from rules.typed import Constant, Fold, Instance, Lookup, Member, Reference, Typed


@read_node.register
def _(expression: syntax.Attribute, reading: Reading, facing: Facing) -> Typed | None:
    base = expression.base
    if isinstance(base, syntax.Name) and reading.scope.find(base.text) is None:
        if isinstance(facing, Enumeration) and base.text == facing.name:
            return _qualified(expression, facing, reading)
        if facing is UNTOLD:
            return None
    record = read(base, reading)
    if record is None:
        return None
    kind = record.kind
    if isinstance(kind, Enumeration):
        return _lookup(expression, record, kind, reading)
    if isinstance(kind, Record):
        return _member(expression, record, kind, reading)
    hint = f"write {words(base, 'it')}[0].{expression.name.text} for the first" if isinstance(kind, Collection) else ""
    message = f"{words(base)} is {describe(kind)} and has no {expression.name.text}"
    reading.report("unknown-attribute", expression.name.span, message, hint)
    return None


def _qualified(expression: syntax.Attribute, kind: Enumeration, reading: Reading) -> Typed | None:
    if expression.name.text in kind.choices:
        return Constant(kind, expression.name.text, expression.span)
    report_unknown_choice(expression.name, kind, reading)
    return None


def _lookup(expression: syntax.Attribute, operand: Typed, kind: Enumeration, reading: Reading) -> Typed | None:
    name = expression.name.text
    column = kind.attributes.get(name)
    if column is not None:
        return Lookup(column.kind, operand, name, column.values, expression.span)
    hint = nearest(name, kind.attributes)
    message = f"the choices of {kind.name} have no attribute {name}"
    reading.report("unknown-attribute", expression.name.span, message, hint)
    return None


def _member(expression: syntax.Attribute, base: Typed, kind: Record, reading: Reading) -> Typed | None:
    name = expression.name.text
    field = kind.fields.get(name)
    if field is not None:
        return Member(field, base, name, expression.span)
    hint = nearest(name, kind.fields)
    reading.report("unknown-attribute", expression.name.span, f"{kind.name} has no {name}", hint)
    return None


@read_node.register
def _(expression: syntax.Index, reading: Reading, _facing: Facing) -> Typed | None:
    collection = read(expression.base, reading)
    if collection is None:
        return None
    kind = collection.kind
    if not isinstance(kind, Collection):
        message = f"{words(expression.base)} is {describe(kind)}, not a part with numbered instances"
        reading.report("not-a-part", expression.span, message)
        return None
    if not 0 <= expression.index < kind.high:
        last = f"numbered 0 to {kind.high - 1}" if kind.high else "so none has a number"
        message = f"there are at most {kind.high} instances of {words(expression.base)}, {last}"
        reading.report("index-out-of-range", expression.span, message)
        return None
    return Instance(kind.element, collection, expression.index, expression.span)


# --- what can be chosen -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Path:
    """The canonical text of a path and the kind of what stands there; `typed` is the path as an expression."""

    text: str
    kind: Kind
    typed: Typed


def read_path(expression: syntax.Expression, reading: Reading) -> Path | None:
    """Read the target of a choice; None where there is an error."""
    counted = isinstance(expression, syntax.Aggregate) and expression.function == "count"
    typed = read(expression, reading)
    if typed is None or not is_scalar(typed, expression, reading):
        return None
    text = path_text(typed)
    if text:
        return Path(text, typed.kind, typed)
    hint = (
        "write count(bags) without a condition"
        if counted
        else "write an option, as in motor, bags[0].size, count(bags)"
    )
    reading.report("not-a-path", expression.span, "only an option or the number of a part can be chosen", hint)
    return None


def path_text(typed: Typed) -> str:
    """Write a path canonically, such as ``bags[0].size`` or ``count(bags)``; "" for what is no path."""
    match typed:
        case Reference():
            return typed.name
        case Member():
            base = path_text(typed.base)
            return base and f"{base}.{typed.field}"
        case Instance():
            collection = path_text(typed.collection)
            return collection and f"{collection}[{typed.index}]"
        case Fold(function="count", where=None):
            collection = path_text(typed.collection)
            return collection and f"count({collection})"
        case _:
            return ""

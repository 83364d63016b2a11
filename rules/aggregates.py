"""Read what runs over the instances of a part: ``all``, ``any``, ``count``, ``sum``, ``min``, ``max``."""

from __future__ import annotations

from rules import syntax
from rules.kinds import Collection, Kind, Quantity, Truth
from rules.naming import describe, words
from rules.operands import is_number, is_ordered
from rules.resolution import Facing, need, read, read_node
from rules.scope import Reading
from rules.typed import Exists, Fold, ForAll, Typed


@read_node.register
def _(expression: syntax.Quantified, reading: Reading, _facing: Facing) -> Typed | None:
    collection = _collection(expression.collection, reading)
    inner = _bound(expression.binder, collection, reading)
    body = None if inner is None else need(expression.body, inner, Truth())
    if collection is None or body is None:
        return None
    if expression.quantifier == "all":
        return ForAll(expression.binder.text, collection, body, expression.span)
    return Exists(expression.binder.text, collection, body, expression.span)


@read_node.register
def _(expression: syntax.Aggregate, reading: Reading, _facing: Facing) -> Typed | None:
    collection = _collection(expression.collection, reading)
    if expression.binder is None:
        return _whole(expression, collection, reading)
    inner = _bound(expression.binder, collection, reading)
    if inner is None or collection is None:
        return None
    where = None if expression.where is None else need(expression.where, inner, Truth())
    kind, value = _value(expression, inner)
    if kind is None or (where is None and expression.where is not None):
        return None
    return Fold(kind, expression.function, expression.binder.text, collection, where, value, expression.span)


def _whole(expression: syntax.Aggregate, collection: Typed | None, reading: Reading) -> Typed | None:
    if expression.function != "count":
        name = words(expression.collection, "part")
        hint = f"write {expression.function}(x in {name}: x.value)"
        reading.report("missing-value", expression.span, f"{expression.function} of which value of {name}?", hint)
        return None
    return collection and Fold(Quantity(), "count", "", collection, None, None, expression.span)


def _value(expression: syntax.Aggregate, inner: Reading) -> tuple[Kind | None, Typed | None]:
    """Read the value that is summed or compared; its kind is the kind of the whole."""
    if expression.function == "count":
        if expression.value is None:
            return Quantity(), None
        inner.report("wrong-arguments", expression.value.span, "count counts instances and has no value", "use sum")
        return None, None
    if expression.value is None:
        hint = f"add a colon and the value, as in {expression.function}(b in bags: b.weight)"
        inner.report("missing-value", expression.span, f"{expression.function} of which value?", hint)
        return None, None
    value = read(expression.value, inner)
    allowed = is_number if expression.function == "sum" else is_ordered
    if value is None or not allowed(value, expression.value, inner):
        return None, None
    return value.kind, value


def _collection(expression: syntax.Expression, reading: Reading) -> Typed | None:
    collection = read(expression, reading)
    if collection is None or isinstance(collection.kind, Collection):
        return collection
    message = f"{words(expression)} is {describe(collection.kind)}, not a part with instances"
    reading.report("not-a-part", expression.span, message)
    return None


def _bound(binder: syntax.Name, collection: Typed | None, reading: Reading) -> Reading | None:
    if reading.scope.find(binder.text) is not None:
        message = f"{binder.text} already means something here"
        reading.report("hidden-name", binder.span, message, "choose another name for the instance")
    if collection is None or not isinstance(collection.kind, Collection):
        return None
    return reading.bind(binder.text, collection.kind.element)

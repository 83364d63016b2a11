"""Forms: how one kind of value is written as JSON and read back; records are tables of members with their forms.

A form is the only description of both directions, so that what is written can be read. Amounts are fixed-point texts,
exact ratios texts such as ``"19/100"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, Generic, TypeAlias, TypeVar

from catalogs.marks import Label
from quotes.reading import Node, fixed_point
from rules.diagnostics import NOWHERE, Span
from rules.kinds import Scalar

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
T = TypeVar("T")

UNIT_PLACES: Final = 6
MANY: Final = 100_000
NAME: Final = 400
LONG: Final = 100_000
BIG: Final = 10**9


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """Writes a value, and reads it; the number is that of the currency's decimals."""

    write: Callable[[T, int], Json]
    read: Callable[[Node, int], T]


def text(longest: int = NAME, *, shortest: int = 0) -> Form[str]:
    """Return the form of a text within a length in characters."""
    return Form(lambda value, _: value, lambda node, _: node.text(longest, shortest=shortest))


def whole(low: int, high: int = BIG) -> Form[int]:
    """Return the form of a whole number within bounds."""
    return Form(lambda value, _: value, lambda node, _: node.integer(low, high))


def one_of(names: Sequence[str]) -> Form[Any]:
    """Return the form of one of some names."""
    return Form(lambda value, _: value, lambda node, _: node.one_of(names))


def optional(form: Form[T]) -> Form[T | None]:
    """Return the form of a value that may be missing: null."""
    return Form(
        lambda value, places: None if value is None else form.write(value, places),
        lambda node, places: None if node.value is None else form.read(node, places),
    )


def many(form: Form[T]) -> Form[tuple[T, ...]]:
    """Return the form of several values in order."""
    return Form(
        lambda values, places: [form.write(value, places) for value in values],
        lambda node, places: tuple(form.read(one, places) for one in node.elements(MANY)),
    )


def by_name(form: Form[T], most: int = MANY) -> Form[Mapping[str, T]]:
    """Return the form of values by name."""
    return Form(
        lambda values, places: {name: form.write(value, places) for name, value in values.items()},
        lambda node, places: {name: form.read(one, places) for name, one in node.mapping(most).items()},
    )


def pair(first: Form[T], second: Form[Any]) -> Form[tuple[T, Any]]:
    """Return the form of two values, as an array of two."""

    def read(node: Node, places: int) -> tuple[T, Any]:
        both = node.elements(2)
        if len(both) != 2:  # noqa: PLR2004 - two
            node.refuse("not-a-pair", "an array of two is expected here")
            both = (Node(None, node.pointer, node.problems, lost=True),) * 2
        return first.read(both[0], places), second.read(both[1], places)

    return Form(lambda value, places: [first.write(value[0], places), second.write(value[1], places)], read)


AMOUNT: Final[Form[int]] = Form(fixed_point, lambda node, places: node.fixed(places))
UNIT: Final[Form[int]] = Form(lambda value, _: fixed_point(value, UNIT_PLACES), lambda node, _: node.fixed(UNIT_PLACES))
RATIO: Final[Form[Fraction]] = Form(lambda value, _: str(value), lambda node, _: node.fraction())
DAY: Final[Form[date]] = Form(lambda value, _: value.isoformat(), lambda node, _: node.day())
SWITCH: Final[Form[bool]] = Form(lambda value, _: value, lambda node, _: _truth(node))


def _truth(node: Node) -> bool:
    if not isinstance(node.value, bool):
        node.refuse("not-a-truth", "true or false is expected here")
        return False
    return node.value


def _write_label(value: Label, _: int) -> Json:
    if not value.translations:
        return value.text
    return {"text": value.text, "translations": dict(sorted(value.translations.items()))}


def _read_label(node: Node, _: int) -> Label:
    if isinstance(node.value, str):
        return Label(node.text(LONG))
    m = node.members(("text", "translations"))
    translations = {name: one.text(LONG) for name, one in m["translations"].mapping(NAME).items()}
    return Label(m["text"].text(LONG), translations)


LABEL: Final[Form[Label]] = Form(_write_label, _read_label)
"""A label: the text alone where there is no translation."""


def _write_scalar(value: Scalar, _: int) -> Json:
    if isinstance(value, Fraction):
        return {"number": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value


def _read_scalar(node: Node, _: int) -> Scalar:
    if isinstance(node.value, bool):
        return node.value
    if isinstance(node.value, str):
        return node.text(LONG)
    tagged = node.mapping(1)
    if "day" in tagged:
        return tagged["day"].day()
    return tagged["number"].fraction() if "number" in tagged else node.fraction()


SCALAR: Final[Form[Scalar]] = Form(_write_scalar, _read_scalar)


def _write_span(span: Span, _: int) -> Json:
    if span == NOWHERE:
        return None
    return {
        "file": span.file,
        "from": [span.line, span.column],
        "to": [span.end_line, span.end_column],
        "cell": span.cell,
    }


def _read_span(node: Node, _: int) -> Span:
    if node.value is None:
        return NOWHERE
    m = node.members(("file", "from", "to", "cell"))
    start, end = _place(m["from"]), _place(m["to"])
    return Span(m["file"].text(LONG), *start, *end, m["cell"].text(LONG))


def _place(node: Node) -> tuple[int, int]:
    numbers = [number.integer(0, BIG) for number in node.elements(2)]
    if len(numbers) != 2:  # noqa: PLR2004 - a line and a column
        node.refuse("not-a-place", "a line and a column are expected here")
        return 0, 0
    return numbers[0], numbers[1]


SPAN: Final[Form[Span]] = Form(_write_span, _read_span)


def record(
    make: Callable[..., T],
    needed: Mapping[str, Form[Any]],
    later: Mapping[str, tuple[Form[Any], object]] | None = None,
    quiet: frozenset[str] = frozenset(),
) -> Form[T]:
    """Return the form of a record: an object of its members, by the names of its fields, in the order given.

    Those `needed` must be there; those of `later` may be missing, as in a quote that was written before they were
    known, and are then what stands beside their form. The `quiet` ones are not even written where they are that.
    """
    more = later or {}

    def write(value: T, places: int) -> Json:
        found: dict[str, Json] = {name: form.write(getattr(value, name), places) for name, form in needed.items()}
        for name, (form, default) in more.items():
            own = getattr(value, name)
            if name not in quiet or own != default:
                found[name] = form.write(own, places)
        return found

    def read(node: Node, places: int) -> T:
        m = node.members(tuple(needed), tuple(more))
        values = {name: form.read(m[name], places) for name, form in needed.items()}
        for name, (form, default) in more.items():
            values[name] = default if m[name].lost else form.read(m[name], places)
        return make(**values)

    return Form(write, read)

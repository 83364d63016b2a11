"""Values of problem files as values of the model: numbers stay numbers, texts become choices, truths stay truths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from catalogs.marks import ALWAYS, Label
from catalogs.model import Choice, ChoiceList, NumberRange, Option
from configurator.model import Variable
from configurator.problems.problem import refusal
from rules.diagnostics import Span
from rules.kinds import Enumeration, Kind, Quantity, Scalar, Truth
from rules.typed import Values

Raw = bool | int | Fraction | str
"""A value as JSON has it; a number with a point is read exactly."""
NUMBER = Quantity()
TRUTHS: tuple[Scalar, Scalar] = (True, False)
"""The values of a truth in the order in which catalogs list them."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The values of one variable: `scalars` in the file's order, and for each value as written the cell of a table.

    The cells are shared by all rows of all tables. JSON's true and 1 find the same cell, as 1.0 and 1 do.
    """

    name: str
    kind: Kind
    scalars: tuple[Scalar, ...]
    cells: Mapping[Raw, Values]


def read_domain(name: str, written: object, span: Span) -> Domain:
    """Read a variable's list of values; all truths, all numbers, or else choices by name."""
    if not isinstance(written, list) or not written:
        raise refusal(span, "no-values", f"{name} has no list of values")
    raws = [_raw(name, value, span) for value in written]
    kind = _kind(raws)
    scalars = tuple(_scalar(kind, raw) for raw in raws)
    if len(set(scalars)) < len(scalars):
        twice = raws[first_repeated(scalars)]
        raise refusal(span, "repeated-value", f"{name} has the value {shown(twice)} twice")
    if isinstance(kind, Enumeration):
        kind = Enumeration(kind.name, tuple(str(scalar) for scalar in scalars))
    cells = {raw: Values(frozenset((scalar,))) for raw, scalar in zip(raws, scalars, strict=True)}
    return Domain(name, kind, scalars, cells)


def first_repeated(items: Iterable[object]) -> int:
    """Return the place of the first item that stood before."""
    seen: dict[object, int] = {}
    return next(place for place, item in enumerate(items) if seen.setdefault(item, place) != place)


def read_value(variable: Variable, raw: object) -> Scalar | None:
    """Return the value of a variable that stands in a file beside the problem; None where it has no such value."""
    if not isinstance(raw, bool | int | Fraction | str):
        return None
    scalar: Scalar
    if isinstance(variable.kind, Truth) and raw in {0, 1}:
        scalar = bool(raw)
    elif isinstance(variable.kind, Enumeration):
        scalar = str(raw)
    elif isinstance(raw, str):
        return None
    else:
        scalar = Fraction(raw)
    return scalar if scalar in variable.values else None


def shown(raw: Raw) -> str:
    """Write a value as the file may have it."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return f'"{raw}"' if isinstance(raw, str) else str(raw)


def make_variable(domain: Domain, span: Span, *, counted: bool) -> Variable:
    """Make a variable without a catalog; a `counted` one, that arithmetic asks about, is a number range where it fits.

    All others are nominal: their numbers are codes, whatever their order.
    """
    shape = _shape(domain, span, counted=counted)
    option = Option(domain.name, Label(""), domain.kind, shape, None, ALWAYS, (), False, None, span)
    return Variable(domain.name, domain.kind, domain.scalars, None, option, "", None)


def _shape(domain: Domain, span: Span, *, counted: bool) -> ChoiceList | NumberRange | None:
    if isinstance(domain.kind, Enumeration):
        choices = tuple(Choice(name, Label(name), ALWAYS, (), None, None, span) for name in domain.kind.choices)
        return ChoiceList(domain.kind.name, Label(""), domain.kind, choices, span)
    numbers = [scalar for scalar in domain.scalars if isinstance(scalar, Fraction)]
    if not counted or len(numbers) < 2:  # noqa: PLR2004 - a range has a step
        return None
    step = numbers[1] - numbers[0]
    even = all(after - before == step for before, after in pairwise(numbers))
    return NumberRange(numbers[0], numbers[-1], step) if step > 0 and even else None


def _raw(name: str, value: object, span: Span) -> Raw:
    if isinstance(value, bool | int | Fraction | str):
        return value
    raise refusal(span, "no-value", f"{name} has a value that is no number, text or truth")


def _kind(raws: Sequence[Raw]) -> Kind:
    if all(isinstance(raw, bool) for raw in raws):
        return Truth()
    # One kind for all choices, so that two variables can be compared.
    return Enumeration("values", ()) if any(isinstance(raw, str) for raw in raws) else NUMBER


def _scalar(kind: Kind, raw: Raw) -> Scalar:
    if isinstance(kind, Truth):
        return bool(raw)
    if isinstance(kind, Enumeration) or isinstance(raw, str):
        return str(raw)
    return Fraction(raw)

"""Kinds: what a value can be. Values are exact and canonical, so that they compare with ``==``.

| kind | value in Python |
|---|---|
| Truth | `bool` |
| Enumeration | `str`, the name of a choice |
| Quantity | `Fraction` in base units of its dimension (metres, kilograms, seconds; 4% is 1/25) |
| Money | `Fraction` in units of the currency (19.00 EUR is 19) |
| Textual | `str` |
| Day | `datetime.date` |
| Record | a mapping from field name to value |
| Collection | a tuple of records, one per instance |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

Scalar = bool | str | Fraction | date
"""A value of an option, an attribute or a literal."""

Dimension = tuple[tuple[str, int], ...]
"""Base dimensions with their exponents, sorted by name; empty for a plain number."""


@dataclass(frozen=True, slots=True)
class Truth:
    """``yes`` or ``no``."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number with a dimension; `unit` is how it is written for people ("" where none, "%" for percent).

    `unit` takes no part in comparison: ``1 m`` and ``100 cm`` are of one kind.
    """

    dimension: Dimension = ()
    unit: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency (ISO 4217 code); amounts of two currencies never mix."""

    currency: str


@dataclass(frozen=True, slots=True)
class Textual:
    """Free text."""


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day."""


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of a list of choices: its kind and the value of every choice."""

    kind: Kind
    values: Mapping[str, Scalar] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A named list of choices; two enumerations are the same kind when they have the same name.

    `name` is the list's name, or ``component.option`` for choices written in place.
    """

    name: str
    choices: tuple[str, ...] = field(compare=False, repr=False)
    attributes: Mapping[str, Column] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """Something with named fields: a customer, a line, a quote, an instance of a component."""

    name: str
    fields: Mapping[str, Kind] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Collection:
    """The instances of a part; `low` to `high` of them."""

    element: Record
    low: int = field(compare=False)
    high: int = field(compare=False)


Kind = Truth | Quantity | Money | Textual | Day | Enumeration | Record | Collection

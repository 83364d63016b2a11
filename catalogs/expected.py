"""What a catalog's own tests expect, as the loader proved it."""

from __future__ import annotations
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal
from rules.diagnostics import Span
from rules.kinds import Scalar
from rules.typed import Typed


@dataclass(frozen=True, slots=True)
class Given:
    """A choice of a test: a path such as ``bags[0].size`` or ``count(bags)`` and its value."""

    path: str
    value: Scalar
    span: Span


@dataclass(frozen=True, slots=True)
class Expect:
    """An expectation of a test: `kind` says which of the other fields speak."""

    kind: Literal["holds", "remains", "invalid", "items", "suggest"]
    span: Span
    condition: Typed | None = None
    target: str = ""
    values: tuple[Scalar, ...] = ()
    name: str | None = None
    items: tuple[tuple[str, Fraction | None], ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogTest:
    """A test of the catalog by its manager; without a day it must hold in every slice."""

    name: str
    on: str
    given: tuple[Given, ...]
    day: date | None
    customer: Mapping[str, Scalar]
    customer_id: str | None
    quantity: int
    expects: tuple[Expect, ...]
    span: Span

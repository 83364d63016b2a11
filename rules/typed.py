"""The typed tree: expressions whose names are resolved and whose kinds are proven to fit.

`rules.checker` makes it from the syntax tree; `rules.evaluator` says what it means. A later pass
may rewrite it (the configurator expands lets, quantifiers and parts), so every node can be built
by hand. Spans and kinds of literals take no part in comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from rules.diagnostics import NOWHERE, Span
from rules.kinds import Collection, Kind, Scalar, Truth


def _place() -> Span:
    return field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, or the name of a choice read against its operand."""

    kind: Kind
    value: Scalar
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in scope: an option, a let, a part, a binder, ``customer``, ``line``, ``quote``.

    In a ground model the name is a variable's whole path, such as ``bags[0].size`` or ``count(bags)``.
    """

    kind: Kind
    name: str
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Member:
    """``base.field`` of a record, such as ``b.size`` or ``customer.segment``."""

    kind: Kind
    base: Typed
    field: str
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Instance:
    """``collection[index]``; where there is no such instance its value is absent, and comparisons with it are false."""

    kind: Kind
    collection: Typed
    index: int
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Lookup:
    """An attribute of a choice: `operand` is of an enumeration, `values` holds the attribute of every choice."""

    kind: Kind
    operand: Typed
    attribute: str
    values: Mapping[str, Scalar] = field(compare=False, repr=False)
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    operand: Typed
    span: Span = _place()
    kind: Kind = Truth()


@dataclass(frozen=True, slots=True)
class And:
    """All operands hold; of none, true."""

    operands: tuple[Typed, ...]
    span: Span = _place()
    kind: Kind = Truth()


@dataclass(frozen=True, slots=True)
class Or:
    """Some operand holds; of none, false. Implications are written so: ``a requires b`` is ``not a or b``."""

    operands: tuple[Typed, ...]
    span: Span = _place()
    kind: Kind = Truth()


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two operands of one kind; order only for quantities, money and days. Truths compare with ``=``."""

    operator: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Typed
    right: Typed
    span: Span = _place()
    kind: Kind = Truth()


@dataclass(frozen=True, slots=True)
class Values:
    """A set of scalars of one kind: single values and closed ranges; `everything` holds them all."""

    singles: frozenset[Scalar] = frozenset()
    ranges: tuple[tuple[Fraction, Fraction], ...] = ()
    everything: bool = False

    def __contains__(self, value: object) -> bool:
        """Say whether a scalar belongs to the set."""
        if self.everything or value in self.singles:
            return True
        return isinstance(value, Fraction) and any(low <= value <= high for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class Within:
    """``operand in {…}`` and ``operand between a and b`` over constants (other bounds become comparisons)."""

    operand: Typed
    values: Values
    span: Span = _place()
    kind: Kind = Truth()


@dataclass(frozen=True, slots=True)
class Add:
    """A sum of terms of one kind, each times an exact coefficient, in base units."""

    kind: Kind
    terms: tuple[tuple[Fraction, Typed], ...]
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Multiply:
    """A product of two operands or more; the kind is the product of theirs."""

    kind: Kind
    operands: tuple[Typed, ...]
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Divide:
    """``left / right``, exact.

    The checker proves for constants that the right side is not zero; elsewhere a division by zero
    makes its value absent.
    """

    kind: Kind
    left: Typed
    right: Typed
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Round:
    """``floor``, ``ceiling`` or ``round`` (half away from zero) to a multiple of `step`, which is positive, in base units."""

    kind: Kind
    mode: Literal["floor", "ceiling", "round"]
    operand: Typed
    step: Fraction = Fraction(1)
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Choose:
    """``if condition then value else otherwise``, for a value of any scalar kind."""

    kind: Kind
    condition: Typed
    value: Typed
    otherwise: Typed
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Extremum:
    """The least or greatest of the operands whose guard holds; absent where none does. A guard of None always holds."""

    kind: Kind
    function: Literal["min", "max"]
    operands: tuple[tuple[Typed | None, Typed], ...]
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class ForAll:
    """``all binder in collection: body``."""

    binder: str
    collection: Typed
    body: Typed
    span: Span = _place()
    kind: Kind = Truth()


@dataclass(frozen=True, slots=True)
class Exists:
    """``any binder in collection: body``."""

    binder: str
    collection: Typed
    body: Typed
    span: Span = _place()
    kind: Kind = Truth()


@dataclass(frozen=True, slots=True)
class Fold:
    """``count``, ``sum``, ``min`` or ``max`` over the instances where `where` holds; `value` is None for ``count``.

    Of no instances ``count`` and ``sum`` are zero, ``min`` and ``max`` absent.
    """

    kind: Kind
    function: Literal["count", "sum", "min", "max"]
    binder: str
    collection: Typed
    where: Typed | None = None
    value: Typed | None = None
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as a condition: the columns' values together match some row (``allow``), or none (``forbid``)."""

    mode: Literal["allow", "forbid"]
    columns: tuple[Typed, ...]
    rows: tuple[tuple[Values, ...], ...]
    row_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    span: Span = _place()
    kind: Kind = Truth()


Typed = (
    Constant
    | Reference
    | Member
    | Instance
    | Lookup
    | Not
    | And
    | Or
    | Compare
    | Within
    | Add
    | Multiply
    | Divide
    | Round
    | Choose
    | Extremum
    | ForAll
    | Exists
    | Fold
    | Rows
)


def collection_kind(expression: Typed) -> Collection:
    """Return the kind of an expression that the checker proved to be a collection."""
    kind = expression.kind
    if not isinstance(kind, Collection):
        raise TypeError(kind)
    return kind

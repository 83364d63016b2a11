"""The tree of a catalog file as it was written: frozen nodes, each with its span.

Two trees are equal when they say the same, wherever they stand: spans do not take part in
comparison. Names are unresolved here; `rules.checker` gives them kinds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from rules.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that stands somewhere in a file."""

    span: Span = field(compare=False, repr=False)


# --- expressions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare name: an option, a choice, a binder, a part, a record."""

    text: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """``base.name``."""

    base: Expression
    name: Name


@dataclass(frozen=True, slots=True)
class Index(Node):
    """``base[index]``: one numbered instance of a part."""

    base: Expression
    index: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number, with the unit or currency as written ("" where none, "%" for percent).

    `text` is the number as written ("19.00"), `value` the same exactly, without the unit
    (19 for "19.00 EUR", 4 for "4%").
    """

    text: str
    value: Fraction
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted text, escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Date(Node):
    """``2026-06-01``."""

    value: date


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    """``yes`` or ``no``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Not(Node):
    """``not operand``."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Logical(Node):
    """``a and b and c`` or ``a or b or c``: two operands or more, flat."""

    operator: Literal["and", "or"]
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """``left op right``; comparisons do not chain."""

    operator: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Range(Node):
    """``low..high`` in a set or a cell; both ends belong to it."""

    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Members(Node):
    """``{a, b, 1..4}`` after ``in``, and the same without braces as a table cell.

    `any` is true for the cell ``any``, which has no items and allows every value.
    """

    items: tuple[Expression | Range, ...]
    any: bool = False


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """``operand in {…}``."""

    operand: Expression
    members: Members


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``operand between low and high``; both ends belong to it."""

    operand: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """``a + b - c``: two terms or more, or one that is negated (``-a``)."""

    terms: tuple[tuple[Literal["+", "-"], Expression], ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """``a * b / c``: two factors or more; the first operator is ``*``."""

    factors: tuple[tuple[Literal["*", "/"], Expression], ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """``if condition then value else otherwise``; without ``else`` an implication."""

    condition: Expression
    value: Expression
    otherwise: Expression | None = None


@dataclass(frozen=True, slots=True)
class Requires(Node):
    """``left requires right``."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Excludes(Node):
    """``left excludes right``."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``all b in bags: body`` or ``any b in bags: body``."""

    quantifier: Literal["all", "any"]
    binder: Name
    collection: Expression
    body: Expression


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """``count(bags)``, ``count(b in bags where C)``, ``sum(b in bags where C: value)``, ``min(…)``, ``max(…)``."""

    function: Literal["count", "sum", "min", "max"]
    binder: Name | None
    collection: Expression
    where: Expression | None = None
    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``min(a, b)``, ``max(a, b)``, ``floor(x)``, ``ceiling(x)``, ``round(x)``, each rounding with an optional step."""

    function: Name
    arguments: tuple[Expression, ...]


Expression = (
    Name
    | Attribute
    | Index
    | Number
    | Text
    | Date
    | Boolean
    | Not
    | Logical
    | Comparison
    | Membership
    | Between
    | Sum
    | Product
    | Conditional
    | Requires
    | Excludes
    | Quantified
    | Aggregate
    | Call
)

# --- parts of declarations --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Modifiers(Node):
    """``from``, ``until``, ``renamed from``, ``replaced by``, ``picture``, in any order; ``retired`` alone."""

    start: Date | None = None
    end: Date | None = None
    renamed_from: tuple[Name, ...] = ()
    replaced_by: Name | None = None
    retired: bool = False
    picture: Text | None = None


@dataclass(frozen=True, slots=True)
class NamedType(Node):
    """A list of choices by its name, or ``number``, ``date`` or a unit or currency where attributes are declared."""

    name: Name


@dataclass(frozen=True, slots=True)
class InlineChoices(Node):
    """``small | large``."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class BooleanType(Node):
    """``yes/no``."""


@dataclass(frozen=True, slots=True)
class TextType(Node):
    """``text``, ``text 0..20``, ``text 0..20 matching "[A-Z]*"``."""

    shortest: int | None = None
    longest: int | None = None
    pattern: Text | None = None


@dataclass(frozen=True, slots=True)
class NumberType(Node):
    """``48 .. 62 step 2 cm``: the unit holds for all three; the step is 1 where it is not given."""

    low: Number
    high: Number
    step: Number | None
    unit: str


TypeExpression = NamedType | InlineChoices | BooleanType | TextType | NumberType


@dataclass(frozen=True, slots=True)
class Field(Node):
    """``name: type``: an attribute of a list of choices or of the customer."""

    name: Name
    type: TypeExpression


@dataclass(frozen=True, slots=True)
class ChoiceRow(Node):
    """One choice: name, label, a cell per attribute (positional), modifiers."""

    name: Name
    label: Text | None
    cells: tuple[Expression, ...]
    modifiers: Modifiers | None


@dataclass(frozen=True, slots=True)
class Table(Node):
    """``allow a | b`` or ``forbid a | b`` with its rows inline, or from the CSV file `source`."""

    mode: Literal["allow", "forbid"]
    columns: tuple[Expression, ...]
    rows: tuple[TableRow, ...] = ()
    source: Text | None = None


@dataclass(frozen=True, slots=True)
class TableRow(Node):
    """One row of an inline table: a set of values per column."""

    cells: tuple[Members, ...]


# --- what a component holds -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OptionDeclaration(Node):
    """``option motor "Motor": Motor = urban  modifiers``."""

    name: Name
    label: Text | None
    type: TypeExpression
    default: Expression | None = None
    modifiers: Modifiers | None = None


@dataclass(frozen=True, slots=True)
class PartDeclaration(Node):
    """``part bags "Bags": Bag 0..4`` (``1`` alone means exactly one)."""

    name: Name
    label: Text | None
    component: Name
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class LetDeclaration(Node):
    """``let weight "Weight" = expression``."""

    name: Name
    label: Text | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Section(Node):
    """``section "Drive" { motor, battery }``."""

    label: Text
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Step(Node):
    """``step "Basics" { section … section … }``: one screen of a guided configuration."""

    label: Text
    sections: tuple[Section, ...]


Member = OptionDeclaration | PartDeclaration | LetDeclaration | Section | Step

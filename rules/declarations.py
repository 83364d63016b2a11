"""The declarations of the language of catalogs as they were written: one frozen node each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rules.syntax import (
    ChoiceRow,
    Date,
    Expression,
    Field,
    Member,
    Members,
    Modifiers,
    Name,
    Node,
    Number,
    Table,
    Text,
)
from rules.policies import (
    ApproveDeclaration, ClauseDeclaration, DelegateDeclaration, EntitleDeclaration, FloorDeclaration,
    GroupDeclaration, PromotionDeclaration, SuggestDeclaration,
)  # fmt: skip
from rules.selling import (
    ChannelDeclaration, FeeDeclaration, PercentDeclaration, PolicyDeclaration, RateDeclaration, RatesDeclaration,
    RecurringDeclaration, Tier,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CatalogDeclaration(Node):
    """``catalog ebikes "E-bikes" { currency EUR  languages en, de  timezone "Europe/Berlin" }``."""

    name: Name
    label: Text | None
    currency: Name
    languages: tuple[Name, ...]
    time_zone: Text | None


@dataclass(frozen=True, slots=True)
class CustomerDeclaration(Node):
    """``customer { segment: consumer | dealer }``: what rules may ask about a buyer."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class ChoicesDeclaration(Node):
    """``choices Motor "Motors" (power: W) { rows }`` or ``from "file.csv"``."""

    name: Name
    label: Text | None
    attributes: tuple[Field, ...]
    rows: tuple[ChoiceRow, ...]
    source: Text | None


@dataclass(frozen=True, slots=True)
class ComponentDeclaration(Node):
    """``component Bag "Pannier bag" { … }`` or ``product ebike "E-bike" modifiers { … }``."""

    kind: Literal["component", "product"]
    name: Name
    label: Text | None
    modifiers: Modifiers | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class RuleDeclaration(Node):
    """``rule light_enough on ebike modifiers { weight <= 25 kg because "…" }``; `body` is a condition or a table."""

    name: Name
    on: Name
    modifiers: Modifiers | None
    body: Expression | Table
    because: Text


@dataclass(frozen=True, slots=True)
class PreferDeclaration(Node):
    """``prefer quiet_motor on ebike weight 2 { motor = urban }``; the weight is 1 where it is not given."""

    name: Name
    on: Name
    weight: int
    modifiers: Modifiers | None
    condition: Expression


@dataclass(frozen=True, slots=True)
class ItemDeclaration(Node):
    """``item "FRAME-{frame_size}" "Frame" on ebike quantity N when C``; `{{` is a brace in the code."""

    code: Text
    label: Text | None
    on: Name
    quantity: Expression | None
    when: Expression | None
    modifiers: Modifiers | None


@dataclass(frozen=True, slots=True)
class Shape(Node):
    """One drawing statement: a keyword, its operands by role, and for ``repeat``, ``when``, ``layer``, ``block`` a body.

    `operands` holds ``(role, expressions)`` in the order written, roles such as ``from``, ``to``,
    ``at``, ``size``, ``radius``, ``in``, ``label``; a point is two expressions.
    """

    keyword: str
    operands: tuple[tuple[str, tuple[Expression, ...]], ...]
    body: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawingDeclaration(Node):
    """``drawing elevation "Elevation" on window in mm { shapes }``."""

    name: Name
    label: Text | None
    on: Name
    unit: Name
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class InlinePrice(Node):
    """``motor.urban 300.00 EUR modifiers`` or ``ebike 1499.00 EUR``: target path, price."""

    target: tuple[Name, ...]
    price: Number
    modifiers: Modifiers | None


@dataclass(frozen=True, slots=True)
class PricesDeclaration(Node):
    """``prices dealer in EUR from "prices/dealer.csv" when customer.segment = dealer``, or with inline rows in braces."""

    name: Name
    currency: Name
    source: Text | None
    rows: tuple[InlinePrice, ...]
    when: Expression | None
    modifiers: Modifiers | None


@dataclass(frozen=True, slots=True)
class ChargeDeclaration(Node):
    """``charge engraving_fee on ebike { 19.00 EUR when C because "…" }``; the amount is a money expression."""

    name: Name
    on: Name
    modifiers: Modifiers | None
    amount: Expression
    when: Expression | None
    because: Text


@dataclass(frozen=True, slots=True)
class ScaleDeclaration(Node):
    """``scale fleet on ebike { volume by quantity over quote  tiers  minimum …  maximum … }``."""

    name: Name
    on: Name
    modifiers: Modifiers | None
    method: Literal["volume", "graduated", "block", "package"]
    over: Literal["line", "family", "quote"]
    tiers: tuple[Tier, ...]
    minimum: Number | None
    maximum: Number | None
    when: Expression | None


@dataclass(frozen=True, slots=True)
class ContractTerm(Node):
    """``price ebike 1399.00 EUR`` or ``discount ebike 5%``."""

    kind: Literal["price", "discount"]
    target: tuple[Name, ...]
    value: Number


@dataclass(frozen=True, slots=True)
class ContractDeclaration(Node):
    """``contract city_fleet from DATE until DATE { who C  price …  discount … }``."""

    name: Name
    label: Text | None
    modifiers: Modifiers | None
    who: Expression
    terms: tuple[ContractTerm, ...]


@dataclass(frozen=True, slots=True)
class TaxDeclaration(Node):
    """``tax export 0% on product, product when C code G because "…"``; `standard` is the default category.

    `code` is the VAT category of EN 16931, `because` the reason of an exemption.
    """

    name: Name
    rate: Number
    on: tuple[Name, ...]
    when: Expression | None
    modifiers: Modifiers | None
    code: Name | None = None
    because: Text | None = None


@dataclass(frozen=True, slots=True)
class Assignment(Node):
    """``motor = cargo``, ``bags[0].size = large``, ``count(bags) = 0``: a choice; `target` is a path expression."""

    target: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Remains(Node):
    """``expect battery in {b500, b625}``: exactly these values remain."""

    target: Expression
    members: Members


@dataclass(frozen=True, slots=True)
class Holds(Node):
    """``expect CONDITION``: holds in every valid completion; about `line` and `quote`, of the completed configuration."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class InvalidBecause(Node):
    """``expect invalid because RULE``; without ``because`` any reason will do."""

    rule: Name | None


@dataclass(frozen=True, slots=True)
class ExpectItems(Node):
    """``expect items "FRAME-54" 1, "BAG-S" 2``: these lines are in the bill of materials, in these quantities."""

    items: tuple[tuple[Text, Number | None], ...]


@dataclass(frozen=True, slots=True)
class ExpectSuggestion(Node):
    """``expect suggest a_bag``."""

    suggestion: Name


Expectation = Remains | Holds | InvalidBecause | ExpectItems | ExpectSuggestion


@dataclass(frozen=True, slots=True)
class TestDeclaration(Node):
    """``test name on ebike { given …  day …  customer "ID"  quantity N  expect … }``.

    `customer` holds assignments such as ``segment = dealer``; `customer_id` a row of customers.csv.
    """

    name: Name
    on: Name
    given: tuple[Assignment, ...]
    day: Date | None
    customer: tuple[Assignment, ...]
    customer_id: Text | None
    quantity: int | None
    expects: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Translation(Node):
    """``Colour.red "Signalrot"``: the text of what a path names, in the language of its block."""

    path: tuple[Name, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class TextsDeclaration(Node):
    """``texts de { path "text" … }`` or ``texts de from "texts/de.csv"`` (columns ``name,text``)."""

    language: Name
    entries: tuple[Translation, ...]
    source: Text | None


Declaration = (
    CatalogDeclaration
    | CustomerDeclaration
    | ChoicesDeclaration
    | ComponentDeclaration
    | RuleDeclaration
    | PreferDeclaration
    | ItemDeclaration
    | DrawingDeclaration
    | PricesDeclaration
    | RateDeclaration
    | RatesDeclaration
    | ChargeDeclaration
    | RecurringDeclaration
    | PercentDeclaration
    | ScaleDeclaration
    | ContractDeclaration
    | FeeDeclaration
    | TaxDeclaration
    | PromotionDeclaration
    | GroupDeclaration
    | ChannelDeclaration
    | PolicyDeclaration
    | EntitleDeclaration
    | FloorDeclaration
    | ApproveDeclaration
    | DelegateDeclaration
    | SuggestDeclaration
    | ClauseDeclaration
    | TestDeclaration
    | TextsDeclaration
)


@dataclass(frozen=True, slots=True)
class File(Node):
    """One `.cpq` file: its declarations in the order written; `broken` names what could not be read."""

    declarations: tuple[Declaration, ...]
    broken: tuple[Name, ...] = field(default=(), compare=False)

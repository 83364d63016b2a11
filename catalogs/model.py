"""What can be sold: the catalog as the loader proved it, frozen, with every expression typed.

Names and spans are kept everywhere, so that later rooms can cite the rule, the file and the line.
Declarations whose machinery belongs to later rooms carry their syntax node and typed conditions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from rules import declarations
from rules.diagnostics import Span
from rules.kinds import Enumeration, Kind, Record, Scalar
from rules.typed import Rows, Typed, Values
from catalogs.expected import CatalogTest
from catalogs.marks import Effectivity, Label
from catalogs.policy import (
    Approval, ChannelMargin, Contract, Delegation, Entitlement, ExchangeRate, Fee, Floor, PercentOfTotal, Policy,
    Promotion, PromotionGroup, Recurring,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list of choices."""

    name: str
    label: Label
    effectivity: Effectivity
    renamed_from: tuple[str, ...]
    replaced_by: str | None
    picture: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """A list of choices; `kind` names it in rules and holds the attributes' values."""

    name: str
    label: Label
    kind: Enumeration
    choices: tuple[Choice, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The numbers ``low, low + step, …`` up to `high`, in base units of the option's kind; the step is positive."""

    low: Fraction
    high: Fraction
    step: Fraction


@dataclass(frozen=True, slots=True)
class TextShape:
    """How long a text may be, in characters, and which regular expression it matches as a whole (None: any)."""

    shortest: int
    longest: int
    pattern: str | None


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose. `domain` is a ChoiceList for an enumeration, None for ``yes/no``."""

    name: str
    label: Label
    kind: Kind
    domain: ChoiceList | NumberRange | TextShape | None
    default: Scalar | None
    effectivity: Effectivity
    renamed_from: tuple[str, ...]
    retired: bool
    picture: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
    """`low` to `high` numbered instances of a component."""

    name: str
    label: Label
    component: str
    low: int
    high: int
    span: Span


@dataclass(frozen=True, slots=True)
class Let:
    """A derived value; its expression may use other lets (never in a circle)."""

    name: str
    label: Label
    value: Typed
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A group of options and parts on the screen; `step` is the step it belongs to, if any."""

    label: Label
    names: tuple[str, ...]
    step: Label | None


@dataclass(frozen=True, slots=True)
class Component:
    """A component or a product: options, parts and derived values, in the order declared."""

    name: str
    label: Label
    sellable: bool
    options: tuple[Option, ...]
    parts: tuple[Part, ...]
    lets: tuple[Let, ...]
    sections: tuple[Section, ...]
    effectivity: Effectivity
    renamed_from: tuple[str, ...]
    retired: bool
    picture: str | None
    record: Record
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule on a component; it holds for every instance of it."""

    name: str
    on: str
    body: Typed | Rows
    because: Label
    effectivity: Effectivity
    source: declarations.RuleDeclaration = field(compare=False, repr=False)
    span: Span


@dataclass(frozen=True, slots=True)
class Preference:
    """A soft condition with a weight of 1 or more."""

    name: str
    on: str
    condition: Typed
    weight: int
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the bill of materials. `code` alternates literal text and expressions to be written into it."""

    code: tuple[str | Typed, ...]
    label: Label
    on: str
    quantity: Typed | None
    when: Typed | None
    effectivity: Effectivity
    span: Span


Cells = tuple[tuple[tuple[str, ...], Values], ...]
"""Conditions on options: the path of each in the product, and its values."""
CustomerCells = tuple[tuple[str, Values], ...]
"""Conditions on the customer: the name of each attribute, and its values."""


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price for one unit, exact, in the currency of its list.

    `path` names what it prices inside the product: () for the product itself, ("motor",) for an
    option, ("bags", "size") for an option of every instance of a part, ("bags",) for every instance.
    `values` are the option's values it applies to (everything for a product or part row).
    `cells` are further conditions: option path -> values; together with (`path`, `values`) they
    say when the row applies. `cost` is the seller's cost, None where not given. `customer` holds
    conditions on the customer, by the name of the attribute: none are a row for everybody.
    """

    product: str
    path: tuple[str, ...]
    values: Values
    cells: Cells
    price: Fraction
    cost: Fraction | None
    effectivity: Effectivity
    span: Span
    customer: CustomerCells = ()


@dataclass(frozen=True, slots=True)
class PriceList:
    """Rows of one currency; `when` is a condition on the customer. A list with a condition is more specific.

    `rows` may be kept by column (`catalogs.price_book`): what reads many of them asks for what it needs.
    """

    name: str
    currency: str
    when: Typed | None
    effectivity: Effectivity
    rows: Sequence[PriceRow]
    span: Span


@dataclass(frozen=True, slots=True)
class Charge:
    """A money amount added to one unit where `when` holds."""

    name: str
    on: str
    amount: Typed
    when: Typed | None
    because: Label
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Tier:
    """Quantities `low` to `high` (None: or more): `rate` off as an exact ratio, or `amount` as a unit price.

    `flat` is paid besides, once where the tier is entered, whatever the quantity in it.
    """

    low: int
    high: int | None
    rate: Fraction | None
    amount: Fraction | None
    span: Span
    flat: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A quantity scale on a product; `over` says which quantity counts."""

    name: str
    on: str
    method: Literal["volume", "graduated", "block", "package"]
    over: Literal["line", "family", "quote"]
    tiers: tuple[Tier, ...]
    minimum: Fraction | None
    maximum: Fraction | None
    when: Typed | None
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Tax:
    """A rate of a tax category as an exact ratio; `on` names products, empty for all; `when` asks the customer.

    `code` is the VAT category of EN 16931 (UNTDID 5305: S, Z, E, AE, K, G, O, L, M); `because` the reason of an
    exemption, which every category without tax but Z needs (BR-E-10 and its likes).
    """

    category: str
    rate: Fraction
    on: tuple[str, ...]
    when: Typed | None
    effectivity: Effectivity
    span: Span
    code: str = "S"
    because: Label | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where `when` holds, offer to make `offer` true."""

    name: str
    on: str
    when: Typed
    offer: Typed
    because: Label
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """Paragraphs of the quote, for one product or for all (None), under a condition."""

    name: str
    on: str | None
    when: Typed | None
    paragraphs: tuple[Label, ...]
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Later:
    """A declaration whose machinery belongs to another room: its node, and its conditions typed in order."""

    name: str
    source: declarations.Declaration
    conditions: tuple[Typed, ...]
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer: `attributes` are what rules may ask, by the names of the ``customer`` declaration."""

    id: str
    name: str
    attributes: Mapping[str, Scalar]
    segment: str = ""
    region: str = ""
    channel: str = ""
    currency: str = ""
    country: str = ""
    address: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything of one folder. `version` is the hash of its content (SHA-256, hex) and names it for ever."""

    name: str
    label: Label
    currency: str
    languages: tuple[str, ...]
    time_zone: str
    version: str
    customer: Record
    choices: tuple[ChoiceList, ...]
    components: tuple[Component, ...]
    rules: tuple[Rule, ...]
    preferences: tuple[Preference, ...]
    items: tuple[Item, ...]
    price_lists: tuple[PriceList, ...]
    charges: tuple[Charge, ...]
    scales: tuple[Scale, ...]
    taxes: tuple[Tax, ...]
    suggestions: tuple[Suggestion, ...]
    clauses: tuple[Clause, ...]
    drawings: tuple[Later, ...]
    contracts: tuple[Contract, ...]
    promotions: tuple[Promotion, ...]
    groups: tuple[PromotionGroup, ...]
    entitlements: tuple[Entitlement, ...]
    floors: tuple[Floor, ...]
    approvals: tuple[Approval, ...]
    tests: tuple[CatalogTest, ...]
    customers: tuple[Customer, ...]
    media: Mapping[str, bytes] = field(compare=False, repr=False)
    sources: Mapping[str, str] = field(compare=False, repr=False)
    delegations: tuple[Delegation, ...] = ()
    exchange_rates: tuple[ExchangeRate, ...] = ()
    recurring: tuple[Recurring, ...] = ()
    percents: tuple[PercentOfTotal, ...] = ()
    fees: tuple[Fee, ...] = ()
    channel_margins: tuple[ChannelMargin, ...] = ()
    policies: tuple[Policy, ...] = ()

    @property
    def products(self) -> tuple[Component, ...]:
        """The components that can be sold on their own."""
        return tuple(c for c in self.components if c.sellable)

    def component(self, name: str) -> Component:
        """Return a component by name; `KeyError` where there is none."""
        return next((c for c in self.components if c.name == name), None) or _missing(name)


def _missing(name: str) -> Component:
    raise KeyError(name)

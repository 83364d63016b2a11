"""Sales policy as the loader proved it: contracts, promotions, entitlements, floors, approvals, rates and the pricing policy.

Rates are exact ratios (4% is 1/25), amounts exact in units of a currency. Every declaration keeps its place,
so that a price, a refusal or an approval can cite it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from catalogs.marks import ALWAYS, Effectivity, Label
from rules.diagnostics import NOWHERE, Span
from rules.kinds import Scalar
from rules.typed import Typed


@dataclass(frozen=True, slots=True)
class Aim:
    """What a path names: a product (`path` empty), a part or an option in it by `path`, or one choice of an option."""

    product: str
    path: tuple[str, ...] = ()
    choice: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of a currency."""

    amount: Fraction
    currency: str


@dataclass(frozen=True, slots=True)
class ContractTerm:
    """One term: `price` sets the price of what `aim` names, `discount` takes a rate off it. One of them is given."""

    aim: Aim
    price: Money | None
    discount: Fraction | None
    span: Span


@dataclass(frozen=True, slots=True)
class Contract:
    """An agreement with the customers that `who` holds for. Of several terms for one aim the first contract by name wins."""

    name: str
    label: Label
    who: Typed
    terms: tuple[ContractTerm, ...]
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class PromotionAim:
    """`quantity` units of what `aim` names; `where` sees the configuration of the line and the customer."""

    quantity: int
    aim: Aim
    where: Typed | None
    span: Span


@dataclass(frozen=True, slots=True)
class Give:
    """What an application of a promotion gives: one of a rate off, an amount off, a price for all of it, free units.

    A rate or an amount is given on what `on` names (each application consumes its quantities), `price` is the
    price of everything that one application consumes, `free` is consumed and costs nothing. `up_to` caps the saving
    of one application.
    """

    rate: Fraction | None = None
    amount: Money | None = None
    price: Money | None = None
    free: PromotionAim | None = None
    up_to: Money | None = None


@dataclass(frozen=True, slots=True)
class Promotion:
    """What is consumed (`on`, `need`), what is given, to whom, how often.

    A promotion without `on` and without free units is given on the whole quote (an order discount); then `when`
    usually states a threshold. `need` is consumed and pays in full. Limits count applications, None is unlimited;
    `budget` caps the savings of all quotes together. `priority`: the higher comes first in a group by `first`.
    """

    name: str
    label: Label
    coupon: str | None
    on: tuple[PromotionAim, ...]
    need: tuple[PromotionAim, ...]
    when: Typed | None
    give: Give
    per_quote: int | None
    per_customer: int | None
    in_all: int | None
    budget: Money | None
    group: str | None
    priority: int
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class PromotionGroup:
    """How promotions of a group stand beside each other, within a unit, a line or the quote; `after`: on what those left."""

    name: str
    mode: Literal["best one", "stack", "first", "in sequence"]
    per: Literal["unit", "line", "quote"]
    after: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Grant:
    """``may see, price, buy AIM where C up to N``, or ``may not``; `where` sees the configuration of the product."""

    allowed: bool
    verbs: frozenset[Literal["see", "price", "buy"]]
    aim: Aim
    where: Typed | None
    up_to: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Grants for the customers that `who` holds for, for everybody where it is None. Nothing is entitled unless stated."""

    name: str
    who: Typed | None
    grants: tuple[Grant, ...]
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Floor:
    """What must hold of every line and quote. A hard floor is never crossed by any allocation; a soft one asks."""

    name: str
    condition: Typed
    because: Label
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Authority:
    """How far a person may go alone: a discount of a line up to `rate`, on one product family or on all (None)."""

    person: str
    rate: Fraction
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Who must agree where `when` holds: all of `by`, or any of them. Persons within their limit need nobody."""

    name: str
    when: Typed
    mode: Literal["all of", "any of"]
    by: tuple[str, ...]
    limits: tuple[Authority, ...]
    because: Label
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Delegation:
    """`by` may agree in the place of `role` while it is in effect; a delegation ends: `effectivity.end` is a day."""

    role: str
    by: str
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """One unit of `base` is `rate` units of `currency`, from the first day of `effectivity` on, according to `source`."""

    base: str
    currency: str
    rate: Fraction
    source: str
    effectivity: Effectivity
    span: Span


Period = Literal["month", "year", "use"]
"""What a recurring price is paid for."""

Convention = Literal["actual/actual", "actual/365", "actual/360", "30/360", "whole months", "month and days"]
"""How parts of periods count (ISDA 2006, section 4.16, for the day counts)."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """Periods `low` to `high` (None: to the end), from 1: `rate` off, or `amount` as the price of the period."""

    low: int
    high: int | None
    rate: Fraction | None
    amount: Fraction | None
    span: Span


@dataclass(frozen=True, slots=True)
class Recurring:
    """A price paid again every period for one unit of a component where `when` holds, besides its one-time price.

    `amount` is money per period (per unit of usage for "use"), `periods` how many periods the contract runs where
    the line does not say, `ramps` change the price of some periods, `convention` says how a broken period counts.
    """

    name: str
    label: Label
    on: str
    amount: Typed
    period: Period
    periods: int
    ramps: tuple[Ramp, ...]
    convention: Convention
    when: Typed | None
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class PercentOfTotal:
    """The unit price of product `on` is `rate` of the `base` amounts of the lines of `of` (all other lines: empty).

    `minimum` and `maximum` bound it. No circle: a product is in the total of none that its own total depends on.
    """

    name: str
    on: str
    rate: Fraction
    base: Literal["list", "net"]
    of: tuple[str, ...]
    minimum: Money | None
    maximum: Money | None
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount for the whole quote where `when` holds: a charge (freight, handling) or an allowance, taxed on its own.

    `amount` is money, or a rate of the net of all lines. An allowance with `category` None is spread over the lines
    and lowers the taxable amounts they belong to.
    """

    name: str
    label: Label
    kind: Literal["charge", "allowance"]
    amount: Money | None
    rate: Fraction | None
    category: str | None
    when: Typed | None
    effectivity: Effectivity
    span: Span


@dataclass(frozen=True, slots=True)
class ChannelMargin:
    """What a channel takes off the price it pays, where `when` (about the customer) holds; `on` products, empty: all."""

    name: str
    label: Label
    rate: Fraction
    on: tuple[str, ...]
    when: Typed | None
    effectivity: Effectivity
    span: Span


Rounding = Literal["half away", "half even", "half up", "half down", "up", "down"]
"""`up` is away from zero, `down` towards it; `half up` towards plus infinity (as XPath rounds)."""

PHASES = (
    "entitle", "base", "configure", "scale", "term", "agreement", "promote", "derived", "manual", "channel",
    "extend", "document", "tax", "total", "judge",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policy:
    """How prices are computed: the phases in order, and the switches; the defaults are what holds where none is declared.

    `lines`: a unit price is rounded to `unit_digits` decimals before it is multiplied, or the product once.
    `tax`: prices are without or with it; `tax_per`: rounded once per category and rate, or line by line.
    `thresholds`: an order threshold looks at the sum before promotions, or after those on items.
    `percentages`: several rates on one amount compound, or are added before they are taken.
    `allocation`: amounts of the quote are spread by net, evenly, or by quantity; `remainder` says who gets the units
    that are left: the largest remainder, the first lines, the last one; `credits`: a credit mirrors the charge, or
    shares are floored towards minus infinity.
    `promotions`: the best set for the customer, for the seller, or in order of priority. `effort` is the solver's
    deterministic limit. `cash` rounds what is to be paid to multiples (0.05 CHF).
    """

    name: str = "standard"
    phases: tuple[str, ...] = PHASES
    rounding: Rounding = "half away"
    unit_digits: int = 6
    lines: Literal["unit then extend", "extend then round"] = "unit then extend"
    tax: Literal["exclusive", "inclusive"] = "exclusive"
    tax_per: Literal["group", "line"] = "group"
    thresholds: Literal["before promotions", "after item promotions"] = "after item promotions"
    percentages: Literal["compound", "additive"] = "compound"
    allocation: Literal["proportional", "even", "by quantity"] = "proportional"
    remainder: Literal["largest", "first", "last"] = "largest"
    credits: Literal["mirror", "floor"] = "mirror"
    promotions: Literal["customer", "seller", "priority"] = "customer"
    effort: Fraction = Fraction(2)
    ranking: Literal["margin", "customer value"] = "customer value"
    cash: Mapping[str, Fraction] = field(default_factory=dict)
    span: Span = NOWHERE
    effectivity: Effectivity = ALWAYS

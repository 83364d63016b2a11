"""The declarations of how prices are computed, as they were written: rates, recurring prices, fees, margins, the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rules.syntax import Expression, Modifiers, Name, Node, Number, Text

Period = Literal["month", "year", "use"]
Convention = Literal["actual/actual", "actual/365", "actual/360", "30/360", "whole months", "month and days"]
Rounding = Literal["half away", "half even", "half up", "half down", "up", "down"]


@dataclass(frozen=True, slots=True)
class Tier(Node):
    """``1 .. 4 0%`` or ``20 or more 7%``; `high` is None for "or more"."""

    low: Number
    high: Number | None
    value: Number


@dataclass(frozen=True, slots=True)
class RateDeclaration(Node):
    """``rate 1 EUR = 1.0842 USD source "ECB" from DATE until DATE``: `base` is worth as much as `worth`."""

    base: Number
    worth: Number
    source: Text | None
    modifiers: Modifiers | None


@dataclass(frozen=True, slots=True)
class RatesDeclaration(Node):
    """``rates ecb per EUR from "rates.csv"``: how much of each currency is one EUR; ``in EUR``: what one of each is worth."""

    name: Name
    quoted: Literal["in", "per"]
    currency: Name
    source: Text


@dataclass(frozen=True, slots=True)
class RecurringDeclaration(Node):
    """``recurring care "Care" on ebike { 12.00 EUR per month for 36  prorate actual/365  1 .. 12 50%  when C }``."""

    name: Name
    label: Text | None
    on: Name
    modifiers: Modifiers | None
    amount: Expression
    period: Period
    periods: int | None
    ramps: tuple[Tier, ...]
    convention: Convention | None
    when: Expression | None


@dataclass(frozen=True, slots=True)
class PercentDeclaration(Node):
    """``percent care_plan on service { 8% of net of ebike, rack  minimum …  maximum … }``; `of` empty: all other lines."""

    name: Name
    on: Name
    modifiers: Modifiers | None
    rate: Number
    base: Literal["list", "net"]
    of: tuple[Name, ...]
    minimum: Number | None
    maximum: Number | None


@dataclass(frozen=True, slots=True)
class FeeDeclaration(Node):
    """``fee freight "Freight" { charge 49.00 EUR  when C  tax reduced }``, or ``allowance 3%``."""

    name: Name
    label: Text | None
    modifiers: Modifiers | None
    kind: Literal["charge", "allowance"]
    value: Number
    category: Name | None
    when: Expression | None


@dataclass(frozen=True, slots=True)
class ChannelDeclaration(Node):
    """``channel partner "Partner margin" { 20% on ebike when C }``; `on` empty: all products."""

    name: Name
    label: Text | None
    modifiers: Modifiers | None
    rate: Number
    on: tuple[Name, ...]
    when: Expression | None


@dataclass(frozen=True, slots=True)
class PolicyDeclaration(Node):
    """``policy standard { round half away to 6 digits  lines unit then extend … }``; None is what holds where nothing is said."""

    name: Name
    modifiers: Modifiers | None
    phases: tuple[Name, ...] = ()
    rounding: Rounding | None = None
    digits: int | None = None
    lines: Literal["unit then extend", "extend then round"] | None = None
    tax: Literal["exclusive", "inclusive"] | None = None
    tax_per: Literal["group", "line"] | None = None
    thresholds: Literal["before promotions", "after item promotions"] | None = None
    percentages: Literal["compound", "additive"] | None = None
    allocation: Literal["proportional", "even", "by quantity"] | None = None
    remainder: Literal["largest", "first", "last"] | None = None
    credits: Literal["mirror", "floor"] | None = None
    promotions: Literal["customer", "seller", "priority"] | None = None
    effort: Number | None = None
    ranking: Literal["margin", "customer value"] | None = None
    cash: tuple[Number, ...] = ()

"""What a price depends on besides catalog, customer, day and lines: what a rep decides, and what happened before.

All of it is an argument: nothing is read back from an earlier result, and the hash of the inputs covers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A manual change by a person: of one line, or of the whole quote (`line` empty).

    `percent` takes a rate off (0.05 is 5 %; negative adds), `amount` an amount off one unit of the line (off the
    quote), `price` sets the unit price, `total` the net of the line (of the quote: spread over all lines by the
    policy's allocation). Amounts are in units of the quote's currency.
    """

    line: str
    kind: Literal["percent", "amount", "price", "total"]
    value: Fraction
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LineTerm:
    """The recurring side of a line: first and last day, or a number of periods (None: as declared).

    `usage` is the quantity used in all by the line, by name of price. Periods begin on `anchor` and whole periods
    before and after it (None: on the first day), so that a first period may be broken. `paid` is what was paid
    already, net in minor units by name of price, for the period in which `start` lies: the part of it from `start` on
    is given back, since this line replaces another.
    """

    start: date | None = None
    end: date | None = None
    periods: int | None = None
    usage: Mapping[str, Fraction] = field(default_factory=dict)
    anchor: date | None = None
    paid: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What happened before, as far as limits and quotas ask: counts of applications, money spent, units bought.

    `used` counts applications of a promotion by this customer, `used_in_all` by everybody, `spent` is what a
    promotion has given away so far in minor units of its budget's currency, `bought` units in the quota's period by
    what the quota names: a product, or something in it by its path (``ebike``, ``ebike.bags.size.large``).
    """

    used: Mapping[str, int] = field(default_factory=dict)
    used_in_all: Mapping[str, int] = field(default_factory=dict)
    spent: Mapping[str, int] = field(default_factory=dict)
    bought: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a person or the past adds to a price. The default is a quote that nobody touched."""

    adjustments: tuple[Adjustment, ...] = ()
    coupons: tuple[str, ...] = ()
    terms: Mapping[str, LineTerm] = field(default_factory=dict)
    history: History = field(default_factory=History)
    prepaid: int = 0
    """Paid already, in minor units (EN 16931, BT-113)."""
    author: str = ""
    """Who makes the quote: whose limits of approval count."""
    purpose: Literal["sale", "display", "internal"] = "sale"
    """What entitlements must allow: to buy; only to see the price; nothing, where a seller looks for himself."""


UNTOUCHED = Inputs()

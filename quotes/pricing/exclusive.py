"""A priced quote as an invoice without tax in its prices states it (EN 16931): every identity of its totals is exact.

Prices with tax become prices without at so many decimals; tax is then computed again from them, and what is to be paid
does not change: the difference is the rounding amount (BT-114). A quote without tax in its prices is stated as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from catalogs.marks import Label
from quotes.pricing.record import MICROS, DocumentAmount, PricedLine, PricedQuote, TaxGroup
from quotes.pricing.rounding import half_away, rounded_to

Key = tuple[str, Fraction]
"""The code of a VAT category (UNTDID 5305) and its rate."""

_TAXED = ("S", "Z", "L", "M")
"""Categories that need no reason, and may not state one (BR-S-10, BR-Z-10)."""


@dataclass(frozen=True, slots=True)
class StatedLine:
    """A line (BG-25): unit prices in units of the currency, before discounts (BT-148) and after (BT-146), `net` (BT-131)."""

    id: str
    quantity: int
    list_unit: Fraction
    net_unit: Fraction
    net: int
    code: str
    rate: Fraction


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """A charge or an allowance of one category (BG-20, BG-21), in minor units."""

    kind: str
    name: str
    label: Label
    amount: int
    code: str
    rate: Fraction


@dataclass(frozen=True, slots=True)
class StatedTax:
    """One category and rate (BG-23): `taxable` (BT-116), `tax` (BT-117), the reason of an exemption (BT-120)."""

    code: str
    rate: Fraction
    taxable: int
    tax: int
    reason: Label | None


@dataclass(frozen=True, slots=True)
class StatedTotals:
    """BT-106 to BT-115 in minor units: net, allowances, charges, taxable, tax, gross, prepaid, rounding, payable."""

    net: int
    allowances: int
    charges: int
    taxable: int
    tax: int
    gross: int
    prepaid: int
    rounding: int
    payable: int


@dataclass(frozen=True, slots=True)
class Stated:
    """The whole statement."""

    lines: tuple[StatedLine, ...]
    amounts: tuple[StatedAmount, ...]
    taxes: tuple[StatedTax, ...]
    totals: StatedTotals


def exclusive(priced: PricedQuote, digits: int = 4) -> Stated:
    """State a quote without tax in its prices, unit prices at `digits` decimals where tax has to be taken out of them.

    An allowance or a charge that is spread over lines of several categories is stated once for each (BT-95, BT-102).
    """
    groups = {(one.category, one.rate): one for one in priced.taxes}
    included = priced.totals.inclusive
    lines = tuple(_line(priced, one, groups, digits, included) for one in priced.lines)
    amounts = tuple(one for amount in priced.document for one in _amounts(priced, amount, groups, included))
    taxes = _taxes(lines, amounts, priced.taxes)
    return Stated(lines, amounts, taxes, _totals(priced, lines, amounts, taxes))


def _line(
    priced: PricedQuote, line: PricedLine, groups: Mapping[Key, TaxGroup], digits: int, included: bool
) -> StatedLine:
    group = groups[line.tax_category, line.tax_rate]
    list_unit, net_unit, net = Fraction(line.list_unit, MICROS), Fraction(line.net_unit, MICROS), line.net
    if included:
        list_unit = rounded_to(list_unit / (1 + line.tax_rate), digits)
        net_unit = list_unit * line.net / line.list if line.list else net_unit / (1 + line.tax_rate)
        net = half_away(net_unit * line.quantity * 10**priced.minor_units)
    return StatedLine(line.id, line.quantity, list_unit, net_unit, net, group.code, line.tax_rate)


def _amounts(
    priced: PricedQuote, one: DocumentAmount, groups: Mapping[Key, TaxGroup], included: bool
) -> list[StatedAmount]:
    parts: dict[Key, int] = {}
    if one.shares:
        for line, share in zip(priced.lines, one.shares, strict=True):
            key = (groups[line.tax_category, line.tax_rate].code, line.tax_rate)
            parts[key] = parts.get(key, 0) + share
    else:
        parts[groups[one.tax_category, one.tax_rate].code, one.tax_rate] = one.amount
    return [
        StatedAmount(
            one.kind, one.name, one.label, half_away(Fraction(amount) / (1 + rate if included else 1)), code, rate
        )
        for (code, rate), amount in sorted(parts.items())
        if amount
    ]


def _taxes(
    lines: Sequence[StatedLine], amounts: Sequence[StatedAmount], groups: Sequence[TaxGroup]
) -> tuple[StatedTax, ...]:
    """Tax every category and rate once (BR-S-08, BR-S-09, BR-CO-17), whatever the names of the declarations."""
    bases: dict[Key, int] = {(one.code, one.rate): 0 for one in groups}
    reasons: dict[Key, Label | None] = {}
    for group in groups:
        reasons[group.code, group.rate] = reasons.get((group.code, group.rate)) or group.reason
    for line in lines:
        bases[line.code, line.rate] += line.net
    for one in amounts:
        bases[one.code, one.rate] += one.amount if one.kind == "charge" else -one.amount
    return tuple(
        StatedTax(code, rate, base, half_away(base * rate), None if code in _TAXED else reasons[code, rate])
        for (code, rate), base in sorted(bases.items())
    )


def _totals(
    priced: PricedQuote, lines: Sequence[StatedLine], amounts: Sequence[StatedAmount], taxes: Sequence[StatedTax]
) -> StatedTotals:
    net = sum(line.net for line in lines)
    allowances = sum(one.amount for one in amounts if one.kind == "allowance")
    charges = sum(one.amount for one in amounts if one.kind == "charge")
    taxable, tax = net - allowances + charges, sum(one.tax for one in taxes)
    gross, prepaid, payable = taxable + tax, priced.totals.prepaid, priced.totals.payable
    return StatedTotals(net, allowances, charges, taxable, tax, gross, prepaid, payable - (gross - prepaid), payable)

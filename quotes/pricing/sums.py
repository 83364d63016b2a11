"""What conditions may ask of a priced line and a priced quote: sums in currency units, and ratios.

The names and kinds are those of `catalogs.records`; what cannot be told (a margin without a cost, a
ratio of nothing) is absent, so that a condition about it is false.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from quotes.pricing.record import MICROS, PricedLine, PricedQuote
from quotes.pricing.rounding import half_away
from rules.evaluator import ABSENT


def line_sums(priced: PricedQuote, line: PricedLine) -> Mapping[str, object]:
    """Return what may be asked of ``line``; its tax is its own, the quote's is rounded once per group."""
    tax = half_away(line.net * line.tax_rate)
    return {
        **_sums(priced, line.list, line.net, tax, line.cost),
        "unit_price": Fraction(line.net_unit, MICROS),
        "quantity": Fraction(line.quantity),
    }


def quote_sums(priced: PricedQuote) -> Mapping[str, object]:
    """Return what may be asked of ``quote``."""
    costs = [line.cost for line in priced.lines]
    known = [cost for cost in costs if cost is not None]
    cost = sum(known) if len(known) == len(costs) else None
    return {
        **_sums(priced, priced.totals.list, priced.totals.net, priced.totals.tax, cost),
        "lines": Fraction(len(priced.lines)),
        "quantity": Fraction(sum(line.quantity for line in priced.lines)),
    }


def _sums(priced: PricedQuote, listed: int, net: int, tax: int, cost: int | None) -> dict[str, object]:
    return ratios_of(10**priced.minor_units, listed, net, tax, cost)


def ratios_of(minor: int, listed: int, net: int, tax: int, cost: int | None) -> dict[str, object]:
    """Return what may be asked of sums in minor units (`minor` of them are one unit of the currency)."""
    return {
        "list": Fraction(listed, minor),
        "net": Fraction(net, minor),
        "total": Fraction(net + tax, minor),
        "tax": Fraction(tax, minor),
        "cost": ABSENT if cost is None else Fraction(cost, minor),
        "discount": Fraction(listed - net, listed) if listed else ABSENT,
        "margin": ABSENT if cost is None or not net else Fraction(net - cost, net),
    }

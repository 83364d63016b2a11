"""Amounts of other currencies: the rate into the quote's currency on its day, direct, inverse, or through the catalog's.

A list price is converted exactly once, where its row is read, and rounded there as the policy rounds unit prices;
everything after it is in the quote's currency. What was used is in the record, with its day and its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.model import Catalog
from catalogs.policy import ExchangeRate, Policy
from quotes.pricing.record import Conversion
from quotes.pricing.rounding import rounded_to


@dataclass(frozen=True, slots=True)
class Route:
    """How one currency becomes the quote's: what one unit is worth in it, and the rates that say so, in order."""

    worth: Fraction
    conversions: tuple[Conversion, ...]

    def price(self, amount: Fraction, policy: Policy) -> Fraction:
        """Return a unit price in the quote's currency, rounded to the decimals of unit prices."""
        return rounded_to(amount * self.worth, policy.unit_digits, policy.rounding)


Routes = Mapping[str, Route]
"""By currency; the quote's own and those without a rate are not in it."""

_NO_ROUTES: Routes = {}


def routes(catalog: Catalog, currency: str, day: date) -> Routes:
    """Return the routes into a currency on a day.

    A declared rate goes before its inverse, of several the one with the latest first day. Where neither is there, two
    rates meet in the catalog's currency; longer chains are nobody's policy.
    """
    if not catalog.exchange_rates:
        return _NO_ROUTES
    steps = _steps(in_effect(catalog.exchange_rates, day), day)
    found: dict[str, Route] = {}
    for base in sorted({step.base for step in steps.values()} - {currency}):
        if (base, currency) in steps:
            ways: tuple[Conversion, ...] = (steps[base, currency],)
        elif (base, catalog.currency) in steps and (catalog.currency, currency) in steps:
            ways = (steps[base, catalog.currency], steps[catalog.currency, currency])
        else:
            continue
        worth = Fraction(1)
        for way in ways:
            worth *= way.rate
        found[base] = Route(worth, ways)
    return found


def _steps(rates: Iterable[ExchangeRate], day: date) -> dict[tuple[str, str], Conversion]:
    """Return one conversion per ordered pair of currencies; what is declared replaces what is only the inverse."""
    ordered = sorted(rates, key=lambda one: (one.effectivity.start or date.min, one.source, one.span))
    found: dict[tuple[str, str], Conversion] = {}
    for one in ordered:
        since = one.effectivity.start or day
        found[one.currency, one.base] = Conversion(one.currency, one.base, 1 / one.rate, since, one.source, one.span)
    for one in ordered:
        since = one.effectivity.start or day
        found[one.base, one.currency] = Conversion(one.base, one.currency, one.rate, since, one.source, one.span)
    return found

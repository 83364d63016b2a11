"""Amounts and rates as declared: their currency, their decimals, and how much is too much."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from catalogs.desk import Desk
from catalogs.policy import Money
from catalogs.report import Report
from rules.diagnostics import Span, did_you_mean
from rules.syntax import Name, Number
from rules.units import currencies, currency

MOST = 10**12
_MICRO = 10**6


def check_currency(name: Name, report: Report) -> bool:
    """Check that a name is the code of a currency."""
    if currency(name.text):
        return True
    hint = did_you_mean(name.text.upper(), currencies())
    report.error("unknown-currency", name.span, f"there is no currency {name.text}", hint)
    return False


def amount_of(number: Number, wanted: str, desk: Desk) -> Fraction | None:
    """Return an amount in a currency; None, with a diagnostic, where it is none or in another."""
    if number.unit != wanted:
        if currency(number.unit):
            desk.report.error(
                "currency-mismatch", number.span, f"this is in {number.unit}, but {wanted} is needed here"
            )
        else:
            desk.report.error("not-money", number.span, f"this needs a currency: {number.text} {wanted}")
        return None
    return number.value if check_amount(number.value, lambda: number.span, desk) else None


def money_of(number: Number, desk: Desk) -> Money | None:
    """Return an amount in whatever currency it has; None, with a diagnostic, where it has none."""
    code = number.unit if currency(number.unit) else desk.currency
    amount = amount_of(number, code, desk)
    return None if amount is None else Money(amount, code)


def check_amount(value: Fraction, place: Callable[[], Span], desk: Desk) -> bool:
    """Check that an amount has at most six decimals and is not absurd; warn where it is negative."""
    if _MICRO % value.denominator:
        desk.report.error("too-many-decimals", place(), "an amount has at most six decimals")
        return False
    if abs(value) > MOST:
        desk.report.error("too-much", place(), f"an amount is at most {MOST}")
        return False
    if value < 0:
        desk.report.warn("negative-price", place(), "this amount is negative")
    return True


def rate_of(number: Number, desk: Desk, *, most: int = 100) -> Fraction | None:
    """Return a percentage as an exact ratio; None, with a diagnostic, where it is none or out of range."""
    if number.unit != "%":
        desk.report.error("not-a-percentage", number.span, f"this is a percentage: {number.text}%")
        return None
    if not 0 <= number.value <= most:
        desk.report.error("rate-out-of-range", number.span, f"a percentage here is from 0% to {most}%")
        return None
    return number.value / 100

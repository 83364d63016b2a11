"""Amounts as text: minor units of a currency, and unit prices in micros."""

from __future__ import annotations

from quotes.pricing.record import MICROS
from rules import units


def digits_of(currency: str) -> int:
    """Return the digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217); 2 for what is no currency."""
    return units.minor_units(currency) if units.currency(currency) else 2


def minor_per_unit(currency: str) -> int:
    """Return how many minor units make one unit: 100 for EUR, 1 for JPY."""
    return int(10 ** digits_of(currency))


def write_minor(minor: int, currency: str) -> str:
    """Write an amount in minor units as fixed-point text.

    >>> write_minor(209900, "EUR"), write_minor(-5, "EUR"), write_minor(1500, "JPY")
    ('2099.00', '-0.05', '1500')
    """
    digits = digits_of(currency)
    text = str(abs(minor)).zfill(digits + 1)
    whole, rest = (text[:-digits], "." + text[-digits:]) if digits else (text, "")
    return f"{'-' if minor < 0 else ''}{whole}{rest}"


def write_micros(micros: int, currency: str) -> str:
    """Write a unit price: at least the digits of the currency, at most six, no idle zeros beyond.

    >>> write_micros(12_593_400, "EUR"), write_micros(7_000_000, "EUR"), write_micros(3_000_000, "JPY")
    ('12.5934', '7.00', '3')
    """
    whole, rest = divmod(abs(micros), MICROS)
    digits = f"{rest:06d}".rstrip("0").ljust(digits_of(currency), "0")
    return f"{'-' if micros < 0 else ''}{whole}{'.' if digits else ''}{digits}"

"""Write values as catalogs write them, and read them back exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import assert_never

from rules import units
from rules.kinds import Collection, Day, Enumeration, Kind, Money, Quantity, Record, Scalar, Textual, Truth
from rules.naming import choice_hint, nearest

_LONGEST_NUMBER = 1_000
_LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a text is no value of a kind: a stable code, a sentence, and where there is one, the fix."""

    code: str
    message: str
    hint: str = ""


def write(kind: Kind, value: Scalar) -> str:
    """Write a value without its unit: ``urban``, ``yes``, ``54``, ``0.8``, ``1/3``, ``19.00``, ``2026-06-01``.

    Numbers are written in the kind's unit, as the shortest exact decimal, or as a fraction where
    no decimal is exact. Money has the decimals of its currency at least. A value that is not of
    the kind is a `TypeError`.
    """
    match kind, value:
        case Truth(), bool():
            return "yes" if value else "no"
        case Quantity(), Fraction():
            return write_number(value / units.factor_of(kind.unit))
        case Money(), Fraction():
            return write_number(value, units.minor_units(kind.currency))
        case ((Enumeration() | Textual()), str()):
            return value
        case Day(), date():
            return value.isoformat()
    raise TypeError(kind, value)


def write_with_unit(kind: Kind, value: Scalar) -> str:
    """Write a value with its unit or currency: ``54 cm``, ``4%``, ``19.00 EUR``; otherwise as `write`."""
    text = write(kind, value)
    if isinstance(kind, Money):
        return f"{text} {kind.currency}"
    if isinstance(kind, Quantity) and kind.unit:
        return f"{text}%" if kind.unit == "%" else f"{text} {kind.unit}"
    return text


def write_number(number: Fraction, decimals: int = 0) -> str:
    """Write a number as the shortest exact decimal of at least so many decimals; ``1/3`` where none is exact."""
    places = _decimals_of(number.denominator)
    if places is None:
        return f"{number.numerator}/{number.denominator}"
    places = max(places, decimals)
    digits = str(abs(number.numerator) * (10**places // number.denominator)).zfill(places + 1)
    whole, rest = digits[: len(digits) - places], digits[len(digits) - places :]
    return f"{'-' if number < 0 else ''}{whole}{'.' if rest else ''}{rest}"


def _decimals_of(denominator: int) -> int | None:
    twos = (denominator & -denominator).bit_length() - 1
    odd, fives = denominator >> twos, 0
    while odd % 5 == 0:
        odd, fives = odd // 5, fives + 1
    return max(twos, fives) if odd == 1 else None


def read(kind: Kind, text: str) -> Scalar | Misread:
    """Read a value as `write` writes it; the inverse of `write`.

    A number may have a unit of the same dimension (``0.54 m`` for centimetres) and money its
    currency; without one it is in the kind's unit. Long texts are refused before they are read:
    numbers of more than 1,000 characters and texts of more than 10,000.
    """
    if isinstance(kind, Textual):
        return text if len(text) <= _LONGEST_TEXT else Misread("too-long", f"more than {_LONGEST_TEXT} characters")
    text = text.strip()
    if len(text) > _LONGEST_NUMBER:
        return Misread("too-long", f"more than {_LONGEST_NUMBER} characters")
    if not text:
        return Misread("empty-value", "a value is missing")
    match kind:
        case Truth():
            return _read_truth(text)
        case Enumeration():
            return _read_choice(kind, text)
        case Day():
            return _read_day(text)
        case Quantity() | Money():
            return _read_amount(kind, text)
        case Record() | Collection():
            return Misread("kind-mismatch", "a part or a record is not one value")
        case _:
            assert_never(kind)


def _read_truth(text: str) -> bool | Misread:
    if text in {"yes", "no"}:
        return text == "yes"
    hint = {"true": "write yes", "false": "write no"}.get(text.casefold(), "write yes or no")
    return Misread("kind-mismatch", f"{text} is neither yes nor no", hint)


def _read_choice(kind: Enumeration, text: str) -> str | Misread:
    if text in kind.choices:
        return text
    return Misread("unknown-choice", f"{kind.name} has no choice {text[:80]}", choice_hint(text, kind.choices))


def _read_day(text: str) -> date | Misread:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return Misread("bad-date", f"there is no day {text}")
    return Misread("kind-mismatch", f"{text[:80]} is not a date", "write it as 2026-06-01")


_AMOUNT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+|/[0-9]+)?)\s*(%|[A-Za-z_][A-Za-z0-9_]*)?")


def _read_amount(kind: Quantity | Money, text: str) -> Fraction | Misread:
    parts = _AMOUNT.fullmatch(text)
    if parts is None:
        return Misread("kind-mismatch", f"{text[:80]} is not a number", "write it as 54 or 0.8")
    number, unit = parts[1], parts[2] or ""
    if "/" in number and not int(number.split("/")[1]):
        return Misread("division-by-zero", f"{number} divides by zero")
    factor = _currency_factor(kind, unit) if isinstance(kind, Money) else _unit_factor(kind, unit)
    return factor if isinstance(factor, Misread) else Fraction(number) * factor


def _currency_factor(kind: Money, unit: str) -> Fraction | Misread:
    if unit in {"", kind.currency}:
        return Fraction(1)
    if units.currency(unit):
        return Misread("currency-mismatch", f"an amount in {unit} stands where {kind.currency} is needed")
    return Misread("unit-mismatch", f"{unit} is no currency; an amount in {kind.currency} is needed")


def _unit_factor(kind: Quantity, name: str) -> Fraction | Misread:
    if not name:
        return units.factor_of(kind.unit)
    needed = units.describe(kind.dimension)
    unit = units.unit(name)
    if units.currency(name):
        return Misread("unit-mismatch", f"{name} is a currency; {needed} is needed")
    if unit is None:
        return unknown_unit(name)
    if unit.dimension == kind.dimension:
        return unit.factor
    return Misread("unit-mismatch", f"{name} is a unit of {units.describe(unit.dimension)}; {needed} is needed")


def unknown_unit(name: str) -> Misread:
    """Say that there is no such unit."""
    likely = {
        unit.casefold(): unit for unit in (*units.currencies(), *(f"{unit}s" for unit in units.names()), *units.names())
    }
    slip = likely.get(name.casefold(), "")
    known = (*units.names(), *units.currencies())
    if slip and slip not in known:
        slip = slip.removesuffix("s")
    hint = f"did you mean {slip}?" if slip else nearest(name, known)
    return Misread("unknown-unit", f"there is no unit or currency {name[:80]}", hint)

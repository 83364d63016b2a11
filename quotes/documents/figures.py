"""Numbers, amounts, percentages and days as a locale writes them (CLDR, through Babel)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import NumberPattern, get_currency_name, parse_pattern

from quotes.documents.fonts import FIGURE_SPACE
from quotes.reading import fixed_point

UNIT_PLACES = 6
_MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Figures:
    """How one locale writes the figures of one currency."""

    locale: Locale
    currency: str
    places: int

    def amount(self, minor: int) -> str:
        """Write an amount given in minor units: grouped, with all its decimals, without the currency."""
        return self._number(Decimal(fixed_point(minor, self.places)), self.places, self.places)

    def unit_price(self, micros: int, room: int) -> str:
        """Write a unit price given in millionths, exactly: with the currency's decimals, or more where it needs them.

        Figure spaces fill it up to `room` decimals (see `unit_places`), so that a column of prices aligns.
        """
        places = self.unit_places((micros,))
        return self._number(Decimal(fixed_point(micros, UNIT_PLACES)), places, places) + FIGURE_SPACE * (room - places)

    def unit_places(self, prices: Iterable[int]) -> int:
        """Return the decimals that write all these unit prices exactly: the currency's, or more where one needs them."""
        places = self.places
        for micros in prices:
            while places < UNIT_PLACES and micros % 10 ** (UNIT_PLACES - places):
                places += 1
        return places

    def country(self, code: str) -> str:
        """Return the name of a country (ISO 3166 code); other texts stay as they are."""
        return str(self.locale.territories.get(code, code))

    def number(self, text: str) -> str:
        """Write an exact decimal or whole number as the locale does; other texts stay as they are."""
        try:
            value = Decimal(text)
        except ArithmeticError:
            return text
        if not value.is_finite() or abs(value.adjusted()) > _LONGEST:
            return text
        decimals = max(0, -int(value.as_tuple().exponent))
        return self._number(value, decimals, decimals)

    def count(self, number: int) -> str:
        """Write a whole number, grouped."""
        return self._number(Decimal(number), 0, 0)

    def percent(self, ratio: Fraction) -> str:
        """Write an exact ratio as a percentage, rounded to four decimals where it has more."""
        value = Decimal(fixed_point(round(ratio * 1_000_000), 4)).normalize()
        decimals = max(0, -int(value.as_tuple().exponent))
        pattern = self.locale.percent_formats[None]
        return f"{pattern.prefix[0]}{self._number(value, decimals, decimals)}{pattern.suffix[0]}"

    def day(self, day: date) -> str:
        """Write a day in the locale's long form."""
        return format_date(day, "long", locale=self.locale)

    def currency_name(self) -> str:
        """Return the currency's plural name, such as ``euros``; its code where the locale has none."""
        return str(get_currency_name(self.currency, 2, locale=self.locale))

    def _number(self, value: Decimal, fewest: int, most: int) -> str:
        with localcontext(prec=2 * _LONGEST):
            text = str(_pattern(fewest, most).apply(value, self.locale, decimal_quantization=False))
        return text.replace("-", _MINUS, 1) if value < 0 else text


_LONGEST = 80


@cache
def _pattern(fewest: int, most: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." if most else "") + "0" * fewest + "#" * (most - fewest))


def figures(language: str, currency: str, places: int) -> Figures:
    """Return the figures of a language tag; English where the tag names no locale."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        locale = Locale("en")
    return Figures(locale, currency, places)

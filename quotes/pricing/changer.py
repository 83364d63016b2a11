"""Converts the amounts that one phase meets in other currencies, and remembers the rates for the record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from catalogs.policy import Money
from quotes.pricing.exchange import Routes, routes
from quotes.pricing.record import Conversion
from quotes.pricing.sheet import Desk, Sheet


@dataclass(slots=True)
class Changer:
    """`used` are the conversions of the record so far, each once, in the order they were first needed."""

    currency: str
    routes: Routes
    used: list[Conversion]

    @classmethod
    def of(cls, desk: Desk, sheet: Sheet) -> Changer:
        """Return one for a phase that begins with a sheet."""
        return cls(desk.context.currency, desk.kept(routes_of), list(sheet.conversions))

    def change(self, money: Money) -> Fraction | None:
        """Return an exact amount in units of the quote's currency; None where no rate leads there."""
        if money.currency == self.currency:
            return money.amount
        if (route := self.routes.get(money.currency)) is None:
            return None
        self.used += [one for one in route.conversions if one not in self.used]
        return money.amount * route.worth

    def written(self, sheet: Sheet) -> Sheet:
        """Return a sheet with the conversions in its record."""
        return sheet if len(self.used) == len(sheet.conversions) else replace(sheet, conversions=tuple(self.used))


def routes_of(desk: Desk) -> Routes:
    """Return the routes into the quote's currency on its day."""
    return routes(desk.catalog, desk.context.currency, desk.day)

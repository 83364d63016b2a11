"""Phases in columns whose effect on a unit price follows from configuration and customer: contracts, channel margins.

Such an effect is an affine map of the price. It is found once for each configuration, by asking the phase on rows what
it makes of a price of nothing and of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from quotes.pricing.agreement import agreed, terms_by_product, with_terms
from quotes.pricing.channel import channelled, margins, with_margins
from quotes.pricing.columns import Columns
from quotes.pricing.listing import Listed
from quotes.pricing.record import MICROS
from quotes.pricing.sheet import Desk, Draft, Sheet

Change = Callable[[Desk, Draft], Draft]


def agreement_columns(desk: Desk, sheet: Sheet) -> Sheet:
    """Apply the contracts of the customer to every line."""
    return _changed(desk, sheet, with_terms, agreed) if desk.kept(terms_by_product) else sheet


def channel_columns(desk: Desk, sheet: Sheet) -> Sheet:
    """Take the margins of the customer's channel off every line."""
    return _changed(desk, sheet, with_margins, channelled) if desk.kept(margins) else sheet


def _changed(desk: Desk, sheet: Sheet, change: Change, act: Change) -> Sheet:
    """Map every line's price; `act` is the change with the rounding that ends the phase."""
    columns = sheet.drafts
    if not isinstance(columns, Columns):
        raise TypeError(columns)
    maps = columns.listing.maps(_MAPS[change]).take(columns.numbers)
    after = columns.then(lambda draft, _: act(desk, draft), columns.exact.mapped(maps))
    return replace(sheet, drafts=after.settled())


def _map_of(change: Change) -> Callable[[Desk, Listed], tuple[Fraction, Fraction]]:
    def found(desk: Desk, one: Listed) -> tuple[Fraction, Fraction]:
        if one.reason:
            return Fraction(1), Fraction(0)
        nothing, single = (change(desk, replace(one.draft, exact=Fraction(price))).exact for price in (0, 1))
        return single - nothing, nothing * MICROS

    return found


_MAPS: Mapping[Change, Callable[[Desk, Listed], tuple[Fraction, Fraction]]] = {
    change: _map_of(change) for change in (with_terms, with_margins)
}

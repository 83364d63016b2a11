"""Which exchange rates the list prices and the charges of a quote were taken at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from catalogs.effectivity import in_effect
from quotes.pricing.changer import routes_of
from quotes.pricing.columns import Columns
from quotes.pricing.record import Conversion, Step
from quotes.pricing.sheet import Desk, Draft, Sheet
from rules.kinds import Money


def listed_in(desk: Desk, sheet: Sheet) -> Sheet:
    """Return a sheet whose record holds the rates that list prices of other currencies were taken at."""
    foreign = desk.kept(_foreign)
    if not foreign:
        return sheet
    lists = {
        step.rule
        for steps in _steps(sheet.drafts)
        for step in steps
        if step.phase in ("base", "configure") and not step.not_applied
    }
    used = [one for name in sorted(lists & foreign.keys()) for one in foreign[name]]
    found = tuple(dict.fromkeys((*sheet.conversions, *used)))
    return sheet if found == sheet.conversions else replace(sheet, conversions=found)


def _steps(drafts: Sequence[Draft]) -> Iterator[tuple[Step, ...]]:
    """Yield the steps of the list prices: in columns every configuration once."""
    if isinstance(drafts, Columns):
        return (drafts.listing.entries[number].draft.steps for number in sorted(set(drafts.numbers.tolist())))
    return (draft.steps for draft in drafts)


def _foreign(desk: Desk) -> Mapping[str, tuple[Conversion, ...]]:
    """Return the rates of every price list and every charge of another currency that can be converted, by its name."""
    ways = desk.kept(routes_of)
    if not ways:
        return {}
    currencies = {one.name: one.currency for one in in_effect(desk.catalog.price_lists, desk.day)}
    for charge in in_effect(desk.catalog.charges, desk.day):
        if isinstance(charge.amount.kind, Money):
            currencies[charge.name] = charge.amount.kind.currency
    return {name: ways[currency].conversions for name, currency in currencies.items() if currency in ways}

"""The phase "derived": products whose unit price is a rate of the total of other lines (a warranty, a service plan).

The total is that of the lines as they are now, so that a changed quote is priced as a new one would be. Lines whose
total holds other such lines come after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from catalogs.policy import PercentOfTotal
from quotes.pricing.changer import Changer
from quotes.pricing.percentages import bases, percents_of
from quotes.pricing.record import Unpriced
from quotes.pricing.sheet import Desk, Draft, Origin, Sheet


def derived(desk: Desk, sheet: Sheet) -> Sheet:
    """Price the lines that are a percentage of others; one in a circle has no price."""
    known = desk.kept(percents_of)
    if not known:
        return sheet
    changer = Changer.of(desk, sheet)
    drafts = list(sheet.drafts)
    waiting = {draft.line.product for draft in drafts} & known.keys()
    while waiting:
        ready = sorted(name for name in waiting if not bases(known, name) & waiting)
        if not ready:
            break
        for name in ready:
            _priced(desk, drafts, known, name, changer)
        waiting -= set(ready)
    lost = tuple(
        Unpriced(draft.line.id, f"{draft.line.product} is a percentage of a total that it is part of itself")
        for draft in drafts
        if draft.line.product in waiting
    )
    kept = tuple(draft for draft in drafts if draft.line.product not in waiting)
    return changer.written(replace(sheet, drafts=kept, unpriced=(*sheet.unpriced, *lost)))


def _priced(
    desk: Desk, drafts: list[Draft], known: Mapping[str, PercentOfTotal], product: str, changer: Changer
) -> None:
    one = known[product]
    counted = bases(known, product)
    base = Fraction(0)
    for draft in drafts:
        other = draft.line.product
        if other in one.of if one.of else other != product and (other not in known or other in counted):
            unit = draft.listed if one.base == "list" else draft.exact
            base += unit * draft.line.quantity
    for position, draft in enumerate(drafts):
        if draft.line.product == product:
            drafts[position] = _set(desk, draft, one, base, changer)


def _set(desk: Desk, draft: Draft, one: PercentOfTotal, base: Fraction, changer: Changer) -> Draft:
    """Set a line's unit price to the rate of a total, then to the bound that it passes, then round it."""
    origin = Origin("derived", one.name, desk.catalog.component(one.on).label, one.span)
    draft = draft.moved(base, origin, "set", base).moved(base * one.rate, origin, "times", one.rate)
    for bound, passed in ((one.minimum, _is_below), (one.maximum, _is_above)):
        limit = None if bound is None else changer.change(bound)
        if limit is not None and passed(draft.exact, limit):
            draft = draft.moved(limit, origin, "set", limit)
    draft = draft.settled(desk, "derived")
    return replace(draft, listed=draft.exact, list_unit=draft.unit)


def _is_below(unit: Fraction, limit: Fraction) -> bool:
    return unit < limit


def _is_above(unit: Fraction, limit: Fraction) -> bool:
    return unit > limit

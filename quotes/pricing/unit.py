"""The phases that make one unit's list price: "base" from the product's row, "configure" from options and charges.

The configured price is the exact sum of its rows and charges, rounded once to micros; each step's
output is the rounded running sum, so that the steps telescope and their residues give the exact sum back.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from catalogs.effectivity import in_effect
from catalogs.model import Charge, Component
from quotes.pricing.access import Cells, Found
from quotes.pricing.changer import routes_of
from quotes.pricing.labels import option_label
from quotes.pricing.percentages import percents_of
from quotes.pricing.record import MICROS, Unpriced
from quotes.pricing.rounding import half_away
from quotes.pricing.scope import Spot, join, options
from quotes.pricing.sheet import Desk, Draft, Operator, Origin, Sheet
from rules.kinds import Money
from rules.typed import Add
from rules.values import write


def base(desk: Desk, sheet: Sheet) -> Sheet:
    """Set every line's unit price to the product's row; a line without one leaves the sheet, with the reason.

    What is a percentage of a total needs no row: it is priced when the total is known.
    """
    drafts: list[Draft] = []
    unpriced = list(sheet.unpriced)
    for draft in sheet.drafts:
        found = desk.access[draft.line.product].find((), True, partial(cells_hold, draft, draft.spots[0]))
        if found is None and draft.line.product in desk.kept(percents_of):
            drafts.append(draft)
        elif found is None:
            unpriced.append(Unpriced(draft.line.id, _reason(desk, draft.line.product)))
        else:
            priced = _with_row(draft, found, Origin("base", "", draft.spots[0].component.label))
            drafts.append(replace(priced, list_unit=priced.unit, listed=priced.exact))
    return replace(sheet, drafts=tuple(drafts), unpriced=tuple(unpriced))


def _reason(desk: Desk, product: str) -> str:
    rows = desk.access[product].rows(())
    if rows:
        lists = ", ".join(dict.fromkeys(candidate.prices.name for candidate in rows))
        return f"no row for {product} in {lists} fits this configuration on {desk.day}"
    return f"no price list in {desk.context.currency} for this customer has a row for {product} on {desk.day}"


def configure(desk: Desk, draft: Draft) -> Draft:
    """Add what options, instances and charges cost; after it the price is the list price, rounded to micros."""
    rows = desk.access[draft.line.product]
    for spot in draft.spots:
        holds = partial(cells_hold, draft, spot)
        if spot.path and (found := rows.find(spot.names, True, holds)):
            draft = _with_row(draft, found, Origin("configure", "", spot.component.label, path=spot.path))
        for option, path, value in options(spot, draft.line.configuration):
            if found := rows.find((*spot.names, option.name), value, holds):
                text = write(option.kind, value)
                what = Origin("configure", "", option_label(option, value), path=path, value=text)
                draft = _with_row(draft, found, what)
        for charge in charges_on(desk, spot.component):
            draft = _charged(draft, charge, spot)
    draft = draft.settled(desk, "configure")
    return replace(draft, list_unit=draft.unit, listed=draft.exact)


def cells_hold(draft: Draft, spot: Spot, cells: Cells) -> bool:
    """Say whether the conditions of a row hold for an instance; they ask options of it and of those around it."""
    for (*outer, option), values in cells:
        path = join(spot.ancestors[tuple(outer)], option)
        if path not in draft.line.configuration or draft.line.configuration[path] not in values:
            return False
    return True


def charges_on(desk: Desk, component: Component) -> tuple[Charge, ...]:
    """Return the charges in effect on a component, by name, with their amounts in the quote's currency.

    A charge of a currency that no exchange rate leads from is not there.
    """
    charges = in_effect(desk.catalog.charges, desk.day)
    found = (in_own_currency(desk, charge) for charge in charges if charge.on == component.name)
    return tuple(sorted((charge for charge in found if charge is not None), key=lambda charge: charge.name))


def in_own_currency(desk: Desk, charge: Charge) -> Charge | None:
    """Return a charge with its amount, times the exchange rate where it needs one, in the quote's currency."""
    kind, own = charge.amount.kind, desk.context.currency
    if not isinstance(kind, Money) or kind.currency == own:
        return charge if isinstance(kind, Money) else None
    route = desk.kept(routes_of).get(kind.currency)
    return None if route is None else replace(charge, amount=Add(Money(own), ((route.worth, charge.amount),)))


def _charged(draft: Draft, charge: Charge, spot: Spot) -> Draft:
    """Add a charge where its condition holds; one whose amount is absent adds nothing. Charges have no cost."""
    if charge.when is not None and not spot.scope.holds(charge.when):
        return draft
    amount = spot.scope.number(charge.amount)
    if amount is None:
        return draft
    origin = Origin("configure", charge.name, charge.because, charge.span, spot.path, cost=0)
    return draft.moved(draft.exact + amount, origin, "add", amount)


def _with_row(draft: Draft, found: Found, what: Origin) -> Draft:
    """Return the draft with a row's price and cost in it, and the rows it went before in the record."""
    winner, cost = found.winner, found.cost
    micros = None if cost is None else half_away(cost * MICROS)
    origin = replace(what, rule=winner.prices.name, source=winner.row.span, cost=micros)
    operator: Operator = "set" if what.phase == "base" else "add"
    draft = draft.moved(draft.exact + winner.row.price, origin, operator, winner.row.price)
    for other in found.others:
        loser = replace(what, rule=other.prices.name, source=other.row.span)
        why = f"a more specific row goes before it: {winner.prices.name}, {winner.row.span}"
        draft = draft.noted(loser.not_applied(operator, other.row.price, draft.unit, why))
    return replace(draft, cost=None if draft.cost is None or cost is None else draft.cost + cost)

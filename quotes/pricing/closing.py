"""The phases that close a quote: "extend" lines to amounts, "tax" per group, "total"."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.marks import Label
from catalogs.model import Tax
from quotes.pricing.record import MICROS, TaxGroup, Totals
from quotes.pricing.rounding import half_away
from quotes.pricing.scope import customer_holds
from quotes.pricing.sheet import Desk, Draft, Origin, Sheet

STANDARD = "standard"
"""The category of everything that no other tax declaration claims."""

UNTAXED = "none"
"""The category of a line where no tax declaration is in effect; its rate is zero."""


def extend(desk: Desk, draft: Draft) -> Draft:
    """Multiply the unit prices by the quantity and round each once to minor units (Peppol BIS Billing 3, BR-27 ff.)."""
    quantity = draft.line.quantity
    net = draft.exact * quantity * desk.minor
    rounded = half_away(net)
    origin = Origin("extend", "extend", Label("Quantity"))
    listed = half_away(Fraction(draft.list_unit * quantity * desk.minor, MICROS))
    step = origin.step("times", Fraction(quantity), draft.unit, rounded, rounded - net)
    return replace(draft, list=listed, net=rounded, steps=(*draft.steps, step))


def tax(desk: Desk, sheet: Sheet) -> Sheet:
    """Find every line's category and rate, and the tax of every group of them, rounded once (EN 16931, BR-CO-17)."""
    drafts = []
    groups: dict[tuple[str, Fraction], int] = {}
    for draft in sheet.drafts:
        found = tax_of(desk, draft.line.product)
        category, rate = (found.category, found.rate) if found else (UNTAXED, Fraction(0))
        drafts.append(replace(draft, tax_category=category, tax_rate=rate))
        groups[category, rate] = groups.get((category, rate), 0) + draft.net
    taxes = tuple(TaxGroup(c, r, taxable, half_away(taxable * r)) for (c, r), taxable in sorted(groups.items()))
    return replace(sheet, drafts=tuple(drafts), taxes=taxes)


def tax_of(desk: Desk, product: str) -> Tax | None:
    """Return the tax of a product for the customer: the most specific declaration in effect that claims it.

    A condition on the customer goes before a list of products (an export stays free of tax, whatever is exported),
    then the later first day, then the category's name. Without either only ``standard`` claims anything.
    """
    claims = [one for one in in_effect(desk.catalog.taxes, desk.day) if _claims(desk, one, product)]
    return min(claims, key=_precedence, default=None)


def _claims(desk: Desk, one: Tax, product: str) -> bool:
    if one.on and product not in one.on:
        return False
    if one.when is None:
        return bool(one.on) or one.category == STANDARD
    return customer_holds(one.when, desk.catalog, desk.context)


def _precedence(one: Tax) -> tuple[object, ...]:
    start = one.effectivity.start
    return (one.when is None, not one.on, -(start.toordinal() if start else 0), one.category, one.span)


def total(desk: Desk, sheet: Sheet) -> Sheet:
    """Add up lines and taxes; nothing is rounded here (EN 16931, BR-CO-10 to BR-CO-15)."""
    del desk
    net = sum(draft.net for draft in sheet.drafts)
    listed = sum(draft.list for draft in sheet.drafts)
    taxes = sum(group.tax for group in sheet.taxes)
    return replace(
        sheet, totals=Totals(listed, listed - net, net, taxes, net + taxes, taxable=net, payable=net + taxes)
    )

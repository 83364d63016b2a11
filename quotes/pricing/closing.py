"""The phases that close a quote: "extend" lines to amounts, and "total" them; what is to be paid, in cash where said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from catalogs.marks import Label
from quotes.pricing.columns import sums_of
from quotes.pricing.conversions import listed_in
from quotes.pricing.record import DocumentAmount, TaxGroup, Totals
from quotes.pricing.rounding import rounded
from quotes.pricing.sheet import Desk, Draft, Origin, Sheet
from quotes.pricing.terms import period_totals

_EXTEND = Origin("extend", "extend", Label("Quantity", {"de": "Menge", "fr": "Quantité", "es": "Cantidad", "it": "Quantità", "nl": "Aantal"}))  # fmt: skip


def extend(desk: Desk, draft: Draft) -> Draft:
    """Multiply the unit prices by the quantity and round each once to minor units (Peppol BIS Billing 3, BR-27 ff.)."""
    quantity, mode = draft.line.quantity, desk.policy.rounding
    net = draft.exact * quantity * desk.minor
    whole = rounded(net, mode)
    listed = rounded(draft.listed * quantity * desk.minor, mode)
    step = _EXTEND.step("times", Fraction(quantity), draft.unit, whole, whole - net)
    return replace(draft, list=listed, net=whole, steps=(*draft.steps, step))


def total(desk: Desk, sheet: Sheet) -> Sheet:
    """Add up lines, charges, allowances and taxes; only what is to be paid in cash is rounded (BR-CO-10 to BR-CO-16)."""
    found = totals(desk, *sums_of(sheet.drafts), sheet.taxes, sheet.document)
    periods, value = period_totals(sheet, found.taxable)
    return listed_in(desk, replace(sheet, totals=found, periods=periods, contract_value=value))


def totals(
    desk: Desk, listed: int, net: int, taxes: Iterable[TaxGroup], document: Iterable[DocumentAmount] = ()
) -> Totals:
    """Return the totals of lines that come to a list amount and a net amount."""
    tax = sum(group.tax for group in taxes)
    charges = sum(one.amount for one in document if one.kind == "charge")
    allowances = sum(one.amount for one in document if one.kind == "allowance")
    inclusive = desk.policy.tax == "inclusive"
    taxable = net - allowances + charges - (tax if inclusive else 0)
    gross = taxable + tax
    due = gross - desk.inputs.prepaid
    rounding = cash(desk, due) - due
    return Totals(
        listed, listed - net, net, tax, gross, allowances, charges, taxable, desk.inputs.prepaid, rounding,
        due + rounding, inclusive,
    )  # fmt: skip


def cash(desk: Desk, due: int) -> int:
    """Return what is paid of an amount in minor units: the nearest multiple of the policy's step of the currency."""
    step = desk.policy.cash.get(desk.context.currency)
    if not step:
        return due
    multiple = step * desk.minor
    return rounded(rounded(Fraction(due) / multiple, desk.policy.rounding) * multiple, desk.policy.rounding)

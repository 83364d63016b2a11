"""Fees of a whole quote, and what a channel takes of the price it pays."""

from __future__ import annotations

from catalogs.declare_taxes import STANDARD
from catalogs.desk import Desk, View
from catalogs.money import money_of, rate_of
from catalogs.policy import ChannelMargin, Fee
from catalogs.records import quote_record
from rules import declarations as d
from rules import selling as w
from rules.diagnostics import did_you_mean


def declare_fees(desk: Desk) -> tuple[Fee, ...]:
    """Return the charges and allowances of quotes, sorted by name."""
    found = [one for node in desk.declared.of(w.FeeDeclaration) if (one := _fee(node, desk))]
    return tuple(sorted(found, key=lambda one: one.name))


def _fee(node: w.FeeDeclaration, desk: Desk) -> Fee | None:
    name = node.name.text
    label = desk.labels.label("fee", (name,), node.label.value if node.label else None)
    days = desk.only_days(node.modifiers, "fee")
    rate = rate_of(node.value, desk) if node.value.unit == "%" else None
    amount = None if node.value.unit == "%" else money_of(node.value, desk)
    view = View({"customer": desk.customer, "quote": quote_record(desk.currency)}, "a fee")
    when = desk.condition(node.when, view) if node.when else None
    category = _category(node, desk)
    if (rate is None and amount is None) or (node.when is not None and when is None):
        return None
    return Fee(name, label, node.kind, amount, rate, category, when, days, node.name.span)


def _category(node: w.FeeDeclaration, desk: Desk) -> str | None:
    """Return the category of tax: the one named; of a charge that names none the standard one."""
    if node.category is None:
        return STANDARD if node.kind == "charge" else None
    known = {tax.name.text for tax in desk.declared.of(d.TaxDeclaration)}
    name = node.category.text
    if name not in known and name not in desk.declared.unread:
        hint = did_you_mean(name, known) or "declare it: tax NAME 7%"
        desk.report.error("unknown-tax", node.category.span, f"there is no tax {name}", hint)
    return name


def declare_channel_margins(desk: Desk) -> tuple[ChannelMargin, ...]:
    """Return the margins of channels, sorted by name."""
    found = [one for node in desk.declared.of(w.ChannelDeclaration) if (one := _margin(node, desk))]
    return tuple(sorted(found, key=lambda one: one.name))


def _margin(node: w.ChannelDeclaration, desk: Desk) -> ChannelMargin | None:
    name = node.name.text
    label = desk.labels.label("channel", (name,), node.label.value if node.label else None)
    days = desk.only_days(node.modifiers, "channel margin")
    rate = rate_of(node.rate, desk)
    on = [desk.component(one, sellable=True) for one in node.on]
    when = desk.condition(node.when, View({"customer": desk.customer}, "a channel margin")) if node.when else None
    if rate is None or not all(on) or (node.when is not None and when is None):
        return None
    names = tuple(dict.fromkeys(component.name for component in on if component))
    return ChannelMargin(name, label, rate, names, when, days, node.name.span)

"""Taxes: their rates, and what they are called on an electronic invoice."""

from __future__ import annotations

from collections.abc import Sequence

from catalogs.desk import Desk, View
from catalogs.marks import Label
from catalogs.model import Tax
from catalogs.money import rate_of
from rules import declarations as d
from rules.diagnostics import did_you_mean

STANDARD = "standard"
"""The category of tax that holds for every product of which nothing else is said."""

CODES = {
    "S": "standard rate", "Z": "zero rated", "E": "exempt", "AE": "reverse charge", "K": "supply within the Union",
    "G": "export", "O": "outside the scope of tax", "L": "Canary Islands", "M": "Ceuta and Melilla",
}  # fmt: skip
"""The categories of EN 16931 (UNTDID 5305 as far as the norm uses it)."""
_TAXED = ("S", "L", "M")
_WITH_REASON = ("E", "AE", "K", "G", "O")


def declare_taxes(desk: Desk) -> tuple[Tax, ...]:
    """Return the tax rates, sorted by category and first day."""
    nodes = desk.declared.of(d.TaxDeclaration)
    found = [tax for node in nodes if (tax := _tax(node, desk))]
    if len(found) == len(nodes) and not desk.declared.unread:
        _every_product_is_taxed(found, desk)
    return tuple(sorted(found, key=lambda tax: (tax.category, str(tax.effectivity.start or ""), tax.on, tax.span)))


def _tax(node: d.TaxDeclaration, desk: Desk) -> Tax | None:
    name = node.name.text
    days = desk.only_days(node.modifiers, "tax")
    rate = rate_of(node.rate, desk)
    on = tuple(component.name for one in node.on if (component := desk.component(one, sellable=True)))
    when = desk.condition(node.when, View({"customer": desk.customer}, "a tax")) if node.when else None
    because: Label | None = None
    if node.because is not None:
        desk.because(node.because, "tax", name)
        because = desk.labels.label("tax", (name,), node.because.value)
    if rate is None or (node.when is not None and when is None):
        return None
    _applies(node, desk)
    code = node.code.text if node.code else "S" if rate else "Z"
    _check_code(node, code, taxed=rate > 0, desk=desk)
    return Tax(name, rate, on, when, days, node.name.span, code, because)


def _check_code(node: d.TaxDeclaration, code: str, *, taxed: bool, desk: Desk) -> None:
    """Note a code that is none, or that does not go with the rate or the reason (EN 16931: BR-S-05, BR-E-05, BR-E-10, …)."""
    place = node.code.span if node.code else node.rate.span
    if code not in CODES:
        known = ", ".join(f"{one} {meaning}" for one, meaning in CODES.items())
        desk.report.error("unknown-tax-code", place, f"{code} is no code of a tax", f"the codes are {known}")
        return
    if (taxed and code not in _TAXED) or (not taxed and code == "S"):
        message = f"the code {code} ({CODES[code]}) does not go with a rate of {node.rate.text}%"
        desk.report.error("tax-code-rate", place, message, "a rate above 0 has S, L or M; without tax S is not used")
    if code in _WITH_REASON and node.because is None:
        message = f"the code {code} ({CODES[code]}) needs the reason why there is no tax"
        desk.report.error("tax-without-reason", place, message, 'add: because "…"')
    if code not in _WITH_REASON and node.because is not None:
        message = f"the code {code} ({CODES[code]}) has no reason"
        desk.report.error("tax-with-reason", node.because.span, message, f"only {', '.join(_WITH_REASON)} have one")


def _applies(node: d.TaxDeclaration, desk: Desk) -> None:
    """Note a tax that is neither the standard one nor says for what or for whom it is."""
    category = node.name.text
    if category == STANDARD or node.on or node.when is not None:
        return
    message = f"the tax {category} never applies: only `{STANDARD}` holds for products that no tax names"
    hint = did_you_mean(category, [STANDARD]) or "add `on` and the products it is for"
    desk.report.error("tax-never-applies", node.name.span, message, hint)


def _every_product_is_taxed(taxes: Sequence[Tax], desk: Desk) -> None:
    """Warn of products that no tax is for, where others are taxed and there are prices."""
    if not taxes or not desk.declared.of(d.PricesDeclaration) or any(not tax.on for tax in taxes):
        return
    taxed = {name for tax in taxes for name in tax.on}
    for component in desk.components.values():
        if component.sellable and component.name not in taxed:
            message = f"no tax is for {component.name}, so that its tax is 0%"
            hint = f"add a tax on {component.name}, or a `tax {STANDARD}`"
            desk.report.warn("product-untaxed", component.span, message, hint)

"""Charges and quantity scales."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from catalogs.desk import Desk, View
from catalogs.model import Charge, Component, Scale, Tier
from catalogs.money import amount_of, rate_of
from rules import declarations as d
from rules.kinds import Money, Quantity
from rules.diagnostics import Span
from rules.syntax import Number
from rules.units import currency

CUSTOMER = "customer"


def declare_charges(desk: Desk) -> tuple[Charge, ...]:
    """Return the charges, in the order written."""
    return tuple(charge for node in desk.declared.of(d.ChargeDeclaration) if (charge := _charge(node, desk)))


def _charge(node: d.ChargeDeclaration, desk: Desk) -> Charge | None:
    name = node.name.text
    days = desk.only_days(node.modifiers, "charge")
    desk.because(node.because, "charge", name)
    because = desk.labels.label("charge", (name,), node.because.value)
    component = desk.component(node.on, sellable=True)
    if component is None:
        return None
    view = View(component.record.fields, "a charge")
    amount = desk.typed(node.amount, view)
    when = desk.condition(node.when, view) if node.when else None
    if amount is None or (node.when is not None and when is None):
        return None
    if not isinstance(amount.kind, Money):
        desk.report.error(
            "not-money", node.amount.span, f"a charge is an amount of money, such as 19.00 {desk.currency}"
        )
        return None
    if not _is_charged(amount.kind.currency, node.amount.span, desk):
        return None
    return Charge(name, component.name, amount, when, because, days, node.name.span)


def _is_charged(wanted: str, span: Span, desk: Desk) -> bool:
    """Check that quotes can be made in a currency, as far as there are price lists at all."""
    priced = sorted({node.currency.text for node in desk.declared.of(d.PricesDeclaration)})
    if not priced or wanted in priced or desk.declared.unread or not all(map(currency, priced)):
        return True
    message = f"this charge is in {wanted}, but no price list is, so that it would never be made"
    desk.report.error("charge-currency", span, message, f"there are price lists in {', '.join(priced)}")
    return False


def declare_scales(desk: Desk) -> tuple[Scale, ...]:
    """Return the quantity scales, sorted by name."""
    found = [scale for node in desk.declared.of(d.ScaleDeclaration) if (scale := _scale(node, desk))]
    return tuple(sorted(found, key=lambda scale: scale.name))


def _scale(node: d.ScaleDeclaration, desk: Desk) -> Scale | None:
    days = desk.only_days(node.modifiers, "scale")
    tiers = tuple(_tiers(node, desk))
    _check_tiers(node, desk)
    least = amount_of(node.minimum, desk.currency, desk) if node.minimum else None
    most = amount_of(node.maximum, desk.currency, desk) if node.maximum else None
    if node.maximum is not None and least is not None and most is not None and most < least:
        desk.report.error("range-reversed", node.maximum.span, "the maximum is less than the minimum")
    component = desk.component(node.on, sellable=True)
    if component is None:
        return None
    when = desk.condition(node.when, _scale_view(component, desk)) if node.when else None
    return Scale(node.name.text, component.name, node.method, node.over, tiers, least, most, when, days, node.name.span)


def _scale_view(component: Component, desk: Desk) -> View:
    return View({**component.record.fields, CUSTOMER: desk.customer, "quantity": Quantity()}, "a scale")


def _tiers(node: d.ScaleDeclaration, desk: Desk) -> Iterator[Tier]:
    for tier in node.tiers:
        low, high = _count(tier.low, desk), None if tier.high is None else _count(tier.high, desk)
        rate: Fraction | None = None
        amount: Fraction | None = None
        if tier.value.unit == "%":
            rate = rate_of(tier.value, desk)
        else:
            amount = amount_of(tier.value, desk.currency, desk)
        if low is not None and (rate is not None or amount is not None):
            yield Tier(low, high, rate, amount, tier.span)


def _count(number: Number, desk: Desk) -> int | None:
    if number.unit or number.value.denominator != 1 or number.value < 0:
        desk.report.error("not-a-count", number.span, "a tier counts whole pieces")
        return None
    return int(number.value)


def _check_tiers(node: d.ScaleDeclaration, desk: Desk) -> None:
    """Note tiers that overlap, leave a gap, or do not all give a percentage or all a price."""
    if not node.tiers:
        desk.report.error("no-tiers", node.name.span, f"the scale {node.name.text} has no tiers")
    for tier in node.tiers:
        if (tier.value.unit == "%") != (node.tiers[0].value.unit == "%"):
            message = "the tiers of a scale all give a percentage or all a price"
            desk.report.error("mixed-tiers", tier.value.span, message)
    for before, after in pairwise(sorted(node.tiers, key=lambda tier: (tier.low.value, tier.span))):
        related = ((before.span, "the tier before"),)
        if before.high is None or after.low.value <= before.high.value:
            desk.report.error(
                "tiers-overlap", after.low.span, "this quantity is in the tier before too", related=related
            )
        elif after.low.value > before.high.value + 1:
            message = f"no tier is for the quantities between {before.high.text} and {after.low.text}"
            desk.report.error("tiers-gap", after.low.span, message, related=related)

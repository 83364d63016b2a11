"""The phase "scale": a unit price by quantity, over the line, the product's lines or the whole quote.

volume
    the tier that holds the quantity gives the unit price, or the rate off it, of every unit.
graduated
    every unit is priced by its own tier; the line pays the average over the quantity that counts, so
    that neither the order of the lines nor their splitting changes anything.
block
    the tier that holds the quantity gives one amount for all of it.
package
    every tier begun costs its amount; a last tier with an end begins again and again.

`minimum` and `maximum` bound the unit price after that. Where several scales are declared for a product one
applies: with a condition before without, then the later first day, then by name; the others are recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.marks import Label
from catalogs.model import Scale, Tier
from quotes.pricing.record import MICROS
from quotes.pricing.rounding import half_away
from quotes.pricing.sheet import Desk, Draft, Operator, Origin, Sheet
from rules.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Scaled:
    """What a scale makes of a unit price: an operation with its operand, and where it is written."""

    operator: Operator
    operand: Fraction
    source: Span

    def on(self, unit: Fraction) -> Fraction:
        """Return the exact unit price after it."""
        return self.operand if self.operator == "set" else unit * (1 + self.operand)


def scale(desk: Desk, sheet: Sheet) -> Sheet:
    """Apply to every line the scale of its product, by the quantity that counts for it."""
    quote = sum(draft.line.quantity for draft in sheet.drafts)
    family: dict[str, int] = {}
    for draft in sheet.drafts:
        family[draft.line.product] = family.get(draft.line.product, 0) + draft.line.quantity
    drafts = (
        _scaled(desk, draft, {"line": draft.line.quantity, "family": family[draft.line.product], "quote": quote})
        for draft in sheet.drafts
    )
    return replace(sheet, drafts=tuple(drafts))


def scales_of(desk: Desk, product: str) -> tuple[Scale, ...]:
    """Return the scales in effect for a product, in order of precedence, their conditions not yet asked.

    A scale with amounts is written in the catalog's currency; a quote in another one does not see it.
    """
    foreign = desk.context.currency != desk.catalog.currency
    scales = (one for one in in_effect(desk.catalog.scales, desk.day) if one.on == product)
    found = [one for one in scales if not (foreign and _has_amounts(one))]
    return tuple(sorted(found, key=_precedence))


def _has_amounts(one: Scale) -> bool:
    bounds = one.minimum is not None or one.maximum is not None
    return bounds or any(tier.amount is not None for tier in one.tiers)


def _precedence(one: Scale) -> tuple[object, ...]:
    start = one.effectivity.start
    return (one.when is None, -(start.toordinal() if start else 0), one.name)


def _scaled(desk: Desk, draft: Draft, quantities: dict[str, int]) -> Draft:
    winner: Scale | None = None
    for one in scales_of(desk, draft.line.product):
        if one.when is not None and not draft.scope.holds(one.when):
            continue
        effect = effect_of(one, quantities[one.over], draft.exact)
        origin = Origin("scale", one.name, Label(one.name), one.span)
        if winner is not None:
            why = f"scale {winner.name} goes before it"
            draft = draft.noted(origin.not_applied("percent", Fraction(0), draft.unit, why))
        elif effect is None:
            why = f"it has no tier for a quantity of {quantities[one.over]}"
            draft = draft.noted(origin.not_applied("percent", Fraction(0), draft.unit, why))
        else:
            winner = one
            draft = apply_scale(draft, one, effect)
    return draft


def apply_scale(draft: Draft, one: Scale, effect: Scaled) -> Draft:
    """Return a draft after a scale and its bounds.

    A rate or price per unit is rounded to micros here. An average over tiers stays exact until the line is
    extended: a unit price in micros cannot hold a third of a cent ten thousand times.
    """
    origin = Origin("scale", one.name, Label(one.name), effect.source)
    draft = draft.moved(effect.on(draft.exact), origin, effect.operator, effect.operand)
    bound = bounded(one, draft.exact)
    if bound != draft.exact:
        draft = draft.moved(bound, replace(origin, source=one.span), "set", bound)
    return replace(draft, exact=settled(one, draft.exact))


def bounded(one: Scale, unit: Fraction) -> Fraction:
    """Return a unit price within the bounds of a scale."""
    if one.minimum is not None and unit < one.minimum:
        return one.minimum
    return one.maximum if one.maximum is not None and unit > one.maximum else unit


def settled(one: Scale, unit: Fraction) -> Fraction:
    """Return the unit price with which a scale leaves its phase: in whole micros, but for averages over tiers."""
    return Fraction(half_away(unit * MICROS), MICROS) if one.method == "volume" else unit


def effect_of(one: Scale, quantity: int, unit: Fraction) -> Scaled | None:
    """Return what a scale does to a unit price at a quantity of 1 or more; None where it has no tier for it."""
    tier = tier_at(one, quantity)
    if one.method == "volume":
        return _per_unit(tier) if tier else None
    if one.method == "block":
        return _whole(tier, quantity) if tier else None
    if one.method == "package":
        return _packages(one, quantity, unit)
    return _graduated(one, quantity, unit)


def tier_at(one: Scale, quantity: int) -> Tier | None:
    """Return the tier that holds a quantity."""
    return next((t for t in one.tiers if t.low <= quantity and (t.high is None or quantity <= t.high)), None)


def _per_unit(tier: Tier) -> Scaled:
    if tier.amount is not None:
        return Scaled("set", tier.amount, tier.span)
    return Scaled("percent", -(tier.rate or Fraction(0)), tier.span)


def _whole(tier: Tier, quantity: int) -> Scaled:
    """Return one amount for the whole quantity, as a unit price."""
    if tier.amount is None:
        return _per_unit(tier)
    return Scaled("set", tier.amount / quantity, tier.span)


def _graduated(one: Scale, quantity: int, unit: Fraction) -> Scaled | None:
    """Return the average price of the units, each in its tier; units in no tier keep their price."""
    parts = [(_units_in(tier, quantity), tier) for tier in _ordered(one)]
    inside = [(units, tier) for units, tier in parts if units]
    if not inside:
        return None
    source = inside[-1][1].span
    if all(tier.amount is None for _, tier in inside):
        off = sum((units * (tier.rate or Fraction(0)) for units, tier in inside), Fraction(0))
        return Scaled("percent", -off / quantity, source)
    total = sum((units * _per_unit(tier).on(unit) for units, tier in inside), Fraction(0))
    total += (quantity - sum(units for units, _ in inside)) * unit
    return Scaled("set", total / quantity, source)


def _units_in(tier: Tier, quantity: int) -> int:
    last = quantity if tier.high is None else min(quantity, tier.high)
    return max(0, last - _first(tier) + 1)


def _packages(one: Scale, quantity: int, unit: Fraction) -> Scaled | None:
    """Return the price of every package begun, as a unit price; a rate is taken off the units it holds."""
    begun = [tier for tier in _ordered(one) if tier.low <= quantity]
    if not begun:
        return None
    total = Fraction(0)
    for tier in begun:
        size = (quantity if tier.high is None else tier.high) - _first(tier) + 1
        again = tier is _ordered(one)[-1] and tier.high is not None
        times = -(-(quantity - _first(tier) + 1) // size) if again else 1
        total += times * (tier.amount if tier.amount is not None else size * _per_unit(tier).on(unit))
    return Scaled("set", total / quantity, begun[-1].span)


def _ordered(one: Scale) -> list[Tier]:
    return sorted(one.tiers, key=lambda tier: tier.low)


def _first(tier: Tier) -> int:
    """Return the first piece of a tier: a tier from nothing on begins with the first."""
    return max(1, tier.low)

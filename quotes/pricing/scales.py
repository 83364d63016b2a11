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

A tier's flat amount is paid besides: of the tier that holds the quantity, or of every tier entered. `minimum` and
`maximum` bound the unit price after that. Where several scales are declared for a product one applies: with a
condition before without, then the later first day, then by name; the others are recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.marks import Label
from catalogs.model import Scale, Tier
from quotes.pricing.sheet import Desk, Draft, Operator, Origin, Sheet
from rules.diagnostics import Span

Counts = Mapping[str, int]
"""The quantity that counts over the "line", the "family" and the "quote"."""


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
    if not desk.kept(scales_by_product):
        return sheet
    quote = sum(draft.line.quantity for draft in sheet.drafts)
    family: Counter[str] = Counter()
    for draft in sheet.drafts:
        family[draft.line.product] += draft.line.quantity
    drafts = (
        scaled(desk, draft, {"line": draft.line.quantity, "family": family[draft.line.product], "quote": quote})
        for draft in sheet.drafts
    )
    return replace(sheet, drafts=tuple(drafts))


def scales_by_product(desk: Desk) -> Mapping[str, tuple[Scale, ...]]:
    """Return the scales in effect by product, in order of precedence, their conditions not yet asked.

    A scale with amounts is written in the catalog's currency; a quote in another one does not see it.
    """
    foreign = desk.context.currency != desk.catalog.currency
    found: dict[str, list[Scale]] = {}
    for one in in_effect(desk.catalog.scales, desk.day):
        if not (foreign and _has_amounts(one)):
            found.setdefault(one.on, []).append(one)
    return {product: tuple(sorted(scales, key=_precedence)) for product, scales in found.items()}


def scales_of(desk: Desk, product: str) -> tuple[Scale, ...]:
    """Return the scales in effect for a product."""
    return desk.kept(scales_by_product).get(product, ())


def _has_amounts(one: Scale) -> bool:
    bounds = one.minimum is not None or one.maximum is not None
    return bounds or any(tier.amount is not None or tier.flat for tier in one.tiers)


def _precedence(one: Scale) -> tuple[object, ...]:
    start = one.effectivity.start
    return (one.when is None, -(start.toordinal() if start else 0), one.name)


def holding(desk: Desk, draft: Draft) -> tuple[Scale, ...]:
    """Return the scales of a line's product whose condition holds for it."""
    return tuple(one for one in scales_of(desk, draft.line.product) if one.when is None or draft.scope.holds(one.when))


def scaled(desk: Desk, draft: Draft, counts: Counts) -> Draft:
    """Return a line after its scale, by the quantities that count for it."""
    winner: Scale | None = None
    for one in holding(desk, draft):
        effect = effect_of(one, Fraction(counts[one.over]), draft.exact)
        origin = Origin("scale", one.name, Label(one.name), one.span)
        if winner is not None:
            why = f"scale {winner.name} goes before it"
            draft = draft.noted(origin.not_applied("percent", Fraction(0), draft.unit, why))
        elif effect is None:
            why = f"it has no tier for a quantity of {counts[one.over]}"
            draft = draft.noted(origin.not_applied("percent", Fraction(0), draft.unit, why))
        else:
            winner = one
            draft = applied(desk, draft, one, effect)
    return draft


def applied(desk: Desk, draft: Draft, one: Scale, effect: Scaled) -> Draft:
    """Return a draft after a scale and its bounds.

    A rate or price per unit is rounded here. An average over tiers stays exact until the line is extended: a unit
    price in micros cannot hold a third of a cent ten thousand times.
    """
    origin = Origin("scale", one.name, Label(one.name), effect.source)
    draft = draft.moved(effect.on(draft.exact), origin, effect.operator, effect.operand)
    bound = bounded(one, draft.exact)
    if bound != draft.exact:
        draft = draft.moved(bound, replace(origin, source=one.span), "set", bound)
    return replace(draft, whole=True) if averages(one) else draft.settled(desk, "scale")


def bounded(one: Scale, unit: Fraction) -> Fraction:
    """Return a unit price within the bounds of a scale."""
    if one.minimum is not None and unit < one.minimum:
        return one.minimum
    return one.maximum if one.maximum is not None and unit > one.maximum else unit


def averages(one: Scale) -> bool:
    """Say whether a scale prices a quantity as a whole, so that the price of one unit is an average."""
    return one.method != "volume" or any(tier.flat for tier in one.tiers)


def charge(
    one: Scale, quantity: Fraction, unit: Fraction = Fraction(0), *, chosen_by: Fraction | None = None
) -> Fraction:
    """Return the exact amount of a measured quantity, also of none and of parts: what tiers of usage come to.

    `unit` is the price that rates are taken off, and that a quantity in no tier pays. The tier is that of
    `chosen_by` where the quantity itself is only a part of it (a prorated one). Bounds are those of the amount.
    """
    found = _tiered(one, quantity, unit, quantity if chosen_by is None else chosen_by)
    return bounded(one, quantity * unit if found is None else found[0])


def effect_of(one: Scale, quantity: int | Fraction, unit: Fraction) -> Scaled | None:
    """Return what a scale makes of a unit price at a quantity; None where it has no tier for it."""
    quantity = Fraction(quantity)
    found = _tiered(one, quantity, unit, quantity)
    if found is None:
        return None
    total, tiers = found
    if one.method == "volume" and not averages(one):
        (tier,) = tiers
        if tier.amount is not None:
            return Scaled("set", tier.amount, tier.span)
        return Scaled("percent", -(tier.rate or Fraction(0)), tier.span)
    if one.method == "graduated" and all(tier.amount is None and not tier.flat for tier in tiers):
        off = sum(((_units_in(tier, quantity) * (tier.rate or 0)) for tier in tiers), Fraction(0))
        return Scaled("percent", -off / quantity, tiers[-1].span)
    if one.method == "block" and tiers[0].amount is None and not tiers[0].flat:
        return Scaled("percent", -(tiers[0].rate or Fraction(0)), tiers[0].span)
    return Scaled("set", total / quantity, tiers[-1].span)


_Total = tuple[Fraction, list[Tier]]


def _tiered(one: Scale, quantity: Fraction, unit: Fraction, chosen_by: Fraction) -> _Total | None:
    """Return the amount of a quantity and the tiers that make it, in order; None where no tier has a say."""
    return _METHODS[one.method](sorted(one.tiers, key=lambda tier: tier.low), quantity, unit, chosen_by)


def _each(tier: Tier, unit: Fraction) -> Fraction:
    return tier.amount if tier.amount is not None else unit * (1 - (tier.rate or 0))


def _volume(tiers: list[Tier], quantity: Fraction, unit: Fraction, chosen_by: Fraction) -> _Total | None:
    tier = tier_at(tiers, chosen_by)
    return None if tier is None else (quantity * _each(tier, unit) + (tier.flat or 0), [tier])


def _block(tiers: list[Tier], quantity: Fraction, unit: Fraction, chosen_by: Fraction) -> _Total | None:
    tier = tier_at(tiers, chosen_by)
    if tier is None:
        return None
    amount = tier.amount if tier.amount is not None else quantity * _each(tier, unit)
    return amount + (tier.flat or 0), [tier]


def _graduated(tiers: list[Tier], quantity: Fraction, unit: Fraction, chosen_by: Fraction) -> _Total | None:
    """Price each unit in its tier; units in no tier keep their price. The first tier is entered also by nothing."""
    del chosen_by
    inside = [(_units_in(tier, quantity), tier) for tier in _entered(tiers, quantity)]
    if not inside:
        return None
    total = sum((units * _each(tier, unit) + (tier.flat or 0) for units, tier in inside), Fraction(0))
    total += (quantity - sum(units for units, _ in inside)) * unit
    return total, [tier for _, tier in inside]


def _package(tiers: list[Tier], quantity: Fraction, unit: Fraction, chosen_by: Fraction) -> _Total | None:
    """Add up the price of every package begun; a rate is taken off the units it holds."""
    del chosen_by
    begun = _entered(tiers, quantity)
    if not begun:
        return None
    total = Fraction(0)
    for tier in begun:
        size = (quantity if tier.high is None else tier.high) - _before(tier)
        again = tier is tiers[-1] and tier.high is not None
        times = -((_before(tier) - quantity) // size) if again else 1
        if quantity > _before(tier):
            total += times * (tier.amount if tier.amount is not None else size * _each(tier, unit))
        total += tier.flat or 0
    return total, begun


_METHODS: Mapping[str, Callable[[list[Tier], Fraction, Fraction, Fraction], _Total | None]] = {
    "volume": _volume, "graduated": _graduated, "block": _block, "package": _package,
}  # fmt: skip


def tier_at(tiers: list[Tier], quantity: Fraction) -> Tier | None:
    """Return the tier that holds a quantity; a part of a unit is in the tier of the whole one, nothing in the first."""
    held = (t for t in tiers if t.low - 1 < max(quantity, _LEAST) and (t.high is None or quantity <= t.high))
    return next(held, None)


_LEAST = Fraction(1, 10**18)
"""Stands for what is just begun: nothing at all is in the tier that the first unit is in."""


def _entered(tiers: list[Tier], quantity: Fraction) -> list[Tier]:
    return [tier for tier in tiers if _before(tier) < max(quantity, _LEAST)]


def _units_in(tier: Tier, quantity: Fraction) -> Fraction:
    last = quantity if tier.high is None else min(quantity, Fraction(tier.high))
    return max(Fraction(0), last - _before(tier))


def _before(tier: Tier) -> int:
    """Return how many units come before a tier: a tier from nothing on begins with the first."""
    return max(1, tier.low) - 1

"""Prices that go wrong though every rule holds.

Options that make the total fall, quantities that cost less than fewer, promotions that nobody can ever use, price
lists that no buyer sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from catalogs.effectivity import in_effect, slices
from catalogs.model import Catalog, PriceRow, Scale
from catalogs.policy import Promotion
from quotes.pricing import Context
from quotes.pricing.scales import effect_of
from quotes.pricing.scope import customer_holds
from quotes.proofs.buyers import kinds_of_buyers
from rules.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning: a stable code, its place, and a sentence with the witness."""

    code: str
    span: Span
    message: str


def price_warnings(catalog: Catalog, since: date) -> tuple[Warned, ...]:
    """Return every warning about prices in effect on some day from `since` on, in the order of places."""
    found = [*_falling_options(catalog, since), *_cliffs(catalog, since), *_idle(catalog, since)]
    return tuple(sorted(found, key=lambda one: (one.span, one.code)))


def _falling_options(catalog: Catalog, since: date) -> Iterator[Warned]:
    """Yield rows that take money off for an option more: a choice whose price is below nothing."""
    for prices in catalog.price_lists:
        for row in prices.rows:
            if row.path and row.price < 0 and _is_ahead(row, since):
                yield Warned(
                    "option-makes-total-fall", row.span,
                    f"{row.product}.{'.'.join(row.path)} makes the total fall by {_money(-row.price)} {prices.currency}",
                )  # fmt: skip


def _is_ahead(row: PriceRow, since: date) -> bool:
    return row.effectivity.end is None or row.effectivity.end >= since


def _cliffs(catalog: Catalog, since: date) -> Iterator[Warned]:
    """Yield tiers at whose beginning the whole quantity costs less than one piece fewer, at a unit price of 100."""
    for scale in catalog.scales:
        if scale.effectivity.end is not None and scale.effectivity.end < since:
            continue
        for tier in sorted(scale.tiers, key=lambda one: one.low):
            fewer, more = _total(scale, tier.low - 1), _total(scale, tier.low)
            if tier.low > 1 and more < fewer:
                yield Warned(
                    "more-costs-less", tier.span,
                    f"{tier.low} pieces of {scale.on} cost {_money(more)}, less than {tier.low - 1} for {_money(fewer)}, "
                    "at a unit price of 100",
                )  # fmt: skip


_PROBE = Fraction(100)


def _total(scale: Scale, quantity: int) -> Fraction:
    """Return what so many pieces cost at a unit price of 100, within the bounds of the scale."""
    if quantity < 1:
        return Fraction(0)
    effect = effect_of(scale, quantity, _PROBE)
    unit = _PROBE if effect is None else effect.on(_PROBE)
    if scale.minimum is not None:
        unit = max(unit, scale.minimum)
    if scale.maximum is not None:
        unit = min(unit, scale.maximum)
    return unit * quantity


def _idle(catalog: Catalog, since: date) -> Iterator[Warned]:
    """Yield promotions that can never be used, and conditions on customers that no buyer meets."""
    days = [stretch.day for stretch in slices(catalog, None, since)]
    for promotion in catalog.promotions:
        why = _never(catalog, promotion, days, since)
        if why:
            yield Warned(
                "promotion-never-used", promotion.span, f"the promotion {promotion.name} can never be used: {why}"
            )
    buyers = kinds_of_buyers(catalog)
    if not buyers.whole:
        return
    for prices in catalog.price_lists:
        if prices.when is not None and not any(
            customer_holds(prices.when, catalog, Context(one.customer, one.currency)) for one in buyers.contexts
        ):
            yield Warned("list-never-used", prices.span, f"no customer can have the price list {prices.name}")


def _never(catalog: Catalog, promotion: Promotion, days: list[date], since: date) -> str:
    """Say why a promotion can never be used, "" where it may be."""
    if promotion.effectivity.end is not None and promotion.effectivity.end < since:
        return f"its last day was {promotion.effectivity.end}"
    sold = {product.name for day in days for product in in_effect(catalog.products, day) if not product.retired}
    for aim in (*promotion.on, *promotion.need):
        if aim.aim.product not in sold:
            return f"{aim.aim.product} is not sold any more"
    if promotion.per_quote == 0 or promotion.per_customer == 0 or promotion.in_all == 0:
        return "it is limited to no use at all"
    if promotion.budget is not None and promotion.budget.amount <= 0:
        return "its budget is nothing"
    if promotion.give.rate == 0 or (promotion.give.amount is not None and promotion.give.amount.amount == 0):
        return "it gives nothing"
    return ""


def _money(amount: Fraction) -> str:
    cents = round(amount * 100)
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"

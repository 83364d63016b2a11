"""Cheaper as a bundle: a product more that completes a promotion, where the total falls by it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from catalogs.effectivity import in_effect
from catalogs.policy import Promotion, PromotionAim
from configurator import ground
from configurator.model import Model
from configurator.passes import TRUE, conjunction, disjunction
from quotes.entitlement import Entitled
from quotes.pricing import Line
from quotes.suggestions.deal import Deal, value_of
from quotes.suggestions.shape import Change, Evidence
from quotes.suggestions.upgrade import cheapest
from quotes.suggestions.wording import BUNDLE, money, say
from rules.typed import Typed

_NUMBER = re.compile(r"\[[0-9]+\]")


def bundles(deal: Deal) -> Iterator[Change]:
    """Yield the cheapest line that completes a promotion and lowers the total, for every promotion one product short."""
    if deal.now.unpriced:
        return
    for promotion in in_effect(deal.catalog.promotions, deal.day):
        if deal.is_over:
            return
        missing = _missing(deal, promotion)
        if len(missing) != 1:
            continue
        (aim, units) = missing[0]
        change = _completing(deal, promotion, aim, units)
        if change is not None:
            yield change


def _missing(deal: Deal, promotion: Promotion) -> list[tuple[PromotionAim, int]]:
    """Return of what too little is in the quote for one application, with how many units are missing."""
    there = Counter[str]()
    for line in deal.lines:
        there[line.product] += line.quantity
    free = () if promotion.give.free is None else (promotion.give.free,)
    found: list[tuple[PromotionAim, int]] = []
    for aim in (*promotion.on, *promotion.need, *free):
        # What is inside a product is counted by its instances: one product more is what can be added.
        short = (1 if aim.aim.path else aim.quantity) - there[aim.aim.product]
        there[aim.aim.product] = max(0, -short)
        if short > 0:
            found.append((aim, short))
    return found


def _completing(deal: Deal, promotion: Promotion, aim: PromotionAim, units: int) -> Change | None:
    product = aim.aim.product
    view = deal.view(product)
    if view is None:
        return None
    conditions = tuple(_fitting(deal, view.engine.model, aim))
    found = cheapest(deal, Line(deal.new_id(), product, {}, units), conditions)
    if found is None:
        return None
    line = Line(deal.new_id(), product, found, units)
    priced = deal.priced(line)
    applied = () if priced.promotions is None else priced.promotions.applied
    saving = next((one.saving for one in applied if one.name == promotion.name), None)
    fall = value_of(deal.now) - value_of(priced)
    if saving is None or fall <= 0:
        return None
    reason = say(
        BUNDLE,
        promotion=promotion.label,
        units=str(units),
        product=deal.catalog.component(product).label,
        amount=money(fall, priced.currency),
    )
    facts = {"units": str(units), "promotion saves": money(saving, priced.currency)}
    return Change(line, reason, Evidence("bundle", promotion.name, facts))


def _fitting(deal: Deal, model: Model, aim: PromotionAim) -> Iterator[Typed]:
    """Yield what a configuration must have to be what the promotion takes."""
    path, choice = aim.aim.path, aim.aim.choice

    def holds(at: str) -> Typed:
        return TRUE if aim.where is None else ground(aim.where, model, at, {"customer": deal.context.attributes})

    if not path:
        yield holds("")
        return
    inside = {
        one.instance: one.exists or TRUE for one in model.variables if _NUMBER.sub("", one.instance) == ".".join(path)
    }
    if inside:
        yield disjunction(conjunction((exists, holds(at))) for at, exists in inside.items())
        return
    things = [one for one in Entitled(model, None).things if one.names == path]
    yield disjunction(
        conjunction((one.present if choice is None else one.has(choice), holds(one.variable.instance)))
        for one in things
    )

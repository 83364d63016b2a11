"""The phase "channel": what a partner or distributor takes off the price it pays, after everything else on the unit."""

from __future__ import annotations

from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.policy import ChannelMargin
from quotes.pricing.labels import joined
from quotes.pricing.scope import customer_holds
from quotes.pricing.sheet import Desk, Draft, Origin, each_line


def channelled(desk: Desk, draft: Draft) -> Draft:
    """Return a line less the margins of the customer's channel."""
    after = with_margins(desk, draft)
    return after if after is draft else after.settled(desk, "channel")


channel = each_line(channelled)


def margins(desk: Desk) -> tuple[ChannelMargin, ...]:
    """Return the margins that hold for the customer on the day, by name."""
    held = in_effect(desk.catalog.channel_margins, desk.day)
    found = (one for one in held if one.when is None or customer_holds(one.when, desk.catalog, desk.context))
    return tuple(sorted(found, key=lambda one: (one.name, one.span)))


def with_margins(desk: Desk, draft: Draft) -> Draft:
    """Return a line less its margins, not yet rounded."""
    found = [one for one in desk.kept(margins) if not one.on or draft.line.product in one.on]
    for origin, rate in combined(desk, [(_origin(one), one.rate) for one in found]):
        draft = draft.moved(draft.exact * (1 - rate), origin, "percent", -rate)
    return draft


def _origin(one: ChannelMargin) -> Origin:
    return Origin("channel", one.name, one.label, one.span)


def combined(desk: Desk, rates: list[tuple[Origin, Fraction]]) -> list[tuple[Origin, Fraction]]:
    """Return the rates that one amount is lowered by in turn: each by itself, or their sum where the policy adds them."""
    if desk.policy.percentages == "compound" or len(rates) <= 1:
        return rates
    first = rates[0][0]
    label = joined(" + ".join, *(origin.label for origin, _ in rates))
    rule = " + ".join(origin.rule for origin, _ in rates)
    both = Origin(first.phase, rule, label, first.source)
    return [(both, sum((rate for _, rate in rates), Fraction(0)))]

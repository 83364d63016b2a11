"""One list out of all offers: what several sources say is said once, and the policy ranks; equal ones are in order of names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from quotes.suggestions.shape import KINDS, Offer

By = Literal["margin", "customer value"]


def ranked(offers: Iterable[Offer], by: By) -> tuple[Offer, ...]:
    """Return the offers, best first, each change once.

    "margin": the expected margin, which is the margin gained times the probability; unknown ones come last. "customer
    value": the expected saving, then (for what saves nothing) the probability, then the lower price.
    """
    worth = _margin if by == "margin" else _value
    return tuple(sorted(_merged(offers), key=lambda one: (worth(one), *_name(one))))


def _margin(offer: Offer) -> tuple[Fraction, ...]:
    if offer.margin is None:
        return Fraction(1), -offer.probability, Fraction(offer.delta)
    return Fraction(0), -offer.margin * offer.probability, Fraction(offer.delta)


def _value(offer: Offer) -> tuple[Fraction, ...]:
    saving = max(0, -offer.delta)
    return -saving * offer.probability, -offer.probability, Fraction(offer.delta)


def _name(offer: Offer) -> tuple[object, ...]:
    return offer.line.id, KINDS.index(offer.kind), offer.name, offer.line.quantity, sorted(offer.changes.items())


def _merged(offers: Iterable[Offer]) -> Iterable[Offer]:
    """Join offers of one change: the first source gives the reason, a past that knows it gives the probability."""
    found: dict[object, Offer] = {}
    for offer in sorted(offers, key=_name):
        line = offer.line
        # A new line's number says nothing about what is bought.
        key = ("" if offer.is_new else line.id, line.product, line.quantity, frozenset(line.configuration.items()))
        first = found.get(key)
        if first is None:
            found[key] = offer
            continue
        from_past = next((one for one in (first, offer) if any(e.kind == "history" for e in one.evidence)), first)
        found[key] = replace(first, evidence=(*first.evidence, *offer.evidence), probability=from_past.probability)
    return found.values()

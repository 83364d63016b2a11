"""Which products are a percentage of a total, and which of these come before which."""

from __future__ import annotations

from collections.abc import Mapping

from catalogs.effectivity import in_effect
from catalogs.policy import PercentOfTotal
from quotes.pricing.sheet import Desk


def percents_of(desk: Desk) -> Mapping[str, PercentOfTotal]:
    """Return the percentages of totals in effect by product; of several for one product the latest, then the first by name."""
    found: dict[str, PercentOfTotal] = {}
    for one in sorted(in_effect(desk.catalog.percents, desk.day), key=_precedence):
        found.setdefault(one.on, one)
    return found


def _precedence(one: PercentOfTotal) -> tuple[object, ...]:
    start = one.effectivity.start
    return (-(start.toordinal() if start else 0), one.name, one.span)


def bases(known: Mapping[str, PercentOfTotal], product: str) -> frozenset[str]:
    """Return the products with a percentage of their own that are in the total of one.

    Where a total is of all other lines these are those that do not depend on it, and are not of all lines themselves.
    """
    one = known[product]
    if one.of:
        return frozenset(one.of) & known.keys()
    return frozenset(
        name for name, other in known.items() if name != product and other.of and product not in _below(known, name)
    )


def _below(known: Mapping[str, PercentOfTotal], product: str) -> set[str]:
    """Return every product that the named totals of one depend on, at any depth."""
    found: set[str] = set()
    waiting = [product]
    while waiting:
        for name in known[waiting.pop()].of:
            if name in known and name not in found:
                found.add(name)
                waiting.append(name)
    return found

"""What may be saved of each line and of the quote: hard floors hold in every allocation, and nothing goes below zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.policy import Floor
from quotes.pricing.promotions.conditions import Sums, largest, mentions
from quotes.pricing.promotions.ground import Ground, whole
from quotes.pricing.rounding import half_away
from quotes.pricing.scope import buyer
from quotes.pricing.sheet import Desk, Draft

_COSTS = frozenset({"cost", "margin"})


def line_sums(desk: Desk, draft: Draft) -> Sums:
    """Return the sums of a line before promotions."""
    quantity, minor = draft.line.quantity, desk.minor
    factor = quantity * minor
    cost = None if draft.cost is None else half_away(draft.cost * factor)
    return Sums(whole(draft.listed, factor, desk), whole(draft.exact, factor, desk), cost, quantity, minor)


def quote_sums(desk: Desk, lines: Sequence[Sums]) -> Sums:
    """Return the sums of the quote before promotions."""
    costs = [line.cost for line in lines]
    known = [cost for cost in costs if cost is not None]
    cost = sum(known) if len(known) == len(costs) else None
    listed, net = sum(line.listed for line in lines), sum(line.net for line in lines)
    return Sums(listed, net, cost, sum(line.quantity for line in lines), desk.minor, len(lines))


def grounds_of(desk: Desk, drafts: Sequence[Draft], lines: Sequence[Sums], quote: Sums) -> tuple[Ground, ...]:
    """Return the lines with what may be saved of each."""
    floors = [floor for floor in in_effect(desk.catalog.floors, desk.day) if mentions(floor.condition, "line")]
    customer = buyer(desk.catalog, desk.context)
    found, minor = [], desk.minor
    for place, (draft, sums) in enumerate(zip(drafts, lines, strict=True)):
        cap = max(0, sums.net)
        for floor in floors:
            if sums.cost is not None or not mentions(floor.condition, "line", _COSTS):
                cap = min(cap, _allowed(floor, sums, quote, customer, cap))
        found.append(Ground(place, draft, draft.line.quantity, draft.exact * minor, sums.net, cap))
    return tuple(found)


def _allowed(floor: Floor, sums: Sums, quote: Sums, customer: Mapping[str, object], highest: int) -> int:
    """Return the largest saving of a line that keeps a floor; none where it is broken already."""
    around = {"customer": customer, "quantity": Fraction(sums.quantity), "quote": quote.less(0)}
    return max(0, largest(floor.condition, "line", sums, highest, around))


def ceiling(desk: Desk, quote: Sums) -> int | None:
    """Return the largest saving of all that keeps the floors of the quote; None where there are none."""
    found: int | None = None
    around = {"customer": buyer(desk.catalog, desk.context), "quantity": Fraction(quote.quantity)}
    for floor in in_effect(desk.catalog.floors, desk.day):
        if mentions(floor.condition, "line") or not mentions(floor.condition, "quote"):
            continue
        if quote.cost is None and mentions(floor.condition, "quote", _COSTS):
            continue
        allowed = largest(floor.condition, "quote", quote, max(0, quote.net), around)
        found = max(0, allowed) if found is None else min(found, max(0, allowed))
    return found

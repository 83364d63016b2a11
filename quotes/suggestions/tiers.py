"""A few units more: where a scale's next tier, a promotion or a fee that vanishes makes them cheap, or the total fall.

Candidates are the quantities at which something begins: declared boundaries of scales and promotions, and
between them whatever changes the regime of the quote (which tier, which promotions, which fees), found by halving.
Every candidate is priced by all phases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from catalogs.effectivity import in_effect
from catalogs.model import Scale
from catalogs.policy import Promotion
from quotes.pricing import Line, PricedQuote
from quotes.suggestions.deal import Deal, value_of
from quotes.suggestions.shape import Change, Evidence
from quotes.suggestions.wording import FALLS, ONLY, money, say

REACH = 10
"""So many units more are looked at, or as many as the line has, if that is more."""

Regime = tuple[frozenset[str], ...]


def tiers(deal: Deal, line: Line, reach: int | None = None) -> Iterator[Change]:
    """Yield the quantity with the least total below that of now, and the first one at which more units cost less each.

    Less than the line's units cost now, on average. A block or package that is begun is a candidate up to its end.
    """
    if deal.now.unpriced:
        return
    found = _Quantities(deal, line)
    points = found.points(line.quantity + (max(REACH, line.quantity) if reach is None else reach))
    falling = [one for one in points if found.total(one) < value_of(deal.now)]
    least = min(falling, key=lambda one: (found.total(one), one), default=None)
    if least is not None:
        yield found.change(least, falls=True)
    first = next((one for one in points if found.saving(one) > 0), None)
    if first is not None and first != least and found.total(first) >= value_of(deal.now):
        yield found.change(first, falls=False)


@dataclass(frozen=True, slots=True)
class _Quantities:
    """One line at other quantities."""

    deal: Deal
    line: Line

    def priced(self, quantity: int) -> PricedQuote:
        return self.deal.priced(replace(self.line, quantity=quantity))

    def total(self, quantity: int) -> int:
        return value_of(self.priced(quantity))

    def saving(self, quantity: int) -> Fraction:
        """Return what further units cost less than as many do now."""
        net = next(one.net for one in self.deal.now.lines if one.id == self.line.id)
        more = quantity - self.line.quantity
        return value_of(self.deal.now) + Fraction(net * more, self.line.quantity) - self.total(quantity)

    def points(self, last: int) -> list[int]:
        """Return the quantities up to `last` at which something begins, in order."""
        now = self.line.quantity
        declared = {one for one in self._declared(last) if now < one <= last}
        found = set(declared)
        ends = sorted({now, last} | declared)
        for low, high in pairwise(ends):
            found |= set(self._turns(low, high))
        return sorted(one for one in found if not self.priced(one).unpriced)

    def _turns(self, low: int, high: int) -> Iterator[int]:
        """Yield the quantities after `low` up to `high` at which another regime begins."""
        if self.deal.is_over or self.regime(low) == self.regime(high):
            return
        if high - low == 1:
            yield high
            return
        middle = (low + high) // 2
        yield from self._turns(low, middle)
        yield from self._turns(middle, high)

    def regime(self, quantity: int) -> Regime:
        """Return by what the quote is priced: tiers, promotions, fees."""
        priced = self.priced(quantity)
        steps = (
            f"{line.id} {step.rule} {step.source}"
            for line in priced.lines
            for step in line.steps
            if step.phase == "scale" and not step.not_applied
        )
        applied = () if priced.promotions is None else (one.name for one in priced.promotions.applied)
        fees = (f"{one.kind} {one.name}" for one in priced.document)
        refused = (f"{one.line} {one.code}" for one in priced.unpriced)
        return frozenset(steps), frozenset(applied), frozenset(fees), frozenset(refused)

    def _declared(self, last: int) -> Iterator[int]:
        catalog, day, product = self.deal.catalog, self.deal.day, self.line.product
        lines = self.deal.lines
        family = sum(one.quantity for one in lines if one.product == product) - self.line.quantity
        quote = sum(one.quantity for one in lines) - self.line.quantity
        others = {"line": 0, "family": family, "quote": quote}
        for scale in in_effect(catalog.scales, day):
            if scale.on == product or scale.over == "quote":
                yield from (tier - others[scale.over] for tier in _begins(scale, last + others[scale.over]))
            if scale.on == product and scale.method in {"block", "package"}:
                yield self.line.quantity + 1
                yield from (tier.high - others[scale.over] for tier in scale.tiers if tier.high is not None)
        for promotion in in_effect(catalog.promotions, day):
            for size in _sizes(promotion, product):
                yield from (many * size - family for many in range(1, (last + family) // size + 1))

    def change(self, quantity: int, *, falls: bool) -> Change:
        """Return the change to a quantity with what is said for it."""
        delta = self.total(quantity) - value_of(self.deal.now)
        units = quantity - self.line.quantity
        before, after = self.regime(self.line.quantity), self.regime(quantity)
        facts = {
            "units": str(units),
            "saving": money(_floor(self.saving(quantity)), self.deal.now.currency),
            "promotions": ", ".join(sorted(after[1] - before[1])),
            "fees that end": ", ".join(sorted(one.partition(" ")[2] for one in before[2] - after[2])),
            "scales": ", ".join(sorted({one.split(" ")[1] for one in after[0] - before[0]})),
        }
        reason = say(FALLS if falls else ONLY, units=str(units), amount=money(abs(delta), self.deal.now.currency))
        told = Evidence("tier", "falls" if falls else "next", {name: text for name, text in facts.items() if text})
        return Change(replace(self.line, quantity=quantity), reason, told)


def _begins(scale: Scale, last: int) -> Iterator[int]:
    """Yield the quantities at which a scale's tiers begin; the last tier of packages begins again and again."""
    for tier in scale.tiers:
        yield tier.low
    end = scale.tiers[-1]
    if scale.method == "package" and end.high is not None:
        yield from range(end.low, last + 1, end.high - end.low + 1)


def _sizes(promotion: Promotion, product: str) -> Iterator[int]:
    """Yield how many units of a product one application takes, without and with those that it gives."""
    taken = sum(one.quantity for one in (*promotion.on, *promotion.need) if one.aim.product == product)
    free = promotion.give.free
    given = free.quantity if free is not None and free.aim.product == product else 0
    yield from (size for size in {taken, taken + given} if size)


def _floor(amount: Fraction) -> int:
    return amount.numerator // amount.denominator

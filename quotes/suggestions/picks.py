"""Good, better, best: at most three configurations from the Pareto front of price, wanted features and margin.

The points are, for every set of wishes that can hold together, the cheapest configuration that has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from configurator import Configuration
from configurator.expressions import mentions, satisfied
from quotes.pricing import Line
from quotes.suggestions.deal import Deal, margin_of, value_of
from quotes.suggestions.ranking import By
from quotes.suggestions.shape import Change, Evidence, Wish
from quotes.suggestions.upgrade import cheapest, seen
from quotes.suggestions.wording import BEST, BETTER, GOOD, say

MOST_WISHES = 6
"""Of more wishes the weightiest count, the first ones of equal weight: their sets are all looked at."""


@dataclass(frozen=True, slots=True)
class Point:
    """A configuration with the total of the quote, the weight of the wishes it fulfils, their names, and the margin."""

    configuration: Configuration
    total: int
    features: int
    names: tuple[str, ...]
    margin: int | None

    def beats(self, other: Point) -> bool:
        """Say whether it is nowhere worse and somewhere better; an unknown margin is the least."""
        mine, theirs = self._scores(), other._scores()
        return all(a >= b for a, b in zip(mine, theirs, strict=True)) and mine != theirs

    def _scores(self) -> tuple[Fraction, ...]:
        known = (Fraction(0), Fraction(0)) if self.margin is None else (Fraction(1), Fraction(self.margin))
        return Fraction(-self.total), Fraction(self.features), *known


def front(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return the points that no other one beats, cheapest first; of points alike in all scores the first."""
    found = list(points)
    kept: dict[tuple[object, ...], Point] = {}
    for one in found:
        if not any(other.beats(one) for other in found):
            kept.setdefault((one.total, one.features, one.margin), one)
    return tuple(sorted(kept.values(), key=lambda one: (one.total, -one.features, -(one.margin or 0))))


def picked(points: Sequence[Point], by: By) -> tuple[Point, ...]:
    """Pick three or fewer of a front: the cheapest, the one with most features, and the best deal of those between.

    That is by "margin" the one with the most, by "customer value" the one with most features for what it costs more.
    """
    if len(points) < 2:  # noqa: PLR2004 - one pick has nothing to stand beside
        return tuple(points)
    good = points[0]
    best = max(points[1:], key=lambda one: (one.features, one.margin or 0, -one.total))
    between = [one for one in points[1:] if one is not best and one.total <= best.total]
    if not between:
        return good, best

    def worth(one: Point) -> tuple[Fraction, ...]:
        value = Fraction(one.features - good.features, max(1, one.total - good.total))
        margin = Fraction(one.margin or 0)
        return (margin, value) if by == "margin" else (value, margin)

    better = max(between, key=lambda one: (worth(one), -one.total))
    return good, better, best


def points(deal: Deal, line: Line, wishes: Iterable[Wish]) -> Iterator[Point]:
    """Yield the cheapest configuration for every set of wishes that can hold together, fewer wishes first."""
    view = deal.view(line.product)
    if view is None or deal.now.unpriced:
        return
    told = [one for one in wishes if not view.kept.speaks(one.condition)]
    kept = sorted(told, key=lambda one: -one.weight)[:MOST_WISHES]
    spoken = mentions(*(one.condition for one in kept))
    for some in (some for size in range(len(kept) + 1) for some in combinations(kept, size)):
        if deal.is_over:
            return
        found = cheapest(deal, line, tuple(one.condition for one in some), spoken)
        if found is None:
            continue
        priced = deal.priced(replace(line, configuration=found))
        if not priced.unpriced:
            values = seen(view.engine.model, found)
            had = [one for one in kept if satisfied(one.condition, values)]
            weight = sum(one.weight for one in had)
            yield Point(found, value_of(priced), weight, tuple(one.name for one in had), margin_of(priced))


def picks(deal: Deal, line: Line, wishes: Iterable[Wish], by: By) -> tuple[Change, ...]:
    """Return good, better and best as changes of a line; fewer where the front is smaller, the line itself may be among them."""
    chosen = picked(front(points(deal, line, wishes)), by)
    names = (("good", GOOD), ("better", BETTER), ("best", BEST))
    named = (names[0], names[2]) if len(chosen) == 2 else names[: len(chosen)]  # noqa: PLR2004 - no better one
    return tuple(
        Change(replace(line, configuration=one.configuration), say(text), Evidence("pick", name, _facts(one)))
        for one, (name, text) in zip(chosen, named, strict=True)
    )


def _facts(point: Point) -> dict[str, str]:
    return {"features": ", ".join(point.names)} if point.names else {}

"""What promotions are given on: the lines with their amounts, and the places in them that an aim names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from catalogs.policy import Aim, PromotionAim
from quotes.pricing.record import MICROS
from quotes.pricing.rounding import rounded
from quotes.pricing.scope import Spot, join
from quotes.pricing.sheet import Desk, Draft


@dataclass(frozen=True, slots=True)
class Ground:
    """One line: its place in the quote and its units, before any promotion; `cap` is what may be saved of its amount.

    `unit`, the exact price of one, `amount` and `cap` are in minor units.
    """

    place: int
    draft: Draft
    quantity: int
    unit: Fraction
    amount: int
    cap: int


@dataclass(frozen=True, slots=True)
class Site:
    """What an aim names in one line: the product (`path` empty) or an instance or option in it.

    `base` is the price of one unit of it, exact, in minor units, before any promotion.
    """

    ground: Ground
    path: str
    base: Fraction

    def price(self, saved: int) -> Fraction:
        """Return the price of one unit where so much is saved on the line already: its share of what is left."""
        if not saved:
            return self.base
        left = self.base * (self.ground.amount - saved)
        return left / self.ground.amount if self.ground.amount else Fraction(0)


def whole(price: Fraction, factor: int, desk: Desk) -> int:
    """Return a price times a factor, rounded as the policy says."""
    product, rest = divmod(price.numerator * factor, price.denominator)
    return rounded(price * factor, desk.policy.rounding) if rest else product


def by_product(grounds: Sequence[Ground]) -> Mapping[str, Sequence[Ground]]:
    """Return the lines of each product, in order."""
    found: dict[str, list[Ground]] = {}
    for ground in grounds:
        found.setdefault(ground.draft.line.product, []).append(ground)
    return found


def sites(desk: Desk, products: Mapping[str, Sequence[Ground]], wanted: PromotionAim) -> tuple[Site, ...]:
    """Return every place that an aim names and its condition holds for, line by line."""
    return tuple(site for ground in products.get(wanted.aim.product, ()) for site in _in_line(desk, ground, wanted))


def _in_line(desk: Desk, ground: Ground, wanted: PromotionAim) -> Iterator[Site]:
    if not wanted.aim.path and wanted.aim.choice is None:
        if ground.unit > 0 and (wanted.where is None or ground.draft.scope.holds(wanted.where)):
            yield Site(ground, "", ground.unit)
        return
    for spot, path in _places(ground.draft.spots, wanted.aim, ground.draft):
        if wanted.where is not None and not spot.scope.holds(wanted.where):
            continue
        base = min(ground.unit, _contributed(ground.draft, path) * desk.minor)
        if base > 0:
            yield Site(ground, path, base)


def _places(spots: Iterable[Spot], aim: Aim, draft: Draft) -> Iterator[tuple[Spot, str]]:
    """Yield what a path names, with the instance around it: an instance of parts, or an option with its choice."""
    for spot in spots:
        if spot.names == aim.path and aim.choice is None:
            yield spot, spot.path
        elif aim.path and spot.names == aim.path[:-1] and any(o.name == aim.path[-1] for o in spot.component.options):
            path = join(spot.path, aim.path[-1])
            value = draft.line.configuration.get(path)
            if value is not None and aim.choice in {None, value}:
                yield spot, path


def _contributed(draft: Draft, path: str) -> Fraction:
    """Return what the rows and charges of a part or an option and everything in it add to one unit, in currency units."""
    found = Fraction(0)
    for step in draft.steps:
        inside = step.path == path or step.path.startswith((f"{path}.", f"{path}["))
        if step.phase == "configure" and inside and not step.not_applied:
            found += Fraction(step.output - step.input, MICROS)
    return found


def is_within(path: str, outer: str) -> bool:
    """Say whether a path is an instance or option, or inside it; everything is inside the product."""
    return not outer or path == outer or path.startswith((f"{outer}.", f"{outer}["))

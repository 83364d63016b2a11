"""Which promotions are in question at all, and why each other one is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from catalogs.policy import Money, Promotion, PromotionAim
from quotes.pricing.promotions.conditions import Sums
from quotes.pricing.promotions.ground import Ground, Site, sites
from quotes.pricing.rounding import half_away
from quotes.pricing.scope import buyer
from quotes.pricing.sheet import Desk
from rules.evaluator import holds

Role = Literal["on", "need", "free"]


@dataclass(frozen=True, slots=True)
class Take:
    """So many units that one application consumes, and where they may come from."""

    role: Role
    quantity: int
    sites: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promotion in question: what it takes (nothing: it is on the whole quote), and what is left of its limits.

    `most` is how often it may still apply, `budget` what it may still save in minor units; None is no limit.
    """

    promotion: Promotion
    takes: tuple[Take, ...]
    most: int | None
    budget: int | None

    @property
    def name(self) -> str:
        """Return the promotion's name."""
        return self.promotion.name

    @property
    def is_on_quote(self) -> bool:
        """Say whether it is given on the whole quote."""
        return not self.promotion.on and self.promotion.give.free is None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A promotion that is not in question, and why."""

    promotion: Promotion
    reason: str
    places: tuple[int, ...] = ()


def sort_out(
    desk: Desk, grounds: Sequence[Ground], products: Mapping[str, Sequence[Ground]], sums: Sums
) -> tuple[list[Candidate], list[Refusal]]:
    """Return the promotions in question and the others, each in order of names.

    Conditions are asked about the sums before any promotion, but for those of order discounts where the policy
    has them look at what item promotions leave: these are asked later.
    """
    found: list[Candidate] = []
    refused: list[Refusal] = []
    sees = {"customer": buyer(desk.catalog, desk.context), "quote": sums.less(0)}
    for promotion in sorted(desk.catalog.promotions, key=lambda one: one.name):
        candidate = _candidate(desk, grounds, products, promotion, sees)
        if isinstance(candidate, Candidate):
            found.append(candidate)
        else:
            refused.append(Refusal(promotion, candidate))
    return found, refused


def _candidate(
    desk: Desk, grounds: Sequence[Ground], products: Mapping[str, Sequence[Ground]], promotion: Promotion,
    sees: Mapping[str, object],
) -> Candidate | str:  # fmt: skip
    on_quote = not promotion.on and promotion.give.free is None
    late = on_quote and desk.policy.thresholds == "after item promotions"
    reason = _shut(desk, promotion)
    if reason:
        return reason
    if promotion.when is not None and not late and holds(promotion.when, sees) is not True:
        return f"its condition does not hold: {promotion.when.span}"
    takes = tuple(_takes(desk, products, promotion))
    for take in takes:
        if sum(site.ground.quantity for site in take.sites) < take.quantity:
            return "the quote has not what it takes"
    if on_quote and not any(ground.amount for ground in grounds):
        return "there is nothing to take it off"
    return Candidate(promotion, () if on_quote else takes, times_left(desk, promotion), _budget_left(desk, promotion))


def _shut(desk: Desk, promotion: Promotion) -> str:
    """Return why a promotion is out of the question whatever the lines are; nothing where it is not."""
    if not promotion.effectivity.covers(desk.day):
        return f"it is not in effect on {desk.day}"
    if promotion.coupon is not None and promotion.coupon not in desk.inputs.coupons:
        return "its coupon is not given"
    give = promotion.give
    for amount in (give.amount, give.price, give.up_to, promotion.budget):
        if amount is not None and amount.currency != desk.context.currency:
            return f"its amounts are in {amount.currency}, the quote is in {desk.context.currency}"
    if times_left(desk, promotion) == 0:
        return "its limit is used up"
    return "its budget is spent" if _budget_left(desk, promotion) == 0 else ""


def _takes(desk: Desk, products: Mapping[str, Sequence[Ground]], promotion: Promotion) -> Iterable[Take]:
    asked: list[tuple[Role, PromotionAim]] = [("on", aim) for aim in promotion.on]
    asked += [("need", aim) for aim in promotion.need]
    if promotion.give.free is not None:
        asked.append(("free", promotion.give.free))
    for role, aim in asked:
        yield Take(role, aim.quantity, sites(desk, products, aim))


def times_left(desk: Desk, promotion: Promotion) -> int | None:
    """Return how often a promotion may still apply; None where nothing limits it."""
    history = desk.inputs.history
    limits = [promotion.per_quote] if promotion.per_quote is not None else []
    if promotion.per_customer is not None:
        limits.append(promotion.per_customer - history.used.get(promotion.name, 0))
    if promotion.in_all is not None:
        limits.append(promotion.in_all - history.used_in_all.get(promotion.name, 0))
    return max(0, min(limits)) if limits else None


def _budget_left(desk: Desk, promotion: Promotion) -> int | None:
    if promotion.budget is None:
        return None
    return max(0, minor(desk, promotion.budget) - desk.inputs.history.spent.get(promotion.name, 0))


def minor(desk: Desk, amount: Money) -> int:
    """Return an amount of the quote's currency in minor units."""
    return half_away(amount.amount * desk.minor)

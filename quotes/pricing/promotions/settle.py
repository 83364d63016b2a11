"""All promotions of a quote as one optimum: items and order discounts together, by the policy's objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quotes.pricing.allocation import spread
from quotes.pricing.promotions.eligible import Candidate, Refusal, sort_out
from quotes.pricing.promotions.floors import ceiling, grounds_of, line_sums, quote_sums
from quotes.pricing.promotions.conditions import Sums
from quotes.pricing.promotions.ground import Ground, by_product
from quotes.pricing.promotions.groups import by_precedence, group_of
from quotes.pricing.promotions.items import Items, Notebook, settle_items
from quotes.pricing.promotions.market import Given
from quotes.pricing.promotions.quotewide import OrderSet, Purse, holds_at, order_sets
from quotes.pricing.promotions.solver import Worker
from quotes.pricing.sheet import Desk, Sheet

Tie = tuple[int, int, int, tuple[tuple[int, ...], ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that is decided about: the lines, the promotions in question, and those that are not."""

    desk: Desk
    grounds: tuple[Ground, ...]
    sums: Sums
    ceiling: int | None
    candidates: tuple[Candidate, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is given, in the order in which it is taken off; value and bound in minor units."""

    given: tuple[Given, ...]
    value: int
    bound: int
    methods: frozenset[str]


def lay_out(desk: Desk, sheet: Sheet) -> Table:
    """Find the lines, what may be saved of them, and which promotions are in question."""
    drafts = tuple(sheet.drafts)
    lines = [line_sums(desk, draft) for draft in drafts]
    quote = quote_sums(desk, lines)
    grounds = grounds_of(desk, drafts, lines, quote)
    found, refused = sort_out(desk, grounds, by_product(grounds), quote)
    return Table(desk, grounds, quote, ceiling(desk, quote), tuple(found), tuple(refused))


def settle(table: Table, forced: str | None = None) -> Outcome | None:
    """Decide; None where a promotion is forced that cannot apply."""
    notebook = Notebook(Worker(table.desk.policy.effort))
    if table.desk.policy.promotions == "customer":
        return _best(table, notebook, forced)
    return _in_turn(table, notebook)


def _on_items(table: Table, excludes: frozenset[str] = frozenset()) -> list[Candidate]:
    return [one for one in table.candidates if not one.is_on_quote and one.promotion.group not in excludes]


def _lower(one: int | None, other: int | None) -> int | None:
    known = [cap for cap in (one, other) if cap is not None]
    return min(known, default=None)


def _best(table: Table, notebook: Notebook, forced: str | None) -> Outcome | None:
    """Try every legal set of order discounts, each with the best items beside it."""
    sets, complete = order_sets(table.desk, (one for one in table.candidates if one.is_on_quote), table.sums)
    on_quote = any(one.is_on_quote and one.name == forced for one in table.candidates)
    if on_quote:
        sets = [one for one in sets if any(member.name == forced for member in one.members)]
    purse = _purse(table)
    item = None if on_quote else forced
    known: dict[tuple[frozenset[str], int | None], Items | None] = {}
    best: tuple[Tie, Outcome] | None = None
    bound = 0
    free = settle_items(table.desk, table.grounds, _on_items(table), notebook, table.ceiling, item)
    known[frozenset(), table.ceiling] = free
    highest = free.bound if free else sum(ground.cap for ground in table.grounds)
    for order in sorted(sets, key=lambda one: -_promise(table, purse, one, highest)):
        promise = _promise(table, purse, order, highest)
        if best is not None and promise < best[1].value:
            continue
        items = _items(table, notebook, order, item, known)
        if items is None:
            continue
        outcome = _joined(table, purse, order, items)
        bound = max(bound, outcome.bound)
        tie = _tie(outcome, table)
        if best is None or tie > best[0]:
            best = (tie, outcome)
    if best is None:
        return None
    if not complete:
        bound = max(bound, purse.most)
    return Outcome(best[1].given, best[1].value, max(bound, best[1].value), best[1].methods)


def _purse(table: Table) -> Purse:
    most = sum(ground.cap for ground in table.grounds)
    return Purse(table.sums.net, most if table.ceiling is None else min(most, table.ceiling))


def _promise(table: Table, purse: Purse, order: OrderSet, highest: int) -> int:
    """Return what a set can save at most, items and all."""
    saved = highest if order.ceiling is None else min(highest, order.ceiling)
    return saved + sum(purse.off(table.desk, order.members, saved))


def _items(
    table: Table, notebook: Notebook, order: OrderSet, forced: str | None,
    known: dict[tuple[frozenset[str], int | None], Items | None],
) -> Items | None:  # fmt: skip
    """Return the best items beside a set; where its cap does not bind that is the best without it."""
    groups = {one.promotion.group for one in table.candidates if not one.is_on_quote}
    excludes = frozenset(group for group in order.excludes if group in groups)
    loose = (excludes, table.ceiling)
    if loose not in known:
        own = _on_items(table, excludes)
        known[loose] = settle_items(table.desk, table.grounds, own, notebook, table.ceiling, forced)
    found = known[loose]
    if found is None or order.ceiling is None or found.value <= order.ceiling:
        return found
    tight = (excludes, _lower(order.ceiling, table.ceiling))
    if tight not in known:
        own = _on_items(table, excludes)
        known[tight] = settle_items(table.desk, table.grounds, own, notebook, tight[1], forced)
    return known[tight]


def _joined(table: Table, purse: Purse, order: OrderSet, items: Items) -> Outcome:
    """Return items and order discounts together; each order discount is spread over the lines."""
    saved = list(items.saved)
    found = list(items.given)
    for candidate, off in zip(order.members, purse.off(table.desk, order.members, items.value), strict=True):
        if off:
            shares = _spread(table, saved, off)
            found.append(Given(candidate, 1, {line: share for line, share in enumerate(shares) if share}))
            saved = [a + b for a, b in zip(saved, shares, strict=True)]
    value = sum(saved)
    bound = value
    if items.bound > items.value:
        highest = items.bound if order.ceiling is None else min(items.bound, order.ceiling)
        bound = max(value, highest + sum(purse.off(table.desk, order.members, highest)))
    methods = items.methods | ({"every order discount"} if order.members else frozenset())
    return Outcome(tuple(found), value, bound, methods)


def _spread(table: Table, saved: Sequence[int], amount: int) -> tuple[int, ...]:
    """Spread an order discount over the lines, each within what may still be saved of it."""
    weights = [ground.amount - done for ground, done in zip(table.grounds, saved, strict=True)]
    policy = table.desk.policy
    if policy.allocation == "even":
        weights = [1 if weight > 0 else 0 for weight in weights]
    elif policy.allocation == "by quantity":
        weights = [g.quantity if weight > 0 else 0 for g, weight in zip(table.grounds, weights, strict=True)]
    caps = [max(0, ground.cap - done) for ground, done in zip(table.grounds, saved, strict=True)]
    weights = [max(0, weight) for weight in weights]
    return spread(amount, weights, caps=caps, remainder=policy.remainder, credits=policy.credits)


def _tie(outcome: Outcome, table: Table) -> Tie:
    """Return what decides between outcomes: value; fewest promotions; highest sum of priorities; first names."""
    del table
    used = sorted(one.candidate.name for one in outcome.given)
    priority = sum(one.candidate.promotion.priority for one in outcome.given)
    names = tuple((*(-ord(letter) for letter in name), 1) for name in used)
    return (outcome.value, -len(used), priority, names)


def _in_turn(table: Table, notebook: Notebook) -> Outcome:
    """Decide items by the policy's objective, then take order discounts off in turn, as long as their conditions hold.

    In order of priority; for the seller in each group the one that takes least.
    """
    desk, purse = table.desk, _purse(table)
    items = settle_items(desk, table.grounds, _on_items(table), notebook, table.ceiling)
    if items is None:
        return Outcome((), 0, 0, frozenset())
    used = {one.candidate.promotion.group for one in items.given}
    members: list[Candidate] = []
    on_quote = [one for one in table.candidates if one.is_on_quote and holds_at(desk, one, table.sums, items.value)]
    if desk.policy.promotions == "seller":
        on_quote.sort(key=lambda one: (purse.off(desk, [one], items.value)[0], one.name))
    else:
        on_quote = by_precedence(on_quote)
    for candidate in on_quote:
        group = group_of(desk, candidate)
        shares_group = group is not None and group.mode in {"stack", "in sequence"}
        name = group.name if group else ""
        is_taken = any(one.promotion.group == candidate.promotion.group for one in members)
        if shares_group or not (is_taken or (name and name in used)):
            members.append(candidate)
    outcome = _joined(table, purse, OrderSet(tuple(by_precedence(members)), None, frozenset()), items)
    bound = items.bound if desk.policy.promotions == "seller" else items.value
    return Outcome(outcome.given, outcome.value, bound + outcome.value - items.value, outcome.methods)

"""Prices that are paid every period with their ramps, and prices that are a percentage of other lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

from catalogs.circles import find_circles
from catalogs.desk import Desk, View
from catalogs.money import amount_of, money_of, rate_of
from catalogs.policy import PercentOfTotal, Period, Ramp, Recurring
from rules import selling as w
from rules.diagnostics import Span
from rules.kinds import Money, Quantity
from rules.syntax import Number

A_YEAR: Mapping[Period, int] = {"month": 12, "year": 1, "use": 1}
"""How many periods a recurring price runs where nothing is said: a year."""


def declare_recurring(desk: Desk) -> tuple[Recurring, ...]:
    """Return the recurring prices, sorted by name."""
    found = [one for node in desk.declared.of(w.RecurringDeclaration) if (one := _recurring(node, desk))]
    return tuple(sorted(found, key=lambda one: one.name))


def _recurring(node: w.RecurringDeclaration, desk: Desk) -> Recurring | None:
    name = node.name.text
    label = desk.labels.label("recurring", (name,), node.label.value if node.label else None)
    days = desk.only_days(node.modifiers, "recurring price")
    periods = A_YEAR[node.period] if node.periods is None else node.periods
    if periods < 1:
        desk.report.error("bad-periods", node.name.span, f"the recurring price {name} runs for less than one period")
    _check_ramps(node, periods, desk)
    component = desk.component(node.on, sellable=True)
    if component is None:
        return None
    fields = component.record.fields
    amount = desk.typed(node.amount, View(fields, "a recurring price"))
    seen = View({**fields, "customer": desk.customer, "quantity": Quantity()}, "a recurring price")
    when = desk.condition(node.when, seen) if node.when else None
    if amount is None or (node.when is not None and when is None):
        return None
    if not isinstance(amount.kind, Money):
        hint = f"write it so: 12.00 {desk.currency} per month"
        desk.report.error("not-money", node.amount.span, "a recurring price is an amount of money", hint)
        return None
    ramps = tuple(_ramps(node, amount.kind.currency, desk))
    return Recurring(
        name, label, component.name, amount, node.period, periods, ramps, node.convention or "actual/actual", when,
        days, node.name.span,
    )  # fmt: skip


def _ramps(node: w.RecurringDeclaration, currency: str, desk: Desk) -> Iterator[Ramp]:
    for ramp in node.ramps:
        low, high = _count(ramp.low, desk), None if ramp.high is None else _count(ramp.high, desk)
        rate = rate_of(ramp.value, desk) if ramp.value.unit == "%" else None
        amount = None if ramp.value.unit == "%" else amount_of(ramp.value, currency, desk)
        if low is not None and (rate is not None or amount is not None):
            yield Ramp(low, high, rate, amount, ramp.span)


def _count(number: Number, desk: Desk) -> int | None:
    if number.unit or number.value.denominator != 1 or number.value < 1:
        desk.report.error("not-a-count", number.span, "periods are counted from 1, in whole numbers")
        return None
    return int(number.value)


def _check_ramps(node: w.RecurringDeclaration, periods: int, desk: Desk) -> None:
    """Note periods that two ramps are for, and ramps that begin after the last period."""
    for before, after in pairwise(sorted(node.ramps, key=lambda ramp: (ramp.low.value, ramp.span))):
        if before.high is None or after.low.value <= before.high.value:
            related = ((before.span, "the ramp before"),)
            desk.report.error("ramps-overlap", after.low.span, "this period is in the ramp before too", related=related)
    for ramp in node.ramps:
        if ramp.low.value > periods >= 1:
            message = f"this begins after the last of {periods} periods"
            desk.report.warn("ramp-never", ramp.low.span, message, "it holds for lines that run longer only")


def declare_percents(desk: Desk) -> tuple[PercentOfTotal, ...]:
    """Return the prices that are a percentage of other lines, sorted by name; none is in its own total."""
    found = [one for node in desk.declared.of(w.PercentDeclaration) if (one := _percent(node, desk))]
    found.sort(key=lambda one: one.name)
    _check_one_a_day(found, desk)
    _check_circles(found, desk)
    return tuple(found)


def _percent(node: w.PercentDeclaration, desk: Desk) -> PercentOfTotal | None:
    days = desk.only_days(node.modifiers, "percentage")
    rate = rate_of(node.rate, desk)
    least = money_of(node.minimum, desk) if node.minimum else None
    most = money_of(node.maximum, desk) if node.maximum else None
    if node.maximum and least and most and least.currency == most.currency and most.amount < least.amount:
        desk.report.error("range-reversed", node.maximum.span, "the maximum is less than the minimum")
    on = desk.component(node.on, sellable=True)
    of = [desk.component(name, sellable=True) for name in node.of]
    if on is None or rate is None or not all(of):
        return None
    names = tuple(dict.fromkeys(component.name for component in of if component))
    return PercentOfTotal(node.name.text, on.name, rate, node.base, names, least, most, days, node.name.span)


def _check_one_a_day(found: list[PercentOfTotal], desk: Desk) -> None:
    for one, other in combinations(found, 2):
        if one.on == other.on and _meet(one, other):
            first, second = sorted((one, other), key=lambda percent: percent.span)
            message = f"{second.on} is priced by {first.name} already on some of these days"
            related = ((first.span, "the other percentage"),)
            desk.report.error("percents-overlap", second.span, message, related=related)


def _meet(one: PercentOfTotal, other: PercentOfTotal) -> bool:
    a, b = one.effectivity, other.effectivity
    return (a.start is None or b.end is None or a.start <= b.end) and (
        b.start is None or a.end is None or b.start <= a.end
    )


def _check_circles(found: list[PercentOfTotal], desk: Desk) -> None:
    """Note every product whose price would be in the total it is a percentage of, on any day."""
    products = sorted(component.name for component in desk.components.values() if component.sellable)
    starts = {percent.effectivity.start for percent in found}
    told: set[tuple[str, ...]] = set()
    for day in sorted(starts, key=str):
        # Percentages that hold together at all hold together on the first day of one of them.
        there = [p for p in found if (p.effectivity.covers(day) if day else p.effectivity.start is None)]
        uses = {p.on: p.of or tuple(name for name in products if name != p.on) for p in there}
        spans: dict[str, Span] = {p.on: p.span for p in there}
        for circle in find_circles({on: [name for name in of if name in uses] for on, of in uses.items()}):
            if circle.way not in told:
                message = f"{circle.way[0]} would be a percentage of itself: {' of '.join(circle.way)}"
                desk.report.error("percent-circle", spans[circle.way[0]], message, "name the products it is of")
            told.add(circle.way)

"""The phase "term": what a line pays again, month by month, year by year or by use, beside its one-time price.

A period's charge is the price of one unit times the quantity, rounded once to minor units. Of a broken period the line pays
the difference of what is due up to its ends, so that parts of a period add up to it, and what is given back for a
replaced line and charged for the new one is counted alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from catalogs import policy
from catalogs.effectivity import in_effect, within
from catalogs.policy import Convention, Ramp, Recurring
from quotes.pricing.daycount import MONTHS, day_after, day_before, months_after, months_between, share
from quotes.pricing.changer import Changer
from quotes.pricing.columns import Columns
from quotes.pricing.inputs import LineTerm
from quotes.pricing.record import PeriodPrice, PeriodTotal
from quotes.pricing.rounding import rounded
from quotes.pricing.sheet import Desk, Draft, Origin, Sheet
from rules.diagnostics import Span
from rules.kinds import Money

_UNSAID = LineTerm()


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days `start` up to, not including, `end` that are paid of a period; `before` and `until` are shares of it.

    `number` counts the periods of the line from 1, a broken first one included.
    """

    number: int
    start: date
    end: date
    before: Fraction
    until: Fraction

    @property
    def part(self) -> Fraction:
        """The share of the period that is paid."""
        return self.until - self.before

    def of(self, whole: int, desk: Desk) -> int:
        """Return what is paid of the charge of a whole period, in minor units."""
        due = (rounded(whole * at, desk.policy.rounding) for at in (self.until, self.before))
        return next(due) - next(due)


def term(desk: Desk, sheet: Sheet) -> Sheet:
    """Find what every line pays again; lines without a recurring price stay as they are."""
    known = desk.kept(recurring_of)
    if not known and not any(stated.paid for stated in desk.inputs.terms.values()):
        return sheet
    changer = Changer.of(desk, sheet)
    drafts = tuple(_with_periods(desk, draft, known.get(draft.line.product, ()), changer) for draft in sheet.drafts)
    return changer.written(replace(sheet, drafts=drafts))


def recurring_of(desk: Desk) -> Mapping[str, tuple[Recurring, ...]]:
    """Return the recurring prices in effect, by name, of every product that has one on itself or on a part."""
    prices = sorted(in_effect(desk.catalog.recurring, desk.day), key=lambda one: (one.name, one.span))
    found = {}
    for product in desk.catalog.products if prices else ():
        names = {one.name for one in within(desk.catalog, product.name)}
        if own := tuple(one for one in prices if one.on in names):
            found[product.name] = own
    return found


def _with_periods(desk: Desk, draft: Draft, prices: Sequence[Recurring], changer: Changer) -> Draft:
    stated = desk.inputs.terms.get(draft.line.id, _UNSAID)
    found = [*_given_back(desk, stated)]
    for one in prices:
        unit, instances = _unit(draft, one)
        if not instances:
            continue
        worth = changer.change(policy.Money(Fraction(1), _currency(one, desk)))
        why = "no exchange rate leads to the quote's currency" if worth is None else _wrong(desk, stated)
        if worth is None or why:
            draft = draft.noted(Origin("term", one.name, one.label, one.span).not_applied("add", unit, draft.unit, why))
            continue
        found += _periods(desk, draft, one, stated, (unit * worth, instances * worth))
    return replace(draft, periods=(*draft.periods, *found)) if found else draft


def _currency(one: Recurring, desk: Desk) -> str:
    return one.amount.kind.currency if isinstance(one.amount.kind, Money) else desk.context.currency


def _wrong(desk: Desk, stated: LineTerm) -> str:
    start = stated.start or desk.day
    return f"the term ends on {stated.end}, before its first day {start}" if stated.end and stated.end < start else ""


def _unit(draft: Draft, one: Recurring) -> tuple[Fraction, int]:
    """Return the price of a period of one unit of the line: the sum over the instances it is for, and how many they are.

    What is used is counted for the line as a whole: there the price of the first instance holds.
    """
    total, instances = Fraction(0), 0
    for spot in draft.spots:
        if spot.component.name != one.on or (one.when is not None and not spot.scope.holds(one.when)):
            continue
        amount = spot.scope.number(one.amount)
        if amount is not None:
            total, instances = total + amount, instances + 1
            if one.period == "use":
                break
    return total, instances


def _periods(
    desk: Desk, draft: Draft, one: Recurring, stated: LineTerm, worth: tuple[Fraction, Fraction]
) -> Iterator[PeriodPrice]:
    """Yield what is paid for every period; `worth` is a period of one unit, and one unit of the price's currency times instances."""
    unit, each = worth
    if one.period == "use":
        used = stated.usage.get(one.name)
        if used is not None:
            start = stated.start or desk.day
            net = rounded(unit * used * desk.minor, desk.policy.rounding)
            yield PeriodPrice(one.name, one.label, "use", start, stated.end or start, used, net, one.span)
        return
    for stretch in stretches(desk.day, one, stated):
        ramp = _ramp(one.ramps, stretch.number)
        price = unit if ramp is None else _ramped(unit, each, ramp)
        whole = rounded(price * draft.line.quantity * desk.minor, desk.policy.rounding)
        yield _paid(one, stretch, stretch.of(whole, desk), stretch.part, one.span if ramp is None else ramp.span)


def _paid(one: Recurring, stretch: Stretch, net: int, part: Fraction, source: Span) -> PeriodPrice:
    return PeriodPrice(one.name, one.label, one.period, stretch.start, day_before(stretch.end), part, net, source)


def _ramp(ramps: Sequence[Ramp], number: int) -> Ramp | None:
    return next((ramp for ramp in ramps if ramp.low <= number and (ramp.high is None or number <= ramp.high)), None)


def _ramped(unit: Fraction, each: Fraction, ramp: Ramp) -> Fraction:
    if ramp.amount is not None:
        return ramp.amount * each
    return unit * (1 - (ramp.rate or 0))


def stretches(today: date, one: Recurring, stated: LineTerm) -> Iterator[Stretch]:
    """Yield the periods of a line in order, the first and the last one perhaps broken.

    Where begun months count as whole ones, and nothing is replaced, they count from the line's own first day.
    """
    months = MONTHS[one.period]
    start = stated.start or today
    own = one.convention == "whole months" and not stated.paid
    anchor = start if own else stated.anchor or start
    if stated.end is not None:
        stop = day_after(stated.end)
    else:
        stop = months_after(start, months * (one.periods if stated.periods is None else stated.periods))
    return _between(one.convention, months, anchor, start, stop)


def _between(convention: Convention, months: int, anchor: date, start: date, stop: date) -> Iterator[Stretch]:
    first = months_between(anchor, start) // months
    number = 0
    while True:
        begin = months_after(anchor, (first + number) * months)
        end = months_after(anchor, (first + number + 1) * months)
        low, high = max(begin, start), min(end, stop)
        if low >= high:
            return
        number += 1
        at = [share(convention, months, begin, end, day) for day in (low, high)]
        yield Stretch(number, low, high, at[0], at[1])


def _given_back(desk: Desk, stated: LineTerm) -> Iterator[PeriodPrice]:
    """Yield what a line gives back for those it replaces: the part of what they paid that lies from its first day on."""
    for name, paid in sorted(stated.paid.items()):
        one = next((one for one in desk.catalog.recurring if one.name == name and one.period != "use"), None)
        if one is None:
            continue
        months, start = MONTHS[one.period], stated.start or desk.day
        stretch = next(_between(one.convention, months, stated.anchor or start, start, months_after(start, 2 * months)))
        yield _paid(one, stretch, -stretch.of(paid, desk), -stretch.part, one.span)


def days_paid(credit: int, price: int, days: int) -> int:
    """Return for how many days a credit pays where a period of some days costs a price, both in minor units."""
    return rounded(Fraction(credit * days, price))


def period_totals(sheet: Sheet, once: int) -> tuple[tuple[PeriodTotal, ...], int]:
    """Return what is paid once and in every period, and all of it together; nothing by period where nothing recurs."""
    if isinstance(sheet.drafts, Columns):
        return (), once  # what recurs was written on rows
    sums: dict[tuple[date, date, Literal["month", "year", "use"]], int] = {}
    for draft in sheet.drafts:
        for one in draft.periods:
            key = (one.start, one.end, one.period)
            sums[key] = sums.get(key, 0) + one.net
    if not sums:
        return (), once
    paid = [PeriodTotal(period, start, end, net) for (start, end, period), net in sorted(sums.items())]
    return (PeriodTotal("once", None, None, once), *paid), once + sum(sums.values())

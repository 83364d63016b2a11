"""Goldens of category "proration": recurring prices of broken periods, by the phase "term"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from quotes.pricing.daycount import months_after, share
from quotes.pricing.inputs import Inputs, LineTerm
from quotes.pricing.record import PeriodPrice
from quotes.pricing.terms import days_paid
from tests.quotes.pricing.goldens.numbers import agrees, exact
from tests.quotes.pricing.plain import Item, ask, recurring

START = date(2025, 1, 1)
"""The first of two years without a leap day."""


def check(case: Mapping[str, Any]) -> None:
    inputs = case["inputs"]
    shapes: list[tuple[frozenset[str], Callable[[Mapping[str, Any], Any], None]]] = [
        (frozenset({"price", "qty", "terms"}), _times),
        (frozenset({"price", "terms"}), _stub_and_periods),
        (frozenset({"price", "term", "default"}), _terms_of_default),
        (frozenset({"days", "default"}), _days_of_default),
        (frozenset({"months", "default"}), _months_of_default),
        (frozenset({"days", "of"}), _days_of),
        (frozenset({"period", "started"}), _whole_period),
        (frozenset({"old", "new"}), _upgrade),
    ]
    for keys, judge in shapes:
        if keys <= inputs.keys():
            peer = case["status"] == "peer-specific" and "reference_value" in case
            judge(inputs, case["reference_value"] if peer else case["expected"])
            return
    raise AssertionError(f"{case['id']}: no check for {sorted(inputs)}")


def _paid(price, period, convention, term: LineTerm, quantity: int = 1) -> tuple[PeriodPrice, ...]:
    found = ask(
        [Item(0, quantity)], plans=[recurring(exact(price), period, convention)], inputs=Inputs(terms={"0": term})
    )
    return found.lines[0].periods


def _net(paid: tuple[PeriodPrice, ...]) -> Fraction:
    return Fraction(sum(one.net for one in paid), 100)


def _parts(paid: tuple[PeriodPrice, ...]) -> Fraction:
    return sum((one.part for one in paid), Fraction(0))


def _times(inputs: Mapping[str, Any], expected) -> None:
    """A price for so much of what is used."""
    used = exact(inputs["terms"]) * inputs["qty"]
    paid = _paid(inputs["price"], "use", "actual/actual", LineTerm(usage={"plan": used}))
    assert agrees(_net(paid), expected), (_net(paid), expected)


def _stub_and_periods(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """``8/31 + 10``: a broken first month of so many days, and whole months after it."""
    stub, _, whole = str(inputs["terms"]).partition("+")
    days, of = (int(one) for one in stub.split("/"))
    anchor = next(
        day for month in range(24) if ((day := months_after(START, month)) - months_after(day, -1)).days == of
    )
    term = LineTerm(
        start=anchor - timedelta(days), end=months_after(anchor, int(whole or 0)) - timedelta(1), anchor=anchor
    )
    paid = _paid(inputs["price"], "month", "actual/actual", term)
    if "term_count" in expected:
        assert agrees(_parts(paid), expected["term_count"])
    assert agrees(_net(paid), expected["price"])


def _terms_of_default(inputs: Mapping[str, Any], expected) -> None:
    """A price for so many months by default, sold for another number of months."""
    assert inputs["default"] == 12
    end = months_after(START, inputs["term"]) - timedelta(1)
    assert agrees(_net(_paid(inputs["price"], "year", "whole months", LineTerm(start=START, end=end))), expected)


def _days_of_default(inputs: Mapping[str, Any], expected) -> None:
    """Days, or months and days, as a number of default terms: a year by its days, or by its months."""
    start, convention = START, "actual/365"
    if "months" in inputs:
        start, convention = months_after(START, inputs["months"]), "month and days"
    end = start + timedelta(inputs["days"] - 1)
    paid = _paid(1, "year", convention, LineTerm(start=START, end=end))
    assert agrees(_parts(paid), expected), _parts(paid)


def _months_of_default(inputs: Mapping[str, Any], expected) -> None:
    end = months_after(START, inputs["months"]) - timedelta(1)
    paid = _paid(1, "year", "whole months", LineTerm(start=START, end=end))
    assert agrees(_parts(paid), expected), _parts(paid)


def _days_of(inputs: Mapping[str, Any], expected) -> None:
    """The last days of a month of so many."""
    month = next(
        day for number in range(48) if (months_after(day := months_after(START, number), 1) - day).days == inputs["of"]
    )
    anchor = months_after(month, 1)
    paid = _paid(
        1,
        "month",
        "actual/actual",
        LineTerm(start=anchor - timedelta(inputs["days"]), end=anchor - timedelta(1), anchor=anchor),
    )
    assert agrees(_parts(paid), expected), _parts(paid)


def _whole_period(inputs: Mapping[str, Any], expected: int) -> None:
    """Part of a period counts over all its days, not over those from a late start on."""
    first, last = (date.fromisoformat(day) for day in inputs["period"])
    started, after = date.fromisoformat(inputs["started"]), last + timedelta(1)
    months = (after.year - first.year) * 12 + after.month - first.month
    part = 1 - share("actual/actual", months, first, after, started)
    assert part == Fraction((after - started).days, expected)


def _upgrade(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """What is left of the old period pays for days of the new one, or for a part of it."""
    of = inputs["period"]
    month = next(day for number in range(48) if (months_after(day := months_after(START, number), 1) - day).days == of)
    change = month + timedelta(inputs["used_days"])
    old, new = (exact(inputs[name]) for name in ("old", "new"))
    last = months_after(month, 1) - timedelta(1)
    plans = [recurring(old, name="old", on="p1"), recurring(new, name="new")]
    term = LineTerm(start=change, end=last, anchor=month, paid={"old": int(old * 100)})
    paid = ask([Item(0), Item(0)], plans=plans, inputs=Inputs(terms={"0": term})).lines[0].periods
    if "extra_charge" in expected:
        assert agrees(_net(paid), expected["extra_charge"])
    if "days" in expected:
        credit = -sum(one.net for one in paid if one.net < 0)
        assert days_paid(credit, int(new * 100), of) == expected["days"]

"""What lines pay again: periods, broken ones, ramps, usage, changes in mid-period, and the sums over a contract."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.marks import Label
from catalogs.policy import Convention, Ramp
from quotes.pricing.inputs import Inputs, LineTerm
from quotes.pricing.record import PeriodTotal
from quotes.pricing.terms import days_paid
from tests.quotes import small
from tests.quotes.pricing.plain import Item, ask, exchange, recurring
from tests.quotes.small import DAY, span

CONVENTIONS = st.sampled_from(get_args(Convention))
PARTIAL = st.sampled_from([one for one in get_args(Convention) if one != "whole months"])
DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31))


def paid(plan, term=None, quantity=1, **more):
    found = ask([Item(0, quantity)], plans=[plan], inputs=Inputs(terms={"0": term} if term else {}), **more)
    return found.lines[0].periods


def nets(periods):
    return [one.net for one in periods]


def test_a_line_pays_every_period_from_the_day_of_the_quote_for_as_many_as_declared():
    found = ask([Item(100, 2)], plans=[recurring("9.99", periods=3)])
    assert [(one.start, one.end, one.net, one.part) for one in found.lines[0].periods] == [
        (date(2026, 11, 21), date(2026, 12, 20), 1_998, 1),
        (date(2026, 12, 21), date(2027, 1, 20), 1_998, 1),
        (date(2027, 1, 21), date(2027, 2, 20), 1_998, 1),
    ]
    assert found.lines[0].periods[0].source == span(7, "plans.cpq")
    assert found.totals.net == 20_000, "what recurs is not in what is paid once"
    assert found.contract_value == 20_000 + 3 * 1_998
    assert found.periods[0] == PeriodTotal("once", None, None, 20_000)
    assert found.periods[1] == PeriodTotal("month", date(2026, 11, 21), date(2026, 12, 20), 1_998)


def test_nothing_recurs_nothing_is_said_by_period():
    found = ask([Item(100)])
    assert (found.periods, found.contract_value) == ((), 10_000)


def test_months_keep_to_the_first_day_even_after_short_ones():
    starts = [one.start for one in paid(recurring(1, periods=4), LineTerm(start=date(2027, 1, 31)))]
    assert starts == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_a_last_day_breaks_the_last_period():
    found = paid(recurring(365, "year", "actual/365"), LineTerm(start=date(2025, 1, 1), end=date(2026, 4, 10)))
    assert nets(found) == [36_500, 10_000]
    assert found[-1].part == Fraction(100, 365)


def test_an_anchor_breaks_the_first_period():
    term = LineTerm(start=date(2025, 3, 28), end=date(2026, 2, 4), anchor=date(2025, 1, 5))
    found = paid(recurring(90), term)
    assert nets(found) == [2_323] + [9_000] * 10
    assert sum(one.part for one in found) == Fraction(8, 31) + 10


def test_ramps_change_the_price_of_some_periods():
    ramps = [Ramp(1, 2, Fraction(1, 2), None, span(8)), Ramp(4, None, None, Fraction(7), span(9))]
    found = paid(recurring(10, periods=5, ramps=ramps), quantity=3)
    assert nets(found) == [1_500, 1_500, 3_000, 2_100, 2_100]
    assert [one.source.line for one in found] == [8, 8, 7, 9, 9]


def test_usage_is_paid_for_the_line_as_a_whole():
    plan = recurring("0.0125", "use")
    assert paid(plan) == ()
    (one,) = paid(plan, LineTerm(usage={"plan": Fraction(1_001)}, end=date(2026, 12, 31)), quantity=4)
    assert (one.net, one.part, one.start, one.end) == (1_251, 1_001, DAY, date(2026, 12, 31))


def test_a_condition_and_another_day_leave_a_price_out():
    never = small.is_segment("dealer")
    assert paid(recurring(1, when=never)) == ()
    later = replace(recurring(1), effectivity=small.Effectivity(date(2027, 1, 1), None))
    assert paid(later) == ()


def test_a_term_that_ends_before_it_begins_says_so():
    found = ask([Item(5)], plans=[recurring(1)], inputs=Inputs(terms={"0": LineTerm(end=date(2020, 1, 1))}))
    assert found.lines[0].periods == ()
    assert "before its first day" in next(step.not_applied for step in found.lines[0].steps if step.phase == "term")


def test_a_price_in_another_currency_is_converted_or_said_to_be_left_out():
    plan = recurring(10, currency="USD", periods=1)
    assert nets(paid(plan, rates=[exchange("USD", "EUR", "0.9")])) == [900]
    found = ask([Item(5)], plans=[plan])
    assert "no exchange rate" in next(step.not_applied for step in found.lines[0].steps if step.phase == "term")


def test_a_term_without_end_stops_with_the_calendar():
    assert paid(recurring(1, "year"), LineTerm(periods=10**6))[-1].end < date.max


@settings(max_examples=150)
@given(CONVENTIONS, st.sampled_from(["month", "year"]), DAYS, st.integers(0, 10**6), st.data())
def test_the_parts_of_a_period_add_up_to_it(convention, period, anchor, cents, data):
    """However a period is cut into lines that follow each other, they pay what the whole one costs."""
    plan = recurring(Fraction(cents, 100), period, convention, periods=1)
    (whole,) = paid(plan, LineTerm(start=anchor))
    cuts = data.draw(st.sets(st.dates(anchor + timedelta(1), whole.end), max_size=4))
    edges = [anchor, *sorted(cuts - {anchor}), whole.end + timedelta(1)]
    parts = [
        paid(plan, LineTerm(start=low, end=high - timedelta(1), anchor=anchor, paid={"none": 0}))
        for low, high in pairwise(edges)
    ]
    assert sum(one.net for part in parts for one in part) == whole.net == cents
    assert sum(one.part for part in parts for one in part) == 1


@settings(max_examples=150)
@given(PARTIAL, DAYS, st.integers(0, 40), st.integers(0, 10**6))
def test_a_broken_period_pays_its_exact_part_to_the_nearest_cent(convention, anchor, days, cents):
    term = LineTerm(start=anchor, end=anchor + timedelta(days), anchor=anchor)
    for one in paid(recurring(Fraction(cents, 100), "month", convention), term):
        assert abs(one.net - cents * one.part) <= Fraction(1, 2)


@settings(max_examples=150)
@given(CONVENTIONS, DAYS, st.integers(0, 27), st.integers(0, 10**6), st.integers(0, 10**6))
def test_an_upgrade_and_a_downgrade_at_the_same_instant_come_to_nothing(convention, anchor, days, small_price, large):
    start = anchor + timedelta(days)
    whole = recurring(0, periods=1)
    (month,) = paid(whole, LineTerm(start=anchor))
    plans = [
        recurring(Fraction(small_price, 100), "month", convention, name="small", on="p0"),
        recurring(Fraction(large, 100), "month", convention, name="large", on="p1"),
    ]
    terms = {
        "1": LineTerm(start=start, end=month.end, anchor=anchor, paid={"small": small_price}),
        "0": LineTerm(start=start, end=month.end, anchor=anchor, paid={"large": large}),
    }
    found = ask([Item(0), Item(0)], plans=plans, inputs=Inputs(terms=terms))
    assert sum(one.net for line in found.lines for one in line.periods) == 0
    assert found.contract_value == 0


def test_a_change_in_mid_period_gives_back_what_was_paid_for_the_rest():
    plans = [recurring(60, name="large"), recurring(30, name="small", on="p1")]
    term = LineTerm(
        start=date(2025, 4, 16), end=date(2025, 4, 30), anchor=date(2025, 4, 1), paid={"small": 3_000, "gone": 5}
    )
    found = ask([Item(0), Item(0)], plans=plans, inputs=Inputs(terms={"0": term})).lines[0].periods
    assert [(one.name, one.net, one.part) for one in found] == [
        ("small", -1_500, Fraction(-1, 2)), ("large", 3_000, Fraction(1, 2)),
    ]  # fmt: skip
    assert days_paid(1_500, 6_000, 30) == 8


def test_instances_of_a_part_pay_each():
    bag = small.component("bag", (), sellable=False)
    case = small.component("p0", (), [small.part("bags", "bag", 0, 3)])
    catalog = small.catalog([case, bag], [small.prices("list", small.row("", "10", product="p0"))])
    plan = recurring(2, on="bag", periods=1, ramps=[Ramp(1, 1, None, Fraction(3), span())])
    catalog = replace(catalog, recurring=(plan,))
    found = ask([Item(10, 5)], catalog=catalog)
    assert nets(found.lines[0].periods) == []
    from quotes.pricing.context import Context, Line  # noqa: PLC0415 (one line with parts)
    from quotes.pricing.waterfall import price  # noqa: PLC0415

    line = Line("0", "p0", {"count(bags)": Fraction(2)}, 5)
    (one,) = price(catalog, Context(None, "EUR"), [line], DAY).lines[0].periods
    assert (one.net, one.label) == (2 * 5 * 300, Label("plan"))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 10**4), st.integers(1, 5), st.integers(1, 6)), min_size=1, max_size=4), DAYS)
def test_totals_by_period_and_the_contract_value_are_sums_of_lines(lines, start):
    items = [Item(Fraction(cents, 100), quantity) for cents, quantity, _ in lines]
    plans = [
        recurring(Fraction(cents, 100), name=f"plan{i}", on=f"p{i}", periods=n) for i, (cents, _, n) in enumerate(lines)
    ]
    terms = {str(i): LineTerm(start=start) for i in range(len(lines))}
    found = ask(items, plans=plans, inputs=Inputs(terms=terms))
    every = [one for line in found.lines for one in line.periods]
    assert found.contract_value == found.totals.taxable + sum(one.net for one in every)
    assert found.contract_value == sum(one.net for one in found.periods)
    assert len(found.periods) == 1 + max(n for _, _, n in lines)

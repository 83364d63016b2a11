"""Conventions of broken periods: known examples, and shares that grow from nothing to the whole period."""

from datetime import date, timedelta
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.policy import Convention
from quotes.pricing.daycount import months_after, months_between, share

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CONVENTIONS = st.sampled_from(get_args(Convention))


@pytest.mark.parametrize(
    ("convention", "start", "day", "expected"),
    [
        ("actual/actual", date(2003, 11, 1), date(2004, 5, 1), Fraction(61, 365) + Fraction(121, 366)),
        ("actual/365", date(2003, 11, 1), date(2004, 5, 1), Fraction(182, 365)),
        ("actual/360", date(2003, 11, 1), date(2004, 5, 1), Fraction(182, 360)),
        ("actual/360", date(2003, 1, 1), date(2003, 12, 30), Fraction(1)),
        ("30/360", date(2003, 11, 1), date(2004, 5, 1), Fraction(180, 360)),
        ("30/360", date(2007, 1, 15), date(2007, 1, 31), Fraction(16, 360)),
        ("30/360", date(2007, 1, 31), date(2007, 3, 31), Fraction(60, 360)),
        ("30/360", date(2007, 2, 28), date(2007, 3, 31), Fraction(33, 360)),
        ("whole months", date(2017, 1, 1), date(2017, 2, 11), Fraction(2, 12)),
        ("whole months", date(2017, 1, 1), date(2017, 2, 1), Fraction(1, 12)),
        ("month and days", date(2017, 1, 1), date(2017, 3, 11), Fraction(2, 12) + Fraction(10, 365)),
    ],
)
def test_known_parts_of_a_year(convention, start, day, expected):
    assert share(convention, 12, start, months_after(start, 12), day) == expected


def test_the_days_of_a_month_count_over_all_its_days():
    start, end = date(2025, 3, 5), date(2025, 4, 5)
    assert 1 - share("actual/actual", 1, start, end, date(2025, 3, 28)) == Fraction(8, 31)


@given(CONVENTIONS, st.sampled_from([1, 3, 12]), DAYS, st.integers(0, 400), st.integers(0, 400))
def test_shares_grow_from_nothing_to_the_whole(convention, months, start, one, other):
    end = months_after(start, months)
    early, late = sorted((start + timedelta(one), start + timedelta(other)))
    assert 0 <= share(convention, months, start, end, early) <= share(convention, months, start, end, late) <= 1
    assert share(convention, months, start, end, start) == 0
    assert share(convention, months, start, end, end) == 1


@given(DAYS, st.integers(-60, 60))
def test_months_are_counted_back(day, months):
    later = months_after(day, months)
    assert months_between(day, later) == months
    assert months_between(day, later - timedelta(1)) == months - 1
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(1)).day == 1


def test_the_calendar_ends():
    assert months_after(date(9999, 12, 1), 1) == date.max
    assert months_after(date(1, 1, 5), -1) == date.min

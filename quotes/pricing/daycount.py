"""How much of a period lies before a day, by the named conventions, as exact ratios.

A whole period is 1 by every convention, so that it costs its price; the convention counts the days of a broken one. Shares
grow with the day from 0 to 1: the parts between days add up to the whole, whatever the days are.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import MAXYEAR, date, timedelta
from fractions import Fraction

from catalogs.policy import Convention

MONTHS = {"month": 1, "year": 12}
"""How many months a period has."""


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month (an earlier one where negative), or that month's last where it has no such day.

    >>> months_after(date(2027, 1, 31), 1), months_after(date(2027, 1, 31), 2)
    (datetime.date(2027, 2, 28), datetime.date(2027, 3, 31))
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year > MAXYEAR:
        return date.max
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(start: date, day: date) -> int:
    """Return how many whole months have passed from the first day to another."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return months if months_after(start, months) <= day else months - 1


def share(convention: Convention, months: int, start: date, end: date, day: date) -> Fraction:
    """Return how much of the period of some months from `start` up to, not including, `end` lies before `day`.

    actual/actual: for a year every day is a 365th or a 366th of its calendar year (ISDA 2006, 4.16(b)); for shorter
    periods the days of the period count (ICMA rule 251). actual/365, actual/360, 30/360: days over a year of so many
    (ISDA 2006, 4.16(d), (e), (f)). whole months: a month that has begun counts as a whole. month and days: whole
    months, and every day beyond as 12/365 of one. None is more than the whole period.
    """
    if day <= start:
        return Fraction(0)
    if day >= end:
        return Fraction(1)
    days = (day - start).days
    if convention == "actual/actual":
        found = _in_calendar_years(start, day) if months == MONTHS["year"] else Fraction(days, (end - start).days)
    elif convention == "actual/365":
        found = Fraction(days * 12, 365 * months)
    elif convention == "actual/360":
        found = Fraction(days * 12, 360 * months)
    elif convention == "30/360":
        found = Fraction(_days_of_thirty(start, day), 30 * months)
    else:
        passed = months_between(start, day)
        beyond = (day - months_after(start, passed)).days
        part = Fraction(beyond * 12, 365) if convention == "month and days" else Fraction(min(1, beyond))
        found = (passed + part) / months
    return min(Fraction(1), found)


def _in_calendar_years(start: date, day: date) -> Fraction:
    total = Fraction(0)
    while start < day:
        stop = min(day, date(start.year + 1, 1, 1)) if start.year < MAXYEAR else day
        total += Fraction((stop - start).days, 366 if isleap(start.year) else 365)
        start = stop
    return total


def _days_of_thirty(start: date, day: date) -> int:
    """Return the days between where every month has thirty (the bond basis)."""
    first = min(start.day, 30)
    last = 30 if day.day == 31 and first == 30 else day.day  # noqa: PLR2004 (the month's last days)
    return (day.year - start.year) * 360 + (day.month - start.month) * 30 + last - first


def day_before(day: date) -> date:
    """Return the last day of what ends before another day."""
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    """Return the first day of what begins after another day; the calendar's last day has none after it."""
    return day if day == date.max else day + timedelta(days=1)

"""Exchange rates: one by one in place, or many from CSV; each holds until the next one of its currencies begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import groupby, pairwise

from catalogs.declare_choices import days_of
from catalogs.desk import Desk
from catalogs.money import check_currency
from catalogs.policy import ExchangeRate
from catalogs.report import Report
from catalogs.tables import Row, columns
from rules import selling as w
from rules.diagnostics import Span, did_you_mean
from rules.kinds import Quantity
from rules.syntax import Number
from rules.units import currencies, currency

_PLAIN = Quantity()
_COLUMNS = ("currency", "rate", "from", "until", "source")


def declare_rates(desk: Desk) -> tuple[ExchangeRate, ...]:
    """Return the exchange rates, sorted by their currencies and first days; no two of a pair hold on one day."""
    found = [rate for node in desk.declared.of(w.RateDeclaration) if (rate := _rate(node, desk))]
    for node in desk.declared.of(w.RatesDeclaration):
        found += _sheet(node, desk)
    found.sort(key=lambda one: (one.base, one.currency, str(one.effectivity.start or ""), one.span))
    pairs = (tuple(rates) for _pair, rates in groupby(found, key=lambda one: (one.base, one.currency)))
    return tuple(rate for pair in pairs for rate in _in_turn(pair, desk.report))


def _in_turn(rates: tuple[ExchangeRate, ...], report: Report) -> Iterator[ExchangeRate]:
    """End each rate without a last day before the next one begins; note those that meet all the same."""
    for one, following in pairwise(rates):
        start, days = following.effectivity.start, one.effectivity
        if start is None or start == days.start or (days.end is not None and days.end >= start):
            message = f"there is another rate of {one.base} in {one.currency} on some of these days"
            report.error("rates-overlap", following.span, message, related=((one.span, "the other rate"),))
        elif days.end is None:
            days = replace(days, end=start - timedelta(days=1))
        yield replace(one, effectivity=days)
    yield from rates[-1:]


def _rate(node: w.RateDeclaration, desk: Desk) -> ExchangeRate | None:
    days = desk.only_days(node.modifiers, "rate")
    base, worth = node.base, node.worth
    sound = [_side(number, desk) for number in (base, worth)]
    if not all(sound) or not _differ(base.unit, worth.unit, worth.span, desk.report):
        return None
    source = node.source.value if node.source else ""
    return ExchangeRate(base.unit, worth.unit, worth.value / base.value, source, days, node.span)


def _side(number: Number, desk: Desk) -> bool:
    """Check one side of a rate: an amount above zero of some currency."""
    if not currency(number.unit):
        hint = did_you_mean(number.unit.upper(), currencies()) or "a rate is written so: rate 1 EUR = 1.0842 USD"
        shown = f"there is no currency {number.unit}" if number.unit else "this needs a currency"
        desk.report.error("unknown-currency", number.span, shown, hint)
        return False
    return _positive(number.value, number.span, desk.report)


def _positive(value: Fraction, span: Span, report: Report) -> bool:
    if value <= 0:
        report.error("bad-rate", span, "an exchange rate is above zero")
    return value > 0


def _differ(base: str, other: str, span: Span, report: Report) -> bool:
    if base == other:
        report.error("same-currency", span, f"{base} needs no rate to itself")
    return base != other


def _sheet(node: w.RatesDeclaration, desk: Desk) -> Iterator[ExchangeRate]:
    sheet = desk.sources.sheet(node.source, "rates")
    at = None if sheet is None else columns(sheet, ("currency", "rate", "from"), _COLUMNS, desk.report)
    if not check_currency(node.currency, desk.report) or sheet is None or at is None:
        return
    for row in sheet.rows:
        rate = _row(row, at, node, desk)
        if rate is not None:
            yield rate


def _row(row: Row, at: Mapping[str, int], node: w.RatesDeclaration, desk: Desk) -> ExchangeRate | None:
    code = row.cells[at["currency"]]
    days = days_of(row, at, desk)
    value = desk.scalar(row, at["rate"], _PLAIN)
    if not currency(code):
        hint = did_you_mean(code.upper(), currencies())
        desk.report.error("unknown-currency", row.place(at["currency"]), f"there is no currency {code[:80]}", hint)
        return None
    if days is None or not isinstance(value, Fraction):
        return None
    home = node.currency.text
    if value <= 0 or home == code:
        _positive(value, row.place(at["rate"]), desk.report)
        _differ(home, code, row.place(at["currency"]), desk.report)
        return None
    base, other = (home, code) if node.quoted == "per" else (code, home)
    source = (row.cells[at["source"]] if "source" in at else "") or node.name.text
    return ExchangeRate(base, other, value, source, days, row.span)

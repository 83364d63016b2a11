"""Quotes of plain lines: one product a line at a stated price, with taxes, fees and terms; priced by the engine itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from catalogs.marks import ALWAYS, Effectivity, Label
from catalogs.model import Catalog, Component, Tax
from catalogs.policy import (
    Convention, ExchangeRate, Fee, Money, PercentOfTotal, Period, Policy, Promotion, Ramp, Recurring,
)  # fmt: skip
from quotes.pricing.context import Context, Line
from quotes.pricing.inputs import UNTOUCHED, Inputs
from quotes.pricing.record import PricedQuote
from quotes.pricing.waterfall import price
from rules.kinds import Money as MoneyKind
from rules.typed import Constant, Typed
from tests.quotes import small
from tests.quotes.small import DAY, span


@dataclass(frozen=True, slots=True)
class Item:
    """A line: unit price in units of its list's currency, quantity, and the name of its tax category."""

    price: Fraction | str | int
    quantity: int = 1
    tax: str = "standard"
    currency: str = ""
    cost: Fraction | None = None


def product(number: int) -> str:
    return f"p{number}"


def rate(category: str, percent: Fraction | str | int, code: str = "S", reason: str = "") -> Tax:
    made = small.tax(category, str(percent))
    return replace(made, code=code, because=Label(reason) if reason else None)


def fee(
    kind: str,
    name: str,
    amount: Fraction | str | None = None,
    *,
    percent: Fraction | str | None = None,
    category: str | None = None,
    when: Typed | None = None,
    currency: str = "EUR",
) -> Fee:
    money = None if amount is None else Money(Fraction(amount), currency)
    part = None if percent is None else Fraction(percent) / 100
    return Fee(name, Label(name), kind, money, part, category, when, ALWAYS, span())  # type: ignore[arg-type]


def recurring(
    amount: Fraction | str,
    period: Period = "month",
    convention: Convention = "actual/actual",
    *,
    name: str = "plan",
    on: str = "p0",
    periods: int = 12,
    ramps: Iterable[Ramp] = (),
    when: Typed | None = None,
    currency: str = "EUR",
) -> Recurring:
    money = Constant(MoneyKind(currency), Fraction(amount))
    return Recurring(
        name, Label(name), on, money, period, periods, tuple(ramps), convention, when, ALWAYS, span(7, "plans.cpq")
    )


def percent_of(
    on: str,
    percent: str,
    *of: str,
    base: str = "net",
    minimum: str | None = None,
    maximum: str | None = None,
) -> PercentOfTotal:
    bounds = [None if one is None else Money(Fraction(one), "EUR") for one in (minimum, maximum)]
    ratio = Fraction(percent) / 100
    return PercentOfTotal(f"{on}_rate", on, ratio, base, of, bounds[0], bounds[1], ALWAYS, span())  # type: ignore[arg-type]


def exchange(base: str, currency: str, worth: str, source: str = "ECB", since: date | None = None) -> ExchangeRate:
    return ExchangeRate(base, currency, Fraction(worth), source, Effectivity(since, None), span(3, "rates.csv"))


def catalog_of(
    items: Sequence[Item],
    *,
    taxes: Iterable[Tax] = (),
    fees: Iterable[Fee] = (),
    plans: Iterable[Recurring] = (),
    percents: Iterable[PercentOfTotal] = (),
    rates: Iterable[ExchangeRate] = (),
    promotions: Iterable[Promotion] = (),
    currency: str = "EUR",
    extra: Sequence[Component] = (),
) -> Catalog:
    """Return a catalog in which line i is a product p{i} with one row, except percentages of totals (no row)."""
    percents = tuple(percents)
    derived = {one.on for one in percents}
    components = [small.component(product(i), ()) for i in range(len(items))]
    lists: dict[str, list[object]] = {}
    on: dict[str, list[str]] = {}
    for i, item in enumerate(items):
        name = product(i)
        on.setdefault(item.tax, []).append(name)
        if name not in derived:
            made = small.row("", "0", product=name, line=i + 1)
            made = replace(made, price=Fraction(item.price), cost=item.cost)
            lists.setdefault(item.currency or currency, []).append(made)
    prices = [small.prices(f"list_{code}", *rows, currency=code) for code, rows in lists.items()]  # type: ignore[arg-type]
    claimed = [
        replace(one, on=tuple(on.get(one.category, ()))) if one.category != "standard" and one.when is None else one
        for one in taxes
    ]
    made_catalog = small.catalog([*components, *extra], prices, taxes=claimed, currency=currency)
    return replace(
        made_catalog, fees=tuple(fees), recurring=tuple(plans), percents=percents, exchange_rates=tuple(rates),
        promotions=tuple(promotions),
    )  # fmt: skip


def lines_of(items: Sequence[Item]) -> list[Line]:
    return [Line(str(i), product(i), {}, item.quantity) for i, item in enumerate(items)]


def ask(
    items: Sequence[Item],
    *,
    policy: Policy | None = None,
    inputs: Inputs = UNTOUCHED,
    currency: str = "EUR",
    day: date = DAY,
    catalog: Catalog | None = None,
    **declared: object,
) -> PricedQuote:
    """Price the items; `declared` goes into their catalog (or into the one given)."""
    known: Mapping[str, object] = {"currency": currency, **declared}
    made = catalog or catalog_of(items, **known)  # type: ignore[arg-type]
    return price(made, Context(None, currency), lines_of(items), day, inputs=inputs, policy=policy or Policy())

"""Price lists of other currencies: one conversion, its rate in the record, own rows first."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.policy import Policy
from quotes.pricing.context import Context
from quotes.pricing.exchange import routes
from quotes.pricing.waterfall import price
from rules.kinds import Money
from rules.typed import Constant
from tests.quotes import small
from tests.quotes.pricing.plain import Item, ask, catalog_of, exchange, fee, lines_of
from tests.quotes.small import DAY


def test_a_list_price_is_converted_at_the_rate_of_the_day():
    found = ask([Item("7.00", 2, currency="USD")], rates=[exchange("USD", "EUR", "0.9737", since=date(2026, 11, 20))])
    assert (found.lines[0].list_unit, found.lines[0].net) == (6_815_900, 1_363)
    (used,) = found.conversions
    assert (used.base, used.currency, used.rate, used.day, used.source) == (
        "USD", "EUR", Fraction("0.9737"), date(2026, 11, 20), "ECB",
    )  # fmt: skip
    assert used.span.file == "rates.csv"


def test_it_is_rounded_once_to_the_decimals_of_unit_prices():
    policy = Policy("cents", unit_digits=2)
    found = ask([Item("7.00", 2, currency="USD")], rates=[exchange("USD", "EUR", "0.9737")], policy=policy)
    assert found.lines[0].net == 2 * 682


def test_without_a_rate_the_line_has_no_price():
    found = ask([Item(7, currency="USD")])
    assert found.lines == () or len(found.lines) == 0
    assert "no price list in EUR" in found.unpriced[0].reason
    later = [exchange("USD", "EUR", "0.9", since=date(2027, 1, 1))]
    assert len(ask([Item(7, currency="USD")], rates=later).unpriced) == 1


def test_the_latest_rate_in_effect_counts_and_the_declared_one_before_its_inverse():
    rates = [
        exchange("USD", "EUR", "0.8", since=date(2026, 1, 1)),
        exchange("USD", "EUR", "0.9", since=date(2026, 11, 1)),
        exchange("USD", "EUR", "0.1", since=date(2027, 1, 1)),
        exchange("EUR", "USD", "4", since=date(2026, 11, 20)),
    ]
    assert ask([Item(10, currency="USD")], rates=rates).totals.net == 900


def test_the_inverse_of_a_rate_is_exact():
    found = ask([Item(3, 3, currency="USD")], rates=[exchange("EUR", "USD", "3")])
    assert found.totals.net == 300
    assert found.conversions[0].rate == Fraction(1, 3)


def test_two_rates_meet_in_the_catalogs_currency_and_nowhere_else():
    rates = [exchange("EUR", "USD", "2"), exchange("EUR", "CHF", "0.5"), exchange("CHF", "JPY", "100")]
    catalog = catalog_of([Item(10, currency="USD")], rates=rates)
    found = price(catalog, Context(None, "CHF"), lines_of([Item(10)]), DAY)
    assert found.totals.net == 250
    assert [(one.base, one.currency) for one in found.conversions] == [("USD", "EUR"), ("EUR", "CHF")]
    assert set(routes(catalog, "JPY", DAY)) == {"CHF"}


def test_rows_of_the_quotes_own_currency_go_first():
    catalog = catalog_of([Item(10, currency="USD")], rates=[exchange("USD", "EUR", "0.5")])
    own = small.prices("own", small.row("", "9", product="p0"))
    found = price(
        replace(catalog, price_lists=(*catalog.price_lists, own)), Context(None, "EUR"), lines_of([Item(0)]), DAY
    )
    assert (found.totals.net, found.conversions) == (900, ())
    assert found.lines[0].steps[1].not_applied


def test_costs_are_converted_like_prices():
    found = ask([Item(10, currency="USD", cost=Fraction(4))], rates=[exchange("USD", "EUR", "0.5")])
    assert (found.totals.net, found.lines[0].cost) == (500, 200)


def test_a_charge_on_the_product_is_converted_with_its_row():
    catalog = catalog_of([Item(10, currency="USD")], rates=[exchange("USD", "EUR", "0.5")])
    engraving = small.charge("engraving", Constant(Money("USD"), Fraction(3)), on="p0")
    catalog = replace(catalog, charges=(engraving, small.charge("box", Constant(Money("CHF"), Fraction(1)), on="p0")))
    found = price(catalog, Context(None, "EUR"), lines_of([Item(0)]), DAY)
    assert (found.totals.net, len(found.conversions)) == (650, 1)
    assert [step.rule for step in found.lines[0].steps if step.phase == "configure"] == ["engraving"]
    own = replace(catalog.price_lists[0], currency="EUR")
    found = price(replace(catalog, price_lists=(own,)), Context(None, "EUR"), lines_of([Item(0)]), DAY)
    assert (found.totals.net, [one.base for one in found.conversions]) == (1_150, ["USD"])


def test_a_fee_is_converted_and_its_rate_recorded_once():
    rates = [exchange("USD", "EUR", "0.5")]
    fees = [fee("charge", "freight", "10", currency="USD"), fee("charge", "handling", "1", currency="USD")]
    found = ask([Item(10, currency="USD")], fees=fees, rates=rates)
    assert (found.totals.charges, len(found.conversions)) == (550, 1)


@settings(max_examples=60)
@given(st.integers(1, 10**6), st.integers(1, 10**7), st.integers(1, 40))
def test_the_recorded_rate_gives_the_price_again(cents, ppm, quantity):
    worth = Fraction(ppm, 10**6)
    item = Item(Fraction(cents, 100), quantity, currency="USD")
    found = ask([item], rates=[exchange("USD", "EUR", str(worth))])
    unit = item.price * found.conversions[0].rate
    assert found.lines[0].list_unit == int(unit * 10**6 + Fraction(1, 2))
    again = catalog_of([item], rates=[exchange("USD", "EUR", str(found.conversions[0].rate))])
    assert price(again, Context(None, "EUR"), lines_of([item]), DAY) == found


def test_large_quotes_record_their_rates_too():
    items = [Item(10 + i, currency="USD") for i in range(100)]
    found = ask(items, rates=[exchange("USD", "EUR", "0.5")])
    assert (found.totals.net, len(found.conversions)) == (sum(10 + i for i in range(100)) * 50, 1)

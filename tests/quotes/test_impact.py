"""What a new catalog does to a quote: prices anew from the same inputs, says what changed and who must agree now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalogs.model import Catalog
from configurator import Engine
from quotes.approval import grants_by
from quotes.build import build_quote
from quotes.engines import product_engine
from quotes.exchange import read_quote, write_quote
from quotes.impact import Impact, impact
from quotes.pricing import Context, Line, price
from quotes.quote import Quote
from quotes.request import read_request
from tests.quotes import shop
from tests.quotes.shop import DAY, RETAIL

APPROVE = """
approve deep_discount {
  when line.discount > 15%
  by   sales_manager
}
"""
SHOP = shop.SHOP.replace("150 .. 350 mm", "150 .. 350 step 50 mm")


def catalog(more: str = APPROVE, retail: str = RETAIL, text: str = SHOP) -> Catalog:
    return shop.load(more, retail.replace("301..350", "350"), text)


def engines(one: Catalog, product: str, day: date) -> Engine:
    return product_engine(one, product, day)


REQUEST = """{"customer": "C-2", "author": "ann", "adjust": [{"percent": "10", "reason": "fair"}], "lines": [
  {"product": "bike", "quantity": 2, "choices": {"motor": "trail", "count(bags)": 1}, "adjust": [{"percent": "2.5"}]},
  {"product": "bike", "choices": {"motor": "urban"}}]}"""


DEEP = REQUEST.replace('"2.5"', '"13"').replace('"percent": "10"', '"percent": "0"')
"""Thirteen percent off the first line, by hand; what is taken off the whole quote stops at floors by itself."""


def quoted(one: Catalog, request: str = REQUEST) -> Quote:
    read, problems = read_request(request, today=DAY)
    assert read is not None, problems
    quote, problems = build_quote(one, read, quote_id="Q-1", engines=engines, viewer="rep")
    assert quote is not None, problems
    return quote


def test_the_same_catalog_changes_nothing() -> None:
    quote = quoted(catalog())
    found = impact(quote, catalog(), engines, DAY)
    assert found.difference is not None
    assert (found.after, found.difference.changes, found.problems, found.newly) == (found.before, (), (), ())


def test_a_new_price_is_named_and_adds_up() -> None:
    quote = quoted(catalog())
    dearer = catalog(retail=RETAIL.replace("bike,motor,trail,500.00", "bike,motor,trail,540.00"))
    found = impact(quote, dearer, engines, DAY)
    assert found.difference is not None
    assert found.after is not None
    assert sum(one.minor for one in found.difference.changes) == found.after - found.before > 0
    (motor,) = [one for one in found.difference.changes if one.label.text == "Motor: Trail 500"]
    assert (motor.line, motor.rule, motor.minor) == ("L1", "retail", 8000)


def test_the_new_price_is_the_price_of_the_new_catalog() -> None:
    quote = quoted(catalog())
    dearer = catalog(retail=RETAIL.replace("600.00,300.00", "650.00,300.00").replace("1000.00", "1100.00"))
    found = impact(quote, dearer, engines, DAY)
    again = quoted(dearer)
    assert found.after == again.priced.totals.payable


def test_approvals_that_were_given_are_not_asked_for_again() -> None:
    quote = quoted(catalog(), REQUEST.replace('"2.5"', '"10"'))
    assert quote.state == "pending"
    grants = grants_by("sales_manager", {"sales_manager"}, quote.priced, (), DAY)
    agreed = replace(quote, grants=grants)
    same = impact(agreed, catalog(), engines, DAY)
    assert (same.needed, same.newly) == ((), ())
    stricter = catalog(APPROVE.replace("15%", "9%"))
    found = impact(agreed, stricter, engines, DAY)
    assert [(one.name, one.line) for one in found.newly] == [("deep_discount", "L2")]


def test_a_floor_of_the_new_catalog_is_named() -> None:
    floor = '\nfloor no_gift { line.discount <= 12%\n  because "Twelve at most." }\n'
    quote = quoted(catalog(), DEEP)
    found = impact(quote, catalog(APPROVE + floor), engines, DAY)
    assert [(one.name, one.line) for one in found.broken] == [("no_gift", "L1")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SHOP.replace("  trail  ", "  alpine  ").replace("motor = trail", "motor = alpine"), "trail"),
        (SHOP.replace('product bike "Bike"', 'product bike "Bike" until 2026-11-01'), "cannot be sold"),
    ],
)
def test_a_quote_without_a_price_says_why(text: str, sentence: str) -> None:
    retail = RETAIL.replace("motor,trail", "motor,alpine") if "alpine" in text else RETAIL
    loaded = catalog(retail=retail, text=text)
    found = impact(quoted(catalog()), loaded, engines, DAY)
    assert found.after is None
    assert found.difference is None
    assert [one[:4] for one in found.problems] in (["L1: "], ["L1: ", "L2: "])
    assert sentence in found.problems[0], found.problems


def test_a_renamed_choice_is_found() -> None:
    text = SHOP.replace('trail  "Trail 500"  500', 'alpine  "Alpine 500"  500  renamed from trail').replace(
        "motor = trail", "motor = alpine"
    )
    loaded = catalog(retail=RETAIL.replace("motor,trail", "motor,alpine"), text=text)
    found: Impact = impact(quoted(catalog()), loaded, engines, DAY)
    assert found.problems == ()
    assert found.after == found.before


def test_inputs_travel_with_the_quote() -> None:
    quote = quoted(catalog())
    read, problems = read_quote(write_quote(quote))
    assert (read, problems) == (quote, ())
    assert read is not None
    lines = [Line(line.id, line.product, {}, line.quantity) for line in read.lines]
    assert [one.by for one in read.inputs.adjustments] == ["ann", "ann"]
    assert price(catalog(), Context.of(catalog()), lines[:0], DAY, inputs=read.inputs).totals.net == 0


def test_a_customer_changes_no_price() -> None:
    read, _ = read_request(REQUEST, today=DAY)
    assert read is not None
    quote, problems = build_quote(catalog(), read, quote_id="Q-1", engines=engines)
    assert quote is None
    assert [(one.pointer, one.code) for one in problems] == [
        ("/adjust", "not-allowed"), ("/author", "not-allowed"), ("/lines/0/adjust", "not-allowed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("adjust", "place", "code"),
    [
        ('[{"percent": "5", "amount": "3"}]', "/adjust/0", "not-one-change"),
        ('[{"price": "5"}]', "/adjust/0/price", "unknown-member"),
        ('[{"percent": 5}]', "/adjust/0/percent", "not-a-fraction"),
        ('[{"amount": "1000000000001"}]', "/adjust/0/amount", "out-of-range"),
        ('{"percent": "5"}', "/adjust", "not-an-array"),
    ],
)
def test_a_wrong_change_is_refused_at_its_place(adjust: str, place: str, code: str) -> None:
    read, problems = read_request(REQUEST.replace('[{"percent": "10", "reason": "fair"}]', adjust), today=DAY)
    assert read is None
    assert (place, code) in {(one.pointer, one.code) for one in problems}


def test_a_price_below_a_hard_floor_is_refused() -> None:
    floor = '\nfloor no_gift { line.discount <= 12%\n  because "Twelve at most." }\n'
    loaded = catalog(APPROVE + floor)
    read, _ = read_request(DEEP, today=DAY)
    assert read is not None
    for viewer, told in (("rep", "Twelve at most."), ("customer", "")):
        request = read if viewer == "rep" else replace(read, adjust=(), author="")
        quote, problems = build_quote(loaded, request, quote_id="Q-1", engines=engines, viewer=viewer)  # type: ignore[arg-type] # a viewer
        assert quote is None
        assert problems
        if told:
            assert [(one.pointer, one.code) for one in problems] == [("/lines/0", "below-floor")]
            assert told in problems[0].message

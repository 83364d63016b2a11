"""What a person decides, by hand: lines, the quote to the minor unit, and what cannot be reached."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from catalogs.marks import ALWAYS, Label
from catalogs.policy import Floor, Policy
from catalogs.records import line_record
from quotes.pricing import Inputs, PricedQuote
from rules.typed import Compare, Constant, Member, Reference
from tests.quotes.pricing.agreeing import path
from tests.quotes.pricing.plain import Item, ask, catalog_of
from tests.quotes.small import EUR, adjustment, span

ITEMS = [Item("100", 3), Item("49.99", 2), Item("0.333333", 7)]


@pytest.fixture(params=["rows", "columns"], autouse=True)
def _either_path(request: pytest.FixtureRequest):
    with path(request.param):
        yield


def given(*asked: tuple[str, str, str], policy: Policy | None = None, items=ITEMS) -> PricedQuote:
    return ask(items, inputs=Inputs(adjustments=tuple(adjustment(*one) for one in asked)), policy=policy)


def nets(found: PricedQuote) -> list[int]:
    return [line.net for line in found.lines]


def test_adjustments_of_a_line() -> None:
    assert nets(given(("0", "percent", "0.05"))) == [28_500, 9_998, 233]
    assert nets(given(("0", "amount", "0.01"))) == [29_997, 9_998, 233]
    assert nets(given(("0", "price", "33.333333"))) == [10_000, 9_998, 233]
    assert nets(given(("0", "total", "100.01"))) == [10_001, 9_998, 233]
    assert nets(given(("0", "percent", "-0.1"))) == [33_000, 9_998, 233]
    assert nets(given(("0", "percent", "1"))) == [0, 9_998, 233]


def test_percentages_of_a_line_compound_or_add_up() -> None:
    twice = [("0", "percent", "0.1"), ("0", "percent", "0.2")]
    assert nets(given(*twice))[0] == 21_600
    assert nets(given(*twice, policy=Policy(percentages="additive")))[0] == 21_000


@pytest.mark.parametrize("total", ["400", "333.33", "0.01", "0", "500.01"])
@pytest.mark.parametrize("allocation", ["proportional", "even", "by quantity"])
def test_a_total_comes_out_to_the_unit(total: str, allocation: str) -> None:
    found = given(("", "total", total), policy=Policy(allocation=allocation))  # type: ignore[arg-type]
    assert found.totals.net == Fraction(total) * 100
    assert not found.unmet
    assert all(line.steps[-2].output >= 0 for line in found.lines)


def test_a_percentage_of_the_quote_is_rounded_once() -> None:
    found = given(("", "percent", "0.15"), items=[Item("1.06"), Item("2.06"), Item("3.06"), Item("4.06")])
    assert found.totals.discount == 154  # 15 % of 10.24 is 1.536


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("", "total", "-1"), "a total is not below zero"),
        (("", "amount", "5000"), "more than the whole price cannot be taken off"),
        (("", "total", "10.005"), "the currency has no smaller unit"),
        (("", "price", "1"), "a unit price is of a line"),
        (("0", "price", "-1"), "a price is not below zero"),
        (("0", "amount", "100.01"), "more than the whole price cannot be taken off"),
        (("9", "percent", "0.1"), "there is no such line"),
    ],
)
def test_what_cannot_be_reached_says_so(asked: tuple[str, str, str], reason: str) -> None:
    found = given(asked)
    assert [(one.line, one.kind, one.reason) for one in found.unmet] == [(asked[0], asked[1], reason)]
    assert found.totals.net >= 0


def test_no_share_crosses_a_floor() -> None:
    net = Member(EUR, Reference(line_record("EUR"), "line"), "net")
    floor = Floor("least", Compare(">=", net, Constant(EUR, Fraction(90))), Label("Least"), ALWAYS, span())
    items = [Item("100"), Item("200")]
    off = Inputs(adjustments=(adjustment("", "amount", "100"),))
    found = ask(items, inputs=off, catalog=replace(catalog_of(items), floors=(floor,)))
    assert nets(found) == [9_000, 11_000]
    more = Inputs(adjustments=(adjustment("", "amount", "150"),))
    found = ask(items, inputs=more, catalog=replace(catalog_of(items), floors=(floor,)))
    assert nets(found) == [9_000, 9_000]
    assert [one.kind for one in found.unmet] == ["amount"]

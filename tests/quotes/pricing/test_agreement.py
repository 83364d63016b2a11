"""Contracts and channels, by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from catalogs.marks import ALWAYS, Label
from catalogs.model import Customer
from catalogs.policy import Aim, ChannelMargin, Contract, ContractTerm, Money, Policy
from quotes.pricing import Context, Line, PricedLine, price
from tests.quotes import small
from tests.quotes.pricing.agreeing import path
from tests.quotes.small import DAY, row, span

MOTOR = small.enumeration("motor", "urban", "trail")
WIFI = small.truth("wifi")
BAG = small.component("Bag", [small.enumeration("size", "small", "large")], sellable=False)
BIKE = small.component("bike", [MOTOR, WIFI], [small.part("bags", "Bag", 0, 2)])
ROWS = [
    row("", "1000"),
    row("motor", "200", "trail"),
    row("wifi", "50", True),
    row("bags", "5"),
    row("bags.size", "30", "large"),
]
CATALOG = small.catalog([BAG, BIKE], [small.prices("p", *ROWS)])
SCHOOL = Customer("C", "C", {"segment": "school"}, segment="school", currency="EUR")
FULL = {"motor": "trail", "wifi": True, "count(bags)": Fraction(2), "bags[0].size": "large", "bags[1].size": "small"}


@pytest.fixture(params=["rows", "columns"], autouse=True)
def _either_path(request: pytest.FixtureRequest):
    with path(request.param):
        yield


def term(path: str, price: str | None = None, off: str | None = None, choice: str | None = None) -> ContractTerm:
    names = tuple(path.split(".")) if path else ()
    money = None if price is None else Money(Fraction(price), "EUR")
    return ContractTerm(Aim("bike", names, choice), money, None if off is None else Fraction(off) / 100, span())


def contract(name: str, *terms: ContractTerm) -> Contract:
    return Contract(name, Label(name), small.is_segment("school"), terms, ALWAYS, span())


def line(
    *contracts: Contract, quantity: int = 1, customer: Customer | None = SCHOOL, configuration=FULL, **more
) -> PricedLine:
    catalog = replace(CATALOG, contracts=contracts, **more)
    asked = [Line("1", "bike", configuration, quantity)]
    return price(catalog, Context.of(catalog, customer), asked, DAY).lines[0]


@pytest.mark.parametrize(
    ("terms", "unit"),
    [
        ([term("", price="900")], 1190),  # in the place of the base; the options still cost
        ([term("", off="10")], 1161),  # a rate off the whole unit
        ([term("motor", price="150")], 1240),
        ([term("motor", off="10", choice="trail")], 1270),
        ([term("motor", off="10", choice="urban")], 1290),
        ([term("motor", off="50"), term("motor", price="10", choice="trail")], 1100),  # the choice goes before
        ([term("bags.size", price="20")], 1300),  # also the small bag, which had no row
        ([term("bags", off="10")], 1286),  # two bags with what is in them: 40
        ([term("bags", price="0")], 1280),
        ([term("wifi", price="0"), term("", off="50")], 620),
    ],
)
def test_what_terms_make_of_a_unit(terms: list[ContractTerm], unit: int) -> None:
    assert line(contract("c", *terms)).net == unit * 100
    assert line(contract("c", *terms), customer=None).net == 129_000


def test_a_switch_that_is_off_has_no_agreed_price() -> None:
    without = {"motor": "urban", "wifi": False, "count(bags)": Fraction(0)}
    assert line(contract("c", term("wifi", price="10")), configuration=without).net == 100_000


def test_the_first_contract_by_name_holds_and_the_other_is_recorded() -> None:
    found = line(contract("b", term("", off="50")), contract("a", term("", off="10")))
    assert found.net == 116_100
    assert [(s.rule, s.not_applied) for s in found.steps if s.phase == "agreement"] == [
        ("a", ""), ("b", "contract a goes before it"),
    ]  # fmt: skip


def test_after_a_scale_an_agreed_price_replaces_its_part_alone() -> None:
    half = small.scale("volume", (1, None, "50%"))
    assert line(contract("c", term("motor", price="150")), scales=(half,)).net == 69_500  # 645 - 100 + 150


def test_margins_of_a_channel_compound_or_add_up() -> None:
    margins = tuple(
        ChannelMargin(name, Label(name), Fraction(1, 10), on, None, ALWAYS, span())
        for name, on in (("a", ()), ("b", ("bike",)), ("c", ("boat",)))
    )
    assert line(channel_margins=margins).net == 104_490
    added = replace(CATALOG, channel_margins=margins)
    asked = [Line("1", "bike", FULL, 1)]
    found = price(added, Context.of(added, SCHOOL), asked, DAY, policy=Policy(percentages="additive"))
    assert found.totals.net == 103_200
    assert [s.rule for s in found.lines[0].steps if s.phase == "channel"] == ["a + b"]

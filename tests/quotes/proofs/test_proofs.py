"""Proofs of floors against pricing every configuration for every buyer at many quantities; warnings with their witness."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import catalogs
from api.commands.main import app
from catalogs.model import Catalog, Customer
from quotes.engines import product_engine
from quotes.pricing import Context, Line, price
from quotes.proofs import MarginVerdict, price_warnings, prove_floors
from quotes.proofs.buyers import kinds_of_buyers

DAY = date(2026, 11, 21)

TEXT = """\
catalog shop "Shop" {{
  currency EUR
}}

customer {{
  segment: consumer | dealer
}}

product bike "Bike" {{
  option motor: urban | trail | cargo
  option lights: yes/no
  option bell: none | brass
}}

rule quiet on bike {{
  if motor = cargo then lights = yes
  because "Cargo bikes are seen."
}}

prices retail in EUR from "retail.csv"
prices dealer in EUR when customer.segment = dealer {{
  bike {dealer}.00 EUR
}}

scale fleet on bike {{
  volume by quantity over line
  1 .. 4     0%
  5 .. 19    {some}%
  20 or more {many}%
}}

contract friends {{
  who customer.segment = dealer
  discount bike {contract}%
}}

floor thin {{
  line.margin >= {floor}%
  because "Thin."
}}

tax standard 19%
"""

RETAIL = """\
product,option,choice,price,cost
bike,,,1000.00,600.00
bike,motor,urban,300.00,{urban}.00
bike,motor,trail,500.00,200.00
bike,motor,cargo,700.00,{cargo}.00
bike,lights,yes,40.00,10.00
bike,bell,brass,9.99,{bell}
"""


def shop(**numbers: object) -> Catalog:
    values: dict[str, object] = {
        "dealer": 900, "some": 5, "many": 10, "contract": 3, "floor": 5, "urban": 100, "cargo": 300, "bell": "4.00",
    }  # fmt: skip
    values |= numbers
    files = {"shop.cpq": TEXT.format(**values).encode(), "retail.csv": RETAIL.format(**values).encode()}
    loaded = catalogs.load(files)
    assert loaded.catalog is not None, loaded.diagnostics
    return loaded.catalog


def verdict(catalog: Catalog) -> MarginVerdict:
    (found,) = prove_floors(catalog, product_engine, DAY)
    return found


def broken_lines(
    catalog: Catalog, quantities: tuple[int, ...] = (1, 4, 5, 19, 20, 1000)
) -> Iterator[tuple[object, ...]]:
    """Price everything that can be sold."""
    buyers = [None, *(Customer("C", "C", {"segment": one}, segment=one) for one in ("consumer", "dealer"))]
    for motor, lights, bell in itertools.product(("urban", "trail", "cargo"), (False, True), ("none", "brass")):
        if motor == "cargo" and not lights:
            continue
        for customer, quantity in itertools.product(buyers, quantities):
            line = Line("1", "bike", {"motor": motor, "lights": lights, "bell": bell}, quantity)
            priced = price(catalog, Context.of(catalog, customer), [line], DAY)
            if priced.judgement.broken:
                yield motor, lights, bell, customer, quantity


@settings(max_examples=40)
@given(
    st.integers(600, 1000), st.integers(0, 30), st.integers(0, 40), st.integers(0, 30), st.integers(0, 40),
    st.integers(0, 900), st.integers(0, 900), st.sampled_from(["4.00", "", "900.00"]),
)  # fmt: skip
def test_a_floor_is_proved_exactly_where_nothing_crosses_it(
    dealer: int, some: int, many: int, contract: int, floor: int, urban: int, cargo: int, bell: str
) -> None:
    catalog = shop(
        dealer=dealer, some=some, many=many, contract=contract, floor=floor, urban=urban, cargo=cargo, bell=bell
    )
    found, crossed = verdict(catalog), next(broken_lines(catalog), None)
    if found.status == "proved":
        assert crossed is None
    elif found.status == "broken":
        assert found.example is not None
        line = Line("1", "bike", found.example.configuration, found.example.quantity)
        buyers = kinds_of_buyers(catalog).contexts
        assert any(price(catalog, one, [line], DAY).judgement.broken for one in buyers)
        assert found.example.net < found.example.cost * Fraction(100, 100 - floor) + 1
        assert crossed is not None
    else:
        assert "rounding" in found.reason
        assert found.least is not None
        assert abs(found.least) < 1


@pytest.mark.parametrize(
    ("numbers", "status"), [({}, "proved"), ({"floor": 40}, "broken"), ({"cargo": 1500}, "broken")]
)
def test_both_verdicts_are_met(numbers: dict[str, object], status: str) -> None:
    assert verdict(shop(**numbers)).status == status


def test_a_floor_on_the_whole_quote_is_said_to_be_open() -> None:
    catalog = shop()
    files = {"shop.cpq": TEXT.replace("line.margin", "quote.margin"), "retail.csv": RETAIL}
    values = {
        "dealer": 900,
        "some": 5,
        "many": 10,
        "contract": 3,
        "floor": 5,
        "urban": 100,
        "cargo": 300,
        "bell": "4.00",
    }
    loaded = catalogs.load({name: text.format(**values).encode() for name, text in files.items()})
    assert loaded.catalog is not None
    assert verdict(catalog).status == "proved"
    found = verdict(loaded.catalog)
    assert (found.status, found.reason) == ("open", "it asks about the whole quote")


def test_every_kind_of_buyer_is_there_once() -> None:
    kinds = kinds_of_buyers(shop())
    assert kinds.whole
    told = sorted(str(one.customer.attributes if one.customer else {}) for one in kinds.contexts)
    assert told == ["{'segment': 'dealer'}", "{}"]


def test_more_for_less_is_warned_of_at_its_tier() -> None:
    catalog = shop(some=5, many=40)
    codes = {(one.code, one.span.file) for one in price_warnings(catalog, DAY)}
    assert codes == {("more-costs-less", "shop.cpq")}
    assert price_warnings(shop(some=0, many=0), DAY) == ()


def test_an_option_that_makes_the_total_fall_is_warned_of() -> None:
    files = {"shop.cpq": TEXT.format(dealer=900, some=0, many=0, contract=3, floor=5), "retail.csv": RETAIL}
    retail = files["retail.csv"].format(urban=1, cargo=1, bell="").replace("40.00,10.00", "-40.00,10.00")
    loaded = catalogs.load({"shop.cpq": files["shop.cpq"].encode(), "retail.csv": retail.encode()})
    assert loaded.catalog is not None
    (warned,) = price_warnings(loaded.catalog, DAY)
    assert (warned.code, warned.span.file) == ("option-makes-total-fall", "retail.csv")


def test_the_command_shows_a_line_that_breaks_the_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPQ_CACHE", str(tmp_path / "cache"))
    values = {
        "dealer": 900,
        "some": 5,
        "many": 10,
        "contract": 3,
        "floor": 40,
        "urban": 100,
        "cargo": 300,
        "bell": "4.00",
    }
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "shop.cpq").write_text(TEXT.format(**values))
    (folder / "retail.csv").write_text(RETAIL.format(**values))
    told = CliRunner().invoke(app, ["prove", "margin", str(folder)])
    assert told.exit_code == 1, told.output
    assert "thin on bike" in told.output
    assert "segment = dealer" in told.output
    data = json.loads(CliRunner().invoke(app, ["prove", "margin", str(folder), "--json"]).output)
    (one,) = data["floors"]
    assert one["status"] == "broken"
    assert Fraction(one["example"]["net"]) * Fraction(60, 100) < Fraction(one["example"]["cost"])
    assert CliRunner().invoke(app, ["prove", "prices", str(folder)]).exit_code == 1

"""The bill of materials of a configuration: conditions, quantities and codes, instance by instance."""

from datetime import date
from fractions import Fraction
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs import load
from catalogs.marks import Label
from catalogs.model import Customer
from quotes.bill import NoBillError, bill, clauses
from quotes.pricing import Context
from quotes.quote import BomLine

DAY = date(2026, 11, 21)

SHELF = """
    catalog shelves "Shelves" {
      currency EUR
    }

    customer {
      segment: consumer | dealer
    }

    component Board "Board" {
      option depth: 20 .. 60 step 10 cm
      option drawer: yes/no
    }

    product shelf "Shelf" {
      option height: 100 .. 300 step 1 cm
      option finish: oak | white
      option label: text 0..20
      part boards: Board 0..3
      let screws = 4 * count(boards)
    }

    item "SIDE-{finish}-{height}" on shelf quantity 2
    item "SCREW" on shelf quantity screws
    item "SCREW" on Board when drawer = yes quantity 6
    item "RAIL" on Board when drawer = yes quantity depth / 1 m * 2
    item "BOARD-{depth}" on Board
    item "FOOT" on shelf when height > 200 cm
    item "OLD-FOOT" on shelf until 2025-12-31
    item "PER-{{finish}}" on shelf when finish = oak

    clause oiled on shelf when finish = oak {
      "Oil it every year."
      "Use hard wax."
    }
    clause dealers when customer.segment = dealer {
      "Delivered to your shop."
    }
    clause everyone {
      "Free of plastic."
    }
"""


@pytest.fixture(scope="module")
def catalog():
    loaded = load({"shelf.cpq": dedent(SHELF).encode()})
    assert loaded.catalog is not None, loaded.diagnostics
    return loaded.catalog


def configuration(boards=(), height=180, finish="oak"):
    values = {
        "height": Fraction(height, 100), "finish": finish, "label": "", "count(boards)": Fraction(len(boards)),
    }  # fmt: skip
    for number, (depth, drawer) in enumerate(boards):
        values[f"boards[{number}].depth"] = Fraction(depth, 100)
        values[f"boards[{number}].drawer"] = drawer
    return values


def codes(catalog, **of: object):
    return {line.code: line.quantity for line in bill(catalog, "shelf", configuration(**of), DAY)}


def test_codes_are_written_as_in_the_catalog(catalog):
    lines = bill(catalog, "shelf", configuration(), DAY)
    assert lines == (
        BomLine("SIDE-oak-180", Label("SIDE-oak-180"), "2"),
        BomLine("PER-{finish}", Label("PER-{finish}"), "1"),
    )


def test_conditions_and_effectivity(catalog):
    assert "FOOT" in codes(catalog, height=201)
    assert "FOOT" not in codes(catalog, height=200)
    assert "PER-{finish}" not in codes(catalog, finish="white")
    assert all("OLD-FOOT" not in line.code for line in bill(catalog, "shelf", configuration(), DAY))
    old = bill(catalog, "shelf", configuration(), date(2025, 12, 31))
    assert "OLD-FOOT" in {line.code for line in old}


def test_every_instance_has_its_items_and_quantities_add_up(catalog):
    found = codes(catalog, boards=[(20, True), (30, False), (20, True)])
    assert found["BOARD-20"] == "2"
    assert found["BOARD-30"] == "1"
    assert found["SCREW"] == "24"
    assert found["RAIL"] == "0.8"


def test_a_quantity_of_zero_is_no_line(catalog):
    assert "SCREW" not in codes(catalog)


@given(st.lists(st.tuples(st.sampled_from([20, 30, 40, 50, 60]), st.booleans()), max_size=3))
def test_against_counting_by_hand(catalog, boards):
    found = codes(catalog, boards=boards)
    drawers = [depth for depth, drawer in boards if drawer]
    expected = {"SIDE-oak-180": Fraction(2), "PER-{finish}": Fraction(1)}
    for depth, _ in boards:
        expected[f"BOARD-{depth}"] = expected.get(f"BOARD-{depth}", Fraction(0)) + 1
    expected["SCREW"] = Fraction(4 * len(boards) + 6 * len(drawers))
    expected["RAIL"] = sum((Fraction(depth, 50) for depth in drawers), Fraction(0))
    assert {code: Fraction(quantity) for code, quantity in found.items()} == {c: q for c, q in expected.items() if q}


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("5 - count(boards) * 6", "negative quantity -1"),
        ("min(b in boards: 1)", "no quantity"),
    ],
)
def test_what_cannot_be_counted_is_an_error_with_its_place(quantity, message):
    text = dedent(SHELF) + f'\nitem "BAD" on shelf quantity {quantity}\n'
    catalog = load({"shelf.cpq": text.encode()}).catalog
    assert catalog is not None
    boards = [(20, False)] if "negative" in message else []
    line = text.split("\n").index(f'item "BAD" on shelf quantity {quantity}') + 1
    with pytest.raises(NoBillError, match=message) as caught:
        bill(catalog, "shelf", configuration(boards=boards), DAY)
    assert f"shelf.cpq:{line}:" in str(caught.value)


def test_clauses_hold_by_configuration_and_customer(catalog):
    dealer = Context.of(catalog, Customer("d", "D", {"segment": "dealer"}))
    someone = Context.of(catalog, Customer("c", "C", {}))
    oak, white = configuration(), configuration(finish="white")
    assert clauses(catalog, dealer, "shelf", oak, DAY) == (Label("Oil it every year."), Label("Use hard wax."))
    assert clauses(catalog, dealer, "shelf", white, DAY) == ()
    assert clauses(catalog, dealer, None, {}, DAY) == (Label("Delivered to your shop."), Label("Free of plastic."))
    assert clauses(catalog, someone, None, {}, DAY) == (Label("Free of plastic."),)

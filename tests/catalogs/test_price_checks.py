"""Price files: who a row is for, and what is said of rows that never hold, of gaps, and of currencies nobody has."""

from fractions import Fraction

import pytest
from catalogs import load
from rules.typed import Values

HEAD = """catalog c "C" { currency EUR }
customer {
  segment: consumer | dealer
  size: 1 .. 100
}
product bike "Bike" {
  option motor: city | sport = city
  option width: 1 .. 9 = 1
  option bell: yes/no = no
}
"""
CUSTOMERS = "id,name,currency,segment,size\n"
LISTED = 'prices retail in EUR from "p.csv"\n'


def loaded(text: str, rows: str = "", **others: str):
    files = {"a.cpq": (HEAD + text).encode(), "p.csv": rows.encode()}
    return load(files | {f"{name}.csv": content.encode() for name, content in others.items()})


def said(text: str, rows: str = "", **others: str) -> list[tuple[str, int, str]]:
    return sorted((d.span.file, d.span.line, d.code) for d in loaded(text, rows, **others).diagnostics)


def test_columns_about_the_customer_say_whom_a_row_is_for():
    rows = (
        "product,price,customer.size,customer.segment,customer.id\n"
        "bike,5,,,\nbike,4,,dealer,\nbike,3,10..20,any,\nbike,2.5,1,dealer,c7\n"
    )
    catalog = loaded(LISTED, rows).catalog
    assert catalog is not None
    dealer, size = Values(frozenset({"dealer"})), Values(ranges=((Fraction(10), Fraction(20)),))
    assert [row.customer for row in catalog.price_lists[0].rows] == [
        (), (("segment", dealer),), (("size", size),),
        (("id", Values(frozenset({"c7"}))), ("segment", dealer), ("size", Values(frozenset({Fraction(1)})))),
    ]  # fmt: skip
    assert [row.price for row in catalog.price_lists[0].rows] == [5, 4, 3, Fraction("2.5")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("product,price,customer.sice\nbike,5,\n", [("p.csv", 1, "unknown-column")]),
        ("product,price,customer.segment\nbike,5,\nbike,4,deeler\nbike,4,deeler\n",
         [("p.csv", 3, "unknown-choice"), ("p.csv", 4, "unknown-choice")]),
        ("product,price,customer.id\nbike,5,x\nbike,4,x\nbike,3,y\n", [("p.csv", 3, "prices-overlap")]),
        ('product,price,customer.segment\nbike,5,\nbike,4,"consumer, dealer"\nbike,3,dealer\n',
         [("p.csv", 4, "prices-overlap")]),
        ("product,price\nbike,5\nbike,-4\nbike,-4\n",
         [("p.csv", 3, "negative-price"), ("p.csv", 3, "prices-overlap"), ("p.csv", 4, "negative-price"),
          ("p.csv", 4, "prices-overlap")]),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_every_row_that_has_it(rows, expected):
    assert said(LISTED, rows) == expected


def test_a_row_outside_the_days_of_its_list_never_holds():
    rows = "product,price,from,until\nbike,5,,2025-12-31\nbike,6,2026-01-01,\n"
    assert said('prices retail in EUR from "p.csv" from 2026-01-01\n', rows) == [("p.csv", 2, "price-unreachable")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("bike,,,9,\nbike,motor,,5,\nbike,motor,city,4,\nbike,motor,sport,3,\n", [3]),
        ("bike,,,9,\nbike,motor,,5,\nbike,motor,city,4,\n", []),
        ("bike,,,9,\nbike,bell,,5,\nbike,bell,yes,4,\n", [3]),
        ("bike,,,9,\nbike,,,8,1..9\n", [2]),
        ("bike,,,9,\nbike,,,8,1..8\n", []),
        ("bike,,,9,\nbike,motor,city,5,\nbike,motor,,4,1..9\n", [3]),
        ("bike,,,9,\nbike,motor,,5,\nbike,motor,city,4,1..9\n", []),
    ],
)
def test_a_row_behind_rows_that_always_hold_is_said_so(rows, expected):
    found = said(LISTED, "product,option,choice,price,width\n" + rows)
    assert found == [("p.csv", line, "price-unreachable") for line in expected]


def test_a_row_hidden_on_some_of_its_days_only_is_not_said():
    rows = "product,price,width,from\nbike,9,,\nbike,8,1..9,2026-01-01\n"
    assert said(LISTED, rows) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("bike,,9,,2026-06-30\nbike,motor,5,2026-07-01,\n", ["from 2026-07-01"]),
        ("bike,,9,,2026-06-30\nbike,,9,2026-07-02,\nbike,motor,5,,\n", ["from 2026-07-01 until 2026-07-01"]),
        ("bike,,9,,2026-06-30\nbike,,9,2026-07-01,\nbike,motor,5,,\n", []),
        ("bike,,9,2026-01-01,\nbike,motor,5,,\n", ["until 2025-12-31"]),
        ("bike,motor,5,,\n", ["on any day"]),
    ],
)
def test_days_on_which_the_product_itself_has_no_price(rows, expected):
    found = loaded(LISTED, "product,option,price,from,until\n" + rows).diagnostics
    assert [d.code for d in found] == ["price-gap"] * len(expected)
    assert all(f"no price in EUR {days}," in d.message for d, days in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("text", "customers", "expected"),
    [
        ("prices usd in USD { bike 5 USD }\n", f"{CUSTOMERS}a,A,,dealer,5\n", ["missing-currency", "unused-currency"]),
        ("prices usd in USD { bike 5 USD }\n", f"{CUSTOMERS}a,A,USD,dealer,5\n", []),
        ("prices usd in USD { bike 5 USD }\nrate 1 EUR = 1.10 USD\n", f"{CUSTOMERS}a,A,,dealer,5\n", []),
        ("prices eur in EUR { bike 5 EUR }\n", f"{CUSTOMERS}a,A,CHF,dealer,5\n", ["missing-currency"]),
        ("prices eur in EUR { bike 5 EUR }\n", "", []),
        ("prices usd in USD { bike 5 USD }\n", "", ["missing-currency"]),
    ],
)
def test_a_currency_without_a_list_and_a_list_without_buyers(text, customers, expected):
    others = {"customers": customers} if customers else {}
    assert sorted(code for _, _, code in said(text, **others)) == expected

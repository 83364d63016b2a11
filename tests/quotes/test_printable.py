"""A quote that could not be printed is refused at the place its characters came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from textwrap import dedent

import pytest

from catalogs import load
from catalogs.model import Customer
from configurator import compile_product
from configurator.engines import enumeration
from configurator.engines.planner import build_engine
from configurator.engines.protocol import Budget
from quotes.build import build_quote
from quotes.documents import render_quote
from quotes.request import QuoteRequest, RequestLine

DAY = date(2026, 11, 21)
PENS = """
    catalog pens "Pens" { currency EUR }
    product pen "Pen" {
      option ink: black | blue = blue
      option name: text 0..40
    }
    product brush "筆" { option size: 1 .. 3 }
    rule named on pen {
      if ink = blue then name != ""
      because "Blue pens are made to order."
    }
    prices list in EUR {
      pen 9.00 EUR
      brush 3.00 EUR
    }
    tax standard 19%
"""


@pytest.fixture(scope="module")
def catalog():
    loaded = load({"pens.cpq": dedent(PENS).encode()}).catalog
    assert loaded is not None
    return replace(loaded, customers=(Customer("c1", "Ann", {}), Customer("c2", "山田", {})))


def engines(catalog, product, day):
    return build_engine(compile_product(catalog, product, day))


def quote(catalog, *lines: RequestLine, customer: str = "c1", notes: tuple[str, ...] = (), **more):
    request = QuoteRequest(customer, DAY, "", lines, notes)
    return build_quote(catalog, request, quote_id="Q-1", engines=engines, **more)


def pen(name: str = "Ann", ink: str = "blue") -> RequestLine:
    return RequestLine("pen", 1, {"ink": ink, "name": name}, "cheapest")


def test_characters_without_a_glyph_have_their_place(catalog) -> None:
    lines = (pen(), pen("漢字"), RequestLine("brush", 1, {"size": "2"}, "cheapest"))
    made, problems = quote(catalog, *lines, customer="c2", notes=("Hello.", "مرحبا"))
    assert made is None
    assert [(one.pointer, one.code) for one in problems] == [
        ("/customer", "missing-glyphs"),
        ("/notes/1", "missing-glyphs"),
        ("/lines/1/choices/name", "missing-glyphs"),
        ("/lines/2/product", "missing-glyphs"),
    ]
    assert "U+6F22" in problems[2].message
    assert "install the package" in problems[0].hint or "a font with these characters" in problems[0].hint


def test_characters_of_the_catalog_belong_to_no_line(catalog) -> None:
    named = replace(catalog, label=replace(catalog.label, text="文具"))
    made, problems = quote(named, pen())
    assert made is None
    assert [(one.pointer, one.code) for one in problems] == [("", "missing-glyphs")]


def test_what_can_be_printed_is_quoted_and_drawn(catalog) -> None:
    made, problems = quote(catalog, pen("Łódź <b>…"), notes=("{{ 7 }}\n\u200bÄ",))
    assert problems == ()
    assert made is not None
    assert render_quote(made)[:5] == b"%PDF-"


def test_three_dots_are_a_text_like_any_other(catalog) -> None:
    made, problems = quote(catalog, pen("…"))
    assert problems == ()
    assert made is not None
    assert {one.path: one.value for one in made.lines[0].options}["name"] == "…"
    unwritten = quote(catalog, RequestLine("pen", 1, {"ink": "blue"}, "cheapest"))[1]
    assert [(one.pointer, one.code) for one in unwritten] == [("/lines/0/choices/name", "text-needed")]


def test_a_line_takes_no_longer_than_its_budget(catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Budget] = []

    for name in ("solve", "valid_values"):
        asked = getattr(enumeration.EnumerationEngine, name)

        def watched(*given, budget=None, asked=asked, **named):
            seen.append(budget)
            return asked(*given, budget=budget, **named)

        monkeypatch.setattr(enumeration.EnumerationEngine, name, watched)
    made, _ = build_quote(
        catalog,
        QuoteRequest("c1", DAY, "", (pen(), pen("Bob"))),
        quote_id="Q-1",
        engines=lambda catalog, product, day: build_engine(compile_product(catalog, product, day), "enumeration"),
        budget=Budget(seconds=90),
    )
    assert made is not None
    assert {budget.seconds for budget in seen} == {90}
    assert len({budget.deadline for budget in seen}) == 2
    _, problems = quote(catalog, pen(), budget=Budget(seconds=0))
    assert [(one.pointer, one.code) for one in problems] == [("/lines/0", "limit")]

"""From a request to a quote: what can be quoted is valid, whole and priced; what cannot is said with its place."""

from collections import Counter
from dataclasses import replace
from datetime import date
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs import load, load_folder
from catalogs.model import Customer
from configurator import compile_product
from configurator.engines.planner import build_engine
from configurator.engines.protocol import Engine
from quotes.build import build_quote
from quotes.documents import render_quote
from quotes.exchange import read_quote, write_quote
from quotes.orders import accept, write_order
from quotes.request import QuoteRequest, RequestLine

DAY = date(2026, 11, 21)

LAMPS = """
    catalog lamps "Lamps" {
      currency EUR
      languages en, de
    }

    customer {
      segment: consumer | dealer
    }

    component Bulb "Bulb" {
      option watts "Power": 5 .. 15 step 5 W
    }

    product lamp "Lamp" {
      option colour "Colour": black | brass | white = white
      option dimmer "Dimmer": yes/no
      option height "Height": 40 .. 60 step 10 cm
      option plate "Plate": text 0..12
      part bulbs "Bulb": Bulb 1..2
    }

    product torch "Torch" until 2026-06-30 {
      option colour: black | white
    }

    product chain "Chain" {
      option links: 1 .. 3 step 1
    }

    rule no_brass_dimmer on lamp {
      if colour = brass then not dimmer
      because "Brass lamps have no dimmer."
    }

    rule white_is_named on lamp {
      if height = 60 cm then plate != ""
      because "A tall lamp bears a name."
    }

    item "LAMP-{colour}" on lamp
    item "BULB-{watts}" on Bulb
    item "LINK" on chain quantity 2 - links

    prices list in EUR from "list.csv"

    tax standard 19%

    suggest dim on lamp {
      when not dimmer and colour != brass
      offer dimmer
      because "A dimmer saves energy."
    }

    clause brass on lamp when colour = brass { "Brass darkens." }
    clause dealers when customer.segment = dealer { "For resale only." }
"""

LIST = """
product,option,choice,price
lamp,,,100.00
lamp,colour,brass,25.00
lamp,dimmer,yes,15.00
lamp,bulbs,,4.50
lamp,height,50,1.00
torch,,,9.00
chain,,,1.00
"""

PEOPLE = (
    Customer("c1", "Ann", {"segment": "consumer"}, segment="consumer"),
    Customer("d1", "Dan", {"segment": "dealer"}, segment="dealer"),
)


@pytest.fixture(scope="module")
def catalog():
    loaded = load({"lamps.cpq": dedent(LAMPS).encode(), "list.csv": LIST.lstrip().encode()})
    assert loaded.catalog is not None, loaded.diagnostics
    return replace(loaded.catalog, customers=PEOPLE)


@pytest.fixture(scope="module")
def engines():
    kept = {}

    def engine(catalog, product, day) -> Engine:
        key = (catalog.version, product, day)
        if key not in kept:
            kept[key] = build_engine(compile_product(catalog, product, day))
        return kept[key]

    return engine


def request(*lines: RequestLine, customer="c1", language="", day=DAY):
    return QuoteRequest(customer, day, language, lines)


def wish(complete="cheapest", quantity=1, product="lamp", **choices: str):
    named = {name.replace("__", "[0]."): value for name, value in choices.items()}
    return RequestLine(product, quantity, named, complete)


def build(catalog, engines, *lines: RequestLine, **of: object):
    return build_quote(catalog, request(*lines, **of), quote_id="Q-1", engines=engines)


def refused(catalog, engines, *lines: RequestLine, **of: object):
    quote, problems = build(catalog, engines, *lines, **of)
    assert quote is None
    assert problems
    return [(problem.pointer, problem.code) for problem in problems], problems


def test_the_cheapest_lamp_by_hand(catalog, engines):
    quote, problems = build(catalog, engines, wish(quantity=3, colour="brass"), customer="d1", language="de")
    assert problems == ()
    assert quote is not None
    assert (quote.state, quote.revision, quote.language) == ("approved", 1, "de")
    assert (quote.day, quote.valid_until) == (DAY, date(2026, 12, 21))
    assert quote.catalog_version == catalog.version == quote.priced.catalog_version
    line = quote.lines[0]
    assert {option.path: (option.value, option.by, option.kind, option.unit) for option in line.options} == {
        "colour": ("brass", "chosen", "choice", ""),
        "dimmer": ("no", "implied", "truth", ""),
        "height": ("40", "proposed", "number", "cm"),
        "count(bulbs)": ("1", "proposed", "number", ""),
        "bulbs[0].watts": ("5", "proposed", "number", "W"),
    }
    assert [item.code for item in line.items] == ["LAMP-brass", "BULB-5"]
    totals = quote.priced.totals
    assert (totals.net, totals.tax, totals.gross) == (38850, 7382, 46232), "3 x (100 + 25 + 4.50), and 19 percent"
    assert [clause.text for clause in line.clauses] == ["Brass darkens."]
    assert [clause.text for clause in quote.clauses] == ["For resale only."]
    assert line.suggestions == ()


def test_a_suggestion_comes_with_its_exact_total(catalog, engines):
    quote, _ = build(catalog, engines, wish(colour="white", dimmer="no"))
    assert quote is not None
    (offer,) = quote.lines[0].suggestions
    assert (offer.name, dict(offer.choices), offer.total, offer.delta) == ("dim", {"dimmer": "yes"}, "119.50", "15.00")


def test_labels_of_instances_count_from_one(catalog, engines):
    quote, _ = build(catalog, engines, RequestLine("lamp", 1, {"count(bulbs)": "2"}, "cheapest"))
    assert quote is not None
    labels = {option.path: option.label.text for option in quote.lines[0].options}
    assert labels["bulbs[1].watts"] == "Bulb 2: Power"


def test_choices_that_leave_nothing_open_need_no_completion(catalog, engines):
    whole = RequestLine(
        "lamp", 2, {"colour": "black", "dimmer": "no", "height": "50 cm", "bulbs": "1", "bulbs[0].watts": "10"}, None
    )
    quote, problems = build(catalog, engines, whole)
    assert problems == ()
    assert quote is not None
    assert {option.by for option in quote.lines[0].options} == {"chosen"}
    assert quote.priced.totals.net == 2 * 10550


def test_open_options_are_named_where_nothing_completes_them(catalog, engines):
    found, problems = refused(catalog, engines, wish(complete=None, colour="brass"))
    assert found == [("/lines/0/choices", "incomplete")]
    assert "height" in problems[0].message
    assert "dimmer" not in problems[0].message
    assert "cheapest" in problems[0].hint


def test_a_contradiction_names_choices_rule_and_place(catalog, engines):
    found, problems = refused(catalog, engines, wish(height="40"), wish(colour="brass", dimmer="yes", height="40"))
    assert found == [("/lines/1/choices", "contradiction")]
    line = dedent(LAMPS).split("\n").index("rule no_brass_dimmer on lamp {") + 1
    assert problems[0].message == (
        "colour = brass and dimmer = yes cannot stand together: "
        f"Brass lamps have no dimmer. (no_brass_dimmer, lamps.cpq:{line}:6)"
    )


def test_a_text_that_a_rule_wants_is_asked_for(catalog, engines):
    found, _ = refused(catalog, engines, wish(height="60"))
    assert found == [("/lines/0/choices/plate", "text-needed")]
    quote, _ = build(catalog, engines, wish(height="60", plate="Reading"))
    assert quote is not None
    assert {option.path: option.value for option in quote.lines[0].options}["plate"] == "Reading"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (wish(color="black"), [("/lines/0/choices/color", "unknown-option")]),
        (wish(colour="green"), [("/lines/0/choices/colour", "unknown-choice")]),
        (wish(height="45"), [("/lines/0/choices/height", "off-step")]),
        (wish(height="1 kg"), [("/lines/0/choices/height", "unit-mismatch")]),
        (wish(plate="x" * 13), [("/lines/0/choices/plate", "text-too-long")]),
        (wish(product="lump"), [("/lines/0/product", "unknown-product")]),
        (wish(product="torch"), [("/lines/0/product", "product-not-in-effect")]),
        (wish(product="Bulb"), [("/lines/0/product", "unknown-product")]),
        (wish(product="chain", links="3"), [("/lines/0", "no-bill")]),
        (RequestLine("lamp", 1, {"a/b": "1"}, None), [("/lines/0/choices/a~1b", "unknown-option")]),
    ],
)
def test_every_problem_has_its_place(catalog, engines, line, expected):
    assert refused(catalog, engines, line)[0] == expected


def test_all_lines_are_judged(catalog, engines):
    found, problems = refused(catalog, engines, wish(color="black"), wish(), wish(product="lump"), language="xx")
    assert found == [
        ("/language", "unknown-language"),
        ("/lines/0/choices/color", "unknown-option"),
        ("/lines/2/product", "unknown-product"),
    ]
    assert problems[1].hint == "did you mean colour?"


def test_an_unknown_customer(catalog, engines):
    found, problems = refused(catalog, engines, wish(), customer="cc1")
    assert found == [("/customer", "unknown-customer")]
    assert problems[0].hint == "did you mean c1?"


def test_no_price_no_quote(catalog, engines):
    without = replace(catalog, price_lists=(), version="f" * 64)
    assert refused(without, engines, wish())[0] == [("/lines/0/product", "no-price")]


def test_equal_wishes_are_worked_out_once(catalog):
    asked = Counter()

    def engine(catalog, product, day) -> Engine:
        asked[product] += 1
        return build_engine(compile_product(catalog, product, day))

    quote, _ = build(catalog, engine, *[wish(quantity=n + 1, colour="black") for n in range(40)])
    assert quote is not None
    assert [line.quantity for line in quote.lines] == list(range(1, 41))
    assert asked["lamp"] == 1


def test_the_last_day_ends_with_the_calendar(catalog, engines):
    quote, _ = build(catalog, engines, wish(), day=date(9999, 12, 30))
    assert quote is not None
    assert quote.valid_until == date(9999, 12, 31)


CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "colour": st.sampled_from(["black", "brass", "white"]),
        "dimmer": st.sampled_from(["yes", "no"]),
        "height": st.sampled_from(["40", "50", "60"]),
        "plate": st.sampled_from(["", "Reading"]),
        "count(bulbs)": st.sampled_from(["1", "2"]),
        "bulbs[1].watts": st.sampled_from(["5", "15"]),
    },
)


@settings(max_examples=40)
@given(st.lists(st.tuples(CHOICES, st.integers(1, 50)), min_size=1, max_size=3))
def test_a_quote_survives_json_and_becomes_its_order(catalog, engines, wishes):
    quote, problems = build(catalog, engines, *[RequestLine("lamp", n, choices, "cheapest") for choices, n in wishes])
    assert (quote is None) == bool(problems)
    if quote is None:
        return
    assert read_quote(write_quote(quote)) == (quote, ())
    for line, (choices, _) in zip(quote.lines, wishes, strict=True):
        told = {option.path: option.value for option in line.options}
        assert all(told.get(path, "") == value for path, value in choices.items())
        price = 10000 + 2500 * (told["colour"] == "brass") + 1500 * (told["dimmer"] == "yes")
        price += 100 * (told["height"] == "50") + 450 * int(told["count(bulbs)"])
        assert line.price.net == price * line.quantity
    assert write_order(accept(quote, "O-1", DAY))


def test_the_shared_sample_from_file_to_order(shared, engines):
    loaded = load_folder(shared / "language" / "ebikes")
    assert loaded.catalog is not None
    catalog = replace(loaded.catalog, customers=PEOPLE)
    line = RequestLine("ebike", 6, {"motor": "trail", "bags": "1", "bags[0].size": "large"}, "cheapest")
    quote, problems = build(catalog, engines, line, customer="d1", language="de")
    assert problems == ()
    assert quote is not None
    assert [item.code for item in quote.lines[0].items] == ["FRAME-50", "MOTOR-trail", "BAG-L"]
    assert render_quote(quote)[:5] == b"%PDF-"

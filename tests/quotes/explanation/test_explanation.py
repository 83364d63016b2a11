"""Explanations: every number is one of the record, parts add up to the whole, pictures are sound and the same each time."""

from __future__ import annotations

import itertools
import json
import re
import string
from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.commands.main import app
from catalogs.marks import Label
from quotes.exchange import write_quote
from quotes.explanation import difference, line_table, tell_difference, tell_line, tell_quote, waterfall_json
from quotes.explanation import waterfall_picture
from quotes.explanation.amounts import Amounts
from quotes.explanation.difference import OtherCurrencyError
from quotes.explanation.phrases import TOLD_IN, Phrases, phrases
from quotes.explanation.picture import bars
from quotes.pricing import MICROS, Adjustment, Context, Inputs, Line, PricedQuote, price
from quotes.quote import Quote, QuoteLine
from tests.quotes import shop
from tests.quotes.shop import DAY, DEALER

_NUMBER = re.compile(r"[0-9][0-9.,\u00a0\u202f ]*[0-9]|[0-9]")
CATALOG = shop.load_small(
    """
fee freight "Freight" {
  charge 49.00 EUR
  when quote.net < 3000 EUR
}
"""
)


def quote_of(priced: PricedQuote, products: dict[str, str] | None = None) -> Quote:
    """Wrap priced lines into a quote."""
    names = products or {}
    lines = tuple(
        QuoteLine(one.id, "bike", Label(names.get(one.id, "Bike")), one.quantity, (), (), one, ())
        for one in priced.lines
    )
    return Quote(
        "Q-1", 1, "approved", "shop", Label("Shop"), CATALOG.version, DAY, date(2026, 12, 21), DEALER, "en", lines,
        replace(priced, lines=tuple(priced.lines)),
    )  # fmt: skip


def some_line(drawn: tuple[str, str, int, int], number: int) -> Line:
    motor, battery, bags, quantity = drawn
    choices = {
        "motor": motor, "battery": battery, "colour": "red", "height": Fraction(150), "lights": False, "engraving": "",
        "count(bags)": Fraction(bags), **{f"bags[{index}].size": "large" for index in range(bags)},
    }  # fmt: skip
    return Line(f"l{number}", "bike", choices, quantity)  # type: ignore[arg-type] # values of options


LINES = st.lists(
    st.tuples(
        st.sampled_from(["urban", "trail", "cargo"]), st.sampled_from(["b400", "b900"]), st.integers(0, 2), st.integers(1, 9)
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip
RATES = st.lists(st.tuples(st.sampled_from(["", "l0", "l1"]), st.integers(1, 3999)), max_size=2)


def some_quote(drawn: list[tuple[str, str, int, int]], rates: list[tuple[str, int]], *, dealer: bool = False) -> Quote:
    lines = [some_line(one, number) for number, one in enumerate(drawn)]
    known = {"", *(line.id for line in lines)}
    inputs = Inputs(tuple(Adjustment(line, "percent", Fraction(rate, 10_000)) for line, rate in rates if line in known))
    return quote_of(price(CATALOG, Context.of(CATALOG, DEALER if dealer else None), lines, DAY, inputs=inputs))


def numbers_of(quote: Quote, language: str) -> set[str]:
    """Every number of the record as the language writes it."""
    amounts, priced = Amounts.of(quote.priced, language), quote.priced
    found = {
        amounts.minor(abs(getattr(priced.totals, one.name))) for one in fields(priced.totals) if one.name != "inclusive"
    }
    for group in priced.taxes:
        found |= {amounts.minor(group.taxable), amounts.minor(group.tax), amounts.figures.percent(group.rate)}
    found |= {amounts.minor(entry.amount) for entry in priced.document}
    for line in priced.lines:
        found |= {amounts.unit(line.list_unit), amounts.figures.count(line.quantity), amounts.minor(line.allocated)}
        for step in line.steps:
            found |= {amounts.operand(step), amounts.of_step(step)}
    return {number for text in found for number in _NUMBER.findall(text)}


@settings(max_examples=40)
@given(LINES, RATES, st.booleans(), st.sampled_from(TOLD_IN))
def test_every_number_in_the_prose_is_one_of_the_record(
    drawn: list[tuple[str, str, int, int]], rates: list[tuple[str, int]], dealer: bool, language: str
) -> None:
    quote = some_quote(drawn, rates, dealer=dealer)
    prose = tell_quote(quote, language)
    for line in quote.priced.lines:
        for step in line.steps:
            prose = prose.replace(step.label.read(language), "")
    assert set(_NUMBER.findall(prose)) <= numbers_of(quote, language)
    assert Amounts.of(quote.priced, language).minor(quote.priced.totals.payable) in prose


def test_prose_says_what_happened() -> None:
    quote = some_quote([("trail", "b400", 0, 2)], [("l0", 500)])
    assert tell_line(quote, quote.lines[0]) == (
        "Bike, 2 at a list price of 1,700.00 EUR. The price list gives 1,000.00 EUR for Bike (retail). "
        "Motor: Trail 500 (retail) adds 500.00 EUR: 1,500.00 EUR. Battery: 400 Wh (retail) adds 200.00 EUR: 1,700.00 EUR. "
        "Manual change (manual) takes 5% off: 1,615.00 EUR. 2 at this price are 3,230.00 EUR."
    ).replace("Manual change", quote.lines[0].price.steps[-2].label.text)


@settings(max_examples=60)
@given(LINES, RATES, LINES, RATES, st.booleans())
def test_the_parts_of_a_difference_add_up(
    one: list[tuple[str, str, int, int]],
    rates: list[tuple[str, int]],
    other: list[tuple[str, str, int, int]],
    others: list[tuple[str, int]],
    dealer: bool,
) -> None:
    before, after = some_quote(one, rates), some_quote(other, others, dealer=dealer)
    found = difference(before, after)
    whole = after.priced.totals.payable - before.priced.totals.payable
    assert sum(change.amount for change in found.changes) == whole == found.amount
    assert sum(change.minor for change in found.changes) == whole
    assert all(change.kind != "paid" for change in found.changes)
    assert all(abs(change.amount) <= Fraction(2 * 9 * 4, 1) for change in found.changes if change.kind == "rounding")
    assert difference(after, after).changes == ()


def test_a_difference_names_what_changed() -> None:
    before, after = some_quote([("trail", "b400", 0, 2)], []), some_quote([("cargo", "b400", 1, 3)], [("l0", 1000)])
    told = {(one.kind, one.label.text): one.amount for one in difference(before, after).changes}
    assert told["step", "Motor: Trail 500"] == -50000 * 3 if ("step", "Motor: Trail 500") in told else True
    assert told["quantity", "Bike"] == 170000
    assert told["document", "Freight"] == 0 if ("document", "Freight") in told else True
    text = tell_difference(difference(before, after))
    assert text.startswith("The second quote is dearer by ")
    assert "Quantity of Bike: 1,700.00 EUR more" in text


def test_currencies_are_not_mixed() -> None:
    quote = some_quote([("trail", "b400", 0, 2)], [])
    other = replace(quote, priced=replace(quote.priced, currency="JPY", minor_units=0))
    with pytest.raises(OtherCurrencyError):
        difference(quote, other)


@settings(max_examples=25)
@given(LINES, RATES)
def test_the_picture_shows_the_waterfall(drawn: list[tuple[str, str, int, int]], rates: list[tuple[str, int]]) -> None:
    quote = some_quote(drawn, rates)
    line = quote.lines[0]
    svg = waterfall_picture(quote, line)
    assert svg == waterfall_picture(quote, line)
    root = ET.fromstring(svg)  # noqa: S314 - our own
    rows = bars(line.price, Amounts.of(quote.priced, "en"), "en")
    drawn_bars = root.findall(".//{*}g/{*}rect")
    assert len(drawn_bars) == len(rows)
    assert rows[-1].high == line.price.net_unit
    level = rows[0].high
    for row in rows[1:-1]:
        assert level == (row.low if row.kind == "up" else row.high)
        level = row.high if row.kind == "up" else row.low
    assert level == line.price.net_unit
    description = root.find("{*}desc")
    assert description is not None
    assert description.text == tell_line(quote, line)


def test_a_hostile_label_stays_text() -> None:
    quote = some_quote([("trail", "b400", 0, 2)], [])
    line = replace(quote.lines[0], label=Label('<script>alert(1)</script> & "x"'))
    root = ET.fromstring(waterfall_picture(quote, line))  # noqa: S314 - our own
    assert not root.findall(".//{*}script")


@settings(max_examples=25)
@given(LINES, RATES)
def test_json_telescopes(drawn: list[tuple[str, str, int, int]], rates: list[tuple[str, int]]) -> None:
    quote = some_quote(drawn, rates)
    for line in quote.priced.lines:
        told = json.loads(json.dumps(waterfall_json(quote.priced, line)))
        applied = [step for step in told["steps"] if "not_applied" not in step]
        assert all(a["output"] == b["input"] for a, b in itertools.pairwise(applied))
        assert Fraction(applied[-1]["output"]) * 100 == line.net
        assert Fraction(told["list_unit"]) * MICROS == line.list_unit


def test_the_table_cites_what_was_not_applied() -> None:
    quote = some_quote([("trail", "b400", 0, 2)], [], dealer=True)
    table = line_table(quote, quote.lines[0])
    assert "=900.00 EUR" in table
    assert "[a more specific row goes before it: dealer" in table
    assert "retail.csv:2:1" in table


@pytest.mark.parametrize("language", TOLD_IN)
def test_every_language_fills_the_same_places(language: str) -> None:
    def places(words: Phrases) -> dict[str, set[str | None]]:
        texts = {one.name: getattr(words, one.name) for one in fields(words)}
        return {
            name: {place for _, place, _, _ in string.Formatter().parse(text) if place} for name, text in texts.items()
        }

    assert places(phrases(language)) == places(phrases("en"))
    assert language == "en" or phrases(language) != phrases("en")


def test_commands_explain_files(tmp_path) -> None:
    before, after = some_quote([("trail", "b400", 0, 2)], []), some_quote([("cargo", "b900", 1, 3)], [("l0", 1000)])
    files = []
    for number, quote in enumerate((before, after)):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(write_quote(quote))
    run = CliRunner()
    picture = tmp_path / "w.svg"
    told = run.invoke(app, ["explain-price", str(files[0]), "--line", "l0", "--svg", str(picture), "--language", "de"])
    assert told.exit_code == 0, told.output
    assert "Die Preisliste nennt" in told.output
    assert picture.read_text().startswith("<svg")
    assert run.invoke(app, ["explain-price", str(files[0]), "--line", "nope"]).exit_code == 2
    as_json = json.loads(run.invoke(app, ["explain-price", str(files[1]), "--json"]).output)
    assert as_json["lines"][0]["line"] == "l0"
    changes = json.loads(run.invoke(app, ["explain-difference", *map(str, files), "--json"]).output)
    assert sum(Fraction(one["amount"]) for one in changes["changes"]) == Fraction(changes["amount"])
    assert "dearer" in run.invoke(app, ["explain-difference", *map(str, files)]).output

"""A quote written as JSON and read back is the same quote; a text that was meddled with is refused."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.marks import Label
from catalogs.model import Customer
from quotes.disclosure import for_customer
from quotes.exchange import as_json, read_quote, write_quote
from quotes.lifecycle import STATES
from quotes.approval import Grant
from quotes.pricing.inputs import Adjustment, History, Inputs, LineTerm
from quotes.pricing.record import (
    Applied, Certificate, Conversion, DocumentAmount, Judged, Judgement, Measure, PeriodPrice, PeriodTotal, PricedLine,
    PricedQuote, Rejected, Step, TaxGroup, Totals, Unmet, Unpriced,
)  # fmt: skip
from quotes.quote import BomLine, ChosenOption, OfferedSuggestion, Quote, QuoteLine
from rules.diagnostics import NOWHERE, Span
from tests.quotes import factory

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
days = st.dates()
fractions = st.fractions(max_denominator=10**6)
labels = st.builds(Label, texts, st.dictionaries(st.sampled_from(["de", "fr", "text"]), texts, max_size=2))
amounts = st.integers(-(10**18), 10**18)
spans = st.just(NOWHERE) | st.builds(Span, names, *[st.integers(0, 999)] * 4, texts)
scalars = st.booleans() | texts | fractions | days
steps = st.builds(
    Step,
    st.sampled_from(["base", "configure", "scale", "extend", "document", "judge"]),
    texts, labels, st.sampled_from(["set", "add", "percent", "times", "round"]), fractions, amounts, amounts, fractions,
    spans, texts, texts, st.none() | amounts, texts,
)  # fmt: skip
options = st.builds(
    ChosenOption, texts, labels, texts, labels, texts, st.sampled_from(["chosen", "implied", "proposed"]),
    st.sampled_from(["choice", "number", "truth", "text"]),
)  # fmt: skip
items = st.builds(BomLine, texts, labels, fractions.map(str))
suggestions = st.builds(OfferedSuggestion, texts, labels, st.dictionaries(texts, texts, max_size=2), texts, texts)
customers = st.builds(
    Customer, texts, texts, st.dictionaries(texts, scalars, max_size=3), texts, texts, texts, texts, texts, texts, texts
)
measures = st.builds(Measure, texts, st.none() | fractions, texts, st.sampled_from(["more", "less", "other"]))
grants = st.builds(Grant, texts, texts, texts, texts, days, texts, st.lists(measures, max_size=2).map(tuple))
judged = st.builds(
    Judged, st.sampled_from(["floor", "approval"]), texts, texts, labels, st.lists(texts, max_size=2).map(tuple),
    st.sampled_from(["all of", "any of"]), st.lists(measures, max_size=2).map(tuple), spans,
)  # fmt: skip
judgements = st.builds(
    Judgement, st.lists(judged, max_size=1).map(tuple), st.lists(judged, max_size=1).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)  # fmt: skip
periods = st.builds(
    PeriodPrice, texts, labels, st.sampled_from(["month", "year", "use"]), days, days, fractions, amounts, spans
)
documents = st.builds(
    DocumentAmount, st.sampled_from(["charge", "allowance"]), texts, labels, amounts, amounts, st.none() | fractions,
    texts, fractions, st.lists(amounts, max_size=2).map(tuple), spans, amounts,
)  # fmt: skip
certificates = st.builds(
    Certificate, st.sampled_from(["customer", "seller", "priority"]), amounts, amounts, st.booleans(), texts,
    st.lists(
        st.builds(
            Applied, texts, labels, st.integers(0, 9), amounts, st.lists(st.tuples(texts, amounts), max_size=2).map(tuple),
            spans,
        ),
        max_size=1,
    ).map(tuple),
    st.lists(st.builds(Rejected, texts, labels, texts, st.none() | amounts, spans), max_size=1).map(tuple),
)  # fmt: skip
more = st.fixed_dictionaries(
    {
        "policy": texts,
        "conversions": st.lists(st.builds(Conversion, texts, texts, fractions, days, texts, spans), max_size=1).map(
            tuple
        ),
        "promotions": st.none() | certificates,
        "judgement": judgements,
        "periods": st.lists(
            st.builds(
                PeriodTotal,
                st.sampled_from(["once", "month", "year", "use"]),
                st.none() | days,
                st.none() | days,
                amounts,
            ),
            max_size=1,
        ).map(tuple),
        "contract_value": amounts,
        "unmet": st.lists(
            st.builds(Unmet, texts, st.sampled_from(["percent", "amount", "price", "total"]), fractions, texts),
            max_size=1,
        ).map(tuple),
        "unpriced": st.lists(st.builds(Unpriced, texts, texts, texts, texts, spans), max_size=1).map(tuple),
    }
)
counts = st.dictionaries(texts, st.integers(0, 99), max_size=2)
inputs = st.builds(
    Inputs,
    st.lists(
        st.builds(Adjustment, texts, st.sampled_from(["percent", "amount", "price", "total"]), fractions, texts, texts),
        max_size=2,
    ).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    st.dictionaries(
        texts,
        st.builds(
            LineTerm, st.none() | days, st.none() | days, st.none() | st.integers(1, 99),
            st.dictionaries(texts, fractions, max_size=1), st.none() | days, st.dictionaries(texts, amounts, max_size=1),
        ),
        max_size=1,
    ),
    st.builds(History, counts, counts, st.dictionaries(texts, amounts, max_size=1), counts),
    amounts, texts, st.sampled_from(["sale", "display", "internal"]),
)  # fmt: skip


@st.composite
def quotes(draw):
    lines = []
    for number in range(draw(st.integers(0, 3))):
        listed, net, quantity = draw(amounts), draw(amounts), draw(st.integers(1, 10**6))
        price = PricedLine(
            f"L{number}", quantity, draw(amounts), draw(amounts), listed, net, listed - net, draw(texts),
            draw(fractions), tuple(draw(st.lists(steps, max_size=2))), draw(st.none() | amounts), draw(amounts),
            tuple(draw(st.lists(periods, max_size=1))), draw(amounts),
        )  # fmt: skip
        lines.append(
            QuoteLine(
                f"L{number}",
                draw(texts),
                draw(labels),
                quantity,
                tuple(draw(st.lists(options, max_size=2))),
                tuple(draw(st.lists(items, max_size=2))),
                price,
                tuple(draw(st.lists(labels, max_size=2))),
                tuple(draw(st.lists(suggestions, max_size=1))),
            )
        )
    taxes = tuple(
        draw(st.lists(st.builds(TaxGroup, texts, fractions, amounts, amounts, texts, st.none() | labels), max_size=2))
    )
    net, listed, tax = sum(x.price.net for x in lines), sum(x.price.list for x in lines), sum(x.tax for x in taxes)
    document = tuple(draw(st.lists(documents, max_size=2)))
    allowances = sum(one.amount for one in document if one.kind == "allowance")
    charges = sum(one.amount for one in document if one.kind == "charge")
    inclusive, prepaid, rounding = draw(st.booleans()), draw(amounts), draw(amounts)
    after = net - allowances + charges
    taxable, gross = (after - tax, after) if inclusive else (after, after + tax)
    priced = PricedQuote(
        draw(st.sampled_from(["EUR", "JPY", "KWD"])), draw(st.integers(0, 4)), tuple(x.price for x in lines), taxes,
        Totals(
            listed, listed - net, net, tax, gross, allowances, charges, taxable, prepaid, rounding,
            gross - prepaid + rounding, inclusive,
        ),
        draw(texts), draw(texts), document=document, **draw(more),
    )  # fmt: skip
    return Quote(
        draw(names), draw(st.integers(1, 99)), draw(st.sampled_from(STATES)), draw(texts), draw(labels), draw(texts),
        draw(days), draw(days), draw(customers), draw(texts), tuple(lines), priced,
        tuple(draw(st.lists(labels, max_size=2))), draw(st.none() | names), tuple(draw(st.lists(texts, max_size=2))),
        tuple(draw(st.lists(grants, max_size=1))), draw(inputs),
    )  # fmt: skip


@settings(max_examples=60)
@given(quotes())
def test_what_is_read_is_what_was_written(quote):
    text = write_quote(quote)
    assert read_quote(text) == (quote, ())
    assert read_quote(text.encode()) == (quote, ())
    assert write_quote(quote) == text


def test_amounts_are_fixed_point_texts():
    value = json.loads(write_quote(factory.quote()))
    assert value["totals"] == {
        "list": "14843.40", "discount": "593.74", "net": "14249.66", "tax": "2707.44", "gross": "16957.10",
        "allowances": "0.00", "charges": "0.00", "taxable": "14249.66", "prepaid": "0.00", "rounding": "0.00",
        "payable": "16957.10", "inclusive": False,
    }  # fmt: skip
    price = value["lines"][0]["price"]
    assert price["net_unit"] == "2374.944000"
    assert price["tax_rate"] == "19/100"
    extend = price["steps"][-1]
    assert (extend["phase"], extend["input"], extend["output"]) == ("extend", "2374.944000", "14249.66")


def test_a_quote_of_the_earlier_format_is_read():
    quote = factory.quote()
    value = json.loads(write_quote(quote))
    value["format"] = "quotewright-quote/1"
    del value["document"], value["grants"], value["inputs"]
    value["totals"] = {name: value["totals"][name] for name in ("list", "discount", "net", "tax", "gross")}
    value["priced"] = {name: value["priced"][name] for name in ("catalog_version", "input_hash", "unpriced")}
    for line in value["lines"]:
        for name in ("allocated", "tax", "periods"):
            del line["price"][name]
    for group in value["taxes"]:
        del group["code"], group["reason"]
    assert read_quote(json.dumps(value)) == (quote, ())


def test_members_stand_in_one_order():
    written = list(json.loads(write_quote(factory.quote())))
    assert written[:8] == ["format", "id", "revision", "state", "order_id", "catalog", "day", "valid_until"]


def test_costs_never_leave_with_the_json_for_others():
    quote = factory.quote([factory.ebike_line(), factory.window_line(2)])
    assert '"cost": "' in write_quote(quote)
    assert '"cost": "' not in json.dumps(as_json(quote))
    bare, problems = read_quote(json.dumps(as_json(quote)))
    assert problems == ()
    assert bare == for_customer(quote)
    assert bare is not None
    assert replace(quote.priced, lines=bare.priced.lines) == bare.priced


def meddled(change):
    value = json.loads(write_quote(factory.quote([factory.ebike_line(1), factory.window_line(2)])))
    change(value)
    quote, problems = read_quote(json.dumps(value))
    assert (quote is None) == bool(problems)
    return [(problem.pointer, problem.code) for problem in problems]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda v: v.update(format="other/1"), [("/format", "unknown-format")]),
        (lambda v: v.pop("totals"), [("", "missing-member")]),
        (lambda v: v.update(extra=1), [("/extra", "unknown-member")]),
        (lambda v: v["totals"].update(net="1.00"), [("/totals", "wrong-sum")]),
        (lambda v: v["totals"].update(gross="0.01"), [("/totals", "wrong-sum")]),
        (lambda v: v["totals"].update(gross="16957.1"), [("/totals/gross", "not-an-amount")]),
        (lambda v: v["totals"].update(gross=16957.10), [("/totals/gross", "not-an-amount")]),
        (lambda v: v["lines"][0]["price"].update(discount="0.00"), [("/lines/0", "wrong-sum")]),
        (lambda v: v["lines"][1].update(id="L1"), [("/lines", "repeated-line")]),
        (lambda v: v["lines"][0].update(quantity="6"), [("/lines/0/quantity", "not-a-whole-number")]),
        (lambda v: v["lines"][0]["price"].update(tax_rate="1/0"), [("/lines/0/price/tax_rate", "not-a-fraction")]),
        (lambda v: v["lines"][0]["items"][0].update(quantity="many"), [("/lines/0/items/0/quantity", "not-a-fraction")]),
        (lambda v: v["lines"][0]["price"]["steps"][0].update(phase="magic"), [("/lines/0/price/steps/0/phase", "unknown-name")]),
        (lambda v: v["lines"][0]["price"]["steps"][0]["source"].update({"from": [1]}), [("/lines/0/price/steps/0/source/from", "not-a-place")]),
        (lambda v: v.update(state="sold"), [("/state", "unknown-name")]),
        (lambda v: v.update(currency="EURO"), [("/currency", "wrong-length")]),
        (lambda v: v["customer"]["attributes"].update(x={"number": "a"}), [("/customer/attributes/x/number", "not-a-fraction")]),
        (lambda v: v.update(lines=None), [("/lines", "not-an-array")]),
    ],
)  # fmt: skip
def test_a_text_that_was_meddled_with_is_refused_at_its_place(change, expected):
    found = meddled(change)
    assert found[: len(expected)] == expected


SPOILS = st.sampled_from(
    [None, True, 0, -1, 10**400, 1.5, "", "x", "1/0", [], {}, [[]], {"text": 1}, "9" * 500, "2026-13-01"]
)


@settings(max_examples=150)
@given(st.data())
def test_no_spoilt_text_makes_it_raise(data):
    value = json.loads(write_quote(factory.quote([factory.ebike_line(1), factory.helmet_line(2)])))
    node = value
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        inner = node[key]
        if isinstance(inner, (dict, list)) and inner and data.draw(st.booleans()):
            node = inner
            continue
        node[key] = data.draw(SPOILS)
        break
    quote, problems = read_quote(json.dumps(value))
    assert (quote is None) == bool(problems)


def test_attributes_of_a_customer_keep_their_kinds():
    quote, _ = read_quote(write_quote(factory.quote()))
    assert quote is not None
    assert quote.customer.attributes == {
        "segment": "dealer", "stores": Fraction(3), "since": date(2019, 4, 1), "credit": True,
    }  # fmt: skip

"""What a customer may not see is in no answer: canaries in everything hidden, every question asked, nothing found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from catalogs.model import Catalog, Customer
from configurator import UnknownProduct, build_engine, compile_product
from configurator.engines.protocol import Engine
from quotes.answer import Answer, as_json, configure
from quotes.answer_sentences import why_sentence
from quotes.build import build_quote
from quotes.documents import document, render_quote, strings
from quotes.exchange import as_json as quote_json
from quotes.exchange import read_quote, write_quote
from quotes.quote import Quote
from quotes.request import read_request
from tests.quotes import canaries
from tests.quotes.canaries import leaks
from tests.quotes.documents.inspection import seen

DAY = date(2026, 11, 21)
CATALOG = canaries.load()
ENGINE = build_engine(compile_product(CATALOG, "bike", DAY))
SCHOOL = next(one for one in CATALOG.customers if one.id == "S-1")
DEALER = next(one for one in CATALOG.customers if one.id == "D-1")
VISIBLE = {
    "motor": ("urban", "trail", "cargo"), "colour": ("red", "blue"), "height": ("150", "250", "300"),
    "lights": ("yes", "no"), "count(bags)": ("0", "1", "2"), "bags[0].size": ("small",),
}  # fmt: skip
"""What a school sees, by hand."""


def ask(choices: dict[str, str], **changes: object) -> Answer:
    asked = {"day": DAY, "customer": SCHOOL, "engine": ENGINE, **changes}
    return configure(CATALOG, "bike", choices, **asked)  # type: ignore[arg-type] # tests name real parameters


def told(answer: Answer) -> str:
    """Return everything that doors show of an answer."""
    sentence = "" if answer.why is None else why_sentence(answer.why, answer.language)
    return json.dumps(as_json(answer), ensure_ascii=False) + sentence


def pairs() -> Iterator[tuple[str, str]]:
    return ((name, value) for name, values in VISIBLE.items() for value in values)


def test_the_shop_has_canaries_for_those_who_may_see_them() -> None:
    shown = told(ask({}, customer=DEALER))
    assert {"zzqgold", "zzqmount", "zzqtext", "zzqlarge", "zzq things"} <= {
        word for word in ("zzqgold", "zzqmount", "zzqtext", "zzqlarge", "zzq things") if word in shown.casefold()
    }


def test_a_school_is_shown_what_it_may_see_and_nothing_else() -> None:
    answer = ask({})
    assert {one.name: tuple(v.value for v in one.values) for one in answer.options if "[1]" not in one.name} == VISIBLE
    assert leaks(told(answer)) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_answer_to_any_choice_leaks(language: str) -> None:
    for name, value in pairs():
        answer = ask({name: value}, language=language)
        assert leaks(told(answer)) == [], (name, value)


def test_no_reason_and_no_repair_leaks() -> None:
    for chosen in ("motor=trail", "motor=cargo", "motor=urban", "colour=blue", "height=300", "count(bags)=2",
                   "count(bags)=1 motor=cargo"):  # fmt: skip
        choices = dict(one.split("=") for one in chosen.split())
        for pair in pairs():
            answer = ask(choices, why=pair, get=pair, prices=False)
            assert leaks(told(answer)) == [], (chosen, pair)


def test_no_completion_and_no_conflict_leaks() -> None:
    for goal in ("cheapest", "preferred"):
        assert leaks(told(ask({}, complete=goal))) == []
    for wrong in ({"motor": "trail", "lights": "no"}, {"motor": "urban", "lights": "yes"}, {"motor": "cargo", "colour": "red"},
                  {"motor": "urban", "colour": "blue"}):  # fmt: skip
        answer = ask(wrong)
        assert not answer.valid
        assert answer.conflict is not None
        assert leaks(told(answer)) == [], wrong


def test_a_reason_that_may_be_told_is_told() -> None:
    answer = ask({"motor": "cargo"}, why=("colour", "red"))
    assert answer.why is not None
    assert [rule.name for rule in answer.why.rules] == ["cargo_is_blue"]
    assert leaks(told(answer)) == []


def test_a_reason_that_may_not_be_told_is_only_left_out() -> None:
    answer = ask({"motor": "trail"}, why=("lights", "no"))
    assert answer.why is not None
    assert (answer.why.state, answer.why.rules) == ("excluded", ())
    assert [wish.name for wish in answer.why.choices] == ["motor"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("colour", "zzqgold"), ("colour", "zzqlate"), ("zzqmount", "plain"), ("zzqtext", "x"), ("count(zzqracks)", "1"),
     ("zzqracks", "1"), ("bags[0].size", "zzqlarge"), ("height", "350"), ("height", "200")],
)  # fmt: skip
def test_what_is_hidden_cannot_be_told_from_what_is_not_there(name: str, value: str) -> None:
    """The answer is that for a name that nothing has, but for the name itself."""
    answer = ask({name: value})
    assert answer.problems
    hidden_name = name not in VISIBLE
    other = ask({name.replace("zzq", "xyw"): value} if hidden_name else {name: value.replace("zzq", "xyw")})
    said = json.dumps([[one.code, one.message, one.hint] for one in answer.problems])
    assert leaks(said.replace(name, "").replace(value, "")) == []
    if "zzq" in name + value:
        assert said.replace("zzq", "xyw") == json.dumps([[one.code, one.message, one.hint] for one in other.problems])


@pytest.mark.parametrize(
    ("name", "value"),
    [("colour", "zqgold"), ("colour", "zzqlat"), ("zqmount", "plain"), ("zqtext", "x"), ("zqracks", "1"), ("height", "210"),
     ("height", "340"), ("bags[0].size", "zqlarge"), ("zzqtandem", "1")],
)  # fmt: skip
def test_no_hint_names_what_is_hidden(name: str, value: str) -> None:
    said = " ".join(
        f"{one.message.replace(name, '').replace(value, '')} {one.hint}" for one in ask({name: value}).problems
    )
    assert leaks(said) == []
    assert "350" not in said
    assert "200" not in said


def test_counts_and_totals_are_those_of_what_may_be_seen() -> None:
    everything, school = ask({}, customer=DEALER), ask({})
    assert (everything.count or 0) > (school.count or 0) > 0
    assert school.total is not None
    assert everything.total is not None
    assert everything.total.high > 777_000 > school.total.high


def test_a_product_that_may_not_be_seen_is_unknown() -> None:
    with pytest.raises(UnknownProduct):
        configure(CATALOG, "zzqtandem", {}, day=DAY, customer=SCHOOL)
    assert configure(CATALOG, "zzqtandem", {}, day=DAY, customer=DEALER).valid


def test_a_rep_sees_everything_and_what_the_customer_may_not() -> None:
    answer = ask({}, viewer="rep")
    barred = {(one.name, v.value): v.barred for one in answer.options for v in one.values if v.barred}
    assert barred["colour", "zzqgold"] == ("see", "price", "buy")
    assert barred["motor", "cargo"] == ("buy",)
    assert ("motor", "trail") not in barred
    whole = ask({"colour": "zzqgold"}, viewer="rep", complete="cheapest")
    assert whole.refused is not None
    assert whole.refused.held is not None
    assert whole.refused.held.entitlement.name == "zzq_schools"
    assert as_json(whole)["refused"]["line"] == whole.refused.held.grant.span.line  # type: ignore[index, call-overload] # an object


# --- quotes ------------------------------------------------------------------------------------------


def engines(_catalog: Catalog, product: str, day: date) -> Engine:
    return ENGINE if product == "bike" else build_engine(compile_product(CATALOG, product, day))


def quoted(*lines: dict[str, object], customer: Customer = SCHOOL, viewer: str = "customer"):
    data = json.dumps({"customer": customer.id, "day": "2026-11-21", "lines": list(lines)})
    request, problems = read_request(data)
    assert request is not None, problems
    return build_quote(CATALOG, request, quote_id="Q-1", engines=engines, viewer=viewer)  # type: ignore[arg-type] # two viewers


def a_quote() -> Quote:
    quote, problems = quoted({"product": "bike", "quantity": 2, "choices": {"motor": "trail", "count(bags)": "1"}})
    assert quote is not None, problems
    return quote


def test_a_quote_for_a_school_leaks_nowhere() -> None:
    quote = a_quote()
    assert leaks(json.dumps(quote_json(quote), ensure_ascii=False)) == []
    for language in ("en", "de"):
        assert leaks("\n".join(strings(document(quote, language)))) == []
    assert leaks("".join(one.text for one in seen(render_quote(quote)))) == []


def test_its_money_still_adds_up_and_costs_stay_here() -> None:
    quote = a_quote()
    view = quote_json(quote)
    text = json.dumps(view)
    assert '"cost": "' not in text
    steps = view["lines"][0]["price"]["steps"]  # type: ignore[index, call-overload] # a JSON document
    assert [one["input"] for one in steps[1:]] == [one["output"] for one in steps[:-1]]  # type: ignore[index, call-overload, union-attr] # the same
    assert any(one["label"] == {"text": "Included", "translations": one["label"]["translations"]} for one in steps
               if isinstance(one["label"], dict))  # type: ignore[index, call-overload, union-attr] # fmt: skip
    codes = [item["code"] for item in view["lines"][0]["items"]]  # type: ignore[index, call-overload, union-attr] # the same
    assert codes == ["FRAME-red"]


def test_the_sellers_record_keeps_what_is_withheld() -> None:
    quote = a_quote()
    kept, problems = read_quote(write_quote(quote))
    assert problems == ()
    assert kept is not None
    assert kept.lines[0].withheld == quote.lines[0].withheld
    assert {"zzqmount", "ZZQMOUNT-plain", "KIT", "CARRIER"} <= quote.lines[0].withheld
    assert "ZZQMOUNT-plain" in {item.code for item in quote.lines[0].items}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"product": "bike", "choices": {"motor": "cargo"}}, "not-entitled"),
        ({"product": "bike", "choices": {"motor": "urban", "colour": "blue"}}, "contradiction"),
        ({"product": "bike", "choices": {"colour": "zzqgold"}}, "unknown-choice"),
        ({"product": "bike", "quantity": 4, "choices": {"motor": "trail"}}, "over-quota"),
        ({"product": "zzqtandem"}, "unknown-product"),
        ({"product": "zqtandem"}, "unknown-product"),
        ({"product": "bike", "choices": {"motor": "trail", "lights": "no"}}, "contradiction"),
    ],
)
def test_a_line_that_may_not_be_had_is_refused_without_a_word_too_much(line: dict[str, object], code: str) -> None:
    quote, problems = quoted(line)
    assert quote is None
    assert [one.code for one in problems] == [code]
    asked = json.dumps(line)
    said = " ".join(f"{one.message} {one.hint}" for one in problems)
    assert leaks(said.replace("zzqgold", "").replace("zzqtandem", "")) == [], asked


def test_a_hidden_product_and_one_that_is_not_there_are_refused_alike() -> None:
    hidden, absent = quoted({"product": "zzqtandem"})[1], quoted({"product": "xywtandem"})[1]
    assert [(one.code, one.message.replace("zzq", "xyw"), one.hint) for one in hidden] == [
        (one.code, one.message, one.hint) for one in absent
    ]


def test_a_rep_is_told_why() -> None:
    _, problems = quoted({"product": "bike", "choices": {"colour": "zzqgold"}}, viewer="rep")
    assert [(one.code, one.message) for one in problems] == [
        ("not-entitled", "this customer may not see what is chosen")
    ]

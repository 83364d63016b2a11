"""Answers worked out by hand, the same from both engines."""

from __future__ import annotations

import json
from datetime import date

import pytest

import catalogs
from configurator import ProductNotInEffect, UnknownProduct, compile_product
from configurator.engines.planner import build_engine
from configurator.engines.protocol import Budget
from quotes.answer import as_json, configure
from quotes.inquiry import Goal
from tests.quotes import shop
from tests.quotes.shop import DAY

CATALOG = shop.load()
BOTH = pytest.mark.parametrize("engine", ["cp-sat", "enumeration"])
# The height has 201 values, of which the last fifty cost more; it is fixed where only the rest matters.
LOW = {"height": "200"}


def ask(choices: dict[str, str] | None = None, **more: object):
    return as_json(configure(CATALOG, "bike", choices or {}, day=DAY, **more))  # type: ignore[arg-type] # each test names real ones


def option(answer, name: str):
    return next(one for one in answer["options"] if one["name"] == name)


def value(answer, name: str, value: str):
    return next(one for one in option(answer, name)["values"] if one["value"] == value)


@BOTH
def test_states_counts_and_price_ranges(engine: str) -> None:
    answer = ask({**LOW, "motor": "cargo"}, engine=engine)
    assert (answer["valid"], answer["complete"], answer["exact"]) == (True, False, True)
    # b500: lights 2 x bags 1+2+4 = 14; b900 without two bags: 2 x 3 = 6
    assert answer["count"] == "20"
    assert answer["total"] == {"from": "2000.00", "to": "2419.00", "currency": "EUR"}
    assert [v["state"] for v in option(answer, "battery")["values"]] == ["excluded", "open", "open"]
    assert value(answer, "battery", "b400")["price"] is None
    assert value(answer, "battery", "b500")["price"] == {"from": "2000.00", "to": "2198.00", "currency": "EUR"}
    assert value(answer, "battery", "b900")["price"] == {"from": "2300.00", "to": "2419.00", "currency": "EUR"}
    # for the other values of a chosen option the choice is switched, the others kept
    assert value(answer, "motor", "urban")["price"] == {"from": "1500.00", "to": "2118.99", "currency": "EUR"}
    motor, colour = option(answer, "motor"), option(answer, "colour")
    assert (motor["state"], motor["value"], motor["by"]) == ("chosen", "cargo", "user")
    assert (colour["state"], colour["value"], colour["by"]) == ("implied", "red", "rules")
    assert (option(answer, "lights")["state"], option(answer, "lights")["by"]) == ("proposed", "default")
    assert option(answer, "height")["unit"] == "mm"
    assert answer["sections"] == [{"label": "Drive", "step": None, "names": ["motor", "battery"]}]
    assert answer["parts"] == [{"name": "bags", "label": "Bags", "component": "Bag", "from": "0", "to": "2"}]


@BOTH
def test_long_number_ranges_are_runs(engine: str) -> None:
    answer = ask(
        {"motor": "urban", "battery": "b400", "colour": "red", "count(bags)": "0", "lights": "no"}, engine=engine
    )
    runs = [
        (v["value"], v["label"], v["state"], v["price"] and v["price"]["from"])
        for v in option(answer, "height")["values"]
    ]
    assert runs == [("150..300", "150..300 mm", "open", "1500.00"), ("301..350", "301..350 mm", "excluded", None)]
    chosen = ask({"motor": "urban", "height": "200", "lights": "no"}, prices=False, engine=engine)
    states = [(v["value"], v["state"]) for v in option(chosen, "height")["values"]]
    assert states == [("150..199", "open"), ("200", "chosen"), ("201..300", "open"), ("301..350", "excluded")]


@BOTH
def test_a_run_attains_both_ends_of_its_price(engine: str) -> None:
    shelf = """
product shelf "Shelf" { option width: 100 .. 250 mm = 150 mm }
prices list in EUR { shelf 10.00 EUR }
charge wide on shelf { 1.00 EUR * (width / 1 mm) because "Wood." }
"""
    catalog = catalogs.load({"shelf.cpq": b'catalog shelf "Shelf" { currency EUR }' + shelf.encode()}).catalog
    assert catalog is not None

    def runs(choices: dict[str, str], goal: Goal | None = None) -> list[tuple[str, str, str, str]]:
        answer = as_json(configure(catalog, "shelf", choices, day=DAY, complete=goal, engine=engine))
        values = option(answer, "width")["values"]
        return [(v["value"], v["state"], v["price"]["from"], v["price"]["to"]) for v in values]

    def cut(state: str) -> list[tuple[str, str, str, str]]:
        around = ("100..149", "open", "110.00", "159.00"), ("151..250", "open", "161.00", "260.00")
        return [around[0], ("150", state, "160.00", "160.00"), around[1]]

    assert runs({}) == cut("proposed")
    assert runs({"width": "150"}) == cut("chosen")
    assert runs({}, "cheapest") == [("100", "proposed", "110.00", "110.00"), ("101..250", "open", "111.00", "260.00")]


@BOTH
def test_a_dealer_pays_less(engine: str) -> None:
    answer = ask({**LOW, "motor": "cargo"}, customer=shop.DEALER, engine=engine)
    assert answer["total"] == {"from": "1900.00", "to": "2319.00", "currency": "EUR"}


@BOTH
def test_a_contradiction_is_explained_and_repaired(engine: str) -> None:
    answer = ask({**LOW, "motor": "cargo", "battery": "b400"}, engine=engine)
    assert (answer["valid"], answer["count"], answer["total"]) == (False, "0", None)
    conflict = answer["conflict"]
    assert [(c["name"], c["value"]) for c in conflict["choices"]] == [("motor", "cargo"), ("battery", "b400")]
    assert [r["name"] for r in conflict["rules"]] == ["cargo_needs_energy"]
    rule = conflict["rules"][0]
    line = shop.SHOP.splitlines()[rule["line"] - 1]
    assert (rule["file"], line[rule["column"] - 1 :][:18]) == ("shop.cpq", "cargo_needs_energy")
    assert rule["text"].startswith("rule cargo_needs_energy on bike {")
    assert (
        conflict["sentence"]
        == "Motor = Cargo 750 and Battery = 400 Wh cannot stand together. The cargo motor drains a small battery."
    )
    # as if the rule did not hold: 1000 + 700 + 200 = 1900
    repairs = [
        ([(c["name"], c["from"], c["to"]) for c in r["changes"]], r["total"], r["delta"]) for r in answer["repairs"]
    ]
    assert repairs == [
        ([("motor", "cargo", "urban")], "1500.00", "-400.00"),
        ([("battery", "b400", "b500")], "2000.00", "100.00"),
    ]
    assert answer["repairs"][1]["keeps"] == ["motor", "height"]
    assert answer["repairs"][1]["choices"] == {**LOW, "motor": "cargo", "battery": "b500"}
    assert ask(answer["repairs"][1]["choices"], engine=engine)["valid"]


@BOTH
def test_two_conflicts_at_once(engine: str) -> None:
    answer = ask({"height": "320", "lights": "no", "motor": "cargo", "battery": "b400"}, engine=engine)
    found = {tuple(c["name"] for c in r["changes"]): (r["total"], r["delta"]) for r in answer["repairs"]}
    # without the two rules: 1000 + 700 + 200 + 50 = 1950
    assert found[("battery", "lights")] == ("2090.00", "140.00")
    assert found[("motor", "height")] == ("1500.00", "-450.00")
    assert len(found) == 4


@BOTH
def test_why_and_get_an_excluded_value(engine: str) -> None:
    answer = ask({**LOW, "motor": "cargo"}, why=("battery", "b400"), get=("battery", "b400"), engine=engine)
    why = answer["why"]
    assert (why["name"], why["value"], why["state"]) == ("battery", "b400", "excluded")
    assert [c["name"] for c in why["choices"]] == ["motor"]
    assert (
        why["sentence"]
        == "Battery = 400 Wh is not possible with Motor = Cargo 750. The cargo motor drains a small battery."
    )
    (repair,) = answer["repairs"]
    assert (repair["wanted"]["name"], repair["total"], repair["delta"]) == ("battery", "1500.00", "-500.00")
    assert repair["choices"] == {**LOW, "motor": "urban", "battery": "b400"}
    assert answer["conflict"] is None


@BOTH
def test_why_of_values_that_are_not_excluded(engine: str) -> None:
    choices = {**LOW, "motor": "cargo"}
    implied = ask(choices, why=("colour", "red"), prices=False, engine=engine)["why"]
    assert (implied["state"], [r["name"] for r in implied["rules"]]) == ("implied", ["gold_is_quiet"])
    assert [c["name"] for c in implied["choices"]] == ["motor"]
    assert (
        ask(choices, why=("motor", "cargo"), prices=False, engine=engine)["why"]["sentence"]
        == "Motor = Cargo 750 is chosen."
    )
    assert ask(choices, why=("motor", "trail"), prices=False, engine=engine)["why"]["state"] == "open"
    assert (
        ask(choices, why=("battery", "b900"), prices=False, engine=engine)["why"]["sentence"]
        == "Battery = 900 Wh is possible."
    )


@BOTH
def test_getting_what_is_possible_changes_nothing(engine: str) -> None:
    (repair,) = ask({**LOW, "motor": "cargo"}, get=("battery", "b900"), prices=False, engine=engine)["repairs"]
    assert (repair["changes"], repair["sentence"]) == ([], "Nothing has to change.")
    assert (repair["total"], repair["delta"]) == ("2300.00", "300.00")


@BOTH
def test_completion(engine: str) -> None:
    answer = ask({"motor": "cargo", "engraving": "Anna"}, complete="cheapest", prices=False, engine=engine)
    assert answer["complete"]
    assert answer["total"] == {"list": "2019.00", "net": "2019.00", "currency": "EUR"}
    battery, bags = option(answer, "battery"), option(answer, "count(bags)")
    assert (battery["state"], battery["value"], battery["by"]) == ("proposed", "b500", "completion")
    assert [v["state"] for v in battery["values"]] == ["excluded", "proposed", "open"]
    assert (bags["value"], option(answer, "bags[0].size")["value"]) == ("0", None)
    assert option(answer, "engraving")["value"] == "Anna"
    preferred = ask({"motor": "cargo"}, complete="preferred", prices=False, engine=engine)
    assert option(preferred, "colour")["value"] == "red"


@BOTH
def test_choices_that_leave_nothing_open_are_complete(engine: str) -> None:
    choices = {**LOW, "motor": "cargo", "battery": "b500", "lights": "no", "count(bags)": "0"}
    answer = ask(choices, engine=engine)
    assert (answer["complete"], answer["count"], answer["total"]["net"]) == (True, "1", "2000.00")


def test_wishes_that_cannot_be_read_are_problems_and_nothing_is_guessed() -> None:
    answer = ask(
        {"motr": "cargo", "battery": "b401", "bags": "1", "count(bags)": "2", "height": "149 mm"},
        get=("colour", "glod"),
    )
    found = {one["name"]: (one["code"], one["hint"]) for one in answer["problems"]}
    assert found["motr"] == ("unknown-option", "did you mean motor?")
    assert found["battery"] == ("unknown-choice", "did you mean b400?")
    assert found["count(bags)"][0] == "chosen-twice"
    assert found["height"][0] == "out-of-range"
    assert found["colour"] == ("unknown-choice", "did you mean gold?")
    assert (answer["options"], answer["valid"], answer["count"]) == ([], False, None)


def test_labels_and_sentences_follow_the_language() -> None:
    answer = ask({"motor": "cargo", "battery": "b400"}, language="de", prices=False)
    assert option(answer, "motor")["label"] == "Antrieb"
    assert answer["conflict"]["sentence"] == (
        "Antrieb = Lastenmotor und Battery = 400 Wh passen nicht zusammen. Der Lastenmotor leert einen kleinen Akku."
    )
    assert answer["repairs"][1]["sentence"] == "Ändern: Battery von 400 Wh auf 500 Wh."


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", {"Change Kind from Race to City.", "A (Red) goes.", "A (Red) and Size (Large) go."}),
        ("de", {"Ändern: Kind von Race auf City.", "A (Red) entfällt.", "A (Red) und Size (Large) entfallen."}),
    ],
)
def test_what_goes_is_said_to_go(language: str, sentences: set[str]) -> None:
    text = """
catalog bags "Bags" {
  currency EUR
  languages en, de
}
choices Colour "Colour" {
  red "Red"
  blue "Blue"
}
component bag "Bag" {
  option a: Colour
  option size: small | large
}
product bike "Bike" {
  option kind: race | city
  part bags: bag 0..1
}
rule light on bike { if kind = race then count(bags) = 0 because "Races are run without bags." }
"""
    catalog = catalogs.load({"bags.cpq": text.encode()}).catalog
    assert catalog is not None
    found = set[str]()
    for choices in ({}, {"bags[0].size": "large"}):
        wishes = {"kind": "race", "bags[0].a": "red", **choices}
        answer = as_json(configure(catalog, "bike", wishes, day=DAY, language=language))
        found |= {repair["sentence"] for repair in answer["repairs"]}
    assert found == sentences


def test_prices_that_cannot_be_had_are_said_to_be_missing() -> None:
    catalog = shop.load(retail=shop.RETAIL.replace("bike,,,1000.00,600.00\n", ""))
    answer = as_json(configure(catalog, "bike", {"motor": "cargo"}, day=DAY))
    assert (answer["valid"], answer["total"], answer["exact"]) == (True, None, True)
    assert answer["limits"] == [
        {
            "about": "prices",
            "name": "no-price",
            "message": "no price list in EUR for this customer has a row for bike on 2026-11-21",
        }
    ]


@BOTH
def test_ranges_are_of_configurations_that_have_a_price(engine: str) -> None:
    """A row that prices only two motors: the third can be chosen, but not quoted."""
    retail = shop.RETAIL.replace("product,option,choice,price,cost\n", "product,option,choice,motor,price,cost\n")
    rows = [line if number == 0 else line.replace(",", ",", 1) for number, line in enumerate(retail.splitlines())]
    rows = [rows[0], *(row.rsplit(",", 2)[0] + ",," + ",".join(row.rsplit(",", 2)[1:]) for row in rows[1:])]
    rows[1] = 'bike,,,"urban, trail",1000.00,600.00'
    catalog = shop.load(retail="\n".join(rows) + "\n")
    answer = as_json(configure(catalog, "bike", LOW, day=DAY, engine=engine))
    states = {v["value"]: (v["state"], v["price"] and v["price"]["from"]) for v in option(answer, "motor")["values"]}
    assert states == {"urban": ("open", "1500.00"), "trail": ("open", "1700.00"), "cargo": ("open", None)}
    assert answer["total"]["from"] == "1500.00"
    whole = as_json(configure(catalog, "bike", {**LOW, "motor": "cargo"}, day=DAY, complete="cheapest", engine=engine))
    assert (whole["complete"], whole["total"]) == (True, None)


def test_a_limit_is_named_and_nothing_is_claimed() -> None:
    answer = ask({}, budget=Budget(seconds=20, solutions=3), engine="enumeration", prices=False)
    assert not answer["exact"]
    assert answer["count"] is None
    assert "solutions" in {limit["name"] for limit in answer["limits"]}


def test_the_order_of_choices_changes_nothing() -> None:
    choices = {"motor": "cargo", "battery": "b400", "lights": "no", "height": "320"}
    there, back = ask(choices, prices=False), ask(dict(reversed(choices.items())), prices=False)
    assert there == back


def test_an_engine_built_before_gives_the_same() -> None:
    built = build_engine(compile_product(CATALOG, "bike", DAY), "cp-sat")
    assert ask(LOW, engine=built, prices=False) == ask(LOW, engine="cp-sat", prices=False)


def test_the_answer_is_json_and_has_the_members_of_the_contract() -> None:
    answer = ask({"motor": "cargo"}, why=("battery", "b400"))
    assert json.loads(json.dumps(answer)) == answer
    members = {
        "catalog", "product", "on", "valid", "complete", "engine", "exact", "count", "options", "conflict", "why",
        "repairs", "total", "suggestions", "limits", "problems", "sections", "parts",
    }  # fmt: skip
    assert members <= answer.keys()
    assert answer["catalog"] == {"name": "shop", "version": CATALOG.version}
    assert answer["on"] == "2026-11-21"


def test_a_product_that_is_not_there_is_the_callers_mistake() -> None:
    with pytest.raises(UnknownProduct):
        configure(CATALOG, "boat", {}, day=DAY)
    late = shop.load(shop=shop.SHOP.replace('product bike "Bike"', 'product bike "Bike" until 2026-12-31'))
    with pytest.raises(ProductNotInEffect):
        configure(late, "bike", {}, day=date(2027, 1, 1))

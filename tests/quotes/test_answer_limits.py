"""What an answer says where a text is not written, where a limit was hit, and beside contradictory choices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

from types import ModuleType

import pytest

import catalogs
from configurator import compile_product
from configurator.engines.planner import build_engine
from configurator.engines.protocol import Budget, Engine
from configurator.model import Count, Limit, Verdict
from quotes import answer_reasons, inquiry
from quotes.answer import as_json, configure
from tests.quotes import shop
from tests.quotes.shop import DAY

RING = """
    catalog rings "Rings" {
      currency EUR
    }
    product ring "Ring" {
      option metal "Metal": gold | silver
      option name "Name": text 0..20
      option inside "Inside": text 0..20
    }
    rule named on ring {
      if metal = gold then name != "" or inside != ""
      because "Gold rings are made to order."
    }
    rule outside on ring {
      inside = ""
      because "Nobody reads the inside."
    }
    prices list in EUR { ring 10.00 EUR }
"""
LATE = Limit("time", "too late")
WIDE = Limit("memory", "too wide")
KIDS = Path(__file__).parent / "data/kids_bike.cpq"


@pytest.fixture(scope="module")
def rings():
    catalog = catalogs.load({"rings.cpq": dedent(RING).encode()}).catalog
    assert catalog is not None
    return catalog


@pytest.fixture(scope="module")
def kids():
    catalog = catalogs.load_folder(KIDS).catalog
    assert catalog is not None
    return catalog


class Slow:
    """An engine of which some answers hit a limit."""

    def __init__(self, inner: Engine, *, count: bool = False, values: bool = False, after: int | None = None) -> None:
        self._inner, self._count, self._values, self._after = inner, count, values, after
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def count(self, allowed, **more):
        return Count(None, WIDE) if self._count else self._inner.count(allowed, **more)

    def valid_values(self, allowed, **more):
        found = self._inner.valid_values(allowed, **more)
        return replace(found, limit=LATE) if self._values else found

    def solve(self, allowed, **more):
        self.asked += 1
        if self._after is not None and self.asked > self._after:
            return Verdict("unknown", limit=LATE)
        return self._inner.solve(allowed, **more)


def slow(catalog, product: str, **how: object) -> Slow:
    return Slow(build_engine(compile_product(catalog, product, DAY)), **how)  # type: ignore[arg-type] # its own names


def ask(catalog, product: str, choices=None, **more):
    return as_json(configure(catalog, product, choices or {}, day=DAY, **more))


def option(answer, name: str):
    return next(one for one in answer["options"] if one["name"] == name)


def limits(answer):
    return [(one["about"], one["name"]) for one in answer["limits"]]


@pytest.mark.parametrize("complete", [None, "cheapest", "preferred"])
def test_choices_with_a_text_to_write_are_not_complete(rings, complete) -> None:
    answer = ask(rings, "ring", {"metal": "gold"}, complete=complete)
    assert (answer["valid"], answer["complete"], option(answer, "name")["value"]) == (True, False, None)
    if complete:
        assert [(one["name"], one["message"]) for one in answer["limits"]] == [
            ("text-needed", "a rule asks for a text in name")
        ]
    assert answer["exact"]


def test_either_of_two_texts_is_still_to_be_written() -> None:
    text = dedent(RING).replace('  inside = ""\n', '  inside = "" or metal = gold\n')
    catalog = catalogs.load({"rings.cpq": text.encode()}).catalog
    assert catalog is not None
    answer = ask(catalog, "ring", {"metal": "gold"})
    assert (answer["complete"], limits(answer)) == (False, [("completion", "text-needed")])


def test_three_dots_can_be_written_by_a_customer(rings) -> None:
    answer = ask(rings, "ring", {"metal": "gold", "name": "…"})
    assert (answer["complete"], option(answer, "name")["value"], limits(answer)) == (True, "…", [])


def test_a_repair_writes_no_text(rings) -> None:
    answer = ask(rings, "ring", {"metal": "gold", "name": ""}, language="de")
    found = {one["sentence"]: one["choices"] for one in answer["repairs"]}
    assert found == {
        "Ändern: Metal von Gold auf Silver.": {"metal": "silver", "name": ""},
        "Ändern: Name von (leer) auf (ein Text).": {"metal": "gold"},
    }


def test_why_beside_contradictory_choices(kids) -> None:
    choices = {"colour": "yellow", "front_wheel": "W14"}
    own = ask(kids, "kids_bike", choices, why=("rear_wheel", "W16"))["why"]
    assert (own["state"], [one["name"] for one in own["choices"]]) == ("excluded", ["colour"])
    # red would take the place of yellow and mend it
    assert ask(kids, "kids_bike", choices, why=("colour", "red"))["why"]["state"] == "open"


def test_why_of_a_value_that_the_contradiction_does_not_touch() -> None:
    choices = {"motor": "cargo", "battery": "b400"}
    answer = ask(shop.load(), "bike", choices, why=("colour", "red"), prices=False)
    assert answer["why"]["state"] == "excluded"
    assert answer["why"]["choices"] == answer["conflict"]["choices"]
    assert answer["why"]["sentence"] == answer["conflict"]["sentence"]


def test_a_reason_of_its_own_is_found_behind_another_contradiction() -> None:
    """Motor and battery contradict each other and come first; the height alone forbids a bike without lights."""
    choices = {"motor": "cargo", "battery": "b400", "height": "320"}
    why = ask(shop.load(), "bike", choices, why=("lights", "no"), prices=False)["why"]
    assert [one["name"] for one in why["choices"]] == ["height"]
    assert [one["name"] for one in why["rules"]] == ["tall_bikes_have_lights"]


def test_both_limits_are_told_by_their_names(kids) -> None:
    answer = ask(kids, "kids_bike", engine=slow(kids, "kids_bike", count=True, values=True))
    assert limits(answer) == [("values", "time"), ("count", "memory")]


def test_a_count_that_cannot_be_had_leaves_the_rest_complete(kids) -> None:
    whole = {"colour": "red", "wheel_support": "yes", "front_wheel": "W14", "rear_wheel": "W14"}
    answer = ask(kids, "kids_bike", whole, engine=slow(kids, "kids_bike", count=True))
    assert (answer["complete"], answer["exact"], answer["count"]) == (True, False, None)
    assert limits(answer) == [("count", "memory")]


def test_an_implied_value_of_many_has_one_exact_reason() -> None:
    text = """
        catalog boards "Boards" { currency EUR }
        product board "Board" {
          option width: 1 .. 90
          option wide: yes/no
        }
        rule wide_is_wide on board {
          if wide = yes then width = 90
          because "Wide is 90."
        }
    """
    catalog = catalogs.load({"boards.cpq": dedent(text).encode()}).catalog
    assert catalog is not None
    answer = ask(catalog, "board", {"wide": "yes"}, why=("width", "90"))
    why = answer["why"]
    assert (why["state"], why["exact"], answer["exact"]) == ("implied", True, True)
    assert ([one["name"] for one in why["choices"]], len(why["rules"])) == (["wide"], 1)


def test_a_reason_that_may_be_too_large_makes_the_answer_inexact(kids) -> None:
    choices = {"colour": "yellow"}
    before = slow(kids, "kids_bike")
    ask(kids, "kids_bike", choices, engine=before)
    cut = slow(kids, "kids_bike", after=before.asked + 1)
    answer = ask(kids, "kids_bike", choices, why=("front_wheel", "W14"), engine=cut)
    assert (answer["why"]["exact"], answer["exact"]) == (False, False)
    assert limits(answer) == [("why", "time")]


def test_without_a_conflict_the_repairs_are_not_all(kids) -> None:
    choices = {"colour": "yellow", "front_wheel": "W14"}
    answer = ask(kids, "kids_bike", choices, engine=slow(kids, "kids_bike", after=0))
    assert (answer["valid"], answer["conflict"], answer["repairs_exact"], answer["exact"]) == (
        False,
        None,
        False,
        False,
    )
    assert limits(answer) == [("conflict", "time"), ("repairs", "time")]


def test_one_clock_for_all_but_the_price_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    deadlines: dict[str, float | None] = {}

    def watch(room: ModuleType, name: str) -> None:
        asked = getattr(room, name)

        def watched(*given: object, **named: object) -> object:
            budget = next(one for one in (*given, *named.values()) if isinstance(one, Budget))
            deadlines[name] = budget.deadline
            return asked(*given, **named)

        monkeypatch.setattr(room, name, watched)

    watch(answer_reasons, "minimal_conflict")
    for name in ("assess", "complete", "objective_range", "objective_ranges", "repairs", "suggest"):
        watch(inquiry, name)
    catalog = shop.load_small()
    ask(catalog, "bike", {"motor": "trail"}, complete="cheapest")
    ask(catalog, "bike", {"motor": "trail"})
    whole = {name: deadlines.pop(name) for name in ("assess", "objective_range", "suggest", "objective_ranges")}
    assert whole.pop("objective_ranges") is None
    assert len(set(whole.values())) == 1
    assert None not in whole.values()
    ask(catalog, "bike", {"motor": "cargo", "battery": "b400"})
    assert len({deadlines[name] for name in ("assess", "minimal_conflict", "repairs")} - {None}) == 1

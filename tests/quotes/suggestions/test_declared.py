"""Suggestions: valid, in effect, not fulfilled already, with the exact new total of one unit."""

from __future__ import annotations

from datetime import date

import pytest

from quotes.answer import as_json, configure
from quotes.pricing import Context, Line, price
from tests.quotes import shop
from tests.quotes.shop import DAY

CATALOG = shop.load_small()
BOTH = pytest.mark.parametrize("engine", ["cp-sat", "enumeration"])


def offers(choices: dict[str, str], day: date = DAY, complete: str | None = "cheapest", **more: object):
    answer = as_json(configure(CATALOG, "bike", choices, day=day, complete=complete, prices=False, **more))
    return {one["name"]: one for one in answer["suggestions"]}, answer


@BOTH
def test_the_nearest_then_the_cheapest(engine: str) -> None:
    found, answer = offers({"motor": "trail"}, engine=engine)
    # 1000 + 500 + 200: a small bag is 49, the large battery 400 more than b400
    assert answer["total"]["net"] == "1700.00"
    assert list(found) == ["a_bag", "more_range"]
    assert found["a_bag"]["choices"] == {"count(bags)": "1", "bags[0].size": "small"}
    assert (found["a_bag"]["total"], found["a_bag"]["delta"]) == ("1749.00", "49.00")
    assert found["more_range"]["choices"] == {"battery": "b900"}
    assert (found["more_range"]["total"], found["more_range"]["delta"]) == ("2100.00", "400.00")
    assert found["a_bag"]["reason"] == "A bag is handy."


@BOTH
def test_a_choice_gives_way_only_to_an_offer_that_speaks_of_it(engine: str) -> None:
    found, _ = offers({"motor": "trail", "battery": "b500", "count(bags)": "0"}, engine=engine)
    assert found["more_range"]["choices"] == {"battery": "b900"}
    # two bags exclude the large battery, and the bags are chosen
    assert "more_range" not in offers({"motor": "trail", "battery": "b500", "count(bags)": "2"}, engine=engine)[0]
    # nor where the size of a second bag is chosen, which asks for two
    second, _ = offers({"motor": "trail", "battery": "b500", "bags[1].size": "small"}, engine=engine)
    assert "more_range" not in second


@BOTH
def test_an_open_value_changes_before_a_choice_even_where_that_costs_more(engine: str) -> None:
    more = """
suggest lighter on bike {
  when  battery = b900
  offer battery = b500 or count(bags) = 1
  because "Less or more."
}
"""
    catalog = shop.load_small(more)
    for choices, expected in (
        ({"battery": "b900"}, "count(bags)"),
        ({"battery": "b900", "count(bags)": "0"}, "battery"),
    ):
        asked = {"motor": "urban", **choices}
        answer = as_json(configure(catalog, "bike", asked, day=DAY, complete="cheapest", prices=False, engine=engine))
        (offer,) = [one for one in answer["suggestions"] if one["name"] == "lighter"]
        assert expected in offer["choices"]


@BOTH
def test_what_is_not_valid_not_in_effect_or_fulfilled_is_not_offered(engine: str) -> None:
    found, _ = offers({"motor": "trail", "battery": "b900", "count(bags)": "1"}, engine=engine)
    assert found == {}
    assert list(offers({"motor": "urban"}, date(2026, 12, 1), engine=engine)[0]) == ["a_bag", "winter_lights"]


@BOTH
def test_without_a_completion_only_what_is_certain_counts(engine: str) -> None:
    assert offers({"motor": "trail"}, complete=None, engine=engine)[0] == {}
    found, _ = offers({"motor": "trail", "battery": "b400", "count(bags)": "0"}, complete=None, engine=engine)
    assert list(found) == ["a_bag", "more_range"]
    assert (found["a_bag"]["total"], found["a_bag"]["delta"]) == ("1749.00", "49.00")


def test_a_total_is_that_of_the_price_itself() -> None:
    found, answer = offers({"motor": "trail", "engraving": "Anna"}, customer=shop.DEALER)
    whole = {one["name"]: one["value"] for one in answer["options"] if one["value"] is not None}
    for offer in found.values():
        changed = configure(CATALOG, "bike", {**whole, **offer["choices"]}, day=DAY, customer=shop.DEALER, prices=False)
        assert changed.valid
        assert changed.configuration is not None
        line = Line("1", "bike", changed.configuration)
        net = price(CATALOG, Context.of(CATALOG, shop.DEALER), [line], DAY).totals.net
        assert f"{net // 100}.{net % 100:02d}" == offer["total"]


def test_without_prices_nothing_is_offered() -> None:
    catalog = shop.load(retail=shop.RETAIL.replace("bike,,,1000.00,600.00\n", ""))
    answer = as_json(configure(catalog, "bike", {"motor": "trail"}, day=DAY, complete="cheapest"))
    assert answer["suggestions"] == []

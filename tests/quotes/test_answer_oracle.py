"""Answers against all configurations of a small shop, listed and priced one by one; both engines say the same."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest

from configurator import Configuration, compile_product
from configurator.expressions import environment, satisfied
from quotes.answer import as_json, configure
from quotes.pricing import Context, Line, price, write_minor
from rules.values import write
from tests.quotes import shop
from tests.quotes.shop import DAY

CATALOG = shop.load_small()
MODEL = compile_product(CATALOG, "bike", DAY)
Row = tuple[Mapping[str, str], int]


def every() -> Iterator[Configuration]:
    """Every valid configuration with nothing engraved."""
    for values in itertools.product(*(variable.values for variable in MODEL.variables)):
        whole = {variable.path: value for variable, value in zip(MODEL.variables, values, strict=True)}
        there = {v.path: whole[v.path] for v in MODEL.variables if v.exists is None or satisfied(v.exists, whole)}
        spare = (v for v in MODEL.variables if v.path not in there)
        if whole["engraving"] or any(whole[v.path] != v.values[0] for v in spare):
            continue
        if all(satisfied(one.condition, environment(MODEL, there)) for one in MODEL.constraints):
            yield there


@functools.cache
def rows(dealer: bool) -> tuple[Row, ...]:
    context = Context.of(CATALOG, shop.DEALER if dealer else None)
    found = []
    for one in every():
        net = price(CATALOG, context, [Line("1", "bike", one)], DAY).totals.net
        found.append(({path: write(MODEL.variable(path).kind, value) for path, value in one.items()}, net))
    return tuple(found)


def keeping(choices: Mapping[str, str], dealer: bool, but: str = "") -> list[Row]:
    wanted = {path: value for path, value in choices.items() if path != but}
    return [row for row in rows(dealer) if all(row[0].get(path) == value for path, value in wanted.items())]


def money(found: list[Row]) -> dict[str, str] | None:
    if not found:
        return None
    low, high = (write_minor(pick(net for _, net in found), "EUR") for pick in (min, max))
    return {"from": low, "to": high, "currency": "EUR"}


def some_choices(chance: random.Random) -> dict[str, str]:
    found = {}
    for variable in chance.sample(MODEL.variables, chance.randrange(0, 6)):
        if not variable.is_text:
            found[variable.path] = write(variable.kind, chance.choice(variable.values))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_answers_agree_with_the_list_of_all_configurations(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(4):
        choices, dealer = some_choices(chance), chance.random() < 0.5
        customer = shop.DEALER if dealer else None
        answers = [
            as_json(configure(CATALOG, "bike", choices, day=DAY, customer=customer, engine=engine))
            for engine in ("cp-sat", "enumeration")
        ]
        first, second = ({name: part for name, part in one.items() if name != "engine"} for one in answers)
        assert first == second
        left = keeping(choices, dealer)
        assert (first["valid"], first["count"]) == (bool(left), str(len(left)))
        assert [repair["changes"] != [] for repair in first["repairs"]] == [True] * len(first["repairs"])
        if left:
            total, ends = first["total"], money(left)
            assert total == ends or total["net"] == ends["from"] == ends["to"]
            ranges_agree(first, choices, dealer)
        else:
            repairs_agree(first, choices, dealer)


def ranges_agree(answer: dict, choices: dict[str, str], dealer: bool) -> None:
    for option in answer["options"]:
        if option["kind"] == "text":
            continue
        for value in option["values"]:
            found = [
                row for row in keeping(choices, dealer, option["name"]) if row[0].get(option["name"]) == value["value"]
            ]
            assert (value["state"] != "excluded") == bool(found), (choices, option["name"], value)
            assert value["price"] == money(found), (choices, option["name"], value)


def repairs_agree(answer: dict, choices: dict[str, str], dealer: bool) -> None:
    """The repairs are all minimal sets of choices to give up, each with the least total it leads to."""
    minimal: list[set[str]] = []
    for size in range(len(choices) + 1):
        for gone in itertools.combinations(choices, size):
            kept = {path: value for path, value in choices.items() if path not in gone}
            if keeping(kept, dealer) and not any(smaller <= set(gone) for smaller in minimal):
                minimal.append(set(gone))
    shown = {frozenset(change["name"] for change in repair["changes"]): repair for repair in answer["repairs"]}
    assert set(shown) == {frozenset(one) for one in minimal}
    for gone, repair in shown.items():
        kept = {path: value for path, value in choices.items() if path not in gone}
        assert repair["total"] == money(keeping(kept, dealer))["from"]
        assert any(net == Fraction(repair["total"]) * 100 for _, net in keeping(repair["choices"], dealer))

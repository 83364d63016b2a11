"""The objective is the price: on every configuration exactly, and at both ends of what is valid."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from catalogs.model import Catalog
from configurator import Configuration, Model, compile_product
from configurator.engines.planner import build_engine
from configurator.expressions import environment, measure, satisfied
from quotes.pricing import Context, Line, objective, obstacle, price, priced_where, unit_total
from quotes.pricing.cover import covered
from rules.typed import Values
from tests.quotes import random_quotes, small
from tests.quotes.pricing import test_agreement as by_hand
from tests.quotes.small import DAY, row


def whole(model: Model) -> Iterator[Configuration]:
    """Every combination of values, of the instances that exist."""
    for values in itertools.product(*(variable.values for variable in model.variables)):
        every = {variable.path: value for variable, value in zip(model.variables, values, strict=True)}
        there = {v.path for v in model.variables if v.exists is None or satisfied(v.exists, every)}
        if all(every[v.path] == v.values[0] for v in model.variables if v.path not in there):
            yield {path: value for path, value in every.items() if path in there}


@functools.cache
def configurations() -> tuple[Configuration, ...]:
    """All of the product of the random catalogs: only prices differ between these."""
    return tuple(whole(compile_product(small.catalog([random_quotes.PART, random_quotes.ONE]), "one", DAY)))


@pytest.mark.parametrize("seed", range(70, 78))
def test_the_total_of_the_objective_is_the_net_price(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        catalog, customer = random_quotes.some_catalog(chance), random_quotes.some_customer(chance)
        if chance.random() < 0.5:
            catalog = replace(catalog, price_lists=catalog.price_lists[:-1])
        context = Context.of(catalog, customer)
        model = compile_product(catalog, "one", DAY)
        goal, where = objective(catalog, model, context), priced_where(catalog, model, context)
        for configuration in chance.sample(configurations(), 25):
            found = price(catalog, context, [Line("1", "one", configuration)], DAY)
            seen = environment(model, configuration)
            if goal is None:
                assert found.unpriced
                continue
            assert (where is None or satisfied(where, seen)) == (not found.unpriced)
            if found.lines:
                configured = measure(goal, seen)
                assert found.lines[0].list_unit == random_quotes.micros(configured)
                assert unit_total(catalog, context, "one", configured, DAY) == found.lines[0].net


@pytest.mark.parametrize("engine", ["cp-sat", "enumeration"])
def test_the_ends_are_attained(engine: str) -> None:
    chance = random.Random(99)
    catalog, customer = random_quotes.some_catalog(chance), random_quotes.some_customer(chance)
    context = Context.of(catalog, customer)
    model = compile_product(catalog, "one", DAY)
    goal = objective(catalog, model, context)
    assert goal is not None
    nets = [price(catalog, context, [Line("1", "one", one)], DAY).totals.net for one in configurations()]
    solver = build_engine(model, engine)  # type: ignore[arg-type] # one of the names above
    ends = [solver.solve({}, objective=goal, sense=sense).value for sense in ("min", "max")]  # type: ignore[arg-type]
    assert [unit_total(catalog, context, "one", end, DAY) for end in ends if end is not None] == [
        min(nets),
        max(nets),
    ]


def test_unit_total_never_falls() -> None:
    chance = random.Random(5)
    for _ in range(200):
        catalog = random_quotes.some_catalog(chance)
        context = Context.of(catalog)
        amounts = sorted(
            Fraction(chance.randrange(-5_000, 500_000), chance.choice([1, 7, 100, 1000])) for _ in range(20)
        )
        totals = [unit_total(catalog, context, "one", amount, DAY) for amount in amounts]
        assert totals == sorted(totals)


MOTOR = small.enumeration("motor", "urban", "trail")
WIDTH = small.number("width", 40, 3000)
HEIGHT = small.number("height", 40, 3000)
WINDOW = small.component("bike", [WIDTH, HEIGHT, MOTOR, small.text("note")])


def matrix(*, gap: bool = False) -> Catalog:
    edges = [40, 500, 1000, 2000, 3001]
    sides = [Values(ranges=((Fraction(low), Fraction(high - 1)),)) for low, high in itertools.pairwise(edges)]
    rows = [
        row("", str(100 + 10 * i + j), cells=[("width", wide), ("height", high)])
        for (i, wide), (j, high) in itertools.product(enumerate(sides), enumerate(sides))
        if not (gap and i == j == 3)
    ]
    return small.catalog([WINDOW], [small.prices("m", *rows)])


def test_a_matrix_of_base_prices_needs_no_condition_where_it_covers_all() -> None:
    for gap in (False, True):
        catalog = matrix(gap=gap)
        model = compile_product(catalog, "bike", DAY)
        context = Context.of(catalog)
        where = priced_where(catalog, model, context)
        assert (where is None) is not gap
        goal = objective(catalog, model, context)
        assert goal is not None
        assert len(goal.terms) == 16 - gap
        large = {"width": Fraction(2500), "height": Fraction(2400), "motor": "urban", "note": ""}
        if where is None:
            assert measure(goal, environment(model, large)) == 133
        else:
            assert not satisfied(where, environment(model, large))
            assert satisfied(where, environment(model, large | {"width": Fraction(1999)}))


def test_cover_tells_gaps_from_none() -> None:
    numbers = tuple(Fraction(n) for n in range(10))
    low, high = (Values(ranges=((Fraction(a), Fraction(b)),)) for a, b in ((0, 5), (5, 9)))
    short = Values(ranges=((Fraction(6), Fraction(8)),))
    domains = {("a",): numbers, ("b",): ("x", "y")}
    x = Values(frozenset({"x"}))
    assert covered(domains, [((("a",), low),), ((("a",), high),)])
    assert not covered(domains, [((("a",), low),), ((("a",), short),)])
    assert not covered(domains, [((("a",), low),), ((("a",), high), (("b",), x))])
    assert covered(domains, [((("a",), low),), ((("a",), high), (("b",), x)), ((("b",), Values(frozenset({"y"}))),)])
    assert not covered(domains, [((("c",), low),)])


def test_what_stands_in_the_way_is_said() -> None:
    catalog = matrix()
    model = compile_product(catalog, "bike", DAY)
    context = Context(None, "USD")
    assert (
        obstacle(catalog, model, context) == "no price list in USD for this customer has a row for bike on 2026-11-21"
    )
    assert objective(catalog, model, context) is None
    varying = replace(catalog, scales=(small.scale("volume", (1, None, "5%"), when=small.equals(MOTOR, "trail")),))
    assert (
        obstacle(varying, model, Context.of(catalog))
        == "a scale that acts on a single unit depends on the configuration"
    )
    neutral = replace(
        catalog, scales=(small.scale("volume", (1, 4, "0%"), (5, None, "9%"), when=small.equals(MOTOR, "trail")),)
    )
    assert obstacle(neutral, model, Context.of(catalog)) == ""


def test_the_objective_knows_contracts() -> None:
    terms = [("", "900", None), ("motor", None, "25"), ("bags", None, "10"), ("bags.size", "20", None)]
    one = by_hand.contract("c", *(by_hand.term(*term) for term in terms))
    catalog = replace(by_hand.CATALOG, contracts=(one, by_hand.contract("d", by_hand.term("", off="7"))))
    for contracts in (catalog.contracts, catalog.contracts[1:], catalog.contracts[:1]):
        agreed = replace(catalog, contracts=contracts)
        context = Context.of(agreed, by_hand.SCHOOL)
        model = compile_product(agreed, "bike", DAY)
        goal = objective(agreed, model, context)
        assert goal is not None
        for configuration in whole(model):
            found = price(agreed, context, [Line("1", "bike", configuration)], DAY)
            configured = measure(goal, environment(model, configuration))
            assert unit_total(agreed, context, "bike", configured, DAY) == found.totals.net


def test_a_contract_for_parts_and_a_scale_have_no_objective() -> None:
    one = by_hand.contract("c", by_hand.term("motor", "150"))
    scales = (small.scale("volume", (1, None, "5%")),)
    catalog = replace(by_hand.CATALOG, contracts=(one,), scales=scales)
    model = compile_product(catalog, "bike", DAY)
    assert "contract" in obstacle(catalog, model, Context.of(catalog, by_hand.SCHOOL))
    assert obstacle(catalog, model, Context.of(catalog)) == ""

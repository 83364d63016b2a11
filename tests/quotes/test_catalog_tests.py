"""The catalog's own tests: what passes, and what is said where something does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest

import catalogs

from configurator import Model, compile_product
from configurator.engines.planner import build_engine
from configurator.session import Chosen
from quotes.catalog_tests import Result, run_tests
from quotes.membership import in_some_conflict
from tests.quotes import shop
from tests.quotes.shop import DAY


def run(body: str, engine: str = "auto") -> Result:
    declared = f"\ntest it on bike {{\n  {body}\n}}\n"
    (result,) = run_tests(shop.load_small(declared), today=DAY, engine=engine)  # type: ignore[arg-type] # a name of an engine
    assert result.passed == (not result.reason)
    return result


PASSING = [
    "given motor = cargo, battery = b400\n expect invalid because cargo_needs_energy",
    "given motor = cargo, battery = b400\n expect invalid",
    "given motor = cargo\n expect battery in {b500, b900}",
    "given motor = cargo\n expect battery.energy >= 500 Wh",
    "given height = 350 mm\n expect lights = yes",
    "given battery = b900\n expect count(bags) in {0, 1}",
    "given motor = cargo, battery = b500, height = 200 mm\n day 2026-11-21\n expect line.list = 2000.00 EUR",
    "given motor = cargo, battery = b500\n quantity 5\n expect line.list = 10000.00 EUR and line.net = 9000.00 EUR",
    "given motor = cargo, battery = b500\n quantity 5\n expect line.discount = 10% and quote.quantity = 5",
    "given motor = urban, battery = b400\n expect line.margin = 7/15",
    "given motor = urban, battery = b400\n customer segment = dealer\n expect line.net = 1400.00 EUR",
    "given motor = urban\n customer segment = dealer\n expect customer.segment = dealer",
    'given height = 200 mm, count(bags) = 2\n expect items "FRAME-200" 1, "BAG" 2',
    "given motor = trail\n expect suggest more_range",
]


@pytest.mark.parametrize("body", PASSING)
@pytest.mark.parametrize("engine", ["cp-sat", "enumeration"])
def test_these_pass(body: str, engine: str) -> None:
    assert run(body, engine).reason == ""


FAILING = [
    ("given motor = trail, battery = b400\n day 2026-11-21\n expect invalid", "these choices are valid together"),
    (
        "given motor = cargo, battery = b400\n day 2026-11-21\n expect invalid because gold_is_quiet",
        "gold_is_quiet is in no minimal conflict; there is this one: motor = cargo and battery = b400, by cargo_needs_energy",
    ),
    ("given motor = cargo\n day 2026-11-21\n expect battery in {b400, b500}", "battery can be b500, b900"),
    (
        "given motor = trail\n day 2026-11-21\n expect battery = b500",
        "it does not hold in every configuration: not with battery = 900 Wh",
    ),
    (
        "given motor = cargo, battery = b400\n day 2026-11-21\n expect lights = no",
        "the choices contradict each other: motor = cargo and battery = b400, by cargo_needs_energy",
    ),
    (
        "given motor = cargo, battery = b500\n day 2026-11-21\n expect line.list = 1999.99 EUR",
        "it does not hold: line.list is 2000.00 EUR",
    ),
    (
        'given count(bags) = 1, height = 200 mm\n day 2026-11-21\n expect items "BAG" 2, "FRAME-201"',
        "BAG is there 1 times; FRAME-201 is not there",
    ),
    ("given motor = urban\n day 2026-11-21\n expect suggest more_range", "more_range is not suggested; a_bag is"),
    ("given colour = gold\n day 2027-01-01\n expect lights = no", "colour = gold cannot be chosen"),
]


@pytest.mark.parametrize(("body", "reason"), FAILING)
def test_these_fail_and_say_what_was_found(body: str, reason: str) -> None:
    day = "2027-01-01" if "2027-01-01" in body else "2026-11-21"
    assert run(body).reason == f"on {day}: {reason}"


def test_without_a_day_every_slice_from_today_counts() -> None:
    result = run("given motor = urban\n expect colour in {red, gold}")
    assert result.days == (DAY, date(2026, 12, 1), date(2027, 1, 1))
    assert result.reason == "on 2027-01-01: colour can be red"
    assert [finding.span.line for finding in result.findings] == [len(shop.SHOP.splitlines()) + 4]


def test_a_known_customer_counts() -> None:
    body = 'given motor = urban, battery = b400\n customer "C-2"\n expect line.net = 1400.00 EUR'
    assert run(body).passed
    catalog = replace(shop.load_small(f"\ntest it on bike {{\n  {body}\n}}\n"), customers=())
    (result,) = run_tests(catalog, today=date(2027, 1, 1))
    assert result.reason == "on 2027-01-01: there is no customer C-2"


def test_results_come_in_the_order_of_the_catalog() -> None:
    more = "\ntest b on bike {\n given motor = urban\n expect motor = urban\n}\ntest a on bike {\n given motor = urban\n expect motor = trail\n}\n"
    results = list(run_tests(shop.load_small(more), today=DAY))
    assert [(one.name, one.passed) for one in results] == [("b", True), ("a", False)]


# --- membership, against all minimal conflicts listed ----------------------------------------------------

OVERLAPPING = """
catalog maze "Maze" { currency EUR }
product maze "Maze" {
  option a: one | two | three
  option b: yes/no
  option c: 1 .. 4
  option d: yes/no
}
rule p on maze { a != three or b = yes because "P." }
rule q on maze { b = no or c >= 3 because "Q." }
rule r on maze { c <= 2 or d = yes because "R." }
rule s on maze { d = no or a = one because "S." }
rule t on maze { c = 1 or a = one because "T." }
rule u on maze { b = yes or d = no because "U." }
"""
CHOICES = [Chosen("a", "three"), Chosen("b", value=False), Chosen("c", Fraction(2)), Chosen("d", value=True)]


def conflicts(model: Model, choices: Sequence[Chosen]) -> set[str]:
    """The rules of all minimal conflicts, by trying every subset."""
    engine = build_engine(model, "enumeration")
    items = [*range(len(model.constraints)), *choices]
    minimal: list[set[int | Chosen]] = []
    for size in range(len(items) + 1):
        for subset in combinations(items, size):
            if any(known <= set(subset) for known in minimal):
                continue
            allowed = {one.path: frozenset({one.value}) for one in subset if isinstance(one, Chosen)}
            rules = [one for one in subset if isinstance(one, int)]
            if engine.solve(allowed, constraints=rules).status == "none":
                minimal.append(set(subset))
    return {model.constraints[one].rule for found in minimal for one in found if isinstance(one, int)}


@pytest.mark.parametrize("choices", [c for size in range(1, 5) for c in combinations(CHOICES, size)])
def test_membership_agrees_with_listing_all_conflicts(choices: tuple[Chosen, ...]) -> None:
    catalog = catalogs.load({"maze.cpq": OVERLAPPING.encode()}).catalog
    assert catalog is not None
    model = compile_product(catalog, "maze", DAY)
    engine = build_engine(model, "enumeration")
    found = {one.rule for one in model.constraints if in_some_conflict(engine, choices, one.rule) is True}
    assert found == conflicts(model, choices)

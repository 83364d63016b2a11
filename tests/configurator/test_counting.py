"""Exact counts: the samples' published numbers from both engines, wide sums, texts, and what does not fit."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs import load_folder
from catalogs.model import Catalog
from configurator import compile_product
from configurator.condensing import condense
from configurator.counting import count_configurations
from configurator.elimination import Clock, Factor, eliminate
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.engines.protocol import Budget
from configurator.model import TEXT
from configurator.program import Program
from rules.evaluator import evaluate
from rules.kinds import Scalar, Textual
from rules.typed import Add, And, Compare, Constant, Multiply, Not, Or, Reference
from tests.configurator.ground_models import (
    NODES, NUMBER, VARIABLES, WIFI, brute, conditions_on, model_of, num, numbers, ref, variable,
)  # fmt: skip

SHARED = Path(os.environ.get("CPQ_SHARED", Path(__file__).parents[2].parent / "shared"))
DAY = date(2026, 11, 21)

BIKE = {"colour": "red", "wifi": True, "width": Fraction(-1, 2), "size": Fraction(4), "note": ""} | {
    "count(bags)": Fraction(1), "bags[0].load": Fraction(3), "bags[0].trim": "blue"
}  # fmt: skip

PER_VALUE: Mapping[str, Mapping[Scalar, int]] = {
    "colour": {"red": 2838, "yellow": 2838, "gold": 1419},
    "motor": {"urban": 3600, "trail": 2975, "cargo": 520},
    "battery": {"b400": 1125, "b500": 2250, "b625": 2650, "b900": 1070},
    "range_extender": {True: 2450, False: 4645},
    "frame_size": dict(
        zip(
            [Fraction(size, 100) for size in range(48, 63, 2)],
            [450, 875, 875, 1005, 1005, 1005, 1005, 875],
            strict=True,
        )
    ),
    "cage": {"none": 4257, "one": 2838},
    "count(bags)": {Fraction(n): count for n, count in enumerate([510, 1020, 1530, 1960, 2075])},
}


@pytest.fixture(scope="module")
def ebikes() -> Catalog:
    loaded = load_folder(SHARED / "language" / "ebikes")
    assert loaded.catalog is not None
    return loaded.catalog


@pytest.mark.parametrize("make", [EnumerationEngine, CpSatEngine])
def test_the_ebikes_have_the_counts_of_the_brute_force(make: type[CpSatEngine], ebikes: Catalog):
    engine = make(compile_product(ebikes, "ebike", DAY))
    assert engine.count({}).value == 7095
    for path, counts in PER_VALUE.items():
        assert {value: engine.count({path: frozenset([value])}).value for value in counts} == counts, path


@pytest.mark.parametrize(
    ("day", "count"),
    [("2025-12-31", 9648), ("2026-03-31", 8514), ("2026-04-01", 5676), ("2026-06-01", 7095), ("2027-01-01", 5676)],
)
def test_the_ebikes_on_other_days(day: str, count: int, ebikes: Catalog):
    model = compile_product(ebikes, "ebike", date.fromisoformat(day))
    assert CpSatEngine(model).count({}).value == count


def test_a_sum_over_thirty_options_is_counted_through_partial_sums():
    options = [variable(f"o{i}", NUMBER, numbers(0, 1)) for i in range(30)]
    total = Add(NUMBER, tuple((Fraction(1, 2), ref(option)) for option in options))
    model = model_of(options, [Compare("=", total, num(5))])
    assert CpSatEngine(model).count({}).value == 30045015  # 30 over 10
    assert CpSatEngine(model).count({"o3": frozenset(numbers(1))}).value == 10015005  # 29 over 9


def test_conditions_over_many_options_are_counted_through_what_was_seen():
    options = [variable(f"o{i}", NUMBER, numbers(0, 1, 2)) for i in range(20)]
    zero = [Compare("=", ref(option), num(0)) for option in options]
    assert CpSatEngine(model_of(options, [Or(tuple(zero))])).count({}).value == 3**20 - 2**20
    assert CpSatEngine(model_of(options, [And(tuple(zero))])).count({}).value == 1


def test_texts_count_once_however_rules_read_them():
    note, tag = (variable(path, Textual(), ("", TEXT)) for path in ("note", "tag"))
    size = variable("size", NUMBER, numbers(1, 2, 3))
    empty = [Compare("=", Reference(Textual(), path), Constant(Textual(), "")) for path in ("note", "tag")]
    either = Or((empty[0], Compare(">", ref(size), num(2))))
    model = model_of([note, tag, size], [either, Or((empty[1], empty[0]))])
    assert CpSatEngine(model).count({}).value == EnumerationEngine(model).count({}).value == 3
    written = {"note": frozenset({TEXT})}
    assert CpSatEngine(model).count(written).value == EnumerationEngine(model).count(written).value == 1


def test_what_does_not_fit_is_said_and_not_guessed():
    sides = [variable(f"side{i}", NUMBER, [Fraction(1) + Fraction(n, 997) for n in range(1500)]) for i in range(2)]
    model = model_of(sides, [Compare("<=", Multiply(NUMBER, (ref(sides[0]), ref(sides[1]))), num(3))])
    count = CpSatEngine(model).count({})
    assert count.value is None
    assert count.limit is not None
    assert count.limit.name == "memory"
    late = count_configurations(Program(model), {"side0": frozenset(numbers(1))}, -1.0)
    assert late.value is None
    assert late.limit is not None
    assert late.limit.name == "time"
    few = EnumerationEngine(model_of(sides, [])).count({}, budget=Budget(solutions=1000))
    assert few.limit is not None
    assert few.limit.name == "solutions"


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Factor], dict[int, int]]:
    sizes = {v: draw(st.integers(0, 3)) for v in range(draw(st.integers(1, 6)))}
    factors = []
    for _ in range(draw(st.integers(0, 5))):
        scope = tuple(draw(st.lists(st.sampled_from(sorted(sizes)), unique=True, max_size=3)))
        rows = itertools.product(*(range(sizes[v]) for v in scope))
        factors.append(Factor(scope, {row: 1 for row in rows if draw(st.booleans())}))
    return factors, sizes


@pytest.mark.parametrize("name", NODES)
def test_chains_of_small_tables_count_like_brute_force(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("configurator.counting.SMALL", 1)
    written = Compare("!=", Reference(Textual(), "note"), Constant(Textual(), ""))
    for condition in conditions_on(NODES[name], evaluate(NODES[name], BIKE))[:2]:
        model = model_of(VARIABLES, [Or((condition, written)), Or((condition, Not(written), WIFI))])
        right = {tuple(item for item in one.items() if item[0] != "note") for one in brute(model, {})}
        assert count_configurations(Program(model), {}, 60).value == len(right)


@settings(max_examples=200, deadline=None)
@given(case=tables(), data=st.data())
def test_elimination_counts_like_brute_force(case: tuple[list[Factor], dict[int, int]], data: st.DataObject):
    factors, sizes = case
    projected = frozenset(data.draw(st.sets(st.sampled_from(sorted(sizes)))))
    kept = set()
    for values in itertools.product(*(range(size) for size in sizes.values())):
        if all(tuple(values[v] for v in factor.scope) in factor.rows for factor in factors):
            kept.add(tuple(value for v, value in enumerate(values) if v not in projected))
    assert eliminate(factors, sizes, projected, Clock(float("inf"))) == len(kept)


@settings(max_examples=200, deadline=None)
@given(case=tables(), data=st.data())
def test_condensing_keeps_the_count(case: tuple[list[Factor], dict[int, int]], data: st.DataObject):
    factors, sizes = case
    projected = frozenset(data.draw(st.sets(st.sampled_from(sorted(sizes)))))
    clock = Clock(float("inf"))
    condensed = condense(factors, sizes, {}, projected, clock)
    assert eliminate(condensed, sizes, projected, clock) == eliminate(factors, sizes, projected, clock)
    assert sum(len(factor.rows) for factor in condensed[: len(factors)]) <= sum(len(factor.rows) for factor in factors)

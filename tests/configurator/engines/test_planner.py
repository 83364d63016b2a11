"""Which engine a model gets, why, and what is kept on disk."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from catalogs import load
from configurator import compile_product, planned
from configurator.clicks import STATES, Clicks
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.diagram.compiler.compile import CompileBudget
from configurator.engines.diagram.store import Store
from configurator.engines.diagram_engine import DiagramEngine
from configurator.engines.planner import STORED, build_engine
from configurator.engines.protocol import Budget
from configurator.engines.resource_engine import ResourceEngine
from configurator.model import Objective, Term
from configurator.ranges import objective_ranges
from configurator.session import Chosen, start
from rules.kinds import Quantity
from rules.typed import Add, And, Compare, Constant, Reference
from tests.configurator.agreement import prepare
from tests.configurator.catalogs import generate, seeded

DAY = date(2026, 1, 1)
HEAD = 'catalog plan "Plan" {\n  currency EUR\n}\n'


def model_of(text: str):
    loaded = load({"catalog.cpq": (HEAD + text).encode()})
    assert loaded.catalog is not None, loaded.diagnostics
    return compile_product(loaded.catalog, "thing", DAY)


def many(options: int, rules: str = "") -> str:
    lines = "\n".join(f"  option o{n}: a | b | c | d" for n in range(options))
    return f'product thing "Thing" {{\n{lines}\n}}\n{rules}'


def crossed(options: int) -> str:
    """Rules between options far apart, so that no tree of them is narrow."""
    pairs = [(n, (n * 7 + 3) % options, (n * 11 + 5) % options) for n in range(options)]
    return "\n".join(
        f'rule r{n} on thing {{ o{a} = a and o{b} = b requires o{c} in {{a, c}} because "Crossed." }}'
        for n, (a, b, c) in enumerate(pairs)
        if len({a, b, c}) == 3
    )


def test_tiny_products_are_enumerated():
    found = planned(model_of(many(3)))
    assert found.engine.name == found.plan.engine == "enumeration"
    assert "64 combinations" in found.plan.reason


def test_most_products_get_a_diagram():
    found = planned(model_of(many(30, crossed(5))))
    assert found.engine.name == found.plan.engine == "diagram"
    assert "edges" in found.plan.reason
    assert found.engine.count({}).value is not None


def test_what_has_no_diagram_is_searched_and_the_rules_are_named():
    model = model_of(many(40, crossed(40)))
    found = planned(model, budget=CompileBudget(seconds=60, references=2_000))
    assert found.engine.name == found.plan.engine == "search"
    assert "references" in found.plan.reason
    assert "(catalog.cpq:" in found.plan.advice
    right = build_engine(model, "cp-sat").valid_values({})
    assert found.engine.valid_values({}).values == right.values


def test_sums_stay_beside_a_diagram_they_would_widen():
    lines = "\n".join(f"  option o{n}: 0 .. {n % 5 + 3}" for n in range(24))
    total = " + ".join(f"{n * n % 19 + 3} * o{n}" for n in range(24))
    model = model_of(
        f'product thing "Thing" {{\n{lines}\n}}\nrule most on thing {{ {total} <= 150 because "All together." }}\n'
        f'rule fewest on thing {{ o3 + o5 >= 2 because "Some." }}\n'
    )
    found = planned(model, budget=CompileBudget(seconds=60, references=3_000))
    assert found.engine.name == found.plan.engine == "diagram with resources"
    assert "most" in found.plan.reason
    right = CpSatEngine(model)
    for allowed in ({}, {"o7": frozenset({Fraction(4)}), "o11": frozenset({Fraction(2)})}):
        assert found.engine.valid_values(allowed).values == right.valid_values(allowed).values


def test_a_diagram_is_read_back_as_it_was_and_a_damaged_one_is_made_anew(tmp_path: Path):
    model = model_of(many(20, crossed(6)))
    store = Store(tmp_path / "kept")
    first = DiagramEngine(model, CpSatEngine, store=store)
    second = DiagramEngine(model, CpSatEngine, store=store)
    assert (first.is_from_store, second.is_from_store) == (False, True)
    assert first.count({}) == second.count({})
    (file,) = (tmp_path / "kept").iterdir()
    whole = file.read_bytes()
    for damaged in (
        b"",
        whole[:5_000],
        b"x" + whole[1:],
        whole[:20] + b"\xff" * 30 + whole[50:],
        whole[:-9] + b"\xff" + whole[-8:],
    ):
        file.write_bytes(damaged)
        again = DiagramEngine(model, CpSatEngine, store=store)
        assert not again.is_from_store
        assert again.count({}) == first.count({})
    assert file.read_bytes() == whole


def test_two_objectives_are_kept_apart(tmp_path: Path):
    model, store = model_of(many(20, crossed(6))), Store(tmp_path)
    for value in "ab":
        both = [
            Compare("=", Reference(model.variable(path).kind, path), Constant(model.variable(path).kind, value))
            for path in ("o0", "o1")
        ]
        cost = Objective((Term(And(tuple(both)), Constant(Quantity(), Fraction(5))),))
        engine = DiagramEngine(model, CpSatEngine, (cost,), store=store)
        right = CpSatEngine(model).solve({}, objective=cost, sense="max")
        assert engine.solve({}, objective=cost, sense="max").value == right.value == 5


def test_what_was_prepared_answers_later_without_time(tmp_path: Path):
    lines = "\n".join(f"  option o{n}: 0 .. {n % 5 + 3}" for n in range(24))
    total = " + ".join(f"{n * n % 19 + 3} * o{n}" for n in range(24))
    text = f'product thing "Thing" {{\n{lines}\n}}\nrule most on thing {{ {total} <= 150 because "All together." }}\n'
    store = Store(tmp_path)
    ahead = planned(model_of(text), budget=CompileBudget(seconds=60, references=3_000), store=store)
    assert ahead.engine.name == "diagram with resources"
    assert isinstance(ahead.engine, ResourceEngine)
    again = ResourceEngine(model_of(text), CpSatEngine, (), STORED, store, ahead.engine.keep_out)
    assert again.is_from_store
    with pytest.raises(ValueError, match="Objective"):
        Clicks(again, Objective(()))


def test_an_optimum_that_is_not_proved_is_not_called_one():
    lines = "\n".join(f"  option o{n}: 0 .. {n % 5 + 3}" for n in range(24))
    total = " + ".join(f"{n * n % 19 + 3} * o{n}" for n in range(24))
    model = model_of(
        f'product thing "Thing" {{\n{lines}\n}}\nrule most on thing {{ {total} >= 150 because "All together." }}\n'
    )
    cost = Objective(
        tuple(
            Term(None, Add(Quantity(), ((Fraction(n % 7 + 1), Reference(one.kind, one.path)),)))
            for n, one in enumerate(model.variables)
        )
    )
    engine = ResourceEngine(model, CpSatEngine, keep_out=(0,))
    right = CpSatEngine(model).solve({}, objective=cost)
    late = engine.solve({}, objective=cost, budget=Budget(seconds=0.0))
    assert late.status == "unknown" or late.value == right.value
    assert engine.solve({}, objective=cost).value == right.value


def test_a_disk_that_takes_nothing_costs_only_time(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    engine = DiagramEngine(model_of(many(20, crossed(6))), CpSatEngine, store=Store(tmp_path / "file"))
    assert not engine.is_from_store
    assert engine.solve({}).status == "solution"


@pytest.mark.parametrize("number", range(6))
def test_clicks_say_what_the_services_say(number):
    prepared = prepare(generate(seeded(400 + number)))
    model = prepared.model
    cost = Objective(
        tuple(
            Term(
                Compare("=", Reference(one.kind, one.path), Constant(one.kind, value)),
                Constant(Quantity(), Fraction(place * 7 + index, 4)),
            )
            for place, one in enumerate(model.variables)
            for index, value in enumerate(one.values)
            if not one.is_text
        )
    )
    engine = DiagramEngine(model, CpSatEngine)
    clicks = Clicks(engine, cost)
    before, chosen = None, {}
    for variable in [one for one in model.variables if not one.is_text][:3]:
        domains = engine.valid_values({path: frozenset({value}) for path, value in chosen.items()})
        values = [value for value in variable.values if value in domains.values[variable.path]]
        if not values:
            continue
        chosen = {**chosen, variable.path: values[-1]}
        click = clicks.click(chosen, before)
        session = start(engine, [Chosen(path, value) for path, value in chosen.items()])
        ranges = objective_ranges(session, cost)
        valid = engine.valid_values(session.allowed).values
        for one in model.variables:
            for value in one.values:
                place = clicks.place(one.path, value)
                state, total = STATES[int(click.states[place])], clicks.total(click, place)
                known = ranges[one.path].get(value)
                assert total == (None if known is None else (known.low, known.high))
                if one.path in chosen:
                    assert (state == "chosen") == (chosen[one.path] == value)
                else:
                    assert (state != "excluded") == (value in valid[one.path])
        if before is not None:
            same = set(range(len(click.states))) - set(click.changed.tolist())
            assert all(click.states[place] == before.states[place] for place in same)
        before = click

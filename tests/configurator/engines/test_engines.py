"""Both engines against brute force with the reference evaluator, on every question they answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from configurator.engines.cp_sat import CpSatEngine, EngineError
from configurator.engines.enumeration import EnumerationEngine
from configurator.engines.protocol import Budget, Engine
from configurator.model import Allowed, Model, ModelTooLarge, Objective, Term
from configurator.passes import ABSENT
from rules.evaluator import ABSENT as NOTHING
from rules.evaluator import evaluate, holds
from rules.kinds import Enumeration, Truth
from rules.typed import (
    Add,
    Compare,
    Constant,
    Divide,
    Extremum,
    Lookup,
    Multiply,
    Round,
)
from tests.configurator.ground_models import (
    COLOURS, INDEX, NODES, NUMBER, STANDARD, VARIABLES, brute, conditions_on, environment, model_of, models, num, numbers,
    objectives, ref, restrictions, variable, worth,
)  # fmt: skip

CASES = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
Make = type[CpSatEngine] | type[EnumerationEngine]
Sense = Literal["min", "max"]
ENGINES = pytest.mark.parametrize("make", [EnumerationEngine, CpSatEngine])


def built(make: Make, model: Model) -> Engine:
    """Build an engine; a case that says itself that it does not fit is no case."""
    try:
        return make(model)
    except ModelTooLarge:
        assume(False)


@ENGINES
@CASES
@given(model=models(), allowed=restrictions(), subset=st.sets(st.integers(0, 3)))
def test_every_answer_is_that_of_brute_force(make: Make, model: Model, allowed: Allowed, subset: set[int]):
    engine = built(make, model)
    right = list(brute(model, allowed))
    verdict = engine.solve(allowed)
    assert verdict.configuration in right if right else verdict.status == "none"
    domains = engine.valid_values(allowed)
    assert domains.limit is None
    for v in model.variables:
        assert domains.values[v.path] == {found[v.path] for found in right if v.path in found}, v.path
    assert (domains.witness in right) if right else domains.witness is None
    assert engine.count(allowed).value == len({tuple(i for i in c.items() if i[0] != "note") for c in right})
    some = [i for i in subset if i < len(model.constraints)]
    loose = list(brute(model, allowed, some))
    verdict = engine.solve(allowed, constraints=some)
    assert verdict.configuration in loose if loose else verdict.status == "none"


@ENGINES
@CASES
@given(model=models(), allowed=restrictions(), objective=objectives(), sense=st.sampled_from(["min", "max"]))
def test_the_best_is_the_best(make: Make, model: Model, allowed: Allowed, objective: Objective, sense: Sense):
    engine = built(make, model)
    values = [worth(objective, model, found) for found in brute(model, allowed)]
    try:
        verdict = engine.solve(allowed, objective=objective, sense=sense)
    except ModelTooLarge:
        assume(False)
    if not values:
        assert verdict.status == "none"
        return
    assert verdict.value == (min(values) if sense == "min" else max(values))
    assert worth(objective, model, verdict.configuration) == verdict.value
    assert engine.check(verdict.configuration)


# --- one case a node ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NODES)
def test_every_value_of_every_node_is_met_by_both_engines(name: str):
    node = NODES[name]
    empty = model_of(VARIABLES, [])
    outcomes = [evaluate(node, environment(empty, one)) for one in STANDARD]
    values = sorted(set(outcomes) - {NOTHING}, key=str)
    assert len(values) > 1
    known = {out: ABSENT(node.kind) if out is NOTHING else Constant(node.kind, out) for out in set(outcomes)}
    for value in values[:: max(1, len(values) // 3)]:
        for number, condition in enumerate(conditions_on(node, value)):
            holding = {out for out, constant in known.items() if holds(conditions_on(constant, value)[number], {})}
            right = [one for one, out in zip(STANDARD, outcomes, strict=True) if out in holding]
            expected = {v.path: frozenset(one[v.path] for one in right if v.path in one) for v in VARIABLES}
            count = len({tuple(item for item in one.items() if item[0] != "note") for one in right})
            model = model_of(VARIABLES, [condition])
            for engine in (EnumerationEngine(model), CpSatEngine(model)):
                assert engine.valid_values({}).values == expected
                assert engine.count({}).value == count


# --- promises ---------------------------------------------------------------


def wide_window() -> Model:
    """2,001 widths by 2,201 heights, in metres, under a limit of the glass's weight and a sash ratio."""
    width = variable("width", NUMBER, [Fraction(mm, 1000) for mm in range(400, 2401)])
    height = variable("height", NUMBER, [Fraction(mm, 1000) for mm in range(400, 2601)])
    sashes = variable("sashes", NUMBER, numbers(1, 2, 3))
    area = Multiply(NUMBER, (ref(width), ref(height)))
    weight = Divide(NUMBER, Add(NUMBER, ((Fraction(25), area),)), ref(sashes))
    narrow = Compare("<=", ref(width), Add(NUMBER, ((Fraction(1), ref(sashes)),)))
    return model_of([width, height, sashes], [Compare("<=", weight, num(40)), narrow])


def test_products_over_large_ranges_are_exact():
    model = wide_window()
    engine = CpSatEngine(model)
    domains = engine.valid_values({"sashes": frozenset(numbers(1))})
    assert domains.limit is None
    assert max(domains.values["width"]) == 1  # at most a metre a sash
    fitting = [h for h in model.variable("height").values if 25 * Fraction(2, 5) * h <= 40]
    assert domains.values["height"] == frozenset(fitting)
    tall = engine.valid_values({"width": frozenset(numbers(2)), "sashes": frozenset(numbers(2))})
    assert max(tall.values["height"]) == Fraction(8, 5)
    area = Multiply(NUMBER, (ref(model.variable("width")), ref(model.variable("height"))))
    price = Objective(
        (Term(None, Round(NUMBER, "ceiling", Add(NUMBER, ((Fraction(199, 10), area),)), Fraction(1, 100))),)
    )
    assert engine.solve({}, objective=price).value == Fraction(319, 100)  # 0.16 square metres make 3.184
    most = max(
        width * height
        for width in range(400, 2401)
        for sashes in (1, 2, 3)
        if width <= 1000 * sashes
        for height in [min(2600, 40 * sashes * 1_000_000 // (25 * width))]
    )
    best = engine.solve({}, objective=Objective((Term(None, area),)), sense="max")
    assert best.value == Fraction(most, 1_000_000)


def test_the_same_question_gets_the_same_answer_whatever_was_asked_before():
    model = wide_window()
    fresh, used = CpSatEngine(model), CpSatEngine(model)
    first = fresh.solve({})
    used.valid_values({"width": frozenset(numbers(2))})
    used.solve({}, objective=Objective((Term(None, ref(model.variable("width"))),)), sense="max")
    assert used.solve({}) == first
    narrow = {"sashes": frozenset(numbers(1))}
    assert used.valid_values(narrow).values == CpSatEngine(model).valid_values(narrow).values
    assert used.valid_values({}).witness == fresh.valid_values({}).witness == first.configuration


@ENGINES
def test_threads_share_an_engine(make: Make):
    model = model_of(VARIABLES, [Compare("<=", ref(INDEX["width"]), ref(INDEX["bags[0].load"]))])
    engine = make(model)
    asked = [{"size": frozenset(numbers(n))} for n in (1, 4)] * 8
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda allowed: (engine.valid_values(allowed).values, engine.count(allowed)), asked))
    assert found[:2] * 8 == found


@ENGINES
def test_a_limit_is_unknown_and_never_a_verdict(make: Make):
    model = wide_window()
    objective = Objective((Term(None, ref(model.variable("width"))),))
    verdict = make(model).solve({}, objective=objective, budget=Budget(seconds=0.0))
    assert verdict.status == "unknown"
    assert verdict.limit.name == "time"
    domains = make(model).valid_values({}, budget=Budget(seconds=0.0))
    assert domains.limit.name == "time"
    settled = domains.values["width"] | domains.unsettled["width"]
    assert settled == frozenset(model.variable("width").values)


@ENGINES
def test_swaps_and_checks_follow_the_rules(make: Make):
    limit = Compare("<=", Add(NUMBER, ((Fraction(1), ref(INDEX["width"])), (Fraction(1), ref(INDEX["size"])))), num(3))
    model = model_of(VARIABLES, [limit])
    engine = make(model)
    start = {
        "colour": "red",
        "wifi": True,
        "width": Fraction(-3, 2),
        "size": Fraction(4),
        "note": "",
        "count(bags)": Fraction(0),
    }
    assert engine.check(start)
    assert engine.check({**start, "note": "any text"})
    assert not engine.check({**start, "width": Fraction(1, 2)})
    assert not engine.check({**start, "width": Fraction(7)})
    assert not engine.check({**start, "bags[0].load": Fraction(1)})
    assert not engine.check({**start, "count(bags)": Fraction(1)})
    assert not engine.check({path: value for path, value in start.items() if path != "wifi"})
    assert not engine.check({**start, "wheels": "big"})
    assert engine.swaps(start, "width", INDEX["width"].values) == frozenset(numbers("-3/2"))
    assert engine.swaps(start, "colour", INDEX["colour"].values) == frozenset(INDEX["colour"].values)
    assert engine.swaps(start, "count(bags)", INDEX["count(bags)"].values) == frozenset(numbers(0, 1, 2))
    assert engine.swaps(start, "bags[0].load", numbers(1)) == frozenset()


@ENGINES
def test_no_variables_no_values_and_contradictions(make: Make):
    empty = make(model_of([], []))
    assert empty.solve({}).configuration == {}
    assert empty.count({}).value == 1
    barren = make(model_of([variable("colour", COLOURS, ())], []))
    assert barren.solve({}).status == "none"
    assert barren.valid_values({}).values == {"colour": frozenset()}
    assert barren.count({}).value == 0
    false = make(model_of([INDEX["wifi"]], [Constant(Truth(), value=False)]))
    assert false.solve({}).status == "none"
    assert false.solve({}, constraints=[]).status == "solution"
    free = make(model_of([INDEX["colour"]], []))
    assert free.solve({"colour": frozenset({"purple"})}).status == "none"
    assert free.count({"colour": frozenset({"purple", "red"})}).value == 1


def test_numbers_beyond_64_bits_are_refused_when_the_engine_is_built():
    huge = [variable(f"n{i}", NUMBER, [Fraction(n * 10**9) for n in range(500)]) for i in range(2)]
    cube = Multiply(NUMBER, (ref(huge[0]), ref(huge[1]), ref(huge[0])))
    model = model_of(huge, [Compare("<=", cube, ref(huge[1]))])
    with pytest.raises(ModelTooLarge, match="64 bits"):
        CpSatEngine(model)
    assert EnumerationEngine(model).solve({}).status == "solution"


def test_an_encoding_that_breaks_a_rule_never_gets_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("configurator.engines.cp_sat.enforce", lambda *_: None)
    engine = CpSatEngine(model_of([INDEX["colour"]], [Compare("=", ref(INDEX["colour"]), Constant(COLOURS, "blue"))]))
    with pytest.raises(EngineError):
        engine.solve({"colour": frozenset({"red"})})


def test_thousands_of_parts_need_a_handful_of_solver_calls(monkeypatch: pytest.MonkeyPatch):
    sockets = Enumeration("Socket", ("a", "b", "c", "d"))
    lists = [Enumeration(name, tuple(f"{name}{i}" for i in range(500))) for name in ("cpu", "board")]
    parts = [variable(kind.name, kind, kind.choices) for kind in lists]
    fitting = [
        Lookup(sockets, ref(part), "socket", {c: sockets.choices[i % 4] for i, c in enumerate(kind.choices)})
        for part, kind in zip(parts, lists, strict=True)
    ]
    engine = CpSatEngine(model_of(parts, [Compare("=", *fitting)]))
    calls = []
    run = CpSatEngine._run
    monkeypatch.setattr(CpSatEngine, "_run", lambda *args: calls.append(1) or run(*args))
    domains = engine.valid_values({})
    assert all(len(domains.values[part.path]) == 500 for part in parts)
    assert len(calls) <= 5


def test_the_least_of_quotients_by_variables_is_exact():
    a, b, c = (variable(path, NUMBER, numbers(1, 2, 3, 5)) for path in "abc")
    shares = [(None, Divide(NUMBER, ref(a), ref(b))), (Compare(">", ref(a), num(1)), Divide(NUMBER, ref(b), ref(c)))]
    conditions = [Compare("=", Extremum(NUMBER, function, tuple(shares)), num("2/3")) for function in ("min", "max")]
    for condition in conditions:
        model = model_of([a, b, c], [condition])
        right = brute(model, {})
        assert right
        assert CpSatEngine(model).count({}).value == len(right)
        values = CpSatEngine(model).valid_values({}).values
        assert values == {v.path: frozenset(found[v.path] for found in right) for v in (a, b, c)}

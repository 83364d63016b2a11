"""Models as tables: brute force over the tables finds exactly the valid configurations, once each, at their price."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs import load_folder
from configurator import compile_product
from configurator.engines.tabling import chains, factoring
from configurator.engines.tabling.tabulate import (
    Additive,
    NotAdditive,
    Tabulated,
    TablingLimits,
    Untabled,
    tabulate,
)
from configurator.model import Model, Objective, Term
from configurator.program import Program
from rules.evaluator import evaluate
from rules.kinds import Truth
from rules.typed import Add, And, Compare, Constant, Multiply, Not, Or, Rows, Typed, Values
from tests.configurator.agreement import prepare, price_of
from tests.configurator.catalogs import generate, seeded
from tests.configurator.engines.tabling.joined import configurations, frozen, solutions, tabled
from tests.configurator.ground_models import (
    COLOURS, NODES, NUMBER, VARIABLES, brute, condition, conditions_on, model_of, models, num, numbers,
    objectives, ref, variable, worth,
)  # fmt: skip

DAY = date(2026, 11, 21)
BY_PARTS = TablingLimits(at_once=1, direct=1, narrow=1)
"""Takes everything apart, and lets classes of values stand for the values."""


@pytest.mark.parametrize("limits", [TablingLimits(), BY_PARTS])
@pytest.mark.parametrize("seed", range(12))
def test_a_catalog_has_the_solutions_of_brute_force(seed: int, limits: TablingLimits):
    prepared = prepare(generate(seeded(seed)))
    found = tabled(prepared.model, prepared.price, limits=limits)
    right = {tuple(sorted(one.values.items())): one.price for one in prepared.oracle.all}
    program = Program(prepared.model)
    seen = []
    for row in solutions(found.network):
        one = tuple(sorted(program.configuration(list(row[: found.network.visible])).items()))
        seen.append(one)
        (price,) = found.objectives
        assert isinstance(price, Additive), price
        assert price.value(row) == right[one]
    assert sorted(seen, key=repr) == sorted(right, key=repr)


@settings(max_examples=40, deadline=None)
@given(model=models(), limits=st.sampled_from([TablingLimits(), BY_PARTS]))
def test_a_model_has_the_solutions_of_brute_force(model: Model, limits: TablingLimits):
    found = tabled(model, limits=limits)
    assert frozen(configurations(model, found)) == frozen(brute(model, {}))


@pytest.mark.parametrize("name", NODES)
def test_every_node_taken_apart_has_the_solutions_of_brute_force(name: str):
    one = {"colour": "red", "wifi": True, "width": Fraction(-1, 2), "size": Fraction(4), "note": ""} | {
        "count(bags)": Fraction(1), "bags[0].load": Fraction(3), "bags[0].trim": "blue"
    }  # fmt: skip
    node = NODES[name]
    for each in conditions_on(node, evaluate(node, one))[:2]:
        model = model_of(VARIABLES, [each])
        assert frozen(configurations(model, tabled(model, limits=BY_PARTS))) == frozen(brute(model, {}))


@settings(max_examples=40, deadline=None)
@given(objective=objectives(), rule=condition(2), limits=st.sampled_from([TablingLimits(), BY_PARTS]))
def test_an_objective_is_a_sum_over_variables(objective: Objective, rule: Typed, limits: TablingLimits):
    model = model_of(VARIABLES, [rule])
    found = tabled(model, objective, limits=limits)
    (sum_,) = found.objectives
    assert isinstance(sum_, Additive), sum_
    program = Program(model)
    rows = solutions(found.network)
    assert len(rows) == len(brute(model, {}))
    for row in rows:
        assert sum_.value(row) == worth(objective, model, program.configuration(list(row[: found.network.visible])))


# --- rules that are tables ----------------------------------------------------------------------


@st.composite
def wide_tables(draw: st.DrawFn) -> Model:
    """A table over up to five variables, two columns of which may read the same one."""
    options = [
        variable(f"o{i}", NUMBER, numbers(*range(draw(st.integers(1, 4))))) for i in range(draw(st.integers(1, 5)))
    ]
    columns: list[Typed] = list(map(ref, options))
    if draw(st.booleans()):
        columns.append(Add(NUMBER, ((Fraction(1), columns[0]), (Fraction(1), columns[-1]))))
    if draw(st.booleans()):
        columns.append(Add(NUMBER, ((Fraction(2), columns[0]),)))
    pairs = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda p: (Fraction(min(p)), Fraction(max(p))))
    cells = st.one_of(
        st.just(Values(everything=True)),
        st.builds(Values, st.frozensets(st.integers(0, 6).map(Fraction), max_size=2)),
        st.builds(Values, st.just(frozenset()), st.lists(pairs, max_size=2).map(tuple)),
    )
    rows = draw(st.lists(st.tuples(*[cells] * len(columns)), max_size=6))
    return model_of(options, [Rows(draw(st.sampled_from(["allow", "forbid"])), tuple(columns), tuple(rows))])


@settings(max_examples=100, deadline=None)
@given(model=wide_tables())
def test_tables_in_every_form(model: Model):
    right = frozen(brute(model, {}))
    for way in ("dense", "rows", "classes", "chain"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chains, "DENSE", 1 << 22 if way == "dense" else 0)
            patch.setattr(chains, "DIRECT_ROWS", 1 << 16 if way == "rows" else 0)
            if way == "chain":
                patch.setattr(chains, "_by_rows", lambda *_: False)
            found = tabled(model, limits=TablingLimits() if way == "dense" else BY_PARTS)
            assert frozen(configurations(model, found)) == right, way


@pytest.mark.parametrize("mode", ["allow", "forbid"])
def test_rows_that_share_their_ends_share_helpers(mode: Literal["allow", "forbid"], monkeypatch: pytest.MonkeyPatch):
    options = [variable(f"o{i}", NUMBER, numbers(*range(4))) for i in range(4)]
    rows = [
        (0, 0, 1, 2),
        (1, 1, 0, 2),
        (2, 0, 1, 2),
        (3, 1, 0, 2),
        (0, 2, 1, 2),
        (1, 0, 3, 3),
        (2, 3, 0, 2),
        (0, 1, 0, 2),
    ]
    cells = tuple(tuple(Values(frozenset({Fraction(value)})) for value in row) for row in rows)
    model = model_of(options, [Rows(mode, tuple(map(ref, options)), cells)])
    monkeypatch.setattr(chains, "DENSE", 0)
    monkeypatch.setattr(chains, "_by_rows", lambda *_: False)
    found = tabled(model, limits=BY_PARTS)
    assert len(found.network.sizes) > 4
    assert max(found.network.sizes) <= 6
    assert frozen(configurations(model, found)) == frozen(brute(model, {}))


def test_a_long_table_is_a_table_of_indices():
    options = [variable(f"o{i}", NUMBER, numbers(*range(60))) for i in range(6)]
    rows = [tuple(Values(frozenset({Fraction(n * (i + 1) % 60)})) for i in range(6)) for n in range(3000)]
    model = model_of(options, [Rows("allow", tuple(map(ref, options)), tuple(rows))])
    (table,) = tabled(model).network.tables
    assert table.rows is not None
    assert table.source == 0
    assert {tuple(row) for row in table.rows.tolist()} == {
        tuple(n * (i + 1) % 60 for i in range(6)) for n in range(3000)
    }


# --- many operands ------------------------------------------------------------------------------


@pytest.mark.parametrize("junction", [And, Or])
@pytest.mark.parametrize("negated", [False, True])
def test_wide_clauses_are_counted_through_helpers(junction: type[And | Or], negated: bool):
    options = [variable(f"o{i}", Truth(), (True, False)) for i in range(13)]
    literals = tuple(Not(ref(o)) if i % 3 else ref(o) for i, o in enumerate(options))
    clause: Typed = junction((*literals, literals[0]))
    switch = variable("switch", Truth(), (True, False))
    rule = Or((ref(switch), Not(clause) if negated else clause))
    model = model_of([*options, switch], [rule])
    found = tabled(model)
    held = 1 if junction is And else 2**13 - 1
    assert len(solutions(found.network)) == 2**13 + (2**13 - held if negated else held)
    assert all(len(table.scope) <= 6 + 1 for table in found.network.tables)


@settings(max_examples=40, deadline=None)
@given(
    weights=st.lists(st.tuples(st.integers(-3, 4), st.sampled_from([1, 2])), min_size=3, max_size=9),
    bound=st.integers(-6, 12),
    operator=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
)
def test_sums_through_partial_sums(weights: list[tuple[int, int]], bound: int, operator: str):
    options = [variable(f"o{i}", NUMBER, numbers(0, 1)) for i in range(len(weights))]
    total = Add(NUMBER, tuple((Fraction(w, d), ref(o)) for (w, d), o in zip(weights, options, strict=True)))
    model = model_of(options, [Compare(operator, total, num(Fraction(bound, 2)))])
    found = tabled(model, limits=BY_PARTS)
    assert frozen(configurations(model, found)) == frozen(brute(model, {}))


def test_partial_sums_hold_no_more_than_matters():
    options = [variable(f"o{i}", NUMBER, numbers(0, 2 ** (i % 10))) for i in range(20)]
    total = Add(NUMBER, tuple((Fraction(1), ref(o)) for o in options))
    found = tabled(model_of(options, [Compare("<=", total, num(3))]))
    assert max(found.network.sizes) <= 5


# --- linear rules -------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    rules=st.lists(
        st.tuples(st.sampled_from(["area", "girth", "slope", "load"]), st.integers(1, 20)), min_size=1, max_size=4
    )
)
def test_pairs_of_wide_ranges_become_classes(rules: list[tuple[str, int]]):
    width, height = (variable(path, NUMBER, numbers(*range(1, 8))) for path in ("width", "height"))
    sort, sashes = variable("sort", COLOURS, COLOURS.choices), variable("sashes", NUMBER, numbers(*range(1, 6)))
    area = Multiply(NUMBER, (ref(width), ref(height)))
    girth = Add(NUMBER, ((Fraction(2), ref(width)), (Fraction(2), ref(height))))
    red = Compare("=", ref(sort), Constant(COLOURS, "red"))
    forms = {
        "area": lambda n: Compare("<=", area, num(n)),
        "girth": lambda n: Or((red, Compare(">=", girth, num(n)))),
        "slope": lambda n: Compare("<=", Multiply(NUMBER, (ref(height), ref(sashes), num(2))), Add(NUMBER, ((Fraction(n), ref(width)),))),
        "load": lambda n: Or((Not(red), Compare("<", area, Multiply(NUMBER, (ref(sashes), num(n)))))),
    }  # fmt: skip
    model = model_of([width, height, sort, sashes], [forms[form](n) for form, n in rules])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factoring, "WIDE", 8)
        patch.setattr(factoring, "MOST_COMBINATIONS", 10)
        found = tabled(model)
    assert frozen(configurations(model, found)) == frozen(brute(model, {}))
    assert len(found.network.sizes) <= 4 + 1 + 2


def test_windows_of_millions_of_sizes():
    loaded = load_folder(examples("windows"))
    assert loaded.catalog is not None
    model = compile_product(loaded.catalog, "window", DAY)
    found = tabled(model, price_of(loaded.catalog, model))
    assert isinstance(found.objectives[0], NotAdditive)
    assert max(found.network.sizes) == 2201
    assert sum(table.dense.size for table in found.network.tables if table.dense is not None) < 1_000_000


def examples(name: str):
    from pathlib import Path  # noqa: PLC0415

    import catalogs.examples  # noqa: PLC0415

    return Path(catalogs.examples.__file__).parent / name


# --- limits -------------------------------------------------------------------------------------


def test_what_does_not_fit_names_its_rule():
    sides = [variable(f"side{i}", NUMBER, numbers(*range(1, 400))) for i in range(5)]
    fine = Compare("<=", ref(sides[0]), num(5))
    wide = Compare("<=", Multiply(NUMBER, tuple(map(ref, sides))), num(3 * 10**9))
    found = tabulate(Program(model_of(sides, [fine, wide])))
    assert isinstance(found, Untabled)
    assert (found.constraint, found.rule, found.limit.name) == (1, "r1", "memory")
    late = tabulate(Program(model_of(sides, [fine])), limits=TablingLimits(seconds=-1.0))
    assert isinstance(late, Untabled)
    assert late.limit.name == "time"


def test_an_objective_that_does_not_fit_leaves_the_others():
    sides = [variable(f"side{i}", NUMBER, numbers(*range(1, 600))) for i in range(3)]
    product = Objective((Term(None, Multiply(NUMBER, tuple(map(ref, sides)))),))
    plain = Objective((Term(None, ref(sides[0])),))
    found = tabled(model_of(sides, []), plain, product, plain)
    assert [type(each) for each in found.objectives] == [Additive, NotAdditive, Additive]
    assert len(found.network.sizes) == 3


def test_huge_numbers_stay_exact():
    wide = variable("wide", NUMBER, [Fraction(10**18 + i) for i in range(3)])
    tall = variable("tall", NUMBER, [Fraction(10**18 - i) for i in range(3)])
    product = Multiply(NUMBER, (ref(wide), ref(tall)))
    model = model_of([wide, tall], [Compare("<=", product, num(10**36))])
    found = tabled(model, Objective((Term(None, product),)))
    assert frozen(configurations(model, found)) == frozen(brute(model, {}))
    assert isinstance(found.objectives[0], NotAdditive)


def test_rules_that_never_or_always_hold():
    a = variable("a", NUMBER, numbers(1, 2))
    never = model_of([a], [Compare(">", ref(a), num(5))])
    assert not configurations(never, tabled(never))
    always = model_of([a], [Compare("<", ref(a), num(5)), Constant(Truth(), value=True)])
    assert not tabled(always).network.tables
    empty = model_of([], [Constant(Truth(), value=False)])
    assert not solutions(tabled(empty).network)
    nothing = model_of([variable("b", NUMBER, ()), a], [Compare(">", Add(NUMBER, ((Fraction(1), ref(a)),)), num(0))])
    assert not solutions(tabled(nothing).network)


def test_a_price_that_is_no_sum_leaves_no_tables_of_its_parts():
    sides = [variable(f"side{i}", NUMBER, numbers(*range(1, 600))) for i in range(3)]
    product = Objective((Term(None, Multiply(NUMBER, tuple(map(ref, sides)))),))
    pair = Objective((Term(Compare("<", ref(sides[0]), ref(sides[1])), num(2)),))
    wish = Objective((Term(Compare("<", ref(sides[1]), ref(sides[2])), num(1)),))
    program = Program(model_of(sides, []))
    found = tabulate(program, (wish, pair, product), together=[(1, 2)])
    assert isinstance(found, Tabulated)
    assert [type(each) for each in found.objectives] == [Additive, NotAdditive, NotAdditive]
    alone = tabulate(program, (wish,))
    assert isinstance(alone, Tabulated)
    assert found.network.sizes == alone.network.sizes
    shared = tabulate(program, (pair, product, wish), together=[(0, 1), (0, 2)])
    assert isinstance(shared, Tabulated)
    assert [type(each) for each in shared.objectives] == [Additive, NotAdditive, Additive]

"""Linear rules as resources: weights and bounds that stay out of the tables, and sums that cannot."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configurator.engines.tabling.tabulate import (
    linear,
)
from configurator.program import Program
from rules.typed import Add, And, Choose, Compare, Constant, Multiply, Not, Or, Typed, Values, Within
from tests.configurator.ground_models import (
    COLOURS, COUNT, INDEX, NUMBER, VARIABLES, brute, model_of, num, numbers,
    ref, variable,
)  # fmt: skip
from tests.configurator.engines.tabling.joined import configurations, frozen, tabled


@st.composite
def linear_rules(draw: st.DrawFn) -> Typed:
    bag = [ref(INDEX[f"bags[{i}].load"]) for i in range(2)]
    there = [Compare(">", ref(COUNT), num(i)) for i in range(2)]
    weighed = [Choose(NUMBER, t, b, num(0)) for t, b in zip(there, bag, strict=True)]
    terms = [*weighed, ref(INDEX["width"]), ref(INDEX["size"]), num(2), ref(COUNT)]
    factors = st.sampled_from([Fraction(-2), Fraction(-1, 2), Fraction(1), Fraction(3)])
    sides = [
        Add(NUMBER, tuple((draw(factors), t) for t in draw(st.lists(st.sampled_from(terms), min_size=1)))) for _ in "ab"
    ]
    operator = draw(st.sampled_from(["=", "<", "<=", ">", ">="]))
    rule: Typed = Compare(operator, sides[0], sides[1])
    if operator != "=" and draw(st.booleans()):
        rule = Not(rule)
    if draw(st.booleans()):
        rule = And((rule, Within(sides[0], Values(frozenset(), ((Fraction(-1), Fraction(5)),)))))
    return rule


@settings(max_examples=40, deadline=None)
@given(rule=linear_rules())
def test_linear_rules_stay_out_as_resources(rule: Typed):
    model = model_of(VARIABLES, [ref(INDEX["wifi"]), rule])
    bounds = linear(Program(model), 1)
    assert bounds is not None
    assert all((weights >= 0).all() for bound in bounds for weights in bound.weights.values())
    found = tabled(model, keep_out=(1,))
    assert len(found.network.resources) == len(bounds)
    assert all(bound.source == 1 for bound in found.network.resources)
    assert all(table.source != 1 for table in found.network.tables)
    assert frozen(configurations(model, found)) == frozen(brute(model, {}))


@pytest.mark.parametrize(
    "rule",
    [
        Compare(
            "<=", Add(NUMBER, ((Fraction(1), ref(INDEX["bags[0].load"])), (Fraction(1), ref(INDEX["size"])))), num(5)
        ),
        Compare("!=", Add(NUMBER, ((Fraction(1), ref(INDEX["width"])), (Fraction(1), ref(INDEX["size"])))), num(5)),
        Compare("<=", Multiply(NUMBER, (ref(INDEX["width"]), ref(INDEX["size"]))), num(5)),
        Compare("=", ref(INDEX["colour"]), Constant(COLOURS, "red")),
        Or((ref(INDEX["wifi"]), Compare("<=", ref(INDEX["size"]), num(2)))),
    ],
)
def test_what_is_not_linear_becomes_tables_even_if_kept_out(rule: Typed):
    model = model_of(VARIABLES, [rule])
    assert linear(Program(model), 0) is None
    found = tabled(model, keep_out=(0,))
    assert not found.network.resources
    assert frozen(configurations(model, found)) == frozen(brute(model, {}))


def test_weights_are_shifted_and_share_no_divisor():
    a, b = variable("a", NUMBER, numbers(-2, 0, 4)), variable("b", NUMBER, numbers(1, 3))
    total = Add(NUMBER, ((Fraction(1, 3), ref(a)), (Fraction(-1, 3), ref(b))))
    (bound,) = linear(Program(model_of([a, b], [Compare("<", total, num(1))])), 0) or ()
    assert bound.bound == 3
    assert {v: weights.tolist() for v, weights in bound.weights.items()} == {0: [0, 1, 3], 1: [1, 0]}


# --- wide ranges --------------------------------------------------------------------------------


def test_a_sum_that_64_bits_do_not_hold_stays_no_resource():
    huge = Fraction(2**61)
    sides = [variable(f"side{i}", NUMBER, [Fraction(-1), Fraction(1)]) for i in range(3)]
    total = Add(NUMBER, tuple((huge, ref(side)) for side in sides))
    model = model_of(sides, [Compare("<=", total, num(0))])
    assert linear(Program(model), 0) is None
    found = tabled(model, keep_out=(0,))
    assert frozen(configurations(model, found)) == frozen(brute(model, {}))


def test_a_bound_beyond_all_sums_is_one_that_64_bits_hold():
    sides = [variable(f"side{i}", NUMBER, numbers(0, 1)) for i in range(2)]
    total = Add(NUMBER, tuple((Fraction(1), ref(side)) for side in sides))
    for bound in (num(10**30), num(-(10**30))):
        (resource,) = linear(Program(model_of(sides, [Compare("<=", total, bound)])), 0) or ()
        assert -1 <= resource.bound <= 2
        assert (resource.bound < 0) == (bound == num(-(10**30)))

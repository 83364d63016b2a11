"""The reference evaluator: exact values, absent instances, and answers that hold in every completion."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.evaluator import ABSENT, UNKNOWN, Derived, Instances, evaluate, holds
from rules.kinds import Collection, Column, Day, Enumeration, Money, Quantity, Record, Textual, Truth
from rules.typed import (
    Add, And, Choose, Compare, Constant, Divide, Exists, Extremum, Fold, ForAll, Instance, Lookup, Member, Multiply,
    Not, Or, Reference, Round, Rows, Values, Within,
)  # fmt: skip

PLAIN, TRUTH = Quantity(), Truth()
SIZE = Enumeration("Size", ("small", "large"), {"volume": Column(PLAIN, {"small": Fraction(8), "large": Fraction(20)})})
BAG = Record("Bag", {"size": SIZE, "weight": PLAIN, "lit": TRUTH})
BAGS = Collection(BAG, 0, 3)
bags = Reference(BAGS, "bags")
b = Reference(BAG, "b")
size = Reference(SIZE, "size")
x, y = Reference(PLAIN, "x"), Reference(PLAIN, "y")
p, q = Reference(TRUTH, "p"), Reference(TRUTH, "q")
SMALL, LARGE = (
    {"size": "small", "weight": Fraction(1), "lit": True},
    {"size": "large", "weight": Fraction(2), "lit": False},
)


def n(value):
    return Constant(PLAIN, Fraction(value))


def bag(index, field="size"):
    return Member(BAG.fields[field], Instance(BAG, bags, index), field)


def b_is(choice):
    return Compare("=", Member(SIZE, b, "size"), Constant(SIZE, choice))


# --- exact values -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (Add(PLAIN, ((Fraction(1), n("0.1")), (Fraction(-2), n("0.2")))), Fraction("-0.3")),
        (Multiply(PLAIN, (n("0.1"), n(3), n(-1))), Fraction("-0.3")),
        (Divide(PLAIN, n(1), n(3)), Fraction(1, 3)),
        (Divide(PLAIN, n(1), n(0)), ABSENT),
        (Round(PLAIN, "floor", n("-2.5")), Fraction(-3)),
        (Round(PLAIN, "ceiling", n("-2.5")), Fraction(-2)),
        (Round(PLAIN, "round", n("-2.5")), Fraction(-3)),
        (Round(PLAIN, "round", n("2.5")), Fraction(3)),
        (Round(PLAIN, "round", n("2.4")), Fraction(2)),
        (Round(PLAIN, "round", n("0.075"), Fraction("0.05")), Fraction("0.1")),
        (Round(PLAIN, "floor", n("0.3"), Fraction("0.1")), Fraction("0.3")),
        (Choose(PLAIN, Constant(TRUTH, True), n(1), n(2)), Fraction(1)),
        (Extremum(PLAIN, "min", ((None, n(3)), (None, n(2)), (Constant(TRUTH, False), n(1)))), Fraction(2)),
        (Extremum(Day(), "max", ((None, Constant(Day(), date(2026, 1, 1))), (None, Constant(Day(), date(2026, 2, 1))))),
         date(2026, 2, 1)),
        (Extremum(PLAIN, "max", ((Constant(TRUTH, False), n(1)),)), ABSENT),
        (Lookup(PLAIN, Constant(SIZE, "large"), "volume", SIZE.attributes["volume"].values), Fraction(20)),
        (Compare("<", Constant(Day(), date(2026, 1, 1)), Constant(Day(), date(2026, 1, 2))), True),
        (Compare(">=", Constant(Money("EUR"), Fraction("0.3")), Constant(Money("EUR"), Fraction(3, 10))), True),
        (Compare("!=", Constant(Textual(), "a"), Constant(Textual(), "")), True),
        (Within(n("1.5"), Values(ranges=((Fraction(1), Fraction("1.5")),))), True),
        (Within(n(2), Values(frozenset({Fraction(2)}))), True),
        (Within(n(2), Values()), False),
        (And(()), True),
        (Or(()), False),
    ],
)  # fmt: skip
def test_a_constant_expression_has_its_exact_value(typed, value):
    assert evaluate(typed, {}) == value
    assert type(evaluate(typed, {})) is type(value)


def test_the_heaviest_allowed_weight_is_not_over_the_limit():
    weight = Add(PLAIN, tuple((Fraction(1), n(kg)) for kg in ("14", "4.4", "4.9", "1.7")))
    assert evaluate(Compare("<=", weight, n(25)), {}) is True


# --- instances ----------------------------------------------------------------------------------

TWO = {"bags": (SMALL, LARGE)}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (bag(0), "small"),
        (bag(1, "weight"), Fraction(2)),
        (bag(2), ABSENT),
        (Compare("=", bag(2), Constant(SIZE, "small")), False),
        (Compare("!=", bag(2), Constant(SIZE, "small")), False),
        (Not(Compare("=", bag(2), Constant(SIZE, "small"))), True),
        (Within(bag(2), Values(everything=True)), False),
        (Rows("allow", (bag(2),), ((Values(everything=True),),)), False),
        (Rows("forbid", (bag(2),), ((Values(everything=True),),)), True),
        (Add(PLAIN, ((Fraction(1), bag(0, "weight")), (Fraction(1), bag(2, "weight")))), ABSENT),
        (Multiply(PLAIN, (n(0), bag(2, "weight"))), ABSENT),
        (Extremum(PLAIN, "min", ((None, bag(0, "weight")), (None, bag(2, "weight")))), ABSENT),
        (Lookup(PLAIN, bag(2), "volume", SIZE.attributes["volume"].values), ABSENT),
        (Not(bag(2, "lit")), True),
        (And((bag(2, "lit"),)), False),
        (Fold(PLAIN, "count", "", bags), Fraction(2)),
        (Fold(PLAIN, "count", "b", bags, b_is("large")), Fraction(1)),
        (Fold(PLAIN, "sum", "b", bags, None, Member(PLAIN, b, "weight")), Fraction(3)),
        (Fold(PLAIN, "max", "b", bags, None, Member(PLAIN, b, "weight")), Fraction(2)),
        (Fold(PLAIN, "min", "b", bags, Constant(TRUTH, False), Member(PLAIN, b, "weight")), ABSENT),
        (Fold(PLAIN, "sum", "b", bags, Constant(TRUTH, False), Member(PLAIN, b, "weight")), Fraction(0)),
        (ForAll("b", bags, b_is("small")), False),
        (Exists("b", bags, b_is("small")), True),
    ],
)
def test_what_instances_mean(typed, value):
    assert evaluate(typed, TWO) == value


def test_the_parts_of_an_absent_instance_have_no_instances():
    box = Record("Box", {"bags": BAGS})
    boxes = Reference(Collection(box, 0, 2), "boxes")
    inner = Member(BAGS, Instance(box, boxes, 1), "bags")
    one_box = {"boxes": ({"bags": (SMALL,)},)}
    assert evaluate(Fold(PLAIN, "count", "", inner), one_box) == 0
    assert evaluate(ForAll("b", inner, b_is("large")), one_box) is True
    assert evaluate(Exists("b", inner, b_is("small")), one_box) is False
    assert evaluate(Fold(PLAIN, "count", "", inner), {}) is UNKNOWN
    assert evaluate(Fold(PLAIN, "count", "", inner), {"boxes": Instances(0, 1)}) == 0


def test_a_partly_known_part_answers_what_is_certain():
    some = {"bags": Instances(1, 3, (SMALL, LARGE))}
    assert evaluate(bag(0), some) == "small"
    assert evaluate(bag(1), some) is UNKNOWN
    assert evaluate(Fold(PLAIN, "count", "", bags), some) is UNKNOWN
    assert evaluate(Exists("b", bags, b_is("small")), some) is True
    assert evaluate(Exists("b", bags, b_is("large")), some) is UNKNOWN
    assert evaluate(ForAll("b", bags, b_is("large")), some) is False
    assert evaluate(Fold(PLAIN, "count", "b", Reference(Collection(BAG, 2, 2), "bags")), {}) == 2
    assert evaluate(Fold(PLAIN, "count", "b", bags, Constant(TRUTH, False)), some) == 0


# --- names --------------------------------------------------------------------------------------


def test_a_ground_tree_names_whole_paths():
    ground = And((
        Compare("=", Reference(SIZE, "bags[0].size"), Constant(SIZE, "large")),
        Compare(">=", Reference(PLAIN, "count(bags)"), n(1)),
    ))  # fmt: skip
    assert evaluate(ground, {"bags[0].size": "large", "count(bags)": Fraction(1)}) is True
    assert evaluate(ground, {"bags[0].size": ABSENT, "count(bags)": Fraction(0)}) is False
    assert evaluate(ground, {"count(bags)": Fraction(2)}) is UNKNOWN


def test_derived_values_are_computed_when_asked_for():
    lets = {
        "double": Add(PLAIN, ((Fraction(2), x),)),
        "all_light": ForAll("b", bags, Compare("<", Member(PLAIN, b, "weight"), Reference(PLAIN, "double"))),
    }
    environment = Derived({"x": Fraction(1), "bags": (SMALL,)}, lets)
    assert evaluate(Reference(TRUTH, "all_light"), environment) is True
    assert evaluate(Reference(TRUTH, "all_light"), Derived({"bags": (SMALL,)}, lets)) is UNKNOWN
    assert set(environment) == {"x", "bags", "double", "all_light"}
    assert len(environment) == 4


def test_records_are_read_by_field():
    customer = Reference(Record("customer", {"segment": SIZE}), "customer")
    segment = Member(SIZE, customer, "segment")
    assert evaluate(segment, {"customer": {"segment": "large"}}) == "large"
    assert evaluate(segment, {"customer": {}}) is UNKNOWN
    assert evaluate(segment, {}) is UNKNOWN
    assert evaluate(segment, {"customer": ABSENT}) is ABSENT


@pytest.mark.parametrize("wrong", [5, 0.5, None, {}, ()])
def test_a_value_of_no_kind_is_a_type_error(wrong):
    with pytest.raises(TypeError):
        evaluate(x, {"x": wrong})


# --- three values -------------------------------------------------------------------------------

U = UNKNOWN


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True), (True, False, False, True), (False, False, False, False),
        (True, U, U, True), (False, U, False, U), (U, U, U, U),
    ],
)  # fmt: skip
def test_kleene(left, right, both, either):
    for one, other in ((left, right), (right, left)):
        environment = {"p": one, "q": other}
        assert evaluate(And((p, q)), environment) is both
        assert evaluate(Or((p, q)), environment) is either
    assert evaluate(Not(p), {"p": U}) is U


def test_what_is_certain_in_spite_of_open_choices():
    assert evaluate(Compare("=", x, Divide(PLAIN, n(1), n(0))), {}) is False
    assert evaluate(Choose(PLAIN, p, n(1), n(1)), {}) == 1
    assert evaluate(Choose(PLAIN, p, n(1), n(2)), {}) is UNKNOWN
    table = Rows("allow", (p, x), ((Values(frozenset({True})), Values(frozenset({Fraction(1)}))),))
    assert evaluate(table, {"p": False}) is False
    assert evaluate(table, {"p": True}) is UNKNOWN


TRUTHS, NUMBERS, SIZES = (
    st.booleans(),
    st.sampled_from([Fraction(k, 2) for k in range(-2, 4)]),
    st.sampled_from(SIZE.choices),
)


def _numbers(inner, binder) -> st.SearchStrategy:
    truths, numbers = inner
    leaves = [st.sampled_from([x, y]), NUMBERS.map(n), st.integers(0, 2).map(lambda i: bag(i, "weight"))]
    if binder:
        leaves.append(st.just(Member(PLAIN, b, "weight")))
    sizes = st.one_of(st.just(size), st.integers(0, 2).map(bag))
    lookups = sizes.map(lambda s: Lookup(PLAIN, s, "volume", SIZE.attributes["volume"].values))
    if numbers is None:
        return st.one_of(*leaves, lookups)
    return st.one_of(
        *leaves,
        st.lists(st.tuples(NUMBERS, numbers), min_size=1, max_size=3).map(lambda terms: Add(PLAIN, tuple(terms))),
        st.tuples(numbers, numbers).map(lambda pair: Multiply(PLAIN, pair)),
        st.tuples(numbers, numbers).map(lambda pair: Divide(PLAIN, *pair)),
        st.builds(Round, st.just(PLAIN), st.sampled_from(["floor", "ceiling", "round"]), numbers),
        st.builds(Choose, st.just(PLAIN), truths, numbers, numbers),
        st.builds(
            lambda f, operands: Extremum(PLAIN, f, tuple(operands)),
            st.sampled_from(["min", "max"]),
            st.lists(st.tuples(st.one_of(st.none(), truths), numbers), min_size=1, max_size=3),
        ),
    )


def _truths(inner, binder) -> st.SearchStrategy:
    truths, numbers = inner
    tests = [st.sampled_from([p, q]), SIZES.map(lambda s: Compare("=", size, Constant(SIZE, s)))]
    tests.append(st.integers(0, 2).map(lambda i: bag(i, "lit")))
    if binder:
        tests += [SIZES.map(b_is), st.just(Member(TRUTH, b, "lit"))]
    if truths is None:
        return st.one_of(tests)
    relations = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    cells = st.lists(
        st.builds(Values, st.frozensets(NUMBERS, max_size=2), everything=st.booleans()), min_size=2, max_size=2
    )
    return st.one_of(
        *tests,
        truths.map(Not),
        st.lists(truths, max_size=3).map(lambda operands: And(tuple(operands))),
        st.lists(truths, max_size=3).map(lambda operands: Or(tuple(operands))),
        st.builds(Compare, relations, numbers, numbers),
        st.builds(Within, numbers, st.builds(Values, st.frozensets(NUMBERS, max_size=2))),
        st.builds(
            lambda mode, columns, rows: Rows(mode, columns, tuple(map(tuple, rows))),
            st.sampled_from(["allow", "forbid"]), st.tuples(numbers, numbers), st.lists(cells, max_size=3),
        ),
    )  # fmt: skip


def _grown(binder) -> tuple[st.SearchStrategy, st.SearchStrategy]:
    truths, numbers = _truths((None, None), binder), _numbers((None, None), binder)
    for _ in range(3):
        truths, numbers = _truths((truths, numbers), binder), _numbers((truths, numbers), binder)
    return truths, numbers


INNER_TRUTHS, INNER_NUMBERS = _grown(binder=True)
OUTER_TRUTHS, OUTER_NUMBERS = _grown(binder=False)
EXPRESSIONS = st.one_of(
    OUTER_TRUTHS,
    OUTER_NUMBERS,
    st.builds(lambda body: ForAll("b", bags, body), INNER_TRUTHS),
    st.builds(lambda body: Exists("b", bags, body), INNER_TRUTHS),
    st.builds(lambda where: Fold(PLAIN, "count", "b", bags, where), INNER_TRUTHS),
    st.builds(
        lambda function, where, value: Fold(PLAIN, function, "b", bags, where, value),
        st.sampled_from(["sum", "min", "max"]), st.one_of(st.none(), INNER_TRUTHS), INNER_NUMBERS,
    ),
)  # fmt: skip

RECORDS = st.fixed_dictionaries({"size": SIZES, "weight": NUMBERS, "lit": TRUTHS})


@st.composite
def completions(draw):
    """Give a configuration in full, and the same with some of it still open."""
    full = {"p": draw(TRUTHS), "q": draw(TRUTHS), "x": draw(NUMBERS), "y": draw(NUMBERS), "size": draw(SIZES)}
    records = draw(st.lists(RECORDS, max_size=3))
    partial = {name: value for name, value in full.items() if draw(st.booleans())}
    hidden = draw(st.lists(RECORDS, max_size=3 - len(records)))
    known = [{k: v for k, v in record.items() if draw(st.booleans())} for record in records + hidden]
    number_known = draw(st.booleans())
    if number_known:
        partial["bags"] = tuple(known[: len(records)])
    elif draw(st.booleans()):
        low, high = draw(st.integers(0, len(records))), draw(st.integers(len(records), 3))
        partial["bags"] = Instances(low, high, tuple(known))
    return {**full, "bags": tuple(records)}, partial


@given(EXPRESSIONS, completions())
@settings(max_examples=400)
def test_a_known_answer_is_the_answer_of_every_completion(typed, configuration):
    full, partial = configuration
    answer, truth = evaluate(typed, partial), evaluate(typed, full)
    assert truth is not UNKNOWN
    assert answer is UNKNOWN or answer == truth
    if typed.kind == TRUTH:
        assert holds(typed, partial) in {UNKNOWN, holds(typed, full)}

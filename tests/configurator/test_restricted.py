"""Engines kept to further conditions, against brute force by the reference evaluator: values, witnesses, counts, best ones."""

import itertools
from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configurator import boxes, restricted
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.engines.planner import build_engine
from configurator.expressions import environment, measure, satisfied
from configurator.model import GONE, Configuration, Model, Objective, Term
from configurator.session import start
from rules.kinds import Textual
from rules.typed import And, Compare, Constant, Not, Or, Typed
from tests.configurator.ground_models import COLOURS, NUMBER, model_of, numbers, ref, variable

COUNT = variable("count(bags)", NUMBER, numbers(0, 1, 2))
FRAME = variable("frame", COLOURS, ("red", "green", "blue"))
SIZE = variable("size", NUMBER, numbers(1, 2, 3))
NOTE = variable("note", Textual(), ("", "…"))


def more_than(index: int) -> Typed:
    return Compare(">", ref(COUNT), Constant(NUMBER, Fraction(index)))


BAGS = tuple(
    variable(f"bags[{index}].colour", COLOURS, ("red", "green", "blue"), more_than(index), f"bags[{index}]")
    for index in range(2)
)
VARIABLES = (FRAME, SIZE, NOTE, COUNT, *BAGS)


def every(model: Model) -> Iterable[Configuration]:
    """List every valid configuration, one variable after the other, by the reference evaluator."""
    for values in itertools.product(*((*v.values, None) if v.exists else v.values for v in model.variables)):
        whole = {v.path: value for v, value in zip(model.variables, values, strict=True) if value is not None}
        seen = environment(model, whole)
        there = all((v.exists is None or satisfied(v.exists, seen)) == (v.path in whole) for v in model.variables)
        if there and all(satisfied(one.condition, seen) for one in model.constraints):
            yield whole


@st.composite
def atoms(draw: st.DrawFn) -> Typed:
    one = draw(st.sampled_from(VARIABLES))
    operator = draw(st.sampled_from(("=", "!=")))
    return Compare(operator, ref(one), Constant(one.kind, draw(st.sampled_from(one.values))))


def conditions() -> st.SearchStrategy[Typed]:
    return st.recursive(
        atoms(),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, min_size=2, max_size=3).map(lambda some: And(tuple(some))),
            st.lists(inner, min_size=2, max_size=3).map(lambda some: Or(tuple(some))),
        ),
        max_leaves=5,
    )


def without_texts(configuration: Configuration) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((path, str(value)) for path, value in configuration.items() if path != NOTE.path))


PRICE = Objective(
    (
        Term(Compare("=", ref(FRAME), Constant(COLOURS, "green")), Constant(NUMBER, Fraction(7))),
        Term(None, ref(SIZE)),
        Term(Compare("=", ref(BAGS[0]), Constant(COLOURS, "blue")), Constant(NUMBER, Fraction(-3))),
    )
)


@settings(max_examples=60)
@given(
    rules=st.lists(conditions(), max_size=2),
    extra=st.lists(conditions(), min_size=1, max_size=4),
    name=st.sampled_from(("enumeration", "cp-sat", "auto")),
)
def test_a_restricted_engine_answers_as_if_the_conditions_were_rules(
    rules: list[Typed], extra: list[Typed], name: str
) -> None:
    model = model_of(VARIABLES, rules)
    base = build_engine(model, name)  # type: ignore[arg-type] # names of engines
    made = restricted.restricted(base, extra)
    session = made.session(start(base))
    left = [one for one in every(model) if all(satisfied(c, environment(model, one)) for c in extra)]
    found = session.engine.valid_values(session.allowed)
    for v in VARIABLES:
        assert found.values[v.path] == {one[v.path] for one in left if v.path in one}, v.path
    assert (found.witness is None) == (not left)
    assert found.witness is None or dict(found.witness) in [dict(one) for one in left]
    assert session.engine.count(session.allowed).value == len({without_texts(one) for one in left})
    assert not (made.is_empty and left)
    for sense, pick in (("min", min), ("max", max)):
        best = session.engine.solve(session.allowed, objective=PRICE, sense=sense)  # type: ignore[arg-type] # two senses
        assert best.value == (pick(measure(PRICE, environment(model, one)) for one in left) if left else None)


@settings(max_examples=40)
@given(extra=st.lists(conditions(), min_size=1, max_size=3), chosen=st.sampled_from(("red", "green", "blue")))
def test_choices_meet_restrictions(extra: list[Typed], chosen: str) -> None:
    model = model_of(VARIABLES, [])
    base = EnumerationEngine(model)
    session = restricted.restricted(base, extra).session(start(base).choose("frame", chosen))
    left = [
        one
        for one in every(model)
        if one["frame"] == chosen and all(satisfied(c, environment(model, one)) for c in extra)
    ]
    assert session.engine.count(session.allowed).value == len({without_texts(one) for one in left})
    verdict = session.engine.solve(session.allowed)
    assert (verdict.status == "solution") == bool(left)
    if verdict.configuration is not None:
        assert session.engine.check(verdict.configuration)
        swapped = session.engine.swaps(verdict.configuration, "size", numbers(1, 2, 3))
        within = {n for n in numbers(1, 2, 3) if {**verdict.configuration, "size": n} in left}
        assert {n for n in swapped if all(n in session.allowed.get("size", (n,)) for n in (n,))} >= swapped & within
        assert all(
            {**verdict.configuration, "size": n} in left for n in swapped if n in session.allowed.get("size", swapped)
        )


def no_blue_bags() -> list[Typed]:
    return [Not(Compare("=", ref(bag), Constant(COLOURS, "blue"))) for bag in BAGS]


@pytest.mark.parametrize("engine", [EnumerationEngine, CpSatEngine, lambda model: build_engine(model, "diagram")])
def test_a_mask_on_an_optional_instance_does_not_force_it_to_exist(engine) -> None:
    model = model_of(VARIABLES, [])
    made = restricted.restricted(engine(model), no_blue_bags())
    assert made.allowed == {bag.path: frozenset({"red", "green", GONE}) for bag in BAGS}
    session = made.session(start(made.engine))
    found = session.engine.valid_values(session.allowed).values
    assert found["count(bags)"] == set(numbers(0, 1, 2))
    assert found["bags[0].colour"] == {"red", "green"}
    assert session.engine.count(session.allowed).value == 3 * 3 * (1 + 2 + 4)


def test_masks_alone_keep_the_engine_itself() -> None:
    base = EnumerationEngine(model_of(VARIABLES, []))
    assert restricted.restricted(base, no_blue_bags()).engine is base


def test_what_is_too_broad_for_boxes_is_built_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MOST_CELLS", 2)
    base = EnumerationEngine(model_of(VARIABLES, []))
    both = Not(
        And(
            (Compare("=", ref(FRAME), Constant(COLOURS, "red")), Compare("=", ref(SIZE), Constant(NUMBER, Fraction(1))))
        )
    )
    first, second = restricted.restricted(base, [both]), restricted.restricted(base, [both])
    assert first.engine is second.engine is not base
    assert first.engine.model.constraints[-1].rule == restricted.ENTITLED
    assert first.engine.count({}).value == (9 - 1) * (1 + 3 + 9)


def test_boxes_do_not_overlap() -> None:
    two = Or(
        (Compare("=", ref(FRAME), Constant(COLOURS, "red")), Compare("=", ref(SIZE), Constant(NUMBER, Fraction(2))))
    )
    cut = boxes.boxes_of(model_of(VARIABLES, []), [two])
    assert len(cut.boxes) == 2
    assert boxes.met(*cut.boxes) is None


def test_nothing_left_is_empty_for_every_question() -> None:
    base = EnumerationEngine(model_of(VARIABLES, []))
    made = restricted.restricted(base, [Compare("=", ref(SIZE), Constant(NUMBER, Fraction(9)))])
    session = made.session(start(base))
    assert made.is_empty
    assert session.engine.count(session.allowed).value == 0
    assert session.engine.solve(session.allowed).status == "none"


def test_rules_can_change_below_the_boxes() -> None:
    model = model_of(VARIABLES, [])
    two = Or(
        (Compare("=", ref(FRAME), Constant(COLOURS, "red")), Compare("=", ref(SIZE), Constant(NUMBER, Fraction(2))))
    )
    made = restricted.restricted(EnumerationEngine(model), [two])
    assert isinstance(made.engine, restricted.BoxedEngine)
    variant = model_of(VARIABLES, [Compare("=", ref(FRAME), Constant(COLOURS, "blue"))])
    assert restricted.rebuilt(made.engine, variant).count({}).value == 1 * 1 * (1 + 3 + 9)

"""Minimal conflicts in terms of choices and rules, each rule with its file and line."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from configurator.conflict import Conflict, minimal_conflict, minimal_subset, why
from configurator.session import Chosen, start
from tests.configurator.kids_bike import KIDS_BIKE
from tests.configurator.watched import NO_TIME, Watched


def test_why_small_wheels_are_excluded(session):
    conflict = why(session.choose("colour", "yellow"), "front_wheel", "W14")
    assert isinstance(conflict, Conflict)
    assert conflict.choices == (Chosen("colour", "yellow"),)
    assert conflict.wanted == Chosen("front_wheel", "W14")
    (rule,) = conflict.constraints
    assert rule.rule == "yellow_needs_large_wheel"
    assert str(rule.span).startswith("catalog.cpq:")
    assert "Yellow frames" in rule.because.text
    assert conflict.limit is None


test_why_small_wheels_are_excluded.__doc__ = KIDS_BIKE


def test_a_conflict_through_several_rules(session):
    choices = (Chosen("wheel_support", True), Chosen("colour", "yellow"))
    conflict = minimal_conflict(session.engine, choices)
    assert isinstance(conflict, Conflict)
    assert {choice.path for choice in conflict.choices} == {"colour", "wheel_support"}
    assert [rule.rule for rule in conflict.constraints] == [each.rule for each in session.model.constraints]


test_a_conflict_through_several_rules.__doc__ = KIDS_BIKE


def test_choices_that_play_no_part_are_left_out(session):
    bad = session.choose("colour", "yellow").choose("front_wheel", "W14").choose("wheel_support", value=True)
    conflict = minimal_conflict(bad.engine, bad.choices)
    # Of the two conflicts the one of earlier choices is told.
    assert isinstance(conflict, Conflict)
    assert [choice.path for choice in conflict.choices] == ["colour", "wheel_support"]
    assert minimal_conflict(bad.engine, tuple(reversed(bad.choices))) == conflict


test_choices_that_play_no_part_are_left_out.__doc__ = KIDS_BIKE


def test_no_conflict(session):
    assert minimal_conflict(session.engine, (Chosen("colour", "yellow"),)) is None
    assert why(session.choose("front_wheel", "W14"), "front_wheel", "W20") is None


test_no_conflict.__doc__ = KIDS_BIKE


def test_a_value_that_the_catalog_alone_excludes(session):
    """
    product desk "Desk" {
      option top: oak | pine
      option legs: 3 .. 6
    }
    rule oak_is_heavy on desk { if top = oak then legs >= 5 because "Oak is heavy." }
    rule no_oak on desk { not (top = oak) because "No oak is left." }
    """
    conflict = why(session.choose("legs", Fraction(5)), "top", "oak")
    assert isinstance(conflict, Conflict)
    assert conflict.choices == ()
    assert [rule.rule for rule in conflict.constraints] == ["no_oak"]


def test_restrictions_take_part_by_name(session):
    """
    product desk "Desk" {
      option top: oak | pine
      option legs: steel | wood
      option lamp: yes/no
    }
    rule pine_on_steel on desk { if top = pine then legs = steel because "Pine bends." }
    """
    limited = {"lamp": frozenset({True}), "legs": frozenset({"wood"})}
    conflict = why(start(session.engine, (), limited), "top", "pine")
    assert isinstance(conflict, Conflict)
    assert conflict.choices == ()
    assert conflict.restricted == ("legs",)
    assert [rule.rule for rule in conflict.constraints] == ["pine_on_steel"]


def test_instances_against_their_number(session):
    """
    component bag "Bag" { option size: small | large }
    product bike "Bike" { part bags: bag 0..2 }
    """
    bad = session.choose("bags[1].size", "large").choose("count(bags)", Fraction(1))
    conflict = minimal_conflict(bad.engine, bad.choices)
    assert isinstance(conflict, Conflict)
    assert [choice.path for choice in conflict.choices] == ["count(bags)", "bags[1].size"]
    assert conflict.constraints == ()


@given(st.lists(st.frozensets(st.integers(0, 9), min_size=1), min_size=1, max_size=6))
def test_quickxplain_finds_the_conflict_of_the_earliest_items(conflicts):
    items = tuple(range(10))

    def refutes(some: tuple[int, ...]) -> bool:
        return any(conflict <= set(some) for conflict in conflicts)

    found = minimal_subset(items, refutes)
    assert refutes(found)
    assert not any(refutes(tuple(item for item in found if item != each)) for each in found)
    subsets = [subset for size in range(11) for subset in combinations(items, size) if refutes(subset)]
    assert max(found) == min(max(subset) for subset in subsets)


def _after(patience: int, asked: int, _options: dict[str, object]) -> bool:
    return asked > patience


def test_a_limit_is_told_and_never_taken_for_a_proof(session):
    choices = (
        session.choose("colour", "yellow").choose("front_wheel", "W14").choose("wheel_support", value=True).choices
    )
    assert minimal_conflict(Watched(session.engine, lambda *_: True), choices) == NO_TIME
    for patience in range(1, 12):
        found = minimal_conflict(Watched(session.engine, partial(_after, patience)), choices)
        assert isinstance(found, Conflict)
        whole = start(session.engine, found.choices).allowed
        numbers = [session.model.constraints.index(rule) for rule in found.constraints]
        assert session.engine.solve(whole, constraints=numbers).status == "none"
        assert found.limit == NO_TIME or found == minimal_conflict(session.engine, choices)


test_a_limit_is_told_and_never_taken_for_a_proof.__doc__ = KIDS_BIKE

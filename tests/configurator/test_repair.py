"""Minimal repairs: all of them, the cheapest of the smallest first."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from configurator.model import Objective, Term
from configurator.repair import Change, repairs
from configurator.session import start
from rules.kinds import Money
from rules.typed import Compare, Constant, Reference
from tests.configurator.kids_bike import KIDS_BIKE
from tests.configurator.watched import NO_TIME, Watched


def price(session, path, **amounts: int):
    variable = session.model.variable(path)
    reference = Reference(variable.kind, path)
    return tuple(
        Term(Compare("=", reference, Constant(variable.kind, value)), Constant(Money("EUR"), Fraction(amount)))
        for value, amount in amounts.items()
    )


def test_either_of_two_choices_can_be_given_up(session):
    bad = session.choose("colour", "yellow").choose("front_wheel", "W14")
    cost = Objective(
        (*price(session, "colour", red=30, green=25, blue=27), *price(session, "front_wheel", W14=1, W18=2, W20=9))
    )
    found = repairs(bad, objective=cost)
    assert found.exact
    assert [(repair.changes, repair.value) for repair in found.items] == [
        ((Change("front_wheel", "W14", "W18"),), 2),
        ((Change("colour", "yellow", "green"),), 26),
    ]


test_either_of_two_choices_can_be_given_up.__doc__ = KIDS_BIKE


def test_a_wanted_value_stays(session):
    chosen = session.choose("colour", "yellow").choose("rear_wheel", "W20").choose("wheel_support", value=False)
    found = repairs(chosen, ("front_wheel", "W16"))
    assert found.exact
    gone = [{change.path for change in repair.changes} for repair in found.items]
    assert gone == [{"colour", "wheel_support", "rear_wheel"}]
    (repair,) = found.items
    assert repair.session.chosen("front_wheel").value == "W16"
    assert {change.path: change.new for change in repair.changes} == {
        "colour": "red", "wheel_support": True, "rear_wheel": "W16"
    }  # fmt: skip


test_a_wanted_value_stays.__doc__ = KIDS_BIKE


def test_a_choice_on_the_wanted_option_is_replaced(session):
    chosen = session.choose("front_wheel", "W20")
    (repair,) = repairs(chosen, ("front_wheel", "W18")).items
    assert repair.changes == ()
    assert repair.session.choices[0].value == "W18"


test_a_choice_on_the_wanted_option_is_replaced.__doc__ = KIDS_BIKE


def test_valid_choices_need_nothing(session):
    found = repairs(session.choose("colour", "yellow"))
    assert [repair.changes for repair in found.items] == [()]
    assert found.exact


test_valid_choices_need_nothing.__doc__ = KIDS_BIKE


def test_nothing_repairs_what_the_catalog_excludes(session):
    """
    product desk "Desk" {
      option top: oak | pine
      option legs: 3 .. 6
    }
    rule no_oak on desk { not (top = oak) because "No oak is left." }
    """
    found = repairs(session.choose("legs", Fraction(5)), ("top", "oak"))
    assert (found.items, found.exact) == ((), True)


def test_an_instance_that_goes_has_no_new_value(session):
    """
    component bag "Bag" { option size: small | large }
    product bike "Bike" {
      option kind: race | city
      part bags: bag 0..1
    }
    rule light on bike { if kind = race then count(bags) = 0 because "Races are run without bags." }
    """
    bad = session.choose("kind", "race").choose("bags[0].size", "large")
    changes = [repair.changes for repair in repairs(bad).items]
    assert (Change("bags[0].size", "large", None),) in changes
    assert (Change("kind", "race", "city"),) in changes


def test_more_repairs_than_asked_for(session):
    """
    product box "Box" {
      option a: yes/no
      option b: yes/no
      option c: yes/no
      option d: yes/no
    }
    rule one on box { not (a = yes) or not (b = yes) because "One of a and b." }
    rule other on box { not (c = yes) or not (d = yes) because "One of c and d." }
    """
    everything = session
    for path in "abcd":
        everything = everything.choose(path, value=True)
    found = repairs(everything, most=10)
    assert [tuple(change.path for change in repair.changes) for repair in found.items] == [
        ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"),
    ]  # fmt: skip
    assert found.exact
    few = repairs(everything, most=3)
    assert few.items == found.items[:3]
    assert not few.exact


def test_a_limit_leaves_the_list_open(session):
    """
    product box "Box" {
      option a: yes/no
      option b: yes/no
    }
    rule one on box { not (a = yes) or not (b = yes) because "One of a and b." }
    """

    bad = session.choose("a", value=True).choose("b", value=True)
    found = repairs(start(Watched(session.engine, lambda asked, _: asked > 2), bad.choices))
    assert not found.exact
    assert found.limit == NO_TIME


FRAME = """
product box "Box" {
  option a0: yes/no
  option a1: yes/no
  option a2: yes/no
  option a3: yes/no
  option b0: yes/no
  option b1: yes/no
  option b2: yes/no
  option b3: yes/no
}
rule a on box { not (a0 = yes and a1 = yes and a2 = yes and a3 = yes) because "Three of a." }
rule b on box { not (b0 = yes and b1 = yes and b2 = yes and b3 = yes) because "Three of b." }
"""
AMOUNTS = {"a0": 1, "a1": 3, "a2": 1, "a3": 70, "b0": 2, "b1": 2, "b2": 5, "b3": 90}


def full_frame(session):
    for path in AMOUNTS:
        session = session.choose(path, value=True)
    cost = tuple(
        Term(Compare("=", reference, Constant(reference.kind, value=True)), Constant(Money("EUR"), Fraction(amount)))
        for path, amount in AMOUNTS.items()
        for reference in [Reference(session.model.variable(path).kind, path)]
    )
    return session, Objective(cost)


def test_the_best_are_shown_wherever_the_catalog_has_them(session):
    bad, cost = full_frame(session)
    pairs = sorted(product(("a0", "a1", "a2", "a3"), ("b0", "b1", "b2", "b3")))
    expected = sorted(pairs, key=lambda pair: -sum(AMOUNTS[path] for path in pair))
    for most in (1, 2, 16):
        found = repairs(bad, objective=cost, most=most)
        assert [tuple(change.path for change in repair.changes) for repair in found.items] == expected[:most]
        assert [repair.value for repair in found.items] == [
            sum(AMOUNTS.values()) - AMOUNTS[a] - AMOUNTS[b] for a, b in expected[:most]
        ]
        assert (found.exact, found.limit) == (most == 16, None)


test_the_best_are_shown_wherever_the_catalog_has_them.__doc__ = FRAME


def test_what_could_not_be_compared_has_no_value_but_is_still_there(session):
    bad, cost = full_frame(session)
    tired = start(Watched(session.engine, lambda _, options: options.get("objective") is not None), bad.choices)
    for most in (2, 16):
        found = repairs(tired, objective=cost, most=most)
        assert (len(found.items), found.exact, found.limit) == (most, False, NO_TIME)
        for repair in found.items:
            assert repair.value is None
            assert [change.new for change in repair.changes] == [False, False]


test_what_could_not_be_compared_has_no_value_but_is_still_there.__doc__ = FRAME

"""Completions: cheapest and preferred, always one answer, texts kept."""

from __future__ import annotations

from fractions import Fraction

import pytest

from configurator.completion import complete
from configurator.model import TEXT, Objective, Term
from rules.kinds import Money
from rules.typed import Add, Compare, Constant, Reference

CENT = Fraction(1, 100)


def when(session, path, value, amount):
    variable = session.model.variable(path)
    condition = Compare("=", Reference(variable.kind, path), Constant(variable.kind, value))
    return Term(condition, Constant(Money("EUR"), Fraction(amount)))


DESK = """
product desk "Desk" {
  option top: oak | pine | glass = pine
  option frame: steel | wood = wood
  option drawers: 0 .. 4 = 2
}
rule heavy on desk { if top = oak then frame = steel because "Oak is heavy." }
rule drawers_hang_on_wood on desk { if drawers > 2 then frame = wood because "Drawers hang on wood." }
"""


def test_without_prices_defaults_win(session):
    found = complete(session, "cheapest")
    assert found.configuration == {"top": "pine", "frame": "wood", "drawers": 2}
    assert found.value == 0
    assert complete(session.choose("top", "oak"), "preferred").configuration == {
        "top": "oak", "frame": "steel", "drawers": 2
    }  # fmt: skip


test_without_prices_defaults_win.__doc__ = DESK


def test_the_price_goes_before_defaults_only_for_the_cheapest(session):
    cost = Objective(
        (when(session, "top", "pine", 40), when(session, "top", "glass", 30), when(session, "top", "oak", 30))
    )
    cheapest = complete(session, "cheapest", cost)
    assert (cheapest.value, cheapest.configuration["top"], cheapest.configuration["frame"]) == (30, "glass", "wood")
    preferred = complete(session, "preferred", cost)
    assert (preferred.value, preferred.configuration["top"]) == (40, "pine")


test_the_price_goes_before_defaults_only_for_the_cheapest.__doc__ = DESK


@pytest.mark.parametrize("grain", [Fraction(1, 10**5), Fraction(1, 3), CENT, Fraction(10**4)])
def test_differences_of_any_size_count_before_defaults(session, grain):
    cost = Objective((when(session, "top", "pine", grain), when(session, "frame", "wood", grain * 2)))
    found = complete(session, "cheapest", cost)
    assert found.configuration == {"top": "oak", "frame": "steel", "drawers": 2}
    assert found.value == 0
    assert complete(session.choose("drawers", Fraction(4)), "cheapest", cost).value == grain * 2


test_differences_of_any_size_count_before_defaults.__doc__ = DESK


def test_the_catalogs_order_decides_at_last(session):
    """
    product tower "Tower" {
      option a: x | y | z
      option b: 1 .. 50
      option c: x | y | z
      option d: 1 .. 50
      option e: 1 .. 50
    }
    rule sums on tower { b + d + e >= 120 because "It must stand." }
    rule not_first on tower { a != x because "No x." }
    """
    expected = {"a": "y", "b": 20, "c": "x", "d": 50, "e": 50}
    assert complete(session, "cheapest").configuration == expected
    assert complete(session, "preferred").configuration == expected
    cost = Objective((Term(None, Add(Money("EUR"), ((CENT, Reference(session.model.variable("d").kind, "d")),))),))
    assert complete(session, "cheapest", cost).configuration == {"a": "y", "b": 50, "c": "x", "d": 20, "e": 50}


def test_preferences_by_weight(session):
    """
    product desk "Desk" {
      option top: oak | pine | glass = oak
      option frame: steel | wood = steel
      option lamp: yes/no = no
    }
    prefer bright on desk weight 3 { if top != glass then lamp = yes }
    prefer light on desk weight 1 { top = pine and frame = wood }
    """
    # Giving up `lamp = no` (1) and `light` (1) is less than any other way.
    assert complete(session, "preferred").configuration == {"top": "oak", "frame": "steel", "lamp": True}


def test_no_completion_of_contradictory_choices(session):
    found = complete(session.choose("top", "oak").choose("frame", "wood"), "cheapest")
    assert (found.configuration, found.value, found.verdict.status) == (None, None, "none")


test_no_completion_of_contradictory_choices.__doc__ = DESK


def test_texts_are_kept_and_unwritten_ones_cost_nothing(session):
    """
    product ring "Ring" {
      option metal: gold | silver
      option engraving: text 0..20
      option note: text 0..20 = "Thank you"
      option name: text 0..20
    }
    rule named on ring { if metal = gold then name != "" because "Gold rings are made to order." }
    """
    cost = Objective((when(session, "engraving", TEXT, -5), when(session, "metal", "gold", -2)))
    found = complete(session.choose("name", "Ada"), "cheapest", cost)
    assert found.configuration == {"metal": "gold", "engraving": "", "note": "Thank you", "name": "Ada"}
    assert found.value == -2
    unnamed = complete(session, "cheapest", cost)
    assert unnamed.configuration["name"] == TEXT
    assert complete(session.choose("engraving", "Ada"), "cheapest", cost).value == -7


def test_instances_are_not_added_to_please_their_defaults(session):
    """
    component bag "Bag" { option size: small | large = large }
    product bike "Bike" { part bags: bag 0..2 }
    """
    assert complete(session, "preferred").configuration == {"count(bags)": 0}
    one = complete(session.choose("count(bags)", Fraction(1)), "preferred")
    assert one.configuration == {"count(bags)": 1, "bags[0].size": "large"}

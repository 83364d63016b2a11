"""States of options and values, and sessions that do not depend on the order of choices."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest

from configurator.assessment import assess
from configurator.model import TEXT
from configurator.session import Chosen, start
from tests.configurator.kids_bike import KIDS_BIKE


def states(session, path):
    option = next(option for option in assess(session).options if option.variable.path == path)
    return option.state, option.value, option.by, {value.value: value.state for value in option.values}


def test_the_kids_bike(session):
    assessment = assess(session)
    assert (assessment.valid, assessment.complete, assessment.count, assessment.exact) == (True, False, 14, True)
    yellow = session.choose("colour", "yellow")
    assert assess(yellow).count == 2
    assert states(yellow, "wheel_support") == ("implied", False, "implied", {True: "excluded", False: "implied"})
    assert states(yellow, "front_wheel")[3] == {"W14": "excluded", "W16": "excluded", "W18": "open", "W20": "open"}
    assert states(yellow, "colour") == (
        "chosen", "yellow", "chosen", {"red": "open", "green": "open", "yellow": "chosen", "blue": "open"}
    )  # fmt: skip
    done = yellow.choose("rear_wheel", "W20")
    assert assess(done).complete
    assert states(done, "front_wheel")[:3] == ("implied", "W20", "implied")


test_the_kids_bike.__doc__ = KIDS_BIKE


def test_a_choice_could_be_switched_only_to_what_the_others_allow(session):
    bike = session.choose("colour", "yellow").choose("front_wheel", "W18")
    assert states(bike, "front_wheel")[3] == {"W14": "excluded", "W16": "excluded", "W18": "chosen", "W20": "open"}


test_a_choice_could_be_switched_only_to_what_the_others_allow.__doc__ = KIDS_BIKE


def test_the_order_of_choices_has_no_meaning(session):
    choices = [Chosen("rear_wheel", "W18"), Chosen("colour", "yellow"), Chosen("wheel_support", True)]
    sessions = [start(session.engine, order) for order in permutations(choices)]
    assert all(each == sessions[0] for each in sessions)
    assert sessions[0].retract("wheel_support") == start(session.engine, choices[:2])
    assert sessions[0].choose("wheel_support", value=False).choices[1] == Chosen("wheel_support", False)


test_the_order_of_choices_has_no_meaning.__doc__ = KIDS_BIKE


def test_contradictory_choices_show_the_catalog_alone(session):
    bad = session.choose("colour", "yellow").choose("front_wheel", "W14")
    assessment = assess(bad)
    assert (assessment.valid, assessment.complete, assessment.count, assessment.exact) == (False, False, 0, True)
    assert states(bad, "colour")[0] == "chosen"
    assert states(bad, "front_wheel")[3] == {"W14": "chosen", "W16": "open", "W18": "open", "W20": "open"}
    assert states(bad, "wheel_support")[0] == "open"


test_contradictory_choices_show_the_catalog_alone.__doc__ = KIDS_BIKE


def test_what_the_model_does_not_have_is_refused(session):
    with pytest.raises(KeyError):
        session.choose("color", "red")
    with pytest.raises(ValueError, match="purple"):
        session.choose("colour", "purple")


test_what_the_model_does_not_have_is_refused.__doc__ = KIDS_BIKE


def test_restrictions_are_as_hard_as_rules(session):
    limited = start(session.engine, (), {"colour": frozenset({"yellow"})})
    assert assess(limited).count == 2
    assert states(limited, "colour")[0] == "implied"


test_restrictions_are_as_hard_as_rules.__doc__ = KIDS_BIKE


def test_defaults_are_proposed_and_never_exclude(session):
    """
    product desk "Desk" {
      option top: oak | pine = pine
      option frame: steel | wood = wood
      option drawer: yes/no = yes
    }
    rule pine_on_steel on desk { if top = pine then frame = steel because "Pine bends." }
    """
    # Pine and wood cannot both stay: the catalog's order keeps pine.
    assert states(session, "top") == ("proposed", "pine", "default", {"oak": "open", "pine": "proposed"})
    assert states(session, "frame") == ("open", None, "", {"steel": "open", "wood": "open"})
    oak = session.choose("top", "oak")
    assert states(oak, "frame")[:3] == ("proposed", "wood", "default")
    assert states(session, "drawer") == ("proposed", True, "default", {True: "proposed", False: "open"})
    assert not assess(session).complete


def test_preferences_propose_and_weigh_more_than_one_default(session):
    """
    product desk "Desk" {
      option top: oak | pine | glass = pine
      option frame: steel | wood
    }
    prefer clear on desk weight 2 { top = glass }
    prefer warm on desk { if top = glass then frame = wood }
    """
    assert states(session, "top")[:3] == ("proposed", "glass", "preference")
    assert states(session, "frame")[:3] == ("open", None, "")
    glass = session.choose("top", "glass")
    assert states(glass, "frame")[:3] == ("proposed", "wood", "preference")
    assert states(session.choose("top", "oak"), "frame")[:3] == ("open", None, "")


def test_instances_that_may_exist(session):
    """
    component bag "Bag" { option size: small | large = small }
    product bike "Bike" {
      option rack: yes/no
      part bags: bag 0..2
    }
    rule bags_need_a_rack on bike { if count(bags) > 0 then rack = yes because "Bags hang on the rack." }
    """
    assert states(session, "bags[1].size")[:2] == ("open", None)
    assert assess(session).count == 1 + 1 + 2 + 4
    two = session.choose("count(bags)", Fraction(2))
    assert states(two, "rack")[:2] == ("implied", True)
    assert states(two, "bags[1].size") == ("proposed", "small", "default", {"small": "proposed", "large": "open"})
    none = session.choose("rack", value=False)
    assert states(none, "count(bags)")[:2] == ("implied", Fraction(0))
    assert states(none, "bags[0].size") == ("excluded", None, "", {"small": "excluded", "large": "excluded"})
    assert assess(none).complete
    # A choice on an instance asks for the instance.
    large = session.choose("bags[1].size", "large")
    assert states(large, "count(bags)")[:2] == ("implied", Fraction(2))


def test_texts_are_kept_and_seen_as_written_or_not(session):
    """
    product ring "Ring" {
      option metal: gold | silver
      option engraving: text 0..20
      option box: text 0..20 = "yours"
    }
    rule only_gold on ring { if engraving != "" then metal = gold because "Silver cannot be engraved." }
    """
    assert assess(session).count == 2
    assert states(session, "engraving")[:3] == ("proposed", "", "default")
    assert states(session, "box")[:3] == ("proposed", "yours", "default")
    written = session.choose("engraving", "Ada")
    assert states(written, "engraving") == ("chosen", "Ada", "chosen", {"": "open", TEXT: "chosen"})
    assert states(written, "metal")[:2] == ("implied", "gold")
    assert assess(written).complete
    assert assess(written).count == 1
    assert states(session.choose("metal", "silver"), "engraving")[:2] == ("implied", "")


def test_a_text_that_a_rule_demands_is_left_to_choose(session):
    """
    product ring "Ring" {
      option metal: gold | silver
      option name: text 0..20
    }
    rule named on ring { if metal = gold then name != "" because "Gold rings are made to order." }
    """
    gold = session.choose("metal", "gold")
    assert states(gold, "name")[:2] == ("implied", TEXT)
    assert not assess(gold).complete
    assert assess(gold.choose("name", "Ada")).complete

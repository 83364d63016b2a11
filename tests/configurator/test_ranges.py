"""Price ranges: exact, attained at both ends, in few questions to the engine."""

from __future__ import annotations

from fractions import Fraction

from configurator.model import TEXT, Objective, Term
from configurator.ranges import Range, objective_range, objective_ranges
from configurator.session import start
from rules.kinds import Money, Quantity
from rules.typed import Add, Compare, Constant, Multiply, Reference
from tests.configurator.watched import Watched


def when(session, path, value, amount):
    variable = session.model.variable(path)
    condition = Compare("=", Reference(variable.kind, path), Constant(variable.kind, value))
    return Term(condition, Constant(Money("EUR"), Fraction(amount)))


DESK = """
product desk "Desk" {
  option top: oak | pine | glass
  option frame: steel | wood
}
rule heavy on desk { if top = oak then frame = steel because "Oak is heavy." }
"""


def cost_of_desk(session):
    return Objective(
        (
            when(session, "top", "oak", 50), when(session, "top", "pine", 20), when(session, "top", "glass", 30),
            when(session, "frame", "steel", 9), when(session, "frame", "wood", 5),
        )
    )  # fmt: skip


def test_every_value_has_its_range(session):
    found = objective_ranges(session, cost_of_desk(session))
    assert found == {
        "top": {"oak": Range(59, 59), "pine": Range(25, 29), "glass": Range(35, 39)},
        "frame": {"steel": Range(29, 59), "wood": Range(25, 35)},
    }
    assert objective_range(session, cost_of_desk(session)) == Range(25, 59)


test_every_value_has_its_range.__doc__ = DESK


def test_other_values_of_a_choice_are_what_it_could_be_switched_to(session):
    wood = session.choose("frame", "wood").choose("top", "pine")
    found = objective_ranges(wood, cost_of_desk(session))
    assert found["top"] == {"pine": Range(25, 25), "glass": Range(35, 35)}
    assert found["frame"] == {"steel": Range(29, 29), "wood": Range(25, 25)}
    assert objective_ranges(wood, cost_of_desk(session), ["frame"]).keys() == {"frame"}


test_other_values_of_a_choice_are_what_it_could_be_switched_to.__doc__ = DESK


def test_contradictory_choices_have_no_total(session):
    bad = session.choose("frame", "wood").choose("top", "oak")
    assert objective_range(bad, cost_of_desk(session)) is None
    assert objective_ranges(bad, cost_of_desk(session))["frame"] == {"steel": Range(59, 59)}


test_contradictory_choices_have_no_total.__doc__ = DESK


def test_values_that_differ_by_their_own_price_share_questions(session):
    """
    product rack "Rack" {
      option cpu: 1 .. 90
      option size: small | large
    }
    rule fits on rack { if cpu > 60 then size = large because "It runs hot." }
    """
    watched = Watched(session.engine)
    reference = Reference(session.model.variable("cpu").kind, "cpu")
    cost = Objective((Term(None, Multiply(Money("EUR"), (reference, reference))), when(session, "size", "large", 1000)))
    found = objective_ranges(start(watched), cost)
    assert found["cpu"] == {Fraction(n): Range(n * n + 1000 * (n > 60), n * n + 1000) for n in range(1, 91)}
    assert found["size"] == {"small": Range(1, 3600), "large": Range(1001, 9100)}
    assert watched.asked <= 10


def test_many_numbers_are_answered_run_by_run(session):
    """
    product window "Window" {
      option width: 400 .. 2400 mm
      option sash: one | two
    }
    rule wide on window { if width > 1200 mm then sash = two because "One sash sags." }
    rule gap on window { not (width between 1000 mm and 1009 mm) because "No such profile." }
    """
    width = Reference(session.model.variable("width").kind, "width")
    cost = Objective((Term(None, Add(Money("EUR"), ((Fraction(100), width),))), when(session, "sash", "two", 7)))
    ranges = objective_ranges(session, cost, ["width"])["width"]
    millimetre = Fraction(1, 1000)
    assert len(ranges) == 2001 - 10
    assert ranges[400 * millimetre] == ranges[999 * millimetre] == Range(40, Fraction("106.9"))
    assert ranges[1010 * millimetre] == ranges[2400 * millimetre] == Range(101, 247)
    assert 1005 * millimetre not in ranges
    chosen = session.choose("width", 500 * millimetre)
    ranges = objective_ranges(chosen, cost, ["width"])["width"]
    assert ranges[500 * millimetre] == Range(50, 57)
    assert ranges[499 * millimetre] == Range(40, Fraction("56.9"))
    assert ranges[501 * millimetre] == Range(Fraction("50.1"), Fraction("106.9"))


def test_runs_are_cut_where_the_caller_tells_values_apart(session):
    """
    product shelf "Shelf" {
      option width: 100 .. 400
    }
    """
    width = Reference(session.model.variable("width").kind, "width")
    cost = Objective((Term(None, Add(Money("EUR"), ((Fraction(1), width),))),))
    states = {"width": {Fraction(150): "proposed"} | dict.fromkeys(map(Fraction, range(300, 401)), "unsettled")}
    ranges = objective_ranges(session, cost, states=states)["width"]
    cut = [(100, 149), (150, 150), (151, 299), (300, 400)]
    assert ranges == {Fraction(n): Range(low, high) for low, high in cut for n in range(low, high + 1)}


def test_instances_are_priced_where_they_exist(session):
    """
    component bag "Bag" { option size: small | large }
    product bike "Bike" { part bags: bag 0..2 }
    """
    count = session.model.variable("count(bags)")
    each = Term(None, Add(Money("EUR"), ((Fraction(10), Reference(count.kind, count.path)),)))
    cost = Objective((each, *(when(session, f"bags[{n}].size", "large", 3) for n in range(2))))
    found = objective_ranges(session, cost)
    assert found["count(bags)"] == {0: Range(0, 0), 1: Range(10, 13), 2: Range(20, 26)}
    assert found["bags[0].size"] == {"small": Range(10, 23), "large": Range(13, 26)}
    assert found["bags[1].size"] == {"small": Range(20, 23), "large": Range(23, 26)}


def test_texts_cost_only_where_they_are_written(session):
    """
    product ring "Ring" {
      option metal: gold | silver
      option engraving: text 0..20
    }
    """
    cost = Objective((when(session, "engraving", TEXT, 19), when(session, "metal", "gold", 100)))
    assert objective_range(session, cost) == Range(0, 100)
    found = objective_ranges(session, cost)
    assert found["metal"] == {"gold": Range(100, 100), "silver": Range(0, 0)}
    assert found["engraving"] == {"": Range(0, 100), TEXT: Range(19, 119)}
    assert objective_range(session.choose("engraving", "Ada"), cost) == Range(19, 119)


def test_a_limit_leaves_an_end_open(session):
    tired = start(Watched(session.engine, lambda _, options: options.get("sense") == "max"))
    assert objective_range(tired, cost_of_desk(session)) == Range(25, None)
    assert objective_ranges(tired, cost_of_desk(session), ["top"])["top"]["oak"] == Range(59, None)


test_a_limit_leaves_an_end_open.__doc__ = DESK


def test_an_amount_without_any_term_is_zero(session):
    assert objective_range(session, Objective(())) == Range(0, 0)
    zero = Objective((Term(None, Constant(Quantity(), Fraction(0))),))
    assert objective_ranges(session, zero, ["top"])["top"]["oak"] == Range(0, 0)


test_an_amount_without_any_term_is_zero.__doc__ = DESK

"""Percentages of totals: their base, bounds, order and circles."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.policy import Policy
from tests.quotes.pricing.plain import Item, ask, percent_of


def nets(found):
    return {line.id: line.net for line in found.lines}


def test_a_plan_costs_a_part_of_all_other_lines():
    found = ask([Item(100, 3), Item("49.99"), Item(0)], percents=[percent_of("p2", "12")])
    line = found.lines[2]
    assert line.net == 4_200, "12 % of 349.99 is 41.9988 a unit"
    assert (line.list, line.discount, line.list_unit, line.net_unit) == (4_200, 0, 41_998_800, 41_998_800)
    steps = [step for step in line.steps if step.phase == "derived"]
    assert [(step.operator, step.output) for step in steps] == [("set", 349_990_000), ("times", 41_998_800)]
    assert steps[0].rule == "p2_rate"
    assert steps[0].source.file == "small.cpq"


def test_it_may_name_the_products_whose_lines_count():
    found = ask([Item(100), Item(50), Item(0, 2)], percents=[percent_of("p2", "10", "p1")])
    assert nets(found)["2"] == 2 * 500


def test_bounds_hold_for_a_unit():
    items = [Item(100), Item(0)]
    assert nets(ask(items, percents=[percent_of("p1", "1", minimum="5")]))["1"] == 500
    assert nets(ask(items, percents=[percent_of("p1", "90", maximum="20")]))["1"] == 2_000
    assert nets(ask(items, percents=[percent_of("p1", "10", minimum="5", maximum="20")]))["1"] == 1_000


def test_one_may_be_in_the_total_of_another_but_not_of_itself():
    percents = [percent_of("p1", "10", "p0"), percent_of("p2", "10", "p0", "p1")]
    assert nets(ask([Item(100), Item(0), Item(0)], percents=percents)) == {"0": 10_000, "1": 1_000, "2": 1_100}
    circle = [percent_of("p1", "10", "p0", "p2"), percent_of("p2", "10", "p1")]
    found = ask([Item(100), Item(0), Item(0)], percents=circle)
    assert nets(found) == {"0": 10_000}
    assert [one.line for one in found.unpriced] == ["1", "2"]
    assert "part of itself" in found.unpriced[0].reason


def test_two_of_all_other_lines_leave_each_other_out():
    percents = [percent_of("p1", "10"), percent_of("p2", "20"), percent_of("p3", "50", "p0")]
    found = nets(ask([Item(100), Item(0), Item(0), Item(0)], percents=percents))
    assert found == {"0": 10_000, "1": 1_500, "2": 3_000, "3": 5_000}


def test_without_lines_to_count_it_costs_nothing():
    assert nets(ask([Item(0)], percents=[percent_of("p0", "10")])) == {"0": 0}


def test_the_unit_price_is_rounded_as_the_policy_says():
    policy = Policy("cents", unit_digits=2)
    found = ask([Item("33.33"), Item(0, 100)], percents=[percent_of("p1", "10")], policy=policy)
    assert found.lines[1].net == 333 * 100
    assert found.lines[1].steps[-2].operator == "round"


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 10**5), st.integers(1, 9)), min_size=1, max_size=5),
    st.integers(0, 100),
    st.sampled_from(["list", "net"]),
)
def test_a_changed_quote_costs_what_a_new_one_would(lines, percent, base):
    """The total is of the lines as they are: nothing of an earlier quantity is left in it."""
    items = [Item(Fraction(cents, 100), quantity) for cents, quantity in lines]
    found = ask([*items, Item(0)], percents=[percent_of(f"p{len(items)}", str(percent), base=base)])
    exact = sum(Fraction(cents) * quantity for cents, quantity in lines) * percent / 100
    assert abs(found.lines[-1].net - exact) <= Fraction(1, 2)
    more = [replace(items[0], quantity=items[0].quantity + 1), *items[1:], Item(0)]
    changed = ask(more, percents=[percent_of(f"p{len(items)}", str(percent), base=base)])
    assert abs(changed.lines[-1].net - exact - Fraction(lines[0][0] * percent, 100)) <= Fraction(1, 2)

"""Circles are found, each once: compared with following every way."""

from itertools import pairwise

from catalogs.circles import find_circles
from hypothesis import given
from hypothesis import strategies as st

NAMES = "abcdef"


def reached(start, uses):
    found, waiting = set(), list(uses.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += uses.get(name, ())
    return found


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES + "x"), unique=True)))
def test_every_name_that_uses_itself_is_in_one_tangle(uses):
    circles = find_circles(uses)
    tangled = [name for circle in circles for name in circle.tangle]
    assert sorted(tangled) == sorted(name for name in NAMES if name in reached(name, uses))
    for circle in circles:
        way = circle.way
        assert way[0] == way[-1] == min(circle.tangle)
        assert all(after in uses[before] for before, after in pairwise(way))
        assert len(set(way)) == len(way) - 1
        first = way[0]
        assert circle.tangle == {name for name in reached(first, uses) if first in reached(name, uses)}


def test_the_way_is_a_shortest_one():
    assert [c.way for c in find_circles({"a": ["b", "d"], "b": ["c"], "c": ["a"], "d": ["a"]})] == [("a", "d", "a")]


def test_a_chain_of_thousands_is_no_recursion():
    uses = {str(n): [str(n + 1)] for n in range(50_000)}
    assert find_circles(uses) == ()
    uses["50000"] = ["0"]
    assert len(find_circles(uses)[0].way) == 50_002

"""The parts of compiling: pseudo trees and their bounds, the clock in every part, progress, and numbered rows."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configurator.engines.diagram.compiler import compile as compiling
from configurator.engines.diagram.compiler import elimination, order
from configurator.engines.diagram.compiler.clock import Clock, OutOfTime
from configurator.engines.diagram.compiler.compile import TooWide, compile_network
from configurator.engines.diagram.compiler.elimination import FILL, WEIGHT, WEIGHTED_FILL
from configurator.engines.diagram.compiler.layout import lay_out
from configurator.engines.diagram.compiler.order import pseudo_trees
from configurator.engines.diagram.compiler.propagate import propagate
from configurator.engines.diagram.compiler.ladders import with_ladders
from configurator.engines.diagram.diagram import Diagram
from configurator.engines.network import Network, Table
from configurator.engines.rows import number_groups, number_rows

APART = np.array([[True, True, False], [True, False, True], [False, True, True]])


@st.composite
def scopes(draw) -> tuple[list[int], list[tuple[int, ...]]]:
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=9))
    one = st.lists(st.integers(0, len(sizes) - 1), min_size=1, max_size=4, unique=True).map(tuple)
    return sizes, draw(st.lists(one, max_size=14))


def pairs(count: int, tables: int, seed: int) -> Network:
    chance = np.random.default_rng(seed)
    ends = [(int(min(pair)), int(max(pair))) for pair in chance.integers(0, count, (tables, 2))]
    return Network(
        (3,) * count, count, tuple(Table(pair, n, dense=APART) for n, pair in enumerate(ends) if pair[0] != pair[1])
    )


@settings(max_examples=60, deadline=None)
@given(scopes())
def test_the_variables_of_every_table_lie_on_one_path(drawn) -> None:
    sizes, tables = drawn
    for tree in pseudo_trees(sizes, tables):
        assert sorted(tree.order) == list(range(len(sizes)))
        place = {variable: number for number, variable in enumerate(tree.order)}
        above: list[set[int]] = [set() for _ in sizes]
        for variable in tree.order:
            parent = tree.parents[variable]
            assert parent < 0 or place[parent] < place[variable]
            above[variable] = set() if parent < 0 else above[parent] | {parent}
            assert tree.contexts[variable] <= above[variable]
        for scope in tables:
            lowest = max(scope, key=place.__getitem__)
            assert set(scope) - {lowest} <= tree.contexts[lowest]


@pytest.mark.parametrize("cost", [FILL, WEIGHT, WEIGHTED_FILL])
@settings(max_examples=25, deadline=None)
@given(drawn=scopes())
def test_an_order_is_the_same_in_slices_and_in_plain_python(cost, drawn) -> None:
    sizes, tables = drawn
    around = order._neighbours(len(sizes), tables)
    neighbours = np.zeros((len(sizes), len(sizes)), np.int32)
    for variable, own in enumerate(around):
        neighbours[variable, : len(own)] = sorted(own)
    degrees = np.array([len(own) for own in around], np.int32)
    weights = np.log2(np.array(sizes, np.float64))
    found = []
    for share in (0, 1_000_000):
        graph = elimination.graph(neighbours, degrees, weights, elimination.noisy_factors(len(sizes), 3, 0.3))
        above, step = np.empty(len(sizes) * (len(sizes) + 1), np.int32), 0
        end = elimination.PAUSED
        while end == elimination.PAUSED:
            end, step, _ = elimination.eliminate(graph, above, cost, step, share)
        found.append((graph.order.tolist(), graph.ends.tolist(), above[: graph.ends[-1]].tolist()))
    assert found[0] == found[1]
    assert found[0][0] == plain_order(around, weights, elimination.noisy_factors(len(sizes), 3, 0.3), cost)


def plain_order(around, weights, factors, cost) -> list[int]:
    """Eliminate by the book: every cost anew at every step."""
    near = [set(own) for own in around]
    left, found = set(range(len(near))), []
    while left:
        costs = {}
        for variable in sorted(left):
            size = weights[variable] + sum(weights[other] for other in near[variable])
            missing = [(a, b) for a, b in itertools.combinations(sorted(near[variable]), 2) if b not in near[a]]
            fill = sum(1.0 if cost == FILL else weights[a] * weights[b] for a, b in missing)
            costs[variable] = (size if cost == WEIGHT else fill + size / 1_000) * factors[variable]
        best = min(costs, key=lambda variable: (round(costs[variable], 9), variable))
        found.append(best)
        left.discard(best)
        for other in near[best]:
            near[other] |= near[best] - {other}
            near[other].discard(best)
    return found


def test_costs_that_changed_are_found_among_many_neighbours_too() -> None:
    """Past `_MANY` neighbours what changes is found another way: both give the order in which every cost is found anew."""
    network = pairs(150, 1_200, 5)
    around = order._neighbours(150, [table.scope for table in network.tables])
    weights = np.ones(150)
    neighbours = np.zeros((150, 150), np.int32)
    for variable, own in enumerate(around):
        neighbours[variable, : len(own)] = sorted(own)
    factors = elimination.noisy_factors(150, 1, 0.3)
    graph = elimination.graph(neighbours, np.array([len(own) for own in around], np.int32), weights, factors)
    above = np.empty(150 * 151, np.int32)
    end, _, _ = elimination.eliminate(graph, above, FILL, 0, 1 << 40)
    assert end == elimination.DONE
    assert np.diff(graph.ends).max() > elimination._MANY
    assert graph.order.tolist() == plain_order(around, weights, factors, FILL)


def test_there_is_no_tree_where_variables_are_too_many_or_depend_on_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    scope = tuple(range(9))
    assert list(pseudo_trees([2] * 9, [scope]))
    monkeypatch.setattr(order, "MOST_NEIGHBOURS", 7)
    assert not list(pseudo_trees([2] * 9, [scope]))
    wheel = [(number, (number + 1) % 200) for number in range(200)]
    assert list(pseudo_trees([2] * 200, wheel))
    monkeypatch.setattr(order, "MOST_VARIABLES", 199)
    assert not list(pseudo_trees([2] * 200, wheel))
    verdict = compile_network(Network((3,) * 200, 200, tuple(Table(pair, 0, dense=APART) for pair in wheel)))
    assert isinstance(verdict, TooWide)
    assert (verdict.limit, verdict.message) == ("nodes", "too many variables depend on each other")


class Ticking(Clock):
    """A clock that runs out when it is looked at the n-th time."""

    def __init__(self, looks: int) -> None:
        super().__init__(0.0)
        object.__setattr__(self, "looks", looks)

    @property
    def is_over(self) -> bool:
        object.__setattr__(self, "looks", self.looks - 1)  # type: ignore[attr-defined] # just set
        return self.looks < 0  # type: ignore[attr-defined]


def test_every_part_looks_at_the_clock() -> None:
    network = pairs(30, 60, 1)
    with pytest.raises(OutOfTime):
        with_ladders(network, Ticking(0))
    with pytest.raises(OutOfTime):
        propagate(network, Ticking(0))
    sizes, tables = network.sizes, [table.scope for table in network.tables]
    with pytest.raises(OutOfTime):
        next(pseudo_trees(sizes, tables, Ticking(0)))
    alone = next(pseudo_trees((3, 3), []))
    with pytest.raises(OutOfTime):
        lay_out(alone, (3, 3), Ticking(0))


@pytest.mark.parametrize("looks", [0, 1, 40, 100, 130, 160])
def test_whenever_time_ends_the_verdict_says_so(looks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "Clock", lambda _: Ticking(looks))
    verdict = compile_network(pairs(30, 60, 1))
    assert isinstance(verdict, TooWide)
    assert verdict.limit == "time"
    assert verdict.done <= verdict.total


def test_little_is_done_between_two_looks_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of variables that depend on each other: an order alone takes minutes."""
    slices = []
    right = order.eliminate
    monkeypatch.setattr(order, "eliminate", lambda *given: slices.append(right(*given)) or slices[-1])
    monkeypatch.setattr(order, "_SHARE", 1_000_000)
    network = pairs(2_500, 6_000, 2)
    with pytest.raises(OutOfTime):
        next(pseudo_trees(network.sizes, [table.scope for table in network.tables], Ticking(12)))
    assert len(slices) == 12
    assert max(taken for _, _, taken in slices) < 2_000_000


def test_progress_is_told_table_by_table() -> None:
    told: list[tuple[int, int, int]] = []
    network = Network((3,) * 12, 12, tuple(Table((v, v + 1), v, dense=APART) for v in range(11)))
    assert isinstance(compile_network(network, None, lambda *now: told.append(now)), Diagram)
    assert told[0][0] == 1
    assert told[-1][0] == told[-1][1]
    assert all(0 < done <= total and references > 0 for done, total, references in told)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-3, 3), min_size=2, max_size=2), max_size=30))
def test_equal_rows_get_one_number_in_order_of_appearance(rows: list[list[int]]) -> None:
    numbers, firsts = number_rows(np.array(rows, np.int32).reshape(-1, 2))
    known: dict[tuple[int, ...], int] = {}
    assert numbers.tolist() == [known.setdefault(tuple(row), len(known)) for row in rows]
    assert firsts.tolist() == [rows.index(list(row)) for row in known]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=3).map(sorted), max_size=20))
def test_equal_groups_get_one_number(groups: list[list[tuple[int, int]]]) -> None:
    starts = np.cumsum([0, *map(len, groups)]).astype(np.int64)
    flat = np.array([pair for group in groups for pair in group], np.int32).reshape(-1, 2)
    numbers, firsts = number_groups(starts, flat[:, 0].copy(), flat[:, 1].copy())
    known: dict[tuple[tuple[int, int], ...], int] = {}
    assert numbers.tolist() == [known.setdefault(tuple(group), len(known)) for group in groups]
    assert firsts.tolist() == [groups.index(list(group)) for group in known]

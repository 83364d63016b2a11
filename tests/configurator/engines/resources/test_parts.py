"""The parts under the search: packing is exact, a pass gives least totals and what attains them, games have optima."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from configurator.engines.diagram.compiler.compile import empty
from configurator.engines.diagram.resources import EXCLUDED, VALID, Resources
from configurator.engines.diagram.resources.game import play
from configurator.engines.diagram.resources.sorting import ascend
from configurator.engines.diagram.resources.lanes import BLOCKED, LANES, Lanes
from configurator.engines.diagram.resources.packing import Sums, pack, rebound
from configurator.engines.diagram.resources.search import fresh_multipliers
from tests.configurator.engines.resources.instances import (
    FAMILIES,
    compiled,
    configurations,
    modular,
    rules_near_balance,
    small,
)
from tests.configurator.engines.resources.sessions import random_rules


def unpacked(sums: Sums, vector: np.ndarray) -> list[int]:
    """Take the fields of a packed vector apart with Python's integers."""
    fields = zip(sums.word, sums.shift, sums.width, strict=True)
    return [(int(vector[word]) >> int(shift)) & ((1 << int(width)) - 1) for word, shift, width in fields]


def keeps(sums: Sums, vector: np.ndarray) -> bool:
    return bool((((sums.caps - vector) & sums.guards) == sums.guards).all())


@pytest.mark.parametrize("seed", range(40))
def test_packed_sums_are_exact(seed):
    draw = Random(seed)
    network = small(draw)
    diagram, rows = compiled(network), configurations(network)
    rules = random_rules(draw, rows, diagram.literals)
    sums = pack(diagram, rules)
    within = [all(sum(int(w) for w in weights[row]) <= bound for weights, bound in rules) for row in rows]
    if sums is None:
        assert not any(within)
        return
    for row, is_within in zip(rows, within, strict=True):
        vector = sums.weights[row].sum(axis=0, dtype=np.uint64)
        totals = [sum(int(w) for w in weights[row]) for weights, _ in sums.rules]
        assert unpacked(sums, vector) == totals
        assert keeps(sums, vector) is is_within


def test_a_bound_is_moved():
    diagram = compiled(modular(6, 3))
    rules = rules_near_balance(diagram, FAMILIES["dense"], 3, 0.3, 1)
    sums = pack(diagram, rules)
    assert sums is not None
    weights, bound = sums.rules[1]
    lower = rebound(sums, 1, bound - 5)
    direct = pack(diagram, [sums.rules[0], (weights, bound - 5), sums.rules[2]])
    assert direct is not None
    assert lower.caps.tolist() == direct.caps.tolist()
    assert lower.limits.tolist() == direct.limits.tolist()


def test_weights_that_make_no_sense_are_refused():
    diagram = compiled(modular(4, 1))
    with pytest.raises(ValueError, match="none below zero"):
        Resources(diagram, [(np.full(diagram.literals, -1), 5)])
    with pytest.raises(ValueError, match="one weight"):
        Resources(diagram, [(np.zeros(3, np.int64), 5)])
    drawn = np.random.default_rng(0).integers(2**61, 2**62, diagram.literals)
    with pytest.raises(OverflowError):
        Resources(diagram, [(np.where(np.arange(diagram.literals) % 2, drawn, 0), 2**62)])


def test_no_configuration_has_no_valid_value():
    diagram = empty([2, 3])
    answer = Resources(diagram, [(np.ones(5, np.int64), 9)]).decide(np.ones(5, np.uint8))
    assert answer.status.tolist() == [EXCLUDED] * 5


def test_a_slack_rule_costs_nothing():
    diagram = compiled(modular(5, 2))
    resources = Resources(diagram, [(np.ones(diagram.literals, np.int64), 5), (np.arange(diagram.literals), 10**6)])
    assert resources.sums is not None
    assert resources.sums.number == 0
    assert (resources.decide(np.ones(diagram.literals, np.uint8)).status == VALID).any()


@pytest.mark.parametrize("seed", range(25))
def test_a_pass_gives_least_totals_and_what_attains_them(seed):
    draw = Random(seed)
    network = small(draw)
    diagram, rows = compiled(network), configurations(network)
    sums = pack(diagram, random_rules(draw, rows, diagram.literals, 3))
    if sums is None or not sums.number:
        return
    blocked = (np.random.default_rng(seed).random(diagram.literals) < 0.2).astype(np.uint8)
    lanes = Lanes(diagram, sums)
    multipliers = fresh_multipliers(sums)
    lanes.run(diagram, sums, multipliers, blocked)
    costs = sums.coarse @ multipliers.T
    for literal in range(diagram.literals):
        through = [
            row for row in rows if literal in row and not blocked[[other for other in row if other != literal]].any()
        ]
        for lane in range(LANES):
            total = int(lanes.out[literal, lane]) + int(lanes.weight[literal, lane])
            if not through:
                assert total >= BLOCKED
                continue
            assert total == min(int(costs[row, lane].sum()) for row in through)
            vector = lanes.outside[literal, :, lane] + sums.weights[literal]
            attaining = [row for row in through if int(costs[row, lane].sum()) == total]
            assert any((sums.weights[row].sum(axis=0, dtype=np.uint64) == vector).all() for row in attaining)


@pytest.mark.parametrize("seed", range(30))
def test_a_game_has_its_optimum(seed):
    numbers = np.random.default_rng(seed)
    count, rules = int(numbers.integers(1, 12)), int(numbers.integers(1, 6))
    points = numbers.normal(size=(count, rules))
    shares = np.empty(rules)
    value = play(points, count, shares, np.empty((rules + 1, count + rules + 1)))
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1)
    assert (points @ shares).min() == pytest.approx(value)
    others = numbers.dirichlet(np.full(rules, 0.5), 4000)
    assert (others @ points.T).min(axis=1).max() <= value + 1e-6


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 33, 1000])
def test_places_are_sorted_by_their_values(count):
    values = np.random.default_rng(count).integers(0, 50, count)
    order = np.arange(count)
    ascend(values, order, order.copy(), count)
    assert order.tolist() == np.argsort(values, kind="stable").tolist()

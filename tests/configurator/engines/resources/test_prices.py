"""Least and greatest prices under linear rules are those of full enumeration, and so is the best configuration."""

from __future__ import annotations

from math import inf
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from configurator.engines.diagram.resources import NONE, Resources
from tests.configurator.engines.resources.instances import compiled, configurations, small
from tests.configurator.engines.resources.sessions import keeping, random_rules, restrictions

QUIET = settings(
    max_examples=60,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def best(rows, allowed, prices, choose, worst):
    """Return the best total of every literal, its own variable unrestricted, by looking at all configurations."""
    totals = [worst] * len(allowed)
    for row in rows:
        bad = [literal for literal in row if not allowed[literal]]
        if len(bad) <= 1:
            total = sum(int(prices[literal]) for literal in row)
            for literal in bad or row:
                totals[literal] = total if totals[literal] == worst else choose(totals[literal], total)
    return totals


@pytest.mark.parametrize("shard", range(4))
def test_prices_are_those_of_enumeration(shard):
    @seed(shard)
    @QUIET
    @given(st.randoms(use_true_random=False))
    def agree(draw: Random) -> None:
        network = small(draw)
        diagram, rows = compiled(network), configurations(network)
        rules = random_rules(draw, rows, diagram.literals, draw.choice([0, 1, 1, 1, 2, 3]))
        resources = Resources(diagram, rules)
        rows = keeping(rows, rules)
        numbers = np.random.default_rng(draw.randrange(2**32))
        scale = draw.choice([2, 500, 10**9])
        prices = numbers.integers(-scale, scale, diagram.literals)
        chosen = {}
        for variable in draw.sample(range(len(network.sizes)), draw.randint(0, len(network.sizes) - 1)):
            chosen[variable] = draw.randrange(int(diagram.starts[variable]), int(diagram.starts[variable + 1]))
        allowed = restrictions(chosen, diagram.starts)
        for found, choose in (
            (resources.least_prices(allowed, prices, deadline=inf), min),
            (resources.greatest_prices(allowed, prices, deadline=inf), max),
        ):
            assert found.known.all()
            assert found.totals.tolist() == best(rows, allowed, prices, choose, NONE)
        check_cheapest(resources, rows, allowed, prices)

    agree()


def check_cheapest(resources, rows, allowed, prices) -> None:
    within = rows[allowed[rows].all(axis=1)]
    answer = resources.cheapest(allowed, prices)
    assert answer.valid is bool(len(within))
    if answer.witness is not None:
        assert answer.best
        assert answer.witness.tolist() in within.tolist()
        assert prices[answer.witness].sum() == prices[within].sum(axis=1).min()

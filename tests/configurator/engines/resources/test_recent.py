"""Questions may begin with the pool of any near one: verdicts stay those of a question asked alone."""

from __future__ import annotations

from math import inf
from random import Random

import numpy as np
import pytest

from configurator.engines.diagram.resources import Recent, Resources
from configurator.engines.diagram.resources.recent import _KEPT
from tests.configurator.engines.resources.instances import compiled, configurations, small
from tests.configurator.engines.resources.sessions import expected, keeping, random_rules, restrictions


@pytest.mark.parametrize("seed", range(40))
def test_any_kept_pool_is_a_right_beginning(seed):
    draw = Random(seed)
    network = small(draw)
    diagram, rows = compiled(network), configurations(network)
    rules = random_rules(draw, rows, diagram.literals, draw.randint(2, 4))
    resources, recent = Resources(diagram, rules), Recent()
    kept = keeping(rows, rules)
    share = draw.choice([0.0, 0.1, 0.5])
    for _ in range(_KEPT + 4):
        variables = draw.sample(range(len(network.sizes)), draw.randint(0, len(network.sizes)))
        chosen = {one: draw.randrange(int(diagram.starts[one]), int(diagram.starts[one + 1])) for one in variables}
        allowed = restrictions(chosen, diagram.starts)
        allowed |= np.array([draw.random() < share for _ in allowed], np.uint8)
        answer = resources.decide(allowed, recent.nearest(allowed), inf)
        assert answer.status.tolist() == expected(kept, allowed, diagram.starts).tolist()
        recent.keep(answer.pool)


def test_the_nearest_frees_least():
    draw = Random(1)
    network = small(draw)
    diagram, rows = compiled(network), configurations(network)
    rules = random_rules(draw, rows, diagram.literals, 3)
    resources, recent = Resources(diagram, rules), Recent()
    assert resources.sums is not None
    assert resources.sums.number > 1
    free = np.ones(diagram.literals, np.uint8)
    assert recent.nearest(free) is None
    narrow = restrictions({0: 0}, diagram.starts)
    for allowed in (free, narrow):
        recent.keep(resources.decide(allowed, None, inf).pool)
    for allowed in (free, narrow):
        pool = recent.nearest(allowed)
        assert pool is not None
        assert pool.blocked.tolist() == (allowed == 0).tolist()

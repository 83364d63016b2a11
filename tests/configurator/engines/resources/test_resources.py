"""Linear rules at query time give the verdicts of full enumeration, in sessions of choices and retractions."""

from __future__ import annotations

from math import inf
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from configurator.engines.diagram.resources import VALID, Resources
from tests.configurator.engines.resources.instances import compiled, configurations, small
from tests.configurator.engines.resources.sessions import expected, keeping, next_click, random_rules, restrictions

SHARDS = 4
NETWORKS = 60


@pytest.mark.parametrize("shard", range(SHARDS))
def test_sessions_have_the_verdicts_of_enumeration(shard):
    verdicts = 0

    @seed(shard)
    @settings(
        max_examples=NETWORKS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def agree(draw: Random) -> None:
        nonlocal verdicts
        verdicts += session(draw)

    agree()
    assert verdicts > NETWORKS * 20


def session(draw: Random) -> int:
    """Click through one session and compare every verdict and witness; the number of verdicts."""
    network = small(draw)
    diagram, rows = compiled(network), configurations(network)
    rules = random_rules(draw, rows, diagram.literals)
    resources = Resources(diagram, rules)
    kept = keeping(rows, rules)
    chosen: dict[int, int] = {}
    pool, verdicts = None, 0
    for _ in range(draw.randint(1, 6)):
        allowed = restrictions(chosen, diagram.starts)
        answer = resources.decide(allowed, pool if draw.random() < 0.8 else None, deadline=inf)
        right = expected(kept, allowed, diagram.starts)
        assert answer.status.tolist() == right.tolist(), (chosen, rules)
        verdicts += len(right)
        check_witnesses(answer, right, allowed, kept, diagram.starts)
        pool = answer.pool
        next_click(draw, chosen, right, diagram.starts)
    return verdicts


def check_witnesses(answer, right, allowed, kept, starts) -> None:
    """Every valid literal has a witness among the configurations that keep the rules, no other has one."""
    known = {row.tobytes() for row in kept}
    for literal, status in enumerate(right):
        witness = answer.witness(literal)
        assert (witness is not None) == (status == VALID)
        if witness is not None:
            assert literal in witness
            assert witness.tobytes() in known
            others = [taken for taken in witness if taken != literal]
            assert allowed[others].all()

"""Linear rules at query time give the verdicts of full enumeration, in sessions of choices and retractions."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from configurator.engines.diagram.resources import EXCLUDED, OPEN, VALID, Resources
from tests.configurator.diagram.instances import Rule, compiled, configurations, small

SHARDS = 4
NETWORKS = 60


def random_rules(draw: Random, rows: np.ndarray, literals: int) -> list[Rule]:
    """Draw one to six rules whose bounds lie up to half above a configuration that does well on all."""
    number = draw.choice([1, 2, 2, 3, 4, 4, 5, 6])
    numbers = np.random.default_rng(draw.randrange(2**32))
    scale = draw.choice([3, 20, 1000, 10**6, 2**40, 2**58])
    weights = [numbers.integers(0, scale, literals) * draw.choice([1, 1, 5]) for _ in range(number)]
    weights = [np.where(numbers.random(literals) < 0.8, one, 0) for one in weights]
    sums = np.stack([one[rows].sum(axis=1) for one in weights], axis=1)
    relative = sums / np.maximum(sums.min(axis=0), 1)
    balanced = sums[relative.max(axis=1).argmin()]
    slack = draw.choice([0.0, 0.02, 0.1, 0.25, 0.5])
    bounds = [int(value) + int(int(value) * slack) for value in balanced]
    if draw.random() < 0.1:
        bounds[0] = draw.randint(-1, bounds[0])
    return list(zip(weights, bounds, strict=True))


def keeping(rows: np.ndarray, rules: list[Rule]) -> np.ndarray:
    """Return the configurations that keep all rules."""
    for weights, bound in rules:
        rows = rows[[sum(int(weight) for weight in weights[row]) <= bound for row in rows]]
    return rows


def expected(rows: np.ndarray, allowed: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the literals that are valid with their own variable unrestricted."""
    status = np.full(len(allowed), EXCLUDED, np.uint8)
    broken = allowed[rows] == 0
    for row, bad in zip(rows, broken, strict=True):
        if bad.sum() == 0:
            status[row] = VALID
        elif bad.sum() == 1:
            status[row[bad]] = VALID
    return status


def next_click(draw: Random, chosen: dict[int, int], status: np.ndarray, starts: np.ndarray) -> None:
    """Choose a value that is valid (now and then any), or retract or change choices."""
    move = draw.random()
    if chosen and move < 0.2:
        for variable in draw.sample(sorted(chosen), draw.randint(1, min(2, len(chosen)))):
            del chosen[variable]
        return
    variable = draw.randrange(len(starts) - 1)
    values = range(starts[variable], starts[variable + 1])
    valid = [literal for literal in values if status[literal] == VALID]
    chosen[variable] = draw.choice(valid or values) if move < 0.9 else draw.choice(values)


def restrictions(chosen: dict[int, int], starts: np.ndarray) -> np.ndarray:
    allowed = np.ones(starts[-1], np.uint8)
    for variable, literal in chosen.items():
        allowed[starts[variable] : starts[variable + 1]] = 0
        allowed[literal] = 1
    return allowed


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
        answer = resources.decide(allowed, pool if draw.random() < 0.8 else None, deadline=60.0)
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

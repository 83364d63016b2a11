"""Every stage of the search is right where it works alone, and a fault planted in one is seen by the sessions."""

from __future__ import annotations

from math import inf
from random import Random

import numpy as np
import pytest

from configurator.engines.diagram.resources import EXCLUDED, OPEN, VALID, Resources
from configurator.engines.diagram.resources import labels, ladder, pool, required, search, sweep
from configurator.engines.diagram.resources import resources as door
from configurator.engines.diagram.resources.ladder import LADDER, Rung
from configurator.engines.diagram.resources.pool import Pool
from tests.configurator.engines.resources.instances import compiled, configurations, small
from tests.configurator.engines.resources.sessions import expected, keeping, next_click, random_rules, restrictions

STAGES = {
    "bounds alone": {(ladder, "LADDER"): ()},
    "one pass, then all by labels": {(search, "_BATCHES"): 1, (search, "_WRITTEN"): 0, (search, "_SCANNED"): 0},
    "narrow beams": {(search, "_BATCHES"): 1, (ladder, "LADDER"): (Rung(1, 1_000, 10**6), Rung(2, 2, 10**6))},
    "groups of one": {(search, "_BATCHES"): 1, (ladder, "LADDER"): (Rung(60_000, 1, 10**9),)},
    "one group": {(ladder, "_INSIDE"): 9.0, (search, "_BATCHES"): 2, (ladder, "LADDER"): LADDER[-1:]},
}


def click_through(seed: int) -> np.ndarray:
    """Click through a session; every verdict given is right. How many were open, valid, excluded."""
    draw = Random(seed)
    network = small(draw)
    diagram, rows = compiled(network), configurations(network)
    rules = random_rules(draw, rows, diagram.literals, draw.randint(2, 4))
    resources = Resources(diagram, rules)
    kept = keeping(rows, rules)
    chosen: dict[int, int] = {}
    known, counts = None, np.zeros(4, np.int64)
    for _ in range(4):
        allowed = restrictions(chosen, diagram.starts)
        answer = resources.decide(allowed, known, deadline=inf)
        right = expected(kept, allowed, diagram.starts)
        given = answer.status != OPEN
        assert answer.status[given].tolist() == right[given].tolist(), seed
        for member in answer.pool.members if answer.pool else ():
            assert (kept == member).all(axis=1).any()
        known = answer.pool
        counts += np.bincount(answer.status, minlength=4)
        next_click(draw, chosen, right, diagram.starts)
    return counts


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_alone_is_right(stage, monkeypatch):
    for (module, name), value in STAGES[stage].items():
        monkeypatch.setattr(module, name, value)
    counts = sum(click_through(seed) for seed in range(150))
    assert counts[VALID] > 1000
    assert counts[EXCLUDED] > 1000


def forget_exchanges(monkeypatch):
    """Prune for exchangeable values as for allowed ones."""
    right = search.pruned
    monkeypatch.setattr(search, "pruned", lambda diagram, lanes, *, exchangeable: right(diagram, lanes))  # noqa: ARG005, PLW0108 - it forgets an argument


def keep_all_exclusions(monkeypatch):
    """Keep what a click excluded whatever is freed later."""

    def remembered(diagram, state, blocked, status, fresh):
        start = right(diagram, state, blocked, status, fresh)
        if state is not None:
            status[(state.status == EXCLUDED) & (status == OPEN)] = EXCLUDED
        return start

    right = pool.remembered
    monkeypatch.setattr(door, "remembered", remembered)


def keep_pruned_diagrams(monkeypatch):
    """Go on with the pruned diagrams of a click whatever is freed later."""

    def remembered(diagram, state, blocked, status, fresh):
        start = right(diagram, state, blocked, status, fresh)
        if state is None:
            return start
        return Pool(blocked, status, start.members, state.base, state.exchange, start.multipliers, start.multipliers)

    right = pool.remembered
    monkeypatch.setattr(door, "remembered", remembered)


def ignore_cuts(monkeypatch):
    """Take label runs that were cut for proofs."""
    right = labels.settle_slot

    def settle_slot(guards, arena, count, beam, used, state):
        used = right.py_func(guards, arena, count, beam, used, state)
        state[labels.CUT] = 0
        return used

    interpreted = {name: getattr(sweep, name).py_func for name in ("_up", "_down", "_collect", "_decide")}
    for name, function in interpreted.items():
        monkeypatch.setattr(sweep, name, function)
    monkeypatch.setattr(sweep, "settle_slot", settle_slot)
    monkeypatch.setattr(ladder, "LADDER", (Rung(1, 1_000, 10**6), LADDER[-1]))
    monkeypatch.setattr(search, "_BATCHES", 1)


def bound_too_low(monkeypatch):
    """Prune for a group by bounds that are a little too low."""
    right = required.Required.pruned

    def pruned(self, diagram, lanes):
        lanes.bounds -= lanes.bounds // 10
        return right(self, diagram, lanes)

    monkeypatch.setattr(required.Required, "pruned", pruned)
    monkeypatch.setattr(search, "_BATCHES", 1)


@pytest.mark.parametrize(
    "plant", [forget_exchanges, keep_all_exclusions, keep_pruned_diagrams, ignore_cuts, bound_too_low]
)
def test_a_planted_fault_is_seen(plant, monkeypatch):
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        click_through_many()


def click_through_many():
    for seed in range(600):
        click_through(seed)

"""Both engines against brute force with the reference evaluator, on every question they answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.model import Allowed, Model, ModelTooLarge, Objective
from tests.configurator.ground_models import brute, models, objectives, restrictions, worth

CASES = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
ENGINES = pytest.mark.parametrize("make", [EnumerationEngine, CpSatEngine])


def built(make: Any, model: Model) -> Any:
    """Build an engine; a case that says itself that it does not fit is no case."""
    try:
        return make(model)
    except ModelTooLarge:
        assume(False)


@ENGINES
@CASES
@given(model=models(), allowed=restrictions(), subset=st.sets(st.integers(0, 3)))
def test_every_answer_is_that_of_brute_force(make: Any, model: Model, allowed: Allowed, subset: set[int]):
    engine = built(make, model)
    right = list(brute(model, allowed))
    verdict = engine.solve(allowed)
    assert verdict.configuration in right if right else verdict.status == "none"
    domains = engine.valid_values(allowed)
    assert domains.limit is None
    for v in model.variables:
        assert domains.values[v.path] == {found[v.path] for found in right if v.path in found}, v.path
    assert (domains.witness in right) if right else domains.witness is None
    assert engine.count(allowed).value == len({tuple(i for i in c.items() if i[0] != "note") for c in right})
    some = [i for i in subset if i < len(model.constraints)]
    loose = list(brute(model, allowed, some))
    verdict = engine.solve(allowed, constraints=some)
    assert verdict.configuration in loose if loose else verdict.status == "none"


@ENGINES
@CASES
@given(model=models(), allowed=restrictions(), objective=objectives(), sense=st.sampled_from(["min", "max"]))
def test_the_best_is_the_best(make: Any, model: Model, allowed: Allowed, objective: Objective, sense: Any):
    engine = built(make, model)
    values = [worth(objective, model, found) for found in brute(model, allowed)]
    try:
        verdict = engine.solve(allowed, objective=objective, sense=sense)
    except ModelTooLarge:
        assume(False)
    if not values:
        assert verdict.status == "none"
        return
    assert verdict.value == (min(values) if sense == "min" else max(values))
    assert worth(objective, model, verdict.configuration) == verdict.value
    assert engine.check(verdict.configuration)

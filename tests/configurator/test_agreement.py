"""Both engines and every service give the answers of brute force, on catalogs that Hypothesis generates."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from configurator.engines.enumeration import EnumerationEngine
from configurator.model import Model
from tests.configurator.agreement import check_case, prepare
from tests.configurator.catalogs import generate, seeded

SHARDS = 8
CATALOGS, CHOICES = 25, 10
"""Catalogs in a shard, and sets of choices on each: 2,000 cases in all."""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_answer_is_that_of_brute_force(shard):
    cases = 0

    @seed(shard)
    @settings(
        max_examples=CATALOGS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False), st.integers(0, 2**30))
    def agree(draw: Random, choices: int) -> None:
        nonlocal cases
        text = generate(draw)
        note(str(text))
        prepared = prepare(text)
        for number in range(CHOICES):
            note(f"choices drawn with seed {choices + number}")
            check_case(prepared, choices + number, thorough=False)
            cases += 1

    agree()
    assert cases >= CATALOGS * CHOICES


def _lost(model: Model) -> Model:
    return replace(model, constraints=model.constraints[1:])


def _changed(model: Model) -> Model:
    return replace(
        model, variables=(replace(model.variables[0], values=model.variables[0].values[1:]), *model.variables[1:])
    )


@pytest.mark.parametrize("fault", [_lost, _changed])
def test_a_planted_fault_is_found(fault):
    """An engine that lost a rule, or a value, disagrees somewhere among a few generated catalogs."""
    found = 0
    for number in range(12):
        prepared = prepare(generate(seeded(number)))
        if not prepared.model.constraints:
            continue
        faulty = replace(prepared, engines=(EnumerationEngine(fault(prepared.model)),))
        try:
            for choices in range(5):
                check_case(faulty, choices, thorough=True)
        except (AssertionError, ValueError, LookupError):
            found += 1
    assert found >= 6


def test_generated_catalogs_use_every_construct():
    texts = "\n".join(str(generate(seeded(number))) for number in range(200))
    for construct in (
        "choices", "component", "part pods", "let", "allow", "forbid", "requires", "excludes", "if ", " in {", "between",
        "all one in", "any one in", "sum(one in", "max(one in", "count(one in", "pods[0].", "floor(", "round(", "ceiling(",
        "min(", "charge", "prices", "prefer", " from 2026", " until 2026", "text 0..5", "yes/no", "step", " g", " kg",
        'from "kit.csv"', 'rule0.csv"', "retired", " = ", "any |", "weight 3", "..",
    ):  # fmt: skip
        assert construct in texts, construct

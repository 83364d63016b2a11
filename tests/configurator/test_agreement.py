"""Both engines and every service give the answers of brute force, on catalogs that Hypothesis generates."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from configurator.engines.enumeration import EnumerationEngine
from configurator.model import Constraint, Model
from configurator.session import start
from tests.configurator.agreement import Case, Prepared, check_case, check_engine, prepare
from tests.configurator.catalogs import Generated, generate, seeded

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


def _without_a_rule(prepared: Prepared) -> Model | None:
    """Lose a rule that alone forbids something."""
    lost = next((rule for rule in prepared.model.constraints if _alone(prepared, rule)), None)
    kept = tuple(rule for rule in prepared.model.constraints if rule is not lost)
    return None if lost is None else replace(prepared.model, constraints=kept)


def _alone(prepared: Prepared, rule: Constraint) -> bool:
    return any(one.broken == {(rule.rule, rule.instance)} for one in prepared.oracle.combinations)


def _without_a_value(prepared: Prepared) -> Model | None:
    """Lose a value that some valid configuration has."""
    first, *others = prepared.model.variables
    if not any(one.values[first.path] == first.values[0] for one in prepared.oracle.all):
        return None
    variables = (replace(first, values=first.values[1:]), *others)
    return replace(prepared.model, variables=variables, index={each.path: each for each in variables})


@pytest.mark.parametrize("lose", [_without_a_rule, _without_a_value])
def test_a_planted_fault_is_found(lose):
    """An engine that lost a rule, or a value, disagrees on every catalog where that makes a difference."""
    planted = 0
    for number in range(16):
        prepared = prepare(generate(seeded(number)))
        faulty = lose(prepared)
        if faulty is None:
            continue
        planted += 1
        engine = EnumerationEngine(faulty)
        with pytest.raises(AssertionError):
            check_engine(Case(replace(prepared, model=faulty, engines=(engine,)), start(engine)))
    assert planted >= 6


def test_generated_catalogs_use_every_construct():
    texts = "\n".join(str(generate(seeded(number))) for number in range(200))
    for construct in (
        "choices", "component", "part pods", "let", "allow", "forbid", "requires", "excludes", "if ", " in {", "between",
        "all one in", "any one in", "sum(one in", "max(one in", "count(one in", "pods[0].", "floor(", "round(", "ceiling(",
        "min(", "charge", "prices", "prefer", " from 2026", " until 2026", "text 0..5", "yes/no", "step", " g", " kg",
        'from "kit.csv"', 'rule0.csv"', "retired", " = ", "any |", "weight 3", "..",
    ):  # fmt: skip
        assert construct in texts, construct


def test_a_product_without_anything_to_choose_has_one_configuration():
    text = b'catalog plain "Plain" {\n  currency EUR\n}\n\nproduct thing "thing" {\n  option colour: red | blue until 2020-12-31\n}\n\nprices retail in EUR {\n  thing 10.00 EUR\n}\n'
    prepared = prepare(Generated({"catalog.cpq": text}))
    assert prepared.model.variables == ()
    for engine in prepared.engines:
        assert engine.valid_values({}).witness == {}
        assert engine.count({}).value == 1
    check_case(prepared, 0)

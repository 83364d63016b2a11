"""The engine with rules beside its diagram: sums too large are refused at once, and what time left open settles later."""

from __future__ import annotations

import pytest

from configurator.engines.building import NoDiagram
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.protocol import Budget
from configurator.engines.resource_engine import ResourceEngine
from configurator.model import Model
from tests.configurator.engines.test_planner import model_of


def sums(factor: int, bound: int, number: int = 2) -> Model:
    """Return a product of twelve small numbers with rules that bound sums of all of them."""
    options = "\n".join(f"  option o{n}: 0 .. {n % 3 + 2}" for n in range(12))
    rules = "\n".join(
        f"rule r{rule} on thing {{ "
        + " + ".join(f"{factor * ((n * (rule + 3)) % 11 + 2) + n} * o{n}" for n in range(12))
        + f' {">=" if rule else "<="} {bound * factor} because "All." }}'
        for rule in range(number)
    )
    return model_of(f'product thing "Thing" {{\n{options}\n}}\n{rules}\n')


def test_sums_that_pass_the_bits_of_a_price_have_no_diagram():
    model = sums(10**16 + 3, 20)
    with pytest.raises(NoDiagram, match="r0"):
        ResourceEngine(model, CpSatEngine, keep_out=(0, 1))


def test_what_is_left_in_a_hurry_settles_when_asked_again():
    model = sums(1, 40)
    engine = ResourceEngine(model, CpSatEngine, keep_out=(0, 1))
    right = CpSatEngine(model).valid_values({})
    for seconds in (0.0, 0.0, 600.0, 0.0):
        found = engine.valid_values({}, budget=Budget(seconds=seconds))
        for path, values in found.values.items():
            assert values <= right.values[path] <= values | found.unsettled.get(path, frozenset())
    assert found.values == right.values
    assert not found.unsettled

"""Published cases of other systems, priced by the engine itself: ``pytest tests/quotes/pricing/test_goldens.py --goldens FILE``.

A case is told by its category and by what its inputs look like; numbers may be any. What is not known fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.quotes.pricing.goldens import allocation, currency, proration, stacking, tax, tiers

CATEGORIES: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "allocation": allocation.check,
    "currency": currency.check,
    "proration": proration.check,
    "stacking": stacking.check,
    "tax": tax.check,
    "tiers": tiers.check,
}


def test_published_case(golden: Mapping[str, Any] | None, request: pytest.FixtureRequest) -> None:
    if golden is None:
        request.getfixturevalue("shared")
        pytest.fail("there is no file of published cases")
    check = CATEGORIES.get(golden["category"])
    assert check is not None, golden["inputs"]
    check(golden)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_shape_that_nobody_knows_fails(category: str) -> None:
    case = {"id": "x", "category": category, "source": "", "status": "", "inputs": {"unheard_of": 1}, "expected": "1"}
    with pytest.raises((AssertionError, KeyError, TypeError, ValueError)):
        CATEGORIES[category](case)

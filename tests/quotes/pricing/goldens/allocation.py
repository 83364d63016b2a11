"""Goldens of category "allocation": amounts of a quote are spread over lines by the phase "document".

Amounts are charges, credits are allowances; weights are the lines' nets. Nets are made so large that a line can bear
its share, except where a case states what lines can bear: there weights are quantities, and nets the caps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from catalogs.marks import ALWAYS, Label
from catalogs.policy import Aim, Fee, Give, Money, Policy, Promotion, PromotionAim
from tests.quotes.pricing.goldens.numbers import exact
from tests.quotes.pricing.plain import Item, ask, fee, product
from tests.quotes.small import span

PEERS: Mapping[str, tuple[Policy, ...]] = {
    "Sylius": (Policy("sylius", remainder="first"),),
    "django-oscar": (Policy("oscar", remainder="last"),),
    "solidus": (Policy("solidus", remainder="last"), Policy("solidus percentages", remainder="first")),
    "moneyphp": (Policy("moneyphp", credits="floor"),),
}
"""What peers do otherwise, as policies."""


def check(case: Mapping[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    if "set_price" in inputs:
        _set_price(inputs, expected)
        return
    if case["status"] != "peer-specific":
        assert _spread(inputs, expected, Policy()) == _flat(expected), case["id"]
        return
    ours = case.get("reference_value")
    if ours is not None:
        assert _spread(inputs, expected, Policy()) == _flat(ours), f"{case['id']}: our own policy"
    policies = [one for peer, known in PEERS.items() if peer.lower() in case["source"].lower() for one in known]
    found = {one.name: _spread(inputs, expected, one) for one in policies}
    assert _flat(expected) in found.values(), (case["id"], found)


def _flat(values: Sequence[Any]) -> list[Fraction]:
    return [part for value in values for part in (_flat(value) if isinstance(value, list) else [exact(value)])]


def _spread(inputs: Mapping[str, Any], expected: Sequence[Any], policy: Policy) -> list[Fraction]:
    """Return the shares of every amount, in the unit that the case states: minor units, or units of the currency."""
    amounts = [exact(one) for one in inputs.get("amounts", [inputs.get("amount")])]
    written = "." in str(inputs.get("amount")) or any(isinstance(one, str) for one in _leaves(expected))
    units = Fraction(1) if written else Fraction(1, 100)
    fees = [_fee(number, amount * units) for number, amount in enumerate(amounts)]
    if "line_caps" in inputs:
        items = _capped(inputs["weights"], inputs["line_caps"], units)
        policy = _by_quantity(policy)
    elif "targets" in inputs:
        items = [Item(abs(amounts[0]) + 1)] * inputs["targets"]
    else:
        items = _weighted(inputs["weights"], sum(map(abs, amounts)))
    found = ask(items, fees=fees, policy=policy)
    given = {one.name: one for one in found.document}
    shares: list[Fraction] = []
    for one, amount in zip(fees, amounts, strict=True):
        sign = -1 if amount < 0 else 1
        parts = given[one.name].shares if one.name in given else (0,) * len(items)
        shares += [sign * Fraction(part, 100) / units for part in parts]
    return shares


def _leaves(values: Sequence[Any]) -> list[Any]:
    return [leaf for value in values for leaf in (_leaves(value) if isinstance(value, list) else [value])]


def _fee(number: int, amount: Fraction) -> Fee:
    kind = "allowance" if amount < 0 else "charge"
    return fee(kind, f"amount_{number}", abs(amount))


def _weighted(weights: Sequence[Any], size: Fraction) -> list[Item]:
    known = [exact(weight) for weight in weights]
    scale = lcm(*(weight.denominator for weight in known)) * int(size + 1)
    return [Item(weight * scale) for weight in known]


def _capped(weights: Sequence[int], caps: Sequence[Any], units: Fraction) -> list[Item]:
    return [Item(exact(cap) * units / weight, weight) for weight, cap in zip(weights, caps, strict=True)]


def _by_quantity(policy: Policy) -> Policy:
    return Policy(policy.name, allocation="by quantity", remainder=policy.remainder, credits=policy.credits)


def _set_price(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Several items together at a price: what that saves falls on the lines to the last minor unit."""
    items = [Item(exact(one)) for one in inputs["prices"]]
    on = tuple(PromotionAim(1, Aim(product(i)), None, span()) for i in range(len(items)))
    offer = Promotion(
        "together", Label("Together"), None, on, (), None, Give(price=Money(exact(inputs["set_price"]), "EUR")),
        None, None, None, None, None, 0, ALWAYS, span(),
    )  # fmt: skip
    found = ask(items, promotions=[offer])
    assert found.promotions is not None
    assert sum(one.saving for one in found.promotions.applied) == exact(expected["discount"]) * 100
    assert sum(line.discount for line in found.lines) == exact(expected["sum_of_line_discounts"]) * 100

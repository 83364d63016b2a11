"""Goldens of category "currency": list prices of another currency, converted once, and amounts rounded to steps."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from catalogs.policy import Policy
from quotes.pricing.record import PricedQuote
from tests.quotes.pricing.goldens.numbers import agrees, decimals, exact
from tests.quotes.pricing.plain import Item, ask, exchange, fee


def check(case: Mapping[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    if "qty" in inputs:
        for quantity, total in zip(inputs["qty"], expected, strict=True):
            assert agrees(_paid(_converted(inputs["unit"], inputs, quantity=quantity)), total), (quantity, total)
    elif "surcharge" in inputs:
        _steps(inputs, expected)
    elif "round_up_to" in inputs:
        amount = inputs.get("price", inputs.get("amount"))
        policy = Policy("up", rounding="up", cash={"EUR": exact(inputs["round_up_to"])})
        assert agrees(_paid(_converted(amount, inputs, policy)), expected)
    else:
        found = _paid(_converted(inputs.get("amount", inputs.get("price")), inputs))
        assert decimals(expected) <= 2
        assert agrees(found, expected), found


def _steps(inputs: Mapping[str, Any], expected) -> None:
    """Convert, round the unit price to tens, then add what is to be added: in this order."""
    digits = 1 - len(str(inputs["round_to"]))
    assert exact(inputs["round_to"]) == Fraction(10) ** -digits
    amount, _, currency = str(inputs["base"]).partition(" ")
    extra = exact(inputs["surcharge"])
    fees = [fee("allowance" if extra < 0 else "charge", "surcharge", abs(extra))]
    policy = Policy("tens", unit_digits=digits)
    found = ask(
        [Item(exact(amount), currency=currency)],
        rates=[exchange(currency, "EUR", inputs["rate"])], fees=fees, policy=policy,
    )  # fmt: skip
    assert agrees(_paid(found), expected), found.totals


def _converted(
    amount: str | float, inputs: Mapping[str, Any], policy: Policy | None = None, quantity: int = 1
) -> PricedQuote:
    """Return a quote in EUR of one price that a list states in dollars."""
    items = [Item(exact(amount), quantity, currency="USD")]
    return ask(items, rates=[exchange("USD", "EUR", inputs["rate"])], policy=policy)


def _paid(found: PricedQuote) -> Fraction:
    return Fraction(found.totals.payable, 100)

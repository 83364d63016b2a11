"""What a customer reads of a quote: the same money, none of what only the seller knows."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import pytest

from catalogs.marks import Label
from quotes.disclosure import for_customer
from quotes.exchange import as_json, write_quote
from quotes.pricing.record import Applied, Certificate, Judged, Judgement, Rejected, Step, Unmet
from quotes.quote import Quote
from tests.quotes import factory

CANARY = "Canary-margin"


def step(phase: str, before: int, after: int, **more: object) -> Step:
    made = Step(phase, "canary-person", Label("Agreed"), "add", Fraction(0), before, after)  # type: ignore[arg-type] # a phase
    return replace(made, **more)  # type: ignore[arg-type] # names of fields


def a_quote(objective: Literal["customer", "seller"] = "customer") -> Quote:
    """A quote whose seller's parts all say the canary."""
    plain = factory.ebike_line()
    unit = plain.price.net_unit
    lost = Rejected("canary-promotion", Label(CANARY), f"the floor {CANARY} does not allow it", 7)
    steps = (
        *plain.price.steps[:-1],
        step("manual", unit, unit, value=CANARY),
        step("promote", unit, unit, not_applied=f"below {CANARY}"),
        step("judge", unit, unit, value=CANARY),
        plain.price.steps[-1],
    )
    line = replace(plain, price=replace(plain.price, steps=steps))
    quote = factory.quote([line])
    floor = Judged("floor", CANARY, "L1", Label(CANARY), ("canary-boss",))
    applied = Applied("autumn", Label("Autumn"), 1, 5, (("L1", 5),))
    priced = replace(
        quote.priced,
        judgement=Judgement((floor,), (floor,), ("canary-boss",)),
        promotions=Certificate(objective, 424242, 424242, True, "closed form", (applied,), (lost,)),
        unmet=(Unmet("L1", "percent", Fraction(1, 2), CANARY),),
    )
    return replace(quote, priced=priced)


@pytest.mark.parametrize("objective", ["customer", "seller"])
def test_no_view_for_a_customer_says_what_the_seller_knows(objective: Literal["customer", "seller"]) -> None:
    quote = a_quote(objective)
    assert "canary" in write_quote(quote).casefold()
    view = json.dumps(as_json(quote))
    assert "canary" not in view.casefold()
    assert '"cost": "' not in view
    assert ("424242" in view or "4242.42" in view) == (objective == "customer")


def test_the_money_is_the_same() -> None:
    quote = a_quote()
    bare = for_customer(quote)
    assert bare.priced.totals == quote.priced.totals
    steps = bare.lines[0].price.steps
    assert [one.input for one in steps[1:]] == [one.output for one in steps[:-1]]


def test_what_is_bare_already_stays_as_it_is() -> None:
    bare = for_customer(a_quote())
    assert for_customer(bare) == bare

"""The phase "entitle" by hand: who is refused, why, and what a quota counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from catalogs.marks import ALWAYS, Effectivity
from catalogs.model import Catalog, Customer
from catalogs.policy import Aim, Entitlement, Grant
from quotes.pricing import Context, History, Inputs, Line, price
from rules.diagnostics import Span
from rules.typed import Typed
from tests.quotes.small import (
    DAY, catalog, component, enumeration, equals, is_segment, part, prices, row, span, truth,
)  # fmt: skip

COLOUR = enumeration("colour", "red", "gold")
LIGHTS = truth("lights")
BAG = component("Bag", [enumeration("size", "small", "large")], sellable=False)
BIKE = component("bike", [COLOUR, LIGHTS], [part("bags", "Bag", 0, 3)])
SCHOOL = Customer("S", "School", {"segment": "school"})
PLACE = Span("sales.cpq", 7, 3, 7, 20)


def grant(
    verbs: str,
    *path: str,
    choice: str | None = None,
    where: Typed | None = None,
    up_to: int | None = None,
    allowed: bool = True,
) -> Grant:
    return Grant(allowed, frozenset(verbs.split()), Aim("bike", path, choice), where, up_to, PLACE)  # type: ignore[arg-type] # verbs


def shop(*grants: Grant, who: Typed | None = None, effectivity: Effectivity = ALWAYS) -> Catalog:
    made = catalog([BIKE, BAG], [prices("retail", row("", "1000.00"))])
    return replace(made, entitlements=(Entitlement("schools", who, grants, effectivity, span()),))


def bike(name: str = "1", quantity: int = 1, bags: int = 0, size: str = "large", **options: object) -> Line:
    inner = {f"bags[{index}].size": size for index in range(bags)}
    whole = {"colour": "red", "lights": False, "count(bags)": Fraction(bags), **inner, **options}
    return Line(name, "bike", whole, quantity)  # type: ignore[arg-type] # values by path


def refused(made: Catalog, *lines: Line, customer: Customer | None = SCHOOL, **inputs: object) -> dict[str, str]:
    found = price(made, Context.of(made, customer), lines, DAY, inputs=Inputs(**inputs))  # type: ignore[arg-type] # names of fields
    return {one.line: one.code for one in found.unpriced}


def test_nothing_is_entitled_unless_stated() -> None:
    assert refused(shop(grant("buy", where=equals(COLOUR, "red"))), bike("a"), bike("b", colour="gold")) == {
        "b": "not-entitled"
    }
    assert refused(shop(), bike()) == {"1": "not-entitled"}


def test_an_entitlement_holds_for_its_customers_on_its_days() -> None:
    assert refused(shop(grant("buy"), who=is_segment("school")), bike()) == {}
    assert refused(shop(grant("buy"), who=is_segment("dealer")), bike()) == {"1": "not-entitled"}
    assert refused(shop(grant("buy"), who=is_segment("school")), bike(), customer=None) == {"1": "not-entitled"}
    assert refused(shop(grant("buy"), effectivity=Effectivity(end=date(2026, 11, 20))), bike()) == {"1": "not-entitled"}


@pytest.mark.parametrize(
    ("granted", "barred", "sale", "display"),
    [
        ("buy", "", True, True),
        ("price", "", False, True),
        ("see", "", False, False),
        ("buy", "buy", False, True),
        ("buy", "price", False, False),
        ("buy", "see", False, False),
    ],
)
def test_the_verbs_are_a_ladder(granted: str, barred: str, sale: bool, display: bool) -> None:
    made = shop(grant(granted), *([grant(barred, allowed=False)] if barred else []))
    assert (refused(made, bike()) == {}, refused(made, bike(), purpose="display") == {}) == (sale, display)
    assert refused(made, bike(), purpose="internal") == {}


def test_a_refusal_cites_the_entitlement_for_the_seller_alone() -> None:
    made = shop(grant("buy"), grant("buy", "colour", choice="gold", allowed=False))
    (found,) = price(made, Context.of(made, SCHOOL), [bike(colour="gold")], DAY).unpriced
    assert (found.rule, found.source) == ("schools", PLACE)
    assert "gold" not in found.reason
    assert "schools" not in found.reason


def test_what_keeps_its_default_is_not_in_a_configuration() -> None:
    made = shop(grant("buy"), grant("buy", "lights", allowed=False), grant("buy", "bags", allowed=False))
    assert refused(made, bike("a"), bike("b", lights=True), bike("c", bags=1)) == {
        "b": "not-entitled",
        "c": "not-entitled",
    }


def test_a_grant_inside_reaches_through_what_is_around_it() -> None:
    made = shop(grant("buy", "colour", choice="red"), grant("buy", "bags", "size", choice="small"))
    lines = (
        bike("a"),
        bike("b", colour="gold"),
        bike("c", bags=1, size="small"),
        bike("d", bags=1),
        bike("e", lights=True),
    )
    assert set(refused(made, *lines)) == {"b", "d", "e"}


def test_a_quota_counts_the_quote_and_the_past() -> None:
    made = shop(grant("buy"), grant("buy", up_to=10))
    assert refused(made, bike("a", 6), bike("b", 5), bike("c", 4)) == {"b": "over-quota"}
    assert refused(made, bike("a", 6), history=History(bought={"bike": 4})) == {}
    assert refused(made, bike("a", 7), history=History(bought={"bike": 4})) == {"a": "over-quota"}


def test_of_several_quotas_the_least_counts() -> None:
    made = shop(grant("buy", up_to=10), grant("buy", up_to=3))
    assert refused(made, bike("a", 3), bike("b", 1)) == {"b": "over-quota"}


def test_a_quota_on_something_inside_counts_that() -> None:
    made = shop(grant("buy"), grant("buy", "bags", up_to=4), grant("buy", "colour", choice="gold", up_to=1))
    assert refused(made, bike("a", 2, bags=2), bike("b", 1, bags=1), bike("c", 50)) == {"b": "over-quota"}
    assert refused(made, bike("a", 2, colour="gold"), bike("b", colour="gold")) == {"a": "over-quota"}
    bought = History(bought={"bike.colour.gold": 1})
    assert refused(made, bike("a", colour="gold"), history=bought) == {"a": "over-quota"}


def test_a_quota_with_a_condition_counts_only_what_fulfils_it() -> None:
    made = shop(grant("buy"), grant("buy", where=equals(COLOUR, "gold"), up_to=1))
    assert refused(made, bike("a", 9), bike("b", 1, colour="gold"), bike("c", 1, colour="gold")) == {"c": "over-quota"}

"""Upgrades, tiers, bundles and picks against every bike, every quantity and every lock, tried out one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.marks import Label
from configurator import compile_product
from quotes.pricing import Line
from quotes.suggestions.bundles import bundles
from quotes.suggestions.picks import front, picked, picks, points
from quotes.suggestions.shape import Wish
from quotes.suggestions.tiers import tiers
from quotes.suggestions.upgrade import upgrades, wish
from rules.kinds import Scalar
from tests.quotes.shop import DAY
from tests.quotes.suggestions import deals
from tests.quotes.suggestions.deals import bike, deal, due, lock, priced, whole

CATALOG = deals.catalog("prefer far on bike weight 5 { battery = b900 }\nprefer light on bike { lights = yes }\n")
MODEL = compile_product(CATALOG, "bike", DAY)

WANTED: tuple[tuple[str, Scalar], ...] = (
    ("motor", "trail"), ("motor", "cargo"), ("battery", "b900"), ("battery", "b500"), ("colour", "gold"),
    ("lights", True), ("height", Fraction(350, 1000)), ("count(bags)", Fraction(2)),
)  # fmt: skip
CHOSEN = st.dictionaries(
    st.sampled_from(["motor", "battery", "colour", "lights", "count(bags)"]), st.just(0), max_size=4
)


def wanted(*which: int) -> tuple[Wish, ...]:
    return tuple(wish(MODEL, *WANTED[one], Label(WANTED[one][0])) for one in which)


def unit(configuration: Mapping[str, Scalar]) -> int:
    return due(priced(CATALOG, Line("1", "bike", configuration)))


UNITS = {id(one): unit(one) for one in whole()}


@given(st.integers(0, len(WANTED) - 1), CHOSEN)
@settings(max_examples=25, deadline=None)
def test_an_upgrade_is_the_cheapest_that_keeps_the_choices(which: int, chosen: Mapping[str, int]) -> None:
    path, value = WANTED[which]
    kept = {name: deals.PLAIN[name] for name in chosen if name != path}
    fitting = [one for one in whole() if one[path] == value and all(one[name] == kept[name] for name in kept)]
    here = deal(CATALOG, bike(), choices={"1": {name: deals.PLAIN[name] for name in chosen}})
    found = list(upgrades(here, bike(), wanted(which)))
    assert bool(found) == bool(fitting)
    for change in found:
        assert dict(change.after.configuration) in [dict(one) for one in fitting]
        assert unit(change.after.configuration) == min(UNITS[id(one)] for one in fitting)


def test_what_is_there_already_is_no_upgrade() -> None:
    assert not list(upgrades(deal(CATALOG, bike(lights=True)), bike(lights=True), wanted(5)))


FEES = ("", 'fee freight "Freight" { charge 90.00 EUR when quote.net < 6000 EUR }\n')
OFFS = (
    "",
    'promotion three "Three for two" { need 2 bike give free 1 bike limit 1 per quote }\n',
    'promotion much "Much" { when quote.net >= 9000 EUR give 5% }\n',
    'promotion locks "With locks" { on 2 lock need 3 bike give 60% }\n',
)
SCALES = (
    "",
    "scale locks on lock { volume by quantity over line 1 .. 5 0% 6 or more 30% }\n",
    "scale locks on lock { graduated by quantity over line 1 .. 3 0% 4 .. 6 10% 7 or more 50% }\n",
    "scale locks on lock { block by quantity over line 1 .. 4 200.00 EUR 5 .. 9 210.00 EUR 10 or more 500.00 EUR }\n",
)


@given(
    st.sampled_from(FEES), st.sampled_from(OFFS), st.sampled_from(SCALES), st.integers(1, 7), st.integers(1, 7),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_more_units_are_those_of_trying_every_quantity(
    fee: str, off: str, scale: str, bikes: int, locks: int, of_locks: bool
) -> None:
    catalog = deals.catalog(fee + off + scale)
    lines = (bike(quantity=bikes), lock(quantity=locks))
    line, other = (lines[1], lines[0]) if of_locks else lines
    here = deal(catalog, *lines)
    now = priced(catalog, *lines)
    net = next(one.net for one in now.lines if one.id == line.id)
    totals = {
        quantity: due(priced(catalog, *sorted((replace(line, quantity=quantity), other), key=lambda one: one.id)))
        for quantity in range(line.quantity + 1, line.quantity + max(10, line.quantity) + 1)
    }
    found = {change.evidence.name: change.after.quantity for change in tiers(here, line)}
    falling = [quantity for quantity in totals if totals[quantity] < due(now)]
    assert found.get("falls") == min(falling, key=lambda one: (totals[one], one), default=None)
    if "next" in found:
        more = found["next"] - line.quantity
        assert due(now) <= totals[found["next"]] < due(now) + Fraction(net * more, line.quantity)
    elif not falling and "graduated" not in scale:
        # A cheaper unit is not overlooked (the last units of graduated prices always are cheaper): at no quantity do so many units more cost less than as many do now.
        for quantity, total in totals.items():
            assert total >= due(now) + Fraction(net * (quantity - line.quantity), line.quantity)
    for change in tiers(here, line):
        offer = here.offer(change)
        assert offer is not None
        assert offer.total == totals[offer.line.quantity]
        assert offer.delta == totals[offer.line.quantity] - due(now)


def test_the_reason_says_what_ends_and_by_how_much_the_total_falls() -> None:
    catalog = deals.catalog('fee freight "Freight" { charge 90.00 EUR when quote.net < 4550 EUR }\n')
    # 1500 a bike: three with freight are 4590, with a lock more 4550 without
    here = deal(catalog, bike(quantity=3), lock())
    (change,) = tiers(deal(catalog, bike(quantity=3)), bike(quantity=3))
    assert (change.evidence.name, change.after.quantity) == ("next", 4)
    assert change.evidence.facts["fees that end"] == "freight"
    # a lock more is the fifth unit of the quote, from which on the bikes are 10 % less
    (falls,) = tiers(here, lock())
    assert (falls.evidence.name, falls.after.quantity, falls.evidence.facts["scales"]) == ("falls", 2, "fleet")
    catalog = deals.catalog("scale locks on lock { volume by quantity over line 1 .. 5 0% 6 or more 30% }\n")
    (falls,) = tiers(deal(catalog, lock(quantity=5)), lock(quantity=5))
    # five at 50.00 are 250.00, six at 35.00 are 210.00
    assert falls.reason.text == "With 1 more units the total falls by 40.00 EUR."
    assert falls.reason.read("de") == "Mit 1 Stück mehr sinkt die Summe um 40.00 EUR."
    assert falls.evidence.facts == {"units": "1", "saving": "90.00 EUR", "scales": "locks"}


BUNDLES = (
    'promotion both "Both" { on bike need lock give 10% }\n',
    'promotion both "Both" { on bike need lock where kind = chain give 120.00 EUR }\n',
    'promotion both "Both" { on bike need 2 lock give 70.00 EUR }\n',
    'promotion both "Both" { on 2 bike need lock give 2% }\n',
    'promotion both "Both" { on bike need lock.kind.chain give 55.00 EUR }\n',
    'promotion both "Both" { need lock give free 1 bike }\n',
)


@pytest.mark.parametrize("promotion", BUNDLES)
@pytest.mark.parametrize("bikes", [1, 2, 3])
def test_a_bundle_is_the_cheapest_lock_that_makes_the_total_fall(promotion: str, bikes: int) -> None:
    catalog = deals.catalog(promotion)
    line = bike(quantity=bikes)
    now = due(priced(catalog, line))
    units = 2 if "2 lock" in promotion else 1
    kinds = ("chain",) if "chain" in promotion else ("chain", "fold")
    totals = {kind: due(priced(catalog, line, lock(quantity=units, kind=kind))) for kind in kinds}
    found = list(bundles(here := deal(catalog, line)))
    assert bool(found) == (min(totals.values()) < now)
    for change in found:
        offer = here.offer(change)
        assert offer is not None
        assert offer.is_new
        assert offer.line.quantity == units
        assert offer.total == min(totals.values())
        assert offer.delta == min(totals.values()) - now
        assert offer.line.configuration["kind"] in kinds


@given(
    st.lists(st.integers(0, len(WANTED) - 1), min_size=1, max_size=3, unique=True),
    st.sampled_from(["margin", "customer value"]),
)
@settings(max_examples=10, deadline=None)
def test_picks_are_on_the_front_of_all_bikes(which: list[int], by: str) -> None:
    wishes = [replace(one, weight=number + 1) for number, one in enumerate(wanted(*which))]
    here = deal(CATALOG, bike(), choices={"1": {}})
    made = list(points(here, bike(), wishes))

    def has(configuration: Mapping[str, Scalar], one: Wish) -> bool:
        path, value = WANTED[which[wishes.index(one)]]
        return configuration[path] == value

    reached = {}
    for size in range(len(wishes) + 1):
        for some in combinations(wishes, size):
            fitting = [UNITS[id(one)] for one in whole() if all(has(one, wanted) for wanted in some)]
            if fitting:
                reached[tuple(one.name for one in some)] = min(fitting)
    # every set that can hold together has its cheapest bike among the points
    for names, total in reached.items():
        assert any(set(names) <= set(one.names) and one.total == total for one in made)
    assert len(made) == len(reached)
    for one in made:
        assert one.features == sum(w.weight for w in wishes if has(one.configuration, w))
        assert one.total == unit(one.configuration)
    # price and features alone: whatever is cheapest for its features, of all bikes, is on the front
    features = {id(one): sum(w.weight for w in wishes if has(one, w)) for one in whole()}
    best_of = {
        (min(UNITS[key] for key in features if features[key] >= weight), weight) for weight in set(features.values())
    }
    beaten = {(total, weight) for total, weight in best_of if any(t <= total and w > weight for t, w in best_of)}
    on_front = front(made)
    assert best_of - beaten <= {(one.total, one.features) for one in on_front}
    for one in on_front:
        for other in made:
            better = (
                other.total <= one.total and other.features >= one.features and (other.margin or 0) >= (one.margin or 0)
            )
            assert not better or (other.total, other.features, other.margin) == (one.total, one.features, one.margin)
    chosen = picked(on_front, by)  # type: ignore[arg-type] # one of the two
    assert len(chosen) <= 3
    assert chosen[0].total == min(one.total for one in made)
    assert len(on_front) < 2 or chosen[-1].features == max(one.features for one in on_front)
    assert [one.total for one in chosen] == sorted(one.total for one in chosen)
    named = picks(here, bike(), wishes, by)  # type: ignore[arg-type] # one of the two
    assert [one.after.configuration for one in named] == [one.configuration for one in chosen]

"""Past sales: Wilson's bound against published values, counts and predictors against sales counted by hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal, getcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.suggestions.counts import Counts, strongest
from quotes.suggestions.history import History
from quotes.suggestions.past import UNIT, Item, Recency, Sale
from quotes.suggestions.predict import PREDICTORS
from quotes.suggestions.wilson import wilson

TODAY = date(2026, 11, 21)
MOTORS, BATTERIES, COLOURS = ("urban", "trail"), ("b400", "b500", "b900"), ("red", "gold", "blue")

SALES = st.lists(
    st.builds(
        lambda motor, battery, colour, age: Sale(
            frozenset(
                item
                for item in (("motor", motor), ("battery", battery), ("colour", colour))
                if item[1] is not None
            ),  # type: ignore[arg-type] # none is left out
            None if age is None else TODAY - timedelta(age),
        ),
        st.sampled_from(MOTORS), st.sampled_from(BATTERIES), st.sampled_from((*COLOURS, None)),
        st.one_of(st.none(), st.integers(-3, 400)),
    ),
    max_size=40,
)  # fmt: skip


@pytest.mark.parametrize(
    ("successes", "trials", "lower"),
    [(81, 263, "0.2553"), (15, 148, "0.0624"), (0, 20, "0.0000"), (1, 29, "0.0061")],
)
def test_the_bound_is_the_published_one(successes: int, trials: int, lower: str) -> None:
    # Newcombe 1998, table I, method 3
    assert f"{float(wilson(successes, trials)):.4f}" == lower


@given(st.integers(1, 500), st.integers(0, 500))
@settings(max_examples=100)
def test_the_bound_solves_its_equation(trials: int, successes: int) -> None:
    successes = min(successes, trials)
    getcontext().prec = 40
    n, p, z = Decimal(trials), Decimal(successes) / Decimal(trials), Decimal("1.96")
    bound = wilson(successes, trials)
    q = Decimal(bound.numerator) / Decimal(bound.denominator)
    # the bound is where the test of a proportion just does not reject: |p - q| = z sqrt(q (1 - q) / n), from below
    assert q <= p
    assert abs((p - q) ** 2 - z * z * q * (1 - q) / n) < Decimal(10) ** -9


def weight_by_hand(sale: Sale, half_life: int) -> float:
    if sale.day is None:
        return 1
    age = (TODAY - sale.day).days
    return 0 if age < 0 else 0.5 ** (age / half_life)


@given(SALES, st.sampled_from([None, 30, 365]))
@settings(max_examples=60)
def test_counts_are_those_of_sales_counted_one_by_one(sales: list[Sale], half_life: int | None) -> None:
    counts = Counts.of(sales, None if half_life is None else Recency(TODAY, half_life))
    items = {item for sale in sales for item in sale.items}
    for one in items:
        for other in items:
            having = [sale for sale in sales if {one, other} <= sale.items]
            expected = sum(1 if half_life is None else weight_by_hand(sale, half_life) for sale in having)
            assert counts.weighs(one, other) / UNIT == pytest.approx(expected, abs=1e-4)
            if half_life is None:
                rule = counts.association(one, other)
                assert rule is not None
                assert rule.support == len(having)
                before = sum(one in sale.items for sale in sales)
                after = sum(other in sale.items for sale in sales)
                assert rule.confidence == Fraction(len(having), before)
                assert rule.lift == Fraction(len(having) * len(sales), before * after)


def test_a_sale_fades_by_half_in_its_half_life_and_the_future_does_not_count() -> None:
    fading = Recency(TODAY, 90)
    assert fading.weight(TODAY) == fading.weight(None) == UNIT
    assert fading.weight(TODAY - timedelta(90)) == UNIT // 2
    assert fading.weight(TODAY - timedelta(270)) == UNIT // 8
    assert fading.weight(TODAY + timedelta(1)) == 0
    weights = [fading.weight(TODAY - timedelta(age)) for age in range(2000)]
    assert weights == sorted(weights, reverse=True)


def bayes_by_hand(sales: list[Sale], chosen: Collection[Item], value: Item) -> Fraction:
    named = {item for sale in sales for item in sale.items}
    having = [sale for sale in sales if value in sale.items]
    product = len(having) + Fraction(1, 2)
    for one in chosen:
        kinds = sum(item[0] == one[0] for item in named)
        if kinds:
            hits = sum(one in sale.items for sale in having)
            product *= (hits + Fraction(1, 2)) / (len(having) + Fraction(kinds, 2))
    return product


def votes_by_hand(sales: list[Sale], chosen: Collection[Item], value: Item) -> Fraction:
    named = {item[0] for sale in sales for item in sale.items}
    asked = [one for one in chosen if one[0] in named]
    apart = [sum(one not in sale.items for one in asked) for sale in sales]
    nearest = min(apart, default=0)
    return sum(
        (
            Fraction(1, 16 ** (far - nearest))
            for sale, far in zip(sales, apart, strict=True)
            if value in sale.items and far - nearest < 5
        ),
        Fraction(0),
    )


@given(SALES, st.sampled_from(MOTORS), st.sampled_from(COLOURS), st.sampled_from(BATTERIES))
@settings(max_examples=60)
def test_bayes_and_similar_sales_are_what_they_say(sales: list[Sale], motor: str, colour: str, never: str) -> None:
    chosen = (("motor", motor), ("colour", colour))
    possible = [("battery", one) for one in BATTERIES if one != never]
    past = History.of(sales)
    by_hand = {one: bayes_by_hand(sales, chosen, one) for one in possible}
    whole = sum(by_hand.values())
    assert dict(PREDICTORS["bayes"](past, chosen, possible)) == {one: by_hand[one] / whole for one in possible}
    votes = {one: votes_by_hand(sales, chosen, one) for one in possible}
    all_votes = sum(votes.values()) + 1
    expected = {one: (votes[one] + by_hand[one] / whole) / all_votes for one in possible}
    found = PREDICTORS["similar"](past, chosen, possible)
    assert dict(found) == expected
    assert [one for one, _ in found] == sorted(expected, key=lambda one: (-expected[one], one))


@given(SALES)
@settings(max_examples=40)
def test_the_strongest_pair_has_the_support_and_the_greatest_bound(sales: list[Sale]) -> None:
    counts = Counts.of(sales)
    chosen = (("motor", "trail"), ("colour", "red"))
    rule = strongest(counts.associations(chosen, ("battery", "b900"), 3))
    both = {one: sum({one, ("battery", "b900")} <= sale.items for sale in sales) for one in chosen}
    enough = {one: wilson(both[one], sum(one in s.items for s in sales)) for one in chosen if both[one] >= 3}
    assert (None if rule is None else rule.bound) == max(enough.values(), default=None)

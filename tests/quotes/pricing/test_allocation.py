"""Spreading amounts over lines: sums, caps, mirrors and remainders, against exact shares worked out apart."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.pricing import allocation
from quotes.pricing.allocation import portions, spread

WEIGHTS = st.lists(st.one_of(st.sampled_from([0, 1, 1, 5]), st.integers(0, 10**7)), min_size=1, max_size=12)


@st.composite
def capped(draw):
    weights = draw(WEIGHTS)
    caps = [draw(st.one_of(st.just(weight), st.integers(0, 3_000))) for weight in weights]
    return draw(st.integers(-5_000, 5_000)), weights, caps


def filled(amount, weights, caps):
    """Return the exact shares: proportional, and what is over a cap goes to those that have room, by weight."""
    weights = weights if any(weights) else [1] * len(weights)
    shares = [Fraction(0)] * len(weights)
    rest, open_lines = Fraction(abs(amount)), {i for i, weight in enumerate(weights) if weight}
    while open_lines and rest:
        total = sum(weights[i] for i in open_lines)
        over = {i for i in open_lines if rest * weights[i] / total >= caps[i]}
        if not over:
            for i in open_lines:
                shares[i] = rest * weights[i] / total
            break
        for i in over:
            shares[i] = Fraction(caps[i])
            rest -= caps[i]
        open_lines -= over
    return shares


@given(st.integers(-(10**6), 10**6), WEIGHTS)
def test_shares_add_up_and_are_less_than_a_unit_from_the_exact_ones(amount, weights):
    shares = spread(amount, weights)
    assert sum(shares) == amount
    counted = weights if any(weights) else [1] * len(weights)
    for share, weight in zip(shares, counted, strict=True):
        assert abs(share - Fraction(amount * weight, sum(counted))) < 1
        assert weight or not share


@given(capped())
def test_caps_hold_and_what_is_over_goes_to_the_others(case):
    amount, weights, caps = case
    shares = spread(amount, weights, caps=caps)
    exact = filled(amount, weights, caps)
    assert abs(sum(shares)) == sum(exact), "all that fits is given"
    for share, cap, whole in zip(shares, caps, exact, strict=True):
        assert abs(abs(share) - whole) < 1
        assert abs(share) <= cap


@given(capped(), st.sampled_from(["largest", "first", "last"]))
def test_a_credit_is_the_mirror_of_the_charge(case, remainder):
    amount, weights, caps = case
    credit = spread(-amount, weights, caps=caps, remainder=remainder)
    assert credit == tuple(-share for share in spread(amount, weights, caps=caps, remainder=remainder))


@given(st.integers(0, 10**6), WEIGHTS)
def test_no_other_whole_shares_are_nearer_to_the_exact_ones(amount, weights):
    """Whoever got a unit had a fraction at least as large as whoever did not, and among equals came earlier."""
    counted = weights if any(weights) else [1] * len(weights)
    exact = [Fraction(amount * weight, sum(counted)) for weight in counted]
    shares = spread(amount, weights)
    order = [(-(whole % 1), i) for i, whole in enumerate(exact)]
    lucky = [order[i] for i, share in enumerate(shares) if share > exact[i]]
    unlucky = [order[i] for i, share in enumerate(shares) if share < exact[i]]
    assert not lucky or not unlucky or max(lucky) < min(unlucky)


@settings(max_examples=60)
@given(capped(), st.booleans(), st.sampled_from(["largest", "first", "last"]), st.sampled_from(["mirror", "floor"]))
def test_columns_give_what_rows_give(case, with_caps, remainder, credit):
    amount, weights, caps = case
    stated = caps if with_caps else None
    found = set()
    for limit in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(allocation, "COLUMNS", limit)
            found.add(spread(amount, weights, caps=stated, remainder=remainder, credits=credit))
    assert len(found) == 1


def test_a_line_whose_cap_is_just_below_its_share_is_full_in_columns_too(monkeypatch):
    monkeypatch.setattr(allocation, "COLUMNS", 0)
    caps = [0, 0, 514, 272_944, 0]
    assert spread(86, [35_854, 5, 1, 272_944, 0], caps=caps, remainder="first") == (0, 0, 1, 85, 0)


def test_many_lines_of_large_weights_are_spread_by_integers_of_any_size():
    weights = [10**30 + i for i in range(200)]
    shares = spread(10**6, weights)
    assert sum(shares) == 10**6
    assert set(shares) == {5_000}


def test_remainders_go_where_the_policy_says():
    assert spread(100, [1, 1, 1]) == (34, 33, 33)
    assert spread(101, [1, 1, 1], remainder="first") == (34, 34, 33)
    assert spread(101, [1, 1, 1], remainder="last") == (33, 33, 35)
    assert spread(101, [1, 1, 1], remainder="last", caps=[40, 40, 34]) == (33, 34, 34)
    assert spread(-5, [7, 3]) == (-4, -1)
    assert spread(-5, [7, 3], credits="floor") == (-3, -2)


def test_lines_of_no_weight_get_nothing_unless_all_are():
    assert spread(10, [0, 3, 0]) == (0, 10, 0)
    assert spread(10, [0, 0]) == (5, 5)
    assert spread(10, []) == ()
    assert spread(10, [0, 3], caps=[10, 4]) == (0, 4)


def test_a_negative_weight_or_cap_is_a_mistake_of_the_caller():
    for weights, caps in (([1, -1], None), ([1, 1], [1, -1]), ([1, 1], [1])):
        with pytest.raises(ValueError, match=r"weights|caps"):
            spread(5, weights, caps=caps)


@given(st.lists(st.integers(-(10**6), 10**6), max_size=12), st.integers(0, 30), st.integers(1, 100))
def test_portions_add_up_to_the_total_that_was_rounded_once(amounts, over, under):
    exact = [Fraction(amount * over, under) for amount in amounts]
    for total in {(sum(exact) // 1), -(-sum(exact) // 1)}:
        parts = portions(int(total), amounts, over, under)
        assert sum(parts) == total
        assert all(abs(part - whole) < 1 for part, whole in zip(parts, exact, strict=True))

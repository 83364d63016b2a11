"""Floors and approvals: what is judged, on rows and in columns, who must agree, and the fewest who suffice."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.model import Catalog
from quotes.pricing import Adjustment, Context, Inputs, Line, PricedQuote, price
from quotes.pricing.fewest import fewest
from quotes.pricing.record import Judged
from tests.quotes.shop import DAY, load_small

BIKE: Mapping[str, object] = {
    "motor": "urban", "battery": "b400", "colour": "red", "height": Fraction(150), "lights": False, "engraving": "",
    "count(bags)": Fraction(0),
}  # fmt: skip
"""It costs 1500.00 EUR from the list and 800.00 EUR to make."""

POLICY = """
floor no_loss {
  line.margin >= 10%
  because "Below ten percent a bike loses money."
}

approve deep_discount {
  when line.discount > 15%
  by   sales_manager
  limit "ann" 20%
  because "Deep discounts need a second look."
}

approve large_quote {
  when quote.net > 10000 EUR or quote.discount > 30%
  by   all of director, finance
}

approve thin_quote {
  when quote.margin < 30% and customer.segment = consumer
  by   any of sales_manager, finance
}
"""


def shop(more: str = POLICY) -> Catalog:
    return load_small(more)


def bikes(catalog: Catalog, count: int, *adjustments: Adjustment, author: str = "", quantity: int = 1) -> PricedQuote:
    lines = [Line(f"l{number}", "bike", BIKE, quantity) for number in range(count)]  # type: ignore[arg-type] # values
    return price(catalog, Context.of(catalog), lines, DAY, inputs=Inputs(adjustments, author=author))


def told(judged: tuple[Judged, ...]) -> list[tuple[str, str]]:
    return [(one.name, one.line) for one in judged]


def percent(line: str, rate: str) -> Adjustment:
    return Adjustment(line, "percent", Fraction(rate))


def test_nobody_must_agree_to_a_list_price() -> None:
    judgement = bikes(shop(), 2).judgement
    assert (judgement.broken, judgement.needed, judgement.approvers) == ((), (), ())


def test_a_deep_discount_is_cited_with_its_measure() -> None:
    catalog = shop()
    judgement = bikes(catalog, 3, percent("l1", "0.16")).judgement
    assert told(judgement.needed) == [("deep_discount", "l1")]
    (judged,) = judgement.needed
    assert [(one.name, one.value, one.worse) for one in judged.measures] == [("line.discount", Fraction(4, 25), "more")]
    assert judged.because.text == "Deep discounts need a second look."
    assert judged.source.file == "shop.cpq"
    assert judged.source == catalog.approvals[0].span
    assert judgement.approvers == ("sales_manager",)


def test_exactly_the_limit_needs_nobody() -> None:
    assert told(bikes(shop(), 1, percent("l0", "0.15")).judgement.needed) == []


@pytest.mark.parametrize(("rate", "author", "needs"), [("0.2", "ann", 0), ("0.21", "ann", 1), ("0.2", "bob", 1)])
def test_a_person_goes_so_far_alone(rate: str, author: str, needs: int) -> None:
    assert len(bikes(shop(), 1, percent("l0", rate), author=author).judgement.needed) == needs


def test_a_limit_on_a_family_covers_only_its_lines() -> None:
    text = POLICY.replace('limit "ann" 20%', 'limit "ann" 20%\n')
    catalog = shop(text)
    approval = catalog.approvals[0]
    elsewhere = replace(approval, limits=tuple(replace(one, family="trike") for one in approval.limits))
    here = replace(approval, limits=tuple(replace(one, family="bike") for one in approval.limits))
    for one, needed in ((elsewhere, 1), (here, 0)):
        changed = replace(catalog, approvals=(one, *catalog.approvals[1:]))
        assert len(bikes(changed, 1, percent("l0", "0.18"), author="ann").judgement.needed) == needed


def test_a_crossed_floor_is_named_whoever_agrees() -> None:
    judgement = bikes(shop(), 2, percent("l0", "0.45"), author="ann").judgement
    assert told(judgement.broken) == [("no_loss", "l0")]
    (judged,) = judgement.broken
    assert [(one.name, one.value, one.worse) for one in judged.measures] == [
        ("line.margin", Fraction(25, 825), "less"),
    ]


def test_a_discount_on_the_quote_counts_for_lines_and_quote() -> None:
    judgement = bikes(shop(), 2, percent("", "0.31")).judgement
    assert told(judgement.needed) == [("large_quote", ""), ("deep_discount", "l0"), ("deep_discount", "l1")]
    assert judgement.approvers == ("director", "finance", "sales_manager")


def test_a_condition_on_an_unknown_customer_is_false() -> None:
    assert "thin_quote" not in {one.name for one in bikes(shop(), 1, percent("l0", "0.3")).judgement.needed}


def test_who_stands_in_counts_once_for_all_roles() -> None:
    catalog = shop(
        POLICY
        + """
delegate director to "eve" until 2026-12-24
delegate finance to "eve" until 2026-12-24
delegate sales_manager to "eve" until 2026-11-01
"""
    )
    judgement = bikes(catalog, 1, percent("l0", "0.31")).judgement
    assert judgement.approvers == ("sales_manager", "eve")


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3)), min_size=64, max_size=90))
def test_columns_judge_as_rows_do(drawn: list[tuple[int, int]]) -> None:
    catalog = _CATALOG
    lines = [Line(f"l{n}", "bike", BIKE, quantity) for n, (_, quantity) in enumerate(drawn)]  # type: ignore[arg-type] # values
    adjustments = tuple(percent(f"l{n}", f"{rate}/100") for n, (rate, _) in enumerate(drawn) if rate)
    inputs = Inputs(adjustments, author="ann")
    whole = price(catalog, Context.of(catalog), lines, DAY, inputs=inputs)
    for number, line in enumerate(lines):
        alone = price(_LINES_ONLY, Context.of(catalog), [line], DAY, inputs=inputs)
        mine = [one for one in (*whole.judgement.broken, *whole.judgement.needed) if one.line == line.id]
        bulk = whole.lines[number].net == alone.lines[0].net
        assert not bulk or mine == [*alone.judgement.broken, *alone.judgement.needed]
        rate = Fraction(whole.lines[number].discount, whole.lines[number].list)
        assert ("deep_discount" in {one.name for one in mine}) == (rate > Fraction(1, 5))


_CATALOG = shop()
_LINES_ONLY = replace(_CATALOG, approvals=tuple(one for one in _CATALOG.approvals if one.name == "deep_discount"))


PEOPLE = "abcdefg"


@settings(max_examples=200)
@given(st.lists(st.frozensets(st.sampled_from(PEOPLE), min_size=1, max_size=4), max_size=18))
def test_the_fewest_are_the_fewest(wishes: list[frozenset[str]]) -> None:
    found = fewest(wishes, lambda one: (one,))
    size = next(
        n for n in range(len(PEOPLE) + 1) if any(_meets(some, wishes) for some in itertools.combinations(PEOPLE, n))
    )
    first = next(some for some in itertools.combinations(PEOPLE, size) if _meets(some, wishes))
    assert found == first


def _meets(some: tuple[str, ...], wishes: list[frozenset[str]]) -> bool:
    return all(wish & set(some) for wish in wishes)


def test_many_wishes_go_to_the_solver_with_the_same_answer() -> None:
    pairs = [frozenset(pair) for pair in itertools.combinations(PEOPLE, 2)]
    assert fewest(pairs, lambda one: (one,)) == tuple("abcdef")

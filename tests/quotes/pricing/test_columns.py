"""Large quotes in columns: the same record as by rows, also past 64 bits; changed line by line, and many side by side."""

from __future__ import annotations

import pickle
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.policy import Policy
from quotes.pricing import Context, Line, Worksheet, price, price_many, price_on, scale_columns
from quotes.pricing.columns import Disagreement
from quotes.pricing.lines import PricedLines
from quotes.pricing.ratios import WIDE, Maps, Ratios, integers, nearest
from quotes.pricing.sheet import Desk
from tests.quotes import small
from tests.quotes.pricing.agreeing import ask
from tests.quotes.pricing.oracle import whole
from tests.quotes.random_deals import Deal, deals
from tests.quotes.random_quotes import some_lines
from tests.quotes.small import DAY

MODES = ["half away", "half even", "half up", "half down", "up", "down"]


def large(deal: Deal, seed: int, size: int = 70) -> Deal:
    """Give a deal many lines: some of one configuration, some objects of their own."""
    chance = random.Random(seed)
    drawn: list[Line] = []
    while len(drawn) < size:
        drawn += [*some_lines(chance), *deal.lines]
    lines = [replace(line, id=f"l{n}", quantity=chance.randrange(1, 40)) for n, line in enumerate(drawn[:size])]
    return replace(deal, lines=lines)


@pytest.mark.parametrize("seed", range(300, 304))
def test_large_quotes_are_the_same_by_rows_and_in_columns(seed: int) -> None:
    for number, deal in enumerate(list(deals(seed, 5))[::3]):
        one = large(deal, number)
        rows, columns = ask(one, "rows"), ask(one, "columns")
        assert rows == columns
        assert rows.input_hash == columns.input_hash


@pytest.mark.parametrize("factor", [10**6, 10**9, 10**13])
def test_what_does_not_fit_into_machine_integers_is_still_exact(factor: int) -> None:
    for deal in list(deals(11, 6))[::2]:
        lists = tuple(
            replace(one, rows=tuple(replace(row, price=row.price * factor) for row in one.rows))
            for one in deal.catalog.price_lists
        )
        lines = [replace(line, quantity=line.quantity * factor % 10**9 + 1) for line in deal.lines]
        dear = replace(deal, catalog=replace(deal.catalog, price_lists=lists), lines=lines)
        if any(one.method == "package" or one.over != "line" for one in dear.catalog.scales):
            dear = replace(dear, catalog=replace(dear.catalog, scales=()))
        assert ask(dear, "rows") == ask(dear, "columns")


def test_a_quantity_past_every_column_is_priced_by_rows() -> None:
    catalog = small.catalog([small.component("one", [])], [small.prices("p", small.row("", "0.01", product="one"))])
    lines = [Line(str(n), "one", {}, 2**60) for n in range(9)]
    found = price(catalog, Context(None, "EUR"), lines, DAY)
    assert found.totals.net == 9 * 2**60
    assert isinstance(found.lines, tuple)


# --- worksheets and many quotes ----------------------------------------------------------------------------


def desk_of(deal: Deal) -> Desk:
    context = Context.of(deal.catalog, deal.customer)
    return Desk.open(deal.catalog, context, DAY, policy=deal.policy, inputs=deal.inputs)


@pytest.mark.parametrize("seed", range(310, 313))
def test_a_worksheet_after_every_change_is_the_price_of_its_lines(seed: int) -> None:
    chance = random.Random(seed)
    for number, deal in enumerate(list(deals(seed, 3))[::4]):
        one = large(deal, number, 300)
        sheet = Worksheet.of(desk_of(one), one.lines)
        for _ in range(4):
            place = chance.randrange(len(sheet.lines))
            other = replace(chance.choice(one.lines), id=sheet.lines[place].id, quantity=chance.randrange(60))
            sheet = sheet.changed(other)
            assert sheet.quote == ask(replace(one, lines=list(sheet.lines)), "rows")


def test_many_quotes_are_priced_as_each_alone() -> None:
    for deal in list(deals(320, 4))[::2]:
        chance = random.Random(1)
        desk = desk_of(replace(deal, inputs=replace(deal.inputs, adjustments=())))
        quotes = [some_lines(chance) for _ in range(12)]
        assert list(price_many(desk, quotes)) == [price_on(desk, quote) for quote in quotes]
        assert list(price_many(desk, [])) == []
        assert len(next(price_many(desk, [[], quotes[0]])).lines) == 0


def test_a_configuration_that_was_changed_behind_the_desk_is_seen() -> None:
    rows = [small.row("", "10", product="one"), small.row("a", "5", "x", product="one")]
    catalog = small.catalog([small.component("one", [small.enumeration("a", "x", "y")])], [small.prices("p", *rows)])
    desk = Desk.open(catalog, Context(None, "EUR"), DAY)
    configuration = {"a": "x"}
    lines = [Line(str(n), "one", configuration) for n in range(20)]
    assert price_on(desk, lines).totals.net == 30_000
    configuration["a"] = "y"
    assert price_on(desk, lines).totals.net == 20_000
    assert (
        price_on(desk, [Line("1", "one", {"a": True})]).input_hash
        != price_on(desk, [Line("1", "one", {"a": Fraction(1)})]).input_hash
    )


# --- the record ----------------------------------------------------------------------------------------------


def some_lines_of_a_record() -> PricedLines:
    found = ask(large(next(deals(330, 1)), 1), "columns").lines
    assert isinstance(found, PricedLines)
    return found


def test_lines_of_a_record_are_a_sequence() -> None:
    lines = some_lines_of_a_record()
    written = tuple(lines)
    assert (lines, written) == (written, lines)
    assert lines[-1] == written[-1]
    assert lines[3:7] == written[3:7]
    assert len(lines) == len(written)
    assert lines != written[:-1]
    assert pickle.loads(pickle.dumps(lines)) == written  # noqa: S301 - our own
    with pytest.raises(IndexError):
        lines[len(lines)]


def test_steps_that_do_not_lead_to_the_amounts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = small.component("one", [])
    scale = small.scale("graduated", (1, 9, "0%"), (10, None, "5%"), on="one")
    catalog = small.catalog([one], [small.prices("p", small.row("", "10", product="one"))], scales=[scale])
    lines = [Line(str(n), "one", {}, 5 + n) for n in range(20)]
    found = price(catalog, Context(None, "EUR"), lines, DAY)
    desk = Desk.open(catalog, Context(None, "EUR"), DAY)
    assert len(tuple(found.lines)) == 20
    halved = (Fraction(1, 2), Fraction(0))
    monkeypatch.setattr(scale_columns._Table, "maps", lambda *given: Maps.of([halved] * len(given[1])))
    with pytest.raises(Disagreement):
        tuple(price_on(desk, lines).lines)


# --- columns of ratios -----------------------------------------------------------------------------------

ratios = st.lists(st.fractions(max_denominator=10**6).map(lambda r: r * 10**6), min_size=1, max_size=8)


@given(ratios, st.sampled_from(MODES), st.sampled_from([1, 10, 1000]))
def test_columns_round_as_single_numbers_do(values: list[Fraction], mode: str, grain: int) -> None:
    found = Ratios.of(values).rounded(mode, grain).tolist()  # type: ignore[arg-type]
    assert found == [whole(value / grain, mode) * grain for value in values]


@given(ratios, st.fractions(max_denominator=10**5), st.fractions(max_denominator=10**5), st.integers(1, 10**12))
def test_maps_and_products_are_exact_at_any_size(
    values: list[Fraction], slope: Fraction, shift: Fraction, times: int
) -> None:
    column = Ratios.of(values).mapped(Maps.of([(slope, shift)] * len(values)))
    assert [column.at(n) for n in range(len(values))] == [slope * value + shift for value in values]
    more = column.times(integers([times] * len(values)), times, Fraction(100, 10**6))
    assert [more.at(n) for n in range(len(values))] == [(slope * v + shift) * times / 10**4 for v in values]


def test_integers_beyond_the_machine_are_objects() -> None:
    assert integers([WIDE]).dtype == object
    assert integers([WIDE - 1]).dtype == np.int64
    assert nearest(integers([5 * WIDE]), 2, "half even").tolist() == [whole(Fraction(5 * WIDE, 2), "half even")]


def test_policies_of_a_desk_are_its_own() -> None:
    deal = next(deals(340, 1))
    desk = desk_of(deal)
    coarse = replace(desk, policy=Policy("coarse", unit_digits=0))
    price_on(desk, deal.lines)
    assert price_on(coarse, deal.lines) == ask(replace(deal, policy=coarse.policy))

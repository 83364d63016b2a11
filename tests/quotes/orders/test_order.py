"""Accepting makes exactly the order that was quoted, or is refused with a sentence."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.lifecycle import STATES, NotAllowedError
from quotes.orders import NotOrderableError, QuoteExpiredError, accept
from quotes.pricing.record import Unpriced
from quotes.quote import BomLine
from tests.quotes import factory

DAY = date(2026, 11, 30)


def test_the_order_is_the_accepted_quote():
    quote = factory.quote([factory.ebike_line(1), factory.window_line(2)])
    order = accept(quote, "O-1", DAY)
    assert order.quote == replace(quote, state="accepted", order_id="O-1")
    assert (order.id, order.accepted_on, order.totals) == ("O-1", DAY, quote.priced.totals)
    assert [line.id for line in order.lines] == ["L1", "L2"]


def test_items_are_multiplied_exactly():
    order = accept(factory.quote([factory.ebike_line(1, quantity=6)]), "O-1", DAY)
    assert [(item.code, item.per_unit, item.quantity) for item in order.lines[0].items] == [
        ("FRAME-54", "1", "6"),
        ("MOTOR-trail", "1", "6"),
        ("CABLE", "2.5", "15"),
        ("BAG-S", "2", "12"),
    ]


@given(st.fractions(min_value=0, max_denominator=1000), st.integers(1, 10**6))
def test_no_quantity_is_rounded(per_unit, pieces):
    line = replace(factory.ebike_line(1, quantity=pieces), items=(BomLine("A", factory.label("A"), str(per_unit)),))
    item = accept(factory.quote([line]), "O-1", DAY).lines[0].items[0]
    assert Fraction(item.quantity) == per_unit * pieces


@pytest.mark.parametrize("state", [state for state in STATES if state != "approved"])
def test_only_an_approved_quote_is_accepted(state):
    with pytest.raises(NotAllowedError, match=f"is {state}: accept is not allowed"):
        accept(factory.quote(state=state), "O-1", DAY)


def test_the_last_day_counts_and_the_next_does_not():
    quote = factory.quote(valid_until=DAY)
    assert accept(quote, "O-1", DAY).id == "O-1"
    with pytest.raises(QuoteExpiredError, match="was valid until 2026-11-30, it cannot be accepted on 2026-12-01"):
        accept(quote, "O-1", date(2026, 12, 1))


def test_nothing_and_what_has_no_price_cannot_be_ordered():
    with pytest.raises(NotOrderableError, match="no lines"):
        accept(factory.quote([]), "O-1", DAY)
    quote = factory.quote()
    unpriced = replace(quote, priced=replace(quote.priced, unpriced=(Unpriced("L2", "no price row"),)))
    with pytest.raises(NotOrderableError, match="no price row"):
        accept(unpriced, "O-1", DAY)

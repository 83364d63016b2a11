"""Figures are written as the locale has them, and are exact."""

from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.documents.figures import figures

WIDE = Context(prec=200)
ENGLISH, GERMAN = figures("en", "EUR", 2), figures("de", "EUR", 2)


@given(st.integers(-(10**70), 10**70), st.integers(0, 4))
def test_an_amount_reads_back_exactly(minor, places):
    text = figures("en", "EUR", places).amount(minor)
    assert Decimal(text.replace(",", "").replace("\u2212", "-")) == Decimal(minor).scaleb(-places, context=WIDE)
    assert len(text.partition(".")[2]) == places


@given(st.integers(-(10**15), 10**15))
def test_a_unit_price_has_the_decimals_it_needs(micros):
    room = ENGLISH.unit_places((micros,))
    text = ENGLISH.unit_price(micros, 6)
    bare = text.rstrip("\u2007")
    assert len(text) - len(bare) == 6 - room
    assert Decimal(bare.replace(",", "").replace("\u2212", "-")) * 10**6 == micros
    decimals = bare.partition(".")[2]
    assert len(decimals) == room >= 2
    assert room == 2 or not decimals.endswith("0")


@pytest.mark.parametrize(
    ("ratio", "english", "german"),
    [
        (Fraction(19, 100), "19%", "19\u00a0%"),
        (Fraction(-75, 1000), "\u22127.5%", "\u22127,5\u00a0%"),
        (Fraction(1, 3), "33.3333%", "33,3333\u00a0%"),
        (Fraction(0), "0%", "0\u00a0%"),
        (Fraction(20), "2,000%", "2.000\u00a0%"),
    ],
)
def test_percentages(ratio, english, german):
    assert (ENGLISH.percent(ratio), GERMAN.percent(ratio)) == (english, german)


@pytest.mark.parametrize(
    ("text", "german"),
    [("54", "54"), ("54.50", "54,50"), ("1240", "1.240"), ("-3", "\u22123"), ("1/3", "1/3"), ("…", "…"), ("NaN", "NaN"),
     ("Infinity", "Infinity"), ("1e999999", "1e999999"), ("1e-999999", "1e-999999"), ("", "")],
)  # fmt: skip
def test_numbers_of_options(text, german):
    assert GERMAN.number(text) == german


@given(st.text(max_size=30))
def test_no_text_fails_as_a_number(text):
    assert GERMAN.number(text)[:0] == ""

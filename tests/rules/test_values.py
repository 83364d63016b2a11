"""Values are written as catalogs write them, and read back exactly."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import units
from rules.kinds import Collection, Day, Enumeration, Money, Quantity, Record, Textual, Truth
from rules.values import Misread, read, write, write_number, write_with_unit

CM = Quantity((("length", 1),), "cm")
PERCENT = Quantity((), "%")
MOTOR = Enumeration("Motor", ("urban", "trail"))


@pytest.mark.parametrize(
    ("kind", "value", "text", "full"),
    [
        (Truth(), True, "yes", "yes"),
        (Truth(), False, "no", "no"),
        (MOTOR, "trail", "trail", "trail"),
        (CM, Fraction(54, 100), "54", "54 cm"),
        (CM, Fraction(8, 1000), "0.8", "0.8 cm"),
        (CM, Fraction(-1, 3), "-100/3", "-100/3 cm"),
        (PERCENT, Fraction(1, 25), "4", "4%"),
        (Quantity(), Fraction(1, 3), "1/3", "1/3"),
        (Quantity(), Fraction(-1, 8), "-0.125", "-0.125"),
        (Quantity(), Fraction(0), "0", "0"),
        (Money("EUR"), Fraction(19), "19.00", "19.00 EUR"),
        (Money("EUR"), Fraction("19.005"), "19.005", "19.005 EUR"),
        (Money("JPY"), Fraction(1200), "1200", "1200 JPY"),
        (Money("KWD"), Fraction(-1, 2), "-0.500", "-0.500 KWD"),
        (Day(), date(2026, 6, 1), "2026-06-01", "2026-06-01"),
        (Textual(), " as is ", " as is ", " as is "),
    ],
)
def test_a_value_is_written_and_read(kind, value, text, full):
    assert write(kind, value) == text
    assert write_with_unit(kind, value) == full
    assert read(kind, text) == value
    if not isinstance(kind, Textual):
        assert read(kind, f" {full} ") == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (CM, "0.54 m", Fraction(54, 100)),
        (CM, "540mm", Fraction(54, 100)),
        (CM, "+54", Fraction(54, 100)),
        (PERCENT, "4%", Fraction(1, 25)),
        (Quantity(), "4 %", Fraction(1, 25)),
        (CM, "007.50", Fraction(75, 1000)),
    ],
)
def test_a_number_may_have_its_unit(kind, text, value):
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Truth(), "true", "kind-mismatch"),
        (MOTOR, "trial", "unknown-choice"),
        (MOTOR, "", "empty-value"),
        (CM, "fifty", "kind-mismatch"),
        (CM, "1e9", "unknown-unit"),
        (Quantity(), "1e999999999", "unknown-unit"),
        (CM, "1_000", "unknown-unit"),
        (CM, "5 kg", "unit-mismatch"),
        (CM, "5 EUR", "unit-mismatch"),
        (CM, "5 CM", "unknown-unit"),
        (CM, "\u0665", "kind-mismatch"),
        (CM, "1/0", "division-by-zero"),
        (CM, "9" * 1001, "too-long"),
        (CM, "1.", "kind-mismatch"),
        (CM, "nan", "kind-mismatch"),
        (Money("EUR"), "5 USD", "currency-mismatch"),
        (Money("EUR"), "5 kg", "unit-mismatch"),
        (Day(), "2026-02-30", "bad-date"),
        (Day(), "20260601", "kind-mismatch"),
        (Textual(), "x" * 10_001, "too-long"),
        (Record("r", {}), "x", "kind-mismatch"),
        (Collection(Record("r", {}), 0, 1), "x", "kind-mismatch"),
    ],
)
def test_what_is_no_value_says_why(kind, text, code):
    misread = read(kind, text)
    assert isinstance(misread, Misread)
    assert misread.code == code
    assert len(misread.message) < 200


def test_the_fix_is_near():
    assert read(MOTOR, "trial") == Misread("unknown-choice", "Motor has no choice trial", "did you mean trail?")
    misread = read(CM, "5 CM")
    assert isinstance(misread, Misread)
    assert misread.hint == "did you mean cm?"


@pytest.mark.parametrize(
    ("kind", "value"), [(Truth(), "yes"), (CM, 5), (CM, True), (MOTOR, Fraction(1)), (Day(), "2026-06-01")]
)
def test_writing_a_value_of_another_kind_is_a_type_error(kind, value):
    with pytest.raises(TypeError):
        write(kind, value)


UNITS = st.sampled_from(["", "%", *units.names()])
KINDS_AND_VALUES = st.one_of(
    st.tuples(st.just(Truth()), st.booleans()),
    st.tuples(st.just(MOTOR), st.sampled_from(MOTOR.choices)),
    st.tuples(UNITS.map(lambda name: Quantity(units.dimension_of(name), name)), st.fractions()),
    st.tuples(st.sampled_from(units.currencies()).map(Money), st.fractions(max_denominator=10**6)),
    st.tuples(st.just(Day()), st.dates()),
    st.tuples(st.just(Textual()), st.text(max_size=50)),
)


@given(KINDS_AND_VALUES)
def test_reading_undoes_writing(kind_and_value):
    kind, value = kind_and_value
    assert read(kind, write(kind, value)) == value
    if not isinstance(kind, Textual):
        assert read(kind, write_with_unit(kind, value)) == value


@given(st.text(max_size=40), st.sampled_from([Truth(), MOTOR, CM, Money("EUR"), Day(), Textual(), PERCENT]))
def test_any_text_is_a_value_or_says_why(text, kind):
    value = read(kind, text)
    if isinstance(value, Misread):
        assert value.message
    else:
        assert read(kind, write(kind, value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_decimal_is_written_without_needless_zeros(number):
    text = write_number(Fraction(number))
    assert Fraction(text) == Fraction(number)
    assert "." not in text or not text.endswith(("0", "."))

"""Foreign text becomes printable text, and nothing that prints is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.documents.plain import one_line, plain


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a\r\nb\rc\x0bd\u2028e", "a\nb\nc\nd\ne"),
        ("a\tb\u2009c\u3000d", "a b c d"),
        ("e\u0301", "é"),
        ("a\u202eb\u200b\u00adc\ufeff", "abc"),
        ("a\x00\x07b", "ab"),
        ("1\u00a0%\u202f", "1\u00a0%\u202f"),
        ("\ud800", "\ufffd"),
    ],
)
def test_examples(text, result):
    assert plain(text) == result


@given(st.text(st.characters()))
def test_what_remains_is_printable_and_is_stable(text):
    result = plain(text)
    assert plain(result) == result
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs"} for c in result if c != "\n")
    assert "\n" not in one_line(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_letters_digits_and_signs_are_never_lost(text):
    assert plain(text) == unicodedata.normalize("NFC", text)

"""The typeface covers the languages we print, its figures align, and a lacking glyph is named with what to install."""

from importlib.util import find_spec

import pytest

from quotes.documents import fonts
from quotes.documents.fonts import MissingGlyphsError, font, suited


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize(
    "text",
    [
        "ÄÖÜäöüß „“\u201a\u2018\u2013—…€£¥§©®™°²³µ½\u00d7÷±≤≥≠→•",
        "ąćęłńóśźż ČĎĚŇŘŠŤŮŽ ăâîșț őű ğış ÅØÆåøæ ÑñÇç ĀĒĪŪ ĄĘĖĮŲ",
        "ΑΒΓΔΩ αβγδω άέήίόύώ",
        "АБВЯ абвя ЁёЇїЄєҐґЎўЂђЈјЉљЊњ",
        "\u00a0\u202f\u2212",
    ],
)
def test_the_languages_of_europe_are_covered(weight, text):
    assert font(weight).missing(text) == ()


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_figures_are_of_equal_width(weight):
    assert len({font(weight).width(digit, 10) for digit in "0123456789\u2007"}) == 1


def test_an_italic_gives_way_to_the_upright_where_it_lacks_a_character():
    assert suited("italic", "quiet").name.endswith("italic")
    lacking = next(chr(code) for code in font("regular").widths if code not in font("italic").widths)
    assert suited("italic", lacking) is font("regular")


def test_without_the_package_vera_takes_over_and_says_what_to_install(monkeypatch):
    monkeypatch.setattr(fonts, "find_spec", lambda name: None if name == "font_source_sans_pro" else find_spec(name))
    vera = font.__wrapped__("regular")
    assert vera.typeface == "Vera"
    assert vera.width("0.00 €\u2007", 10) > 0
    with pytest.raises(
        MissingGlyphsError, match=r"U\+0416 cyrillic capital letter zhe.*install the package font-source"
    ):
        vera.width("Ж", 10)


def test_many_missing_characters_are_counted():
    with pytest.raises(MissingGlyphsError, match="and 3 more") as caught:
        font("regular").width("一二三四五六七八", 10)
    assert len(caught.value.characters) == 8

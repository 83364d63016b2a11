"""The typeface of documents: embedded TrueType fonts, widths, and no glyph that is silently missing.

Source Sans Pro (SIL Open Font License) has Latin, Greek and Cyrillic and figures of equal width. It comes as
a package that holds nothing else; where that is not installed, reportlab's Vera (Latin) takes its place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FIGURE_SPACE = "\u2007"
"""As wide as a digit: what a column of figures is aligned with."""

Weight = Literal["regular", "bold", "italic"]

PACKAGE = "font-source-sans-pro"
_FILES: Mapping[Weight, str] = {
    "regular": "SourceSansPro-Regular.ttf",
    "bold": "SourceSansPro-Semibold.ttf",
    "italic": "SourceSansPro-It.ttf",
}
_VERA: Mapping[Weight, str] = {"regular": "Vera.ttf", "bold": "VeraBd.ttf", "italic": "VeraIt.ttf"}


class MissingGlyphsError(Exception):
    """Characters that the document's typeface cannot print; nothing was drawn."""

    def __init__(self, characters: tuple[str, ...], typeface: str) -> None:
        self.characters, self.typeface = characters, typeface
        named = ", ".join(f"{c!r} ({_name(c)})" for c in characters[:5])
        more = f" and {len(characters) - 5} more" if len(characters) > 5 else ""  # noqa: PLR2004 - as shown above
        self.finding = f"the typeface {typeface} has no glyph for {named}{more}"
        self.advice = (
            f"install the package {PACKAGE}" if typeface == "Vera" else "a font with these characters is needed"
        )
        super().__init__(f"{self.finding}: {self.advice}")


@dataclass(frozen=True, slots=True)
class Font:
    """One weight of the typeface: `name` as reportlab knows it, `widths` in thousandths of the size by code point."""

    name: str
    typeface: str
    widths: Mapping[int, float]

    def width(self, text: str, size: float) -> float:
        """Return how wide a text is in points; `MissingGlyphsError` where a character has no glyph."""
        try:
            return sum(self.widths[ord(c)] for c in text) * size / 1000
        except KeyError:
            raise MissingGlyphsError(self.missing(text), self.typeface) from None

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the characters that have no glyph here, each once."""
        return tuple(dict.fromkeys(c for c in text if ord(c) not in self.widths))


@cache
def font(weight: Weight) -> Font:
    """Return a weight of the typeface, registered with reportlab."""
    typeface, path = _file(weight)
    made = TTFont(f"{typeface.replace(' ', '')}-{weight}", str(path))
    pdfmetrics.registerFont(made)
    face = made.face
    widths = {code: face.charWidths.get(code, face.defaultWidth) for code, glyph in face.charToGlyph.items() if glyph}
    widths.setdefault(ord(FIGURE_SPACE), widths[ord("0")])  # only measured: it is room, never drawn
    return Font(made.fontName, typeface, widths)


def suited(weight: Weight, text: str) -> Font:
    """Return the weight, or the upright one where an italic lacks a character of the text."""
    chosen = font(weight)
    return font("regular") if weight == "italic" and chosen.missing(text) else chosen


def _file(weight: Weight) -> tuple[str, Path]:
    found = find_spec(PACKAGE.replace("-", "_"))
    for folder in found.submodule_search_locations or () if found else ():
        path = Path(folder) / "files" / _FILES[weight]
        if path.is_file():
            return "Source Sans Pro", path
    return "Vera", Path(reportlab.__file__).parent / "fonts" / _VERA[weight]


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name').lower()}"

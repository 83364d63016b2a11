"""Looking into a PDF as a reader program does: which text stands where, in the order it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader

from quotes.documents.fonts import font
from quotes.documents.page import FOOT, RUNNING_HEAD
from quotes.documents.table import HEAD

WEIGHTS = {"Semibold": "bold", "Bold": "bold", "It": "italic", "Regular": "regular"}


@dataclass(frozen=True)
class Seen:
    page: int
    x: float
    y: float
    right: float
    text: str
    size: float


def seen(pdf: bytes) -> list[Seen]:
    """Read every text of a PDF with its place; widths come from the embedded font's name and our metrics."""
    found: list[Seen] = []
    for number, page in enumerate(PdfReader(BytesIO(pdf)).pages, 1):

        def visit(text, _cm, tm, font_dict, size, number=number) -> None:
            text = text.rstrip("\n")
            if text.strip():
                weight = WEIGHTS[font_dict["/BaseFont"].rpartition("-")[2]]
                right = tm[4] + font(weight).width(text, size)
                found.append(Seen(number, tm[4], tm[5], right, text, size))

        page.extract_text(visitor_text=visit)
    return found


def in_frame(texts: list[Seen]) -> list[Seen]:
    """Leave out running heads, feet, and the head of the table where it is repeated."""
    inside = [one for one in texts if FOOT + 1 < one.y < RUNNING_HEAD - 1]
    first = next((one.page for one in inside if one.size == HEAD.size), 0)
    return [one for one in inside if one.size != HEAD.size or one.page == first]


def squeezed(text: str) -> str:
    return "".join(text.split())


def drawn(texts: list[Seen]) -> str:
    """Return all text between head and foot without white space, in the order drawn."""
    return squeezed("".join(one.text for one in in_frame(texts)))


def by_column(texts: list[Seen]) -> str:
    """Return the same, column after column: for long cells that go on over pages beside others."""
    ordered = sorted(in_frame(texts), key=lambda one: (round(one.x), one.page, -one.y))
    return squeezed("".join(one.text for one in ordered))

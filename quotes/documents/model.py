"""The Document: every string that stands on the pages of a quote, finished before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value, both as they are printed."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Detail:
    """A row below a line: an option with its value, a step of the unit price, or both; empty where not.

    `price` is what it adds to or takes from one unit. A `sum` of the rows above it stands out a little.
    Figure spaces (U+2007) at the end of a figure keep the room of digits, so that decimal points align.
    """

    label: str
    value: str
    price: str
    sum: bool = False


@dataclass(frozen=True, slots=True)
class Headings:
    """The column headings of the lines."""

    position: str
    description: str
    quantity: str
    unit_price: str
    amount: str


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line: what it is, what was chosen, how its unit price came about, what it costs.

    The prices of the details lead to the net price of one unit; there are none where one step is all there is.
    """

    position: str
    title: str
    quantity: str
    unit_price: str
    amount: str
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums under the lines: `steps` lead to `total`, taxes by group among them."""

    steps: tuple[Fact, ...]
    total: Fact


@dataclass(frozen=True, slots=True)
class Document:
    """A quote in one language, as text; the renderer places these strings and computes no amount.

    `page_of` has the places ``{page}`` and ``{pages}``. `language` is a BCP 47 tag.
    """

    language: str
    title: str
    seller: str
    recipient: tuple[str, ...]
    facts: tuple[Fact, ...]
    introduction: str
    headings: Headings
    lines: tuple[DocumentLine, ...]
    totals: Totals
    price_note: str
    validity: str
    terms: Section
    notes: Section
    running: str
    footer: str
    page_of: str


_MARGINS = frozenset({"language", "page_of", "running", "footer"})
_OF_LINES = frozenset({"headings", "totals", "price_note"})


def strings(document: Document) -> Iterator[str]:
    """Yield every string that the shipped template prints between head and foot.

    Headings and totals are left out where there are no lines, and a section's heading without paragraphs.
    """
    for member in fields(document):
        if member.name not in _MARGINS and (document.lines or member.name not in _OF_LINES):
            yield from _strings(getattr(document, member.name))


def _strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for element in part:
            yield from _strings(element)
    elif is_dataclass(part) and not (isinstance(part, Section) and not part.paragraphs):
        for member in fields(part):
            yield from _strings(getattr(part, member.name))

"""From the template's tags to rows: each tag has a function here that sets its part of the Document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from quotes.documents.model import Document, Section
from quotes.documents.fonts import Weight, suited
from quotes.documents.page import (
    ACCENT,
    INK,
    LEFT,
    MEASURE,
    MM,
    QUIET,
    RIGHT,
    Cell,
    Column,
    Row,
    Rule,
    Style,
    rows_of,
    space,
)
from quotes.documents.plain import plain
from quotes.documents.table import line_rows
from quotes.documents.template import Tag
from quotes.documents.wrap import Run, line_width, runs

TEXT = Style(9.5, 13)
SMALL = Style(8, 10.5, colour=QUIET)
SELLER = Style(17, 21, "bold", ACCENT)
TITLE = Style(15, 19, "bold")
HEADING = Style(10.5, 14, "bold")
TOTAL = Style(11, 15, "bold")

_Block = Callable[[Tag, Document], Iterator[Row]]

WHOLE = Column(LEFT, MEASURE)
_RECIPIENT = Column(LEFT, 80 * MM)
_FACTS = (Column(LEFT + 92 * MM, 27 * MM), Column(LEFT + 121 * MM, RIGHT - LEFT - 121 * MM))
_TOTALS_LEFT = LEFT + 70 * MM


def rows(tree: Tag, document: Document) -> list[Row]:
    """Set a page tree (see ``templates/page.rng``) with the parts of a document."""
    return [row for tag in tree.content if isinstance(tag, Tag) for row in _BLOCKS[tag.name](tag, document)]


def _letterhead(_: Tag, document: Document) -> Iterator[Row]:
    set_rows = rows_of([Cell(WHOLE, runs(document.seller, "bold"), SELLER)], leading=SELLER.leading, keep=True)
    yield from set_rows
    yield Row(9, rules=(Rule(LEFT, RIGHT, 3, ACCENT, 0.8),))


def _parties(_: Tag, document: Document) -> Iterator[Row]:
    """Set the recipient on the left and the facts on the right, line beside line."""
    quiet = replace(TEXT, colour=QUIET)
    names = [
        [Cell(_RECIPIENT, runs(line, "regular" if number else "bold"), TEXT)]
        for number, line in enumerate(document.recipient)
    ]
    facts = [
        [Cell(_FACTS[0], runs(fact.label), quiet), Cell(_FACTS[1], runs(fact.value), TEXT)] for fact in document.facts
    ]
    left, right = (
        [row for cells in side for row in rows_of(cells, leading=TEXT.leading, most_lines=1)] for side in (names, facts)
    )
    for number in range(max(len(left), len(right))):
        both = [*left[number : number + 1], *right[number : number + 1]]
        yield Row(max(row.height for row in both), tuple(mark for row in both for mark in row.marks))


def _paragraph(style: Style, *, weight: Weight = "regular", after: float = 0, keep: bool = False) -> _Block:
    def block(tag: Tag, _: Document) -> Iterator[Row]:
        yield from rows_of([Cell(WHOLE, tuple(_inline(tag, weight)), style)], leading=style.leading, keep=keep)
        if after:
            yield replace(space(after), keep=keep)

    return block


def _inline(tag: Tag, weight: Weight) -> Iterator[Run]:
    """Read text with ``b``, ``i`` and ``br`` in it; other line ends than ``br`` are spaces."""
    for piece in tag.content:
        if isinstance(piece, str):
            flat = plain(piece).replace("\n", " ")
            yield Run(flat, suited(weight, flat))
        elif piece.name == "br":
            yield from runs("\n", weight)
        else:
            yield from _inline(piece, "bold" if piece.name == "b" else "italic")


def _space(tag: Tag, _: Document) -> Iterator[Row]:
    yield space(int(tag.attributes["height"]) * MM)


def _break(_: Tag, __: Document) -> Iterator[Row]:
    yield Row(0, breaks=True)


def _lines(_: Tag, document: Document) -> Iterator[Row]:
    return line_rows(document)


def _totals(_: Tag, document: Document) -> Iterator[Row]:
    totals = document.totals
    amounts = [*(fact.value for fact in totals.steps), totals.total.value]
    widest = max(line_width(runs(amount, "bold"), TOTAL.size) for amount in amounts)
    width = min(widest, 0.6 * (RIGHT - _TOTALS_LEFT))
    value = Column(RIGHT - width, width, "right")
    label = Column(_TOTALS_LEFT, RIGHT - width - 4 * MM - _TOTALS_LEFT)
    for fact in totals.steps:
        cells = [Cell(label, runs(fact.label), TEXT), Cell(value, runs(fact.value), TEXT)]
        yield from rows_of(cells, leading=TEXT.leading + 1, keep=True)
    yield Row(5, rules=(Rule(_TOTALS_LEFT, RIGHT, 3, INK, 0.8),), keep=True)
    cells = [Cell(label, runs(totals.total.label, "bold"), TOTAL), Cell(value, runs(totals.total.value, "bold"), TOTAL)]
    yield from rows_of(cells, leading=TOTAL.leading)


def _section(choose: Callable[[Document], Section]) -> _Block:
    def block(_: Tag, document: Document) -> Iterator[Row]:
        section = choose(document)
        if not section.paragraphs:
            return
        yield space(6 * MM)
        yield from rows_of([Cell(WHOLE, runs(section.heading, "bold"), HEADING)], leading=HEADING.leading, keep=True)
        yield Row(2, keep=True)
        for paragraph in section.paragraphs:
            yield from rows_of([Cell(WHOLE, runs(paragraph), TEXT)], leading=TEXT.leading)
            yield space(3)

    return block


_BLOCKS: Mapping[str, _Block] = MappingProxyType(
    {
        "letterhead": _letterhead,
        "parties": _parties,
        "h1": _paragraph(TITLE, weight="bold", after=4, keep=True),
        "h2": _paragraph(HEADING, weight="bold", after=2, keep=True),
        "p": _paragraph(TEXT, after=3),
        "small": _paragraph(SMALL),
        "space": _space,
        "pagebreak": _break,
        "lines": _lines,
        "totals": _totals,
        "terms": _section(lambda document: document.terms),
        "notes": _section(lambda document: document.notes),
    }
)


def tags() -> Sequence[str]:
    """Return the tags that stand directly in a page tree."""
    return tuple(_BLOCKS)

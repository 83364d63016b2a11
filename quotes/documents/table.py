"""The table of lines: a head that repeats on each page, and for each line its title, options and prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from quotes.documents.model import Detail, Document, DocumentLine
from quotes.documents.page import (
    HAIR,
    INK,
    LEFT,
    MM,
    QUIET,
    RIGHT,
    Cell,
    Column,
    Row,
    Rule,
    Style,
    figure_width,
    rows_of,
)
from quotes.documents.wrap import line_width, runs

HEAD = Style(8.5, 11, colour=QUIET)
TITLE = Style(9.5, 13, "bold")
FIGURE = Style(9, 13)
DETAIL = Style(9, 12)
LABEL = Style(9, 12, colour=QUIET)

_GUTTER = 4 * MM
_LEAST_DESCRIPTION = 60 * MM
_STAYS_WHOLE = 85 * MM
_HELD_AT_START, _HELD_AT_END = 3, 4


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns of one document stand: figures as wide as their widest, the description takes the rest."""

    position: Column
    description: Column
    quantity: Column
    unit_price: Column
    amount: Column

    @property
    def label(self) -> Column:
        """The names of options and prices."""
        return replace(self.description, width=self.description.width * 0.4)

    @property
    def value(self) -> Column:
        """The values of options."""
        taken = self.label.width + _GUTTER / 2
        return Column(self.description.x + taken, self.description.width - taken)


def line_rows(document: Document) -> Iterator[Row]:
    """Set all lines under one head; none at all where there are none."""
    if not document.lines:
        return
    columns = _columns(document)
    head = tuple(_head(document, columns))
    yield from head
    for line in document.lines:
        yield from _line(line, columns, head)


def _columns(document: Document) -> _Columns:
    heads, lines = document.headings, document.lines
    unit_prices = [*(line.unit_price for line in lines), *(detail.price for line in lines for detail in line.details)]
    position = _widest(heads.position, (line.position for line in lines))
    widths = [
        _widest(heads.quantity, (line.quantity for line in lines)),
        _widest(heads.unit_price, unit_prices),
        _widest(heads.amount, (line.amount for line in lines)),
    ]
    left = LEFT + position + _GUTTER
    room = RIGHT - left - _LEAST_DESCRIPTION - _GUTTER * len(widths)
    if sum(widths) > room:
        widths = [width * room / sum(widths) for width in widths]
    edges = [RIGHT - sum(widths[i:]) - _GUTTER * (len(widths) - 1 - i) for i in range(len(widths))]
    quantity, unit_price, amount = (Column(x, width, "right") for x, width in zip(edges, widths, strict=True))
    return _Columns(Column(LEFT, position), Column(left, edges[0] - _GUTTER - left), quantity, unit_price, amount)


def _widest(head: str, figures: Iterable[str]) -> float:
    widths = [figure_width(runs(text), FIGURE.size) for text in {*figures}]
    return max(line_width(runs(head), HEAD.size), *widths, 0.0) + 0.01


def _head(document: Document, columns: _Columns) -> Iterator[Row]:
    heads = document.headings
    cells = [
        Cell(columns.position, runs(heads.position), HEAD),
        Cell(columns.description, runs(heads.description), HEAD),
        Cell(columns.quantity, runs(heads.quantity), HEAD),
        Cell(columns.unit_price, runs(heads.unit_price), HEAD),
        Cell(columns.amount, runs(heads.amount), HEAD),
    ]
    for row in rows_of(cells, leading=HEAD.leading):
        yield replace(row, keep=True)
    yield Row(6, rules=(Rule(LEFT, RIGHT, 2, INK, 0.8),), keep=True)


def _line(line: DocumentLine, columns: _Columns, head: tuple[Row, ...]) -> Iterator[Row]:
    cells = [
        Cell(columns.position, runs(line.position), replace(FIGURE, colour=QUIET)),
        Cell(columns.description, runs(line.title, "bold"), TITLE),
        Cell(columns.quantity, runs(line.quantity), FIGURE),
        Cell(columns.unit_price, runs(line.unit_price), FIGURE),
        Cell(columns.amount, runs(line.amount), FIGURE),
    ]
    rows = [*rows_of(cells, leading=TITLE.leading, repeat=head), *_details(line.details, columns, head)]
    ends = {*range(_HELD_AT_START), *range(len(rows) - _HELD_AT_END, len(rows))}
    whole = sum(row.height for row in rows) <= _STAYS_WHOLE
    yield from (replace(row, keep=True) if whole or number in ends else row for number, row in enumerate(rows))
    yield Row(9, rules=(Rule(LEFT, RIGHT, 4.5, HAIR),))


def _details(details: Sequence[Detail], columns: _Columns, head: tuple[Row, ...]) -> Iterator[Row]:
    wide = replace(columns.description, width=columns.unit_price.x - _GUTTER - columns.description.x)
    for detail in details:
        if detail.value:
            cells = [Cell(columns.label, runs(detail.label), LABEL), Cell(columns.value, runs(detail.value), DETAIL)]
        else:
            cells = [Cell(wide, runs(detail.label), DETAIL if detail.sum else LABEL)]
        if detail.price:
            cells.append(Cell(columns.unit_price, runs(detail.price), DETAIL if detail.sum else LABEL))
        yield from rows_of(cells, leading=DETAIL.leading, repeat=head)

"""The page as data: where rows of text stand, before anything is drawn. Lengths are in points (1/72 inch).

A row is the smallest thing that stays whole: a line or a few lines of text across all columns. Rows are
measured when they are made, so that breaking them over pages is adding up heights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from quotes.documents.fonts import FIGURE_SPACE, Weight
from quotes.documents.wrap import Line, Run, line_width, wrap

Align = Literal["left", "right"]

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 24 * MM, WIDTH - 20 * MM
TOP, BOTTOM = HEIGHT - 22 * MM, 24 * MM
RUNNING_HEAD = HEIGHT - 14 * MM
FOOT = 14 * MM
MEASURE = RIGHT - LEFT

INK = "#1b1f24"
QUIET = "#5b6470"
ACCENT = "#1f3a5f"
HAIR = "#c9ced6"


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks: `leading` is the distance from one base line to the next."""

    size: float
    leading: float
    weight: Weight = "regular"
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of text at its place: `x` of its left end, `down` from the row's top to the base line."""

    x: float
    down: float
    line: Line
    size: float
    colour: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line, `down` from the row's top."""

    start: float
    end: float
    down: float
    colour: str = HAIR
    thickness: float = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """What stays together. `keep` asks to stand on one page with the next row.

    `repeat` is put on top of every further page that begins with this row (the head of a table).
    A row with `breaks` begins a page. A `gap` at the top of a page is left out.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    rules: tuple[Rule, ...] = ()
    keep: bool = False
    repeat: tuple[Row, ...] = ()
    breaks: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row: its left edge, its width, and on which side its text stands."""

    x: float
    width: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Cell:
    """Text in a column."""

    column: Column
    runs: tuple[Run, ...]
    style: Style


_LINES_A_ROW = 12
_BASE_LINE = 0.74


def rows_of(
    cells: Sequence[Cell],
    *,
    leading: float,
    repeat: tuple[Row, ...] = (),
    keep: bool = False,
    most_lines: int = _LINES_A_ROW,
) -> list[Row]:
    """Set cells side by side; text of more than `most_lines` makes several rows, so that a page can end between them."""
    wrapped = [(cell, wrap(cell.runs, cell.style.size, cell.column.width)) for cell in cells]
    count = max(len(lines) for _, lines in wrapped)
    rows: list[Row] = []
    for first in range(0, count, most_lines):
        size = min(most_lines, count - first)
        marks = [
            _mark(cell, line, number * leading + leading * _BASE_LINE)
            for cell, lines in wrapped
            for number, line in enumerate(lines[first : first + size])
            if any(run.text for run in line)
        ]
        rows.append(Row(size * leading, tuple(marks), repeat=repeat, keep=keep))
    return rows


def space(height: float) -> Row:
    """Return an empty row, which vanishes at the top of a page."""
    return Row(height, gap=True)


def _mark(cell: Cell, line: Line, down: float) -> Mark:
    x = cell.column.x
    if cell.column.align == "right":
        x += cell.column.width - figure_width(line, cell.style.size)
        line = tuple(Run(run.text.rstrip(FIGURE_SPACE), run.font) for run in line)
    return Mark(x, down, line, cell.style.size, cell.style.colour)


def figure_width(line: Line, size: float) -> float:
    """Return the width of a figure, with the room that figure spaces at its end keep; they need no glyph."""
    bare = [Run(run.text.rstrip(FIGURE_SPACE), run.font) for run in line]
    kept = sum(len(run.text) - len(stripped.text) for run, stripped in zip(line, bare, strict=True))
    return line_width(bare, size) + (kept * line[0].font.width("0", size) if kept else 0.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A row on a page; `y` is the height of its top above the page's lower edge."""

    y: float
    row: Row


def paginate(rows: Sequence[Row]) -> tuple[tuple[Placed, ...], ...]:
    """Break rows over pages; chains of kept rows stay together where a page can hold them."""
    pages: list[list[Placed]] = [[]]
    y = TOP
    index = 0
    while index < len(rows):
        end = _chain_end(rows, index)
        chain = rows[index:end]
        height = sum(row.height for row in chain)
        if height + sum(row.height for row in chain[0].repeat) > TOP - BOTTOM:
            end, chain, height = index + 1, rows[index : index + 1], rows[index].height
        if pages[-1] and (chain[0].breaks or y - height < BOTTOM):
            pages.append([])
            y = TOP
        if not pages[-1]:
            chain = _below_head(chain, first=len(pages) == 1)
        tops = accumulate((row.height for row in chain), initial=0.0)
        pages[-1] += [Placed(y - top, row) for top, row in zip(tops, chain, strict=False)]
        y -= sum(row.height for row in chain)
        index = end
    return tuple(tuple(page) for page in pages)


def _chain_end(rows: Sequence[Row], index: int) -> int:
    end = index + 1
    while rows[end - 1].keep and end < len(rows):
        end += 1
    return end


def _below_head(chain: Sequence[Row], *, first: bool) -> Sequence[Row]:
    """Drop a gap at the top of a page and put the table's head over a table that goes on."""
    while chain and chain[0].gap:
        chain = chain[1:]
    return chain if first or not chain else (*chain[0].repeat, *chain)

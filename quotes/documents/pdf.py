"""Drawing a Document as PDF: the same bytes for the same document, no arithmetic but that of places on the page."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from quotes.documents.blocks import SMALL, rows
from quotes.documents.compose import document as compose
from quotes.documents.model import Document
from quotes.documents.fonts import font
from quotes.documents.page import (
    FOOT, HAIR, HEIGHT, LEFT, MEASURE, RIGHT, RUNNING_HEAD, WIDTH, Mark, Placed, Rule, paginate,
)  # fmt: skip
from quotes.documents.template import page_tree, standard
from quotes.documents.wording import fill
from quotes.documents.wrap import Line, line_width, runs, wrap
from quotes.quote import Quote

PRODUCER = "Quotewright"


def render_quote(quote: Quote, language: str = "", template: str = "") -> bytes:
    """Draw a quote in a language (its own where none is given); raises as `render` does."""
    return render(compose(quote, language), template)


def render(document: Document, template: str = "") -> bytes:
    """Draw a document through a template (the shipped one where none is given).

    `TemplateError` where the template is at fault, `MissingGlyphsError` where the typeface lacks a character.
    """
    pages = paginate(rows(page_tree(template or standard(), document), document))
    buffer = BytesIO()
    canvas = _canvas(buffer, document)
    for number, page in enumerate(pages, 1):
        for placed in page:
            _draw(canvas, placed)
        _margins(canvas, document, number, len(pages))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _canvas(buffer: BytesIO, document: Document) -> Canvas:
    canvas = Canvas(
        buffer,
        pagesize=(WIDTH, HEIGHT),
        invariant=1,
        pageCompression=1,
        lang=document.language,
        initialFontName=font("regular").name,  # type: ignore[arg-type] # the stub says float; it is a name
    )
    canvas.setTitle(document.title)
    canvas.setAuthor(document.seller)
    canvas.setSubject(document.running)
    canvas.setCreator(PRODUCER)
    canvas.setProducer(PRODUCER)
    return canvas


def _draw(canvas: Canvas, placed: Placed) -> None:
    for rule in placed.row.rules:
        _rule(canvas, rule, placed.y)
    for mark in placed.row.marks:
        _text(canvas, mark, placed.y - mark.down)


def _rule(canvas: Canvas, rule: Rule, y: float) -> None:
    canvas.setStrokeColor(HexColor(rule.colour))
    canvas.setLineWidth(rule.thickness)
    canvas.line(rule.start, y - rule.down, rule.end, y - rule.down)


def _text(canvas: Canvas, mark: Mark, y: float) -> None:
    canvas.setFillColor(HexColor(mark.colour))
    x = mark.x
    for run in mark.line:
        canvas.setFont(run.font.name, mark.size)
        canvas.drawString(x, y, run.text)
        x += run.font.width(run.text, mark.size)


def _margins(canvas: Canvas, document: Document, number: int, pages: int) -> None:
    """Write the running head (from the second page on), the foot and the page's number."""
    count = runs(fill(document.page_of, page=str(number), pages=str(pages)))
    width = line_width(count, SMALL.size)
    _rule(canvas, Rule(LEFT, RIGHT, 0, HAIR), FOOT + 4 + SMALL.leading)
    _text(canvas, Mark(RIGHT - width, 0, count, SMALL.size, SMALL.colour), FOOT)
    _text(canvas, Mark(LEFT, 0, _first_line(document.footer, MEASURE - width - 12), SMALL.size, SMALL.colour), FOOT)
    if number > 1:
        _text(canvas, Mark(LEFT, 0, _first_line(document.running, MEASURE), SMALL.size, SMALL.colour), RUNNING_HEAD)


def _first_line(text: str, width: float) -> Line:
    """Return what fits on one line, with an ellipsis where that is not all (the whole stands in the letterhead)."""
    lines = wrap(runs(text), SMALL.size, width)
    if len(lines) == 1:
        return lines[0]
    ellipsis = runs("…")
    shorter: Sequence[Line] = wrap(runs(text), SMALL.size, width - line_width(ellipsis, SMALL.size))
    return (*shorter[0], *ellipsis)

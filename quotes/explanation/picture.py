"""The waterfall of a line as a picture: bars from the list price to the net price, as SVG and as plain shapes.

`bars` is the picture without a medium: what a PDF draws as vectors is what the SVG shows. No colour carries a meaning
alone: every bar has its amount in words, and the picture a description for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from quotes.explanation.amounts import Amounts
from quotes.explanation.prose import tell_line
from quotes.pricing.record import PricedLine, Step
from quotes.quote import Quote, QuoteLine

_ROW = 26
_LABELS = 260
_BARS = 320
_AMOUNTS = 130
_PAD = 12
_LONGEST = 40
_FILL = {"total": "#33475b", "up": "#b25000", "down": "#0b7a4b"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the picture: from `low` to `high` in micros of the unit price; `text` is what stands beside it."""

    label: str
    low: int
    high: int
    kind: Literal["total", "up", "down"]
    text: str


def bars(price: PricedLine, amounts: Amounts, language: str = "") -> tuple[Bar, ...]:
    """Return the bars of a line: its base, a bar for every step that changes the unit price, and the net unit price."""
    found: list[Bar] = []
    for step in price.steps:
        if step.not_applied or step.phase == "extend" or step.input == step.output:
            continue
        label = step.label.read(language)
        if step.phase == "base":
            found.append(Bar(label, 0, step.output, "total", amounts.unit(step.output)))
        else:
            found.append(_moved(step, label, amounts))
    net = price.net_unit
    last = price.steps[-1].label.read(language) if price.steps else ""
    found.append(Bar(f"{last}: {amounts.figures.count(price.quantity)}", 0, net, "total", amounts.unit(net)))
    return tuple(found)


def _moved(step: Step, label: str, amounts: Amounts) -> Bar:
    low, high = sorted((step.input, step.output))
    up = step.output > step.input
    delta = amounts.unit(abs(step.output - step.input))
    return Bar(label, low, high, "up" if up else "down", f"{'+' if up else chr(0x2212)}{delta}")


def waterfall_picture(quote: Quote, line: QuoteLine, language: str = "") -> str:
    """Return the waterfall of a line as an SVG document; the same record gives the same bytes."""
    language = language or quote.language
    amounts = Amounts.of(quote.priced, language)
    rows = bars(line.price, amounts, language)
    low, high = min((row.low for row in rows), default=0), max((row.high for row in rows), default=1)
    low, high = min(low, 0), max(high, low + 1, 1)
    width, height = _LABELS + _BARS + _AMOUNTS + 2 * _PAD, len(rows) * _ROW + 2 * _PAD
    title, description = escape(line.label.read(language)), escape(tell_line(quote, line, language))
    body = "".join(_drawn(row, number, low, high) for number, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title description" lang="{escape(language or "en")}">'
        f'<title id="title">{title}</title><desc id="description">{description}</desc>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<g font-family="sans-serif" font-size="13" fill="#1b2733">{body}</g>{_joints(rows, low, high)}</svg>\n'
    )


def _x(value: int, low: int, high: int) -> str:
    """Place an amount on the scale, in hundredths of a pixel."""
    hundredths = (value - low) * _BARS * 100 // (high - low) + (_LABELS + _PAD) * 100
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _drawn(row: Bar, number: int, low: int, high: int) -> str:
    top = _PAD + number * _ROW
    left, right = _x(row.low, low, high), _x(row.high, low, high)
    wide = max(100, _hundredths(right) - _hundredths(left))
    label = row.label if len(row.label) <= _LONGEST else row.label[: _LONGEST - 1] + "\u2026"
    return (
        f'<text x="{_LABELS}" y="{top + 17}" text-anchor="end">{escape(label)}</text>'
        f'<rect x="{left}" y="{top + 4}" width="{wide // 100}.{wide % 100:02d}" height="{_ROW - 8}" '
        f'fill="{_FILL[row.kind]}"/>'
        f'<text x="{_LABELS + _BARS + 2 * _PAD}" y="{top + 17}">{escape(row.text)}</text>'
    )


def _hundredths(text: str) -> int:
    return int(text.replace(".", ""))


def _joints(rows: Sequence[Bar], low: int, high: int) -> str:
    """Draw the thin lines that lead from the end of one bar to the beginning of the next."""
    drawn = []
    for number, row in enumerate(rows[:-1]):
        end = row.low if row.kind == "down" else row.high
        x, top = _x(end, low, high), _PAD + number * _ROW + _ROW - 4
        drawn.append(f'<line x1="{x}" y1="{top}" x2="{x}" y2="{top + 8}" stroke="#8895a3"/>')
    return "".join(drawn)

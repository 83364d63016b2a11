"""Breaking text into lines of a given width: at spaces, and within words that are wider than a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quotes.documents.fonts import Font, Weight, font, suited


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font."""

    text: str
    font: Font


Line = tuple[Run, ...]


def runs(text: str, weight: Weight = "regular") -> tuple[Run, ...]:
    """Return a text as one run."""
    return (Run(text, suited(weight, text)),)


def wrap(source: Sequence[Run], size: float, width: float) -> tuple[Line, ...]:
    """Break runs into lines at most so wide in points; a text without characters is one empty line.

    Greedy. A no-break space holds its neighbours together unless they alone are wider than a line.
    """
    if len(source) == 1 and "\n" not in source[0].text and line_width(source, size) <= width:
        return (tuple(source),)
    lines: list[Line] = []
    for paragraph in _paragraphs(source):
        lines += _wrap_paragraph(paragraph, size, width)
    return tuple(lines) or ((Run("", font("regular")),),)


def line_width(line: Sequence[Run], size: float) -> float:
    """Return the width of a line in points."""
    return sum(run.font.width(run.text, size) for run in line)


def _paragraphs(source: Sequence[Run]) -> Iterator[list[Run]]:
    paragraph: list[Run] = []
    for run in source:
        first, *others = run.text.split("\n")
        paragraph.append(Run(first, run.font))
        for other in others:
            yield paragraph
            paragraph = [Run(other, run.font)]
    if paragraph:
        yield paragraph


def _words(paragraph: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield words: pieces without a space between them, also where the font changes within."""
    word: list[Run] = []
    for run in paragraph:
        first, *others = run.text.split(" ")
        if first:
            word.append(Run(first, run.font))
        for other in others:
            if word:
                yield word
            word = [Run(other, run.font)] if other else []
    if word:
        yield word


def _wrap_paragraph(paragraph: Sequence[Run], size: float, width: float) -> list[Line]:
    lines: list[Line] = []
    line: list[Run] = []
    used = 0.0
    for word in _words(paragraph):
        for number, (piece, wide) in enumerate(_pieces(word, size, width)):
            between = [] if number or not line else [Run(" ", piece[0].font)]
            gap = line_width(between, size)
            if line and used + gap + wide > width:
                lines.append(_joined(line))
                line, used, gap, between = [], 0.0, 0.0, []
            line += [*between, *piece]
            used += gap + wide
    return [*lines, _joined(line)]


def _pieces(word: list[Run], size: float, width: float) -> Iterator[tuple[list[Run], float]]:
    """Yield a word whole, or where it is wider than a line, in pieces that fit one."""
    wide = line_width(word, size)
    if wide <= width:
        yield word, wide
        return
    for run in word:
        start, used = 0, 0.0
        for end, character in enumerate(run.text):
            step = run.font.width(character, size)
            if end > start and used + step > width:
                yield [Run(run.text[start:end], run.font)], used
                start, used = end, 0.0
            used += step
        yield [Run(run.text[start:], run.font)], used


def _joined(line: Sequence[Run]) -> Line:
    """Join neighbours of one font into one run."""
    joined: list[Run] = []
    for run in line:
        if joined and joined[-1].font is run.font:
            joined[-1] = Run(joined[-1].text + run.text, run.font)
        else:
            joined.append(run)
    return tuple(joined)

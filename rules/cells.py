"""Read the cells of CSV files: ``b500, b625``, ``48..62``, ``0.8``, ``any``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from rules.diagnostics import Diagnostic, Span
from rules.kinds import Kind, Money, Quantity, Scalar, Textual
from rules.naming import describe
from rules.typed import Values
from rules.values import Misread, read

_LONGEST = 100_000
_SEPARATOR = re.compile(r"[,;|]")


def read_cell(text: str, kind: Kind, span: Span) -> tuple[Values | None, tuple[Diagnostic, ...]]:
    """Read a cell as a set of values: one, several separated by ``,``, ``;`` or ``|``, ranges, or ``any``.

    Bare numbers are in the kind's unit. `span` is the place of the cell's text; problems stand at
    the member they speak of. A text is one value, whatever is in it. An empty cell is an error.
    """
    if len(text) > _LONGEST:
        return None, (Diagnostic("too-long", span, f"a cell of more than {_LONGEST} characters"),)
    if not text.strip():
        return None, (Diagnostic("empty-cell", span, "this cell is empty", "write any for every value"),)
    if text.strip() == "any":
        return Values(everything=True), ()
    singles: set[Scalar] = set()
    ranges: list[tuple[Fraction, Fraction]] = []
    problems: list[Diagnostic] = []
    for start, part in [(0, text)] if kind == Textual() else _parts(text):
        member = _member(part, kind)
        if isinstance(member, Misread):
            place = _place(span, text, start, start + len(part))
            problems.append(Diagnostic(member.code, place, member.message, member.hint))
        elif isinstance(member, tuple):
            ranges.append(member)
        else:
            singles.add(member)
    return (None if problems else Values(frozenset(singles), tuple(ranges))), tuple(problems)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Give the members of a list with their offsets, spaces around them stripped."""
    start = 0
    for part in _SEPARATOR.split(text):
        stripped = part.strip()
        yield start + (part.index(stripped) if stripped else 0), stripped
        start += len(part) + 1


def _member(text: str, kind: Kind) -> Scalar | tuple[Fraction, Fraction] | Misread:
    if text == "any":
        return Misread("mixed-any", "any stands alone in its cell: it already means every value")
    if ".." not in text or kind == Textual():
        return read(kind, text)
    if not isinstance(kind, Quantity | Money):
        return Misread("not-ordered", f"only numbers and money have ranges here, not {describe(kind)}")
    low_text, high_text = text.split("..", 1)
    ends = read(kind, low_text), read(kind, high_text)
    wrong = next((end for end in ends if isinstance(end, Misread)), None)
    if wrong is not None:
        return wrong
    low, high = (end for end in ends if isinstance(end, Fraction))
    if low > high:
        return Misread("empty-range", "the first end of this range lies above the second", "swap the two ends")
    return low, high


def _place(span: Span, text: str, start: int, end: int) -> Span:
    """Return the place of a stretch of the cell's text."""
    before, inside = text[:start], text[start:end]
    line = span.line + before.count("\n")
    column = start - before.rfind("\n") if "\n" in before else span.column + start
    if "\n" in inside:
        return replace(span, line=line, column=column)
    return replace(span, line=line, column=column, end_line=line, end_column=column + max(1, len(inside)))

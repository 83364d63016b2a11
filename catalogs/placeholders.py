"""Texts with placeholders: ``FRAME-{frame_size}``, the codes of items and the labels of drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalogs.desk import Desk, View
from rules.diagnostics import Span
from rules.grammar import parse_expression
from rules.kinds import Collection, Record
from rules.syntax import Text
from rules.typed import Typed

_PIECES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")


def read_placeholders(text: Text, view: View, desk: Desk) -> Iterator[str | Typed]:
    """Yield the literal text and the typed expressions of a text, in their order; ``{{`` and ``}}`` are braces."""
    literal = ""
    for piece in _PIECES.finditer(text.value):
        written = piece[0]
        if written in ("{{", "}}"):
            literal += written[0]
        elif written in ("{", "}"):
            message = f"this {written} has no other one"
            hint = f"write {written}{written} for the brace itself"
            desk.report.error("unbalanced-brace", _place(text, piece.start(), piece.end()), message, hint)
        elif piece[1] is None:
            literal += written
        else:
            if literal:
                yield literal
            literal = ""
            typed = _hole(piece[1], _place(text, piece.start(1), piece.end(1)), view, desk)
            if typed is not None:
                yield typed
    if literal:
        yield literal


def _place(text: Text, start: int, end: int) -> Span:
    """Return the place of a part of a text; of the whole text where escapes make it longer than it reads."""
    span = text.span
    if span.line != span.end_line or span.end_column - span.column != len(text.value) + 2:
        return span
    return Span(span.file, span.line, span.column + 1 + start, span.line, span.column + 1 + end)


def _hole(written: str, span: Span, view: View, desk: Desk) -> Typed | None:
    node, problems = parse_expression(written, span)
    desk.report.add(problems)
    typed = None if node is None else desk.typed(node, view)
    if typed is not None and isinstance(typed.kind, (Record, Collection)):
        desk.report.error("not-a-value", span, "this is not one value that could be written here")
        return None
    return typed

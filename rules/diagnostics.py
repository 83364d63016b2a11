"""Problems found in a user's files: where, what, and how to mend them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one file; lines and columns count from 1, the end column is exclusive.

    `file` is the path as the user sees it, relative to the catalog folder, with `/`.
    `cell` names a place inside a CSV row, such as ``row 3, column price``.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: str = ""

    def __str__(self) -> str:
        """Write the place as ``file:line:column``."""
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Span("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: a stable kebab-case code, a place, a sentence, and where there is one, a hint."""

    code: str
    span: Span
    message: str
    hint: str = ""
    related: tuple[tuple[Span, str], ...] = field(default=())
    severity: Severity = "error"


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place and drop exact repetitions."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.span, d.code, d.message)))


def render(diagnostic: Diagnostic, sources: Mapping[str, str]) -> str:
    """Write a diagnostic for a terminal: place, sentence, the line with a caret, the hint.

    `sources` maps a file name, as in the spans, to its text; a file that is not there is shown
    without its line.
    """
    place = f"{diagnostic.span} ({diagnostic.span.cell})" if diagnostic.span.cell else f"{diagnostic.span}"
    parts = [f"{place}: {diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"]
    parts += _excerpt(diagnostic.span, sources)
    if diagnostic.hint:
        parts.append(f"  hint: {diagnostic.hint}")
    for span, sentence in diagnostic.related:
        parts.append(f"  {span}: {sentence}")
        parts += _excerpt(span, sources)
    return "\n".join(parts)


_WIDEST = 160


def _excerpt(span: Span, sources: Mapping[str, str]) -> list[str]:
    lines = sources.get(span.file, "").split("\n")
    if not 1 <= span.line <= len(lines):
        return []
    start = max(0, span.column - 1 - _WIDEST // 2) if span.column > _WIDEST else 0
    text = "".join(c if c.isprintable() else " " for c in lines[span.line - 1][start : start + _WIDEST])
    width = span.end_column - span.column if span.end_line == span.line else len(text) - span.column + 1 + start
    width = max(1, min(width, len(text) - (span.column - 1 - start)))
    number = str(span.line)
    return [f"  {number} | {text}", f"  {' ' * len(number)} | {' ' * (span.column - 1 - start)}{'^' * width}"]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean X?`` for the nearest known name, or an empty text; capitals count as small letters."""
    folded = {one.casefold(): one for one in sorted(known, reverse=True)}
    near = difflib.get_close_matches(name[:80].casefold(), sorted(folded), n=1, cutoff=0.6)
    return f"did you mean {folded[near[0]]}?" if near else ""

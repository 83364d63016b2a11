"""From the text of a file to text that is safe to cut into tokens: line ends, forbidden characters, size."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from rules.diagnostics import Diagnostic, Span

LARGEST_FILE: Final = 8 * 1024 * 1024
"""The most characters of one file."""
MOST_PROBLEMS: Final = 100
"""Reading a file ends after so many problems."""

_LINE_END: Final = re.compile("\r\n?")
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def normalise(text: str) -> str:
    r"""Return the text with every line end as ``\n`` and without a byte order mark; columns do not change."""
    text = text.removeprefix("\ufeff")
    return _LINE_END.sub("\n", text) if "\r" in text else text


def readable(text: str, file: str) -> tuple[str | None, list[Diagnostic]]:
    """Return the text without forbidden characters, each reported once; None where it cannot be read at all."""
    if len(text) > LARGEST_FILE:
        return None, [_too_large(len(text), file)]
    text = normalise(text)
    if (nul := text.find("\0")) >= 0:
        return None, [
            Diagnostic(
                "not-text",
                place_of(text, nul, file),
                "this file holds a NUL byte: it is not a text file",
                "save it as plain text in UTF-8",
            )
        ]
    problems: list[Diagnostic] = []
    for match in _FORBIDDEN.finditer(text):
        problems.append(_forbidden(match.group(), place_of(text, match.start(), file)))
        if len(problems) == MOST_PROBLEMS:
            return None, problems
    return (_FORBIDDEN.sub(" ", text) if problems else text), problems


def place_of(text: str, offset: int, file: str) -> Span:
    """Return the place of one character of a text."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Span(file, line, column, line, column + 1)


def _too_large(size: int, file: str) -> Diagnostic:
    return Diagnostic(
        "file-too-large",
        Span(file, 1, 1, 1, 1),
        f"this file has {size:,} characters; a catalog file has at most {LARGEST_FILE:,}",
        "split it into several files, or move rows into .csv files",
    )


def _forbidden(character: str, place: Span) -> Diagnostic:
    code = f"U+{ord(character):04X}"
    if character in _DIRECTIONS:
        return Diagnostic(
            "bidirectional-character",
            place,
            f"the invisible character {code} changes the direction in which text is shown, so that a line can "
            "read differently from what it says",
            "delete it",
        )
    name = unicodedata.name(character, "a control character").lower()
    return Diagnostic(
        "control-character",
        place,
        f"the invisible character {code} ({name}) does not belong in a catalog file",
        "delete it; a line break inside a text is written \\n, a tab \\t",
    )

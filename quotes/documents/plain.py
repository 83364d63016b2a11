"""Foreign text made fit for a page: composed characters, no control or invisible ones, plain spaces and line ends."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_KEPT_SPACES = frozenset("\u00a0\u202f")
_HALF_PAIR = "\ufffd"


def plain(text: str) -> str:
    """Return the text as it can be printed; its line ends become plain line feeds.

    Direction overrides and zero-width characters are dropped (they print nothing and can make a text
    read as another), other spaces become plain ones; a half surrogate pair shows as U+FFFD.
    """
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    return text if text.isascii() and text.isprintable() else "".join(map(_character, text))


def one_line(text: str) -> str:
    """Return the text as it can be printed, on one line, without outer spaces."""
    return " ".join(plain(text).split("\n")).strip()


def _character(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\n" or character in _KEPT_SPACES:
        return character
    if category == "Zs" or character == "\t":
        return " "
    if category == "Cs":
        return _HALF_PAIR
    return "" if category in {"Cc", "Cf"} else character

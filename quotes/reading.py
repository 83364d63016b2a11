"""Reading JSON that others wrote: bounded, every problem at its JSON pointer, nothing raised.

A `Node` is a value and its place. Its methods return what was asked for, or note a `Problem` and return
something harmless, so that one reading reports every problem; the caller drops the result if there are any.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from rules.diagnostics import did_you_mean


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a request: a JSON pointer (RFC 6901), a stable code, a sentence, and where there is one, a hint."""

    pointer: str
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Write it on one line, the place first."""
        return f"{self.pointer or '/'}: {self.message}" + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A JSON number with a fraction or an exponent, as it was written: never a float."""

    text: str


@dataclass(frozen=True, slots=True)
class Members:
    """A JSON object and the names that were given twice in it."""

    values: Mapping[str, object]
    repeated: tuple[str, ...]


def pointer(*names: str | int) -> str:
    """Write a JSON pointer (RFC 6901) to a place; a name of any length stays bounded."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)[:_LONGEST_POINTER]


_LONGEST_POINTER = 400
_FRACTION = re.compile(r"-?[0-9]{1,400}(/[0-9]{1,400}|\.[0-9]{1,400})?")
_FIXED = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,12})?")
_SHOWN = 60
MOST_PROBLEMS = 200
"""So many problems are reported of one text."""


def shown(value: object) -> str:
    """Write a foreign value for a sentence: short and printable."""
    text = str(value)
    return "".join(c if c.isprintable() else "?" for c in text[:_SHOWN]) + ("…" if len(text) > _SHOWN else "")


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value at a pointer; `problems` is the list that all nodes of one reading write to.

    A `lost` node stands for something that is not there, or of a wrong shape: if that is a problem, it is noted.
    """

    value: object
    pointer: str
    problems: list[Problem] = field(repr=False)
    lost: bool = False

    def refuse(self, code: str, message: str, hint: str = "") -> None:
        """Note a problem at this place; past the first so many a text is not worth more words."""
        if not self.lost and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.pointer, code, message, hint))

    def members(self, required: Iterable[str], optional: Iterable[str] = ()) -> Mapping[str, Node]:
        """Read an object of these names; a missing or unknown name is a problem. Missing ones read as null."""
        required, optional = tuple(required), tuple(optional)
        known = (*required, *optional)
        found = self._object()
        if found is None:
            return {name: replace(self._at(name), lost=True) for name in known}
        for name in found.values:
            if name not in known and len(self.problems) < MOST_PROBLEMS:
                self._at(name).refuse("unknown-member", f"there is no {shown(name)!r} here", did_you_mean(name, known))
        missing = {name for name in known if name not in found.values}
        for name in required:
            if name in missing:
                self.refuse("missing-member", f"{name!r} is missing")
        return {name: replace(self._at(name, found.values.get(name)), lost=name in missing) for name in known}

    def mapping(self, most: int) -> Mapping[str, Node]:
        """Read an object of any names, at most so many."""
        found = self._object()
        if found is None:
            return {}
        if len(found.values) > most:
            self.refuse("too-many", f"at most {most} entries are allowed, here are {len(found.values)}")
            return {}
        return {name: self._at(name, value) for name, value in found.values.items()}

    def _object(self) -> Members | None:
        if not isinstance(self.value, Members):
            self.refuse("not-an-object", "an object is expected here")
            return None
        for name in self.value.repeated:
            self._at(name).refuse("repeated-member", f"{shown(name)!r} is given twice")
        return self.value

    def elements(self, most: int) -> Sequence[Node]:
        """Read an array, at most so long."""
        if not isinstance(self.value, list):
            self.refuse("not-an-array", "an array is expected here")
            return ()
        if len(self.value) > most:
            self.refuse("too-many", f"at most {most} entries are allowed, here are {len(self.value)}")
            return ()
        return tuple(self._at(str(i), value) for i, value in enumerate(self.value))

    def text(self, longest: int, *, shortest: int = 0) -> str:
        """Read a text within a length in characters."""
        if not isinstance(self.value, str):
            self.refuse("not-a-text", "a text is expected here")
            return ""
        if not shortest <= len(self.value) <= longest:
            bounds = f"at most {longest}" if not shortest else f"{shortest} to {longest}"
            self.refuse("wrong-length", f"{bounds} characters are allowed, here are {len(self.value)}")
            return ""
        if _unwritable(self.value):
            self.refuse("wrong-character", "the text has half of a surrogate pair or a NUL character in it")
            return ""
        return self.value

    def integer(self, low: int, high: int) -> int:
        """Read a whole number within bounds."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.refuse("not-a-whole-number", "a whole number is expected here")
            return low
        if not low <= self.value <= high:
            self.refuse("out-of-range", f"a whole number from {low} to {high} is expected here")
            return low
        return self.value

    def day(self) -> date:
        """Read a day written as ``2026-11-21``."""
        text = self.value if isinstance(self.value, str) else ""
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        self.refuse("not-a-day", "a day of the calendar is expected here, written as 2026-11-21")
        return date.min

    def one_of(self, names: Sequence[str]) -> str:
        """Read one of these names."""
        if isinstance(self.value, str) and self.value in names:
            return self.value
        hint = did_you_mean(self.value, names) if isinstance(self.value, str) else ""
        self.refuse("unknown-name", f"one of {', '.join(names)} is expected here", hint)
        return names[0]

    def fraction(self) -> Fraction:
        """Read an exact number written as ``"19/100"`` or ``"4"``."""
        if isinstance(self.value, str) and _FRACTION.fullmatch(self.value) and not _zero_below(self.value):
            return Fraction(self.value)
        self.refuse("not-a-fraction", 'an exact number is expected here, written as "19/100" or "4"')
        return Fraction(0)

    def fixed(self, places: int) -> int:
        """Read a fixed-point text with exactly so many decimals, as a whole number of its last place."""
        text = self.value if isinstance(self.value, str) else ""
        whole, _, decimals = text.partition(".")
        if _FIXED.fullmatch(text) and len(decimals) == places:
            return int(whole + decimals)
        self.refuse("not-an-amount", f"an amount with {places} decimals is expected here, as a text")
        return 0

    def _at(self, name: str, value: object = None) -> Node:
        return Node(value, (self.pointer + pointer(name))[:_LONGEST_POINTER], self.problems)


def fixed_point(units: int, places: int) -> str:
    """Write a whole number of the last place as a fixed-point text: 123456 with two places is ``1234.56``."""
    digits = str(abs(units)).rjust(places + 1, "0")
    sign = "-" if units < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def parse(data: bytes | str, most_bytes: int) -> Node:
    """Read JSON text (RFC 8259, UTF-8) into a node; text that is no JSON is a node of null with its problem."""
    node = Node(None, "", [])
    if len(data) > most_bytes:
        node.refuse("too-large", f"the text has {len(data)} bytes; at most {most_bytes} are read")
        return node
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value = json.loads(text, object_pairs_hook=_members, parse_float=Numeral, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        node.refuse("malformed-json", f"the text is not UTF-8 (byte {error.start})")
    except json.JSONDecodeError as error:
        node.refuse("malformed-json", f"line {error.lineno}, column {error.colno}: {error.msg}")
    except RecursionError:
        node.refuse("malformed-json", "arrays and objects are nested too deeply")
    except ValueError as error:  # a number of thousands of digits, NaN or Infinity
        node.refuse("malformed-json", f"a number cannot be read: {shown(error)}")
    else:
        return Node(value, "", node.problems)
    return node


def _members(pairs: list[tuple[str, object]]) -> Members:
    values: dict[str, object] = {}
    repeated = [name for name, _ in pairs if name in values or values.update({name: None})]
    values.update(pairs)
    return Members(values, tuple(dict.fromkeys(repeated)))


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


def _unwritable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)


def _zero_below(text: str) -> bool:
    _, slash, below = text.partition("/")
    return bool(slash) and not below.strip("0")

"""Reading a quote request: who asks, for which day, and the wishes line by line.

.. code-block:: json

    {"customer": "c1", "day": "2026-11-21", "language": "en", "notes": ["Delivery to the back door."],
     "lines": [{"product": "ebike", "quantity": 6, "choices": {"motor": "trail"}, "complete": "cheapest"}]}

A request may carry ``"coupons"``, and for each line a ``"term"`` of recurring prices. A sales rep may add ``"adjust"``
(``[{"percent": "5", "reason": "…"}]``) to a line or to the whole, an ``"author"`` whose authority counts, and what is
``"prepaid"``.

Only the shape is judged here; whether products, options and customers exist is for `quotes.build` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from quotes.pricing import LineTerm
from quotes.reading import Node, Numeral, Problem, parse

Completion = Literal["cheapest", "preferred"]

MOST_BYTES = 8_000_000
MOST_LINES = 5_000
MOST_CHOICES = 2_000
MOST_PIECES = 1_000_000
LONGEST_NAME = 200
LONGEST_TEXT = 10_000
MOST_NOTES = 20
MOST_CHANGES = 20
MOST_COUPONS = 50
MOST_MONEY = 10**12
_OPTIONAL = ("language", "notes", "coupons", "adjust", "author", "prepaid")


@dataclass(frozen=True, slots=True)
class Change:
    """A manual change of a price, as in `quotes.pricing.Adjustment`; the author is that of the request."""

    kind: Literal["percent", "amount", "price", "total"]
    value: Fraction
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One wish: choices by path, values as text in the way the catalog writes them.

    `complete` says how open options are filled; None: there must be none. `adjust` is for sales reps alone.
    """

    product: str
    quantity: int
    choices: Mapping[str, str]
    complete: Completion | None
    adjust: tuple[Change, ...] = ()
    term: LineTerm | None = None


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What somebody asks a quote for; an empty `language` is the catalog's first."""

    customer: str
    day: date
    language: str
    lines: tuple[RequestLine, ...]
    notes: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()
    adjust: tuple[Change, ...] = ()
    author: str = ""
    prepaid: Fraction = Fraction(0)


def read_request(data: bytes | str, *, today: date | None = None) -> tuple[QuoteRequest | None, tuple[Problem, ...]]:
    """Read a request; `today` stands in where it names no day. There is no request where there is a problem."""
    node = parse(data, MOST_BYTES)
    if node.problems:
        return None, tuple(node.problems)
    needed = ("customer", "lines") if today else ("customer", "lines", "day")
    members = node.members(needed, (*_OPTIONAL, "day") if today else _OPTIONAL)
    lines = tuple(_line(line) for line in members["lines"].elements(MOST_LINES))
    if not node.problems and not lines:
        members["lines"].refuse("no-lines", "a quote needs a line or more")
    request = QuoteRequest(
        customer=members["customer"].text(LONGEST_NAME, shortest=1),
        day=today if today and members["day"].value is None else members["day"].day(),
        language="" if members["language"].value is None else members["language"].text(LONGEST_NAME),
        lines=lines,
        notes=_notes(members["notes"]),
        coupons=_coupons(members["coupons"]),
        adjust=_changes(members["adjust"], _OF_QUOTE),
        author="" if members["author"].value is None else members["author"].text(LONGEST_NAME),
        prepaid=Fraction(0) if members["prepaid"].value is None else members["prepaid"].fraction(),
    )
    return (None, tuple(node.problems)) if node.problems else (request, ())


def _line(node: Node) -> RequestLine:
    members = node.members(("product",), ("quantity", "choices", "complete", "adjust", "term"))
    wishes = {} if members["choices"].value is None else members["choices"].mapping(MOST_CHOICES)
    return RequestLine(
        product=members["product"].text(LONGEST_NAME, shortest=1),
        quantity=1 if members["quantity"].value is None else members["quantity"].integer(1, MOST_PIECES),
        choices={path: _value(value) for path, value in wishes.items() if _path_fits(path, value)},
        complete=_completion(members["complete"]),
        adjust=_changes(members["adjust"], _OF_LINE),
        term=_term(members["term"]),
    )


_KINDS: Final[dict[str, Literal["percent", "amount", "price", "total"]]] = {
    "percent": "percent", "amount": "amount", "price": "price", "total": "total",
}  # fmt: skip
_OF_LINE: Final = tuple(_KINDS)
_OF_QUOTE: Final = ("percent", "amount", "total")


def _changes(node: Node, kinds: tuple[str, ...]) -> tuple[Change, ...]:
    """Read manual changes: objects with one of ``percent``, ``amount``, ``price``, ``total``, and a ``reason``."""
    if node.value is None:
        return ()
    return tuple(_change(one, kinds) for one in node.elements(MOST_CHANGES))


def _change(node: Node, kinds: tuple[str, ...]) -> Change:
    members = node.members((), (*kinds, "reason"))
    given = [kind for kind in kinds if not members[kind].lost]
    if len(given) != 1:
        node.refuse("not-one-change", f"one of {', '.join(kinds)} is expected here, and only one")
        return Change("percent", Fraction(0))
    value = members[given[0]].fraction()
    if abs(value) > MOST_MONEY:
        members[given[0]].refuse("out-of-range", f"an amount is at most {MOST_MONEY}")
    reason = "" if members["reason"].value is None else members["reason"].text(LONGEST_TEXT)
    return Change(_KINDS[given[0]], value / 100 if given[0] == "percent" else value, reason)


def _term(node: Node) -> LineTerm | None:
    """Read for how long recurring prices are paid, and how much is used."""
    if node.value is None:
        return None
    members = node.members((), ("start", "end", "periods", "usage"))
    usage = {} if members["usage"].value is None else members["usage"].mapping(MOST_CHOICES)
    start, end, periods = members["start"], members["end"], members["periods"]
    return LineTerm(
        None if start.value is None else start.day(),
        None if end.value is None else end.day(),
        None if periods.value is None else periods.integer(1, 1200),
        {name: max(Fraction(0), amount.fraction()) for name, amount in usage.items()},
    )


def _coupons(node: Node) -> tuple[str, ...]:
    if node.value is None:
        return ()
    return tuple(coupon.text(LONGEST_NAME, shortest=1) for coupon in node.elements(MOST_COUPONS))


def _completion(node: Node) -> Completion | None:
    """Read how open options are filled: at the lowest price where nothing is said, not at all where it is null."""
    if node.value is None:
        return "cheapest" if node.lost else None
    return "cheapest" if node.one_of(("cheapest", "preferred")) == "cheapest" else "preferred"


def _path_fits(path: str, node: Node) -> bool:
    if 0 < len(path) <= LONGEST_NAME:
        return True
    node.refuse("wrong-length", f"the name of an option has 1 to {LONGEST_NAME} characters, here are {len(path)}")
    return False


def _value(node: Node) -> str:
    """Write a value as the catalog does; people write JSON's own numbers and truths where they can."""
    if isinstance(node.value, bool):
        return "yes" if node.value else "no"
    if isinstance(node.value, int):
        return str(node.integer(-(10**18), 10**18))
    if isinstance(node.value, Numeral):
        return Node(node.value.text, node.pointer, node.problems).text(LONGEST_NAME)
    return node.text(LONGEST_TEXT)


def _notes(node: Node) -> tuple[str, ...]:
    if node.value is None:
        return ()
    return tuple(note.text(LONGEST_TEXT, shortest=1) for note in node.elements(MOST_NOTES))

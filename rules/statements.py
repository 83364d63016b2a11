"""What the tree builders pass among themselves: statements of a block, and the refusal of what cannot stand there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeGuard, TypeVar, get_args

from rules.diagnostics import Diagnostic, Span
from rules.syntax import Expression, Node
from rules.tokens import Token

T = TypeVar("T")


class Refusal(Exception):  # noqa: N818 - it is no error of the program but an answer to the text
    """The text fits the grammar but cannot be meant; the reader turns it into its diagnostic and goes on."""

    def __init__(
        self, code: str, span: Span, message: str, hint: str = "", related: tuple[Span, str] | None = None
    ) -> None:
        super().__init__(message)
        self.diagnostics: tuple[Diagnostic, ...] = (
            Diagnostic(code, span, message, hint, (related,) if related else ()),
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a block or one part of a head: its keyword and what follows."""

    keyword: str
    values: tuple[Part, ...]
    span: Span


Part = Token | Node | Statement
_EXPRESSIONS = get_args(Expression)


def across(first: Part, last: Part) -> Span:
    """Return the span from the start of one part to the end of another."""
    a, b = first.span, last.span
    return Span(a.file, a.line, a.column, b.end_line, b.end_column, a.cell)


def is_expression(part: object) -> TypeGuard[Expression]:
    """Say whether a part is an expression."""
    return isinstance(part, _EXPRESSIONS)


def every(parts: Iterable[object], kind: type[T]) -> tuple[T, ...]:
    """Return the parts of one class."""
    return tuple(part for part in parts if isinstance(part, kind))


def statement(*parts: Part) -> Statement:
    """Make a statement of a keyword and what follows it, commas left out."""
    first = parts[0]
    keyword = first.text if isinstance(first, Token) else ""
    values = tuple(part for part in parts[1:] if not (isinstance(part, Token) and part.kind == "COMMA"))
    return Statement(keyword, values, across(first, parts[-1]))


def first_expression(parts: Sequence[Part], place: Span) -> Expression:
    """Return the first expression among the parts; refuse parts without one."""
    for part in parts:
        if is_expression(part):
            return part
    raise Refusal("missing-value", place, "a value is missing here")


def named(parts: Iterable[object], *keywords: str) -> tuple[Statement, ...]:
    """Return the statements with one of the keywords."""
    return tuple(part for part in parts if isinstance(part, Statement) and part.keyword in keywords)


def only(parts: Sequence[object], keyword: str) -> Statement | None:
    """Return the one statement with a keyword, None where there is none; refuse a second."""
    found = named(parts, keyword)
    if len(found) > 1:
        raise Refusal(
            "repeated-statement",
            found[1].span,
            f"`{keyword}` stands here a second time",
            "keep one of the two",
            (found[0].span, "the first one"),
        )
    return found[0] if found else None


def needed(parts: Sequence[object], keyword: str, place: Span, meaning: str) -> Statement:
    """Return the one statement with a keyword; refuse a block without it, with what it would say."""
    found = only(parts, keyword)
    if found is None:
        raise Refusal(f"missing-{keyword}", place, f"`{keyword}` is missing: {meaning}", f"add a line with `{keyword}`")
    return found


def value(found: Statement | None, kind: type[T]) -> T | None:
    """Return the first value of one class in a statement."""
    if found is not None:
        for part in found.values:
            if isinstance(part, kind):
                return part
    return None


def expression(found: Statement | None) -> Expression | None:
    """Return the expression of a statement such as ``when C``."""
    if found is not None:
        for part in found.values:
            if is_expression(part):
                return part
    return None

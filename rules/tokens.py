"""From text to tokens, cut into declarations at the first column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.diagnostics import Diagnostic, Span
from rules.reading import MOST_PROBLEMS

LONGEST_NAME: Final = 200
LONGEST_NUMBER: Final = 40
LONGEST_TEXT: Final = 10_000
DEEPEST_BRACKETS: Final = 64
MOST_TOKENS: Final = 250_000
"""The most tokens of one declaration."""

CONTINUERS: Final = frozenset(
    {"and", "or", "then", "else", "requires", "excludes", "in", "between", "when", "quantity"}
)
"""A line that begins with one of these words continues the line before it."""

_PATTERN: Final = re.compile(
    r"""(?P<SPACE>[ \t]++)
    |(?P<NEWLINE>\n)
    |(?P<WORD>[A-Za-z_][A-Za-z0-9_]*+)
    |(?P<DATE>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))
    |(?P<NUMBER>[0-9]++(?:\.[0-9]++)?)
    |(?P<STRING>"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+(?P<CLOSE>")?)
    |(?P<COMMENT>\#[^\n]*+)
    |(?P<SLASHES>//[^\n]*+)
    |(?P<WRONG>==|=>|=<|<>|<-|->|:=|&&?|\|\||;|!(?!=))
    |(?P<SIGN>\.\.|<=|>=|!=|[-+*/=<>(){}\[\],.:|%])
    |(?P<BAD>[^\n\t -~]++|[^\n])""",
    re.VERBOSE,
)
SIGNS: Final = {
    "..": "DOTS", "<=": "ATMOST", ">=": "ATLEAST", "!=": "NOTEQUAL", "-": "MINUS", "+": "PLUS", "*": "STAR",
    "/": "SLASH", "=": "EQUAL", "<": "LESSTHAN", ">": "MORETHAN", "(": "LPAR", ")": "RPAR", "{": "LBRACE",
    "}": "RBRACE", "[": "LSQB", "]": "RSQB", ",": "COMMA", ".": "DOT", ":": "COLON", "|": "VBAR", "%": "PERCENT",
}  # fmt: skip
OPENING: Final = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE", "LSET": "RSET"}
CLOSING: Final = frozenset(OPENING.values())
OPERATORS: Final = frozenset(SIGNS.values()) - {*OPENING, *CLOSING, "PERCENT"}


@dataclass(slots=True)
class Token:
    """A piece of text with its place. `kind` is a terminal of the grammar; a word is WORD until its context is known.

    `soft` marks a line end inside brackets, which never counts.
    """

    kind: str
    text: str
    span: Span
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its ``#``; `alone` says that its line holds nothing else."""

    text: str
    line: int
    alone: bool


@dataclass(slots=True)
class Chunk:
    """The tokens and comments of one declaration, and what was wrong with its characters."""

    tokens: list[Token] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    brackets: list[Token] = field(default_factory=list)
    whole: bool = True


@dataclass(slots=True)
class _Cutter:
    """Where the cutting of a file stands."""

    file: str
    declarations: frozenset[str]
    line: int
    start: int
    comments: bool = False
    chunk: Chunk = field(default_factory=Chunk)
    bad_line: int = 0

    def span(self, begin: int, end: int) -> Span:
        line = self.line
        return Span(self.file, line, begin - self.start, line, end - self.start)

    def problem(self, code: str, span: Span, message: str, hint: str = "") -> None:
        if len(self.chunk.problems) < MOST_PROBLEMS:
            self.chunk.problems.append(Diagnostic(code, span, message, hint))


def chunks(text: str, file: str, declarations: frozenset[str], *, comments: bool = False) -> Iterator[Chunk]:
    """Cut a file into declarations; comments, where asked for, belong to the declaration before them, the first to the first."""
    cutter = _Cutter(file, declarations, 1, -1, comments=comments)
    at_line_start = True
    for match in _PATTERN.finditer(text):
        kind = match.lastgroup or "BAD"
        if kind == "SPACE":
            continue
        if kind == "NEWLINE":
            _line_end(cutter, match)
            at_line_start = True
            continue
        if kind == "COMMENT":
            if cutter.comments:
                cutter.chunk.comments.append(Comment(match.group().rstrip(), cutter.line, at_line_start))
            at_line_start = False
            continue
        if kind == "SLASHES":
            cutter.problem(
                "wrong-operator",
                cutter.span(match.start(), match.start() + 2),
                "`//` is no sign of this language",
                "a comment begins with `#`",
            )
            at_line_start = False
            continue
        if at_line_start and cutter.chunk.tokens and _begins(cutter, match, text):
            yield cutter.chunk
            cutter.chunk = Chunk()
            if match.start() - cutter.start > 1:
                cutter.problem(
                    "declaration-indented",
                    cutter.span(match.start(), match.end()),
                    f"a declaration begins in the first column; this `{match.group()}` is indented",
                    "remove the spaces before it",
                )
        at_line_start = False
        _add(cutter, kind, match)
    yield cutter.chunk


def piece(text: str, span: Span) -> Chunk:
    """Cut a piece of text that begins where `span` does; line ends in it do not count."""
    cutter = _Cutter(span.file, frozenset(), span.line, -span.column)
    for match in _PATTERN.finditer(text):
        kind = match.lastgroup or "BAD"
        if kind == "NEWLINE":
            cutter.line += 1
            cutter.start = match.start()
        elif kind != "SPACE":
            _add(cutter, "BAD" if kind in {"COMMENT", "SLASHES"} else kind, match)
    return cutter.chunk


def _line_end(cutter: _Cutter, match: re.Match[str]) -> None:
    chunk = cutter.chunk
    if chunk.tokens and chunk.tokens[-1].kind != "NEWLINE":
        inner = chunk.brackets[-1].kind if chunk.brackets else ""
        token = Token("NEWLINE", "\n", cutter.span(match.start(), match.end()), soft=inner != "LBRACE")
        chunk.tokens.append(token)
    cutter.line += 1
    cutter.start = match.start()


def _begins(cutter: _Cutter, match: re.Match[str], text: str) -> bool:
    """Say whether the first token of a line begins a declaration."""
    chunk, word = cutter.chunk, match.group()
    if match.start() - cutter.start == 1:
        return word in cutter.declarations or (not chunk.brackets and word not in CONTINUERS and word not in SIGNS)
    if chunk.brackets or word not in cutter.declarations:
        return False
    if len(chunk.tokens) > 1 and chunk.tokens[-2].kind in OPERATORS:
        return False
    rest = text[match.end() : match.end() + 200].lstrip(" \t")
    return rest[:1].isalpha() or rest[:1] in {'"', "_", "{"}


def _add(cutter: _Cutter, kind: str, match: re.Match[str]) -> None:
    chunk, text = cutter.chunk, match.group()
    if len(chunk.tokens) >= MOST_TOKENS:
        if chunk.whole:
            cutter.problem(
                "declaration-too-long",
                cutter.span(match.start(), match.end()),
                f"this declaration has more than {MOST_TOKENS:,} words and signs",
                "move its rows into a .csv file",
            )
        chunk.whole = False
        return
    span = cutter.span(match.start(), match.end())
    if kind == "SIGN":
        _add_sign(cutter, SIGNS[text], text, span)
        return
    if kind == "BAD":
        _bad_character(cutter, text, span)
    elif kind == "STRING" and match.end("CLOSE") < 0:
        cutter.problem(
            "unterminated-text", span, "this text has no closing quote on its line",
            'end it with "; a quote inside a text is written \\", a line break \\n',
        )  # fmt: skip
    if len(text) > LONGEST_NUMBER and (problem := _too_long(kind, text)) is not None:
        cutter.problem(problem[0], span, problem[1])
        text = "0" if kind == "NUMBER" else '""' if kind == "STRING" else text[:LONGEST_NAME]
    chunk.tokens.append(Token(kind, text, span))


def _too_long(kind: str, text: str) -> tuple[str, str] | None:
    if kind == "WORD" and len(text) > LONGEST_NAME:
        return "name-too-long", f"this name has {len(text):,} characters; a name has at most {LONGEST_NAME}"
    if kind == "NUMBER" and len(text) > LONGEST_NUMBER:
        return "number-too-long", f"this number has {len(text):,} digits; a number has at most {LONGEST_NUMBER}"
    if kind == "STRING" and len(text) > LONGEST_TEXT:
        return "text-too-long", f"this text has {len(text):,} characters; a text has at most {LONGEST_TEXT:,}"
    return None


def _add_sign(cutter: _Cutter, kind: str, text: str, span: Span) -> None:
    chunk = cutter.chunk
    if kind == "LBRACE" and _after_in(chunk.tokens):
        kind = "LSET"
    token = Token(kind, text, span)
    if kind in OPENING:
        if len(chunk.brackets) == DEEPEST_BRACKETS and chunk.whole:
            cutter.problem(
                "too-deep", span, f"brackets stand more than {DEEPEST_BRACKETS} deep here",
                "give parts of the expression a name of their own with `let`",
            )  # fmt: skip
            chunk.whole = False
        chunk.brackets.append(token)
    elif kind in CLOSING:
        token.kind = _close(chunk.brackets, kind)
    chunk.tokens.append(token)


def _after_in(tokens: list[Token]) -> bool:
    last = next((t for t in reversed(tokens[-2:]) if t.kind != "NEWLINE"), None)
    return last is not None and last.kind == "WORD" and last.text == "in"


def _close(brackets: list[Token], kind: str) -> str:
    """Close the innermost bracket that fits, and with a ``}`` also what is still open inside it."""
    while brackets:
        wanted = OPENING[brackets[-1].kind]
        if kind == wanted or (kind == "RBRACE" and wanted == "RSET"):
            brackets.pop()
            return wanted
        if kind != "RBRACE" or not any(b.kind in {"LBRACE", "LSET"} for b in brackets):
            break
        brackets.pop()
    return kind


_HINTS: Final = {
    "'": 'a text stands between straight double quotes: "like this"',
    "\u201c": 'use straight double quotes: "like this"', "\u201d": 'use straight double quotes: "like this"',
    "\u201e": 'use straight double quotes: "like this"', "\u2018": 'use straight double quotes: "like this"',
    "\u2019": 'use straight double quotes: "like this"', "\u00ab": 'use straight double quotes: "like this"',
    "\u00a0": "this is a non-breaking space; type an ordinary one",
    "\u2264": "write `<=`", "\u2265": "write `>=`", "\u2260": "write `!=`",
    "\u2212": "write a plain `-`", "\u2013": "write a plain `-`, or `..` for a range", "\u00d7": "write `*`",
    "\u2026": "write `..` for a range", "\u20ac": "write the currency's code, such as `EUR`, after the amount",
    "$": "write the currency's code, such as `USD`, after the amount",
    "\u00a3": "write the currency's code, such as `GBP`, after the amount",
    "\\": "a backslash stands only inside a text",
}  # fmt: skip


def _bad_character(cutter: _Cutter, character: str, span: Span) -> None:
    if cutter.bad_line == cutter.line:
        return
    cutter.bad_line = cutter.line
    shown = (
        f"`{character[:20]}`" if character.isprintable() and not character.isspace() else f"U+{ord(character[0]):04X}"
    )
    hint = _HINTS.get(character[0], "")
    if not hint and character[0].isalpha():
        hint = "names are made of the letters A to Z, digits and `_`; other letters stand in labels"
    cutter.problem("unexpected-character", span, f"the character {shown} has no meaning here", hint)

"""From text to the tree of syntax nodes: whole files, and single expressions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rules.automaton import tables
from rules.complaints import clipped
from rules.declarations import (
    CatalogDeclaration, ChoicesDeclaration, ComponentDeclaration, CustomerDeclaration, Declaration, File,
    PricesDeclaration, TextsDeclaration,
)  # fmt: skip
from rules.diagnostics import Diagnostic, Span, did_you_mean, in_order
from rules.reader import Reading, read
from rules.reading import MOST_PROBLEMS, readable
from rules.statements import is_expression
from rules.syntax import Expression, Name, Node
from rules.tokens import Chunk, Token, chunks, piece

MOST_TOKENS: Final = 500_000
"""The most words and signs of one file."""

_PARTLY_USEFUL = (
    CatalogDeclaration, ChoicesDeclaration, ComponentDeclaration, CustomerDeclaration, PricesDeclaration,
    TextsDeclaration,
)  # fmt: skip


def parse(text: str, file: str) -> tuple[File, tuple[Diagnostic, ...]]:
    """Read one catalog file; `file` is its path as the user sees it.

    Every declaration that could be read is in the tree, in the order written. A list of choices, a
    component and the like stay without their broken lines; any other declaration with a mistake is
    left out. `File.broken` names what could not be read, so that its uses need not be reported again.
    No text raises: each problem is a diagnostic, sorted by place, at most 100 of a file.
    """
    clean, problems = readable(text, file)
    declarations: list[Declaration] = []
    broken: list[Name] = []
    size = 0
    for chunk in chunks(clean or "", file, tables().declarations):
        size += len(chunk.tokens)
        if size > MOST_TOKENS:
            problems.append(_too_long(chunk))
            break
        reading = read_chunk(chunk)
        problems += [*chunk.problems, *reading.problems]
        broken += reading.broken
        if isinstance(reading.node, Node):
            declarations.append(reading.node)  # type: ignore[arg-type] # the grammar's start makes declarations only
        if len(problems) >= MOST_PROBLEMS:
            break
    lines = text.count("\n") + 1
    node = File(Span(file, 1, 1, lines, 1), tuple(declarations), tuple(broken))
    return node, in_order(problems)[:MOST_PROBLEMS]


def read_chunk(chunk: Chunk) -> Reading:
    """Read one declaration; the words among its tokens become keywords and names."""
    tokens = chunk.tokens
    while tokens and tokens[0].kind == "NEWLINE":
        del tokens[0]
    if not tokens or not chunk.whole:
        return Reading()
    first = tokens[0]
    unknown = [] if first.text in tables().declarations else [_unknown_declaration(first)]
    if unknown:
        if first.kind == "BAD" or first.span.line in {problem.span.line for problem in chunk.problems}:
            unknown = []
        guess = did_you_mean(first.text, tables().declarations).removeprefix("did you mean ").removesuffix("?")
        if first.kind != "WORD" or not guess:
            return Reading(problems=unknown, broken=_head(tokens))
        first.text = guess
    reading = read(tokens, "declaration", chunk.problems)
    reading.problems = [*unknown, *reading.problems]
    if (reading.problems or chunk.problems) and not isinstance(reading.node, _PARTLY_USEFUL):
        reading.node = None
        reading.broken += _head(tokens)
    return reading


def parse_expression(text: str, span: Span) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    """Read one expression that begins where `span` does; None where there is any problem."""
    clean, problems = readable(text, span.file)
    if clean is None or problems:
        return None, tuple(replace(problem, span=span) for problem in problems[:1])
    chunk = piece(clean, span)
    if not chunk.whole or not chunk.tokens:
        return None, tuple(chunk.problems) or (Diagnostic("missing-value", span, "a value is missing here"),)
    reading = read(chunk.tokens, "expression", chunk.problems)
    found = in_order([*chunk.problems, *reading.problems])[:MOST_PROBLEMS]
    return (reading.node if not found and is_expression(reading.node) else None), found


def _head(tokens: list[Token]) -> list[Name]:
    return [Name(token.span, token.text) for token in tokens[1:2] if token.kind in {"WORD", "NAME"}]


def _too_long(chunk: Chunk) -> Diagnostic:
    return Diagnostic(
        "file-too-long",
        chunk.tokens[0].span,
        f"this file has more than {MOST_TOKENS:,} words and signs; reading ends here",
        "split it into several files, or move rows into .csv files",
    )


def _unknown_declaration(token: Token) -> Diagnostic:
    near = did_you_mean(token.text.lower(), tables().declarations)
    hint = near or "what belongs to the declaration above is indented"
    return Diagnostic("unknown-declaration", token.span, f"`{clipped(token.text)}` begins no declaration", hint)

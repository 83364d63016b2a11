"""The one canonical text of a catalog file: same meaning, same comments, one shape."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from rules.alignment import Line, aligned
from rules.automaton import tables
from rules.declaring import write_lines
from rules.declarations import Declaration, File
from rules.diagnostics import Diagnostic, in_order
from rules.grammar import read_chunk
from rules.layout import Row, lines, rows
from rules.reading import MOST_PROBLEMS, readable
from rules.syntax import Node
from rules.tokens import Chunk, Comment, chunks


def format_text(text: str, file: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """Return the canonical text of a file; None, with the problems, where it cannot be read.

    Comments keep their places, numbers their written form, the writer's line breaks inside a
    statement stay; spaces, indentation, columns and blank lines become canonical. Formatting the
    result again changes nothing, and it reads as the same tree.
    """
    clean, problems = readable(text, file)
    page = _Page()
    for chunk in chunks(clean or "", file, tables().declarations, comments=True):
        reading = read_chunk(chunk)
        problems += [*chunk.problems, *reading.problems]
        if len(problems) >= MOST_PROBLEMS:
            break
        if not problems:
            page.chunk(chunk)
    if clean is None or problems:
        return None, in_order(problems)[:MOST_PROBLEMS]
    return aligned(page.lines), ()


def write(node: Node) -> str:
    """Write any node of the tree as text that reads as the same node; a file or declaration in its canonical form.

    Raises ValueError for a tree that no text means, such as a name that is a word of the language.
    """
    if isinstance(node, File):
        return "\n".join(write(declaration) for declaration in node.declarations)
    text = write_lines(node)
    if not isinstance(node, Declaration):
        return text
    formatted, problems = format_text(text, "")
    if formatted is None:
        raise ValueError(f"{text}: {problems[0].message}")
    return formatted


@dataclass(slots=True)
class _Page:
    """The lines written so far, and where the source and the last declaration ended."""

    lines: list[Line] = field(default_factory=list)
    source_line: int = 0
    opened: bool = False
    declared: int = -1
    single: bool = True

    def place(self, line: Line, first: int, last: int, *, closes: bool = False) -> None:
        """Put a line that stood in lines `first` to `last` of the source; one blank line before it stays."""
        line.blank_before = first - self.source_line > 1 and not self.opened and not closes
        self.lines.append(line)
        self.source_line, self.opened = last, False

    def comments(self, waiting: list[Comment], line: int, indent: int) -> None:
        """Put the comments that stand above a line of the source."""
        while waiting and waiting[-1].line < line:
            comment = waiting.pop()
            self.place(Line(indent, comment=comment.text), comment.line, comment.line)

    def chunk(self, chunk: Chunk) -> None:
        """Put one declaration and the comments in and after it."""
        waiting = list(reversed(chunk.comments))
        if chunk.tokens:
            found = rows(chunk.tokens, frozenset(comment.line for comment in chunk.comments))
            for index, (row, line) in enumerate(zip(found, lines(found), strict=True)):
                self.row(row, line, waiting, found[index + 1] if index + 1 < len(found) else None)
                if index == 0:
                    self.separate(single=len(found) == 1)
            self.declared = len(self.lines)
        self.comments(waiting, sys.maxsize, 0)

    def row(self, row: Row, line: Line, waiting: list[Comment], following: Row | None) -> None:
        """Put one row, the comments above it and the one behind it."""
        closes = row.first.kind == "RBRACE"
        self.comments(waiting, row.first.span.line, line.indent + 2 if closes else line.indent)
        end = row.tokens[-1].span.line
        self.place(line, row.first.span.line, end, closes=closes)
        self.opened = row.tokens[-1].kind == "LBRACE"
        last = following is None or following.first.span.line > end
        if last and waiting and waiting[-1].line == end:
            line.comment = waiting.pop().text

    def separate(self, *, single: bool) -> None:
        """Keep a blank line between declarations, but for neighbours of one line each."""
        between = self.lines[max(self.declared, 0) :]
        if self.declared > 0 and not (single and self.single) and not any(line.blank_before for line in between):
            between[0].blank_before = True
        self.single = single

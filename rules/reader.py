"""Reads the tokens of one declaration into its node: words in context, line ends, and going on after a mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rules.automaton import END, RESERVED, Stack, tables
from rules.complaints import complaint, likely
from rules.diagnostics import Diagnostic, Span
from rules.statements import Refusal
from rules.syntax import Date, Name, Node, Text
from rules.reading import MOST_PROBLEMS
from rules.tokens import CLOSING, CONTINUERS, OPENING, OPERATORS, Token

MOST_STATES: Final = 600
DEEPEST_TREE: Final = 100
"""The most levels of nodes of one expression."""
_WORTH_MEASURING: Final = 40

_CONTINUED_AFTER: Final = OPERATORS | {
    "AND", "OR", "NOT", "IF", "THEN", "ELSE", "IN", "BETWEEN", "REQUIRES", "EXCLUDES", "LBRACE", "LSET", "LPAR", "LSQB",
    "NEWLINE",
}  # fmt: skip
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}


@dataclass(slots=True)
class Reading:
    """What came of the tokens: a node, or None; the problems; names whose declaration could not be read."""

    node: object | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    broken: list[Name] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    tokens: list[Token]
    stack: Stack
    reading: Reading
    bad_lines: frozenset[int]
    index: int = 0
    previous: Token | None = None
    in_table: bool = False
    deepest: int = 0
    failed_at: int = -1
    reported: str = ""
    reasoned: bool = False

    # --- which terminal a token is ------------------------------------------------------------

    def kind(self, index: int) -> str | None:
        """Return the terminal that a token is here; None for a line end that does not count."""
        token = self.tokens[index]
        if token.kind == "WORD":
            return self.word_kind(index)
        if token.kind != "NEWLINE":
            return token.kind
        if token.soft or self.previous is None or self.previous.kind in _CONTINUED_AFTER:
            return None
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if following is None or following.kind in CLOSING:
            return None
        return None if self.continues(index + 1, following) else "NEWLINE"

    def continues(self, index: int, following: Token) -> bool:
        """Say whether the first token of a line continues the line before it."""
        if following.kind == "WORD":
            if following.text not in CONTINUERS:
                return False
            return following.text in RESERVED or self.stack.fits(tables().keywords[following.text]) is not None
        if following.kind == "MINUS" and self.in_table and self.stack.fits("NEWLINE") is not None:
            after = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
            return after is None or after.kind != "NUMBER" or after.span.column != following.span.end_column
        return following.kind in OPERATORS

    def word_kind(self, index: int) -> str:
        """Decide between keyword and name: the keyword where it fits, and what follows fits it."""
        word = self.tokens[index].text
        keyword = tables().keywords.get(word)
        if keyword is None:
            return "NAME"
        if word in RESERVED:
            return keyword
        if self.gives_reason(index) and self.stack.fits("STRING", self.stack.fits("NAME")) is None:
            return keyword
        if not self.stack.may(keyword):
            return "NAME"
        if not self.stack.may("NAME"):
            return keyword
        after = self.stack.fits(keyword)
        if after is None or self.stack.fits("NAME") is None:
            return "NAME" if after is None else keyword
        return keyword if any(self.stack.fits(kind, after) for kind in self.kinds_after(index)) else "NAME"

    def gives_reason(self, index: int) -> bool:
        """Say whether ``because`` and a text stand here."""
        following = self.tokens[index + 1].kind if index + 1 < len(self.tokens) else ""
        return self.tokens[index].text == "because" and following == "STRING"

    def kinds_after(self, index: int) -> set[str]:
        """Return the terminals that the next token may be, whatever comes before it."""
        kinds: set[str] = set()
        for token in self.tokens[index + 1 : index + 3]:
            if token.kind == "WORD":
                kinds.add(tables().keywords.get(token.text, "NAME"))
                if token.text not in RESERVED:
                    kinds.add("NAME")
            else:
                kinds.add(token.kind)
            if token.kind != "NEWLINE":
                return kinds
        return kinds | {END}

    # --- the run ------------------------------------------------------------------------------

    def run(self) -> None:
        tokens, stack = self.tokens, self.stack
        while self.index < len(tokens):
            token = tokens[self.index]
            kind = self.kind(self.index)
            if kind is None:
                token.soft = True
                self.index += 1
                continue
            token.kind = kind
            try:
                taken = len(stack.states) < MOST_STATES and stack.take(kind, self.leaf(token))
            except Refusal as refusal:
                self.reading.problems += refusal.diagnostics
                if not self.recover(refused=True):
                    return
                continue
            if not taken:
                if not self.complain(token):
                    return
                if self.index < len(tokens) and not (self.corrected() or self.recover(refused=False)):
                    return
                continue
            self.accepted(token)
        self.finish()

    def accepted(self, token: Token) -> None:
        self.previous = token
        self.index += 1
        self.deepest = max(self.deepest, len(self.stack.states))
        if token.kind in {"ALLOW", "FORBID"}:
            self.in_table = True
        elif token.kind in {"BECAUSE", "RBRACE"}:
            self.in_table = False

    def leaf(self, token: Token) -> object:
        """Return the value of a terminal: a node for names, texts and dates, else the token."""
        if token.kind == "NAME":
            return Name(token.span, token.text)
        if token.kind == "STRING":
            return Text(token.span, self.unescaped(token))
        if token.kind == "DATE":
            try:
                return Date(token.span, date.fromisoformat(token.text))
            except ValueError:
                self.note(
                    "invalid-date", token.span, f"there is no day {token.text}", "write year-month-day: 2026-06-01"
                )
                return Date(token.span, date(2000, 1, 1))
        return token

    def unescaped(self, token: Token) -> str:
        raw = token.text[1:-1]
        if "\\" not in raw:
            return raw
        for match in _ESCAPE.finditer(raw):
            if match.group(1) not in _ESCAPES:
                start = token.span.column + 1 + match.start()
                span = Span(token.span.file, token.span.line, start, token.span.line, start + 2, token.span.cell)
                hint = 'write \\" for a quote, \\\\ for a backslash, \\n for a line break, \\t for a tab'
                self.note("bad-escape", span, f"{match.group()} has no meaning in a text", hint)
        return _ESCAPE.sub(lambda match: _ESCAPES.get(match.group(1), match.group(1)), raw)

    def note(self, code: str, span: Span, message: str, hint: str) -> None:
        self.reading.problems.append(Diagnostic(code, span, message, hint))

    def finish(self) -> None:
        """Take the end of the declaration."""
        end = self.previous or Token(END, "", Span("", 1, 1, 1, 1))
        try:
            if self.stack.take(END, None):
                self.reading.node = self.stack.values[-1]
                self.measure()
                return
        except Refusal as refusal:
            if not self.reading.problems and not self.bad_lines:
                self.reading.problems += refusal.diagnostics
            return
        self.complain(Token(END, "", end.span))

    # --- after a mistake ----------------------------------------------------------------------

    def complain(self, token: Token) -> bool:
        """Report a token that does not fit; False where reading cannot go on."""
        if len(self.stack.states) >= MOST_STATES:
            self.note(
                "too-deep", token.span, "this is nested too deeply to be read", "give parts of it a name with `let`"
            )
            return False
        if len(self.reading.problems) >= MOST_PROBLEMS:
            return False
        if token.kind != END and self.swallowed(token):
            token = self.tokens[self.index]
        problem = complaint(self.stack, token, self.previous)
        again = self.failed_at == self.index
        if again:
            # One more thing may be wrong at the same place: the reason that a broken rule lacks as well.
            told = problem.code == "missing-because" and self.reported not in {"", problem.code}
        else:
            lines = {token.span.line, self.previous.span.line if self.previous else token.span.line}
            told = token.kind != "BAD" and not lines & self.bad_lines
            self.reported = problem.code if told else ""
        if self.previous is not None and self.previous.kind == "BECAUSE":
            self.reasoned = True
        told = told and not (self.reasoned and problem.code == "missing-because")
        if told:
            self.reading.problems.append(problem)
        if token.kind != END and self.stack.fits(END) is not None:
            # The declaration is whole: what follows it is left alone.
            del self.tokens[self.index :]
            return True
        return not again

    def corrected(self) -> bool:
        """Read a misspelt keyword as the one it stands for, so that what follows is read as well."""
        token = self.tokens[self.index]
        meant = likely(token, self.stack.expected()) if self.reported == "misspelt-word" else ""
        if meant:
            token.text, token.kind = meant, "WORD"
        return bool(meant)

    def swallowed(self, token: Token) -> bool:
        """Stand before a keyword that an open line above it took for a value: ``3 kg +``, and then ``let w = …``."""
        word, last = self.previous, self.index - 1
        if word is None or word.text not in tables().keywords or word.kind != "NAME" or last < 1:
            return False
        if (
            self.tokens[last] is not word
            or self.tokens[last - 1].kind != "NEWLINE"
            or token.kind not in {"NAME", "STRING"}
        ):
            return False
        if not self.stack.undo(word.span):
            return False
        word.kind, self.index = "WORD", last
        if token.kind == "NAME":
            token.kind = "WORD"
        self.previous = next((t for t in reversed(self.tokens[:last]) if t.kind != "NEWLINE"), None)
        return True

    def recover(self, *, refused: bool) -> bool:
        """Give up the statement that holds the mistake and stand at what follows it; False where there is no such place."""
        if self.failed_at == self.index and refused:
            return False
        self.failed_at = self.index
        dropped = self.stack.give_up(self.reading.problems)
        if dropped is None:
            return False
        self.reading.broken += _declared(dropped, self.tokens[0].kind)
        self.harden([part.kind for part in dropped if isinstance(part, Token) and part.kind in OPENING])
        self.previous = Token("ERROR", "", self.tokens[self.index].span)
        if not (refused or self.at_line_start(self.index)) or not self.resumes(self.index):
            self.skip()
        return True

    def harden(self, opened: list[str]) -> None:
        """Let the line ends count again after brackets that were given up, unless they close on their line."""
        given_up = len(opened)
        if not given_up:
            return
        for token in self.tokens[self.index :]:
            if token.kind in OPENING:
                opened.append(token.kind)
            elif token.kind in CLOSING:
                if token.text == "}":
                    token.kind = "RSET" if opened and opened[-1] == "LSET" else "RBRACE"
                if opened:
                    opened.pop()
            elif token.kind == "NEWLINE":
                if len(opened) <= given_up:
                    opened, given_up = [], 0
                token.soft = bool(opened) and opened[-1] != "LBRACE"

    def at_line_start(self, index: int) -> bool:
        return index > 0 and self.tokens[index - 1].kind == "NEWLINE"

    def resumes(self, index: int) -> bool:
        """Say whether a statement can go on with this token; feed the line end it asks for."""
        token = self.tokens[index]
        kind = token.kind
        if token.text in tables().keywords or kind == "NAME":
            kind, token.kind = tables().keywords.get(token.text, "NAME"), "WORD"
        if self.stack.fits(kind) is not None:
            return True
        after = self.stack.fits("NEWLINE")
        if kind == "NAME" or after is None or self.stack.fits(kind, after) is None:
            return False
        self.stack.take("NEWLINE", Token("NEWLINE", "\n", token.span))
        return True

    def skip(self) -> None:
        """Pass over the rest of the broken statement, blocks inside it included."""
        depth, tokens = 0, self.tokens
        while self.index < len(tokens):
            token = tokens[self.index]
            if depth == 0 and self.gives_reason(self.index) and self.resumes(self.index):
                return
            if token.kind == "LBRACE":
                depth += 1
            elif token.kind == "RBRACE":
                if depth == 0:
                    return
                depth -= 1
            elif token.kind == "NEWLINE" and depth == 0 and self.index + 1 < len(tokens):
                following = tokens[self.index + 1]
                if not token.soft and not self.continues(self.index + 1, following):
                    return
                if token.soft and following.kind == "WORD" and self.resumes(self.index + 1):
                    self.index += 1
                    return
            self.index += 1

    # --- depth --------------------------------------------------------------------------------

    def measure(self) -> None:
        """Refuse a tree that is too deep for those who walk it."""
        if self.deepest < _WORTH_MEASURING or not isinstance(self.reading.node, Node):
            return
        level: list[Node] = [self.reading.node]
        for _ in range(DEEPEST_TREE):
            level = [child for node in level for child in _children(node)]
            if not level:
                return
        self.note(
            "too-deep",
            level[0].span,
            f"this is nested more than {DEEPEST_TREE} levels deep",
            "give parts of it a name with `let`",
        )
        self.reading.node = None


def _declared(dropped: list[object], declaration: str) -> list[Name]:
    """Return the name that a broken statement would have declared."""
    if len(dropped) > 1 and isinstance(dropped[0], Token) and dropped[0].kind in {"OPTION", "PART", "LET"}:
        return [part for part in dropped[1:2] if isinstance(part, Name)]
    return [part for part in dropped[:1] if isinstance(part, Name) and declaration == "CHOICES"]


def _children(node: Node) -> list[Node]:
    found: list[Node] = []
    waiting: list[object] = [getattr(node, name) for name in node.__dataclass_fields__]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Node):
            found.append(part)
        elif isinstance(part, tuple):
            waiting += part
    return found


def read(tokens: list[Token], start: str, problems: list[Diagnostic]) -> Reading:
    """Read tokens as one declaration, expression or cell; `problems` are those already found in their characters."""
    reading = Reading()
    bad_lines = frozenset(problem.span.line for problem in problems)
    _Reader(tokens, Stack([tables().starts[start]]), reading, bad_lines).run()
    return reading

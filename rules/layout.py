"""Lays the tokens of one declaration out in lines: breaks, indentation, spaces, and the cells to align."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rules.alignment import Line
from rules.diagnostics import Span
from rules.tokens import OPERATORS, Token

_PADDED: Final = {
    "COMPONENT": frozenset({"OPTION", "PART", "LET"}),
    "PRODUCT": frozenset({"OPTION", "PART", "LET"}),
    "CONTRACT": frozenset({"WHO", "PRICE", "DISCOUNT"}),
    "PROMOTION": frozenset({"ON", "NEED", "WHEN", "GIVE", "LIMIT", "BUDGET", "GROUP", "PRIORITY"}),
    "FEE": frozenset({"CHARGE", "ALLOWANCE", "WHEN", "TAX"}),
    "POLICY": frozenset(
        {
            "PHASES",
            "ROUND",
            "LINES",
            "TAX",
            "THRESHOLDS",
            "PERCENTAGES",
            "ALLOCATE",
            "PROMOTIONS",
            "RANK",
            "CASH",
        }
    ),
    "SUGGEST": frozenset({"WHEN", "OFFER"}),
    "APPROVE": frozenset({"WHEN", "BY", "LIMIT"}),
    "TEST": frozenset({"GIVEN", "DAY", "CUSTOMER", "QUANTITY", "EXPECT"}),
    "ENTITLE": frozenset({"WHO", "MAY"}),
}
_STATEMENTS: Final = {
    "SCALE": {"WHEN"},
    "RECURRING": {"WHEN"},
    "FEE": {"WHEN"},
    "PROMOTION": {"WHEN"},
    "APPROVE": {"WHEN"},
    "SUGGEST": {"WHEN"},
    "TEST": {"QUANTITY"},
}
_ONE_LINERS: Final = frozenset({"GROUP", "TAX", "PRICES", "RATES", "DELEGATE"})
_NOT_BEFORE: Final = frozenset({"COMMA", "RPAR", "RSQB", "RSET", "COLON", "PERCENT", "DOT", "LSQB"})
_NOT_AFTER: Final = frozenset({"LPAR", "LSQB", "LSET", "DOT"})
_OPERANDS: Final = frozenset({"NAME", "NUMBER", "STRING", "DATE", "RPAR", "RSQB", "RSET", "PERCENT", "YES", "NO"})
_FUNCTIONS: Final = frozenset({"COUNT", "SUM", "MIN", "MAX"})
_MODIFIERS: Final = frozenset({"FROM", "UNTIL", "RENAMED", "REPLACED", "RETIRED", "PICTURE"})


@dataclass(slots=True)
class Row:
    """The tokens of one line to be, how deep it stands, and whether it goes on with the line before."""

    tokens: list[Token]
    depth: int
    continues: bool
    block: Token | None

    @property
    def first(self) -> Token:
        """Return its first token."""
        return self.tokens[0]

    @property
    def place(self) -> Span | None:
        """Return where the block it stands in was opened."""
        return self.block.span if self.block else None


def rows(tokens: Sequence[Token], commented: frozenset[int]) -> list[Row]:
    """Break the tokens of a declaration into rows: where the writer did, and around the blocks of many lines.

    `commented` are the lines that hold a comment; nothing is joined across one.
    """
    found: list[Row] = []
    blocks: list[Token] = []
    sections: set[int] = set()
    many = _blocks_of_many_lines(tokens)
    declaration, previous, ended = tokens[0].kind, None, True
    for token in tokens:
        if token.kind == "NEWLINE":
            ended = ended or not token.soft
            continue
        broken = previous is None or token.span.line > previous.span.line
        if broken and previous is not None and token.kind == "LBRACE":
            broken = any(line in commented for line in range(previous.span.line, token.span.line))
        opened = previous is not None and previous.kind == "LBRACE"
        closes = token.kind == "RBRACE" and blocks and id(blocks[-1]) in many
        if token.kind == "RBRACE" and blocks:
            blocks.pop()
        if broken or closes or (opened and id(previous) in many) or not found:
            block = blocks[-1] if blocks else None
            begins = ended or opened or token.kind in _STATEMENTS.get(declaration, ()) or id(block) in sections
            continues = bool(found) and not closes and not (begins and block)
            found.append(Row([], len(blocks), continues, block))
        found[-1].tokens.append(token)
        if token.kind == "LBRACE":
            blocks.append(token)
            if found[-1].first.kind == "SECTION":
                sections.add(id(token))
        previous, ended = token, False
    return found


def _blocks_of_many_lines(tokens: Sequence[Token]) -> frozenset[int]:
    """Return the opening braces, by identity, of the blocks that go over several lines."""
    opened: list[Token] = []
    many: set[int] = set()
    for token in tokens:
        if token.kind == "LBRACE":
            opened.append(token)
        elif token.kind == "RBRACE" and opened:
            start = opened.pop()
            if token.span.line > start.span.line:
                many.add(id(start))
    return frozenset(many)


def lines(found: Sequence[Row]) -> list[Line]:
    """Turn rows into lines with cells."""
    declaration, table = found[0].first.kind, 0
    made: list[Line] = []
    for row in found:
        kind = row.first.kind
        if row.continues:
            made.append(Line(2 * row.depth + 2, [spaced(row.tokens, declaration, "")]))
            continue
        if kind in {"ALLOW", "FORBID"} and declaration == "RULE":
            table = len(row.first.text) + 1
            made.append(_table_line(row, row.tokens[1:], f"{row.first.text} ", 0))
        elif table and kind not in {"BECAUSE", "RBRACE"}:
            made.append(_table_line(row, row.tokens, "", table))
        else:
            table = 0
            made.append(_line(row, declaration, single=len(found) == 1))
    return made


def _line(row: Row, declaration: str, *, single: bool) -> Line:
    kind, tokens, indent = row.first.kind, row.tokens, 2 * row.depth
    if row.depth == 0:
        head = 2 if kind == "ITEM" or kind in _ONE_LINERS else 0
        if single and head and len(tokens) > head:
            # The rates of taxes stand under one another, whatever follows them.
            end = head + 2 if kind == "TAX" and tokens[head + 1 : head + 2] else len(tokens)
            cells = [spaced(tokens[:head], declaration, ""), spaced(tokens[head:end], declaration, "")]
            tail, separator = spaced(tokens[end:], declaration, ""), "  " if kind == "ITEM" else " "
            return Line(indent, cells, ("run", kind), run=True, separator=separator, tail=tail)
    elif kind == "SECTION" and tokens[2:]:
        cells = [spaced(tokens[:2], declaration, ""), spaced(tokens[2:], declaration, "")]
        return Line(indent, cells, (row.place, "section"), run=True)
    elif row.depth == 1 and kind in _PADDED.get(declaration, ()):
        head = 2 if kind == "MAY" and tokens[1].kind == "NOT" else 1
        cells = [spaced(tokens[:head], declaration, ""), spaced(tokens[head:], declaration, "")]
        return Line(indent, cells, (row.place, "padded"))
    elif row.depth == 1 and kind != "RBRACE":
        columns = _columns(row, declaration)
        if columns is not None:
            return columns
    return Line(indent, [spaced(tokens, declaration, "")])


def _columns(row: Row, declaration: str) -> Line | None:
    """Return the line of a choice, a price, a tier or a translation, in columns."""
    tokens, kind = row.tokens, row.first.kind
    line = Line(2, [], (row.place, "columns"), separator="  ")
    if declaration == "CHOICES":
        split = next((i for i, token in enumerate(tokens) if token.kind in _MODIFIERS), len(tokens))
        label = [spaced(tokens[1:2], declaration, "")] if len(tokens) > 1 and tokens[1].kind == "STRING" else [""]
        line.cells = [tokens[0].text, *label]
        line.cells += [spaced(cell, declaration, "row") for cell in _cells(tokens[2 if label[0] else 1 : split])]
        line.tail = spaced(tokens[split:], declaration, "")
    elif declaration in {"SCALE", "RECURRING"} and kind == "NUMBER" and _is_tier(tokens):
        split = next(i for i, token in enumerate(tokens) if token.kind in {"DOTS", "MORE"}) + 1
        split += 1 if tokens[split - 1].kind == "DOTS" else 0
        split += 1 if split < len(tokens) and tokens[split].kind in {"NAME", "PERCENT"} else 0
        line.left = 1
        line.cells = [spaced(tokens[:split], declaration, "tier"), spaced(tokens[split:], declaration, "row")]
    elif declaration in {"PRICES", "TEXTS"}:
        split = next(i for i, token in enumerate(tokens) if token.kind not in {"NAME", "DOT"})
        end = next((i for i, token in enumerate(tokens) if token.kind in _MODIFIERS), len(tokens))
        line.cells = [spaced(tokens[:split], declaration, ""), spaced(tokens[split:end], declaration, "row")]
        line.tail = spaced(tokens[end:], declaration, "")
    else:
        return None
    return line


def _is_tier(tokens: Sequence[Token]) -> bool:
    """Say whether a line that begins with a number is a tier: ``1 .. 4``, ``5 kg .. 9 kg``, ``20 or more``."""
    return any(token.kind in {"DOTS", "MORE"} for token in tokens[1:3])


def _cells(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Cut the cells of a choice apart: a value with its sign and unit, or brackets."""
    cell: list[Token] = []
    for token in tokens:
        last = cell[-1].kind if cell else ""
        unit = token.kind == "PERCENT" or (token.kind == "NAME" and last == "NUMBER")
        inside = bool(cell) and cell[0].kind == "LPAR" and last != "RPAR"
        if cell and not unit and not inside and last != "MINUS":
            yield cell
            cell = []
        cell.append(token)
    if cell:
        yield cell


def _table_line(row: Row, tokens: Sequence[Token], prefix: str, extra: int) -> Line:
    cells: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind in {"LPAR", "LSET"}) - (token.kind in {"RPAR", "RSET"})
        if token.kind == "VBAR" and depth == 0:
            cells.append([])
        else:
            cells[-1].append(token)
    return Line(
        2 * row.depth + extra,
        [spaced(cell, "RULE", "") for cell in cells],
        (row.place, "table"),
        separator=" | ",
        left=len(cells),
        prefix=prefix,
    )


def spaced(tokens: Sequence[Token], declaration: str, place: str) -> str:
    """Write tokens with the canonical spaces between them; `place` is ``row`` or ``tier`` where signs are no operators."""
    written: list[str] = []
    for index, token in enumerate(tokens):
        if index and _space(tokens, index, declaration, place):
            written.append(" ")
        written.append(token.text)
    return "".join(written)


def _space(tokens: Sequence[Token], index: int, declaration: str, place: str) -> bool:
    before, after = tokens[index - 1], tokens[index]
    if after.kind in _NOT_BEFORE or before.kind in _NOT_AFTER:
        return False
    if before.kind == "MINUS":
        return not _unary(tokens, index - 1, place)
    if after.kind == "LPAR":
        return not (before.kind in _FUNCTIONS or (before.kind == "NAME" and declaration != "CHOICES"))
    if "DOTS" in (before.kind, after.kind):
        return not _tight_range(tokens, index if after.kind == "DOTS" else index - 1, place)
    if "SLASH" in (before.kind, after.kind):
        slash = index if after.kind == "SLASH" else index - 1
        if slash > 1 and tokens[slash - 2].kind == "PRORATE":
            return False
        return not (tokens[slash - 1].kind == "YES" and slash + 1 < len(tokens) and tokens[slash + 1].kind == "NO")
    return True


def _unary(tokens: Sequence[Token], index: int, place: str) -> bool:
    return place == "row" or index == 0 or tokens[index - 1].kind not in _OPERANDS


def _tight_range(tokens: Sequence[Token], dots: int, place: str) -> bool:
    """Say whether a range is of two bare whole numbers, as in ``0..20``."""
    after = [token for token in tokens[dots + 1 : dots + 4] if token.kind != "MINUS"]
    if place == "tier" or not after or tokens[dots - 1].kind != "NUMBER" or after[0].kind != "NUMBER":
        return False
    if not (tokens[dots - 1].text.isdigit() and after[0].text.isdigit()):
        return False
    return len(after) == 1 or after[1].kind not in {"NAME", "PERCENT", "STEP"} | OPERATORS - {"COMMA", "VBAR", "EQUAL"}

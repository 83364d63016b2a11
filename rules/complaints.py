"""Writes what is wrong with a token that does not fit, and what would: in the words of a catalog manager."""

from __future__ import annotations

from typing import Final

from rules.automaton import END, RESERVED, Stack, tables
from rules.diagnostics import Diagnostic, Span, did_you_mean
from rules.tokens import CLOSING, OPENING, Token

_SIGNS: Final = {
    "LPAR": "`(`", "RPAR": "`)`", "LBRACE": "`{`", "RBRACE": "`}`", "LSQB": "`[`", "RSQB": "`]`", "LSET": "`{`",
    "RSET": "`}`", "COMMA": "`,`", "DOT": "`.`", "COLON": "`:`", "VBAR": "`|`", "PERCENT": "`%`", "DOTS": "`..`",
    "EQUAL": "`=`", "SLASH": "`/`", "STRING": 'a text in quotes, such as "Red"', "DATE": "a date, such as 2026-06-01",
    "NUMBER": "a number", "NAME": "a name", "NEWLINE": "the end of the line", END: "the end of the declaration",
}  # fmt: skip
_COMPARISONS: Final = frozenset({"EQUAL", "NOTEQUAL", "LESSTHAN", "ATMOST", "MORETHAN", "ATLEAST"})
_OPERATORS: Final = _COMPARISONS | {
    "PLUS", "MINUS", "STAR", "SLASH", "AND", "OR", "IN", "BETWEEN", "REQUIRES", "EXCLUDES", "DOT", "LSQB", "PERCENT",
}  # fmt: skip
_VALUE: Final = frozenset({"NAME", "NUMBER", "STRING", "LPAR", "COUNT", "YES"})
_VALUE_STARTS: Final = _VALUE | {"SUM", "MIN", "MAX", "NO", "DATE", "MINUS", "NOT", "ALL", "ANY", "IF"}
_CELL: Final = frozenset({"NAME", "NUMBER", "STRING", "YES", "DATE"})
_INSTEAD: Final = {
    "==": "=", "=>": ">=", "=<": "<=", "<>": "!=", "&&": "and", "&": "and", "||": "or", "!": "not", ":=": "=",
    "->": "then", "<-": "=",
}  # fmt: skip
_FULL: Final = {
    "ON": "`on` and the name of a product or component",
    "BECAUSE": '`because` and a sentence in quotes',
    "PERCENT": "",
    "NEWLINE": "",
    "ERROR": "",
}
_MOST_LISTED: Final = 7


def complaint(stack: Stack, token: Token, previous: Token | None) -> Diagnostic:
    """Say what is wrong with a token (or the end) that does not fit where the machine stands."""
    expected = stack.expected()
    for look in (_wrong_operator, _reserved, _brackets, _because, _chained, _equals, _misspelt, _no_value):
        problem = look(stack, token, previous, expected)
        if problem is not None:
            return problem
    wanted = listed(expected)
    if token.kind == END:
        message = f"The declaration ends here, but {wanted} is expected next."
        return Diagnostic("incomplete-declaration", token.span, message)
    if token.kind == "NEWLINE":
        where = previous.span if previous else token.span
        return Diagnostic(
            "incomplete-line",
            where,
            f"The line ends after `{_shown(previous)}`, but {wanted} is expected next.",
            "To go on with the next line, end this one with an operator or a comma.",
        )
    return Diagnostic("unexpected", token.span, f"{found(token)} does not fit here; expected is {wanted}.", _advice(token, previous, expected))


def found(token: Token) -> str:
    """Name a token that was found."""
    kinds = {"STRING": "The text", "NUMBER": "The number", "DATE": "The date"}
    return f"{kinds[token.kind]} {_clipped(token.text)}" if token.kind in kinds else f"`{_clipped(token.text)}`"


def listed(expected: frozenset[str]) -> str:
    """Write a set of terminals as ``a, b or c``."""
    rest = set(expected) - {"ERROR"}
    words: list[str] = []
    if rest >= _VALUE | {"NOT"}:
        words.append("a condition or a value")
        rest -= _VALUE_STARTS
    elif rest >= _VALUE:
        words.append("a value")
        rest -= _VALUE_STARTS
    elif rest >= _CELL:
        words.append("a value")
        rest -= _CELL | {"NO", "MINUS", "LPAR"}
    if rest >= {"NUMBER", "MINUS"}:
        rest -= {"MINUS"}
    if "MORETHAN" in rest or ("AND" in rest and len(rest) > 1):
        rest -= _OPERATORS
        words.append("an operator")
    keywords = {kind: f"`{word}`" for word, kind in tables().keywords.items()}
    named = [_FULL.get(kind, _SIGNS.get(kind) or keywords.get(kind, "")) for kind in sorted(rest, key=_rank)]
    words += [word for word in named if word]
    if len(words) > _MOST_LISTED:
        words = [*words[: _MOST_LISTED - 1], "another word of the language"]
    if not words:
        return "something else"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _rank(kind: str) -> tuple[int, str]:
    return (2 if kind in CLOSING or kind == END else 0 if kind in _SIGNS else 1, kind)


def _clipped(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


def _shown(token: Token | None) -> str:
    return _clipped(token.text) if token else ""


def _wrong_operator(_stack: Stack, token: Token, _previous: Token | None, _expected: frozenset[str]) -> Diagnostic | None:
    if token.kind != "WRONG":
        return None
    instead = _INSTEAD.get(token.text)
    hint = f"Write `{instead}`." if instead else "A line end ends a statement; no `;` is needed."
    return Diagnostic("wrong-operator", token.span, f"`{token.text}` is no sign of this language.", hint)


def _reserved(_stack: Stack, token: Token, _previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    if token.text not in RESERVED or "NAME" not in expected or "NUMBER" in expected:
        return None
    return Diagnostic(
        "reserved-name",
        token.span,
        f"`{token.text}` is a word of the language and cannot be a name.",
        f"Choose another name, such as `{token.text}_`.",
    )


def _brackets(stack: Stack, token: Token, previous: Token | None, _expected: frozenset[str]) -> Diagnostic | None:
    opened = _innermost(stack)
    if token.kind in CLOSING:
        if opened is None or (OPENING[opened.kind] != token.kind and token.kind not in {"RBRACE", "RSET"}):
            return Diagnostic(
                "stray-bracket", token.span, f"This `{token.text}` closes nothing.", "Delete it, or open it before."
            )
    elif token.kind != END:
        return None
    if opened is None or OPENING[opened.kind] == token.kind:
        return None
    if token.kind == END and opened.kind == "LBRACE" and stack.fits("RBRACE") is None and stack.fits("NEWLINE") is None:
        return None
    closing = "}" if opened.kind in {"LBRACE", "LSET"} else ")" if opened.kind == "LPAR" else "]"
    place = (previous or token).span
    hint = f"Add `{closing}` here."
    if opened.kind == "LBRACE":
        hint = "Add `}` in a line of its own; or indent what follows, if it belongs inside."
    return Diagnostic(
        "missing-bracket",
        place,
        f"`{closing}` is missing: the `{opened.text}` of line {opened.span.line} is not closed.",
        hint,
        ((opened.span, "opened here"),),
    )


def _innermost(stack: Stack) -> Token | None:
    for part in reversed(stack.values):
        if isinstance(part, Token) and part.kind in OPENING:
            return part
    return None


def _because(_stack: Stack, token: Token, previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    if "BECAUSE" not in expected or "RBRACE" in expected or (token.kind != "RBRACE" and token.kind != END):
        return None
    return Diagnostic(
        "missing-because",
        (previous or token).span if previous and previous.text else token.span,
        "`because` is missing: every rule, charge and floor gives its reason.",
        'Add a line such as: because "The rack carries one large bag."',
    )


def _chained(stack: Stack, token: Token, _previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    complete = "AND" in expected or "REQUIRES" in expected or "BECAUSE" in expected
    if token.kind in _COMPARISONS and complete and not expected & _COMPARISONS:
        return Diagnostic(
            "chained-comparison",
            token.span,
            f"A second comparison, `{token.text}`, follows the first.",
            "Join two comparisons with `and`, or write `x between low and high`.",
        )
    if token.text in {"requires", "excludes"} and complete and stack.fits("REQUIRES") is None:
        return Diagnostic(
            "chained-requires", token.span, f"A second `{token.text}` cannot follow.", "Write two rules, or use brackets."
        )
    return None


def _equals(_stack: Stack, token: Token, previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    word = token.text.lower()
    if word in {"true", "false"} and not expected & {"NAME"}:
        return Diagnostic("unexpected", token.span, f"`{token.text}` does not fit here.", "Write `yes` or `no`.")
    if previous is not None and previous.text.lower() in {"true", "false"} and token.kind == "SLASH":
        span = Span(token.span.file, previous.span.line, previous.span.column, token.span.end_line, token.span.end_column)
        return Diagnostic("unexpected", span, f"`{previous.text}/` is no type.", "Write `yes/no`.")
    return None


def _misspelt(_stack: Stack, token: Token, _previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    if token.kind != "NAME" and token.text not in tables().keywords:
        return None
    words = [word for word, kind in tables().keywords.items() if kind in expected and word not in RESERVED]
    words += [word for word in RESERVED if tables().keywords[word] in expected and word not in {"min", "max", "sum"}]
    if not words or "NAME" in expected:
        return None
    near = did_you_mean(token.text.lower(), words)
    message = f"`{_clipped(token.text)}` does not fit here; expected is {listed(expected)}."
    if near:
        return Diagnostic("misspelt-word", token.span, message, near[0].upper() + near[1:])
    return None


def _no_value(_stack: Stack, token: Token, previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    if not (expected >= _VALUE or expected >= _CELL) or previous is None:
        return None
    if token.kind not in {"NEWLINE", END} and token.kind not in CLOSING and token.kind not in _OPERATORS | {"COMMA", "BECAUSE", "THEN", "ELSE", "COLON"}:
        return None
    place = previous.span if token.kind in {"NEWLINE", END} or token.span.line != previous.span.line else token.span
    after = f"after `{_shown(previous)}`"
    return Diagnostic("missing-value", place, f"A value is missing {after}.", "")


def _advice(token: Token, previous: Token | None, expected: frozenset[str]) -> str:
    if "STRING" in expected and token.kind in {"NAME", "NUMBER"}:
        return 'A text stands between quotes: "like this".'
    if token.kind == "STRING" and "NAME" in expected:
        return "A name stands without quotes."
    if token.kind == "COMMA" and previous is not None and previous.kind == "NUMBER":
        return "Decimals are written with a point, and large numbers without separators: 1234.50."
    if token.text == "not" and "IN" in expected:
        return "Write `not` before the condition: `not x in {a, b}`."
    if "EQUAL" in expected and "MORETHAN" not in expected and token.text in {"is", "equals"}:
        return "Write `=`."
    if token.kind == "NAME" and "MORETHAN" in expected:
        return "Two values stand side by side; an operator, a comma or a line end is missing between them."
    if token.kind == "NUMBER" and "DATE" in expected:
        return "A date is written year-month-day: 2026-06-01."
    return ""

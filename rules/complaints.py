"""Writes what is wrong with a token that does not fit, and what would: in the words of a catalog manager."""

from __future__ import annotations

from typing import Final

from rules.automaton import END, RESERVED, Stack, tables
from rules.diagnostics import Diagnostic, did_you_mean
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
_SEPARATORS: Final = frozenset({"COMMA", "BECAUSE", "THEN", "ELSE", "COLON", "VBAR"})
_CELL: Final = frozenset({"NAME", "NUMBER", "STRING", "YES", "DATE"})
_INSTEAD: Final = {
    "==": "=", "=>": ">=", "=<": "<=", "<>": "!=", "&&": "and", "&": "and", "||": "or", "!": "not", ":=": "=",
    "->": "then", "<-": "=",
}  # fmt: skip
_MOST_LISTED: Final = 7
_LONGEST_CITED: Final = 40
_EXPECTED_NEXT: Final = "is expected next"


def complaint(stack: Stack, token: Token, previous: Token | None) -> Diagnostic:
    """Say what is wrong with a token (or the end) that does not fit where the machine stands."""
    expected = stack.expected()
    for look in (_wrong_operator, _reserved, _brackets, _because, _chained, _truth, _misspelt, _no_value):
        problem = look(stack, token, previous, expected)
        if problem is not None:
            return problem
    wanted = listed(expected)
    if token.kind == END:
        return Diagnostic(
            "incomplete-declaration", token.span, f"the declaration ends here, but {wanted} {_EXPECTED_NEXT}"
        )
    closes = token.kind in CLOSING and previous is not None and previous.span.line < token.span.line
    if token.kind == "NEWLINE" or closes:
        return Diagnostic(
            "incomplete-line",
            previous.span if previous else token.span,
            f"the line ends after `{_shown(previous)}`, but {wanted} {_EXPECTED_NEXT}",
            "a line goes on with the next one after an operator or a comma",
        )
    message = f"{found(token)} does not fit here; expected is {wanted}"
    return Diagnostic("unexpected", token.span, message, _advice(token, previous, expected))


def likely(token: Token, expected: frozenset[str]) -> str:
    """Return the keyword that a misspelt word most likely stands for, among those that fit; or an empty text."""
    if token.kind != "NAME" or "NAME" in expected:
        return ""
    words = [word for word, kind in tables().keywords.items() if kind in expected]
    return did_you_mean(token.text.lower(), words).removeprefix("did you mean ").removesuffix("?")


def found(token: Token) -> str:
    """Name a token that was found."""
    kinds = {"STRING": "the text", "NUMBER": "the number", "DATE": "the date"}
    return f"{kinds[token.kind]} {clipped(token.text)}" if token.kind in kinds else f"`{clipped(token.text)}`"


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
    if rest - {"DOT", "LSQB", "LPAR", "NEWLINE", "PERCENT"}:
        rest -= {"DOT", "LSQB", "LPAR", "NEWLINE", "PERCENT"} if "DOT" in rest or words else {"NEWLINE", "PERCENT"}
    keywords = {kind: f"`{word}`" for word, kind in tables().keywords.items()}
    words += [_SIGNS.get(kind) or keywords.get(kind, kind) for kind in sorted(rest, key=_rank)]
    if len(words) > _MOST_LISTED:
        words = [*words[: _MOST_LISTED - 1], "another word of the language"]
    if words == ["`on`"]:
        return "`on` and the name of a product or component"
    if not words:
        return "something else"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _rank(kind: str) -> tuple[int, str]:
    return (2 if kind in CLOSING or kind == END else 0 if kind in _SIGNS else 1, kind)


def clipped(text: str) -> str:
    """Shorten a text that is too long to be cited."""
    return text if len(text) <= _LONGEST_CITED else f"{text[: _LONGEST_CITED - 3]}..."


def _shown(token: Token | None) -> str:
    return clipped(token.text) if token else ""


def _wrong_operator(
    _stack: Stack, token: Token, _previous: Token | None, expected: frozenset[str]
) -> Diagnostic | None:
    if token.kind != "WRONG":
        return None
    instead = "|" if token.text == "||" and "VBAR" in expected else _INSTEAD.get(token.text)
    hint = f"write `{instead}`" if instead else "a line end ends a statement; no `;` is needed"
    return Diagnostic("wrong-operator", token.span, f"`{token.text}` is no sign of this language", hint)


def _reserved(_stack: Stack, token: Token, previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    if previous is not None and previous.text in RESERVED and expected == {"LPAR"}:
        token = previous
    elif token.text not in RESERVED or "NAME" not in expected or "NUMBER" in expected:
        return None
    return Diagnostic(
        "reserved-name",
        token.span,
        f"`{token.text}` is a word of the language and cannot be a name",
        f"choose another name, such as `{token.text}_`",
    )


def _brackets(stack: Stack, token: Token, previous: Token | None, _expected: frozenset[str]) -> Diagnostic | None:
    opened = _innermost(stack)
    if token.kind in CLOSING:
        fitting = opened is not None and (OPENING[opened.kind] == token.kind or token.kind in {"RBRACE", "RSET"})
        if not fitting or stack.fits(END) is not None:
            return Diagnostic(
                "stray-bracket", token.span, f"this `{token.text}` closes nothing", "delete it, or open it before"
            )
    elif token.kind != END and not _next_statement(token, previous, opened):
        return None
    if opened is None or OPENING[opened.kind] == token.kind:
        return None
    if token.kind == END and opened.kind == "LBRACE" and stack.fits("RBRACE") is None and stack.fits("NEWLINE") is None:
        return None
    closing = "}" if opened.kind in {"LBRACE", "LSET"} else ")" if opened.kind == "LPAR" else "]"
    place = (previous or token).span
    hint = f"add `{closing}` here"
    if opened.kind == "LBRACE":
        hint = "add `}` in a line of its own; or indent what follows, if it belongs inside"
    return Diagnostic(
        "missing-bracket",
        place,
        f"`{closing}` is missing: the `{opened.text}` of line {opened.span.line} is not closed",
        hint,
        ((opened.span, "opened here"),),
    )


def _next_statement(token: Token, previous: Token | None, opened: Token | None) -> bool:
    """Say whether a token begins a line of its own inside an open bracket that is no block."""
    if opened is None or previous is None or opened.kind == "LBRACE":
        return False
    return token.kind == "LBRACE" or (token.span.line > previous.span.line and token.text in tables().keywords)


def _innermost(stack: Stack) -> Token | None:
    # A pair that is closed stays on the stack until what it belongs to is complete.
    closed = 0
    for part in reversed(stack.values):
        if isinstance(part, Token) and part.kind in CLOSING:
            closed += 1
        elif isinstance(part, Token) and part.kind in OPENING:
            if not closed:
                return part
            closed -= 1
    return None


def _because(stack: Stack, token: Token, previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    after = stack.fits("NEWLINE")
    wanted = "BECAUSE" in expected or (after is not None and stack.fits("BECAUSE", after) is not None)
    if not wanted or "RBRACE" in expected or token.kind not in {"RBRACE", END}:
        return None
    return Diagnostic(
        "missing-because",
        (previous or token).span if previous and previous.text else token.span,
        "`because` is missing: the reason must be given",
        'add a line such as: because "The rack carries one large bag."',
    )


def _chained(stack: Stack, token: Token, _previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    complete = "AND" in expected or "REQUIRES" in expected or "BECAUSE" in expected
    if token.kind in _COMPARISONS and complete and not expected & _COMPARISONS:
        return Diagnostic(
            "chained-comparison",
            token.span,
            f"a second comparison, `{token.text}`, follows the first",
            "join two comparisons with `and`, or write `x between low and high`",
        )
    if token.text in {"requires", "excludes"} and complete and stack.fits("REQUIRES") is None:
        return Diagnostic(
            "chained-requires", token.span, f"a second `{token.text}` cannot follow", "write two rules, or use brackets"
        )
    return None


def _truth(_stack: Stack, token: Token, previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    if previous is None or previous.text.lower() not in {"true", "false"} or token.kind != "SLASH":
        return None
    del expected
    return Diagnostic("unexpected", previous.span, f"`{previous.text}` is no word of the language", "write `yes/no`")


def _misspelt(_stack: Stack, token: Token, _previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    near = likely(token, expected)
    if not near:
        return None
    message = f"`{clipped(token.text)}` does not fit here; expected is {listed(expected)}"
    return Diagnostic("misspelt-word", token.span, message, f"did you mean {near}?")


def _no_value(_stack: Stack, token: Token, previous: Token | None, expected: frozenset[str]) -> Diagnostic | None:
    if not (expected >= _VALUE or expected >= _CELL) or previous is None:
        return None
    if previous.kind == "NEWLINE":
        return Diagnostic("missing-row", token.span, "the table has no rows", "write a row on a line of its own")
    ends = token.kind in {"NEWLINE", END} or token.span.line != previous.span.line
    if not ends and token.kind not in CLOSING | _OPERATORS | _SEPARATORS:
        return None
    return Diagnostic(
        "missing-value", previous.span if ends else token.span, f"a value is missing after `{_shown(previous)}`"
    )


def _advice(token: Token, previous: Token | None, expected: frozenset[str]) -> str:
    """Return a hint for the mistakes that people make most."""
    number_before = previous is not None and previous.kind == "NUMBER"
    advice = (
        ("COLON" in expected and token.kind == "NAME", "a `:` stands before the type"),
        ("STRING" in expected and token.kind in {"NAME", "NUMBER"}, 'a text stands between quotes: "like this"'),
        (token.kind == "STRING" and "NAME" in expected, "a name stands without quotes"),
        (
            token.kind == "COMMA" and number_before,
            "decimals are written with a point, and large numbers without commas",
        ),
        (token.text == "not" and "IN" in expected, "write `not` before the condition: `not x in {a, b}`"),
        (expected == {"LSET"}, "a set stands in braces: `x in {a, b}`; a single value is compared with `=`"),
        (expected == {"IN"} and token.kind == "COLON", "write it so: `all b in bags: b.size = small`"),
        (token.kind == "NUMBER" and "DATE" in expected, "a date is written year-month-day: 2026-06-01"),
        (
            token.kind == "NAME" and "MORETHAN" in expected,
            "two values stand side by side; an operator, a comma or a line end is missing between them",
        ),
    )
    return next((hint for fits, hint in advice if fits), "")

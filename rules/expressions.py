"""From the grammar's rules for expressions to syntax nodes; one function a rule, named like it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final, Literal

from rules.statements import Part, Refusal, Statement, across, every
from rules.syntax import (
    Aggregate, Attribute, Between, Boolean, Call, Comparison, Conditional, Excludes, Expression, Index, Logical,
    Members, Membership, Name, Not, Number, Product, Quantified, Range, Requires, Sum,
)  # fmt: skip
from rules.tokens import Token

LONGEST_PATH: Final = 16
LARGEST_WHOLE: Final = 1_000_000_000

_SIGNS: Final[dict[str, Literal["+", "-"]]] = {"+": "+", "-": "-"}
_FACTORS: Final[dict[str, Literal["*", "/"]]] = {"*": "*", "/": "/"}
_COMPARISONS: Final[dict[str, Literal["=", "!=", "<", "<=", ">", ">="]]] = {
    "=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
_FUNCTIONS: Final[dict[str, Literal["count", "sum", "min", "max"]]] = {
    "count": "count", "sum": "sum", "min": "min", "max": "max",
}  # fmt: skip
_QUANTIFIERS: Final[dict[str, Literal["all", "any"]]] = {"all": "all", "any": "any"}


def whole(token: Token) -> int:
    """Return a token's whole number; refuse a fraction and what is absurdly large."""
    if "." in token.text:
        raise Refusal("whole-number-needed", token.span, f"a whole number stands here, not {token.text}")
    number = int(token.text)
    if number > LARGEST_WHOLE:
        raise Refusal("number-too-large", token.span, f"{token.text} is too large here; the most is {LARGEST_WHOLE:,}")
    return number


def _number(digits: Token, unit: Name | Token | None = None) -> Number:
    if unit is None:
        return Number(digits.span, digits.text, _exact(digits.text), "")
    if unit.span.line != digits.span.line:
        raise Refusal(
            "unit-on-next-line",
            unit.span,
            f"`{unit.text}` would be the unit of {digits.text} on the line before; a unit stands on the line of its number",
            "move the unit up, or end what stands before it",
        )
    return Number(across(digits, unit), digits.text, _exact(digits.text), unit.text)


def _exact(text: str) -> Fraction:
    whole_part, _, decimals = text.partition(".")
    return Fraction(int(whole_part + decimals), 10 ** len(decimals)) if decimals else Fraction(int(whole_part))


def _minus(sign: Token, operand: Expression) -> Expression:
    span = across(sign, operand)
    if isinstance(operand, Number) and operand.value >= 0 and not operand.text.startswith("-"):
        return Number(span, f"-{operand.text}", -operand.value, operand.unit)
    return Sum(span, (("-", operand),))


def _boolean(word: Token) -> Boolean:
    return Boolean(word.span, word.text == "yes")


def _grouped(_open: Token, inner: Expression, _close: Token) -> Expression:
    return inner


def _attribute(base: Expression, _dot: Token, name: Name) -> Attribute:
    length, part = 1, base
    while isinstance(part, Attribute | Index):
        length, part = length + 1, part.base
    if length >= LONGEST_PATH:
        raise Refusal("too-deep", name.span, f"a path has at most {LONGEST_PATH} names")
    return Attribute(across(base, name), base, name)


def _index(base: Expression, _open: Token, number: Token, close: Token) -> Index:
    if isinstance(base, Index):
        raise Refusal("unexpected", base.span, "an instance of a part has one number, not two")
    return Index(across(base, close), base, whole(number))


def _call(function: Name | Token, *rest: Part) -> Call:
    name = function if isinstance(function, Name) else Name(function.span, function.text)
    arguments = tuple(part for part in rest if not isinstance(part, Token | Statement))
    return Call(across(function, rest[-1]), name, arguments)  # type: ignore[arg-type] # the grammar holds only expressions here


def _count(
    function: Token,
    _open: Token,
    subject: Expression,
    in_or_close: Token,
    collection: Expression | None = None,
    *rest: Token | Statement,
) -> Aggregate:
    if collection is None or not isinstance(subject, Name):
        return Aggregate(across(function, in_or_close), "count", None, subject)
    return Aggregate(across(function, rest[-1]), "count", subject, collection, _condition(rest))


def _aggregate(
    function: Token,
    _open: Token,
    binder: Name,
    _in: Token,
    collection: Expression,
    *rest: Token | Statement | Expression,
) -> Aggregate:
    value = next(part for part in rest if not isinstance(part, Token | Statement))
    return Aggregate(across(function, rest[-1]), _FUNCTIONS[function.text], binder, collection, _condition(rest), value)


def _condition(parts: tuple[Part, ...]) -> Expression | None:
    for part in every(parts, Statement):
        return part.values[0]  # type: ignore[return-value] # `where` holds one expression
    return None


def _total(first: Expression, *rest: Token | Expression) -> Sum:
    terms: list[tuple[Literal["+", "-"], Expression]] = [("+", first)]
    sign: Literal["+", "-"] = "+"
    for part in rest:
        if isinstance(part, Token):
            sign = _SIGNS[part.text]
        else:
            terms.append((sign, part))
    return Sum(across(first, rest[-1]), tuple(terms))


def _product(first: Expression, *rest: Token | Expression) -> Product:
    factors: list[tuple[Literal["*", "/"], Expression]] = [("*", first)]
    sign: Literal["*", "/"] = "*"
    for part in rest:
        if isinstance(part, Token):
            sign = _FACTORS[part.text]
        else:
            factors.append((sign, part))
    return Product(across(first, rest[-1]), tuple(factors))


def _comparison(left: Expression, operator: Token, right: Expression) -> Comparison:
    return Comparison(across(left, right), _COMPARISONS[operator.text], left, right)


def _range(low: Expression, _dots: Token, high: Expression) -> Range:
    return Range(across(low, high), low, high)


def _members(*parts: Token | Expression | Range) -> Members:
    items = tuple(part for part in parts if not isinstance(part, Token))
    return Members(across(parts[0], parts[-1]), items, any=not items)


def _membership(operand: Expression, _in: Token, members: Members) -> Membership:
    return Membership(across(operand, members), operand, members)


def _between(operand: Expression, _between: Token, low: Expression, _and: Token, high: Expression) -> Between:
    return Between(across(operand, high), operand, low, high)


def _negation(word: Token, operand: Expression) -> Not:
    return Not(across(word, operand), operand)


def _both(*parts: Token | Expression) -> Logical:
    return Logical(across(parts[0], parts[-1]), "and", tuple(p for p in parts if not isinstance(p, Token)))


def _either(*parts: Token | Expression) -> Logical:
    return Logical(across(parts[0], parts[-1]), "or", tuple(p for p in parts if not isinstance(p, Token)))


def _requires(left: Expression, _word: Token, right: Expression) -> Requires:
    return Requires(across(left, right), left, right)


def _excludes(left: Expression, _word: Token, right: Expression) -> Excludes:
    return Excludes(across(left, right), left, right)


def _conditional(
    start: Token,
    condition: Expression,
    _then: Token,
    value: Expression,
    _else: Token | None = None,
    otherwise: Expression | None = None,
) -> Conditional:
    return Conditional(across(start, otherwise or value), condition, value, otherwise)


def _quantified(
    word: Token, binder: Name, _in: Token, collection: Expression, _colon: Token, body: Expression
) -> Quantified:
    return Quantified(across(word, body), _QUANTIFIERS[word.text], binder, collection, body)


BUILDERS: Final[dict[str, Callable[..., object]]] = {
    "number": _number, "minus": _minus, "boolean": _boolean, "grouped": _grouped, "attribute": _attribute,
    "index": _index, "call": _call, "count": _count, "aggregate": _aggregate, "total": _total, "product": _product,
    "comparison": _comparison, "range": _range, "cell_range": _range, "members": _members, "set_cell": _members,
    "membership": _membership, "between": _between, "negation": _negation, "both": _both, "either": _either,
    "requires": _requires, "excludes": _excludes, "conditional": _conditional, "quantified": _quantified,
}  # fmt: skip

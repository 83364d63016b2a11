"""Stateless rewrites of ground trees: every function builds one node, folding what is constant.

What is absent on every configuration is written `ABSENT(kind)`: a least of no operands. Comparisons
with it fold to false, arithmetic with it stays absent, as `rules.evaluator` says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Literal

from rules.kinds import Kind, Scalar, Truth
from rules.typed import (
    Add,
    And,
    Choose,
    Compare,
    Constant,
    Divide,
    Exists,
    Extremum,
    Fold,
    ForAll,
    Instance,
    Lookup,
    Member,
    Multiply,
    Not,
    Or,
    Reference,
    Round,
    Rows,
    Typed,
    Values,
    Within,
)

TRUE = Constant(Truth(), True)
FALSE = Constant(Truth(), False)

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
Guarded = tuple[Typed | None, Typed]
Rewrite = Callable[[Typed], Typed]


def ABSENT(kind: Kind) -> Extremum:  # noqa: N802 - reads as the value it makes
    """Return the expression of a kind that has no value in any configuration."""
    return Extremum(kind, "min", ())


def is_absent(expression: Typed) -> bool:
    """Say whether an expression has no value in any configuration."""
    return isinstance(expression, Extremum) and not expression.operands


def conjunction(operands: Iterable[Typed]) -> Typed:
    """Return that all operands hold."""
    return _junction(operands, And, TRUE, FALSE)


def disjunction(operands: Iterable[Typed]) -> Typed:
    """Return that some operand holds."""
    return _junction(operands, Or, FALSE, TRUE)


def _junction(operands: Iterable[Typed], node: type[And | Or], neutral: Constant, decided: Constant) -> Typed:
    flat: list[Typed] = []
    for operand in operands:
        condition = FALSE if is_absent(operand) else operand
        if condition == decided:
            return decided
        if condition != neutral:
            flat += condition.operands if isinstance(condition, node) else (condition,)
    if not flat:
        return neutral
    return flat[0] if len(flat) == 1 else node(tuple(flat))


def negation(operand: Typed) -> Typed:
    """Return that the operand does not hold."""
    if isinstance(operand, Constant):
        return FALSE if operand.value else TRUE
    if is_absent(operand):
        return TRUE
    return operand.operand if isinstance(operand, Not) else Not(operand)


def implication(condition: Typed, consequence: Typed) -> Typed:
    """Return ``not condition or consequence``."""
    return disjunction((negation(condition), consequence))


COMPARISONS: dict[str, Callable[[Scalar, Scalar], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]  # the checker lets only ordered kinds through
    "<=": lambda a, b: a <= b,  # type: ignore[operator]  # the same
    ">": lambda a, b: a > b,  # type: ignore[operator]  # the same
    ">=": lambda a, b: a >= b,  # type: ignore[operator]  # the same
}


def comparison(operator: Operator, left: Typed, right: Typed) -> Typed:
    """Return a comparison; false where an operand is absent."""
    if is_absent(left) or is_absent(right):
        return FALSE
    if isinstance(left, Constant) and isinstance(right, Constant):
        return TRUE if COMPARISONS[operator](left.value, right.value) else FALSE
    return Compare(operator, left, right)


def within(operand: Typed, values: Values) -> Typed:
    """Return that the operand has one of the values; false where it is absent."""
    if is_absent(operand):
        return FALSE
    if isinstance(operand, Constant):
        return TRUE if operand.value in values else FALSE
    return Within(operand, values)


def lookup(kind: Kind, operand: Typed, attribute: str, values: Mapping[str, Scalar]) -> Typed:
    """Return an attribute of a choice."""
    if isinstance(operand, Constant):
        return Constant(kind, values[str(operand.value)])
    return ABSENT(kind) if is_absent(operand) else Lookup(kind, operand, attribute, values)


def addition(kind: Kind, terms: Iterable[tuple[Fraction, Typed]]) -> Typed:
    """Return a sum: nested sums are opened, constants are added up."""
    total, rest = Fraction(0), list[tuple[Fraction, Typed]]()
    for coefficient, term in terms:
        if is_absent(term):
            return ABSENT(kind)
        inner = term.terms if isinstance(term, Add) else ((Fraction(1), term),)
        for factor, operand in inner:
            if isinstance(operand, Constant):
                total += coefficient * factor * number(operand)
            else:
                rest.append((coefficient * factor, operand))
    if not rest:
        return Constant(kind, total)
    if total:
        rest.append((Fraction(1), Constant(kind, total)))
    return rest[0][1] if len(rest) == 1 and rest[0][0] == 1 else Add(kind, tuple(rest))


def product(kind: Kind, operands: Iterable[Typed]) -> Typed:
    """Return a product; with one operand that is not constant it becomes a sum of one term."""
    factor, rest = Fraction(1), list[Typed]()
    for operand in operands:
        if is_absent(operand):
            return ABSENT(kind)
        if isinstance(operand, Constant):
            factor *= number(operand)
        else:
            rest.append(operand)
    if not rest:
        return Constant(kind, factor)
    core = rest[0] if len(rest) == 1 else Multiply(kind, tuple(rest))
    return core if factor == 1 else addition(kind, [(factor, core)])


def quotient(kind: Kind, left: Typed, right: Typed) -> Typed:
    """Return a quotient; absent where the divisor is zero."""
    if is_absent(left) or is_absent(right):
        return ABSENT(kind)
    if isinstance(right, Constant):
        divisor = number(right)
        return addition(kind, [(1 / divisor, left)]) if divisor else ABSENT(kind)
    return Divide(kind, left, right)


def rounded(value: Fraction, mode: Literal["floor", "ceiling", "round"], step: Fraction) -> Fraction:
    """Round to a multiple of the step; ``round`` takes the nearest, half away from zero."""
    ratio = value / step
    if mode == "floor":
        return math.floor(ratio) * step
    if mode == "ceiling":
        return math.ceil(ratio) * step
    nearest = math.floor(abs(ratio) + Fraction(1, 2))
    return (nearest if ratio >= 0 else -nearest) * step


def rounding(kind: Kind, mode: Literal["floor", "ceiling", "round"], operand: Typed, step: Fraction) -> Typed:
    """Return an operand rounded to a multiple of the step."""
    if is_absent(operand):
        return ABSENT(kind)
    if isinstance(operand, Constant):
        return Constant(kind, rounded(number(operand), mode, step))
    return Round(kind, mode, operand, step)


def choose(kind: Kind, condition: Typed, value: Typed, otherwise: Typed) -> Typed:
    """Return ``if condition then value else otherwise``."""
    if isinstance(condition, Constant):
        return value if condition.value else otherwise
    return otherwise if is_absent(condition) else Choose(kind, condition, value, otherwise)


def extremum(kind: Kind, function: Literal["min", "max"], operands: Iterable[Guarded]) -> Typed:
    """Return the least or greatest of the operands whose guard holds; an operand that is absent makes it absent."""
    kept = [(None if guard == TRUE else guard, value) for guard, value in operands if guard != FALSE]
    if any(guard is None and is_absent(value) for guard, value in kept):
        return ABSENT(kind)
    if len(kept) == 1 and kept[0][0] is None:
        return kept[0][1]
    return Extremum(kind, function, tuple(kept))


def present_where(guard: Typed, value: Typed) -> Typed:
    """Return a value, of any kind, that is absent where the guard does not hold."""
    return choose(value.kind, guard, value, ABSENT(value.kind))


def table(source: Rows, columns: tuple[Typed, ...]) -> Typed:
    """Return the table over ground columns; rows that a constant column excludes go, and so does the column."""
    open_columns = [i for i, column in enumerate(columns) if not isinstance(column, Constant)]
    if source.rows and len(open_columns) == len(columns) > 0:
        return Rows(source.mode, columns, source.rows, source.row_spans, source.span)
    rows = [
        tuple(row[i] for i in open_columns)
        for row in source.rows
        if all(column.value in cell for column, cell in zip(columns, row, strict=True) if isinstance(column, Constant))
    ]
    if not open_columns or not rows:
        return TRUE if bool(rows) == (source.mode == "allow") else FALSE
    spans = source.row_spans if len(rows) == len(source.rows) else ()
    return Rows(source.mode, tuple(columns[i] for i in open_columns), tuple(rows), spans, source.span)


def number(constant: Constant) -> Fraction:
    """Return a constant that the checker proved to be a number."""
    if not isinstance(constant.value, Fraction):
        raise TypeError(constant)
    return constant.value


def children(expression: Typed) -> Iterator[Typed]:  # noqa: C901 - one case a node
    """Yield the direct operands of an expression."""
    match expression:
        case Constant() | Reference():
            return
        case Member(base=inner) | Instance(collection=inner) | Lookup(operand=inner) | Not(inner):
            yield inner
        case Within(operand=inner) | Round(operand=inner):
            yield inner
        case And(operands) | Or(operands) | Multiply(operands=operands):
            yield from operands
        case Rows(columns=operands):
            yield from operands
        case Compare(left=left, right=right) | Divide(left=left, right=right):
            yield from (left, right)
        case Add(terms=terms):
            yield from (term for _, term in terms)
        case Choose(condition=condition, value=value, otherwise=otherwise):
            yield from (condition, value, otherwise)
        case Extremum(operands=guarded):
            yield from (part for pair in guarded for part in pair if part is not None)
        case ForAll(collection=collection, body=body) | Exists(collection=collection, body=body):
            yield from (collection, body)
        case Fold(collection=collection, where=where, value=value):
            yield from (part for part in (collection, where, value) if part is not None)


def extent(expression: Typed, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return size and depth of an expression as a tree; shared parts are measured once, `known` by identity."""
    if id(expression) not in known:
        size, depth = 1, 1
        for child in children(expression):
            inner_size, inner_depth = extent(child, known)
            size, depth = size + inner_size, max(depth, inner_depth + 1)
        known[id(expression)] = (size, depth)
    return known[id(expression)]


def mentioned(expression: Typed) -> frozenset[str]:
    """Return the paths of the variables that a ground expression mentions."""
    seen, names, pending = set[int](), set[str](), [expression]
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Reference):
            names.add(node.name)
        pending += children(node)
    return frozenset(names)

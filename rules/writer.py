"""Writes any node back as text; what it writes reads as the same tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, cast

from rules.automaton import RESERVED, tables
from rules.statements import is_expression
from rules.syntax import (
    Aggregate, Attribute, Between, Boolean, BooleanType, Call, ChoiceRow, Comparison, Conditional, Date, Excludes,
    Expression, Field, Index, InlineChoices, Logical, Members, Membership, Modifiers, Name, NamedType, Node, Not,
    Number, NumberType, Product, Quantified, Range, Requires, Sum, TableRow, Text, TextType,
)  # fmt: skip

# How tightly an expression binds; what stands at a place that demands more stands in brackets.
_OPEN, _IMPLICATION, _OR, _AND, _NOT, _COMPARISON, SUM, _PRODUCT, _FACTOR, _ATOM = range(10)
_BINDING: Final[Mapping[type[Node], int]] = {
    Conditional: _OPEN, Quantified: _OPEN, Requires: _IMPLICATION, Excludes: _IMPLICATION, Not: _NOT,
    Comparison: _COMPARISON, Membership: _COMPARISON, Between: _COMPARISON, Sum: SUM, Product: _PRODUCT,
}  # fmt: skip
_BINDER: Final = re.compile(r"\w+ in ")
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"})


def write_expression(node: Expression, place: int = _OPEN) -> str:
    """Write an expression, in brackets where the place binds more tightly than it does."""
    text = _WRITERS[type(node)](node)
    return f"({text})" if _binding(node) < place else text


def opening(node: Expression, keywords: tuple[str, ...], place: int = _OPEN) -> str:
    """Write an expression that begins a statement; in brackets where its first word would be read as a keyword."""
    text = write_expression(node, place)
    first = re.match(r"[A-Za-z_]\w*", text)
    return f"({text})" if first and first.group() in keywords else text


def quoted(text: Text) -> str:
    """Write a text in quotes, with its escapes."""
    return f'"{text.value.translate(_ESCAPES)}"'


def dotted(path: tuple[Name, ...]) -> str:
    """Write a path."""
    return ".".join(name.text for name in path)


def listed(names: tuple[Name, ...]) -> str:
    """Write a list of names."""
    return ", ".join(name.text for name in names)


def joined(*parts: str) -> str:
    """Write the parts that are not empty, with a space between."""
    return " ".join(part for part in parts if part)


def _binding(node: Expression) -> int:
    if isinstance(node, Logical):
        return _OR if node.operator == "or" else _AND
    if isinstance(node, Number) and node.text.startswith("-"):
        return _FACTOR
    if isinstance(node, Sum) and len(node.terms) == 1:
        return _FACTOR
    return _BINDING.get(type(node), _ATOM)


def _number(node: Number) -> str:
    return f"{node.text}%" if node.unit == "%" else joined(node.text, node.unit)


def _logical(node: Logical) -> str:
    place = _AND if node.operator == "or" else _NOT
    return f" {node.operator} ".join(write_expression(operand, place) for operand in node.operands)


def _sum(node: Sum) -> str:
    if len(node.terms) == 1:
        return "-" + write_expression(node.terms[0][1], _FACTOR)
    first, *rest = node.terms
    return write_expression(first[1], _PRODUCT) + "".join(
        f" {sign} {write_expression(term, _PRODUCT)}" for sign, term in rest
    )


def _product(node: Product) -> str:
    first, *rest = node.factors
    return write_expression(first[1], _FACTOR) + "".join(
        f" {sign} {write_expression(factor, _FACTOR)}" for sign, factor in rest
    )


def _conditional(node: Conditional) -> str:
    condition = write_expression(node.condition, _IMPLICATION)
    if node.otherwise is None:
        return f"if {condition} then {write_expression(node.value)}"
    return f"if {condition} then {write_expression(node.value, _IMPLICATION)} else {write_expression(node.otherwise)}"


def _implication(word: str, node: Requires | Excludes) -> str:
    return f"{write_expression(node.left, _OR)} {word} {write_expression(node.right, _OR)}"


def _comparison(node: Comparison) -> str:
    return f"{write_expression(node.left, SUM)} {node.operator} {write_expression(node.right, SUM)}"


def _between(node: Between) -> str:
    operand, low, high = (write_expression(part, SUM) for part in (node.operand, node.low, node.high))
    return f"{operand} between {low} and {high}"


def members(node: Members) -> str:
    """Write the members of a set or a cell, without braces."""
    return "any" if node.any else ", ".join(_member(item) for item in node.items)


def _member(item: Expression | Range) -> str:
    if isinstance(item, Range):
        low, high = write_expression(item.low, SUM), write_expression(item.high, SUM)
        plain = low.removeprefix("-").isdigit() and high.removeprefix("-").isdigit()
        return f"{low}..{high}" if plain else f"{low} .. {high}"
    return write_expression(item, SUM)


def _aggregate(node: Aggregate) -> str:
    collection = write_expression(node.collection)
    if node.binder is None:
        return f"{node.function}({collection})"
    where = f" where {write_expression(node.where)}" if node.where is not None else ""
    value = f": {write_expression(node.value)}" if node.value is not None else ""
    return f"{node.function}({node.binder.text} in {collection}{where}{value})"


def _quantified(node: Quantified) -> str:
    collection, body = write_expression(node.collection), write_expression(node.body)
    return f"{node.quantifier} {node.binder.text} in {collection}: {body}"


def _call(node: Call) -> str:
    first, *rest = (write_expression(argument) for argument in node.arguments)
    # `min(x in …` begins an aggregate.
    first = f"({first})" if node.function.text in RESERVED and _BINDER.match(first) else first
    return f"{node.function.text}({', '.join([first, *rest])})"


def modifiers(node: Modifiers | None) -> str:
    """Write modifiers in their canonical order."""
    if node is None:
        return ""
    return joined(
        f"from {node.start.value}" if node.start else "",
        f"until {node.end.value}" if node.end else "",
        f"renamed from {listed(node.renamed_from)}" if node.renamed_from else "",
        f"replaced by {node.replaced_by.text}" if node.replaced_by else "",
        "retired" if node.retired else "",
        f"picture {quoted(node.picture)}" if node.picture else "",
    )


def _text_type(node: TextType) -> str:
    lengths = f"{node.shortest}..{node.longest}" if node.shortest is not None else ""
    return joined("text", lengths, f"matching {quoted(node.pattern)}" if node.pattern else "")


def _number_type(node: NumberType) -> str:
    step = node.step
    if not node.unit and step is None and node.low.text.isdigit() and node.high.text.isdigit():
        return f"{node.low.text}..{node.high.text}"
    unit = "" if not node.unit else node.unit if node.unit == "%" else f" {node.unit}"
    return joined(node.low.text, "..", node.high.text, f"step {step.text}" if step else "") + unit


def _row(node: ChoiceRow) -> str:
    label = quoted(node.label) if node.label else ""
    before = (None, *node.cells)
    cells = (_cell(cell, previous) for cell, previous in zip(node.cells, before, strict=False))
    return joined(node.name.text, label, *cells, modifiers(node.modifiers))


def _cell(node: Expression, previous: Expression | None) -> str:
    """Write a cell; a name stands in brackets where it would be read as a unit or a modifier."""
    text = write_expression(node)
    after_number = isinstance(previous, Number) and not previous.unit
    return f"({text})" if isinstance(node, Name) and (after_number or text in tables().keywords) else text


def write_node(node: Node) -> str:
    """Write an expression, a type, a row or another node that stands on one line."""
    if is_expression(node):
        return write_expression(node)
    return _WRITERS[type(node)](node)


_WRITERS: Final[dict[type[Node], Callable[[Node], str]]] = cast(
    "dict[type[Node], Callable[[Node], str]]",
    {
        Name: lambda node: node.text,
        Attribute: lambda node: f"{write_expression(node.base)}.{node.name.text}",
        Index: lambda node: f"{write_expression(node.base)}[{node.index}]",
        Number: _number,
        Text: quoted,
        Date: lambda node: node.value.isoformat(),
        Boolean: lambda node: "yes" if node.value else "no",
        Not: lambda node: f"not {write_expression(node.operand, _NOT)}",
        Logical: _logical,
        Comparison: _comparison,
        Membership: lambda node: f"{write_expression(node.operand, SUM)} in {{{members(node.members)}}}",
        Between: _between,
        Sum: _sum,
        Product: _product,
        Conditional: _conditional,
        Requires: lambda node: _implication("requires", node),
        Excludes: lambda node: _implication("excludes", node),
        Quantified: _quantified,
        Aggregate: _aggregate,
        Call: _call,
        Range: _member,
        Members: members,
        Modifiers: modifiers,
        NamedType: lambda node: node.name.text,
        InlineChoices: lambda node: " | ".join(name.text for name in node.names),
        BooleanType: lambda _node: "yes/no",
        TextType: _text_type,
        NumberType: _number_type,
        Field: lambda node: f"{node.name.text}: {write_node(node.type)}",
        ChoiceRow: _row,
        TableRow: lambda node: " | ".join(members(cell) for cell in node.cells),
    },
)

"""Says an expression, a table or a rule as an English sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from rules.declarations import ChargeDeclaration, PreferDeclaration, RuleDeclaration
from rules.policies import ApproveDeclaration, DelegateDeclaration, FloorDeclaration, SuggestDeclaration
from rules.selling import ChannelDeclaration, FeeDeclaration, PercentDeclaration, RecurringDeclaration
from rules.statements import is_expression
from rules.syntax import (
    Aggregate, Attribute, Between, Boolean, Call, Comparison, Conditional, Date, Excludes, Expression, Index, Logical,
    Members, Membership, Modifiers, Name, Node, Not, Number, Product, Quantified, Range, Requires, Sum, Table, Text,
)  # fmt: skip
from rules.writer import write_node

_COMPARISONS: Final = {
    "=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least",
}  # fmt: skip
_SIGNS: Final = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_ROUNDED: Final = {"floor": "rounded down", "ceiling": "rounded up", "round": "rounded"}
_CONDITIONS = (Logical, Comparison, Membership, Between, Not, Conditional, Requires, Excludes, Quantified)


def say(node: Node, labels: Mapping[str, str] | None = None) -> str:
    """Return an expression, a table or a rule-like declaration as a sentence with its full stop.

    `labels` maps names to what people call them; a name that is not in it is said with spaces for
    its underscores. A declaration is followed by its reason. Raises ValueError for other nodes.
    """
    return _Speaker(labels or {}).sentence(node)


class _Speaker:
    """Says nodes, with the labels to say names by."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels

    def sentence(self, node: Node) -> str:
        """Say a node as a sentence, or two where there is a reason."""
        if isinstance(node, Table):
            return _capital(self.table(node)) + "."
        if is_expression(node):
            return _capital(self.say(node)) + "."
        reason = getattr(node, "because", None)
        text = f"{_capital(self.declaration(node))}."
        return f"{text} {_ended(reason.value)}" if isinstance(reason, Text) else text

    def declaration(self, node: Node) -> str:
        """Say what a declaration demands or does."""
        if isinstance(node, RuleDeclaration):
            body = self.table(node.body) if isinstance(node.body, Table) else self.say(node.body)
            return _dated(node.modifiers) + body
        if isinstance(node, PreferDeclaration):
            return f"{_dated(node.modifiers)}preferably, {self.say(node.condition)} (weight {node.weight})"
        if isinstance(node, FloorDeclaration):
            return f"{_dated(node.modifiers)}it must hold that {self.say(node.condition)}"
        if isinstance(node, ChargeDeclaration):
            return f"{_dated(node.modifiers)}{self.say(node.amount)} is charged{self.condition(node.when)}"
        if isinstance(node, SuggestDeclaration):
            return f"{_dated(node.modifiers)}when {self.say(node.when)}, it is suggested that {self.say(node.offer)}"
        if isinstance(node, ApproveDeclaration):
            word = "or" if node.mode == "any of" else "and"
            who = _series([self.name(name) for name in node.by], word)
            return f"{_dated(node.modifiers)}when {self.say(node.when)}, {who} must agree"
        return self.term(node)

    def term(self, node: Node) -> str:
        """Say what a declaration of how prices are computed does."""
        if isinstance(node, FeeDeclaration):
            verb = "is charged" if node.kind == "charge" else "is taken off"
            return f"{_dated(node.modifiers)}{write_node(node.value)} {verb}{self.condition(node.when)}"
        if isinstance(node, RecurringDeclaration):
            ends = f" for {node.periods} periods" if node.periods is not None else ""
            price = f"{self.say(node.amount)} is paid per {node.period}{ends}"
            return f"{_dated(node.modifiers)}{price}{self.condition(node.when)}"
        if isinstance(node, PercentDeclaration):
            of = _series([self.name(name) for name in node.of], "and") if node.of else "all other lines"
            share = f"{write_node(node.rate)} of the {node.base} of {of}"
            return f"{_dated(node.modifiers)}the price of {self.name(node.on)} is {share}"
        if isinstance(node, ChannelDeclaration):
            of = _series([self.name(name) for name in node.on], "and") if node.on else "everything"
            return (
                f"{_dated(node.modifiers)}the channel takes {write_node(node.rate)} of {of}{self.condition(node.when)}"
            )
        if isinstance(node, DelegateDeclaration):
            return f"{_dated(node.modifiers)}{node.person.value} may agree in the place of {self.name(node.role)}"
        raise ValueError(type(node).__name__)

    def condition(self, when: Expression | None) -> str:
        """Say under which condition, where there is one."""
        return f" when {self.say(when)}" if when is not None else ""

    # --- tables -------------------------------------------------------------------------------

    def table(self, node: Table) -> str:
        """Say a table row by row, or name its file."""
        columns = [self.say(column) for column in node.columns]
        verb = "allowed together" if node.mode == "allow" else "never together"
        if node.source is not None:
            return f"{verb}: the rows of {node.source.value} for {_series(columns, 'and')}"
        rows = (
            " with ".join(self.cell(column, cell) for column, cell in zip(columns, row.cells, strict=True))
            for row in node.rows
        )
        return f"{verb}: {'; '.join(rows)}"

    def cell(self, column: str, cell: Members) -> str:
        """Say one cell with its column."""
        return f"any {column}" if cell.any else f"{column} {self.members(cell)}"

    def members(self, node: Members) -> str:
        """Say what may stand in a set."""
        return "any value" if node.any else _series([self.say(item) for item in node.items], "or")

    # --- expressions --------------------------------------------------------------------------

    def say(self, node: Expression | Range) -> str:
        """Say an expression without capital and full stop."""
        return _SAYINGS[type(node)](self, node)

    def inner(self, node: Expression) -> str:
        """Say an operand; in brackets where it would run into its neighbours."""
        text = self.say(node)
        loose = isinstance(node, Logical | Conditional | Requires | Excludes | Quantified | Sum | Product)
        return f"({text})" if loose else text

    def name(self, node: Name) -> str:
        return self.labels.get(node.text, node.text.replace("_", " "))

    def attribute(self, node: Attribute) -> str:
        return f"the {self.name(node.name)} of {self.say(node.base)}"

    def index(self, node: Index) -> str:
        return f"{self.say(node.base)} number {node.index}"

    def comparison(self, node: Comparison) -> str:
        if isinstance(node.right, Text) and not node.right.value and node.operator in {"=", "!="}:
            return f"{self.inner(node.left)} {_COMPARISONS[node.operator]} empty"
        return f"{self.inner(node.left)} {_COMPARISONS[node.operator]} {self.inner(node.right)}"

    def membership(self, node: Membership) -> str:
        one = "one of " if len(node.members.items) > 1 else ""
        return f"{self.inner(node.operand)} is {one}{self.members(node.members)}"

    def between(self, node: Between) -> str:
        return f"{self.inner(node.operand)} is from {self.inner(node.low)} to {self.inner(node.high)}"

    def negation(self, node: Not) -> str:
        return f"it is not so that {self.inner(node.operand)}"

    def logical(self, node: Logical) -> str:
        return f" {node.operator} ".join(self.inner(operand) for operand in node.operands)

    def total(self, node: Sum) -> str:
        first, *rest = node.terms
        start = "minus " if first[0] == "-" else ""
        return " ".join([start + self.inner(first[1]), *(f"{_SIGNS[s]} {self.inner(term)}" for s, term in rest)])

    def product(self, node: Product) -> str:
        first, *rest = node.factors
        return " ".join([self.inner(first[1]), *(f"{_SIGNS[sign]} {self.inner(factor)}" for sign, factor in rest)])

    def conditional(self, node: Conditional) -> str:
        condition, value = self.say(node.condition), self.say(node.value)
        if node.otherwise is None:
            return f"if {condition}, then {value}"
        if isinstance(node.value, _CONDITIONS):
            return f"if {condition}, then {value}, otherwise {self.say(node.otherwise)}"
        return f"{value} if {condition}, otherwise {self.say(node.otherwise)}"

    def requires(self, node: Requires) -> str:
        return f"if {self.inner(node.left)}, then {self.inner(node.right)}"

    def excludes(self, node: Excludes) -> str:
        return f"if {self.inner(node.left)}, then it is not so that {self.inner(node.right)}"

    def quantified(self, node: Quantified) -> str:
        some = "every" if node.quantifier == "all" else "at least one"
        return f"for {some} {node.binder.text} of {self.say(node.collection)}, {self.say(node.body)}"

    def aggregate(self, node: Aggregate) -> str:
        collection = self.say(node.collection)
        if node.binder is None:
            return f"the number of {collection}"
        where = f" for which {self.say(node.where)}" if node.where is not None else ""
        if node.value is None:
            return f"the number of {collection} {node.binder.text}{where}"
        kind = {"sum": "sum", "min": "least", "max": "greatest"}[node.function]
        return f"the {kind} of {self.inner(node.value)} over every {node.binder.text} of {collection}{where}"

    def call(self, node: Call) -> str:
        arguments = [self.inner(argument) for argument in node.arguments]
        function = node.function.text
        if function in _ROUNDED:
            step = f" to a multiple of {arguments[1]}" if len(arguments) > 1 else ""
            return f"{arguments[0]} {_ROUNDED[function]}{step}"
        kind = {"min": "the least of", "max": "the greatest of"}.get(function, f"{function} of")
        return f"{kind} {_series(arguments, 'and')}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ended(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


def _series(parts: Sequence[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _dated(modifiers: Modifiers | None) -> str:
    if modifiers is None or (modifiers.start is None and modifiers.end is None):
        return ""
    start = f"from {modifiers.start.value}" if modifiers.start else ""
    end = f"until {modifiers.end.value}" if modifiers.end else ""
    return f"{start} {end}".strip() + ", "


_SAYINGS: Final = cast(
    "Mapping[type[Node], Callable[[_Speaker, Node], str]]",
    {
        Name: _Speaker.name,
        Attribute: _Speaker.attribute,
        Index: _Speaker.index,
        Number: lambda _speaker, node: write_node(node),
        Date: lambda _speaker, node: write_node(node),
        Boolean: lambda _speaker, node: write_node(node),
        Text: lambda _speaker, node: f"\u201c{node.value}\u201d",
        Range: lambda speaker, node: f"{speaker.inner(node.low)} to {speaker.inner(node.high)}",
        Comparison: _Speaker.comparison,
        Membership: _Speaker.membership,
        Between: _Speaker.between,
        Not: _Speaker.negation,
        Logical: _Speaker.logical,
        Sum: _Speaker.total,
        Product: _Speaker.product,
        Conditional: _Speaker.conditional,
        Requires: _Speaker.requires,
        Excludes: _Speaker.excludes,
        Quantified: _Speaker.quantified,
        Aggregate: _Speaker.aggregate,
        Call: _Speaker.call,
    },
)

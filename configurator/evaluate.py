"""Ground trees compiled to closures over states: the fast twin of `rules.evaluator`.

What mentions one variable alone becomes a table over the indices of its values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from configurator import closures
from configurator.closures import ALWAYS, Node, Value
from configurator.model import Variable
from configurator.passes import children
from rules.kinds import Money, Quantity, Scalar
from rules.typed import (
    Add,
    And,
    Choose,
    Compare,
    Constant,
    Divide,
    Extremum,
    Lookup,
    Multiply,
    Not,
    Or,
    Reference,
    Round,
    Rows,
    Typed,
    Within,
)


class Compiler:
    """Compiles trees over the same variables; every tree once, known by identity."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.variables = variables
        self.positions = {variable.path: i for i, variable in enumerate(variables)}
        self._known: dict[int, tuple[Typed, Node]] = {}
        self._tables: dict[int, tuple[Node, Node]] = {}
        self._leaves: dict[int, Node] = {}
        self._indices: dict[int, dict[Scalar, int]] = {}

    def compile(self, expression: Typed) -> Node:
        """Compile a ground expression; `KeyError` for a path that is no variable."""
        known = self._known.get(id(expression))
        if known is None:
            known = (expression, self._build(expression))
            self._known[id(expression)] = known
        return known[1]

    def indices(self, position: int) -> Mapping[Scalar, int]:
        """Return the index of every value of a variable."""
        if position not in self._indices:
            self._indices[position] = {value: i for i, value in enumerate(self.variables[position].values)}
        return self._indices[position]

    def forget(self, expressions: Sequence[Typed]) -> None:
        """Drop what passing expressions (an objective) left behind, so that long-lived compilers do not grow."""
        pending = list(expressions)
        while pending:
            expression = pending.pop()
            known = self._known.pop(id(expression), None)
            if known is not None:
                self._tables.pop(id(known[1]), None)
                pending += children(expression)

    def tabulated(self, expression: Typed) -> Node:
        """Compile an expression; with a table where it mentions one variable."""
        return self._closed(self.compile(expression))

    def _closed(self, node: Node) -> Node:
        if len(node.scope) != 1 or node.table is not None:
            return node
        if id(node) not in self._tables:
            self._tables[id(node)] = (node, self._tabulate(node))
        return self._tables[id(node)][1]

    def _tabulate(self, node: Node) -> Node:
        position = node.position
        state = [0] * len(self.variables)
        values: list[Value] = []
        for index in range(len(self.variables[position].values) + 1):
            state[position] = index
            values.append(node.run(state))
        scale = math.lcm(*(v.denominator for v in values if isinstance(v, Fraction)))
        if any(isinstance(v, Fraction) for v in values):
            values = [int(v * scale) if isinstance(v, int | Fraction) else v for v in values]
        return closures.table_node(position, tuple(values), node.scale * scale)

    def _build(self, expression: Typed) -> Node:
        match expression:
            case Constant(value=value):
                return closures.constant(value)
            case Reference(name=name):
                return self._leaf(self.positions[name])
            case And(operands) | Or(operands):
                return closures.junction([self.tabulated(operand) for operand in operands], isinstance(expression, And))
            case Not(operand):
                return closures.negation(self.compile(operand))
            case Compare(operator, left, right):
                return closures.comparison(operator, *self._pair(left, right))
            case Within(operand, values):
                return closures.membership(self.compile(operand), values)
            case Rows(columns=columns):
                return closures.row_match(expression, [self.tabulated(column) for column in columns])
            case _:
                return self._build_value(expression)

    def _build_value(self, expression: Typed) -> Node:
        match expression:
            case Lookup(kind, operand, _, values):
                return closures.lookup(self.compile(operand), values, is_number=isinstance(kind, Quantity | Money))
            case Add(terms=terms):
                return closures.addition([(coefficient, self.tabulated(term)) for coefficient, term in terms])
            case Multiply(operands=operands):
                return closures.product([self.tabulated(operand) for operand in operands])
            case Divide(_, left, right):
                return closures.quotient(*self._pair(left, right))
            case Round(_, mode, operand, step):
                return closures.rounding(self.compile(operand), mode, step)
            case Choose(_, condition, value, otherwise):
                return closures.choice(self.tabulated(condition), *self._pair(value, otherwise))
            case Extremum(_, function, operands):
                guards = [ALWAYS if guard is None else self.tabulated(guard) for guard, _ in operands]
                return closures.extremum(function, guards, [self.tabulated(value) for _, value in operands])
            case _:
                raise TypeError(expression)

    def _pair(self, left: Typed, right: Typed) -> tuple[Node, Node]:
        """Compile two operands; as tables only where both together mention several variables."""
        a, b = self.compile(left), self.compile(right)
        return (a, b) if len(a.scope | b.scope) <= 1 else (self._closed(a), self._closed(b))

    def _leaf(self, position: int) -> Node:
        if position not in self._leaves:
            variable = self.variables[position]
            if isinstance(variable.kind, Quantity | Money):
                numbers = [value for value in variable.values if isinstance(value, Fraction)]
                scale = math.lcm(*(number.denominator for number in numbers))
                self._leaves[position] = closures.table_node(
                    position, (*(int(n * scale) for n in numbers), None), scale
                )
            else:
                self._leaves[position] = closures.table_node(position, (*variable.values, None), 1)
        return self._leaves[position]

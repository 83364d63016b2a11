"""Ground trees as CP-SAT constraints: conditions to literals, numbers to amounts, symbols to a literal a value.

What mentions one variable alone is read from its table; absence is part of every reading, as
`rules.evaluator` has it: comparisons false, arithmetic absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date
from fractions import Fraction

from configurator.closures import Node, Value
from configurator.engines import amounts
from configurator.engines.amounts import Amount
from configurator.engines.circuit import Circuit, Linear, Literal
from configurator.engines.indices import Indices
from configurator.program import Program
from rules.kinds import Day, Kind, Money, Quantity, Scalar
from rules.typed import (
    Add,
    And,
    Choose,
    Compare,
    Divide,
    Extremum,
    Lookup,
    Multiply,
    Not,
    Or,
    Round,
    Rows,
    Typed,
    Values,
    Within,
)

Symbols = Mapping[Scalar, Literal]
"""A literal for every value that an expression can take; none holds where it is absent."""

FEW = 8
"""Values that so many indices share on average get a literal of their own."""


class Encoder:
    """Encodes expressions over the variables of a program; each once, known by identity."""

    def __init__(self, program: Program, circuit: Circuit) -> None:
        self.program, self.circuit = program, circuit
        self.indices = Indices(program, circuit)
        self.literals: dict[int, tuple[Typed, Literal]] = {}
        self.amounts: dict[int, tuple[Typed, Amount]] = {}
        self._zero = [0] * len(program.sizes)

    def extended(self) -> Encoder:
        """Return an encoder that knows what this one knows, over a copy of its circuit."""
        twin = copy(self)
        twin.circuit, twin.literals, twin.amounts = self.circuit.copy(), dict(self.literals), dict(self.amounts)
        twin.indices = self.indices.over(twin.circuit)
        return twin

    # --- one variable ---------------------------------------------------------------------------

    def groups(self, node: Node) -> dict[Scalar, list[int]]:
        """Group the indices of a table by the value they stand for."""
        groups: dict[Scalar, list[int]] = {}
        for index, value in enumerate(node.table or ()):
            if value is not None:
                groups.setdefault(_scalar(value, node.scale), []).append(index)
        return groups

    def tabled(self, node: Node) -> Amount:
        """Return the amount that a table of numbers or days stands for."""
        return self.spread(node.position, [_integer(value) for value in node.table or ()], node.scale)

    def spread(self, position: int, numbers: Sequence[int | None], scale: int) -> Amount:
        """Return the amount that is ``numbers[index] / scale`` by the index of a variable; absent for None."""
        top_index = self.indices.size(position)
        known = {index: number for index, number in enumerate(numbers[:top_index]) if number is not None}
        present = self.indices.member(position, list(known))
        return Amount(self._shape(position, known), scale, present)

    def _shape(self, position: int, known: Mapping[int, int]) -> Linear:
        circuit, values = self.circuit, sorted(set(known.values()))
        if len(values) <= 2:  # noqa: PLR2004 - one literal tells two values apart
            if len(values) < 2:  # noqa: PLR2004 - the same
                return circuit.constant(values[0] if values else 0)
            literal = self.indices.member(position, [i for i, number in known.items() if number == values[1]])
            return circuit.weighted(literal, values[1] - values[0], values[0])
        first, second = list(known)[:2]
        slope, rest = divmod(known[second] - known[first], second - first)
        start = known[first] - slope * first
        ranged = position in self.indices.integers
        if ranged and not rest and all(start + slope * index == number for index, number in known.items()):
            return circuit.linear({self.indices.integer(position): slope}, start)
        groups: dict[int, list[int]] = {}
        for index, number in known.items():
            groups.setdefault(number, []).append(index)
        if FEW * len(groups) > len(known):
            groups_of_one = [(number, [index]) for index, number in known.items()]
        else:
            groups_of_one = list(groups.items())
        least = values[0]
        parts = [
            (1, circuit.weighted(self.indices.member(position, own), number - least)) for number, own in groups_of_one
        ]
        whole = circuit.combine(parts, least)
        return Linear(whole.terms, whole.constant, values[0], values[-1])

    # --- conditions -----------------------------------------------------------------------------

    def literal(self, condition: Typed) -> Literal:
        """Return a literal that is true exactly where a condition holds."""
        known = self.literals.get(id(condition))
        if known is None:
            known = (condition, self._literal(condition))
            self.literals[id(condition)] = known
        return known[1]

    def _literal(self, condition: Typed) -> Literal:
        node = self.program.compiler.tabulated(condition)
        if not node.scope:
            return self.circuit.true if node.run(self._zero) else self.circuit.false
        if node.table is not None:
            return self.indices.member(node.position, [index for index, holds in enumerate(node.table) if holds])
        match condition:
            case Not(operand):
                return -self.literal(operand) - 1
            case And(operands):
                return self.circuit.conjunction(map(self.literal, operands))
            case Or(operands):
                return self.circuit.disjunction(map(self.literal, operands))
            case Compare(operator, left, right):
                return self.compared(operator, left, right)
            case Within(operand, values):
                return self.within(operand, values)
            case Rows(mode, columns, rows):
                some = self.circuit.disjunction(self.row(columns, row) for row in rows)
                return some if mode == "allow" else -some - 1
            case _:
                return self.symbols(condition).get(True, self.circuit.false)

    def row(self, columns: Sequence[Typed], cells: Sequence[Values]) -> Literal:
        """Return a literal for the columns matching a row."""
        return self.circuit.conjunction(self.within(c, cell) for c, cell in zip(columns, cells, strict=True))

    def within(self, operand: Typed, values: Values) -> Literal:
        """Return a literal for an expression having one of some values."""
        circuit, node = self.circuit, self.program.compiler.tabulated(operand)
        if node.table is not None or not _ordered(operand.kind):
            return circuit.disjunction(literal for value, literal in self.symbols(operand).items() if value in values)
        amount = self.amount(operand)
        if values.everything:
            return amount.present
        ends = [(value, value) for value in values.singles] + [*values.ranges]
        cases = [self._between(amount, _fraction(low), _fraction(high)) for low, high in ends]
        return circuit.conjunction((amount.present, circuit.disjunction(cases)))

    def _between(self, amount: Amount, low: Fraction, high: Fraction) -> Literal:
        sides = [
            self.circuit.holds_within(*amounts.relation(self.circuit, operator, amount, bound))
            for operator, bound in (
                (">=", amounts.constant(self.circuit, low)),
                ("<=", amounts.constant(self.circuit, high)),
            )
        ]
        return self.circuit.conjunction(sides)

    def compared(self, operator: str, left: Typed, right: Typed) -> Literal:
        """Return a literal for a comparison."""
        circuit = self.circuit
        if _ordered(left.kind):
            a, b = self.amount(left), self.amount(right)
            gap, kept = amounts.relation(circuit, operator, a, b)
            return circuit.conjunction((a.present, b.present, circuit.holds_within(gap, kept)))
        first, second = self.symbols(left), self.symbols(right)
        same = circuit.disjunction(circuit.conjunction((first[v], second[v])) for v in first if v in second)
        if operator == "=":
            return same
        there = [circuit.disjunction(symbols.values()) for symbols in (first, second)]
        return circuit.conjunction((*there, -same - 1))

    # --- values ---------------------------------------------------------------------------------

    def symbols(self, expression: Typed) -> Symbols:
        """Return the literals of the values of an expression that is no number."""
        circuit, node = self.circuit, self.program.compiler.tabulated(expression)
        if not node.scope:
            value = node.run(self._zero)
            return {} if value is None else {_scalar(value, node.scale): circuit.true}
        if node.table is not None:
            return {value: self.indices.member(node.position, indices) for value, indices in self.groups(node).items()}
        match expression:
            case Choose(_, condition, chosen, otherwise):
                literal = self.literal(condition)
                return self._merged([(literal, chosen), (-literal - 1, otherwise)])
            case Lookup(operand=operand, values=values):
                return self._attributes(self.symbols(operand), values)
            case Not() | And() | Or() | Compare() | Within() | Rows():
                literal = self.literal(expression)
                return {True: literal, False: -literal - 1}
            case _:
                raise TypeError(expression)

    def _merged(self, cases: Sequence[tuple[Literal, Typed]]) -> Symbols:
        found: dict[Scalar, list[Literal]] = {}
        for condition, expression in cases:
            for value, literal in self.symbols(expression).items():
                found.setdefault(value, []).append(self.circuit.conjunction((condition, literal)))
        return {value: self.circuit.disjunction(literals) for value, literals in found.items()}

    def _attributes(self, symbols: Symbols, values: Mapping[str, Scalar]) -> Symbols:
        found: dict[Scalar, list[Literal]] = {}
        for choice, literal in symbols.items():
            if isinstance(choice, str) and choice in values:
                found.setdefault(values[choice], []).append(literal)
        return {value: self.circuit.disjunction(literals) for value, literals in found.items()}

    def amount(self, expression: Typed) -> Amount:
        """Return a number, an amount of money or a day (counted from the year 1)."""
        known = self.amounts.get(id(expression))
        if known is None:
            known = (expression, self._amount(expression))
            self.amounts[id(expression)] = known
        return known[1]

    def _amount(self, expression: Typed) -> Amount:
        circuit, node = self.circuit, self.program.compiler.tabulated(expression)
        if not node.scope:
            value = node.run(self._zero)
            if value is None:
                return Amount(circuit.constant(0), 1, circuit.false)
            return amounts.constant(circuit, _fraction(value) / node.scale)
        if node.table is not None:
            return self.tabled(node)
        return (
            self._sum(expression) if isinstance(expression, Add | Multiply | Divide | Round) else self._pick(expression)
        )

    def _sum(self, expression: Add | Multiply | Divide | Round) -> Amount:
        circuit = self.circuit
        match expression:
            case Add(terms=terms):
                return amounts.total(circuit, [(coefficient, self.amount(term)) for coefficient, term in terms])
            case Multiply(operands=operands):
                result = self.amount(operands[0])
                for operand in operands[1:]:
                    result = amounts.product(circuit, result, self.amount(operand))
                return result
            case Divide(_, left, right):
                return amounts.quotient(circuit, self.amount(left), self.amount(right))
            case Round(_, mode, operand, step):
                return amounts.rounding(circuit, self.amount(operand), mode, step)

    def _pick(self, expression: Typed) -> Amount:
        circuit = self.circuit
        match expression:
            case Choose(_, condition, value, otherwise):
                branches = (self.amount(value), self.amount(otherwise))
                return amounts.choice(circuit, self.literal(condition), *branches)
            case Extremum(_, function, operands):
                guards = [circuit.true if guard is None else self.literal(guard) for guard, _ in operands]
                cases = [self.amount(value) for _, value in operands]
                return amounts.extremum(circuit, function, list(zip(guards, cases, strict=True)))
            case Lookup(operand=operand, values=values):
                return self._chosen(self._attributes(self.symbols(operand), values))
            case _:
                raise TypeError(expression)

    def _chosen(self, symbols: Symbols) -> Amount:
        parts = [(Fraction(1), self._worth(value, literal)) for value, literal in symbols.items()]
        present = self.circuit.disjunction(symbols.values())
        whole = amounts.total(self.circuit, parts)
        return Amount(whole.top, whole.scale, present)

    def _worth(self, value: Scalar, literal: Literal) -> Amount:
        number = _fraction(value)
        return Amount(self.circuit.weighted(literal, number.numerator), number.denominator, self.circuit.true)


def _ordered(kind: Kind) -> bool:
    return isinstance(kind, Quantity | Money | Day)


def _scalar(value: Value, scale: int) -> Scalar:
    if isinstance(value, bool | str | date):
        return value
    if value is None:
        raise TypeError(value)
    return Fraction(value) / scale


def _fraction(value: Value) -> Fraction:
    if isinstance(value, date):
        return Fraction(value.toordinal())
    if isinstance(value, int | Fraction):
        return Fraction(value)
    raise TypeError(value)


def _integer(value: Value) -> int | None:
    if value is None:
        return None
    number = _fraction(value)
    if number.denominator != 1:
        raise TypeError(value)
    return number.numerator

"""Conditions become tables: at once where few combinations decide them, else part by part through helpers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from configurator.engines.tabling import clauses, sums
from configurator.engines.tabling.chains import Columns, column_wires, restrict_rows, row_chain
from configurator.engines.tabling.evaluator import Wire, filled
from configurator.engines.tabling.limits import Unfit
from configurator.engines.tabling.terms import Terms, opened
from configurator.engines.tabling.ties import Ties
from configurator.engines.tabling.vectors import Flags, Vector
from configurator.engines.tabling.wiring import Axis, Wiring, shape_of
from configurator.passes import TRUE, children, disjunction, negation
from rules.kinds import Money, Quantity, Truth
from rules.typed import Add, And, Compare, Extremum, Multiply, Not, Or, Reference, Rows, Typed, Within

Part = tuple[Vector, list[Axis]]


class Conditions:
    """Turns ground expressions into tables and helpers of one network."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.evaluator = wiring.evaluator
        self.ties = Ties(wiring.evaluator)
        self._switches: dict[int, Flags] = {}

    def require(self, condition: Typed, source: int) -> None:
        """Let only assignments count where a condition holds."""
        if isinstance(condition, Rows):
            restrict_rows(self.wiring, condition, self._columns(condition), source)
            return
        vector, axes = self.part(condition)
        self.wiring.restrict(filled(vector, shape_of(axes)).truth, axes, source)

    def wire(self, expression: Typed) -> Wire:
        """Return an expression's value as one variable decides it; each expression once."""
        known = self.wiring.wires.get(id(expression))
        if known is None:
            wire = self.ties.reduced(expression)
            if wire is None:
                wire = self.wiring.wired(*self.part(expression))
            known = self.wiring.wires[id(expression)] = (expression, wire)
        return known[1]

    def part(self, expression: Typed) -> Part:
        """Return the value of an expression on a grid: its own variables where few combinations decide it."""
        wiring = self.wiring
        axes = wiring.axes(expression, {})
        cells, holds = math.prod(shape_of(axes)), is_condition(expression)
        many = isinstance(expression, And | Or) and len(axes) > clauses.NARROW
        if cells <= wiring.limits.grid(len(axes)) and not many:
            try:
                return wiring.values(expression, axes, {}, holds=holds), axes
            except Unfit as unfit:
                if unfit.final:
                    raise
        mark = wiring.mark()
        try:
            return self._taken_apart(expression)
        except Unfit as unfit:
            if unfit.final or cells > wiring.limits.cells:
                raise
        wiring.undo(mark)
        return wiring.values(expression, axes, {}, holds=holds), axes

    def _taken_apart(self, expression: Typed) -> Part:
        match expression:
            case And(operands) | Or(operands):
                return self._junction(operands, every=isinstance(expression, And))
            case Rows():
                return row_chain(self.wiring, expression, self._columns(expression))
            case Compare(operator, left, right) if isinstance(left.kind, Quantity | Money):
                terms = [*opened(left), *opened(right, Fraction(-1))]
                if len(terms) > 2:  # noqa: PLR2004 - two sides are compared as they are
                    return sums.compared(self.wiring, operator, sums.collected(terms, self.weighted))
            case Add():
                terms = opened(expression)
                if len(terms) > 1:
                    return sums.total(self.wiring, sums.collected(terms, self.weighted))
            case Multiply(kind, operands) if len(operands) > 2:  # noqa: PLR2004 - two factors are multiplied as they are
                middle = len(operands) // 2
                halves = [Multiply(kind, half) if len(half) > 1 else half[0] for half in
                          (operands[:middle], operands[middle:])]  # fmt: skip
                return self._of_wires(Multiply(kind, tuple(halves)))
            case Extremum(kind, function, operands) if len(operands) > 2:  # noqa: PLR2004 - as above
                middle = len(operands) // 2
                cases = [_case(Extremum(kind, function, half)) for half in (operands[:middle], operands[middle:])]
                return self._of_wires(Extremum(kind, function, tuple(cases)))
        return self._of_wires(expression)

    def _of_wires(self, expression: Typed) -> Part:
        """Compute an expression from the values of its operands."""
        known = {id(child): self.wire(child) for child in children(expression) if len(self.evaluator.scope(child)) > 1}
        axes = self.wiring.axes(expression, known)
        return self.wiring.values(expression, axes, known, holds=is_condition(expression)), axes

    def weighted(self, terms: Terms) -> list[tuple[Fraction, Wire]]:
        """Return the wires of terms of a sum."""
        return [(factor, self.wire(term)) for factor, term in terms]

    def _columns(self, table: Rows) -> Columns:
        return column_wires(table, self.wire, self.evaluator)

    def _junction(self, operands: Sequence[Typed], *, every: bool) -> Part:
        """Take operands together: first those of one variable, then a few at a time through helpers."""
        literals = clauses.Literals(every)
        for operand in operands:
            if self.evaluator.scope(operand):
                wire = self.wire(operand)
                literals.add(wire.variable, wire.vector.truth)
            else:
                literals.settle(bool(self.wiring.values(operand, [], {}, holds=True).truth))
        return clauses.together(self.wiring, literals)

    def clause(self, condition: Typed, source: int) -> bool:
        """Table a disjunction of conditions on few variables each by itself; say whether it is one."""
        if not isinstance(condition, Or):
            return False
        literals = clauses.Literals(every=False)
        for operand in condition.operands:
            literal = self._literal(operand)
            if literal is None:
                return False
            literals.add(*literal)
        return clauses.restrict(self.wiring, literals, source)

    def _literal(self, operand: Typed) -> clauses.Literal | None:
        """Return where a condition on one variable holds; plain yes and no are known without a look."""
        match operand:
            case Reference(Truth()):
                return self._switch(operand)
            case Not(Reference(Truth()) as switch):
                position, held = self._switch(switch)
                return position, ~held
        if len(self.evaluator.scope(operand)) != 1:
            return None
        wire = self.evaluator.table(operand)
        return wire.variable, wire.vector.truth

    def _switch(self, switch: Reference) -> clauses.Literal:
        position = self.evaluator.positions[switch.name]
        if position not in self._switches:
            self._switches[position] = self.evaluator.table(switch).vector.truth
        return position, self._switches[position]


def _case(half: Extremum) -> tuple[Typed, Typed]:
    """Return a half of an extremum with the condition under which one of its guards holds."""
    guards = [TRUE if guard is None else guard for guard, _ in half.operands]
    return disjunction(guards), half.operands[0][1] if len(guards) == 1 else half


def is_condition(expression: Typed) -> bool:
    """Say whether an expression is a node of conditions, whose value is never absent."""
    return isinstance(expression, And | Or | Not | Compare | Rows | Within)


def conjuncts(condition: Typed) -> list[Typed]:
    """Split a condition into those that must all hold."""
    match condition:
        case And(operands):
            return [part for operand in operands for part in conjuncts(operand)]
        case Not(Or(operands)):
            return [part for operand in operands for part in conjuncts(negation(operand))]
        case Not(Not(operand)):
            return conjuncts(operand)
    return [condition]

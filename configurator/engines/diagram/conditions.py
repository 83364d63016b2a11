"""Conditions become tables: at once where few combinations decide them, else part by part through helpers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce

import numpy as np

from configurator.engines.diagram import sums
from configurator.engines.diagram.chains import Columns, column_wires, restrict_rows, row_chain
from configurator.engines.diagram.evaluator import Wire, filled
from configurator.engines.diagram.limits import Unfit
from configurator.engines.diagram.terms import Terms, opened
from configurator.engines.diagram.ties import Ties
from configurator.engines.diagram.vectors import Flags, Vector, truths
from configurator.engines.diagram.wiring import Axis, Wiring, axis_of, shape_of
from configurator.passes import TRUE, children, disjunction, negation
from rules.kinds import Money, Quantity
from rules.typed import Add, And, Compare, Extremum, Multiply, Not, Or, Rows, Typed

Part = tuple[Vector, list[Axis]]
_NARROW = 6
_GROUP = 5


class Conditions:
    """Turns ground expressions into tables and helpers of one network."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.evaluator = wiring.evaluator
        self.ties = Ties(wiring.evaluator)

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
        if cells <= wiring.limits.grid(len(axes)):
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

    # --- many operands --------------------------------------------------------------------------

    def _junction(self, operands: Sequence[Typed], *, every: bool) -> Part:
        """Take operands together: first those of one variable, then a few at a time through helpers."""
        literals: dict[int, Flags] = {}
        for operand in operands:
            if not self.evaluator.scope(operand):
                constant = bool(self.wiring.values(operand, [], {}, holds=True).truth)
                if constant is not every:
                    return truths(np.array(constant)), []
                continue
            wire = self.wire(operand)
            held = wire.vector.truth
            before = literals.get(wire.variable)
            literals[wire.variable] = held if before is None else before & held if every else before | held
        left = _open(literals, every=every)
        if left is None:
            return truths(np.array(not every)), []
        while len(left) > _NARROW:
            groups = [left[start : start + _GROUP] for start in range(0, len(left), _GROUP)]
            left = [_literal(self.wiring.wired(*_together(group, every=every))) for group in groups]
        return _together(left, every=every)


Literal = tuple[int, Flags]


def _literal(wire: Wire) -> Literal:
    return wire.variable, wire.vector.truth


def _open(literals: Mapping[int, Flags], *, every: bool) -> list[Literal] | None:
    """Leave out literals that never matter; None where one of them settles the whole."""
    if any(held.size and (held != every).all() for held in literals.values()):
        return None
    return [(variable, held) for variable, held in literals.items() if (held != every).any()]


def _together(literals: Sequence[Literal], *, every: bool) -> Part:
    """Return that all literals hold, or some, on the grid of their variables."""
    axes = [axis_of(variable, [truths(held)]) for variable, held in literals]
    flags = [
        held[axis.firsts].reshape((1,) * place + (-1,) + (1,) * (len(axes) - place - 1))
        for place, ((_, held), axis) in enumerate(zip(literals, axes, strict=True))
    ]
    joined = reduce(np.logical_and if every else np.logical_or, flags, np.array(every))
    return truths(joined), axes


def _case(half: Extremum) -> tuple[Typed, Typed]:
    """Return a half of an extremum with the condition under which one of its guards holds."""
    guards = [TRUE if guard is None else guard for guard, _ in half.operands]
    return disjunction(guards), half.operands[0][1] if len(guards) == 1 else half


def is_condition(expression: Typed) -> bool:
    """Say whether an expression is a node of conditions, whose value is never absent."""
    return isinstance(expression, And | Or | Not | Compare | Rows) or type(expression).__name__ == "Within"


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

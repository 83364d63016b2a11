"""Ground trees evaluated over whole grids at once: the wide twin of `configurator.evaluate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from configurator.engines.tabling import rowsets, vectors
from configurator.engines.tabling.vectors import Flags, Vector
from configurator.model import Variable
from configurator.passes import children
from rules.kinds import Money, Quantity
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
    Values,
    Within,
)


@dataclass(frozen=True, slots=True, eq=False)
class Wire:
    """The value of an expression as a variable of the network decides it: one point of `vector` an index."""

    variable: int
    vector: Vector


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Where an expression is evaluated: for every variable its axis and the indices along it.

    `known` holds, by identity, expressions that a wire stands for; `held` those whose value is known.
    """

    axes: Mapping[int, tuple[int, NDArray[np.int32]]]
    known: Mapping[int, Wire]
    held: dict[int, Vector]

    def place(self, wire: Wire) -> Vector:
        """Return a wire's values on the grid."""
        axis, indices = self.axes[wire.variable]
        return wire.vector.at(indices).along(axis, len(self.axes))


class Evaluator:
    """Evaluates expressions over the variables of one program; what one variable decides alone is kept."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.variables = variables
        self.positions = {variable.path: i for i, variable in enumerate(variables)}
        self._codes: dict[str, int] = {}
        self._scopes: dict[int, tuple[Typed, frozenset[int]]] = {}
        self._leaves: dict[int, Vector] = {}
        self._tables: dict[int, tuple[Typed, Wire]] = {}

    def size(self, position: int) -> int:
        """Return the number of indices of a variable, absence included."""
        variable = self.variables[position]
        return len(variable.values) + (variable.exists is not None)

    def scope(self, expression: Typed) -> frozenset[int]:
        """Return the variables that an expression mentions."""
        known = self._scopes.get(id(expression))
        if known is None:
            if isinstance(expression, Reference):
                scope = frozenset((self.positions[expression.name],))
            else:
                scope = frozenset[int]().union(*map(self.scope, children(expression)))
            known = self._scopes[id(expression)] = (expression, scope)
        return known[1]

    def table(self, expression: Typed) -> Wire:
        """Return what one variable decides alone, as a wire of that variable."""
        known = self._tables.get(id(expression))
        if known is None:
            (position,) = self.scope(expression)
            indices = np.arange(self.size(position), dtype=np.int32)
            vector = self._built(expression, Grid({position: (0, indices)}, {}, {}))
            wide = filled(replace(vector, present=vectors.somewhere_absent(vector.present)), indices.shape)
            known = self._tables[id(expression)] = (expression, Wire(position, wide))
        return known[1]

    def frontier(self, expression: Typed, known: Mapping[int, Wire]) -> list[Wire]:
        """Return the wires and the widest parts over one variable that an expression is made of."""
        found: list[Wire] = []
        seen, pending = set[int](), [expression]
        while pending:
            node = pending.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if id(node) in known:
                found.append(known[id(node)])
            elif len(self.scope(node)) == 1:
                found.append(self.table(node))
            else:
                pending += reversed(list(children(node)))
        return found

    # --- evaluation -----------------------------------------------------------------------------

    def evaluate(self, expression: Typed, grid: Grid) -> Vector:
        """Return the value of an expression on a grid that has an axis for every variable of its frontier."""
        held = grid.held.get(id(expression))
        if held is None:
            if id(expression) in grid.known:
                held = grid.place(grid.known[id(expression)])
            elif len(grid.axes) > 1 and len(self.scope(expression)) == 1:
                held = grid.place(self.table(expression))
            else:
                held = self._built(expression, grid)
            grid.held[id(expression)] = held
        return held

    def _built(self, expression: Typed, grid: Grid) -> Vector:
        match expression:
            case Constant(value=value):
                shape = (1,) * len(grid.axes)
                return self._constant(value).through(lambda array: array.reshape(shape))
            case Reference(name=name):
                position = self.positions[name]
                return grid.place(Wire(position, self._leaf(position)))
            case And(operands) | Or(operands):
                every = isinstance(expression, And)
                flags = [self.evaluate(operand, grid).truth for operand in operands]
                start = np.full((1,) * len(grid.axes), every)
                return vectors.truths(reduce(np.logical_and if every else np.logical_or, flags, start))
            case Not(operand):
                return vectors.truths(~self.evaluate(operand, grid).truth)
            case Compare(operator, left, right):
                return vectors.truths(vectors.compared(operator, self.evaluate(left, grid), self.evaluate(right, grid)))
            case Within(operand, values):
                return vectors.truths(self.within(self.evaluate(operand, grid), values))
            case Rows(mode, columns, rows):
                matched = rowsets.matched(rows, [self.evaluate(column, grid) for column in columns], self)
                return vectors.truths(matched if mode == "allow" else ~matched)
            case _:
                return self._built_value(expression, grid)

    def _built_value(self, expression: Typed, grid: Grid) -> Vector:
        match expression:
            case Lookup(kind, operand, _, values):
                attributes = {key: self._known(value, kind) for key, value in values.items()}
                return self._looked_up(self.evaluate(operand, grid), attributes)
            case Add(terms=terms):
                return vectors.added([(coefficient, self.evaluate(term, grid)) for coefficient, term in terms])
            case Multiply(operands=operands):
                return vectors.multiplied([self.evaluate(operand, grid) for operand in operands])
            case Divide(_, left, right):
                return vectors.divided(self.evaluate(left, grid), self.evaluate(right, grid))
            case Round(_, mode, operand, step):
                return vectors.rounded(self.evaluate(operand, grid), mode, step)
            case Choose(_, condition, value, otherwise):
                test = self.evaluate(condition, grid).truth
                return vectors.chosen(test, self.evaluate(value, grid), self.evaluate(otherwise, grid))
            case Extremum(_, function, operands):
                always = np.ones((1,) * len(grid.axes), np.bool_)
                guards = [always if guard is None else self.evaluate(guard, grid).truth for guard, _ in operands]
                worths = [self.evaluate(value, grid) for _, value in operands]
                found = vectors.extreme(function, list(zip(guards, worths, strict=True)))
                shape = (1,) * len(grid.axes)
                return found if operands else found.through(lambda array: array.reshape(shape))
            case _:
                raise TypeError(expression)

    def within(self, vector: Vector, values: Values) -> Flags:
        """Return where a value belongs to a set."""
        return vectors.within(vector, values, self.code)

    # --- symbols --------------------------------------------------------------------------------

    def code(self, value: object) -> int | None:
        """Return the number that stands for a truth, a day, or a name that some expression gave."""
        match value:
            case bool():
                return int(value)
            case date():
                return value.toordinal()
            case str():
                return self._codes.setdefault(value, len(self._codes))
        return None

    def _known(self, value: object, kind: object) -> Fraction | int | None:
        return value if isinstance(kind, Quantity | Money) and isinstance(value, Fraction) else self.code(value)

    def _constant(self, value: object) -> Vector:
        return vectors.single_number(value if isinstance(value, Fraction) else Fraction(self.code(value) or 0))

    def _leaf(self, position: int) -> Vector:
        if position not in self._leaves:
            variable = self.variables[position]
            numbers = [self._known(value, variable.kind) for value in variable.values]
            if variable.exists is not None:
                numbers.append(None)
            self._leaves[position] = vectors.listed(numbers)
        return self._leaves[position]

    def _looked_up(self, operand: Vector, attributes: Mapping[str, Fraction | int | None]) -> Vector:
        by_code: list[Fraction | int | None] = [None] * max(1, len(self._codes))
        for name, value in attributes.items():
            code = self._codes.get(name)
            if code is not None:
                by_code[code] = value
        found = vectors.listed(by_code)
        codes = operand.top.array.astype(np.int32)
        vector = found.through(lambda array: array[codes])
        present = vectors.somewhere_absent(vectors.both(vector.present, operand.present))
        return Vector(vector.top, present, vector.scale)


def filled(vector: Vector, shape: tuple[int, ...]) -> Vector:
    """Return a vector with all axes of a grid at their full length."""
    return vector.through(lambda array: np.broadcast_to(array, shape))

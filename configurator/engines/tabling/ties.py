"""What an expression is worth where exactly the variables that exist are there: often one of them tells it alone.

The weight of a bag that counts only where there are so many bags follows from the bag alone: it is
absent exactly where there are fewer.
"""

from __future__ import annotations

import math

import numpy as np

from configurator.engines.tabling.evaluator import Evaluator, Grid, Wire, filled
from configurator.engines.tabling.vectors import Flags, Numbers, Vector
from rules.typed import Typed

_MOST_CELLS = 1 << 18
_MOST_VARIABLES = 4


class Ties:
    """Reduces expressions to single variables by means of the conditions under which variables exist."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._known: dict[int, tuple[Typed, Wire | None]] = {}

    def reduced(self, expression: Typed) -> Wire | None:
        """Return one variable that decides an expression in all that can exist; None where there is none.

        Where a value of the variable cannot be had at all, the wire's value is of no meaning.
        """
        known = self._known.get(id(expression))
        if known is None:
            known = self._known[id(expression)] = (expression, self._reduced(expression))
        return known[1]

    def _reduced(self, expression: Typed) -> Wire | None:
        evaluator = self._evaluator
        scope = sorted(evaluator.scope(expression))
        if len(scope) == 1:
            return evaluator.table(expression)
        sizes = tuple(evaluator.size(position) for position in scope)
        tied = [position for position in scope if self._is_tied(position, scope)]
        if not tied or len(scope) > _MOST_VARIABLES or math.prod(sizes) > _MOST_CELLS or not all(sizes):
            return None
        indices = [np.arange(size, dtype=np.int32) for size in sizes]
        grid = Grid({position: (axis, indices[axis]) for axis, position in enumerate(scope)}, {}, {})
        value = filled(evaluator.evaluate(expression, grid), sizes)
        there = np.ones(sizes, np.bool_)
        for position in tied:
            there &= self._tie(position, grid)
        if value.bottom is not None:
            return None
        wires = (_alone(value, there, position, axis) for axis, position in enumerate(scope) if position in tied)
        return next((wire for wire in wires if wire is not None), None)

    def _is_tied(self, position: int, scope: list[int]) -> bool:
        exists = self._evaluator.variables[position].exists
        return exists is not None and self._evaluator.scope(exists) <= set(scope)

    def _tie(self, position: int, grid: Grid) -> Flags:
        """Return where a variable is there exactly if it exists."""
        exists = self._evaluator.variables[position].exists
        axis, indices = grid.axes[position]
        here = (indices < len(indices) - 1).reshape((1,) * axis + (-1,) + (1,) * (len(grid.axes) - axis - 1))
        held = np.ones((), np.bool_) if exists is None else self._evaluator.evaluate(exists, grid).truth
        matches: Flags = here == held
        return matches


def _alone(value: Vector, there: Flags, position: int, axis: int) -> Wire | None:
    """Return the value by one variable's index, where it alone decides it."""
    size = there.shape[axis]
    possible = np.moveaxis(there, axis, 0).reshape(size, -1)
    tops = np.moveaxis(value.top.array, axis, 0).reshape(size, -1)
    first = possible.argmax(axis=1)
    every = np.arange(size)
    chosen = tops[every, first]
    same = tops == chosen[:, None]
    present = None
    if value.present is not None:
        here = np.moveaxis(value.present, axis, 0).reshape(size, -1)
        present = here[every, first]
        same = (here == present[:, None]) & (same | ~here)
        present = present | ~possible.any(axis=1)
    if not (same | ~possible).all():
        return None
    top = Numbers(chosen, value.top.low, value.top.high)
    return Wire(position, Vector(top, None if present is None or present.all() else present, value.scale))

"""Whole grids against the closures, point by point."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from configurator.engines.tabling.evaluator import Evaluator, Grid, Wire, filled
from configurator.engines.tabling.vectors import Vector, numbered
from configurator.evaluate import Compiler
from rules.typed import Typed
from tests.configurator.ground_models import VARIABLES, condition, numeric, symbolic


def seen(vector: Vector, point: tuple[int, ...]) -> object:
    if vector.present is not None and not vector.present[point]:
        return None
    bottom = 1 if vector.bottom is None else int(vector.bottom.array[point])
    return Fraction(int(vector.top.array[point]), vector.scale * bottom)


def wanted(evaluator: Evaluator, value: object, scale: int) -> object:
    if value is None:
        return None
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value) / scale
    return Fraction(evaluator.code(value) or 0)


@settings(max_examples=250, deadline=None)
@given(expression=st.one_of(numeric(3), condition(3), symbolic(3)), known=st.booleans())
def test_grids_are_worth_what_closures_are_worth(expression: Typed, known: bool):
    evaluator, compiler = Evaluator(VARIABLES), Compiler(VARIABLES)
    scope = sorted(evaluator.scope(expression))
    assert scope == sorted(compiler.compile(expression).scope)
    sizes = tuple(evaluator.size(position) for position in scope)
    axes = {p: (axis, np.arange(sizes[axis], dtype=np.int32)) for axis, p in enumerate(scope)}
    wires = {}
    if known and len(scope) == 1:
        wires = {id(expression): Wire(scope[0], evaluator.table(expression).vector)}
    vector = filled(evaluator.evaluate(expression, Grid(axes, wires, {})), sizes)
    node, state = compiler.compile(expression), [0] * len(VARIABLES)
    numbers, firsts = numbered(vector)
    points = list(itertools.product(*map(range, sizes)))
    values = []
    for point in points:
        for position, index in zip(scope, point, strict=True):
            state[position] = index
        right = wanted(evaluator, node.run(state), node.scale)
        assert seen(vector, point) == right
        if right is not None:
            assert vector.top.low <= int(vector.top.array[point]) <= vector.top.high
        values.append(right)
    assert [values[firsts[numbers[point]]] for point in points] == values
    assert len(firsts) == len(set(values))

"""Many conditions on single variables together: one small table, or a tree of such through helpers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

import numpy as np

from configurator.engines.tabling.evaluator import Wire
from configurator.engines.tabling.vectors import Flags, Vector, truths
from configurator.engines.tabling.wiring import Axis, Wiring, axis_of

NARROW = 6
"""So many variables one table takes together."""
_GROUP = 5

Literal = tuple[int, Flags]
"""A variable, and for each of its indices whether a condition on it holds."""


class Literals:
    """Conditions that must hold all (`every`) or some, at most one a variable."""

    def __init__(self, every: bool) -> None:
        self.every = every
        self.settled = False
        self._held: dict[int, Flags] = {}

    def add(self, variable: int, held: Flags) -> None:
        """Add a condition on a variable."""
        before = self._held.get(variable)
        self._held[variable] = held if before is None else before & held if self.every else before | held

    def settle(self, holds: bool) -> None:
        """Add a condition that holds always, or never."""
        self.settled = self.settled or holds is not self.every

    def open(self) -> list[Literal] | None:
        """Return the conditions that matter; None where one of them settles the whole."""
        if self.settled or any(held.size and bool((held != self.every).all()) for held in self._held.values()):
            return None
        return [(variable, held) for variable, held in self._held.items() if bool((held != self.every).any())]


def restrict(wiring: Wiring, literals: Literals, source: int) -> bool:
    """Require that some of the literals holds, in one table of the variables themselves; say whether it is small enough."""
    left = literals.open()
    if left is None:
        return True
    if not left or len(left) > NARROW or math.prod(len(held) for _, held in left) > wiring.limits.direct:
        return False
    wiring.limits.check()
    allowed = np.ones(tuple(len(held) for _, held in left), np.bool_)
    allowed[np.ix_(*(np.flatnonzero(~held) for _, held in left))] = False
    wiring.add([variable for variable, _ in left], allowed, source)
    return True


def together(wiring: Wiring, literals: Literals) -> tuple[Vector, list[Axis]]:
    """Return that the literals hold together, on the grid of a few variables: others, where they are many."""
    left, every = literals.open(), literals.every
    if left is None:
        return truths(np.array(not every)), []
    while len(left) > NARROW:
        groups = [left[start : start + _GROUP] for start in range(0, len(left), _GROUP)]
        left = [_literal(wiring.wired(*_joined(group, every=every))) for group in groups]
    return _joined(left, every=every)


def _literal(wire: Wire) -> Literal:
    return wire.variable, wire.vector.truth


def _joined(literals: Sequence[Literal], *, every: bool) -> tuple[Vector, list[Axis]]:
    axes = [axis_of(variable, [truths(held)]) for variable, held in literals]
    flags = [
        held[axis.firsts].reshape((1,) * place + (-1,) + (1,) * (len(axes) - place - 1))
        for place, ((_, held), axis) in enumerate(zip(literals, axes, strict=True))
    ]
    joined = reduce(np.logical_and if every else np.logical_or, flags, np.array(every))
    return truths(joined), axes

"""Where things stand in a diagram: one position a variable of the pseudo tree, and branches of two sides between them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from configurator.engines.diagram.compiler.clock import Clock
from configurator.engines.diagram.compiler.order import PseudoTree

LEAF = 0
"""The position below which nothing is left."""
_COMPARED = 12
"""So many parts are compared with each other for joining."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions numbered bottom up: those below a position have smaller numbers, and the last one is the root.

    `variables` has the variable of a position, -1 for a branch; `lower` the position below a variable or the left
    side of a branch, `upper` the right side (-1 at a variable). `home` has the position of every variable.
    """

    variables: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    parents: tuple[int, ...]
    home: tuple[int, ...]

    @property
    def root(self) -> int:
        """The position of the whole."""
        return len(self.variables) - 1

    def path(self, top: int, bottom: int) -> list[int]:
        """Return the positions from one down to another below it."""
        found = [bottom]
        while found[-1] != top:
            found.append(self.parents[found[-1]])
        return found[::-1]


def lay_out(tree: PseudoTree, sizes: Sequence[int], clock: Clock) -> Layout:
    """Place the variables of a tree; parts beside each other are joined pairwise, those that depend on the same first.

    `OutOfTime` where the clock runs out.
    """
    variables, lower, upper = [-1], [-1], [-1]
    home = [0] * len(tree.parents)
    children = tree.children()
    weights = [math.log2(max(size, 1)) for size in sizes]

    def place(variable: int, down: int, right: int) -> int:
        variables.append(variable)
        lower.append(down)
        upper.append(right)
        return len(variables) - 1

    def weight(context: frozenset[int]) -> float:
        return sum(weights[variable] for variable in context)

    def join(parts: Sequence[int]) -> int:
        """Return one position for several variables side by side."""
        left = [
            (tree.contexts[part], home[part]) for part in sorted(parts, key=lambda part: weight(tree.contexts[part]))
        ]
        while len(left) > 1:
            clock.check()
            first, second = _closest([context for context, _ in left], weight)
            joined = (left[first][0] | left[second][0], place(-1, left[first][1], left[second][1]))
            left = [*(part for number, part in enumerate(left) if number not in {first, second}), joined]
        return left[0][1] if left else LEAF

    for variable in reversed(tree.order):
        below = join(children[variable])
        home[variable] = place(variable, below, -1)
    join(children[-1])
    parents = [-1] * len(variables)
    for position in range(1, len(variables)):
        for side in (lower[position], upper[position]):
            if side > 0:
                parents[side] = position
    return Layout(tuple(variables), tuple(lower), tuple(upper), tuple(parents), tuple(home))


def _closest(contexts: Sequence[frozenset[int]], weight: Callable[[frozenset[int]], float]) -> tuple[int, int]:
    """Return the two parts that together depend on least; among many, a neighbour of the first."""
    candidates = range(min(len(contexts), _COMPARED))
    return min(
        ((i, j) for j in candidates for i in range(j)),
        key=lambda pair: (weight(contexts[pair[0]] | contexts[pair[1]]), pair),
    )

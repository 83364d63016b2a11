"""The pseudo tree of a network: which variable is decided below which, so that independent parts branch.

Elimination orders by min-fill, min-weight and weighted fill, each plain and with noise (Kjaerulff,
Triangulation of graphs, 1990; Mateescu, Dechter, Marinescu, AND/OR Multi-Valued Decision Diagrams,
2008). Which of them is best only compiling tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.compiler.clock import Clock
from configurator.engines.diagram.compiler.elimination import (
    DONE, FILL, FULL, TOO_WIDE, WEIGHT, WEIGHTED_FILL, Graph, eliminate, graph, noisy_factors,
)  # fmt: skip

_NOISE = 0.3
_SEEDS = 8
"""Each cost is tried so often, with other noise."""
_STEPS = 400_000_000
"""Comparisons of neighbours after which no further order is looked for."""
_SHARE = 20_000_000
"""Comparisons between two looks at the clock."""
_LARGEST = 1_000.0
"""Logarithms of numbers of nodes are cut here: doubles reach no further."""
MOST_NEIGHBOURS = 1_000
"""A variable that depends on more others than this at once has no useful tree."""
MOST_VARIABLES = 20_000
"""Of more variables it is not looked at which depend on each other: that takes a byte for every two."""


@dataclass(frozen=True, slots=True)
class PseudoTree:
    """The parent of every variable (-1: a root) and the variables, each before those below it.

    The variables of every table lie on one path from a root. `contexts` has the variables above each one
    that what is below, itself included, may depend on. `estimate` is the logarithm to base 2 of the number
    of nodes to be feared.
    """

    parents: tuple[int, ...]
    order: tuple[int, ...]
    contexts: tuple[frozenset[int], ...]
    estimate: float

    def children(self) -> list[list[int]]:
        """Return the variables directly below every variable; those below none come last."""
        found: list[list[int]] = [[] for _ in range(len(self.parents) + 1)]
        for variable in self.order:
            found[self.parents[variable]].append(variable)
        return found


def pseudo_trees(
    sizes: Sequence[int], scopes: Iterable[Sequence[int]], clock: Clock | None = None
) -> Iterator[PseudoTree]:
    """Yield different pseudo trees for variables of these numbers of values under tables of these scopes.

    They end where looking for one takes long; there are none where variables depend on too many others, or are too
    many. `OutOfTime` where the clock runs out on the way to the next.
    """
    if len(sizes) > MOST_VARIABLES:
        return
    around = _neighbours(len(sizes), scopes)
    width = min(len(sizes), MOST_NEIGHBOURS)
    if any(len(own) > width for own in around):
        return
    neighbours = np.zeros((len(sizes), max(width, 1)), np.int32)
    for variable, own in enumerate(around):
        neighbours[variable, : len(own)] = sorted(own)
    degrees = np.array([len(own) for own in around], np.int32)
    weights = np.log2(np.maximum(np.array(sizes, np.float64), 1.0))
    seen, steps = set[bytes](), 0
    for seed in range(_SEEDS):
        for cost in (FILL, WEIGHTED_FILL) if seed else (FILL, WEIGHTED_FILL, WEIGHT):
            factors = noisy_factors(len(sizes), seed, _NOISE if seed else 0.0)
            found = graph(neighbours, degrees, weights, factors)
            above, taken = _eliminated(found, cost, clock)
            steps += taken
            if above is not None and found.order.tobytes() not in seen:
                seen.add(found.order.tobytes())
                yield _tree(found, above)
            if steps > _STEPS:
                return


def _neighbours(count: int, scopes: Iterable[Sequence[int]]) -> list[set[int]]:
    """Return for every variable the others that stand in a table with it."""
    around: list[set[int]] = [set() for _ in range(count)]
    for scope in scopes:
        for variable in scope:
            around[variable].update(scope)
    for variable, own in enumerate(around):
        own.discard(variable)
    return around


def _eliminated(found: Graph, cost: int, clock: Clock | None) -> tuple[NDArray[np.int32] | None, int]:
    """Eliminate all variables; return the neighbours left at each step, None where they are too many, and the comparisons."""
    count, width = found.around.shape
    above = np.empty(16 * count + width, np.int32)
    step = steps = 0
    while True:
        if clock is not None:
            clock.check()
        end, step, taken = eliminate(found, above, cost, step, _SHARE)
        steps += taken
        if end in {DONE, TOO_WIDE}:
            return (above[: found.ends[count]] if end == DONE else None), steps
        if end == FULL:
            above = np.concatenate((above, np.empty(len(above) + width, np.int32)))


def _tree(found: Graph, above: NDArray[np.int32]) -> PseudoTree:
    order = found.order
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    contexts: list[NDArray[np.int32]] = [above[:0]] * len(order)
    for step, variable in enumerate(order):
        contexts[variable] = above[found.ends[step] : found.ends[step + 1]]
    parents = tuple(int(own[np.argmin(place[own])]) if len(own) else -1 for own in contexts)
    named = tuple(frozenset(own.tolist()) for own in contexts)
    total = float((2.0 ** np.minimum(found.extents, _LARGEST)).sum())
    return PseudoTree(parents, tuple(order[::-1].tolist()), named, float(np.log2(total)) if total > 0 else 0.0)

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

from configurator.engines.diagram.kernel import kernel

TRIES = 3
"""Noisy tries of each of the three costs, besides the plain one."""
_FILL, _WEIGHT, _WEIGHTED_FILL = 0, 1, 2
_NOISE = 0.3


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


def pseudo_trees(sizes: Sequence[int], scopes: Iterable[Sequence[int]], tries: int = TRIES) -> Iterator[PseudoTree]:
    """Yield different pseudo trees for variables of these numbers of values under tables of these scopes."""
    count = len(sizes)
    near = np.zeros((count, count), np.bool_)
    for scope in scopes:
        places = np.array(scope, np.intp)
        near[np.ix_(places, places)] = True
    np.fill_diagonal(near, val=False)
    weights = np.log2(np.maximum(np.array(sizes, np.float64), 1.0))
    seen = set[bytes]()
    for seed in range(tries + 1):
        for cost in (_FILL, _WEIGHTED_FILL, _WEIGHT):
            order, contexts, estimate = eliminate(near.copy(), weights, cost, seed, _NOISE if seed else 0.0)
            if order.tobytes() not in seen:
                seen.add(order.tobytes())
                yield _tree(order, contexts, estimate)


def _tree(order: NDArray[np.int32], contexts: NDArray[np.bool_], estimate: float) -> PseudoTree:
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    above = [np.flatnonzero(row) for row in contexts]
    parents = tuple(int(own[np.argmin(place[own])]) if len(own) else -1 for own in above)
    return PseudoTree(parents, tuple(map(int, order[::-1])), tuple(frozenset(map(int, own)) for own in above), estimate)


@kernel
def eliminate(
    near: NDArray[np.bool_], weights: NDArray[np.float64], cost: int, seed: int, noise: float
) -> tuple[NDArray[np.int32], NDArray[np.bool_], float]:
    """Eliminate variables one by one; return the order, every context, and the logarithm of the estimated size.

    `near` is the symmetric primal graph, which is filled in; `weights` are logarithms of numbers of values.
    """
    count = len(weights)
    costs = np.empty(count, np.float64)
    stale = np.ones(count, np.bool_)
    gone = np.zeros(count, np.bool_)
    order = np.empty(count, np.int32)
    contexts = np.zeros((count, count), np.bool_)
    factors = np.ones(count, np.float64)
    state = np.uint64(seed * 2654435761 + 88172645463325252)
    for variable in range(count):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        factors[variable] = 1.0 + noise * (float(state >> np.uint64(11)) / 9007199254740992.0)
    around = np.empty(count, np.int32)
    total = 0.0
    for step in range(count):
        best, least = -1, np.inf
        for variable in range(count):
            if gone[variable]:
                continue
            if stale[variable]:
                costs[variable] = elimination_cost(near, gone, weights, variable, cost, around)
                stale[variable] = False
            value = costs[variable] * factors[variable]
            if value < least:
                best, least = variable, value
        order[step] = best
        gone[best] = True
        width, size = 0, weights[best]
        for other in range(count):
            if near[best, other] and not gone[other]:
                around[width] = other
                contexts[best, other] = True
                width += 1
                size += weights[other]
        total += 2.0 ** min(size, 1000.0)
        for i in range(width):
            for j in range(i):
                near[around[i], around[j]] = near[around[j], around[i]] = True
        for i in range(width):
            stale[around[i]] = True
            if cost != 1:
                for other in range(count):
                    if near[around[i], other]:
                        stale[other] = True
    return order, contexts, np.log2(total) if total > 0 else 0.0


@kernel
def elimination_cost(
    near: NDArray[np.bool_],
    gone: NDArray[np.bool_],
    weights: NDArray[np.float64],
    variable: int,
    cost: int,
    around: NDArray[np.int32],
) -> float:
    """Return what it costs to eliminate a variable next: new edges, their weight, or the weight of its neighbours."""
    width, size = 0, weights[variable]
    for other in range(len(weights)):
        if near[variable, other] and not gone[other]:
            around[width] = other
            width += 1
            size += weights[other]
    if cost == 1:
        return size
    fill = 0.0
    for i in range(width):
        for j in range(i):
            if not near[around[i], around[j]]:
                fill += 1.0 if cost == 0 else weights[around[i]] * weights[around[j]]
    return fill + size / 1000.0

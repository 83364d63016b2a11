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

from configurator.engines.kernel import kernel

_FILL, _WEIGHT, _WEIGHTED_FILL = 0, 1, 2
_NOISE = 0.3
_SEEDS = 8
"""Each cost is tried so often, with other noise."""
_STEPS = 400_000_000
"""Comparisons of neighbours after which no further order is looked for."""
MOST_NEIGHBOURS = 1_000
"""A variable that depends on more others than this at once has no useful tree."""


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


def pseudo_trees(sizes: Sequence[int], scopes: Iterable[Sequence[int]]) -> Iterator[PseudoTree]:
    """Yield different pseudo trees for variables of these numbers of values under tables of these scopes.

    They end where looking for one takes long; there are none where variables depend on too many others.
    """
    around: list[set[int]] = [set() for _ in sizes]
    for scope in scopes:
        for variable in scope:
            around[variable].update(scope)
    for variable, own in enumerate(around):
        own.discard(variable)
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
        for cost in (_FILL, _WEIGHTED_FILL) if seed else (_FILL, _WEIGHTED_FILL, _WEIGHT):
            noise = _NOISE if seed else 0.0
            order, ends, above, estimate, taken = eliminate(neighbours, degrees, weights, cost, seed, noise)
            steps += taken
            if estimate < np.inf and order.tobytes() not in seen:
                seen.add(order.tobytes())
                yield _tree(order, ends, above, estimate)
            if steps > _STEPS:
                return


def _tree(order: NDArray[np.int32], ends: NDArray[np.int64], above: NDArray[np.int32], estimate: float) -> PseudoTree:
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    contexts: list[NDArray[np.int32]] = [above[:0]] * len(order)
    for step, variable in enumerate(order):
        contexts[variable] = above[ends[step] : ends[step + 1]]
    parents = tuple(int(own[np.argmin(place[own])]) if len(own) else -1 for own in contexts)
    named = tuple(frozenset(map(int, own)) for own in contexts)
    return PseudoTree(parents, tuple(map(int, order[::-1])), named, estimate)


@kernel
def eliminate(  # noqa: C901 - one step after the other
    given: NDArray[np.int32],
    given_degrees: NDArray[np.int32],
    weights: NDArray[np.float64],
    cost: int,
    seed: int,
    noise: float,
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32], float, int]:
    """Eliminate variables one by one, the cheapest next, joining its neighbours.

    `given` has the neighbours of every variable in its first columns, `given_degrees` how many there are,
    `weights` logarithms of numbers of values. Returned are the order; where the neighbours left at each step
    begin, and they; the logarithm of the estimated number of nodes (infinite past the width of
    `given`); and the comparisons made.
    """
    count, width = given.shape
    around, degrees = given.copy(), given_degrees.copy()
    near = np.zeros((count, count), np.bool_)
    for variable in range(count):
        for place in range(degrees[variable]):
            near[variable, around[variable, place]] = True
    costs = np.empty(count, np.float64)
    stale, gone = np.ones(count, np.bool_), np.zeros(count, np.bool_)
    factors = noisy_factors(count, seed, noise)
    order, ends = np.empty(count, np.int32), np.zeros(count + 1, np.int64)
    above = np.empty(16 * count + width, np.int32)
    total, taken = 0.0, 0
    for step in range(count):
        best, least = -1, np.inf
        for variable in range(count):
            if not gone[variable]:
                if stale[variable]:
                    costs[variable] = elimination_cost(near, around, degrees, weights, variable, cost)
                    stale[variable] = False
                    taken += 1 if cost == 1 else degrees[variable] * degrees[variable]
                if costs[variable] * factors[variable] < least:
                    best, least = variable, costs[variable] * factors[variable]
        order[step], gone[best] = best, True
        own = around[best, : degrees[best]].copy()
        size = weights[best]
        for other in own:
            size += weights[other]
        total += 2.0 ** min(size, 1000.0)
        ends[step + 1] = ends[step] + len(own)
        if ends[step + 1] + width > len(above):
            larger = np.empty(2 * len(above), np.int32)
            larger[: ends[step]] = above[: ends[step]]
            above = larger
        above[ends[step] : ends[step + 1]] = own
        forget(around, degrees, own, best, stale)
        if not join(near, around, degrees, own, stale):
            return order, ends, above[:0].copy(), np.inf, taken
    return order, ends, above[: ends[count]].copy(), np.log2(total) if total > 0 else 0.0, taken


@kernel
def noisy_factors(count: int, seed: int, noise: float) -> NDArray[np.float64]:
    """Return a factor from 1 to ``1 + noise`` for each variable (xorshift)."""
    factors = np.ones(count, np.float64)
    state = np.uint64(seed * 2654435761 + 88172645463325252)
    for variable in range(count):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        factors[variable] = 1.0 + noise * (float(state >> np.uint64(11)) / 9007199254740992.0)
    return factors


@kernel
def forget(
    around: NDArray[np.int32], degrees: NDArray[np.int32], own: NDArray[np.int32], gone: int, stale: NDArray[np.bool_]
) -> None:
    """Take an eliminated variable out of the lists of its neighbours."""
    for other in own:
        stale[other] = True
        for place in range(degrees[other]):
            if around[other, place] == gone:
                degrees[other] -= 1
                around[other, place] = around[other, degrees[other]]
                break


@kernel
def join(
    near: NDArray[np.bool_],
    around: NDArray[np.int32],
    degrees: NDArray[np.int32],
    own: NDArray[np.int32],
    stale: NDArray[np.bool_],
) -> bool:
    """Make all of `own` neighbours of each other; False where one would have more than there is room for.

    What a new edge costs changes for those that are neighbours of both its ends.
    """
    for i in range(len(own)):
        for j in range(i):
            first, second = own[i], own[j]
            if near[first, second]:
                continue
            if max(degrees[first], degrees[second]) >= around.shape[1]:
                return False
            near[first, second] = near[second, first] = True
            around[first, degrees[first]] = second
            around[second, degrees[second]] = first
            degrees[first] += 1
            degrees[second] += 1
            for place in range(degrees[first]):
                if near[second, around[first, place]]:
                    stale[around[first, place]] = True
    return True


@kernel
def elimination_cost(
    near: NDArray[np.bool_],
    around: NDArray[np.int32],
    degrees: NDArray[np.int32],
    weights: NDArray[np.float64],
    variable: int,
    cost: int,
) -> float:
    """Return what it costs to eliminate a variable next: new edges, their weight, or the weight of its neighbours."""
    own = around[variable, : degrees[variable]]
    size = weights[variable]
    for other in own:
        size += weights[other]
    if cost == 1:
        return size
    fill = 0.0
    for i in range(len(own)):
        for j in range(i):
            if not near[own[i], own[j]]:
                fill += 1.0 if cost == 0 else weights[own[i]] * weights[own[j]]
    return fill + size / 1000.0

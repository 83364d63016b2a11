"""Eliminating variables one by one, the cheapest next, joining its neighbours; in slices, so that it can be stopped."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import kernel

FILL, WEIGHT, WEIGHTED_FILL = 0, 1, 2
"""What eliminating a variable costs: new edges, the weight of its neighbours, or the weight of new edges."""
DONE, PAUSED, FULL, TOO_WIDE = 0, 1, 2, 3
"""How a slice ends: all are eliminated; its share of comparisons is used up; no room for neighbours; too many of them."""
_TIE = 1_000.0
"""Between equal fills the lighter neighbourhood decides: its weight counts so many times less."""
_MANY = 64
"""Past so many neighbours it is not looked at edge by edge whose costs change."""


class Graph(NamedTuple):
    """Variables, their neighbours, and how far elimination has come; arrays are changed in place.

    `near` has whether two are neighbours, `around` the neighbours of each in its first columns, `degrees` how many,
    `weights` the logarithms of numbers of values; `factors` multiply `costs`, which are `stale` where they must be
    found anew. Step by step `order` gets the variable, `ends` where its neighbours end in the list of all of them,
    `extents` the weight of it and them.
    """

    near: NDArray[np.bool_]
    around: NDArray[np.int32]
    degrees: NDArray[np.int32]
    weights: NDArray[np.float64]
    factors: NDArray[np.float64]
    costs: NDArray[np.float64]
    stale: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    order: NDArray[np.int32]
    ends: NDArray[np.int64]
    extents: NDArray[np.float64]


def graph(
    around: NDArray[np.int32], degrees: NDArray[np.int32], weights: NDArray[np.float64], factors: NDArray[np.float64]
) -> Graph:
    """Return the graph before any elimination; `around` and `degrees` are copied."""
    count = len(degrees)
    near = np.zeros((count, count), np.bool_)
    for variable in range(count):
        near[variable, around[variable, : degrees[variable]]] = True
    return Graph(
        near, around.copy(), degrees.copy(), weights, factors,
        costs=np.empty(count), stale=np.ones(count, np.bool_), gone=np.zeros(count, np.bool_),
        order=np.empty(count, np.int32), ends=np.zeros(count + 1, np.int64), extents=np.empty(count),
    )  # fmt: skip


@kernel
def eliminate(g: Graph, above: NDArray[np.int32], cost: int, begin: int, share: int) -> tuple[int, int, int]:
    """Go on eliminating from step `begin`; write into `above` the neighbours that are left at each step.

    Returned are how it ended, the step to go on with, and the comparisons made: `share` or little more.
    """
    count, width = g.around.shape
    taken = 0
    for step in range(begin, count):
        if g.ends[step] + width > len(above):
            return FULL, step, taken
        best, least = -1, np.inf
        for variable in range(count):
            if not g.gone[variable]:
                if g.stale[variable]:
                    if taken > share:
                        return PAUSED, step, taken
                    g.costs[variable] = elimination_cost(g, variable, cost)
                    g.stale[variable] = False
                    taken += 1 if cost == WEIGHT else g.degrees[variable] * g.degrees[variable]
                if best < 0 or g.costs[variable] * g.factors[variable] < least:
                    best, least = variable, g.costs[variable] * g.factors[variable]
        taken += count
        g.order[step], g.gone[best] = best, True
        own = g.around[best, : g.degrees[best]].copy()
        size = g.weights[best]
        for other in own:
            size += g.weights[other]
        g.extents[step] = size
        g.ends[step + 1] = g.ends[step] + len(own)
        above[g.ends[step] : g.ends[step + 1]] = own
        forget(g, own, best)
        if not join(g, own):
            return TOO_WIDE, step, taken
    return DONE, count, taken


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
def forget(g: Graph, own: NDArray[np.int32], gone: int) -> None:
    """Take an eliminated variable out of the lists of its neighbours."""
    for other in own:
        g.stale[other] = True
        for place in range(g.degrees[other]):
            if g.around[other, place] == gone:
                g.degrees[other] -= 1
                g.around[other, place] = g.around[other, g.degrees[other]]
                break


@kernel
def join(g: Graph, own: NDArray[np.int32]) -> bool:
    """Make all of `own` neighbours of each other; False where one would have more than there is room for.

    What a new edge costs changes for those that are neighbours of both its ends.
    """
    added = False
    for i in range(len(own)):
        for j in range(i):
            first, second = own[i], own[j]
            if g.near[first, second]:
                continue
            if max(g.degrees[first], g.degrees[second]) >= g.around.shape[1]:
                return False
            g.near[first, second] = g.near[second, first] = added = True
            g.around[first, g.degrees[first]] = second
            g.around[second, g.degrees[second]] = first
            g.degrees[first] += 1
            g.degrees[second] += 1
            for place in range(g.degrees[first] if len(own) <= _MANY else 0):
                if g.near[second, g.around[first, place]]:
                    g.stale[g.around[first, place]] = True
    if added and len(own) > _MANY:
        met = np.zeros(len(g.degrees), np.bool_)
        for variable in own:
            for place in range(g.degrees[variable]):
                other = g.around[variable, place]
                g.stale[other] |= met[other]
                met[other] = True
    return True


@kernel
def elimination_cost(g: Graph, variable: int, cost: int) -> float:
    """Return what it costs to eliminate a variable next."""
    own = g.around[variable, : g.degrees[variable]]
    size: float = g.weights[variable]
    for other in own:
        size += g.weights[other]
    if cost == WEIGHT:
        return size
    fill = 0.0
    for i in range(len(own)):
        for j in range(i):
            if not g.near[own[i], own[j]]:
                fill += 1.0 if cost == FILL else g.weights[own[i]] * g.weights[own[j]]
    return fill + size / _TIE

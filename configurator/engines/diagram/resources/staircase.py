"""Staircases: for every slot the sums and prices that no other beats, below it and outside it, under one bound.

A staircase lists points with rising sums and falling prices. What cannot be completed within the bound, or only
at more than a price that is already known, is left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.lanes import Row, all_lanes, less, pick, put, row
from configurator.engines.diagram.resources.sorting import ascend
from configurator.engines.diagram.resources.witness import Bytes, Int32s, Structure, owner

Int64s = NDArray[np.int64]
Bounds = tuple[Int64s, Int64s, Int64s]
"""For every slot and lane the least total below and outside it, each with a wanted literal and less what that may
cost at most (slots, lanes), and the multipliers of the lanes (lanes, 2: price, sum): what is above zero is of no use."""
Points = tuple[Int64s, Int64s, Int32s, Int32s]
"""Sums and prices of all points; first and last point of every slot."""
Found = tuple[Int64s, Int64s, Int64s, Int64s]
"""Sums and prices of candidates, and room to sort."""

FAR = 1 << 61
_U = np.uint64


@bare_kernel
def rise(structure: Structure, literals: int, cost: Int64s, price: Int64s, weight: Int64s) -> None:
    """Fill the least totals below every slot, with the price and the sum of what attains them."""
    edges, left, right = structure
    for i in range(len(edges) - 1):
        s = literals + 1 + i
        cost[s] = FAR
        for e in range(edges[i], edges[i + 1]):
            a, b = left[e], right[e]
            if cost[a] + cost[b] < cost[s]:
                cost[s] = cost[a] + cost[b]
                price[s] = price[a] + price[b]
                weight[s] = weight[a] + weight[b]


@bare_kernel
def fall(
    structure: Structure, literals: int, below: tuple[Int64s, Int64s, Int64s], outside: tuple[Int64s, Int64s, Int64s]
) -> None:  # fmt: skip
    """Fill the same outside every slot."""
    edges, left, right = structure
    slots = literals + len(edges)
    for s in range(slots):
        outside[0][s] = FAR
    for k in range(3):
        outside[k][slots - 1] = 0
    for s in range(slots - 1, literals, -1):
        if outside[0][s] < FAR:
            for e in range(edges[s - literals - 1], edges[s - literals]):
                _hear(below, outside, s, left[e], right[e])
                _hear(below, outside, s, right[e], left[e])


@bare_kernel
def _hear(
    below: tuple[Int64s, Int64s, Int64s], outside: tuple[Int64s, Int64s, Int64s], s: int, to: int, beside: int
) -> None:  # fmt: skip
    total = outside[0][s] + below[0][beside]
    if total < outside[0][to]:
        for k in range(3):
            outside[k][to] = outside[k][s] + below[k][beside]


@bare_kernel
def _add(x: Row[np.int64], y: Row[np.int64]) -> Row[np.int64]:
    return (x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3], x[4] + y[4], x[5] + y[5], x[6] + y[6], x[7] + y[7])


@bare_kernel
def _lower(x: Row[np.int64], y: Row[np.int64]) -> Row[np.int64]:
    return pick(less(x, y), x, y)


@bare_kernel
def require(
    structure: Structure, literals: int, cost: Int64s, out: Int64s, below: Int64s, outside: Int64s
) -> None:  # fmt: skip
    """Fill the least totals below and outside every slot that have a wanted literal there; literals are filled already."""
    edges, left, right = structure
    slots = _U(literals + len(edges))
    first = _U(literals + 1)
    far = all_lanes(np.int64(FAR))
    for s in range(first, slots):
        least = far
        for e in range(_U(edges[s - first]), _U(edges[s - first + _U(1)])):
            a, b = _U(left[e]), _U(right[e])
            least = _lower(_add(row(below, a), row(cost, b)), least)
            least = _lower(_add(row(cost, a), row(below, b)), least)
        put(below, s, least)
    for s in range(slots):
        put(outside, s, far)
    for back in range(slots - first):
        s = slots - _U(1) - back
        around, without = row(outside, s), row(out, s)
        for e in range(_U(edges[s - first]), _U(edges[s - first + _U(1)])):
            a, b = _U(left[e]), _U(right[e])
            to_a = _lower(_add(around, row(cost, b)), _add(without, row(below, b)))
            to_b = _lower(_add(around, row(cost, a)), _add(without, row(below, a)))
            put(outside, a, _lower(to_a, row(outside, a)))
            put(outside, b, _lower(to_b, row(outside, b)))


@bare_kernel
def climb_stairs(
    structure: Structure, bounds: Bounds, blocked: Bytes, weights: Int64s, prices: Int64s,
    points: Points, found: Found,
) -> int:  # fmt: skip
    """Fill the staircases below all slots; the number of points, -1 where room ends. Lane 0 is the sum alone."""
    edges, left, right = structure
    literals = len(blocked)
    used = 0
    for s in range(literals + len(edges)):
        points[2][s] = used
        count = 0
        if s <= literals:
            if s == literals or not blocked[s]:
                found[0][0] = weights[s] if s < literals else 0
                found[1][0] = prices[s] if s < literals else 0
                count = 1
        elif bounds[1][s, 0] <= 0:
            for e in range(edges[s - literals - 1], edges[s - literals]):
                a, b = left[e], right[e]
                count = _pairs(
                    points, points[2][a], points[3][a], points[2][b], points[3][b], bounds[1], s, found, count
                )  # fmt: skip
                if count < 0:
                    return -1
        used = _keep(points, used, found, count, bounds[1], s, bounds[2])
        if used < 0:
            return -1
        points[3][s] = used
    return used


@bare_kernel
def _pairs(
    points: Points, one: int, last: int, first: int, end: int, rest: Int64s, s: int, found: Found, count: int
) -> int:  # fmt: skip
    """Collect the sums and prices of all pairs of two staircases that fit with the least sum of the rest."""
    room = -rest[s, 0]
    for i in range(one, last):
        if count + end - first > len(found[0]):
            return -1
        for j in range(first, end):
            total = points[0][i] + points[0][j]
            if total > room:
                break
            found[0][count] = total
            found[1][count] = points[1][i] + points[1][j]
            count += 1
    return count


@bare_kernel
def _keep(points: Points, used: int, found: Found, count: int, rest: Int64s, s: int, multipliers: Int64s) -> int:
    """Append the staircase of the candidates, without what passes a lane's bound; points in all, -1 without room."""
    sums, prices, keys, other = found
    number = 0
    for i in range(count):
        good = True
        for r in range(len(multipliers)):
            good &= multipliers[r, 0] * prices[i] + multipliers[r, 1] * sums[i] + rest[s, r] <= 0
        if good:
            keys[number] = i
            number += 1
    if used + number > len(points[0]):
        return -1
    ascend(sums, keys, other, number)
    first = used
    for position in range(number):
        i = keys[position]
        if used > first and prices[i] >= points[1][used - 1]:
            continue
        if used > first and sums[i] == points[0][used - 1]:
            used -= 1
        points[0][used], points[1][used] = sums[i], prices[i]
        used += 1
    return used


@bare_kernel
def descend_stairs(
    structure: Structure, bounds: Bounds, cap: int, wanted: Bytes, weights: Int64s, prices: Int64s,
    below: Points, above: Points, into: tuple[Int32s, Int32s], used: int, found: Found, least: Int64s,
) -> int:  # fmt: skip
    """Fill the staircases outside all wanted slots, and the least totals of wanted literals; -1 where room ends.

    `wanted` marks literals; slots above them are marked here. Both kinds of points lie in the same arrays.
    """
    edges, left, right = structure
    literals = len(weights)
    for i in range(len(edges) - 1):
        s = literals + 1 + i
        wanted[s] = 0
        for e in range(edges[i], edges[i + 1]):
            wanted[s] |= wanted[left[e]] | wanted[right[e]]
    root = literals + len(edges) - 1
    if used >= len(below[0]):
        return -1
    below[0][used], below[1][used] = 0, 0
    above[2][root], above[3][root] = used, used + 1
    used += 1
    for s in range(root - 1, -1, -1):
        if s == literals or not wanted[s]:
            continue
        if s < literals:
            least[s] = _join(structure, cap, s, literals, weights, prices, below, above, into, least[s])
            continue
        above[2][s] = used
        count = 0
        for place in range(into[0][s], into[0][s + 1]):
            p, beside = _beside(structure, into[1][place], s, literals)
            count = _pairs(
                below, above[2][p], above[3][p], below[2][beside], below[3][beside], bounds[0], s, found, count
            )  # fmt: skip
            if count < 0:
                return -1
        used = _keep(below, used, found, count, bounds[0], s, bounds[2])
        if used < 0:
            return -1
        above[3][s] = used
    return used


@bare_kernel
def _beside(structure: Structure, e: int, s: int, literals: int) -> tuple[int, int]:
    """Return the slot of an edge into `s`, and the slot beside `s` there."""
    edges, left, right = structure
    return literals + 1 + owner(edges, e), right[e] if left[e] == s else left[e]


@bare_kernel
def _join(
    structure: Structure, cap: int, literal: int, literals: int, weights: Int64s, prices: Int64s, below: Points,
    above: Points, into: tuple[Int32s, Int32s], least: int,
) -> int:  # fmt: skip
    """Return the least total through a literal: two pointers along what is outside the slot above and beside it."""
    room = cap - weights[literal]
    for place in range(into[0][literal], into[0][literal + 1]):
        p, beside = _beside(structure, into[1][place], literal, literals)
        j = below[3][beside] - 1
        for i in range(above[2][p], above[3][p]):
            while j >= below[2][beside] and below[0][i] + below[0][j] > room:
                j -= 1
            if j < below[2][beside]:
                break
            least = min(least, below[1][i] + below[1][j] + prices[literal])
    return least

"""Conjoining: a table's automaton and a diagram, level by level along the table's path of the tree.

A diagram under construction has for every position of the tree a matrix of nodes: at a variable
one column a value, holding the node of the position below; at a branch two columns, a node of each
side. Node 0 is FALSE everywhere; every other node leads somewhere for at least one value, on both sides of a
branch, and no two nodes of a position are equal: so each is one function (Mateescu, Dechter, Marinescu 2008).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.compiler.automaton import ALWAYS, NEVER
from configurator.engines.kernel import kernel

Nodes = NDArray[np.int32]
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


@kernel
def _place(table: NDArray[np.int64], key: int) -> int:
    """Return where a key is, or is to be put, in a table of open addressing whose size is a power of two."""
    mark = np.uint64(key) * _FACTOR
    place = np.int64((mark ^ (mark >> _SHIFT)) & np.uint64(len(table) - 1))
    while table[place] >= 0 and table[place] != key:
        place = (place + 1) & (len(table) - 1)
    return place


@kernel
def follow(
    nodes: NDArray[np.int32], step: NDArray[np.int32], pairs: NDArray[np.int64], reads: bool, most: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Follow pairs of node and state down one position, where the table `reads` its variable or where it does not.

    A pair is coded as ``node << 32 | state``. Returned are, for every pair and column, 0 for FALSE,
    ``-node`` for a node that stays as it is, else one more than the number of the pair below; and these pairs. Past `most` pairs below it stops.
    """
    count, width = len(pairs), nodes.shape[1]
    below = np.zeros((count, width), np.int32)
    size = 64
    table = np.full(size, -1, np.int64)
    numbers = np.empty(size, np.int32)
    found = np.empty(size, np.int64)
    used = 0
    for pair in range(count):
        node, state = pairs[pair] >> 32, pairs[pair] & 0xFFFFFFFF
        for value in range(width):
            child = nodes[node, value]
            after = np.int64(step[state, value]) if reads else state
            if child == 0 or after == NEVER:
                continue
            if after == ALWAYS:
                below[pair, value] = -child
                continue
            key = (np.int64(child) << 32) | after
            place = _place(table, key)
            if table[place] < 0:
                table[place] = key
                numbers[place] = used
                found[used] = key
                used += 1
                if used > most:
                    return below, found[:used].copy()
                if 2 * used > size:
                    size *= 2
                    table = np.full(size, -1, np.int64)
                    numbers = np.empty(size, np.int32)
                    larger = np.empty(size, np.int64)
                    larger[:used] = found[:used]
                    found = larger
                    for number in range(used):
                        place = _place(table, found[number])
                        table[place] = found[number]
                        numbers[place] = number
                    place = _place(table, key)
            below[pair, value] = numbers[place] + 1
    return below, found[:used].copy()


@kernel
def settle(below: NDArray[np.int32], results: NDArray[np.int32]) -> NDArray[np.int32]:
    """Put the nodes that the pairs below became in place of their numbers."""
    rows = np.empty(below.shape, np.int32)
    for pair in range(below.shape[0]):
        for value in range(below.shape[1]):
            number = below[pair, value]
            rows[pair, value] = -number if number <= 0 else results[number - 1]
    return rows


@kernel
def insert(  # noqa: C901, PLR0912 - a hash table in one loop
    nodes: NDArray[np.int32], rows: NDArray[np.int32], both: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Add rows to the nodes of a position; return the node that each row is, and the nodes.

    A row of zeros is FALSE; at a branch (`both`) a row with any zero.
    """
    old, count, width = len(nodes), len(rows), nodes.shape[1]
    size = 64
    while size < 2 * (old + count):
        size *= 2
    table = np.full(size, -1, np.int32)
    whole = np.empty((old + count, width), np.int32)
    whole[:old] = nodes
    used = old
    results = np.zeros(count, np.int32)
    for number in range(1, old + count):
        fresh = number >= old
        if fresh:
            zeros = 0
            for column in range(width):
                whole[used, column] = rows[number - old, column]
                zeros += whole[used, column] == 0
            if zeros == width or (both and zeros > 0):
                continue
        row = used if fresh else number
        mark = np.uint64(width)
        for column in range(width):
            mark = (mark ^ np.uint64(whole[row, column])) * _FACTOR
            mark ^= mark >> _SHIFT
        place = np.int64(mark & np.uint64(size - 1))
        while True:
            known = table[place]
            if known < 0:
                table[place] = row
                break
            same = True
            for column in range(width):
                if whole[known, column] != whole[row, column]:
                    same = False
                    break
            if same:
                row = known
                break
            place = (place + 1) & (size - 1)
        if fresh:
            results[number - old] = row
            if row == used:
                used += 1
    return results, whole[:used].copy()


@kernel
def compact(parents: NDArray[np.int32], column: int, whole: bool, nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Keep of a position only the nodes that its parents refer to, and renumber those references in place.

    References stand in one column of the parents (a side of a branch), or in all of them (`whole`).
    """
    renumbered = np.zeros(len(nodes), np.int32)
    first, last = (0, parents.shape[1]) if whole else (column, column + 1)
    for parent in range(1, len(parents)):
        for place in range(first, last):
            renumbered[parents[parent, place]] = 1
    used = 1
    kept = np.empty(len(nodes), np.int32)
    kept[0] = 0
    for node in range(1, len(nodes)):
        if renumbered[node]:
            kept[used] = node
            renumbered[node] = used
            used += 1
    renumbered[0] = 0
    for parent in range(1, len(parents)):
        for place in range(first, last):
            parents[parent, place] = renumbered[parents[parent, place]]
    return nodes[kept[:used]]

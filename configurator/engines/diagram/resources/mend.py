"""Mending: a configuration through an open value that breaks some bounds, improved swap by swap until it keeps all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.kernel import bare_kernel
from configurator.engines.diagram.resources.lanes import BLOCKED, LANES
from configurator.engines.diagram.resources.swap import Scratch, walk
from configurator.engines.diagram.resources.witness import (
    OPEN,
    Book,
    Fields,
    Int32s,
    Packed,
    Passed,
    Structure,
    Words,
    climb,
    descend,
    enter,
    hold,
)

_U = np.uint64
_AT_ONCE = 64
_STEPS = 10


@bare_kernel
def mend(
    structure: Structure, passed: Passed, packed: Packed, book: Book, fields: Fields, open_literals: Int32s,
    trials: Int32s, excess: NDArray[np.float64], scratch: Scratch,
) -> None:  # fmt: skip
    """Start for every literal from the lane that breaks the bounds least, and enter what comes to keep them all.

    `trials` has room for 64 configurations, `excess` for what each is above the bounds.
    """
    for first in range(0, len(open_literals), _AT_ONCE):
        number = min(_AT_ONCE, len(open_literals) - first)
        for j in range(number):
            _begin(structure, passed, packed, book, fields, open_literals[first + j], trials, j, excess, scratch)
        for _ in range(_STEPS):
            if not _step(
                structure, passed, packed, book, fields, open_literals, first, number, trials, excess, scratch
            ):
                break


@bare_kernel
def _begin(
    structure: Structure, passed: Passed, packed: Packed, book: Book, fields: Fields, literal: int,
    trials: Int32s, j: int, excess: NDArray[np.float64], scratch: Scratch,
) -> None:  # fmt: skip
    """Write the configuration of the lane that breaks the bounds least."""
    outside, weights = passed[3], packed[0]
    around = scratch[9]
    lane, least = 0, np.inf
    for r in range(LANES):
        for w in range(len(around)):
            around[w] = outside[literal, w, r] + weights[literal, w]
        over = _excess(around, fields)
        if over < least:
            lane, least = r, over
    member = scratch[8]
    climb(structure, passed, literal, lane, book[2], member, scratch[7])
    member[book[2][literal]] = literal
    for v in range(len(member)):
        trials[j, v] = member[v]
    excess[j] = least


@bare_kernel
def _excess(totals: Words, fields: Fields) -> float:
    """Return how far sums lie above their bounds, relative to them, rule by rule."""
    word, shift, mask, caps, relative = fields
    over = 0.0
    for k in range(len(word)):
        over += max(np.float64((totals[word[k]] >> shift[k]) & mask[k]) - caps[k], 0.0) * relative[k]
    return over


@bare_kernel
def _step(
    structure: Structure, passed: Passed, packed: Packed, book: Book, fields: Fields, open_literals: Int32s,
    first: int, number: int, trials: Int32s, excess: NDArray[np.float64], scratch: Scratch,
) -> bool:  # fmt: skip
    """Make the best swap of every trial that still has one; False where none has."""
    status, variable = book[0], book[2]
    literals = len(status)
    root = literals + len(structure[0]) - 1
    hold(structure, literals, trials[:number], scratch[0])
    some = False
    for j in range(number):
        literal = open_literals[first + j]
        if status[literal] != OPEN or excess[j] <= 0.0 or not (scratch[0][root] >> _U(j)) & _U(1):
            continue
        length = walk(structure, packed, book, trials, j, _U(j), scratch)
        before = excess[j]
        _, edge, lane = _best_swap(structure, passed, fields, literal, j, length, excess, scratch)
        if excess[j] >= before:
            excess[j] = -1.0
            continue
        some = True
        member = scratch[8]
        for v in range(len(member)):
            member[v] = trials[j, v]
        for side in (structure[1][edge], structure[2][edge]):
            descend(structure, passed[0], passed[1], side, lane, variable, member, scratch[7])
        for v in range(len(member)):
            trials[j, v] = member[v]
        if excess[j] == 0.0:
            enter(book, member)
    return some


@bare_kernel
def _best_swap(
    structure: Structure, passed: Passed, fields: Fields, literal: int, j: int, length: int,
    excess: NDArray[np.float64], scratch: Scratch,
) -> tuple[int, int, int]:  # fmt: skip
    """Find the swap along the walked path that leaves the least excess, the literal kept; noted in `excess`."""
    edges, left, right = structure
    cost, sums = passed[0], passed[1]
    below, bad, path, taken, totals = scratch[1], scratch[2], scratch[4], scratch[5], scratch[9]
    literals = len(passed[5])
    _mark_kept(structure, literal, literals, length, scratch)
    root, found = path[0], (-1, -1, -1)
    for i in range(length):
        s = path[i]
        if bad[s]:
            continue
        for e in range(edges[s - literals - 1], edges[s - literals]):
            a, b = left[e], right[e]
            if e == taken[i] or cost[a, 0] >= BLOCKED or cost[b, 0] >= BLOCKED:
                continue
            for r in range(LANES):
                same = r > 0
                for w in range(len(totals)):
                    swapped = sums[a, w, r] + sums[b, w, r]
                    same &= r > 0 and swapped == sums[a, w, r - 1] + sums[b, w, r - 1]
                    totals[w] = below[root, w] - below[s, w] + swapped
                if same:
                    continue
                over = _excess(totals, fields)
                if over < excess[j]:
                    excess[j] = over
                    found = (s, e, r)
    return found


@bare_kernel
def _mark_kept(structure: Structure, literal: int, literals: int, length: int, scratch: Scratch) -> None:
    """Mark the slots of the path that have the literal below them, in place of the counts of blocked values."""
    _, left, right = structure
    bad, path, taken = scratch[2], scratch[4], scratch[5]
    for i in range(length):
        a, b = left[taken[i]], right[taken[i]]
        if a <= literals:
            bad[a] = a == literal
        if b <= literals:
            bad[b] = b == literal
    for i in range(length - 1, -1, -1):
        bad[path[i]] = bad[left[taken[i]]] + bad[right[taken[i]]]

"""The swap scan: take another edge at one slot of a known witness, and see whether that shows an open value valid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.lanes import BLOCKED, LANES
from configurator.engines.diagram.resources.witness import (
    OPEN,
    Book,
    Bytes,
    Int32s,
    Packed,
    Passed,
    Structure,
    Words,
    descend,
    enter,
    hold,
)

_U = np.uint64
_AT_ONCE = 64

Scratch = tuple[Words, Words, NDArray[np.int32], Bytes, Int32s, Int32s, Int32s, Int32s, Int32s, Words]
"""Bits of 64 members a slot, sums below, blocked below, whether open values are listed; path, edges, stacks, member, sums."""


def scratch_for(slots: int, literals: int, variables: int, words: int) -> Scratch:
    """Make the scratch of scans."""
    room = literals + variables + 4
    return (
        np.empty(slots, np.uint64), np.empty((slots, words), np.uint64), np.empty(slots, np.int32),
        np.empty(slots, np.uint8), np.empty(slots, np.int32), np.empty(slots, np.int32), np.empty(room, np.int32),
        np.empty(room, np.int32), np.empty(variables, np.int32), np.empty(words, np.uint64),
    )  # fmt: skip


@bare_kernel
def scan(
    structure: Structure, passed: Passed, packed: Packed, book: Book, first: int, most: int, scratch: Scratch
) -> int:  # fmt: skip
    """Scan the members from `first` on and those found on the way, `most` at most; return the first not scanned."""
    literals = len(book[0])
    root = literals + len(structure[0]) - 1
    members, count = book[3], book[4]
    end = first + most
    while first < min(count[0], end):
        if not _list_open(structure, literals, book[0], scratch[3]):
            return first
        last = min(count[0], end, first + _AT_ONCE)
        hold(structure, literals, members[first:last], scratch[0])
        for j in range(last - first):
            if (scratch[0][root] >> _U(j)) & _U(1):
                _scan_one(structure, passed, packed, book, first + j, _U(j), scratch)
        first = last
    return first


@bare_kernel
def _list_open(structure: Structure, literals: int, status: Bytes, listed: Bytes) -> bool:
    """Mark literals that are open, and slots that are lists of values with an open one among them; False if none.

    2 marks a list without an open value, 0 what is no list of values.
    """
    edges, left, right = structure
    some = False
    for literal in range(literals):
        is_open = status[literal] == OPEN
        listed[literal] = 1 if is_open else 2
        some |= is_open
    listed[literals] = 0
    for i in range(len(edges) - 1):
        mark = 2
        for e in range(edges[i], edges[i + 1]):
            if right[e] != literals or listed[left[e]] == 0:
                mark = 0
                break
            if listed[left[e]] == 1:
                mark = 1
        listed[literals + 1 + i] = mark
    return some


@bare_kernel
def walk(
    structure: Structure, packed: Packed, book: Book, members: Int32s, number: int, bit: np.uint64, scratch: Scratch
) -> int:  # fmt: skip
    """Find the slots and edges a member takes, root first, and its sums and blocked values below each; their number."""
    edges, left, right = structure
    on, below, bad, _, path, taken, stack, _, _, _ = scratch
    blocked, weights = book[1], packed[0]
    literals = len(blocked)
    for v in range(members.shape[1]):
        literal = members[number, v]
        bad[literal] = blocked[literal]
        for w in range(below.shape[1]):
            below[literal, w] = weights[literal, w]
    for w in range(below.shape[1]):
        below[literals, w] = _U(0)
    bad[literals] = 0
    stack[0] = literals + len(edges) - 1
    size, length = 1, 0
    while size:
        size -= 1
        s = stack[size]
        if s <= literals:
            continue
        for e in range(edges[s - literals - 1], edges[s - literals]):
            if ((on[left[e]] & on[right[e]]) >> bit) & _U(1):
                path[length], taken[length] = s, e
                length += 1
                stack[size], stack[size + 1] = left[e], right[e]
                size += 2
                break
    for i in range(length - 1, -1, -1):
        a, b = left[taken[i]], right[taken[i]]
        bad[path[i]] = bad[a] + bad[b]
        for w in range(below.shape[1]):
            below[path[i], w] = below[a, w] + below[b, w]
    return length


@bare_kernel
def _scan_one(
    structure: Structure, passed: Passed, packed: Packed, book: Book, number: int, bit: np.uint64, scratch: Scratch
) -> None:  # fmt: skip
    """Try every other edge along one member."""
    edges, left, right = structure
    below, bad, listed, path, taken = scratch[1], scratch[2], scratch[3], scratch[4], scratch[5]
    literals = len(book[0])
    length = walk(structure, packed, book, book[3], number, bit, scratch)
    root = path[0]
    around = scratch[9]
    for i in range(length):
        s = path[i]
        if bad[root] != bad[s]:
            continue
        for w in range(len(around)):
            around[w] = below[root, w] - below[s, w]
        for e in range(edges[s - literals - 1], edges[s - literals]):
            a, b = left[e], right[e]
            if e != taken[i]:
                if listed[a] == 1 and passed[0][b, 0] < BLOCKED:
                    _try(structure, passed, packed, book, number, around, a, b, scratch)
                if listed[b] == 1 and passed[0][a, 0] < BLOCKED:
                    _try(structure, passed, packed, book, number, around, b, a, scratch)


@bare_kernel
def _try(
    structure: Structure, passed: Passed, packed: Packed, book: Book, number: int,
    around: Words, values: int, beside: int, scratch: Scratch,
) -> None:  # fmt: skip
    """Try every open value of a list together with the best of each lane beside it."""
    edges, left, _ = structure
    stack, listed = scratch[6], scratch[3]
    status, variable = book[0], book[2]
    literals = len(status)
    stack[0] = values
    size = 1
    while size:
        size -= 1
        s = stack[size]
        if s >= literals:
            for e in range(edges[s - literals - 1], edges[s - literals]):
                if listed[left[e]] == 1:
                    stack[size] = left[e]
                    size += 1
        elif status[s] == OPEN:
            lane = _fitting(packed, passed[1], around, s, beside)
            if lane >= 0:
                member = scratch[8]
                for v in range(len(member)):
                    member[v] = book[3][number, v]
                descend(structure, passed[0], passed[1], beside, lane, variable, member, scratch[7])
                member[variable[s]] = s
                enter(book, member)


@bare_kernel
def _fitting(packed: Packed, sums: Words, around: Words, literal: int, beside: int) -> int:
    """Return a lane whose best beside a literal keeps all bounds, -1 if none does."""
    weights, caps, guards = packed
    for r in range(LANES):
        good = True
        for w in range(len(caps)):
            total = around[w] + weights[literal, w] + sums[beside, w, r]
            good &= ((caps[w] - total) & guards[w]) == guards[w]
        if good:
            return r
    return -1


@bare_kernel
def mend(
    structure: Structure, passed: Passed, packed: Packed, book: Book, old: Int32s, scratch: Scratch
) -> None:  # fmt: skip
    """Turn old witnesses of open values that a choice broke into new ones: another part where the broken values are."""
    literals = len(book[0])
    root = literals + len(structure[0]) - 1
    for first in range(0, len(old), _AT_ONCE):
        last = min(first + _AT_ONCE, len(old))
        some = False
        for i in range(first, last):
            some |= _has_open(book[0], old, i)
        if not some:
            continue
        hold(structure, literals, old[first:last], scratch[0])
        for j in range(last - first):
            if (scratch[0][root] >> _U(j)) & _U(1) and _has_open(book[0], old, first + j):
                _mend_one(structure, passed, packed, book, old, first + j, _U(j), scratch)


@bare_kernel
def _has_open(status: Bytes, members: Int32s, i: int) -> bool:
    some = False
    for v in range(members.shape[1]):
        some |= status[members[i, v]] == OPEN
    return some


@bare_kernel
def _mend_one(
    structure: Structure, passed: Passed, packed: Packed, book: Book, old: Int32s, number: int, bit: np.uint64,
    scratch: Scratch,
) -> None:  # fmt: skip
    """Replace as little of one witness as holds all broken values, where that keeps the bounds."""
    cost, sums = passed[0], passed[1]
    _, caps, guards = packed
    below, bad, path, member = scratch[1], scratch[2], scratch[4], scratch[8]
    length = walk(structure, packed, book, old, number, bit, scratch)
    root = path[0]
    if not bad[root]:
        return
    for i in range(length - 1, -1, -1):
        s = path[i]
        if bad[s] != bad[root] or cost[s, 0] >= BLOCKED:
            continue
        for r in range(LANES):
            good = True
            for w in range(len(caps)):
                total = below[root, w] - below[s, w] + sums[s, w, r]
                good &= ((caps[w] - total) & guards[w]) == guards[w]
            if good:
                for v in range(len(member)):
                    member[v] = old[number, v]
                descend(structure, cost, sums, s, r, book[2], member, scratch[7])
                enter(book, member)
                return

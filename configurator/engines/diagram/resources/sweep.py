"""Labels both ways: sums below every slot, then sums outside it, so that one run may settle all open values at once.

What is outside a value and what the value takes make a whole: one within the bounds is a witness, and where
nothing that leads there was cut, none is a proof. Every label is a part beside or above the values asked about,
so what completes it takes one of them: bounds for that are much the tighter.
"""

from __future__ import annotations

import numpy as np

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.labels import (
    CUT,
    LEFT,
    RIGHT,
    SUMS,
    USED,
    WORK,
    Arena,
    Room,
    State,
    joined,
    pairs,
    seed,
    settle_slot,
    spell,
)
from configurator.engines.diagram.resources.lanes import BLOCKED, LANES, row
from configurator.engines.diagram.resources.required import Required
from configurator.engines.diagram.resources.witness import (
    EXCLUDED,
    OPEN,
    Book,
    Bytes,
    Int32s,
    Packed,
    Passed,
    Structure,
    enter,
    incoming,
    owner,
)

_U = np.uint64

Above = tuple[Int32s, Int32s, Int32s, Int32s, Bytes, Bytes]
"""Edges into every slot, where they begin; first and last label outside it; whether it is wanted, and cut."""


def sweep(
    diagram: Diagram, passed: Passed, required: Required, packed: Packed, book: Book, group: Int32s, room: Room,
    beam: int, state: State, member: Int32s, stack: Int32s,
) -> None:  # fmt: skip
    """Run labels up and down over the diagram of the last passes, and settle a group; ``state[WORK]`` is what it may take."""
    slots = diagram.slots
    arena = room.arena
    above = (
        np.zeros(slots + 1, np.int32), np.empty(2 * len(diagram.left), np.int32), np.zeros(slots, np.int32),
        np.zeros(slots, np.int32), np.zeros(slots, np.uint8), np.zeros(slots, np.uint8),
    )  # fmt: skip
    arrays = (diagram.edges, diagram.left, diagram.right)
    below_cut = np.zeros(slots, np.uint8)
    above[4][group] = 1
    if _up(arrays, passed, required.outside, book[1], packed, arena, below_cut, beam, state):
        _mark_above(arrays, diagram.literals, above[4])
        incoming(arrays, slots, above[0], above[1])
        _down(arrays, passed, packed, book, arena, above, below_cut, required.below, beam, state, member, stack)


@bare_kernel
def _up(
    structure: Structure, passed: Passed, around: Int32s, blocked: Bytes, packed: Packed, arena: Arena, cut: Bytes,
    beam: int, state: State,
) -> bool:  # fmt: skip
    """Fill the labels below every slot; False where work or room ends."""
    edges, left, right = structure
    cost, bounds = passed[0], passed[6]
    starts = arena[2]
    literals = len(passed[5])
    used = seed(passed[5], blocked, packed[0], arena[0], arena[1], starts)
    for i in range(len(edges) - 1):
        s = literals + 1 + i
        starts[s] = used
        if cost[s, 0] < BLOCKED and around[s, 0] < BLOCKED:
            for e in range(edges[i], edges[i + 1]):
                cut[s] |= cut[left[e]] | cut[right[e]]
            count = joined(structure, i, s, around, bounds, arena, state)
            used = settle_slot(packed[2], arena, count, beam, used, state)
            cut[s] |= state[CUT] != 0
            if used < 0:
                return False
        starts[s + 1] = used
    state[USED] = used
    return True


@bare_kernel
def _mark_above(structure: Structure, literals: int, wanted: Bytes) -> None:
    """Mark the slots that have wanted values below them."""
    edges, left, right = structure
    for i in range(len(edges) - 1):
        for e in range(edges[i], edges[i + 1]):
            wanted[literals + 1 + i] |= wanted[left[e]] | wanted[right[e]]


@bare_kernel
def _down(
    structure: Structure, passed: Passed, packed: Packed, book: Book, arena: Arena, above: Above, below_cut: Bytes,
    within: Int32s, beam: int, state: State, member: Int32s, stack: Int32s,
) -> None:  # fmt: skip
    """Fill the labels outside every wanted slot from the root down; settle the open values, which come last."""
    literals = len(book[0])
    rows, narrow = arena[0], arena[1]
    firsts, ends, wanted = above[2], above[3], above[4]
    root = literals + len(structure[0]) - 1
    used = state[USED]
    if used >= len(rows):
        return
    for r in range(LANES):
        narrow[used, r] = 0
    for w in range(rows.shape[1] - SUMS):
        rows[used, SUMS + w] = 0
    narrow[used, LEFT], narrow[used, RIGHT] = -1, literals
    firsts[root], ends[root] = used, used + 1
    state[USED] = used + 1
    for s in range(root - 1, -1, -1):
        if not wanted[s] or s == literals or passed[2][s, 0] >= BLOCKED:
            continue
        if s < literals and book[0][s] != OPEN:
            continue
        count = _collect(structure, passed, literals, s, arena, above, below_cut, within, state)
        if state[WORK] <= 0:
            return
        if s < literals:
            _decide(packed, book, arena, above[5][s], s, count, member, stack)
        else:
            firsts[s] = state[USED]
            used = settle_slot(packed[2], arena, count, beam, state[USED], state)
            if used < 0:
                return
            above[5][s] |= state[CUT] != 0
            ends[s] = state[USED] = used


@bare_kernel
def _collect(
    structure: Structure, passed: Passed, literals: int, s: int, arena: Arena, above: Above, below_cut: Bytes,
    within: Int32s, state: State,
) -> int:  # fmt: skip
    """Collect what is outside a slot over all edges into it: outside the slot above, and beside it; their number."""
    edges, left, right = structure
    begins, into, firsts, ends, _, cut = above
    rows, narrow, starts, found, slim = arena[:5]
    gaps = arena[9]
    bounds = passed[6]
    for r in range(LANES):
        gaps[0, r] = within[s, r] - bounds[r]
    gap = row(gaps, _U(0))
    count = 0
    for place in range(begins[s], begins[s + 1]):
        e = into[place]
        beside = right[e] if left[e] == s else left[e]
        p = owner(edges, e) + literals + 1
        cut[s] |= cut[p] | below_cut[beside]
        count = pairs(
            rows, narrow, found, slim, gap, firsts[p], ends[p], starts[beside], starts[beside + 1], count, state
        )
    return count


@bare_kernel
def _decide(
    packed: Packed, book: Book, arena: Arena, cut: int, literal: int, count: int, member: Int32s, stack: Int32s
) -> None:  # fmt: skip
    """Settle an open value by all that is outside it: a witness, or a proof where nothing was cut."""
    weights, caps, guards = packed
    narrow, found, slim = arena[1], arena[3], arena[4]
    for i in range(count):
        good = True
        for w in range(len(caps)):
            good &= ((caps[w] - (found[i, SUMS + w] + weights[literal, w])) & guards[w]) == guards[w]
        if good:
            spell(narrow, slim[i, LEFT], book[2], member, stack)
            spell(narrow, slim[i, RIGHT], book[2], member, stack)
            member[book[2][literal]] = literal
            enter(book, member)
            return
    if not cut:
        book[0][literal] = EXCLUDED

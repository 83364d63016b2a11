"""Labels bottom-up: the sums that partial configurations reach, without what is dominated or cannot be completed.

A run that cut nothing off and found no witness proves that there is none: what it dropped was dominated, or
passed a bound of some mixture with even the best outside (Dumitrescu and Boland, Improved preprocessing,
labeling and scaling algorithms for the weight-constrained shortest path problem, 2003).

A label is one row: the totals of eight lanes, the labels left and right that it joins, its score, a spare
number, and the packed sums; each array of rows is seen as 32 and as 64 bit numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.lanes import BLOCKED, LANES, Row, add, put, row
from configurator.engines.diagram.resources.sorting import ascend
from configurator.engines.diagram.resources.witness import Bytes, Int32s, Packed, Passed, Structure, Words

_U = np.uint64
_CHECKED = 16
_CLASSES = 1024
LEFT, RIGHT, SCORE = 8, 9, 10
SUMS = 6
"""Where the packed sums of a row begin, in 64 bit numbers."""

Arena = tuple[
    Words, Int32s, Int32s, Words, Int32s, Words,
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Int32s, NDArray[np.int64],
]  # fmt: skip
"""Rows as 64 and as 32 bit numbers, the first label of every slot; candidates likewise; sums kept, order, scratch."""
State = NDArray[np.int64]
"""Work left, whether the run was cut, labels used, slot of the witness, its label, its lane, whether time is up.

The last is set from outside while a run goes on.
"""
WORK, CUT, USED, SLOT, LABEL, LANE, STOP = range(7)


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """The arrays of label runs; one run at a time. `kept` holds the sums of a slot's labels apart, words first."""

    labels: NDArray[np.uint64]
    starts: NDArray[np.int32]
    candidates: NDArray[np.uint64]
    kept: NDArray[np.uint64]
    keys: NDArray[np.int64]
    gaps: NDArray[np.int32]
    classes: NDArray[np.int64]

    @classmethod
    def build(cls, diagram: Diagram, words: int, labels: int, candidates: int) -> Room:
        """Make room for so many labels in all, and candidates at one slot; memory is taken as it is used."""
        width = SUMS + words + words % 2
        return cls(
            np.empty((diagram.literals + 1 + labels, width), np.uint64),
            np.zeros(diagram.slots + 1, np.int32),
            np.empty((candidates, width), np.uint64),
            np.empty((words, candidates + _CHECKED), np.uint64),
            np.empty((3, candidates), np.int64),
            np.empty((1, LANES), np.int32),
            np.empty(_CLASSES, np.int64),
        )

    @property
    def arena(self) -> Arena:
        """The arrays as the kernels take them."""
        return (
            self.labels, self.labels.view(np.int32), self.starts, self.candidates, self.candidates.view(np.int32),
            self.kept, self.keys[0], self.keys[1], self.keys[2], self.gaps, self.classes,
        )  # fmt: skip


def run(
    structure: Structure, passed: Passed, blocked: Bytes, packed: Packed, room: Room, beam: int, state: State
) -> bool:  # fmt: skip
    """Fill the labels slot by slot until one has a witness; True then. False with no cut is a proof of none.

    ``state[WORK]`` says how much work is allowed, and afterwards what is left.
    """
    state[CUT], state[LABEL] = 0, -1
    return grow(structure, passed, blocked, packed, room.arena, beam, state)


@bare_kernel
def grow(
    structure: Structure, passed: Passed, blocked: Bytes, packed: Packed, arena: Arena, beam: int, state: State
) -> bool:  # fmt: skip
    """Fill the labels of the slots, from candidates, until one has a witness."""
    cost, out, outside = passed[0], passed[2], passed[3]
    rows, starts = arena[0], arena[2]
    weights, caps, guards = packed
    literals = len(weights) - 1
    used = seed(passed[5], blocked, weights, rows, arena[1], starts)
    some = np.int64(0)
    for i in range(len(structure[0]) - 1):
        s = literals + 1 + i
        starts[s] = used
        if cost[s, 0] < BLOCKED and out[s, 0] < BLOCKED:
            count = joined(structure, i, s, out, passed[6], arena, state)
            used = settle_slot(guards, arena, count, beam, used, state)
            some |= state[CUT]
            if used < 0:
                state[CUT] = 1
                return False
            for label in range(starts[s], used):
                lane = _lane(rows, outside, caps, guards, label, s)
                if lane >= 0:
                    state[SLOT], state[LABEL], state[LANE], state[USED] = s, label, lane, used
                    return True
        starts[s + 1] = used
    state[USED], state[CUT] = used, some
    return False


@bare_kernel
def joined(
    structure: Structure, i: int, s: int, around: Int32s, bounds: Int32s, arena: Arena, state: State
) -> int:  # fmt: skip
    """Collect candidates below a slot over all its edges; `around` is what completes them least; their number."""
    edges, left, right = structure
    rows, narrow, starts, found, slim = arena[:5]
    gaps = arena[9]
    for r in range(LANES):
        gaps[0, r] = around[s, r] - bounds[r]
    gap = row(gaps, _U(0))
    count = 0
    for e in range(edges[i], edges[i + 1]):
        a, b = left[e], right[e]
        count = pairs(rows, narrow, found, slim, gap, starts[a], starts[a + 1], starts[b], starts[b + 1], count, state)
    return count


@bare_kernel
def settle_slot(guards: Words, arena: Arena, count: int, beam: int, used: int, state: State) -> int:
    """Turn candidates into labels; labels in all, -1 where work or room ends. Notes whether some were cut."""
    rows, _, _, found, slim, kept, order, other, totals, _, classes = arena
    state[CUT] = 0
    chosen = choose(slim, order, totals, classes, count, 3 * beam)
    state[CUT] |= chosen < count
    ascend(totals, order, other, chosen)
    if state[WORK] <= 0 or used + min(chosen, beam) > len(rows):
        return -1
    return undominated(rows, found, kept, order, guards, chosen, beam, used, state)


@bare_kernel
def seed(lanes: Int32s, blocked: Bytes, weights: Words, rows: Words, narrow: Int32s, starts: Int32s) -> int:
    """Give every allowed literal and TRUE their one label; the number of labels."""
    used = 0
    for literal in range(len(weights)):
        starts[literal] = used
        if literal == len(blocked) or not blocked[literal]:
            for r in range(LANES):
                narrow[used, r] = lanes[literal, r] if literal < len(blocked) else 0
            narrow[used, LEFT], narrow[used, RIGHT] = -1, literal
            for w in range(weights.shape[1]):
                rows[used, SUMS + w] = weights[literal, w]
            used += 1
    starts[len(weights)] = used
    return used


@bare_kernel
def _worst(x: Row[np.int32]) -> np.int32:
    return max(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7])


@bare_kernel
def pairs(
    rows: Words, narrow: Int32s, found: Words, slim: Int32s, gap: Row[np.int32], one: int, last: int, first: int, end: int,
    count: int, state: State,
) -> int:  # fmt: skip
    """Collect the sums of all pairs of two runs of labels that may still be completed; candidates in all.

    `gap` is what completes them least, above the bounds. Labels lie in the order of the first lane, so that a
    run ends early.
    """
    work = 0
    for i in range(one, last):
        if count + end - first > len(found) or state[STOP]:
            state[WORK] = 0
            return count
        base = add(row(narrow, _U(i)), gap)
        for j in range(first, end):
            work += 1
            totals = add(base, row(narrow, _U(j)))
            if totals[0] > 0:
                break
            score = _worst(totals)
            if score <= 0:
                put(slim, _U(count), add(row(narrow, _U(i)), row(narrow, _U(j))))
                slim[count, LEFT], slim[count, RIGHT], slim[count, SCORE] = i, j, score
                for w in range(SUMS, rows.shape[1]):
                    found[count, w] = rows[i, w] + rows[j, w]
                count += 1
    state[WORK] -= work
    return count


@bare_kernel
def choose(
    slim: Int32s, order: NDArray[np.int64], totals: NDArray[np.int64], classes: NDArray[np.int64], count: int, limit: int
) -> int:  # fmt: skip
    """List candidates: all, or `limit` of the lowest scores by classes of scores; their number. Writes first lanes too."""
    number = 0
    for i in range(count):
        totals[i] = slim[i, 0]
    if count <= limit:
        for i in range(count):
            order[i] = i
        return count
    low = np.int64(0)
    for i in range(count):
        low = min(low, np.int64(slim[i, SCORE]))
    for c in range(_CLASSES):
        classes[c] = 0
    for i in range(count):
        classes[(slim[i, SCORE] - low) * _CLASSES // (1 - low)] += 1
    edge, room = 0, limit
    while room >= classes[edge]:
        room -= classes[edge]
        edge += 1
    for i in range(count):
        place = (slim[i, SCORE] - low) * _CLASSES // (1 - low)
        if place < edge or (place == edge and room > 0):
            room -= place == edge
            order[number] = i
            number += 1
    return number


@bare_kernel
def undominated(
    rows: Words, found: Words, kept: Words, order: NDArray[np.int64], guards: Words, count: int, beam: int,
    used: int, state: State,
) -> int:  # fmt: skip
    """Append those candidates, in order, that no label before them dominates; labels in all."""
    number = 0
    for position in range(count):
        i = order[position]
        if _dominated(found, i, kept, number, guards, state):
            continue
        if number == beam or state[STOP]:
            state[CUT] = 1
            break
        for w in range(len(guards)):
            kept[w, number] = found[i, SUMS + w]
        for w in range(rows.shape[1]):
            rows[used + number, w] = found[i, w]
        number += 1
    return used + number


@bare_kernel
def _dominated(found: Words, i: int, kept: Words, number: int, guards: Words, state: State) -> bool:
    """Say whether a kept vector is nowhere above the candidate; sixteen at a time."""
    words = len(guards)
    whole = number - number % _CHECKED
    for first in range(0, whole, _CHECKED):
        hits = 0xFFFF
        for w in range(words):
            guard = guards[w]
            x = found[i, SUMS + w] | guard
            here = 0
            for j in range(_CHECKED):
                here |= int(((x - kept[w, _U(first + j)]) & guard) == guard) << j
            hits &= here
        if hits:
            state[WORK] -= first // _CHECKED + 1
            return True
    state[WORK] -= number // _CHECKED + 1
    for j in range(whole, number):
        below = True
        for w in range(words):
            below &= (((found[i, SUMS + w] | guards[w]) - kept[w, j]) & guards[w]) == guards[w]
        if below:
            return True
    return False


@bare_kernel
def _lane(rows: Words, outside: Words, caps: Words, guards: Words, label: int, s: int) -> int:
    """Return a lane whose outside completes a label within all bounds, -1 if none does."""
    for r in range(LANES):
        good = True
        for w in range(len(caps)):
            good &= ((caps[w] - (rows[label, SUMS + w] + outside[s, w, r])) & guards[w]) == guards[w]
        if good:
            return r
    return -1


@bare_kernel
def spell(narrow: Int32s, label: int, variable: Int32s, member: Int32s, stack: Int32s) -> None:
    """Write the literals of a label."""
    stack[0] = label
    size = 1
    while size:
        size -= 1
        i = stack[size]
        if narrow[i, LEFT] >= 0:
            stack[size], stack[size + 1] = narrow[i, LEFT], narrow[i, RIGHT]
            size += 2
        elif narrow[i, RIGHT] < len(variable):
            member[variable[narrow[i, RIGHT]]] = narrow[i, RIGHT]

"""Configurations as witnesses: rebuilt from a pass, entered in the book of what is settled, and walked again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.lanes import LANES

OPEN, VALID, EXCLUDED, UNASKED = 0, 1, 2, 3
"""What is known of a value."""

Int32s = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Structure = tuple[Int32s, Int32s, Int32s]
"""Edges, left and right of a diagram."""
Passed = tuple[Int32s, Words, Int32s, Words, Int32s, Int32s, Int32s]
"""A pass: cost, sums, out, outside, parent, weight, bounds."""
Packed = tuple[Words, Words, Words]
"""Weights, caps and guards of the packed rules."""
Book = tuple[Bytes, Bytes, Int32s, Int32s, NDArray[np.int64]]
"""Status of every literal, which are blocked, the variable of each; members (room, variables), and their number."""
Fields = tuple[Int32s, Words, Words, NDArray[np.float64], NDArray[np.float64]]
"""Word, shift and mask of every rule, its bound, and one divided by the bound."""

_U = np.uint64


@bare_kernel
def fits(packed: Packed, outside: Words, literal: int, lane: int) -> bool:
    """Say whether a literal with what a lane takes outside keeps all bounds."""
    weights, caps, guards = packed
    for w in range(len(caps)):
        if ((caps[w] - (outside[literal, w, lane] + weights[literal, w])) & guards[w]) != guards[w]:
            return False
    return True


@bare_kernel
def descend(
    structure: Structure, cost: Int32s, sums: Words, slot: int, lane: int, variable: Int32s, member: Int32s, stack: Int32s
) -> None:  # fmt: skip
    """Write the literals that attain the least total of a lane below a slot."""
    _, left, right = structure
    literals = len(variable)
    stack[0] = slot
    size = 1
    while size:
        size -= 1
        s = stack[size]
        if s < literals:
            member[variable[s]] = s
        elif s > literals:
            e = _attaining(structure, cost, sums, s, lane, literals)
            stack[size], stack[size + 1] = left[e], right[e]
            size += 2


@bare_kernel
def _attaining(structure: Structure, cost: Int32s, sums: Words, s: int, lane: int, literals: int) -> int:
    edges, left, right = structure
    for e in range(edges[s - literals - 1], edges[s - literals]):
        a, b = left[e], right[e]
        if cost[a, lane] + cost[b, lane] == cost[s, lane]:
            same = True
            for w in range(sums.shape[1]):
                same &= sums[a, w, lane] + sums[b, w, lane] == sums[s, w, lane]
            if same:
                return e
    return edges[s - literals - 1]


@bare_kernel
def owner(edges: Int32s, e: int) -> int:
    """Return the number of the computed slot that an edge belongs to."""
    low, high = 0, len(edges) - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if edges[middle] <= e:
            low = middle
        else:
            high = middle
    return low


@bare_kernel
def incoming(structure: Structure, slots: int, begins: Int32s, into: Int32s) -> None:
    """List the edges into every slot; those into s are ``into[begins[s]:begins[s + 1]]``."""
    _, left, right = structure
    for s in range(slots + 1):
        begins[s] = 0
    for e in range(len(left)):
        begins[left[e]] += 1
        begins[right[e]] += 1
    total = 0
    for s in range(slots):
        total += begins[s]
        begins[s] = total
    begins[slots] = total
    for e in range(len(left) - 1, -1, -1):
        begins[left[e]] -= 1
        into[begins[left[e]]] = e
        begins[right[e]] -= 1
        into[begins[right[e]]] = e


@bare_kernel
def climb(
    structure: Structure, passed: Passed, slot: int, lane: int, variable: Int32s, member: Int32s, stack: Int32s
) -> None:  # fmt: skip
    """Write the literals that attain the least total of a lane outside a slot."""
    edges, left, right = structure
    cost, sums, parent = passed[0], passed[1], passed[4]
    literals = len(variable)
    root = literals + len(edges) - 1
    s = slot
    while s != root:
        e = parent[s, lane]
        beside = right[e] if left[e] == s else left[e]
        descend(structure, cost, sums, beside, lane, variable, member, stack)
        s = literals + 1 + owner(edges, e)


@bare_kernel
def enter(book: Book, member: Int32s) -> None:
    """Enter a witness: all it takes is valid; with one value that is not allowed, that value alone."""
    status, blocked, _, members, count = book
    bad = 0
    for v in range(len(member)):
        bad += blocked[member[v]]
    if bad > 1:
        return
    for v in range(len(member)):
        literal = member[v]
        if status[literal] == OPEN and (bad == 0 or blocked[literal]):
            status[literal] = VALID
    if count[0] < len(members):
        for v in range(len(member)):
            members[count[0], v] = member[v]
        count[0] += 1


@bare_kernel
def absorb(
    structure: Structure, passed: Passed, packed: Packed, book: Book, targets: Int32s,
    points: NDArray[np.float64], counts: Int32s, fields: Fields,
    member: Int32s, stack: Int32s, most: int,
) -> None:  # fmt: skip
    """Settle what a pass settles: a bound excludes, a vector within the bounds shows a value; else keep the points.

    So many witnesses are written out at `most`; the others are found again when they are asked for.
    """
    built = 0
    out, outside, weight, bounds = passed[2], passed[3], passed[5], passed[6]
    status, variable = book[0], book[2]
    weights = packed[0]
    for i in range(len(targets)):
        literal = targets[i]
        if status[literal] != OPEN:
            continue
        for r in range(LANES):
            if out[literal, r] + weight[literal, r] > bounds[r]:
                status[literal] = EXCLUDED
        if status[literal] != OPEN:
            continue
        for r in range(LANES):
            if fits(packed, outside, literal, r):
                built += 1
                if built > most:
                    status[literal] = VALID
                    break
                climb(structure, passed, literal, r, variable, member, stack)
                member[variable[literal]] = literal
                enter(book, member)
                break
        if status[literal] == OPEN:
            _keep(outside, weights, literal, points, counts[literal] % points.shape[1], fields)
            counts[literal] += LANES


@bare_kernel
def _keep(
    outside: Words, weights: Words, literal: int, points: NDArray[np.float64], first: int,
    fields: Fields,
) -> None:  # fmt: skip
    """Append the points of all lanes: how far each sum lies from its bound, relative to it."""
    word, shift, masks, caps, relative = fields
    for k in range(len(word)):
        w = word[k]
        for r in range(LANES):
            total = ((outside[literal, w, r] + weights[literal, w]) >> shift[k]) & masks[k]
            points[literal, first + r, k] = (np.float64(total) - caps[k]) * relative[k]


@bare_kernel
def hold(structure: Structure, literals: int, members: Int32s, on: Words) -> None:
    """Evaluate up to 64 members at once: bit j of ``on[s]`` says whether member j satisfies slot s."""
    edges, left, right = structure
    for literal in range(literals):
        on[literal] = _U(0)
    on[literals] = ~_U(0)
    for j in range(len(members)):
        for v in range(members.shape[1]):
            on[members[j, v]] |= _U(1) << _U(j)
    for i in range(len(edges) - 1):
        bits = _U(0)
        for e in range(edges[i], edges[i + 1]):
            bits |= on[left[e]] & on[right[e]]
        on[literals + 1 + i] = bits


@bare_kernel
def recall(book: Book, old: Int32s, asleep: Bytes) -> None:
    """Enter old witnesses again; mark those that break more than one restriction, which settle nothing now."""
    blocked, members, count = book[1], book[3], book[4]
    for i in range(len(old)):
        bad = 0
        for v in range(old.shape[1]):
            bad += blocked[old[i, v]]
        asleep[i] = bad > 1 or count[0] >= len(members)
        if not asleep[i]:
            enter(book, old[i])

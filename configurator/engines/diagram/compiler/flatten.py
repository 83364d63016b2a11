"""Flattening: the nodes of all positions as one circuit, values with the same node below as one group.

A group of neighbouring values is put together from the pieces of a binary tree over the variable's values, and
equal pieces are one slot: so a wide range costs the logarithm of its width.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.compiler.layout import LEAF, Layout
from configurator.engines.diagram.compiler.propagate import Reduced

_LISTED = 8
"""Groups of so many values or fewer are listed; larger ones are put together from pieces."""


def flatten(layout: Layout, nodes: Sequence[NDArray[np.int32]], reduced: Reduced) -> Diagram:
    """Write the diagram that a compilation left in `nodes`."""
    starts = np.concatenate(([0], np.cumsum(reduced.values))).astype(np.int32)
    writer = _Writer(int(starts[-1]))
    slots: list[NDArray[np.int32]] = [np.array([-1, writer.true], np.int32)]
    for position in range(1, len(layout.variables)):
        own = nodes[position]
        variable = layout.variables[position]
        if variable < 0:
            left, right = slots[layout.lower[position]], slots[layout.upper[position]]
            made = [writer.product(int(left[a]), int(right[b])) for a, b in own[1:]]
        else:
            below = slots[layout.lower[position]]
            groups = _Groups(writer, [members + starts[variable] for members in reduced.members[variable]])
            is_last = layout.lower[position] == LEAF
            made = [groups.node(row, below, is_last) for row in own[1:]]
        slots.append(np.array([-1, *made], np.int32))
    root = int(slots[-1][1]) if len(layout.variables) > 1 else writer.true
    return writer.finished(starts, root)


class _Writer:
    """Writes slots and their edges; a slot of one product is written once."""

    def __init__(self, literals: int) -> None:
        self.true = literals
        self.edges: list[int] = [0]
        self.left: list[int] = []
        self.right: list[int] = []
        self._products: dict[tuple[int, int], int] = {}

    def sum(self, pairs: Sequence[tuple[int, int]]) -> int:
        """Write a slot of several products."""
        if len(pairs) == 1:
            return self.product(*pairs[0])
        for left, right in pairs:
            self.left.append(left)
            self.right.append(right)
        self.edges.append(len(self.left))
        return self.true + len(self.edges) - 1

    def product(self, left: int, right: int) -> int:
        """Return the slot of one product; of anything with TRUE, itself."""
        if right == self.true:
            return left
        if left == self.true:
            return right
        key = (left, right)
        if key not in self._products:
            self.left.append(left)
            self.right.append(right)
            self.edges.append(len(self.left))
            self._products[key] = self.true + len(self.edges) - 1
        return self._products[key]

    def finished(self, starts: NDArray[np.int32], root: int) -> Diagram:
        """Return the diagram with the root last."""
        if root != self.true + len(self.edges) - 1 or len(self.edges) == 1:
            self.left.append(root)
            self.right.append(self.true)
            self.edges.append(len(self.left))
        arrays = (np.array(numbers, np.int32) for numbers in (self.edges, self.left, self.right))
        return Diagram(starts, *arrays)


class _Groups:
    """The groups of values of one variable, each written once."""

    def __init__(self, writer: _Writer, members: Sequence[NDArray[np.int32]]) -> None:
        self._writer, self._members = writer, members
        self._known: dict[bytes, int] = {}
        self._pieces: dict[tuple[int, int], int] = {}

    def node(self, row: NDArray[np.int32], below: NDArray[np.int32], is_last: bool) -> int:
        """Write a node: one product of a group and what is below for every different child."""
        if is_last:
            return self.group(np.flatnonzero(row))
        order = np.argsort(row, kind="stable")
        children, firsts = np.unique(row[order], return_index=True)
        ends = [*firsts[1:], len(row)]
        pairs = [
            (self.group(order[first:end]), int(below[child]))
            for child, first, end in zip(children, firsts, ends, strict=True)
            if child
        ]
        return self._writer.sum(pairs)

    def group(self, classes: NDArray[np.intp]) -> int:
        """Return the slot of a set of classes of values."""
        key = classes.tobytes()
        if key not in self._known:
            self._known[key] = self._union(np.sort(np.concatenate([self._members[number] for number in classes])))
        return self._known[key]

    def _union(self, literals: NDArray[np.int32]) -> int:
        if len(literals) == 1:
            return int(literals[0])
        if len(literals) <= _LISTED:
            return self._writer.sum([(literal, self._writer.true) for literal in literals.tolist()])
        breaks = np.flatnonzero(np.diff(literals) != 1)
        starts = literals[np.concatenate(([0], breaks + 1))].tolist()
        ends = literals[np.concatenate((breaks, [len(literals) - 1]))].tolist()
        parts = [piece for start, end in zip(starts, ends, strict=True) for piece in self._run(start, end + 1)]
        return parts[0] if len(parts) == 1 else self._writer.sum([(part, self._writer.true) for part in parts])

    def _run(self, start: int, end: int) -> list[int]:
        """Cut a run of neighbours into aligned pieces."""
        parts = []
        while start < end:
            size = start & -start if start else 1 << (end - start).bit_length()
            while size > end - start:
                size //= 2
            parts.append(self._piece(start, size))
            start += size
        return parts

    def _piece(self, start: int, size: int) -> int:
        if size == 1:
            return start
        key = (start, size)
        if key not in self._pieces:
            halves = (self._piece(start, size // 2), self._piece(start + size // 2, size // 2))
            self._pieces[key] = self._writer.sum([(half, self._writer.true) for half in halves])
        return self._pieces[key]

"""The two loops over a diagram, up and down, made for a semiring: written once, compiled for each (`passes` has the uses).

A semiring is a `zero` for what cannot be had, `plus` for what is beside each other, `times` for what goes together
(Darwiche and Marquis, A Knowledge Compilation Map, 2002). Its operations are compiled into the loops. Indices are
unsigned, since signed ones cost a test at every step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.kernel import made_kernel, operation

FAR = 1 << 60
"""More than any sum: what cannot be had."""
_ONE = np.uint32(1)

Bits = NDArray[np.uint8]
Words = NDArray[np.uint64]
Sums = NDArray[np.int64]
Slot = np.uint32


class Arrays(NamedTuple):
    """A diagram as passes walk it: `runs` are stretches of slots, numbered from TRUE on, with one edge each or several.

    A row of `runs` is (first slot, slot after the last, 1 where each has one edge).
    """

    runs: NDArray[np.uint32]
    edges: NDArray[np.uint32]
    left: NDArray[np.uint32]
    right: NDArray[np.uint32]


def arrays(diagram: Diagram) -> Arrays:
    """Prepare a diagram for passes."""
    single = (np.diff(diagram.edges) == 1).astype(np.uint32)
    cuts = np.flatnonzero(np.diff(single)) + 1
    firsts = np.concatenate(([0], cuts)) if len(single) else np.zeros(0, np.intp)
    lasts = np.concatenate((cuts, [len(single)])) if len(single) else firsts
    runs = np.stack((firsts + 1, lasts + 1, single[firsts]), axis=1).astype(np.uint32)
    return Arrays(runs, *(part.view(np.uint32) for part in (diagram.edges, diagram.left, diagram.right)))


Value = TypeVar("Value")
Stored = TypeVar("Stored", bound=np.generic)


class Semiring(NamedTuple, Generic[Value, Stored]):
    """The operations of a semiring: how a slot's value is read and written, joined and combined.

    `is_none` says of a value that nothing above it matters; it may be false where it could be true.
    Counts are taken modulo the last argument of `times` and `plus`; the others leave it.
    """

    name: str
    zero: Value
    read: Callable[[NDArray[Stored], Slot], Value]
    write: Callable[[NDArray[Stored], Slot, Value], None]
    plus: Callable[[Value, Value, np.uint64], Value]
    times: Callable[[Value, Value, np.uint64], Value]
    is_none: Callable[[Value], bool]


Up = Callable[[Arrays, NDArray[Stored], np.uint32, np.uint64], None]
Down = Callable[[Arrays, NDArray[Stored], NDArray[Stored], np.uint32, np.uint64], None]


class Loops(NamedTuple, Generic[Stored]):
    """The two loops of a semiring: `up` fills in what is below each slot, `down` what is outside it.

    Both begin with an array that has a row a slot, the root last: `up` with the literals and TRUE written,
    `down` with zero everywhere and one at the root. Their last argument is the modulus of counts.
    """

    up: Up[Stored]
    down: Down[Stored]


@operation
def read_one(values: NDArray[Stored], slot: Slot) -> Stored:
    """Read a slot of one number."""
    value: Stored = values[slot]
    return value


@operation
def write_one(values: NDArray[Stored], slot: Slot, value: Stored) -> None:
    """Write a slot of one number."""
    values[slot] = value


def loops(semiring: Semiring[Value, Stored]) -> Loops[Stored]:
    """Make the loops of a semiring."""
    name, _, read, write, plus, times, is_none = semiring
    operations = (read, write, plus, times, is_none)
    return Loops(
        made_kernel(_upward(semiring), f"{name}_up", operations),
        made_kernel(_downward(semiring), f"{name}_down", operations),
    )


def _upward(semiring: Semiring[Value, Stored]) -> Up[Stored]:
    _, zero, read, write, plus, times, _ = semiring

    def up(d: Arrays, below: NDArray[Stored], literals: np.uint32, modulus: np.uint64) -> None:
        edges, left, right = d.edges, d.left, d.right
        for run in range(len(d.runs)):
            first, last = d.runs[run, 0], d.runs[run, 1]
            if d.runs[run, 2]:
                shift = edges[first - _ONE] - first
                for slot in range(first, last):
                    edge = slot + shift
                    product = times(read(below, left[edge]), read(below, right[edge]), modulus)
                    write(below, literals + slot, plus(zero, product, modulus))
            else:
                for slot in range(first, last):
                    held = zero
                    for edge in range(edges[slot - _ONE], edges[slot]):
                        product = times(read(below, left[edge]), read(below, right[edge]), modulus)
                        held = plus(held, product, modulus)
                    write(below, literals + slot, held)

    return up


def _downward(semiring: Semiring[Value, Stored]) -> Down[Stored]:
    _, _, read, write, plus, times, is_none = semiring

    def down(
        d: Arrays, below: NDArray[Stored], outside: NDArray[Stored], literals: np.uint32, modulus: np.uint64
    ) -> None:
        edges, left, right = d.edges, d.left, d.right
        for run in range(len(d.runs) - 1, -1, -1):
            first, last = d.runs[run, 0], d.runs[run, 1]
            for step in range(_ONE, last - first + _ONE):
                slot = last - np.uint32(step)
                above = read(outside, literals + slot)
                if not is_none(above):
                    for edge in range(edges[slot - _ONE], edges[slot]):
                        one, other = left[edge], right[edge]
                        product = times(above, read(below, other), modulus)
                        write(outside, one, plus(read(outside, one), product, modulus))
                        product = times(above, read(below, one), modulus)
                        write(outside, other, plus(read(outside, other), product, modulus))

    return down


Add = Callable[[NDArray[Stored], Slot, NDArray[Stored], Slot, NDArray[Stored], Slot], None]
"""Adds to a row of the first array the product of a row of the second and one of the third."""
Share = Callable[[NDArray[Stored], Slot, NDArray[Stored], Slot, Slot], None]
"""Adds to two rows of the first array the product of another of its rows and the other's row of the second array."""


class RowLoops(NamedTuple, Generic[Stored]):
    """As `Loops`, of rows of numbers; `up` too begins with zero wherever nothing is written."""

    up: Callable[[Arrays, NDArray[Stored], np.uint32], None]
    down: Callable[[Arrays, NDArray[Stored], NDArray[Stored], np.uint32], None]


def row_loops(name: str, add: Add[Stored], share: Share[Stored]) -> RowLoops[Stored]:
    """Make the loops of a semiring whose values are whole rows, which are added to where they lie."""

    def up(d: Arrays, below: NDArray[Stored], literals: np.uint32) -> None:
        for slot in range(_ONE, np.uint32(len(d.edges))):
            for edge in range(d.edges[slot - _ONE], d.edges[slot]):
                add(below, literals + slot, below, d.left[edge], below, d.right[edge])

    def down(d: Arrays, below: NDArray[Stored], outside: NDArray[Stored], literals: np.uint32) -> None:
        slots = np.uint32(len(d.edges))
        for step in range(_ONE, slots):
            slot = slots - np.uint32(step)
            for edge in range(d.edges[slot - _ONE], d.edges[slot]):
                share(outside, literals + slot, below, d.left[edge], d.right[edge])

    return RowLoops(made_kernel(up, f"{name}_up", (add,)), made_kernel(down, f"{name}_down", (share,)))

"""The compiled diagram as flat arrays: a circuit of sums of products of two, over one input a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """A smooth, deterministic, decomposable circuit; immutable, shared by threads and processes.

    Slots are numbered bottom up. Slot ``l < literals`` stands for one value of one variable: value
    ``l - starts[v]`` of the variable ``v`` with ``starts[v] <= l < starts[v + 1]``. Slot ``literals`` is
    TRUE. Every later slot ``s`` is the sum over its edges ``edges[s - literals - 1] <= e < edges[s - literals]``
    of the product of slots ``left[e]`` and ``right[e]``, all below ``s``. The last slot is the root. A
    diagram of no configuration has no slots above TRUE (`is_empty`).

    In every product the two sides speak of different variables; the products of one slot speak of the
    same variables and exclude each other: so any commutative semiring may be passed through
    (Darwiche and Marquis, A Knowledge Compilation Map, 2002).
    """

    starts: NDArray[np.int32]
    edges: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]

    @property
    def literals(self) -> int:
        """The number of values of all variables."""
        return int(self.starts[-1])

    @property
    def slots(self) -> int:
        """The number of slots: literals, TRUE, and the computed ones."""
        return self.literals + len(self.edges)

    @property
    def root(self) -> int:
        """The slot that stands for all configurations."""
        return self.slots - 1

    @property
    def is_empty(self) -> bool:
        """Say whether there is no configuration at all."""
        return len(self.edges) == 1

    @property
    def size(self) -> int:
        """The number of bytes of its arrays."""
        return self.starts.nbytes + self.edges.nbytes + self.left.nbytes + self.right.nbytes

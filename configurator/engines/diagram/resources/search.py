"""The search for several rules: what a pool and bounds settle at once, before values are taken one by one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.resources.game import play_all
from configurator.engines.diagram.resources.labels import STOP, WORK, State
from configurator.engines.diagram.resources.lanes import LANES, Lanes
from configurator.engines.diagram.resources.packing import Sums
from configurator.engines.diagram.resources.prune import pruned
from configurator.engines.diagram.resources.swap import mend, scan
from configurator.engines.diagram.resources.witness import EXCLUDED, OPEN, Structure, absorb
from configurator.engines.diagram.resources.workspace import Workspace

_BATCHES = 5
_PRUNED = 3
_SCANNED = 64
_WRITTEN = 32
_POSITIVE = 1e-7
_LONG = 3_600.0
"""Seconds that need no watch: nobody waits so long."""

Shares = NDArray[np.float64]
Targets = NDArray[np.int32]


class Search:
    """What is known of the values under one set of restrictions, and what settles more of it.

    `status` has a verdict for every literal, `members` the witnesses, of which `count` are there.
    """

    def __init__(
        self, sums: Sums, blocked: NDArray[np.uint8], status: NDArray[np.uint8], room: int, space: Workspace, deadline: float
    ) -> None:  # fmt: skip
        self.sums, self.space, self.deadline = sums, space, deadline
        self.status, self.blocked, self.variable = status, blocked, space.variable
        self.members = np.empty((room, len(space.member)), np.int32)
        self.count = np.zeros(1, np.int64)
        self.book = (status, blocked, space.variable, self.members, self.count)
        self.packed = (sums.weights, sums.caps, sums.guards)
        caps = np.array([bound for _, bound in sums.rules], np.float64)
        masks = (np.uint64(1) << sums.width) - np.uint64(1)
        self.fields = (sums.word, sums.shift, masks, caps, 1.0 / np.maximum(caps, 1.0))
        self.shares: dict[int, Shares] = {}
        self.broken: Targets = self.members[:0]
        self._state = np.zeros(STOP + 1, np.int64)
        space.counts[:] = 0

    def open_among(self, targets: Targets) -> Targets:
        """Return those of the targets that are not settled."""
        return targets[self.status[targets] == OPEN]

    def late(self) -> bool:
        """Say whether the deadline has passed."""
        return time.monotonic() > self.deadline

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Let the deadline stop label runs in the midst of them: a thread waits for it."""
        left = self.deadline - time.monotonic()
        if left > _LONG:
            yield
            return
        watch = threading.Timer(max(left, 0.0), self._stop)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _stop(self) -> None:
        self._state[STOP] = 1

    def state_for(self, work: int) -> State:
        """Return the state of the next label run, so much work allowed."""
        self._state[:STOP] = 0
        self._state[WORK] = work
        return self._state

    def settle(
        self, diagram: Diagram, targets: Targets, multipliers: NDArray[np.int64], *, exchangeable: bool
    ) -> tuple[Diagram, Diagram, NDArray[np.int64]]:
        """Settle what bounds, the pool and swaps settle.

        Returns the pruned diagram, the diagram of the last pass, and its mixtures. `exchangeable` targets
        are values that are not allowed.
        """
        kept, scanned, used = diagram, 0, multipliers
        for batch in range(_BATCHES):
            if not len(self.open_among(targets)) or self.late():
                break
            diagram, used = kept, multipliers
            if not exchangeable:
                self.blocked[targets] |= self.status[targets] == EXCLUDED
            before = len(self.open_among(targets))
            self._pass(diagram, multipliers, targets)
            if not batch and not exchangeable:
                self._mend(diagram)
            scanned = self.scan(diagram, scanned if batch else 0)
            if batch < _PRUNED or len(self.open_among(targets)) < before:
                kept = pruned(diagram, self.space.lanes, exchangeable=exchangeable)
            if kept.is_empty:
                self.status[self.open_among(targets)] = EXCLUDED
                break
            found = self._mixtures(targets)
            if found is None:
                break
            multipliers = found
        return kept, diagram, used

    def _pass(self, diagram: Diagram, multipliers: NDArray[np.int64], targets: Targets) -> None:
        self.space.lanes.run(diagram, self.sums, multipliers, self.blocked)
        self.absorb(diagram, self.space.lanes, targets)

    def absorb(self, diagram: Diagram, lanes: Lanes, targets: Targets) -> None:
        """Settle what a pass settles, and keep its points for the rest."""
        space = self.space
        absorb(
            structure(diagram), lanes.passed, self.packed, self.book, targets,
            space.points, space.counts, self.fields, space.member, space.stack, _WRITTEN,
        )  # fmt: skip

    def _mend(self, diagram: Diagram) -> None:
        """Mend old witnesses that the last choice broke."""
        old, self.broken = self.broken, self.broken[:0]
        mend(structure(diagram), self.space.lanes.passed, self.packed, self.book, old, self.space.scratch)

    def scan(self, diagram: Diagram, first: int) -> int:
        """Try the swaps of the members from `first` on; `diagram` is that of the last pass over all values."""
        most = min(_SCANNED, 8 + int(np.count_nonzero(self.status == OPEN)) // 2)
        passed, scratch = self.space.lanes.passed, self.space.scratch
        return int(scan(structure(diagram), passed, self.packed, self.book, first, most, scratch))

    def _mixtures(self, targets: Targets) -> NDArray[np.int64] | None:
        """Play the game of every open target; eight different mixtures that may exclude some, None if none may."""
        left = self.open_among(targets)
        shares = self._games(left)
        useful = self.space.values[left] > _POSITIVE
        if not useful.any():
            return None
        return self.sums.multipliers(spread(shares[useful], self.space.values[left][useful]))

    def play(self, group: Targets) -> Shares | None:
        """Play the games of the open ones of a group; their mean shares, None where none is open."""
        left = self.open_among(group)
        mean: Shares = self._games(left).mean(axis=0) if len(left) else np.empty(0)
        return mean if len(left) else None

    def _games(self, left: Targets) -> Shares:
        """Play the games of open values anew where they have points; their best shares."""
        values, shares = np.zeros(len(left)), np.full((len(left), self.sums.number), 1.0 / self.sums.number)
        play_all(self.space.points, self.space.counts, left, values, shares, self.space.table)
        self.space.values[left] = values
        self.shares.update(zip(left.tolist(), shares, strict=True))
        return shares


def structure(diagram: Diagram) -> Structure:
    """Return a diagram's arrays as the kernels take them."""
    return diagram.edges, diagram.left, diagram.right


def spread(shares: Shares, values: NDArray[np.float64]) -> Shares:
    """Pick eight mixtures: the one of the greatest value, then always the one farthest from those picked."""
    picked = [int(values.argmax())]
    distance = np.abs(shares - shares[picked[0]]).sum(axis=1)
    while len(picked) < LANES:
        picked.append(int(distance.argmax()))
        distance = np.minimum(distance, np.abs(shares - shares[picked[-1]]).sum(axis=1))
    return shares[picked]


def around(shares: Shares, narrow: float) -> Shares:
    """Return eight mixtures around one: itself, and mixed with single rules, less with every turn through them."""
    number = len(shares)
    rows = [shares]
    for lane in range(LANES - 1):
        single = np.zeros(number)
        single[lane % number] = 1.0
        part = narrow * 0.5 ** (lane // number)
        rows.append((1.0 - part) * shares + part * single)
    return np.array(rows)


def fresh_multipliers(sums: Sums) -> NDArray[np.int64]:
    """Return the mixtures to begin with: equal shares, every rule alone, and between."""
    equal = np.full(sums.number, 1.0 / sums.number)
    return sums.multipliers(np.vstack([equal[None], around(equal, 1.0)[1:]]))

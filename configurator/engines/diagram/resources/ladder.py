"""The ladder: every value that bounds leave open is taken alone, by label runs of growing beams, until one settles it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.resources.game import play
from configurator.engines.diagram.resources.labels import CUT, LABEL, LANE, SLOT, run, spell
from configurator.engines.diagram.resources.lanes import LANES
from configurator.engines.diagram.resources.prune import pruned
from configurator.engines.diagram.resources.search import Search, Shares, Targets, around, spread, structure
from configurator.engines.diagram.resources.sweep import sweep
from configurator.engines.diagram.resources.witness import EXCLUDED, climb, descend, enter
from configurator.engines.diagram.resources.workspace import BEAM, POINTS, ROUNDS

_INSIDE = -0.03
_NARROW, _NARROWER, _WORTH = 0.4, 0.85, 0.95
"""How far mixtures lie around the best one, how that shrinks, and how far a round must shrink the diagram to be worth it."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: labels kept at a slot, values taken together, work allowed, and rounds that refine."""

    beam: int
    together: int
    work: int
    rounds: int = ROUNDS


LADDER = (
    Rung(6, together=1_000, work=5_000_000),
    Rung(32, together=64, work=5_000_000),
    Rung(300, together=32, work=10_000_000),
    Rung(2_000, together=1, work=10_000_000),
    Rung(BEAM, together=1, work=200_000_000),
)
UNLIMITED = (*LADDER[2:], Rung(BEAM, together=1, work=10**12))


def settle(
    search: Search,
    diagram: Diagram,
    targets: Targets,
    multipliers: NDArray[np.int64],
    *,
    alone: bool,
    exchangeable: bool,
) -> tuple[Diagram, NDArray[np.int64]]:
    """Settle targets until the deadline: bounds and swaps, then label runs for many at once, or `alone` one by one.

    What one stage excludes is blocked in the next, whose bounds are the tighter for it; after each stage the
    bounds have another turn. Returns the pruned diagram and the mixtures to begin with at the next click.
    """
    kept, passed, used = search.settle(diagram, targets, multipliers, exchangeable=exchangeable)
    for rung in LADDER:
        before = len(search.open_among(targets))
        if before and (rung.together == 1) == alone and not search.late():
            _climb(search, kept, passed, targets, rung)
            if len(search.open_among(targets)) < before:
                kept, passed, used = search.settle(kept, targets, used, exchangeable=exchangeable)
    return kept, used


def _climb(search: Search, kept: Diagram, passed: Diagram, targets: Targets, rung: Rung) -> None:
    """Take all open targets one rung up, group by group or one by one; each witness may settle others."""
    for group in _groups(search, search.open_among(targets), rung.together):
        if search.late():
            return
        still = search.open_among(group)
        if not len(still):
            continue
        before = int(search.count[0])
        if rung.together == 1:
            attempt(search, kept, int(still[0]), rung)
        else:
            _settle_group(search, kept, still, rung)
        if search.count[0] > before:
            search.scan(passed, before)


def _groups(search: Search, left: Targets, most: int) -> list[Targets]:
    """Group values that the same mixtures press most, so many together at most; those that none presses are one group."""
    equal = np.full(search.sums.number, 1.0 / search.sums.number)
    shares = np.array([search.shares.get(literal, equal) for literal in left.tolist()])
    values = search.space.values[left]
    seeds = spread(shares, values)
    nearest = np.abs(shares[:, None, :] - seeds[None, :, :]).sum(axis=2).argmin(axis=1)
    nearest[values < _INSIDE] = LANES
    groups = []
    for number in range(LANES + 1):
        near = left[nearest == number]
        near = near[np.argsort(search.space.values[near], kind="stable")]
        groups += [near[first : first + most] for first in range(0, len(near), most)]
    return groups


def _settle_group(search: Search, diagram: Diagram, group: Targets, rung: Rung) -> None:
    """Refine the mixtures of a group and prune what it does not need while that helps, then run labels both ways."""
    space, sums = search.space, search.sums
    narrow, edges = _NARROW, len(diagram.left)
    for turn in range(rung.rounds):
        shares = search.play(group)
        if shares is None or search.late():
            return
        space.private.run(diagram, sums, sums.multipliers(around(shares, narrow)), search.blocked)
        search.absorb(diagram, space.private, group)
        group = search.open_among(group)
        space.required.run(diagram, space.private, group)
        if turn and len(diagram.left) > _WORTH * edges:
            break
        edges = len(diagram.left)
        diagram = space.required.pruned(diagram, space.private)
        if diagram.is_empty:
            search.status[group] = EXCLUDED
            return
        narrow *= _NARROWER
    else:
        space.private.run(diagram, sums, sums.multipliers(around(shares, narrow)), search.blocked)
        space.required.run(diagram, space.private, group)
    if len(group):
        sweep(
            diagram, space.private.passed, space.required, search.packed, search.book, group, space.room, rung.beam,
            search.state_for(rung.work), space.member, space.stack,
        )  # fmt: skip


def attempt(search: Search, diagram: Diagram, literal: int | None, rung: Rung) -> bool | None:
    """Try to settle one literal, all other values of its variable blocked, or without one the whole.

    True with a witness in the search's book, False with a proof that there is none, None where it stays open.
    """
    alone = _Alone(search, literal)
    answer = alone.answer(diagram, rung)
    if literal is not None and answer is False:
        search.status[literal] = EXCLUDED
    return answer


class _Alone:
    """One value taken alone: its own restrictions, points and mixtures."""

    def __init__(self, search: Search, literal: int | None) -> None:
        self._search = search
        self._space = search.space
        self._blocked = search.blocked.copy()
        number = search.sums.number
        self._shares: Shares = np.full(number, 1.0 / number)
        self._points = np.empty((POINTS + LANES * ROUNDS, number))
        self._count = 0
        if literal is not None:
            self._blocked[search.variable == search.variable[literal]] = 1
            self._blocked[literal] = 0
            self._shares = search.shares.get(literal, self._shares)
            self._count = min(int(search.space.counts[literal]), POINTS)
            self._points[: self._count] = search.space.points[literal, : self._count]

    def answer(self, diagram: Diagram, rung: Rung) -> bool | None:
        """Refine mixtures and prune while that helps, then run labels."""
        narrow, edges = _NARROW, len(diagram.left)
        for _ in range(ROUNDS):
            if self._search.late():
                return None
            self._pass(diagram, narrow)
            answer = self._whole(diagram)
            if answer is not None:
                return answer
            self._replay(diagram)
            diagram = pruned(diagram, self._space.private)
            if diagram.is_empty:
                return False
            narrow *= _NARROWER
            if len(diagram.left) > _WORTH * edges:
                break
            edges = len(diagram.left)
        self._pass(diagram, narrow)
        return self._label(diagram, rung)

    def _pass(self, diagram: Diagram, narrow: float) -> None:
        sums = self._search.sums
        self._space.private.run(diagram, sums, sums.multipliers(around(self._shares, narrow)), self._blocked)

    def _whole(self, diagram: Diagram) -> bool | None:
        """Answer by the totals of the whole: a bound, or the witness of a lane."""
        lanes, root, sums = self._space.private, diagram.root, self._search.sums
        if bool((lanes.cost[root] > lanes.bounds).any()):
            return False
        caps, guards = sums.caps[:, None], sums.guards[:, None]
        good = (((caps - lanes.sums[root]) & guards) == guards).all(axis=0).nonzero()[0]
        if not len(good):
            return None
        member, stack = self._space.member, self._space.stack
        descend(structure(diagram), lanes.cost, lanes.sums, root, int(good[0]), self._search.variable, member, stack)
        enter(self._search.book, member)
        return True

    def _replay(self, diagram: Diagram) -> None:
        """Add the points of the whole, and play the game again."""
        word, shift, masks, caps, relative = self._search.fields
        vectors: NDArray[np.uint64] = self._space.private.sums[diagram.root].T
        totals = ((vectors[:, word] >> shift) & masks).astype(np.float64)
        self._points[self._count : self._count + LANES] = (totals - caps) * relative
        self._count += LANES
        shares = np.empty(len(word))
        play(self._points, self._count, shares, self._space.table)
        self._shares = shares

    def _label(self, diagram: Diagram, rung: Rung) -> bool | None:
        """Run labels of one beam."""
        search, space = self._search, self._space
        state = search.state_for(rung.work)
        arrays, passed = structure(diagram), space.private.passed
        if run(arrays, passed, self._blocked, search.packed, space.room, rung.beam, state):
            slot, label, lane = (int(state[place]) for place in (SLOT, LABEL, LANE))
            spell(space.room.labels.view(np.int32), label, search.variable, space.member, space.stack)
            climb(arrays, passed, slot, lane, search.variable, space.member, space.stack)
            enter(search.book, space.member)
            return True
        return None if state[CUT] else False

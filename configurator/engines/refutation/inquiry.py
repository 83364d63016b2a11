"""One caller's questions to the search: which items count, the verdict, the witness or what the refutation used."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.protocol import Budget
from configurator.engines.refutation.layout import Layout
from configurator.engines.refutation.memory import Memory, roomier
from configurator.engines.refutation.places import (
    ASSUMED,
    CLAUSES,
    CONFLICTS,
    LEARNED_FROM,
    SEEKING,
    SOUGHT,
    TRACKING,
    VALID,
)
from configurator.engines.refutation.proof import mark_used
from configurator.engines.refutation.rows import Ints
from configurator.engines.refutation.search import CRAMPED, FOUND, PAUSED, REFUTED, begin, forget, seek, thin

SHARE = 100
"""Contradictions before the search starts over, times Luby's sequence; the clock is read after each share."""
KEPT = 4_000
"""Learned clauses that are kept before half of them go, and how many more each time."""


class Inquiry:
    """Questions about one restriction of the values; what is learned serves the later ones. Not for two threads."""

    def __init__(self, layout: Layout, memory: Memory, allowed: NDArray[np.bool_], tracking: bool) -> None:
        self.layout = layout
        self.memory = memory
        self._kept = KEPT
        forget(memory.at, memory.fixed, memory.changing)
        memory.changing[TRACKING] = tracking
        memory.part("allowed", len(allowed))[:] = allowed
        self.prefer(np.arange(len(layout.sources)))

    def prefer(self, position: Ints) -> None:
        """Let the tables of sources of low position conclude first, those of no source before all."""
        tables = self.layout.fixed["table_sources"][: self.memory.places.tables]
        place = np.where(tables < 0, -1, position[tables]) if len(position) else tables
        by_rank = np.argsort(place, kind="stable")
        self.memory.part("at_rank", len(tables))[:] = by_rank
        self.memory.part("rank", len(tables))[by_rank] = np.arange(len(tables))

    def ask(self, items: NDArray[np.bool_], budget: Budget) -> bool | None:
        """Say whether the items (sources, then restrictions of variables) have a solution; None where the budget ends."""
        memory = self.memory
        memory.part("counted", len(items))[:] = items
        memory.changing[ASSUMED] = memory.changing[SEEKING] = -1
        begin(memory.at, memory.fixed, memory.changing)
        return self._run(budget)

    def seek(self, sought: NDArray[np.bool_], budget: Budget) -> bool:
        """After a solution was found, look for one with each literal that is sought; False where the budget ends."""
        memory = self.memory
        known = memory.part("known", len(sought))
        known[:] = sought * SOUGHT
        memory.changing[SEEKING] = 0
        return self._run(budget) is not None

    @property
    def known(self) -> Ints:
        """What is known of the literals that were sought."""
        return self.memory.part("known", len(self.layout.fixed["owner"]))

    @property
    def witness(self) -> Ints:
        """The solution found, one index a variable."""
        variables = len(self.layout.sizes)
        return self.memory.part("taken", variables) - self.layout.fixed["starts"][:-1]

    @property
    def used(self) -> NDArray[np.bool_]:
        """The items the refutation rests on."""
        memory = self.memory
        mark_used(memory.at, memory.changing)
        used: NDArray[np.bool_] = memory.part("used", memory.places.items) != 0
        return used

    def _run(self, budget: Budget) -> bool | None:
        turn, left = 1, SHARE
        while True:
            memory = self.memory
            before = int(memory.changing[CONFLICTS])
            verdict = seek(memory.at, memory.fixed, memory.changing, min(left, SHARE), left <= SHARE)
            left -= int(memory.changing[CONFLICTS]) - before
            if verdict in (FOUND, REFUTED):
                return verdict == FOUND
            if verdict == CRAMPED:
                self.memory = roomier(self.layout, memory)
            if verdict == PAUSED and left <= 0:
                turn += 1
                left = SHARE * luby(turn)
                if memory.changing[CLAUSES] - memory.changing[LEARNED_FROM] > self._kept:
                    thin(memory.at, memory.changing)
                    self._kept += KEPT // 10
            if not budget.left:
                return None


def luby(turn: int) -> int:
    """Return an element of 1 1 2 1 1 2 4 ..., by its number from 1 (Luby, Sinclair, Zuckerman, 1993)."""
    while True:
        power = turn.bit_length()
        if turn == (1 << power) - 1:
            return 1 << (power - 1)
        turn -= (1 << (power - 1)) - 1


__all__ = ["VALID", "Inquiry", "luby"]

"""What was sold before, ready to be asked: counts of items and pairs, and the sales themselves as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from quotes.suggestions.counts import Counts, Whole
from quotes.suggestions.past import UNIT, Item, Recency, Sale

CLOSER = 4
"""A sale that differs in one choice more counts a sixteenth: 2 to the power of minus this."""
_NEVER = -2
"""Stands for a value that was never sold, which is not the same as none (-1)."""
_FARTHEST = 5
"""From so many differences more than the nearest sale on a sale counts nothing."""


@dataclass(frozen=True)
class History:
    """Counts, and by what items are about a column with the number of each sale's item (-1: none)."""

    counts: Counts
    columns: Mapping[str, Whole]
    weights: Whole

    @classmethod
    def of(cls, sales: Iterable[Sale], recency: Recency | None = None) -> History:
        """Learn from sales; with `recency` older ones count less."""
        known = tuple(sales)
        counts = Counts.of(known, recency)
        weights = np.array([UNIT if recency is None else recency.weight(one.day) for one in known], dtype=np.int64)
        columns = {name: np.full(len(known), -1, dtype=np.int64) for name in counts.about}
        for place, sale in enumerate(known):
            for item in sale.items:
                if item in counts.numbers:
                    columns[item[0]][place] = counts.numbers[item]
        return cls(counts, columns, weights)

    def votes(self, given: Collection[Item], possible: Iterable[Item]) -> dict[Item, int]:
        """Return the weight with which the sales most like the choices took each value.

        Whole sales are compared: those with the fewest differences count in full, every further one divides by 16.
        """
        distance = np.zeros(len(self.weights), dtype=np.int64)
        for name, value in given:
            if name in self.columns:
                distance += self.columns[name] != self.counts.numbers.get((name, value), _NEVER)
        counting = self.weights > 0
        nearest = int(distance[counting].min()) if counting.any() else 0
        further = distance - nearest
        near = counting & (further < _FARTHEST)
        close = self.weights[near] >> (CLOSER * further[near])
        found: dict[Item, int] = {}
        for item in possible:
            number = self.counts.numbers.get(item)
            found[item] = 0 if number is None else int(close[self.columns[item[0]][near] == number].sum())
        return found

"""How often items were sold, alone and together: a sparse product of the sales with themselves, and the rules it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quotes.suggestions.past import UNIT, Item, Recency, Sale
from quotes.suggestions.wilson import wilson

Whole = NDArray[np.int64]
_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Association:
    """Who took `given` took `taken`: in `support` sales; `confidence` is the share, `bound` what it is at least.

    `lift` is how much more often than among all sales. Shares are of weighted sales where sales fade; then the
    bound takes a faded sale for less than one, which is on the safe side.
    """

    given: Item
    taken: Item
    support: int
    confidence: Fraction
    bound: Fraction
    lift: Fraction


@dataclass(frozen=True)
class Counts:
    """Items in order of their names; how many sales have an item or two, and what these sales weigh together.

    The diagonal of `support` and `weight` is the item alone. R. Agrawal, T. Imielinski, A. Swami, Mining association
    rules between sets of items in large databases (1993).
    """

    items: tuple[Item, ...]
    sales: int
    total: int
    support: Whole
    weight: Whole

    @classmethod
    def of(cls, sales: Iterable[Sale], recency: Recency | None = None) -> Counts:
        """Count sales; with `recency` older ones count less."""
        weighed = [(sale.items, UNIT if recency is None else recency.weight(sale.day)) for sale in sales]
        kept = [(items, weight) for items, weight in weighed if weight]
        names = tuple(sorted({item for items, _ in kept for item in items}))
        numbers = {item: number for number, item in enumerate(names)}
        rows = [np.array(sorted(numbers[item] for item in items), dtype=np.int64) for items, _ in kept]
        weights = np.array([weight for _, weight in kept], dtype=np.int64)
        support, weight = _products(rows, weights, len(names))
        return cls(names, len(kept), int(weights.sum()), support, weight)

    @cached_property
    def numbers(self) -> Mapping[Item, int]:
        """The place of every item."""
        return {item: number for number, item in enumerate(self.items)}

    @cached_property
    def about(self) -> Mapping[str, tuple[Item, ...]]:
        """The items by what they are about."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item[0], []).append(item)
        return {name: tuple(items) for name, items in found.items()}

    def weighs(self, *items: Item) -> int:
        """Return the weight of the sales with one or two items; of all sales where none is named."""
        places = [self.numbers.get(item) for item in items]
        if not places:
            return self.total
        if None in places:
            return 0
        return int(self.weight[places[0], places[-1]])

    def association(self, given: Item, taken: Item) -> Association | None:
        """Return the rule from one item to another; None where no sale has `given`, or none `taken`."""
        before, alone, both = self.weighs(given), self.weighs(taken), self.weighs(given, taken)
        if not before or not alone:
            return None
        confidence = Fraction(both, before)
        lift = confidence / Fraction(alone, self.total)
        bound = wilson(Fraction(both, UNIT), Fraction(before, UNIT))
        support = int(self.support[self.numbers[given], self.numbers[taken]])
        return Association(given, taken, support, confidence, bound, lift)

    def associations(self, given: Iterable[Item], taken: Item, least: int) -> Iterator[Association]:
        """Yield the rules to an item that at least `least` sales support."""
        for one in sorted(given):
            found = self.association(one, taken)
            if found is not None and found.support >= least:
                yield found


def strongest(found: Iterable[Association]) -> Association | None:
    """Return the rule with the greatest bound; of equal ones the one with more support, then the first by name."""
    return min(found, key=lambda one: (-one.bound, -one.support, one.given), default=None)


def _products(rows: Sequence[Whole], weights: Whole, size: int) -> tuple[Whole, Whole]:
    """Return the transposed product of the sales with themselves, unweighted and weighted, a stretch of sales at a time.

    Weighted sums are added as doubles within a stretch: whole numbers below 2^53 are exact in them.
    """
    support, weight = (np.zeros(size * size, dtype=np.int64) for _ in range(2))
    for some in _stretches(rows):
        codes = [(row[:, None] * size + row[None, :]).ravel() for row in rows[some]]
        if codes:
            flat = np.concatenate(codes)
            heavy = np.repeat(weights[some], [len(one) for one in codes]).astype(np.float64)
            support += np.bincount(flat, minlength=size * size)
            weight += np.bincount(flat, weights=heavy, minlength=size * size).astype(np.int64)
    return support.reshape(size, size), weight.reshape(size, size)


def _stretches(rows: Sequence[Whole]) -> Iterator[slice]:
    begin = pairs = 0
    for end, row in enumerate(rows):
        pairs += len(row) ** 2
        if pairs > _PAIRS_AT_ONCE:
            yield slice(begin, end + 1)
            begin, pairs = end + 1, 0
    yield slice(begin, len(rows))

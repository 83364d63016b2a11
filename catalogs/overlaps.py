"""Finds price rows of one list, or of lists that hold for the same buyers, that could both be meant: equal keys, and a common day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from catalogs.marks import Effectivity
from catalogs.model import PriceList, PriceRow
from catalogs.price_book import PriceBook, book_of, joined, number_of, paired, taken, within_days
from rules.kinds import Scalar
from rules.typed import Values

MOST_COMPARISONS = 2_000_000

Key = tuple[Values, ...]
Pair = tuple[PriceRow, PriceRow]


class Budget:
    """How many comparisons may still be made; `spent` once there were not enough."""

    def __init__(self, left: int = MOST_COMPARISONS) -> None:
        self.left = left

    @property
    def spent(self) -> bool:
        """Say whether the answer is cut short."""
        return self.left < 0

    def take(self) -> bool:
        """Use up one comparison, if there is any left."""
        self.left -= 1
        return self.left >= 0


def rivals(lists: Iterable[PriceList]) -> Iterator[tuple[PriceList, ...]]:
    """Yield the lists, those together that are equally specific: of one currency, and for the same customers."""
    waiting = list(lists)
    while waiting:
        first = waiting[0]
        yield tuple(one for one in waiting if one.currency == first.currency and one.when == first.when)
        waiting = [one for one in waiting if one.currency != first.currency or one.when != first.when]


def rows_of(lists: Sequence[PriceList]) -> PriceBook:
    """Return the rows of lists; of several lists, each row on the days of its list only."""
    books = [book_of(prices.rows) for prices in lists]
    if len(books) > 1:
        books = [within_days(book, prices.effectivity) for book, prices in zip(books, lists, strict=True)]
    return joined(books)


def overlaps(rows: Iterable[PriceRow], budget: Budget) -> Iterator[Pair]:
    """Yield pairs of rows that price the same thing under the same conditions on a common day.

    A row with more conditions is more specific and overlaps none with fewer. Every row that
    overlaps any is in some pair, the later row second; not every pair is yielded.
    """
    book = rows if isinstance(rows, PriceBook) else PriceBook.of(rows)
    if not len(book):
        return
    shapes = _shapes(book)
    yield from _equal(book, shapes)
    for some in _with_sets(book, shapes):
        keyed: dict[Key, list[PriceRow]] = defaultdict(list)
        for row in taken(book, some):
            keyed[_key(row)].append(row)
        yield from _across(keyed, budget)


def _key(row: PriceRow) -> Key:
    cells = sorted(row.cells, key=lambda cell: cell[0])
    buyers = sorted(row.customer, key=lambda cell: cell[0])
    return (row.values, *(values for _, values in cells), *(values for _, values in buyers))


def _shapes(book: PriceBook) -> NDArray[np.int64]:
    """Give rows a number by what they price and what their conditions ask, whatever the values."""
    columns = book.columns
    cells = _numbered(tuple(sorted(path for path, _ in one)) for one in columns.cells)
    buyers = _numbered(tuple(sorted(name for name, _ in one)) for one in columns.buyers)
    every = np.array([one.everything for one in columns.values], np.int64)
    return paired(paired(columns.thing, every[columns.value]), paired(cells[columns.cell], buyers[columns.buyer]))


def _numbered(entries: Iterable[Hashable]) -> NDArray[np.int64]:
    table: dict[Hashable, int] = {}
    return np.array([number_of(one, table) for one in entries], np.int64)


def _equal(book: PriceBook, shapes: NDArray[np.int64]) -> Iterator[Pair]:
    """Yield pairs of rows with equal keys: in order of their first days, where one begins before another ends."""
    columns = book.columns
    cells = _numbered(tuple(sorted(one, key=lambda cell: cell[0])) for one in columns.cells)
    buyers = _numbered(tuple(sorted(one, key=lambda cell: cell[0])) for one in columns.buyers)
    keys = paired(paired(shapes, columns.value), paired(cells[columns.cell], buyers[columns.buyer]))
    order = np.lexsort((columns.start, keys))
    keys, starts, ends = keys[order], columns.start[order], columns.end[order]
    meeting = np.unique(keys[1:][(keys[1:] == keys[:-1]) & (starts[1:] <= ends[:-1])])
    for low, high in zip(keys.searchsorted(meeting), keys.searchsorted(meeting, "right"), strict=True):
        yield from _in_time([book[at] for at in order[low:high].tolist()])


def _with_sets(book: PriceBook, shapes: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of every shape in which some condition is more than a single value."""
    columns = book.columns
    wide = np.array([not _is_single(one) for one in columns.values], np.bool_)[columns.value]
    wide |= np.array([not all(_is_single(v) for _, v in one) for one in columns.cells], np.bool_)[columns.cell]
    wide |= np.array([not all(_is_single(v) for _, v in one) for one in columns.buyers], np.bool_)[columns.buyer]
    order = np.argsort(shapes, kind="stable")
    ordered = shapes[order]
    for shape in np.unique(shapes[wide]):
        low, high = ordered.searchsorted((shape, shape + 1))
        yield order[low:high]


def _in_time(rows: Sequence[PriceRow]) -> Iterator[Pair]:
    ordered = sorted(rows, key=lambda row: (row.effectivity.start or date.min, row.span))
    latest = ordered[0]
    for row in ordered[1:]:
        if _meet(latest.effectivity, row.effectivity):
            yield (latest, row) if latest.span <= row.span else (row, latest)
        if latest.effectivity.end is not None and (
            row.effectivity.end is None or row.effectivity.end > latest.effectivity.end
        ):
            latest = row


def _is_single(values: Values) -> bool:
    return not values.ranges and (values.everything or len(values.singles) == 1)


def _across(keyed: Mapping[Key, Sequence[PriceRow]], budget: Budget) -> Iterator[Pair]:
    """Yield pairs of rows with different keys that have values in common in every place."""
    for one, other in _meeting(list(keyed), 0, budget):
        for first in keyed[one]:
            for second in keyed[other]:
                if not budget.take():
                    return
                if _meet(first.effectivity, second.effectivity):
                    yield (first, second) if first.span <= second.span else (second, first)


def _meeting(keys: Sequence[Key], place: int, budget: Budget) -> Iterator[tuple[Key, Key]]:
    """Yield pairs of different keys that meet in every place from `place` on."""
    if len(keys) <= 1:
        return
    by_values: dict[Values, list[Key]] = defaultdict(list)
    for key in keys:
        by_values[key[place]].append(key)
    for same in by_values.values():
        yield from _meeting(same, place + 1, budget)
    for one, other in _meeting_values(list(by_values), budget):
        for first in by_values[one]:
            for second in by_values[other]:
                if not budget.take():
                    return
                if all(_share(a, b) for a, b in zip(first[place + 1 :], second[place + 1 :], strict=True)):
                    yield first, second


def _meeting_values(found: Sequence[Values], budget: Budget) -> Iterator[tuple[Values, Values]]:
    """Yield pairs of different sets that have a value in common, by a sweep over numbers and a look-up of the rest."""
    intervals: list[tuple[Fraction, Fraction, int]] = []
    holders: dict[Scalar, list[int]] = defaultdict(list)
    for index, values in enumerate(found):
        intervals += [(low, high, index) for low, high in values.ranges]
        for single in values.singles:
            if isinstance(single, Fraction):
                intervals.append((single, single, index))
            else:
                holders[single].append(index)
    seen: set[tuple[int, int]] = set()
    for a, b in chain(chain.from_iterable(combinations(same, 2) for same in holders.values()), _crossing(intervals)):
        if not budget.take():
            return
        pair = min(a, b), max(a, b)
        if a != b and pair not in seen:
            seen.add(pair)
            yield found[a], found[b]


def _crossing(intervals: Sequence[tuple[Fraction, Fraction, int]]) -> Iterator[tuple[int, int]]:
    active: list[tuple[Fraction, Fraction, int]] = []
    for interval in sorted(intervals):
        active = [one for one in active if one[1] >= interval[0]]
        yield from ((one[2], interval[2]) for one in active)
        active.append(interval)


def _share(one: Values, other: Values) -> bool:
    """Say whether two sets have a value in common."""
    if one.everything or other.everything:
        return True
    if any(value in other for value in one.singles) or any(value in one for value in other.singles):
        return True
    return any(low <= high2 and low2 <= high for low, high in one.ranges for low2, high2 in other.ranges)


def _meet(one: Effectivity, other: Effectivity) -> bool:
    """Say whether there is a day in both."""
    return (one.start is None or other.end is None or one.start <= other.end) and (
        other.start is None or one.end is None or other.start <= one.end
    )

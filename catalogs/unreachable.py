"""Finds price rows that never hold, since rows that go before them hold wherever and whenever they would.

Rows with more conditions go first: one whose conditions hold for every value that its options can have goes before, and
hides, a row that asks less. Rows for single values go before the row for any value, and hide it where every choice has one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from catalogs.marks import ALWAYS
from catalogs.model import Catalog, Cells, ChoiceList, NumberRange, Option, PriceRow
from catalogs.overlaps import Budget
from catalogs.price_book import PriceBook, first_day, last_day, paired
from rules.kinds import Scalar, Truth
from rules.typed import Values

MOST_COMPARISONS = 200_000
"""So many pairs of rows are looked at; what is not looked at is not said."""
Found = tuple[PriceRow, tuple[PriceRow, ...]]


def unreachable(catalog: Catalog, book: PriceBook) -> Iterator[Found]:
    """Yield rows of equally specific lists that never hold, with those that go before them."""
    budget = Budget(MOST_COMPARISONS)
    domains = _Domains({one.name: {o.name: o for o in one.options} for one in catalog.components}, catalog)
    yield from _behind_choices(book, domains, budget)
    yield from _behind_idle_conditions(book, domains, budget)


@dataclass(frozen=True, slots=True)
class _Domains:
    """What options can be, by product and path."""

    options: Mapping[str, Mapping[str, Option]]
    catalog: Catalog
    known: dict[tuple[str, tuple[str, ...]], Option | None] = field(default_factory=dict)

    def option(self, product: str, path: tuple[str, ...]) -> Option | None:
        """Return the option at a path; None for a part or the product."""
        key = (product, path)
        if key not in self.known:
            holder = product
            for name in path[:-1]:
                parts = {part.name: part.component for part in self.catalog.component(holder).parts}
                holder = parts.get(name, holder)
            self.known[key] = self.options[holder].get(path[-1]) if path and holder in self.options else None
        return self.known[key]

    def singles(self, product: str, path: tuple[str, ...]) -> frozenset[Scalar]:
        """Return the values that a row for any value prices, where they can be named one by one."""
        option = self.option(product, path)
        if option is None:
            return frozenset()
        if isinstance(option.kind, Truth):
            return frozenset({True})
        return frozenset(option.domain.kind.choices) if isinstance(option.domain, ChoiceList) else frozenset()

    def covers(self, product: str, path: tuple[str, ...], values: Values) -> bool:
        """Say whether a condition holds for whatever value the option has, and the option is there on every day."""
        option = self.option(product, path)
        if option is None or option.retired or option.effectivity != ALWAYS:
            return False
        if isinstance(option.kind, Truth):
            return {True, False} <= values.singles
        if isinstance(option.domain, NumberRange):
            return any(low <= option.domain.low and option.domain.high <= high for low, high in values.ranges)
        return isinstance(option.domain, ChoiceList) and values.singles >= set(option.domain.kind.choices)


def _behind_choices(book: PriceBook, domains: _Domains, budget: Budget) -> Iterator[Found]:
    """Yield rows for any value where every value has a row of its own, under the same conditions, on all their days."""
    columns = book.columns
    if not len(book):
        return
    every = np.array([one.everything for one in columns.values], np.bool_)[columns.value]
    optional = np.array([bool(domains.singles(*thing)) for thing in columns.things], np.bool_)[columns.thing]
    keys = paired(paired(columns.thing, columns.cell), columns.buyer)
    chosen = np.flatnonzero(every & optional)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    for at in chosen.tolist():
        row = book[at]
        missing = set(domains.singles(row.product, row.path))
        low, high = ordered.searchsorted((keys[at], keys[at] + 1))
        hiding: list[PriceRow] = []
        for index in order[low:high].tolist():
            if not budget.take():
                return
            other = book[index]
            if not other.values.everything and _lasts(other, row):
                missing -= other.values.singles
                hiding.append(other)
        if not missing:
            yield row, tuple(hiding)


def _behind_idle_conditions(book: PriceBook, domains: _Domains, budget: Budget) -> Iterator[Found]:
    """Yield rows behind rows with more conditions, all of which hold wherever those of the row do."""
    columns = book.columns
    size = len(columns.cells)
    pairs, at = np.unique(columns.thing.astype(np.int64) * size + columns.cell, return_inverse=True)
    asked: list[Cells | None] = []
    for pair in pairs.tolist():
        product = columns.things[pair // size][0]
        cells = columns.cells[pair % size]
        left = tuple((path, values) for path, values in cells if not domains.covers(product, path, values))
        asked.append(left if len(left) < len(cells) else None)
    idle = np.array([one is not None for one in asked], np.bool_)
    if not idle.any():
        return
    keys = paired(columns.thing, columns.buyer)
    before: dict[int, list[tuple[PriceRow, Cells]]] = defaultdict(list)
    for index in np.flatnonzero(idle[at]).tolist():
        cells = asked[at[index]]
        if cells is not None and budget.take():
            before[int(keys[index])].append((book[index], cells))
    for index in np.flatnonzero(np.isin(keys, list(before))).tolist():
        row = book[index]
        for other, cells in before[int(keys[index])]:
            if not budget.take():
                return
            if len(other.cells) > len(row.cells) and _lasts(other, row) and _is_wider(other, cells, row):
                yield row, (other,)
                break


def _lasts(other: PriceRow, row: PriceRow) -> bool:
    """Say whether one row is in effect on all days of another."""
    one, days = other.effectivity, row.effectivity
    return first_day(one) <= first_day(days) and last_day(days) <= last_day(one)


def _is_wider(other: PriceRow, cells: Cells, row: PriceRow) -> bool:
    own = dict(row.cells)
    return _within(row.values, other.values) and all(
        path in own and _within(own[path], values) for path, values in cells
    )


def _within(part: Values, whole: Values) -> bool:
    """Say whether every value of one set is in another, as far as that can be told piece by piece."""
    if whole.everything:
        return True
    return (
        not part.everything
        and all(value in whole for value in part.singles)
        and all(any(low <= start and end <= high for low, high in whole.ranges) for start, end in part.ranges)
    )

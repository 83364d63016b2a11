"""Price rows kept by column: a million of them in a few numbers each, and an index that leads to those of a customer.

What rows have in common (what they price, values, conditions) is kept once and numbered; a `PriceRow` is put together
when somebody asks for it. Prices are micros of the currency, days are ordinals.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from catalogs.marks import ALWAYS, Effectivity
from catalogs.model import Cells, CustomerCells, PriceRow
from rules.diagnostics import Span
from rules.kinds import Scalar
from rules.typed import Values

Path = tuple[str, ...]
Thing = tuple[str, Path]
"""A product, and a path in it."""
Codes = NDArray[np.int32]
MICROS = 10**6
NO_COST = np.iinfo(np.int64).min
FIRST_DAY, LAST_DAY = 0, np.iinfo(np.int32).max
"""Of rows that have no first day, and no last."""
SPECIFIC = ("id", "segment", "region", "channel")
"""The attributes of a customer that say most, the most specific first; all others say less."""
FEW = 2_000
"""Up to so many rows are looked at one by one rather than through an index."""
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where rows stand: the number of the file, lines and columns as in a `Span`, the number of the row (0: none)."""

    files: tuple[str, ...]
    file: Codes
    line: Codes
    column: Codes
    end_line: Codes
    end_column: Codes
    number: Codes

    def span(self, at: int) -> Span:
        """Return the place of a row."""
        number = int(self.number[at])
        return Span(
            self.files[self.file[at]], int(self.line[at]), int(self.column[at]), int(self.end_line[at]),
            int(self.end_column[at]), f"row {number}" if number else "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of a book; `thing`, `value`, `cell` and `buyer` number the entries of their tables, none there twice."""

    things: tuple[Thing, ...]
    values: tuple[Values, ...]
    cells: tuple[Cells, ...]
    buyers: tuple[CustomerCells, ...]
    thing: Codes
    value: Codes
    cell: Codes
    buyer: Codes
    price: NDArray[np.int64]
    cost: NDArray[np.int64]
    start: Codes
    end: Codes
    places: Places


class PriceBook(Sequence[PriceRow]):
    """Price rows by column. It reads as the sequence of its rows, and is equal to any sequence of equal rows."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @classmethod
    def of(cls, rows: Iterable[PriceRow]) -> PriceBook:
        """Return rows by column; `ValueError` where an amount is finer than a millionth."""
        tables: tuple[dict[Thing, int], dict[Values, int], dict[Cells, int], dict[CustomerCells, int]] = {}, {}, {}, {}
        files: dict[str, int] = {}
        found = []
        for row in rows:
            span, days = row.span, row.effectivity
            found.append((
                number_of((row.product, row.path), tables[0]), number_of(row.values, tables[1]),
                number_of(row.cells, tables[2]), number_of(row.customer, tables[3]),
                micros(row.price), NO_COST if row.cost is None else micros(row.cost), first_day(days), last_day(days),
                number_of(span.file, files), span.line, span.column, span.end_line, span.end_column,
                int(span.cell.removeprefix("row ")) if span.cell else 0,
            ))  # fmt: skip
        table = np.array(found, np.int64).reshape(len(found), 14)
        small = [table[:, index].astype(np.int32) for index in range(14)]
        places = Places(tuple(files), small[8], small[9], small[10], small[11], small[12], small[13])
        columns = Columns(
            tuple(tables[0]), tuple(tables[1]), tuple(tables[2]), tuple(tables[3]), small[0], small[1], small[2], small[3],
            table[:, 4], table[:, 5], small[6], small[7], places,
        )  # fmt: skip
        return cls(columns)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.columns.price)

    @overload
    def __getitem__(self, index: int) -> PriceRow: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PriceRow, ...]: ...
    def __getitem__(self, index: int | slice) -> PriceRow | tuple[PriceRow, ...]:
        """Return a row, or some as a tuple."""
        if isinstance(index, slice):
            return tuple(self._row(at) for at in range(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._row(index)

    def __iter__(self) -> Iterator[PriceRow]:
        """Yield the rows in order."""
        return map(self._row, range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Say whether the rows are the same in the same order."""
        if not isinstance(other, PriceBook | tuple):
            return NotImplemented
        return self is other or (len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True)))

    def __hash__(self) -> int:
        """Hash as the tuple of rows that this is equal to."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Name the book by what it holds."""
        return f"PriceBook({len(self)} rows of {', '.join(self.columns.places.files)})"

    def _row(self, at: int) -> PriceRow:
        columns = self.columns
        product, path = columns.things[columns.thing[at]]
        cost = int(columns.cost[at])
        start, end = int(columns.start[at]), int(columns.end[at])
        return PriceRow(
            product, path, columns.values[columns.value[at]], columns.cells[columns.cell[at]],
            Fraction(int(columns.price[at]), MICROS), None if cost == NO_COST else Fraction(cost, MICROS),
            days_of(start, end), columns.places.span(at), columns.buyers[columns.buyer[at]],
        )  # fmt: skip

    def rows_at(self, path: Path, product: str, attributes: Mapping[str, Scalar], day: date) -> Iterator[PriceRow]:
        """Yield the rows of a path of a product in effect on a day whose customer cells hold, in no given order."""
        thing = self._thing_codes.get((product, path))
        if thing is None:
            return
        ordinal, columns = day.toordinal(), self.columns
        for buyer in self._index.buyers(attributes):
            some = self._index.rows(thing, buyer)
            for at in some[(columns.start[some] <= ordinal) & (ordinal <= columns.end[some])].tolist():
                yield self._row(at)

    def periods(self) -> Iterator[tuple[str, Effectivity]]:
        """Yield each product with each stretch of days that one of its rows is in effect, once."""
        columns = self.columns
        numbers = {name: number for number, name in enumerate(dict.fromkeys(name for name, _ in columns.things))}
        products = np.array([numbers[name] for name, _ in columns.things], np.int64)
        names = list(numbers)
        if len(self):
            found = np.unique(np.stack((products[columns.thing], columns.start, columns.end)), axis=1)
            for product, start, end in found.T.tolist():
                yield names[product], days_of(start, end)

    @cached_property
    def _thing_codes(self) -> Mapping[Thing, int]:
        return {thing: code for code, thing in enumerate(self.columns.things)}

    @cached_property
    def few(self) -> tuple[PriceRow, ...] | None:
        """All rows, where they are so few that looking at each is quick; they are kept."""
        return tuple(self) if len(self) <= FEW else None

    @cached_property
    def _index(self) -> _Index:
        return _Index(self.columns)


class _Index:
    """Leads from a thing and a buyer to rows by bisection, and from a customer to the buyers that he is by hashing."""

    def __init__(self, columns: Columns) -> None:
        self._size = len(columns.buyers)
        keys = columns.thing.astype(np.int64) * self._size + columns.buyer
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self._cells = columns.buyers
        self._named: dict[tuple[str, Scalar], list[int]] = {}
        self._broad: list[int] = []
        for code, cells in enumerate(columns.buyers):
            plain = [one for one in cells if not one[1].ranges and not one[1].everything]
            single = min(plain, key=lambda one: attribute_rank(one[0]), default=None)
            if single is None:
                self._broad.append(code)
            else:
                for value in single[1].singles:
                    self._named.setdefault((single[0], value), []).append(code)

    def rows(self, thing: int, buyer: int) -> NDArray[np.int64]:
        """Return the numbers of the rows of a thing with these customer cells."""
        key = thing * self._size + buyer
        low, high = self._keys.searchsorted((key, key + 1))
        return self._order[low:high]

    def buyers(self, attributes: Mapping[str, Scalar]) -> Iterator[int]:
        """Yield the customer cells that hold for a customer with these attributes."""
        for code in self._broad:
            if buyer_holds(self._cells[code], attributes):
                yield code
        for attribute in attributes.items():
            for code in self._named.get(attribute, ()):
                if buyer_holds(self._cells[code], attributes):
                    yield code


def attribute_rank(name: str) -> int:
    """Return how specific an attribute of the customer is: the least says most."""
    return SPECIFIC.index(name) if name in SPECIFIC else len(SPECIFIC)


def buyer_holds(cells: CustomerCells, attributes: Mapping[str, Scalar]) -> bool:
    """Say whether customer cells hold for a customer; one who is not known to have an attribute does not fit a cell."""
    return all(name in attributes and attributes[name] in values for name, values in cells)


def number_of(entry: T, table: dict[T, int]) -> int:
    """Return the number of an entry, a new one where it is not there yet."""
    return table.setdefault(entry, len(table))


def paired(one: Codes | NDArray[np.int64], other: Codes | NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each pair of two numbers a number."""
    keys = one.astype(np.int64) * (int(other.max(initial=0)) + 1) + other
    if int(keys.max(initial=0)) < np.iinfo(np.int32).max:
        return keys
    numbers: NDArray[np.int64] = np.unique(keys, return_inverse=True)[1]
    return numbers


def micros(amount: Fraction) -> int:
    """Return an amount in micros; `ValueError` where it is finer."""
    found = amount * MICROS
    if found.denominator != 1:
        raise ValueError(amount)
    return found.numerator


def first_day(days: Effectivity) -> int:
    """Return the ordinal of the first day."""
    return days.start.toordinal() if days.start else FIRST_DAY


def last_day(days: Effectivity) -> int:
    """Return the ordinal of the last day."""
    return days.end.toordinal() if days.end else LAST_DAY


def days_of(start: int, end: int) -> Effectivity:
    """Return the days from one ordinal to another."""
    if start == FIRST_DAY and end == LAST_DAY:
        return ALWAYS
    return Effectivity(
        None if start == FIRST_DAY else date.fromordinal(start), None if end == LAST_DAY else date.fromordinal(end)
    )


def book_of(rows: Sequence[PriceRow]) -> PriceBook:
    """Return rows by column, as they are where they are kept so."""
    return rows if isinstance(rows, PriceBook) else PriceBook.of(rows)


def conditions_on_customers(rows: Sequence[PriceRow]) -> Iterable[CustomerCells]:
    """Return the conditions on the customer that rows have, each once."""
    return rows.columns.buyers if isinstance(rows, PriceBook) else dict.fromkeys(row.customer for row in rows)


def periods(rows: Sequence[PriceRow]) -> Iterable[tuple[str, Effectivity]]:
    """Return the products of rows, each with the days of its rows."""
    return rows.periods() if isinstance(rows, PriceBook) else ((row.product, row.effectivity) for row in rows)


def stands_in(book: PriceBook, span: Span) -> bool:
    """Say whether a row of a book stands at a place."""
    places = book.columns.places
    if span.file not in places.files:
        return False
    file = places.files.index(span.file)
    return bool(((places.file == file) & (places.line == span.line) & (places.column == span.column)).any())


def joined(books: Sequence[PriceBook]) -> PriceBook:
    """Return the rows of several books as one, in order."""
    if len(books) == 1:
        return books[0]
    parts = [book.columns for book in books]
    things, thing = _merged([(one.things, one.thing) for one in parts])
    values, value = _merged([(one.values, one.value) for one in parts])
    cells, cell = _merged([(one.cells, one.cell) for one in parts])
    buyers, buyer = _merged([(one.buyers, one.buyer) for one in parts])
    files, file = _merged([(one.places.files, one.places.file) for one in parts])

    def all_of(pick: Callable[[Columns], Codes]) -> Codes:
        return np.concatenate([pick(one) for one in parts])

    places = Places(
        files, file, all_of(lambda one: one.places.line), all_of(lambda one: one.places.column),
        all_of(lambda one: one.places.end_line), all_of(lambda one: one.places.end_column),
        all_of(lambda one: one.places.number),
    )  # fmt: skip
    price, cost = (np.concatenate([getattr(one, name) for one in parts]) for name in ("price", "cost"))
    start, end = all_of(lambda one: one.start), all_of(lambda one: one.end)
    return PriceBook(Columns(things, values, cells, buyers, thing, value, cell, buyer, price, cost, start, end, places))


def _merged(tables: Sequence[tuple[tuple[T, ...], Codes]]) -> tuple[tuple[T, ...], Codes]:
    numbers: dict[T, int] = {}
    found = [np.array([number_of(one, numbers) for one in table], np.int32)[codes] for table, codes in tables]
    return tuple(numbers), np.concatenate(found)


def within_days(book: PriceBook, days: Effectivity) -> PriceBook:
    """Return the rows that are in effect on some of these days, on those days only."""
    if days == ALWAYS:
        return book
    columns = book.columns
    start, end = np.maximum(columns.start, first_day(days)), np.minimum(columns.end, last_day(days))
    kept = np.flatnonzero(start <= end)
    return taken(PriceBook(replace(columns, start=start, end=end)), kept)


def taken(book: PriceBook, at: NDArray[np.int64]) -> PriceBook:
    """Return some of the rows."""
    columns, places = book.columns, book.columns.places
    names = ("thing", "value", "cell", "buyer", "price", "cost", "start", "end")
    where = {name: getattr(places, name)[at] for name in ("file", "line", "column", "end_line", "end_column", "number")}
    rows = {name: getattr(columns, name)[at] for name in names}
    return PriceBook(replace(columns, **rows, places=replace(places, **where)))

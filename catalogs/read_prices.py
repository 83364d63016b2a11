"""A price file into a price book: each combination of cells that matter together is read once, however many rows have it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from catalogs.desk import Desk
from catalogs.marks import Effectivity
from catalogs.model import Cells, CustomerCells
from catalogs.price_book import (
    NO_COST, Codes, Columns, Places, PriceBook, Thing, attribute_rank, first_day, last_day, micros, number_of, paired, taken,
)  # fmt: skip
from catalogs.price_cells import PriceCells, plain_micros
from catalogs.report import Report
from catalogs.tables import Row, Rows, Sheet
from rules.typed import Values

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)
Keys = NDArray[np.int64]
_EMPTY = PriceBook.of(())
_NO_THING: Thing = ("", ())


def read_prices(sheet: Sheet, at: Mapping[str, int], currency: str, desk: Desk) -> PriceBook:
    """Return the rows of a file that have no error; whatever is wrong is noted at its place."""
    if not PriceCells(sheet, at, currency, desk).knows_columns() or not sheet.rows:
        return _EMPTY
    # What is read once stands for many rows, so its mistakes are noted on the side and found again row by row.
    aside = PriceCells(sheet, at, currency, replace(desk, report=Report()))
    reading = _Reading(sheet.rows, aside, np.zeros(len(sheet.rows), np.bool_), np.ones(len(sheet.rows), np.bool_))
    columns = reading.columns()
    cells = PriceCells(sheet, at, currency, desk)
    for index in np.flatnonzero(reading.doubtful).tolist():
        if desk.report.full(sheet.file):
            break
        cells.check(sheet.rows[index])
    book = PriceBook(columns)
    return book if reading.sound.all() else taken(book, np.flatnonzero(reading.sound))


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """A file being read by column; `doubtful` marks the rows with something to note, `sound` those to keep."""

    rows: Rows
    cells: PriceCells
    doubtful: NDArray[np.bool_]
    sound: NDArray[np.bool_]

    def columns(self) -> Columns:
        """Read every column."""
        cells = self.cells
        where = self.keys("product", "option")
        things, thing = self._table(where, self._thing, _NO_THING)
        values, value = self._table(paired(where, self.keys("choice")), self._values, Values())
        options, option = self._conditions(where)
        buyers, buyer = self._customers()
        price = self._amounts("price")
        cost = self._amounts("cost") if "cost" in cells.at else np.full(len(self.rows), NO_COST)
        days = self.keys("from", "until")
        start = self.numbers(days, lambda row: _ordinal(cells.days_of(row), first_day)).astype(np.int32)
        end = self.numbers(days, lambda row: _ordinal(cells.days_of(row), last_day)).astype(np.int32)
        return Columns(
            things, values, options, buyers, thing, value, option, buyer, price, cost, start, end, self._places()
        )

    def keys(self, *names: str) -> Keys:
        """Give each combination of some columns a number; a column that is not there is empty."""
        found = np.zeros(len(self.rows), np.int64)
        for name in names:
            if name in self.cells.at:
                found = paired(found, self.rows.columns[self.cells.at[name]].codes)
        return found

    def _each(self, keys: Keys, read: Callable[[Row], T | None], otherwise: T) -> tuple[list[T], Keys]:
        """Read one row of every key; what is wrong is `otherwise`, and its rows are doubtful and not kept."""
        _, firsts, inverse = np.unique(keys, return_index=True, return_inverse=True)
        found: list[T] = []
        loud, wrong = np.zeros(len(firsts), np.bool_), np.zeros(len(firsts), np.bool_)
        report = self.cells.desk.report
        for number, first in enumerate(firsts.tolist()):
            entry = read(self.rows[first])
            loud[number] = entry is None or report.noted()
            wrong[number] = entry is None
            found.append(otherwise if entry is None else entry)
        if loud.any():
            self.doubtful[loud[inverse]] = True
            self.sound[wrong[inverse]] = False
        return found, inverse

    def _table(self, keys: Keys, read: Callable[[Row], H | None], otherwise: H) -> tuple[tuple[H, ...], Codes]:
        """Return the different entries that the keys stand for, and the number of that of every row."""
        found, inverse = self._each(keys, read, otherwise)
        table: dict[H, int] = {}
        numbers = np.array([number_of(one, table) for one in found], np.int32)
        return tuple(table), numbers[inverse]

    def numbers(self, keys: Keys, read: Callable[[Row], int | None]) -> NDArray[np.int64]:
        """Return the number that every row's key stands for."""
        found, inverse = self._each(keys, read, 0)
        return np.array(found, np.int64)[inverse]

    def _thing(self, row: Row) -> Thing | None:
        target = self.cells.target(row)
        return None if target is None else (target.product.name, target.path)

    def _values(self, row: Row) -> Values | None:
        target = self.cells.target(row)
        return Values() if target is None else self.cells.values(row, target)

    def _amounts(self, name: str) -> NDArray[np.int64]:
        """Read a column of amounts: most are plain, the others are read like any cell."""
        column = self.rows.columns[self.cells.at[name]]
        known = [NO_COST if name == "cost" and not text else plain_micros(text) for text in column.texts]
        found = np.array([0 if one is None else one for one in known], np.int64)[column.codes]
        at = np.flatnonzero(np.array([one is None for one in known], np.bool_)[column.codes])
        if len(at):
            part = replace(self, rows=self.rows.kept(at), doubtful=self.doubtful[at], sound=self.sound[at])
            found[at] = part.numbers(part.keys(name), lambda row: _micros(self.cells.amount(row, name)))
            self.doubtful[at], self.sound[at] = part.doubtful, part.sound
        return found

    def _conditions(self, where: Keys) -> tuple[tuple[Cells, ...], Codes]:
        """Read the conditions on options: each cell with what its row prices, then what stands together in a row."""
        tables: list[tuple[Cells, ...]] = []
        codes: list[Codes] = []
        nothing: Cells = ()
        for name in self.cells.conditions:
            table, numbers = self._table(paired(where, self.keys(name)), partial(self._condition, name), nothing)
            tables.append(table)
            codes.append(numbers)
        return _together(tables, codes, len(self.rows), lambda cells: cells)

    def _condition(self, name: str, row: Row) -> Cells | None:
        target = self.cells.target(row)
        return () if target is None else self.cells.condition(row, target, name)

    def _customers(self) -> tuple[tuple[CustomerCells, ...], Codes]:
        tables: list[tuple[CustomerCells, ...]] = []
        codes: list[Codes] = []
        nobody: CustomerCells = ()
        for name in self.cells.of_customer:
            table, numbers = self._table(self.keys(name), partial(self.cells.of_buyer, header=name), nobody)
            tables.append(table)
            codes.append(numbers)
        return _together(tables, codes, len(self.rows), _in_order)

    def _places(self) -> Places:
        rows = self.rows
        lines = rows.lines
        zero, one = np.zeros(len(rows), np.int32), np.ones(len(rows), np.int32)
        widths = (lines.widths(rows.ends) + 1).astype(np.int32)
        return Places((lines.file,), zero, rows.firsts, one, rows.ends, widths, rows.numbers)


def _together(
    tables: Sequence[Sequence[tuple[H, ...]]],
    codes: Sequence[Codes],
    size: int,
    arranged: Callable[[tuple[H, ...]], tuple[H, ...]],
) -> tuple[tuple[tuple[H, ...], ...], Codes]:
    """Put the conditions of several columns together, row by row."""
    keys = np.zeros(size, np.int64)
    for numbers in codes:
        keys = paired(keys, numbers)
    _, firsts, inverse = np.unique(keys, return_index=True, return_inverse=True)
    table: dict[tuple[H, ...], int] = {}
    found = []
    for first in firsts.tolist():
        cells = (one for column, numbers in zip(tables, codes, strict=True) for one in column[numbers[first]])
        found.append(number_of(arranged(tuple(cells)), table))
    return tuple(table), np.array(found, np.int32)[inverse]


def _in_order(cells: CustomerCells) -> CustomerCells:
    return tuple(sorted(cells, key=lambda one: (attribute_rank(one[0]), one[0])))


def _micros(amount: Fraction | None) -> int | None:
    return None if amount is None else micros(amount)


def _ordinal(days: Effectivity | None, pick: Callable[[Effectivity], int]) -> int | None:
    return None if days is None else pick(days)

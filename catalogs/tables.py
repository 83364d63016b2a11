"""CSV text as rows whose every cell knows its place in the file."""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from numpy.typing import NDArray

from catalogs.report import Report
from rules.diagnostics import Span, did_you_mean

_NUMBER = r"[+-]?\s*[0-9.,_]+\s*[A-Za-z%]*"
_SIGNED = re.compile(rf"{_NUMBER}(\s*(\.\.|,)\s*{_NUMBER})*")
_FORMULA = "=+-@"
MOST_ROWS = 2_000_000
MOST_COLUMNS = 1_000
_AT_ONCE = 4_096
"""So many records are sorted by column together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the cells without the blanks around them, and the text they were cut from."""

    file: str
    number: int
    line: int
    cells: tuple[str, ...]
    raw: str
    header: tuple[str, ...]

    @property
    def span(self) -> Span:
        """The whole row."""
        lines = self.raw.split("\n")
        return Span(self.file, self.line, 1, self.line + len(lines) - 1, len(lines[-1]) + 1, f"row {self.number}")

    def place(self, index: int) -> Span:
        """Return the place of one cell; of one past the last, the end of the row."""
        column = self.header[index] if index < len(self.header) else str(index + 1)
        named = f"row {self.number}, column {column}"
        bounds = _bounds(self.raw)
        if index >= len(bounds):
            return _stretch(self, len(self.raw), len(self.raw), f"row {self.number}")
        return _stretch(self, *bounds[index], named)


def _stretch(row: Row, start: int, end: int, named: str) -> Span:
    def point(at: int) -> tuple[int, int]:
        before = row.raw[:at]
        return row.line + before.count("\n"), at - (before.rfind("\n") + 1) + 1

    return Span(row.file, *point(start), *point(end), named)


def _bounds(raw: str) -> list[tuple[int, int]]:
    """Return where the text of each cell of a record starts and ends, without blanks and quotation marks around it."""
    bounds: list[tuple[int, int]] = []
    at = 0
    while True:
        start = at
        if raw[at : at + 1] == '"':
            at += 1
            while at < len(raw) and not (raw[at] == '"' and raw[at + 1 : at + 2] != '"'):
                at += 2 if raw[at] == '"' else 1
            at = min(at + 1, len(raw))
        comma = raw.find(",", at)
        at = len(raw) if comma < 0 else comma
        bounds.append(_trimmed(raw, start, at))
        if comma < 0:
            return bounds
        at += 1


def _trimmed(raw: str, start: int, end: int) -> tuple[int, int]:
    if raw[start : start + 1] == '"' and raw[start:end].rstrip().endswith('"') and end - start > 1:
        start, end = start + 1, start + len(raw[start:end].rstrip()) - 1
    cell = raw[start:end]
    first = start + len(cell) - len(cell.lstrip())
    return first, max(first, start + len(cell.rstrip()))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The cells of one column: `texts`, each once, and for every row the number of its text."""

    texts: tuple[str, ...]
    codes: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Rows(Sequence[Row]):
    """Rows kept by column; a row is put together when it is asked for. Lines count from 1, `ends` are last lines."""

    lines: Lines
    columns: tuple[Column, ...]
    numbers: NDArray[np.int32]
    firsts: NDArray[np.int32]
    ends: NDArray[np.int32]
    header: tuple[str, ...]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        """Return a row, or some as a tuple."""
        if isinstance(index, slice):
            return tuple(self[one] for one in range(*index.indices(len(self))))
        cells = tuple([column.texts[column.codes[index]] for column in self.columns])
        first, end = int(self.firsts[index]), int(self.ends[index])
        return Row(self.lines.file, int(self.numbers[index]), first, cells, self.lines.between(first, end), self.header)

    def texts(self, index: int) -> set[str]:
        """Return every text that stands in a column."""
        column = self.columns[index]
        return {column.texts[code] for code in np.unique(column.codes)}

    def kept(self, mask: NDArray[np.bool_] | NDArray[np.int64]) -> Rows:
        """Return some rows: where a mask says so, or by their places."""
        columns = tuple(Column(column.texts, column.codes[mask]) for column in self.columns)
        return replace(
            self, columns=columns, numbers=self.numbers[mask], firsts=self.firsts[mask], ends=self.ends[mask]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The text of a file, and where in it each line starts; past the last line, where one would."""

    file: str
    text: str
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, text: str, file: str) -> Lines:
        """Find the lines of a text."""
        if text.isascii():
            found = np.flatnonzero(np.frombuffer(text.encode("ascii"), np.uint8) == ord("\n"))
        else:
            found = np.flatnonzero(np.frombuffer(text.encode("UTF-32LE", "surrogatepass"), "<u4") == ord("\n"))
        return cls(file, text, np.concatenate(([0], found + 1, [len(text) + 1])).astype(np.int64))

    def between(self, first: int, end: int) -> str:
        """Return the text of some lines, both ends included, without the last line end."""
        return self.text[self.starts[first - 1] : self.starts[end] - 1]

    def widths(self, lines: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return how many characters lines have."""
        return self.starts[lines] - self.starts[lines - 1] - 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file: its header and its rows. `whole` is False when some rows could not be read."""

    file: str
    header: Row
    rows: Rows
    whole: bool


def read_sheet(text: str, file: str, report: Report) -> Sheet | None:
    """Read CSV text; None where there is not even a usable header."""
    cut = _Cutter(Lines.of(text, file))
    whole = cut.read(report)
    if cut.header is None:
        if whole:
            report.error("empty-file", Span(file, 1, 1, 1, 1), "this file has no header row")
        return None
    header = replace(cut.header, header=cut.header.cells)
    if not _is_header(header, report):
        return None
    rows, others = cut.rows()
    sound = np.ones(len(rows), np.bool_)
    for column in rows.columns:
        formulas = np.array([cell[:1] in _FORMULA and bool(cell) for cell in column.texts], np.bool_)
        if formulas.any():
            sound &= ~formulas[column.codes]
    doubtful = sorted(
        [(rows[int(at)], int(at)) for at in np.flatnonzero(~sound)] + [(row, -1) for row in others], key=_by_number
    )
    for row, at in doubtful:
        if _is_sound(row, report):
            sound[at] = True
    kept = rows if sound.all() else rows.kept(sound)
    return Sheet(file, header, kept, whole and not others and len(kept) == len(rows))


def _by_number(one: tuple[Row, int]) -> int:
    return one[0].number


class _Cutter:
    """Cuts text into records until one cannot be cut, and sorts the cells of those with the right width by column."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.header: Row | None = None
        self._known: list[dict[str, int]] = []
        self._texts: list[dict[str, int]] = []
        self._codes: list[array[int]] = []
        self._ends = array("i")
        self._places = array("i")
        self._ragged: list[tuple[int, tuple[str, ...]]] = []

    def read(self, report: Report) -> bool:
        """Read every record; False, with a diagnostic, where it had to stop."""
        reader = csv.reader(io.StringIO(self.lines.text, newline="\n"), strict=True)
        waiting: list[list[str]] = []
        try:
            for cells in reader:
                self._ends.append(reader.line_num)
                waiting.append(cells)
                if len(waiting) == _AT_ONCE:
                    self._take(waiting)
                    waiting = []
                    if len(self._places) > MOST_ROWS:
                        break
        except csv.Error as error:
            self._take(waiting)
            first = self._ends[-1] + 1 if self._ends else 1
            report.error(*_broken(self.lines.file, first, self.lines.text.split("\n"), str(error)))
            return False
        self._take(waiting)
        if len(self._places) <= MOST_ROWS:
            return True
        place = self._first(self._places[MOST_ROWS])
        report.error(
            "too-many-rows", Span(self.lines.file, place, 1, place, 1), f"a table has at most {MOST_ROWS} rows"
        )
        return False

    def _first(self, place: int) -> int:
        return self._ends[place - 1] + 1 if place else 1

    def _take(self, records: list[list[str]]) -> None:
        """Sort records by column; those of another width are kept apart, and blank ones of another width forgotten."""
        begin = len(self._ends) - len(records)
        if self.header is None:
            begin, records = self._take_header(begin, records)
        if self.header is not None:
            self._sort(self._of_width(begin, records))

    def _of_width(self, begin: int, records: list[list[str]]) -> list[list[str]]:
        """Return the records as wide as the header; the places of these are noted, and the others kept apart."""
        width = len(self._known)
        if set(map(len, records)) <= {width}:
            self._places.extend(range(begin, begin + len(records)))
            return records
        for place, cells in enumerate(records, begin):
            if len(cells) == width:
                self._places.append(place)
            elif any(map(str.strip, cells)):
                self._ragged.append((place, tuple([cell.strip() for cell in cells])))
        return [cells for cells in records if len(cells) == width]

    def _sort(self, records: list[list[str]]) -> None:
        if not records:
            return
        for known, texts, codes, column in zip(
            self._known, self._texts, self._codes, zip(*records, strict=True), strict=True
        ):
            for cell in dict.fromkeys(column):
                if cell not in known:
                    known[cell] = texts.setdefault(cell.strip(), len(texts))
            codes.extend(map(known.__getitem__, column))

    def _take_header(self, begin: int, records: list[list[str]]) -> tuple[int, list[list[str]]]:
        for index, cells in enumerate(records):
            stripped = tuple([cell.strip() for cell in cells])
            if any(stripped):
                first, end = self._first(begin + index), self._ends[begin + index]
                self.header = Row(self.lines.file, 0, first, stripped, self.lines.between(first, end), ())
                self._known = [{} for _ in cells]
                self._texts = [{} for _ in cells]
                self._codes = [array("i") for _ in cells]
                return begin + index + 1, records[index + 1 :]
        return begin, []

    def rows(self) -> tuple[Rows, list[Row]]:
        """Return the rows that are as wide as the header, and those that are not; none of them is blank."""
        header = self.header.cells if self.header else ()
        columns = tuple(
            Column(tuple(texts), np.array(codes, np.int32))
            for texts, codes in zip(self._texts, self._codes, strict=True)
        )
        places = np.array(self._places, np.int64)
        filled = np.zeros(len(places), np.bool_)
        for texts, column in zip(self._texts, columns, strict=True):
            filled |= column.codes != texts.get("", -1)
        ragged = np.array([place for place, _ in self._ragged], np.int64)
        ends = np.array(self._ends, np.int32)
        numbers = np.cumsum(filled) + np.searchsorted(ragged, places)
        firsts = np.concatenate(([1], ends[:-1] + 1)).astype(np.int32)
        rows = Rows(self.lines, columns, numbers.astype(np.int32), firsts[places], ends[places], header)
        others = []
        before = np.searchsorted(places[filled], ragged)
        for index, (place, cells) in enumerate(self._ragged):
            first, end = int(firsts[place]), int(ends[place])
            number = int(before[index]) + index + 1
            others.append(Row(self.lines.file, number, first, cells, self.lines.between(first, end), header))
        return rows if filled.all() else rows.kept(filled), others


def _broken(file: str, line: int, lines: list[str], complaint: str) -> tuple[str, Span, str, str]:
    """Say what is wrong with the record that starts on a line and that the csv module refused."""
    text = lines[line - 1] if line <= len(lines) else ""
    row = Row(file, 0, line, (), text, ())
    start, end = next(((a, b) for a, b in _bounds(text) if text[a : a + 1] == '"'), (0, 0))
    span = replace(_stretch(row, start, end, ""), cell="")
    if "field limit" in complaint:
        message = f"a cell has at most {csv.field_size_limit()} characters"
        return "cell-too-long", span, message, "is a quotation mark not closed?"
    if "end of data" in complaint:
        return "open-quote", span, "this quotation mark is never closed", 'a quotation mark inside a cell is written ""'
    span = Span(file, line, 1, line, len(text) + 1)
    return (
        "broken-row",
        span,
        "the quotation marks of this row do not fit",
        'a quotation mark inside a cell is written ""',
    )


def _is_header(header: Row, report: Report) -> bool:
    """Check the header row: commas between the columns, every column named, no name twice."""
    if len(header.cells) == 1 and (";" in header.raw or "\t" in header.raw):
        used = "semicolons" if ";" in header.raw else "tabs"
        report.error("not-commas", header.span, f"the columns are separated by {used}", "separate them by commas")
        return False
    if len(header.cells) > MOST_COLUMNS:
        report.error("too-many-columns", header.span, f"a table has at most {MOST_COLUMNS} columns")
        return False
    sound = True
    first: dict[str, int] = {}
    for index, name in enumerate(header.cells):
        if not name:
            report.error("no-column-name", header.place(index), "this column has no name")
            sound = False
        elif name in first:
            related = ((header.place(first[name]), "it is here already"),)
            report.error("duplicate-column", header.place(index), f"the column {name} is there twice", related=related)
            sound = False
        first.setdefault(name, index)
    return sound


def _is_sound(row: Row, report: Report) -> bool:
    """Check that a row has a cell for every column and no formula in any."""
    wanted, given = len(row.header), len(row.cells)
    if given != wanted:
        message = f"this row has {given} cells, but the header has {wanted}"
        hint = "a comma inside a cell needs quotation marks around the cell" if given > wanted else ""
        report.error("ragged-row", row.place(min(given, wanted)), message, hint)
        return False
    sound = True
    for index, cell in enumerate(row.cells):
        if cell[:1] in _FORMULA and cell and not _SIGNED.fullmatch(cell):
            message = f"a cell must not begin with {cell[0]}, since a spreadsheet runs it as a formula"
            report.error("formula", row.place(index), message)
            sound = False
    return sound


def columns(
    sheet: Sheet, required: Sequence[str], optional: Sequence[str], report: Report, *, others: bool = False
) -> Mapping[str, int] | None:
    """Return where the columns stand that a table must and may have; None where one is missing or unknown.

    With `others`, further columns are left to the caller.
    """
    at = {name: index for index, name in enumerate(sheet.header.cells)}
    sound = True
    for name, index in at.items():
        if name not in required and name not in optional and not others:
            known = dict.fromkeys((*required, *optional))
            hint = did_you_mean(name, known) or f"known are {', '.join(known)}"
            report.error("unknown-column", sheet.header.place(index), f"there is no column {name} here", hint)
            sound = False
    for name in required:
        if name not in at:
            report.error("missing-column", sheet.header.span, f"the column {name} is missing")
            sound = False
    return at if sound else None

"""CSV text as rows whose every cell knows its place in the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalogs.report import Report
from rules.diagnostics import Span, did_you_mean

_NUMBER = r"[+-]?\s*[0-9.,_]+\s*[A-Za-z%]*"
_SIGNED = re.compile(rf"{_NUMBER}(\s*(\.\.|,)\s*{_NUMBER})*")
_FORMULA = "=+-@"
MOST_ROWS = 2_000_000
MOST_COLUMNS = 1_000


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file: its header and its rows. `whole` is False when some rows could not be read."""

    file: str
    header: Row
    rows: tuple[Row, ...]
    whole: bool


def read_sheet(text: str, file: str, report: Report) -> Sheet | None:
    """Read CSV text; None where there is not even a usable header."""
    records, whole = _cut(text, file, report)
    if not records:
        if whole:
            report.error("empty-file", Span(file, 1, 1, 1, 1), "this file has no header row")
        return None
    header = records[0]
    names = header.cells
    header = replace(header, header=names)
    if not _is_header(header, report):
        return None
    rows = []
    for number, record in enumerate(records[1:], start=1):
        row = Row(file, number, record.line, record.cells, record.raw, names)
        if _is_sound(row, report):
            rows.append(row)
    return Sheet(file, header, tuple(rows), whole and len(rows) == len(records) - 1)


def _cut(text: str, file: str, report: Report) -> tuple[list[Row], bool]:
    """Cut text into records that are not blank, until one cannot be cut; say whether all could."""
    lines = text.split("\n")
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True)
    records: list[Row] = []
    first = 1
    while len(records) <= MOST_ROWS:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            report.error(*_broken(file, first, lines, str(error)))
            return records, False
        if cells is None:
            return records, True
        raw = lines[first - 1] if reader.line_num == first else "\n".join(lines[first - 1 : reader.line_num])
        stripped = tuple([cell.strip() for cell in cells])
        if any(stripped):
            records.append(Row(file, 0, first, stripped, raw, ()))
        first = reader.line_num + 1
    report.error("too-many-rows", Span(file, first, 1, first, 1), f"a table has at most {MOST_ROWS} rows")
    return records, False


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
            hint = did_you_mean(name, (*required, *optional)) or f"known are {', '.join((*required, *optional))}"
            report.error("unknown-column", sheet.header.place(index), f"there is no column {name} here", hint)
            sound = False
    for name in required:
        if name not in at:
            report.error("missing-column", sheet.header.span, f"the column {name} is missing")
            sound = False
    return at if sound else None

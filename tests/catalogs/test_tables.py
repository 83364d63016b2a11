"""CSV cells keep their places, and what is no table is said so at its place."""

import csv
import io
import re

import pytest
from catalogs.report import MOST_PER_FILE, Report
from catalogs.tables import columns, read_sheet
from hypothesis import given
from hypothesis import strategies as st

_BEGIN = re.compile(r"\A[\s=+\-@]+")
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8).map(lambda t: _BEGIN.sub("", t))


def sheet_of(text: str):
    report = Report()
    sheet = read_sheet(text, "t.csv", report)
    return sheet, [(d.code, d.span.line, d.span.column) for d in report.diagnostics()]


def slice_of(text: str, span) -> str:
    lines = text.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = lines[span.line : span.end_line - 1]
    return "\n".join(
        [lines[span.line - 1][span.column - 1 :], *middle, lines[span.end_line - 1][: span.end_column - 1]]
    )


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
def test_every_place_holds_its_cell(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    text = stream.getvalue()
    sheet, problems = sheet_of(text)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert problems == []
    assert sheet is not None
    assert [row.cells for row in sheet.rows] == [tuple(cell.strip() for cell in row) for row in kept]
    for row, cells in zip(sheet.rows, kept, strict=True):
        for index, cell in enumerate(cells):
            written = slice_of(text, row.place(index))
            assert written.replace('""', '"') == cell.strip().replace('""', '"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("empty-file", 1, 1)]),
        ("\n\n", [("empty-file", 1, 1)]),
        ("a;b\n1;2\n", [("not-commas", 1, 1)]),
        ("a\tb\n", [("not-commas", 1, 1)]),
        ("a,a\n", [("duplicate-column", 1, 3)]),
        ("a,,b\n", [("no-column-name", 1, 3)]),
        ("a,b\n1\n", [("ragged-row", 2, 2)]),
        ("a,b\n1,2,3\n", [("ragged-row", 2, 5)]),
        ("a,b\n1,=SUM(A1)\n", [("formula", 2, 3)]),
        ("a,b\n@x,+1+1|cmd\n", [("formula", 2, 1), ("formula", 2, 4)]),
        ("a,b\n-5,-5.5..+3\n", []),
        ('a,b\n1,"open\n2,3\n', [("open-quote", 2, 3)]),
        ('a,b\n1,"x"y\n', [("broken-row", 2, 1)]),
        ("a,b\n1," + "x" * 200_000 + "\n", [("cell-too-long", 2, 1)]),
    ],
)
def test_what_is_no_table(text: str, expected):
    assert sheet_of(text)[1] == expected


def test_a_bad_row_does_not_hide_the_next():
    sheet, problems = sheet_of("a,b\n1\n2,3\n=x,4\n")
    assert sheet is not None
    assert [row.cells for row in sheet.rows] == [("2", "3")]
    assert not sheet.whole
    assert [code for code, _, _ in problems] == ["ragged-row", "formula"]


def test_columns_are_found_by_name():
    report = Report()
    sheet = read_sheet("price,produkt\n", "t.csv", report)
    assert sheet is not None
    assert columns(sheet, ("product", "price"), (), report) is None
    found = [(d.code, d.span.column, d.hint) for d in report.diagnostics()]
    assert found == [("missing-column", 1, ""), ("unknown-column", 7, "did you mean product?")]


def test_a_file_full_of_problems_is_cut_short():
    _, problems = sheet_of("a,b\n" + "1\n" * 5_000)
    assert len(problems) == MOST_PER_FILE + 1
    assert problems[0][0] == "too-many-problems"

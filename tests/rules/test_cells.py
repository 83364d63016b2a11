"""Cells of CSV files: sets, ranges and ``any``, each mistake at the characters it is about."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cells import read_cell
from rules.diagnostics import Span
from rules.kinds import Day, Enumeration, Money, Quantity, Textual, Truth
from rules.typed import Values
from rules.values import write
from tests.rules.world import COLOUR, measured

CM, EUR = measured("cm"), Money("EUR")
CELL = Span("tables/frames.csv", 3, 7, 3, 99, "row 2, column frame_size")


def cm(number):
    return Fraction(number) / 100


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("red", COLOUR, Values(frozenset({"red"}))),
        ("red, gold", COLOUR, Values(frozenset({"red", "gold"}))),
        ("red|gold", COLOUR, Values(frozenset({"red", "gold"}))),
        (" red ; gold ", COLOUR, Values(frozenset({"red", "gold"}))),
        ("any", COLOUR, Values(everything=True)),
        (" any ", Quantity(), Values(everything=True)),
        ("48..62", CM, Values(ranges=((cm(48), cm(62)),))),
        ("48 .. 62, 70", CM, Values(frozenset({cm(70)}), ((cm(48), cm(62)),))),
        ("0.5 m", CM, Values(frozenset({cm(50)}))),
        ("-1.5..1.5", Quantity(), Values(ranges=((Fraction(-3, 2), Fraction(3, 2)),))),
        ("yes, no", Truth(), Values(frozenset({True, False}))),
        ("5", Quantity((), "%"), Values(frozenset({Fraction(1, 20)}))),
        ("19.00..20", EUR, Values(ranges=((Fraction(19), Fraction(20)),))),
        ("2026-06-01", Day(), Values(frozenset({date(2026, 6, 1)}))),
        ("a, b..c", Textual(), Values(frozenset({"a, b..c"}))),
    ],
)
def test_a_cell_is_read(text, kind, values):
    assert read_cell(text, kind, CELL) == (values, ())


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("", COLOUR, [("empty-cell", 7, 99)]),
        ("  ", COLOUR, [("empty-cell", 7, 99)]),
        ("yelow", COLOUR, [("unknown-choice", 7, 12)]),
        ("red, yelow , rde", COLOUR, [("unknown-choice", 12, 17), ("unknown-choice", 20, 23)]),
        ("red,,gold", COLOUR, [("empty-value", 11, 12)]),
        ("red, any", COLOUR, [("mixed-any", 12, 15)]),
        ("red..gold", COLOUR, [("not-ordered", 7, 16)]),
        ("62..48", CM, [("empty-range", 7, 13)]),
        ("48..", CM, [("empty-value", 7, 11)]),
        ("48..5 kg", CM, [("unit-mismatch", 7, 15)]),
        ("48...62", CM, [("kind-mismatch", 7, 14)]),
        ("true", Truth(), [("kind-mismatch", 7, 11)]),
        ("9" * 200_000, CM, [("too-long", 7, 99)]),
    ],
)
def test_a_mistake_stands_where_it_is(text, kind, expected):
    values, problems = read_cell(text, kind, CELL)
    assert values is None
    assert [(p.code, p.span.column, p.span.end_column) for p in problems] == expected
    assert {(p.span.line, p.span.cell) for p in problems} == {(3, CELL.cell)}


def test_a_cell_of_several_lines_has_places_on_each():
    _values, problems = read_cell("red,\n yelow", COLOUR, CELL)
    assert [(p.span.line, p.span.column, p.span.end_column) for p in problems] == [(4, 2, 7)]


def test_the_nearest_of_many_choices_is_found():
    many = Enumeration("Part", tuple(f"part_{i:04}_of_many" for i in range(5_000)))
    _values, (problem,) = read_cell("part_4321of_many", many, CELL)
    assert problem.hint == "did you mean part_4321_of_many?"


@given(st.text(max_size=30), st.sampled_from([COLOUR, CM, EUR, Truth(), Day(), Textual()]))
def test_any_text_is_read_or_has_a_problem(text, kind):
    values, problems = read_cell(text, kind, CELL)
    assert (values is None) == bool(problems)


@given(st.lists(st.fractions(max_denominator=1000), min_size=1, max_size=5), st.sampled_from([",", ";", "|"]))
def test_the_numbers_of_a_cell_are_exact(numbers, separator):
    values, _problems = read_cell(separator.join(write(CM, number) for number in numbers), CM, CELL)
    assert values == Values(frozenset(numbers))

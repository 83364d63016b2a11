"""Read tables: columns that are expressions, and rows that are sets of constants."""

from __future__ import annotations

from rules import syntax
from rules.kinds import Textual
from rules.operands import is_scalar
from rules.resolution import read
from rules.scope import Reading
from rules.sets import constant_members
from rules.typed import Constant, Rows, Typed, Values


def read_table(table: syntax.Table, reading: Reading) -> Rows | None:
    """Read a table; None where a column or a row has an error."""
    before = len(reading.problems)
    columns = [_column(column, reading) for column in table.columns]
    rows = [_row(row, columns, reading) for row in table.rows]
    known = tuple(column for column in columns if column is not None)
    if len(reading.problems) > before or len(known) < len(columns):
        return None
    cells = tuple(row for row in rows if row is not None)
    return Rows(table.mode, known, cells, tuple(row.span for row in table.rows), table.span)


def _column(expression: syntax.Expression, reading: Reading) -> Typed | None:
    column = read(expression, reading)
    if column is None or not is_scalar(column, expression, reading):
        return None
    if isinstance(column, Constant):
        reading.report("constant-column", expression.span, "a column is something that can be chosen, not a constant")
        return None
    if column.kind == Textual():
        hint = 'write a rule with = "" or != ""'
        reading.report("text-content", expression.span, "a text cannot be a column of a table", hint)
        return None
    return column


def _row(row: syntax.TableRow, columns: list[Typed | None], reading: Reading) -> tuple[Values, ...] | None:
    if len(row.cells) != len(columns):
        message = f"this row has {len(row.cells)} cells, the table {len(columns)} columns"
        reading.report("ragged-row", row.span, message)
        return None
    with_units = Reading(reading.scope, reading.problems, column_units=True)
    cells = [
        None if column is None else constant_members(cell, column.kind, with_units)
        for cell, column in zip(row.cells, columns, strict=True)
    ]
    known = tuple(cell for cell in cells if cell is not None)
    return known if len(known) == len(cells) else None

"""Check an expression: resolve its names, prove its kinds and units, and make its typed tree."""

from __future__ import annotations

from typing import TypeVar

from rules import aggregates, arithmetic, conditions, literals, multiplication, names, paths, syntax
from rules.cells import read_cell
from rules.diagnostics import Diagnostic, in_order
from rules.kinds import Kind, Scalar, Truth
from rules.paths import Path, read_path
from rules.resolution import need, read
from rules.scope import NOTHING, Reading, Scope
from rules.sets import constant_members, constant_of
from rules.tables import read_table
from rules.typed import Constant, Rows, Typed, Values

__all__ = [
    "Diagnostics", "Path", "Scope", "check", "check_condition", "check_constant", "check_members", "check_path",
    "check_table", "read_cell",
]  # fmt: skip

_Result = TypeVar("_Result")
Diagnostics = tuple[Diagnostic, ...]

READERS = (literals, names, paths, conditions, arithmetic, multiplication, aggregates)
"""Importing these registers how each node of an expression is read, one family a module."""


def check(
    expression: syntax.Expression, scope: Scope, expected: Kind | None = None
) -> tuple[Typed | None, Diagnostics]:
    """Read an expression in a scope; of the `expected` kind where one is given.

    Returns the typed tree and the problems, sorted by place; the tree is None where there is an
    error. Constant parts are folded. Every independent error is reported, none is reported twice.
    """
    reading = Reading(scope, [])
    typed = read(expression, reading) if expected is None else need(expression, reading, expected)
    return _outcome(typed, reading)


def _outcome(result: _Result | None, reading: Reading) -> tuple[_Result | None, Diagnostics]:
    return (None if reading.problems else result), in_order(reading.problems)


def check_condition(expression: syntax.Expression, scope: Scope) -> tuple[Typed | None, Diagnostics]:
    """Read a condition; one that is always true or never is a warning ``constant-condition``."""
    typed, problems = check(expression, scope, Truth())
    if isinstance(typed, Constant):
        sentence = "this always holds" if typed.value is True else "this never holds"
        warning = Diagnostic("constant-condition", expression.span, sentence, severity="warning")
        problems = in_order((*problems, warning))
    return typed, problems


def check_members(
    members: syntax.Members, kind: Kind, scope: Scope = NOTHING, *, bare_unit_ok: bool = False
) -> tuple[Values | None, Diagnostics]:
    """Read a set or a table cell of constants of one kind; None where there is an error.

    With `bare_unit_ok`, as in a table, a bare number has the unit of `kind`. `scope` is asked only
    to tell a name that is an option from one that is nothing.
    """
    reading = Reading(scope, [], column_units=bare_unit_ok)
    values = constant_members(members, kind, reading)
    return _outcome(values, reading)


def check_constant(
    expression: syntax.Expression, kind: Kind, *, bare_unit_ok: bool = False, scope: Scope = NOTHING
) -> tuple[Scalar | None, Diagnostics]:
    """Read one constant of a kind, in base units: a default, an attribute of a choice, a wish.

    With `bare_unit_ok`, as in a row of choices, a bare number has the unit of `kind`.
    """
    reading = Reading(scope, [], column_units=bare_unit_ok)
    value = constant_of(expression, kind, reading)
    return _outcome(value, reading)


def check_path(expression: syntax.Expression, scope: Scope) -> tuple[Path | None, Diagnostics]:
    """Read what can be chosen: ``motor``, ``bags[0].size``, ``count(bags)``; its canonical text and its kind."""
    reading = Reading(scope, [])
    path = read_path(expression, reading)
    return _outcome(path, reading)


def check_table(table: syntax.Table, scope: Scope) -> tuple[Rows | None, Diagnostics]:
    """Read a table and its inline rows; bare numbers have the unit of their column.

    A table whose rows stand in a CSV file comes back without rows: read each cell with `read_cell`
    against the kind of its column and put the rows in with `dataclasses.replace`.
    """
    reading = Reading(scope, [])
    rows = read_table(table, reading)
    return _outcome(rows, reading)

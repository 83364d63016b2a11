"""Reads finite-domain problems: ``{"variables": {name: [values]}, "constraints": [{"scope", "allowed"} or {"expr"}]}``.

A row with a value that its variable does not have allows nothing and is left out. A variable that
stands twice in a scope has the same value in both places.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import cast

from catalogs.marks import Label
from configurator.expressions import mentions
from configurator.model import Constraint
from configurator.passes import FALSE, TRUE
from configurator.problems.formula import read_formula
from configurator.problems.problem import Problem, ProblemError, at, make_model, refusal
from configurator.problems.values import Domain, Raw, first_repeated, make_variable, read_domain
from rules.diagnostics import Span
from rules.kinds import Kind
from rules.naming import nearest
from rules.typed import Reference, Rows, Typed, Values

MOST_VALUES = 1_000_000
"""So many values may all variables have together."""
MOST_CELLS = 50_000_000
"""So many cells may all tables have together."""
_NUMBER = re.compile(r"-?\d{1,300}(\.\d{1,300})?([eE][+-]?\d{1,2})?")
_Row = tuple[Values, ...]


def read_tables(file: str, text: str, name: str, version: str) -> Problem:
    """Read a JSON problem; `ProblemError` where it is none. `name` is its name where it does not state one."""
    document = _document(file, text)
    stated = document.get("name")
    name = stated if isinstance(stated, str) and stated else name
    domains = _domains(file, document.get("variables"))
    written = document.get("constraints")
    if not isinstance(written, list):
        raise refusal(at(file), "no-constraints", "there is no list of constraints")
    kinds = {domain.name: domain.kind for domain in domains.values()}
    constraints: list[Constraint] = []
    counted: set[str] = set()
    cells = 0
    for number, one in enumerate(written, 1):
        constraint = _constraint(file, number, one, domains, kinds)
        constraints.append(constraint)
        if isinstance(constraint.condition, Rows):
            cells += len(constraint.condition.rows) * len(constraint.condition.columns)
            if cells > MOST_CELLS:
                raise refusal(constraint.span, "too-large", f"more than {MOST_CELLS} cells in all tables")
        else:
            counted |= mentions(constraint.condition)
    variables = [make_variable(domain, at(file), counted=path in counted) for path, domain in domains.items()]
    model = make_model(name, version, variables, [found for found in constraints if found.condition != TRUE])
    return Problem(name, "tables", model, _known(document.get("known")))


def _document(file: str, text: str) -> dict[str, object]:
    def number(written: str) -> Fraction:
        if not _NUMBER.fullmatch(written):
            raise refusal(at(file), "no-value", f"the number {written[:40]} is out of reach")
        return Fraction(written)

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice, _ = pairs[first_repeated(key for key, _ in pairs)]
            raise refusal(at(file), "repeated-name", f"{twice!r} stands twice in one object")
        return found

    try:
        document = json.loads(text, parse_float=number, parse_constant=number, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise refusal(at(file, error.lineno, column=error.colno), "no-json", f"no JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise refusal(at(file), "no-json", "nested too deep, or a number of thousands of digits") from None
    return cast("dict[str, object]", document)


def _domains(file: str, written: object) -> dict[str, Domain]:
    if not isinstance(written, dict) or not written:
        raise refusal(at(file), "no-variables", "there is no object of variables with their values")
    if sum(len(values) for values in written.values() if isinstance(values, list)) > MOST_VALUES:
        raise refusal(at(file), "too-large", f"more than {MOST_VALUES} values")
    return {name: read_domain(name, values, at(file, cell=f"variable {name}")) for name, values in written.items()}


def _known(written: object) -> Mapping[str, int | str]:
    if not isinstance(written, dict):
        return {}
    return {fact: value for fact, value in written.items() if isinstance(value, int | str)}


def _constraint(
    file: str, number: int, written: object, domains: Mapping[str, Domain], kinds: Mapping[str, Kind]
) -> Constraint:
    stated = written.get("name") if isinstance(written, dict) else None
    name = stated if isinstance(stated, str) and stated else f"c{number}"
    span = at(file, cell=f"constraint {name}")
    if not isinstance(written, dict) or ("allowed" in written) == ("expr" in written):
        raise refusal(span, "no-constraint", "it has neither rows that are allowed nor an expr, or both")
    scope = _scope(written.get("scope", []), domains, span)
    condition: Typed
    if "expr" in written:
        condition = _formula(written["expr"], kinds, span)
    elif "scope" not in written:
        raise refusal(span, "no-constraint", "its rows have no scope")
    else:
        condition = _table(scope, written["allowed"], span)
    return Constraint(name, "", condition, Label(""), span)


def _scope(written: object, domains: Mapping[str, Domain], span: Span) -> list[Domain]:
    if not isinstance(written, list):
        raise refusal(span, "no-constraint", "its scope is no list of variables")
    for name in written:
        if not isinstance(name, str) or name not in domains:
            hint = nearest(name, domains) if isinstance(name, str) else ""
            raise refusal(span, "unknown-variable", f"its scope names {str(name)[:80]}, which is no variable", hint)
    return [domains[name] for name in written]


def _formula(written: object, kinds: Mapping[str, Kind], span: Span) -> Typed:
    if not isinstance(written, str):
        raise refusal(span, "no-constraint", "its expr is no text")
    return read_formula(written, kinds, span)


def _table(scope: Sequence[Domain], written: object, span: Span) -> Typed:
    if not isinstance(written, list):
        raise refusal(span, "no-constraint", "what it allows is no list of rows")
    if not scope:
        return TRUE if written else FALSE
    rows = _rows(scope, written, span)
    columns = {domain.name: number for number, domain in enumerate(scope)}
    if len(columns) < len(scope):
        first = [columns[domain.name] for domain in scope]
        rows = tuple(row for row in rows if all(row[own] is row[other] for own, other in enumerate(first)))
        rows = tuple(tuple(row[number] for number in columns.values()) for row in rows)
    kinds = {domain.name: domain.kind for domain in scope}
    return Rows("allow", tuple(Reference(kinds[name], name) for name in columns), rows, (), span)


def _rows(scope: Sequence[Domain], written: Sequence[object], span: Span) -> tuple[_Row, ...]:
    width = len(scope)
    if any(type(row) is not list or len(row) != width for row in written):
        raise _wrong_row(scope, written, span)
    rows = cast("Sequence[Sequence[Raw]]", written)
    cells = [domain.cells for domain in scope]
    try:
        return tuple([tuple([own[value] for own, value in zip(cells, row, strict=True)]) for row in rows])
    except KeyError:
        pass
    except TypeError:
        raise _wrong_row(scope, written, span) from None
    try:
        known = [row for row in rows if False not in [value in own for own, value in zip(cells, row, strict=True)]]
    except TypeError:
        raise _wrong_row(scope, written, span) from None
    return _rows(scope, known, span)


def _wrong_row(scope: Sequence[Domain], written: Sequence[object], span: Span) -> ProblemError:
    """Return the refusal of the first row that is none."""
    for number, row in enumerate(written, 1):
        if not isinstance(row, list) or len(row) != len(scope):
            has = f"{len(row)} values" if isinstance(row, list) else "no list of values"
            return refusal(span, "wrong-row", f"row {number} has {has}; its scope has {len(scope)} variables")
        for domain, value in zip(scope, row, strict=True):
            if isinstance(value, list | dict):
                return refusal(span, "wrong-row", f"row {number} has a list or an object for {domain.name}")
    return refusal(span, "wrong-row", "its rows cannot be read")

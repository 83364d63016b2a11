"""Rules and preferences: conditions on a component, written as such or as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from catalogs.declare_types import misfit
from catalogs.desk import Desk, View
from catalogs.marks import ALWAYS
from catalogs.model import Component, NumberRange, Preference, Rule
from catalogs.tables import Row, Sheet
from rules import declarations as d
from rules import syntax as s
from rules.checker import check_table
from rules.diagnostics import Span, did_you_mean
from rules.scope import Scope
from rules.typed import Reference, Rows, Typed, Values


def declare_rules(desk: Desk) -> tuple[Rule, ...]:
    """Return the rules, sorted by name."""
    found = (_rule(node, desk) for node in desk.declared.of(d.RuleDeclaration))
    return tuple(sorted((rule for rule in found if rule), key=lambda rule: rule.name))


def _rule(node: d.RuleDeclaration, desk: Desk) -> Rule | None:
    name = node.name.text
    desk.because(node.because, "rule", name)
    because = desk.labels.label("rule", (name,), node.because.value)
    days = ALWAYS if node.modifiers is None else desk.only_days(node.modifiers, "rule")
    component = desk.component(node.on)
    if component is None:
        return None
    view = View(component.record.fields, "a rule")
    if isinstance(node.body, s.Table):
        body: Typed | None = _table(node.body, component, view, desk)
    else:
        body = desk.condition(node.body, view)
    if body is None:
        return None
    return Rule(name, component.name, body, because, days, node, node.name.span)


def declare_preferences(desk: Desk) -> tuple[Preference, ...]:
    """Return the preferences, sorted by name."""
    found: list[Preference] = []
    for node in desk.declared.of(d.PreferDeclaration):
        days = desk.only_days(node.modifiers, "preference")
        component = desk.component(node.on)
        if component is not None:
            condition = desk.condition(node.condition, View(component.record.fields, "a preference"))
            if condition is not None:
                name = node.name
                found.append(Preference(name.text, component.name, condition, node.weight, days, name.span))
    return tuple(sorted(found, key=lambda one: one.name))


def _table(node: s.Table, component: Component, view: View, desk: Desk) -> Rows | None:
    if desk.is_clouded(node) or not desk.is_visible(node, view):
        return None
    rows, problems = check_table(node, Scope(view.names))
    desk.report.add(problems)
    if rows is not None and node.source is not None:
        rows = _from_sheet(node, node.source, rows, desk)
    if rows is not None:
        if not rows.rows:
            desk.report.error("empty-table", node.span, "this table has no rows")
        _check_rows(rows, component, desk)
    return rows


def _from_sheet(node: s.Table, source: s.Text, columns: Rows, desk: Desk) -> Rows | None:
    sheet = desk.sources.sheet(source, "rows of a rule")
    if sheet is None:
        return None
    order = _match_columns(node, sheet, desk)
    if order is None:
        return None
    rows: list[tuple[Values, ...]] = []
    spans: list[Span] = []
    whole = sheet.whole
    for row in sheet.rows:
        cells = tuple(_cells(row, order, columns, desk))
        if len(cells) == len(order):
            rows.append(cells)
            spans.append(row.span)
        else:
            whole = False
    return replace(columns, rows=tuple(rows), row_spans=tuple(spans)) if whole else None


def _cells(row: Row, order: list[int], columns: Rows, desk: Desk) -> Iterator[Values]:
    for index, column in zip(order, columns.columns, strict=True):
        if not row.cells[index]:
            desk.report.error("empty-cell", row.place(index), "this cell needs a value", "write `any` for every value")
            continue
        values = desk.values(row, index, column.kind)
        if values is not None:
            yield values


def _match_columns(node: s.Table, sheet: Sheet, desk: Desk) -> list[int] | None:
    """Return which column of the sheet belongs to each column of the table, by what the columns are called."""
    wanted = [_squeezed(desk.sources.quote(column.span)) for column in node.columns]
    given = [_squeezed(name) for name in sheet.header.cells]
    sound = True
    for index, name in enumerate(given):
        if name not in wanted:
            hint = did_you_mean(name, wanted) or f"the table has {', '.join(wanted)}"
            desk.report.error("unknown-column", sheet.header.place(index), f"the table has no column {name}", hint)
            sound = False
    for name in wanted:
        if name not in given:
            desk.report.error("missing-column", sheet.header.span, f"the column {name} is missing")
            sound = False
    return [given.index(name) for name in wanted] if sound else None


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _check_rows(rows: Rows, component: Component, desk: Desk) -> None:
    """Warn of rows that are there twice, and of rows that no value of an option can match."""
    ranges = {o.name: o.domain for o in component.options if isinstance(o.domain, NumberRange)}
    first: dict[tuple[Values, ...], Span] = {}
    for cells, span in zip(rows.rows, rows.row_spans, strict=True):
        if cells in first:
            desk.report.warn(
                "repeated-row", span, "this row is there twice", related=((first[cells], "the other one"),)
            )
        first.setdefault(cells, span)
        for column, values in zip(rows.columns, cells, strict=True):
            domain = ranges.get(column.name) if isinstance(column, Reference) else None
            if domain is not None and not _meets(values, domain):
                desk.report.warn("row-never-matches", span, f"no value of {_shown(column)} matches this row")


def _shown(column: Typed) -> str:
    return column.name if isinstance(column, Reference) else "this column"


def _meets(values: Values, domain: NumberRange) -> bool:
    """Say whether any number of a range is among the values."""
    if values.everything:
        return True
    if any(isinstance(one, Fraction) and not misfit(domain, one) for one in values.singles):
        return True
    for low, high in values.ranges:
        start = max(low, domain.low)
        behind = (start - domain.low) % domain.step
        if start + (domain.step - behind if behind else 0) <= min(high, domain.high):
            return True
    return False

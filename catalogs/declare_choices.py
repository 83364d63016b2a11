"""Lists of choices: rows written in place or read from CSV, with their attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from catalogs.declare_types import Typing, misfit, read_type
from catalogs.desk import Desk
from catalogs.marks import ALWAYS, Effectivity
from catalogs.model import Choice, ChoiceList
from catalogs.tables import Row, Sheet, columns
from rules import declarations as d
from rules.diagnostics import Span
from rules.kinds import Column, Day, Enumeration, Scalar
from rules.syntax import ChoiceRow, Text

RESERVED = frozenset(
    (
        "any",
        "all",
        "not",
        "and",
        "or",
        "if",
        "then",
        "else",
        "in",
        "between",
        "count",
        "sum",
        "min",
        "max",
        "yes",
        "no",
        "text",
    )
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MODIFIERS = ("label", "from", "until", "renamed from", "replaced by", "picture")
MOST_CHOICES = 100_000


@dataclass(frozen=True, slots=True)
class _Source:
    """One declaration with what its rows are read from: the sheet and where its columns stand, or neither."""

    node: d.ChoicesDeclaration
    sheet: Sheet | None
    at: Mapping[str, int]
    attributes: dict[str, Column] = field(default_factory=dict)


def declare_choices(desk: Desk) -> None:
    """Put every named list of choices on the desk, then the attributes, which may name lists themselves."""
    sources = []
    for node in desk.declared.of(d.ChoicesDeclaration):
        if node.name.text not in desk.lists:
            source = _open(node, desk)
            desk.lists[node.name.text] = _outline(source, desk)
            sources.append(source)
    for source in sources:
        _fill(source, desk)


def _open(node: d.ChoicesDeclaration, desk: Desk) -> _Source:
    if node.source is None:
        return _Source(node, None, {})
    sheet = desk.sources.sheet(node.source, "choices")
    attributes = tuple(field.name.text for field in node.attributes)
    at = None if sheet is None else columns(sheet, ("choice", *attributes), _MODIFIERS, desk.report)
    if at is None or sheet is None or not sheet.whole:
        desk.clouded.add(node.name.text)
    return _Source(node, None, {}) if at is None else _Source(node, sheet, at)


def _outline(source: _Source, desk: Desk) -> ChoiceList:
    """Make a list with its choices' names; its attributes come later, into the same mapping."""
    node = source.node
    name = node.name.text
    if source.sheet is not None:
        choices = _choices(name, _from_sheet(source.sheet, source.at, desk), desk)
    else:
        choices = _choices(name, (_from_row(row, desk) for row in node.rows), desk)
    if not choices and name not in desk.clouded:
        desk.report.error("no-choices", node.name.span, f"the list {name} has no choices")
        desk.clouded.add(name)
    kind = Enumeration(name, tuple(choice.name for choice in choices), source.attributes)
    label = desk.labels.label("choices", (name,), node.label.value if node.label else None)
    return ChoiceList(name, label, kind, choices, node.name.span)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A choice as read, before its label has found its translations."""

    name: str
    label: str | None
    effectivity: Effectivity
    renamed_from: tuple[str, ...]
    replaced_by: str | None
    picture: str | None
    span: Span


def _choices(owner: str, found: Iterator[_Raw], desk: Desk) -> tuple[Choice, ...]:
    choices: dict[str, Choice] = {}
    for raw in found:
        if raw.name in choices:
            related = ((choices[raw.name].span, "the other one"),)
            desk.report.error("duplicate-choice", raw.span, f"the choice {raw.name} is there twice", related=related)
            continue
        if len(choices) == MOST_CHOICES:
            desk.report.error("too-many-choices", raw.span, f"a list has at most {MOST_CHOICES} choices")
            desk.clouded.add(owner)
            break
        label = desk.labels.label("choice", (owner, raw.name), raw.label)
        choices[raw.name] = Choice(
            raw.name, label, raw.effectivity, raw.renamed_from, raw.replaced_by, raw.picture, raw.span
        )
    return tuple(choices.values())


def _from_row(row: ChoiceRow, desk: Desk) -> _Raw:
    label = row.label.value if row.label else None
    days = desk.effectivity(row.modifiers)
    if row.modifiers is None:
        return _Raw(row.name.text, label, days, (), None, None, row.name.span)
    changed = row.modifiers
    if changed.retired:
        desk.report.error(
            "modifier-not-here", changed.span, "a choice cannot have `retired`", "write `until` and its last day"
        )
    renamed = tuple(name.text for name in changed.renamed_from)
    replaced = changed.replaced_by.text if changed.replaced_by else None
    picture = desk.sources.picture(changed.picture) if changed.picture else None
    return _Raw(row.name.text, label, days, renamed, replaced, picture, row.name.span)


def _from_sheet(sheet: Sheet, at: Mapping[str, int], desk: Desk) -> Iterator[_Raw]:
    for row in sheet.rows:
        name = row.cells[at["choice"]]
        span = row.place(at["choice"])
        if not is_name(name, span, desk):
            continue
        renamed = _cell(row, at, "renamed from").replace(",", " ").split()
        picture = _cell(row, at, "picture")
        yield _Raw(
            name,
            _cell(row, at, "label") or None,
            days_of(row, at, desk) or ALWAYS,
            tuple(renamed),
            _cell(row, at, "replaced by") or None,
            desk.sources.picture(Text(row.place(at["picture"]), picture)) if picture else None,
            span,
        )


def _cell(row: Row, at: Mapping[str, int], column: str) -> str:
    return row.cells[at[column]] if column in at else ""


def is_name(text: str, span: Span, desk: Desk) -> bool:
    """Check that the text of a cell can name a choice."""
    if text in RESERVED:
        desk.report.error("reserved-name", span, f"{text} is a word of the language and cannot name a choice")
    elif not _NAME.fullmatch(text):
        desk.report.error("bad-name", span, "a name begins with a letter and has only letters, digits and _")
    else:
        return True
    return False


def days_of(row: Row, at: Mapping[str, int], desk: Desk) -> Effectivity | None:
    """Return the days of a row by its columns ``from`` and ``until``, where there are any; None where they are wrong."""
    start, end = _day(row, at, "from", desk), _day(row, at, "until", desk)
    if (start is None and _cell(row, at, "from")) or (end is None and _cell(row, at, "until")):
        return None
    days = Effectivity(start, end)
    if start and end and end < start:
        desk.check_days(days, row.place(at["until"]))
        return None
    return days


def _day(row: Row, at: Mapping[str, int], column: str, desk: Desk) -> date | None:
    text = _cell(row, at, column)
    if not text:
        return None
    value = desk.scalar(row, at[column], Day())
    return value if isinstance(value, date) else None


def _fill(source: _Source, desk: Desk) -> None:
    """Read the attributes of a list into the mapping that its kind holds already."""
    node = source.node
    rows = {row.name.text: row for row in node.rows}
    for row in node.rows:
        if len(row.cells) != len(node.attributes):
            message = f"{row.name.text} has {len(row.cells)} values, but the list has {len(node.attributes)} attributes"
            desk.report.error("wrong-cell-count", row.name.span, message)
    for index, attribute in enumerate(node.attributes):
        name = attribute.name
        if any(name.text == other.name.text for other in node.attributes[:index]):
            desk.report.error("duplicate-attribute", name.span, f"the attribute {name.text} is there twice")
            continue
        typing = read_type(attribute.type, f"{node.name.text}.{name.text}", desk)
        if typing is None:
            desk.clouded.add(name.text)
            continue
        if source.sheet is not None:
            values = _sheet_values(source.sheet, source.at, name.text, typing, desk)
        else:
            values = _row_values(rows, index, typing, desk)
        source.attributes[name.text] = Column(typing.kind, values)


def _row_values(rows: Mapping[str, ChoiceRow], index: int, typing: Typing, desk: Desk) -> dict[str, Scalar]:
    values: dict[str, Scalar] = {}
    for name, row in rows.items():
        if index < len(row.cells):
            value = desk.constant(row.cells[index], typing.kind, bare=True)
            why = "" if value is None else misfit(typing.domain, value)
            if why:
                desk.report.error("outside-domain", row.cells[index].span, why)
            elif value is not None:
                values[name] = value
    return values


def _sheet_values(sheet: Sheet, at: Mapping[str, int], attribute: str, typing: Typing, desk: Desk) -> dict[str, Scalar]:
    values: dict[str, Scalar] = {}
    for row in sheet.rows:
        value = desk.scalar(row, at[attribute], typing.kind)
        why = "" if value is None else misfit(typing.domain, value)
        if why:
            desk.report.error("outside-domain", row.place(at[attribute]), why)
        elif value is not None:
            values.setdefault(row.cells[at["choice"]], value)
    return values

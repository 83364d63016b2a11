"""What a configuration leads to: items of the bill of materials, suggestions and clauses of the quote."""

from __future__ import annotations

from catalogs.desk import Desk, View
from catalogs.model import Clause, Component, Item, Suggestion
from catalogs.placeholders import read_placeholders
from rules import declarations as d
from rules import policies as p
from rules.kinds import Quantity


def declare_items(desk: Desk) -> tuple[Item, ...]:
    """Return the lines of the bill of materials, in the order written."""
    return tuple(item for node in desk.declared.of(d.ItemDeclaration) if (item := _item(node, desk)))


def _item(node: d.ItemDeclaration, desk: Desk) -> Item | None:
    days = desk.only_days(node.modifiers, "item")
    component = desk.component(node.on)
    if component is None:
        return None
    view = View(component.record.fields, "an item")
    code = tuple(read_placeholders(node.code, view, desk))
    if not node.code.value.strip():
        desk.report.error("empty-code", node.code.span, "an item needs a code")
    quantity = desk.typed(node.quantity, view, Quantity()) if node.quantity else None
    when = desk.condition(node.when, view) if node.when else None
    label = desk.labels.label("item", (node.code.value,), node.label.value if node.label else "")
    return Item(code, label, component.name, quantity, when, days, node.code.span)


def declare_suggestions(desk: Desk) -> tuple[Suggestion, ...]:
    """Return the suggestions, in the order written."""
    return tuple(one for node in desk.declared.of(p.SuggestDeclaration) if (one := _suggestion(node, desk)))


def _suggestion(node: p.SuggestDeclaration, desk: Desk) -> Suggestion | None:
    name = node.name.text
    days = desk.only_days(node.modifiers, "suggestion")
    desk.because(node.because, "suggestion", name)
    because = desk.labels.label("suggest", (name,), node.because.value)
    component = desk.component(node.on, sellable=True)
    if component is None:
        return None
    view = View(component.record.fields, "a suggestion")
    when, offer = desk.condition(node.when, view), desk.condition(node.offer, view)
    if when is None or offer is None:
        return None
    return Suggestion(name, component.name, when, offer, because, days, node.name.span)


def declare_clauses(desk: Desk) -> tuple[Clause, ...]:
    """Return the clauses, in the order written."""
    return tuple(clause for node in desk.declared.of(p.ClauseDeclaration) if (clause := _clause(node, desk)))


def _clause(node: p.ClauseDeclaration, desk: Desk) -> Clause | None:
    name = node.name.text
    days = desk.only_days(node.modifiers, "clause")
    component: Component | None = None
    if node.on is not None:
        component = desk.component(node.on, sellable=True)
        if component is None:
            return None
    seen = component.record.fields if component else {}
    view = View({**seen, "customer": desk.customer}, "a clause")
    when = desk.condition(node.when, view) if node.when else None
    if not any(paragraph.value.strip() for paragraph in node.paragraphs):
        desk.report.error("empty-clause", node.name.span, f"the clause {name} has no text")
    paragraphs = tuple(
        desk.labels.label("clause", (name,) if number == 1 else (name, f"paragraph{number}"), paragraph.value)
        for number, paragraph in enumerate(node.paragraphs, start=1)
    )
    return Clause(name, component.name if component else None, when, paragraphs, days, node.name.span)

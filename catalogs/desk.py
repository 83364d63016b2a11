"""The desk on which a catalog is put together: what is known so far, and reading expressions against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from catalogs.declared import Declared
from catalogs.labels import Labels
from catalogs.marks import ALWAYS, Effectivity
from catalogs.model import ChoiceList, Component
from catalogs.report import Report
from catalogs.sources import Sources
from catalogs.tables import Row
from rules.checker import check, check_condition, check_constant, read_cell
from rules.diagnostics import Span, did_you_mean
from rules.kinds import Enumeration, Kind, Quantity, Record, Scalar, Textual
from rules.scope import Scope
from rules.syntax import Aggregate, Attribute, Call, Expression, Modifiers, Name, Node, Quantified, Text
from rules.typed import Typed, Values
from rules.values import Misread, read

ONLY_ELSEWHERE: Mapping[str, str] = {
    "customer": "a configuration is valid or not whoever the customer is; "
    "ask about the customer in prices, entitlements, promotions or clauses",
    "line": "a line is known once it is priced; ask about it in floors, approvals and tests",
    "quote": "a quote is known once it is priced; ask about it in floors, approvals, promotions and tests",
    "quantity": "the quantity is known once it is priced; ask about it in scales, floors and approvals",
}
"""Names that are there in some places only, with the reason why not everywhere."""


N = TypeVar("N", bound=Node)

_MOST_REMEMBERED = 100_000
_MANY = 2_000
_ONE_NAME = re.compile(r"(?!any$)[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class View:
    """The names an expression can see, by kind, and what a person calls the place it stands in."""

    names: Mapping[str, Kind]
    where: str

    def plus(self, names: Mapping[str, Kind]) -> View:
        """Return a view that sees more."""
        return View({**self.names, **names}, self.where)


@dataclass(slots=True)
class Desk:
    """What the declarers share. Only they write on it, each its own part, in the order of the loader."""

    declared: Declared
    sources: Sources
    labels: Labels
    report: Report
    currency: str
    languages: tuple[str, ...]
    lists: dict[str, ChoiceList] = field(default_factory=dict)
    components: dict[str, Component] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    customer: Record = field(default_factory=lambda: Record("customer", {}))
    clouded: set[str] = field(default_factory=set)
    """Names whose declaration is wrong: what mentions them is left unchecked, since any complaint could be an echo."""
    _read: dict[tuple[str, Kind, str], Values] = field(default_factory=dict)
    _single: dict[tuple[str, Kind, str], Scalar] = field(default_factory=dict)
    _choice_sets: dict[str, frozenset[str]] = field(default_factory=dict)

    def is_clouded(self, *nodes: Node | None) -> bool:
        """Say whether an expression mentions a name about which nothing is known."""
        return bool(self.clouded) and any(
            name.text in self.clouded for node in nodes if node for name in names_in(node)
        )

    def is_visible(self, node: Node, view: View) -> bool:
        """Check that an expression asks nothing about records that its place cannot see."""
        visible = True
        for attribute in nodes_in(node, Attribute):
            base = attribute.base
            if isinstance(base, Name) and base.text in ONLY_ELSEWHERE and base.text not in view.names:
                message = f"{view.where} cannot see {base.text}"
                self.report.error("not-visible", base.span, message, ONLY_ELSEWHERE[base.text])
                visible = False
        return visible

    def typed(self, node: Expression, view: View, expected: Kind | None = None) -> Typed | None:
        """Read an expression in a view; None where it is wrong or rests on what is."""
        if self.is_clouded(node) or not self.is_visible(node, view):
            return None
        typed, problems = check(node, Scope(view.names), expected)
        self.report.add(problems)
        return typed

    def condition(self, node: Expression, view: View) -> Typed | None:
        """Read a condition in a view; None where it is wrong or rests on what is."""
        if self.is_clouded(node) or not self.is_visible(node, view):
            return None
        typed, problems = check_condition(node, Scope(view.names))
        self.report.add(problems)
        return typed

    def constant(self, node: Expression, kind: Kind, *, bare: bool = False) -> Scalar | None:
        """Read one constant of a kind; with `bare` a bare number has the unit of the kind."""
        if self.is_clouded(node):
            return None
        value, problems = check_constant(node, kind, bare_unit_ok=bare)
        self.report.add(problems)
        return value

    def values(self, row: Row, index: int, kind: Kind) -> Values | None:
        """Read the set of values of one CSV cell; what was read once is remembered."""
        text = row.cells[index]
        if isinstance(kind, Enumeration) and text in self._choices(kind):
            return Values(frozenset({text}))
        key = (text, kind, kind.unit if isinstance(kind, Quantity) else "")
        if key in self._read:
            return self._read[key]
        if self.report.full(row.file):
            return None
        if isinstance(kind, Enumeration) and len(kind.choices) > _MANY and _ONE_NAME.fullmatch(text):
            self._unknown_choice(row, index, kind)
            return None
        values, problems = read_cell(text, kind, row.place(index))
        self.report.add(problems)
        if values is not None and len(self._read) < _MOST_REMEMBERED:
            self._read[key] = values
        return values

    def scalar(self, row: Row, index: int, kind: Kind) -> Scalar | None:
        """Read the single value of one CSV cell; text stands for itself."""
        text = row.cells[index]
        if isinstance(kind, Textual):
            return text
        if not text:
            self.report.error("empty-cell", row.place(index), "this cell needs a value")
            return None
        if isinstance(kind, Enumeration) and text in self._choices(kind):
            return text
        key = (text, kind, kind.unit if isinstance(kind, Quantity) else "")
        if key in self._single:
            return self._single[key]
        if self.report.full(row.file):
            return None
        if isinstance(kind, Enumeration) and len(kind.choices) > _MANY:
            self._unknown_choice(row, index, kind)
            return None
        value = read(kind, text)
        if isinstance(value, Misread):
            self.report.error(value.code, row.place(index), value.message, value.hint)
            return None
        if len(self._single) < _MOST_REMEMBERED:
            self._single[key] = value
        return value

    def _unknown_choice(self, row: Row, index: int, kind: Enumeration) -> None:
        # Looking for the nearest of so many names takes too long where many are unknown.
        message = f"{kind.name} has no choice {row.cells[index][:80]}"
        self.report.error("unknown-choice", row.place(index), message)

    def _choices(self, kind: Enumeration) -> frozenset[str]:
        if kind.name not in self._choice_sets:
            self._choice_sets[kind.name] = frozenset(kind.choices)
        return self._choice_sets[kind.name]

    def component(self, name: Name, *, sellable: bool = False) -> Component | None:
        """Return the component a declaration is on; None, with a diagnostic, where there is none."""
        found = self.components.get(name.text)
        if found is None:
            if name.text not in self.declared.unread and name.text not in self.clouded:
                known = [c.name for c in self.components.values() if c.sellable or not sellable]
                word = "product" if sellable else "component or product"
                self.report.error(
                    "unknown-component", name.span, f"there is no {word} {name.text}", did_you_mean(name.text, known)
                )
            return None
        if sellable and not found.sellable:
            self.report.error("not-a-product", name.span, f"{name.text} is a component, not a product")
            return None
        return found

    def effectivity(self, modifiers: Modifiers | None) -> Effectivity:
        """Return the days that modifiers give, and check that they are in order."""
        if modifiers is None:
            return ALWAYS
        start, end = modifiers.start, modifiers.end
        found = Effectivity(start.value if start else None, end.value if end else None)
        if start and end:
            self.check_days(found, end.span)
        return found

    def check_days(self, effectivity: Effectivity, span: Span) -> None:
        """Note days that end before they begin."""
        start, end = effectivity.start, effectivity.end
        if start and end and end < start:
            self.report.error("dates-reversed", span, f"this ends on {end}, before it begins on {start}")

    def only_days(self, modifiers: Modifiers | None, word: str) -> Effectivity:
        """Return the days that modifiers give, and note every other modifier, since this cannot have it."""
        if modifiers is not None:
            others: list[tuple[str, Node]] = [("renamed from", name) for name in modifiers.renamed_from]
            if modifiers.replaced_by is not None:
                others.append(("replaced by", modifiers.replaced_by))
            if modifiers.picture is not None:
                others.append(("picture", modifiers.picture))
            if modifiers.retired:
                others.append(("retired", modifiers))
            for modifier, node in others:
                self.report.error("modifier-not-here", node.span, f"a {word} cannot have `{modifier}`")
        return self.effectivity(modifiers)

    def because(self, text: Text, kind: str, name: str) -> None:
        """Note a reason that says nothing."""
        if not text.value.strip():
            self.report.error("empty-because", text.span, f"the {kind} {name} gives no reason")


def nodes_in(node: Node, kind: type[N]) -> Iterator[N]:
    """Yield every node of a kind within a node, itself included, without recursion."""
    waiting: list[object] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one
        elif isinstance(one, Node):
            if isinstance(one, kind):
                yield one
            waiting += [getattr(one, f.name) for f in fields(one) if f.name != "span"]


def roots_in(node: Node) -> set[str]:
    """Return the names that stand for themselves within a node: neither fields nor functions nor binders."""
    names = list(nodes_in(node, Name))
    others = {id(one.name) for one in nodes_in(node, Attribute)} | {id(one.function) for one in nodes_in(node, Call)}
    others |= {id(one.binder) for one in nodes_in(node, Quantified)}
    others |= {id(one.binder) for one in nodes_in(node, Aggregate)}
    return {name.text for name in names if id(name) not in others}


def names_in(node: Expression | Node) -> Iterator[Name]:
    """Yield every name within a node."""
    return nodes_in(node, Name)

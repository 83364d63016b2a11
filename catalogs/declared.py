"""The declarations of all files together, by what they declare, in the order of their places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from catalogs.report import Report
from rules import declarations as d
from rules import policies as p
from rules import selling as w
from rules.diagnostics import Span
from rules.syntax import Name

D = TypeVar("D", bound=d.Declaration)

WORDS: Mapping[type[d.Declaration], str] = {
    d.CatalogDeclaration: "catalog",
    d.CustomerDeclaration: "customer",
    d.ChoicesDeclaration: "list of choices",
    d.ComponentDeclaration: "component",
    d.RuleDeclaration: "rule",
    d.PreferDeclaration: "preference",
    d.DrawingDeclaration: "drawing",
    d.PricesDeclaration: "price list",
    d.ChargeDeclaration: "charge",
    d.ScaleDeclaration: "scale",
    d.ContractDeclaration: "contract",
    w.RatesDeclaration: "list of rates",
    w.RecurringDeclaration: "recurring price",
    w.PercentDeclaration: "percentage",
    w.FeeDeclaration: "fee",
    w.ChannelDeclaration: "channel margin",
    w.PolicyDeclaration: "policy",
    p.PromotionDeclaration: "promotion",
    p.GroupDeclaration: "group",
    p.EntitleDeclaration: "entitlement",
    p.FloorDeclaration: "floor",
    p.ApproveDeclaration: "approval",
    p.SuggestDeclaration: "suggestion",
    p.ClauseDeclaration: "clause",
    d.TestDeclaration: "test",
}
"""What a person calls each declaration; those with a name of their own appear here."""

_NAMELESS = (
    d.CustomerDeclaration, d.ItemDeclaration, d.TextsDeclaration, w.RateDeclaration, p.DelegateDeclaration,
)  # fmt: skip
_HEAD = {
    kind: re.compile(rf"^{word}\b", re.MULTILINE) for kind, word in WORDS.items() if word in ("catalog", "customer")
}


@dataclass(frozen=True, slots=True)
class Declared:
    """All declarations, and the names of those that could not be read: their uses are not to be reported again."""

    all: tuple[d.Declaration, ...]
    unread: frozenset[str]
    lost: frozenset[type[d.Declaration]]
    """``catalog`` or ``customer``, where one is there but could not be read."""

    def of(self, kind: type[D]) -> tuple[D, ...]:
        """Return the declarations of one kind."""
        return tuple(one for one in self.all if isinstance(one, kind))


def gather(files: Sequence[d.File], sources: Mapping[str, str]) -> Declared:
    """Put the declarations of all files together; neither the order of files nor of declarations matters after."""
    every = tuple(sorted((one for file in files for one in file.declarations), key=lambda one: one.span))
    unread = frozenset(name.text for file in files for name in file.broken)
    there = {type(one) for one in every}
    lost = {
        kind
        for kind, head in _HEAD.items()
        if kind not in there and any(head.search(text) for file, text in sources.items() if file.endswith(".cpq"))
    }
    return Declared(every, unread, frozenset(lost))


def name_of(declaration: d.Declaration) -> Name | None:
    """Return the name a declaration gives, None where it gives none of its own."""
    if isinstance(declaration, _NAMELESS):
        return None
    return declaration.name


def check_names(declared: Declared, report: Report) -> None:
    """Note every name that two declarations of one kind give; taxes may repeat in time and are left out."""
    first: dict[tuple[type[d.Declaration], str], Span] = {}
    for declaration in declared.all:
        name = name_of(declaration)
        if name is None or isinstance(declaration, (d.TaxDeclaration, d.CatalogDeclaration)):
            continue
        key = (type(declaration), name.text)
        if key in first:
            word = WORDS[type(declaration)]
            related = ((first[key], "the other one"),)
            report.error("duplicate-name", name.span, f"there are two of the {word} {name.text}", related=related)
        first.setdefault(key, name.span)

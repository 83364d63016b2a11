"""Loads a catalog: files in, a proven `Catalog` and every problem of every file out."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

from catalogs import declare_charges as charges
from catalogs import declare_fees as fees
from catalogs import declare_policy as policy
from catalogs import declare_promotions as promotions
from catalogs import declare_recurring as recurring
from catalogs import declare_sales as sales
from catalogs.checks import CHECKS, LATER
from catalogs.customers import declare_customers
from catalogs.declare_choices import declare_choices
from catalogs.declare_drawings import declare_drawings
from catalogs.declare_prices import declare_prices
from catalogs.declare_pricing import declare_policies
from catalogs.declare_products import declare_components
from catalogs.declare_rates import declare_rates
from catalogs.declare_rules import declare_preferences, declare_rules
from catalogs.declare_taxes import declare_taxes
from catalogs.declare_tests import declare_tests
from catalogs.declare_texts import declare_texts
from catalogs.declared import Declared, check_names, gather
from catalogs.desk import Desk
from catalogs.folder import read_folder
from catalogs.model import Catalog
from catalogs.money import check_currency
from catalogs.records import declare_customer
from catalogs.report import Report
from catalogs.sources import Sources
from rules import declarations as d
from rules.diagnostics import Diagnostic, Span, did_you_mean
from rules.grammar import parse

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gives: the catalog, None where there is any error; the problems; the text of every file read."""

    catalog: Catalog | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]


def load_folder(path: str | os.PathLike[str]) -> Loaded:
    """Load the catalog in a folder, or in a single `.cpq` file."""
    files, problems = read_folder(path)
    return load(files, problems)


def load(files: Mapping[str, bytes], problems: tuple[Diagnostic, ...] = ()) -> Loaded:
    """Load a catalog from its files, by path relative to its folder.

    Pure: the same files give the same answer, whatever their order. `problems` are those met
    while reading the files; they are reported with the others.
    """
    report = Report()
    report.add(problems)
    sources = Sources(files, report)
    trees = []
    for file in sources.declarations:
        if file in sources.texts:
            tree, found = parse(sources.texts[file], file)
            report.add(found)
            trees.append(tree)
    declared = gather(trees, sources.texts)
    check_names(declared, report)
    head = _head(declared, sources, report)
    catalog = _catalog(head, declared, sources, report)
    for check in CHECKS:
        report.add(check(catalog))
    for check in () if report.failed() else LATER:
        report.add(check(catalog))
    return Loaded(None if report.failed() else catalog, report.diagnostics(), dict(sources.texts))


def _head(declared: Declared, sources: Sources, report: Report) -> d.CatalogDeclaration | None:
    """Return the `catalog` declaration, and check that there is exactly one and that it makes sense."""
    nodes = declared.of(d.CatalogDeclaration)
    for node in nodes[1:]:
        related = ((nodes[0].name.span, "the other one"),)
        report.error("second-catalog", node.name.span, "a folder holds one catalog", related=related)
    if not nodes:
        if d.CatalogDeclaration not in declared.lost:
            file = next(iter(sources.declarations), "")
            hint = 'begin a file with: catalog NAME "Label" { currency EUR }'
            report.error("no-catalog", Span(file, 1, 1, 1, 1), "there is no `catalog` declaration", hint)
        return None
    for node in nodes:
        check_currency(node.currency, report)
        for language in node.languages:
            if not _LANGUAGE.fullmatch(language.text):
                message = "a language is written as en, de or pt_BR"
                report.error("bad-language", language.span, message)
        zone = node.time_zone
        if zone is not None and zone.value not in (known := available_timezones()) and known:
            hint = did_you_mean(zone.value, known)
            report.error("unknown-time-zone", zone.span, f"there is no time zone {zone.value[:80]}", hint)
    return nodes[0]


def _catalog(head: d.CatalogDeclaration | None, declared: Declared, sources: Sources, report: Report) -> Catalog:
    """Put the catalog together, each part on what the parts before it found."""
    languages = tuple(language.text for language in head.languages) if head else ()
    labels = declare_texts(declared, languages, sources, report)
    desk = Desk(declared, sources, labels, report, head.currency.text if head else "EUR", languages)
    desk.clouded |= declared.unread
    declare_choices(desk)
    attributes = declare_customer(desk)
    declare_components(desk)
    name = head.name.text if head else ""
    catalog = Catalog(
        name=name,
        label=labels.label("catalog", (name,), head.label.value if head and head.label else None),
        currency=desk.currency,
        languages=languages,
        time_zone=head.time_zone.value if head and head.time_zone else "UTC",
        version="",
        customer=desk.customer,
        choices=tuple(desk.lists.values()),
        components=tuple(sorted(desk.components.values(), key=lambda component: component.span)),
        rules=declare_rules(desk),
        preferences=declare_preferences(desk),
        items=sales.declare_items(desk),
        price_lists=declare_prices(desk),
        charges=charges.declare_charges(desk),
        scales=charges.declare_scales(desk),
        taxes=declare_taxes(desk),
        suggestions=sales.declare_suggestions(desk),
        clauses=sales.declare_clauses(desk),
        drawings=declare_drawings(desk),
        contracts=policy.declare_contracts(desk),
        promotions=promotions.declare_promotions(desk),
        groups=promotions.declare_groups(desk),
        entitlements=policy.declare_entitlements(desk),
        floors=policy.declare_floors(desk),
        approvals=policy.declare_approvals(desk),
        delegations=policy.declare_delegations(desk),
        exchange_rates=declare_rates(desk),
        recurring=recurring.declare_recurring(desk),
        percents=recurring.declare_percents(desk),
        fees=fees.declare_fees(desk),
        channel_margins=fees.declare_channel_margins(desk),
        policies=declare_policies(desk),
        tests=declare_tests(desk),
        customers=declare_customers(desk, attributes),
        media=sources.media,
        sources=sources.texts,
    )
    labels.check(frozenset(desk.clouded))
    return replace(catalog, version=sources.version())

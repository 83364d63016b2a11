"""Translations: texts by the path of what they are for, in place or from CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalogs.declared import Declared
from catalogs.labels import Labels, Translated
from catalogs.report import Report
from catalogs.sources import Sources
from catalogs.tables import columns
from rules import declarations as d
from rules.diagnostics import did_you_mean

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


def declare_texts(declared: Declared, languages: tuple[str, ...], sources: Sources, report: Report) -> Labels:
    """Return the labels with every translation."""
    return Labels(tuple(_translations(declared, languages, sources, report)), report)


def _translations(
    declared: Declared, languages: tuple[str, ...], sources: Sources, report: Report
) -> Iterator[Translated]:
    for node in declared.of(d.TextsDeclaration):
        language = node.language.text
        if language not in languages and d.CatalogDeclaration not in declared.lost:
            hint = did_you_mean(language, languages) or "add it to `languages` of the catalog"
            message = f"{language} is not a language of the catalog"
            report.error("undeclared-language", node.language.span, message, hint)
        for entry in node.entries:
            yield Translated(language, tuple(name.text for name in entry.path), entry.text.value, entry.path[0].span)
        if node.source is not None:
            yield from _from_sheet(node, language, sources, report)


def _from_sheet(node: d.TextsDeclaration, language: str, sources: Sources, report: Report) -> Iterator[Translated]:
    sheet = None if node.source is None else sources.sheet(node.source, "texts")
    at = None if sheet is None else columns(sheet, ("name", "text"), (), report)
    if sheet is None or at is None:
        return
    for row in sheet.rows:
        name = row.cells[at["name"]]
        path = tuple(name.split(".")) if _PATH.fullmatch(name) else (name,)
        yield Translated(language, path, row.cells[at["text"]], row.place(at["name"]))

"""Texts for people: every label by the path that names it, with its translations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalogs.marks import Label
from catalogs.report import Report
from rules.diagnostics import Span
from rules.naming import nearest

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")

_MOST_HINTS = 5

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Translated:
    """One translation: its language, the path it is for, the text, and where each stands."""

    language: str
    path: Path
    text: str
    span: Span


class Labels:
    """Makes labels and remembers their paths.

    A text is named by the path of what it is for, such as ``Colour.red`` or ``ebike.motor``. Where
    two kinds of declaration share a name, the kind goes first: ``rule.engraving``, ``charge.engraving``.
    """

    def __init__(self, translated: tuple[Translated, ...], report: Report) -> None:
        self._report = report
        self._entries = translated
        self._texts: dict[Path, dict[str, str]] = {}
        self._owners: dict[Path, set[str]] = {}
        for entry in translated:
            self._texts.setdefault(entry.path, {}).setdefault(entry.language, entry.text)

    def label(self, kind: str, path: Path, text: str | None) -> Label:
        """Return the label of what `path` names; without a text of its own it is called after its name."""
        found: dict[str, str] = {}
        for way in (path, (kind, *path)):
            self._owners.setdefault(way, set()).add(kind)
            for language, translation in self._texts.get(way, {}).items():
                found.setdefault(language, translation)
        return Label(_spoken(path[-1]) if text is None else text, found)

    def section(self, component: str, text: str) -> Label:
        """Return the label of a section or step, named by its text with ``_`` for all that is not in names."""
        return self.label("section", (component, _NOT_IN_NAMES.sub("_", text)), text)

    def check(self, clouded: frozenset[str]) -> None:
        """Note every translation for a path that names nothing, or two things, and every repetition."""
        seen: dict[tuple[str, Path], Span] = {}
        unknown = 0
        for entry in self._entries:
            shown = ".".join(entry.path)
            key = (entry.language, entry.path)
            if key in seen:
                related = ((seen[key], "the other one"),)
                self._report.error("duplicate-text", entry.span, f"{shown} has two texts", related=related)
            seen.setdefault(key, entry.span)
            owners = self._owners.get(entry.path, set())
            if self._report.full(entry.span.file):
                continue
            if not owners and not clouded & set(entry.path):
                unknown += 1
                hint = nearest(shown, (".".join(way) for way in self._owners)) if unknown <= _MOST_HINTS else ""
                self._report.error("unknown-text", entry.span, f"there is nothing called {shown}", hint)
            if len(owners) > 1:
                ways = " or ".join(f"{owner}.{shown}" for owner in sorted(owners))
                self._report.error("ambiguous-text", entry.span, f"{shown} names two things", f"write {ways}")


def _spoken(name: str) -> str:
    words = name.replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]

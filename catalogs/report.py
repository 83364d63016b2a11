"""A report gathers the problems of one load and stays bounded however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rules.diagnostics import Diagnostic, Severity, Span, in_order

MOST_PER_FILE = 200


class Report:
    """The diagnostics found so far; past `MOST_PER_FILE` in one file it says so once and counts no further."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}
        self._per_file: Counter[str] = Counter()

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Take over diagnostics that another stage made; exact repetitions count once."""
        for diagnostic in diagnostics:
            if diagnostic in self._found:
                continue
            file = diagnostic.span.file
            self._per_file[file] += 1
            if self._per_file[file] <= MOST_PER_FILE:
                self._found[diagnostic] = None
            elif self._per_file[file] == MOST_PER_FILE + 1:
                message = f"more than {MOST_PER_FILE} problems in this file; the rest is not shown"
                self._found[Diagnostic("too-many-problems", Span(file, 1, 1, 1, 1), message)] = None

    def error(
        self, code: str, span: Span, message: str, hint: str = "", related: tuple[tuple[Span, str], ...] = ()
    ) -> None:
        """Note an error."""
        self.add([Diagnostic(code, span, message, hint, related)])

    def warn(
        self, code: str, span: Span, message: str, hint: str = "", related: tuple[tuple[Span, str], ...] = ()
    ) -> None:
        """Note a warning: the catalog is usable all the same."""
        severity: Severity = "warning"
        self.add([Diagnostic(code, span, message, hint, related, severity)])

    def noted(self) -> bool:
        """Say whether anything was noted, and forget it."""
        found = bool(self._found)
        if found:
            self._found.clear()
            self._per_file.clear()
        return found

    def full(self, file: str) -> bool:
        """Say whether a file has used up its share, so that reading more of it is of no use."""
        return self._per_file[file] > MOST_PER_FILE

    def failed(self) -> bool:
        """Say whether there is any error."""
        return any(d.severity == "error" for d in self._found)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return everything found, sorted by place."""
        return in_order(self._found)

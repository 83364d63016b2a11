"""How commands speak: diagnostics, tables, JSON, progress; colours and bars only on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from catalogs import load_folder
from catalogs.model import Catalog
from rules.diagnostics import Diagnostic, render

console = Console(highlight=False, markup=False, emoji=False)
errors = Console(stderr=True, highlight=False, markup=False, emoji=False)


def say(text: str = "", style: str = "") -> None:
    """Print a line as it is."""
    console.print(text, style=style or None, soft_wrap=True)


def print_json(value: object) -> None:
    """Print JSON, readable and in a stable order."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def show_diagnostics(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> None:
    """Print diagnostics with their lines and carets."""
    for diagnostic in diagnostics:
        style = "red" if diagnostic.severity == "error" else "yellow"
        head, *rest = render(diagnostic, sources).split("\n")
        say(head, style)
        for line in rest:
            say(line)
        say()


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Write a diagnostic for machines."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "cell": span.cell,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "related": [
            {"file": place.file, "line": place.line, "column": place.column, "message": sentence}
            for place, sentence in diagnostic.related
        ],
    }


def load_or_stop(folder: Path) -> Catalog:
    """Load a catalog, or print what is wrong with it and stop with exit code 1."""
    loaded = load_folder(folder)
    if loaded.catalog is None:
        show_diagnostics(loaded.diagnostics, loaded.sources)
        stop(f"{folder}: {len(loaded.diagnostics)} problems; nothing was done.")
    return loaded.catalog


def stop(sentence: str, code: int = 1) -> NoReturn:
    """Say why on the error stream and end the command."""
    errors.print(sentence, style="red" if code == 1 else None, soft_wrap=True)
    raise typer.Exit(code)


def progress() -> Progress:
    """Return a progress display: a bar on a terminal, nothing elsewhere."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )

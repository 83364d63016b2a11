"""`cpq new`, `check`, `format`, `test`: what a catalog manager does all day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.commands.output import (
    diagnostic_json, load_or_stop, print_json, progress, say, show_diagnostics, stop,
)  # fmt: skip
from api.storage.quote_folder import write_whole
from api.commands.local import diagram_store, product_plans
from catalogs import load_folder
from catalogs import scaffold
from quotes.catalog_tests import run_tests
from rules.formatter import format_text

Folder = Annotated[Path, typer.Argument(help="A catalog folder, or one .cpq file.", exists=True)]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def new(folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")]) -> None:
    """Write a small commented catalog to start from."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        stop(f"{folder} is not empty; nothing was written.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in scaffold(folder.resolve().name).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
        say(f"wrote {path}")
    say(f"next: cpq check {folder}")


def check(
    folder: Folder,
    json: Json = False,
    plan: Annotated[bool, typer.Option("--plan", help="Say which engine answers for each product, and why.")] = False,
) -> None:
    """Report every problem of every file, in one run."""
    loaded = load_folder(folder)
    failed = loaded.catalog is None
    if json:
        version = None if loaded.catalog is None else loaded.catalog.version
        found = [diagnostic_json(diagnostic) for diagnostic in loaded.diagnostics]
        answer: dict[str, object] = {"ok": not failed, "version": version, "diagnostics": found}
        if plan and loaded.catalog is not None:
            answer["plans"] = [asdict(one) for one in product_plans(loaded.catalog)]
        print_json(answer)
        raise typer.Exit(int(failed))
    show_diagnostics(loaded.diagnostics, loaded.sources)
    wrong = sum(diagnostic.severity == "error" for diagnostic in loaded.diagnostics)
    warned = len(loaded.diagnostics) - wrong
    if loaded.catalog is None:
        stop(f"{folder}: {wrong} errors, {warned} warnings")
    catalog = loaded.catalog
    say(
        f"{folder}: ok, {len(catalog.products)} products, {len(catalog.rules)} rules, "
        f"{sum(len(prices.rows) for prices in catalog.price_lists)} prices, {warned} warnings, "
        f"version {catalog.version[:12]}",
        "green",
    )
    for one in product_plans(catalog) if plan else ():
        say(f"{one.product}: {one.engine}, {one.reason}")
        if one.advice:
            say(f"  {one.advice}", "yellow")


def format_files(
    folder: Folder,
    check_only: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 where something would.")] = False,
) -> None:
    """Write every .cpq file in its one canonical form; comments are kept."""
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.cpq"))
    changed = failed = 0
    for path in files:
        raw = path.read_bytes()
        name = path.name if folder.is_file() else path.relative_to(folder).as_posix()
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            say(f"{path}: not UTF-8 at byte {error.start}; left as it is", "red")
            failed += 1
            continue
        formatted, diagnostics = format_text(text, name)
        if formatted is None:
            show_diagnostics(diagnostics, {name: text})
            failed += 1
        elif formatted.encode() != raw:
            changed += 1
            say(f"{'would format' if check_only else 'formatted'} {path}")
            if not check_only:
                write_whole(path, formatted.encode())
    say(
        f"{len(files)} files, {changed} {'to change' if check_only else 'changed'}, {failed} with errors left as they are"
    )
    raise typer.Exit(int(failed > 0 or (check_only and changed > 0)))


def run_catalog_tests(folder: Folder, json: Json = False) -> None:
    """Run the catalog's own tests."""
    catalog = load_or_stop(folder)
    with progress() as bar:
        task = bar.add_task("testing", total=len(catalog.tests))
        results = []
        for result in run_tests(catalog, today=datetime.now(UTC).date(), store=diagram_store()):
            results.append(result)
            bar.advance(task)
    failed = [result for result in results if not result.passed]
    if json:
        rows = [
            {
                "name": result.name,
                "passed": result.passed,
                "file": result.span.file,
                "line": result.span.line,
                "reason": result.reason,
            }
            for result in results
        ]
        print_json({"ok": not failed, "tests": rows})
        raise typer.Exit(int(bool(failed)))
    for result in results:
        say(f"{'ok  ' if result.passed else 'FAIL'} {result.name}  {result.span}", "green" if result.passed else "red")
        if not result.passed:
            say(f"     {result.reason}")
    say(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    raise typer.Exit(int(bool(failed)))

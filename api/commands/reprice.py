"""`cpq reprice`: what a new catalog does to quotes: every price change with its reason, and approvals newly needed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import typer

from api.bulk import in_batches, processes
from api.commands.local import diagram_store, now, today
from api.commands.output import load_or_stop, print_json, progress, say, stop
from api.shelf import Shelf, open_catalog
from quotes.exchange import read_quote
from quotes.explanation import tell_difference
from quotes.impact import Impact, impact
from quotes.pricing import write_minor


@dataclass(frozen=True, slots=True)
class Told:
    """The impact on one file as it is written; `sums` are the totals before and after, empty where there is none."""

    file: str
    text: str
    data: dict[str, object]
    sums: tuple[int, int] | None
    currency: str


@cache
def _shelf(folder: Path) -> Shelf:
    """Load the catalog once in every process."""
    return Shelf([open_catalog(folder)], diagram_store())


def _impacts(folder: Path, day: date, files: Sequence[Path]) -> Sequence[Told]:
    shelf = _shelf(folder)
    (catalog,) = shelf.catalogs.values()
    found = []
    for file in files:
        quote, problems = read_quote(file.read_bytes())
        if quote is None:
            sentences = [str(problem) for problem in problems]
            data: dict[str, object] = {"file": str(file), "problems": sentences}
            found.append(Told(str(file), f"{file}: {'; '.join(sentences)}", data, None, ""))
        else:
            found.append(_told(file, impact(quote, catalog, shelf.engine, day)))
    return found


def _told(file: Path, one: Impact) -> Told:
    currency = one.currency
    head = f"{one.quote}: {write_minor(one.before, currency)}"
    data: dict[str, object] = {
        "file": str(file), "quote": one.quote, "currency": currency, "before": write_minor(one.before, currency),
    }  # fmt: skip
    if one.after is None or one.difference is None:
        data["problems"] = list(one.problems)
        return Told(str(file), f"{head} {currency}, no price now: {'; '.join(one.problems)}", data, None, currency)
    lines = [f"{head} -> {write_minor(one.after, currency)} {currency}"]
    if one.difference.changes:
        lines += [f"  {line}" for line in tell_difference(one.difference, "en").split("\n")[1:]]
    lines += [f"  floor crossed: {judged.name} on {judged.line or 'the quote'}" for judged in one.broken]
    lines += [
        f"  approval newly needed: {judged.name} on {judged.line or 'the quote'} by {', '.join(judged.needs)}"
        for judged in one.newly
    ]
    data |= {
        "after": write_minor(one.after, currency),
        "amount": write_minor(one.difference.amount, currency),
        "changes": [
            {
                "kind": change.kind, "line": change.line, "label": change.label.text, "rule": change.rule,
                "source": str(change.source) if change.source.line else "",
                "amount": write_minor(change.minor, currency),
            }
            for change in one.difference.changes
        ],
        "newly_needed": [{"name": judged.name, "line": judged.line, "by": list(judged.needs)} for judged in one.newly],
        "broken": [{"name": judged.name, "line": judged.line} for judged in one.broken],
    }  # fmt: skip
    return Told(str(file), "\n".join(lines), data, (one.before, one.after), currency)


def reprice(
    quotes: Annotated[list[Path], typer.Argument(help="Quotes, JSON as `cpq quote` wrote them, or folders of them.")],
    catalog: Annotated[Path, typer.Option(help="The catalog to price by: a folder, or one .cpq file.", exists=True)],
    day: Annotated[str, typer.Option(help="The day to price on, as 2026-12-01; today where it is not given.")] = "",
    workers: Annotated[int, typer.Option(min=0, max=64, help="So many processes work; 0: one a core.")] = 0,
    *,
    json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Price quotes again by another catalog: what changes, why, and who must agree now. Nothing is changed."""
    loaded = load_or_stop(catalog)
    on = _day(day) or today(loaded, now())
    files = _files(quotes)
    count = min(workers or os.cpu_count() or 1, max(1, len(files)))
    work = partial(_impacts, catalog.resolve(), on)
    with progress() as bar:
        task = bar.add_task("pricing", total=len(files))
        told: list[Told] = []
        if count == 1:
            told = list(bar.track(_one_by_one(work, files), task_id=task))
        else:
            with processes(count) as executor:
                for one in in_batches(executor, work, files, count):
                    told.append(one)
                    bar.advance(task)
    _write(told, json=json)


def _one_by_one(work: partial[Sequence[Told]], files: Sequence[Path]) -> list[Told]:
    return [one for file in files for one in work([file])]


def _write(told: Sequence[Told], *, json: bool) -> None:
    totals: dict[str, tuple[int, int]] = {}
    for one in told:
        if one.sums:
            before, after = totals.get(one.currency, (0, 0))
            totals[one.currency] = before + one.sums[0], after + one.sums[1]
    lost = [one for one in told if one.sums is None]
    if json:
        sums = [
            {"currency": name, "before": write_minor(before, name), "after": write_minor(after, name)}
            for name, (before, after) in sorted(totals.items())
        ]
        print_json({"quotes": [one.data for one in told], "totals": sums, "without_price": len(lost)})
    else:
        for one in told:
            say(one.text)
        for name, (before, after) in sorted(totals.items()):
            say(
                f"{len(told) - len(lost)} quotes: {write_minor(before, name)} -> {write_minor(after, name)} {name}, "
                f"{write_minor(after - before, name)}"
            )
        if lost:
            say(f"{len(lost)} quotes have no price now")
    if lost:
        raise typer.Exit(1)


def _files(given: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in given:
        if path.is_dir():
            files += sorted(path.glob("quote-*.json"))
        elif path.is_file():
            files.append(path)
        else:
            stop(f"there is no file {path}", 2)
    if not files:
        stop("there are no quotes here", 2)
    return files


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        stop(f"{text} is no day; write it as 2026-12-01", 2)

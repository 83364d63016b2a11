"""`cpq bench load` and `cpq bench configure`: how fast it is on the catalogs at hand."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.commands.local import diagram_store, now, today
from api.commands.output import load_or_stop, print_json, progress, say
from catalogs import load, read_folder
from catalogs.model import Catalog
from configurator.assessment import assess
from configurator.ranges import objective_ranges
from configurator.session import Session, start
from quotes.engines import prepared_engine
from quotes.pricing import Context, objective
from rules.kinds import Scalar

Folders = Annotated[list[Path], typer.Argument(help="Catalog folders.", exists=True)]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Row = dict[str, str | int | float]


def bench_load(folders: Folders, runs: Annotated[int, typer.Option(min=1)] = 5, json: Json = False) -> None:
    """Lines loaded and checked per second: .cpq and .csv together, the median of several runs."""
    rows = [_load_row(folder, runs) for folder in folders]
    _report(rows, json)


def _load_row(folder: Path, runs: int) -> Row:
    files, _ = read_folder(folder)
    lines = sum(content.count(b"\n") for name, content in files.items() if name.endswith((".cpq", ".csv")))
    seconds = statistics.median(_timed(lambda: load(files)) for _ in range(runs))
    return {
        "catalog": folder.name,
        "lines": lines,
        "seconds": round(seconds, 4),
        "lines_per_second": round(lines / seconds),
    }


def bench_configure(
    folders: Folders,
    clicks: Annotated[int, typer.Option(min=1, help="Clicks per product.")] = 20,
    seed: Annotated[int, typer.Option(help="Which random choices.")] = 1,
    json: Json = False,
) -> None:
    """Time from a click to all valid values, to the whole assessment, and to all price ranges: random valid choices."""
    rows = []
    with progress() as bar:
        for folder in folders:
            catalog = load_or_stop(folder)
            for product in catalog.products:
                task = bar.add_task(product.name, total=clicks)
                rows.append(_configure_row(catalog, product.name, clicks, seed, partial(bar.advance, task)))
    _report(rows, json)


def _configure_row(catalog: Catalog, product: str, clicks: int, seed: int, advance: Callable[[], None]) -> Row:
    day = today(catalog, now())
    began = time.perf_counter()
    engine = prepared_engine(catalog, product, day, diagram_store()).engine
    built = time.perf_counter() - began
    cost = objective(catalog, engine.model, Context.of(catalog))
    chance = random.Random(seed)  # noqa: S311 - a reproducible session, no secret
    session = start(engine)
    values: list[float] = []
    states: list[float] = []
    prices: list[float] = []
    for _ in range(clicks):
        values.append(_timed(partial(engine.valid_values, session.allowed)))
        states.append(_timed(partial(assess, session)))
        if cost is not None:
            prices.append(_timed(partial(objective_ranges, session, cost)))
        session = _next(session, chance)
        advance()
    return {
        "catalog": catalog.name,
        "product": product,
        "engine": engine.name,
        "variables": len(engine.model.variables),
        "values": sum(len(variable.values) for variable in engine.model.variables),
        "build_ms": round(built * 1000, 1),
        **_spread("values", values),
        **_spread("click", states),
        **_spread("prices", prices),
    }


def _next(session: Session, chance: random.Random) -> Session:
    """Make one more valid choice, or begin again when everything is chosen."""
    valid = session.engine.valid_values(session.allowed).values
    open_paths = [
        variable.path
        for variable in session.model.variables
        if not variable.is_text and session.chosen(variable.path) is None and len(valid.get(variable.path, ())) > 1
    ]
    if not open_paths:
        return start(session.engine)
    path = chance.choice(open_paths)
    values: Sequence[Scalar] = [value for value in session.model.variable(path).values if value in valid[path]]
    return session.choose(path, chance.choice(values))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _spread(name: str, seconds: list[float]) -> Row:
    if not seconds:
        return {}
    ordered = sorted(seconds)
    worst = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
    return {f"{name}_p50_ms": round(statistics.median(ordered) * 1000, 2), f"{name}_p99_ms": round(worst * 1000, 2)}


def _report(rows: list[Row], json: bool) -> None:
    if json:
        print_json(rows)
        return
    for row in rows:
        say("  ".join(f"{name} {value}" for name, value in row.items()))

"""The long campaign: engines and services against brute force on many generated catalogs, in several processes.

Run it as ``python -m tests.soak --cases 100000 --seed 1``. Every catalog and every set of choices follows
from its seed, so each failure is printed with the command that replays it, and with the catalog's text.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.configurator.agreement import check_case, prepare
from tests.configurator.catalogs import generate, seeded

CHOICES = 10
"""Sets of choices on each catalog."""
BATCH = 20
"""Catalogs a process takes at a time."""
MOST_SHOWN = 20
CONSOLE = Console(markup=False, highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Disagreement:
    """A catalog, or a case on it, where an answer was wrong; `choices` is -1 where the catalog could not be prepared."""

    catalog: int
    choices: int
    text: str
    error: str


@dataclass(frozen=True)
class Outcome:
    """What one batch came to."""

    cases: int
    disagreements: tuple[Disagreement, ...]


def run_batch(catalogs: range, choices: range, thorough: bool) -> Outcome:
    """Try every set of choices on every catalog of a batch."""
    cases, found = 0, []
    for catalog in catalogs:
        text = generate(seeded(catalog))
        number = -1
        try:
            prepared = prepare(text)
            for number in choices:
                cases += 1
                check_case(prepared, catalog * 1_000 + number, thorough=thorough)
        except Exception:  # noqa: BLE001 - whatever goes wrong on a generated catalog is what the campaign looks for
            found.append(Disagreement(catalog, number, str(text), traceback.format_exc(limit=-4)))
    return Outcome(cases, tuple(found))


def _batches(first: int, catalogs: int) -> Iterator[range]:
    for start in range(first, first + catalogs, BATCH):
        yield range(start, min(start + BATCH, first + catalogs))


def campaign(first: int, cases: int, workers: int, thorough: bool) -> Outcome:
    """Run the batches in parallel, showing how far it is."""
    catalogs = -(-cases // CHOICES)
    columns = (TextColumn("soak"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
               TextColumn("{task.fields[wrong]} disagreements"))  # fmt: skip
    done, found = 0, list[Disagreement]()
    with (
        Progress(*columns, console=CONSOLE) as progress,
        ProcessPoolExecutor(workers, max_tasks_per_child=50) as pool,
    ):
        task = progress.add_task("soak", total=catalogs * CHOICES, wrong=0)
        running = [pool.submit(run_batch, batch, range(CHOICES), thorough) for batch in _batches(first, catalogs)]
        for future in as_completed(running):
            outcome = future.result()
            done += outcome.cases
            found += outcome.disagreements
            progress.update(task, completed=done, wrong=len(found))
    return Outcome(done, tuple(sorted(found, key=lambda one: (one.catalog, one.choices))))


def show(disagreements: Iterable[Disagreement], thorough: bool) -> None:
    """Print each disagreement with its catalog and how to replay it."""
    for one in list(disagreements)[:MOST_SHOWN]:
        CONSOLE.print(f"\n{one.text}\n{one.error}")
        replay = f"python -m tests.soak --replay {one.catalog} {one.choices}"
        CONSOLE.print(f"replay: {replay}{' --thorough' if thorough else ''}")


def main(arguments: list[str] | None = None) -> int:
    """Run the campaign, or one case of it; 1 where anything disagrees."""
    parser = argparse.ArgumentParser(description="Compare engines and services with brute force on generated catalogs.")
    parser.add_argument("--cases", type=int, default=100_000, help="sets of choices to try, ten on each catalog")
    parser.add_argument("--seed", type=int, default=0, help="the first catalog's seed is this times ten million")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--thorough", action="store_true", help="every service on every engine for every case")
    parser.add_argument("--replay", type=int, nargs=2, metavar=("CATALOG", "CHOICES"), help="run one case again")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    if options.replay:
        catalog, choices = options.replay
        outcome = run_batch(range(catalog, catalog + 1), range(choices, choices + 1), options.thorough)
    else:
        outcome = campaign(options.seed * 10_000_000, options.cases, options.workers, options.thorough)
    show(outcome.disagreements, options.thorough)
    seconds = time.monotonic() - started
    CONSOLE.print(f"{outcome.cases} cases, {len(outcome.disagreements)} disagreements, {seconds:.0f} s")
    return 1 if outcome.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())

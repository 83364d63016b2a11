"""The long campaign for prices: random deals by rows, in columns and by the oracle, in several processes.

Run it as ``python -m tests.soak_pricing --cases 1000000 --seed 1``. Every deal follows from the seed of its batch, so
each disagreement is printed with the command that replays it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed

from rich.console import Console

from tests.quotes.pricing.agreeing import compare
from tests.quotes.random_deals import deals

CATALOGS = 40
"""Catalogs in a batch, with five quotes each."""
CONSOLE = Console(markup=False, highlight=False, soft_wrap=True)


def run_batch(seed: int) -> tuple[int, list[tuple[int, int, str]]]:
    """Compare the deals of a batch; return how many there were, and what disagreed."""
    found: list[tuple[int, int, str]] = []
    number = -1
    for number, deal in enumerate(deals(seed, CATALOGS)):
        try:
            compare(deal)
        except Exception:  # noqa: BLE001 - whatever goes wrong on a random deal is what the campaign looks for
            found.append((seed, number, traceback.format_exc(limit=-3)))
    return number + 1, found


def main(arguments: list[str] | None = None) -> int:
    """Run the campaign, or one batch of it; 1 where anything disagrees."""
    parser = argparse.ArgumentParser(
        description="Compare prices by rows, in columns and by the oracle on random deals."
    )
    parser.add_argument("--cases", type=int, default=1_000_000, help="quotes to price")
    parser.add_argument("--seed", type=int, default=0, help="the first batch's seed is this times ten million")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--replay", type=int, metavar="BATCH", help="run one batch again")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    first = options.seed * 10_000_000
    seeds = (
        [options.replay] if options.replay is not None else range(first, first + -(-options.cases // (CATALOGS * 5)))
    )
    done, wrong = 0, 0
    with ProcessPoolExecutor(options.workers, max_tasks_per_child=50) as pool:
        for future in as_completed([pool.submit(run_batch, seed) for seed in seeds]):
            cases, found = future.result()
            done, wrong = done + cases, wrong + len(found)
            for seed, number, text in found:
                CONSOLE.print(f"\ndeal {number}: python -m tests.soak_pricing --replay {seed}\n{text}")
    CONSOLE.print(f"{done} quotes, {wrong} disagreements, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

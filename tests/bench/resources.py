"""Measures linear rules at query time: milliseconds a click by number of rules and slack, on a modular server.

Run it as ``python tests/bench/resources.py [--family some] [--variables 200] [--sessions 3] [--deadline 0.4]``.
A session is the empty click and random valid choices; every witness is verified (not timed).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "configurator" / "engines" / "resources")]

import instances  # noqa: E402 - found by the path above

from configurator.engines.diagram.diagram import Diagram  # noqa: E402
from configurator.engines.diagram.resources import OPEN, VALID, Resources, Rule, Verdicts  # noqa: E402

CHOICES = 20


def session(
    diagram: Diagram, resources: Resources, rules: Sequence[Rule], seed: int, deadline: float, times: list[tuple[int, float, int]]
) -> None:  # fmt: skip
    """Click through one session; notes the click, its milliseconds, and how many verdicts the deadline left open."""
    draw, starts = Random(seed), diagram.starts
    allowed = np.ones(diagram.literals, np.uint8)
    free = list(range(len(starts) - 1))
    pool = None
    for click in range(CHOICES + 1):
        begin = time.perf_counter()
        verdicts = resources.decide(allowed, pool, deadline)
        times.append((click, 1000 * (time.perf_counter() - begin), int((verdicts.status == OPEN).sum())))
        pool = verdicts.pool
        verify(diagram, verdicts, rules)
        variable = free.pop(draw.randrange(len(free)))
        values = range(starts[variable], starts[variable + 1])
        choice = draw.choice([value for value in values if verdicts.status[value] == VALID])
        allowed[starts[variable] : starts[variable + 1]] = 0
        allowed[choice] = 1


def verify(diagram: Diagram, verdicts: Verdicts, rules: Sequence[Rule]) -> None:
    """Check that every witness of the pool keeps the tables and the rules."""
    if verdicts.pool is None:
        return
    members: NDArray[np.int32] = verdicts.pool.members
    for weights, bound in rules:
        assert (weights[members].sum(axis=1) <= bound).all()
    holds = np.zeros((diagram.slots, len(members)), np.bool_)
    holds[members.T, np.arange(len(members))] = True
    holds[diagram.literals] = True
    for slot in range(diagram.literals + 1, diagram.slots):
        first, end = diagram.edges[slot - diagram.literals - 1 : slot - diagram.literals + 1]
        holds[slot] = (holds[diagram.left[first:end]] & holds[diagram.right[first:end]]).any(axis=0)
    assert holds[-1].all()


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", default="some")
    parser.add_argument("--variables", type=int, default=200)
    parser.add_argument("--sessions", type=int, default=3)
    parser.add_argument("--deadline", type=float, default=0.4)
    parser.add_argument("--rules", type=int, nargs="*", default=[1, 2, 3, 4])
    parser.add_argument("--slack", type=float, nargs="*", default=[0.02, 0.05, 0.1, 0.25, 0.5])
    given = parser.parse_args()
    diagram = instances.server(given.variables)
    print(f"{given.variables} variables, {diagram.literals} values, {len(diagram.left)} edges, {given.family}")
    print("rules slack  first p50    max |  1-5: p50    p99 |  all: p50    p99    max | open: verdicts, clicks of")
    for number in given.rules:
        for slack in given.slack:
            report(diagram, given, number, slack)


def report(diagram: Diagram, given: argparse.Namespace, number: int, slack: float) -> None:
    """Print the row of one number of rules and one slack."""
    noted: list[tuple[int, float, int]] = []
    for seed in range(given.sessions):
        rules = instances.rules_near_balance(diagram, instances.FAMILIES[given.family], number, slack, seed + 1)
        resources = Resources(diagram, rules)
        resources.decide(np.ones(diagram.literals, np.uint8), None, 0.001)
        session(diagram, resources, rules, seed, given.deadline, noted)
    clicks, taken, left = (np.array(column) for column in zip(*noted, strict=True))
    first, early = taken[clicks == 0], taken[(clicks > 0) & (clicks <= 5)]
    print(
        f"{number:5} {slack:5.0%} {np.median(first):10.1f} {first.max():6.0f} |"
        f" {np.median(early):9.1f} {np.quantile(early, 0.99):6.0f} |"
        f" {np.median(taken):9.2f} {np.quantile(taken, 0.99):6.0f} {taken.max():6.0f} |"
        f" {left.sum():6} {(left > 0).sum():3} {len(taken):4}",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""Random sessions over small networks, and the verdicts of brute force."""

from __future__ import annotations

from random import Random

import numpy as np

from configurator.engines.diagram.resources import EXCLUDED, VALID
from tests.configurator.engines.resources.instances import Rule


def random_rules(draw: Random, rows: np.ndarray, literals: int, number: int | None = None) -> list[Rule]:
    """Draw one to six rules whose bounds lie up to half above a configuration that does well on all."""
    if number is None:
        number = draw.choice([1, 2, 2, 3, 4, 4, 5, 6])
    if not number:
        return []
    numbers = np.random.default_rng(draw.randrange(2**32))
    scale = draw.choice([3, 20, 1000, 10**6, 2**40, 2**58])
    weights = [numbers.integers(0, scale, literals) * draw.choice([1, 1, 5]) for _ in range(number)]
    weights = [np.where(numbers.random(literals) < 0.8, one, 0) for one in weights]
    sums = np.stack([one[rows].sum(axis=1) for one in weights], axis=1)
    relative = sums / np.maximum(sums.min(axis=0), 1)
    balanced = sums[relative.max(axis=1).argmin()]
    slack = draw.choice([0.0, 0.02, 0.1, 0.25, 0.5])
    bounds = [int(value) + int(int(value) * slack) for value in balanced]
    if draw.random() < 0.1:
        bounds[0] = draw.randint(-1, bounds[0])
    return list(zip(weights, bounds, strict=True))


def keeping(rows: np.ndarray, rules: list[Rule]) -> np.ndarray:
    """Return the configurations that keep all rules."""
    for weights, bound in rules:
        rows = rows[[sum(int(weight) for weight in weights[row]) <= bound for row in rows]]
    return rows


def expected(rows: np.ndarray, allowed: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the literals that are valid with their own variable unrestricted."""
    status = np.full(len(allowed), EXCLUDED, np.uint8)
    broken = allowed[rows] == 0
    for row, bad in zip(rows, broken, strict=True):
        if bad.sum() == 0:
            status[row] = VALID
        elif bad.sum() == 1:
            status[row[bad]] = VALID
    return status


def next_click(draw: Random, chosen: dict[int, int], status: np.ndarray, starts: np.ndarray) -> None:
    """Choose a value that is valid (now and then any), or retract or change choices."""
    move = draw.random()
    if chosen and move < 0.2:
        for variable in draw.sample(sorted(chosen), draw.randint(1, min(2, len(chosen)))):
            del chosen[variable]
        return
    variable = draw.randrange(len(starts) - 1)
    values = range(starts[variable], starts[variable + 1])
    valid = [literal for literal in values if status[literal] == VALID]
    chosen[variable] = draw.choice(valid or values) if move < 0.9 else draw.choice(values)


def restrictions(chosen: dict[int, int], starts: np.ndarray) -> np.ndarray:
    allowed = np.ones(starts[-1], np.uint8)
    for variable, literal in chosen.items():
        allowed[starts[variable] : starts[variable + 1]] = 0
        allowed[literal] = 1
    return allowed

"""Small problems of promotions as numbers, and the plain way to solve them: try everything."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

from quotes.pricing.promotions.model import Column, Offer, Problem


def some_problem(chance: random.Random) -> Problem:
    """Return a problem of a few columns: several uses, shares that are no whole minor units, caps, limits, exclusions."""
    lines, scale = chance.randrange(1, 4), chance.choice([1, 1, 10, 100])
    rows = [chance.randrange(1, 5) for _ in range(lines)]
    offers = [Offer(f"o{n}", chance.choice([0, 0, 1, -1, 5])) for n in range(chance.randrange(1, 5))]
    columns = []
    for offer in range(len(offers)):
        limit = None
        if chance.random() < 0.3:
            limit = len(rows)
            rows.append(chance.randrange(1, 4))
        for _ in range(chance.randrange(1, 3)):
            touched = chance.sample(range(lines), chance.randrange(1, lines + 1))
            uses = {line: chance.randrange(1, 3) for line in touched}
            if limit is not None:
                uses[limit] = 1
            paid = chance.sample(touched, chance.randrange(1, len(touched) + 1))
            shares = {line: chance.choice([scale, 2 * scale, chance.randrange(1, 6 * scale)]) for line in paid}
            columns.append(
                Column(offer, tuple(sorted(uses.items())), tuple(sorted(shares.items())), chance.randrange(1, 4))
            )
    caps = tuple(chance.choice([1_000, 1_000, chance.randrange(0, 12)]) for _ in range(lines))
    exclusives = []
    for _ in range(chance.choice([0, 0, 1, 2])):
        together = tuple(sorted(chance.sample(range(len(columns)), chance.randrange(1, len(columns) + 1))))
        exclusives.append(together)
    ceiling = chance.randrange(0, 15) if chance.random() < 0.2 else None
    forced = chance.randrange(len(offers)) if chance.random() < 0.2 else None
    return Problem(tuple(offers), tuple(columns), tuple(rows), caps, tuple(exclusives), ceiling, forced, scale)


def plain_value(problem: Problem, counts: tuple[int, ...]) -> int:
    """Add up line by line in fractions, round half up, cut."""
    total = 0
    for line, cap in enumerate(problem.caps):
        exact = Fraction(0)
        for column, count in zip(problem.columns, counts, strict=True):
            exact += (
                sum((Fraction(share, problem.scale) for at, share in column.shares if at == line), Fraction(0)) * count
            )
        total += min(cap, int(exact + Fraction(1, 2)))
    return total


def fits(problem: Problem, counts: tuple[int, ...]) -> bool:
    """Say whether every capacity and exclusion is kept."""
    for row, capacity in enumerate(problem.rows):
        used = 0
        for column, count in zip(problem.columns, counts, strict=True):
            used += sum(amount for at, amount in column.uses if at == row) * count
        if used > capacity:
            return False
    for together in problem.exclusives:
        if len({problem.columns[place].offer for place in together if counts[place] > 0}) > 1:
            return False
    return True


def everything(problem: Problem) -> list[tuple[int, ...]]:
    """Return every choice that is allowed."""
    found = [c for c in itertools.product(*(range(column.most + 1) for column in problem.columns)) if fits(problem, c)]
    if problem.forced is not None:
        found = [c for c in found if any(k and problem.columns[p].offer == problem.forced for p, k in enumerate(c))]
    if problem.ceiling is not None:
        found = [c for c in found if plain_value(problem, c) <= problem.ceiling]
    return found


def better(problem: Problem, counts: tuple[int, ...]) -> tuple[object, ...]:
    """Return the declared order, as a key of which the least is best: value, number, priorities, names, applications."""
    used = sorted({problem.columns[place].offer for place, count in enumerate(counts) if count})
    return (
        -plain_value(problem, counts),
        len(used),
        -sum(problem.offers[one].priority for one in used),
        [problem.offers[one].name for one in used],
        -sum(counts),
        [-count for count in counts],
    )


def maximal(problem: Problem) -> list[tuple[int, ...]]:
    """Return the choices to which no application can be added."""
    found = []
    for counts in everything(problem):
        more = (
            (*counts[:place], counts[place] + 1, *counts[place + 1 :])
            for place in range(len(counts))
            if counts[place] < problem.columns[place].most
        )
        if not any(fits(problem, one) for one in more):
            found.append(counts)
    return found

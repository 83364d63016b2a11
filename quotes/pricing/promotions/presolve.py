"""Columns that no best solution applies: a better rate on the same units goes before them.

A rate on single units that nothing limits (one line, one unit, one row) is what every unit of its line can have
anyway. Of several on one line the greatest counts, and a column whose saving is less than what its units
save so is never worth it. What is compared is more than rounding can move, so that ties stay what they are.
"""

from __future__ import annotations

from dataclasses import replace

from quotes.pricing.promotions.model import Column, Problem


def worthwhile(problem: Problem) -> tuple[int, ...]:
    """Return the places of the columns that can be part of a best solution.

    With a ceiling every column can be: less may be wanted. So can a forced offer's.
    """
    everything = tuple(range(len(problem.columns)))
    if problem.ceiling is not None:
        return everything
    rates = _rates(problem)
    return tuple(place for place in everything if _worth(problem, rates, place))


def reduced(problem: Problem, places: tuple[int, ...]) -> Problem:
    """Return the problem with some of its columns."""
    if len(places) == len(problem.columns):
        return problem
    numbers = {place: number for number, place in enumerate(places)}
    exclusives = (tuple(numbers[place] for place in together if place in numbers) for together in problem.exclusives)
    return replace(
        problem,
        columns=tuple(problem.columns[place] for place in places),
        exclusives=tuple(together for together in exclusives if together),
    )


def is_rate(column: Column) -> bool:
    """Say whether a column is a rate on single units of one line that nothing but these units limits."""
    return len(column.uses) == 1 and len(column.shares) == 1 and column.uses[0][1] == 1


def _rates(problem: Problem) -> dict[int, tuple[int, int]]:
    """Return the greatest unlimited rate by row, with the place of its column; only on lines that no cap can bind."""
    shut = {place for together in problem.exclusives for place in together}
    bound = _bound_lines(problem)
    found: dict[int, tuple[int, int]] = {}
    for place, column in enumerate(problem.columns):
        if place in shut or not is_rate(column):
            continue
        row, (line, share) = column.uses[0][0], column.shares[0]
        if column.most < problem.rows[row] or line in bound:
            continue
        if row not in found or share > found[row][0]:
            found[row] = (share, place)
    return found


def _bound_lines(problem: Problem) -> set[int]:
    """Return the lines on which more could be saved than their cap."""
    most: dict[int, int] = {}
    for column in problem.columns:
        times = problem.times(column)
        for line, share in column.shares:
            most[line] = most.get(line, 0) + share * times
    return {line for line, total in most.items() if problem.rounded(total) > problem.caps[line]}


def _worth(problem: Problem, rates: dict[int, tuple[int, int]], place: int) -> bool:
    """Say whether a column may save more than the rates that its units would have without it.

    Rounding moves every line it touches by less than one unit on either side.
    """
    column = problem.columns[place]
    if column.offer == problem.forced:
        return True
    instead, lines = 0, {line for line, _ in column.shares}
    for row, amount in column.uses:
        if row in rates:
            share, other = rates[row]
            if other == place:
                return True
            instead += share * amount
            lines.add(problem.columns[other].shares[0][0])
    saving = sum(share for _, share in column.shares)
    return instead < saving + (len(lines) + 1) * problem.scale

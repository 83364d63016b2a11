"""The closed form: where nothing competes, everything applies as often as it can."""

from __future__ import annotations

from quotes.pricing.promotions.model import Problem, Solution, value_of

METHOD = "closed form"


def closed_form(problem: Problem) -> Solution | None:
    """Return the best solution where all columns fit together and each adds to it; None where they do not."""
    if problem.ceiling is not None or any(_contested(problem, together) for together in problem.exclusives):
        return None
    counts = [problem.times(column) for column in problem.columns]
    left = list(problem.rows)
    lines: dict[int, tuple[int, int]] = {}
    for column, count in zip(problem.columns, counts, strict=True):
        for row, amount in column.uses:
            left[row] -= amount * count
            if left[row] < 0:
                return None
        for line, share in column.shares:
            total, broken = lines.get(line, (0, 0))
            lines[line] = (total + share * count, broken + (not problem.is_whole(share)))
            if not problem.rounded(share * count):
                return None
    if any(broken > 1 or problem.rounded(total) > problem.caps[line] for line, (total, broken) in lines.items()):
        return None
    value = value_of(problem, counts)
    return Solution(tuple(counts), value, value, frozenset({METHOD}))


def _contested(problem: Problem, together: tuple[int, ...]) -> bool:
    return len({problem.columns[place].offer for place in together}) > 1

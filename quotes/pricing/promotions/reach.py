"""Under a ceiling: from the best set down to exactly what is allowed, by leaving applications out.

Every set stays legal when applications are left out of it. Which reductions of the pieces add up to the excess is a
subset sum; the sums that can be reached are the ones of one long binary number (shifted and joined piece by piece).
Where the excess is among them nothing can be better: the value is the ceiling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from quotes.pricing.promotions.components import pieces
from quotes.pricing.promotions.model import Problem, Solution, value_of

METHOD = "subset sum"


@dataclass(frozen=True, slots=True)
class _Cut:
    """One way to save less in a piece: by how much, and what of which column is left out."""

    less: int
    column: int
    times: int


def reached(problem: Problem, free: Solution, ceiling: int) -> Solution | None:
    """Return a set that saves exactly the ceiling, made from one that saves more; None where none is found so."""
    excess = free.value - ceiling
    loose = replace(problem, ceiling=None)
    cuts = [_cuts(piece.problem, piece.columns, free, problem.forced) for piece in pieces(loose)]
    sums, mask, known = 1, (1 << (excess + 1)) - 1, [1]
    for own in cuts:
        joined = sums
        for cut in own:
            joined |= sums << cut.less
        sums = joined & mask
        known.append(sums)
        if sums >> excess & 1:
            break
    else:
        return None
    counts = list(free.counts)
    for before, own in zip(reversed(known[:-1]), reversed(cuts[: len(known) - 1]), strict=True):
        if before >> excess & 1:
            continue
        cut = next(cut for cut in own if cut.less <= excess and before >> (excess - cut.less) & 1)
        excess -= cut.less
        counts[cut.column] -= cut.times
    value = value_of(problem, counts)
    return Solution(tuple(counts), value, value, frozenset({METHOD}))


def _cuts(piece: Problem, columns: tuple[int, ...], free: Solution, forced: int | None) -> list[_Cut]:
    """Return what leaving applications of one column out saves less; nothing of a piece with a forced offer."""
    if forced is not None and piece.forced is not None:
        return []
    counts = [free.counts[column] for column in columns]
    full = value_of(piece, counts)
    found: dict[int, _Cut] = {}
    for place, count in enumerate(counts):
        for times in {1, count} if count else set():
            counts[place] = count - times
            less = full - value_of(piece, counts)
            if less > 0:
                found.setdefault(less, _Cut(less, columns[place], times))
            counts[place] = count
    return [found[less] for less in sorted(found)]

"""Sets of values beside each other: whether two rows can hold at once, whether rows leave a gap, a set written shortly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from quotes.pricing.access import Cells, Path
from rules.kinds import Scalar
from rules.typed import Values

_MOST = 200_000
"""Up to so many combinations of conditions are looked at one by one."""


class Overlaps:
    """Tells whether the conditions of two rows can hold at once; what it found of two sets it remembers."""

    def __init__(self) -> None:
        self._known: dict[tuple[Values, Values], bool] = {}

    def between(self, left: Cells, right: Cells) -> bool:
        """Say whether no option stands between them: each asked by both has a value that fits both."""
        other = dict(right)
        return all(names not in other or self._meet(values, other[names]) for names, values in left)

    def _meet(self, left: Values, right: Values) -> bool:
        if (left, right) not in self._known:
            self._known[left, right] = meet(left, right)
        return self._known[left, right]


def meet(left: Values, right: Values) -> bool:
    """Say whether some value is in both sets."""
    if left.everything or right.everything:
        return True
    if any(value in right for value in left.singles) or any(value in left for value in right.singles):
        return True
    return any(low <= top and bottom <= high for low, high in left.ranges for bottom, top in right.ranges)


def compact(domain: Sequence[Scalar], values: Sequence[Scalar]) -> Values:
    """Return the set of some of a domain's values: everything, ranges for numbers that stand side by side, or singles."""
    if len(values) == len(domain):
        return Values(everything=True)
    if not all(isinstance(value, Fraction) for value in domain):
        return Values(frozenset(values))
    wanted = set(values)
    runs: list[list[Fraction]] = []
    open_run = False
    for value in domain:
        if value in wanted and isinstance(value, Fraction):
            if not open_run:
                runs.append([value])
            runs[-1].append(value)
        open_run = value in wanted
    singles = frozenset(run[0] for run in runs if run[0] == run[-1])
    return Values(singles, tuple((run[0], run[-1]) for run in runs if run[0] != run[-1]))


def covered(domains: Mapping[Path, Sequence[Scalar]], rows: Sequence[Cells]) -> bool:
    """Say whether it is proved that every combination of values fulfils the conditions of some row.

    Values that no row tells apart are taken together; with too many combinations nothing is proved.
    An option without values is on no offer, and its conditions never hold.
    """
    asked = sorted({names for cells in rows for names, _ in cells})
    if any(names not in domains for names in asked):
        return False
    kinds = {names: _told_apart(domains[names], names, rows) for names in asked}
    if math.prod(len(found) for found in kinds.values()) > _MOST:
        return False
    boxes: set[tuple[int, ...]] = set()
    for cells in rows:
        wanted = dict(cells)
        sides = (
            [number for number, value in enumerate(kinds[names]) if names not in wanted or value in wanted[names]]
            for names in asked
        )
        boxes.update(itertools.product(*sides))
    return len(boxes) == math.prod(len(found) for found in kinds.values())


def _told_apart(domain: Sequence[Scalar], names: Path, rows: Sequence[Cells]) -> list[Scalar]:
    """Return one value for each set of values that the rows do not tell apart."""
    sets = {values for cells in rows for path, values in cells if path == names}
    found: dict[tuple[bool, ...], Scalar] = {}
    for value in domain:
        found.setdefault(tuple(value in values for values in sets), value)
    return list(found.values())

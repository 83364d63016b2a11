"""How much a model may take to become tables, and what is said where it does not fit."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from configurator.model import Limit


@dataclass(frozen=True, slots=True)
class TablingLimits:
    """Bounds of tabling.

    `cells` of one dense table, `rows` of one table, `helpers` in all, `values` of one of them, `seconds` of wall time.

    Up to `at_once` cells, and fewer on many axes, a rule is looked at as a whole rather than part by part.
    `direct` is the number of cells up to which a table speaks of the variables themselves, `narrow` the
    same for tables of three variables at most: beyond it, values that a rule does not tell apart get
    helpers that stand for their classes.
    """

    cells: int = 40_000_000
    rows: int = 6_000_000
    helpers: int = 50_000
    values: int = 1 << 16
    seconds: float = 30.0
    at_once: int = 40_000_000
    direct: int = 1 << 16
    narrow: int = 1 << 20
    deadline: float | None = None

    def started(self) -> TablingLimits:
        """Return the limits with their time running; one that runs already goes on."""
        return self if self.deadline is not None else replace(self, deadline=time.monotonic() + self.seconds)

    def grid(self, axes: int) -> int:
        """Return how many cells are looked at at once rather than part by part, on so many axes."""
        most = {0: self.cells, 1: self.cells, 2: self.cells, 3: self.cells, 4: 1 << 20, 5: 1 << 16, 6: 1 << 16}
        return min(self.at_once, most.get(axes, 1 << 12))

    def check(self) -> None:
        """Raise `Unfit` for good where the time is over."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise Unfit(f"the {self.seconds:g} seconds for tables are over", final=True)


class Unfit(Exception):  # noqa: N818 - a signal between the modules of tabling
    """A part that does not fit its limits; where `final`, another way is no use."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


@dataclass(frozen=True, slots=True)
class Untabled:
    """The verdict on a model that does not fit into tables: the constraint that does not, and why.

    `constraint` is its number in the model, -1 for what says which variables exist; `rule` names it.
    """

    constraint: int
    rule: str
    limit: Limit

"""The least and greatest total price of every value under linear rules, and the best configuration.

Under one rule at most all prices are exact. Under several, each value is bisected: is there a configuration for less?
That is one more rule, decided like the others, until a deadline; what is left is said.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.resources.ladder import LADDER, UNLIMITED, attempt
from configurator.engines.diagram.resources.one_price import NONE, OnePrice
from configurator.engines.diagram.resources.packing import Rule, pack
from configurator.engines.diagram.resources.search import Search
from configurator.engines.diagram.resources.witness import EXCLUDED, UNASKED, VALID
from configurator.engines.diagram.resources.workspace import Workspace

Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]
_ROOM = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """A total for every literal, its variable else unrestricted; NONE where no configuration takes it.

    `known` says which are proven; of the others the total is that of some configuration, or NONE.
    """

    totals: Int64s
    known: NDArray[np.bool_]


def one_rule_prices(diagram: Diagram, rule: Rule, allowed: Bytes, prices: Int64s) -> Prices:
    """Return the least prices under one rule."""
    shifted, offset = _shifted(diagram, prices)
    blocked = (np.asarray(allowed) == 0).astype(np.uint8)
    least, known = OnePrice(diagram, rule, shifted, blocked).answer()
    return Prices(np.where(least == NONE, NONE, least + offset), known)


def reflected(diagram: Diagram, prices: Int64s) -> tuple[Int64s, int]:
    """Return prices whose least totals are the greatest of the given, taken from the sum that is returned too."""
    tops = np.maximum.reduceat(prices, diagram.starts[:-1])
    return np.repeat(tops, np.diff(diagram.starts)) - prices, sum(int(top) for top in tops)


def _shifted(diagram: Diagram, prices: Int64s) -> tuple[Int64s, int]:
    lows = np.minimum.reduceat(prices, diagram.starts[:-1])
    return prices - np.repeat(lows, np.diff(diagram.starts)), sum(int(low) for low in lows)


class Bisection:
    """Prices under several rules: the price is one more rule, whose bound is moved."""

    def __init__(self, diagram: Diagram, rules: tuple[Rule, ...], prices: Int64s, allowed: Bytes) -> None:
        self._diagram = diagram
        self._prices, self._offset = _shifted(diagram, prices)
        top = sum(int(high) for high in np.maximum.reduceat(self._prices, diagram.starts[:-1]))
        self._divisor = max(int(np.gcd.reduce(self._prices)), 1) if len(prices) else 1
        self._flat = top == 0
        blocked = (np.asarray(allowed) == 0).astype(np.uint8)
        bounded = [*rules] if self._flat else [*rules, (self._prices, top - 1)]
        packed = pack(diagram, bounded)
        if packed is None:
            raise ValueError("the rules allow no configuration")
        self._sums = packed
        self._space = Workspace(diagram, packed)
        self._status = np.full(diagram.literals, UNASKED, np.uint8)
        self._search = Search(packed, blocked, self._status, _ROOM, self._space, np.inf)
        self.best: dict[int, NDArray[np.int32]] = {}

    def price(self, member: NDArray[np.int32]) -> int:
        """Return the price of a configuration as asked."""
        return int(self._prices[member].sum()) + self._offset

    def least(self, literal: int | None, known: NDArray[np.int32], deadline: float) -> tuple[NDArray[np.int32], bool]:
        """Return the cheapest configuration (through a literal) from a known one on, and whether it is proven."""
        best = known
        if self._flat:
            return best, True
        low, high = 0, int(self._prices[best].sum())
        while low < high:
            middle = (low + high - 1) // 2 if time.monotonic() < deadline else -1
            answer, found = self._within(literal, middle, deadline) if middle >= 0 else (None, None)
            if answer is None:
                return best, False
            if found is None:
                low = middle + 1
            else:
                best, high = found, int(self._prices[found].sum())
        return best, True

    def _within(
        self, literal: int | None, most: int, deadline: float
    ) -> tuple[bool | None, NDArray[np.int32] | None]:
        """Ask for a configuration for `most` at most."""
        search = self._search
        search.sums = replace_bound(self._sums, most // self._divisor)
        search.renew(deadline)
        if literal is not None:
            self._status[literal] = UNASKED
        for rung in LADDER if deadline < np.inf else UNLIMITED:
            answer = attempt(search, self._diagram, literal, rung)
            if answer is not None or search.late():
                found = search.members[int(search.count[0]) - 1].copy() if answer else None
                return answer, found
        return None, None

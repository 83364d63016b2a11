"""The least price of every value under one linear rule: exact, from bounds where they meet and staircases elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.resources.lanes import LANES
from configurator.engines.diagram.resources.packing import Rule
from configurator.engines.diagram.resources.staircase import (
    FAR,
    Bounds,
    climb_stairs,
    descend_stairs,
    fall,
    require,
    rise,
)
from configurator.engines.diagram.resources.witness import incoming

Int64s = NDArray[np.int64]
_TURNS = 12
_TOTAL = 1 << 60
_NEAR = 5
_POINTS, _FOUND = 3_000_000, 1 << 21
NONE = np.iinfo(np.int64).max
"""The price of a value that no configuration takes."""


class OnePrice:
    """Least prices of one question: `prices` shifted so that none is below zero."""

    def __init__(self, diagram: Diagram, rule: Rule, prices: Int64s, blocked: NDArray[np.uint8]) -> None:
        self._diagram, self._blocked = diagram, blocked
        self._structure = (diagram.edges, diagram.left, diagram.right)
        self._weights, self._cap = rule
        self._prices = prices
        tops = [np.maximum.reduceat(own, diagram.starts[:-1]) for own in (prices, self._weights)]
        self._totals = [sum(int(value) for value in top) for top in tops]
        if max(self._totals) >= _TOTAL:
            raise OverflowError("prices and sums of a configuration must stay below 60 bits")
        literals = diagram.literals
        self.least = np.full(literals, NONE, np.int64)
        self.floor = np.zeros(literals, np.int64)
        self._lanes: list[tuple[int, int]] = []
        self._tables: list[tuple[Int64s, Int64s]] = []

    def answer(self) -> tuple[Int64s, NDArray[np.bool_]]:
        """Return the least price of every literal, and which are proven: all, unless room for points ends.

        Staircases look a little above the bounds from below first, and four times as far each turn: what is
        found so near is least, and what is not lies further up.
        """
        valid = self._bound()
        wanted = valid & (self.floor < self.least)
        reach = 0
        while wanted.any():
            gaps = (self.least - self.floor)[wanted]
            reach = max(4 * reach, int(np.median(gaps)) // _NEAR, 1)
            dearest = np.where(wanted, np.minimum(self.least - 1, self.floor + reach), 0)
            if not self._stairs(wanted, dearest):
                return self.least, ~wanted
            missed = self.least > dearest
            self.floor = np.where(wanted, np.where(missed, dearest + 1, self.least), self.floor)
            wanted &= self.floor < self.least
        return self.least, np.ones(len(wanted), np.bool_)

    def _bound(self) -> NDArray[np.bool_]:
        """Pass with mixtures of price and sum: bounds from below and prices of configurations; which are valid."""
        lightest, valid = self._lane(0, 1)
        cheapest, _ = self._lane(1, 0)
        if lightest is None or cheapest is None or cheapest[1] <= self._cap:
            return valid
        light, cheap, last = lightest, cheapest, (1, 0)
        for _ in range(_TURNS):
            if lightest[1] > self._cap or cheap[1] <= light[1] or light[0] <= cheap[0]:
                break
            last = (cheap[1] - light[1], light[0] - cheap[0])
            point, _ = self._lane(*last)
            if point is None or point in (light, cheap):
                break
            light, cheap = (point, cheap) if point[1] <= self._cap else (light, point)
        for factor in ((1, 2), (2, 1)):
            self._lane(last[0] * factor[0], last[1] * factor[1])
        return valid

    def _lane(self, price: int, weight: int) -> tuple[tuple[int, int] | None, NDArray[np.bool_]]:
        """Pass one mixture; returns price and sum of the whole, and which literals keep the bound by it."""
        a, b = self._scaled(price, weight)
        below, outside = self._pass(a, b, self._blocked)
        literals, root = self._diagram.literals, self._diagram.root
        own = a * self._prices + b * self._weights
        reached = outside[0][:literals] < FAR
        paid = np.where(reached, outside[1][:literals] + self._prices, NONE)
        summed = outside[2][:literals] + self._weights
        fits = reached & (summed <= self._cap)
        self.least = np.where(fits, np.minimum(self.least, paid), self.least)
        if a:
            total = np.where(reached, outside[0][:literals] + own, 0) - b * self._cap
            self.floor = np.maximum(self.floor, -(-total // a))
        self._lanes.append((a, b))
        self._tables.append((below[0], outside[0]))
        whole = None if below[0][root] >= FAR else (int(below[1][root]), int(below[2][root]))
        return whole, fits

    def _scaled(self, price: int, weight: int) -> tuple[int, int]:
        """Scale a mixture so that no total leaves its bits."""
        most = price * max(self._totals[0], 1) + weight * max(self._totals[1], self._cap, 1)
        if most < _TOTAL:
            return price, weight
        return price * _TOTAL // most, weight * _TOTAL // most

    def _pass(
        self, a: int, b: int, blocked: NDArray[np.uint8]
    ) -> tuple[tuple[Int64s, Int64s, Int64s], tuple[Int64s, Int64s, Int64s]]:
        slots, literals = self._diagram.slots, self._diagram.literals
        cost, price, weight = (np.zeros(slots, np.int64) for _ in range(3))
        cost[:literals] = np.where(blocked, FAR, a * self._prices + b * self._weights)
        price[:literals], weight[:literals] = self._prices, self._weights
        rise(self._structure, literals, cost, price, weight)
        outside = tuple(np.zeros(slots, np.int64) for _ in range(3))
        below, around = (cost, price, weight), (outside[0], outside[1], outside[2])
        fall(self._structure, literals, below, around)
        return below, around

    def _stairs(self, wanted: NDArray[np.bool_], dearest: Int64s) -> bool:
        """Find what the wanted literals cost at least, if at most `dearest`; False where there is no room for points."""
        diagram, literals, slots = self._diagram, self._diagram.literals, self._diagram.slots
        bounds = self._bounds(wanted, dearest)
        sums, prices = np.empty(_POINTS, np.int64), np.empty(_POINTS, np.int64)
        below = (sums, prices, np.zeros(slots, np.int32), np.zeros(slots, np.int32))
        above = (sums, prices, np.zeros(slots, np.int32), np.zeros(slots, np.int32))
        found = (
            np.empty(_FOUND, np.int64),
            np.empty(_FOUND, np.int64),
            np.empty(_FOUND, np.int64),
            np.empty(_FOUND, np.int64),
        )
        used = climb_stairs(
            self._structure, bounds, self._blocked, self._weights, self._prices, below, found
        )  # fmt: skip
        if used < 0:
            return False
        marked = np.zeros(slots, np.uint8)
        marked[:literals] = wanted
        into = (np.empty(slots + 1, np.int32), np.empty(2 * len(diagram.left), np.int32))
        incoming(self._structure, slots, *into)
        return (
            descend_stairs(
                self._structure, bounds, self._cap, marked, self._weights, self._prices, below, above, into, used,
                found, self.least,
            )
            >= 0
        )  # fmt: skip

    def _bounds(self, wanted: NDArray[np.bool_], dearest: Int64s) -> Bounds:
        """Return for every lane what a wanted literal leaves below and outside each slot."""
        used = [0, 1, *range(len(self._lanes) - LANES + 2, len(self._lanes))]
        used = [max(number, min(place, 1)) for place, number in enumerate(used)]
        costs, outs = (np.stack([self._tables[number][side] for number in used], axis=1) for side in (0, 1))
        lanes = np.array([self._lanes[number] for number in used], np.int64)
        below, outside = np.full(costs.shape, FAR, np.int64), np.empty(costs.shape, np.int64)
        spare = (self._prices - dearest)[:, None] * lanes[:, 0] + (self._weights - self._cap)[:, None] * lanes[:, 1]
        below[: len(wanted)][wanted] = spare[wanted]
        require(self._structure, len(wanted), costs, outs, below, outside)
        return below, outside, lanes

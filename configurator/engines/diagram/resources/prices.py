"""The least and greatest total price of every value under linear rules, and the best configuration.

Under one rule at most all prices are exact. Under several, each value is bisected: is there a configuration for less?
That is one more rule, decided like the others, until a deadline; what is left is said.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.resources.ladder import LADDER, UNLIMITED, attempt
from configurator.engines.diagram.resources.one_price import NONE, OnePrice
from configurator.engines.diagram.resources.packing import Rule, pack, rebound
from configurator.engines.diagram.resources.search import Search
from configurator.engines.diagram.resources.verdicts import Verdicts
from configurator.engines.diagram.resources.witness import EXCLUDED, UNASKED, VALID
from configurator.engines.diagram.resources.workspace import Workspace

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]
Bytes = NDArray[np.uint8]


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
    """The least price under several rules: the price is one more rule, whose bound is moved."""

    def __init__(self, diagram: Diagram, rules: tuple[Rule, ...], prices: Int64s, allowed: Bytes) -> None:
        self._diagram = diagram
        self._prices, _ = _shifted(diagram, prices)
        top = sum(int(high) for high in np.maximum.reduceat(self._prices, diagram.starts[:-1]))
        self._divisor = max(int(np.gcd.reduce(self._prices)), 1)
        self._flat = top == 0
        self._blocked = (np.asarray(allowed) == 0).astype(np.uint8)
        packed = pack(diagram, [*rules] if self._flat else [*rules, (self._prices, top - 1)])
        if packed is None:
            raise ValueError("the rules allow no configuration")
        self._sums = packed
        self._space = Workspace(diagram, packed)

    def least(self, literal: int | None, known: Int32s, low: int, deadline: float) -> tuple[Int32s, bool]:
        """Return the cheapest configuration (through a literal), from a known one on, and whether it is proven.

        `low` is a bound from below on the shifted price.
        """
        best = known
        high = int(self._prices[best].sum())
        while low < high and not self._flat:
            middle = (low + high - 1) // 2
            answer, found = self._within(literal, middle, deadline)
            if answer is None:
                return best, False
            if found is None:
                low = middle + 1
            else:
                best, high = found, int(self._prices[found].sum())
        return best, True

    def _within(self, literal: int | None, most: int, deadline: float) -> tuple[bool | None, Int32s | None]:
        """Look for a configuration for `most` at most."""
        sums = rebound(self._sums, self._sums.number - 1, most // self._divisor)
        status = np.full(self._diagram.literals, UNASKED, np.uint8)
        search = Search(sums, self._blocked.copy(), status, 1, self._space, deadline)
        with search.watched():
            for rung in LADDER[2:] if deadline < np.inf else UNLIMITED:
                answer = None if search.late() else attempt(search, self._diagram, literal, rung)
                if answer is not None:
                    return answer, search.members[0] if answer else None
        return None, None


def several_prices(
    diagram: Diagram, rules: tuple[Rule, ...], allowed: Bytes, prices: Int64s, verdicts: Verdicts, deadline: float
) -> Prices:  # fmt: skip
    """Return the least prices under several rules, from the verdicts on, until `deadline` on the monotonic clock."""
    shifted, offset = _shifted(diagram, prices)
    blocked = (np.asarray(allowed) == 0).astype(np.uint8)
    bound = OnePrice(diagram, (np.zeros_like(shifted), 0), shifted, blocked).answer()[0]
    book = _Cheapest(verdicts, shifted, blocked)
    bisection: Bisection | None = None
    valid = np.flatnonzero(verdicts.status == VALID)
    for literal in valid[np.argsort(book.totals[valid], kind="stable")].tolist():
        if book.totals[literal] > bound[literal] and time.monotonic() < deadline:
            bisection = bisection or Bisection(diagram, rules, shifted, allowed)
            best, proven = bisection.least(literal, book.member(literal), int(bound[literal]), deadline)
            book.enter(best)
            book.proven[literal] = proven
    known = (verdicts.status == EXCLUDED) | book.proven | ((verdicts.status == VALID) & (book.totals == bound))
    return Prices(np.where(book.totals == NONE, NONE, book.totals + offset), known)


class _Cheapest:
    """The cheapest configuration that is known for every literal."""

    def __init__(self, verdicts: Verdicts, prices: Int64s, blocked: Bytes) -> None:
        self._verdicts, self._prices, self._blocked = verdicts, prices, blocked
        self._members: list[Int32s] = []
        self._of = np.full(len(prices), -1, np.int64)
        self.totals = np.full(len(prices), NONE, np.int64)
        self.proven = np.zeros(len(prices), np.bool_)
        for member in () if verdicts.pool is None else verdicts.pool.members:
            self.enter(member)

    def enter(self, member: Int32s) -> None:
        """Enter a configuration where it is cheaper; with one value that is not allowed, at that value alone."""
        bad = member[self._blocked[member] == 1]
        literals = member if not len(bad) else bad if len(bad) == 1 else bad[:0]
        total = int(self._prices[member].sum())
        literals = literals[total < self.totals[literals]]
        if len(literals):
            self.totals[literals] = total
            self._of[literals] = len(self._members)
            self._members.append(member)

    def member(self, literal: int) -> Int32s:
        """Return the cheapest known configuration through a valid literal."""
        if self._of[literal] < 0:
            witness = self._verdicts.witness(literal)
            if witness is None:
                raise LookupError(literal)
            self.enter(witness)
        return self._members[int(self._of[literal])]

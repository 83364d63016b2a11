"""Linear rules kept outside a diagram: every value decided at query time, exactly, or said to be open."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.resources.ladder import UNLIMITED, attempt, settle
from configurator.engines.diagram.resources.one_rule import OneRule
from configurator.engines.diagram.resources.one_price import NONE
from configurator.engines.diagram.resources.packing import Rule, Sums, pack
from configurator.engines.diagram.resources.pool import Pool, remembered
from configurator.engines.diagram.resources.prices import Bisection, Prices, one_rule_prices, reflected, several_prices
from configurator.engines.diagram.resources.search import Search, fresh_multipliers
from configurator.engines.diagram.resources.verdicts import Allowed, Configuration, Verdicts
from configurator.engines.diagram.resources.witness import EXCLUDED, OPEN, UNASKED, VALID, recall
from configurator.engines.diagram.resources.workspace import Workspace

Int64s = NDArray[np.int64]
Fallback = Callable[[Allowed], "Configuration | None"]
"""Decides restrictions without limit: a configuration, or None as a proof that there is none."""

_WITNESSES = 6_000
"""Witnesses kept in a pool at most."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One question answered: `valid` is None only where a limit ended it and no fallback was given.

    Where a price was asked for, `best` says whether no configuration is cheaper than the witness.
    """

    valid: bool | None
    witness: Configuration | None = None
    best: bool = False


class Resources:
    """Linear rules over one diagram. Immutable but for spare scratch; threads may share it.

    Rules are weights of the literals, none below zero, and a bound their total keeps. Raises ValueError and
    OverflowError as `pack` does.
    """

    def __init__(self, diagram: Diagram, rules: Sequence[Rule]) -> None:
        self.diagram = diagram
        self.variable = np.repeat(np.arange(len(diagram.starts) - 1, dtype=np.int32), np.diff(diagram.starts))
        sums = None if diagram.is_empty else pack(diagram, rules)
        self.sums: Sums | None = sums
        self._one: OneRule | None = None
        if sums is not None and sums.number <= 1:
            self._rule: Rule = sums.rules[0] if sums.number else (np.zeros(diagram.literals, np.int64), 0)
            self._one = OneRule(diagram, self._rule)
        self._spaces: list[Workspace] = []

    @property
    def impossible(self) -> bool:
        """Say whether no configuration keeps the rules, whatever is chosen."""
        return self.sums is None

    @property
    def greatest(self) -> int:
        """The greatest total of any rule as it is kept, at most."""
        if self.sums is None or not self.diagram.literals:
            return 0
        tops = (np.maximum.reduceat(weights, self.diagram.starts[:-1]) for weights, _ in self.sums.rules)
        return max((sum(int(value) for value in top) for top in tops), default=0)

    def decide(
        self, allowed: Allowed, state: Pool | None = None, deadline: float = 0.4, *, wanted: Allowed | None = None
    ) -> Verdicts:
        """Decide every literal, or the wanted ones; what `deadline` seconds leave is OPEN.

        `state` is the pool of the last click of the session; whatever of it stays true is used.
        """
        if self.sums is None:
            return self._verdicts(np.full(self.diagram.literals, EXCLUDED, np.uint8), None, allowed)
        if self._one is not None:
            return self._verdicts(self._one.decide(allowed), None, allowed)
        limit = time.monotonic() + deadline
        space = self._space()
        try:
            return self._several(self.sums, allowed, state, limit, wanted, space)
        finally:
            self._spaces.append(space)

    def _space(self) -> Workspace:
        """Take spare scratch, or make some."""
        try:
            return self._spaces.pop()
        except IndexError:
            if self.sums is None:
                raise
            return Workspace(self.diagram, self.sums)

    def _several(
        self, sums: Sums, allowed: Allowed, state: Pool | None, deadline: float, wanted: Allowed | None, space: Workspace
    ) -> Verdicts:  # fmt: skip
        blocked = (np.asarray(allowed) == 0).astype(np.uint8)
        status = np.full(self.diagram.literals, OPEN, np.uint8)
        if wanted is not None:
            status[np.asarray(wanted) == 0] = UNASKED
        start = remembered(self.diagram, state, blocked, status, fresh_multipliers(sums))
        restricted = blocked.copy()
        search = Search(sums, blocked, status, _WITNESSES + self.diagram.literals, space, deadline)
        asleep = np.zeros(len(start.members), np.uint8)
        recall(search.book, start.members, asleep)
        search.broken = start.members
        begin = (
            (np.flatnonzero(blocked == 0), start.base, start.multipliers),
            (np.flatnonzero(blocked), start.exchange, start.exchange_multipliers),
        )
        found = [(diagram, multipliers) for _, diagram, multipliers in begin]
        # What is quick for many comes first for all: a deadline leaves the fewest so.
        with search.watched():
            for alone in (False, True):
                for place, (literals, _, _) in enumerate(begin):
                    search.blocked[:] = restricted
                    targets, exchangeable = literals.astype(np.int32), place == 1
                    if len(search.open_among(targets)) and not search.late():
                        found[place] = settle(
                            search, found[place][0], targets, found[place][1], alone=alone, exchangeable=exchangeable
                        )
        members = np.concatenate((search.members[: search.count[0]], start.members[asleep == 1]))[:_WITNESSES]
        (base, used), (exchange, exchanged) = found
        pool = Pool(restricted, status, members, base, exchange, used, exchanged)
        return self._verdicts(status, pool, allowed)

    def _verdicts(self, status: NDArray[np.uint8], pool: Pool | None, allowed: Allowed) -> Verdicts:
        """Return verdicts whose witnesses are in the pool, or found when they are asked for."""

        def alone(literal: int) -> Configuration | None:
            return self.solve(self._only(allowed, literal)).witness

        return Verdicts(status, pool, allowed, self.variable, alone)

    def _only(self, allowed: Allowed, literal: int) -> Allowed:
        only = np.array(allowed, np.uint8)
        only[self.variable == self.variable[literal]] = 0
        only[literal] = 1
        return only

    def settle(
        self, allowed: Allowed, literal: int, state: Pool | None = None, fallback: Fallback | None = None
    ) -> Settled:  # fmt: skip
        """Decide one literal without limit of time; where memory for labels ends, by the fallback."""
        if state is not None and bool((state.blocked == (np.asarray(allowed) == 0)).all()):
            known = int(state.status[literal])
            if known == EXCLUDED:
                return Settled(valid=False)
            if known == VALID:
                return Settled(True, self._verdicts(state.status, state, allowed).witness(literal))
        return self.solve(self._only(allowed, literal), fallback=fallback)

    def solve(
        self, allowed: Allowed, *, deadline: float | None = None, fallback: Fallback | None = None
    ) -> Settled:  # fmt: skip
        """Find a configuration within the restrictions and the rules, or prove that there is none."""
        if self.sums is None:
            return Settled(valid=False)
        if self._one is not None:
            found = self._one.configuration(np.asarray(allowed, np.uint8), self.variable)
            return Settled(found is not None, found)
        limit = np.inf if deadline is None else time.monotonic() + deadline
        space = self._space()
        try:
            answer, witness = self._climb_whole(self.sums, allowed, limit, space)
        finally:
            self._spaces.append(space)
        if answer is None and fallback is not None:
            witness = fallback(np.asarray(allowed, np.uint8))
            answer = witness is not None
        return Settled(answer, witness)

    def _climb_whole(
        self, sums: Sums, allowed: Allowed, limit: float, space: Workspace
    ) -> tuple[bool | None, Configuration | None]:
        blocked = (np.asarray(allowed) == 0).astype(np.uint8)
        status = np.full(self.diagram.literals, UNASKED, np.uint8)
        search = Search(sums, blocked, status, 64, space, limit)
        with search.watched():
            for rung in UNLIMITED:
                answer = attempt(search, self.diagram, None, rung)
                if answer:
                    return True, search.members[int(search.count[0]) - 1].copy()
                if answer is False or search.late():
                    return answer, None
        return None, None

    def cheapest(self, allowed: Allowed, prices: Int64s, *, deadline: float | None = None) -> Settled:
        """Find the cheapest configuration; past the deadline a cheap one, which need not be best."""
        limit = np.inf if deadline is None else time.monotonic() + deadline
        found = self.solve(allowed, deadline=deadline)
        if self.sums is None or found.witness is None:
            return found
        bisection = Bisection(self.diagram, self.sums.rules, np.asarray(prices, np.int64), allowed)
        witness, proven = bisection.least(None, found.witness, 0, limit)
        return Settled(True, witness, proven)

    def least_prices(
        self, allowed: Allowed, prices: Int64s, state: Pool | None = None, deadline: float = 0.4
    ) -> Prices:  # fmt: skip
        """Return the least total price of every literal, its variable else unrestricted.

        Under one rule at most all are exact, whatever the deadline; under several, what it leaves is not `known`.
        """
        literals = self.diagram.literals
        if self.sums is None or not literals:
            return Prices(np.full(literals, NONE, np.int64), np.ones(literals, np.bool_))
        prices = np.asarray(prices, np.int64)
        if self._one is not None:
            return one_rule_prices(self.diagram, self._rule, np.asarray(allowed), prices)
        limit = time.monotonic() + deadline
        verdicts = self.decide(allowed, state, deadline)
        return several_prices(self.diagram, self.sums.rules, np.asarray(allowed), prices, verdicts, limit)

    def greatest_prices(
        self, allowed: Allowed, prices: Int64s, state: Pool | None = None, deadline: float = 0.4
    ) -> Prices:  # fmt: skip
        """Return the greatest total price of every literal, likewise."""
        if not self.diagram.literals:
            return self.least_prices(allowed, prices)
        turned, top = reflected(self.diagram, np.asarray(prices, np.int64))
        found = self.least_prices(allowed, turned, state, deadline)
        return Prices(np.where(found.totals == NONE, NONE, top - found.totals), found.known)

"""Complete answers about a network and any part of its rules: a solution, a refutation, valid values, a minimal conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from configurator.engines.network import Network
from configurator.engines.protocol import USUAL, Budget
from configurator.engines.refutation.inquiry import Inquiry
from configurator.engines.refutation.layout import draw
from configurator.engines.refutation.memory import Memory, allocate, gather
from configurator.engines.refutation.places import SOUGHT, VALID
from configurator.engines.refutation.preferred import preferred_subset

Literals = NDArray[np.bool_]
"""A mask over the values of all variables, the values of one after those of the one before."""
Allowed = Literals | Sequence[Collection[int] | None] | None
"""Which values may be taken: a mask of literals, or indices for each variable (None for all), or None for everything."""


@dataclass(frozen=True, slots=True)
class Found:
    """A solution: one index for each variable of the network."""

    witness: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refuted:
    """There is no solution.

    `sources` and the restrictions of `variables` suffice for that, together with the tables that have
    no source. A refutation that was just found may use more of them than needed; of a minimal conflict
    nothing can be left out, unless `minimal` says that the budget ended before that was proved.
    """

    sources: tuple[int, ...]
    variables: tuple[int, ...]
    minimal: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The budget ended first."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """Which literals are in a solution. `open` ones are undecided: the budget ended first."""

    valid: Literals
    open: Literals
    witness: tuple[int, ...] | None


class Refuter:
    """Searches a network; safe to share between threads. A source is that of tables and of linear rules alike.

    The same question gets the same answer, whatever was asked before, unless its budget ends.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._layout = draw(network)
        self._fixed = gather(self._layout)
        self._idle: list[Memory] = []
        self._number = {source: number for number, source in enumerate(self._layout.sources)}
        self._usual = np.array([self._number[source] for source in self.usual_order()], np.int64)

    @property
    def sources(self) -> tuple[int, ...]:
        """The sources of the tables, in order, without -1."""
        return self._layout.sources

    def solve(
        self, allowed: Allowed = None, sources: Collection[int] | None = None, budget: Budget = USUAL
    ) -> Found | Refuted | Unknown:
        """Find a solution of the rules of some sources (None for all) and of those without one, or prove there is none."""
        budget = budget.started()
        mask = self._mask(allowed)
        counted = self._counted(mask, sources)
        with self._inquiry(mask, tracking=True) as inquiry:
            solved = inquiry.ask(counted, budget)
            if solved is None:
                return Unknown()
            return Found(_indices(inquiry)) if solved else _refuted(inquiry, minimal=False)

    def valid_values(self, allowed: Allowed = None, budget: Budget = USUAL) -> Values:
        """Return the literals of visible variables that some solution takes."""
        budget = budget.started()
        mask = self._mask(allowed)
        counted = self._counted(mask, None)
        nothing = np.zeros(len(mask), np.bool_)
        sought = mask.copy()
        sought[self._layout.fixed["starts"][self.network.visible] :] = False
        with self._inquiry(mask, tracking=False) as inquiry:
            solved = inquiry.ask(counted, budget)
            if solved is None or not solved:
                return Values(nothing, sought if solved is None else nothing, None)
            witness = _indices(inquiry)
            inquiry.seek(sought, budget)
            return Values(inquiry.known == VALID, inquiry.known == SOUGHT, witness)

    def conflict(
        self, allowed: Allowed = None, order: Sequence[int] | None = None, budget: Budget = USUAL
    ) -> Found | Refuted | Unknown:
        """Return a minimal set of sources that refutes what is allowed, the preferred one; a solution where there is one.

        `order` names sources from the most preferred to the least: of several minimal sets the one whose
        last source comes earliest (QuickXplain); None means those of fewer variables first. Sources that
        `order` leaves out do not count.
        """
        items = self._usual if order is None else np.array([self._number[source] for source in order], np.int64)
        return self._minimal(allowed, items, (), budget)

    def choices(self, allowed: Allowed, order: Sequence[int], budget: Budget = USUAL) -> Found | Refuted | Unknown:
        """Return a minimal set of variables of `order` whose restrictions all sources refute, the preferred one.

        The restrictions of other variables stay. The sources named are those of one refutation.
        """
        first = len(self._layout.sources)
        return self._minimal(allowed, first + np.array(order, np.int64), None, budget)

    def usual_order(self) -> tuple[int, ...]:
        """Return the sources that speak of fewer variables before broader ones, then in the order of their numbers."""
        speaks: dict[int, set[int]] = {source: set() for source in (*self._layout.sources, -1)}
        for table in self.network.tables:
            speaks[table.source].update(variable for variable in table.scope if variable < self.network.visible)
        for resource in self.network.resources:
            speaks[resource.source].update(variable for variable in resource.weights if variable < self.network.visible)
        del speaks[-1]
        return tuple(sorted(speaks, key=lambda source: (len(speaks[source]), source)))

    def _minimal(
        self, allowed: Allowed, items: NDArray[np.int64], sources: Collection[int] | None, budget: Budget
    ) -> Found | Refuted | Unknown:
        mask = self._mask(allowed)
        counted = self._counted(mask, sources)
        items = items[counted[items] | (items < len(self._layout.sources))]
        counted[items] = False
        with self._inquiry(mask, tracking=True) as inquiry:
            return _Minimiser(inquiry, counted, items, budget.started()).run()

    def _mask(self, allowed: Allowed) -> Literals:
        starts = self._layout.fixed["starts"]
        if isinstance(allowed, np.ndarray):
            return allowed.astype(np.bool_, copy=False)
        mask = np.ones(starts[-1], np.bool_)
        for variable, indices in enumerate(allowed or ()):
            if indices is not None:
                mask[starts[variable] : starts[variable + 1]] = False
                mask[[starts[variable] + index for index in indices]] = True
        return mask

    def _counted(self, mask: Literals, sources: Collection[int] | None) -> Literals:
        """Return the items of a question: sources, then the variables that are restricted."""
        first = len(self._layout.sources)
        counted = np.zeros(first + len(self._layout.sizes), np.bool_)
        if sources is None:
            counted[:first] = True
        else:
            counted[[self._number[source] for source in sources if source in self._number]] = True
        missing = np.flatnonzero(~mask)
        counted[first + self._layout.fixed["owner"][missing]] = True
        return counted

    @contextmanager
    def _inquiry(self, mask: Literals, tracking: bool) -> Iterator[Inquiry]:
        try:
            memory = self._idle.pop()
        except IndexError:
            memory = allocate(self._layout, self._fixed)
        inquiry = Inquiry(self._layout, memory, mask, tracking)
        yield inquiry
        if inquiry.memory is memory:  # what had to grow goes: it is large, and more room might change an answer
            self._idle.append(memory)


class _BudgetEnded(Exception):  # noqa: N818 - the name says what happened
    """The budget ended while a conflict was made smaller."""


class _Minimiser:
    """Looks for the preferred minimal conflict among some items; the others that count stay."""

    def __init__(self, inquiry: Inquiry, base: Literals, items: NDArray[np.int64], budget: Budget) -> None:
        self._inquiry = inquiry
        self._base = base
        self._items = items
        self._budget = budget
        self._last: Refuted | None = None
        self._place = np.full(len(base), -1, np.int64)
        self._place[items] = np.arange(len(items))

    def run(self) -> Found | Refuted | Unknown:
        """Return the conflict; a solution where all items together have one."""
        self._inquiry.prefer(self._place)
        solved = self._inquiry.ask(self._with(len(self._items), ()), self._budget)
        if solved is None:
            return Unknown()
        if solved:
            return Found(_indices(self._inquiry))
        answer = _refuted(self._inquiry, minimal=False)
        try:
            conflict = preferred_subset(self._ask, self._used())
            self._ask(0, conflict)
        except _BudgetEnded:
            return self._last or answer
        return replace(self._last or answer, minimal=True)

    def _ask(self, prefix: int, kept: tuple[int, ...]) -> frozenset[int] | None:
        solved = self._inquiry.ask(self._with(prefix, kept), self._budget)
        if solved is None:
            raise _BudgetEnded
        if solved:
            return None
        self._last = _refuted(self._inquiry, minimal=False)
        return self._used()

    def _with(self, prefix: int, kept: tuple[int, ...]) -> Literals:
        counted = self._base.copy()
        counted[self._items[:prefix]] = True
        counted[self._items[list(kept)]] = True
        return counted

    def _used(self) -> frozenset[int]:
        places = self._place[self._inquiry.used]
        return frozenset(places[places >= 0].tolist())


def _indices(inquiry: Inquiry) -> tuple[int, ...]:
    return tuple(inquiry.witness.tolist())


def _refuted(inquiry: Inquiry, minimal: bool) -> Refuted:
    used, first = np.flatnonzero(inquiry.used), len(inquiry.layout.sources)
    sources = tuple(inquiry.layout.sources[number] for number in used[used < first].tolist())
    return Refuted(sources, tuple((used[used >= first] - first).tolist()), minimal)

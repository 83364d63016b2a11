"""From a network of tables to its diagram: variables of the tree bottom up, each table where its highest variable is.

A compilation is bounded in time, nodes and bytes; one that does not fit says which tables widened it most.
The result depends on the network alone, unless the time ends while further trees are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.compiler import conjoin
from configurator.engines.diagram.compiler.automaton import ALWAYS, Automaton, from_dense, from_rows
from configurator.engines.diagram.compiler.clock import Clock, OutOfTime
from configurator.engines.diagram.compiler.conjoin import Nodes
from configurator.engines.diagram.compiler.flatten import flatten
from configurator.engines.diagram.compiler.ladders import with_ladders
from configurator.engines.diagram.compiler.layout import LEAF, Layout, lay_out
from configurator.engines.diagram.compiler.merging import Placed, merged
from configurator.engines.diagram.compiler.order import pseudo_trees
from configurator.engines.diagram.compiler.propagate import Reduced, propagate
from configurator.engines.diagram.diagram import Diagram
from configurator.engines.network import Network, Table


@dataclass(frozen=True, slots=True)
class CompileBudget:
    """What a compilation may take: seconds of wall time, and references of nodes at any moment, of 4 bytes each."""

    seconds: float = 60.0
    references: int = 60_000_000


@dataclass(frozen=True, slots=True)
class TooWide:
    """Why a network has no diagram within a budget: the bound that was hit, and the sources that widened it most.

    `done` of `total` tables were conjoined by then; `widest` lists (source, nodes added), the worst first.
    """

    limit: Literal["time", "nodes"]
    message: str
    done: int
    total: int
    widest: tuple[tuple[int, int], ...]


Progress = Callable[[int, int, int], None]
"""Told after each table: tables done, tables in all, references held now; with each tree that is tried it begins anew."""


_LATE = "the time for compiling is over"
_TRIES = 12
"""Trees that are tried."""
_SMALL = 1_000_000
"""References that every tree may take in the first round."""
_QUICK = 2_000
"""A diagram of fewer edges answers in microseconds: no further tree is tried."""
_LEAN = 3
"""Nor where there are only so many edges a value."""
_WORK = 120_000_000
"""References followed, after which no further tree is tried once one fits: a measure that no clock disturbs."""

_LARGE = 100_000
"""Automata of tables with so many rows are kept from one tree to the next."""
_STEP = 1_000
"""What following a table through one position costs besides, in references."""


def compile_network(
    network: Network, budget: CompileBudget | None = None, progress: Progress | None = None
) -> Diagram | TooWide:
    """Compile a network; its resources stay outside. No configuration at all gives an empty diagram."""
    budget = budget or CompileBudget()
    clock = Clock(budget.seconds)
    try:
        reduced = propagate(with_ladders(network, clock), clock)
    except OutOfTime:
        return TooWide("time", _LATE, 0, len(network.tables), ())
    if reduced is None:
        return empty(network.sizes)
    search = _Search(reduced, budget, clock, progress)
    trees = islice(pseudo_trees(reduced.sizes, [table.scope for table in reduced.tables], clock), _TRIES)
    if not search.run(lay_out(tree, reduced.sizes, clock) for tree in trees):
        return empty(network.sizes)
    if search.best is None:
        none = TooWide("nodes", "too many variables depend on each other", 0, len(reduced.tables), ())
        return search.verdict or none
    return flatten(search.best.layout, search.best.nodes, reduced)


@dataclass(slots=True)
class _Search:
    """Compilations along several trees, of which the one with the fewest edges is kept.

    First every tree may take few references; where none fits, those that got furthest may take the whole budget.
    """

    reduced: Reduced
    budget: CompileBudget
    clock: Clock
    progress: Progress | None
    best: _Build | None = None
    verdict: TooWide | None = None
    _work: int = 0
    _automata: dict[tuple[int, tuple[int, ...]], Automaton] = field(default_factory=dict)

    def run(self, layouts: Iterable[Layout]) -> bool:
        """Compile along the trees; False where there is no configuration."""
        failed: list[_Build] = []
        try:
            for layout in layouts:
                most = _SMALL if self.best is None else min(_SMALL, 2 * self.best.peak)
                build = self._build(layout, min(most, self.budget.references))
                if build is None:
                    return False
                failed.append(build)
                if self._is_enough(_WORK):
                    return True
        except OutOfTime:  # before the next tree was found
            self.verdict = self.verdict or TooWide("time", _LATE, 0, len(self.reduced.tables), ())
            return True
        if self.best is None:
            for build in sorted(failed, key=lambda build: -build.done):
                if self._build(build.layout, self.budget.references) is None:
                    return False
                if self._is_enough(_WORK):
                    break
        return True

    def _is_enough(self, work: int) -> bool:
        done = self.best is not None and (
            self._work > work or self.best.extent < max(_QUICK, _LEAN * sum(self.reduced.sizes))
        )
        return done or self.clock.is_over

    def _build(self, layout: Layout, most: int) -> _Build | None:
        build = _Build(self.reduced, layout, most, self.clock, self.progress, automata=self._automata)
        if not build.conjoin_all():
            return None
        self._work += build.work
        if build.verdict is not None:
            self.verdict = build.verdict
        elif self.best is None or build.extent < self.best.extent:
            self.best = build
        return build


def empty(sizes: Sequence[int]) -> Diagram:
    """Return the diagram of no configuration."""
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    none = np.zeros(0, np.int32)
    return Diagram(starts, np.zeros(1, np.int32), none, none)


@dataclass(slots=True)
class _Build:
    """One compilation: the nodes of every position, and what each table added.

    `most` bounds the references held at once; `peak` is how many there were, `work` how many were followed.
    """

    reduced: Reduced
    layout: Layout
    most: int
    clock: Clock
    progress: Progress | None
    nodes: list[NDArray[np.int32]] = field(default_factory=list)
    verdict: TooWide | None = None
    done: int = 0
    peak: int = 0
    work: int = 0
    automata: dict[tuple[int, tuple[int, ...]], Automaton] = field(default_factory=dict)
    _growth: dict[int, int] = field(default_factory=dict)

    def conjoin_all(self) -> bool:
        """Conjoin every table; False where nothing is left. Stops with a verdict where a bound is hit."""
        layout, sizes = self.layout, self.reduced.sizes
        for variable in layout.variables:
            width = 2 if variable < 0 else sizes[variable]
            self.nodes.append(np.stack((np.zeros(width, np.int32), np.ones(width, np.int32))))
        waiting: list[list[Placed]] = [[] for _ in layout.variables]
        for table in self.reduced.tables:
            places = [layout.home[variable] for variable in table.scope]
            waiting[max(places)].append((layout.path(max(places), min(places)), table))
        for tables in waiting:
            tables[:] = merged(sorted(tables, key=lambda placed: -placed[0][-1]), sizes)
        total = sum(map(len, waiting))
        references = sum(nodes.size for nodes in self.nodes)
        for position in range(1, len(layout.variables)):
            for path, table in waiting[position]:
                before = sum(self.nodes[place].size for place in path)
                if not self._conjoin(path, table):
                    return False
                added = sum(self.nodes[place].size for place in path) - before
                references += added
                self.peak = max(self.peak, references)
                self._growth[table.source] = self._growth.get(table.source, 0) + added
                self.done += 1
                if self.verdict is None and references > self.most:
                    self._stop("nodes", f"more than {self.most} references of nodes")
                if self.verdict is not None:
                    return True
                if self.progress is not None:
                    self.progress(self.done, total, references)
        self._sweep()
        return True

    @property
    def extent(self) -> int:
        """The number of different references of all nodes: the edges of the diagram, about."""
        return sum(_different(nodes) for nodes in self.nodes[1:])

    def _conjoin(self, path: Sequence[int], table: Table) -> bool:
        automaton = self._automaton(table)
        if automaton.start <= ALWAYS:
            return automaton.start == ALWAYS
        trail = self._followed(path, automaton)
        if self.verdict is not None:
            return True
        results = np.zeros(0, np.int32)
        for position, side, pairs, below in reversed(trail):
            rows = conjoin.settle(below, results)
            branch = self.layout.variables[position] < 0
            if branch:
                whole = self.nodes[position][pairs >> 32]
                whole[:, side] = rows[:, 0]
                rows = whole
            self.work += rows.size + self.nodes[position].size
            results, self.nodes[position] = conjoin.insert(self.nodes[position], rows, branch)
        if not len(results) or results[0] == 0:
            return False
        top = path[0]
        self.nodes[top] = self.nodes[top][[0, int(results[0])]]
        for above, position in pairwise(path):
            self._compact(above, position)
        return True

    def _followed(self, path: Sequence[int], automaton: Automaton) -> list[tuple[int, int, NDArray[np.int64], Nodes]]:
        """Follow the automaton down its path; return position, side, pairs of node and state, and what is below them."""
        reading = dict(zip(automaton.scope, automaton.steps, strict=True))
        pairs = np.array([(1 << 32) | automaton.start], np.int64)
        trail = []
        for place, position in enumerate(path):
            variable, nodes, side = self.layout.variables[position], self.nodes[position], 0
            if variable < 0:
                side = int(self.layout.upper[position] == path[place + 1])
                nodes = np.ascontiguousarray(nodes[:, side : side + 1])
            step = reading.get(variable, _UNREAD)
            most = self.most // nodes.shape[1]
            below, further = conjoin.follow(nodes, step, pairs, step is not _UNREAD, most)
            trail.append((position, side, pairs, below))
            self.work += below.size + _STEP
            if len(further) > most:
                self._growth[automaton.source] = self._growth.get(automaton.source, 0) + self.most
                self._stop("nodes", f"more than {self.most} references of nodes")
                break
            if self.clock.is_over:
                self._stop("time", _LATE)
                break
            pairs = further
        return trail

    def _compact(self, above: int, position: int) -> None:
        whole, side = self.layout.variables[above] >= 0, int(self.layout.upper[above] == position)
        self.nodes[position] = conjoin.compact(self.nodes[above], side, whole, self.nodes[position])

    def _sweep(self) -> None:
        """Drop what nothing refers to any more."""
        for above in range(self.layout.root, 0, -1):
            for position in (self.layout.lower[above], self.layout.upper[above]):
                if position > LEAF:
                    self._compact(above, position)

    def _automaton(self, table: Table) -> Automaton:
        """Read a table in the order of the tree: higher variables first."""
        order = sorted(range(len(table.scope)), key=lambda place: -self.layout.home[table.scope[place]])
        key = (id(table), tuple(order))
        if key not in self.automata:
            made = self._made(table, order)
            if table.rows is None or len(table.rows) < _LARGE:
                return made
            self.automata[key] = made
        return self.automata[key]

    def _made(self, table: Table, order: Sequence[int]) -> Automaton:
        scope = [table.scope[place] for place in order]
        if table.dense is not None:
            return from_dense(table.source, scope, table.dense.transpose(order))
        if table.rows is None:
            raise TypeError(table)
        sizes = [self.reduced.sizes[variable] for variable in scope]
        return from_rows(table.source, scope, sizes, table.rows[:, order])

    def _stop(self, limit: Literal["time", "nodes"], message: str) -> None:
        widest = sorted(self._growth.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
        self.verdict = TooWide(limit, message, self.done, len(self.reduced.tables), tuple(widest))


def _different(nodes: Nodes) -> int:
    ordered = np.sort(nodes[1:], axis=1)
    changes = (ordered[:, 1:] != ordered[:, :-1]) & (ordered[:, 1:] != 0)
    return int(changes.sum()) + int((ordered[:, 0] != 0).sum())


_UNREAD = np.zeros((1, 1), np.int32)

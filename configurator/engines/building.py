"""From a model to its compiled diagram, with what belongs to it: terms of objectives, and linear rules kept beside it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.compiler.compile import CompileBudget, Progress, TooWide, compile_network
from configurator.engines.diagram.queries import Compiled
from configurator.engines.diagram.store import Store, Stored, key_of, program_digest
from configurator.engines.tabling.tabulate import Additive, TablingLimits, Tabulated, Untabled, tabulate
from configurator.expressions import alone, default_holds, mentioned_by
from configurator.fingerprint import fingerprint
from configurator.model import Limit, Model, ModelTooLarge, Objective, Term
from configurator.program import Program
from rules.kinds import Quantity
from rules.typed import Constant, Not

ONE = Constant(Quantity(), Fraction(1))
_CELLS = 4
"""Tables may have so many cells for each reference that a diagram may have."""
Group = tuple[Term, ...]
"""Terms of an objective that the same variables decide."""
Bound = tuple[NDArray[np.int64], int]
"""A linear rule beside a diagram: the weights of literals, and what their sum is at most."""


class NoDiagram(ModelTooLarge):
    """A model without a diagram within a budget; `verdict` says which bound was hit and which rules widen it."""

    def __init__(self, verdict: TooWide | Untabled) -> None:
        super().__init__(Limit("memory", verdict.message) if isinstance(verdict, TooWide) else verdict.limit)
        self.verdict = verdict


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A compiled model: `groups` has what terms of objectives add by variable, `bounds` the rules kept beside it."""

    compiled: Compiled
    groups: Mapping[Group, Additive]
    bounds: tuple[Bound, ...]
    is_from_store: bool


def build_diagram(
    program: Program,
    objectives: Iterable[Objective],
    budget: CompileBudget,
    store: Store | None,
    keep_out: Collection[int],
    progress: Progress | None = None,
) -> Built:
    """Compile a model, or read what was compiled before; `NoDiagram` where it does not fit the budget."""
    model = program.model
    wishes = dict.fromkeys((term,) for term in _shared(model, _wishes(model)))
    prices = [by_scope(_shared(model, one.terms)) for one in objectives]
    groups = list(dict.fromkeys([*wishes, *(group for own in prices for group in own)]))
    key = "" if store is None else _key(model, groups, keep_out)
    found = None if store is None else store.load(key)
    stored = found or _Compiling(program, groups, len(wishes), prices, budget, keep_out, progress).stored()
    # What leaves prices out for want of time would stand in the way of a better one.
    is_whole = (
        len(groups) == 0 or f"{len(groups) - 1}" in stored.arrays or budget.references >= CompileBudget().references
    )
    if found is None and store is not None and is_whole:
        store.save(key, stored)
    compiled = Compiled(stored.diagram)
    known = {group: _read(stored.arrays, f"{n}") for n, group in enumerate(groups) if f"{n}" in stored.arrays}
    return Built(compiled, known, _bounds(stored.arrays, compiled), found is not None)


def _shared(model: Model, terms: Iterable[Term]) -> Iterator[Term]:
    """Yield the terms that several variables decide together."""
    return (term for term in (alone(model, term) for term in terms) if len(mentioned_by(term)) > 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Compiling:
    """A model to be compiled with its groups, `wishes` first; a price is of use only where all its groups are sums."""

    program: Program
    groups: Sequence[Group]
    wishes: int
    prices: Sequence[Sequence[Group]]
    budget: CompileBudget
    keep_out: Collection[int]
    progress: Progress | None

    def stored(self) -> Stored:
        """Compile with all terms, or with the wishes alone, or with none: prices may be what does not fit."""
        deadline = time.monotonic() + self.budget.seconds
        steps = list(dict.fromkeys((len(self.groups), self.wishes, 0)))
        failed: NoDiagram | None = None
        before = (0, 0)
        for some in steps:
            if failed is not None and time.monotonic() > deadline:
                raise failed
            tabulated = self._tabulated(some, deadline)
            extent = len(tabulated.network.sizes), len(tabulated.network.tables)
            if failed is not None and extent == before:
                continue  # what was left out had no tables: the same network does not fit once more
            before = extent
            diagram = compile_network(tabulated.network, replace(self.budget, seconds=_left(deadline)), self.progress)
            if not isinstance(diagram, TooWide):
                return Stored(diagram, _arrays(tabulated))
            failed = NoDiagram(diagram)
        raise failed or AssertionError

    def _tabulated(self, some: int, deadline: float) -> Tabulated:
        usual, most = TablingLimits(), _CELLS * self.budget.references
        limits = replace(usual, seconds=_left(deadline), cells=min(usual.cells, most), rows=min(usual.rows, most))
        numbers = {group: number for number, group in enumerate(self.groups[:some]) if number >= self.wishes}
        together = [[numbers[group] for group in own if group in numbers] for own in self.prices]
        objectives = [Objective(group) for group in self.groups[:some]]
        tabulated = tabulate(self.program, objectives, limits, self.keep_out, together)
        if isinstance(tabulated, Untabled):
            raise NoDiagram(tabulated)
        return tabulated


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _arrays(tabulated: Tabulated) -> dict[str, NDArray[np.int64]]:
    """Write what stands beside the network's tables."""
    arrays: dict[str, NDArray[np.int64]] = {}
    for number, additive in enumerate(tabulated.objectives):
        if isinstance(additive, Additive):
            arrays |= _written(f"{number}", additive)
    for number, resource in enumerate(tabulated.network.resources):
        arrays |= _written(f"kept out {number}", Additive(resource.bound, resource.weights, 1))
    return arrays


def by_scope(terms: Iterable[Term]) -> list[Group]:
    """Group terms that the same variables decide, in order."""
    groups: dict[frozenset[str], list[Term]] = {}
    for term in terms:
        groups.setdefault(mentioned_by(term), []).append(term)
    return [tuple(group) for group in groups.values()]


def _key(model: Model, groups: Sequence[Group], keep_out: Collection[int]) -> str:
    """Return what a model's diagram is stored under: all it is made of, in order, and the program that made it."""
    variables = [(one.path, one.values, one.exists, one.is_text) for one in model.variables]
    rules = [(constraint.rule, constraint.condition) for constraint in model.constraints]
    return key_of([program_digest(), fingerprint(variables, rules, list(groups), sorted(keep_out))])


def _written(name: str, additive: Additive) -> dict[str, NDArray[np.int64]]:
    """Write an additive term as arrays: constant and scale, then the tables by variable."""
    head = {name: np.array([additive.constant, additive.scale], np.int64)}
    return head | {f"{name}.{variable}": table for variable, table in additive.tables.items()}


def _bounds(arrays: Mapping[str, NDArray[np.int64]], compiled: Compiled) -> tuple[Bound, ...]:
    """Return the linear rules that were kept out, as weights of literals and the bound of their sum."""
    found = list[Bound]()
    while f"kept out {len(found)}" in arrays:
        rule = _read(arrays, f"kept out {len(found)}")
        weights = np.zeros(compiled.literals, np.int64)
        for variable, table in rule.tables.items():
            weights[compiled.starts[variable] : compiled.starts[variable + 1]] = table
        found.append((weights, rule.constant))
    return tuple(found)


def _read(arrays: Mapping[str, NDArray[np.int64]], name: str) -> Additive:
    constant, scale = arrays[name].tolist()
    prefix = f"{name}."
    tables = {int(name.removeprefix(prefix)): table for name, table in arrays.items() if name.startswith(prefix)}
    return Additive(constant, tables, scale)


def _wishes(model: Model) -> Iterator[Term]:
    """Yield a term of 1 for every preference and every default that is not kept."""
    for preference in model.preferences:
        yield Term(Not(preference.condition), ONE)
    for variable in model.variables:
        if variable.default is not None:
            yield Term(Not(default_holds(variable, variable.default)), ONE)

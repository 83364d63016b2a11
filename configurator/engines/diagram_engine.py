"""The engine of compiled diagrams: rules as tables, compiled once, every question one pass or two over flat arrays.

Where an objective is no sum over variables of the diagram, or a question leaves rules out, another
engine answers: exactness never depends on what fits.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from configurator import program as programs
from configurator.counting import count_configurations
from configurator.engines.diagram.compile import CompileBudget, TooWide, compile_network
from configurator.engines.diagram.passes import FAR, Bits
from configurator.engines.diagram.queries import Compiled
from configurator.engines.diagram.store import Store, Stored, key_of
from configurator.engines.diagram.tabling import Additive, TablingLimits, Untabled, tabulate
from configurator.engines.protocol import USUAL, Budget, Ends, Engine
from configurator.engines.refutation import Found, Refuted, Refuter
from configurator.expressions import alone, default_holds, mentioned_by
from configurator.model import Allowed, Configuration, Count, Domains, Limit, Model, Objective, Term, Verdict
from configurator.objective import separate
from configurator.program import Program
from rules.kinds import Quantity, Scalar
from rules.typed import Constant, Not

OBJECTIVES = 64
"""So many objectives stay prepared."""
_MOST = 1 << 58


Group = tuple[Term, ...]
"""Terms of an objective that belong together."""
ONE = Constant(Quantity(), Fraction(1))


class NoDiagram(Exception):  # noqa: N818 - the name says what happened
    """A model without a diagram within a budget; `verdict` says which bound was hit and which rules widen it."""

    def __init__(self, verdict: TooWide | Untabled) -> None:
        super().__init__(verdict.message if isinstance(verdict, TooWide) else verdict.limit.message)
        self.verdict = verdict


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """An objective as weights of literals: ``(constant + sum of the weights taken) / scale``, on a diagram."""

    objective: Objective
    weights: NDArray[np.int64]
    constant: int
    scale: int

    def value(self, total: int) -> Fraction:
        """Return the objective for a sum of weights."""
        return Fraction(self.constant + total, self.scale)


class DiagramEngine:
    """Answers by a compiled diagram; safe to share between threads.

    `NoDiagram` where the model does not fit the budget. `other` makes the engine for what the diagram does
    not answer. `objectives` are compiled into the diagram where they need it.
    """

    name = "diagram"

    def __init__(
        self,
        model: Model,
        other: Callable[[Model], Engine],
        objectives: Collection[Objective] = (),
        budget: CompileBudget | None = None,
        store: Store | None = None,
        keep_out: Collection[int] = (),
    ) -> None:
        self.model = model
        self.keep_out = frozenset(keep_out)
        self.program = Program(model)
        self.budget = budget or CompileBudget()
        self._make_other = other
        self._other: Engine | None = None
        self._lock = threading.RLock()
        self._objectives: OrderedDict[int, Weighed | Objective] = OrderedDict()
        self._texts = self._text_positions()
        wishes = [(term,) for term in self._shared(_wishes(model))]
        priced = dict.fromkeys(group for one in objectives for group in _by_scope(self._shared(one.terms)))
        groups = [*wishes, *priced]
        key = _key(model, len(groups), self.keep_out)
        stored = None if store is None else store.load(key)
        self.is_from_store = stored is not None
        if stored is None:
            stored = self._compiled(groups, len(wishes))
            if store is not None:
                store.save(key, stored)
        self.compiled = Compiled(stored.diagram)
        starts = self.compiled.starts
        self._places = np.arange(starts[-1], dtype=np.int64) - np.repeat(starts[:-1], np.diff(starts))
        self._groups = {
            group: _read(stored.arrays, f"{number}")
            for number, group in enumerate(groups)
            if f"{number}" in stored.arrays
        }
        self.bounds = _bounds(stored.arrays, self.compiled)

    def _shared(self, terms: Iterable[Term]) -> Iterator[Term]:
        """Yield the terms that several variables decide together."""
        return (term for term in (alone(self.model, term) for term in terms) if len(mentioned_by(term)) > 1)

    def _compiled(self, groups: Sequence[Group], wishes: int) -> Stored:
        """Compile with all terms, or with the wishes alone, or with none: prices may be what does not fit."""
        deadline = time.monotonic() + self.budget.seconds
        for some in dict.fromkeys((len(groups), wishes)):
            try:
                return self._compile(groups[:some], deadline)
            except NoDiagram as none:
                if isinstance(none.verdict, Untabled) or time.monotonic() > deadline:
                    raise
        return self._compile((), deadline)

    def _compile(self, groups: Sequence[Group], deadline: float) -> Stored:
        objectives = tuple(Objective(group) for group in groups)
        limits = TablingLimits(seconds=max(0.0, deadline - time.monotonic()))
        tabulated = tabulate(self.program, objectives, limits, self.keep_out)
        if isinstance(tabulated, Untabled):
            raise NoDiagram(tabulated)
        left = max(0.0, deadline - time.monotonic())
        diagram = compile_network(tabulated.network, replace(self.budget, seconds=left))
        if isinstance(diagram, TooWide):
            raise NoDiagram(diagram)
        arrays: dict[str, NDArray[np.int64]] = {}
        for number, additive in enumerate(tabulated.objectives):
            if isinstance(additive, Additive):
                arrays |= _written(f"{number}", additive)
        for number, resource in enumerate(tabulated.network.resources):
            arrays |= _written(f"kept out {number}", Additive(resource.bound, resource.weights, 1))
        return Stored(diagram, arrays)

    def _text_positions(self) -> tuple[frozenset[int], bool]:
        """Return the positions of texts, and whether some rule asks about one."""
        texts = {variable.path: i for i, variable in enumerate(self.model.variables) if variable.is_text}
        return frozenset(texts.values()), not self.model.asked.isdisjoint(texts)

    # --- the engine's questions -----------------------------------------------------------------

    def solve(
        self,
        allowed: Allowed,
        *,
        constraints: Collection[int] | None = None,
        objective: Objective | None = None,
        sense: Literal["min", "max"] = "min",
        budget: Budget = USUAL,
    ) -> Verdict:
        """Find a valid configuration, the best by `objective` where one is given, else one of early values."""
        if constraints is not None and len(set(constraints)) < len(self.model.constraints):
            return self._solve_part(allowed, constraints, objective, sense, budget)
        weighed = None if objective is None else self.weigh(objective)
        if objective is not None and weighed is None:
            return self.other.solve(allowed, objective=objective, sense=sense, budget=budget)
        mask = self.mask(allowed)
        if mask is None:
            return Verdict("none")
        weights = self._places if weighed is None else weighed.weights
        best = self.compiled.best(mask, weights if sense == "min" else -weights)
        if best is None:
            return Verdict("none")
        total, literals = best
        value = None if weighed is None else weighed.value(total if sense == "min" else -total)
        return Verdict("solution", self.configuration(literals), value)

    def _solve_part(
        self,
        allowed: Allowed,
        constraints: Collection[int],
        objective: Objective | None,
        sense: Literal["min", "max"],
        budget: Budget,
    ) -> Verdict:
        """Solve under some of the rules: the diagram has merged them, so the tables are searched."""
        refuter = self._refuter if objective is None else None
        mask = self.mask(allowed)
        if mask is None:
            return Verdict("none")
        if refuter is not None:
            found = refuter.solve(self._tabled(mask, refuter), constraints, budget)
            if isinstance(found, Found):
                visible = found.witness[: len(self.program.sizes)]
                return Verdict("solution", self.program.configuration(visible))
            if isinstance(found, Refuted):
                return Verdict("none")
        return self.other.solve(allowed, constraints=constraints, objective=objective, sense=sense, budget=budget)

    def refuting(self, allowed: Allowed, order: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
        """Return a minimal set of constraints that leave nothing within `allowed`, by search over the tables."""
        mask, refuter = self.mask(allowed), self._refuter
        if mask is None:
            return ()
        if refuter is None:
            return None
        known = frozenset(refuter.sources)
        found = refuter.conflict(self._tabled(mask, refuter), [number for number in order if number in known], budget)
        return found.sources if isinstance(found, Refuted) and found.minimal else None

    @cached_property
    def _refuter(self) -> Refuter | None:
        """The search over the tables that the diagram was made of; None where they do not fit any more."""
        tabulated = tabulate(self.program, (), TablingLimits(seconds=self.budget.seconds))
        return None if isinstance(tabulated, Untabled) else Refuter(tabulated.network)

    def _tabled(self, mask: Bits, refuter: Refuter) -> NDArray[np.bool_]:
        """Return a mask as the tables count literals: their helpers may be others than the diagram's."""
        visible = int(self.compiled.starts[len(self.program.sizes)])
        whole = np.ones(sum(refuter.network.sizes), np.bool_)
        whole[:visible] = mask[:visible] != 0
        return whole

    def best(self, allowed: Allowed, objectives: Sequence[Objective], order: Iterable[str] = ()) -> Verdict | None:
        """Find the best by one objective after the other in one pass; None where one of them is no sum here."""
        weighed = [self.weigh(objective) for objective in objectives]
        mask = self.mask(allowed)
        if mask is None:
            return Verdict("none")
        columns = [np.zeros(self.compiled.literals, np.int64)]
        for one in weighed:
            if one is None:
                return None
            columns.append(one.weights)
        weights = np.stack(columns, axis=1)
        wishes = [self._in_order(path) for path in order]
        if wishes:
            literals = self.compiled.first_in_order(mask, weights, wishes)
            return Verdict("none") if literals is None else Verdict("solution", self.configuration(literals))
        best = self.compiled.best_in_order(mask, weights)
        if best is None:
            return Verdict("none")
        last = weighed[-1] if weighed else None
        value = None if last is None else last.value(best[0][-1])
        return Verdict("solution", self.configuration(best[1]), value)

    def _in_order(self, path: str) -> list[list[int]]:
        """Return the literals of a variable value by value, absence together with the first one."""
        position = self.program.positions[path]
        start, end = int(self.compiled.starts[position]), int(self.compiled.starts[position + 1])
        size = self.program.sizes[position]
        groups = [[literal] for literal in range(start, start + size)]
        if end > start + size:
            groups[:1] = [[start, end - 1]] if size else [[end - 1]]
        return groups

    def switches(self, allowed: Allowed, choices: Allowed) -> Mapping[str, frozenset[Scalar]] | None:
        """Return for each chosen path the values it could have, from one pass."""
        base = self.mask(allowed)
        mask = None if base is None else self.mask({**allowed, **choices})
        if base is None or mask is None:
            return None
        values = self.values(self.compiled.outside(mask) & base)
        return {path: values[path] for path in choices}

    def ends(self, allowed: Allowed, choices: Allowed, objective: Objective) -> Ends | None:
        """Return both ends of the objective for every value, from one pass."""
        weighed = self.weigh(objective)
        base = self.mask(allowed)
        mask = None if base is None else self.mask({**allowed, **choices})
        if weighed is None or base is None or mask is None:
            return None
        sums = self.compiled.both_ends(mask, weighed.weights)
        there = (sums[:, 0] < FAR // 2) & (base != 0)
        found: dict[str, dict[Scalar, tuple[Fraction, Fraction]]] = {}
        starts = self.compiled.starts.tolist()
        for variable, start in zip(self.model.variables, starts, strict=False):
            own = {}
            for index in np.flatnonzero(there[start : start + len(variable.values)]).tolist():
                low, high = sums[start + index].tolist()
                own[variable.values[index]] = (weighed.value(low), weighed.value(-high))
            found[variable.path] = own
        return found

    def valid_values(self, allowed: Allowed, *, budget: Budget = USUAL) -> Domains:  # noqa: ARG002 - one pass
        """Return every value that some valid configuration within `allowed` takes."""
        mask = self.mask(allowed)
        found = None if mask is None else self.compiled.outside(mask) & mask
        if mask is None or found is None or not found.any():
            return Domains({variable.path: frozenset() for variable in self.model.variables}, None)
        best = self.compiled.best(mask, self._places)
        witness = None if best is None else self.configuration(best[1])
        return Domains(self.values(found), witness)

    def count(self, allowed: Allowed, *, budget: Budget = USUAL) -> Count:
        """Return the exact number of valid configurations within `allowed`; texts count once."""
        texts, asked = self._texts
        if asked:
            return count_configurations(self.program, allowed, budget.left)
        mask = self.mask(allowed)
        if mask is None:
            return Count(0)
        for position in texts:
            start = self.compiled.starts[position]
            written = mask[start : start + self.program.sizes[position]]
            if written.all():
                written[1:] = 0
        return Count(self.compiled.count(mask))

    def check(self, configuration: Configuration) -> bool:
        """Say whether a configuration is complete and valid."""
        return programs.check(self.program, configuration)

    def swaps(self, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
        """Return those of `values` that keep a valid configuration valid when `path` alone takes them."""
        return programs.swaps(self.program, configuration, path, values)

    # --- between configurations and literals ----------------------------------------------------

    @property
    def other(self) -> Engine:
        """The engine for what the diagram does not answer."""
        with self._lock:
            if self._other is None:
                self._other = self._make_other(self.model)
            return self._other

    def mask(self, allowed: Allowed) -> Bits | None:
        """Return what a restriction leaves as a mask of literals; None where it leaves a variable nothing.

        `KeyError` for a path that is no variable.
        """
        compiled = self.compiled
        mask = compiled.everything()
        for path, values in allowed.items():
            position = self.program.positions[path]
            known = self.program.indices[position]
            own = mask[compiled.starts[position] : compiled.starts[position + 1]]
            own[:] = 0
            for value in values:
                index = known.get(value)
                if index is not None:
                    own[index] = 1
            if not own.any():
                return None
        return mask

    def configuration(self, literals: NDArray[np.int32]) -> dict[str, Scalar]:
        """Return the configuration of one literal a variable, in order: no entry for what is absent."""
        count = len(self.program.sizes)
        state = (literals[:count] - self.compiled.starts[:count]).tolist()
        return self.program.configuration(state)

    def values(self, found: Bits) -> dict[str, frozenset[Scalar]]:
        """Return the values whose literals are marked, by path; absence is none."""
        starts = self.compiled.starts.tolist()
        marked = found.tolist()
        return {
            variable.path: frozenset(
                value for value, held in zip(variable.values, marked[start : start + size], strict=True) if held
            )
            for variable, start, size in zip(self.model.variables, starts, self.program.sizes, strict=False)
        }

    def weigh(self, objective: Objective) -> Weighed | None:
        """Return an objective as weights; None where it is no sum over variables within the budget."""
        with self._lock:
            known = self._objectives.pop(id(objective), None)
            if known is None:
                known = self._prepared(objective)
            self._objectives[id(objective)] = known
            if len(self._objectives) > OBJECTIVES:
                self._objectives.popitem(last=False)
            return known if isinstance(known, Weighed) else None

    def _prepared(self, objective: Objective) -> Weighed | Objective:
        """Weigh an objective whose terms mention one variable each or are known to the diagram; else return it."""
        terms = tuple(alone(self.model, term) for term in objective.terms)
        separated = separate(Objective(terms), self.program.compiler)
        self.program.compiler.forget([part for t in terms for part in (t.when, t.amount) if part is not None])
        parts: list[tuple[Fraction, int, Mapping[int, Sequence[int] | NDArray[np.int64]]]] = [
            (Fraction(1, separated.scale), separated.constant, separated.tables)
        ]
        for factor, additive in self._known_parts([term for term, _, _, _ in separated.general]):
            if additive is None:
                return objective
            parts.append((factor / additive.scale, additive.constant, additive.tables))
        scale = math.lcm(*(factor.denominator for factor, _, _ in parts))
        weights = np.zeros(self.compiled.literals, object)
        constant = 0
        for factor, start, tables in parts:
            times = int(factor * scale)
            constant += times * start
            for variable, table in tables.items():
                first, end = self.compiled.starts[variable], self.compiled.starts[variable + 1]
                weights[first:end] += np.array(table[: end - first], object) * times
        if sum(max(map(abs, own)) for own in np.split(weights, self.compiled.starts[1:-1])) + abs(constant) > _MOST:
            return objective
        return Weighed(objective, weights.astype(np.int64), constant, scale)

    def _known_parts(self, terms: Sequence[Term]) -> Iterator[tuple[Fraction, Additive | None]]:
        """Yield what was compiled into the diagram for these terms, each times a factor; None for what was not."""
        rest: list[Term] = []
        for term in terms:
            if isinstance(term.amount, Constant) and isinstance(term.amount.value, Fraction):
                additive = self._groups.get((Term(term.when, ONE),))
                if additive is not None:
                    yield term.amount.value, additive
                    continue
            rest.append(term)
        for group in _by_scope(rest):
            yield Fraction(1), self._groups.get(group)


def _by_scope(terms: Iterable[Term]) -> list[Group]:
    """Group terms that the same variables decide, in order."""
    groups: dict[frozenset[str], list[Term]] = {}
    for term in terms:
        groups.setdefault(mentioned_by(term), []).append(term)
    return [tuple(group) for group in groups.values()]


def _key(model: Model, terms: int, keep_out: Collection[int]) -> str:
    """Return what a model's diagram is stored under: its catalog, product and day, and what it consists of in order."""
    parts = [model.catalog_version, model.product, model.day.isoformat(), str(terms), str(sorted(keep_out))]
    parts += [f"{variable.path} {' '.join(map(str, variable.values))}" for variable in model.variables]
    parts += [f"{one.rule} {one.instance} {one.span.file} {one.span.line}" for one in model.constraints]
    return key_of(parts)


def _written(name: str, additive: Additive) -> dict[str, NDArray[np.int64]]:
    """Write an additive term as arrays: constant and scale, then the tables by variable."""
    head = {name: np.array([additive.constant, additive.scale], np.int64)}
    return head | {f"{name}.{variable}": table for variable, table in additive.tables.items()}


def _bounds(arrays: Mapping[str, NDArray[np.int64]], compiled: Compiled) -> tuple[tuple[NDArray[np.int64], int], ...]:
    """Return the linear rules that were kept out, as weights of literals and the bound of their sum."""
    found = []
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


__all__ = ["FAR", "DiagramEngine", "Limit", "NoDiagram", "Weighed"]

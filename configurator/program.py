"""A model compiled for speed: states and configurations, a full check, what one variable alone can change to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from configurator.closures import Node, State
from configurator.evaluate import Compiler
from configurator.model import GONE, TEXT, Allowed, Configuration, Model
from rules.kinds import Scalar

Domain = tuple[int, ...]
"""Indices of values that a variable may take, ascending; one past the last value is absent."""


class Program:
    """The constraints and existence conditions of a model as closures, and who watches which variable."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.compiler = Compiler(model.variables)
        self.positions = self.compiler.positions
        self.sizes = tuple(len(variable.values) for variable in model.variables)
        self.indices = tuple(self._indices(position) for position in range(len(self.sizes)))
        self.exists: tuple[Node | None, ...] = tuple(
            None if variable.exists is None else self.compiler.tabulated(variable.exists)
            for variable in model.variables
        )
        self.dependents = self._watch(self.exists)
        self._siblings: dict[str, tuple[int, ...]] = {}
        for position, variable in enumerate(model.variables):
            key = sibling_key(variable.path)
            self._siblings[key] = (*self._siblings.get(key, ()), position)

    def _indices(self, position: int) -> Mapping[Scalar, int]:
        """Return the index of every value; of a variable that can be absent also that of its absence."""
        known = self.compiler.indices(position)
        return known if self.model.variables[position].exists is None else {**known, GONE: self.sizes[position]}

    @cached_property
    def constraints(self) -> tuple[Node, ...]:
        """The constraints as closures: compiled when a configuration is first checked."""
        return tuple(self.compiler.tabulated(c.condition) for c in self.model.constraints)

    @cached_property
    def watchers(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the constraints that watch each variable."""
        return self._watch(self.constraints)

    def _watch(self, nodes: Sequence[Node | None]) -> tuple[tuple[int, ...], ...]:
        watchers: list[list[int]] = [[] for _ in self.sizes]
        for number, node in enumerate(nodes):
            for position in node.scope if node else ():
                watchers[position].append(number)
        return tuple(map(tuple, watchers))

    # --- states and configurations --------------------------------------------------------------

    def state(self, configuration: Configuration) -> list[int] | None:
        """Return a configuration as a state; None where it names an unknown path or value."""
        state = list(self.sizes)
        for path, value in configuration.items():
            position = self.positions.get(path)
            if position is None:
                return None
            known = self.indices[position]
            index = known.get(TEXT if self.model.variables[position].is_text and value else value)
            if index is None:
                return None
            state[position] = index
        return state

    def configuration(self, state: State) -> dict[str, Scalar]:
        """Return a state as a configuration: no entry for what is absent."""
        return {
            variable.path: variable.values[index]
            for variable, index, size in zip(self.model.variables, state, self.sizes, strict=True)
            if index < size
        }

    def domains(self, allowed: Allowed) -> list[Domain] | None:
        """Return the indices that each variable may take; None where a restriction leaves nothing.

        `KeyError` for a path that is no variable: that is a mistake of the caller.
        """
        domains: list[Domain] = [
            tuple(range(size + (exists is not None))) for size, exists in zip(self.sizes, self.exists, strict=True)
        ]
        for path, values in allowed.items():
            position = self.positions[path]
            known = self.indices[position]
            domains[position] = tuple(sorted(known[value] for value in values if value in known))
        return domains if all(domains) else None

    # --- checks ---------------------------------------------------------------------------------

    def holds(self, state: State, constraints: Iterable[int] | None = None) -> bool:
        """Say whether exactly the right variables are there and the constraints (None: all) hold."""
        if any((exists is None or bool(exists.run(state))) != (state[p] < self.sizes[p]) for p, exists in
               enumerate(self.exists)):  # fmt: skip
            return False
        numbers = range(len(self.constraints)) if constraints is None else constraints
        return all(self.constraints[number].run(state) for number in numbers)

    def swaps(self, state: Sequence[int], position: int, indices: Iterable[int], domains: Sequence[Domain] | None = None
              ) -> Iterator[list[int]]:  # fmt: skip
        """Yield a valid state for every index that the variable can take while nothing else is chosen anew."""
        if state[position] == self.sizes[position]:
            return
        if self.dependents[position]:
            for index in indices:
                moved = self._with_instances(state, position, index, domains)
                if moved is not None:
                    yield moved
            return
        watching = [self.constraints[number].run for number in self.watchers[position]]
        scratch = list(state)
        for index in indices:
            scratch[position] = index
            if all(run(scratch) for run in watching):
                yield list(scratch)

    def _with_instances(
        self, state: Sequence[int], position: int, index: int, domains: Sequence[Domain] | None
    ) -> list[int] | None:
        """Change a number of instances: those that go are dropped, those that come are filled in."""
        for by_default in (False, True):
            moved = list(state)
            moved[position] = index
            if self._settle(moved, position, domains, by_default=by_default) and self.holds(moved):
                return moved
        return None

    def moved(
        self, state: Sequence[int], position: int, index: int, domains: Sequence[Domain] | None = None
    ) -> list[int] | None:
        """Return the state with one variable changed and the right instances there; it may break constraints."""
        changed = list(state)
        changed[position] = index
        return changed if self._settle(changed, position, domains, by_default=False) else None

    def _settle(self, state: list[int], changed: int, domains: Sequence[Domain] | None, *, by_default: bool) -> bool:
        pending = list(self.dependents[changed])
        while pending:
            position = pending.pop(0)
            exists, size = self.exists[position], self.sizes[position]
            there = exists is None or bool(exists.run(state))
            if there == (state[position] < size):
                continue
            index = self._filling(state, position, by_default=by_default) if there else size
            if index is None or (domains is not None and index not in domains[position]):
                return False
            state[position] = index
            pending += self.dependents[position]
        return True

    def _filling(self, state: Sequence[int], position: int, *, by_default: bool) -> int | None:
        """Choose a value for a variable that comes: a sibling's, or its default, or its first."""
        variable, size = self.model.variables[position], self.sizes[position]
        if not by_default:
            for sibling in self._siblings[sibling_key(variable.path)]:
                if state[sibling] < self.sizes[sibling]:
                    return state[sibling]
        if variable.default is not None:
            return self.indices[position].get(variable.default)
        return 0 if size else None


def sibling_key(path: str) -> str:
    """Return what the same option of all instances has in common: the path without indices."""
    return "".join(piece.partition("]")[2] if i else piece for i, piece in enumerate(path.split("[")))


def check(program: Program, configuration: Configuration) -> bool:
    """Say whether a configuration is complete and valid."""
    state = program.state(configuration)
    return state is not None and program.holds(state)


def swaps(program: Program, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
    """Return those values that keep a valid configuration valid when one variable alone takes them."""
    state, position = program.state(configuration), program.positions[path]
    if state is None or state[position] == program.sizes[position]:
        return frozenset()
    known = program.indices[position]
    indices = [known[value] for value in values if value in known]
    domain = program.model.variables[position].values
    return frozenset(domain[moved[position]] for moved in program.swaps(state, position, indices))

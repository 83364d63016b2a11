"""From one solution to another that takes a wanted value: a short chain of changes, each forced by the one before.

The wanted value is put into a solution and never taken back. A constraint that it breaks is mended by
changing one more variable of it, to a value that breaks least, and so on, depth first within a bound:
ejection chains after Glover, Ejection chains, reference structures and alternating path methods (1996).
What it finds is a verified solution; what it does not find says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from configurator.program import Domain, Program

MOST_CHANGES = 7
"""So many variables may change on one chain."""
MOST_STEPS = 40
"""So many partial chains are looked at for one wanted value."""
BRANCHES = 3
"""So many values of one variable are followed."""
CANDIDATES = 400
"""So many values of one variable are tried; of more, evenly spread ones."""
PATIENCE = 24
"""After so many wanted values in vain the rest is left to the solver."""


class Mender:
    """Looks for solutions near known ones, within `domains`."""

    def __init__(self, program: Program, domains: Sequence[Domain]) -> None:
        self._program, self._domains = program, domains
        self._scopes = [frozenset(node.scope) for node in program.constraints]
        self._steps = 0
        self._vain = 0

    @property
    def is_tired(self) -> bool:
        """Say whether too many wanted values were tried in vain."""
        return self._vain >= PATIENCE

    def rest(self) -> None:
        """Begin anew, from another solution."""
        self._vain = 0

    def mend(self, solution: Sequence[int], position: int, index: int) -> list[int] | None:
        """Return a solution that takes the wanted value, None where no chain was found within the bounds."""
        self._steps = MOST_STEPS
        started = self._program.moved(solution, position, index, self._domains)
        found = None if started is None else self._chain(started, frozenset({position}))
        self._vain += found is None
        return found

    def _chain(self, state: list[int], fixed: frozenset[int]) -> list[int] | None:
        broken = self._broken(state)
        if not broken:
            return state if self._program.holds(state) else None
        if len(fixed) > MOST_CHANGES or self._steps <= 0:
            return None
        self._steps -= 1
        number = min(broken, key=lambda one: len(self._scopes[one] - fixed))
        candidates = [
            candidate
            for position in sorted(self._scopes[number] - fixed)
            for candidate in self._changes(state, number, position, fixed)
        ]
        for _, position, changed in sorted(candidates, key=lambda candidate: candidate[:2]):
            found = self._chain(changed, fixed | {position})
            if found is not None:
                return found
        return None

    def _broken(self, state: Sequence[int]) -> list[int]:
        return [number for number, node in enumerate(self._program.constraints) if not node.run(state)]

    def _changes(
        self, state: list[int], number: int, position: int, fixed: frozenset[int]
    ) -> Iterator[tuple[int, int, list[int]]]:
        """Yield the changes of one variable that mend a constraint, those that break least: (broken, position, state)."""
        constraints, watching = self._program.constraints, self._program.watchers[position]
        settled = [constraints[one].run for one in watching if self._scopes[one] <= fixed | {position}]
        others = [constraints[one].run for one in watching if not self._scopes[one] <= fixed | {position}]
        mended, found = constraints[number].run, []
        simple = not self._program.dependents[position] and state[position] < self._program.sizes[position]
        domain = self._domains[position] if simple or self._program.dependents[position] else ()
        for index in domain[:: 1 + len(domain) // CANDIDATES]:
            if index == state[position] or index == self._program.sizes[position]:
                continue
            moved = self._put(state, position, index, simple=simple)
            if moved is not None and mended(moved) and all(run(moved) for run in settled):
                found.append((sum(not run(moved) for run in others), position, moved))
        found.sort(key=lambda one: one[0])
        yield from found[:BRANCHES]

    def _put(self, state: list[int], position: int, index: int, *, simple: bool) -> list[int] | None:
        if not simple:
            return self._program.moved(state, position, index, self._domains)
        changed = list(state)
        changed[position] = index
        return changed

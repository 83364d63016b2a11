"""python-sat, minisat22: one literal a value and a row, assumptions for choices, a call for every value not yet seen."""

from __future__ import annotations

from itertools import combinations

from pysat.solvers import Solver

from api.commands.bench.peers.grid import Grid, GridTable
from api.commands.bench.peers.peer import ALL, Chosen, Deadline, Found

PAIRWISE = 6
"""So many values exclude each other pair by pair; more through a ladder."""


class PysatPeer:
    """An incremental solver: what it learns on one click serves the next."""

    answers = ALL

    def __init__(self, grid: Grid) -> None:
        self.visible = grid.visible
        self.solver = Solver(name="minisat22")
        self.top = 0
        self.literals = [self._variable(size) for size in grid.sizes]
        self.last = self.top
        for table in grid.tables:
            self._table(table)
        for clause in grid.clauses:
            self.solver.add_clause([self.literals[v][index] for v, index in clause])

    def _new(self) -> int:
        self.top += 1
        return self.top

    def _variable(self, size: int) -> list[int]:
        literals = [self._new() for _ in range(size)]
        self.solver.add_clause(literals)
        self._at_most_one(literals)
        return literals

    def _at_most_one(self, literals: list[int]) -> None:
        if len(literals) <= PAIRWISE:
            for one, other in combinations(literals, 2):
                self.solver.add_clause([-one, -other])
            return
        before = literals[0]
        for literal in literals[1:]:
            self.solver.add_clause([-before, -literal])
            some = self._new()
            self.solver.add_clause([-before, some])
            self.solver.add_clause([-literal, some])
            before = some

    def _table(self, table: GridTable) -> None:
        supports: dict[tuple[int, int], list[int]] = {}
        matched = []
        for row in table.rows:
            literal = self._new()
            matched.append(literal)
            for column, index in enumerate(row):
                self.solver.add_clause([-literal, self.literals[table.scope[column]][index]])
                supports.setdefault((column, index), []).append(literal)
        self.solver.add_clause(matched)
        for column, variable in enumerate(table.scope):
            for index, literal in enumerate(self.literals[variable]):
                self.solver.add_clause([-literal, *supports.get((column, index), ())])

    def click(self, chosen: Chosen, deadline: Deadline) -> Found:
        """Ask about each value that no configuration found so far has, with a leaning to such values."""
        assumptions = [self.literals[variable][index] for variable, index in chosen.items()]
        found: Found = [set() for _ in range(self.visible)]
        self.solver.set_phases([literal for own in self.literals for literal in own])
        if not self.solver.solve(assumptions=assumptions):
            return found
        self._see(found)
        _, propagated = self.solver.propagate(assumptions=assumptions)
        settled = {literal for literal in propagated if -self.last <= literal < 0}
        for variable in range(self.visible):
            for index, literal in enumerate(self.literals[variable]):
                if index in found[variable] or -literal in settled:
                    continue
                deadline.check()
                if self.solver.solve(assumptions=[*assumptions, literal]):
                    self._see(found)
        return found

    def _see(self, found: Found) -> None:
        model = self.solver.get_model()
        seen = []
        for indices, literals in zip(found, self.literals, strict=False):
            own = next(index for index, literal in enumerate(literals) if model[literal - 1] > 0)
            if own not in indices:
                indices.add(own)
                seen.append(-literals[own])
        self.solver.set_phases(seen)

"""CP-SAT: allowed assignments over one-hot variables; solved again until no value is left that it has not shown."""

from __future__ import annotations

from ortools.sat.python import cp_model

from api.commands.bench.peers.grid import Grid
from api.commands.bench.peers.peer import ALL, Chosen, Deadline, Found, OutOfTime


class CpSatPeer:
    """A model that is cloned for every question."""

    answers = ALL

    def __init__(self, grid: Grid) -> None:
        self.visible = grid.visible
        self.model = cp_model.CpModel()
        self.integers = [self.model.new_int_var(0, size - 1, f"v{v}") for v, size in enumerate(grid.sizes)]
        self.literals = [self._one_hot(v, size) for v, size in enumerate(grid.sizes)]
        for table in grid.tables:
            if table.rows:
                self.model.add_allowed_assignments([self.integers[v] for v in table.scope], table.rows)
            else:
                self.model.add_bool_or([])
        for clause in grid.clauses:
            self.model.add_bool_or([self.literals[v][index] for v, index in clause])

    def _one_hot(self, variable: int, size: int) -> list[cp_model.IntVar]:
        literals = [self.model.new_bool_var(f"v{variable}={index}") for index in range(size)]
        for index, literal in enumerate(literals):
            self.model.add(self.integers[variable] == index).only_enforce_if(literal)
            self.model.add(self.integers[variable] != index).only_enforce_if(~literal)
        return literals

    def click(self, chosen: Chosen, deadline: Deadline) -> Found:
        """Ask for a configuration with some value not seen yet, until there is none."""
        model = self.model.clone()
        for variable, index in chosen.items():
            model.add(model.get_int_var_from_proto_index(self.integers[variable].index) == index)
        found: Found = [set() for _ in range(self.visible)]
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        while True:
            solver.parameters.max_time_in_seconds = deadline.left
            status = solver.solve(model)
            if status == cp_model.INFEASIBLE:
                return found
            if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
                raise OutOfTime
            for variable, indices in enumerate(found):
                indices.add(solver.value(self.integers[variable]))
            new = [
                model.get_bool_var_from_proto_index(literal.index)
                for variable, indices in enumerate(found)
                if variable not in chosen
                for index, literal in enumerate(self.literals[variable])
                if index not in indices
            ]
            if not new:
                return found
            model.clear_hints()  # type: ignore[no-untyped-call]  # without types in ortools
            model.add_bool_or(new)
            for literal in new:
                model.add_hint(literal, value=True)

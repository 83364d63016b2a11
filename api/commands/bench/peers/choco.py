"""Choco through pychoco: compact tables, built again for every click (it has no assumptions); one configuration a click."""

from __future__ import annotations

from pychoco import Model

from api.commands.bench.peers.grid import Grid
from api.commands.bench.peers.peer import ONE, Chosen, Deadline, Found, OutOfTime


class ChocoPeer:
    """Answers whether a configuration is left, with one of them; its time is that of the search alone."""

    answers = ONE

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.ready: Model | None = None

    def prepare(self, chosen: Chosen) -> None:
        """Build the model of a click."""
        grid, model = self.grid, Model()
        variables = [model.intvar(chosen.get(v, 0), chosen.get(v, size - 1)) for v, size in enumerate(grid.sizes)]
        for table in grid.tables:
            if table.rows:
                model.table([variables[v] for v in table.scope], [list(row) for row in table.rows]).post()
            else:
                model.arithm(variables[0], "<", 0).post()
        for clause in grid.clauses:
            scope = sorted({v for v, _ in clause})
            literals = []
            for v in scope:
                literal = model.boolvar()
                model.reify_x_in_s(variables[v], [index for own, index in clause if own == v], literal)
                literals.append(literal)
            model.or_(literals).post() if literals else model.arithm(variables[0], "<", 0).post()
        self.ready, self.variables = model, variables

    def click(self, chosen: Chosen, deadline: Deadline) -> Found:  # noqa: ARG002 - the choices are in the model that `prepare` built
        """Find one configuration."""
        found: Found = [set() for _ in range(self.grid.visible)]
        if self.ready is None:
            raise OutOfTime
        solver = self.ready.get_solver()
        if solver.solve(time_limit=f"{max(1, int(deadline.left))}s"):
            for variable, indices in enumerate(found):
                indices.add(self.variables[variable].get_value())
        elif deadline.left <= 0:
            raise OutOfTime
        return found

"""clingo: brave consequences under assumptions, one atom a value, support atoms for the rows of tables."""

from __future__ import annotations

from threading import Timer

from clingo import Control, Function, Model, Number
from clingo.backend import Backend

from api.commands.bench.peers.grid import Grid, GridTable
from api.commands.bench.peers.peer import ALL, Chosen, Deadline, Found, OutOfTime


class ClingoPeer:
    """A program given through the backend, so that nothing is parsed or grounded."""

    answers = ALL

    def __init__(self, grid: Grid) -> None:
        self.visible = grid.visible
        self.control = Control(["--enum-mode=brave", "--models=0"])
        with self.control.backend() as backend:
            self.atoms = [self._variable(backend, v, size, grid.visible) for v, size in enumerate(grid.sizes)]
            for table in grid.tables:
                self._table(backend, table)
            for clause in grid.clauses:
                backend.add_rule([], [-self.atoms[v][index] for v, index in clause])

    def _variable(self, backend: Backend, variable: int, size: int, visible: int) -> list[int]:
        shown = variable < visible
        atoms = [
            backend.add_atom(Function("v", [Number(variable), Number(index)]) if shown else None)
            for index in range(size)
        ]
        backend.add_rule(atoms, choice=True)
        weighted = [(atom, 1) for atom in atoms]
        for bound, sign in ((2, 1), (size, -1)):  # two of them, or all of them missing
            if len(atoms) >= bound:
                broken = backend.add_atom()
                backend.add_weight_rule([broken], bound, [(sign * atom, 1) for atom, _ in weighted])
                backend.add_rule([], [broken])
        return atoms

    def _table(self, backend: Backend, table: GridTable) -> None:
        supports: dict[tuple[int, int], list[int]] = {}
        rows = []
        for row in table.rows:
            body = [self.atoms[variable][index] for variable, index in zip(table.scope, row, strict=True)]
            matched = backend.add_atom()
            rows.append(matched)
            backend.add_rule([matched], body)
            for column, index in enumerate(row):
                supports.setdefault((column, index), []).append(matched)
        backend.add_rule([], [-matched for matched in rows])
        for column, variable in enumerate(table.scope):
            for index, atom in enumerate(self.atoms[variable]):
                backend.add_rule([], [atom, *(-matched for matched in supports.get((column, index), ()))])

    def click(self, chosen: Chosen, deadline: Deadline) -> Found:
        """Ask for the brave consequences: the last model shows them all."""
        found: Found = [set() for _ in range(self.visible)]

        def read(model: Model) -> None:
            for indices, atoms in zip(found, self.atoms, strict=False):
                indices.update(index for index, atom in enumerate(atoms) if model.is_consequence(atom))

        alarm = Timer(deadline.left, self.control.interrupt)
        alarm.start()
        try:
            result = self.control.solve([self.atoms[v][index] for v, index in chosen.items()], on_last=read)
        finally:
            alarm.cancel()
        if result.interrupted or not result.exhausted:
            raise OutOfTime
        return found

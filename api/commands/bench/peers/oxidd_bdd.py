"""OxiDD: one BDD of everything over logarithmic bits, the order from our own pseudo tree; a conjunction for every value."""

from __future__ import annotations

from oxidd.bdd import BDDFunction, BDDManager

from api.commands.bench.peers.grid import Grid, GridTable
from api.commands.bench.peers.peer import ALL, Chosen, Deadline, Found
from configurator.engines.diagram.compiler.order import pseudo_trees

NODES = 20_000_000
CACHE = 4_000_000


class OxiddPeer:
    """A diagram that is compiled once; choices are conjunctions with it."""

    answers = ALL

    def __init__(self, grid: Grid) -> None:
        self.sizes, self.visible = grid.sizes, grid.visible
        self.manager = BDDManager(NODES, CACHE, 1)
        scopes = [table.scope for table in grid.tables]
        scopes += [tuple({variable for variable, _ in clause}) for clause in grid.clauses]
        order = min(pseudo_trees(grid.sizes, scopes), key=lambda tree: tree.estimate).order
        self.place = {variable: place for place, variable in enumerate(order)}
        self.bits: list[list[BDDFunction]] = [[] for _ in grid.sizes]
        for variable in order:
            numbers = self.manager.add_vars(max(1, (grid.sizes[variable] - 1).bit_length()))
            self.bits[variable] = [self.manager.var(number) for number in numbers]
        self.true, self.false = self.manager.true(), self.manager.false()
        self.values = [[self._value(v, index) for index in range(size)] for v, size in enumerate(grid.sizes)]
        self.whole = self._conjoined(grid)

    def _value(self, variable: int, index: int) -> BDDFunction:
        result = self.true
        bits = self.bits[variable]
        for position, bit in reversed(list(enumerate(bits))):
            result = result & (bit if index >> (len(bits) - 1 - position) & 1 else ~bit)
        return result

    def _conjoined(self, grid: Grid) -> BDDFunction:
        """Conjoin all constraints, those deepest in the order first."""
        parts: list[tuple[int, BDDFunction]] = []
        for variable, values in enumerate(self.values):
            some = self.false
            for value in values:
                some = some | value
            parts.append((self.place[variable], some))
        parts += [(min(self.place[v] for v in table.scope), self._table(table)) for table in grid.tables]
        for clause in grid.clauses:
            some = self.false
            for variable, index in clause:
                some = some | self.values[variable][index]
            parts.append((min((self.place[v] for v, _ in clause), default=0), some))
        whole = self.true
        for _, part in sorted(parts, key=lambda one: -one[0]):
            whole = whole & part
        return whole

    def _table(self, table: GridTable) -> BDDFunction:
        columns = sorted(range(len(table.scope)), key=lambda column: self.place[table.scope[column]])
        tree: dict[int, object] = {}
        for row in table.rows:
            node = tree
            for column in columns[:-1]:
                node = node.setdefault(row[column], {})  # type: ignore[assignment]  # a tree of dictionaries
            node[row[columns[-1]]] = None
        return self._level(tree, [table.scope[column] for column in columns], {})

    def _level(
        self, tree: dict[int, object], scope: list[int], known: dict[tuple[int, tuple[object, ...]], BDDFunction]
    ) -> BDDFunction:
        """Return the rows of a tree as a diagram; equal subtrees are made once."""
        below: list[tuple[int, BDDFunction]] = []
        for index, child in sorted(tree.items()):
            below.append((index, self._level(child, scope[1:], known) if isinstance(child, dict) else self.true))
        key = (scope[0], tuple((index, id(function)) for index, function in below))
        if key not in known:
            result = self.false
            for index, function in below:
                result = result | (self.values[scope[0]][index] & function)
            known[key] = result
        return known[key]

    def click(self, chosen: Chosen, deadline: Deadline) -> Found:
        """Conjoin the choices, then every value with the rest."""
        left = self.whole
        for variable, index in chosen.items():
            left = left & self.values[variable][index]
            deadline.check()
        found: Found = [set() for _ in range(self.visible)]
        if not left.satisfiable():
            return found
        for variable, indices in enumerate(found):
            for index, value in enumerate(self.values[variable]):
                deadline.check()
                if chosen.get(variable, index) == index and (left & value).satisfiable():
                    indices.add(index)
        return found

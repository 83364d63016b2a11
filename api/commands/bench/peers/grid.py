"""A model as every peer can take it: variables as numbers of values, tables of indices, clauses of assignments."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

from configurator.closures import Node
from configurator.evaluate import Compiler
from configurator.model import Model
from rules.typed import Add, And, Compare, Constant, Or, Reference, Rows, Typed, Values

SMALL = 30_000
"""An expression over so many combinations becomes one table."""
MOST_ROWS = 500_000
"""So many rows may a table of partial sums have."""
Assignment = tuple[int, int]
"""A variable and the index of a value."""
_RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip


class TooWide(Exception):  # noqa: N818 - the name says what happened
    """A rule that becomes neither a table nor clauses of reasonable size."""


@dataclass(frozen=True, slots=True)
class GridTable:
    """The combinations of indices that some variables may have together."""

    scope: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]


@dataclass(slots=True)
class Grid:
    """The first `visible` variables are the model's; those behind them hold what parts of rules come to.

    A clause asks for one of its assignments at least.
    """

    visible: int
    sizes: list[int]
    tables: list[GridTable] = field(default_factory=list)
    clauses: list[tuple[Assignment, ...]] = field(default_factory=list)

    def helper(self, size: int) -> int:
        """Add a variable of so many values."""
        self.sizes.append(size)
        return len(self.sizes) - 1


def make_grid(model: Model) -> Grid:
    """Write a model without conditional variables as a grid; `TooWide` where a rule does not become one."""
    compiler = Compiler(model.variables)
    grid = Grid(len(model.variables), [len(variable.values) for variable in model.variables])
    for variable in model.variables:
        if variable.exists is not None:
            raise TooWide(f"{variable.path} does not always exist")
    for constraint in model.constraints:
        try:
            _demand(grid, compiler, constraint.condition)
        except TooWide as error:
            raise TooWide(f"{constraint.rule}: {error}") from None
    return grid


def _demand(grid: Grid, compiler: Compiler, condition: Typed) -> None:
    if isinstance(condition, And):
        for operand in condition.operands:
            _demand(grid, compiler, operand)
    elif isinstance(condition, Rows) and condition.mode == "allow" and _plain(condition):
        grid.tables.append(_table(compiler, condition))
    elif isinstance(condition, Or) and all(len(_node(compiler, operand).scope) == 1 for operand in condition.operands):
        grid.clauses.append(tuple(one for operand in condition.operands for one in _holding(_node(compiler, operand))))
    elif _combinations(grid, _node(compiler, condition)) <= SMALL:
        grid.tables.append(_tabulated(grid, _node(compiler, condition)))
    elif isinstance(condition, Or):
        grid.clauses.append(tuple((_helper(grid, compiler, operand), 1) for operand in condition.operands))
    elif isinstance(condition, Compare):
        _chain(grid, compiler, condition)
    else:
        raise TooWide(f"an expression over {_combinations(grid, _node(compiler, condition)):,} combinations")


def _node(compiler: Compiler, condition: Typed) -> Node:
    return compiler.tabulated(condition)


def _combinations(grid: Grid, node: Node) -> int:
    return math.prod(grid.sizes[position] for position in node.scope)


def _holding(node: Node) -> list[Assignment]:
    """Return the assignments under which a condition on one variable holds; absence, behind the values, is none."""
    return [(node.position, index) for index, holds in enumerate((node.table or ())[:-1]) if holds]


def _plain(condition: Rows) -> bool:
    return all(isinstance(column, Reference) for column in condition.columns)


def _table(compiler: Compiler, condition: Rows) -> GridTable:
    scope = tuple(compiler.positions[column.name] for column in condition.columns if isinstance(column, Reference))
    known: list[dict[int, tuple[int, ...]]] = [{} for _ in scope]
    rows: list[tuple[int, ...]] = []
    for row in condition.rows:
        cells = [
            own.get(id(cell)) or _indices(compiler, position, cell, own)
            for position, cell, own in zip(scope, row, known, strict=True)
        ]
        rows += itertools.product(*cells)
    return GridTable(scope, tuple(rows))


def _indices(compiler: Compiler, position: int, cell: Values, known: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Find the indices that a cell holds, and remember them by the cell's identity."""
    places = compiler.indices(position)
    if cell.ranges or cell.everything:
        found = tuple(index for value, index in places.items() if value in cell)
    else:
        found = tuple(sorted(places[value] for value in cell.singles if value in places))
    known[id(cell)] = found
    return found


def _tabulated(grid: Grid, node: Node) -> GridTable:
    scope = tuple(sorted(node.scope))
    return GridTable(scope, tuple(row for row, holds in _evaluated(grid, node, scope) if holds))


def _evaluated(grid: Grid, node: Node, scope: Sequence[int]) -> Iterable[tuple[tuple[int, ...], bool]]:
    state = [0] * grid.visible
    for row in itertools.product(*(range(grid.sizes[position]) for position in scope)):
        for position, index in zip(scope, row, strict=True):
            state[position] = index
        yield row, bool(node.run(state))


def _helper(grid: Grid, compiler: Compiler, condition: Typed) -> int:
    """Return a variable that is 1 where a condition holds and 0 elsewhere."""
    node = _node(compiler, condition)
    if _combinations(grid, node) > SMALL:
        raise TooWide(f"an operand over {_combinations(grid, node):,} combinations")
    scope = tuple(sorted(node.scope))
    helper = grid.helper(2)
    rows = tuple((*row, int(holds)) for row, holds in _evaluated(grid, node, scope))
    grid.tables.append(GridTable((*scope, helper), rows))
    return helper


def _chain(grid: Grid, compiler: Compiler, condition: Compare) -> None:
    """Write a comparison of sums as tables over partial sums, which helpers hold."""
    terms = [*_terms(condition.left, Fraction(1)), *_terms(condition.right, Fraction(-1))]
    columns = [(_node(compiler, term), factor) for factor, term in terms if not isinstance(term, Constant)]
    if any(len(node.scope) != 1 for node, _ in columns):
        raise TooWide("a comparison of something else than sums over single variables")
    constants = [factor * term.value for factor, term in terms if isinstance(term, Constant)
                 and isinstance(term.value, Fraction)]  # fmt: skip
    steps = [
        [factor * Fraction(str(value)) / node.scale for value in (node.table or ())[:-1]] for node, factor in columns
    ]
    start = sum(constants, Fraction(0))
    scale = math.lcm(start.denominator, *(step.denominator for own in steps for step in own))
    adds = [[int(step * scale) for step in own] for own in steps]
    relation = _RELATIONS[condition.operator]
    sums, before = [int(start * scale)], -1
    for number, ((node, _), own) in enumerate(zip(columns, adds, strict=True)):
        later = adds[number + 1 :]
        rest = (sum(map(min, later)), sum(map(max, later)))
        pairs = [(i, k, total + add) for i, total in enumerate(sums) for k, add in enumerate(own)]
        pairs = [pair for pair in pairs if _promising(condition.operator, pair[2] + rest[0], pair[2] + rest[1])]
        if len(pairs) > MOST_ROWS:
            raise TooWide(f"{len(pairs):,} partial sums")
        if not later:
            _append(grid, before, (node.position,), [(i, k) for i, k, total in pairs if relation(total, 0)])
            return
        sums = sorted({total for _, _, total in pairs})
        places = {total: place for place, total in enumerate(sums)}
        helper = grid.helper(max(1, len(sums)))
        _append(grid, before, (node.position, helper), [(i, k, places[total]) for i, k, total in pairs])
        before = helper


def _promising(operator: str, low: int, high: int) -> bool:
    """Say whether something between two bounds can compare with 0 as asked."""
    if operator == "=":
        return low <= 0 <= high
    return operator == "!=" or (low <= 0 if operator in {"<", "<="} else high >= 0)


def _append(grid: Grid, before: int, scope: tuple[int, ...], rows: Sequence[tuple[int, ...]]) -> None:
    """Add a table; in the first one there is no sum before."""
    if before < 0:
        grid.tables.append(GridTable(scope, tuple(row[1:] for row in rows)))
    else:
        grid.tables.append(GridTable((before, *scope), tuple(rows)))


def _terms(expression: Typed, factor: Fraction) -> list[tuple[Fraction, Typed]]:
    if isinstance(expression, Add):
        return [one for own, term in expression.terms for one in _terms(term, factor * own)]
    return [(factor, expression)]

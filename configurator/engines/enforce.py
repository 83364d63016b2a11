"""Conditions required where literals hold: the cheapest constraints for each shape, not a literal for everything."""

from __future__ import annotations

import math
from collections.abc import Sequence

from configurator.closures import ColumnMasks, Node
from configurator.engines import amounts
from configurator.engines.circuit import Literal
from configurator.engines.encode import Encoder
from rules.kinds import Day, Money, Quantity
from rules.typed import And, Compare, Not, Or, Rows, Typed

SMALL_PAIR = 4_096
"""A condition over two variables with so many pairs of values is read pair by pair."""
MOST_TUPLES = 20_000
"""So many tuples of values at most stand for a table; past it, its rows get a literal each."""


def enforce(encoder: Encoder, condition: Typed, where: Sequence[Literal]) -> None:
    """Require a condition where all of the literals hold."""
    node = encoder.program.compiler.tabulated(condition)
    if len(node.scope) <= 1:
        _clause(encoder, where, [encoder.literal(condition)])
    elif len(node.scope) == 2 and math.prod(encoder.indices.size(p) for p in node.scope) <= SMALL_PAIR:  # noqa: PLR2004 - a pair
        _enforce_pairs(encoder, node, where)
    else:
        _enforce_shape(encoder, condition, where)


def _enforce_shape(encoder: Encoder, condition: Typed, where: Sequence[Literal]) -> None:
    match condition:
        case And(operands):
            for operand in operands:
                enforce(encoder, operand, where)
        case Or(operands):
            _enforce_some(encoder, operands, where)
        case Not(Or(operands)):
            for operand in operands:
                enforce(encoder, Not(operand), where)
        case Not(And(operands)):
            _enforce_some(encoder, [Not(operand) for operand in operands], where)
        case Not(Not(operand)):
            enforce(encoder, operand, where)
        case Compare(operator, left, right) if isinstance(left.kind, Quantity | Money | Day):
            _enforce_comparison(encoder, operator, left, right, where)
        case Rows():
            _enforce_table(encoder, condition, where)
        case _:
            _clause(encoder, where, [encoder.literal(condition)])


def _clause(encoder: Encoder, where: Sequence[Literal], literals: Sequence[Literal]) -> None:
    encoder.circuit.clause([*(-literal - 1 for literal in where), *literals])


def _enforce_some(encoder: Encoder, operands: Sequence[Typed], where: Sequence[Literal]) -> None:
    """Require some operand: the last table or comparison where none of the others holds."""
    last = next((o for o in reversed(operands) if isinstance(o, Rows | Compare | And)), None)
    literals = [encoder.literal(operand) for operand in operands if operand is not last]
    if encoder.circuit.true in literals:
        return
    if last is None:
        _clause(encoder, where, literals)
    else:
        enforce(encoder, last, [*where, *(-literal - 1 for literal in literals)])


def _enforce_comparison(encoder: Encoder, operator: str, left: Typed, right: Typed, where: Sequence[Literal]) -> None:
    a, b = encoder.amount(left), encoder.amount(right)
    for amount in (a, b):
        _clause(encoder, where, [amount.present])
    gap, kept = amounts.relation(encoder.circuit, operator, a, b)
    encoder.circuit.within(gap, kept, where)


def _enforce_pairs(encoder: Encoder, node: Node, where: Sequence[Literal]) -> None:
    """Read a condition over two variables as what the second may be by the value of the first."""
    first, second = sorted(node.scope)
    state = [0] * len(encoder.program.sizes)
    partners: dict[tuple[int, ...], list[int]] = {}
    for index in range(encoder.indices.size(first)):
        state[first] = index
        fitting = []
        for other in range(encoder.indices.size(second)):
            state[second] = other
            if node.run(state):
                fitting.append(other)
        partners.setdefault(tuple(fitting), []).append(index)
    for kept, indices in partners.items():
        literals = [-encoder.indices.member(first, indices) - 1, encoder.indices.member(second, kept)]
        _clause(encoder, where, literals)


def _enforce_table(encoder: Encoder, table: Rows, where: Sequence[Literal]) -> None:
    if table.mode == "forbid":
        for row in table.rows:
            _clause(encoder, where, [-encoder.within(c, cell) - 1 for c, cell in zip(table.columns, row, strict=True)])
        return
    columns = [encoder.program.compiler.tabulated(column) for column in table.columns]
    positions = [column.position for column in columns if column.table is not None]
    if len(set(positions)) < len(columns):
        _enforce_rows(encoder, table, where)
        return
    groups = [_row_groups(table, i, column) for i, column in enumerate(columns)]
    if len(groups) == 2:  # noqa: PLR2004 - a pair
        _enforce_group_pairs(encoder, positions, groups, where)
        return
    tuples = _tuples(groups)
    if tuples is None:
        _enforce_rows(encoder, table, where)
        return
    handles = [encoder.circuit.handle(encoder.indices.integer(position)) for position in positions]
    if not tuples:
        _clause(encoder, where, [])
        return
    added = encoder.circuit.model.add_allowed_assignments(handles, tuples)
    added.only_enforce_if([encoder.circuit.literal(literal) for literal in where])


def _row_groups(table: Rows, number: int, column: Node) -> dict[int, list[int]]:
    """Group a column's indices by the rows (as bits) that they match; those that match none are left out."""
    masks = ColumnMasks([row[number] for row in table.rows], column.scale)
    groups: dict[int, list[int]] = {}
    for index, value in enumerate(column.table or ()):
        mask = masks.of(value)
        if mask:
            groups.setdefault(mask, []).append(index)
    return groups


def _enforce_group_pairs(
    encoder: Encoder, positions: Sequence[int], groups: Sequence[dict[int, list[int]]], where: Sequence[Literal]
) -> None:
    first, second = positions
    _clause(encoder, where, [encoder.indices.member(first, [i for indices in groups[0].values() for i in indices])])
    for mask, indices in groups[0].items():
        kept = [other for rows, others in groups[1].items() if rows & mask for other in others]
        _clause(encoder, where, [-encoder.indices.member(first, indices) - 1, encoder.indices.member(second, kept)])


def _tuples(groups: Sequence[dict[int, list[int]]]) -> list[tuple[int, ...]] | None:
    """Write a table out as tuples of indices; None past MOST_TUPLES."""
    partial: list[tuple[int, tuple[int, ...]]] = [(-1, ())]
    for group in groups:
        size = sum(len(indices) for indices in group.values())
        if len(partial) * size > MOST_TUPLES * 50:
            return None
        partial = [
            (mask & rows, (*start, index))
            for mask, start in partial
            for rows, indices in group.items()
            if mask & rows
            for index in indices
        ]
        if len(partial) > MOST_TUPLES:
            return None
    return [start for _, start in partial]


def _enforce_rows(encoder: Encoder, table: Rows, where: Sequence[Literal]) -> None:
    """Give every row a literal that implies its cells, and require one of them."""
    circuit, chosen = encoder.circuit, list[Literal]()
    for row in table.rows:
        literal = circuit.integer(0, 1)
        for column, cell in zip(table.columns, row, strict=True):
            circuit.clause((-literal - 1, encoder.within(column, cell)))
        chosen.append(literal)
    _clause(encoder, where, chosen)

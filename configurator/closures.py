"""The closures that ground trees compile to: one function a node, from operands to a node.

A state holds for every variable the index of its value; one past the last index means absent. A
closure returns a value, or None where it is absent. Numbers are integers over a scale fixed when
the tree is compiled (a rational only below a division by a variable).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, cast

from rules.kinds import Scalar
from rules.typed import Rows, Values

State = Sequence[int]
Value = bool | str | int | Fraction | date | None
Run = Callable[[State], Value]
Number = int | Fraction
NumberRun = Callable[[State], Number | None]


@dataclass(frozen=True, slots=True)
class Node:
    """A compiled tree: a number's value is ``run(state) / scale``; `table` is given where one variable decides."""

    run: Run
    scope: frozenset[int]
    scale: int = 1
    table: tuple[Value, ...] | None = None

    @property
    def position(self) -> int:
        """The variable of a tree that mentions one alone."""
        (position,) = self.scope
        return position


def table_node(position: int, table: tuple[Value, ...], scale: int) -> Node:
    """Return a node that reads one variable's table."""
    return Node(lambda state: table[state[position]], frozenset((position,)), scale, table)


def constant(value: Scalar) -> Node:
    """Return a node of one value."""
    if isinstance(value, Fraction):
        numerator = value.numerator
        return Node(lambda _: numerator, frozenset(), value.denominator)
    return Node(lambda _: value, frozenset())


def _numeric(node: Node) -> NumberRun:
    """Take a node's closure for what the checker proved: one over numbers."""
    return cast("NumberRun", node.run)


ALWAYS = constant(value=True)


def _scope(nodes: Sequence[Node]) -> frozenset[int]:
    return frozenset[int]().union(*(node.scope for node in nodes))


def junction(nodes: Sequence[Node], every: bool) -> Node:
    """Return that every node, or some node, holds."""
    runs = tuple(node.run for node in nodes)

    scope = _scope(nodes)
    if every:
        return Node(lambda state: all(run(state) for run in runs), scope)
    return Node(lambda state: any(run(state) for run in runs), scope)


def negation(node: Node) -> Node:
    """Return that a node does not hold."""
    run = node.run
    return Node(lambda state: not run(state), node.scope)


_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def comparison(operator: str, left: Node, right: Node) -> Node:
    """Return a comparison, false where an operand is absent."""
    scale = math.lcm(left.scale, right.scale)
    a, b, relation = _rescaled(left, scale), _rescaled(right, scale), _RELATIONS[operator]

    def run(state: State) -> bool:
        x = a(state)
        if x is None:
            return False
        y = b(state)
        return y is not None and relation(x, y)

    return Node(run, left.scope | right.scope)


def _rescaled(node: Node, scale: int) -> Run:
    """Return a closure for the node's number over another scale, a multiple of its own."""
    factor = scale // node.scale
    if factor == 1:
        return node.run
    run = _numeric(node)

    def rescaled(state: State) -> Value:
        value = run(state)
        return None if value is None else value * factor

    return rescaled


def plain(number: Fraction) -> int | Fraction:
    """Return an integer where the number is one: faster, and equal."""
    return number.numerator if number.denominator == 1 else number


def membership(node: Node, values: Values) -> Node:
    """Return that a node's value belongs to a set, false where it is absent."""
    run, everything = node.run, values.everything
    singles = frozenset(plain(v * node.scale) if isinstance(v, Fraction) else v for v in values.singles)
    ranges = tuple((plain(low * node.scale), plain(high * node.scale)) for low, high in values.ranges)

    def within(state: State) -> bool:
        value = run(state)
        if value is None:
            return False
        if everything or value in singles:
            return True
        return isinstance(value, int | Fraction) and any(low <= value <= high for low, high in ranges)

    return Node(within, node.scope)


class ColumnMasks:
    """Which rows of a table a column's value matches, as the bits of an integer; values over a scale."""

    def __init__(self, cells: Sequence[Values], scale: int) -> None:
        self._everything = 0
        self._ranges: list[tuple[int | Fraction, int | Fraction, int]] = []
        self._singles: dict[object, int] = {}
        for cell, bits in _bits(cells):
            if cell.everything:
                self._everything |= bits
                continue
            for single in cell.singles:
                key = plain(single * scale) if isinstance(single, Fraction) else single
                self._singles[key] = self._singles.get(key, 0) | bits
            self._ranges += [(plain(low * scale), plain(high * scale), bits) for low, high in cell.ranges]
        self._known: dict[object, int] = {}

    def of(self, value: Value) -> int:
        """Return the rows that a value matches; an absent one matches none."""
        if value is None:
            return 0
        if value not in self._known:
            mask = self._everything | self._singles.get(value, 0)
            if isinstance(value, int | Fraction):
                for low, high, bit in self._ranges:
                    if low <= value <= high:
                        mask |= bit
            self._known[value] = mask
        return self._known[value]


def _bits(cells: Sequence[Values]) -> Iterator[tuple[Values, int]]:
    """Yield each different cell, known by identity, with the rows it stands in as bits."""
    places: dict[int, list[int]] = {}
    for row, cell in enumerate(cells):
        places.setdefault(id(cell), []).append(row)
    for rows in places.values():
        bits = bytearray(rows[-1] // 8 + 1)
        for row in rows:
            bits[row // 8] |= 1 << row % 8
        yield cells[rows[0]], int.from_bytes(bits, "little")


def row_match(table: Rows, columns: Sequence[Node]) -> Node:
    """Return that the columns match some row, or none for ``forbid``."""
    masks = [ColumnMasks([row[i] for row in table.rows], column.scale) for i, column in enumerate(columns)]
    wanted = table.mode == "allow"
    runs = tuple(_mask_run(column, mask) for column, mask in zip(columns, masks, strict=True))

    def run(state: State) -> bool:
        matched = -1
        for mask in runs:
            matched &= mask(state)
            if not matched:
                return not wanted
        return wanted

    return Node(run, _scope(columns))


def _mask_run(column: Node, masks: ColumnMasks) -> Callable[[State], int]:
    run = column.run
    if column.table is None:
        return lambda state: masks.of(run(state))
    position, by_index = column.position, tuple(masks.of(value) for value in column.table)
    return lambda state: by_index[state[position]]


def lookup(node: Node, values: Mapping[str, Scalar], *, is_number: bool) -> Node:
    """Return the attribute of a choice."""
    run = node.run
    numbers = {key: value for key, value in values.items() if isinstance(value, Fraction)} if is_number else {}
    scale = math.lcm(*(number.denominator for number in numbers.values()))
    found: dict[Value, Value] = {key: int(value * scale) for key, value in numbers.items()}
    if not is_number:
        found.update(values)
    return Node(lambda state: found.get(run(state)), node.scope, scale)


def addition(terms: Sequence[tuple[Fraction, Node]]) -> Node:
    """Return a weighted sum over the least scale that holds it."""
    factors = [coefficient / node.scale for coefficient, node in terms]
    scale = math.lcm(*(factor.denominator for factor in factors))
    runs = [_numeric(node) for _, node in terms]
    weighted = tuple((int(factor * scale), run) for factor, run in zip(factors, runs, strict=True))

    def run(state: State) -> Value:
        total: int | Fraction = 0
        for weight, part in weighted:
            value = part(state)
            if value is None:
                return None
            total += weight * value
        return total

    return Node(run, _scope([node for _, node in terms]), scale)


def product(nodes: Sequence[Node]) -> Node:
    """Return a product of numbers."""
    runs = tuple(map(_numeric, nodes))

    def run(state: State) -> Value:
        result: int | Fraction = 1
        for part in runs:
            value = part(state)
            if value is None:
                return None
            result *= value
        return result

    return Node(run, _scope(nodes), math.prod(node.scale for node in nodes))


def quotient(left: Node, right: Node) -> Node:
    """Return an exact quotient, absent where the divisor is zero."""
    a, b, factor = _numeric(left), _numeric(right), Fraction(right.scale, left.scale)

    def run(state: State) -> Value:
        x, y = a(state), b(state)
        return factor * x / y if x is not None and y else None

    return Node(run, left.scope | right.scope)


def rounding(node: Node, mode: str, step: Fraction) -> Node:
    """Return a number rounded to a multiple of the step."""
    run = _numeric(node)
    over, under = (node.scale * step).numerator, (node.scale * step).denominator
    numerator = step.numerator

    def rounded(state: State) -> Value:
        value = run(state)
        if value is None:
            return None
        scaled = value * under
        if mode == "floor":
            return (scaled // over) * numerator
        if mode == "ceiling":
            return -(-scaled // over) * numerator
        nearest = (2 * (scaled if scaled >= 0 else -scaled) + over) // (2 * over)
        return (nearest if value >= 0 else -nearest) * numerator

    return Node(rounded, node.scope, step.denominator)


def choice(condition: Node, value: Node, otherwise: Node) -> Node:
    """Return one value or the other."""
    scale = math.lcm(value.scale, otherwise.scale)
    test, a, b = condition.run, _rescaled(value, scale), _rescaled(otherwise, scale)
    return Node(
        lambda state: a(state) if test(state) else b(state), condition.scope | value.scope | otherwise.scope, scale
    )


def extremum(function: str, guards: Sequence[Node], nodes: Sequence[Node]) -> Node:
    """Return the least or greatest of the values whose guards hold."""
    scale = math.lcm(*(node.scale for node in nodes))
    cases = tuple((guard.run, _rescaled(node, scale)) for guard, node in zip(guards, nodes, strict=True))
    better = _RELATIONS[">" if function == "max" else "<"]

    def run(state: State) -> Value:
        best: Value = None
        for guard, part in cases:
            if guard(state):
                value = part(state)
                if value is None:
                    return None
                if best is None or better(value, best):
                    best = value
        return best

    return Node(run, _scope([*guards, *nodes]), scale)

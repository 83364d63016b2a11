"""The exact number of valid configurations: rules as small tables, variables eliminated one by one.

A rule over few combinations is one table. A wider one becomes a chain of small tables through
helper variables that hold what has been seen so far: a partial sum, whether some operand holds,
which rows of a table still match. Texts count once, whether written or not.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeGuard

from configurator import passes
from configurator.closures import ColumnMasks
from configurator.condensing import condense
from configurator.elimination import Clock, Factor, Row, TooLarge, eliminate
from configurator.model import Allowed, Count, Limit
from configurator.program import Program
from rules.kinds import Scalar
from rules.typed import (
    Add,
    And,
    Choose,
    Compare,
    Divide,
    Extremum,
    Lookup,
    Multiply,
    Not,
    Or,
    Round,
    Rows,
    Typed,
    Within,
)

SMALL = 4_096
"""A condition over so many combinations of values is one table."""
MOST_STEPS = 1_000_000
"""So many combinations one step of a chain may try."""

Held = object
"""What a helper variable holds: a value as in rules, or what a chain has seen so far."""


def count_configurations(program: Program, allowed: Allowed, seconds: float) -> Count:
    """Return the number of valid configurations within `allowed`, or the limit that was hit."""
    domains = program.domains(allowed)
    if domains is None:
        return Count(0)
    clock = Clock(time.monotonic() + seconds)
    network = Network(program, [list(domain) for domain in domains], clock)
    try:
        for position, exists in enumerate(program.exists):
            network.tie(position) if exists is not None else None
        for constraint in program.model.constraints:
            network.require(constraint.condition)
        sizes = {variable: len(domain) for variable, domain in enumerate(network.domains)}
        free = {variable: sizes[variable] for variable in range(len(program.sizes))}
        projected = frozenset(network.projected)
        factors = condense(network.factors, free, network.homes, projected, clock)
        return Count(eliminate(factors, sizes, projected, clock))
    except TooLarge as large:
        return Count(None, large.limit)


@dataclass(frozen=True, slots=True)
class Wire:
    """The value of an expression: a variable of the network, and what each of its indices stands for."""

    variable: int
    values: dict[int, Held]


class Network:
    """Variables (those of the program first, then helpers) with their indices, and the tables between them."""

    def __init__(self, program: Program, domains: list[list[int]], clock: Clock) -> None:
        self.program, self.domains, self.clock = program, domains, clock
        self.factors: list[Factor] = []
        self.projected = {i for i, variable in enumerate(program.model.variables) if variable.is_text}
        self.homes: dict[int, int] = {}
        self._wires: dict[int, tuple[Typed, Wire]] = {}

    # --- conditions -----------------------------------------------------------------------------

    def tie(self, position: int) -> None:
        """Make a variable absent exactly where it does not exist."""
        expression = self.program.model.variables[position].exists
        size = self.program.sizes[position]
        if expression is not None:
            there = self.wire(expression)
            pairs = itertools.product(self.domains[position], self.domains[there.variable])
            rows: dict[Row, int] = {p: 1 for p in pairs if (p[0] < size) == bool(there.values[p[1]])}
            self.factors.append(Factor((position, there.variable), rows))

    def require(self, condition: Typed) -> None:
        """Let only assignments count where a condition holds."""
        node = self.program.compiler.tabulated(condition)
        if self._combinations(node.scope) <= SMALL:
            scope = tuple(sorted(node.scope))
            rows = {row: 1 for row, holds in self._outcomes(scope, node.run) if holds}
            self.factors.append(Factor(scope, rows))
        elif isinstance(condition, And):
            for operand in condition.operands:
                self.require(operand)
        else:
            wire = self.wire(condition)
            rows = {(index,): 1 for index, value in wire.values.items() if value}
            self.factors.append(Factor((wire.variable,), rows))

    def _combinations(self, scope: Iterable[int]) -> int:
        return math.prod(len(self.domains[position]) for position in scope)

    def _outcomes(
        self, scope: Sequence[int], run: Callable[[Sequence[int]], Held]
    ) -> Iterable[tuple[tuple[int, ...], Held]]:
        state = list(self.program.sizes)
        for row in itertools.product(*(self.domains[position] for position in scope)):
            for position, index in zip(scope, row, strict=True):
                state[position] = index
            yield row, run(state)

    # --- values ---------------------------------------------------------------------------------

    def wire(self, expression: Typed) -> Wire:
        """Return an expression's value as a variable of the network; each expression once."""
        known = self._wires.get(id(expression))
        if known is None:
            known = (expression, self._wire(expression))
            self._wires[id(expression)] = known
        return known[1]

    def _wire(self, expression: Typed) -> Wire:
        node = self.program.compiler.tabulated(expression)
        if self._combinations(node.scope) <= SMALL or len(node.scope) == 1:
            scope = tuple(sorted(node.scope))
            outcomes = ((row, _exact(value, node.scale)) for row, value in self._outcomes(scope, node.run))
            return self._helper(scope, outcomes)
        match expression:
            case And(operands) | Or(operands):
                every = isinstance(expression, And)
                wires = [self.wire(operand) for operand in operands]
                return self._chain(every, wires, lambda so_far, held: bool(held) if so_far is every else so_far)
            case Rows():
                return self._table(expression)
            case Add() | Multiply():
                return self._arithmetic(expression)
            case Extremum():
                return self._extremum(expression)
            case _:
                return self._direct(expression)

    def _direct(self, expression: Typed) -> Wire:
        """Compute a node of few operands from their values."""
        match expression:
            case Not(operand):
                return self._computed([self.wire(operand)], lambda held: not held[0])
            case Compare(operator, left, right):
                return self._computed([self.wire(left), self.wire(right)], _compared(operator))
            case Within(operand, values):
                return self._computed([self.wire(operand)], lambda held: held[0] is not None and held[0] in values)
            case Lookup(operand=operand, values=attributes):
                return self._computed([self.wire(operand)], lambda held: attributes.get(str(held[0])))
            case Divide(_, left, right):
                return self._computed([self.wire(left), self.wire(right)], _quotient)
            case Round(_, mode, operand, step):
                return self._computed(
                    [self.wire(operand)],
                    lambda held: passes.rounded(held[0], mode, step) if isinstance(held[0], Fraction) else None,
                )
            case Choose(_, condition, value, otherwise):
                operands = [self.wire(condition), self.wire(value), self.wire(otherwise)]
                return self._computed(operands, lambda held: held[1] if held[0] else held[2])
            case _:
                raise TypeError(expression)

    def _arithmetic(self, expression: Add | Multiply) -> Wire:
        if isinstance(expression, Multiply):
            factors = [self.wire(operand) for operand in expression.operands]
            return self._chain(Fraction(1), factors, lambda so_far, held: _both(so_far, held, lambda a, b: a * b))
        weighted = [self._computed([self.wire(term)], _times(weight)) for weight, term in expression.terms]
        return self._chain(Fraction(0), weighted, lambda so_far, held: _both(so_far, held, lambda a, b: a + b))

    def _extremum(self, expression: Extremum) -> Wire:
        """Hold ``()`` while no guard held, None once an absent operand counted, else the best so far in a tuple."""
        better = _compared(">" if expression.function == "max" else "<")

        def step(so_far: Held, held: Held) -> Held:
            if held == () or so_far is None:
                return so_far
            if held is None or not isinstance(so_far, tuple) or not isinstance(held, tuple) or not so_far:
                return held
            return held if better((held[0], so_far[0])) else so_far

        cases: list[Wire] = []
        for guard, value in expression.operands:
            guards = [self.wire(passes.TRUE if guard is None else guard), self.wire(value)]
            cases.append(self._computed(guards, lambda held: _case(held[0], held[1])))
        best = self._chain((), cases, step)
        return self._computed([best], _opened)

    def _table(self, table: Rows) -> Wire:
        columns = [self.wire(column) for column in table.columns]
        masked = []
        for number, column in enumerate(columns):
            masks = ColumnMasks([row[number] for row in table.rows], 1)
            masked.append(self._computed([column], _matching(masks)))
        matched = self._chain(-1, masked, _common)
        wanted = table.mode == "allow"
        return self._computed([matched], lambda held: bool(held[0]) is wanted)

    # --- helpers --------------------------------------------------------------------------------

    def _computed(self, operands: Sequence[Wire], function: Callable[[Sequence[Held]], Held]) -> Wire:
        """Return a helper that holds a function of other wires."""
        scope = tuple(dict.fromkeys(wire.variable for wire in operands))
        if self._combinations(scope) > MOST_STEPS:
            message = f"a rule combines values in more than {MOST_STEPS} ways"
            raise TooLarge(Limit("memory", message))
        places = [(wire.values, scope.index(wire.variable)) for wire in operands]
        rows = itertools.product(*(self.domains[variable] for variable in scope))
        return self._helper(scope, ((row, function([values[row[i]] for values, i in places])) for row in rows))

    def _chain(self, start: Held, wires: Sequence[Wire], step: Callable[[Held, Held], Held]) -> Wire:
        """Return what is left after taking one wire after the other into account."""
        so_far = self._computed([], lambda _: start)
        for wire in wires:
            so_far = self._computed([so_far, wire], lambda held: step(held[0], held[1]))
        return so_far

    def _helper(self, scope: tuple[int, ...], outcomes: Iterable[tuple[tuple[int, ...], Held]]) -> Wire:
        """Make a variable that holds what the variables of its scope decide."""
        numbers: dict[Held, int] = {}
        rows: dict[tuple[int, ...], int] = {}
        for row, value in outcomes:
            rows[(*row, numbers.setdefault(value, len(numbers)))] = 1
        self.clock.check(len(rows), scope)
        variable = len(self.domains)
        self.domains.append(list(numbers.values()))
        self.homes[variable] = len(self.factors)
        self.factors.append(Factor((*scope, variable), rows))
        if any(position in self.projected for position in scope):
            self.projected.add(variable)
        return Wire(variable, {index: value for value, index in numbers.items()})


def _exact(value: Held, scale: int) -> Held:
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value) / scale
    return value


def _both(left: Held, right: Held, function: Callable[[Fraction, Fraction], Fraction]) -> Held:
    return function(left, right) if isinstance(left, Fraction) and isinstance(right, Fraction) else None


def _times(weight: Fraction) -> Callable[[Sequence[Held]], Held]:
    return lambda held: weight * held[0] if isinstance(held[0], Fraction) else None


def _quotient(held: Sequence[Held]) -> Held:
    left, right = held
    return left / right if isinstance(left, Fraction) and isinstance(right, Fraction) and right else None


def _case(guard: Held, value: Held) -> Held:
    if not guard:
        return ()
    return None if value is None else (value,)


def _opened(held: Sequence[Held]) -> Held:
    best = held[0]
    return best[0] if isinstance(best, tuple) and best else None


def _compared(operator: str) -> Callable[[Sequence[Held]], bool]:
    relation = passes.COMPARISONS[operator]

    def holds(held: Sequence[Held]) -> bool:
        left, right = held
        return _is_scalar(left) and _is_scalar(right) and relation(left, right)

    return holds


def _is_scalar(value: Held) -> TypeGuard[Scalar]:
    return isinstance(value, bool | str | Fraction | date)


def _matching(masks: ColumnMasks) -> Callable[[Sequence[Held]], Held]:
    return lambda held: masks.of(held[0] if _is_scalar(held[0]) else None)


def _common(left: Held, right: Held) -> Held:
    return left & right if isinstance(left, int) and isinstance(right, int) else 0

"""Objectives taken apart: what each variable adds alone as a table, and the terms that several decide together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from configurator.closures import Node, State
from configurator.evaluate import Compiler
from configurator.model import Objective, Term
from rules.typed import Compare, Constant, Reference, Typed, Within


@dataclass(frozen=True, slots=True)
class Separated:
    """An objective as ``(constant + tables + general) / scale``; tables hold an integer an index, absent included.

    `general` holds the terms that mention several variables, each with its compiled parts and an
    integer factor for the amount over its own scale.
    """

    scale: int
    constant: int
    tables: Mapping[int, tuple[int, ...]]
    general: tuple[tuple[Term, Node | None, Node, Fraction], ...]

    def value(self, state: State) -> Fraction:
        """Return the exact value on a state."""
        total = Fraction(self.constant + sum(table[state[position]] for position, table in self.tables.items()))
        for _, when, amount, factor in self.general:
            if when is None or when.run(state):
                number = amount.run(state)
                total += factor * number if isinstance(number, int | Fraction) else 0
        return total / self.scale


def separate(objective: Objective, compiler: Compiler) -> Separated:
    """Compile an objective; terms over one variable or none are added up into tables."""
    constant, tables = Fraction(0), dict[int, list[Fraction]]()
    general: list[tuple[Term, Node | None, Node]] = []
    for term in objective.terms:
        single = _single(term, compiler)
        if single is None:
            when = None if term.when is None else compiler.tabulated(term.when)
            general.append((term, when, compiler.tabulated(term.amount)))
            continue
        position, amounts = single
        if position is None:
            constant += amounts.get(0, Fraction(0))
            continue
        table = tables.setdefault(position, [Fraction(0)] * (len(compiler.variables[position].values) + 1))
        for index, amount in amounts.items():
            table[index] += amount
    numbers = [constant, *(amount for table in tables.values() for amount in table)]
    scale = math.lcm(*{n.denominator for n in numbers}, *(amount.scale for _, _, amount in general))
    return Separated(
        scale,
        int(constant * scale),
        {position: tuple(int(amount * scale) for amount in table) for position, table in tables.items()},
        tuple((term, when, amount, Fraction(scale, amount.scale)) for term, when, amount in general),
    )


def _single(term: Term, compiler: Compiler) -> tuple[int | None, dict[int, Fraction]] | None:
    """Return what a term adds by index of the one variable it mentions (None: of none); None for several."""
    named = _named(term.when, compiler)
    if named is not None and isinstance(term.amount, Constant) and isinstance(term.amount.value, Fraction):
        return named[0], dict.fromkeys(named[1], term.amount.value)
    when = None if term.when is None else compiler.compile(term.when)
    amount = compiler.compile(term.amount)
    scope = amount.scope if when is None else amount.scope | when.scope
    if len(scope) > 1:
        return None
    position = next(iter(scope), None)
    state = [0] * len(compiler.variables)
    amounts: dict[int, Fraction] = {}
    for index in range(1 if position is None else len(compiler.variables[position].values) + 1):
        if position is not None:
            state[position] = index
        number = amount.run(state) if when is None or when.run(state) else None
        if isinstance(number, int | Fraction):
            amounts[index] = Fraction(number) / amount.scale
    return position, amounts


def _named(when: Typed | None, compiler: Compiler) -> tuple[int, list[int]] | None:
    """Read ``variable = value`` and ``variable in {values}`` without trying every value."""
    match when:
        case Compare("=", Reference(name=name), Constant(value=value)):
            wanted = frozenset((value,))
        case Within(Reference(name=name), values) if not values.ranges and not values.everything:
            wanted = values.singles
        case _:
            return None
    position = compiler.positions[name]
    indices = compiler.indices(position)
    return position, [indices[value] for value in wanted if value in indices]

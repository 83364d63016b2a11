"""The variables of a program in a CP-SAT model: a literal a value for choices, an integer for numbers.

Numbers with a range stay integers, so that a window of 2,000 widths costs one variable; all others
are one-hot. Each gets the other form as well where a constraint asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from configurator.engines.circuit import Circuit, Literal, intervals
from configurator.program import Domain, Program


class Indices:
    """The index of every variable's value; one past the last value, where it can be, is absent."""

    def __init__(self, program: Program, circuit: Circuit) -> None:
        self.program, self.circuit = program, circuit
        self.integers: dict[int, int] = {}
        self.literals: dict[int, list[Literal]] = {}
        self.sets: dict[tuple[int, frozenset[int]], Literal] = {}
        self._base: dict[int, int | list[int]] = {}
        for position, variable in enumerate(program.model.variables):
            size = self.size(position)
            if size == 0:
                circuit.clause(())
            if variable.is_number:
                self.integers[position] = self._base[position] = circuit.integer(0, max(size - 1, 0))
            else:
                literals = [circuit.integer(0, 1) for _ in range(size)]
                self.literals[position] = self._base[position] = literals
                circuit.exactly_one(literals)

    def over(self, circuit: Circuit) -> Indices:
        """Return the same variables in a copy of the circuit."""
        twin = object.__new__(Indices)
        twin.program, twin.circuit, twin._base = self.program, circuit, self._base
        twin.integers, twin.literals, twin.sets = dict(self.integers), dict(self.literals), dict(self.sets)
        return twin

    def size(self, position: int) -> int:
        """Return the number of indices of a variable, absent included where it can be."""
        return self.program.sizes[position] + (self.program.exists[position] is not None)

    def integer(self, position: int) -> int:
        """Return an integer variable for the index."""
        if position not in self.integers:
            self.integers[position] = self.circuit.integer(0, max(self.size(position) - 1, 0))
            self.circuit.link(self.integers[position], self.literals[position])
        return self.integers[position]

    def one_hot(self, position: int) -> list[Literal]:
        """Return a literal for every index, exactly one of them true."""
        if position not in self.literals:
            self.literals[position] = [self.circuit.integer(0, 1) for _ in range(self.size(position))]
            self.circuit.exactly_one(self.literals[position])
            self.circuit.link(self.integers[position], self.literals[position])
        return self.literals[position]

    def member(self, position: int, indices: Iterable[int]) -> Literal:
        """Return a literal for a variable taking one of some indices."""
        circuit, domain = self.circuit, range(self.size(position))
        wanted = frozenset(i for i in indices if i in domain)
        if not wanted or len(wanted) == len(domain):
            return circuit.true if wanted else circuit.false
        inside = intervals(wanted)
        if len(inside) == 1 and position not in self.literals:
            return circuit.member(self.integers[position], inside, domain)
        key = (position, wanted)
        if key not in self.sets:
            literal = self._one_of(position, wanted)
            self.sets[key], self.sets[position, frozenset(domain) - wanted] = literal, -literal - 1
        return self.sets[key]

    def _one_of(self, position: int, wanted: frozenset[int]) -> Literal:
        literals = self.one_hot(position)
        chosen = [value for index, value in enumerate(literals) if index in wanted]
        others = [value for index, value in enumerate(literals) if index not in wanted]
        if len(chosen) == 1 or len(others) == 1:
            return chosen[0] if len(chosen) == 1 else -others[0] - 1
        literal = self.circuit.integer(0, 1)
        few = [*chosen, -literal - 1] if len(chosen) <= len(others) else [*others, literal]
        self.circuit.exactly_one(few)
        return literal

    # --- questions and answers ------------------------------------------------------------------

    def narrowed(self, domains: Sequence[Domain]) -> Mapping[int, Sequence[int]]:
        """Return the values left to CP-SAT's variables by narrower domains."""
        kept: dict[int, Sequence[int]] = {}
        for position, domain in enumerate(domains):
            if len(domain) == self.size(position):
                continue
            own = self._base[position]
            if isinstance(own, int):
                kept[own] = domain
            else:
                allowed = frozenset(domain)
                kept.update({literal: (0,) for index, literal in enumerate(own) if index not in allowed})
        return kept

    def read(self, solution: Sequence[int]) -> list[int]:
        """Return the state that a solution stands for."""
        return [
            solution[own] if isinstance(own, int) else next(i for i, literal in enumerate(own) if solution[literal])
            for own in self._base.values()
        ]

    def base(self, position: int) -> int | list[int]:
        """Return the integer, or the literals, that a variable is made of."""
        return self._base[position]

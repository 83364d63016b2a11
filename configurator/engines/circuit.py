"""Literals and integer variables of a CP-SAT model: logic gates, memberships and linear sums, each built once.

A literal is the index of a Boolean variable, or ``-index - 1`` for its negation, as CP-SAT counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from configurator.model import Limit, ModelTooLarge

Literal = int
LARGEST = 2**60
"""Past this, sums could leave 64 bits."""


@dataclass(frozen=True, slots=True)
class Linear:
    """``sum(coefficient * variable) + constant``, with bounds that hold for all values of the variables."""

    terms: tuple[tuple[int, int], ...]
    constant: int
    low: int
    high: int


class PlainModel(cp_model.CpModel):
    """A CP-SAT model without the names of old releases: binding them costs many times what a clone does."""

    def _add_pre_pep8_methods(self) -> None:
        pass

    def clone(self) -> PlainModel:
        """Return a copy that grows on its own."""
        twin = PlainModel()
        twin.proto.copy_from(self.proto)
        twin.rebuild_constant_map()
        return twin


class Circuit:
    """A growing CP-SAT model."""

    def __init__(self) -> None:
        self.model = PlainModel()
        self._bounds: dict[int, tuple[int, int]] = {}
        self._gates: dict[tuple[str, tuple[int, ...]], Literal] = {}
        self._members: dict[tuple[int, tuple[tuple[int, int], ...]], Literal] = {}
        self._linears: dict[tuple[object, ...], Literal] = {}
        self.true = self.integer(1, 1)
        self.false = -self.true - 1

    def copy(self) -> Circuit:
        """Return a circuit over a clone of the model, to grow on its own."""
        twin = Circuit()
        twin.model = self.model.clone()
        twin._bounds, twin._gates = dict(self._bounds), dict(self._gates)
        twin._members, twin._linears = dict(self._members), dict(self._linears)
        return twin

    # --- variables ------------------------------------------------------------------------------

    def integer(self, low: int, high: int) -> int:
        """Make an integer variable; `ModelTooLarge` past 64 bits."""
        if low < -LARGEST or high > LARGEST:
            raise ModelTooLarge(Limit("memory", f"numbers from {low} to {high} do not fit into 64 bits"))
        handle = self.model.new_int_var(low, high, "")
        self._bounds[handle.index] = (low, high)
        return int(handle.index)

    def link(self, index: int, values: Sequence[Literal]) -> None:
        """Make each literal mean that a variable has the value of its place; exactly one is true."""
        variable = self.handle(index)
        self.exactly_one(values)
        for place, value in enumerate(values):
            self.model.add(variable == place).only_enforce_if(self.literal(value))

    def handle(self, index: int) -> cp_model.IntVar:
        """Return the variable that an index means."""
        return self.model.get_int_var_from_proto_index(index)

    def literal(self, literal: Literal) -> cp_model.LiteralT:
        """Return a literal as CP-SAT writes it."""
        return self.handle(literal) if literal >= 0 else ~self.handle(-literal - 1)

    def bounds(self, index: int) -> tuple[int, int]:
        """Return the least and greatest value of a variable."""
        return self._bounds[index]

    # --- logic ----------------------------------------------------------------------------------

    def negation(self, literal: Literal) -> Literal:
        """Return the negated literal."""
        return -literal - 1

    def conjunction(self, literals: Iterable[Literal]) -> Literal:
        """Return a literal that is true exactly if all are."""
        wanted = set(literals) - {self.true}
        if self.false in wanted or any(-literal - 1 in wanted for literal in wanted):
            return self.false
        if len(wanted) < 2:  # noqa: PLR2004 - one operand is its own gate
            return next(iter(wanted), self.true)
        key = ("and", tuple(sorted(wanted)))
        if key not in self._gates:
            gate = self.integer(0, 1)
            for literal in key[1]:
                self.clause((-gate - 1, literal))
            self.clause((gate, *(-literal - 1 for literal in key[1])))
            self._gates[key] = gate
        return self._gates[key]

    def disjunction(self, literals: Iterable[Literal]) -> Literal:
        """Return a literal that is true exactly if some is."""
        return -self.conjunction([-literal - 1 for literal in literals]) - 1

    def choice(self, condition: Literal, value: Literal, otherwise: Literal) -> Literal:
        """Return ``if condition then value else otherwise``."""
        return self.disjunction((self.conjunction((condition, value)), self.conjunction((-condition - 1, otherwise))))

    def clause(self, literals: Iterable[Literal]) -> None:
        """Require that some literal is true."""
        wanted = set(literals) - {self.false}
        if self.true not in wanted:
            self.model.add_bool_or([self.literal(literal) for literal in sorted(wanted)])

    def exactly_one(self, literals: Iterable[Literal]) -> None:
        """Require that one literal is true and no other."""
        self.model.add_exactly_one([self.literal(literal) for literal in literals])

    # --- integers -------------------------------------------------------------------------------

    def member(self, index: int, inside: tuple[tuple[int, int], ...], domain: range) -> Literal:
        """Return a literal that is true exactly if a variable over `domain` lies in some of the intervals."""
        outside = complement(inside, domain)
        if not inside or not outside:
            return self.true if inside else self.false
        key = (index, inside)
        if key not in self._members:
            literal = self.integer(0, 1)
            self._members[key] = literal
            self._members[index, outside] = -literal - 1
            for lit, kept in ((literal, inside), (-literal - 1, outside)):
                self.within(Linear(((1, index),), 0, *self._bounds[index]), kept, (lit,))
        return self._members[key]

    def constant(self, value: int) -> Linear:
        """Return a number as a sum of nothing."""
        return Linear((), value, value, value)

    def linear(self, weights: Mapping[int, int], constant: int = 0) -> Linear:
        """Return a weighted sum of variables; `ModelTooLarge` past 64 bits."""
        low = high = constant
        largest = abs(constant)
        for index, weight in weights.items():
            ends = [weight * end for end in self._bounds[index]]
            low, high = low + min(ends), high + max(ends)
            largest += max(abs(end) for end in ends)
        if largest > LARGEST:
            raise ModelTooLarge(Limit("memory", f"a sum of up to {largest} does not fit into 64 bits"))
        return Linear(tuple((w, i) for i, w in sorted(weights.items()) if w), constant, low, high)

    def combine(self, parts: Sequence[tuple[int, Linear]], constant: int = 0) -> Linear:
        """Return a weighted sum of sums."""
        weights: dict[int, int] = {}
        for factor, part in parts:
            constant += factor * part.constant
            for weight, index in part.terms:
                weights[index] = weights.get(index, 0) + factor * weight
        return self.linear(weights, constant)

    def expression(self, linear: Linear) -> cp_model.LinearExpr:
        """Return a sum as CP-SAT writes it."""
        handles = [self.handle(index) for _, index in linear.terms]
        return cp_model.LinearExpr.weighted_sum(handles, [w for w, _ in linear.terms]) + linear.constant

    def within(self, linear: Linear, kept: Sequence[tuple[int, int]], conditions: Sequence[Literal]) -> None:
        """Require that a sum lies in some of the closed intervals where all conditions hold."""
        if any(low <= linear.low and linear.high <= high for low, high in kept):
            return
        if not linear.terms or not kept:
            inside = any(low <= linear.constant <= high for low, high in kept)
            if not inside or not kept:
                self.clause([-condition - 1 for condition in conditions])
            return
        domain = cp_model.Domain.from_intervals([[low, high] for low, high in kept])
        added = self.model.add_linear_expression_in_domain(self.expression(linear), domain)
        if open_conditions := [c for c in conditions if c != self.true]:
            added.only_enforce_if([self.literal(condition) for condition in open_conditions])

    def holds_within(self, linear: Linear, kept: Sequence[tuple[int, int]]) -> Literal:
        """Return a literal that is true exactly if a sum lies in some of the closed intervals."""
        whole = range(linear.low, linear.high + 1)
        inside = clip(kept, whole)
        outside = complement(inside, whole)
        if not inside or not outside:
            return self.true if inside else self.false
        key = (linear.terms, linear.constant, inside)
        if key not in self._linears:
            literal = self.integer(0, 1)
            self.within(linear, inside, (literal,))
            self.within(linear, outside, (-literal - 1,))
            self._linears[key] = literal
        return self._linears[key]

    def variable(self, linear: Linear) -> int:
        """Return a variable that equals a sum."""
        if linear.constant == 0 and len(linear.terms) == 1 and linear.terms[0][0] == 1:
            return linear.terms[0][1]
        index = self.integer(linear.low, linear.high)
        self.equal(index, linear, ())
        return index

    def equal(self, index: int, linear: Linear, conditions: Sequence[Literal]) -> None:
        """Require that a variable equals a sum where all conditions hold."""
        own = Linear(((1, index),), 0, *self._bounds[index])
        self.within(self.combine([(1, own), (-1, linear)]), ((0, 0),), conditions)

    def of(self, index: int) -> Linear:
        """Return a variable as a sum."""
        return Linear(((1, index),), 0, *self._bounds[index])

    def product(self, left: Linear, right: Linear) -> Linear:
        """Return a product of two sums."""
        for factor, other in ((left, right), (right, left)):
            if not factor.terms:
                return self.combine([(factor.constant, other)])
        a, b = self.variable(left), self.variable(right)
        ends = [x * y for x in self._bounds[a] for y in self._bounds[b]]
        low = 0 if a == b and min(ends) < 0 else min(ends)
        result = self.integer(low, max(ends))
        self.model.add_multiplication_equality(self.handle(result), [self.handle(a), self.handle(b)])
        return self.of(result)

    def quotient(self, left: Linear, right: Linear) -> Linear:
        """Return ``floor(left / right)`` for a positive right side."""
        ends = [end // divisor for end in (left.low, left.high) for divisor in (right.low, right.high)]
        low, high = min(ends), max(ends)
        result = self.of(self.integer(low, high))
        rest = self.combine([(1, left), (-1, self.product(result, right))])
        self.within(rest, ((0, max(right.high - 1, 0)),), ())
        self.within(self.combine([(1, rest), (-1, right)]), ((-LARGEST, -1),), ())
        return result

    def select(self, condition: Literal, value: Linear, otherwise: Linear) -> Linear:
        """Return ``if condition then value else otherwise``."""
        if condition in {self.true, self.false}:
            return value if condition == self.true else otherwise
        if not value.terms and not otherwise.terms:
            return self.weighted(condition, value.constant - otherwise.constant, otherwise.constant)
        index = self.integer(min(value.low, otherwise.low), max(value.high, otherwise.high))
        self.equal(index, value, (condition,))
        self.equal(index, otherwise, (-condition - 1,))
        return self.of(index)

    def weighted(self, literal: Literal, weight: int, constant: int = 0) -> Linear:
        """Return ``weight * literal + constant``; a literal counts 1 where it is true."""
        if literal < 0:
            return self.linear({-literal - 1: -weight}, constant + weight)
        return self.linear({literal: weight}, constant)


def intervals(values: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return a set of integers as closed intervals, ascending, not touching."""
    found: list[tuple[int, int]] = []
    for value in sorted(set(values)):
        if found and found[-1][1] == value - 1:
            found[-1] = (found[-1][0], value)
        else:
            found.append((value, value))
    return tuple(found)


def clip(kept: Iterable[tuple[int, int]], domain: range) -> tuple[tuple[int, int], ...]:
    """Return the union of closed intervals inside a domain, as ascending intervals that do not touch."""
    found: list[tuple[int, int]] = []
    for low, high in sorted((max(low, domain.start), min(high, domain.stop - 1)) for low, high in kept):
        if low > high:
            continue
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def complement(inside: Sequence[tuple[int, int]], domain: range) -> tuple[tuple[int, int], ...]:
    """Return what of a domain lies in none of the ascending intervals."""
    found: list[tuple[int, int]] = []
    start = domain.start
    for low, high in inside:
        if start < low:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start < domain.stop:
        found.append((start, domain.stop - 1))
    return tuple(found)

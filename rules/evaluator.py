"""What an expression means, exactly: the reference semantics, three-valued while choices are open.

A value is a scalar, UNKNOWN while it depends on open choices, or ABSENT where it belongs to an
instance that does not exist. UNKNOWN may turn out to be any value or ABSENT; a known answer is
the answer of every completion (Kleene 1952, strong three-valued logic).

ABSENT: arithmetic with it is ABSENT, a comparison or membership with it is false (also ``!=`` and
``in {any}``), so is an absent truth where a condition stands. ``count`` and ``sum`` of no
instances are 0, ``min`` and ``max`` of nothing ABSENT. The parts of an absent instance have no
instances. A division by zero is ABSENT.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import singledispatch
from math import ceil, floor, prod

from rules import typed as t
from rules.environment import (
    ABSENT,
    UNKNOWN,
    Absent,
    Bound,
    Environment,
    Instances,
    Outcome,
    Record,
    Ternary,
    Unknown,
)
from rules.kinds import Scalar

__all__ = ["ABSENT", "UNKNOWN", "Derived", "Environment", "Instances", "Outcome", "Ternary", "evaluate", "holds"]


@singledispatch
def evaluate(node: t.Typed, environment: Environment) -> Outcome:
    """Return the value of a typed expression.

    `environment` maps names to scalars, UNKNOWN, ABSENT, records (mappings of the same make) and
    collections (a tuple of records: exactly these; or `Instances`). A missing name is UNKNOWN.
    In a ground tree a name is a whole path such as ``bags[0].size``. Derived values are entries
    like any other; `Derived` computes them when they are asked for. An entry of another type is a
    `TypeError`, and so is a record or a collection where a scalar is asked for.
    """
    raise TypeError(node, environment)


def holds(condition: t.Typed, environment: Environment) -> Ternary:
    """Say whether a condition holds; an absent truth does not."""
    value = evaluate(condition, environment)
    return UNKNOWN if value is UNKNOWN else value is True


@dataclass(frozen=True, slots=True)
class Derived(Mapping[str, object]):
    """An environment with derived values: the ones in `lets` are computed from the `given` ones when asked for."""

    given: Environment
    lets: Mapping[str, t.Typed]

    def __getitem__(self, name: str) -> object:
        """Return a value, computed where the name is a derived one."""
        return evaluate(self.lets[name], self) if name in self.lets else self.given[name]

    def __iter__(self) -> Iterator[str]:
        """Give all names."""
        return iter(dict.fromkeys((*self.given, *self.lets)))

    def __len__(self) -> int:
        """Count the names."""
        return len(dict.fromkeys((*self.given, *self.lets)))


def _scalar(value: object) -> Outcome:
    if isinstance(value, bool | str | Fraction | date | Unknown | Absent):
        return value
    raise TypeError(value)


# --- names and paths ----------------------------------------------------------------------------


@evaluate.register
def _(node: t.Constant, _environment: Environment) -> Outcome:
    return node.value


@evaluate.register
def _(node: t.Reference, environment: Environment) -> Outcome:
    return _scalar(environment.get(node.name, UNKNOWN))


@evaluate.register
def _(node: t.Member, environment: Environment) -> Outcome:
    exists, record = _record(node.base, environment)
    return _scalar(record.get(node.field, UNKNOWN)) if exists is True else _gap(exists)


@evaluate.register
def _(node: t.Lookup, environment: Environment) -> Outcome:
    choice = evaluate(node.operand, environment)
    return node.values[choice] if isinstance(choice, str) else choice


def _gap(exists: Ternary) -> Unknown | Absent:
    return ABSENT if exists is False else UNKNOWN


def _record(node: t.Typed, environment: Environment) -> tuple[Ternary, Record]:
    """Say whether a record exists, and what is known of it."""
    if isinstance(node, t.Instance):
        instances = _instances(node.collection, environment)
        return instances.existence(node.index), instances.record(node.index)
    exists, value = _entry(node, environment)
    if isinstance(value, Mapping):
        return exists, value
    return (False if value is ABSENT else exists), {}


def _instances(node: t.Typed, environment: Environment) -> Instances:
    exists, value = _entry(node, environment)
    kind = t.collection_kind(node)
    if isinstance(value, tuple):
        value = Instances(len(value), len(value), value)
    if not isinstance(value, Instances):
        value = Instances(0, 0) if value is ABSENT else Instances(kind.low, kind.high)
    if exists is True:
        return value
    return Instances(0, value.high if exists is UNKNOWN else 0, value.records)


def _entry(node: t.Typed, environment: Environment) -> tuple[Ternary, object]:
    if isinstance(node, t.Reference):
        return True, environment.get(node.name, UNKNOWN)
    if isinstance(node, t.Member):
        exists, record = _record(node.base, environment)
        return exists, record.get(node.field, UNKNOWN)
    raise TypeError(node)


# --- logic --------------------------------------------------------------------------------------


def _all(truths: Iterable[Ternary]) -> Ternary:
    result: Ternary = True
    for truth in truths:
        if truth is False:
            return False
        if truth is UNKNOWN:
            result = UNKNOWN
    return result


def _not(truth: Ternary) -> Ternary:
    return UNKNOWN if isinstance(truth, Unknown) else not truth


def _any(truths: Iterable[Ternary]) -> Ternary:
    return _not(_all(_not(truth) for truth in truths))


@evaluate.register
def _(node: t.Not, environment: Environment) -> Outcome:
    return _not(holds(node.operand, environment))


@evaluate.register
def _(node: t.And, environment: Environment) -> Outcome:
    return _all(holds(operand, environment) for operand in node.operands)


@evaluate.register
def _(node: t.Or, environment: Environment) -> Outcome:
    return _any(holds(operand, environment) for operand in node.operands)


@evaluate.register
def _(node: t.ForAll, environment: Environment) -> Outcome:
    instances = _instances(node.collection, environment)
    return _all(_any((_not(e), holds(node.body, Bound(node.binder, r, environment)))) for e, r in instances)


@evaluate.register
def _(node: t.Exists, environment: Environment) -> Outcome:
    instances = _instances(node.collection, environment)
    return _any(_all((e, holds(node.body, Bound(node.binder, r, environment)))) for e, r in instances)


_ORDERS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def _related(relation: str, left: Scalar, right: Scalar) -> bool:
    if relation in {"=", "!="}:
        return (left == right) is (relation == "=")
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _ORDERS[relation]((left > right) - (left < right))
    if isinstance(left, date) and isinstance(right, date):
        return _ORDERS[relation]((left > right) - (left < right))
    raise TypeError(relation, left, right)


@evaluate.register
def _(node: t.Compare, environment: Environment) -> Outcome:
    left, right = evaluate(node.left, environment), evaluate(node.right, environment)
    if isinstance(left, Absent) or isinstance(right, Absent):
        return False
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    return _related(node.operator, left, right)


@evaluate.register
def _(node: t.Within, environment: Environment) -> Outcome:
    return _within(evaluate(node.operand, environment), node.values)


@evaluate.register
def _(node: t.Rows, environment: Environment) -> Outcome:
    columns = [evaluate(column, environment) for column in node.columns]
    matched = _any(_all(map(_within, columns, cells)) for cells in node.rows)
    return matched if node.mode == "allow" else _not(matched)


def _within(value: Outcome, values: t.Values) -> Ternary:
    if isinstance(value, Unknown):
        return UNKNOWN
    return value is not ABSENT and value in values


# --- arithmetic ---------------------------------------------------------------------------------


def _strict(values: list[Outcome], function: Callable[[list[Fraction]], Outcome]) -> Outcome:
    """Apply a function to numbers; any absent one makes the result absent, else any unknown one unknown."""
    if any(value is ABSENT for value in values):
        return ABSENT
    if any(value is UNKNOWN for value in values):
        return UNKNOWN
    return function([value for value in values if isinstance(value, Fraction)])


@evaluate.register
def _(node: t.Add, environment: Environment) -> Outcome:
    coefficients = [coefficient for coefficient, _term in node.terms]
    terms = [evaluate(term, environment) for _coefficient, term in node.terms]
    return _strict(terms, lambda numbers: sum(map(operator.mul, coefficients, numbers), Fraction(0)))


@evaluate.register
def _(node: t.Multiply, environment: Environment) -> Outcome:
    factors = [evaluate(operand, environment) for operand in node.operands]
    return _strict(factors, lambda numbers: prod(numbers, start=Fraction(1)))


@evaluate.register
def _(node: t.Divide, environment: Environment) -> Outcome:
    operands = [evaluate(node.left, environment), evaluate(node.right, environment)]
    return _strict(operands, lambda numbers: numbers[0] / numbers[1] if numbers[1] else ABSENT)


@evaluate.register
def _(node: t.Round, environment: Environment) -> Outcome:
    return _strict(
        [evaluate(node.operand, environment)], lambda numbers: _ROUNDINGS[node.mode](numbers[0] / node.step) * node.step
    )


def _half_away_from_zero(number: Fraction) -> int:
    magnitude = floor(abs(number) + Fraction(1, 2))
    return -magnitude if number < 0 else magnitude


_ROUNDINGS: Mapping[str, Callable[[Fraction], int]] = {"floor": floor, "ceiling": ceil, "round": _half_away_from_zero}


@evaluate.register
def _(node: t.Choose, environment: Environment) -> Outcome:
    condition = holds(node.condition, environment)
    if condition is True:
        return evaluate(node.value, environment)
    otherwise = evaluate(node.otherwise, environment)
    if condition is False or evaluate(node.value, environment) == otherwise:
        return otherwise
    return UNKNOWN


@evaluate.register
def _(node: t.Extremum, environment: Environment) -> Outcome:
    guarded = [(True if g is None else holds(g, environment), evaluate(v, environment)) for g, v in node.operands]
    return _extremum(node.function, guarded)


@evaluate.register
def _(node: t.Fold, environment: Environment) -> Outcome:
    guarded = [_guarded(node, exists, Bound(node.binder, record, environment)) for exists, record in
               _instances(node.collection, environment)]  # fmt: skip
    if node.function in {"min", "max"}:
        return _extremum(node.function, guarded)
    if any(guard is UNKNOWN for guard, _value in guarded):
        return UNKNOWN
    return _strict([value for guard, value in guarded if guard is True], lambda numbers: sum(numbers, Fraction(0)))


def _guarded(node: t.Fold, exists: Ternary, environment: Environment) -> tuple[Ternary, Outcome]:
    guard = _all((exists, True if node.where is None else holds(node.where, environment)))
    return guard, Fraction(1) if node.value is None else evaluate(node.value, environment)


def _extremum(function: str, guarded: list[tuple[Ternary, Outcome]]) -> Outcome:
    if any(guard is UNKNOWN for guard, _value in guarded):
        return UNKNOWN
    values = [value for guard, value in guarded if guard is True]
    if not values or any(value is ABSENT for value in values):
        return ABSENT
    if any(value is UNKNOWN for value in values):
        return UNKNOWN
    numbers = [value for value in values if isinstance(value, Fraction)]
    days = [value for value in values if isinstance(value, date)]
    if function == "min":
        return min(numbers) if numbers else min(days)
    return max(numbers) if numbers else max(days)

"""Objectives one after another: the second is settled among the best of the first, the last is the catalog's order.

An engine knows one objective at a time. What is settled already is kept by narrowing the values
where one variable decides, else by a price on breaking it; whether that price was high enough is
read off the answer, so the result is exact whatever the amounts are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from configurator.engines.protocol import Budget, Engine
from configurator.expressions import environment, measure, mentions, satisfied
from configurator.model import Allowed, Configuration, Limit, Objective, Term, Variable, Verdict
from rules.kinds import Quantity, Scalar
from rules.typed import Add, Compare, Constant, Lookup, Not, Reference, Typed

NUMBER = Quantity()
_WIDEST = 10_000
_GUESSES = ((10**6, Fraction(1, 10**2)), (10**8, Fraction(1, 10**5)), (10**10, Fraction(1, 10**8)))
"""How far amounts that are not known beforehand vary, and by how little; a wrong guess is noticed."""


@dataclass(frozen=True, slots=True)
class Pin:
    """An objective kept at its least. With `spread` it is known to vary by whole numbers up to that."""

    objective: Objective
    value: Fraction
    spread: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What earlier objectives settled: the values left, and the objectives at their least, the first one first."""

    engine: Engine
    allowed: Allowed
    budget: Budget
    pins: tuple[Pin, ...] = ()

    def only(self, path: str, values: frozenset[Scalar]) -> Settled:
        """Leave a variable that exists only these values."""
        return replace(self, allowed={**self.allowed, path: values})

    def keep(self, conditions: Iterable[Typed]) -> Settled:
        """Keep conditions true; some configuration within what is settled must satisfy all of them."""
        settled, broad = self, list[Typed]()
        for condition in conditions:
            variables = [self.engine.model.variable(path) for path in mentions(condition)]
            if len(variables) == 1 and variables[0].exists is None:
                settled = settled.only(variables[0].path, _fitting(settled.allowed, variables[0], condition))
            elif variables:
                broad.append(condition)
        none = broken((condition, 1) for condition in broad)
        return settled.pin(Pin(none, Fraction(0), len(broad))) if broad else settled

    def pin(self, pin: Pin) -> Settled:
        """Keep an objective at the least value it can have within what is settled."""
        return replace(self, pins=(*self.pins, pin))


def _fitting(allowed: Allowed, variable: Variable, condition: Typed) -> frozenset[Scalar]:
    values = left(allowed, variable)
    return frozenset(value for value in values if satisfied(condition, {variable.path: value}))


def left(allowed: Allowed, variable: Variable) -> tuple[Scalar, ...]:
    """Return the values of a variable that are allowed, in catalog order."""
    if variable.path not in allowed:
        return variable.values
    return tuple(value for value in variable.values if value in allowed[variable.path])


def least(settled: Settled, objective: Objective, spread: int | None = None) -> Verdict:
    """Find a configuration with the least value of an objective, keeping all that is settled.

    `spread` bounds how far the objective can vary, where that is known.
    """
    at_once = settled.engine.best(settled.allowed, [*(pin.objective for pin in settled.pins), objective])
    if at_once is not None:
        return at_once
    for guess in _GUESSES if settled.pins else _GUESSES[:1]:
        verdict = settled.engine.solve(
            settled.allowed, objective=_priced(settled.pins, objective, spread, guess), budget=settled.budget
        )
        if verdict.configuration is None or verdict.status != "solution":
            return verdict
        values = environment(settled.engine.model, verdict.configuration)
        if all(measure(pin.objective, values) == pin.value for pin in settled.pins):
            return Verdict("solution", verdict.configuration, measure(objective, values))
    return Verdict("unknown", limit=Limit("memory", "the amounts are too fine to be settled one after another"))


def in_catalog_order(
    settled: Settled, configuration: Configuration, paths: Iterable[str] | None = None
) -> tuple[Settled, Verdict]:
    """Find the first configuration by the catalog's order of variables and values, keeping all that is settled.

    `configuration` is one that keeps it; with `paths` only these variables are put in order. A stretch
    of variables becomes one number in a mixed radix, solved at once.
    """
    chosen = None if paths is None else frozenset(paths)
    waiting = [v for v in settled.engine.model.variables if chosen is None or v.path in chosen]
    objectives = [pin.objective for pin in settled.pins]
    at_once = settled.engine.best(settled.allowed, objectives, [variable.path for variable in waiting])
    if at_once is not None:
        return settled, at_once
    while waiting:
        settled, waiting = _fixed_while_first(settled, configuration, waiting)
        stretch = _stretch(settled, waiting)
        if not stretch:
            break
        verdict = least(settled, _rank(settled.allowed, stretch), _WIDEST)
        if verdict.configuration is None or verdict.status != "solution":
            return settled, replace(verdict, status="unknown", configuration=configuration)
        configuration = verdict.configuration
        for variable in stretch:
            if variable.path in configuration:
                settled = settled.only(variable.path, frozenset({configuration[variable.path]}))
        waiting = waiting[len(stretch) :]
    return settled, Verdict("solution", configuration)


def broken(conditions: Iterable[tuple[Typed, int]]) -> Objective:
    """Return the objective that adds a weight for each condition that does not hold."""
    return Objective(tuple(Term(Not(condition), Constant(NUMBER, Fraction(w))) for condition, w in conditions))


def _fixed_while_first(
    settled: Settled, configuration: Configuration, waiting: Sequence[Variable]
) -> tuple[Settled, list[Variable]]:
    for position, variable in enumerate(waiting):
        if variable.path not in configuration:
            continue
        if configuration[variable.path] != left(settled.allowed, variable)[0]:
            return settled, list(waiting[position:])
        settled = settled.only(variable.path, frozenset({configuration[variable.path]}))
    return settled, []


def _stretch(settled: Settled, waiting: Sequence[Variable]) -> list[Variable]:
    size = 1
    for position, variable in enumerate(waiting):
        size *= max(1, len(left(settled.allowed, variable)))
        if size > _WIDEST and position:
            return list(waiting[:position])
    return list(waiting)


def _rank(allowed: Allowed, variables: Sequence[Variable]) -> Objective:
    terms: list[Term] = []
    place = Fraction(1)
    for variable in reversed(variables):
        values = left(allowed, variable)
        terms += _places(variable, values, place)
        place *= max(1, len(values))
    return Objective(tuple(terms))


def _places(variable: Variable, values: tuple[Scalar, ...], place: Fraction) -> list[Term]:
    reference = Reference(variable.kind, variable.path)
    ranks = {value: place * number for number, value in enumerate(values)}
    low, step = next(iter(values), ""), _step(values)
    if isinstance(low, Fraction) and step is not None:
        return [Term(None, Add(NUMBER, ((place / step, reference), (-place * low / step, _ONE))))]
    if isinstance(low, str) and not variable.is_text:
        every = {str(value): ranks.get(value, Fraction(0)) for value in variable.values}
        # Lookups compare by the attribute's name alone, so it names the ranks.
        attribute = f"{place} times the place in {', '.join(map(str, values))}"
        return [Term(None, Lookup(NUMBER, reference, attribute, every))]
    return [
        Term(Compare("=", reference, Constant(variable.kind, value)), Constant(NUMBER, rank))
        for value, rank in ranks.items()
        if rank
    ]


_ONE = Constant(NUMBER, Fraction(1))


def _step(values: Sequence[Scalar]) -> Fraction | None:
    numbers = [value for value in values if isinstance(value, Fraction)]
    gaps = {after - before for before, after in pairwise(numbers)}
    return gaps.pop() if len(gaps) == 1 else None


def _priced(pins: Sequence[Pin], objective: Objective, spread: int | None, guess: tuple[int, Fraction]) -> Objective:
    """Add a price on breaking what is settled, so high that nothing settled later is worth it."""
    if not pins:
        return objective
    far, little = guess
    terms = [*objective.terms]
    price = Fraction(1 + (far if spread is None else spread))
    for pin in reversed(pins):
        price /= little if pin.spread is None else 1
        terms += [Term(term.when, Add(term.amount.kind, ((price, term.amount),))) for term in pin.objective.terms]
        price *= 1 + (far if pin.spread is None else pin.spread)
    return Objective(tuple(terms))

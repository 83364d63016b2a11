"""Whether a rule takes part in some minimal conflict with the choices: decided exactly, conflicts need not be listed.

A rule is in some minimal unsatisfiable set exactly if it is in some minimal correction set (Reiter, A theory of
diagnosis from first principles, 1987): if some set of the other rules and choices can be fulfilled, but
not together with the rule. Candidates are what configurations that break the rule fulfil; each candidate that can
be fulfilled with the rule excludes itself and all its subsets (Janota, Marques-Silva, On deciding MUS
membership with QBF, 2011, by counterexamples).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from fractions import Fraction

from catalogs.marks import Label
from configurator import Constraint, Limit, Model, Objective, Term
from configurator.engines.planner import build_engine
from configurator.engines.protocol import Budget, Engine
from configurator.expressions import environment, satisfied
from configurator.session import Chosen, model_value
from rules.diagnostics import NOWHERE
from rules.kinds import Quantity
from rules.typed import Compare, Constant, Not, Or, Reference, Typed

_ROUNDS = 200


def in_some_conflict(
    engine: Engine,
    choices: Iterable[Chosen],
    rule: str,
    budget: Budget = Budget(),  # noqa: B008 - frozen
) -> bool | Limit:
    """Say whether some minimal conflict of choices and rules contains the rule, on any instance of it."""
    model = engine.model
    items = [*(_as_condition(model, choice) for choice in choices), *(one.condition for one in model.constraints)]
    number = len(items) - len(model.constraints)
    for position, constraint in enumerate(model.constraints, number):
        if constraint.rule == rule:
            found = _takes_part(engine, items, position, budget)
            if found is not False:
                return found
    return False


def _as_condition(model: Model, choice: Chosen) -> Typed:
    variable = model.variable(choice.path)
    value = Constant(variable.kind, model_value(variable, choice.value))
    return Compare("=", Reference(variable.kind, choice.path), value)


def _takes_part(engine: Engine, items: list[Typed], position: int, budget: Budget) -> bool | Limit:
    """Look for a set of other items that can be fulfilled, but not together with the one at `position`."""
    others = [number for number in range(len(items)) if number != position]
    missed = Objective(tuple(Term(Not(items[number]), Constant(Quantity(), Fraction(1))) for number in others))
    must: list[Typed] = [Not(items[position])]
    for _ in range(_ROUNDS):
        verdict = _with(engine, must).solve({}, objective=missed, budget=budget)
        if verdict.status == "unknown":
            return verdict.limit or Limit("time", "the limit of a question was hit")
        if verdict.configuration is None:
            return False
        seen = environment(engine.model, verdict.configuration)
        fulfilled = [number for number in others if satisfied(items[number], seen)]
        together = _with(engine, [items[number] for number in (*fulfilled, position)]).solve({}, budget=budget)
        if together.status == "unknown":
            return together.limit or Limit("time", "the limit of a question was hit")
        if together.status == "none":
            return True
        must.append(Or(tuple(items[number] for number in others if number not in fulfilled)))
    return Limit("solutions", f"not decided after {_ROUNDS} candidates")


def _with(engine: Engine, conditions: Collection[Typed]) -> Engine:
    """Return an engine that knows these conditions and no rule."""
    constraints = tuple(Constraint("", "", condition, Label(""), NOWHERE) for condition in conditions)
    model = replace(engine.model, constraints=constraints)
    return build_engine(model, "enumeration" if engine.name == "enumeration" else "cp-sat")

"""Which values a choice could be switched to, all other choices kept: a few witnesses, many swaps each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from catalogs.model import Part
from configurator.engines.protocol import USUAL, Budget, Engine
from configurator.model import Configuration, Limit, Variable
from configurator.session import Session
from rules.kinds import Scalar

NONE: frozenset[Scalar] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """Values proved valid, values neither proved nor excluded because `limit` was hit; all others are excluded."""

    values: frozenset[Scalar]
    unsettled: frozenset[Scalar] = NONE
    limit: Limit | None = None


def reach(
    session: Session,
    path: str,
    budget: Budget = USUAL,
) -> Reach:
    """Return the values a variable can take with the other choices; a choice on the path itself does not count."""
    budget = budget.started()
    variable = session.model.variable(path)
    allowed = session.retract(path).allowed
    left = [value for value in variable.values if value in allowed.get(path, variable.values)]
    found: set[Scalar] = set()
    while left:
        verdict = session.engine.solve({**allowed, path: frozenset(left)}, budget=budget)
        if verdict.status == "unknown":
            return Reach(frozenset(found), frozenset(left), verdict.limit)
        if verdict.configuration is None:
            break
        found |= standing(session.engine, verdict.configuration, variable, left)
        left = [value for value in left if value not in found]
    return Reach(frozenset(found))


def standing(engine: Engine, witness: Configuration, variable: Variable, values: Sequence[Scalar]) -> frozenset[Scalar]:
    """Return those of `values` that can stand in a valid configuration while nothing else changes.

    A number of instances never changes alone: only its own value is returned.
    """
    now = witness[variable.path]
    others: Collection[Scalar] = [value for value in values if value != now]
    if isinstance(variable.origin, Part) or not others:
        return frozenset({now})
    return engine.swaps(witness, variable.path, others) | {now}


def reach_all(session: Session, budget: Budget = USUAL) -> Mapping[str, Reach]:
    """Return `reach` for every chosen path."""
    choices = {choice.path: session.allowed[choice.path] for choice in session.choices}
    at_once = session.engine.switches(session.restrictions, choices) if all(choices.values()) else None
    if at_once is not None:
        return {path: Reach(values) for path, values in at_once.items()}
    return {path: reach(session, path, budget) for path in choices}

"""Completion: the rest of a configuration, at the least price or as the catalog prefers it; always one answer.

*Cheapest* is the least objective, then the least weight of preferences and defaults given up, then the
catalog's order of variables and values. *Preferred* is the least weight given up, then the least
objective, then the catalog's order. Both are proved and do not depend on the engine.
Cost-bound configuration: Andersen, Hadzic, Pisinger, Interactive cost configuration over decision diagrams (2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from configurator.engines.protocol import USUAL, Budget
from configurator.expressions import environment, measure, mentions, satisfied
from configurator.lexicographic import Pin, Settled, in_catalog_order, least
from configurator.model import Configuration, Objective, Variable, Verdict
from configurator.session import Session, settled, written
from configurator.soft import Soft, settle, softs
from rules.kinds import Scalar
from rules.typed import Typed

NOTHING = Objective(())


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole configuration with the session's texts, and the objective's exact value.

    `verdict` says whether it is proved best (status "solution"), whether there is none, or which
    limit was hit; then `configuration` may hold a valid one that is not proved best.
    """

    configuration: Configuration | None
    value: Fraction | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for one variable, and by what."""

    value: Scalar
    by: Literal["default", "preference"]


def complete(
    session: Session,
    goal: Literal["cheapest", "preferred"],
    objective: Objective | None = None,
    budget: Budget = USUAL,
) -> Completion:
    """Complete a session's choices; without an objective every configuration costs the same."""
    budget = budget.started()
    cost = settled(session, objective or NOTHING)
    first = _by_preference(session, cost, budget) if goal == "preferred" else _by_cost(session, cost, budget)
    keeping, verdict = first[0], first[2]
    if verdict.status == "solution" and verdict.configuration is not None:
        _, verdict = in_catalog_order(keeping, verdict.configuration)
    if verdict.configuration is None:
        return Completion(None, None, verdict)
    value = measure(cost, environment(session.model, verdict.configuration))
    return Completion(written(session, verdict.configuration), value, replace(verdict, value=value))


def proposals(
    session: Session,
    objective: Objective | None = None,
    budget: Budget = USUAL,
) -> dict[str, Proposed]:
    """Return what defaults and preferences propose for variables nobody chose, by path.

    For variables that exist in every completion, all of it together is part of the preferred completion for the
    same objective. A default is proposed where it holds there; a preference proposes a value where,
    chosen values aside, it speaks of one variable alone.
    """
    budget = budget.started()
    _, held, verdict = _by_preference(session, settled(session, objective or NOTHING), budget)
    if verdict.configuration is None:
        return {}
    configuration = verdict.configuration
    found = {
        wish.path: Proposed(configuration[wish.path], "default")
        for wish in held
        if wish.by == "default" and wish.path in configuration
    }
    for path in _preferred_alone(session, held, configuration):
        if path not in found:
            found[path] = Proposed(configuration[path], "preference")
    return found


def _by_cost(session: Session, cost: Objective, budget: Budget) -> tuple[Settled, tuple[Soft, ...], Verdict]:
    keeping = Settled(session.engine, session.allowed, budget)
    if cost.terms:
        verdict = least(keeping, cost)
        if verdict.value is None or verdict.status != "solution":
            return keeping, (), verdict
        keeping = keeping.pin(Pin(cost, verdict.value))
    return settle(keeping, softs(session))


def _by_preference(session: Session, cost: Objective, budget: Budget) -> tuple[Settled, tuple[Soft, ...], Verdict]:
    keeping, held, verdict = settle(Settled(session.engine, session.allowed, budget), softs(session))
    if cost.terms and verdict.status == "solution":
        verdict = least(keeping, cost)
        if verdict.value is not None and verdict.status == "solution":
            keeping = keeping.pin(Pin(cost, verdict.value))
    if verdict.configuration is None or verdict.status != "solution":
        return keeping, held, verdict
    keeping, verdict = in_catalog_order(
        keeping, verdict.configuration, _preferred_alone(session, held, verdict.configuration)
    )
    return keeping, held, verdict


def _preferred_alone(session: Session, held: tuple[Soft, ...], configuration: Configuration) -> frozenset[str]:
    """Return the unchosen variables of which some preference that holds speaks, and of no other unchosen one."""
    values = environment(session.model, configuration)
    alone = set()
    for wish in held:
        open_paths = mentions(wish.condition) - {choice.path for choice in session.choices}
        if wish.by == "preference" and len(open_paths) == 1:
            variable = session.model.variable(next(iter(open_paths)))
            if variable.path in configuration and not _always(wish.condition, variable, values):
                alone.add(variable.path)
    return frozenset(alone)


def _always(condition: Typed, variable: Variable, values: Mapping[str, object]) -> bool:
    return all(satisfied(condition, {**values, variable.path: value}) for value in variable.values)

"""The state of every option and value for a set of choices: chosen, implied, proposed, open, excluded.

What is possible is the engine's proof; what is proposed comes from defaults and preferences, which
never exclude anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from configurator.completion import Proposed, proposals
from configurator.engines.protocol import USUAL, Budget
from configurator.expressions import mentions, satisfied
from configurator.model import Domains, Limit, Objective, Variable
from configurator.session import Chosen, Session, idle_texts, is_unwritten, model_value, spoken
from configurator.switching import Reach, reach_all
from rules.kinds import Scalar

State = Literal["chosen", "implied", "proposed", "open", "excluded"]
COUNTING = 2.0
"""Seconds that counting may take; an answer does without the count rather than be late."""
By = Literal["", "chosen", "implied", "default", "preference"]


@dataclass(frozen=True, slots=True)
class ValueState:
    """The state of one value; "checking" where a limit was hit before it was proved valid or excluded."""

    value: Scalar
    state: State | Literal["checking"]


@dataclass(frozen=True, slots=True)
class OptionState:
    """The state of one variable; `value` is what it has (of a text the text itself), `by` who put it there.

    "excluded" is a variable that exists in no completion. A variable that only may exist is open: what it
    would be is proposed once its number of instances is settled.
    """

    variable: Variable
    state: State
    value: Scalar | None
    by: By
    values: tuple[ValueState, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What follows from a session's choices.

    `valid` is proved: some configuration keeps all choices. `complete` says that nothing is left to
    choose. `count` is the number of configurations left, texts aside. `values_limit` names the limit that
    kept values from being settled, `count_limit` the one that kept them from being counted. For contradictory
    choices the chosen values are shown as chosen and everything else by the catalog alone.
    """

    valid: bool
    complete: bool
    options: tuple[OptionState, ...]
    count: int | None
    values_limit: Limit | None = None
    count_limit: Limit | None = None

    @property
    def exact(self) -> bool:
        """Say that no limit was hit anywhere."""
        return self.values_limit is None and self.count_limit is None


def assess(
    session: Session,
    objective: Objective | None = None,
    budget: Budget = USUAL,
) -> Assessment:
    """Return the state of every variable in catalog order, and the number of configurations left.

    A chosen variable's other values are "open" where the choice could be switched to them with all
    other choices kept, else "excluded". Proposals are what the preferred completion for the same
    objective has (`configurator.completion.proposals`).
    """
    budget = budget.started()
    domains = session.engine.valid_values(session.allowed, budget=budget)
    valid = domains.witness is not None
    contradictory = not valid and domains.limit is None
    if contradictory:
        domains = session.engine.valid_values(session.restrictions, budget=budget)
    proposed = proposals(session, objective, budget) if valid else {}
    proposed |= {path: Proposed(value, "default") for path, value in idle_texts(session).items()}
    limits = [domains.limit]
    options = []
    switched = {} if contradictory else reach_all(session, budget)
    for variable in session.model.variables:
        choice = session.chosen(variable.path)
        if choice is None:
            options.append(_unchosen(session, variable, domains, proposed.get(variable.path)))
            continue
        reached = _by_catalog(domains, variable) if contradictory else switched[variable.path]
        limits.append(reached.limit)
        options.append(_chosen(variable, choice, reached))
    count = session.engine.count(session.allowed, budget=replace(budget, seconds=COUNTING, deadline=None))
    limit = next((found for found in limits if found is not None), None)
    complete = valid and limit is None and all(_is_decided(session, option) for option in options)
    return Assessment(valid, complete, tuple(options), count.value, limit, count.limit)


def _by_catalog(domains: Domains, variable: Variable) -> Reach:
    none: frozenset[Scalar] = frozenset()
    return Reach(domains.values.get(variable.path, none), domains.unsettled.get(variable.path, none))


def _chosen(variable: Variable, choice: Chosen, reached: Reach) -> OptionState:
    values = _states(variable, reached, model_value(variable, choice.value), "chosen")
    return OptionState(variable, "chosen", choice.value, "chosen", values)


def _unchosen(session: Session, variable: Variable, domains: Domains, proposed: Proposed | None) -> OptionState:
    reached = _by_catalog(domains, variable)
    left = reached.values | reached.unsettled
    if not left:
        return OptionState(variable, "excluded", None, "", _states(variable, reached))
    if not _must_exist(session, variable, domains):
        return OptionState(variable, "open", None, "", _states(variable, reached))
    if len(reached.values) == 1 and not reached.unsettled:
        value = next(iter(reached.values))
        values = _states(variable, reached, value, "implied")
        return OptionState(variable, "implied", spoken(variable, value), "implied", values)
    if proposed is None or proposed.value not in reached.values:
        return OptionState(variable, "open", None, "", _states(variable, reached))
    values = _states(variable, reached, proposed.value, "proposed")
    return OptionState(variable, "proposed", spoken(variable, proposed.value), proposed.by, values)


def _states(
    variable: Variable, reached: Reach, value: Scalar | None = None, state: State = "open"
) -> tuple[ValueState, ...]:
    def of(each: Scalar) -> State | Literal["checking"]:
        if each == value:
            return state
        if each in reached.unsettled:
            return "checking"
        return "open" if each in reached.values else "excluded"

    return tuple(ValueState(each, of(each)) for each in variable.values)


def _must_exist(session: Session, variable: Variable, domains: Domains) -> bool:
    """Say whether a variable exists in every completion: so does its number of instances, and all its values ask so."""
    if variable.exists is None:
        return True
    return all(
        _must_exist(session, session.model.variable(path), domains)
        and all(satisfied(variable.exists, {path: value}) for value in _possible(domains, path))
        for path in mentions(variable.exists)
    )


def _possible(domains: Domains, path: str) -> frozenset[Scalar]:
    return domains.values.get(path, frozenset()) | domains.unsettled.get(path, frozenset())


def _is_decided(session: Session, option: OptionState) -> bool:
    """Say whether nothing is left to choose; a text is left empty freely, unless a rule wants one."""
    if option.variable.is_text:
        return option.state != "implied" or not is_unwritten(session, option.variable.path, option.value or "")
    return option.state in {"chosen", "implied", "excluded"}

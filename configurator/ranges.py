"""Price ranges: the least and the most an objective can still reach with each value, both attained.

Interactive cost configuration (Andersen, Hadzic, Pisinger 2010), by groups of values: the part of
the objective that depends on one variable alone is set aside; what the rest costs at least is found
once, and every value that can stand in the configuration found shares it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from configurator.engines.protocol import USUAL, Budget
from configurator.expressions import conjuncts, environment, mentioned_by, worth
from configurator.model import Allowed, Configuration, Objective, Term, Variable, Verdict
from configurator.passes import conjunction
from configurator.session import Session, idle_texts, settled
from configurator.switching import reach, standing
from rules.kinds import Scalar

_MANY = 100
_FEW = 3
Sense = Literal["min", "max"]
SENSES: tuple[Sense, Sense] = ("min", "max")


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest value over all valid completions; None where a limit was hit before a proof."""

    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked about one variable: `own` are the terms it decides alone, `rest` all others.

    `known` are the best of all configurations: no configuration is better for the value it has.
    """

    session: Session
    variable: Variable
    allowed: Allowed
    whole: Objective
    own: tuple[Term, ...]
    rest: Objective
    known: Mapping[Sense, Verdict]
    budget: Budget

    def of_its_own(self, value: Scalar) -> Fraction:
        return sum((worth(term, {self.variable.path: value}) for term in self.own), Fraction(0))

    def solve(self, values: Sequence[Scalar], objective: Objective, sense: Sense) -> Verdict:
        allowed = {**self.allowed, self.variable.path: frozenset(values)}
        return self.session.engine.solve(allowed, objective=objective, sense=sense, budget=self.budget)


def objective_range(
    session: Session,
    objective: Objective,
    budget: Budget = USUAL,
) -> Range | None:
    """Return the least and the greatest objective over all completions of the choices; None where there is none."""
    budget = budget.started()
    ends = _best(session, settled(session, objective), budget)
    if any(verdict.status == "none" for verdict in ends.values()):
        return None
    return Range(_proved(ends["min"]), _proved(ends["max"]))


def _best(session: Session, cost: Objective, budget: Budget) -> dict[Sense, Verdict]:
    return {
        sense: session.engine.solve(session.allowed, objective=cost, sense=sense, budget=budget) for sense in SENSES
    }


def _proved(verdict: Verdict) -> Fraction | None:
    return verdict.value if verdict.status == "solution" else None


def objective_ranges(
    session: Session,
    objective: Objective,
    paths: Iterable[str] | None = None,
    budget: Budget = USUAL,
    states: Mapping[str, Mapping[Scalar, Hashable]] | None = None,
) -> Mapping[str, Mapping[Scalar, Range]]:
    """Return the range of the objective for every valid value of the named variables, all by default.

    The range of a value is over all completions that keep the other choices; for a chosen variable's
    other values that choice is switched. Values that are excluded have no entry. A number with more
    than a hundred values is answered run by run: neighbouring valid values share one range, whose ends
    the run attains. A chosen value stands by itself, and values that differ in `states` (by path and
    value: what the caller tells apart) never share a run: a run cut afterwards would not attain its ends.
    Contradictory choices have no ranges but for the values that would mend them.
    """
    budget = budget.started()
    named = None if paths is None else frozenset(paths)
    cost = settled(session, objective)
    wanted = frozenset(session.model.index) if named is None else named
    unwritten = wanted & idle_texts(session).keys()
    others = wanted - unwritten
    at_once = _at_once(session, cost, others, states or {}) if others else None
    if at_once is not None:
        texts = objective_ranges(session, objective, unwritten, budget, states) if unwritten else {}
        together = {**at_once, **texts}
        return {path: together[path] for path in session.model.index if path in together}
    domains = session.engine.valid_values(session.allowed, budget=budget)
    known = _best(session, cost, budget) if domains.witness is not None else {}
    idle = idle_texts(session)
    found: dict[str, Mapping[Scalar, Range]] = {}
    for variable in session.model.variables:
        if named is not None and variable.path not in named:
            continue
        if session.chosen(variable.path) is None and domains.limit is None:
            values = domains.values.get(variable.path, frozenset())
        else:
            values = _reached(session, variable, budget)
        asked = variable.path in idle
        whole = settled(session, objective, variable.path) if asked else cost
        question = _question(session, variable, whole, {} if asked else known, budget)
        valid = tuple(value for value in variable.values if value in values)
        found[variable.path] = _ranges(question, valid, (states or {}).get(variable.path, {}))
    return found


def _at_once(
    session: Session,
    cost: Objective,
    named: frozenset[str],
    states: Mapping[str, Mapping[Scalar, Hashable]],
) -> Mapping[str, Mapping[Scalar, Range]] | None:
    """Take all ranges from one pass of the engine, where it can; texts that nobody wrote are asked by themselves."""
    choices = {choice.path: session.allowed[choice.path] for choice in session.choices}
    ends = session.engine.ends(session.restrictions, choices, cost)
    if ends is None:
        return None
    found: dict[str, Mapping[Scalar, Range]] = {}
    for variable in session.model.variables:
        if variable.path in named:
            own = {value: Range(low, high) for value, (low, high) in ends[variable.path].items()}
            found[variable.path] = _shared(session, variable, own, states.get(variable.path, {}))
    return found


def _shared(
    session: Session, variable: Variable, own: dict[Scalar, Range], states: Mapping[Scalar, Hashable]
) -> Mapping[Scalar, Range]:
    """Give neighbours among many numbers one range."""
    if not variable.is_number or len(own) <= _MANY:
        return own
    choice = session.chosen(variable.path)
    chosen = None if choice is None else choice.value
    result: dict[Scalar, Range] = {}
    for run in runs(variable, own, lambda value: (value == chosen, states.get(value))):
        lows, highs = [own[value].low for value in run], [own[value].high for value in run]
        whole = Range(min(low for low in lows if low is not None), max(high for high in highs if high is not None))
        result.update(dict.fromkeys(run, whole))
    return result


def _reached(session: Session, variable: Variable, budget: Budget) -> frozenset[Scalar]:
    reached = reach(session, variable.path, budget)
    return reached.values | reached.unsettled


def _question(
    session: Session, variable: Variable, whole: Objective, known: Mapping[Sense, Verdict], budget: Budget
) -> _Question:
    allowed = session.retract(variable.path).allowed
    own, rest = list[Term](), list[Term]()
    for term in whole.terms:
        alone = _where_it_exists(term, variable)
        (own if mentioned_by(alone) <= {variable.path} else rest).append(alone)
    return _Question(session, variable, allowed, whole, tuple(own), Objective(tuple(rest)), known, budget)


def _where_it_exists(term: Term, variable: Variable) -> Term:
    """Drop from a term's condition that the variable exists: the question is only asked where it does."""
    guards = conjuncts(variable.exists)
    parts = conjuncts(term.when)
    if not guards or not any(guard in parts for guard in guards):
        return term
    left = [part for part in parts if part not in guards]
    return replace(term, when=conjunction(left) if left else None)


def runs(
    variable: Variable, values: Iterable[Scalar], mark: Callable[[Scalar], Hashable]
) -> tuple[tuple[Scalar, ...], ...]:
    """Cut values of a variable, in its order, into runs: neighbours among all its values that have equal marks."""
    found: list[list[Scalar]] = []
    places = {value: place for place, value in enumerate(variable.values)}
    for value in values:
        last = found[-1][-1] if found else None
        if last is not None and places[value] == places[last] + 1 and mark(value) == mark(last):
            found[-1].append(value)
        else:
            found.append([value])
    return tuple(tuple(run) for run in found)


def _ranges(question: _Question, values: tuple[Scalar, ...], states: Mapping[Scalar, Hashable]) -> dict[Scalar, Range]:
    if question.variable.is_number and len(values) > _MANY:
        return _by_runs(question, values, states)
    low, high = _ends(question, values, "min"), _ends(question, values, "max")
    return {value: Range(low.get(value), high.get(value)) for value in values if value in low or value in high}


def _ends(question: _Question, values: Sequence[Scalar], sense: Sense) -> dict[Scalar, Fraction | None]:
    """Settle one end for all valid values; None for values left at a limit."""
    found = _known_end(question, sense)
    unsettled = [value for value in values if value not in found]
    if len(unsettled) <= _FEW:
        return found | {value: _end(question, [value], sense) for value in unsettled}
    while unsettled:
        verdict = question.solve(unsettled, question.rest, sense)
        if verdict.status == "none":
            break
        if verdict.status == "unknown" or verdict.configuration is None or verdict.value is None:
            return found | dict.fromkeys(unsettled)
        for value in _sharing(question, verdict.configuration, unsettled):
            found[value] = verdict.value + question.of_its_own(value)
        unsettled = [value for value in unsettled if value not in found]
    return found


def _known_end(question: _Question, sense: Sense) -> dict[Scalar, Fraction | None]:
    best = question.known.get(sense)
    if best is None or best.status != "solution" or best.configuration is None:
        return {}
    path = question.variable.path
    return {best.configuration[path]: best.value} if path in best.configuration else {}


def _sharing(question: _Question, witness: Configuration, unsettled: Sequence[Scalar]) -> list[Scalar]:
    """Return the values that stand in the witness at the same rest; that rest is the best for all unsettled ones."""
    path = question.variable.path
    concerned = [term for term in question.rest.terms if path in mentioned_by(term)]
    values = dict(environment(question.session.model, witness))

    def mixed(value: Scalar) -> Fraction:
        values[path] = value
        return sum((worth(term, values) for term in concerned), Fraction(0))

    shared = mixed(witness[path])
    there = standing(question.session.engine, witness, question.variable, unsettled)
    return [value for value in there if mixed(value) == shared]


def _by_runs(question: _Question, values: Sequence[Scalar], states: Mapping[Scalar, Hashable]) -> dict[Scalar, Range]:
    choice = question.session.chosen(question.variable.path)
    chosen = None if choice is None else choice.value
    result: dict[Scalar, Range] = {}
    for run in runs(question.variable, values, lambda value: (value == chosen, states.get(value))):
        low, high = _end(question, run, "min"), _end(question, run, "max")
        result.update(dict.fromkeys(run, Range(low, high)))
    return result


def _end(question: _Question, run: Sequence[Scalar], sense: Sense) -> Fraction | None:
    return _proved(question.solve(run, question.whole, sense))

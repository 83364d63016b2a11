"""Minimal repairs: the least sets of choices to give up so that the rest, and what is wanted, can stand.

A repair is a minimal hitting set of all minimal conflicts: the hitting-set tree of Reiter, A theory
of diagnosis from first principles (1987), breadth first, with conflicts found by QuickXplain when they are
needed (Greiner, Smith, Wilkerson, A correction to the algorithm in Reiter's theory of diagnosis, 1989).
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, replace
from fractions import Fraction

from configurator.completion import Completion, complete
from configurator.conflict import Oracle, minimal_subset
from configurator.engines.protocol import USUAL, Budget
from configurator.model import Allowed, Configuration, Limit, Objective
from configurator.session import Chosen, Session, narrowed, settled, written
from rules.kinds import Scalar

_QUESTIONS = 5_000


@dataclass(frozen=True, slots=True)
class Change:
    """A choice given up: `old` is what was chosen, `new` what it becomes in the repair's completion.

    `new` is None where the variable does not exist there.
    """

    path: str
    old: Scalar
    new: Scalar | None


@dataclass(frozen=True, slots=True)
class Repair:
    """A minimal set of changes; `session` holds what is kept and wanted, `completion` its cheapest completion.

    Where a limit was hit `completion` holds a valid configuration that is not proved cheapest. `value` is the
    least objective, None where it is not proved. Without an objective it is 0.
    """

    changes: tuple[Change, ...]
    session: Session
    completion: Completion
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Repairs:
    """Repairs, the best first: fewest changes, then least objective, then catalog order.

    `exact` says that these are all there are. Otherwise more than asked for exist, and none of those is
    better than one shown; or `limit` says which bound was hit: then there may be others, better ones too, and
    of those shown some may be out of order or without a value.
    """

    items: tuple[Repair, ...]
    exact: bool
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """The positions of choices to give up, a configuration that keeps the others, the least objective if proved."""

    gone: tuple[int, ...]
    witness: Configuration
    value: Fraction | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """What is to be repaired: the choices that may go, and what has to hold instead."""

    session: Session
    want: tuple[str, Scalar] | None
    objective: Objective | None
    most: int

    def rest(self, gone: tuple[int, ...]) -> Session:
        rest = self.session
        for number in gone:
            rest = rest.retract(self.session.choices[number].path)
        return rest if self.want is None else rest.choose(*self.want)

    def enough(self, found: list[_Found], size: int) -> bool:
        """Say whether sets of this size cannot be among the best any more; equal sizes differ by the objective."""
        if len(found) <= self.most:
            return False
        return self.objective is None or self.most == 0 or size > len(found[self.most - 1].gone)


def repairs(
    session: Session,
    want: tuple[str, Scalar] | None = None,
    objective: Objective | None = None,
    most: int = 10,
    budget: Budget = USUAL,
) -> Repairs:
    """Return the best minimal repairs of a session's choices, or of those that make the wanted value possible.

    A choice on the wanted path is replaced by what is wanted; that is no change to be listed. Where nothing is to
    be given up, the only repair has no changes. Where the catalog itself excludes what is wanted, there is none.
    With an objective all repairs with as many changes as the last one shown are found and compared; finding
    them may take half of the time, comparing them half of what is left.
    """
    budget = budget.started()
    question = _Question(session if want is None else session.retract(want[0]), want, objective, most)
    hard = narrowed(session.model, session.restrictions, () if want is None else (Chosen(*want),))
    oracle = Oracle(session.engine, _half(budget))
    found = [] if oracle.refutes(hard) else _hitting_sets(oracle, question, hard)
    whole = len(found) <= most
    limits = [oracle.limit]
    if not whole and objective is not None:
        share = _half(budget)
        compared = [_compared(question, one, objective, share) for one in found]
        limits += [limit for _, limit in compared]
        found = sorted((one for one, _ in compared), key=lambda one: _rank(len(one.gone), one.value))
    items = [_repair(question, one, budget) for one in found[:most]]
    limits += [item.completion.verdict.limit for item in items]
    items.sort(key=lambda item: _rank(len(item.changes), item.value))
    limit = next((limit for limit in limits if limit is not None), None)
    return Repairs(tuple(items), whole and limit is None, limit)


def _half(budget: Budget) -> Budget:
    return replace(budget, deadline=time.monotonic() + budget.left / 2)


def _hitting_sets(oracle: Oracle, question: _Question, hard: Allowed) -> list[_Found]:
    """Return what to give up, smallest sets first, then in catalog order, until that is enough or a limit is hit."""
    model, choices = oracle.engine.model, question.session.choices
    conflicts: list[frozenset[int]] = []
    found: list[_Found] = []
    queue: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    seen: set[tuple[int, ...]] = {()}

    def kept(some: tuple[int, ...]) -> Allowed:
        return narrowed(model, hard, (choices[number] for number in some))

    while queue and not question.enough(found, queue[0][0]):
        if oracle.asked > _QUESTIONS or oracle.limit:
            oracle.limit = oracle.limit or Limit("solutions", f"more than {_QUESTIONS} questions to find all repairs")
            break
        gone = frozenset(heapq.heappop(queue)[1])
        if any(gone.issuperset(smaller.gone) for smaller in found):
            continue
        conflict = next((c for c in conflicts if not c & gone), None)
        if conflict is None:
            rest = tuple(number for number in range(len(choices)) if number not in gone)
            verdict = oracle.engine.solve(kept(rest), budget=oracle.budget)
            oracle.asked += 1
            if verdict.configuration is not None:
                found.append(_Found(tuple(sorted(gone)), verdict.configuration))
                continue
            if verdict.status == "unknown":
                oracle.limit = verdict.limit
                continue
            conflict = frozenset(minimal_subset(rest, lambda some: oracle.refutes(kept(some))))
            conflicts.append(conflict)
        for number in sorted(conflict):
            larger = tuple(sorted(gone | {number}))
            if larger not in seen:
                seen.add(larger)
                heapq.heappush(queue, (len(larger), larger))
    return found


def _compared(question: _Question, one: _Found, objective: Objective, budget: Budget) -> tuple[_Found, Limit | None]:
    rest = question.rest(one.gone)
    verdict = rest.engine.solve(rest.allowed, objective=settled(rest, objective), budget=budget)
    value = verdict.value if verdict.status == "solution" else None
    return _Found(one.gone, verdict.configuration or one.witness, value), verdict.limit


def _repair(question: _Question, one: _Found, budget: Budget) -> Repair:
    rest = question.rest(one.gone)
    completion = complete(rest, "cheapest", question.objective, budget)
    if completion.configuration is None:
        completion = replace(completion, configuration=written(rest, one.witness))
    value = completion.value if completion.verdict.status == "solution" else one.value
    new = completion.configuration or {}
    given_up = (question.session.choices[number] for number in one.gone)
    changes = tuple(Change(choice.path, choice.value, new.get(choice.path)) for choice in given_up)
    return Repair(changes, rest, completion, value)


def _rank(changes: int, value: Fraction | None) -> tuple[int, bool, Fraction]:
    return changes, value is None, value or Fraction(0)

"""Minimal repairs: the least sets of choices to give up so that the rest, and what is wanted, can stand.

A repair is a minimal hitting set of all minimal conflicts: the hitting-set tree of Reiter, A theory
of diagnosis from first principles (1987), breadth first, with conflicts found by QuickXplain when they are
needed (Greiner, Smith, Wilkerson, A correction to the algorithm in Reiter's theory of diagnosis, 1989).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from configurator.completion import Completion, complete
from configurator.conflict import Oracle, minimal_subset
from configurator.engines.protocol import USUAL, Budget
from configurator.model import Allowed, Limit, Objective
from configurator.session import Chosen, Session, narrowed
from rules.kinds import Scalar

_QUESTIONS = 5_000
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A choice given up: `old` is what was chosen, `new` what it becomes, None where it no longer exists."""

    path: str
    old: Scalar
    new: Scalar | None


@dataclass(frozen=True, slots=True)
class Repair:
    """A minimal set of changes; `session` holds what is kept and wanted, `completion` its cheapest completion.

    `value` is the objective of that completion, None where a limit was hit. Without an objective it is 0.
    """

    changes: tuple[Change, ...]
    session: Session
    completion: Completion
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Repairs:
    """Repairs, the best first: fewest changes, then least objective, then catalog order.

    `exact` says that these are all there are. Otherwise more than asked for exist, none with fewer
    changes than those shown, or `limit` says which bound was hit.
    """

    items: tuple[Repair, ...]
    exact: bool
    limit: Limit | None = None


def repairs(
    session: Session,
    want: tuple[str, Scalar] | None = None,
    objective: Objective | None = None,
    most: int = 10,
    budget: Budget = USUAL,
) -> Repairs:
    """Return the minimal repairs of a session's choices, or those that make the wanted value possible.

    A choice on the wanted path is replaced by what is wanted; that is no change to be listed. Where nothing is to
    be given up, the only repair has no changes. Where the catalog itself excludes what is wanted, there is none.
    """
    budget = budget.started()
    kept = session if want is None else session.retract(want[0])
    hard = narrowed(session.model, session.restrictions, () if want is None else (Chosen(*want),))
    oracle = Oracle(session.engine, budget)
    sets: list[tuple[int, ...]] = []
    if not oracle.refutes(hard):
        for found in _hitting_sets(oracle, kept.choices, hard):
            sets.append(found)
            if len(sets) > most * _AHEAD:
                break
    items = sorted((_repair(kept, gone, want, objective, budget) for gone in sets), key=_rank)
    complete_list = len(sets) <= most and oracle.limit is None
    return Repairs(tuple(items[:most]), complete_list, oracle.limit)


def _hitting_sets(oracle: Oracle, choices: tuple[Chosen, ...], hard: Allowed) -> Iterator[tuple[int, ...]]:
    """Yield the positions of choices to give up, smallest sets first, then in catalog order."""
    model = oracle.engine.model
    conflicts: list[frozenset[int]] = []
    found: list[frozenset[int]] = []
    queue: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    seen: set[tuple[int, ...]] = {()}

    def refutes(some: tuple[int, ...]) -> bool:
        return oracle.refutes(narrowed(model, hard, (choices[number] for number in some)))

    while queue:
        if oracle.asked > _QUESTIONS or oracle.limit:
            oracle.limit = oracle.limit or Limit("solutions", f"more than {_QUESTIONS} questions to find all repairs")
            return
        gone = frozenset(heapq.heappop(queue)[1])
        if any(smaller <= gone for smaller in found):
            continue
        conflict = next((c for c in conflicts if not c & gone), None)
        if conflict is None:
            rest = tuple(number for number in range(len(choices)) if number not in gone)
            if not refutes(rest):
                if oracle.limit is None:
                    found.append(gone)
                    yield tuple(sorted(gone))
                continue
            conflict = frozenset(minimal_subset(rest, refutes))
            conflicts.append(conflict)
        for number in sorted(conflict):
            larger = tuple(sorted(gone | {number}))
            if larger not in seen:
                seen.add(larger)
                heapq.heappush(queue, (len(larger), larger))


def _repair(
    session: Session,
    gone: tuple[int, ...],
    want: tuple[str, Scalar] | None,
    objective: Objective | None,
    budget: Budget,
) -> Repair:
    rest = session
    for number in gone:
        rest = rest.retract(session.choices[number].path)
    if want is not None:
        rest = rest.choose(*want)
    completion = complete(rest, "cheapest", objective, budget)
    new = completion.configuration or {}
    given_up = (session.choices[number] for number in gone)
    changes = tuple(Change(choice.path, choice.value, new.get(choice.path)) for choice in given_up)
    return Repair(changes, rest, completion, completion.value)


def _rank(repair: Repair) -> tuple[int, bool, Fraction]:
    return len(repair.changes), repair.value is None, repair.value or Fraction(0)

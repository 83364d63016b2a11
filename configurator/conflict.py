"""Minimal conflicts: which choices cannot stand together, and which rules say so.

QuickXplain (Junker, QuickXplain: preferred explanations and relaxations for over-constrained
problems, AAAI 2004), first over the choices, then over the rules, then over the restrictions.
Of several conflicts the preferred one is returned: choices early in the catalog before later ones;
rules that speak of fewer variables before broader ones, then in the order of the model. So the
answer does not depend on the order in which choices were made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from configurator.engines.protocol import USUAL, Budget, Engine
from configurator.expressions import mentions
from configurator.model import Allowed, Constraint, Limit
from configurator.session import Chosen, Session, in_catalog_order, narrowed
from rules.kinds import Scalar

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Choices and rules that contradict each other, none of which can be left out.

    `wanted` is the value that was asked about, if any: the choices stand against it. Without choices
    the catalog alone excludes it. `restricted` names the session's restrictions that take part.
    `limit` says that a bound was hit: it is a conflict, but something in it might be left out.
    """

    choices: tuple[Chosen, ...]
    constraints: tuple[Constraint, ...]
    restricted: tuple[str, ...] = ()
    wanted: Chosen | None = None
    limit: Limit | None = None


@dataclass(slots=True)
class Oracle:
    """Asks an engine for satisfiability and remembers a limit that was hit."""

    engine: Engine
    budget: Budget
    limit: Limit | None = field(default=None)
    asked: int = field(default=0)

    def refutes(self, allowed: Allowed, constraints: Sequence[int] | None = None) -> bool:
        """Say whether it is proved that no configuration is valid; False too where a limit was hit."""
        verdict = self.engine.solve(allowed, constraints=constraints, budget=self.budget)
        self.asked += 1
        if verdict.status == "unknown":
            self.limit = verdict.limit
        return verdict.status == "none"


def minimal_conflict(
    engine: Engine,
    choices: Iterable[Chosen],
    restrictions: Allowed | None = None,
    wanted: Chosen | None = None,
    budget: Budget = USUAL,
) -> Conflict | Limit | None:
    """Return a minimal conflict of choices and rules; None where there is none, a limit where that is unproved.

    `wanted` is a further choice that stays outside: the conflict says which choices stand against it.
    """
    budget = budget.started()
    oracle = Oracle(engine, budget)
    base = dict(restrictions or {})
    hard = narrowed(engine.model, base, () if wanted is None else (wanted,))
    ordered = in_catalog_order(engine.model, choices)
    if not oracle.refutes(narrowed(engine.model, hard, ordered)):
        return oracle.limit
    kept = minimal_subset(ordered, lambda some: oracle.refutes(narrowed(engine.model, hard, some)))
    rules = _rules(oracle, narrowed(engine.model, hard, kept))
    facts = (*kept, wanted) if wanted else kept
    restricted = minimal_subset(
        tuple(base),
        lambda some: oracle.refutes(narrowed(engine.model, {path: base[path] for path in some}, facts), rules),
    )
    constraints = tuple(engine.model.constraints[number] for number in rules)
    return Conflict(kept, constraints, restricted, wanted, oracle.limit)


def why(
    session: Session,
    path: str,
    value: Scalar,
    budget: Budget = USUAL,
) -> Conflict | Limit | None:
    """Return why a value cannot be had with the other choices; None where it can.

    A choice on the same path would be replaced, so it is no reason. A conflict without choices means
    that the catalog alone excludes the value.
    """
    budget = budget.started()
    others = session.retract(path).choices
    return minimal_conflict(session.engine, others, session.restrictions, Chosen(path, value), budget)


def minimal_subset(items: tuple[_Item, ...], refutes: Callable[[tuple[_Item, ...]], bool]) -> tuple[_Item, ...]:
    """Return a subset of items that is refuted while each smaller one is not, given that all together are.

    QuickXplain: of several such subsets the one whose last item comes earliest. `refutes` is monotone;
    the subset keeps the order of the items.
    """
    if not items or refutes(()):
        return ()
    found = frozenset(_explain(refutes, (), False, tuple(enumerate(items))))
    return tuple(item for number, item in enumerate(items) if (number, item) in found)


_Numbered = tuple[tuple[int, _Item], ...]


def _explain(
    refutes: Callable[[tuple[_Item, ...]], bool], background: _Numbered[_Item], grown: bool, items: _Numbered[_Item]
) -> _Numbered[_Item]:
    if grown and refutes(tuple(item for _, item in background)):
        return ()
    if len(items) == 1:
        return items
    half = len(items) // 2
    first, second = items[:half], items[half:]
    right = _explain(refutes, (*background, *first), bool(first), second)
    left = _explain(refutes, (*background, *right), bool(right), first)
    return (*left, *right)


def _rules(oracle: Oracle, allowed: Allowed) -> tuple[int, ...]:
    constraints = oracle.engine.model.constraints
    order = sorted(range(len(constraints)), key=lambda number: len(mentions(constraints[number].condition)))
    at_once = oracle.engine.refuting(allowed, order, oracle.budget)
    if at_once is not None:
        return tuple(sorted(at_once))
    return tuple(sorted(minimal_subset(tuple(order), lambda some: oracle.refutes(allowed, some))))

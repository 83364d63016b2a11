"""The reasons of an answer: conflicts, why a value has its state, repairs with their prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from catalogs.model import Catalog
from configurator.assessment import OptionState
from configurator.conflict import Conflict, minimal_conflict, why
from configurator.engines.planner import build_engine
from configurator.engines.protocol import Budget
from configurator.model import Constraint, Limit, Model, Variable
from configurator.repair import Change, Repair, Repairs
from configurator.session import Chosen, Session, model_value, settled
from quotes.answer_options import said, spelled
from quotes.answer_shape import ChangeAnswer, ConflictAnswer, RepairAnswer, RuleReason, State, WhyAnswer, Wish
from quotes.unit_prices import PRICED, UnitPrices
from rules.diagnostics import Span

EngineName = Literal["cp-sat", "enumeration"]

_ROUNDS = 12
_OTHERS = 40


@dataclass(frozen=True, slots=True)
class Reasoner:
    """What reasons are written about: the session, its catalog and how long a question may take."""

    catalog: Catalog
    session: Session
    budget: Budget

    def wish(self, chosen: Chosen) -> Wish:
        """Return a choice as written and for people."""
        variable = self.session.model.variable(chosen.path)
        return Wish(chosen.path, variable.origin.label, spelled(variable, chosen.value), said(variable, chosen.value))

    def rules(self, constraints: Iterable[Constraint]) -> tuple[RuleReason, ...]:
        """Return the rules behind constraints, each once per instance, as the catalog's file has them."""
        found = {(one.rule, one.instance, one.span): one for one in constraints if one.rule != PRICED}
        return tuple(self._rule(one) for one in found.values())

    def _rule(self, one: Constraint) -> RuleReason:
        rule = next((rule for rule in self.catalog.rules if rule.name == one.rule), None)
        text = "" if rule is None else _declared(self.catalog, rule.source.span)
        return RuleReason(one.rule, one.because, one.span, one.instance, text)

    def conflict(self, found: Conflict) -> ConflictAnswer:
        """Return a minimal conflict."""
        choices = tuple(self.wish(choice) for choice in found.choices)
        return ConflictAnswer(choices, self.rules(found.constraints), found.limit is None)

    def why(self, wanted: Chosen, option: OptionState) -> WhyAnswer | Limit:
        """Return why a value has its state; a limit where that could not be settled."""
        variable = self.session.model.variable(wanted.path)
        seen = model_value(variable, wanted.value)
        entry = next(value for value in option.values if value.value == seen)
        state: State = "unsettled" if entry.state == "checking" else entry.state
        if state == "implied":
            return self._implied(wanted, variable)
        found = (
            why(self.session, wanted.path, wanted.value, self.budget) if state in {"excluded", "unsettled"} else None
        )
        if isinstance(found, Limit):
            return found
        if found is None:
            return WhyAnswer(self.wish(wanted), "open" if state in {"excluded", "unsettled"} else state, (), ())
        choices = tuple(self.wish(choice) for choice in found.choices)
        return WhyAnswer(self.wish(wanted), "excluded", choices, self.rules(found.constraints), found.limit is None)

    def _implied(self, wanted: Chosen, variable: Variable) -> WhyAnswer | Limit:
        """Collect what excludes every other value."""
        seen = model_value(variable, wanted.value)
        others = [value for value in variable.values if value != seen]
        conflicts: list[Conflict] = []
        for other in others[:_OTHERS]:
            found = why(self.session, wanted.path, other, self.budget)
            if isinstance(found, Limit):
                return found
            if found is not None:
                conflicts.append(found)
        chosen = {choice: None for conflict in conflicts for choice in conflict.choices}
        constraints = [constraint for conflict in conflicts for constraint in conflict.constraints]
        exact = len(others) <= _OTHERS and all(conflict.limit is None for conflict in conflicts)
        choices = tuple(self.wish(choice) for choice in self.session.choices if choice in chosen)
        return WhyAnswer(self.wish(wanted), "implied", choices, self.rules(constraints), exact)


def repair_answers(
    reasoner: Reasoner, found: Repairs, wanted: Chosen | None, prices: UnitPrices | None
) -> tuple[RepairAnswer, ...]:
    """Return repairs with the total they lead to and what they cost more than `baseline` says."""
    before = None if prices is None else baseline(reasoner, prices, contradictory=wanted is None)
    return tuple(_repair(reasoner, repair, wanted, prices, before) for repair in found.items)


def _repair(
    reasoner: Reasoner, repair: Repair, wanted: Chosen | None, prices: UnitPrices | None, before: int | None
) -> RepairAnswer:
    total = None
    if prices is not None and repair.value is not None:
        total = prices.net(repair.value)
    model = reasoner.session.model
    changed = {change.path for change in repair.changes}
    choices = {choice.path: spelled(model.variable(choice.path), choice.value) for choice in repair.session.choices}
    for change in repair.changes:
        if change.new is not None:
            choices[change.path] = spelled(model.variable(change.path), change.new)
    return RepairAnswer(
        tuple(_change(model.variable(change.path), change) for change in repair.changes),
        None if wanted is None else reasoner.wish(wanted),
        tuple(
            c.path for c in repair.session.choices if c.path not in changed and (not wanted or c.path != wanted.path)
        ),
        choices,
        total,
        None if total is None or before is None else total - before,
    )


def _change(variable: Variable, change: Change) -> ChangeAnswer:
    new = change.new
    return ChangeAnswer(
        change.path,
        variable.origin.label,
        spelled(variable, change.old),
        said(variable, change.old),
        None if new is None else spelled(variable, new),
        None if new is None else said(variable, new),
    )


def baseline(reasoner: Reasoner, prices: UnitPrices, *, contradictory: bool) -> int | None:
    """Return the least net total that the choices would have without a repair, in minor units.

    Valid choices have their cheapest completion. Contradictory ones are completed as if the rules of their
    minimal conflicts did not hold, one conflict after another until the rest can be fulfilled; None
    where that does not help (two choices that no configuration has) or a limit was hit.
    """
    session = prices.session(reasoner.session)
    for _ in range(_ROUNDS):
        cost = settled(session, prices.objective)
        found = session.engine.solve(session.allowed, objective=cost, budget=reasoner.budget)
        if found.status == "solution" and found.value is not None:
            return prices.net(found.value)
        if not contradictory or found.status == "unknown":
            return None
        conflict = minimal_conflict(session.engine, session.choices, session.restrictions, budget=reasoner.budget)
        if not isinstance(conflict, Conflict) or not conflict.constraints:
            return None
        if any(one.rule == PRICED for one in conflict.constraints):
            return None
        lifted = tuple(one for one in session.model.constraints if one not in conflict.constraints)
        model: Model = replace(session.model, constraints=lifted)
        session = replace(session, engine=build_engine(model, _prefer(session.engine.name)))
    return None


def _prefer(name: str) -> EngineName:
    return "enumeration" if name == "enumeration" else "cp-sat"


def _declared(catalog: Catalog, span: Span) -> str:
    """Return a declaration as its file has it."""
    lines = catalog.sources.get(span.file, "").split("\n")[span.line - 1 : span.end_line]
    return "\n".join(lines).strip()

"""The reasons of an answer: conflicts, why a value has its state, repairs with their prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalogs.marks import Label
from catalogs.model import Catalog
from configurator.assessment import OptionState
from configurator.conflict import Conflict, minimal_conflict
from configurator.engines.protocol import Budget
from configurator.model import Allowed, Constraint, Limit, Model, Variable
from configurator.repair import Change, Repair, Repairs
from configurator.restricted import ENTITLED, rebuilt
from configurator.session import Chosen, Session, is_unwritten, model_value, settled
from quotes.answer_options import said, spelled
from quotes.answer_shape import ChangeAnswer, ConflictAnswer, RepairAnswer, RuleReason, State, WhyAnswer, Wish
from quotes.unit_prices import PRICED, UnitPrices
from quotes.veil import Veil
from rules.diagnostics import Span
from rules.kinds import Scalar

_ROUNDS = 12
_SUBSETS = 200
_NO_TEXT = Label("(empty)", {"de": "(leer)"})
_A_TEXT = Label("(a text)", {"de": "(ein Text)"})


@dataclass(frozen=True, slots=True)
class Reasoner:
    """What reasons are written about: the session, its catalog and how long a question may take.

    `free` is the same session without a customer's entitlements. A conflict that needs those names no rule: to the
    customer the value is simply not there; and no reason names what the veil hides.
    """

    catalog: Catalog
    session: Session
    budget: Budget
    veil: Veil
    free: Session

    def wish(self, chosen: Chosen) -> Wish:
        """Return a choice as written and for people."""
        variable = self.session.model.variable(chosen.path)
        return Wish(chosen.path, variable.origin.label, spelled(variable, chosen.value), _said(variable, chosen.value))

    def rules(self, constraints: Iterable[Constraint]) -> tuple[RuleReason, ...]:
        """Return the rules behind constraints, each once per instance, as the catalog's file has them."""
        found = {(one.rule, one.instance, one.span): one for one in constraints if one.rule != PRICED}
        told = ((one, self._rule(one)) for one in found.values())
        return tuple(rule for one, rule in told if self.veil.is_told(one, rule.text))

    def minimal(
        self, choices: tuple[Chosen, ...], own: Allowed | None = None, wanted: Chosen | None = None
    ) -> tuple[Conflict | Limit | None, bool]:
        """Return a minimal conflict, and whether it stands without entitlements; those that do are looked for first.

        `own` narrows a variable besides what the session does.
        """
        if not self.veil.is_open:
            found = minimal_conflict(
                self.free.engine, choices, {**self.free.restrictions, **(own or {})}, wanted, self.budget
            )
            if isinstance(found, Conflict):
                return found, True
        base = dict(self.session.restrictions)
        for path, values in (own or {}).items():
            base[path] = values & base.get(path, values)
        found = minimal_conflict(self.session.engine, choices, base, wanted, self.budget)
        return found, self.veil.is_open

    def _rule(self, one: Constraint) -> RuleReason:
        rule = next((rule for rule in self.catalog.rules if rule.name == one.rule), None)
        text = "" if rule is None else _declared(self.catalog, rule.source.span)
        return RuleReason(one.rule, one.because, one.span, one.instance, text)

    def conflict(self, found: Conflict, *, stands: bool) -> ConflictAnswer:
        """Return a minimal conflict; `stands` says that it does without entitlements."""
        choices = tuple(self.wish(choice) for choice in found.choices)
        return ConflictAnswer(choices, self.rules(found.constraints) if stands else (), found.limit is None)

    def why(self, wanted: Chosen, option: OptionState, *, contradictory: bool) -> tuple[WhyAnswer | None, Limit | None]:
        """Return why a value has its state, and the limit that kept that from being settled or from being exact."""
        seen = model_value(option.variable, wanted.value)
        entry = next(value for value in option.values if value.value == seen)
        state: State = "unsettled" if entry.state == "checking" else entry.state
        if contradictory:
            return self._against(wanted, "chosen" if state == "chosen" else "excluded")
        if state == "implied":
            return self._implied(wanted, option.variable)
        if state not in {"excluded", "unsettled"}:
            return WhyAnswer(self.wish(wanted), state, (), ()), None
        others = self.session.retract(wanted.path).choices
        return self._reason(wanted, "excluded", *self.minimal(others, wanted=wanted))

    def _against(self, wanted: Chosen, state: State) -> tuple[WhyAnswer | None, Limit | None]:
        """Say what stands against a value beside contradictory choices: itself, or else that they contradict already."""
        own = own_conflict(self.free, wanted, self.budget)
        if isinstance(own, Conflict) or self.veil.is_open:
            stands = True
        else:
            own, stands = own_conflict(self.session, wanted, self.budget), False
        if own is not None:
            return self._reason(wanted, "excluded", own, stands)
        found, stands = self.minimal(self.session.retract(wanted.path).choices)
        if found is None:  # the value would mend it
            return WhyAnswer(self.wish(wanted), "chosen" if state == "chosen" else "open", (), ()), None
        reason, limit = self._reason(wanted, state, found, stands)
        return (None if reason is None else replace(reason, already=True)), limit

    def _implied(self, wanted: Chosen, variable: Variable) -> tuple[WhyAnswer | None, Limit | None]:
        """Explain by one conflict with all other values together."""
        others = frozenset(variable.values) - {model_value(variable, wanted.value)}
        found, stands = self.minimal(self.session.retract(wanted.path).choices, {wanted.path: others})
        return self._reason(wanted, "implied", found, stands)

    def _reason(
        self, wanted: Chosen, state: State, found: Conflict | Limit | None, stands: bool
    ) -> tuple[WhyAnswer | None, Limit | None]:
        if isinstance(found, Limit):
            return None, found
        if found is None:
            return WhyAnswer(self.wish(wanted), "open", (), ()), None
        choices = tuple(self.wish(choice) for choice in found.choices)
        exact = found.limit is None
        rules = self.rules(found.constraints) if stands else ()
        return WhyAnswer(self.wish(wanted), state, choices, rules, exact), found.limit


def own_conflict(session: Session, wanted: Chosen, budget: Budget) -> Conflict | Limit | None:
    """Return a minimal conflict that the value takes part in, whatever else contradicts itself; None for none.

    Where a conflict found is one of the choices alone, one of them after the other is left out of the search. It ends
    with the budget, or after as many questions as it may ask.
    """
    engine = session.engine
    queue = [session.retract(wanted.path).choices]
    seen: set[tuple[Chosen, ...]] = set()
    limit: Limit | None = None
    while queue:
        choices = queue.pop()
        if choices in seen:
            continue
        if len(seen) == _SUBSETS:
            return Limit("solutions", f"more than {_SUBSETS} sets of choices to look through")
        seen.add(choices)
        found = minimal_conflict(engine, choices, session.restrictions, wanted, budget)
        if isinstance(found, Limit):
            limit = found
        elif found is not None:
            without = minimal_conflict(engine, found.choices, session.restrictions, budget=budget)
            if without is None:
                return found
            limit = without if isinstance(without, Limit) else limit
            queue += [tuple(one for one in choices if one != gone) for gone in reversed(found.choices)]
    return limit


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
        if change.new is not None and not is_unwritten(repair.session, change.path, change.new):
            choices[change.path] = spelled(model.variable(change.path), change.new)
    return RepairAnswer(
        tuple(_change(repair.session, change) for change in repair.changes),
        None if wanted is None else reasoner.wish(wanted),
        tuple(
            c.path for c in repair.session.choices if c.path not in changed and (not wanted or c.path != wanted.path)
        ),
        choices,
        total,
        None if total is None or before is None else total - before,
    )


def _change(session: Session, change: Change) -> ChangeAnswer:
    variable, new = session.model.variable(change.path), change.new
    new_label = None if new is None else _said(variable, new)
    if new is not None and is_unwritten(session, change.path, new):
        new_label = _A_TEXT
    return ChangeAnswer(
        change.path,
        variable.origin.label,
        spelled(variable, change.old),
        _said(variable, change.old),
        None if new is None else spelled(variable, new),
        new_label,
    )


def _said(variable: Variable, value: Scalar) -> Label:
    """Return a value as a sentence can name it: an empty text has no letters of its own."""
    return _NO_TEXT if variable.is_text and value == "" else said(variable, value)


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
        if any(one.rule in {PRICED, ENTITLED} for one in conflict.constraints):
            return None
        lifted = tuple(one for one in session.model.constraints if one not in conflict.constraints)
        model: Model = replace(session.model, constraints=lifted)
        session = replace(session, engine=rebuilt(session.engine, model))
    return None


def _declared(catalog: Catalog, span: Span) -> str:
    """Return a declaration as its file has it."""
    lines = catalog.sources.get(span.file, "").split("\n")[span.line - 1 : span.end_line]
    return "\n".join(lines).strip()

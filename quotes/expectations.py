"""What a test of the catalog expects, judged: None where it is met, else a sentence with what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from catalogs.model import Catalog
from catalogs.expected import CatalogTest, Expect
from configurator import Configuration, Limit, Model, Objective, Term, ground
from configurator.completion import Completion, complete
from configurator.conflict import Conflict, minimal_conflict
from configurator.engines.protocol import Budget, Engine
from configurator.expressions import mentions
from configurator.ground import Constants
from configurator.passes import children
from configurator.session import Chosen, Session, model_value, start
from configurator.switching import reach
from quotes.answer_options import said, spelled
from quotes.bill import NoBillError, bill
from quotes.entitlement import Entitled
from quotes.membership import in_some_conflict
from quotes.pricing import Context, Line, line_sums, price, quote_sums
from quotes.pricing.entitlements import rights_of
from quotes.pricing.scope import Scope, buyer, spots
from quotes.suggestions import suggest
from quotes.unit_prices import UnitPrices, unit_prices
from rules.evaluator import evaluate, holds
from rules.kinds import Quantity, Scalar
from rules.typed import Constant, Member, Not, Reference, Typed
from rules.values import write_number, write_with_unit

Outcome = str | None


@dataclass(slots=True)
class Case:
    """One test on one day: its choices as a session, or what keeps them from being choices at all.

    A test that names a customer judges what this customer may see; what is priced, what he may buy.
    `completion` remembers the cheapest one, which several expectations ask about.
    """

    catalog: Catalog
    test: CatalogTest
    session: Session
    context: Context
    unreadable: str
    budget: Budget
    entitled: Entitled
    completion: Completion | None = None

    @classmethod
    def of(cls, catalog: Catalog, test: CatalogTest, engine: Engine, context: Context, budget: Budget) -> Case:
        """Make the case of a test for one engine."""
        entitled = Entitled(engine.model, rights_of(catalog, context, engine.model.day) if context.customer else None)
        seen = entitled.restrict(engine, "see")
        chosen = [Chosen(given.path, given.value) for given in test.given]
        wrong = next((problem for one in chosen if (problem := _misfit(engine.model, one))), "")
        return cls(
            catalog, test, seen.session(start(engine, () if wrong else chosen)), context, wrong, budget, entitled
        )

    def judge(self, expect: Expect) -> Outcome:
        """Judge one expectation."""
        if self.unreadable:
            return self.unreadable
        match expect.kind:
            case "holds":
                return self._holds(expect)
            case "remains":
                return self._remains(expect)
            case "invalid":
                return self._invalid(expect)
            case "items":
                return self._items(expect)
            case "suggest":
                return self._suggests(expect)

    # --- conditions --------------------------------------------------------------------------------

    def _holds(self, expect: Expect) -> Outcome:
        condition = expect.condition
        if condition is None:
            raise ValueError(expect)
        if _asks_of_sale(condition):
            return self._holds_of_sale(condition)
        constants: Constants = {"customer": self.context.attributes, "quantity": Fraction(self.test.quantity)}
        wanted = ground(condition, self.session.model, "", constants)
        broken = Objective((Term(Not(wanted), Constant(Quantity(), Fraction(1))),))
        verdict = self.session.engine.solve(self.session.allowed, objective=broken, sense="max", budget=self.budget)
        if verdict.status == "unknown":
            return _limited(verdict.limit)
        if verdict.configuration is None:
            return self._contradiction()
        if not verdict.value:
            return None
        shown = _shown(self.session.model, verdict.configuration, wanted)
        return f"it does not hold in every configuration: not with {shown}" if shown else "it never holds"

    def _holds_of_sale(self, condition: Typed) -> Outcome:
        whole = self._whole()
        if isinstance(whole, str):
            return whole
        line = Line("1", self.test.on, whole, self.test.quantity)
        priced = price(self.catalog, self.context, [line], self.session.model.day)
        if priced.unpriced:
            return priced.unpriced[0].reason
        around: Mapping[str, object] = {
            "line": line_sums(priced, priced.lines[0]),
            "quote": quote_sums(priced),
            "customer": buyer(self.catalog, self.context),
            "quantity": Fraction(self.test.quantity),
        }
        scope = next(spots(self.catalog, self.test.on, whole, around)).scope
        if holds(condition, scope.environment) is True:
            return None
        return f"it does not hold: {', '.join(dict.fromkeys(_asked(condition, scope)))}"

    def _remains(self, expect: Expect) -> Outcome:
        if expect.target not in self.session.model.index:
            return f"{expect.target} cannot be chosen"
        variable = self.session.model.variable(expect.target)
        reached = reach(self.session, expect.target, self.budget)
        if reached.limit is not None:
            return _limited(reached.limit)
        chosen = self.session.chosen(expect.target)
        left = reached.values if chosen is None else reached.values & {model_value(variable, chosen.value)}
        if left and left == frozenset(expect.values):
            return None
        if not left and self.session.engine.solve(self.session.allowed, budget=self.budget).status == "none":
            return self._contradiction()
        values = ", ".join(spelled(variable, value) for value in variable.values if value in left)
        return f"{expect.target} can be {values}" if values else f"{expect.target} does not exist"

    # --- conflicts ---------------------------------------------------------------------------------

    def _invalid(self, expect: Expect) -> Outcome:
        engine, choices = self.session.engine, self.session.choices
        if expect.name is not None and self._breaks_alone(expect.name):
            return None
        found = minimal_conflict(engine, choices, self.session.restrictions, budget=self.budget)
        if found is None:
            return "these choices are valid together"
        if isinstance(found, Limit):
            return _limited(found)
        if expect.name is None or any(one.rule == expect.name for one in found.constraints):
            return None
        takes_part = in_some_conflict(engine, choices, expect.name, self.budget)
        if isinstance(takes_part, Limit):
            return _limited(takes_part)
        return None if takes_part else f"{expect.name} is in no minimal conflict; there is this one: {_rules(found)}"

    def _breaks_alone(self, rule: str) -> bool:
        """Say whether the choices can stand without any rule, but not with this one: then it is in a conflict."""
        engine, allowed = self.session.engine, self.session.allowed
        own = [number for number, one in enumerate(engine.model.constraints) if one.rule == rule]
        if engine.solve(allowed, constraints=own, budget=self.budget).status != "none":
            return False
        return engine.solve(allowed, constraints=(), budget=self.budget).status == "solution"

    def _contradiction(self) -> str:
        session = self.session
        found = minimal_conflict(session.engine, session.choices, session.restrictions, budget=self.budget)
        if found is None:
            return "the customer may not buy what is chosen"
        return f"the choices contradict each other: {_rules(found)}" if isinstance(found, Conflict) else _limited(found)

    # --- the completed configuration ---------------------------------------------------------------

    def _items(self, expect: Expect) -> Outcome:
        whole = self._whole()
        if isinstance(whole, str):
            return whole
        try:
            lines = bill(self.catalog, self.test.on, whole, self.session.model.day)
        except NoBillError as error:
            return str(error)
        found = {line.code: line.quantity for line in lines}
        wrong = [
            f"{code} is there {found[code]} times" if code in found else f"{code} is not there"
            for code, quantity in expect.items
            if code not in found or (quantity is not None and found[code] != write_number(quantity))
        ]
        return "; ".join(wrong) or None

    def _suggests(self, expect: Expect) -> Outcome:
        prices, whole = self._prices(), self._whole()
        if isinstance(prices, str):
            return prices
        if isinstance(whole, str):
            return whole
        asked = frozenset({expect.name or ""})
        if suggest(self.catalog, self.session, prices, whole, settled_already=True, only=asked, budget=self.budget):
            return None
        offers = suggest(self.catalog, self.session, prices, whole, settled_already=True, budget=self.budget)
        names = [offer.name for offer in offers]
        return f"{expect.name} is not suggested; {', '.join(names) or 'nothing'} is"

    def _prices(self) -> UnitPrices | str:
        return unit_prices(self.catalog, self.session.engine, self.context, self.entitled)

    def _whole(self) -> Configuration | str:
        """Return the cheapest completion; without prices the first one; a sentence where there is none."""
        if self.completion is None:
            prices = self._prices()
            session = self.session if isinstance(prices, str) else prices.sale(self.session)
            goal = None if isinstance(prices, str) else prices.objective
            self.completion = complete(session, "cheapest", goal, self.budget)
        made = self.completion
        if made.verdict.status == "none":
            return self._contradiction()
        if made.verdict.status == "unknown" or made.configuration is None:
            return _limited(made.verdict.limit)
        return made.configuration


def _misfit(model: Model, chosen: Chosen) -> str:
    if chosen.path not in model.index:
        return f"{chosen.path} cannot be chosen"
    variable = model.variable(chosen.path)
    if model_value(variable, chosen.value) in variable.values:
        return ""
    return f"{chosen.path} = {spelled(variable, chosen.value)} cannot be chosen"


def _limited(limit: Limit | None) -> str:
    return f"not settled: {limit.message if limit else 'a limit was hit'}"


def _rules(conflict: Conflict) -> str:
    names = dict.fromkeys(one.rule for one in conflict.constraints)
    choices = " and ".join(f"{one.path} = {one.value}" for one in conflict.choices)
    return f"{choices or 'the rules alone'}, by {', '.join(names) or 'what the parts allow'}"


def _shown(model: Model, configuration: Configuration, condition: Typed) -> str:
    """Write the values that a condition asks about."""
    asked = (model.variable(path) for path in sorted(mentions(condition)) if path in configuration)
    return ", ".join(f"{one.path} = {said(one, configuration[one.path]).text}" for one in asked)


def _asks_of_sale(condition: Typed) -> bool:
    return any(True for _ in _sale_members(condition))


def _sale_members(expression: Typed) -> Iterator[Member]:
    base = expression.base if isinstance(expression, Member) else None
    if isinstance(expression, Member) and isinstance(base, Reference) and base.name in {"line", "quote"}:
        yield expression
    for inner in children(expression):
        yield from _sale_members(inner)


def _asked(condition: Typed, scope: Scope) -> Iterator[str]:
    """Write what the priced line and quote have of what a condition asks about."""
    for member in _sale_members(condition):
        if isinstance(member.base, Reference):
            value = evaluate(member, scope.environment)
            shown = _value(member, value) if isinstance(value, Fraction) else "not known"
            yield f"{member.base.name}.{member.field} is {shown}"


def _value(member: Member, value: Scalar) -> str:
    return write_with_unit(member.kind, value)

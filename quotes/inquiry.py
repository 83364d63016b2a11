"""One question asked step by step: states, completion, prices, suggestions, reasons; each adds to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from catalogs.effectivity import in_effect
from catalogs.model import Catalog
from configurator import Configuration, Limit
from configurator.assessment import Assessment, OptionState, assess
from configurator.completion import Completion, complete
from configurator.conflict import Conflict
from configurator.engines.protocol import Budget
from configurator.ranges import Range, objective_range, objective_ranges
from configurator.repair import Repairs, repairs
from configurator.session import Chosen, Session, is_unwritten
from quotes.answer_options import option_answer, value_states
from quotes.answer_reasons import Reasoner, repair_answers
from quotes.answer_shape import Answer, LimitAnswer, TotalAnswer
from quotes.configured import unwritten
from quotes.pricing import Line, price
from quotes.pricing.entitlements import Verb
from quotes.suggestions import suggest
from quotes.unit_prices import UnitPrices
from quotes.veil import Veil, told_suggestions
from rules.kinds import Scalar

Goal = Literal["cheapest", "preferred"]
About = Literal["values", "count", "completion", "prices", "conflict", "why", "repairs"]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The choices that are asked about, what they may cost, and how long an answer may take.

    `budget` is for the price ranges alone; everything else (states, completion, total, reasons, repairs,
    suggestions) shares `clock`, a budget that runs already. `free` is the session without what entitlements restrict,
    `veil` what the reader does not see, `barred` what a customer may not do with values, for a rep.
    """

    catalog: Catalog
    session: Session
    prices: UnitPrices | None
    budget: Budget
    clock: Budget
    veil: Veil
    free: Session
    barred: Mapping[str, Mapping[Scalar, tuple[Verb, ...]]] = field(default_factory=dict)

    @property
    def reasoner(self) -> Reasoner:
        """What writes the reasons."""
        return Reasoner(self.catalog, self.session, self.clock, self.veil, self.free)

    def answer(
        self, blank: Answer, goal: Goal | None, *, ranges: bool, why: Chosen | None, get: Chosen | None
    ) -> Answer:
        """Return the whole answer."""
        found = assess(self.session, None if self.prices is None else self.prices.objective, self.clock)
        answer = replace(blank, valid=found.valid, complete=found.complete, exact=found.exact, count=found.count)
        if found.values_limit is not None:
            answer = noted(answer, "values", found.values_limit)
        if found.count_limit is not None:
            answer = noted(answer, "count", found.count_limit)
        answer = self._completed(answer, found, goal)
        answer = self._totalled(answer)
        answer = self._explained(answer, found, why)
        answer = self._repaired(answer, get)
        return self._optioned(answer, found, ranges=ranges)

    def _completed(self, answer: Answer, found: Assessment, goal: Goal | None) -> Answer:
        """Put the completion in that was asked for; choices that leave nothing open are whole by themselves."""
        if not found.valid or (goal is None and not found.complete):
            return answer
        made = self._completion(goal or "cheapest")
        if made.verdict.limit is not None:
            answer = noted(answer, "completion", made.verdict.limit)
        if made.configuration is None or made.verdict.status != "solution":
            return replace(answer, complete=False)
        texts = self._unwritten(made.configuration)
        if not texts:
            return replace(answer, complete=True, configuration=made.configuration)
        needed = LimitAnswer("completion", "text-needed", f"a rule asks for a text in {', '.join(texts)}")
        return replace(answer, complete=False, configuration=made.configuration, limits=(*answer.limits, needed))

    def _completion(self, goal: Goal) -> Completion:
        """Complete the choices to what may be bought; else to what has a price; else without regard to prices."""
        for session in () if self.prices is None else self._priced(self.prices):
            made = complete(session, goal, None if self.prices is None else self.prices.objective, self.clock)
            if made.verdict.status != "none":
                return made
        return complete(self.session, goal, None, self.clock)

    def _priced(self, prices: UnitPrices) -> tuple[Session, ...]:
        """Return the session among what may be bought, and among what has a price; one where they are the same."""
        if prices.sold == prices.shown:
            return (prices.session(self.session),)
        return prices.sale(self.session), prices.session(self.session)

    def _unwritten(self, configuration: Configuration) -> tuple[str, ...]:
        return tuple(path for path in unwritten(self.session, configuration) if path not in self.veil.hidden)

    def _optioned(self, answer: Answer, found: Assessment, *, ranges: bool) -> Answer:
        money: Mapping[str, Mapping[Scalar, Range]] = {}
        if ranges and self.prices is not None:
            states = {one.variable.path: value_states(one, answer.configuration) for one in found.options}
            money = objective_ranges(
                self.prices.session(self.session), self.prices.objective, budget=self.budget, states=states
            )
            if any(end is None for values in money.values() for one in values.values() for end in (one.low, one.high)):
                answer = noted(answer, "prices", Limit("time", "not every price range could be settled in time"))
        whole = answer.configuration
        texts = () if whole is None else unwritten(self.session, whole)
        shown = whole and {path: value for path, value in whole.items() if path not in texts}
        options = (seen for option in found.options if (seen := self.veil.option(self._seen(option))) is not None)
        return replace(
            answer,
            options=tuple(
                option_answer(one, self.prices, money, shown, self.barred.get(one.variable.path, {})) for one in options
            ),
        )

    def _seen(self, option: OptionState) -> OptionState:
        """Return an option without the value of a text that nobody wrote."""
        nobody = option.value is not None and is_unwritten(self.session, option.variable.path, option.value)
        return replace(option, value=None) if nobody else option

    def _totalled(self, answer: Answer) -> Answer:
        """Add the total of one unit, and what else could be offered."""
        if self.prices is None or not answer.valid:
            return answer
        if answer.configuration is not None:
            answer = replace(answer, total=self._net(self.prices, answer.configuration))
            return self._suggested(answer, self.prices, answer.configuration)
        ends = objective_range(self.prices.session(self.session), self.prices.objective, self.clock)
        if ends is None:
            return answer
        if ends.low is None or ends.high is None:
            answer = noted(answer, "prices", Limit("time", "the total could not be settled in time"))
        else:
            answer = replace(answer, total=TotalAnswer(self.prices.net(ends.low), self.prices.net(ends.high)))
        return self._suggested(answer, self.prices, None)

    def _net(self, prices: UnitPrices, configuration: Configuration) -> TotalAnswer | None:
        line = Line("1", prices.product, configuration)
        priced = price(prices.catalog, prices.context, [line], prices.day, inputs=prices.inputs)
        if priced.unpriced:
            return None
        return TotalAnswer(priced.totals.net, priced.totals.net, priced.totals.net, priced.totals.list)

    def _suggested(self, answer: Answer, prices: UnitPrices, current: Configuration | None) -> Answer:
        model = self.session.model
        if not any(one.on == model.product for one in in_effect(self.catalog.suggestions, model.day)):
            return answer
        base = current if current is not None else self._completion("cheapest").configuration
        if base is None:
            return answer
        found = suggest(
            self.catalog, self.session, prices, base, settled_already=current is not None, budget=self.clock
        )
        return replace(answer, suggestions=told_suggestions(self.catalog, self.veil, found))

    def _explained(self, answer: Answer, found: Assessment, why: Chosen | None) -> Answer:
        reasoner = self.reasoner
        if not found.valid:
            conflict, stands = reasoner.minimal(self.session.choices)
            if isinstance(conflict, Conflict):
                answer = replace(answer, conflict=reasoner.conflict(conflict, stands=stands))
            limit = conflict.limit if isinstance(conflict, Conflict) else conflict
            answer = answer if limit is None else noted(answer, "conflict", limit)
        if why is None:
            return answer
        option = next(one for one in found.options if one.variable.path == why.path)
        reason, limit = reasoner.why(why, option, contradictory=not found.valid)
        answer = replace(answer, why=reason)
        return answer if limit is None else noted(answer, "why", limit)

    def _repaired(self, answer: Answer, get: Chosen | None) -> Answer:
        if get is None and answer.conflict is None:
            unproved = next((one for one in answer.limits if one.about == "conflict"), None)
            if unproved is None:
                return answer
            return replace(answer, repairs_exact=False, limits=(*answer.limits, replace(unproved, about="repairs")))
        found, prices = self._repairs(None if get is None else (get.path, get.value))
        reasoner = self.reasoner
        if found.limit is not None:
            answer = noted(answer, "repairs", found.limit)
        shown = repair_answers(reasoner, found, get, prices)
        return replace(answer, repairs=shown, repairs_exact=found.exact)

    def _repairs(self, want: tuple[str, Scalar] | None) -> tuple[Repairs, UnitPrices | None]:
        """Return the repairs that lead to something with a price; where none does, those that are valid."""
        for session in () if self.prices is None else self._priced(self.prices):
            goal = None if self.prices is None else self.prices.objective
            found = repairs(session, want, goal, budget=self.clock)
            if found.items or found.limit:
                return found, self.prices
        return repairs(self.session, want, budget=self.clock), None


def noted(answer: Answer, about: About, limit: Limit) -> Answer:
    """Return an answer that says which part of it a limit kept from being settled."""
    return replace(answer, exact=False, limits=(*answer.limits, LimitAnswer(about, limit.name, limit.message)))

"""Floors over every configuration that can be sold: proved to hold for every buyer and quantity, or the line that breaks one.

For each product, slice of time, kind of buyer and quantity of interest a floor is a linear bound of a line's net, list and
cost. Net is the unit's list price through scale, contract and channel, an affine function of it; list price and cost are
sums over the configuration. So the least value of the bound is one question to the engine, restricted to what the buyer
may buy. Promotions and allowances need no look: they stop at floors by themselves. What a person decides is judged when
it is decided. Minimum found, the line is priced by all phases: only what breaks the floor there is called broken.

Quantities go up to a million, the most that a request takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from catalogs.effectivity import in_effect, slices
from catalogs.model import Catalog, Scale
from catalogs.policy import Floor
from configurator import Configuration, Objective
from configurator.engines.protocol import USUAL, Budget, Engine
from configurator.model import Term
from configurator.passes import FALSE, mentioned, negation
from configurator.restricted import restricted
from configurator.session import start
from quotes.entitlement import Entitled
from quotes.pricing import MICROS, Context, Line, PricedQuote, price
from quotes.pricing.agreement import terms_by_product, whole_discount
from quotes.pricing.channel import combined, margins
from quotes.pricing.entitlements import rights_of
from quotes.pricing.listing import asks_quantity
from quotes.pricing.objective import unit_cost
from quotes.pricing.percentages import percents_of
from quotes.pricing.scales import effect_of, scales_of
from quotes.pricing.scope import buyer
from quotes.pricing.sheet import Desk, Origin
from quotes.proofs.bounds import Bound, bounds_of
from quotes.proofs.buyers import kinds_of_buyers, said
from quotes.unit_prices import UnitPrices, unit_prices
from rules.diagnostics import Span
from rules.kinds import Money
from rules.typed import Add, Constant

Engines = Callable[[Catalog, str, date], Engine]
_MANY = 1_000_000
"""The largest quantity that is looked at."""
_PHASES = 6
"""So many phases may round a unit price between the list and the line."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that crosses a floor: what is sold to whom, how many, and what it comes to, in minor units."""

    configuration: Configuration
    quantity: int
    buyer: str
    list: int
    net: int
    cost: int
    currency: str


@dataclass(frozen=True, slots=True)
class MarginVerdict:
    """What is known of one floor for one product from `since` to `until`.

    It is "proved" for everything that can be sold, "broken" with an example, or "open" with the reason. `least` is the
    least value of the bound on one unit, in units of the currency; `cases` is how many kinds of buyers and quantities
    were looked at.
    """

    product: str
    floor: str
    source: Span
    since: date
    until: date | None
    status: Literal["proved", "broken", "open"]
    reason: str
    least: Fraction | None
    cases: int
    example: Broken | None = None


def prove_floors(catalog: Catalog, engines: Engines, since: date, budget: Budget = USUAL) -> Iterator[MarginVerdict]:
    """Yield a verdict for every floor, product and slice of time from a day on; each question may cost the budget."""
    buyers = kinds_of_buyers(catalog)
    for product in catalog.products:
        for stretch in slices(catalog, product.name, since):
            floors = in_effect(catalog.floors, stretch.day)
            if not floors or not product.effectivity.covers(stretch.day) or product.retired:
                continue
            for floor in sorted(floors, key=lambda one: one.name):
                prover = _Prover(catalog, engines, product.name, stretch.day, budget)
                status, reason, least, example, cases = prover.judged(floor, buyers.contexts)
                if status == "proved" and not buyers.whole:
                    status, reason = "open", "conditions compare attributes of customers with each other"
                yield MarginVerdict(
                    product.name, floor.name, floor.span, stretch.day, stretch.end, status, reason, least, cases, example
                )  # fmt: skip


_Judged = tuple[Literal["proved", "broken", "open"], str, Fraction | None, Broken | None, int]


@dataclass(frozen=True, slots=True)
class _Case:
    """One kind of buyer at one quantity: net of a unit is ``slope * list + intercept``."""

    context: Context
    quantity: int
    slope: Fraction
    intercept: Fraction


class _Prover:
    """Proves floors for one product on one day."""

    def __init__(self, catalog: Catalog, engines: Engines, product: str, day: date, budget: Budget) -> None:
        self._catalog, self._product, self._day, self._budget = catalog, product, day, budget
        self._engine = engines(catalog, product, day)

    def judged(self, floor: Floor, contexts: tuple[Context, ...]) -> _Judged:
        """Judge one floor for all buyers; the worst verdict counts."""
        least: Fraction | None = None
        cases, opened = 0, ""
        for context in contexts:
            bounds = self._bounds(floor, context)
            if isinstance(bounds, str):
                opened = opened or bounds
                continue
            prices = self._prices(context)
            if not bounds or isinstance(prices, str):
                continue
            told = self._cases(context)
            if isinstance(told, str):
                opened = opened or told
                continue
            for bound in bounds:
                for case in self._worst(bound, told):
                    cases += 1
                    value, example, reason = self._least(floor, bound, case, prices)
                    least = value if least is None or (value is not None and value < least) else least
                    if example is not None:
                        return "broken", "", value, example, cases
                    opened = opened or reason
        if opened:
            return "open", opened, least, None, cases
        return "proved", "", least, None, cases

    def _bounds(self, floor: Floor, context: Context) -> tuple[Bound, ...] | str:
        if "quote" in mentioned(floor.condition):
            return "it asks about the whole quote"
        desk = self._desk(context)
        if desk.policy.tax == "inclusive":
            return "prices include tax"
        if percents_of(desk).get(self._product):
            return "the price of this product is a percentage of other lines"
        if asks_quantity(desk, self._catalog.component(self._product)):
            return "an amount of this product asks for the quantity of the line"
        sees = {"customer": buyer(self._catalog, context)}
        found = bounds_of(floor.condition, sees)
        if found is None:
            return "its condition is not a sum of net, list and cost against a bound"
        if context.currency != self._catalog.currency and any(one.constant for one in found):
            return ()  # An amount of the catalog's currency says nothing of prices in another one.
        return found

    def _desk(self, context: Context) -> Desk:
        return Desk.open(self._catalog, context, self._day)

    def _prices(self, context: Context) -> UnitPrices | str:
        rights = rights_of(self._catalog, context, self._day)
        return unit_prices(self._catalog, self._engine, context, Entitled(self._engine.model, rights))

    def _cases(self, context: Context) -> list[_Case] | str:
        """Return the quantities at which a tier begins or ends with what they make of a unit's price."""
        desk = self._desk(context)
        terms = desk.kept(terms_by_product).get(self._product, ())
        scales = scales_of(desk, self._product)
        if scales and any(term.aim.path or term.price is not None for _, term in terms):
            return "a contract prices parts of what a scale has changed before"
        held = [one for one in desk.kept(margins) if not one.on or self._product in one.on]
        after = 1 - whole_discount(terms)
        for _, rate in combined(desk, [(Origin("channel", one.name, one.label), one.rate) for one in held]):
            after *= 1 - rate
        ends = {1, _MANY, *(end for scale in scales for end in _ends(scale))}
        found: dict[tuple[int, Fraction, Fraction], _Case] = {}

        def add(quantity: int, slope: Fraction, intercept: Fraction) -> None:
            found[quantity, slope, intercept] = _Case(context, quantity, slope, intercept)

        for quantity in sorted(ends):
            add(quantity, after, Fraction(0))
            for scale in scales:
                low, high = (effect_of(scale, quantity, Fraction(probe)) for probe in (0, 1))
                if low is None or high is None:
                    continue
                start, end = low.on(Fraction(0)), high.on(Fraction(1))
                add(quantity, after * (end - start), after * start)
                for limit in (scale.minimum, scale.maximum):
                    if limit is not None:
                        add(quantity, Fraction(0), after * limit)
        return sorted(found.values(), key=lambda one: (one.slope, one.intercept, one.quantity))

    def _worst(self, bound: Bound, cases: list[_Case]) -> list[_Case]:
        """Leave out cases that another one is never better than: prices are nowhere below nothing then."""
        rows = (row for prices in self._catalog.price_lists for row in prices.rows if row.product == self._product)
        if bound.net <= 0 or bound.constant or any(row.price < 0 for row in rows):
            return cases
        worst: list[_Case] = []
        for case in sorted(cases, key=lambda one: (one.slope, one.intercept, one.quantity)):
            if not any(one.slope <= case.slope and one.intercept <= case.intercept for one in worst):
                worst.append(case)
        return worst

    def _least(
        self, floor: Floor, bound: Bound, case: _Case, prices: UnitPrices
    ) -> tuple[Fraction | None, Broken | None, str]:
        """Return the least value of a bound, an example where the floor is crossed there, and what is left open."""
        cost, unknown = unit_cost(self._catalog, self._engine.model, case.context)
        session = prices.sale(start(self._engine))
        if bound.cost and unknown != FALSE:
            session = restricted(session.engine, [negation(unknown)]).session(session)
        verdict = session.engine.solve(
            session.allowed, objective=_objective(bound, case, prices.objective, cost), budget=self._budget
        )
        if verdict.status == "none":
            return None, None, ""
        if verdict.configuration is None or verdict.value is None or verdict.status == "unknown":
            return None, None, "the search for the least margin hit its limit"
        least = verdict.value
        if least > self._slack(bound, case):
            return least, None, ""
        # A large quantity shows what rounding would hide on one unit.
        for quantity in dict.fromkeys((case.quantity, case.quantity * 1000)):
            example = self._crossed(floor, verdict.configuration, replace(case, quantity=quantity))
            if example is not None:
                return least, example, ""
        return least, None, f"the least is {float(least):.4f} a unit, too near for what rounding may take"

    def _slack(self, bound: Bound, case: _Case) -> Fraction:
        """Return what rounding can take off the bound on one unit: a whole step of every phase, of the line, of its cost."""
        desk = self._desk(case.context)
        weights = abs(bound.net) + abs(bound.list) + abs(bound.cost)
        return weights * (Fraction(1, desk.minor * case.quantity) + Fraction(_PHASES * (desk.grain or 1), MICROS))

    def _crossed(self, floor: Floor, configuration: Configuration, case: _Case) -> Broken | None:
        """Price the line by all phases, without promotions; return it where it crosses the floor."""
        line = Line("1", self._product, configuration, case.quantity)
        priced: PricedQuote = price(self._catalog, case.context, [line], self._day)
        if not priced.lines or all(one.name != floor.name for one in priced.judgement.broken):
            return None
        told = priced.lines[0]
        return Broken(
            configuration, case.quantity, said(case.context), told.list, told.net, told.cost or 0, priced.currency
        )  # fmt: skip


def _ends(scale: Scale) -> Iterator[int]:
    """Yield the quantities where a unit is dearest or cheapest: at both ends of a tier, and of packages begun again.

    Between the ends of a tier the average moves one way only; full packages are cheapest, those just begun dearest.
    """
    for tier in scale.tiers:
        yield from (edge for edge in (max(1, tier.low), tier.high) if edge)
    last = max(scale.tiers, key=lambda tier: tier.low, default=None)
    if scale.method == "package" and last is not None and last.high is not None and last.high < _MANY:
        size = last.high - max(1, last.low) + 1
        full = last.high + (_MANY - last.high) // size * size
        yield from (last.high + 1, full, min(full + 1, _MANY), full - size + 1)


def _objective(bound: Bound, case: _Case, prices: Objective, costs: Objective) -> Objective:
    """Return the bound on one unit as a sum over the configuration."""
    money = Money(case.context.currency)
    by_price = bound.net * case.slope + bound.list
    constant = bound.net * case.intercept + bound.constant / case.quantity
    weighed = ((by_price, prices), (bound.cost, costs))
    terms = [
        Term(one.when, Add(money, ((weight, one.amount),))) for weight, some in weighed if weight for one in some.terms
    ]
    return Objective((*terms, Term(None, Constant(money, constant))))

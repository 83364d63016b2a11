"""A quote that may be changed: its lines, what their customer may have of each product, and the price of any change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from catalogs.model import Catalog
from catalogs.policy import Policy
from configurator import Configuration, ModelTooLarge, ProductNotInEffect, UnknownProduct
from configurator.engines.protocol import USUAL, Budget, Engine
from configurator.session import Chosen, Session, start
from quotes.bill import NoBillError, bill
from quotes.configured import unwritten
from quotes.pricing import UNTOUCHED, Context, Inputs, Line, PricedQuote
from quotes.pricing.entitlements import rights_of
from quotes.pricing.sheet import Desk
from quotes.pricing.waterfall import price_on
from quotes.selling import View
from quotes.suggestions.shape import UNKNOWN, Change, Offer
from quotes.unit_prices import UnitPrices
from rules.kinds import Scalar
from rules.values import write

Engines = Callable[[Catalog, str, date], Engine]
"""How a product's engine is had; raises as `compile_product` does."""


def value_of(priced: PricedQuote) -> int:
    """Return what a quote costs over its whole term with fees, in minor units; with tax where prices include it."""
    totals = priced.totals
    return priced.contract_value + (totals.tax if totals.inclusive else 0)


def margin_of(priced: PricedQuote) -> int | None:
    """Return what is left of it after the costs of the lines, without tax; None where one is not known."""
    costs = [line.cost for line in priced.lines]
    known = [cost for cost in costs if cost is not None]
    return priced.contract_value - sum(known) if len(known) == len(costs) else None


@dataclass(frozen=True)
class Deal:
    """A customer's quote in the making. `choices` are what a person chose, by line; a line without is chosen as it is.

    Everything asked about it shares one `budget`, which runs from the start.
    """

    catalog: Catalog
    context: Context
    day: date
    lines: tuple[Line, ...]
    engines: Engines
    inputs: Inputs = UNTOUCHED
    policy: Policy | None = None
    choices: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    budget: Budget = USUAL
    desk: Desk = field(init=False, repr=False)
    now: PricedQuote = field(init=False, repr=False)
    _views: dict[str, View | None] = field(init=False, default_factory=dict, repr=False)
    _priced: dict[object, PricedQuote] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Price the quote as it is."""
        products = frozenset(line.product for line in self.lines)
        desk = Desk.open(self.catalog, self.context, self.day, products, self.policy, self.inputs)
        object.__setattr__(self, "budget", self.budget.started())
        object.__setattr__(self, "desk", desk)
        object.__setattr__(self, "now", price_on(desk, self.lines))

    @property
    def is_over(self) -> bool:
        """Say whether the time is up."""
        return self.budget.left <= 0

    def line(self, name: str) -> Line:
        """Return a line by its id; `KeyError` where there is none."""
        return {line.id: line for line in self.lines}[name]

    def view(self, product: str) -> View | None:
        """Return what the customer may have of a product; None where it cannot be had, by him, on the day."""
        if product not in self._views:
            self._views[product] = self._look(product)
        return self._views[product]

    def _look(self, product: str) -> View | None:
        rights = rights_of(self.catalog, self.context, self.day)
        if rights is not None and not rights.sees(product):
            return None
        try:
            engine = self.engines(self.catalog, product, self.day)
        except (ProductNotInEffect, UnknownProduct, ModelTooLarge):
            return None
        view = View.of(self.catalog, engine, self.context, rights, "customer")
        return view if view.is_seen and not isinstance(view.prices, str) else None

    def prices(self, product: str) -> UnitPrices | None:
        """Return the prices of one unit of a product that can be had."""
        view = self.view(product)
        return view.prices if view is not None and isinstance(view.prices, UnitPrices) else None

    def session(self, line: Line) -> Session | None:
        """Return what was chosen on a line, among what its customer may buy."""
        prices, view = self.prices(line.product), self.view(line.product)
        if prices is None or view is None:
            return None
        chosen = self.choices.get(line.id, line.configuration)
        return prices.sale(start(view.engine, [Chosen(path, value) for path, value in chosen.items()]))

    def with_line(self, line: Line) -> tuple[Line, ...]:
        """Return the lines with one in the place of that of its id, or at the end."""
        if any(one.id == line.id for one in self.lines):
            return tuple(line if one.id == line.id else one for one in self.lines)
        return (*self.lines, line)

    def priced(self, line: Line) -> PricedQuote:
        """Price the quote with a line changed or a line more; what was priced already is not priced again."""
        key = (line.id, line.product, line.quantity, tuple(sorted(line.configuration.items(), key=lambda one: one[0])))
        if key not in self._priced:
            self._priced[key] = price_on(self.desk, self.with_line(line))
        return self._priced[key]

    def new_id(self) -> str:
        """Return an id that no line has."""
        taken = {line.id for line in self.lines}
        return next(name for number in range(1, len(taken) + 2) if (name := f"+{number}") not in taken)

    # --- from a change to an offer --------------------------------------------------------------

    def offers(self, changes: Iterable[Change]) -> Sequence[Offer]:
        """Return the changes that can be offered, priced."""
        found = (self.offer(change) for change in changes)
        return [one for one in found if one is not None]

    def offer(self, change: Change) -> Offer | None:
        """Return a change with its exact totals; None where it is not valid, not entitled, cannot be ordered as it stands, or time is up."""
        line = change.after
        before = next((one for one in self.lines if one.id == line.id), None)
        view = self.view(line.product)
        if (
            self.is_over
            or self.now.unpriced
            or view is None
            or view.kept.names(change.reason)
            or not self._is_had(line, before)
        ):
            return None
        priced = self.priced(line)
        if priced.unpriced or not self._is_agreed(priced):
            return None
        old = {one.id: one for one in self.now.lines}.get(line.id)
        new = {one.id: one for one in priced.lines}[line.id]
        margins = margin_of(self.now), margin_of(priced)
        return Offer(
            line=line,
            is_new=before is None,
            changes={}
            if before is not None and before.configuration == line.configuration
            else self._changes(line, before),
            reason=change.reason,
            evidence=(change.evidence,),
            currency=priced.currency,
            line_total=new.net,
            line_delta=new.net - (0 if old is None else old.net),
            total=value_of(priced),
            delta=value_of(priced) - value_of(self.now),
            probability=UNKNOWN if change.probability is None else change.probability,
            margin=None if margins[0] is None or margins[1] is None else margins[1] - margins[0],
        )

    def _changes(self, line: Line, before: Line | None) -> Mapping[str, str]:
        view = self.view(line.product)
        if view is None:
            return {}
        old: Configuration = {} if before is None else before.configuration
        known = view.kept.configuration(line.configuration)
        index = view.engine.model.index
        return {
            path: write(index[path].kind, value)
            for path, value in known.items()
            if path in index and old.get(path) != value
        }

    def _is_had(self, line: Line, before: Line | None) -> bool:
        """Prove that a configuration is valid and may be bought, with every text written and every item known."""
        if before is not None and before.configuration == line.configuration:
            return True
        prices, view = self.prices(line.product), self.view(line.product)
        if prices is None or view is None:
            return False
        session = prices.sale(start(view.engine, [Chosen(path, value) for path, value in line.configuration.items()]))
        if session.engine.solve(session.allowed, budget=self.budget).status != "solution":
            return False
        try:
            bill(self.catalog, line.product, line.configuration, self.day)
        except NoBillError:
            return False
        return not unwritten(session, line.configuration)

    def _is_agreed(self, priced: PricedQuote) -> bool:
        """Say whether a quote breaks no floor and needs nobody's approval that it does not break or need now."""
        now = self.now.judgement
        known = {(one.kind, one.name) for one in (*now.broken, *now.needed)}
        return all((one.kind, one.name) in known for one in (*priced.judgement.broken, *priced.judgement.needed))

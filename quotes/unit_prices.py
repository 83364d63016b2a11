"""What one unit of a product costs while it is configured: exact net totals, ranges and the engine that knows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from catalogs.marks import Label
from catalogs.model import Catalog
from configurator import Configuration, Constraint, Model, Objective
from configurator.engines.protocol import Engine
from configurator.restricted import Restriction, rebuilt
from configurator.session import Session
from quotes.entitlement import Entitled
from quotes.pricing import Context, Inputs, Line, objective, obstacle, price, priced_where, unit_total, write_minor
from rules.diagnostics import NOWHERE


@dataclass(frozen=True, slots=True)
class UnitPrices:
    """The price of one unit for one customer on one day.

    `shown` knows, besides the rules, which configurations have a price at all that the customer may see: the ends of
    a range are among those. `sold` knows which of them may be bought.
    """

    catalog: Catalog
    context: Context
    product: str
    day: date
    objective: Objective
    open: Restriction
    shown: Restriction
    sold: Restriction
    inputs: Inputs

    def free(self, session: Session) -> Session:
        """Return the same choices among configurations that have a price, whoever may have them."""
        return self.open.session(session)

    def session(self, session: Session) -> Session:
        """Return the same choices among configurations that have a price."""
        return self.shown.session(session)

    def sale(self, session: Session) -> Session:
        """Return the same choices among configurations that have a price and may be bought."""
        return self.sold.session(session)

    def net(self, configured: Fraction) -> int:
        """Return the net total of one unit, in minor units, from the exact value of the objective."""
        return unit_total(self.catalog, self.context, self.product, configured, self.day)

    def net_text(self, configured: Fraction) -> str:
        """Return the same as fixed-point text."""
        return self.text(self.net(configured))

    def text(self, minor: int) -> str:
        """Write an amount in the currency of the context."""
        return write_minor(minor, self.context.currency)

    def net_of(self, configuration: Configuration) -> int | None:
        """Price a whole configuration by all phases; None where it has no price."""
        line = Line("1", self.product, configuration)
        priced = price(self.catalog, self.context, [line], self.day, inputs=self.inputs)
        return priced.totals.net if priced.lines else None


def unit_prices(
    catalog: Catalog, engine: Engine, context: Context, entitled: Entitled | None = None
) -> UnitPrices | str:
    """Return the prices of the product an engine is about; a sentence where there are none.

    Without `entitled`, or with no rights in it, everything may be had: it is the seller who asks.
    """
    model = engine.model
    why = obstacle(catalog, model, context)
    goal = objective(catalog, model, context)
    if goal is None:
        return why
    where = priced_where(catalog, model, context)
    if where is not None:
        because = Label("Only what has a price can be quoted.")
        priced: Model = replace(
            model, constraints=(*model.constraints, Constraint(PRICED, "", where, because, NOWHERE))
        )
        engine = rebuilt(engine, priced)
    known = entitled or Entitled(model, None)
    inputs = Inputs(purpose="internal" if known.rights is None else "display")
    shown, sold = known.restrict(engine, "price"), known.restrict(engine, "buy")
    return UnitPrices(catalog, context, model.product, model.day, goal, Restriction(engine), shown, sold, inputs)


PRICED = "has a price"
"""The name of the constraint that keeps to configurations with a price; no rule can be called so."""

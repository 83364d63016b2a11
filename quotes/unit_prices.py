"""What one unit of a product costs while it is configured: exact net totals, ranges and the engine that knows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from catalogs.marks import Label
from catalogs.model import Catalog
from configurator import Configuration, Constraint, Model, Objective
from configurator.engines.planner import build_engine
from configurator.engines.protocol import Engine
from configurator.session import Session
from quotes.pricing import Context, Line, objective, obstacle, price, priced_where, unit_total, write_minor
from rules.diagnostics import NOWHERE


@dataclass(frozen=True, slots=True)
class UnitPrices:
    """The price of one unit for one customer on one day.

    `engine` knows, besides the rules, which configurations have a price at all: the ends of a range are among
    those. It is the engine of the session where every configuration has one.
    """

    catalog: Catalog
    context: Context
    product: str
    day: date
    objective: Objective
    engine: Engine

    def session(self, session: Session) -> Session:
        """Return the same choices among configurations that have a price."""
        return replace(session, engine=self.engine)

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
        priced = price(self.catalog, self.context, [Line("1", self.product, configuration)], self.day)
        return priced.totals.net if priced.lines else None


def unit_prices(catalog: Catalog, engine: Engine, context: Context) -> UnitPrices | str:
    """Return the prices of the product an engine is about; a sentence where there are none."""
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
        engine = build_engine(priced, "enumeration" if engine.name == "enumeration" else "cp-sat")
    return UnitPrices(catalog, context, model.product, model.day, goal, engine)


PRICED = "has a price"
"""The name of the constraint that keeps to configurations with a price; no rule can be called so."""

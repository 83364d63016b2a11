"""Deals in a small shop of bikes and locks, every valid bike of it, and prices told by the price function alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache

from catalogs.model import Catalog, Customer
from configurator import build_engine, compile_product
from configurator.engines.protocol import Budget, Engine
from configurator.expressions import environment, satisfied
from quotes.pricing import Context, Inputs, Line, PricedQuote, price
from quotes.suggestions import Deal
from rules.kinds import Scalar
from tests.quotes import shop
from tests.quotes.shop import DAY

LOCKS = """
product lock "Lock" {
  option kind "Kind": chain | fold
}
"""
LOCK_ROWS = """\
lock,,,40.00,10.00
lock,kind,chain,20.00,5.00
lock,kind,fold,10.00,5.00
"""
ENTITLED = """
entitle most {
  may see, price, buy bike
  may see, price, buy lock
}
entitle not_gold {
  may not see bike where colour = gold
  may not see bike.battery.b900
}
"""

PLAIN: Mapping[str, Scalar] = {
    "motor": "urban",
    "battery": "b400",
    "colour": "red",
    "height": Fraction(200, 1000),
    "lights": False,
    "engraving": "",
    "count(bags)": Fraction(0),
}


@cache
def catalog(more: str = "") -> Catalog:
    retail = shop.RETAIL.replace("301..350", "350") + LOCK_ROWS
    return shop.load(LOCKS + more, retail, shop.SHOP.replace("150 .. 350 mm", "150 .. 350 step 50 mm"))


_engines: dict[tuple[str, str], Engine] = {}


def engine(of: Catalog, product: str, _day: object) -> Engine:
    key = (of.version, product)
    if key not in _engines:
        _engines[key] = build_engine(compile_product(of, product, DAY))
    return _engines[key]


def bike(name: str = "1", quantity: int = 1, **changed: Scalar) -> Line:
    return Line(name, "bike", {**PLAIN, **changed}, quantity)


def lock(name: str = "2", quantity: int = 1, kind: str = "fold") -> Line:
    return Line(name, "lock", {"kind": kind}, quantity)


def deal(of: Catalog, *lines: Line, customer: Customer | None = None, **more: object) -> Deal:
    more.setdefault("budget", Budget(seconds=120))
    return Deal(of, Context.of(of, customer), DAY, lines, engine, **more)  # type: ignore[arg-type] # by their names


def priced(of: Catalog, *lines: Line, customer: Customer | None = None, inputs: Inputs | None = None) -> PricedQuote:
    return price(of, Context.of(of, customer), lines, DAY, inputs=inputs or Inputs())


def due(found: PricedQuote) -> int:
    """Say what has to be paid without tax: lines and fees. The shop has no terms, and prices without tax."""
    return found.totals.net + found.totals.charges - found.totals.allowances


@cache
def whole() -> tuple[Mapping[str, Scalar], ...]:
    """Return every valid bike of the plain catalog, tried out one by one, without a text."""
    return tuple(_whole(catalog()))


def _whole(of: Catalog) -> Iterator[Mapping[str, Scalar]]:
    model = compile_product(of, "bike", DAY)
    for values in itertools.product(*((*v.values, None) if v.exists else v.values for v in model.variables)):
        made = {v.path: value for v, value in zip(model.variables, values, strict=True) if value is not None}
        seen = environment(model, made)
        if (
            not made["engraving"]
            and all((v.exists is None or satisfied(v.exists, seen)) == (v.path in made) for v in model.variables)
            and all(satisfied(one.condition, seen) for one in model.constraints)  # type: ignore[arg-type] # no tables
        ):
            yield made

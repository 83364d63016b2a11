"""Catalogs and baskets to measure prices on: products with options, price lists, scales and taxes; the same for every peer."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from catalogs.loader import load
from catalogs.model import Catalog, Customer
from quotes.pricing import Context, Line
from quotes.pricing.sheet import Desk

DAY = date(2026, 11, 21)
PRODUCTS = 20
CONFIGURATIONS = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """One configuration of a product."""

    product: str
    configuration: dict[str, str | bool | Fraction]


@dataclass(frozen=True, slots=True)
class Shop:
    """A catalog with the configurations that its baskets are drawn from."""

    catalog: Catalog
    offers: tuple[Offer, ...]

    def basket(self, lines: int, seed: int) -> list[Line]:
        """Return a basket: a line a random configuration, 1 to 59 units."""
        chance = random.Random(seed)  # noqa: S311 - to be drawn again
        drawn = (chance.choice(self.offers) for _ in range(lines))
        return [
            Line(f"l{number}", offer.product, offer.configuration, chance.randrange(1, 60))
            for number, offer in enumerate(drawn)
        ]

    def desk(self) -> Desk:
        """Open a desk for a dealer."""
        dealer = Customer("C-1", "Dealer", {"segment": "dealer"}, segment="dealer", currency="EUR")
        return Desk.open(self.catalog, Context.of(self.catalog, dealer), DAY)


def open_shop(seed: int = 1) -> Shop:
    """Return a shop of twenty products: two price lists, scales by rate, two rates of tax."""
    loaded = load({"shop.cpq": _TEXT.encode(), "retail.csv": _retail().encode(), "dealer.csv": _dealer().encode()})
    if loaded.catalog is None:
        raise ValueError(loaded.diagnostics)
    chance = random.Random(seed)  # noqa: S311 - to be drawn again
    offers = tuple(_offer(chance) for _ in range(CONFIGURATIONS))
    return Shop(loaded.catalog, offers)


def _offer(chance: random.Random) -> Offer:
    values: dict[str, str | bool | Fraction] = {
        "motor": chance.choice(["small", "middle", "large"]), "wifi": chance.random() < _HALF,
        "width": Fraction(chance.randrange(1, 100)), "colour": chance.choice(["red", "blue"]),
    }  # fmt: skip
    return Offer(f"p{chance.randrange(PRODUCTS)}", values)


_HALF = 0.5
_HEAD = """catalog shop "Shop" {
  currency EUR
  languages en
}

customer {
  segment: consumer | dealer
}

prices retail in EUR from "retail.csv"
prices dealer in EUR from "dealer.csv" when customer.segment = dealer

tax standard 19%
tax reduced   7% on p1, p2
"""
_PRODUCT = """
product p{n} "Product {n}" {{
  option motor: small | middle | large = small
  option wifi: yes/no = no
  option width: 1 .. 99
  option colour: red | blue = red
}}
"""
_SCALE = """
scale s{n} on p{n} {{
  {method} by quantity over {over}
  1 .. 9      0%
  10 .. 49    5%
  50 or more  8%
}}
"""
_OVER = ("line", "family", "quote")
_METHODS = ("volume", "volume", "graduated", "volume")
_TEXT = "".join((
    _HEAD,
    *(_PRODUCT.format(n=n) for n in range(PRODUCTS)),
    *(_SCALE.format(n=n, method=_METHODS[n % 4], over=_OVER[n % 3]) for n in range(PRODUCTS)),
))  # fmt: skip


def _retail() -> str:
    rows = ["product,option,choice,price,cost"]
    for n in range(PRODUCTS):
        rows += [
            f"p{n},,,{100 + n},50", f"p{n},motor,middle,12.50,5", f"p{n},motor,large,22.25,9",
            f"p{n},wifi,yes,3.335,1", f"p{n},colour,red,1.99,1",
        ]  # fmt: skip
    return "\n".join(rows) + "\n"


def _dealer() -> str:
    rows = (f"p{n},,,{90 + n}" for n in range(0, PRODUCTS, 2))
    return "\n".join(["product,option,choice,price", *rows]) + "\n"


def simple(shop: Shop) -> Shop:
    """Return the part of a shop that peers can express: one list, and a rate off by the quantity of the line."""
    scales = tuple(replace(one, method="volume", over="line") for one in shop.catalog.scales)
    lists = tuple(one for one in shop.catalog.price_lists if one.when is None)
    return Shop(replace(shop.catalog, scales=scales, price_lists=lists), shop.offers)

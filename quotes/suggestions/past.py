"""Past sales as sets of items: the values chosen in one product, or the products bought together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache

from configurator import Configuration, Model
from quotes.quote import Quote
from rules.values import write

Item = tuple[str, str]
"""What it is about and its value, as the catalog writes it: ``("motor", "trail")``; a product in a basket is ``("", "bike")``."""
BASKET = ""
"""What items of a basket are about."""
UNIT = 2**20
"""The weight of a sale of the day: weights are whole numbers, so that sums are exact in any order."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One past sale; without a day it counts in full at any time."""

    items: frozenset[Item]
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Recency:
    """How sales fade: one that is `half_life` days older counts half as much. Sales after `as_of` do not count."""

    as_of: date
    half_life: int

    def weight(self, day: date | None) -> int:
        """Return what a sale of a day counts, of `UNIT`."""
        age = 0 if day is None else (self.as_of - day).days
        if age < 0:
            return 0
        halvings, rest = divmod(age, self.half_life)
        return _faded(rest, self.half_life) >> min(halvings, 64)


@lru_cache(maxsize=4096)
def _faded(days: int, half_life: int) -> int:
    with localcontext() as exact:
        exact.prec = 40
        return int(UNIT * Decimal(2) ** (Decimal(-days) / half_life))


def items_of(model: Model, configuration: Configuration) -> frozenset[Item]:
    """Return the items of a configuration; texts are nobody else's business."""
    known = ((model.index.get(path), value) for path, value in configuration.items())
    return frozenset(
        (variable.path, write(variable.kind, value))
        for variable, value in known
        if variable is not None and not variable.is_text
    )


def baskets(quotes: Iterable[Quote]) -> Iterator[Sale]:
    """Yield the products of each accepted quote."""
    for quote in quotes:
        if quote.state == "accepted":
            yield Sale(frozenset((BASKET, line.product) for line in quote.lines), quote.day)


def sales(quotes: Iterable[Quote], product: str) -> Iterator[Sale]:
    """Yield the choices of every line of a product in accepted quotes."""
    for quote in quotes:
        if quote.state != "accepted":
            continue
        for line in quote.lines:
            if line.product == product:
                items = ((one.path, one.value) for one in line.options if one.kind != "text")
                yield Sale(frozenset(items), quote.day)

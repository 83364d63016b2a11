"""The bill of materials of one unit, and the clauses a configuration brings with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.marks import Label
from catalogs.model import Catalog, Clause, Item
from configurator import Configuration
from quotes.pricing import Context
from quotes.pricing.scope import Scope, Spot, buyer, spots
from quotes.quote import BomLine
from rules.evaluator import ABSENT, evaluate
from rules.typed import Typed
from rules.values import write, write_number


class NoBillError(Exception):
    """An item whose code or quantity has no value in a configuration: the catalog's declaration does not cover it."""

    def __init__(self, item: Item, instance: str, reason: str) -> None:
        self.item, self.instance, self.reason = item, instance, reason
        where = f" of {instance}" if instance else ""
        super().__init__(f"the item{where} declared at {item.span} {reason}")


def bill(catalog: Catalog, product: str, configuration: Configuration, day: date) -> tuple[BomLine, ...]:
    """Return the items of one unit of a whole configuration: one line a code, in the order of the catalog.

    An item holds for every instance of the component it is declared on, where its condition holds there;
    quantities of one code add up, and a quantity of zero is no line. `NoBillError` where a code or a
    quantity cannot be had, or a quantity is negative.
    """
    items = in_effect(catalog.items, day)
    places = tuple(spots(catalog, product, configuration, {}))
    quantities: dict[str, Fraction] = {}
    labels: dict[str, Label] = {}
    for item in items:
        for spot in places:
            if spot.component.name == item.on and (item.when is None or spot.scope.holds(item.when)):
                quantity = _quantity(item, spot)
                if quantity:
                    code = "".join(_written(item, spot))
                    quantities[code] = quantities.get(code, Fraction(0)) + quantity
                    labels.setdefault(code, item.label if item.label.text else Label(code))
    return tuple(BomLine(code, labels[code], write_number(quantity)) for code, quantity in quantities.items())


def clauses(
    catalog: Catalog, context: Context, product: str | None, configuration: Configuration, day: date
) -> tuple[Label, ...]:
    """Return the paragraphs of the clauses that hold: those of a product, or with None those of every quote."""
    around = {"customer": buyer(catalog, context)}
    scope = Scope(around) if product is None else next(spots(catalog, product, configuration, around)).scope
    return tuple(_paragraphs(in_effect(catalog.clauses, day), product, scope))


def _paragraphs(found: Iterable[Clause], product: str | None, scope: Scope) -> Iterator[Label]:
    for clause in found:
        if clause.on == product and (clause.when is None or scope.holds(clause.when)):
            yield from clause.paragraphs


def _quantity(item: Item, spot: Spot) -> Fraction:
    if item.quantity is None:
        return Fraction(1)
    quantity = spot.scope.number(item.quantity)
    if quantity is None:
        raise NoBillError(item, spot.path, "has no quantity in this configuration")
    if quantity < 0:
        raise NoBillError(item, spot.path, f"has the negative quantity {write_number(quantity)} in this configuration")
    return quantity


def _written(item: Item, spot: Spot) -> Iterator[str]:
    for piece in item.code:
        yield piece if isinstance(piece, str) else _value(item, spot, piece)


def _value(item: Item, spot: Spot, piece: Typed) -> str:
    value = evaluate(piece, spot.scope.environment)
    if value is ABSENT or not isinstance(value, str | Fraction | date | bool):
        raise NoBillError(item, spot.path, "has a code with a value that this configuration does not have")
    return write(piece.kind, value)

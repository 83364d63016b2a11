"""Accepting a quote: one order of exactly what was quoted, with the bill of materials for all its pieces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from catalogs.marks import Label
from quotes.lifecycle import advance
from quotes.pricing.record import PricedLine, Totals
from quotes.quote import BomLine, ChosenOption, Quote, QuoteLine
from rules.values import write_number


class QuoteExpiredError(Exception):
    """A quote that is to be accepted after its last day."""

    def __init__(self, quote_id: str, valid_until: date, day: date) -> None:
        self.quote_id, self.valid_until, self.day = quote_id, valid_until, day
        super().__init__(f"quote {quote_id} was valid until {valid_until}, it cannot be accepted on {day}")


class NotOrderableError(Exception):
    """A quote with nothing to order, or with a line that has no price."""

    def __init__(self, quote_id: str, reason: str) -> None:
        self.quote_id, self.reason = quote_id, reason
        super().__init__(f"quote {quote_id} cannot be ordered: {reason}")


@dataclass(frozen=True, slots=True)
class OrderItem:
    """A line of the bill of materials: exact quantities of one unit and of all, as text."""

    code: str
    label: Label
    per_unit: str
    quantity: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of the order; `id` is that of the quote's line."""

    id: str
    product: str
    label: Label
    quantity: int
    options: tuple[ChosenOption, ...]
    items: tuple[OrderItem, ...]
    price: PricedLine


@dataclass(frozen=True, slots=True)
class Order:
    """An order. `quote` is the accepted revision, whose customer, prices and totals are the order's."""

    id: str
    accepted_on: date
    quote: Quote
    lines: tuple[OrderLine, ...]

    @property
    def totals(self) -> Totals:
        """The totals, those of the quote."""
        return self.quote.priced.totals


def accept(quote: Quote, order_id: str, accepted_on: date) -> Order:
    """Accept a quote; id and day come from the caller, and that a quote is accepted once is for the caller to keep.

    `NotAllowedError` where the quote's state does not allow it, `QuoteExpiredError` after its last day,
    `NotOrderableError` where it has no line or one without a price.
    """
    accepted = advance(quote, "accept")
    if accepted_on > quote.valid_until:
        raise QuoteExpiredError(quote.id, quote.valid_until, accepted_on)
    if quote.priced.unpriced:
        raise NotOrderableError(quote.id, quote.priced.unpriced[0].reason)
    if not quote.lines:
        raise NotOrderableError(quote.id, "it has no lines")
    accepted = replace(accepted, order_id=order_id)
    return Order(order_id, accepted_on, accepted, tuple(_line(line) for line in accepted.lines))


def _line(line: QuoteLine) -> OrderLine:
    return OrderLine(
        id=line.id,
        product=line.product,
        label=line.label,
        quantity=line.quantity,
        options=line.options,
        items=tuple(_item(item, line.quantity) for item in line.items),
        price=line.price,
    )


def _item(item: BomLine, pieces: int) -> OrderItem:
    total = Fraction(item.quantity) * pieces
    return OrderItem(item.code, item.label, item.quantity, write_number(total))

"""A quote: immutable revisions of customer, lines and prices, pinned to one catalog version and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from catalogs.marks import Label
from catalogs.model import Customer
from quotes.approval import Grant
from quotes.pricing.inputs import UNTOUCHED, Inputs
from quotes.pricing.record import PricedLine, PricedQuote

State = Literal["inProgress", "pending", "approved", "accepted", "rejected", "declined", "cancelled", "expired"]
"""States of TMF648, plus expired as MEF has it; the transitions stand in `quotes.lifecycle`."""


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """One option of a configured line, ready for people and machines.

    `value` is written as in the catalog, `label` and `value_label` are for people, `unit` stands
    beside a number. `by` says who put it there, `kind` how the value is to be read.
    """

    path: str
    label: Label
    value: str
    value_label: Label
    unit: str
    by: Literal["chosen", "implied", "proposed"]
    kind: Literal["choice", "number", "truth", "text"] = "choice"


@dataclass(frozen=True, slots=True)
class BomLine:
    """One line of the bill of materials of one unit: code, label, exact quantity as text."""

    code: str
    label: Label
    quantity: str


@dataclass(frozen=True, slots=True)
class OfferedSuggestion:
    """An up-sell that holds: valid, in effect, with the exact new net total of one unit and the change against now.

    Money is fixed-point text in the quote's currency. `choices` are the values that differ.
    """

    name: str
    reason: Label
    choices: Mapping[str, str]
    total: str
    delta: str


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One configured product: its whole configuration, its bill of materials and its price."""

    id: str
    product: str
    label: Label
    quantity: int
    options: tuple[ChosenOption, ...]
    items: tuple[BomLine, ...]
    price: PricedLine
    clauses: tuple[Label, ...]
    suggestions: tuple[OfferedSuggestion, ...] = ()
    withheld: frozenset[str] = frozenset()
    """What of this line the customer may not see: paths of options, and codes of items."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One revision of a quote. `id` and the days come from the caller: nothing here reads a clock.

    `ValueError` where the lines are not the priced lines, one for one: a quote states every price once.
    """

    id: str
    revision: int
    state: State
    catalog: str
    catalog_label: Label
    catalog_version: str
    day: date
    valid_until: date
    customer: Customer
    language: str
    lines: tuple[QuoteLine, ...]
    priced: PricedQuote
    clauses: tuple[Label, ...] = ()
    order_id: str | None = None
    notes: tuple[str, ...] = field(default=())
    grants: tuple[Grant, ...] = ()
    """Who has agreed to what; see `quotes.approval`."""
    inputs: Inputs = UNTOUCHED
    """What the price depends on besides catalog, customer, day and lines: a quote can be priced again."""

    def __post_init__(self) -> None:
        """Refuse lines that are not the priced lines, and a line that its price does not belong to."""
        if tuple(line.price for line in self.lines) != self.priced.lines:
            raise ValueError("the lines of a quote are its priced lines, in their order")
        if any(line.id != line.price.id or line.quantity != line.price.quantity for line in self.lines):
            raise ValueError("a line and its price have the same id and quantity")

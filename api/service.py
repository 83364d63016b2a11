"""What the doors share: catalogs, engines, the quote folder, the clock; one method per thing a person can ask.

The HTTP routes and the commands call the same functions of the rooms below through this; it adds the
day, the ids and the keeping.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from api.shelf import Shelf, find_customer
from api.storage import QuoteFolder, StoredOrder, UnknownQuote
from catalogs.model import Catalog, Component
from quotes.answer import Answer, Viewer, configure
from quotes.build import build_quote
from quotes.disclosure import for_customer
from quotes.documents import render_quote
from quotes.exchange import read_quote, write_quote
from quotes.orders import accept, write_order
from quotes.pricing import Context
from quotes.pricing.entitlements import rights_of
from quotes.quote import Quote
from quotes.reading import Problem
from quotes.request import read_request

Clock = Callable[[], datetime]
"""Now, with a time zone."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A set of choices and its context, as a door received it; `day` None is today."""

    choices: Mapping[str, str]
    day: date | None = None
    customer: str | None = None
    language: str = ""


class UnreadableQuote(Exception):  # noqa: N818 - a finding about a file
    """A kept quote cannot be read: somebody changed its file."""


class Refused(Exception):  # noqa: N818 - a finding about a request
    """A quote request cannot be fulfilled; `problems` say where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class Service:
    """Answers for one set of catalogs, keeping quotes and orders in one folder.

    Who reads the answers is a matter of the door: customers, who see what they are entitled to, or sales reps.
    """

    def __init__(self, shelf: Shelf, folder: QuoteFolder, clock: Clock, viewer: Viewer = "customer") -> None:
        self.shelf = shelf
        self.viewer: Viewer = viewer
        self.folder = folder
        self._clock = clock

    def today(self, catalog: Catalog) -> date:
        """Return the current day in the catalog's time zone."""
        return self._clock().astimezone(ZoneInfo(catalog.time_zone)).date()

    def products(self, catalog: Catalog, customer: str | None = None) -> tuple[Component, ...]:
        """Return the products that the reader sees today; `KeyError` for a customer the catalog does not have."""
        context = Context.of(catalog, find_customer(catalog, customer))
        rights = None if self.viewer == "rep" else rights_of(catalog, context, self.today(catalog))
        return tuple(one for one in catalog.products if rights is None or rights.sees(one.name))

    def configure(
        self,
        catalog: Catalog,
        product: str,
        wish: Wish,
        *,
        complete: Literal["cheapest", "preferred"] | None = None,
        why: tuple[str, str] | None = None,
        get: tuple[str, str] | None = None,
        prices: bool = True,
    ) -> Answer:
        """Answer a set of choices; `KeyError` for a customer the catalog does not have.

        `UnknownProduct` for a product that the customer does not see, as for one that is not there.
        """
        day = wish.day or self.today(catalog)
        return configure(
            catalog,
            product,
            wish.choices,
            day=day,
            customer=find_customer(catalog, wish.customer),
            complete=complete,
            why=why,
            get=get,
            prices=prices,
            language=wish.language,
            viewer=self.viewer,
            engine=self.shelf.engine(catalog, product, day),
        )

    def quote(self, catalog: Catalog, request: bytes) -> Quote:
        """Make a quote from a request's JSON and keep it; `Refused` with every problem."""
        read, problems = read_request(request, today=self.today(catalog))
        if read is None:
            raise Refused(problems)
        name = _new_id(self._clock())
        quote, problems = build_quote(catalog, read, quote_id=name, engines=self.shelf.engine, viewer=self.viewer)
        if quote is None:
            raise Refused(problems)
        self.folder.add_quote(quote.id, write_quote(quote))
        return quote

    def find_quote(self, quote_id: str) -> Quote:
        """Return a kept quote; `UnknownQuote` where there is none, `UnreadableQuote` where its file was damaged."""
        return _read(self.folder.quote(quote_id))

    def pdf(self, quote: Quote) -> bytes:
        """Draw a quote."""
        return render_quote(quote)

    def accept(self, quote_id: str) -> StoredOrder:
        """Accept a quote: make its one order, or return the one that was made. `quotes.orders` says what it raises."""
        quote = self.find_quote(quote_id)
        order_id = order_id_of(quote)
        if self.folder.has_order(order_id):
            return StoredOrder(self.folder.order(order_id), created=False)
        return self.folder.add_order(order_id, write_order(accept(quote, order_id, self._day_of(quote))))

    def order(self, order_id: str) -> dict[str, Any]:
        """Return an order as JSON, as far as the reader may see it; `UnknownOrder` where there is none."""
        found: dict[str, Any] = json.loads(self.folder.order(order_id))
        return found if self.viewer == "rep" else self._seen_order(order_id, found)

    def _seen_order(self, order_id: str, kept: dict[str, Any]) -> dict[str, Any]:
        """Write an order again without what its customer may not see, where there is such a thing."""
        quote = next((one for one in self._quotes_of(order_id) if any(line.withheld for line in one.lines)), None)
        if quote is None:
            return kept
        day = date.fromisoformat(str(kept.get("orderDate") or kept["creationDate"])[:10])
        shown: dict[str, Any] = json.loads(write_order(accept(for_customer(quote), order_id, day)))
        return shown

    def _quotes_of(self, order_id: str) -> Iterator[Quote]:
        name = order_id.removeprefix("O-").rpartition("-")[0]
        for quote_id in (f"Q-{name}", name):
            with contextlib.suppress(UnknownQuote):
                yield self.find_quote(quote_id)

    def state(self, quote: Quote) -> str:
        """Return the state of a quote now: what became of it since it was written."""
        if self.folder.has_order(order_id_of(quote)):
            return "accepted"
        return "expired" if self._day_of(quote) > quote.valid_until else quote.state

    def _day_of(self, quote: Quote) -> date:
        """Return the current day where the quote was made: in its catalog's time zone, in UTC if that is not served."""
        catalog = self.shelf.catalogs.get(quote.catalog)
        return self._clock().astimezone(UTC).date() if catalog is None else self.today(catalog)


def order_id_of(quote: Quote) -> str:
    """Return the id of the order that accepting a quote makes: derived, so that there can be only one."""
    return f"O-{quote.id.removeprefix('Q-')}-{quote.revision}"


def _new_id(now: datetime) -> str:
    return f"Q-{now:%Y%m%d}-{secrets.token_hex(4).upper()}"


def _read(text: str) -> Quote:
    quote, problems = read_quote(text)
    if quote is None:
        raise UnreadableQuote("; ".join(str(problem) for problem in problems))
    return quote

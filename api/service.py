"""What the doors share: catalogs, engines, the quote folder, the clock; one method per thing a person can ask.

The HTTP routes and the commands call the same functions of the rooms below through this; it adds the
day, the ids and the keeping.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from api.shelf import Shelf, find_customer
from api.storage import QuoteFolder, StoredOrder
from catalogs.model import Catalog
from quotes.answer import Answer, configure
from quotes.build import build_quote
from quotes.documents import render_quote
from quotes.exchange import read_quote, write_quote
from quotes.orders import accept, write_order
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
    """Answers for one set of catalogs, keeping quotes and orders in one folder."""

    def __init__(self, shelf: Shelf, folder: QuoteFolder, clock: Clock) -> None:
        self.shelf = shelf
        self.folder = folder
        self._clock = clock

    def today(self, catalog: Catalog) -> date:
        """Return the current day in the catalog's time zone."""
        return self._clock().astimezone(ZoneInfo(catalog.time_zone)).date()

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
        """Answer a set of choices; `KeyError` for a customer the catalog does not have."""
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
            engine=self.shelf.engine(catalog, product, day),
        )

    def quote(self, catalog: Catalog, request: bytes) -> Quote:
        """Make a quote from a request's JSON and keep it; `Refused` with every problem."""
        read, problems = read_request(request, today=self.today(catalog))
        if read is None:
            raise Refused(problems)
        quote, problems = build_quote(catalog, read, quote_id=_new_id(self._clock()), engines=self.shelf.engine)
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
        """Return an order as JSON; `UnknownOrder` where there is none."""
        found: dict[str, Any] = json.loads(self.folder.order(order_id))
        return found

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

"""One deal priced on both paths and by the oracle: what a comparison needs, for tests and for the long campaign."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from quotes.pricing import Context, PricedQuote, price
from tests.quotes.pricing.oracle import Answer, expected
from tests.quotes.random_deals import Deal
from tests.quotes.small import DAY

_PLACES = ("laid", "waterfall", "worksheet")
_NEVER = 10**9


@contextmanager
def path(name: str) -> Iterator[None]:
    """Price every quote by ``rows``, or in ``columns``, however few lines it has."""
    least = 1 if name == "columns" else _NEVER
    with ExitStack() as stack:
        for place in _PLACES:
            stack.enter_context(patch(f"quotes.pricing.{place}.FROM", least))
        yield


def ask(deal: Deal, by: str = "rows") -> PricedQuote:
    context = Context.of(deal.catalog, deal.customer)
    with path(by):
        return price(deal.catalog, context, deal.lines, DAY, inputs=deal.inputs, policy=deal.policy)


def answer(found: PricedQuote) -> Answer:
    """Return what the oracle says of a quote, as the record says it."""
    totals = found.totals
    return Answer(
        [(line.list, line.net) for line in found.lines],
        {(group.category, group.rate): group.tax for group in found.taxes},
        (totals.net, totals.tax, totals.gross),
    )


def compare(deal: Deal) -> PricedQuote:
    """Check that rows, columns and the oracle say the same of a deal; return the record."""
    rows, columns = ask(deal, "rows"), ask(deal, "columns")
    assert answer(rows) == expected(deal)
    assert tuple(columns.lines) == rows.lines
    assert columns == rows
    assert repr(columns) == repr(rows)
    return rows

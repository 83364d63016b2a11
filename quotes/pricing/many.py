"""Many quotes of one customer side by side: what treats every line by itself runs once over the lines of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain

from quotes.pricing.closing_columns import Taxed, closed_columns
from quotes.pricing.columns import Columns
from quotes.pricing.context import Line
from quotes.pricing.hashing import blocks_of, input_hash
from quotes.pricing.laid import Laid, lay_out
from quotes.pricing.lines import PricedLines
from quotes.pricing.listing import listing
from quotes.pricing.record import PricedQuote
from quotes.pricing.sheet import Desk, Sheet
from quotes.pricing.waterfall import TAX, TOTAL, Stage, distinct, joined_up, names_of, price_on, record, stages_of

_LINES = 50_000
"""About so many lines go through the phases together."""


def price_many(desk: Desk, quotes: Iterable[Iterable[Line]]) -> Iterator[PricedQuote]:
    """Yield the price of every quote on a desk, with its inputs: each as `price` gives it."""
    waiting: list[tuple[Line, ...]] = []
    size = 0
    for quote in quotes:
        lines = tuple(quote)
        distinct(lines)
        waiting.append(lines)
        size += len(lines)
        if size >= _LINES:
            yield from _together(desk, waiting)
            waiting, size = [], 0
    yield from _together(desk, waiting)


def _together(desk: Desk, quotes: Sequence[tuple[Line, ...]]) -> Iterator[PricedQuote]:
    stages = stages_of(desk.policy)
    columns = _side_by_side(desk, quotes, joined_up(stages)) if quotes else None
    if columns is None or Taxed.of(columns) is None:
        yield from (price_on(desk, quote) for quote in quotes)
        return
    names = names_of(stages)
    digests = columns.listing.digests()[columns.numbers].tobytes()
    start = 0
    for quote, (taxes, totals, after) in zip(quotes, closed_columns(columns), strict=True):
        stop = start + len(quote)
        sheet = Sheet((), taxes=taxes, totals=totals, contract_value=totals.taxable)
        digest = input_hash(desk, names, blocks_of(quote, digests[start * 32 : stop * 32]))
        yield record(desk, sheet, digest, PricedLines(after, start, stop))
        start = stop


def _side_by_side(desk: Desk, quotes: Sequence[tuple[Line, ...]], stages: Sequence[Stage]) -> Columns | None:
    """Return the lines of all quotes up to their amounts; None where a phase has to look at each quote by itself."""
    active = [stage for stage in stages if not stage.idle(desk)]
    lines = tuple(chain.from_iterable(quotes))
    if active[-2:] != [TAX, TOTAL] or any(stage.of_quote for stage in active[:-2]) or not all(quotes):
        return None
    laid = lay_out(desk, lines, desk.kept(listing).numbers(lines)).drafts
    if not isinstance(laid, Laid) or len(laid) < len(lines) or desk.catalog.exchange_rates:
        return None
    starts = tuple(accumulate((len(quote) for quote in quotes[:-1]), initial=0))
    sheet = Sheet(replace(laid, starts=starts))
    for stage in active[:-2]:
        sheet = stage.on(desk, sheet)
    columns = sheet.drafts
    return columns if isinstance(columns, Columns) and len(columns) == len(lines) else None

"""What another catalog, or another day, does to a quote: its new price, why, and whose agreement it needs now.

A quote is priced again with the inputs it was made with. Its configuration is read back by the names that options
have now (renamed ones are found), checked by the engine, and priced; nothing of the old price is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from catalogs.model import Catalog
from configurator import Configuration, ModelTooLarge, ProductNotInEffect, UnknownProduct
from configurator.engines.protocol import USUAL, Budget, Engine
from configurator.session import start, written
from quotes.approval import open_approvals
from quotes.explanation.difference import Difference, OtherCurrencyError, difference
from quotes.pricing import Context, Line, PricedQuote, price
from quotes.pricing.record import Judged
from quotes.quote import Quote, QuoteLine
from quotes.wishes import read_wishes

Engines = Callable[[Catalog, str, date], Engine]


@dataclass(frozen=True, slots=True)
class Impact:
    """A quote under a catalog on a day. `problems` say why it has no price there: then the rest is empty.

    `difference` is exact, `needed` are the approvals that its grants do not cover, of which `newly` were not asked
    for before, `broken` the floors it would cross.
    """

    quote: str
    before: int
    after: int | None
    currency: str
    problems: tuple[str, ...]
    difference: Difference | None = None
    needed: tuple[Judged, ...] = ()
    newly: tuple[Judged, ...] = ()
    broken: tuple[Judged, ...] = ()


def impact(quote: Quote, catalog: Catalog, engines: Engines, day: date, budget: Budget = USUAL) -> Impact:
    """Price a quote again by a catalog on a day."""
    before = quote.priced.totals.payable
    lines: list[Line] = []
    problems: list[str] = []
    for line in quote.lines:
        found = _configuration(line, catalog, engines, day, budget)
        if isinstance(found, str):
            problems.append(f"{line.id}: {found}")
        else:
            lines.append(Line(line.id, line.product, found, line.quantity))
    if problems:
        return Impact(quote.id, before, None, quote.priced.currency, tuple(problems))
    context = replace(Context.of(catalog, quote.customer), currency=quote.priced.currency)
    priced = price(catalog, context, lines, day, inputs=quote.inputs)
    if priced.unpriced:
        reasons = tuple(f"{one.line}: {one.reason}" for one in priced.unpriced)
        return Impact(quote.id, before, None, quote.priced.currency, reasons)
    return _judged(quote, priced)


def _judged(quote: Quote, priced: PricedQuote) -> Impact:
    again = replace(quote, lines=tuple(_with(line, priced) for line in quote.lines), priced=priced)
    try:
        found = difference(quote, again)
    except OtherCurrencyError as error:
        return Impact(quote.id, quote.priced.totals.payable, None, quote.priced.currency, (str(error),))
    needed = tuple(one.judged for one in open_approvals(priced, quote.grants))
    asked = {(one.name, one.line) for one in quote.priced.judgement.needed}
    newly = tuple(one for one in needed if (one.name, one.line) not in asked)
    return Impact(
        quote.id,
        quote.priced.totals.payable,
        priced.totals.payable,
        priced.currency,
        (),
        found,
        needed,
        newly,
        priced.judgement.broken,
    )


def _with(line: QuoteLine, priced: PricedQuote) -> QuoteLine:
    return replace(line, price=next(one for one in priced.lines if one.id == line.id))


def _configuration(
    line: QuoteLine, catalog: Catalog, engines: Engines, day: date, budget: Budget
) -> Configuration | str:
    """Read a line's configuration by the catalog of a day, proved valid; or say why it is none."""
    try:
        engine = engines(catalog, line.product, day)
    except ProductNotInEffect:
        return f"{line.product} cannot be sold on {day}"
    except UnknownProduct:
        return f"the catalog has no product {line.product}"
    except ModelTooLarge as error:
        return str(error)
    wishes = {option.path: option.value for option in line.options}
    chosen, wrong = read_wishes(engine.model, wishes)
    if wrong:
        return "; ".join(one.message for one in wrong)
    session = start(engine, chosen)
    domains = session.engine.valid_values(session.allowed, budget=budget)
    if domains.limit is not None:
        return domains.limit.message
    if domains.witness is None:
        return "its configuration is not valid any more"
    still_open = [
        path for path, values in domains.values.items() if len(values) > 1 and not session.model.variable(path).is_text
    ]
    return f"not chosen: {', '.join(still_open)}" if still_open else written(session, domains.witness)

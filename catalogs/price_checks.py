"""What must hold of price rows together: no two for one thing, none behind another for ever, no gap, no useless currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from catalogs.marks import Effectivity
from catalogs.model import Catalog, PriceList
from catalogs.overlaps import Budget, overlaps, rivals, rows_of
from catalogs.price_book import FIRST_DAY, LAST_DAY, book_of, days_of, first_day, last_day, stands_in, within_days
from catalogs.unreachable import unreachable
from rules.diagnostics import Diagnostic, Span

MOST_OVERLAPS = 100
"""Up to so many rows of one list are shown."""
_Stretch = tuple[int, int]


def prices_do_not_overlap(catalog: Catalog) -> Iterator[Diagnostic]:
    """On no day two rows price the same thing under the same conditions, in one list or in lists for the same buyers."""
    for lists in rivals(catalog.price_lists):
        budget = Budget()
        marked: set[Span] = set()
        for first, second in overlaps(rows_of(lists), budget):
            if second.span in marked:
                continue
            marked.add(second.span)
            other = _list_of(first.span, lists)
            row = "another row" if other == _list_of(second.span, lists) else f"a row of {other}"
            message = f"{row} prices the same on some of these days"
            yield Diagnostic("prices-overlap", second.span, message, "", ((first.span, "the other row"),))
            if len(marked) >= MOST_OVERLAPS:
                break
        if budget.spent:
            prices = lists[0]
            message = f"{prices.name} has too many rows with sets or ranges to compare each with each"
            yield Diagnostic("prices-unchecked", prices.span, message, severity="warning")


def _list_of(span: Span, lists: Sequence[PriceList]) -> str:
    return next((one.name for one in lists if len(lists) == 1 or stands_in(book_of(one.rows), span)), "")


def prices_can_be_reached(catalog: Catalog) -> Iterator[Diagnostic]:
    """Every row is in effect on some day of its list, and on one of its days is the first in order for somebody."""
    for prices in catalog.price_lists:
        book = book_of(prices.rows)
        columns = book.columns
        outside = (columns.start > last_day(prices.effectivity)) | (columns.end < first_day(prices.effectivity))
        for at in np.flatnonzero(outside)[:MOST_OVERLAPS].tolist():
            message = f"the list {prices.name} is in effect on none of the days of this row"
            yield Diagnostic("price-unreachable", columns.places.span(at), message, severity="warning")
    for lists in rivals(catalog.price_lists):
        for number, (row, others) in enumerate(unreachable(catalog, rows_of(lists))):
            if number == MOST_OVERLAPS:
                break
            word = "another row goes" if len(others) == 1 else "other rows go"
            message = f"this price never holds, since {word} before it on all its days"
            related = tuple((other.span, "this one") for other in others[:3])
            yield Diagnostic("price-unreachable", row.span, message, "", related, "warning")


def products_have_base_prices(catalog: Catalog) -> Iterator[Diagnostic]:
    """On every day on which something of a product has a price in a currency, the product itself has one."""
    based, others = _stretches(catalog)
    percent = {one.on for one in catalog.percents}
    components = {one.name: one for one in catalog.products if not one.retired and one.name not in percent}
    for (currency, product), found in others.items():
        component = components.get(product)
        if component is None:
            continue
        # A rate makes rows of one currency prices in another.
        own = based.get(product, {})
        bases = sorted(stretch for one in own if one == currency or catalog.exchange_rates for stretch in own[one])
        for stretch, span in sorted(found.items()):
            gap = _gap(_clipped(stretch, component.effectivity), bases)
            if gap is not None:
                when = _told(gap)
                message = f"{product} itself has no price in {currency} {when}, so it cannot be sold then".replace(
                    "  ", " "
                )
                hint = "add a row for the product with those days, or end this one"
                yield Diagnostic("price-gap", span, message, hint, severity="warning")
                break


def _stretches(
    catalog: Catalog,
) -> tuple[dict[str, dict[str, set[_Stretch]]], dict[tuple[str, str], dict[_Stretch, Span]]]:
    """Return the days of base prices by product and currency, and those of other prices by both, with a row each."""
    based: dict[str, dict[str, set[_Stretch]]] = {}
    others: dict[tuple[str, str], dict[_Stretch, Span]] = {}
    for prices in catalog.price_lists:
        book = within_days(book_of(prices.rows), prices.effectivity)
        columns = book.columns
        if not len(book):
            continue
        products = {name: number for number, name in enumerate(dict.fromkeys(name for name, _ in columns.things))}
        kinds = np.array([2 * products[name] + bool(path) for name, path in columns.things])[columns.thing]
        found, at = np.unique(np.stack((kinds, columns.start, columns.end)), axis=1, return_index=True)
        names = list(products)
        for (kind, start, end), first in zip(found.T.tolist(), at.tolist(), strict=True):
            key = (prices.currency, names[kind // 2])
            if kind % 2:
                others.setdefault(key, {}).setdefault((start, end), columns.places.span(first))
            else:
                based.setdefault(names[kind // 2], {}).setdefault(prices.currency, set()).add((start, end))
    return based, others


def _clipped(stretch: _Stretch, days: Effectivity) -> _Stretch:
    return max(stretch[0], first_day(days)), min(stretch[1], last_day(days))


def _gap(stretch: _Stretch, bases: Sequence[_Stretch]) -> _Stretch | None:
    """Return the first days of a stretch that no base covers; the bases are sorted."""
    begin, end = stretch
    for start, last in bases:
        if begin > end or start > begin:
            break
        begin = max(begin, last + 1)
    if begin > end:
        return None
    return begin, min([end, *(start - 1 for start, _ in bases if start > begin)])


def _told(gap: _Stretch) -> str:
    days = days_of(
        FIRST_DAY if gap[0] <= date.min.toordinal() else gap[0], LAST_DAY if gap[1] > date.max.toordinal() else gap[1]
    )
    start = f"from {days.start}" if days.start else ""
    end = f"until {days.end}" if days.end else ""
    return f"{start} {end}".strip() or "on any day"


def currencies_have_buyers(catalog: Catalog) -> Iterator[Diagnostic]:
    """Have a buyer for every currency that lists are in, and a list or a rate for every currency that customers buy in.

    Where the catalog holds no customers, they are kept elsewhere, and only its own currency is known to be asked for.
    """
    if not catalog.price_lists:
        return
    rated = {one for rate in catalog.exchange_rates for one in (rate.base, rate.currency)}
    owned = {customer.currency or catalog.currency: customer.id for customer in reversed(catalog.customers)}
    listed = {prices.currency for prices in catalog.price_lists}
    for prices in catalog.price_lists:
        if catalog.customers and prices.currency not in owned.keys() | rated | {catalog.currency}:
            message = f"no customer buys in {prices.currency}, and no exchange rate leads from it"
            yield Diagnostic("unused-currency", prices.span, message, "add a `rate`", severity="warning")
    for currency, customer in sorted((owned or {catalog.currency: ""}).items()):
        if currency not in listed | rated:
            who = f"customer {customer} buys" if customer else "the catalog sells"
            message = f"{who} in {currency}, but there is neither a price list in it nor an exchange rate into it"
            place = catalog.price_lists[0].span
            yield Diagnostic("missing-currency", place, message, "add a `rate` or a list", severity="warning")

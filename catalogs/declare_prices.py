"""Price lists: rows written in place or read from CSV."""

from __future__ import annotations

from collections.abc import Sequence

from catalogs.desk import Desk, View
from catalogs.model import PriceList, PriceRow
from catalogs.money import amount_of, check_currency
from catalogs.price_cells import COLUMNS, EVERYTHING, has_price
from catalogs.read_prices import read_prices
from catalogs.tables import columns
from catalogs.targets import find_target
from rules import declarations as d
from rules.typed import Values


def declare_prices(desk: Desk) -> tuple[PriceList, ...]:
    """Return the price lists, sorted by name."""
    found = (_price_list(node, desk) for node in desk.declared.of(d.PricesDeclaration))
    return tuple(sorted(found, key=lambda one: one.name))


def _price_list(node: d.PricesDeclaration, desk: Desk) -> PriceList:
    check_currency(node.currency, desk.report)
    days = desk.only_days(node.modifiers, "price list")
    when = desk.condition(node.when, View({"customer": desk.customer}, "a price list")) if node.when else None
    currency = node.currency.text
    rows: Sequence[PriceRow] = tuple(row for inline in node.rows if (row := _inline_row(inline, currency, desk)))
    if node.source is not None:
        sheet = desk.sources.sheet(node.source, "prices")
        at = None if sheet is None else columns(sheet, ("product", "price"), COLUMNS, desk.report, others=True)
        if sheet is not None and at is not None:
            if sheet.whole and not sheet.rows:
                message = "this file has no prices, only a header"
                desk.report.warn("no-prices", sheet.header.span, message, "write a row for each price")
            rows = read_prices(sheet, at, currency, desk)
    return PriceList(node.name.text, currency, when, days, rows, node.name.span)


def _inline_row(node: d.InlinePrice, currency: str, desk: Desk) -> PriceRow | None:
    days = desk.only_days(node.modifiers, "price")
    target = find_target(node.target, desk)
    price = amount_of(node.price, currency, desk)
    if target is None or price is None or not has_price(target, node.span, desk):
        return None
    values = EVERYTHING if target.choice is None else Values(frozenset({target.choice}))
    return PriceRow(target.product.name, target.path, values, (), price, None, days, node.span)

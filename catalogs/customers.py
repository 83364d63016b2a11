"""Customers from `customers.csv`, until a service keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from catalogs.declare_types import Typing, misfit
from catalogs.desk import Desk
from catalogs.model import Customer
from catalogs.records import BUILT_IN
from catalogs.tables import Row, Sheet
from rules.diagnostics import Span, did_you_mean
from rules.kinds import Scalar
from rules.units import currency

FILE = "customers.csv"
_COLUMNS = ("id", "name", "segment", "region", "channel", "currency", "country", "address", "tax_id")
_COUNTRY = re.compile(r"[A-Z]{2}")


def declare_customers(desk: Desk, attributes: Mapping[str, Typing]) -> tuple[Customer, ...]:
    """Return the customers of the catalog folder, sorted by id; none where it has no `customers.csv`."""
    sheet = desk.sources.read_sheet(FILE) if desk.sources.has(FILE) else None
    at = None if sheet is None else _columns(sheet, attributes, desk)
    if sheet is None or at is None:
        return ()
    return tuple(sorted(_customers(sheet, at, attributes, desk), key=lambda customer: customer.id))


def _columns(sheet: Sheet, attributes: Mapping[str, Typing], desk: Desk) -> dict[str, int] | None:
    """Return where each column stands; capitals do not matter, and a space is as good as ``_``."""
    known = {name.casefold(): name for name in (*_COLUMNS, *attributes)}
    at: dict[str, int] = {}
    sound = True
    for index, header in enumerate(sheet.header.cells):
        name = known.get("_".join(header.split()).casefold())
        place = sheet.header.place(index)
        if name is None:
            if header not in desk.clouded:
                hint = did_you_mean(header, known.values())
                desk.report.error("unknown-column", place, f"customers have no column {header}", hint)
                sound = False
        elif name in at:
            related = ((sheet.header.place(at[name]), "it is here already"),)
            desk.report.error("duplicate-column", place, f"the column {name} is there twice", related=related)
            sound = False
        else:
            at[name] = index
    for name in ("id", "name", *attributes):
        if name not in at:
            desk.report.error("missing-column", sheet.header.span, f"the column {name} is missing")
            sound = False
    return at if sound else None


def _customers(sheet: Sheet, at: Mapping[str, int], attributes: Mapping[str, Typing], desk: Desk) -> Iterator[Customer]:
    first: dict[str, Span] = {}
    for row in sheet.rows:
        texts = {name: row.cells[at[name]] if name in at else "" for name in _COLUMNS}
        values: dict[str, Scalar] = {name: texts[name] for name in BUILT_IN}
        values.update(_attributes(row, at, attributes, desk))
        _check_texts(texts, row, at, desk)
        if texts["id"] in first:
            related = ((first[texts["id"]], "the other one"),)
            desk.report.error(
                "duplicate-customer", row.place(at["id"]), f"there are two customers {texts['id']}", related=related
            )
        first.setdefault(texts["id"], row.place(at["id"]))
        yield Customer(**texts, attributes=values)


def _attributes(
    row: Row, at: Mapping[str, int], attributes: Mapping[str, Typing], desk: Desk
) -> Iterator[tuple[str, Scalar]]:
    for name, typing in attributes.items():
        value = desk.scalar(row, at[name], typing.kind)
        why = "" if value is None else misfit(typing.domain, value)
        if why:
            desk.report.error("outside-domain", row.place(at[name]), why)
        elif value is not None:
            yield name, value


def _check_texts(texts: Mapping[str, str], row: Row, at: Mapping[str, int], desk: Desk) -> None:
    for name in ("id", "name"):
        if not texts[name]:
            desk.report.error("empty-cell", row.place(at[name]), f"a customer needs a {name}")
    if texts["currency"] and not currency(texts["currency"]):
        message = f"there is no currency {texts['currency']}"
        desk.report.error("unknown-currency", row.place(at["currency"]), message)
    if texts["country"] and not _COUNTRY.fullmatch(texts["country"]):
        message = "a country is written as two capital letters, such as DE"
        desk.report.error("bad-country", row.place(at["country"]), message)

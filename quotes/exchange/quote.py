"""The form of a quote as JSON, lossless: the seller's record of it, and what its customer may have of it.

Members stand in the order written here. The seller's record holds his costs; `quotes.disclosure` says what a customer
may have. What is read back is refused where its sums do not add up: an order is made of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from catalogs.model import Customer
from quotes.approval import Grant
from quotes.disclosure import for_customer
from quotes.exchange import pricing
from quotes.exchange.forms import (
    BIG, DAY, LABEL, LONG, MANY, SCALAR, Form, Json, by_name, many, one_of, optional, record, text, whole,
)  # fmt: skip
from quotes.lifecycle import STATES
from quotes.pricing.inputs import UNTOUCHED
from quotes.pricing.record import PricedLine, PricedQuote
from quotes.quote import BomLine, ChosenOption, OfferedSuggestion, Quote, QuoteLine
from quotes.reading import Node, Problem, parse

FORMAT = "quotewright-quote/2"
EARLIER = ("quotewright-quote/1",)
"""Formats that are still read: without approvals, and with a shorter price record."""
MOST_BYTES = 200_000_000

_NAME: Final = text()
_LONG: Final = text(LONG)
_CUSTOMER: Final = record(
    Customer,
    {
        "id": _LONG, "name": _LONG, "attributes": by_name(SCALAR, 400), "segment": _LONG, "region": _LONG,
        "channel": _LONG, "currency": _LONG, "country": _LONG, "address": _LONG, "tax_id": _LONG,
    },
)  # fmt: skip
_OPTION: Final = record(
    ChosenOption,
    {
        "path": _NAME, "label": LABEL, "value": _LONG, "value_label": LABEL, "unit": _NAME,
        "by": one_of(("chosen", "implied", "proposed")), "kind": one_of(("choice", "number", "truth", "text")),
    },
)  # fmt: skip


def _quantity(node: Node, _: int) -> str:
    node.fraction()
    return node.text(LONG)


_ITEM: Final = record(BomLine, {"code": _LONG, "label": LABEL, "quantity": Form(lambda value, _: value, _quantity)})
_SUGGESTION: Final = record(
    OfferedSuggestion,
    {"name": _NAME, "reason": LABEL, "choices": by_name(_LONG), "total": _NAME, "delta": _NAME},
)
_GRANT: Final = record(
    Grant,
    {
        "name": _NAME, "line": _NAME, "role": _NAME, "person": _NAME, "day": DAY, "digest": _NAME,
        "measures": many(pricing.MEASURE),
    },
)  # fmt: skip
_LINE: Final[dict[str, Form[Any]]] = {
    "id": text(shortest=1),
    "product": _NAME,
    "label": LABEL,
    "quantity": whole(1),
    "options": many(_OPTION),
    "items": many(_ITEM),
    "clauses": many(LABEL),
    "suggestions": many(_SUGGESTION),
}
_WITHHELD: Final = many(_LONG)


def _write_line(line: QuoteLine, places: int) -> Json:
    found: dict[str, Json] = {}
    for name, form in _LINE.items():
        if name == "clauses":
            found["price"] = pricing.write_line(line.price, places)
        found[name] = form.write(getattr(line, name), places)
    if line.withheld:
        found["withheld"] = _WITHHELD.write(tuple(sorted(line.withheld)), places)
    return found


def _read_line(node: Node, places: int) -> QuoteLine:
    m = node.members((*_LINE, "price"), ("withheld",))
    values = {name: form.read(m[name], places) for name, form in _LINE.items()}
    withheld = () if m["withheld"].lost else _WITHHELD.read(m["withheld"], places)
    price = pricing.read_line(m["price"], values["id"], values["quantity"], places)
    return QuoteLine(**values, price=price, withheld=frozenset(withheld))


_LINES: Final = many(Form(_write_line, _read_line))
_TAXES: Final = many(pricing.TAX)
_DOCUMENT: Final = many(pricing.DOCUMENT)
_HEAD: Final[dict[str, Form[Any]]] = {
    "id": text(shortest=1),
    "revision": whole(1, BIG),
    "state": one_of(STATES),
    "order_id": optional(text(shortest=1)),
    "day": DAY,
    "valid_until": DAY,
    "language": _NAME,
    "customer": _CUSTOMER,
    "clauses": many(LABEL),
    "notes": many(_LONG),
}
_CATALOG: Final[dict[str, Form[Any]]] = {"name": _NAME, "label": LABEL, "version": _NAME}
_GRANTS: Final = many(_GRANT)


def write_quote(quote: Quote) -> str:
    """Write the seller's record of a quote as JSON text: the same text for the same quote, costs included."""
    return json.dumps(_written(quote), ensure_ascii=False, indent=2) + "\n"


def as_json(quote: Quote) -> dict[str, Json]:
    """Write a quote as a JSON value for whoever asks: as its customer may have it."""
    return _written(for_customer(quote))


def _written(quote: Quote) -> dict[str, Json]:
    priced, places = quote.priced, quote.priced.minor_units
    head = {name: form.write(getattr(quote, name), places) for name, form in _HEAD.items()}
    return {
        "format": FORMAT,
        **{name: head[name] for name in ("id", "revision", "state", "order_id")},
        "catalog": {
            "name": quote.catalog,
            "label": LABEL.write(quote.catalog_label, places),
            "version": quote.catalog_version,
        },
        **{name: head[name] for name in ("day", "valid_until", "language", "customer")},
        "currency": priced.currency,
        "minor_units": places,
        "lines": _LINES.write(quote.lines, places),
        "document": _DOCUMENT.write(priced.document, places),
        "taxes": _TAXES.write(priced.taxes, places),
        "totals": pricing.TOTALS.write(priced.totals, places),
        "clauses": head["clauses"],
        "notes": head["notes"],
        "grants": _GRANTS.write(quote.grants, places),
        "inputs": pricing.INPUTS.write(quote.inputs, places),
        "priced": {
            "catalog_version": priced.catalog_version,
            "input_hash": priced.input_hash,
            "unpriced": many(pricing.UNPRICED).write(priced.unpriced, places),
            **{name: form.write(getattr(priced, name), places) for name, (form, _) in pricing.RECORD.items()},
        },
    }


def read_quote(data: bytes | str) -> tuple[Quote | None, tuple[Problem, ...]]:
    """Read a quote back; there is none where there is a problem, and every problem is named at its place."""
    node = parse(data, MOST_BYTES)
    if node.problems:
        return None, tuple(node.problems)
    quote = _read(node)
    return (None, tuple(node.problems)) if node.problems else (quote, ())


_MEMBERS = (*_HEAD, "format", "catalog", "currency", "minor_units", "lines", "taxes", "totals", "priced")


def _read(node: Node) -> Quote | None:
    m = node.members(_MEMBERS, ("document", "grants", "inputs"))
    if node.problems:
        return None
    if m["format"].value not in (FORMAT, *EARLIER):
        m["format"].refuse("unknown-format", f"a quote in the format {FORMAT} is expected")
        return None
    places = m["minor_units"].integer(0, 4)
    lines = _LINES.read(m["lines"], places)
    catalog = m["catalog"].members(tuple(_CATALOG))
    priced = _priced(m, tuple(line.price for line in lines), places)
    _sums_hold(m, priced)
    _ids_differ(m["lines"], lines)
    head = {name: form.read(m[name], places) for name, form in _HEAD.items()}
    found = {name: form.read(catalog[name], places) for name, form in _CATALOG.items()}
    grants = () if m["grants"].lost else _GRANTS.read(m["grants"], places)
    inputs = UNTOUCHED if m["inputs"].lost else pricing.INPUTS.read(m["inputs"], places)
    if node.problems:
        return None
    return Quote(
        catalog=found["name"],
        catalog_label=found["label"],
        catalog_version=found["version"],
        lines=lines,
        priced=priced,
        grants=grants,
        inputs=inputs,
        **head,
    )


def _priced(m: Mapping[str, Node], lines: tuple[PricedLine, ...], places: int) -> PricedQuote:
    source = m["priced"].members(("catalog_version", "input_hash", "unpriced"), tuple(pricing.RECORD))
    rest = {
        name: default if source[name].lost else form.read(source[name], places)
        for name, (form, default) in pricing.RECORD.items()
    }
    return PricedQuote(
        currency=m["currency"].text(3, shortest=3),
        minor_units=places,
        lines=lines,
        taxes=_TAXES.read(m["taxes"], places),
        totals=pricing.TOTALS.read(m["totals"], places),
        catalog_version=_NAME.read(source["catalog_version"], places),
        input_hash=_NAME.read(source["input_hash"], places),
        unpriced=many(pricing.UNPRICED).read(source["unpriced"], places),
        document=() if m["document"].lost else _DOCUMENT.read(m["document"], places),
        **cast("dict[str, Any]", rest),
    )


def _sums_hold(m: Mapping[str, Node], priced: PricedQuote) -> None:
    """Refuse amounts that do not add up (EN 16931, BR-CO-10 to BR-CO-16)."""
    totals, lines = priced.totals, priced.lines
    entries = {kind: sum(one.amount for one in priced.document if one.kind == kind) for kind in ("charge", "allowance")}
    after = totals.net - totals.allowances + totals.charges
    expected = {
        "list": sum(line.list for line in lines),
        "discount": totals.list - totals.net,
        "net": sum(line.net for line in lines),
        "allowances": entries["allowance"],
        "charges": entries["charge"],
        "taxable": after - totals.tax if totals.inclusive else after,
        "tax": sum(group.tax for group in priced.taxes),
        "gross": totals.taxable + totals.tax,
        "payable": totals.gross - totals.prepaid + totals.rounding,
    }
    for name, amount in expected.items():
        if getattr(totals, name) != amount and not m["totals"].problems:
            m["totals"].refuse("wrong-sum", f"the total {name!r} is not what lines, charges and taxes add up to")
    for node, line in zip(m["lines"].elements(MANY), lines, strict=False):
        if line.discount != line.list - line.net and not node.problems:
            node.refuse("wrong-sum", "the discount is not the difference of list and net amount")


def _ids_differ(node: Node, lines: Sequence[QuoteLine]) -> None:
    ids = [line.id for line in lines]
    if len(set(ids)) < len(ids) and not node.problems:
        node.refuse("repeated-line", "two lines have the same id")

"""Writing a quote as JSON, lossless; `quotes.recall` reads it back.

Amounts are fixed-point texts (unit prices with six decimals, the rest with the currency's), exact ratios
are texts such as ``"19/100"``, members stand in the order written here. The text holds the seller's
costs where the catalog gives them: it is the seller's record, `without_costs` is what a customer may have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from catalogs.marks import Label
from catalogs.model import Customer
from quotes.pricing.record import Phase, PricedLine, Step, TaxGroup, Totals
from quotes.quote import BomLine, ChosenOption, OfferedSuggestion, Quote, QuoteLine
from quotes.reading import fixed_point
from rules.diagnostics import NOWHERE, Span
from rules.kinds import Scalar

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

FORMAT = "quotewright-quote/1"
UNIT_PLACES = 6
LINE_PHASES = frozenset({"extend", "document", "tax", "total", "judge"})
"""Phases whose amounts are of the line, in minor units; the others' are of one unit, in micros."""


def write_quote(quote: Quote) -> str:
    """Write the seller's record of a quote as JSON text: the same text for the same quote, costs included."""
    return json.dumps(_quote(quote), ensure_ascii=False, indent=2) + "\n"


def as_json(quote: Quote) -> dict[str, Json]:
    """Write a quote as a JSON value for whoever asks: without costs, which never reach a customer."""
    return _quote(without_costs(quote))


def _quote(quote: Quote) -> dict[str, Json]:
    return {
        "format": FORMAT,
        "id": quote.id,
        "revision": quote.revision,
        "state": quote.state,
        "order_id": quote.order_id,
        "catalog": {"name": quote.catalog, "label": label(quote.catalog_label), "version": quote.catalog_version},
        "day": quote.day.isoformat(),
        "valid_until": quote.valid_until.isoformat(),
        "language": quote.language,
        "customer": _customer(quote.customer),
        "currency": quote.priced.currency,
        "minor_units": quote.priced.minor_units,
        "lines": [_line(line, quote.priced.minor_units) for line in quote.lines],
        "taxes": [_tax(group, quote.priced.minor_units) for group in quote.priced.taxes],
        "totals": _totals(quote.priced.totals, quote.priced.minor_units),
        "clauses": [label(clause) for clause in quote.clauses],
        "notes": list(quote.notes),
        "priced": {
            "catalog_version": quote.priced.catalog_version,
            "input_hash": quote.priced.input_hash,
            "unpriced": [{"line": missing.line, "reason": missing.reason} for missing in quote.priced.unpriced],
        },
    }


def without_costs(quote: Quote) -> Quote:
    """Return the quote as a customer may have it: no cost on any line or step."""
    bare = tuple(
        replace(line, cost=None, steps=tuple(replace(step, cost=None) for step in line.steps))
        for line in quote.priced.lines
    )
    lines = tuple(replace(line, price=price) for line, price in zip(quote.lines, bare, strict=True))
    return replace(quote, lines=lines, priced=replace(quote.priced, lines=bare))


def label(value: Label) -> Json:
    """Write a label: the text alone where there is no translation."""
    if not value.translations:
        return value.text
    return {"text": value.text, "translations": dict(sorted(value.translations.items()))}


def _customer(customer: Customer) -> Json:
    return {
        "id": customer.id,
        "name": customer.name,
        "attributes": {name: _scalar(value) for name, value in customer.attributes.items()},
        "segment": customer.segment,
        "region": customer.region,
        "channel": customer.channel,
        "currency": customer.currency,
        "country": customer.country,
        "address": customer.address,
        "tax_id": customer.tax_id,
    }


def _scalar(value: Scalar) -> Json:
    if isinstance(value, Fraction):
        return {"number": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value


def _line(line: QuoteLine, places: int) -> Json:
    return {
        "id": line.id,
        "product": line.product,
        "label": label(line.label),
        "quantity": line.quantity,
        "options": [_option(option) for option in line.options],
        "items": [_item(item) for item in line.items],
        "price": _price(line.price, places),
        "clauses": [label(clause) for clause in line.clauses],
        "suggestions": [_suggestion(suggestion) for suggestion in line.suggestions],
    }


def _option(option: ChosenOption) -> Json:
    return {
        "path": option.path,
        "label": label(option.label),
        "value": option.value,
        "value_label": label(option.value_label),
        "unit": option.unit,
        "by": option.by,
        "kind": option.kind,
    }


def _item(item: BomLine) -> Json:
    return {"code": item.code, "label": label(item.label), "quantity": item.quantity}


def _suggestion(suggestion: OfferedSuggestion) -> Json:
    return {
        "name": suggestion.name,
        "reason": label(suggestion.reason),
        "choices": dict(suggestion.choices),
        "total": suggestion.total,
        "delta": suggestion.delta,
    }


def _price(price: PricedLine, places: int) -> Json:
    return {
        "list_unit": fixed_point(price.list_unit, UNIT_PLACES),
        "net_unit": fixed_point(price.net_unit, UNIT_PLACES),
        "list": fixed_point(price.list, places),
        "net": fixed_point(price.net, places),
        "discount": fixed_point(price.discount, places),
        "tax_category": price.tax_category,
        "tax_rate": str(price.tax_rate),
        "cost": None if price.cost is None else fixed_point(price.cost, places),
        "steps": [_step(step, places) for step in price.steps],
    }


def step_places(phase: Phase, places: int) -> tuple[int, int]:
    """Return the decimals of a step's input and output: "extend" leads from a unit price to the line's amount."""
    of_line = phase in LINE_PHASES
    before = places if of_line and phase != "extend" else UNIT_PLACES
    return before, places if of_line else UNIT_PLACES


def _step(step: Step, places: int) -> Json:
    before, after = step_places(step.phase, places)
    return {
        "phase": step.phase,
        "rule": step.rule,
        "label": label(step.label),
        "operator": step.operator,
        "operand": str(step.operand),
        "input": fixed_point(step.input, before),
        "output": fixed_point(step.output, after),
        "residue": str(step.residue),
        "source": _span(step.source),
        "path": step.path,
        "value": step.value,
        "cost": None if step.cost is None else fixed_point(step.cost, UNIT_PLACES),
        "not_applied": step.not_applied,
    }


def _span(span: Span) -> Json:
    if span == NOWHERE:
        return None
    return {
        "file": span.file,
        "from": [span.line, span.column],
        "to": [span.end_line, span.end_column],
        "cell": span.cell,
    }


def _tax(group: TaxGroup, places: int) -> Json:
    return {
        "category": group.category,
        "rate": str(group.rate),
        "taxable": fixed_point(group.taxable, places),
        "tax": fixed_point(group.tax, places),
    }


def _totals(totals: Totals, places: int) -> Json:
    amounts: Mapping[str, int] = {
        "list": totals.list,
        "discount": totals.discount,
        "net": totals.net,
        "tax": totals.tax,
        "gross": totals.gross,
    }
    return {name: fixed_point(amount, places) for name, amount in amounts.items()}

"""The records that conditions may ask about besides a configuration: the customer, a line, a quote."""

from __future__ import annotations

from collections.abc import Mapping

from catalogs.declare_types import Typing, read_type
from catalogs.desk import Desk
from rules import declarations as d
from rules.kinds import Kind, Money, Quantity, Record, Textual

BUILT_IN = ("id", "name", "country", "currency", "region", "segment", "channel")
"""What may be asked of every customer, as text where the ``customer`` declaration does not say otherwise."""

_RATIO = Quantity((), "%")


def line_record(currency: str) -> Record:
    """Return what may be asked of a line: its sums over all its units, in a currency, and its ratios.

    `list` is the list price of the line, `net` what is left of it, `discount` the part of `list`
    that was given away, `margin` the part of `net` that is left after the cost.
    """
    money = Money(currency)
    fields: dict[str, Kind] = {
        "list": money, "net": money, "total": money, "tax": money, "cost": money, "unit_price": money,
        "quantity": Quantity(), "discount": _RATIO, "margin": _RATIO,
    }  # fmt: skip
    return Record("line", fields)


def quote_record(currency: str) -> Record:
    """Return what may be asked of a quote: its sums, its ratios, and how many `lines` it has."""
    money = Money(currency)
    fields: dict[str, Kind] = {
        "list": money, "net": money, "total": money, "tax": money, "cost": money,
        "lines": Quantity(), "quantity": Quantity(), "discount": _RATIO, "margin": _RATIO,
    }  # fmt: skip
    return Record("quote", fields)


def declare_customer(desk: Desk) -> Mapping[str, Typing]:
    """Put the customer's record on the desk, and return the types of its declared attributes."""
    nodes = desk.declared.of(d.CustomerDeclaration)
    for node in nodes[1:]:
        related = ((nodes[0].span, "the other one"),)
        desk.report.error("second-customer", node.span, "a catalog has one customer declaration", related=related)
    found: dict[str, Typing] = {}
    for field in nodes[0].fields if nodes else ():
        name = field.name
        if name.text in found:
            desk.report.error("duplicate-attribute", name.span, f"the attribute {name.text} is there twice")
            continue
        if name.text in ("id", "name", "address", "tax_id"):
            desk.report.error("built-in", name.span, f"every customer has {name.text}, as text")
            continue
        typing = read_type(field.type, f"customer.{name.text}", desk)
        if typing is None:
            desk.clouded.add(name.text)
        else:
            found[name.text] = typing
    if not nodes and d.CustomerDeclaration in desk.declared.lost:
        desk.clouded.add("customer")
    fields: dict[str, Kind] = dict.fromkeys(BUILT_IN, Textual())
    desk.customer = Record("customer", fields | {name: typing.kind for name, typing in found.items()})
    return found

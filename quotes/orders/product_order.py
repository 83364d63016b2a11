"""An order as TMF622 product order (Product Ordering Management API), version 4 or 5, for order capture.

Items of the bill of materials are nested order items whose product specification is the item's code.
Quantities of an order item are whole numbers in TMF622: an item of 2.5 m has the exact quantity as a
characteristic instead. Amounts are exact JSON numbers; discounts are price alterations in waterfall order.
Beyond the standard, a characteristic of a number names its ``unitOfMeasure``.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from catalogs.marks import Label
from quotes.orders.order import Order, OrderItem, OrderLine
from quotes.orders.tokens import Value, write_json
from quotes.pricing import write_micros
from quotes.pricing.record import PricedLine, Step
from quotes.quote import ChosenOption
from quotes.reading import fixed_point
from quotes.exchange import LINE_PHASES
from rules.values import write_number

Version = Literal["v4", "v5"]
Members = dict[str, Value]

_LIST_PHASES = frozenset({"entitle", "base", "configure"})
_ONE_TIME = "oneTime"


def write_order(order: Order, version: Version = "v5") -> str:
    """Write an order as JSON text, the same text for the same order."""
    return write_json(product_order(order, version)) + "\n"


def product_order(order: Order, version: Version = "v5") -> Members:
    """Write an order as a ProductOrder resource."""
    return _Writer(order, version).order()


class _Writer:
    """Writes the parts of one order in one version of the standard."""

    def __init__(self, order: Order, version: Version) -> None:
        self._order = order
        self._quote = order.quote
        self._v5 = version == "v5"

    def order(self) -> Members:
        """Write the whole resource."""
        day = f"{self._order.accepted_on.isoformat()}T00:00:00Z"
        totals = self._order.totals
        price: Members = {"dutyFreeAmount": self._money(totals.net), "taxIncludedAmount": self._money(totals.gross)}
        if len(self._quote.priced.taxes) == 1:
            price["taxRate"] = _percent(self._quote.priced.taxes[0].rate)
        return self._typed(
            "ProductOrder",
            id=self._order.id,
            externalId=self._external_id(),
            state="acknowledged",
            description=f"Order of quote {self._quote.id}, revision {self._quote.revision}",
            **{"creationDate" if self._v5 else "orderDate": day},
            quote=[self._ref("QuoteRef", "Quote", self._quote.id)],
            relatedParty=self._parties(),
            note=list(self._notes()),
            productOrderItem=[self._line(line) for line in self._order.lines],
            orderTotalPrice=[self._price("Total", price)],
        )

    def _external_id(self) -> Value:
        if not self._v5:
            return self._order.id
        kind = "productOrderId"
        return [self._typed("ExternalIdentifier", owner="Quotewright", externalIdentifierType=kind, id=self._order.id)]

    def _parties(self) -> Value:
        customer, catalog = self._quote.customer, self._quote
        return [
            self._party("customer", customer.id, customer.name),
            self._party("seller", catalog.catalog, self._label(catalog.catalog_label)),
        ]

    def _party(self, role: str, party: str, name: str) -> Value:
        if self._v5:
            reference = self._ref("PartyRef", "Organization", party, name)
            return self._typed("RelatedPartyRefOrPartyRoleRef", role=role, partyOrPartyRole=reference)
        return self._typed("RelatedParty", id=party, name=name, role=role) | {"@referredType": "Organization"}

    def _notes(self) -> Iterator[Value]:
        pinned = f"Catalog {self._quote.catalog}, version {self._quote.catalog_version}"
        for number, text in enumerate((pinned, *self._quote.notes), 1):
            yield self._typed("Note", id=str(number), text=text)

    def _line(self, line: OrderLine) -> Value:
        nested = [self._item(line, number, item) for number, item in enumerate(line.items, 1)]
        item = self._typed(
            "ProductOrderItem",
            id=line.id,
            action="add",
            quantity=line.quantity,
            quoteItem=self._quote_item(line.id),
            productOffering=self._offering(line),
            product=self._typed(
                "Product",
                name=self._label(line.label),
                isBundle=bool(nested),
                productCharacteristic=[self._option(option) for option in line.options],
            ),
            itemPrice=[self._unit_price(line.price)],
            itemTotalPrice=[
                self._price("Net total", {"dutyFreeAmount": self._money(line.price.net), **_rate(line.price)})
            ],
        )
        return item | ({"productOrderItem": nested} if nested else {})

    def _quote_item(self, line: str) -> Value:
        if self._v5:
            return self._typed("QuoteItemRef", quoteId=self._quote.id, quoteItemId=line)
        return self._typed("QuoteItemRef", id=line, quoteId=self._quote.id)

    def _offering(self, line: OrderLine) -> Value:
        offering = self._ref("ProductOfferingRef", "ProductOffering", line.product, self._label(line.label))
        return offering | ({"version": self._quote.catalog_version} if self._v5 else {})

    def _option(self, option: ChosenOption) -> Value:
        if option.kind != "number":
            return self._characteristic(option.path, option.value)
        number = self._characteristic(option.path, _exact(option.value))
        return number | ({"unitOfMeasure": option.unit} if option.unit else {})

    def _characteristic(self, name: str, value: str | Decimal) -> Members:
        """Write a characteristic; a value that no decimal is exact for (1/3) is a text."""
        kind = "String" if isinstance(value, str) else "Number"
        return self._typed(f"{kind}Characteristic", name=name, valueType=kind.lower(), value=value)

    def _item(self, line: OrderLine, number: int, item: OrderItem) -> Value:
        label = self._label(item.label)
        quantity = Fraction(item.quantity)
        product = self._typed(
            "Product",
            name=label,
            productSpecification=self._ref("ProductSpecificationRef", "ProductSpecification", item.code, label),
        )
        made = self._typed("ProductOrderItem", id=f"{line.id}.{number}", action="add")
        if quantity.denominator == 1:
            made["quantity"] = quantity.numerator
        else:
            product["productCharacteristic"] = [self._characteristic("quantity", _exact(item.quantity))]
        return made | {"product": product}

    def _unit_price(self, price: PricedLine) -> Value:
        """Write the list price of one unit with what was added and taken off until its net price."""
        amount = {"dutyFreeAmount": self._unit(price.list_unit), **_rate(price)}
        alterations = [self._alteration(number, step) for number, step in enumerate(filter(_alters, price.steps), 1)]
        return self._price("Unit price", amount) | ({"priceAlteration": alterations} if alterations else {})

    def _alteration(self, number: int, step: Step) -> Value:
        amount: Members = {"dutyFreeAmount": self._unit(step.output - step.input)}
        if step.operator == "percent":
            amount["percentage"] = _percent(step.operand)
        return self._typed(
            "PriceAlteration",
            name=self._label(step.label),
            priceType=_ONE_TIME,
            priority=number,
            price=self._typed("Price", **amount),
        )

    def _price(self, name: str, amounts: Members) -> Members:
        return self._typed("OrderPrice", name=name, priceType=_ONE_TIME, price=self._typed("Price", **amounts))

    def _money(self, minor: int) -> Value:
        priced = self._quote.priced
        return {"unit": priced.currency, "value": Decimal(fixed_point(minor, priced.minor_units))}

    def _unit(self, micros: int) -> Value:
        currency = self._quote.priced.currency
        return {"unit": currency, "value": Decimal(write_micros(micros, currency))}

    def _ref(self, kind: str, referred: str, name: str, label: str = "") -> Members:
        named: Members = {"name": label} if label else {}
        return self._typed(kind, id=name, **named) | {"@referredType": referred}

    def _typed(self, kind: str, **members: Value) -> Members:
        return {"@type": kind, **members}

    def _label(self, label: Label) -> str:
        return label.read(self._quote.language)


def _alters(step: Step) -> bool:
    listed = step.phase in _LIST_PHASES or step.phase in LINE_PHASES
    return not listed and not step.not_applied and step.input != step.output


def _rate(price: PricedLine) -> Members:
    return {"taxRate": _percent(price.tax_rate)}


def _percent(ratio: Fraction) -> Decimal:
    """Write a ratio in percent, rounded to six decimals where it has more (TMF622 has a number here)."""
    return Decimal(write_number(Fraction(round(ratio * 10**8), 10**6)))


def _exact(text: str) -> Decimal | str:
    return text if "/" in text else Decimal(text)

"""The fixed words of documents, one table a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of one language; braces are places to be filled."""

    title: str
    date: str
    valid_until: str
    revision: str
    status: str
    order: str
    customer_number: str
    tax_id: str
    introduction: str
    position: str
    description: str
    quantity: str
    unit_price: str
    amount: str
    base_price: str
    list_price: str
    net_price: str
    scale_down: str
    scale_up: str
    list_total: str
    discount: str
    net_total: str
    tax: str
    tax_of_category: str
    total: str
    price_note: str
    validity: str
    no_lines: str
    terms: str
    term_of: str
    notes: str
    footer: str
    page_of: str
    yes: str
    no: str
    states: Mapping[str, str]


_ENGLISH = Words(
    title="Quote {number}",
    date="Date",
    valid_until="Valid until",
    revision="Revision",
    status="Status",
    order="Order",
    customer_number="Customer no.",
    tax_id="Tax ID",
    introduction="Thank you for your enquiry. We are pleased to offer you the following:",
    position="Item",
    description="Description",
    quantity="Quantity",
    unit_price="Unit price",
    amount="Amount",
    base_price="Base price",
    list_price="List price",
    net_price="Net price",
    scale_down="Quantity discount",
    scale_up="Small quantity surcharge",
    list_total="List price total",
    discount="Discount",
    net_total="Net total",
    tax="Tax {rate} on {taxable}",
    tax_of_category="Tax {rate} ({category}) on {taxable}",
    total="Total {currency}",
    price_note="Unit prices and amounts in {currency}, before tax.",
    validity="This quote is valid until {day}.",
    no_lines="This quote has no items.",
    terms="Terms",
    term_of="{term} (items {items})",
    notes="Notes",
    footer="Catalog {catalog}, version {version}",
    page_of="Page {page} of {pages}",
    yes="Yes",
    no="No",
    states=MappingProxyType(
        {
            "inProgress": "Draft",
            "pending": "Waiting for approval",
            "accepted": "Accepted",
            "rejected": "Rejected",
            "declined": "Declined",
            "cancelled": "Cancelled",
            "expired": "Expired",
        }
    ),
)

_GERMAN = Words(
    title="Angebot {number}",
    date="Datum",
    valid_until="Gültig bis",
    revision="Revision",
    status="Status",
    order="Auftrag",
    customer_number="Kundennr.",
    tax_id="Steuernummer",
    introduction="Vielen Dank für Ihre Anfrage. Gern bieten wir Ihnen an:",
    position="Pos.",
    description="Beschreibung",
    quantity="Menge",
    unit_price="Einzelpreis",
    amount="Betrag",
    base_price="Grundpreis",
    list_price="Listenpreis",
    net_price="Nettopreis",
    scale_down="Mengenrabatt",
    scale_up="Mindermengenzuschlag",
    list_total="Summe Listenpreise",
    discount="Rabatt",
    net_total="Nettosumme",
    tax="Umsatzsteuer {rate} auf {taxable}",
    tax_of_category="Umsatzsteuer {rate} ({category}) auf {taxable}",
    total="Gesamtbetrag {currency}",
    price_note="Einzelpreise und Beträge in {currency}, ohne Umsatzsteuer.",
    validity="Dieses Angebot gilt bis zum {day}.",
    no_lines="Dieses Angebot enthält keine Positionen.",
    terms="Bedingungen",
    term_of="{term} (Pos. {items})",
    notes="Hinweise",
    footer="Katalog {catalog}, Version {version}",
    page_of="Seite {page} von {pages}",
    yes="Ja",
    no="Nein",
    states=MappingProxyType(
        {
            "inProgress": "Entwurf",
            "pending": "In Freigabe",
            "accepted": "Angenommen",
            "rejected": "Nicht freigegeben",
            "declined": "Abgelehnt",
            "cancelled": "Storniert",
            "expired": "Abgelaufen",
        }
    ),
)

_TABLES: Mapping[str, Words] = MappingProxyType({"en": _ENGLISH, "de": _GERMAN})

LANGUAGES = tuple(_TABLES)
"""The languages whose fixed words we have, the first one for all others."""


def words(language: str) -> Words:
    """Return the words of a language tag such as ``de-AT``; English where we have none."""
    return _TABLES.get(language.replace("_", "-").split("-")[0].lower(), _ENGLISH)


def fill(text: str, **values: str) -> str:
    """Put values into the places of a text; braces within the values stay as they are."""
    for name in values:
        text = text.replace(f"{{{name}}}", f"\0{name}\0")
    for name, value in values.items():
        text = text.replace(f"\0{name}\0", value)
    return text

"""The Document holds the quote's words and figures in its language, computed nowhere else."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.marks import Label
from quotes.documents import document
from quotes.documents.compose import _ranges
from quotes.documents.model import Detail, Fact
from quotes.lifecycle import STATES
from quotes.pricing.record import TaxGroup
from tests.quotes import factory

NBSP = "\u00a0"
MINUS = "\u2212"


def test_a_line_in_english():
    line = document(factory.quote(), "en").lines[0]
    assert (line.position, line.title, line.quantity, line.unit_price, line.amount) == (
        "1", "E-bike", "6", "2,374.944", "14,249.66",
    )  # fmt: skip
    assert line.details[4] == Detail("Frame size", f"54.5{NBSP}cm", "")
    assert line.details[5] == Detail("Range extender", "No", "")


def test_a_line_in_german():
    line = document(factory.quote(), "de").lines[0]
    assert (line.title, line.unit_price, line.amount) == ("E-Bike", "2.374,944", "14.249,66")
    assert [(x.label, x.value, x.price.rstrip("\u2007"), x.sum) for x in line.details] == [
        ("Grundpreis", "", "1.499,00", False),
        ("Farbe", "Signalrot", "", False),
        ("Motor", "Trail 500", "520,00", False),
        ("Akku", "Akku 625 Wh", "395,00", False),
        ("Rahmenhöhe", f"54,5{NBSP}cm", "", False),
        ("Zusatzakku", "Nein", "", False),
        ("Gravur", "Team 7", "", False),
        ("Packtaschen", "", "59,90", False),
        ("Listenpreis", "", "2.473,90", True),
        (f"Mengenrabatt ({MINUS}4{NBSP}%)", "", f"{MINUS}98,956", False),
        ("Nettopreis", "", "2.374,944", True),
    ]


def test_a_unit_price_of_one_step_is_not_told_twice():
    line = factory.helmet_line()
    plain = replace(line, price=factory.priced_line("L3", 120, [("base", factory.label("Helmet"), Fraction(40))]))
    assert [x.label for x in document(factory.quote([plain])).lines[0].details] == ["Size"]
    assert [(x.label, x.price.strip("\u2007")) for x in document(factory.quote([line])).lines[0].details] == [
        ("Size", ""), ("List price", "44.99"), (f"Quantity discount ({MINUS}7.5%)", f"{MINUS}3.37425"), ("Net price", "41.61575"),
    ]  # fmt: skip


def test_prices_of_one_document_have_room_for_the_same_decimals():
    page = document(factory.quote([factory.ebike_line(1), factory.helmet_line(2), factory.window_line(3)]))
    figures = [line.unit_price for line in page.lines] + [
        x.price for line in page.lines for x in line.details if x.price
    ]
    assert {len(figure.partition(".")[2]) for figure in figures} == {5}


def test_totals_lead_from_list_to_gross_with_each_tax():
    quote = factory.quote([factory.ebike_line(1), factory.helmet_line(2)])
    totals = document(quote, "en").totals
    assert totals.steps == (
        Fact("List price total", "20,242.20"),
        Fact("Discount", f"{MINUS}998.65"),
        Fact("Net total", "19,243.55"),
        Fact("Tax 7% on 4,993.89", "349.57"),
        Fact("Tax 19% on 14,249.66", "2,707.44"),
    )
    assert totals.total == Fact("Total EUR", "22,300.56")


def test_without_a_discount_no_list_total_is_told():
    totals = document(factory.quote([factory.window_line()])).totals
    assert [fact.label for fact in totals.steps] == ["Net total", "Tax 19% on 5,757.50"]


def test_two_taxes_of_one_rate_are_told_apart():
    quote = factory.quote([factory.window_line()])
    taxes = (TaxGroup("none", Fraction(0), 100, 0), TaxGroup("export", Fraction(0), 200, 0))
    page = document(replace(quote, priced=replace(quote.priced, taxes=taxes)))
    assert [fact.label for fact in page.totals.steps[1:]] == ["Tax 0% (none) on 1.00", "Tax 0% (export) on 2.00"]


def test_facts_name_what_is_special():
    assert [fact.label for fact in document(factory.quote()).facts] == ["Date", "Valid until", "Customer no.", "Tax ID"]
    special = factory.quote(revision=3, state="accepted", order_id="O-7", customer=replace(factory.DEALER, tax_id=""))
    assert document(special).facts == (
        Fact("Date", "November 21, 2026"),
        Fact("Valid until", "December 21, 2026"),
        Fact("Revision", "3"),
        Fact("Customer no.", "C-1047"),
        Fact("Status", "Accepted"),
        Fact("Order", "O-7"),
    )


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_but_the_offered_one_is_said(state, language):
    status = [fact for fact in document(factory.quote(state=state), language).facts if fact.label == "Status"]
    assert (status == []) == (state == "approved")
    assert all(fact.value != state for fact in status)


def test_a_clause_of_some_items_names_them():
    lines = [factory.ebike_line(1), factory.window_line(2), factory.ebike_line(3), factory.ebike_line(4)]
    assert document(factory.quote(lines)).terms.paragraphs == (
        "Delivery is free from 2,000 EUR.",
        "The trail motor needs its first service after 500 km. (items 1, 3\u20134)",
    )
    assert document(factory.quote(lines[:1])).terms.paragraphs[1].endswith("500 km.")


@given(st.sets(st.integers(1, 60)))
def test_ranges_name_each_number_once(numbers):
    named = set()
    for part in _ranges(sorted(numbers)).split(", ") if numbers else []:
        low, _, high = part.partition("\u2013")
        named |= set(range(int(low), int(high or low) + 1))
    assert named == numbers


def test_the_recipient_has_no_empty_lines():
    customer = replace(factory.DEALER, address="  A 1  \r\n\r\nB\u2028C", country="AT")
    assert document(factory.quote(customer=customer), "de").recipient == (
        "Radhaus Öhringen GmbH", "A 1", "B", "C", "Österreich",
    )  # fmt: skip


def test_a_country_that_is_no_code_stays():
    assert document(factory.quote(customer=replace(factory.DEALER, country="Elbonia"))).recipient[-1] == "Elbonia"


def test_a_language_without_our_words_has_its_own_figures():
    page = document(factory.quote(), "fr")
    assert page.language == "fr"
    assert page.introduction.startswith("Thank you")
    assert page.lines[0].amount == "14\u202f249,66"
    assert page.facts[0].value == "21 novembre 2026"


def test_a_regional_language_reads_the_labels_of_its_parent():
    page = document(factory.quote(), "de-AT")
    assert page.lines[0].title == "E-Bike"
    assert page.title == "Angebot Q-2026-000417"


@pytest.mark.parametrize("language", ["", "xx", "not a language", "de\0", "x" * 10_000])
def test_no_language_tag_fails(language):
    assert document(factory.quote(language=language)).title.endswith("Q-2026-000417")


def test_braces_in_data_are_not_places():
    page = document(factory.quote(catalog="{version}{catalog}", id="Q{number}"))
    assert page.footer == "Catalog {version}{catalog}, version 3f2a9c1be0d4"
    assert page.title == "Quote Q{number}"


def test_text_options_are_never_read_as_numbers():
    option = replace(factory.ebike_line().options[5], value="007.50", value_label=Label("007.50"))
    page = document(factory.quote([replace(factory.ebike_line(), options=(option,))]), "de")
    assert page.lines[0].details[1].value == "007.50"


def test_other_currencies_have_their_own_decimals():
    quote = factory.quote([factory.window_line()])
    yen = replace(quote, priced=replace(quote.priced, currency="JPY", minor_units=0), day=date(2026, 1, 2))
    page = document(yen)
    assert page.totals.total == Fact("Total JPY", "685,143")
    assert page.price_note == "Unit prices and amounts in Japanese yen, before tax."

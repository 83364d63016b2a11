"""Every string of the Document is on the pages, nothing is outside the frame, and the bytes are always the same."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from catalogs.marks import Label
from quotes.documents import MissingGlyphsError, document, render, render_quote, strings
from quotes.documents.fonts import font
from quotes.documents.page import FOOT, HEIGHT, LEFT, RIGHT, RUNNING_HEAD
from tests.conftest import ROOT
from tests.quotes import factory
from tests.quotes.documents.inspection import by_column, drawn, seen, squeezed

EVIL = '<b>x</b><img src="file:///etc/passwd"/>&amp;{{ 7*7 }}{% raw %}</document><!-- '
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 300


def check(quote, language="en"):
    """Draw a quote and prove that all its strings are there and inside the frame."""
    page = document(quote, language)
    pdf = render(page)
    texts = seen(pdf)
    body, columns = drawn(texts), by_column(texts)
    for text in strings(page):
        wanted = squeezed(text)
        assert wanted in body or wanted in columns, text[:200]
    for one in texts:
        assert one.x >= LEFT - 0.01, one
        assert one.right <= RIGHT + 0.01, one
        assert FOOT - 0.01 <= one.y <= HEIGHT, one
    return pdf, texts


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "lines",
    [
        [],
        [factory.ebike_line()],
        [factory.ebike_line(), factory.window_line(), factory.helmet_line()],
    ],
    ids=["none", "one", "three"],
)
def test_all_strings_are_on_the_pages(lines, language):
    check(factory.quote(lines, notes=("Please call before delivery.\nGate 3.",)), language)


def test_five_hundred_lines_keep_within_their_pages():
    makers = (factory.ebike_line, factory.window_line, factory.helmet_line)
    quote = factory.quote([makers[i % 3](i + 1, i % 40 + 1) for i in range(500)])
    pdf, texts = check(quote, "de")
    pages = len(PdfReader(BytesIO(pdf)).pages)
    assert pages > 50
    feet = [one.text for one in texts if abs(one.y - FOOT) < 1 and one.text.startswith("Seite")]
    assert feet == [f"Seite {i} von {pages}" for i in range(1, pages + 1)]
    heads = {one.page for one in texts if abs(one.y - RUNNING_HEAD) < 1}
    assert heads == set(range(2, pages + 1))
    descriptions = [one.page for one in texts if one.text == "Beschreibung"]
    assert len(descriptions) == len(set(descriptions)) >= pages - 1, "the table's head stands once on each of its pages"
    amounts = {squeezed(one.text) for one in texts}
    assert squeezed(document(quote, "de").totals.total.value) in amounts


def test_long_and_hostile_texts_stay_text_and_stay_inside():
    line = replace(factory.ebike_line(), label=Label(EVIL), quantity=6)
    customer = replace(factory.DEALER, name=EVIL * 3, address=f"{LONG_WORD[:400]}\n{EVIL}", tax_id="DE" + "9" * 300)
    pdf, texts = check(factory.quote([line], customer=customer, notes=(EVIL,), catalog_label=Label(EVIL)))
    assert squeezed('<img src="file:///etc/passwd"/>') in drawn(texts)
    reader = PdfReader(BytesIO(pdf))
    assert not any(page.images for page in reader.pages)


@pytest.mark.parametrize(
    "text", ["word " * 2_000, LONG_WORD[:10_000], "abcdefgh\n" * 1_111], ids=["words", "one word", "lines"]
)
def test_ten_thousand_characters_go_on_over_pages(text):
    note, _ = check(factory.quote([factory.ebike_line()], notes=(text,)))
    assert len(PdfReader(BytesIO(note)).pages) >= 2
    check(factory.quote([replace(factory.ebike_line(), label=Label(text))]))
    check(factory.quote([factory.ebike_line()], customer=replace(factory.DEALER, name=text)))
    option = replace(factory.ebike_line().options[0], value_label=Label(text))
    check(factory.quote([replace(factory.ebike_line(), options=(option,))]))


def test_amounts_of_any_size_stay_in_their_columns():
    quote = factory.quote([factory.ebike_line(quantity=6)])
    price = replace(quote.priced.lines[0], net=10**40, net_unit=10**46 + 1, list_unit=10**47)
    priced = replace(quote.priced, lines=(price,), totals=replace(quote.priced.totals, gross=10**60, net=-(10**60)))
    check(replace(quote, lines=(replace(quote.lines[0], price=price),), priced=priced), "de")


PRINTABLE = st.text(st.sampled_from(sorted(chr(c) for c in font("regular").widths if c > 0x20)), max_size=300)


@settings(max_examples=25)
@given(PRINTABLE, PRINTABLE, st.lists(PRINTABLE, max_size=4), st.integers(0, 4))
def test_any_text_the_typeface_has_is_printed(name, label, notes, lines):
    made = [replace(factory.ebike_line(i + 1), label=Label(label or "x")) for i in range(lines)]
    quote = factory.quote(made, customer=replace(factory.DEALER, name=name), notes=tuple(notes))
    check(quote)


def test_the_same_quote_gives_the_same_bytes_also_in_another_process():
    quote = factory.quote([factory.ebike_line(), factory.window_line()])
    first = hashlib.sha256(render_quote(quote, "de")).hexdigest()
    assert hashlib.sha256(render_quote(quote, "de")).hexdigest() == first
    program = (
        "import hashlib; from tests.quotes import factory; from quotes.documents import render_quote;"
        "q = factory.quote([factory.ebike_line(), factory.window_line()]);"
        "print(hashlib.sha256(render_quote(q, 'de')).hexdigest())"
    )
    run = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert run.stdout.strip() == first


def test_another_quote_gives_other_bytes():
    quote = factory.quote()
    assert render_quote(quote) != render_quote(replace(quote, revision=2))


def test_title_author_and_language_are_in_the_file():
    reader = PdfReader(BytesIO(render_quote(factory.quote(), "de")))
    assert reader.metadata is not None
    assert reader.metadata.title == "Angebot Q-2026-000417"
    assert reader.metadata.author == "Nordwind Mobilität"
    assert reader.trailer["/Root"]["/Lang"] == "de"


def test_every_font_is_embedded():
    reader = PdfReader(BytesIO(render_quote(factory.quote())))
    for page in reader.pages:
        for one in page["/Resources"]["/Font"].values():
            used = one.get_object()
            assert used["/Subtype"] == "/TrueType"
            assert "/FontFile2" in used["/FontDescriptor"]


def test_a_character_without_a_glyph_is_an_error_that_names_it():
    quote = factory.quote(customer=replace(factory.DEALER, name="山田 Bikes 🚲"))
    with pytest.raises(MissingGlyphsError, match=r"U\+5C71 cjk unified ideograph-5c71") as caught:
        render_quote(quote)
    assert caught.value.characters == ("山", "田", "🚲")


def test_greek_and_cyrillic_are_printed():
    check(factory.quote(customer=replace(factory.DEALER, name="Ποδήλατα Αθήνα, Велосипеды Київ, Łódź, Çeşme")))


def test_costs_and_the_bill_of_materials_are_not_on_the_quote():
    texts = drawn(seen(render_quote(factory.quote())))
    assert "FRAME-54" not in texts
    assert "prices/retail.csv" not in texts
    assert "42.00" not in texts

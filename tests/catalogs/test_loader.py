"""The samples and the scaffold load without a diagnostic and mean what their comments say."""

from datetime import date
from fractions import Fraction

import pytest
from catalogs import load, load_folder, scaffold
from catalogs.marks import Label
from catalogs.model import NumberRange, TextShape
from rules.kinds import Collection, Enumeration, Money, Quantity
from rules.typed import Rows, Values

from tests.catalogs.samples import EBIKES, KIDS_BIKE


@pytest.fixture(scope="module")
def ebikes():
    loaded = load_folder(EBIKES)
    assert loaded.diagnostics == ()
    return loaded.catalog


def test_the_kids_bike():
    loaded = load_folder(KIDS_BIKE)
    assert loaded.diagnostics == ()
    catalog = loaded.catalog
    assert (catalog.name, catalog.label.text, catalog.currency, catalog.time_zone) == (
        "kids_bikes",
        "Kids bikes",
        "EUR",
        "UTC",
    )
    bike = catalog.component("kids_bike")
    assert catalog.products == (bike,)
    assert [option.name for option in bike.options] == ["colour", "wheel_support", "front_wheel", "rear_wheel"]
    assert bike.options[0].kind.name == "kids_bike.colour"
    assert bike.options[0].kind.choices == ("red", "green", "yellow", "blue")
    assert bike.options[1].domain is None
    wheel = bike.options[2].kind
    assert isinstance(wheel, Enumeration)
    assert wheel.attributes["size"].values == {f"W{n}": Fraction(n) * Fraction("0.0254") for n in (14, 16, 18, 20)}
    assert [rule.name for rule in catalog.rules] == ["same_wheels", "support_wheels", "yellow_needs_large_wheel"]
    assert catalog.rules[2].span.line == 23
    support = catalog.rules[1].body
    assert isinstance(support, Rows)
    assert support.rows[0] == (Values(frozenset({True})), Values(frozenset({"W14", "W16"})))
    assert [test.expects[0].kind for test in catalog.tests] == ["invalid", "holds"]
    assert catalog.tests[0].expects[0].name == "yellow_needs_large_wheel"


def test_the_ebike(ebikes):
    bike = ebikes.component("ebike")
    by_name = {option.name: option for option in bike.options}
    assert len(ebikes.choices) == 4
    assert by_name["colour"].default == "red"
    assert by_name["range_extender"].default is False
    assert by_name["frame_size"].domain == NumberRange(Fraction(48, 100), Fraction(62, 100), Fraction(2, 100))
    assert by_name["frame_size"].kind.unit == "cm"
    assert by_name["engraving"].domain == TextShape(0, 20, None)
    assert by_name["battery"].kind.attributes["energy"].values["b900"] == 900 * 3600
    assert bike.lets[0].value.kind == Quantity((("mass", 1),))
    bags = bike.record.fields["bags"]
    assert isinstance(bags, Collection)
    assert (bags.low, bags.high, bags.element.name) == (0, 4, "Bag")
    assert [(section.label.text, section.names) for section in bike.sections][2] == ("Extras", ("bags",))
    old = ebikes.choices[3].choices[2]
    assert (old.name, old.effectivity.end, old.replaced_by) == ("old", date(2026, 3, 31), "one")
    assert ebikes.choices[1].choices[2].renamed_from == ("heavy",)


def test_the_prices_of_the_ebike(ebikes):
    dealer, retail = ebikes.price_lists
    assert (dealer.name, retail.name) == ("dealer", "retail")
    assert dealer.when is not None
    assert len(retail.rows) == 13
    bike, gold = retail.rows[:2]
    assert (bike.path, bike.values.everything, bike.price, bike.cost) == ((), True, 1499, 900)
    assert (gold.path, gold.values, gold.price) == (("colour",), Values(frozenset({"gold"})), 120)
    assert (gold.effectivity.start, gold.effectivity.end) == (date(2026, 6, 1), date(2026, 12, 31))
    assert retail.rows[-1].path == ("bags", "size")
    assert dealer.rows[2].price == Fraction("400.40")
    assert (bike.span.file, bike.span.line, bike.span.cell) == ("prices/retail.csv", 2, "row 1")


def test_the_rest_of_the_ebike(ebikes):
    assert [len(tier) for tier in [ebikes.scales[0].tiers]] == [3]
    assert [(t.low, t.high, t.rate) for t in ebikes.scales[0].tiers] == [
        (1, 4, 0), (5, 19, Fraction(4, 100)), (20, None, Fraction(7, 100)),
    ]  # fmt: skip
    assert [(tax.category, tax.rate) for tax in ebikes.taxes] == [("standard", Fraction(19, 100))]
    assert ebikes.charges[0].amount.kind == Money("EUR")
    assert [item.code[0] for item in ebikes.items] == ["FRAME-", "MOTOR-", "BAG-L", "BAG-S"]
    assert [one.name for one in ebikes.suggestions] == ["a_bag", "more_range"]
    assert ebikes.preferences[0].weight == 2
    assert [promotion.name for promotion in ebikes.promotions] == ["bags_in_winter", "welcome"]
    assert [(group.name, group.mode, group.per) for group in ebikes.groups] == [
        ("coupons", "best one", "quote"), ("seasonal", "best one", "unit"),
    ]  # fmt: skip
    assert [len(one.grants) for one in ebikes.entitlements] == [1, 1]
    assert ebikes.floors[0].because.text.startswith("Below")
    assert (ebikes.approvals[0].mode, ebikes.approvals[0].by) == ("all of", ("sales_manager",))
    given = {one.path: one.value for one in ebikes.tests[2].given}
    assert given["frame_size"] == Fraction(54, 100)
    assert given["count(bags)"] == 0
    remains = ebikes.tests[1].expects[0]
    assert (remains.kind, remains.target, remains.values) == ("remains", "battery", ("b500", "b625"))


def test_the_scaffold_is_clean():
    loaded = load({name: text.encode() for name, text in scaffold("my_desks", 'My "desks"').items()})
    assert loaded.diagnostics == ()
    catalog = loaded.catalog
    assert (catalog.name, catalog.label.text) == ("my_desks", "My desks")
    assert catalog.component("desk").label == Label("Desk", {"de": "Schreibtisch"})
    assert catalog.component("desk").options[0].label.read("de") == "Platte"
    assert [(customer.id, customer.attributes["segment"], customer.tax_id) for customer in catalog.customers] == [
        ("C-1", "consumer", ""), ("D-1", "dealer", "DE123456789"),
    ]  # fmt: skip


def test_names_stand_in_for_labels():
    text = b"catalog c { currency EUR }\nproduct big_bike { option frame_size: small | very_large }"
    bike = load({"c.cpq": text}).catalog.component("big_bike")
    assert (bike.label.text, bike.options[0].label.text) == ("Big bike", "Frame size")
    assert [choice.label.text for choice in bike.options[0].domain.choices] == ["Small", "Very large"]


def test_prices_by_a_matrix_of_width_and_height():
    text = """catalog c { currency EUR }
product window { option width: 400 .. 2400 mm  option height: 400 .. 2600 mm }
prices retail in EUR from "matrix.csv"
""".replace("  option height", "\n option height")
    matrix = "product,width,height,price\nwindow,400..800,any,5\nwindow,801..2400,400..1000,6.5\n"
    loaded = load({"c.cpq": text.encode(), "matrix.csv": matrix.encode()})
    assert loaded.diagnostics == ()
    first, second = loaded.catalog.price_lists[0].rows
    assert first.cells == ((("width",), Values(ranges=((Fraction(4, 10), Fraction(8, 10)),))),)
    assert [path for path, _ in second.cells] == [("width",), ("height",)]
    assert second.price == Fraction("6.5")


def test_customers_by_any_spelling_of_their_columns():
    text = "catalog c { currency EUR }\ncustomer { segment: a | b\n turnover: EUR }"
    rows = "ID,Name,TAX ID,Segment,turnover\nC-2,Bea,,b,5\nC-1,Ada,X,a,7.50\n"
    loaded = load({"c.cpq": text.encode(), "customers.csv": rows.encode()})
    assert loaded.diagnostics == ()
    ada, bea = loaded.catalog.customers
    assert (ada.id, ada.tax_id, ada.attributes["turnover"], bea.attributes["segment"]) == (
        "C-1",
        "X",
        Fraction("7.5"),
        "b",
    )
    assert ada.attributes["country"] == ""


def test_a_field_given_for_a_customer_may_be_asked_by_its_declared_kind():
    text = """catalog c { currency EUR }
customer { turnover: EUR }
product p { option a: x | y }
prices r in EUR when customer.turnover > 500 EUR and customer.region = "north" { p 5 EUR }
"""
    assert load({"c.cpq": text.encode()}).diagnostics == ()

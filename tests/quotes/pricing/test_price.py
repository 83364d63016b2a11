"""Prices worked out by hand, to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from catalogs.model import Customer
from quotes.pricing import Context, Line, line_sums, price, quote_sums
from rules.evaluator import ABSENT
from rules.kinds import Textual
from rules.typed import Add, Compare, Constant, Lookup, Reference, Values
from tests.quotes import small
from tests.quotes.small import DAY, row

MOTOR = small.enumeration("motor", "urban", "trail")
WIFI = small.truth("wifi")
WIDTH = small.number("width", 40, 80)
ENGRAVING = small.text("engraving")
SIZE = small.enumeration("size", "small", "large")
BAG = small.component("Bag", [SIZE], sellable=False)
BIKE = small.component("bike", [MOTOR, WIFI, WIDTH, ENGRAVING], [small.part("bags", "Bag", 0, 3)])
HELMET = small.component("helmet", [small.enumeration("shell", "hard")])

RETAIL = small.prices(
    "retail",
    row("", "1499", cost="900", line=2),
    row("motor", "300", "urban", cost="180", line=3),
    row("motor", "520.50", "trail", cost="300", line=4),
    row("wifi", "12.345", True, cost="3", line=5),
    row("bags", "5", cost="2", line=6),
    row("bags.size", "49", "small", cost="21", line=7),
    row("bags.size", "79", "large", cost="34", line=8),
    row("", "45.99", product="helmet", cost="20", line=9),
)
DEALER_LIST = small.prices(
    "dealer", row("", "1149", line=2), row("motor", "400.40", "trail", line=3), when=small.is_segment("dealer")
)
ENGRAVED = small.charge(
    "engraving_fee", small.money("19"), Compare("!=", Reference(Textual(), "engraving"), Constant(Textual(), ""))
)
CATALOG = small.catalog([BAG, BIKE, HELMET], [RETAIL, DEALER_LIST], [ENGRAVED], taxes=[small.tax("standard", "19")])

DEALER = Customer("C-1", "Dealer", {"segment": "dealer"}, segment="dealer", currency="EUR")
PLAIN = {"motor": "trail", "wifi": False, "width": Fraction(50), "engraving": "", "count(bags)": Fraction(0)}
FULL = PLAIN | {
    "wifi": True, "engraving": "Anna", "count(bags)": Fraction(2), "bags[0].size": "small", "bags[1].size": "large",
}  # fmt: skip


def ask(*lines: Line, customer: Customer | None = None, catalog=CATALOG, day=DAY):
    return price(catalog, Context.of(catalog, customer), lines, day)


def bike(configuration=PLAIN, quantity: int = 1, name: str = "1") -> Line:
    return Line(name, "bike", configuration, quantity)


def applied(line):
    return [(s.phase, s.rule, s.path, s.operator, s.operand, s.output) for s in line.steps if not s.not_applied]


def test_base_options_instances_and_charges_add_up() -> None:
    (line,) = ask(bike(FULL, 3)).lines
    # 1499 + 520.50 + 12.345 + 19 + 2 x 5 + 49 + 79 = 2188.845; three of them 6566.535, half a cent away from zero
    assert line.list_unit == line.net_unit == 2_188_845_000
    assert (line.list, line.net, line.discount) == (656_654, 656_654, 0)
    # 900 + 300 + 3 + 2 x 2 + 21 + 34 = 1262; the charge has no cost
    assert line.cost == 378_600
    assert applied(line) == [
        ("base", "retail", "", "set", 1499, 1_499_000_000),
        ("configure", "retail", "motor", "add", Fraction("520.5"), 2_019_500_000),
        ("configure", "retail", "wifi", "add", Fraction("12.345"), 2_031_845_000),
        ("configure", "engraving_fee", "", "add", 19, 2_050_845_000),
        ("configure", "retail", "bags[0]", "add", 5, 2_055_845_000),
        ("configure", "retail", "bags[0].size", "add", 49, 2_104_845_000),
        ("configure", "retail", "bags[1]", "add", 5, 2_109_845_000),
        ("configure", "retail", "bags[1].size", "add", 79, 2_188_845_000),
        ("extend", "extend", "", "times", 3, 656_654),
    ]


def test_tax_is_rounded_once_per_group() -> None:
    catalog = replace(CATALOG, taxes=(small.tax("standard", "19"), small.tax("reduced", "7", on=["helmet"])))
    found = ask(
        bike(name="a"), Line("b", "helmet", {"shell": "hard"}), Line("c", "helmet", {"shell": "hard"}), catalog=catalog
    )
    # 2019.50 at 19 % = 383.705; 2 x 45.99 = 91.98 at 7 % = 6.4386
    assert [(g.category, g.rate, g.taxable, g.tax) for g in found.taxes] == [
        ("reduced", Fraction(7, 100), 9_198, 644),
        ("standard", Fraction(19, 100), 201_950, 38_371),
    ]
    totals = found.totals
    assert (totals.list, totals.discount, totals.net, totals.tax, totals.gross) == (
        211_148,
        0,
        211_148,
        39_015,
        250_163,
    )


def test_a_dealer_falls_back_to_retail_and_sees_what_was_passed_over() -> None:
    (line,) = ask(bike(PLAIN | {"motor": "urban"}), customer=DEALER).lines
    assert line.net == 144_900  # 1149 of the dealer list, 300 of the retail list
    assert line.cost == 108_000  # the dealer row has no cost: 900 of the retail row, and 180
    lost = [(s.rule, s.operand, s.input == s.output) for s in line.steps if s.not_applied]
    assert lost == [("retail", 1499, True)]
    assert "dealer, prices.csv:2:1" in next(s.not_applied for s in line.steps if s.not_applied)


def test_a_customer_sees_nothing_of_a_list_for_others() -> None:
    (line,) = ask(bike()).lines
    assert all(step.rule != "dealer" for step in line.steps)


def test_the_most_specific_row_wins() -> None:
    wide = Values(ranges=((Fraction(60), Fraction(80)),))
    rows = [
        row("", "100"),
        row("motor", "10", "trail"),
        row("motor", "9", "trail", since=date(2026, 1, 1)),
        row("motor", "7", small.EVERY, line=4),
        row("motor", "20", "trail", cells=[("width", wide)], line=5),
        row("motor", "25", "trail", cells=[("width", wide), ("wifi", Values(frozenset({True})))], line=6),
        row("motor", "99", "trail", cells=[("width", small.EVERY)], since=date(2025, 1, 1), line=7),
        row("motor", "50", "trail", until=date(2026, 11, 20)),
    ]
    catalog = small.catalog([BAG, BIKE], [small.prices("a", *rows)])

    def motor(**changes: object) -> Fraction:
        (line,) = ask(bike(PLAIN | changes), catalog=catalog).lines
        return next(s.operand for s in line.steps if s.path == "motor" and not s.not_applied)

    assert motor() == 9  # single value before any value, the later first day before the earlier
    assert motor(motor="urban") == 7
    assert motor(width=Fraction(60)) == 20
    assert motor(width=Fraction(80), wifi=True) == 25


def test_a_list_for_the_customer_goes_before_conditions_of_a_row() -> None:
    cell = [("motor", Values(frozenset({"trail"})))]
    lists = [
        small.prices("a", row("", "90", cells=cell), row("", "100")),
        small.prices("b", row("", "95"), when=small.is_segment("dealer")),
    ]
    catalog = small.catalog([BAG, BIKE], lists)
    assert ask(bike(), catalog=catalog).totals.net == 9_000
    assert ask(bike(), catalog=catalog, customer=DEALER).totals.net == 9_500


def test_a_row_of_a_part_can_depend_on_the_product_and_on_its_own_instance() -> None:
    rows = [
        row("", "100"),
        row("bags", "5"),
        row("bags", "8", cells=[("bags.size", Values(frozenset({"large"})))]),
        row("bags.size", "1", "large", cells=[("motor", Values(frozenset({"urban"})))]),
    ]
    catalog = small.catalog([BAG, BIKE], [small.prices("a", *rows)])
    assert ask(bike(FULL), catalog=catalog).totals.net == 11_300
    assert ask(bike(FULL | {"motor": "urban"}), catalog=catalog).totals.net == 11_400


def test_a_switch_is_priced_where_it_is_on() -> None:
    catalog = small.catalog([BAG, BIKE], [small.prices("a", row("", "100"), row("wifi", "7"))])
    assert ask(bike(), catalog=catalog).totals.net == 10_000
    assert ask(bike(PLAIN | {"wifi": True}), catalog=catalog).totals.net == 10_700


@pytest.mark.parametrize(
    ("line", "catalog", "reason"),
    [
        (Line("1", "boat", {}), CATALOG, "the catalog has no product boat"),
        (bike(quantity=0), CATALOG, "a quantity of 0 has no price"),
        (
            bike(),
            replace(CATALOG, price_lists=()),
            "no price list in EUR for this customer has a row for bike on 2026-11-21",
        ),
        (
            bike(),
            replace(
                CATALOG,
                price_lists=(small.prices("m", row("", "1", cells=[("width", Values(frozenset({Fraction(77)})))])),),
            ),
            "no row for bike in m fits this configuration on 2026-11-21",
        ),
    ],
)
def test_a_line_without_a_price_says_why_and_is_in_no_total(line: Line, catalog, reason: str) -> None:
    found = ask(line, catalog=catalog)
    assert [(u.line, u.reason) for u in found.unpriced] == [("1", reason)]
    assert found.lines == ()
    assert found.totals.gross == 0


def test_the_record_of_a_charge_with_a_formula_keeps_its_residue() -> None:
    weights = {"urban": Fraction(1, 3), "trail": Fraction(2, 3)}
    third = Lookup(small.EUR, Reference(MOTOR.kind, "motor"), "weight", weights)
    amounts = [
        small.charge("a", Add(small.EUR, ((Fraction(1), third),))),
        small.charge("b", Add(small.EUR, ((Fraction(2), third),))),
    ]
    catalog = small.catalog([BAG, BIKE], [small.prices("p", row("", "1"))], amounts)
    (line,) = ask(bike(), catalog=catalog).lines
    assert [(s.output, s.residue) for s in line.steps[:3]] == [
        (1_000_000, 0), (1_666_667, Fraction(1, 3)), (3_000_000, 0),
    ]  # fmt: skip
    assert line.net == 300


def test_a_yen_has_no_cents_and_a_dinar_three() -> None:
    lists = [
        small.prices("yen", row("", "1500.5"), currency="JPY"),
        small.prices("dinar", row("", "12.3456"), currency="KWD"),
    ]
    catalog = replace(CATALOG, price_lists=tuple(lists))
    yen = price(catalog, Context(None, "JPY"), [bike(FULL)], DAY)
    assert (yen.minor_units, yen.totals.net, yen.totals.tax) == (0, 1_501, 285)  # the charge is in EUR: not for yen
    assert price(catalog, Context(None, "KWD"), [bike()], DAY).totals.net == 12_346


def test_tax_by_customer_goes_before_tax_by_product_before_the_standard() -> None:
    taxes = [
        small.tax("standard", "19"),
        small.tax("reduced", "7", on=["bike"]),
        small.tax("reverse", "0", when=small.is_segment("dealer")),
        small.tax("luxury", "33"),
    ]
    catalog = replace(CATALOG, taxes=tuple(taxes))
    assert ask(bike(), catalog=catalog).lines[0].tax_category == "reduced"
    assert ask(bike(), catalog=catalog, customer=DEALER).lines[0].tax_category == "reverse"
    assert ask(Line("1", "helmet", {"shell": "hard"}), catalog=catalog).lines[0].tax_category == "standard"
    assert ask(bike(), catalog=replace(CATALOG, taxes=())).taxes[0].category == "none"


def test_the_hash_is_of_the_inputs() -> None:
    first, again = ask(bike(FULL)), ask(bike(dict(reversed(FULL.items()))))
    assert first == again
    assert first.input_hash != ask(bike(FULL, 2)).input_hash
    assert first.input_hash != ask(bike(FULL), customer=DEALER).input_hash


def test_two_lines_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        ask(bike(), bike())


def test_what_conditions_may_ask_of_a_line_and_a_quote() -> None:
    scaled = replace(CATALOG, scales=(small.scale("volume", (1, 4, "0%"), (5, None, "4%")),))
    found = ask(bike(quantity=5), catalog=scaled)
    sums = line_sums(found, found.lines[0])
    assert sums["list"] == Fraction("10097.5")
    assert sums["net"] == Fraction("9693.6")
    assert sums["total"] == Fraction("9693.6") + Fraction("1841.78")
    assert sums["discount"] == Fraction(4, 100)
    assert sums["margin"] == (Fraction("9693.6") - 6000) / Fraction("9693.6")
    assert quote_sums(found)["quantity"] == 5
    without = replace(CATALOG, price_lists=(small.prices("p", row("", "100")),))
    found = ask(bike(), catalog=without)
    assert line_sums(found, found.lines[0])["margin"] is ABSENT

"""Scales by hand, and the published cases of other systems that these phases cover."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from catalogs.model import Catalog, Customer, Scale
from quotes.pricing import Context, Line, PricedQuote, price
from rules.kinds import Quantity
from rules.typed import Compare, Constant, Reference
from tests.quotes import small
from tests.quotes.small import DAY, row, scale

MOTOR = small.enumeration("motor", "urban", "trail")
BIKE = small.component("bike", [MOTOR])
HELMET = small.component("helmet", [small.enumeration("shell", "hard")])
TIERS = [(1, 4, "0%"), (5, 19, "4%"), (20, None, "7%")]


def catalog(*scales: Scale, base: str = "100", helmet: str = "40") -> Catalog:
    rows = [row("", base), row("motor", "10", "trail"), row("", helmet, product="helmet")]
    return small.catalog([BIKE, HELMET], [small.prices("p", *rows)], scales=scales)


def ask(
    found: Catalog, *quantities: int, motor: str = "urban", helmets: int = 0, customer: Customer | None = None
) -> PricedQuote:
    lines = [Line(str(n), "bike", {"motor": motor}, quantity) for n, quantity in enumerate(quantities)]
    if helmets:
        lines.append(Line("h", "helmet", {"shell": "hard"}, helmets))
    return price(found, Context.of(found, customer), lines, DAY)


def nets(found: PricedQuote) -> list[int]:
    return [line.net for line in found.lines]


def test_volume_takes_one_rate_for_all() -> None:
    found = catalog(scale("volume", *TIERS))
    assert nets(ask(found, 4)) == [40_000]
    assert nets(ask(found, 5)) == [48_000]
    assert nets(ask(found, 20)) == [186_000]
    (line,) = ask(found, 5).lines
    assert (line.list, line.discount, line.list_unit, line.net_unit) == (50_000, 2_000, 100_000_000, 96_000_000)


@pytest.mark.parametrize(
    ("over", "expected"), [("line", [30_000, 30_000]), ("family", [28_800, 28_800]), ("quote", [27_900, 27_900])]
)
def test_which_quantity_counts(over: str, expected: list[int]) -> None:
    found = ask(catalog(scale("volume", *TIERS, over=over)), 3, 3, helmets=20)
    assert nets(found)[:2] == expected
    assert nets(found)[2] == 80_000  # no scale is on helmets


def test_graduated_prices_each_unit_in_its_tier() -> None:
    found = catalog(scale("graduated", *TIERS))
    # 4 x 100 + 15 x 96 + 1 x 93
    assert nets(ask(found, 20)) == [40_000 + 144_000 + 9_300]
    amounts = catalog(scale("graduated", (1, 5, "7"), (6, 10, "6.50"), (11, None, "6")))
    assert nets(ask(amounts, 25)) == [15_750]


def test_graduated_over_lines_is_their_average() -> None:
    found = ask(catalog(scale("graduated", *TIERS, over="family")), 2, 6)
    # 8 units: 4 free of discount, 4 at 4 % -> 2 % for each of them
    assert nets(found) == [19_600, 58_800]


def test_an_average_stays_exact_until_the_line_is_extended() -> None:
    tiers = [(1, 1000, "0.01"), (1001, 10_000, "0.008"), (10_001, None, "0.005")]
    (line,) = ask(catalog(scale("graduated", *tiers)), 15_001).lines
    assert line.net == 10_701  # 107.005, where 15,001 x 0.007133 would be 107.00
    assert line.steps[-1].residue == Fraction(1, 2)


def test_block_and_package() -> None:
    block = catalog(scale("block", (1, 10, "10"), (11, 20, "18")))
    assert [nets(ask(block, n)) for n in (1, 10, 11, 20)] == [[1_000], [1_000], [1_800], [1_800]]
    (line,) = ask(block, 21).lines
    assert line.net == 210_000
    assert [s.not_applied for s in line.steps if s.not_applied] == ["it has no tier for a quantity of 21"]
    package = catalog(scale("package", (1, 10, "0"), (11, 20, "100")))
    assert [nets(ask(package, n)) for n in (10, 11, 20, 21, 121)] == [[0], [10_000], [10_000], [20_000], [120_000]]
    open_end = catalog(scale("package", (1, 10, "30"), (11, None, "50")))
    assert [nets(ask(open_end, n)) for n in (7, 11, 500)] == [[3_000], [8_000], [8_000]]


def test_bounds_of_the_unit_price() -> None:
    found = catalog(scale("volume", (1, None, "50%"), minimum="60", maximum="70"))
    assert nets(ask(found, 2)) == [12_000]
    assert nets(ask(catalog(scale("volume", (1, None, "5%"), maximum="70")), 1)) == [7_000]
    assert nets(ask(catalog(scale("volume", (1, None, "35%"), minimum="60", maximum="70")), 1)) == [6_500]


def test_one_scale_applies_and_the_others_are_recorded() -> None:
    trail = small.equals(MOTOR, "trail")
    dealers = Compare(">=", Reference(Quantity(), "quantity"), Constant(Quantity(), Fraction(3)))
    found = catalog(scale("volume", (1, None, "10%"), name="b", when=trail), scale("volume", (1, None, "3%"), name="a"))
    assert nets(ask(found, 1)) == [9_700]
    (line,) = ask(found, 1, motor="trail").lines
    assert line.net == 9_900
    assert [(s.rule, s.not_applied) for s in line.steps if s.not_applied] == [("a", "scale b goes before it")]
    by_quantity = catalog(scale("volume", (1, None, "10%"), when=dealers))
    assert [nets(ask(by_quantity, n)) for n in (2, 3)] == [[20_000], [27_000]]


def test_amounts_are_in_the_currency_of_the_catalog() -> None:
    found = catalog(scale("volume", (1, None, "7")))
    dollars = replace(found, price_lists=(replace(found.price_lists[0], currency="USD"),))
    assert price(dollars, Context(None, "USD"), [Line("1", "bike", {"motor": "urban"})], DAY).totals.net == 10_000


# --- published cases --------------------------------------------------------------------------------

PUBLISHED = json.loads((Path(__file__).parent / "data/published_tiers.json").read_text(encoding="utf-8"))
"""Cases of other systems' own tests and documents: all without a flat fee per tier, at a quantity of 1 or more."""


def as_scale(inputs: dict) -> Scale:
    if inputs["mode"] == "block":
        return scale("block", *((low, high - 1, str(amount)) for low, high, amount in inputs["blocks"]))
    if inputs["mode"] == "package":
        size, free = inputs["size"], inputs.get("free_units", 0)
        tiers = [(1, free, "0")] if free else []
        return scale("package", *tiers, (free + 1, free + size, str(inputs["price"])))
    tiers, low = [], 1
    for high, amount, _ in inputs["tiers"]:
        tiers.append((low, high, str(amount)))
        low = (high or 0) + 1
    return scale(inputs["mode"], *tiers)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in PUBLISHED])
def test_published_tiers(case: dict) -> None:
    found = nets(ask(catalog(as_scale(case["inputs"])), case["inputs"]["quantity"]))
    assert found == [int(Decimal(case["expected"]) * 100)]


@pytest.mark.parametrize(("mode", "expected"), [("volume", 210_000), ("graduated", 238_000)])
def test_published_schedules_by_rate(mode: str, expected: int) -> None:
    """Cases tiers-053 and tiers-054: 1-9 10 %, 10-19 20 %, 20 and more 30 %, thirty units at 100.00."""
    assert nets(ask(catalog(scale(mode, (1, 9, "10%"), (10, 19, "20%"), (20, None, "30%"))), 30)) == [expected]


@pytest.mark.parametrize(
    ("lines", "rate", "taxable", "tax"),
    [
        ([("1000", 1)], "25", 100_000, 25_000),  # tax-001
        ([("2141.05", 1)], "14", 214_105, 29_975),  # tax-003
        ([("45.94", 1)], "10", 4_594, 459),  # tax-021
        ([("10.10", 10)], "23", 10_100, 2_323),  # tax-022: on the line, not ten times 2.32
        ([("11.50", 1), ("11.50", 1)], "15", 2_300, 345),  # tax-030: on the sum
        ([("1.24", 1), ("1.24", 1)], "10", 248, 25),  # tax-037: on the sum
        ([("12.5934", 3)], "0", 3_778, 0),  # tax-014: the line is rounded once
    ],
)
def test_published_taxes(lines: list[tuple[str, int]], rate: str, taxable: int, tax: int) -> None:
    helmets = [small.component(f"h{n}", [MOTOR]) for n in range(len(lines))]
    rows = [row("", amount, product=f"h{n}") for n, (amount, _) in enumerate(lines)]
    found = small.catalog(helmets, [small.prices("p", *rows)], taxes=[small.tax("standard", rate)])
    asked = [Line(str(n), f"h{n}", {"motor": "urban"}, quantity) for n, (_, quantity) in enumerate(lines)]
    (group,) = price(found, Context(None, "EUR"), asked, DAY).taxes
    assert (group.taxable, group.tax) == (taxable, tax)


@pytest.mark.parametrize(
    ("amount", "expected"), [("39.495", 3_950), ("-39.495", -3_950), ("5.235", 524), ("5.2349", 523), ("0.005", 1)]
)
def test_published_roundings(amount: str, expected: int) -> None:
    """Cases stacking-033 and stacking-034, and their mirror: half a cent goes away from zero."""
    assert nets(ask(catalog(base=amount), 1)) == [expected]

"""The example quotes cost what a person works out by hand from the price files, to the cent."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from catalogs import load_folder
from configurator import compile_product
from configurator.engines.planner import build_engine
from quotes.build import build_quote
from quotes.documents import render_quote
from quotes.exchange import read_quote, write_quote
from quotes.orders import accept, product_order
from quotes.quote import Quote
from quotes.request import read_request

EXAMPLES = Path(__file__).parents[2] / "catalogs" / "examples"
D = Fraction

# Unit prices as a sum of the rows of the price files, in EUR, and the discount of the quantity scale.
EBIKE = sum(map(D, ("1149", "531.30", "377.30", "30", "95", "35", "89", "149", "34.30", "19")))
CITY_BIKE = sum(
    map(D, ("1149", "231", "292.60", "110", "180", "120", "39", "34.30", "79", "69", "210", "180", "40", "110"))
)
OFFICE = sum(
    map(D, ("149", "222.90", "49.90", "173.90", "140.90", "96.90", "96.90", "19", "29", "119", "79", "229", "4.50"))
)
STUDIO = sum(
    map(
        D,
        ("149", "424.90", "150.90", "309.90", "485.80", "560.90", "116.90", "151.90", "29", "145", "29", "259", "278",
         "918", "138", "59"),
    )
)  # fmt: skip
SMALL_WINDOW = (
    sum(map(D, ("275.04", "38.90", "13.70", "39", "36", "104.40", "85.70", "18")))
    + 38 * D("1.6974")
    + D("6.80") * D("5.22")
)
LARGE_WINDOW = sum(map(D, ("563.04", "172.80", "85", "13.70", "45", "59.84"))) + (D("98.20") + 129) * D("4.8375")

# catalog: (unit list, quantity, rate off the list as a graduated scale gives it), net, tax, gross in cents
QUOTES = {
    "ebikes": (((EBIKE, 6, D("0.04")), (CITY_BIKE, 2, D("0.04"))), 1991155, 378319, 2369474),
    "workstations": (((OFFICE, 12, D("0.03") * 3 / 12), (STUDIO, 1, D(0))), 2099711, 398945, 2498656),
    "windows": (((SMALL_WINDOW, 8, D("0.03")), (LARGE_WINDOW, 3, D("0.03"))), 1144724, 217498, 1362222),
}


def half_away(value: Fraction) -> int:
    """Round half away from zero."""
    whole, rest = divmod(abs(value), 1)
    return int(whole + (rest >= D(1, 2))) * (1 if value >= 0 else -1)


@cache
def quote_of(name: str) -> Quote:
    folder = EXAMPLES / name
    catalog = load_folder(folder).catalog
    request, problems = read_request((folder / "request.json").read_bytes())
    assert request is not None, problems
    built = {line.product: build_engine(compile_product(catalog, line.product, request.day)) for line in request.lines}
    quote, problems = build_quote(catalog, request, quote_id="Q-1", engines=lambda _, product, __: built[product])
    assert quote is not None, problems
    return quote


@pytest.mark.parametrize("name", QUOTES)
def test_example_quotes_cost_what_hand_and_paper_say(name: str) -> None:
    lines, net, tax, gross = QUOTES[name]
    priced = quote_of(name).priced
    assert [line.list_unit for line in priced.lines] == [half_away(unit * 1_000_000) for unit, _, _ in lines]
    assert [line.net for line in priced.lines] == [
        half_away(unit * (1 - rate) * pieces * 100) for unit, pieces, rate in lines
    ]
    assert (priced.totals.net, priced.totals.tax, priced.totals.gross) == (net, tax, gross)


@pytest.mark.parametrize("name", QUOTES)
def test_example_quotes_become_documents_and_orders(name: str) -> None:
    quote = quote_of(name)
    assert render_quote(quote).startswith(b"%PDF-")
    assert read_quote(write_quote(quote))[0] == quote
    order = product_order(accept(quote, "O-1", quote.day))
    assert len(order["productOrderItem"]) == len(quote.lines)

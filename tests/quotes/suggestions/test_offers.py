"""The whole list: valid, entitled, exact, ranked by policy, the same every time, and nothing of the seller's for a customer."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from catalogs.marks import Label
from configurator import compile_product
from configurator.engines.protocol import Budget
from configurator.session import Chosen, start
from quotes.pricing import Inputs
from quotes.suggestions import Offer, Past, likely, line_offers, quote_offers
from quotes.suggestions.counts import Counts
from quotes.suggestions.history import History
from quotes.suggestions.past import BASKET, Sale
from quotes.suggestions.ranking import ranked
from quotes.suggestions.shape import Evidence
from quotes.suggestions.upgrade import wish
from tests.quotes import shop
from tests.quotes.shop import DAY
from tests.quotes.suggestions import deals
from tests.quotes.suggestions.deals import bike, deal, due, priced, whole

MORE = """
promotion both "Both" { on bike need lock give 10% }
fee freight "Freight" { charge 90.00 EUR when quote.net < 4000 EUR }
prefer light on bike weight 3 { lights = yes }
prefer far on bike weight 5 { battery = b900 }
"""
CATALOG = deals.catalog(MORE)
MODEL = compile_product(CATALOG, "bike", DAY)
BASKETS = Counts.of(
    [Sale(frozenset({(BASKET, "bike"), (BASKET, "lock")}), DAY)] * 30
    + [Sale(frozenset({(BASKET, "bike")}), DAY)] * 10
    + [Sale(frozenset({(BASKET, "car")}), DAY)] * 20
)
SOLD = History.of(
    [Sale(frozenset({("motor", "urban"), ("battery", "b500"), ("lights", "yes"), ("colour", "gold")}))] * 40
    + [Sale(frozenset({("motor", "cargo"), ("battery", "b900"), ("lights", "no"), ("colour", "red")}))] * 60
)
PAST = Past({"bike": SOLD}, BASKETS)
LIGHTS = wish(MODEL, "lights", True, Label("lights", {"de": "Licht"}))


def offers(more: str = MORE, viewer: str = "rep", **given: object) -> tuple[Offer, ...]:
    catalog = deals.catalog(more)
    here = deal(catalog, bike(quantity=2), choices={"1": {"motor": "urban"}}, **given)
    return quote_offers(here, wishes={"1": [LIGHTS]}, past=PAST, most=50, viewer=viewer)  # type: ignore[arg-type]


@pytest.mark.parametrize("ranking", ["", "policy ours { rank by margin }\n"])
def test_every_offer_is_valid_and_its_totals_are_those_of_pricing_it(ranking: str) -> None:
    catalog = deals.catalog(MORE + ranking)
    now = priced(catalog, bike(quantity=2))
    found = offers(MORE + ranking)
    assert {one.kind for one in found} >= {"declared", "upgrade", "tier", "bundle", "history"}
    for one in found:
        if one.line.product == "bike":
            values = {path: value for path, value in one.line.configuration.items() if path != "engraving"}
            assert values in [{p: v for p, v in valid.items() if p != "engraving"} for valid in whole()]
        lines = (bike(quantity=2), one.line) if one.is_new else (one.line,)
        then = priced(catalog, *lines)
        assert (one.total, one.delta) == (due(then), due(then) - due(now))
        line = next(line for line in then.lines if line.id == one.line.id)
        assert one.line_total == line.net
        assert one.line_delta == line.net - (0 if one.is_new else now.lines[0].net)
        costs = [sum(line.cost or 0 for line in quote.lines) for quote in (then, now)]
        assert one.margin == one.delta - (costs[0] - costs[1])
        assert set(one.reason.translations) >= {"de", "fr"} or one.kind == "declared"


def test_the_list_is_ranked_by_the_policy_and_is_the_same_every_time() -> None:
    by_value, by_margin = offers(), offers(MORE + "policy ours { rank by margin }\n")
    assert {(one.kind, one.name) for one in by_value} == {(one.kind, one.name) for one in by_margin}
    for one, after in pairwise(by_value):
        saving = [max(0, -each.delta) * each.probability for each in (one, after)]
        assert saving[0] >= saving[1]
        assert saving[0] > saving[1] or one.probability >= after.probability
    for one, after in pairwise(by_margin):
        assert (one.margin or 0) * one.probability >= (after.margin or 0) * after.probability
    assert by_value == offers()
    assert offers()[:2] == quote_offers(
        deal(CATALOG, bike(quantity=2), choices={"1": {"motor": "urban"}}),
        wishes={"1": [LIGHTS]}, past=PAST, most=2, viewer="rep",
    )  # fmt: skip


def test_equal_offers_are_in_order_of_names_and_said_once() -> None:
    twins = [
        Offer(
            bike(lights=True, colour=colour), is_new=False, changes={"colour": colour}, reason=Label(name),
            evidence=(Evidence(kind, name),), currency="EUR", line_total=1, line_delta=1, total=1, delta=1,
            probability=Fraction(chance), margin=1,
        )
        for name, kind, colour, chance in (
            ("b", "upgrade", "gold", "1/2"), ("a", "upgrade", "red", "1/2"), ("c", "history", "gold", "3/4"),
        )
    ]  # type: ignore[arg-type] # a kind  # fmt: skip
    found = ranked(reversed(twins), "customer value")
    assert [offer.name for offer in found] == ["b", "a"]
    assert [evidence.name for evidence in found[0].evidence] == ["b", "c"]
    assert found[0].probability == Fraction(3, 4)
    equal = [twin for twin in twins if twin.kind == "upgrade"]
    assert [offer.name for offer in ranked(equal, "margin")] == ["a", "b"]


def test_a_customer_reads_no_margin_and_nothing_he_may_not_see() -> None:
    assert all(one.margin is not None for one in offers())
    assert all(one.margin is None for one in offers(viewer="customer"))
    gold = wish(MODEL, "colour", "gold", Label("golden"))
    big = wish(MODEL, "battery", "b900", Label("far"))

    def texts(more: str) -> str:
        catalog = deals.catalog(MORE + more)
        here = deal(catalog, bike(), customer=shop.DEALER, choices={"1": {"motor": "urban"}})
        return repr(quote_offers(here, wishes={"1": [gold, big]}, past=PAST, most=50))

    assert "gold" in texts("")
    assert "b900" in texts("")
    for secret in ("gold", "b900", "900 Wh"):
        assert secret not in texts(deals.ENTITLED)


def test_what_may_not_be_bought_is_not_offered() -> None:
    only = "entitle bikes { may see, price, buy bike up to 2 }\n"
    found = offers(MORE + only)
    assert found
    assert all(one.line.product == "bike" and one.line.quantity <= 2 for one in found)


def test_an_offer_that_breaks_a_floor_or_asks_for_an_approval_is_not_made() -> None:
    assert any(one.kind == "bundle" for one in offers())
    for rule in (
        'floor few { quote.quantity <= 2 because "No." }\n',
        'approve deals { when line.discount >= 5% by boss because "Ask." }\n',
    ):
        assert not any(one.kind == "bundle" for one in offers(MORE + rule))


def test_without_time_nothing_is_offered_and_a_quote_without_a_price_has_no_offers() -> None:
    assert offers(budget=Budget(seconds=0)) == ()
    catalog = deals.catalog(MORE + "entitle none { may see lock }\n")
    assert quote_offers(deal(catalog, bike()), past=PAST) == ()


def test_products_come_from_baskets_with_what_is_known_of_them() -> None:
    found = [one for one in offers() if one.name == "lock" and one.kind == "history"]
    bundle = next(one for one in offers() if one.kind == "bundle")
    assert not found  # the bundle makes the same offer, and is named first
    facts = next(one.facts for one in bundle.evidence if one.kind == "history")
    assert facts == {
        "given": "bike", "taken": "lock", "support": "30", "confidence": "75.00 %", "at least": "59.80 %", "lift": "1.50",
    }  # fmt: skip


def test_a_value_is_offered_that_others_took_with_the_same_choices() -> None:
    here = deal(CATALOG, bike(), choices={"1": {"motor": "urban"}})
    found = {one.name: one for one in line_offers(here, "1", past=PAST, most=50)}
    assert found["battery=b500"].changes == {"battery": "b500"}
    assert found[
        "battery=b500"
    ].reason.text == "100 % of those who chose Motor: Urban 250 also took battery: 500 Wh." or (
        "100 % of those who chose" in found["battery=b500"].reason.text
    )
    # a cargo bike's battery goes with the motor, not with how popular it is
    cargo = deal(CATALOG, bike(motor="cargo", battery="b500"), choices={"1": {"motor": "cargo"}})
    names = {one.name for one in line_offers(cargo, "1", past=PAST, most=50)}
    assert "battery=b900" in names
    assert "battery=b500" not in names


def test_only_possible_values_are_likely() -> None:
    session = start(deals.engine(CATALOG, "bike", DAY), [Chosen("motor", "cargo")])
    assert [item[1] for item, _ in likely(session, SOLD, "battery")] == ["b900", "b500"]
    assert [item[1] for item, _ in likely(session, SOLD, "colour")] == ["red"]


def test_a_promotion_by_coupon_is_offered_to_who_has_it() -> None:
    coupon = 'promotion code "Code" coupon "X" { on bike need lock give 20% }\n'
    assert not any(one.name == "code" for one in offers(MORE + coupon))
    assert any(one.name == "code" for one in offers(coupon, inputs=Inputs(coupons=("X",))))

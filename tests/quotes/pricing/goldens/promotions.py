"""Goldens of category "stacking" that speak of promotions: exclusive ones, steps in sequence, multi-buys, prices for all, minimum prices.

Units that a case lists are one product whose price depends on an option, so that one aim names all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from catalogs.marks import ALWAYS, Label
from catalogs.model import Catalog
from catalogs.policy import Aim, Floor, Give, Money, Policy, Promotion, PromotionAim, PromotionGroup
from quotes.pricing.context import Context, Line
from quotes.pricing.record import PricedQuote
from quotes.pricing.waterfall import price
from rules.kinds import Money as MoneyKind
from rules.kinds import Record
from rules.typed import Compare, Constant, Member, Reference
from tests.quotes import small
from tests.quotes.pricing.goldens.numbers import agrees, exact

EUR = MoneyKind("EUR")
Stated = str | int | float | list[Any] | dict[str, Any]
"""What a case expects, as JSON has it."""

ONE_OF = ("promos", "min", "buy_qty", "get_qty", "units", "steps", "rules")
"""What the inputs of a case have that is for this module; `handles` says which cases are."""


def handles(case: Mapping[str, Any]) -> bool:
    """Say whether a case is one of promotions: so is what has one of these inputs and no tax."""
    return any(key in case["inputs"] for key in ONE_OF) and "tax" not in case["inputs"]


def check(case: Mapping[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    if "promos" in inputs:
        _exclusive(case)
    elif "min" in inputs:
        _minimum(inputs, expected)
    elif "buy_qty" in inputs or "get_qty" in inputs:
        _given_free(inputs, expected)
    elif "units" in inputs:
        _multi_buy(inputs, expected)
    elif "rules" in inputs:
        _together(inputs, expected)
    else:
        _in_sequence(inputs, expected)


def _exclusive(case: Mapping[str, Any]) -> None:
    """Promotions of which one applies: the best for the customer; where one is exclusive, the exclusive ones first."""
    inputs, offers = case["inputs"], []
    for number, one in enumerate(case["inputs"]["promos"]):
        stated = one if isinstance(one, dict) else {"d": one}
        text = str(stated["d"])
        shuts = bool(stated.get("exclusive")) or text.startswith("exclusive")
        give = _give(text.removeprefix("exclusive").strip())
        offers.append((f"o{number}", int(stated.get("p", 0)) + (1_000 if shuts else 0), shuts, give))
    mixed = len({shuts for _, _, shuts, _ in offers}) > 1
    group = PromotionGroup("alone", "first" if mixed else "best one", "quote", (), small.span())
    promotions = [_promotion(name, give, group="alone", priority=rank) for name, rank, _, give in offers]
    catalog = _catalog([exact(inputs["price"])], promotions, [group])
    ours = case.get("reference_value", case["expected"])
    assert agrees(_net(_price(catalog)), ours), case["id"]
    if case["status"] == "peer-specific":
        assert agrees(_net(_price(catalog, Policy("by priority", promotions="priority"))), case["expected"]), case["id"]


def _minimum(inputs: Mapping[str, Any], expected: Stated) -> None:
    """Return nothing below a minimum price of one unit, whatever the discount."""
    unit = Member(EUR, Reference(Record("line", {"unit_price": EUR}), "line"), "unit_price")
    condition = Compare(">=", unit, Constant(EUR, exact(inputs["min"])))
    floor = Floor("minimum", condition, Label("Minimum"), ALWAYS, small.span())
    catalog = _catalog([exact(inputs["price"])], [_promotion("off", _give(str(inputs["discount"])))])
    catalog = replace(catalog, floors=(floor,))
    quantity = int(inputs.get("qty", 1))
    for lines in ([quantity], [1] * quantity):
        found = _price(catalog, quantities=lines, kinds=[0] * len(lines))
        stated = expected if isinstance(expected, dict) else {"total": expected}
        assert agrees(_net(found), stated["total"]), found
        if "discount" in stated:
            assert agrees(Fraction(found.totals.discount, 100), stated["discount"])


def _given_free(inputs: Mapping[str, Any], expected: Stated) -> None:
    """Buy some of one product, get units of another free: the customer gets the dearest."""
    units = inputs.get("units") or [[inputs["target_unit"], inputs.get("target_qty", 2)]]
    own = _aim(int(inputs["get_qty"]), "p")
    promotion = replace(_promotion("free", Give(free=own)), need=(_aim(int(inputs.get("buy_qty", 1)), "q"),))
    catalog = _catalog([exact(unit) for unit, _ in units], [promotion])
    more = [Line("buy", "q", {}, int(inputs.get("buy_qty", 1)))]
    found = _price(catalog, quantities=[int(count) for _, count in units], more=more)
    saved = [Fraction(line.discount, 100) for line in found.lines if line.id != "buy"]
    wanted = expected if isinstance(expected, list) else [expected]
    assert all(agrees(a, b) for a, b in zip(saved, wanted, strict=True)), saved


def _multi_buy(inputs: Mapping[str, Any], expected: Stated) -> None:
    """Some units together: a third of them free, a price for all, an amount off all."""
    prices = [exact(unit) for unit in inputs["units"]]
    kinds = sorted(set(prices), reverse=True)
    quantities = [prices.count(one) for one in kinds]
    limit = inputs.get("applications")
    policy = Policy()
    if "set_price" in inputs:
        money = Money(exact(inputs["set_price"]), "EUR")
        promotion = replace(_promotion("all", Give(price=money)), on=(_aim(len(prices), "p"),))
    elif "discount" in inputs:
        promotion = _promotion("off", _give(str(inputs["discount"])))
    else:
        promotion = replace(_promotion("third", Give(free=_aim(1, "p"))), need=(_aim(2, "p"),), per_quote=limit)
        policy = Policy("the cheapest is free", promotions="seller")
    found = _price(_catalog(kinds, [promotion]), policy, quantities)
    assert agrees(Fraction(found.totals.discount, 100), expected), found.promotions


def _together(inputs: Mapping[str, Any], expected: Stated) -> None:
    """Several rules on the same price: each is taken of the price itself."""
    group = PromotionGroup("all", "stack", "quote", (), small.span())
    offers = [_promotion(f"o{n}", _give(str(rule)), group="all") for n, rule in enumerate(inputs["rules"])]
    found = _price(_catalog([exact(inputs["price"])], offers, [group]), Policy("added", percentages="additive"))
    assert agrees(Fraction(found.totals.discount, 100), expected)


def _in_sequence(inputs: Mapping[str, Any], expected: Stated) -> None:
    """Steps one after another, each on what the former left."""
    group = PromotionGroup("steps", "in sequence", "quote", (), small.span())
    steps = [str(step) for step in inputs["steps"]]
    offers = [_promotion(f"o{n}", _give(step), group="steps", priority=-n) for n, step in enumerate(steps)]
    prices = [exact(one) for one in inputs.get("prices", [inputs.get("price", inputs.get("list"))])]
    quantity = int(inputs.get("qty", 1))
    found = _price(_catalog(prices, offers, [group]), quantities=[quantity] * len(prices))
    if not isinstance(expected, list):
        assert agrees(_net(found), expected)
        return
    assert found.promotions is not None
    given = {one.name: dict(one.by_line) for one in found.promotions.applied}
    for number, shares in enumerate(expected):
        own = [Fraction(given[f"o{number}"].get(str(line), 0), 100) for line in range(len(shares))]
        assert all(agrees(a, b) for a, b in zip(own, shares, strict=True)), own


def _give(text: str) -> Give:
    """Read ``-20%``, ``10%``, ``-10.00`` or ``10``."""
    size = text.removeprefix("-")
    if size.endswith("%"):
        return Give(rate=exact(size[:-1]) / 100)
    return Give(amount=Money(exact(size), "EUR"))


def _aim(quantity: int, product: str) -> PromotionAim:
    return PromotionAim(quantity, Aim(product), None, small.span())


def _promotion(name: str, give: Give, *, group: str | None = None, priority: int = 0) -> Promotion:
    """Return a promotion on the whole quote, until it is given something to be on."""
    return Promotion(
        name, Label(name), None, (), (), None, give, None, None, None, None, group, priority, ALWAYS, small.span()
    )


def _catalog(
    prices: Sequence[Fraction], promotions: Sequence[Promotion], groups: Sequence[PromotionGroup] = ()
) -> Catalog:
    """Return a product ``p`` that has each price for a kind of its own, and a product ``q`` at 10."""
    kind = small.enumeration("kind", *(f"k{n}" for n in range(len(prices))))
    rows = [small.row("", "0", product="p"), small.row("", "10", product="q")]
    rows += [small.row("kind", str(one), f"k{n}", product="p") for n, one in enumerate(prices)]
    made = small.catalog([small.component("p", [kind]), small.component("q", [])], [small.prices("retail", *rows)])
    return replace(made, promotions=tuple(promotions), groups=tuple(groups))


def _price(
    catalog: Catalog,
    policy: Policy | None = None,
    quantities: Sequence[int] = (1,),
    more: Sequence[Line] = (),
    kinds: Sequence[int] = (),
) -> PricedQuote:
    chosen = kinds or range(len(quantities))
    lines = [
        Line(str(n), "p", {"kind": f"k{kind}"}, count)
        for n, (kind, count) in enumerate(zip(chosen, quantities, strict=True))
    ]
    return price(catalog, Context(None, "EUR"), [*lines, *more], small.DAY, policy=policy or Policy())


def _net(found: PricedQuote) -> Fraction:
    return Fraction(found.totals.net, 100)

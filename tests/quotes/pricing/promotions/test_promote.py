"""The phase "promote" on whole quotes: the oracle's optimum, the record, groups, layers, limits, floors, reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from catalogs.marks import Effectivity
from catalogs.model import Catalog
from catalogs.policy import Aim, Give, Money, Policy, Promotion, PromotionAim, PromotionGroup
from quotes.pricing import SEQUENCE
from quotes.pricing.context import Context, Line
from quotes.pricing.inputs import History, Inputs
from quotes.pricing.promotions import loss_of, promote
from quotes.pricing.record import Certificate, PricedQuote
from quotes.pricing.sheet import Desk, Sheet
from quotes.pricing.waterfall import lay_out, price, stages_of, through
from rules.typed import Compare, Constant, Reference
from tests.bench.promotions import baskets, certificate
from tests.quotes import small
from tests.quotes.pricing.promotions.agreement import check_basket, priced
from tests.quotes.pricing.promotions.baskets import (
    Basket, Offered, best_saving, catalog_of, every_set, lines_of, promotion_of, some_basket,
)  # fmt: skip
from tests.quotes.small import DAY


@pytest.mark.parametrize("first", range(0, 2_400, 300))
def test_trying_every_set_finds_nothing_better(first: int) -> None:
    for seed in range(first, first + 300):
        check_basket(seed)


def test_the_baskets_are_worth_it() -> None:
    """Sets compete, order discounts stand beside items, floors bind: otherwise the oracle would show little."""
    found = [priced(some_basket(seed)).promotions for seed in range(120)]
    assert sum(len(one.applied) > 1 for one in found if one) > 24
    assert sum(any(loss.loss for loss in one.rejected) for one in found if one) > 24
    assert sum("dynamic programming" in one.method for one in found if one) > 18


def test_losses_are_what_forcing_costs() -> None:
    """The loss of a promotion that competes is the best value less the best of the sets that have it."""
    asked = 0
    for seed in range(150):
        basket = some_basket(seed)
        proof = priced(basket).promotions
        assert proof is not None
        for one in proof.rejected:
            with_it = [saving for saving, names in every_set(basket) if one.name in names]
            if one.loss is not None:
                asked += 1
                assert one.loss == proof.value - max(with_it), (seed, one)
    assert asked > 50


def test_one_promotion_more_never_raises_the_total() -> None:
    """I15."""
    for seed in range(120):
        basket = some_basket(seed)
        fewer = replace(basket, offers=basket.offers[:-1])
        assert priced(fewer).totals.net >= priced(basket).totals.net


def test_what_is_not_applied_can_be_removed() -> None:
    """I29: lines, totals and what is applied stay as they are."""
    for seed in range(120):
        basket = some_basket(seed)
        found = priced(basket)
        assert found.promotions is not None
        applied = {one.name for one in found.promotions.applied}
        again = priced(replace(basket, offers=tuple(one for one in basket.offers if one.name in applied)))
        assert again.totals == found.totals
        assert (again.promotions.applied if again.promotions else ()) == found.promotions.applied


def test_a_tighter_floor_never_lowers_the_net() -> None:
    """I18."""
    for seed in range(120):
        basket = some_basket(seed)
        floor = basket.floor or Fraction(1)
        loose, tight = replace(basket, floor=floor), replace(basket, floor=floor * 2)
        assert priced(tight).totals.net >= priced(loose).totals.net


def test_the_order_of_lines_and_declarations_changes_no_total() -> None:
    """I8."""
    for seed in range(100):
        basket = some_basket(seed)
        made, lines = catalog_of(basket), lines_of(basket)
        turned = replace(made, promotions=made.promotions[::-1], groups=made.groups[::-1])
        one = price(made, Context(None, "EUR"), lines, DAY)
        other = price(turned, Context(None, "EUR"), lines[::-1], DAY)
        assert one.totals == other.totals


def test_nothing_of_it_speaks_of_cost() -> None:
    for seed in range(50):
        for line in priced(some_basket(seed)).lines:
            assert all(step.cost is None for step in line.steps if step.phase == "promote")


# --- one thing at a time ------------------------------------------------------------------------------


def offer(name: str, **given: object) -> Promotion:
    plain = Offered(name, (), (), (), "rate", Fraction(1, 10), None, None, None, None, None, 0)
    fields = {key: value for key, value in given.items() if key in Offered.__dataclass_fields__}
    made = promotion_of(replace(plain, **fields))  # type: ignore[arg-type]
    return replace(made, **{key: value for key, value in given.items() if key not in fields})  # type: ignore[arg-type]


def shop(*promotions: Promotion, groups: tuple[PromotionGroup, ...] = (), price_a: str = "100") -> Catalog:
    rows = [small.row("", price_a, product="a"), small.row("", "40", product="b")]
    made = small.catalog([small.component("a", []), small.component("b", [])], [small.prices("retail", *rows)])
    return replace(made, promotions=promotions, groups=groups)


def group(name: str, mode: str, per: str = "unit", *after: str) -> PromotionGroup:
    return PromotionGroup(name, mode, per, after, small.span())  # type: ignore[arg-type]


def ask(made: Catalog, policy: Policy | None = None, inputs: Inputs | None = None, **lines: int) -> PricedQuote:
    asked = [Line(str(n), product, {}, count) for n, (product, count) in enumerate(lines.items())]
    return price(made, Context(None, "EUR"), asked, DAY, policy=policy or Policy(), inputs=inputs or Inputs())


def proof_of(found: PricedQuote) -> Certificate:
    assert found.promotions is not None
    return found.promotions


def reason_of(found: PricedQuote, name: str) -> str:
    return next(one.reason for one in proof_of(found).rejected if one.name == name)


ON_A, ON_B = ((1, "a"),), ((1, "b"),)


def test_why_a_promotion_is_not_in_question() -> None:
    past = Effectivity(None, date(2020, 1, 1))
    found = ask(
        shop(
            offer("coupon", on=ON_A, coupon="X"),
            offer("dollars", on=ON_A, give=Give(amount=Money(Fraction(1), "USD"))),
            offer("high", threshold=Fraction(10_000)),
            offer("nothing", on=((1, "b"),)),
            offer("past", on=ON_A, effectivity=past),
            offer("spent", on=ON_A, budget=Fraction(5)),
            offer("used", on=ON_A, per_customer=2),
            offer("used_in_all", on=ON_A, in_all=7),
        ),
        inputs=Inputs(history=History({"used": 2}, {"used_in_all": 7}, {"spent": 500})),
        a=1,
    )
    assert reason_of(found, "coupon") == "its coupon is not given"
    assert reason_of(found, "dollars") == "its amounts are in USD, the quote is in EUR"
    assert reason_of(found, "nothing") == "the quote has not what it takes"
    assert reason_of(found, "past") == f"it is not in effect on {DAY}"
    assert reason_of(found, "spent") == "its budget is spent"
    assert reason_of(found, "used") == reason_of(found, "used_in_all") == "its limit is used up"
    assert "high" in {one.name for one in proof_of(found).rejected}
    assert proof_of(found).value == 0


def test_a_condition_that_fails_is_cited() -> None:
    asked = offer("high", threshold=Fraction(101))
    assert isinstance(asked.when, Compare)
    made = shop(replace(asked, when=replace(asked.when, span=small.span(12, "sales.cpq"))))
    found = ask(made, Policy(thresholds="before promotions"), a=1)
    assert reason_of(found, "high") == "its condition does not hold: sales.cpq:12:1"


def test_a_coupon_that_is_given_counts_and_history_leaves_the_rest() -> None:
    made = shop(offer("ten", on=ON_A, coupon="X", per_customer=3))
    found = ask(made, inputs=Inputs(coupons=("X",), history=History({"ten": 1})), a=5)
    assert (proof_of(found).applied[0].times, proof_of(found).value) == (2, 2_000)


def test_a_budget_bounds_the_applications() -> None:
    found = ask(
        shop(offer("ten", on=ON_A, budget=Fraction(35))), inputs=Inputs(history=History(spent={"ten": 500})), a=5
    )
    assert (proof_of(found).applied[0].times, proof_of(found).value) == (3, 3_000)


def test_an_order_threshold_looks_before_or_after_items() -> None:
    """90 are left of 100 after the item promotion: the threshold of 95 holds only before it."""
    made = shop(offer("item", on=ON_A), offer("order", kind="amount", size=Fraction(8), threshold=Fraction(95)))
    before = proof_of(ask(made, Policy(thresholds="before promotions"), a=1))
    after = proof_of(ask(made, a=1))
    assert [one.name for one in before.applied] == ["item", "order"]
    assert [one.name for one in after.applied] == ["item"]
    assert next(one.loss for one in after.rejected) == 200


def test_less_on_items_may_be_more_in_all() -> None:
    """The order discount is worth giving the item promotion up for: it is tried with the items capped."""
    made = shop(offer("item", on=ON_A), offer("order", kind="amount", size=Fraction(30), threshold=Fraction(95)))
    assert [one.name for one in proof_of(ask(made, a=1)).applied] == ["order"]


def test_a_group_takes_one_per_unit_line_or_quote() -> None:
    """Three units: two may have the better limited promotion, the third the other, unless the group forbids it."""
    offers = offer("ten", on=ON_A, group="g"), offer("half", on=ON_A, size=Fraction(1, 2), limit=2, group="g")
    values = {
        per: proof_of(ask(shop(*offers, groups=(group("g", "best one", per),)), a=3)).value
        for per in ("unit", "line", "quote")
    }
    assert values == {"unit": 11_000, "line": 10_000, "quote": 10_000}


def test_first_goes_by_priority() -> None:
    offers = offer("low", on=ON_A, size=Fraction(1, 2), group="g"), offer("high", on=ON_A, priority=3, group="g")
    for per in ("unit", "line", "quote"):
        found = proof_of(ask(shop(*offers, groups=(group("g", "first", per),)), a=2, b=1))
        assert [(one.name, one.saving) for one in found.applied] == [("high", 2_000)], per


def test_after_sees_what_was_left_and_stacks_compound_or_add() -> None:
    one, two = offer("one", on=ON_A, group="g"), offer("two", on=ON_A, group="h")
    later = shop(one, two, groups=(group("g", "best one"), group("h", "best one", "unit", "g")))
    assert proof_of(ask(later, a=1)).value == 1_900
    apart = shop(one, two, groups=(group("g", "best one"), group("h", "best one")))
    assert proof_of(ask(apart, a=1)).value == 1_000
    stack = shop(replace(one, group="s"), replace(two, group="s"), groups=(group("s", "stack"),))
    assert proof_of(ask(stack, a=1)).value == 1_900
    assert proof_of(ask(stack, Policy(percentages="additive"), a=1)).value == 2_000
    line = shop(replace(one, group="s"), replace(two, group="s"), groups=(group("s", "in sequence"),))
    assert proof_of(ask(line, Policy(percentages="additive"), a=1)).value == 1_900


def test_policies_for_the_seller_and_by_priority() -> None:
    offers = offer("ten", on=ON_A, priority=1, group="g"), offer("half", on=ON_A, size=Fraction(1, 2), group="g")
    made = shop(*offers, groups=(group("g", "best one", "quote"),))
    assert proof_of(ask(made, a=2)).value == 10_000
    for objective in ("seller", "priority"):
        found = proof_of(ask(made, Policy(promotions=objective), a=2))  # type: ignore[arg-type]
        assert (found.value, found.proved, found.objective) == (2_000, True, objective)


def test_a_part_is_given_off_and_counts_as_part_of_its_unit() -> None:
    """Half off what a part costs; the whole unit cannot have another promotion beside it."""
    bag = small.component("bag", [small.enumeration("size", "s", "l")], sellable=False)
    bike = small.component("bike", [], [small.part("bags", "bag", 0, 2)])
    rows = [small.row("", "100"), small.row("bags.size", "20", "s"), small.row("bags.size", "30", "l")]
    large = Compare("=", Reference(bag.options[0].kind, "size"), Constant(bag.options[0].kind, "l"))
    half = Give(rate=Fraction(1, 2))
    on_bags = PromotionAim(1, Aim("bike", ("bags",)), None, small.span())
    made = small.catalog([bag, bike], [small.prices("retail", *rows)])
    line = Line("1", "bike", {"count(bags)": Fraction(2), "bags[0].size": "s", "bags[1].size": "l"}, 2)

    def value(*promotions: Promotion) -> int:
        quote = price(replace(made, promotions=promotions), Context(None, "EUR"), [line], DAY)
        return proof_of(quote).value

    bags = replace(offer("bags"), on=(on_bags,), give=half)
    assert value(bags) == 2 * (1_000 + 1_500)
    assert value(replace(bags, on=(replace(on_bags, where=large),))) == 2 * 1_500
    size = PromotionAim(1, Aim("bike", ("bags", "size"), "s"), None, small.span())
    assert value(replace(bags, on=(size,))) == 2 * 1_000
    whole = replace(offer("whole", size=Fraction(3, 10)), on=(PromotionAim(1, Aim("bike"), None, small.span()),))
    assert value(bags, whole) == 2 * 4_500


def test_a_rate_on_small_prices_is_rounded_once_for_the_line() -> None:
    found = ask(shop(offer("ten", on=ON_A), price_a="0.04"), a=1_000)
    assert proof_of(found).value == 400
    assert [step.operator for step in found.lines[0].steps if step.phase == "promote"] == ["percent"]


def test_all_of_it_off_leaves_nothing() -> None:
    """A hundred percent is exactly nothing, also of a price finer than a cent (I20)."""
    for price_a, count in (("0.123456", 3), ("0.005", 1), ("33.333333", 7)):
        found = ask(shop(offer("all", on=ON_A, size=Fraction(1)), price_a=price_a), a=count)
        assert found.lines[0].net == 0
        assert found.totals.net == 0


def test_without_effort_the_gap_is_stated() -> None:
    """What cannot be proved says so, and does so twice in the same way."""
    found = []
    for _ in range(2):
        basket = next(iter(baskets(60, 400, 1, 3)))
        desk = replace(basket.desk, policy=Policy(effort=Fraction(1, 10**9)))
        found.append(certificate(replace(basket, desk=desk)))
    assert found[0] == found[1]
    assert not found[0].proved
    assert found[0].bound > found[0].value > 0


def test_ordinary_baskets_are_proved() -> None:
    for lines, promotions in ((5, 10), (30, 40), (120, 60)):
        for basket in baskets(lines, promotions, 5, 7):
            assert certificate(basket).proved


def test_the_phase_is_part_of_the_sequence_and_loss_can_be_asked_for() -> None:
    assert [stage.run for stage in SEQUENCE if stage.name == "promote"] == [promote]
    made = shop(offer("half", on=ON_A, size=Fraction(1, 2)), offer("ten", on=ON_A))
    desk, sheet = _before(made)
    assert loss_of(desk, sheet, "ten") == 4_000
    assert loss_of(desk, sheet, "half") == 0
    assert loss_of(desk, sheet, "unknown") is None


def _before(made: Catalog) -> tuple[Desk, Sheet]:
    desk = Desk.open(made, Context(None, "EUR"), DAY, policy=Policy())
    stages = [stage for stage in stages_of(desk.policy) if stage.name in {"base", "configure", "scale"}]
    return desk, through(desk, stages, lay_out(desk, [Line("1", "a", {}, 1)]))


def test_the_oracle_can_disagree() -> None:
    """An item promotion that takes a unit cannot stand with a better one: the oracle knows."""
    basket = Basket((("a", Fraction(10), 1),), some_basket(0).offers[:0], (), None)
    assert best_saving(basket) == 0

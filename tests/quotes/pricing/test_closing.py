"""How a quote is closed: lines, charges, allowances, taxes and totals, to the last cent, on random quotes and by hand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.marks import ALWAYS, Label
from catalogs.model import Customer
from catalogs.policy import Floor, Policy
from quotes.pricing import allocation, laid
from quotes.pricing.context import Context
from quotes.pricing.exclusive import exclusive
from quotes.pricing.inputs import Inputs
from quotes.pricing.waterfall import price
from rules.kinds import Money, Quantity, Record
from rules.typed import Compare, Constant, Member, Reference
from tests.quotes import small
from tests.quotes.pricing.en16931 import half_up, problems
from tests.quotes.pricing.plain import Item, ask, catalog_of, fee, lines_of, rate
from tests.quotes.pricing.random_closings import RATES, TAXES, closings, exact_tax, nets

INCLUSIVE = Policy("inclusive", tax="inclusive")


def closed(closing, **more):
    return ask(closing.items, taxes=TAXES, fees=closing.fees, policy=closing.policy, **more)


def bases(closing, found):
    """Return the amounts of every category as the record has them: lines after what is spread, and own amounts."""
    by_category = {}
    for item, line in zip(closing.items, found.lines, strict=True):
        by_category.setdefault(item.tax, []).append(line.net - line.allocated)
    for one in found.document:
        if not one.shares:
            amount = one.amount if one.kind == "charge" else -one.amount
            by_category.setdefault(one.tax_category, []).append(amount)
    return by_category


@settings(max_examples=150)
@given(closings())
def test_lines_groups_and_totals_add_up(closing):
    found = closed(closing)
    totals = found.totals
    assert [line.net for line in found.lines] == nets(closing)
    assert totals.net == sum(nets(closing))
    assert totals.gross == totals.taxable + totals.tax
    assert totals.payable == totals.gross
    spread_off = totals.net - totals.allowances + totals.charges
    assert spread_off == (totals.gross if closing.policy.tax == "inclusive" else totals.taxable)
    known = bases(closing, found)
    assert totals.tax == exact_tax(closing, known)
    assert {(one.category, one.rate) for one in found.taxes} == {(name, RATES[name]) for name in known}
    for group in found.taxes:
        own = group.tax if closing.policy.tax == "inclusive" else 0
        assert group.taxable == sum(known[group.category]) - own


@settings(max_examples=150)
@given(closings(tax=("exclusive",), per=("group",)))
def test_without_tax_in_prices_every_rule_of_the_standard_holds_without_slack(closing):
    found = closed(closing)
    stated = exclusive(found)
    assert problems(stated) == []
    totals = found.totals
    assert stated.totals.rounding == 0
    assert (stated.totals.net, stated.totals.taxable, stated.totals.tax, stated.totals.payable) == (
        totals.net, totals.taxable, totals.tax, totals.payable,
    )  # fmt: skip
    for group in found.taxes:
        assert group.tax == half_up(group.taxable * group.rate)


@settings(max_examples=150)
@given(closings(), st.sampled_from([2, 4, 6]))
def test_with_tax_in_prices_the_statement_holds_too_and_what_is_paid_does_not_change(closing, digits):
    found = closed(closing)
    stated = exclusive(found, digits)
    assert problems(stated) == []
    assert stated.totals.payable == found.totals.payable


@settings(max_examples=150)
@given(closings())
def test_tax_shown_by_line_adds_up_to_the_groups_and_is_near_the_exact_one(closing):
    found = closed(closing)
    for group in found.taxes:
        parts = [line.tax for line in found.lines if line.tax_category == group.category]
        parts += [one.tax for one in found.document if not one.shares and one.tax_category == group.category]
        assert sum(parts) == group.tax
    for line in found.lines:
        ratio = line.tax_rate / (1 + line.tax_rate) if closing.policy.tax == "inclusive" else line.tax_rate
        assert abs(line.tax - (line.net - line.allocated) * ratio) < 1


@settings(max_examples=150)
@given(closings())
def test_no_allowance_brings_a_line_or_a_group_below_zero(closing):
    found = closed(closing)
    for line in found.lines:
        assert line.net - line.allocated >= 0
    for one in found.document:
        assert one.amount > 0
        assert not one.shares or sum(one.shares) == one.amount
        assert all(share >= 0 for share in one.shares)
    assert all(group.taxable >= 0 for group in found.taxes)
    taken = [-sum(one.shares) if one.kind == "allowance" else sum(one.shares) for one in found.document if one.shares]
    assert sum(line.allocated for line in found.lines) == -sum(taken)


@settings(max_examples=60)
@given(closings(), st.sampled_from(["exclusive", "inclusive"]))
def test_all_of_it_off_leaves_exactly_nothing(closing, tax):
    for fees in ((fee("allowance", "all", percent=100),), (fee("allowance", "all", "99999999"),)):
        policy = replace(closing.policy, tax=tax)
        totals = ask(closing.items, taxes=TAXES, fees=fees, policy=policy).totals
        assert (totals.taxable, totals.tax, totals.gross, totals.payable) == (0, 0, 0, 0)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 9)), min_size=1, max_size=6), st.integers(0, 8))
def test_ten_times_finer_minor_units_change_nothing_where_nothing_is_rounded(lines, off):
    """Whole units at whole rates in euros (cents) and in dinars (thousandths): every amount is ten times as many."""
    items = [Item(unit, quantity) for unit, quantity in lines]
    fees = [fee("allowance", "off", percent=5 * off, category="standard")]
    cents = ask(items, taxes=[rate("standard", 20)], fees=fees).totals
    dinars = ask(items, taxes=[rate("standard", 20)], fees=fees, currency="KWD").totals
    for name in ("list", "net", "allowances", "taxable", "tax", "gross", "payable"):
        assert getattr(dinars, name) == 10 * getattr(cents, name)


@settings(max_examples=60)
@given(closings(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_fees_changes_no_total(closing, chance):
    closing = replace(closing, policy=replace(closing.policy, remainder="largest"))
    own = tuple(one for one in closing.fees if one.category is not None)
    items, fees = list(closing.items), list(own)
    chance.shuffle(items)
    chance.shuffle(fees)
    assert (
        closed(replace(closing, fees=own)).totals
        == closed(replace(closing, items=tuple(items), fees=tuple(fees))).totals
    )


@settings(max_examples=40)
@given(closings())
def test_the_same_inputs_give_the_same_record(closing):
    assert closed(closing) == closed(closing)


def test_a_tax_that_a_customer_never_pays_goes_before_categories_of_products_and_charges():
    export = replace(rate("export", 0, "G", "Export"), when=small.is_segment("dealer"))
    items = [Item(100, tax="reduced"), Item(50)]
    catalog = catalog_of(
        items,
        taxes=[rate("standard", 19), rate("reduced", 7), export],
        fees=[fee("charge", "freight", "10", category="standard")],
    )
    dealer = Context(Customer("C", "Dealer", {"segment": "dealer"}, segment="dealer"), "EUR")
    abroad = price(catalog, dealer, lines_of(items), small.DAY)
    assert [(one.code, one.taxable, one.tax, one.reason) for one in abroad.taxes] == [("G", 16_000, 0, Label("Export"))]
    at_home = price(catalog, Context(None, "EUR"), lines_of(items), small.DAY)
    assert [(one.category, one.taxable) for one in at_home.taxes] == [("reduced", 10_000), ("standard", 6_000)]


def test_goods_without_a_tax_declaration_are_zero_rated():
    (group,) = ask([Item(5)]).taxes
    assert (group.category, group.code, group.tax) == ("none", "Z", 0)
    (group,) = ask([Item(5)], taxes=[rate("standard", 0)]).taxes
    assert (group.category, group.code) == ("standard", "Z"), "a standard rate is above zero"


def _sum(name, kind=Quantity()):  # noqa: B008 (frozen)
    return Member(kind, Reference(Record("quote", {name: kind}), "quote"), name)


def test_a_fee_asks_for_sums_of_the_quote_and_for_the_customer():
    euros = Money("EUR")
    small_orders = Compare("<", _sum("net", euros), Constant(euros, Fraction(50)))
    many = Compare(">", _sum("quantity"), Constant(Quantity(), Fraction(5)))
    fees = [fee("charge", "handling", "4.90", when=small_orders), fee("allowance", "many", percent=10, when=many)]
    assert [one.name for one in ask([Item(10, 2)], fees=fees).document] == ["handling"]
    assert [one.name for one in ask([Item(10, 6)], fees=fees).document] == ["many"]
    assert ask([Item(10, 5)], fees=fees).document == ()
    dealers = [fee("charge", "drop_shipment", "9", when=small.is_segment("dealer"))]
    assert ask([Item(10)], fees=dealers).document == ()


def test_a_fee_cites_where_it_is_declared_and_what_its_rate_was_taken_of():
    (one,) = ask(
        [Item("99.99", 3)],
        fees=[fee("charge", "freight", percent="2.5", category="standard")],
        taxes=[rate("standard", 19)],
    ).document
    assert (one.amount, one.base, one.rate) == (750, 29_997, Fraction(1, 40))
    assert (one.source, one.label, one.tax_category, one.tax_rate) == (
        small.span(),
        Label("freight"),
        "standard",
        Fraction(19, 100),
    )


def test_a_fee_in_another_currency_is_converted_or_left_out():
    freight = fee("charge", "freight", "10", currency="USD")
    assert ask([Item(10)], fees=[freight]).document == ()


@pytest.mark.parametrize(
    ("step", "paid", "rounding"), [("0.05", 1_235, 2), ("0.10", 1_230, -3), ("1", 1_200, -33), ("10", 1_000, -233)]
)
def test_cash_is_paid_in_steps(step, paid, rounding):
    totals = ask([Item("12.33")], policy=Policy("cash", cash={"EUR": Fraction(step)})).totals
    assert (totals.gross, totals.payable, totals.rounding) == (1_233, paid, rounding)


def test_what_is_paid_already_is_taken_off_what_is_to_be_paid():
    totals = ask([Item(100)], taxes=[rate("standard", 19)], inputs=Inputs(prepaid=4_000)).totals
    assert (totals.gross, totals.prepaid, totals.payable) == (11_900, 4_000, 7_900)


def test_minor_units_are_those_of_the_currency():
    assert ask([Item("1234.5")], currency="JPY").totals.net == 1_235
    assert ask([Item("1.2345")], currency="KWD").totals.net == 1_235


@pytest.mark.parametrize(
    ("mode", "net"),
    [("half away", 13), ("half even", 12), ("half up", 13), ("half down", 12), ("up", 13), ("down", 12)],
)
def test_lines_are_rounded_as_the_policy_says(mode, net):
    assert ask([Item("0.125")], policy=Policy("mode", rounding=mode)).totals.net == net


def test_prices_with_tax_never_change_what_the_customer_sees():
    found = ask(
        [Item("20.00", tax="a"), Item("56.90", tax="b")], taxes=[rate("a", 23), rate("b", 10)], policy=INCLUSIVE
    )
    assert (found.totals.net, found.totals.gross, found.totals.tax, found.totals.taxable) == (7_690, 7_690, 891, 6_799)
    assert found.totals.inclusive


def test_what_is_spread_leaves_room_for_an_allowance_of_the_category():
    fees = [fee("allowance", "a", "8", category="standard"), fee("allowance", "b", percent=100)]
    found = ask([Item(10), Item(5, tax="reduced")], taxes=[rate("standard", 19), rate("reduced", 7)], fees=fees)
    assert [(one.category, one.taxable) for one in found.taxes] == [("reduced", 0), ("standard", 0)]
    assert [one.amount for one in found.document] == [800, 700]
    other_way = [fee("allowance", "a", percent=100), fee("allowance", "b", "8", category="standard")]
    found = ask([Item(10)], fees=other_way, taxes=[rate("standard", 19)])
    assert [(one.name, one.amount) for one in found.document] == [("a", 1_000)]


def _amount(name, field, euros=Money("EUR")):  # noqa: B008 (frozen)
    return Member(euros, Reference(Record(name, {field: euros}), name), field)


def _floor(condition):
    return Floor("floor", condition, Label("No loss"), ALWAYS, small.span())


def test_an_allowance_stops_at_the_floors_of_lines_and_of_the_quote():
    """Sylius' distribution with least prices (what a line cannot bear goes to the others), by floors at cost."""
    items = [
        Item(10, cost=Fraction(0)),
        Item(20, cost=Fraction(19)),
        Item(50, cost=Fraction(50)),
        Item(30, cost=Fraction(26)),
    ]
    catalog = catalog_of(items, fees=[fee("allowance", "off", "12")])
    at_cost = _floor(Compare(">=", _amount("line", "net"), _amount("line", "cost")))
    found = ask(items, catalog=replace(catalog, floors=(at_cost,)))
    assert [line.allocated for line in found.lines] == [700, 100, 0, 400]
    fees = [fee("allowance", "off", "12"), fee("allowance", "more", "1", category="standard")]
    of_quote = _floor(Compare(">=", _amount("quote", "net"), Constant(Money("EUR"), Fraction(100))))
    found = ask(items, catalog=replace(catalog, fees=tuple(fees), floors=(of_quote,), taxes=(rate("standard", 19),)))
    assert found.totals.allowances == 1_000


def test_many_lines_are_closed_as_few_are():
    """The same amounts as rows and as columns: what is spread, what is taxed alone, and the parts by line."""
    items = [Item(Fraction(999 + 7 * i, 100), 1 + i % 3, "reduced" if i % 3 else "standard") for i in range(200)]
    fees = [
        fee("allowance", "off", percent=3),
        fee("charge", "freight", "12.50", category="standard"),
        fee("charge", "toll", "3.33"),
    ]
    taxes = [rate("standard", 19), rate("reduced", 7)]
    catalog = catalog_of(items, taxes=taxes, fees=fees)
    for policy in (Policy("one"), INCLUSIVE, Policy("other", tax_per="line", allocation="by quantity")):
        many = ask(items, catalog=catalog, policy=policy)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(laid, "FROM", 10**6)
            patch.setattr(allocation, "COLUMNS", 10**6)
            assert ask(items, catalog=catalog, policy=policy) == many


def test_a_fee_of_a_later_day_does_not_count():
    tomorrow = replace(fee("charge", "freight", "5"), effectivity=small.Effectivity(date(2027, 1, 1), None))
    assert ask([Item(10)], fees=[tomorrow]).document == ()
    assert ask([Item(10)], fees=[tomorrow], day=date(2027, 1, 1)).totals.charges == 500

"""What is declared of prices besides price lists: every form as the typed value it stands for."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from catalogs import load, slices
from catalogs.marks import Effectivity
from catalogs.policy import Aim, Authority, ChannelMargin, Delegation, Fee, Money, PercentOfTotal, Policy, Ramp
from rules.diagnostics import NOWHERE
from rules.kinds import Money as MoneyKind

BASE = """catalog c { currency EUR  languages en, de }
customer {
  segment: dealer | school
  channel: web | partner
}
component Bag { option size: small | large }
product ebike {
  option colour: red | blue
  part bags: Bag 0..4
}
product rack { option size: small | large }
product care { option plan: basic | full }
tax standard 19%
tax reduced 7% on rack
"""


def placeless(thing):
    return replace(thing, span=NOWHERE)


def loaded(text, **files):
    found = load({"c.cpq": (BASE + text).encode(), **{name: content.encode() for name, content in files.items()}})
    assert found.diagnostics == ()
    return found.catalog


def test_a_promotion_on_everything_it_takes_or_on_the_quote():
    catalog = loaded("""
promotion a "A" { on 2 ebike where colour = red and customer.segment = dealer  need rack  give price 999.00 EUR  priority 3 }
promotion b { when quote.net > 100 EUR  give 10 USD up to 5 USD  limit 2 per quote  limit 1 per customer }
promotion d coupon "D" { need ebike  give free 1 ebike.bags.size.small  limit 9 per promotion  budget 50 EUR  group g }
group g { stack, after h }
group h { first per line }
""")
    a, b, d = catalog.promotions
    assert (a.on[0].quantity, a.on[0].aim, a.need[0].aim) == (2, Aim("ebike"), Aim("rack"))
    assert a.on[0].where is not None
    assert (a.give.price, a.give.amount, a.give.rate, a.priority) == (Money(Fraction(999), "EUR"), None, None, 3)
    assert (b.on, b.need, b.give.amount, b.give.up_to) == (
        (), (), Money(Fraction(10), "USD"), Money(Fraction(5), "USD"),
    )  # fmt: skip
    assert (b.per_quote, b.per_customer, b.in_all, b.priority) == (2, 1, None, 0)
    assert d.give.free is not None
    assert (d.give.free.aim, d.coupon) == (Aim("ebike", ("bags", "size"), "small"), "D")
    assert (d.in_all, d.budget, d.group) == (9, Money(Fraction(50), "EUR"), "g")
    assert [(g.name, g.mode, g.per, g.after) for g in catalog.groups] == [
        ("g", "stack", "quote", ("h",)), ("h", "first", "line", ()),
    ]  # fmt: skip


def test_a_contract_and_an_entitlement():
    catalog = loaded("""
contract a "A" from 2026-01-01 { who customer.segment = dealer  price rack 90 EUR  discount ebike.colour.red 5% }
entitle a { may see, price ebike  may not buy ebike.colour.red where colour = red }
entitle b { who customer.segment = school  may buy ebike up to 3 }
""")
    (contract,) = catalog.contracts
    assert [(term.aim, term.price, term.discount) for term in contract.terms] == [
        (Aim("rack"), Money(Fraction(90), "EUR"), None), (Aim("ebike", ("colour",), "red"), None, Fraction(1, 20)),
    ]  # fmt: skip
    assert contract.effectivity == Effectivity(date(2026, 1, 1))
    everybody, schools = catalog.entitlements
    assert everybody.who is None
    assert [(g.allowed, g.verbs, g.aim, g.where is None, g.up_to) for g in everybody.grants] == [
        (True, {"see", "price"}, Aim("ebike"), True, None),
        (False, {"buy"}, Aim("ebike", ("colour",), "red"), False, None),
    ]
    assert schools.who is not None
    assert schools.grants[0].up_to == 3


def test_who_may_agree_alone_and_in_whose_place():
    catalog = loaded("""
approve deep {
  when  line.discount > 15%
  by    any of boss, head, boss
  limit "Ann" 12% on ebike, rack
  limit "Ann" 5%
}
delegate boss to "Bob" from 2026-01-01 until 2026-01-31
""")
    (approval,) = catalog.approvals
    assert (approval.mode, approval.by, approval.because.text) == ("any of", ("boss", "head"), "Deep")
    assert approval.limits == (
        Authority("Ann", Fraction(3, 25), "ebike"), Authority("Ann", Fraction(3, 25), "rack"),
        Authority("Ann", Fraction(1, 20)),
    )  # fmt: skip
    days = Effectivity(date(2026, 1, 1), date(2026, 1, 31))
    assert tuple(map(placeless, catalog.delegations)) == (Delegation("boss", "Bob", days, NOWHERE),)


def test_a_recurring_price_with_its_ramps():
    catalog = loaded("""
recurring a "Care" on ebike {
  12.00 EUR * count(bags) per month for 36
  prorate 30/360
  1 .. 12  50%
  13 or more  9.00 EUR
  when customer.segment = dealer and quantity > 3 and colour = red
}
recurring b on ebike { 5 USD per year }
recurring d on ebike { 5 EUR per month prorate month and days }
recurring e on ebike { 5 EUR per use prorate actual / 360 }
""")
    a, b, d, e = catalog.recurring
    assert (a.on, a.period, a.periods, a.convention, a.amount.kind) == (
        "ebike",
        "month",
        36,
        "30/360",
        MoneyKind("EUR"),
    )
    assert tuple(map(placeless, a.ramps)) == (
        Ramp(1, 12, Fraction(1, 2), None, NOWHERE), Ramp(13, None, None, Fraction(9), NOWHERE),
    )  # fmt: skip
    assert a.when is not None
    assert (b.period, b.periods, b.convention, b.amount.kind) == ("year", 1, "actual/actual", MoneyKind("USD"))
    assert (d.periods, d.convention) == (12, "month and days")
    assert (e.period, e.periods, e.convention) == ("use", 1, "actual/360")


def test_a_percentage_of_other_lines():
    catalog = loaded("""
percent a on care from 2026-01-01 { 8% of net of ebike, rack  minimum 10 EUR  maximum 90 EUR }
percent b on rack until 2025-12-31 { 5% of list }
""")
    a, b = map(placeless, catalog.percents)
    assert a == PercentOfTotal(
        "a", "care", Fraction(2, 25), "net", ("ebike", "rack"), Money(Fraction(10), "EUR"), Money(Fraction(90), "EUR"),
        Effectivity(date(2026, 1, 1)), NOWHERE,
    )  # fmt: skip
    assert (b.base, b.of, b.minimum, b.maximum) == ("list", (), None, None)


def test_percentages_that_never_meet_are_no_circle():
    catalog = loaded(
        "percent a on care until 2025-12-31 { 8% of net of rack }\npercent b on rack from 2026-01-01 { 5% of net of care }\n"
    )
    assert len(catalog.percents) == 2


def test_fees_and_margins_of_channels():
    catalog = loaded("""
fee a "Freight" { charge 49.00 EUR  when quote.net < 1000 EUR and customer.channel = web  tax reduced }
fee b { allowance 3% }
fee d { charge 2 EUR }
channel a "Partner" { 20% on ebike, rack when customer.channel = partner }
channel b { 5% }
texts de {
  fee.a      "Fracht"
  channel.a  "Händler"
}
""")
    a, b, d = catalog.fees
    assert (a.kind, a.amount, a.rate, a.category) == ("charge", Money(Fraction(49), "EUR"), None, "reduced")
    assert a.label.read("de") == "Fracht"
    assert placeless(b) == Fee("b", b.label, "allowance", None, Fraction(3, 100), None, None, Effectivity(), NOWHERE)
    assert d.category == "standard"
    partner, every = catalog.channel_margins
    assert (partner.rate, partner.on, partner.label.read("de")) == (Fraction(1, 5), ("ebike", "rack"), "Händler")
    assert placeless(every) == ChannelMargin("b", every.label, Fraction(1, 20), (), None, Effectivity(), NOWHERE)


def test_taxes_have_the_codes_of_the_norm():
    catalog = loaded("""
tax none 0% on care
tax canary 7% on ebike code L
tax export 0% when customer.country != "DE" code G because "Export"
texts de { export "Ausfuhr" }
""")
    codes = {tax.category: (tax.code, tax.because and tax.because.read("de")) for tax in catalog.taxes}
    assert codes == {
        "standard": ("S", None), "reduced": ("S", None), "none": ("Z", None), "canary": ("L", None),
        "export": ("G", "Ausfuhr"),
    }  # fmt: skip


def test_a_policy_says_how_prices_are_computed():
    catalog = loaded("""
policy b from 2027-01-01 {
  phases base, configure, promote, scale, extend, document, tax, total
  round half even to 2 digits
  lines extend then round
  tax inclusive per line
  thresholds before promotions
  percentages additive
  allocate by quantity, rest to last, credits floor
  promotions by priority effort 0.5
  rank by margin
  cash 0.05 CHF, 1 SEK
}
policy a { }
""")
    a, b = map(placeless, catalog.policies)
    assert a == Policy("a")
    assert b == Policy(
        "b", ("base", "configure", "promote", "scale", "extend", "document", "tax", "total"), "half even", 2,
        "extend then round", "inclusive", "line", "before promotions", "additive", "by quantity", "last", "floor",
        "priority", Fraction(1, 2), "margin", {"CHF": Fraction(1, 20), "SEK": Fraction(1)},
        effectivity=Effectivity(date(2027, 1, 1)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "field", "value"),
    [
        ("round half away", "rounding", "half away"), ("round half even", "rounding", "half even"),
        ("round half up", "rounding", "half up"), ("round half down", "rounding", "half down"),
        ("round up", "rounding", "up"), ("round down to 3 digits", "rounding", "down"),
        ("round down to 3 digits", "unit_digits", 3), ("lines unit then extend", "lines", "unit then extend"),
        ("lines extend then round", "lines", "extend then round"), ("tax exclusive", "tax", "exclusive"),
        ("tax inclusive", "tax", "inclusive"), ("tax exclusive per line", "tax_per", "line"),
        ("tax exclusive per group", "tax_per", "group"),
        ("thresholds before promotions", "thresholds", "before promotions"),
        ("thresholds after item promotions", "thresholds", "after item promotions"),
        ("percentages compound", "percentages", "compound"), ("percentages additive", "percentages", "additive"),
        ("allocate proportional", "allocation", "proportional"), ("allocate even", "allocation", "even"),
        ("allocate by quantity", "allocation", "by quantity"),
        ("allocate even, largest remainder", "remainder", "largest"),
        ("allocate by quantity, rest to first", "remainder", "first"),
        ("allocate proportional, rest to last", "remainder", "last"),
        ("allocate even, credits floor", "credits", "floor"), ("allocate even, credits mirror", "credits", "mirror"),
        ("promotions best for customer", "promotions", "customer"),
        ("promotions best for seller effort 3", "promotions", "seller"),
        ("promotions by priority", "promotions", "priority"),
        ("promotions by priority effort 3", "effort", Fraction(3)), ("rank by margin", "ranking", "margin"),
        ("rank by customer value", "ranking", "customer value"),
    ],
)  # fmt: skip
def test_a_switch_of_a_policy(statement, field, value):
    (policy,) = loaded(f"policy a {{ {statement} }}").policies
    assert getattr(policy, field) == value


def test_the_days_of_new_declarations_cut_the_time_of_their_products():
    catalog = loaded("""
recurring a on ebike from 2026-01-01 { 12 EUR per month }
percent a on care from 2026-02-01 { 8% of net of ebike }
channel a from 2026-03-01 { 5% on rack }
channel b from 2026-04-01 { 5% }
fee a from 2026-05-01 { charge 5 EUR }
policy a from 2026-06-01 { }
approve a { when line.discount > 15%  by boss }
delegate boss to "Bob" from 2026-07-01 until 2026-07-31
rate 1 EUR = 1.08 USD from 2026-08-01
""")
    months = {name: [one.start.month for one in slices(catalog, name)[1:]] for name in ("ebike", "rack", "care")}
    assert months == {"ebike": [1, 4, 5, 6], "rack": [3, 4, 5, 6], "care": [2, 4, 5, 6]}
    assert [one.start.month for one in slices(catalog)[1:]] == [1, 2, 3, 4, 5, 6]

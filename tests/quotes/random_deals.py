"""Random deals: random quotes with contracts, channel margins, flat tiers, packages, a policy and what a person decides."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import get_args

from catalogs.marks import ALWAYS, Label
from catalogs.model import Catalog, Customer, Scale
from catalogs.policy import Aim, ChannelMargin, Contract, ContractTerm, Money, Policy, Rounding
from quotes.pricing import UNTOUCHED, Adjustment, Inputs, Line
from tests.quotes import random_quotes, small

AIMS = [Aim("one"), Aim("one", ("a",)), Aim("one", ("a",), "x"), Aim("one", ("b",)), Aim("one", ("ps",)),
        Aim("one", ("ps", "s")), Aim("one", ("ps", "s"), "u"), Aim("two"), Aim("two", ("a",))]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deal:
    """What a price is asked for."""

    catalog: Catalog
    customer: Customer | None
    lines: list[Line]
    inputs: Inputs
    policy: Policy


def rate(chance: random.Random) -> Fraction:
    return Fraction(chance.choice([0, 1, 5, 10, 33, 50, 100, chance.randrange(1000) / 10]).__str__()) / 100


def some_contract(chance: random.Random, number: int) -> Contract:
    terms = []
    for aim in chance.sample(AIMS, chance.randrange(1, 4)):
        price = Money(Fraction(chance.randrange(100_000), 100), chance.choice(["EUR", "EUR", "EUR", "USD"]))
        fixed = chance.random() < 0.5
        terms.append(ContractTerm(aim, price if fixed else None, None if fixed else rate(chance), small.span(number)))
    who = small.is_segment(chance.choice(random_quotes.SEGMENTS))
    return Contract(f"c{number}", Label(f"c{number}"), who, tuple(terms), ALWAYS, small.span(number, "contracts.cpq"))


def some_margin(chance: random.Random, number: int) -> ChannelMargin:
    when = small.is_segment(chance.choice(random_quotes.SEGMENTS)) if chance.random() < 0.5 else None
    on = chance.choice([(), ("one",), ("two",)])
    return ChannelMargin(f"m{number}", Label(f"m{number}"), rate(chance), on, when, ALWAYS, small.span(number))


def with_tiers(chance: random.Random, one: Scale) -> Scale:
    """Make a scale of another method, or give its tiers flat amounts."""
    method = chance.choice(["volume", "graduated", "block", "package"])
    flat = chance.random() < 0.3
    tiers = [
        replace(tier, flat=Fraction(chance.randrange(5_000), 100) if flat and chance.random() < 0.7 else None)
        for tier in one.tiers
    ]
    if chance.random() < 0.3:
        tiers[-1] = replace(tiers[-1], high=tiers[-1].low + chance.randrange(0, 12))
    return replace(one, method=method, tiers=tuple(tiers))


def some_policy(chance: random.Random) -> Policy:
    return Policy(
        "random",
        rounding=chance.choice(get_args(Rounding)),
        unit_digits=chance.choice([6, 6, 6, 4, 2, 0]),
        lines=chance.choice(["unit then extend", "unit then extend", "extend then round"]),
        tax=chance.choice(["exclusive", "exclusive", "inclusive"]),
        tax_per=chance.choice(["group", "group", "line"]),
        percentages=chance.choice(["compound", "additive"]),
        allocation=chance.choice(["proportional", "proportional", "even", "by quantity"]),
    )  # fmt: skip


def some_inputs(chance: random.Random, lines: list[Line]) -> Inputs:
    found = []
    for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
        where = chance.choice(["", *(line.id for line in lines), "nowhere"])
        kind = chance.choice(["percent", "amount", "price", "total"])
        value = (
            rate(chance) * chance.choice([1, 1, -1])
            if kind == "percent"
            else Fraction(chance.randrange(-500, 50_000), 100)
        )
        found.append(Adjustment(where, kind, value, by=chance.choice(["", "anna"])))
    return Inputs(adjustments=tuple(found)) if found else UNTOUCHED


def deals(seed: int, number: int) -> Iterator[Deal]:
    chance = random.Random(seed)
    for _ in range(number):
        catalog = random_quotes.some_catalog(chance)
        contracts = [some_contract(chance, n) for n in range(chance.randrange(3))]
        margins = [some_margin(chance, n) for n in range(chance.choice([0, 0, 1, 2]))]
        scales = [with_tiers(chance, one) if chance.random() < 0.6 else one for one in catalog.scales]
        catalog = replace(catalog, contracts=tuple(contracts), channel_margins=tuple(margins), scales=tuple(scales))
        policy = some_policy(chance) if chance.random() < 0.7 else Policy()
        for _ in range(5):
            lines = random_quotes.some_lines(chance)
            yield Deal(catalog, random_quotes.some_customer(chance), lines, some_inputs(chance, lines), policy)

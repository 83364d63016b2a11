"""How much may be saved until a condition breaks: against looking at every amount."""

from __future__ import annotations

import random
from fractions import Fraction

from quotes.pricing.promotions.conditions import Sums, largest, only_breaks
from rules.evaluator import holds
from rules.kinds import Money, Quantity, Record
from rules.typed import Add, And, Compare, Constant, Divide, Extremum, Member, Multiply, Not, Or, Reference, Typed

EUR, RATIO = Money("EUR"), Quantity((), "%")
LINE = Record(
    "line", {"net": EUR, "list": EUR, "cost": EUR, "discount": RATIO, "margin": RATIO, "quantity": Quantity()}
)


def of(name: str) -> Member:
    return Member(LINE.fields[name], Reference(LINE, "line"), name)


def number(value: str | int | Fraction) -> Constant:
    return Constant(EUR, Fraction(value))


def compare(left: Typed, operator: str, right: Typed) -> Compare:
    return Compare(operator, left, right)  # type: ignore[arg-type]


NET_AT_LEAST = compare(of("net"), ">=", number("0.40"))
BREAKS = [
    NET_AT_LEAST,
    compare(number("0.30"), "<", of("net")),
    compare(of("margin"), ">=", number("0.2")),
    compare(of("discount"), "<=", number("0.3")),
    Not(compare(of("margin"), "<", number("0.05"))),
    Not(compare(of("discount"), ">", number("0.5"))),
    compare(of("net"), ">=", Multiply(EUR, (of("cost"), number("1.02")))),
    compare(Divide(RATIO, of("net"), of("list")), ">=", number("0.6")),
    compare(Add(EUR, ((Fraction(2), of("net")), (Fraction(-1), of("list")))), ">", number(0)),
    compare(Extremum(EUR, "min", ((None, of("net")), (None, of("list")))), ">=", number("0.2")),
    And((NET_AT_LEAST, compare(of("quantity"), ">=", number(1)))),
    Or((NET_AT_LEAST, compare(of("margin"), ">=", number("0.1")))),
    And(()),
]
MENDS = [
    compare(of("net"), "<=", number("0.40")),
    compare(of("net"), "=", number("0.40")),
    compare(of("discount"), ">=", number("0.10")),
    Not(NET_AT_LEAST),
    Or((NET_AT_LEAST, compare(of("net"), "<", number("0.20")))),
    compare(Multiply(EUR, (of("net"), number(-1))), ">=", number(-1)),
    compare(Multiply(EUR, (of("net"), of("net"))), ">=", number("0.1")),
    compare(Divide(RATIO, of("list"), of("net")), "<=", number(2)),
]


def some_sums(chance: random.Random) -> Sums:
    net = chance.randrange(1, 120)
    cost = chance.choice([None, 0, chance.randrange(1, 100)])
    return Sums(net + chance.choice([0, 10]), net, cost, chance.randrange(1, 4), 100)


def test_the_largest_saving_is_the_last_before_it_breaks() -> None:
    chance = random.Random(1)
    for _ in range(60):
        sums = some_sums(chance)
        for condition in BREAKS:
            assert only_breaks(condition, "line"), condition
            kept = [holds(condition, {"line": sums.less(saved)}) is True for saved in range(sums.net + 1)]
            assert kept == sorted(kept, reverse=True), condition
            assert largest(condition, "line", sums, sums.net, {}) == sum(kept) - 1


def test_what_could_mend_again_lets_nothing_be_saved() -> None:
    sums = Sums(100, 100, 50, 1, 100)
    for condition in MENDS:
        assert not only_breaks(condition, "line"), condition
        assert largest(condition, "line", sums, 100, {}) in {0, -1}


def test_what_asks_nothing_of_the_record_holds_or_does_not() -> None:
    sums = Sums(100, 100, 50, 1, 100)
    for truth, expected in ((Fraction(1), 100), (Fraction(-1), -1)):
        asked = compare(number(truth), ">=", number(0))
        assert largest(asked, "line", sums, 100, {}) == expected

"""Mistakes in expressions: each reported once, at its place, with a hint; no expression is too large to be refused."""

from fractions import Fraction

import pytest

from rules import syntax
from rules.checker import Scope, check, check_condition
from rules.diagnostics import Span
from rules.evaluator import evaluate
from rules.kinds import Money, Quantity, Truth
from rules.typed import Constant
from tests.rules.world import CAGE, SCOPE, SIZE, expression

PLACE = Span("x.cpq", 1, 1, 1, 2)
PLAIN, TRUTH, EUR = Quantity(), Truth(), Money("EUR")


@pytest.mark.parametrize(
    ("text", "code", "column", "end", "hint"),
    [
        ("colur = red", "unknown-name", 1, 6, "did you mean colour?"),
        ("red = colur", "unknown-name", 7, 12, "did you mean colour?"),
        ("colour = yelow", "unknown-choice", 10, 15, "did you mean yellow?"),
        ("colour = secnd_colour", "unknown-choice", 10, 22, "did you mean second_colour?"),
        ("colour = xyz", "unknown-choice", 10, 13, "its choices are red, yellow, gold"),
        ("colour in {red, yelow}", "unknown-choice", 17, 22, "did you mean yellow?"),
        ("colour = Colour.rde", "unknown-choice", 17, 20, "did you mean red?"),
        ("red", "unknown-name", 1, 4, "red is a choice of Colour: compare it with an option of that list"),
        ("colour = cage", "kind-mismatch", 10, 14, ""),
        ("colour = 3", "kind-mismatch", 10, 11, ""),
        ('colour = "red"', "kind-mismatch", 10, 15, ""),
        ('"red" = colour', "kind-mismatch", 1, 6, ""),
        ("colour < red", "not-ordered", 1, 7, ""),
        ("wifi < yes", "not-ordered", 1, 5, ""),
        ("colour", "kind-mismatch", 1, 7, ""),
        ("wifi and 3", "kind-mismatch", 10, 11, ""),
        ("weight <= 25", "missing-unit", 11, 13, "write 25 kg"),
        ("weight <= -25", "missing-unit", 11, 14, "write -25 kg"),
        ("25 >= weight", "missing-unit", 1, 3, "write 25 kg"),
        ("weight in {1, 2 kg}", "missing-unit", 12, 13, "write 1 kg"),
        ("weight between 1 and 2 kg", "missing-unit", 16, 17, "write 1 kg"),
        ("line.margin >= 5", "missing-unit", 16, 17, "write 5%"),
        ("fee > 5", "missing-unit", 7, 8, "write 5 EUR"),
        ("weight + 1 > 2 kg", "missing-unit", 10, 11, "write 1 kg"),
        ("fee + 1 > 2 EUR", "missing-unit", 7, 8, "write 1 EUR"),
        ("weight = 3 cm", "unit-mismatch", 10, 14, ""),
        ("3 cm = weight", "unit-mismatch", 1, 5, ""),
        ("weight + 2 mm > 3 kg", "unit-mismatch", 10, 14, ""),
        ("weight = seats", "unit-mismatch", 10, 15, ""),
        ("weight between 1 kg and 2 cm", "unit-mismatch", 25, 29, ""),
        ("seats = 5 pcs", "unit-mismatch", 9, 14, ""),
        ("fee = usd", "currency-mismatch", 7, 10, ""),
        ("fee + 3 USD > 1 EUR", "currency-mismatch", 7, 12, ""),
        ("fee + 10% > 1 EUR", "kind-mismatch", 7, 10, ""),
        ("fee * fee > 1 EUR", "money-product", 7, 10, ""),
        ("fee * weight > 1 EUR", "money-product", 7, 13, "divide by the unit first: / 1 kg"),
        ("round(1 / fee) > 1", "money-product", 11, 14, ""),
        ("round(fee / usd) > 1", "currency-mismatch", 13, 16, ""),
        ("delivery + 1 > 2", "kind-mismatch", 1, 9, ""),
        (
            "seats / count(bags) > 1",
            "division-unrounded",
            9,
            20,
            "put the division inside floor(...), ceiling(...) or round(...)",
        ),
        ("seats / 0 > 1", "division-by-zero", 9, 10, ""),
        ("seats / (1 - 1) > 1", "division-by-zero", 10, 15, ""),
        ("floor(weight) > 1 kg", "rounding-step", 1, 14, "write floor(weight, 1 kg)"),
        ("floor(weight, 0 kg) > 1 kg", "rounding-step", 15, 19, ""),
        ("floor(weight, weight) > 1 kg", "rounding-step", 15, 21, ""),
        ("floor(weight, 1) > 1 kg", "missing-unit", 15, 16, "write 1 kg"),
        ("weight > 3 kgs", "unknown-unit", 10, 15, "did you mean kg?"),
        ("weight > 3 KG", "unknown-unit", 10, 14, "did you mean kg?"),
        ("motor.powr > 3 W", "unknown-attribute", 7, 11, "did you mean power?"),
        ("customer.segmnt = dealer", "unknown-attribute", 10, 16, "did you mean segment?"),
        ("weight.power > 3 W", "unknown-attribute", 8, 13, ""),
        ("bags.size = large", "unknown-attribute", 6, 10, "write bags[0].size for the first"),
        ("bags[4].size = large", "index-out-of-range", 1, 8, ""),
        ("motor[0] = urban", "not-a-part", 1, 9, ""),
        ("bags = 3", "kind-mismatch", 8, 9, ""),
        ("bags = bags", "kind-mismatch", 1, 5, "write count(bags) for their number, bags[0] for the first of them"),
        ("bags[0] = bags[1]", "kind-mismatch", 1, 8, "write bags[0]. and the name of one of its values"),
        ("count(motor) = 1", "not-a-part", 7, 12, ""),
        ("sum(b in bags: b.size) = 1", "kind-mismatch", 16, 22, ""),
        ("max(b in bags: b.size) = 1", "not-ordered", 16, 22, ""),
        ("all motor in bags: motor.size = small", "hidden-name", 5, 10, "choose another name for the instance"),
        ("all b in bags: b.sizes = small", "unknown-attribute", 18, 23, "did you mean size?"),
        ("all b in bags: b", "kind-mismatch", 16, 17, "write b. and the name of one of its values"),
        ("weight between 3 kg and 2 kg", "empty-range", 1, 29, "swap the two ends"),
        ("delivery between 2026-02-01 and 2026-01-01", "empty-range", 1, 43, "swap the two ends"),
        ("seats in {4..1}", "empty-range", 11, 15, "swap the two ends"),
        ("colour in {red..gold}", "not-ordered", 1, 7, ""),
        ("colour between red and gold", "not-ordered", 1, 7, ""),
        ('engraving = "Ada"', "text-content", 1, 18, 'compare with "", or use a list of choices'),
        ("engraving = customer.name", "text-content", 1, 26, 'compare with "", or use a list of choices'),
        ('bags[0].tag = "x"', "text-content", 1, 18, 'compare with "", or use a list of choices'),
        ('engraving in {"", "x"}', "text-content", 19, 22, 'compare with "", or use a list of choices'),
        ("if wifi then colour else 3", "kind-mismatch", 26, 27, ""),
        ("(if wifi then 3 kg else 4) > 1 kg", "missing-unit", 25, 26, "write 4 kg"),
    ],
)
def test_a_mistake_is_reported_once_at_its_place(text, code, column, end, hint):
    typed, problems = check_condition(expression(text), SCOPE)
    assert typed is None
    assert [(p.code, p.span, p.hint, p.severity) for p in problems] == [
        (code, Span("world.cpq", 2, column, 2, end), hint, "error")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("weight + 2 mm > 3 kg", "weight and 2 mm cannot be added: mass and length"),
        ("frame <= 3 kg", "frame and 3 kg cannot be compared: length and mass"),
        ("colour = cage", "colour and cage cannot be compared: a choice of Colour and a choice of Cage"),
        ("fee + 10% > 1 EUR", "fee and 10% cannot be added: money in EUR and a percentage"),
        ("weight <= 25", "25 has no unit, but mass is needed here"),
        ("bags[4].size = large", "there are at most 4 instances of bags, numbered 0 to 3"),
        ("motor.powr > 3 W", "the choices of Motor have no attribute powr"),
    ],
)
def test_a_mistake_is_a_sentence(text, message):
    _typed, (problem,) = check_condition(expression(text), SCOPE)
    assert problem.message == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("colur = red and motr = urban", [("unknown-name", 1), ("unknown-name", 17)]),
        ("weight + 2 mm > 3 cm", [("unit-mismatch", 10)]),
        ("foo + bar > 3", [("unknown-name", 1), ("unknown-name", 7)]),
        ("sum(x in foo where x.a = red: x.b) > bar", [("unknown-name", 10), ("unknown-name", 38)]),
        ("foo between bar and 3 kg", [("unknown-name", 1), ("unknown-name", 13)]),
        ("foo < bar", [("unknown-name", 1), ("unknown-name", 7)]),
        ("foo = bar", [("unknown-name", 1)]),
        ("foo in {bar, 3 kg}", [("unknown-name", 1)]),
        ("all wifi in bags: wifi.size = smal", [("hidden-name", 5), ("unknown-choice", 31)]),
        ("colour = 3 requires weight > 2", [("kind-mismatch", 10), ("missing-unit", 30)]),
        ("if foo then colour = bar else 3", [("unknown-name", 4), ("unknown-choice", 22)]),
    ],
)
def test_independent_mistakes_are_all_reported_and_none_twice(text, expected):
    _typed, problems = check_condition(expression(text), SCOPE)
    assert [(p.code, p.span.column) for p in problems] == expected


def test_a_name_that_can_be_read_two_ways_is_an_error():
    scope = Scope({"large": CAGE, "one": SIZE})
    _typed, (problem,) = check_condition(expression("large = one"), scope)
    assert (problem.code, problem.span.column) == ("ambiguous-name", 9)


@pytest.mark.parametrize(("text", "holds"), [("1 m > 90 cm", True), ("wifi and 1 > 2", False), ("yes", True)])
def test_a_condition_that_never_changes_is_a_warning(text, holds):
    typed, (problem,) = check_condition(expression(text), SCOPE)
    assert typed == Constant(TRUTH, holds)
    assert (problem.code, problem.severity) == ("constant-condition", "warning")


def test_the_expected_kind_is_demanded():
    assert check(expression("count(bags)"), SCOPE, PLAIN)[1] == ()
    assert [p.code for p in check(expression("19 USD"), SCOPE, EUR)[1]] == ["currency-mismatch"]
    assert [p.code for p in check(expression("19"), SCOPE, EUR)[1]] == ["missing-unit"]
    assert [p.message for p in check(expression("weight"), SCOPE, PLAIN)[1]] == [
        "weight is mass, but a plain number is needed here"
    ]


# --- size and depth -----------------------------------------------------------------------------


def test_a_flat_sum_of_many_terms_is_read_and_evaluated():
    one = syntax.Name(PLACE, "seats")
    total = syntax.Sum(PLACE, tuple(("+", one) for _ in range(5_000)))
    typed, problems = check(total, SCOPE)
    assert problems == ()
    assert evaluate(typed, {"seats": Fraction(3)}) == 15_000


def test_a_flat_chain_of_divisions_is_read_and_evaluated():
    factors = (
        ("*", syntax.Name(PLACE, "seats")),
        *(("/", syntax.Number(PLACE, "2", Fraction(2))) for _ in range(3_000)),
    )
    typed, problems = check(syntax.Product(PLACE, factors), SCOPE)
    assert problems == ()
    assert evaluate(typed, {"seats": Fraction(2**3_000)}) == 1


def test_a_number_of_many_thousand_digits_is_a_problem():
    large = syntax.Number(PLACE, "9", Fraction(9**1_000))
    typed, (problem,) = check(syntax.Product(PLACE, tuple(("*", large) for _ in range(5_000))), SCOPE)
    assert (typed, problem.code) == (None, "too-large")
    parts = [syntax.Number(PLACE, "1", Fraction(1, 10**9 + k)) for k in range(5_000)]
    typed, (problem,) = check(syntax.Sum(PLACE, tuple(("+", part) for part in parts)), SCOPE)
    assert (typed, problem.code) == (None, "too-large")


def test_nesting_without_end_is_a_problem_not_a_crash():
    deep = syntax.Name(PLACE, "wifi")
    for _ in range(10_000):
        deep = syntax.Not(PLACE, deep)
    typed, problems = check(deep, SCOPE)
    assert typed is None
    assert [p.code for p in problems] == ["too-deep"]


def test_nesting_as_deep_as_the_grammar_reads_is_evaluated():
    deep = syntax.Name(PLACE, "wifi")
    for _ in range(100):
        deep = syntax.Not(PLACE, deep)
    typed, problems = check(deep, SCOPE)
    assert problems == ()
    assert evaluate(typed, {"wifi": True}) is True

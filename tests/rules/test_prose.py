"""Rules, expressions and tables as sentences."""

import pytest
from hypothesis import HealthCheck, given, settings

from rules.diagnostics import Span
from rules.grammar import parse, parse_expression
from rules.prose import say
from tests.rules import trees


def declaration(text):
    node, problems = parse(text, "f.cpq")
    assert problems == ()
    return node.declarations[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("if colour = yellow then front_wheel.size > 16 inch", "If colour is yellow, then the size of front wheel is more than 16 inch."),
        ("count(b in bags where b.size = large) <= 1", "The number of bags b for which the size of b is large is at most 1."),
        ("count(bags) between 1 and 3", "The number of bags is from 1 to 3."),
        ("weight <= 25 kg", "Weight is at most 25 kg."),
        ("colour = gold excludes cage = one", "If colour is gold, then it is not so that cage is one."),
        ("a = b requires c = d", "If a is b, then c is d."),
        ("battery in {b500, b625, 1..4}", "Battery is one of b500, b625 or 1 to 4."),
        ("battery in {b500}", "Battery is b500."),
        ('engraving != ""', "Engraving is not empty."),
        ('engraving = "A"', "Engraving is “A”."),
        ("not wifi = yes", "It is not so that wifi is yes."),
        ("a = b and (c = d or e != f)", "A is b and (c is d or e is not f)."),
        ("all b in bags: b.size = small", "For every b of bags, the size of b is small."),
        ("any b in bags: b.size = small", "For at least one b of bags, the size of b is small."),
        ("a + b - c * 2 = -d", "(a plus b minus (c times 2)) is (minus d)."),
        ("max(a, b, 3 kg) >= round(x / 3, 1 mm)", "The greatest of a, b and 3 kg is at least (x divided by 3) rounded to a multiple of 1 mm."),
        ("sum(b in bags where b.x = y: b.weight) < 9 kg", "The sum of the weight of b over every b of bags for which the x of b is y is less than 9 kg."),
        ("if a = b then 1 else 2", "1 if a is b, otherwise 2."),
        ("if a = b then c = d else e = f", "If a is b, then c is d, otherwise e is f."),
        ("bags[0].size = large", "The size of bags number 0 is large."),
        ("since >= 2026-06-01", "Since is at least 2026-06-01."),
    ],
)  # fmt: skip
def test_an_expression_as_a_sentence(text, sentence):
    node, _ = parse_expression(text, Span("f", 1, 1, 1, 1))
    assert say(node) == sentence


def test_labels_take_the_place_of_names():
    node, _ = parse_expression("front_wheel = W14", Span("f", 1, 1, 1, 1))
    assert say(node, {"front_wheel": "the front wheel", "W14": "14-inch wheel"}) == "The front wheel is 14-inch wheel."


def test_tables():
    text = 'rule r on p from 2026-01-01 {{\n  {} extender | battery\n    yes | b500, b625\n    no | any\n  because "They share a tube"\n}}'
    allowed, forbidden = declaration(text.format("allow")), declaration(text.format("forbid"))
    rows = "extender yes with battery b500 or b625; extender no with any battery."
    assert say(allowed) == f"From 2026-01-01, allowed together: {rows} They share a tube."
    assert say(forbidden.body) == f"Never together: {rows}"
    file = declaration('rule r on p { allow a | b from "t.csv" because "x" }')
    assert say(file.body) == "Allowed together: the rows of t.csv for a and b."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("prefer p on b weight 2 { motor = urban }", "Preferably, motor is urban (weight 2)."),
        ('floor f { line.margin >= 5% because "It loses money." }', "It must hold that the margin of line is at least 5%. It loses money."),
        ('charge c on b { 19.00 EUR when a = b because "Engraving" }', "19.00 EUR is charged when a is b. Engraving."),
        ('suggest s on b { when a = b offer c = d because "Why not?" }', "When a is b, it is suggested that c is d. Why not?"),
        ("fee f { charge 49.00 EUR when a < b }", "49.00 EUR is charged when a is less than b."),
        ("fee f { allowance 3% }", "3% is taken off."),
        ("recurring c on b { 12.00 EUR per month for 36 when a = b }", "12.00 EUR is paid per month for 36 periods when a is b."),
        ("percent c on b { 8% of net of x_y, z }", "The price of b is 8% of the net of x y and z."),
        ("percent c on b { 8% of list }", "The price of b is 8% of the list of all other lines."),
        ("channel c { 20% on b when x = y }", "The channel takes 20% of b when x is y."),
        ('delegate x_y to "Ann" until 2026-12-31', "Until 2026-12-31, Ann may agree in the place of x y."),
        ("approve a until 2026-12-31 { when a = b by any of x_y, z }", "Until 2026-12-31, when a is b, x y or z must agree."),
    ],
)  # fmt: skip
def test_other_declarations(text, sentence):
    assert say(declaration(text)) == sentence


def test_other_nodes_are_no_sentences():
    with pytest.raises(ValueError, match="TaxDeclaration"):
        say(declaration("tax standard 19%"))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(trees.expressions)
def test_every_expression_can_be_said(node):
    sentence = say(node)
    assert sentence.endswith(".")
    assert sentence[0] == sentence[0].upper()

"""The canonical text: its shape, idempotence, comments, and the same tree."""

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.formatter import format_text, write
from rules.grammar import parse
from tests.rules import trees

SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def canonical(text):
    formatted, problems = format_text(text, "f.cpq")
    assert problems == ()
    return formatted


def shape(text):
    """Compare with the text as it should be; what should be stays as it is."""
    assert canonical(text) == text


def test_a_choice_row_in_columns():
    assert canonical('choices M (power: W, weight: kg){\nurban "Urban" 250 2.9\ncargo "Cargo XL"   1750 14.4 renamed from heavy\n}') == (
        "choices M (power: W, weight: kg) {\n"
        '  urban  "Urban"      250   2.9\n'
        '  cargo  "Cargo XL"  1750  14.4  renamed from heavy\n'
        "}\n"
    )  # fmt: skip


def test_a_table_under_its_columns():
    assert canonical('rule r on p {\n allow range_extender|battery\n yes|b500,b625\n no|any\n because "x"\n}') == (
        "rule r on p {\n"
        "  allow range_extender | battery\n"
        "        yes            | b500, b625\n"
        "        no             | any\n"
        '  because "x"\n'
        "}\n"
    )


def test_statements_under_one_another():
    shape(
        'product p "P" {\n'
        "  option colour: Colour = red\n"
        "  part   bags: Bag 0..4\n"
        "  let    weight = 14 kg + 0.8 kg * count(bags)\n"
        "\n"
        '  section "Drive"  { motor, battery }\n'
        '  section "Extras" { bags }\n'
        "}\n"
        "\n"
        "promotion x from 2026-11-01 {\n"
        "  on    ebike.bags\n"
        "  when  a = b\n"
        "  give  50% up to 40.00 EUR\n"
        "  group seasonal\n"
        "}\n"
        "\n"
        "scale fleet on p {\n"
        "  volume by quantity over quote\n"
        "  1 .. 4       0%\n"
        "  5 .. 19      4%\n"
        "  20 or more  12%\n"
        "}\n"
        "\n"
        'item "FRAME-{size}"  on p\n'
        'item "MOTOR"         on p quantity 2\n'
        "\n"
        "group seasonal { best one per unit }\n"
        "group coupons  { best one per quote, after seasonal }\n"
        "\n"
        "test t on p {\n"
        "  given  a = b\n"
        "  expect x in {1..4, 6 kg}\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a=b", "a = b"), ("a = -  5", "a = -5"), ("a -5 = b", "a - 5 = b"), ("( a=b ) and not  c", "(a = b) and not c"),
        ("count( bags )>=1", "count(bags) >= 1"), ("round (a/3,1 mm)=b", "round(a / 3, 1 mm) = b"),
        ("a in { b , c }", "a in {b, c}"), ("a in {1 .. 4}", "a in {1..4}"), ("a in {1kg..4kg}", "a in {1 kg .. 4 kg}"),
        ("bags [ 0 ] . size = large", "bags[0].size = large"), ("a = 5 %", "a = 5%"), ("a = 3kg", "a = 3 kg"),
        ("a*-b = c", "a * -b = c"), ("- (a + b) = c", "-(a + b) = c"), ("all b in bags:b.x = y", "all b in bags: b.x = y"),
    ],
)  # fmt: skip
def test_the_spaces_of_an_expression(text, same):
    assert canonical(f'rule r on p {{\n{text}\nbecause "x" }}') == f'rule r on p {{\n  {same}\n  because "x"\n}}\n'


def test_numbers_keep_their_text_and_line_breaks_inside_a_statement_stay():
    shape('rule r on p {\n  a = 007.50 EUR and\n    b = c\n    requires (d\n    = e)\n  because "x"\n}\n')


def test_every_comment_keeps_its_place():
    shape(
        "# at the head\n"
        "\n"
        "# above the product\n"
        "product p { # behind the brace\n"
        "  # above the option\n"
        "  option a: yes/no  # behind the option\n"
        "\n"
        "  # after a blank line\n"
        "  option b: yes/no\n"
        "  # before the end\n"
        "}  # behind the end\n"
        "\n"
        "rule r on p {\n"
        "  a = b and  # between\n"
        "    # two lines\n"
        "    c = d\n"
        '  because "x"\n'
        "}\n"
        "\n"
        "tax a 1%  # one\n"
        "# two\n"
        "tax b 2%\n"
        "# at the end\n".replace("{ # behind", "{  # behind")
    )


def test_one_blank_line_stays_and_declarations_stand_apart():
    assert canonical("\n\ntax a 1%\ntax b 2%\n\n\n\ntax c 3%\nproduct p {\n\n\n option a: yes/no\n\n\n option b: yes/no\n\n}\n# c\nproduct q { }") == (
        "tax a 1%\ntax b 2%\n\ntax c 3%\n\nproduct p {\n  option a: yes/no\n\n  option b: yes/no\n}\n\n# c\nproduct q { }\n"
    )  # fmt: skip


def test_a_file_of_comments_and_an_empty_file():
    assert canonical("") == ""
    assert canonical("\n\n # a\n\n\n# b  \n") == "# a\n\n# b\n"


def test_a_file_that_cannot_be_read_is_not_formatted():
    formatted, problems = format_text("tax a", "f.cpq")
    assert formatted is None
    assert [problem.code for problem in problems] == ["incomplete-declaration"]


@pytest.mark.parametrize("file", ["kids_bike.cpq", "ebikes/catalog.cpq"])
def test_the_samples_keep_their_meaning_and_their_lines(shared, file):
    text = (shared / "language" / file).read_text(encoding="utf-8")
    formatted = canonical(text)
    assert parse(formatted, "f")[0] == parse(text, "f")[0]
    assert canonical(formatted) == formatted
    assert [line.split() for line in formatted.splitlines()] == [line.split() for line in text.splitlines()]


@SLOW
@given(trees.files)
def test_what_is_written_from_a_tree_is_canonical(node):
    text = write(node)
    assert canonical(text) == text
    assert parse(text, "f")[0] == node


@SLOW
@given(trees.files, st.randoms(use_true_random=False))
def test_comments_and_spaces_change_nothing(node, chance: random.Random):
    """Comments are put behind and between random lines, indentation and blank lines are disturbed."""
    lines = write(node).splitlines()
    comments = [f"# {number} {'x' * chance.randint(0, 3)}".rstrip() for number in range(3)]
    untidy: list[str] = []
    for line in lines:
        indent = "   " * chance.randint(1, 2) if line.startswith(" ") else ""
        untidy += [""] * chance.randint(0, 2)
        if comments and chance.random() < 0.2:
            untidy.append(indent + comments.pop())
        behind = f" {comments.pop()}" if comments and chance.random() < 0.2 else ""
        untidy.append(indent + line.strip() + behind)
    text = "\r\n".join(untidy)
    formatted = canonical(text)
    assert parse(formatted, "f")[0] == node
    assert canonical(formatted) == formatted
    assert _comments(formatted.splitlines()) == _comments(untidy)


def _comments(lines):
    """Return what stands before each comment, without spaces, and the comment."""
    found = (re.fullmatch(r"(.*?)(# \d x*|# \d)", line) for line in lines)
    return [("".join(match[1].split()), match[2]) for match in found if match]

"""Every mistake is reported at its place, in one run, in words, and names what it hides."""

import re
from pathlib import Path

import pytest

from rules.grammar import parse

WRONG = sorted((Path(__file__).parent / "data" / "wrong").glob("*.cpq"))
EXPECTED = re.compile(r"^#! (\d+):(\d+) (\S+)$", re.MULTILINE)


@pytest.mark.parametrize("file", WRONG, ids=lambda file: file.stem)
def test_a_wrong_file_has_exactly_the_problems_its_comments_name(file):
    text = file.read_text(encoding="utf-8")
    expected = [(int(line), int(column), code) for line, column, code in EXPECTED.findall(text)]
    _, problems = parse(text, file.name)
    found = [(problem.span.line, problem.span.column, problem.code) for problem in problems]
    assert expected
    assert found == expected
    assert all(problem.span.file == file.name and problem.message for problem in problems)


def problem(text):
    _, problems = parse(text, "f.cpq")
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ('prodct p "P" { }', "unknown-declaration", "did you mean product?"),
        ("product p {\n  optin a: yes/no\n}", "misspelt-word", "did you mean option?"),
        ("product p {\n  option a: true/false\n}", "unexpected", "write `yes/no`"),
        ('rule r on p { a == b because "x" }', "wrong-operator", "write `=`"),
        ('rule r on p { a = b && c = d because "x" }', "wrong-operator", "write `and`"),
        ('rule r on p { not_a => 3 because "x" }', "wrong-operator", "write `>=`"),
        ('rule r on p { 1 < x < 3 because "x" }', "chained-comparison", "join two comparisons with `and`, or write `x between low and high`"),
        ('rule r on p { x not in {a} because "x" }', "unexpected", "write `not` before the condition: `not x in {a, b}`"),
        ("clause c { 'single' }", "unexpected-character", 'a text stands between straight double quotes: "like this"'),
        ("tax a 2,5% from 2026-01-01", "unexpected", "decimals are written with a point, and large numbers without commas"),
        ('rule r on p {\n  allow a | b\n  because "x"\n}', "missing-row", "write a row on a line of its own"),
        ("promotion p {\n  on 0 bike\n  give 5%\n}", "number-too-small", ""),
    ],
)  # fmt: skip
def test_the_hint_says_how_to_mend_it(text, code, hint):
    found = problem(text)
    assert (found.code, found.hint) == (code, hint)


def test_a_missing_brace_shows_where_it_was_opened():
    found = problem('rule a on p {\n  x = y\n  because "a"\n\ntax standard 19%\n')
    assert (found.code, found.span.line) == ("missing-bracket", 3)
    (related,) = found.related
    assert (related[0].line, related[0].column) == (1, 13)


def test_the_other_statements_of_a_product_are_read():
    node, problems = parse("product p {\n  option a: yes/no\n  option b yes/no\n  option c: yes/no\n}\n", "f.cpq")
    assert len(problems) == 1
    (product,) = node.declarations
    assert [member.name.text for member in product.members] == ["a", "c"]
    assert [name.text for name in node.broken] == ["b"]


def test_a_broken_rule_is_left_out_and_named():
    node, problems = parse('rule a on p { x = because "a" }\nrule b on p { x = y because "b" }\n', "f.cpq")
    assert [one.name.text for one in node.declarations] == ["b"]
    assert [name.text for name in node.broken] == ["a"]
    assert [found.code for found in problems] == ["missing-value"]


def test_a_misspelt_word_is_read_as_what_it_stands_for():
    node, problems = parse("prodct p {\n  optin a: yes/no\n  option b: yes/no extra\n}\n", "f.cpq")
    assert [found.code for found in problems] == ["unknown-declaration", "misspelt-word", "unexpected"]
    assert [member.name.text for member in node.declarations[0].members] == ["a"]


def test_problems_are_sorted_and_told_once():
    text = "".join(f"product p{i} {{\n  optin a: yes/no\n  let b = +\n}}\n" for i in range(20))
    _, problems = parse(text, "f.cpq")
    assert [found.span.line for found in problems] == sorted(i * 4 + line for i in range(20) for line in (2, 3))

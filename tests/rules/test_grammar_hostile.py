"""Hostile texts end in problems within bounds: no traceback, no recursion, no place outside the file."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import grammar, tokens
from rules.diagnostics import Span
from rules.formatter import format_text
from rules.grammar import parse, parse_expression
from rules.reading import LARGEST_FILE, MOST_PROBLEMS
from tests.rules import trees

AT = Span("f", 1, 1, 1, 1)


def codes(text):
    _, problems = parse(text, "f.cpq")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        span = problem.span
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1
        assert span.end_column <= len(lines[span.end_line - 1]) + 2
    return [problem.code for problem in problems]


def in_rule(condition):
    return f'rule r on p {{ {condition} because "x" }}'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * (LARGEST_FILE + 1), "file-too-large"),
        ("tax a 1%\0", "not-text"),
        ("tax a\x07 1%", "control-character"),
        ('clause c { "a\x1b[31m" }', "control-character"),
        ('clause c { "access \u202e level" }', "bidirectional-character"),
        ("tax a 1% # \u2066 hidden", "bidirectional-character"),
        ("tax a 1%\ufeff", "control-character"),
        ("tax a 1%\ud800", "control-character"),
        (in_rule("(" * 10_000 + "a" + ")" * 10_000), "too-deep"),
        (in_rule("not " * 10_000 + "a"), "too-deep"),
        (in_rule("a = " + "- " * 300 + "b"), "too-deep"),
        (in_rule("if a then b else " * 200 + "c"), "too-deep"),
        (in_rule("a" + ".b" * 10_000), "too-deep"),
        (in_rule("a = " + "9" * 1_000_000), "number-too-long"),
        (in_rule("a" * 201 + " = b"), "name-too-long"),
        ('clause c { "' + "x" * 1_000_000 + '" }', "text-too-long"),
        (in_rule("bags[1] = " + "bags[" + "9" * 30 + "].x"), "number-too-large"),
        ('item "X" on p when "open', "unterminated-text"),
        ('product p { option a: text matching "\\x" }', "bad-escape"),
    ],
    ids=lambda value: value[:20] if len(value) < 40 else f"{value[:12]}-{len(value)}",
)
def test_a_hostile_text_is_refused_at_its_place(text, code):
    assert codes(text) == [code]


def test_a_long_declaration_and_a_long_file(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 100)
    assert codes("choices c {\n" + "a\n" * 40 + "}") == []
    assert codes("choices c {\n" + "a\n" * 60 + "}\ntax a 1%") == ["declaration-too-long"]
    monkeypatch.setattr(grammar, "MOST_TOKENS", 1_000)
    assert codes("tax a 1%\n" * 150) == []
    assert codes("tax a 1%\n" * 300) == ["file-too-long"]


def test_the_deepest_brackets_allowed_are_read():
    assert codes(in_rule("(" * 60 + "a" + ")" * 60)) == []
    assert parse_expression("not " * 90 + "a", AT)[1] == ()


def test_no_more_problems_than_the_limit():
    assert len(codes("$\n" * 100_000)) == MOST_PROBLEMS
    assert len(codes("product p {\n" + "  option 5\n" * 1_000 + "}\n")) == MOST_PROBLEMS


@pytest.mark.parametrize(
    "text", ["", "\n", "#", "# only a comment", "   ", "{", "}", '"', "\\", "in {", "rule", "rule\n"]
)
def test_small_scraps(text):
    codes(text)
    formatted, problems = format_text(text, "f.cpq")
    assert (formatted is None) == bool(problems)


def test_long_chains_are_flat_and_fine():
    assert parse_expression(" + ".join(["a"] * 5_000), AT)[1] == ()
    assert parse_expression(" and ".join(["a = b"] * 5_000), AT)[1] == ()


BOUNDED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
PIECES = (
    *'{}()[]"\n\t#,.:=|-+/*%3§\u202e', "..", "==", "2026-01-01", "2,5", "yes", "any", "in", "because", "when", "if",
)  # fmt: skip


@BOUNDED
@given(trees.files, st.randoms(use_true_random=False))
def test_a_damaged_text_gives_problems_inside_the_file_or_a_tree(node, chance: random.Random):
    text = "\n".join(trees.written(node))
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(PIECES) + text[at + chance.randint(0, 3) :]
    found = codes(text)
    formatted, problems = format_text(text, "f.cpq")
    assert sorted(problem.code for problem in problems) == sorted(found)
    if formatted is not None:
        assert parse(formatted, "f.cpq")[0] == parse(text, "f.cpq")[0]


@BOUNDED
@given(st.text(st.sampled_from('ab{}()[]"\\\n ,.:=|-+/%#3§é\u202e\x00\r'), max_size=60))
def test_any_text_at_all(text):
    codes(text)
    codes(f"product p {{\n{text}\n}}\n")

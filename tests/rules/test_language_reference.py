"""The reference of the language is true: its examples are read, every word and every code stands in it, its limits hold."""

import ast
import re
from pathlib import Path

import pytest

from rules import grammar, reader, reading, tokens
from rules.automaton import RESERVED, tables
from rules.formatter import format_text
from rules.grammar import parse

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```cpq\n(.*?)```", TEXT, re.DOTALL)
MODULES = "reading tokens reader grammar complaints statements expressions products commerce"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split(None, 2)[0])
def test_every_example_is_read_and_formatted(example):
    node, problems = parse(example, "language.md")
    assert problems == ()
    formatted, _ = format_text(example, "language.md")
    assert parse(formatted, "language.md")[0] == node


def test_every_declaration_has_a_heading():
    headings = {word for line in re.findall(r"^### (.*)$", TEXT, re.MULTILINE) for word in re.findall(r"`(\w+)`", line)}
    assert headings == tables().declarations


def test_every_word_of_the_grammar_is_used_in_an_example():
    used = set(re.findall(r"\w+", re.sub(r'"[^"]*"|#.*', "", "\n".join(EXAMPLES))))
    quoted = {word for part in re.findall(r"`([^`\n]+)`", TEXT) for word in re.findall(r"\w+", part)}
    assert set(tables().keywords) - used == set()
    assert set(tables().keywords) - quoted == set()


def test_the_words_that_are_no_names():
    (line,) = re.findall(r"not usable as\nnames: (.*?)\.", TEXT, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", line)) == RESERVED


def codes_of(name):
    """Return the codes that a module gives its problems."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / "rules" / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            values = [part.value for part in node.args if isinstance(part, ast.Constant)]
            if function in {"Diagnostic", "Refusal", "note", "problem"}:
                found |= {text for text in values[:1] if isinstance(text, str)}
            elif function in {"needed", "_required"}:
                found |= {f"missing-{text}" for text in values[:1]}
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            first = node.value.elts[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


def test_every_code_is_listed_and_every_listed_code_is_given():
    given = set().union(*(codes_of(name) for name in MODULES.split()))
    section = TEXT.split("## Problems of reading")[1].split("## Limits")[0]
    listed = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    assert listed == sorted(listed)
    assert set(listed) == given


def test_every_code_is_exercised():
    """Each code is expected by a wrong file or by a test."""
    section = TEXT.split("## Problems of reading")[1]
    here = Path(__file__).parent
    files = [*here.glob("data/wrong/*.cpq"), *here.glob("test_grammar_*.py")]
    expected = "\n".join(file.read_text(encoding="utf-8") for file in files)
    codes = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    assert [code for code in codes if not re.search(rf"(?<![\w-]){code}(?![\w-])", expected)] == []


def test_the_limits_are_those_of_the_program():
    table = dict(re.findall(r"^\| ([a-z ]+) \| ([\d,]+) \|$", TEXT.split("## Limits")[1], re.MULTILINE))
    assert {name: int(number.replace(",", "")) for name, number in table.items()} == {
        "characters of a file": reading.LARGEST_FILE,
        "words and signs of a file": grammar.MOST_TOKENS,
        "words and signs of a declaration": tokens.MOST_TOKENS,
        "brackets inside one another": tokens.DEEPEST_BRACKETS,
        "levels of an expression": reader.DEEPEST_TREE,
        "names in a path": 16,
        "characters of a name": tokens.LONGEST_NAME,
        "characters of a number": tokens.LONGEST_NUMBER,
        "characters of a text": tokens.LONGEST_TEXT,
        "problems reported of a file": reading.MOST_PROBLEMS,
    }

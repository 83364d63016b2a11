"""The reference of the language is true: its examples are read, every word and every code stands in it, its limits hold."""

import ast
import csv
import re
from pathlib import Path

import pytest

from catalogs import declare_choices, declare_products, declare_tests, declare_types, folder, money, overlaps
from catalogs import price_checks, records, report
from catalogs import tables as sheets
from configurator import instances
from configurator.ground import MAX_DEPTH, MAX_TERMS
from rules import cells, expressions, grammar, operands, reader, reading, scope, tokens, units, values
from rules.automaton import RESERVED, tables
from rules.formatter import format_text
from rules.grammar import parse

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```cpq\n(.*?)```", TEXT, re.DOTALL)
MODULES = "reading tokens reader grammar complaints statements expressions products commerce pricing_terms"
LISTED = r"^\| `([a-z0-9-]+)` \|"
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
NO_CODES = {"utf-8", "utf-8-sig"}
WITHOUT_HYPHEN = {"link", "formula"}


def section_of(heading):
    """Return the text under a heading, up to the next one of its level."""
    return re.split(r"^## ", TEXT.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]


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
    listed = re.findall(LISTED, section_of("Problems of reading"), re.MULTILINE)
    assert listed == sorted(listed)
    assert set(listed) == given


def test_every_code_of_a_catalog_is_listed_and_every_listed_code_is_given():
    """Codes are the only texts in these modules that are written like one."""
    checker = (path for path in (ROOT / "rules").glob("*.py") if path.stem not in MODULES.split())
    given: set[str] = set()
    for path in (*checker, *(ROOT / "catalogs").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        given |= {text for text in texts if CODE.fullmatch(text)} - NO_CODES | (texts & WITHOUT_HYPHEN)
    listed = re.findall(LISTED, section_of("Problems of a catalog"), re.MULTILINE)
    assert listed == sorted(listed)
    assert set(listed) == given


def test_every_code_of_a_catalog_says_whether_it_is_a_warning():
    source = "\n".join(
        path.read_text(encoding="utf-8") for room in ("rules", "catalogs") for path in (ROOT / room).glob("*.py")
    )
    warned = set(re.findall(r'\.warn\(\s*"([a-z-]+)"', source))
    warned |= set(re.findall(r'Diagnostic\(\s*"([a-z-]+)",[^"]*(?:"[^"]*")?[^"]*severity="warning"', source))
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| warning: ", section_of("Problems of a catalog"), re.MULTILINE)
    assert set(rows) == warned


def test_the_units_are_those_of_the_program():
    rows = re.findall(r"^\| [a-z, ]+ \| (`.*`) \|$", section_of("Units"), re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert listed == list(units.names())


def test_the_fields_of_records_are_those_of_the_program():
    section = section_of("Which names are visible where")
    rows = dict(re.findall(r"^\| `(line|quote|customer)` \| (.*) \|$", section, re.MULTILINE))
    shown = {name: tuple(re.findall(r"`(\w+)`", row.split(", and what")[0])) for name, row in rows.items()}
    assert shown == {
        "line": tuple(records.line_record("EUR").fields),
        "quote": tuple(records.quote_record("EUR").fields),
        "customer": records.BUILT_IN,
    }


def test_every_code_is_exercised():
    """Each code is expected by a wrong file or by a test."""
    section = section_of("Problems of reading")
    here = Path(__file__).parent
    files = [*here.glob("data/wrong/*.cpq"), *here.glob("test_grammar_*.py")]
    expected = "\n".join(file.read_text(encoding="utf-8") for file in files)
    codes = re.findall(LISTED, section, re.MULTILINE)
    assert [code for code in codes if not re.search(rf"(?<![\w-]){code}(?![\w-])", expected)] == []


def test_the_limits_are_those_of_the_program():
    rows = re.findall(r"^\| ([A-Za-z ]+) \| ([\d,]+) \|$", section_of("Limits"), re.MULTILINE)
    table = dict(rows)
    assert len(table) == len(rows)
    assert {name: int(number.replace(",", "")) for name, number in table.items()} == {
        "characters of a file": reading.LARGEST_FILE,
        "words and signs of a file": grammar.MOST_TOKENS,
        "words and signs of a declaration": tokens.MOST_TOKENS,
        "brackets inside one another": tokens.DEEPEST_BRACKETS,
        "levels of an expression": reader.DEEPEST_TREE,
        "levels of an expression once read": scope._DEEPEST,
        "names in a path": expressions.LONGEST_PATH,
        "characters of a name": tokens.LONGEST_NAME,
        "characters of a number": tokens.LONGEST_NUMBER,
        "characters of a text": tokens.LONGEST_TEXT,
        "whole numbers of instances and counts": expressions.LARGEST_WHOLE,
        "binary digits of an exact constant": operands._MOST_BITS,
        "problems reported of reading a file": reading.MOST_PROBLEMS,
        "files": folder.LIMITS.files,
        "bytes of all files": folder.LIMITS.total,
        "folders inside one another": folder.LIMITS.depth,
        "bytes of a file of declarations": folder.LARGEST[".cpq"],
        "bytes of a CSV file": folder.LARGEST[".csv"],
        "bytes of an SVG picture": folder.LARGEST[".svg"],
        "bytes of a PNG or JPEG picture": folder.LARGEST[".png"],
        "rows of a CSV file": sheets.MOST_ROWS,
        "columns of a CSV file": sheets.MOST_COLUMNS,
        "characters of a CSV cell": csv.field_size_limit(),
        "characters of a cell with a set of values": cells._LONGEST,
        "characters of a number or name in a cell": values._LONGEST_NUMBER,
        "problems shown of a file": report.MOST_PER_FILE,
        "choices of a list": declare_choices.MOST_CHOICES,
        "steps of a range": declare_types.MOST_VALUES,
        "characters of a text option": declare_types.LONGEST_TEXT,
        "open repetitions in a pattern": declare_types._MOST_UNBOUNDED,
        "instances of parts in a component": declare_products.MOST_INSTANCES,
        "an amount of money": money.MOST,
        "decimals of an amount": len(str(money._MICRO)) - 1,
        "comparisons of overlapping prices in a list": overlaps.MOST_COMPARISONS,
        "overlapping rows shown of a list": price_checks.MOST_OVERLAPS,
        "steps of a range whose remaining values a test tells": declare_tests.MOST_REMAINING,
        "instances": instances.MAX_INSTANCES,
        "values of all options": instances.MAX_VALUES,
        "parts inside one another": instances.MAX_NESTING,
        "terms of all rules and derived values": MAX_TERMS,
        "levels of a rule with its derived values": MAX_DEPTH,
    }

"""Every wrong catalog has exactly the diagnostics that the comments at its head expect."""

import ast
import re
from pathlib import Path

import pytest
from catalogs import load_folder
from rules.diagnostics import render

WRONG = Path(__file__).parent / "data" / "wrong"
CASES = sorted(path for path in WRONG.iterdir() if path.is_dir() or path.suffix == ".cpq")
EXPECTED = re.compile(r"^#! (?:(\S+?):)?(\d+):(\d+) (\S+)$", re.MULTILINE)


def expected_of(case: Path) -> list[tuple[str, int, int, str]]:
    main = case / "catalog.cpq" if case.is_dir() else case
    found = EXPECTED.findall(main.read_text(encoding="utf-8"))
    return sorted((file or main.name, int(line), int(column), code) for file, line, column, code in found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_wrong_catalog_has_exactly_the_expected_diagnostics(case: Path):
    expected = expected_of(case)
    assert expected
    loaded = load_folder(case)
    found = sorted((d.span.file, d.span.line, d.span.column, d.code) for d in loaded.diagnostics)
    shown = "\n".join(render(diagnostic, loaded.sources) for diagnostic in loaded.diagnostics)
    assert found == expected, shown
    assert (loaded.catalog is None) == any(d.severity == "error" for d in loaded.diagnostics)


ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
NO_CODES = {"utf-8", "utf-8-sig"}
WITHOUT_HYPHEN = {"unexpected", "link", "formula"}


def codes_of(source: str) -> set[str]:
    """Return every code that a module can give; codes are the only texts in it that are written like one."""
    tree = ast.parse(source)
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if CODE.fullmatch(text)} - NO_CODES | (texts & WITHOUT_HYPHEN)


def test_every_code_is_exercised():
    """A code that no wrong catalog and no test expects could be wrong without anybody noticing."""
    modules = [path for room in ("rules", "catalogs") for path in sorted((ROOT / room).glob("*.py"))]
    given = {code for path in modules for code in codes_of(path.read_text(encoding="utf-8"))}
    expected = {code for case in CASES for _, _, _, code in expected_of(case)}
    tests = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").glob("**/*.py")))
    assert sorted(code for code in given - expected if f'"{code}"' not in tests) == []

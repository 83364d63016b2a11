"""The house rules that a machine can check: which way imports go, file sizes, docstrings, packaging."""

import ast
import importlib.metadata
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ["rules", "catalogs", "configurator", "quotes.pricing", "quotes", "api"]
PURE = ["rules", "catalogs", "configurator", "quotes"]


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room.replace(".", "/")).rglob("*.py"))]


def room_of(module: str) -> str | None:
    fitting = [room for room in ROOMS if module == room or module.startswith(f"{room}.")]
    return max(fitting, key=len) if fitting else None


def imports(path: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: import by the full name"
            found.append((node.lineno, node.module or ""))
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def wrong_way(importer: str, imported: str) -> bool:
    here, there = room_of(importer), room_of(imported)
    return here is not None and there is not None and ROOMS.index(there) > ROOMS.index(here)


@pytest.mark.parametrize("room", ["rules", "catalogs", "configurator", "quotes"])
def test_imports_go_one_way(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sources(room)
        for line, name in imports(path)
        if wrong_way(".".join(path.relative_to(ROOT).with_suffix("").parts), name)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_direction_check_can_fail() -> None:
    assert wrong_way("rules.checker", "catalogs.model")
    assert wrong_way("quotes.pricing.access", "quotes.quote")
    assert not wrong_way("quotes.build", "quotes.pricing.record")


@pytest.mark.parametrize("room", PURE)
def test_lower_rooms_know_no_clock_no_chance_no_database(room: str) -> None:
    forbidden = {"random", "secrets", "sqlite3", "sqlalchemy", "uuid"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sources(room)
        for line, name in imports(path)
        if name.split(".")[0] in forbidden
    ]
    clock = re.compile(r"\b(date\.today|datetime\.now|datetime\.utcnow|time\.time|os\.environ)\b")
    wrong += [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in sources(room)
        for found in clock.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n".join(wrong)


def test_files_and_functions_stay_small_and_say_their_job() -> None:
    wrong = []
    for path in sources("rules", "catalogs", "configurator", "quotes", "api"):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        name = path.relative_to(ROOT)
        if len(text.splitlines()) > 400:
            wrong.append(f"{name}: {len(text.splitlines())} lines")
        if len(ast.get_docstring(tree) or "") < 20:
            wrong.append(f"{name}: no sentence saying its job")
        if path.stem in {"utils", "helpers", "manager", "base", "common", "misc"}:
            wrong.append(f"{name}: a name for a drawer")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > 60:
                    wrong.append(f"{name}:{node.lineno}: {node.name} has {length} lines")
    assert not wrong, "\n".join(wrong)


def test_every_package_is_listed() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in sources("rules", "catalogs", "configurator", "quotes", "api")
        if path.name == "__init__.py"
    }
    assert listed == found


def test_no_other_distribution_owns_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    for name in [*PURE, "api"]:
        assert set(owners.get(name, [])) <= {"quotewright"}, f"{name} is also installed by {owners[name]}"


def test_the_repository_names_no_machine_and_no_registry() -> None:
    listing = subprocess.run(
        ["/usr/bin/env", "git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    named = re.compile(r"(/(?:root|home|work|tmp)/|pypi\.org|files\.pythonhosted|registry\.npmjs)")
    wrong = [
        f"{name}: {found.group()}"
        for name in listing
        if (ROOT / name).suffix in {".py", ".md", ".txt", ".toml", ".cpq", ".csv", ".json", ".html", ".js", ""}
        and (ROOT / name).is_file()
        and name != "tests/house/test_layout.py"
        for found in named.finditer((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n".join(wrong)

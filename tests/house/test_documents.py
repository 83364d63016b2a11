"""What the documents say holds: the catalog in the README is one, the commands exist, the links lead somewhere."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from api.commands.main import app
from catalogs import load
from rules.formatter import format_text

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_rule_file_of_the_readme_is_a_catalog() -> None:
    text = re.search(r"```cpq\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert text is not None
    loaded = load({"readme.cpq": text[1].encode()})
    assert loaded.diagnostics == ()
    assert loaded.catalog is not None
    assert format_text(text[1], "readme.cpq") == (text[1], ())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_commands_exist(page: Path) -> None:
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"`(?:\.venv/bin/)?cpq ([a-z-]+)", page.read_text(encoding="utf-8")))
    assert named <= known, named - known


def test_make_targets_named_in_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"))) <= targets


def test_the_tours_first_steps_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "tour.md").read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    monkeypatch.chdir(ROOT)
    exec(compile(code[1], "tour.md", "exec"), {})  # noqa: S102 - our own document
    assert "diagram" in capsys.readouterr().out


def test_files_named_in_the_tour_exist() -> None:
    text = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:rules|catalogs|configurator|quotes|api|tests)/[a-z_/]+(?:\.py|\.js|/))`", text))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []

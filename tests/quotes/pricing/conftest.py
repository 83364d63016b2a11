"""The file of published cases that the goldens are taken from: the public one where no other is named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

PUBLIC = Path(os.environ.get("CPQ_SHARED", Path(__file__).parents[4] / "shared")) / "data/pricing/golden.json"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--goldens", type=Path, default=PUBLIC, help="A file of published cases of pricing.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of every case; where the file is absent a single one, which skips, or fails in CI."""
    if "golden" not in metafunc.fixturenames:
        return
    file = metafunc.config.getoption("--goldens")
    cases = json.loads(file.read_text(encoding="utf-8"))["cases"] if file.is_file() else [None]
    metafunc.parametrize("golden", [pytest.param(case, id=case["id"] if case else "absent") for case in cases])

"""`cpq reprice`, `cpq approve` and `cpq reject` on files, as a person types them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.bulk import in_batches
from api.commands.main import app
from tests.quotes.shop import CUSTOMERS, RETAIL
from tests.quotes.test_impact import APPROVE, REQUEST, SHOP

RUN = CliRunner()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CPQ_CACHE", str(tmp_path / "cache"))
    return written(tmp_path / "old", RETAIL)


def written(folder: Path, retail: str) -> Path:
    folder.mkdir()
    delegate = '\ndelegate sales_manager to "bob" until 2099-12-31\n'
    files = {
        "shop.cpq": SHOP + APPROVE + delegate,
        "retail.csv": retail.replace("301..350", "350"),
        "customers.csv": CUSTOMERS,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def quoted(shop: Path, out: Path, request: str = REQUEST) -> Path:
    out.mkdir(exist_ok=True)
    (out / "request.json").write_text(request)
    told = RUN.invoke(app, ["quote", str(shop), str(out / "request.json"), "--out", str(out), "--viewer", "rep"])
    assert told.exit_code == 0, told.output
    return max(out.glob("quote-*.json"), key=lambda one: one.stat().st_mtime_ns)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_reprice_says_what_changes_for_every_quote(shop: Path, tmp_path: Path, workers: str) -> None:
    out = tmp_path / "out"
    names = sorted(quoted(shop, out).name for _ in range(2))
    dearer = written(tmp_path / "new", RETAIL.replace("trail,500.00", "trail,540.00"))
    told = RUN.invoke(app, ["reprice", str(out), "--catalog", str(dearer), "--json", "--workers", workers])
    assert told.exit_code == 0, told.output
    data = json.loads(told.output)
    assert sorted(Path(one["file"]).name for one in data["quotes"]) == names
    for one in data["quotes"]:
        cents = [round(100 * float(change["amount"])) for change in one["changes"]]
        assert sum(cents) == round(100 * (float(one["after"]) - float(one["before"])))
        assert "Motor: Trail 500" in {change["label"] for change in one["changes"]}
    assert data["without_price"] == 0


def test_reprice_goes_on_past_a_file_that_is_no_quote(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    quoted(shop, out)
    (out / "quote-broken.json").write_text("{")
    told = RUN.invoke(app, ["reprice", str(out), "--catalog", str(shop), "--workers", "1"])
    assert told.exit_code == 1
    assert "1 quotes have no price now" in told.output
    assert "quote-broken.json" in told.output
    assert RUN.invoke(app, ["reprice", str(tmp_path / "nowhere"), "--catalog", str(shop)]).exit_code == 2
    assert RUN.invoke(app, ["reprice", str(out), "--catalog", str(shop), "--day", "soon"]).exit_code == 2


def test_a_quote_waits_until_somebody_agrees(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    file = quoted(shop, out, REQUEST.replace('"2.5"', '"10"'))
    assert json.loads(file.read_text())["state"] == "pending"
    assert RUN.invoke(app, ["order", str(file), "--out", str(out)]).exit_code == 1
    refused = RUN.invoke(app, ["approve", str(file), "--catalog", str(shop), "--as", "mallory"])
    assert refused.exit_code == 1
    assert json.loads(file.read_text())["grants"] == []
    agreed = RUN.invoke(app, ["approve", str(file), "--catalog", str(shop), "--as", "bob"])
    assert agreed.exit_code == 0, agreed.output
    kept = json.loads(file.read_text())
    assert (kept["state"], [(one["role"], one["person"]) for one in kept["grants"]]) == (
        "approved", [("sales_manager", "bob")],
    )  # fmt: skip
    assert RUN.invoke(app, ["approve", str(file), "--catalog", str(shop), "--as", "bob"]).exit_code == 1
    assert RUN.invoke(app, ["order", str(file), "--out", str(out)]).exit_code == 0


def test_a_rejected_quote_is_no_order(shop: Path, tmp_path: Path) -> None:
    file = quoted(shop, tmp_path / "out", REQUEST.replace('"2.5"', '"10"'))
    assert RUN.invoke(app, ["reject", str(file)]).exit_code == 0
    assert json.loads(file.read_text())["state"] == "rejected"
    assert RUN.invoke(app, ["reject", str(file)]).exit_code == 1
    assert RUN.invoke(app, ["order", str(file), "--out", str(tmp_path)]).exit_code == 1


@given(st.lists(st.integers()), st.integers(1, 5), st.integers(1, 4))
def test_batches_keep_the_order(things: list[int], batch: int, workers: int) -> None:
    with ThreadPoolExecutor(workers) as executor:
        found = list(in_batches(executor, lambda some: [2 * one for one in some], things, workers, batch))
    assert found == [2 * one for one in things]

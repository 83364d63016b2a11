"""`cpq bench pricing`: its rows, and what it says of peers that are not there."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from api.commands.bench import app, pricing
from api.commands.bench.baskets import open_shop, simple
from api.commands.bench.peers import zen_table
from quotes.pricing import price_on


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "SIZES", (3, 10))
    monkeypatch.setattr(pricing, "_QUOTES", 5)
    monkeypatch.setattr(pricing, "_MOST", 2)


def test_every_row_has_a_median_and_a_95th_percentile() -> None:
    found = CliRunner().invoke(app, ["pricing", "--json", "--seconds", "0.1"])
    assert found.exit_code == 0, found.output
    rows = json.loads(found.output)
    assert {row["what"] for row in rows} >= {"3 lines", "10 lines", "one line of 10000 changed", "5 quotes of 20 lines"}
    assert all(0 < row["median_ms"] <= row["p95_ms"] for row in rows)


def test_an_unknown_or_missing_peer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = CliRunner().invoke(app, ["pricing", "--against", "abacus"])
    assert (found.exit_code, "there is no peer abacus" in found.output) == (2, True)
    monkeypatch.setattr(zen_table, "PACKAGE", "no_such_package")
    found = CliRunner().invoke(app, ["pricing", "--against", "zen"])
    assert (found.exit_code, "not installed" in found.output) == (2, True)


def test_the_same_basket_for_everybody() -> None:
    shop = open_shop()
    assert shop.basket(20, 1) == open_shop().basket(20, 1)
    assert {scale.over for scale in simple(shop).catalog.scales} == {"line"}
    assert not price_on(shop.desk(), shop.basket(50, 2)).unpriced

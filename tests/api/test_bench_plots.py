"""Plots of the bench, and how far a click is from what memory allows."""

import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from api.commands.bench import bandwidth
from api.commands.bench.figures import write_figures
from api.commands.bench.plots import Plot, Point, Series, click_by_edges, draw, write_plots
from configurator.engines.diagram.diagram import Diagram
from tests.api.bench_problems import BIKE, FEW, bench, written


def test_plots_are_drawn_of_what_is_known(tmp_path: Path) -> None:
    (row,) = bench(written(tmp_path, BIKE), "--engine", "diagram", "--plots", tmp_path / "plots", *FEW)
    assert row["edges"] > 0
    assert list(row["batch_sizes"]) == ["1", "8", "64", "512", "4096"]
    files = sorted((tmp_path / "plots").iterdir())
    assert [path.name for path in files] == ["batch.svg", "click.svg", "compile.svg", "figures.md"]
    assert write_plots([{"name": "failed", "error": "no problem"}], tmp_path / "none") == []
    for path in files[:3]:
        assert ET.parse(path).getroot().tag.endswith("svg")  # noqa: S314 - drawn above


def test_figures_are_a_table_of_what_was_measured(tmp_path: Path) -> None:
    row = {"name": "a|b", "engine": "diagram", "edges": 12_345, "click_us": {"p50": 1.5, "p99": 2.5}, "price_us": None}
    (path,) = write_figures([{"name": "failed", "error": "no problem"}, row], tmp_path / "new")
    heading, rule, line = path.read_text().splitlines()
    places = [cell.strip() for cell in heading.strip("|").split("|")]
    cells = [cell.strip() for cell in line.replace("\\|", "/").strip("|").split("|")]
    assert len(rule.strip("|").split("|")) == len(places) == len(cells)
    found = dict(zip(places, cells, strict=True))
    assert (found["problem"], found["edges"], found["click, µs"], found["click p99, µs"]) == (
        "a/b",
        "12,345",
        "1.5",
        "2.5",
    )
    assert found["prices, µs"] == found["bytes"] == "-"
    assert write_figures([{"name": "failed", "error": "no problem"}], tmp_path / "none") == []


def test_a_plot_places_points_by_their_logarithms() -> None:
    points = (Point(1, 10, "low & left"), Point(10, 100, "middle"), Point(100, 1000, "high"))
    root = ET.fromstring(draw(Plot("p", "t", "n", "x", "y", (Series("s", points),))))  # noqa: S314 - drawn here
    places = [
        (Fraction(circle.attrib["cx"]), Fraction(circle.attrib["cy"]))
        for circle in root
        if circle.tag.endswith("circle")
    ]
    (x0, y0), (x1, y1), (x2, y2) = places
    assert x1 - x0 == x2 - x1 > 0
    assert y0 - y1 == y1 - y2 > 0
    assert any(element.text == "low & left" for element in root.iter())


def test_the_bytes_a_click_touches_are_those_of_both_passes() -> None:
    diagram = Diagram(np.array([0, 2], np.int32), np.array([0, 2], np.int32), *(np.zeros(2, np.int32),) * 2)
    structure = 4 * (2 + 2 + 2)
    assert bandwidth.click_bytes(diagram) == 2 * structure + 2 * diagram.slots + 2 * 8


def test_the_distance_from_memory_is_the_ratio_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bandwidth, "bytes_per_second", lambda: 2e9)
    assert bandwidth.distance(1_000, {"p50": 5.0, "p99": 9.0}) == {
        "click_bytes": 1_000,
        "memory_gb_per_second": 2.0,
        "click_floor_us": 0.5,
        "click_over_floor": 10.0,
    }
    assert set(bandwidth.distance(None, {"p50": 5.0}).values()) == {None}
    assert bandwidth.distance(1_000, None)["click_over_floor"] is None


def test_what_memory_allows_is_drawn_below_the_clicks(tmp_path: Path) -> None:
    assert bandwidth.bytes_per_second() > 1e6
    (row,) = bench(written(tmp_path, BIKE), "--engine", "diagram", *FEW)
    assert row["click_bytes"] > row["bytes"]
    assert row["click_over_floor"] > 0
    rows = [
        {"name": name, "edges": edges, "click_us": {"p50": 8.0, "p99": 9.0}, "click_floor_us": floor, "click_over_floor": 8 / floor}
        for name, edges, floor in (("large", 200, 4.0), ("small", 100, 2.0))
    ]  # fmt: skip
    plot = click_by_edges(rows)
    assert "(clicks take 2 to 4 times that)" in plot.note
    assert [(point.x, point.y) for point in plot.series[-1].points] == [(100, 2.0), (200, 4.0)]
    assert click_by_edges([]).series == (Series("median", ()), Series("99th percentile", ()))

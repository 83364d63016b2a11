"""Draws what grows with what, from rows of the bench: click time, compile time, and time a session in a batch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.commands.bench.timing import Cell, Row

WIDTH, HEIGHT = 860, 460
LEFT, RIGHT, TOP, BOTTOM = 80, 680, 60, 390
LETTER, LINE = 6.6, 13.0
"""How wide a letter is, and how high a line, at the size that is written."""
COLOURS = ("#0b5cad", "#b0440a", "#2d7d32", "#7b3fa0", "#8a6d00", "#00798c", "#a3195b", "#555555")


@dataclass(frozen=True, slots=True)
class Point:
    """A point by its numbers, and what it stands for."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one colour, `joined` by a line or not; the first series that is not has its labels written."""

    name: str
    points: tuple[Point, ...]
    joined: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Numbers above zero on two logarithmic axes."""

    name: str
    title: str
    note: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """A logarithmic axis from whole power to whole power of ten, and where it lies on the page."""

    low: int
    high: int
    start: float
    end: float

    def place(self, number: float) -> float:
        share = (math.log10(number) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[dict[str, Cell]]:
        return [{"place": self.place(10.0**power), "text": _power(power)} for power in range(self.low, self.high + 1)]


def write_plots(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write a plot for everything that the rows have numbers for; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for plot in (click_by_edges(rows), compile_by_rows(rows), batch_by_size(rows)):
        if any(series.points for series in plot.series):
            path = folder / f"{plot.name}.svg"
            path.write_text(draw(plot), encoding="utf-8")
            written.append(path)
    return written


def click_by_edges(rows: Iterable[Row]) -> Plot:
    """Return click time against edges, with what two nanoseconds an edge, and reading its bytes from memory, would take."""
    known = sorted(((row, edges) for row in rows if (edges := _number(row, "edges")) > 0), key=lambda pair: pair[1])

    def series(name: str, *path: str) -> Series:
        return Series(name, _above_zero(Point(edges, _number(row, *path), str(row["name"])) for row, edges in known))

    found = [series("median", "click_us", "p50"), series("99th percentile", "click_us", "p99")]
    if known:
        floor = tuple(Point(edges, edges * 0.002, "") for edges in (known[0][1], known[-1][1]))
        found.append(Series("2 ns an edge", floor, joined=True, dashed=True))
        found.append(replace(series("memory bandwidth", "click_floor_us"), joined=True, dashed=True))
    note = f"All valid values after a click. Dashed: 2 ns an edge; the bytes touched, read from memory{_times(known)}."
    return Plot("click", "Time a click", note, "edges of the diagram", "microseconds", tuple(found))


def _times(known: Iterable[tuple[Row, float]]) -> str:
    """Say how many times longer clicks take than reading the bytes they touch."""
    times = sorted(over for row, _ in known if (over := _number(row, "click_over_floor")) > 0)
    return f" (clicks take {times[0]:g} to {times[-1]:g} times that)" if times else ""


def compile_by_rows(rows: Iterable[Row]) -> Plot:
    """Return compile time against rows of tables (or clauses)."""
    points = [Point(_number(row, "table_rows"), _number(row, "compile_seconds"), str(row["name"])) for row in rows]
    note = "From tables or clauses to arrays, without a cache."
    series = Series("compilation", _above_zero(points))
    return Plot("compile", "Time to compile", note, "rows of tables, or clauses", "seconds", (series,))


def batch_by_size(rows: Iterable[Row]) -> Plot:
    """Return the time a session against the size of its batch, one line a problem."""
    found = []
    for row in rows:
        sizes = row.get("batch_sizes")
        if isinstance(sizes, Mapping):
            points = [Point(float(size), _number(sizes, size), str(row["name"])) for size in sizes]
            found.append(Series(str(row["name"]), _above_zero(points), joined=True))
    note = "All valid values of every session in one call; 64 sessions a word, 512 a pass."
    return Plot(
        "batch", "Time a session in a batch", note, "sessions in a batch", "microseconds a session", tuple(found)
    )


def draw(plot: Plot) -> str:
    """Write a plot as SVG."""
    points = [point for series in plot.series for point in series.points]
    x = _scale([point.x for point in points], LEFT, RIGHT)
    y = _scale([point.y for point in points], BOTTOM, TOP)
    environment = Environment(
        loader=PackageLoader("api.commands.bench"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    lines = [
        _line(series, colour, x, y) for series, colour in zip(plot.series, COLOURS * len(plot.series), strict=False)
    ]
    named = [series.points for series in plot.series if not series.joined][:1]
    labels = _labels([(x.place(point.x), y.place(point.y), point.label) for points in named for point in points])
    return environment.get_template("plot.svg").render(
        plot=plot, width=WIDTH, height=HEIGHT, left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM,
        x_ticks=x.ticks(), y_ticks=y.ticks(), lines=lines, labels=labels,
    )  # fmt: skip


def _line(series: Series, colour: str, x: _Scale, y: _Scale) -> Mapping[str, Cell]:
    places = [(x.place(point.x), y.place(point.y), point) for point in series.points]
    marked = [] if series.dashed else places
    return {
        "name": series.name,
        "colour": colour,
        "dashed": series.dashed,
        "path": " ".join(f"{across},{up}" for across, up, _ in places) if series.joined else "",
        "points": [
            {"x": across, "y": up, "text": f"{point.label}: {point.x:g}, {point.y:g}"} for across, up, point in marked
        ],
    }


def _labels(places: Iterable[tuple[float, float, str]]) -> list[Mapping[str, Cell]]:
    """Put names beside points, the leftmost first; one that would lie on another goes below it."""
    taken: list[tuple[float, float, float]] = []
    found: list[Mapping[str, Cell]] = []
    for across, up, name in sorted(places):
        start, end, line = across + 7, across + 7 + LETTER * len(name), up + 4
        while any(start < right and left < end and abs(line - other) < LINE for left, right, other in taken):
            line += LINE
        taken.append((start, end, line))
        found.append({"x": round(start, 1), "y": round(line, 1), "text": name})
    return found


def _scale(numbers: Sequence[float], start: float, end: float) -> _Scale:
    logarithms = [math.log10(number) for number in numbers]
    low = math.floor(min(logarithms, default=0.0))
    return _Scale(low, max(math.ceil(max(logarithms, default=1.0)), low + 1), start, end)


def _above_zero(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(point for point in points if point.x > 0 and point.y > 0)


def _number(row: Mapping[str, Cell], *path: str) -> float:
    """Return the number at a path, 0 where there is none."""
    value: Cell = row
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) else 0.0


def _power(power: int) -> str:
    if 0 <= power <= 6:  # noqa: PLR2004 - a million is still read at a glance
        return f"{10**power:,}"
    return f"{10.0**power:g}" if -4 <= power < 0 else f"1e{power}"  # noqa: PLR2004 - 0.0001 is too

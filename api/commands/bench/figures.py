"""The figures behind the plots as a table in Markdown, one line a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from api.commands.bench.timing import Cell, Row

COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("problem", ("name",)),
    ("engine", ("engine",)),
    ("variables", ("variables",)),
    ("table rows", ("table_rows",)),
    ("edges", ("edges",)),
    ("bytes", ("bytes",)),
    ("compile, s", ("compile_seconds",)),
    ("click, µs", ("click_us", "p50")),
    ("click p99, µs", ("click_us", "p99")),
    ("prices, µs", ("price_us", "p50")),
    ("repairs, µs", ("repair_us", "p50")),
    ("conflict, µs", ("conflict_us", "p50")),
    ("batch of 512, µs a session", ("batch_us_per_session",)),
    ("bytes a click", ("click_bytes",)),
    ("memory, GB/s", ("memory_gb_per_second",)),
    ("click / reading them", ("click_over_floor",)),
)
"""The heading of each column and where a row of the bench has its figure."""


def write_figures(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write the table of all problems that were measured; return the file, none where nothing was."""
    measured = [row for row in rows if "error" not in row]
    if not measured:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "figures.md"
    lines = [[heading for heading, _ in COLUMNS], ["---"] * 2 + ["---:"] * (len(COLUMNS) - 2)]
    lines += [[_cell(row, place) for _, place in COLUMNS] for row in measured]
    path.write_text("".join(f"| {' | '.join(line)} |\n" for line in lines), encoding="utf-8")
    return [path]


def _cell(row: Mapping[str, Cell], place: Sequence[str]) -> str:
    value: Cell = row
    for name in place:
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int | float) else str(value).replace("|", "\\|")

"""`cpq bench configuration`: one row a problem file, beside recorded answers and peers where asked."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from api.commands.bench.answering import ENGINES, answering
from api.commands.bench.bandwidth import distance
from api.commands.bench.figures import write_figures
from api.commands.bench.measure import Measured, measure
from api.commands.bench.oracle import compare, recorded_answers
from api.commands.bench.peers import PEERS, against, missing_peer
from api.commands.bench.plots import write_plots
from api.commands.bench.questions import Questions, draw_prices
from api.commands.bench.sessions import Plan
from api.commands.bench.timing import Cell, Row, forget_peak
from api.commands.output import errors, print_json, progress, say, stop
from configurator import ModelTooLarge
from configurator.engines.building import NoDiagram
from configurator.engines.planner import PATIENT
from configurator.model import Model
from configurator.problems import Problem, ProblemError, read_problem
from rules.typed import Rows

Files = Annotated[list[Path], typer.Argument(help="Problem files: .json, .json.gz, .dimacs.", exists=True)]
Oracle = Annotated[
    Path | None, typer.Option(help="Folder of recorded answers to compare with.", exists=True, file_okay=False)
]
Plots = Annotated[Path | None, typer.Option(help="Folder for SVG plots and their figures.", file_okay=False)]
Against = Annotated[str, typer.Option(help=f"Peers to run on the same choices: {', '.join(PEERS)}.")]
EngineName = Annotated[str, typer.Option(help="auto, diagram, cp-sat or enumeration.")]


ROUNDING = 8
"""So many units in the last place may a count be off that was made with doubles."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of every file."""

    plan: Plan
    engine: str
    compiling: float
    oracle: Path | None
    peers: tuple[str, ...]


def bench_configuration(
    files: Files,
    oracle: Oracle = None,
    peers: Annotated[str, typer.Option("--against", help=f"Peers on the same choices: {', '.join(PEERS)}.")] = "",
    plots: Plots = None,
    engine: EngineName = "auto",
    seed: Annotated[int, typer.Option(help="Which random sessions and prices.")] = 1,
    sessions: Annotated[int, typer.Option(min=1, help="Sessions a problem.")] = 20,
    clicks: Annotated[int, typer.Option(min=1, help="Clicks a session, at most.")] = 20,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds a service, and a question of a peer.")] = 20.0,
    compiling: Annotated[
        float, typer.Option("--compile-seconds", min=0.0, help="Seconds a diagram may take to compile.")
    ] = PATIENT.seconds,
    json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Compile problems and time every service over sessions of random valid choices; exit code 1 where answers differ."""
    wish = Wish(Plan(sessions, clicks, seed, seconds), engine, compiling, oracle, _peers(peers))
    if engine not in ENGINES:
        stop(f"there is no engine {engine}; there are {', '.join(ENGINES)}", 2)
    rows: list[Row] = []
    with progress() as bar:
        task = bar.add_task("configuration problems", total=len(files))
        for file in files:
            bar.update(task, description=file.name)
            rows.append(_row(file, wish))
            bar.advance(task)
            if not json:
                _show(rows[-1])
    if json:
        print_json(rows)
    if plots is not None:
        for path in [*write_plots(rows, plots), *write_figures(rows, plots)]:
            errors.print(f"wrote {path}")
    raise typer.Exit(int(any(_is_wrong(row) for row in rows)))


def _peers(written: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in written.split(",") if name.strip()))
    for name in names:
        if name not in PEERS:
            stop(f"there is no peer {name}; there are {', '.join(PEERS)}", 2)
        reason = missing_peer(name)
        if reason:
            stop(reason, 2)
    return names


def _row(file: Path, wish: Wish) -> Row:
    forget_peak()
    try:
        problem = read_problem(file)
    except ProblemError as error:
        return {"name": file.name, "error": str(error)}
    model = problem.model
    row: Row = {
        "name": problem.name,
        "variables": len(model.variables),
        "values": sum(len(variable.values) for variable in model.variables),
        "constraints": len(model.constraints),
        "table_rows": _table_rows(model),
    }
    try:
        found = answering(model, wish.engine, draw_prices(model, wish.plan.seed), wish.plan.seconds, wish.compiling)
    except (ModelTooLarge, NoDiagram) as error:
        return {**row, "error": str(error)}
    row |= {"engine": found.questions.engine.name, **found.compiling}
    measured = measure(problem, found.questions, wish.plan)
    measured.notes.update(found.notes)
    row |= {"bytes": found.questions.size, "edges": found.questions.edges}
    row |= measured.finished()
    row |= distance(found.questions.touched, row["click_us"])
    row |= _known(problem, row["count"])
    if wish.oracle is not None:
        row["oracle"] = _compared(problem, file, wish.oracle, found.questions, measured)
    if wish.peers:
        row["against"] = against(
            problem.model, measured.drawn.clicks, measured.row.get("click_us"), wish.peers, wish.plan.seconds
        )
    row["notes"] = dict(measured.notes)
    return row


def _table_rows(model: Model) -> int:
    """Return the rows of all tables; every other rule counts as one."""
    conditions = (constraint.condition for constraint in model.constraints)
    return sum(len(condition.rows) if isinstance(condition, Rows) else 1 for condition in conditions)


def _known(problem: Problem, count: Cell) -> Row:
    """Compare the count with what the file itself states.

    Counts are published that were made with doubles: a stated number that only a double can be, a few
    units in its last place from ours, counts as the same number rounded.
    """
    stated = problem.known.get("solutions")
    if not isinstance(stated, int):
        return {}
    if not isinstance(count, int) or count == stated:
        return {"known": {"solutions": stated, "wrong": 0}}
    is_double = stated.bit_length() > sys.float_info.mant_dig and int(float(stated)) == stated
    rounded = is_double and abs(count - stated) <= ROUNDING * math.ulp(stated)
    return {"known": {"solutions": stated, "wrong": int(not rounded), "rounded": rounded}}


def _compared(problem: Problem, file: Path, folder: Path, questions: Questions, measured: Measured) -> Row | None:
    recorded = recorded_answers(folder, problem, file)
    if recorded is None:
        measured.notes["oracle"] = "nothing is recorded for it"
        return None
    return compare(problem, recorded, questions).row()


def _is_wrong(row: Row) -> bool:
    parts: list[Cell] = [row.get("oracle"), row.get("known")]
    peers = row.get("against")
    parts += list(peers.values()) if isinstance(peers, Mapping) else []
    return "error" in row or any(
        isinstance(part, Mapping) and bool(part.get("wrong") or part.get("unanswered")) for part in parts
    )


def _show(row: Row) -> None:
    """Print a row for people: what it is, then a line a service, then the peers."""
    if "error" in row:
        say(f"{row['name']}: {row['error']}", "red")
        return
    plain = {name: value for name, value in row.items() if not isinstance(value, Mapping) and not _is_list(value)}
    say("  ".join(f"{name} {_written(value)}" for name, value in plain.items()), "red" if _is_wrong(row) else "")
    for name, value in row.items():
        if _is_list(value):
            say(f"  {name}: {', '.join(map(str, value))}")  # type: ignore[arg-type]  # a list, as just asked
        elif isinstance(value, Mapping) and name not in {"notes", "against"}:
            say(f"  {name}: {_line(value)}")
    for part in ("against", "notes"):
        inner = row.get(part)
        for name, value in inner.items() if isinstance(inner, Mapping) else ():
            say(f"  {part} {name}: {_line(value) if isinstance(value, Mapping) else value}")


def _line(values: Mapping[str, Cell]) -> str:
    return "  ".join(
        f"{name} {_line(value) if isinstance(value, Mapping) else _written(value)}" for name, value in values.items()
    )


def _written(value: Cell) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _is_list(value: Cell) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)

"""Runs peers on the choices that we answered, each in a process of its own, and sets their times beside ours."""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import cast

from api.commands.bench.peers.grid import Grid, TooWide, make_grid
from api.commands.bench.peers.peer import ALL, Chosen, Deadline, Found, OutOfTime, Peer
from api.commands.bench.sessions import Click
from api.commands.bench.timing import Cell, Row, micro, spread, timed
from configurator.model import Model

PEERS: Mapping[str, tuple[str, str, str]] = {
    "cp-sat": ("ortools", "ortools_cp_sat", "CpSatPeer"),
    "clingo": ("clingo", "clingo_brave", "ClingoPeer"),
    "pysat": ("pysat", "pysat_minisat", "PysatPeer"),
    "oxidd": ("oxidd", "oxidd_bdd", "OxiddPeer"),
    "pychoco": ("pychoco", "choco", "ChocoPeer"),
}
"""By name: the package it comes from, our module for it, the class in it."""
PREPARING = 6
"""A peer may prepare itself in so many times the seconds of a click."""
GRACE = 5.0
"""So many seconds more, and a peer that does not come back is ended."""


def missing_peer(name: str) -> str:
    """Return what to install for a peer; "" where it is there."""
    package = PEERS[name][0]
    if importlib.util.find_spec(package) is not None:
        return ""
    return f"the peer {name} needs the package {package}: install quotewright[bench]"


@dataclass(slots=True)
class _Run:
    """What one peer did."""

    prepared: float | None = None
    first: float | None = None
    answers: str = ALL
    times: list[float] = field(default_factory=list)
    cut: int = 0
    wrong: int = 0
    note: str = ""


def against(model: Model, clicks: Sequence[Click], ours: Cell, names: Sequence[str], seconds: float) -> Row:
    """Run peers one after the other; `ours` are our own times of the same clicks."""
    if not clicks:
        return {name: {"note": "there are no clicks to answer"} for name in names}
    try:
        grid = make_grid(model)
    except TooWide as error:
        return {name: {"note": f"the problem does not become tables: {error}"} for name in names}
    chosen = [chosen_indices(model, click) for click in clicks]
    expected = [valid_indices(model, click) for click in clicks]
    return {name: _row(_run(name, grid, chosen, expected, seconds), ours) for name in names}


def chosen_indices(model: Model, click: Click) -> Chosen:
    """Return the choices of a click as indices."""
    places = {variable.path: place for place, variable in enumerate(model.variables)}
    return {places[path]: model.variable(path).values.index(value) for path, value in click.choices.items()}


def valid_indices(model: Model, click: Click) -> Found:
    """Return the valid values of a click as indices."""
    return [
        {index for index, value in enumerate(variable.values) if value in click.valid[variable.path]}
        for variable in model.variables
    ]


def _row(run: _Run, ours: Cell) -> Row:
    times = spread(run.times)
    ratio: Cell = None
    if times is not None and isinstance(ours, Mapping):
        ratio = {rank: round(cast("float", times[rank]) / cast("float", ours[rank]), 1) for rank in ("p50", "p99")}
    return {
        "answers": run.answers,
        "prepare_seconds": None if run.prepared is None else round(run.prepared, 3),
        "first_click_us": None if run.first is None else micro(run.first),
        "click_us": times,
        "ratio": ratio,
        "clicks": len(run.times),
        "cut": run.cut,
        "wrong": run.wrong,
        "note": run.note,
    }


def _run(name: str, grid: Grid, chosen: Sequence[Chosen], expected: Sequence[Found], seconds: float) -> _Run:
    run = _Run()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(name, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.send((grid, seconds))
        _follow(run, ours, chosen, expected, seconds)
    except (EOFError, OSError):
        run.note = "it ended by itself: out of memory, or a fault of its own"
    finally:
        process.kill()
        process.join()
        ours.close()
    return run


def _follow(run: _Run, pipe: Connection, chosen: Sequence[Chosen], expected: Sequence[Found], seconds: float) -> None:
    if not pipe.poll(PREPARING * seconds + GRACE):
        run.note = f"not prepared after {PREPARING * seconds:g} s"
        return
    run.prepared, run.answers, run.note = pipe.recv()
    if run.prepared is None:
        return
    deadline = time.monotonic() + PREPARING * seconds
    # The first click is asked twice: once to warm up, stated apart as ours is.
    for number, (choices, valid) in enumerate(zip([chosen[0], *chosen], [expected[0], *expected], strict=True)):
        pipe.send(choices)
        if not pipe.poll(seconds + PREPARING * seconds + GRACE):
            run.cut += 1
            run.note = f"a click that took more than {seconds:g} s could not be stopped"
            return
        took, found = pipe.recv()
        if number == 0:
            run.first = took
        elif found is None:
            run.cut += 1
        else:
            run.times.append(took)
            run.wrong += differs(run.answers, found, valid)
        if time.monotonic() > deadline:
            run.note = f"{len(run.times) + run.cut} of {len(chosen)} clicks in {PREPARING * seconds:g} s"
            return
    if run.cut:
        run.note = f"{run.cut} clicks were cut after {seconds:g} s each"


def load_peer(name: str, grid: Grid) -> Peer:
    """Prepare a peer by its name."""
    _, module, attribute = PEERS[name]
    maker = getattr(importlib.import_module(f"api.commands.bench.peers.{module}"), attribute)
    return cast("Peer", maker(grid))


def serve(name: str, pipe: Connection) -> None:
    """Prepare a peer, then answer choices until the other side ends: the work of the process of a peer."""
    grid, seconds = cast("tuple[Grid, float]", pipe.recv())
    try:
        took, peer = timed(lambda: load_peer(name, grid))
    except (MemoryError, RuntimeError) as error:
        pipe.send((None, ALL, f"it cannot take the problem: {type(error).__name__} {error}"))
        return
    pipe.send((took, peer.answers, ""))
    while True:
        choices = cast("Chosen", pipe.recv())
        pipe.send(answer_click(peer, choices, seconds))


def answer_click(peer: Peer, choices: Chosen, seconds: float) -> tuple[float, Found | None]:
    """Return how long a peer takes for a click, and its answer; None where its time is over.

    What it must build again for every click is not counted.
    """
    prepare = getattr(peer, "prepare", None)
    if prepare is not None:
        prepare(choices)
    deadline = Deadline(time.monotonic() + seconds)
    try:
        return timed(lambda: peer.click(choices, deadline))
    except OutOfTime:
        return seconds, None


def differs(answers: str, found: Found, valid: Found) -> bool:
    """Say whether an answer contradicts the valid values."""
    if answers == ALL:
        return found != valid
    return not all(own and own <= other for own, other in zip(found, valid, strict=True))

"""Builds the engine that a problem is measured with, and says what building it took."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from api.commands.bench.compiled import CompiledQuestions
from api.commands.bench.questions import EngineQuestions, Questions
from api.commands.bench.timing import Row, timed
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.diagram.compiler.compile import CompileBudget
from configurator.engines.diagram.store import Store
from configurator.engines.diagram_engine import DiagramEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.engines.planner import PATIENT, planned
from configurator.engines.protocol import Engine
from configurator.model import Model, Objective
from configurator.problems import parse_problem

ENGINES = ("auto", "diagram", "cp-sat", "enumeration")
_TINY = (
    b'{"variables": {"a": [0, 1], "b": [0, 1]}, "constraints": [{"scope": ["a", "b"], "allowed": [[0, 1], [1, 0]]}]}'
)


@dataclass(frozen=True, slots=True)
class Answering:
    """Questions to an engine, what compiling it took, and notes about that."""

    questions: Questions
    compiling: Row
    notes: dict[str, str] = field(default_factory=dict)


def answering(model: Model, name: str, objective: Objective, seconds: float, compiling: float) -> Answering:
    """Build an engine by name, or the planned one, in so many seconds of compiling at most.

    `ModelTooLarge` where it cannot hold the model, `NoDiagram` where a diagram is asked for and does not
    fit. The kernels of the diagram are loaded before, by a tiny problem; that is stated apart. A diagram
    is compiled with nothing stored, then read from where that has stored it.
    """
    kernels = _warm() if name in {"auto", "diagram"} else None
    notes: dict[str, str] = {}
    budget = replace(PATIENT, seconds=compiling)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        took, engine = timed(lambda: _build(model, name, budget, store, notes))
        row: Row = {"compile_seconds": round(took, 3), "compile_seconds_cached": None, "kernel_seconds": kernels}
        questions: Questions
        if isinstance(engine, DiagramEngine) and not engine.bounds:
            again, _ = timed(lambda: DiagramEngine(model, CpSatEngine, (), budget, store))
            row["compile_seconds_cached"] = round(again, 3)
            questions = CompiledQuestions(engine, objective, seconds)
        else:
            notes["compile_seconds_cached"] = f"{engine.name} keeps nothing on disk"
            questions = EngineQuestions(engine, objective, seconds)
    return Answering(questions, row, notes)


def _build(model: Model, name: str, budget: CompileBudget, store: Store, notes: dict[str, str]) -> Engine:
    match name:
        case "enumeration":
            return EnumerationEngine(model)
        case "cp-sat":
            return CpSatEngine(model)
        case "diagram":
            return DiagramEngine(model, CpSatEngine, (), budget, store)
    found = planned(model, (), budget, store)
    notes["engine"] = "; ".join(filter(None, (found.plan.reason, found.plan.advice)))
    return found.engine


@cache
def _warm() -> float:
    """Load or compile the kernels, once in a process; return the seconds that took."""
    tiny = parse_problem("tiny.json", _TINY).model

    def ask() -> None:
        engine = DiagramEngine(tiny, CpSatEngine)
        questions = CompiledQuestions(engine, Objective(()), 1.0)
        chosen = {tiny.variables[0].path: tiny.variables[0].values[0]}
        wanted = (tiny.variables[1].path, tiny.variables[1].values[0])
        questions.click(chosen)
        questions.prices(chosen)
        questions.repairs(chosen, wanted)
        questions.conflict(chosen, wanted)
        questions.count(chosen)
        questions.batch([chosen])()

    return round(timed(ask)[0], 3)

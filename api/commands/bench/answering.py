"""Builds the engine that a problem is measured with, and says what building it took."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from api.commands.bench.compiled import CompiledQuestions
from api.commands.bench.questions import EngineQuestions, Questions
from api.commands.bench.timing import Row, timed
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.diagram_engine import DiagramEngine, NoDiagram
from configurator.engines.planner import build_engine
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


def answering(model: Model, name: str, objective: Objective, seconds: float) -> Answering:
    """Build an engine by name, or the planned one; `ModelTooLarge` where it cannot hold the model.

    The kernels of the diagram are loaded before, by a tiny problem; that is stated apart.
    """
    notes: dict[str, str] = {}
    kernels = _warm() if name in {"auto", "diagram"} else None
    took, engine = timed(lambda: _build(model, name, notes))
    compiling: Row = {"compile_seconds": round(took, 3), "compile_seconds_cached": None, "kernel_seconds": kernels}
    notes["compile_seconds_cached"] = f"{engine.name} keeps nothing on disk"
    questions: Questions
    if isinstance(engine, DiagramEngine):
        questions = CompiledQuestions(engine, objective, seconds)
    else:
        questions = EngineQuestions(engine, objective, seconds)
    return Answering(questions, compiling, notes)


def _build(model: Model, name: str, notes: dict[str, str]) -> Engine:
    if name in {"auto", "diagram"}:
        try:
            return DiagramEngine(model, CpSatEngine)
        except NoDiagram as error:
            notes["engine"] = f"no diagram: {error}"
    prefer: Literal["auto", "cp-sat", "enumeration"] = "enumeration" if name == "enumeration" else "cp-sat"
    return build_engine(model, "auto" if name == "auto" else prefer)


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

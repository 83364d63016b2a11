"""Which engine answers for a model, and why: the best one that holds it exactly.

Steps: tiny models are enumerated; others are compiled to a diagram; where sums over many options keep
that from its budget, they stay beside it. What has no diagram even so is searched where its variables are few
choices each, and goes to CP-SAT where they are numbers. No step gives up exactness.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from catalogs.model import Option
from configurator.engines.building import NoDiagram
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.diagram.compiler.compile import CompileBudget, Progress, TooWide
from configurator.engines.diagram.store import Store
from configurator.engines.diagram_engine import DiagramEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.engines.protocol import Engine
from configurator.engines.resource_engine import ResourceEngine
from configurator.engines.search_engine import SearchEngine
from configurator.engines.tabling.tabulate import linear
from configurator.model import Model, Objective
from configurator.program import Program

QUICK = CompileBudget(seconds=1.5, references=500_000)
"""What compiling may take while somebody waits."""
STORED = CompileBudget(seconds=0.0)
"""No time to compile: only what is stored counts."""
PATIENT = CompileBudget()
"""What compiling may take when it is done ahead, once for everybody."""
KEPT_OUT = 4
"""So many bounds on sums may stay beside a diagram; more are for CP-SAT."""
_FEW = 3
"""A sum of so few variables is no reason for a wide diagram."""
TINY = 5_000
"""Up to so many combinations are enumerated."""

EngineName = Literal["diagram", "diagram with resources", "search", "cp-sat", "enumeration"]
Preferred = Literal["auto", "diagram", "cp-sat", "enumeration"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The engine chosen for a model and the reason, for people; where something stands against the best, `advice`."""

    engine: EngineName
    reason: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """An engine with the plan that led to it."""

    engine: Engine
    plan: Plan


def planned(
    model: Model,
    objectives: Collection[Objective] = (),
    budget: CompileBudget | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Planned:
    """Choose and build the engine for a model; `ModelTooLarge` where none can hold its numbers.

    `objectives` (prices) are compiled in where they need it; `store` keeps what was compiled. Without a
    `budget` only what is stored, or compiled in a moment, is a diagram. `progress` is told how far compiling is.
    """
    combinations = _combinations(model)
    if combinations is not None:
        reason = f"{combinations} combinations of values are quickly enumerated"
        return Planned(EnumerationEngine(model), Plan("enumeration", reason))
    began = time.monotonic()
    try:
        engine = DiagramEngine(model, CpSatEngine, objectives, budget or QUICK, store, progress=progress)
    except NoDiagram as none:
        if budget is None and store is None:
            return Planned(CpSatEngine(model), Plan("cp-sat", f"no diagram in a moment: {none}", advice(model, none)))
        return _without_diagram(model, none, objectives, budget, store, progress)
    return Planned(engine, Plan("diagram", _size(engine, began)))


def _without_diagram(
    model: Model,
    none: NoDiagram,
    objectives: Collection[Objective],
    budget: CompileBudget | None,
    store: Store | None,
    progress: Progress | None,
) -> Planned:
    """Choose among what is left for a model that has no diagram as it is; without a budget what is stored counts."""
    began = time.monotonic()
    beside = _with_resources(model, objectives, budget or STORED, store, progress)
    if beside is not None:
        outside = ", ".join(dict.fromkeys(model.constraints[number].rule for number in sorted(beside.keep_out)))
        return Planned(beside, Plan("diagram with resources", f"{_size(beside, began)}; beside it {outside}: {none}"))
    if budget is not None and all(
        isinstance(variable.origin, Option) and not variable.is_number for variable in model.variables
    ):
        search = SearchEngine(model, budget.seconds)
        if search.fits:
            return Planned(search, Plan("search", f"tables, but no diagram: {none}", advice(model, none)))
    return Planned(CpSatEngine(model), Plan("cp-sat", f"no diagram: {none}", advice(model, none)))


def _size(engine: DiagramEngine, began: float) -> str:
    diagram = engine.compiled.diagram
    how = "read" if engine.is_from_store else "compiled"
    seconds = time.monotonic() - began
    return f"{how} in {seconds:.1f} s to a diagram of {len(diagram.left)} edges, {diagram.size // 1024} KB"


def _with_resources(
    model: Model,
    objectives: Collection[Objective],
    budget: CompileBudget,
    store: Store | None,
    progress: Progress | None,
) -> ResourceEngine | None:
    """Try a diagram without the widest linear rules, at most `KEPT_OUT` bounds; None where that does not help."""
    program, kept = Program(model), dict[int, int]()
    found = {source: linear(program, source) for source in range(len(model.constraints))}
    sums = {source: bounds for source, bounds in found.items() if bounds and len(bounds[0].weights) > _FEW}
    for source in sorted(sums, key=lambda source: (-len(sums[source][0].weights), source)):
        if sum(kept.values()) + len(sums[source]) <= KEPT_OUT:
            kept[source] = len(sums[source])
    if not kept:
        return None
    try:
        return ResourceEngine(model, CpSatEngine, objectives, budget, store, kept, progress)
    except NoDiagram:
        return None


def build_engine(
    model: Model,
    prefer: Preferred = "auto",
    objectives: Collection[Objective] = (),
    store: Store | None = None,
) -> Engine:
    """Build the preferred engine, or the planned one.

    `ModelTooLarge` where it cannot hold the model's numbers, `NoDiagram` where a diagram is asked for and does not fit.
    """
    match prefer:
        case "enumeration":
            return EnumerationEngine(model)
        case "cp-sat":
            return CpSatEngine(model)
        case "diagram":
            return DiagramEngine(model, CpSatEngine, objectives, PATIENT, store)
    return planned(model, objectives, store=store).engine


def advice(model: Model, none: NoDiagram) -> str:
    """Say which rules keep a model from its diagram, and what can be done."""
    verdict = none.verdict
    sources = [source for source, _ in verdict.widest] if isinstance(verdict, TooWide) else [verdict.constraint]
    named = dict.fromkeys(
        f"{model.constraints[source].rule} ({model.constraints[source].span.file}:{model.constraints[source].span.line})"
        for source in sources
        if source >= 0
    )
    if not named:
        return "raise the budget for compiling, or split the product into parts"
    return f"{', '.join(named)} widen it most: let them depend on fewer options, or raise the budget for compiling"


def _combinations(model: Model) -> int | None:
    """Return the number of combinations of values, valid or not; None where they are too many to enumerate."""
    combinations = 1
    for variable in model.variables:
        combinations *= len(variable.values) + (variable.exists is not None)
        if combinations > TINY:
            return None
    return combinations

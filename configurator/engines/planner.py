"""Which engine answers for a model, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.engines.protocol import Engine
from configurator.model import Model

TINY = 5_000
"""Up to so many combinations are enumerated."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The engine chosen for a model and the reason, for people."""

    engine: Literal["cp-sat", "enumeration"]
    reason: str


def plan(model: Model) -> Plan:
    """Choose the engine by the number of combinations of values, valid or not."""
    combinations = 1
    for variable in model.variables:
        combinations *= len(variable.values) + (variable.exists is not None)
        if combinations > TINY:
            return Plan("cp-sat", f"more than {TINY} combinations of values")
    return Plan("enumeration", f"{combinations} combinations of values are quickly enumerated")


def build_engine(model: Model, prefer: Literal["auto", "cp-sat", "enumeration"] = "auto") -> Engine:
    """Build the preferred engine, or the planned one; `ModelTooLarge` where it cannot hold the model's numbers."""
    name = plan(model).engine if prefer == "auto" else prefer
    return EnumerationEngine(model) if name == "enumeration" else CpSatEngine(model)

"""What can be chosen: a product of a catalog on a day as a ground model, and engines that answer about it exactly.

`compile_product` makes the model, `build_engine` an engine for it; both engines give the same
answers. `ground` puts any further expression (a price, a condition of an item) over a model.
"""

from configurator.compiler import ProductNotInEffect, UnknownProduct, compile_product
from configurator.engines.planner import Plan, Planned, build_engine, planned
from configurator.engines.protocol import Budget, Engine
from configurator.ground import UnboundName, ground
from configurator.model import (
    TEXT,
    Allowed,
    Configuration,
    Constraint,
    Count,
    Domains,
    Limit,
    Model,
    ModelTooLarge,
    Objective,
    Preference,
    Term,
    Variable,
    Verdict,
)

__all__ = [
    "TEXT", "Allowed", "Budget", "Configuration", "Constraint", "Count", "Domains", "Engine", "Limit", "Model",
    "ModelTooLarge", "Objective", "Plan", "Planned", "Preference", "ProductNotInEffect", "Term", "UnboundName", "UnknownProduct",
    "Variable", "Verdict", "build_engine", "compile_product", "ground", "planned",
]  # fmt: skip

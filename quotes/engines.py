"""The engine for a product of a catalog on a day, with what its prices speak of compiled in."""

from __future__ import annotations

from datetime import date

from catalogs.model import Catalog
from configurator import Engine, Planned, build_engine, compile_product, planned
from configurator.engines.diagram.compiler.compile import Progress
from configurator.engines.diagram.store import Store
from configurator.engines.planner import PATIENT, Preferred
from configurator.model import Model, Objective
from quotes.pricing import Context, objective


def prepared_engine(
    catalog: Catalog, product: str, day: date, store: Store | None = None, progress: Progress | None = None
) -> Planned:
    """Choose and build the engine for a product ahead of questions, with time, and say why.

    `progress` hears how far compiling is; `compile_product` says what this raises.
    """
    model = compile_product(catalog, product, day)
    return planned(model, _prices(catalog, model), PATIENT, store, progress=progress)


def product_engine(
    catalog: Catalog, product: str, day: date, prefer: Preferred = "auto", store: Store | None = None
) -> Engine:
    """Build the preferred engine for a product, or the planned one; raises what `compile_product` and `build_engine` raise."""
    model = compile_product(catalog, product, day)
    return build_engine(model, prefer, _prices(catalog, model), store)


def _prices(catalog: Catalog, model: Model) -> tuple[Objective, ...]:
    """Return the price of one unit for a customer nobody knows: most terms are the same for everybody."""
    usual = objective(catalog, model, Context.of(catalog))
    return () if usual is None else (usual,)

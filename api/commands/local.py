"""A service for one catalog on this machine: what commands share with the HTTP door."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from api.commands.output import stop
from api.service import Clock, Service
from api.shelf import Shelf
from api.storage import QuoteFolder
from catalogs.model import Catalog, Component
from configurator import ModelTooLarge, ProductNotInEffect
from configurator.engines.diagram.store import Store
from quotes.engines import prepared_engine
from rules.diagnostics import did_you_mean


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def local_service(*catalogs: Catalog, folder: Path, clock: Clock = now) -> Service:
    """Return a service over these catalogs that keeps quotes and orders below `folder`."""
    return Service(Shelf(catalogs, diagram_store()), QuoteFolder(folder), clock)


def diagram_store() -> Store:
    """Return where compiled diagrams are kept: the folder ``CPQ_CACHE`` names, else one of the user's."""
    named = os.environ.get("CPQ_CACHE")
    return Store(Path(named) if named else Path.home() / ".cache" / "quotewright")


def split_choice(text: str) -> tuple[str, str] | None:
    """Split ``NAME=VALUE``; None where there is no ``=`` or no name."""
    name, separator, value = text.partition("=")
    return (name.strip(), value.strip()) if separator and name.strip() else None


def today(catalog: Catalog, time: datetime) -> date:
    """Return the day of a moment in the catalog's time zone."""
    return time.astimezone(ZoneInfo(catalog.time_zone)).date()


def find_product(catalog: Catalog, name: str) -> Component:
    """Return a product, or stop with what there is."""
    known = {product.name: product for product in catalog.products}
    if name not in known:
        hint = did_you_mean(name, known) or f"it has {', '.join(known)}"
        stop(f"there is no product {name} in this catalog; {hint}", 2)
    return known[name]


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """Which engine answers for a product today, and why."""

    product: str
    engine: str
    reason: str
    advice: str


def product_plans(catalog: Catalog) -> Iterator[ProductPlan]:
    """Prepare every product of a catalog for today's questions, and say which engine answers."""
    day = today(catalog, now())
    for product in catalog.products:
        try:
            plan = prepared_engine(catalog, product.name, day, diagram_store()).plan
        except ProductNotInEffect:
            yield ProductPlan(product.name, "none", f"it is not sold on {day}", "")
        except ModelTooLarge as error:
            yield ProductPlan(product.name, "none", str(error), "split the product into parts")
        else:
            yield ProductPlan(product.name, plan.engine, plan.reason, plan.advice)

"""A service for one catalog on this machine: what commands share with the HTTP door."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.progress import Progress

from api.commands.output import progress, stop
from api.service import Clock, Service
from api.shelf import Shelf, find_customer
from api.storage import QuoteFolder
from catalogs.model import Catalog, Component, Customer
from configurator import ModelTooLarge, ProductNotInEffect
from configurator.engines.diagram.store import Store
from quotes.answer import Viewer
from quotes.engines import prepared_engine
from quotes.pricing import Context
from quotes.pricing.entitlements import rights_of
from rules.diagnostics import did_you_mean


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def local_service(*catalogs: Catalog, folder: Path, clock: Clock = now, viewer: Viewer = "customer") -> Service:
    """Return a service over these catalogs that keeps quotes and orders below `folder`."""
    return Service(Shelf(catalogs, diagram_store()), QuoteFolder(folder), clock, viewer)


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


def find_product(name: str, products: Iterable[Component]) -> Component:
    """Return one of these products of a catalog, or stop with what there is."""
    known = {product.name: product for product in products}
    if name not in known:
        hint = did_you_mean(name, known) or (f"it has {', '.join(known)}" if known else "it has none to see")
        stop(f"there is no product {name} in this catalog; {hint}", 2)
    return known[name]


def find_buyer(catalog: Catalog, customer: str | None) -> Customer | None:
    """Return a customer by id (None: nobody in particular), or stop with a hint."""
    try:
        return find_customer(catalog, customer)
    except KeyError:
        hint = did_you_mean(customer or "", (known.id for known in catalog.customers))
        stop(f"there is no customer {customer} in this catalog; {hint or 'see customers.csv'}", 2)


def products_seen(catalog: Catalog, customer: Customer | None, day: date, viewer: Viewer) -> tuple[Component, ...]:
    """Return the products that the reader sees."""
    rights = None if viewer == "rep" else rights_of(catalog, Context.of(catalog, customer), day)
    return tuple(one for one in catalog.products if rights is None or rights.sees(one.name))


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """Which engine answers for a product today, and why."""

    product: str
    engine: str
    reason: str
    advice: str


def _heard(bar: Progress, product: str) -> Callable[[int, int, int], None]:
    """Return what shows on a bar how far compiling a product is."""
    task = bar.add_task(f"compiling {product}", total=None)

    def hear(done: int, tables: int, references: int) -> None:
        bar.update(task, completed=done, total=tables, description=f"compiling {product}: {references} references")

    return hear


def product_plans(catalog: Catalog) -> Iterator[ProductPlan]:
    """Prepare every product of a catalog for today's questions, and say which engine answers."""
    day = today(catalog, now())
    for product in catalog.products:
        try:
            with progress() as bar:
                plan = prepared_engine(catalog, product.name, day, diagram_store(), _heard(bar, product.name)).plan
        except ProductNotInEffect:
            yield ProductPlan(product.name, "none", f"it is not sold on {day}", "")
        except ModelTooLarge as error:
            yield ProductPlan(product.name, "none", str(error), "split the product into parts")
        else:
            yield ProductPlan(product.name, plan.engine, plan.reason, plan.advice)

"""The catalogs that are served, and the engines that answer about them, built once per product and day."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from catalogs import load_folder
from catalogs.model import Catalog, Customer
from configurator.engines.diagram.store import Store
from configurator.engines.protocol import Engine
from quotes.engines import product_engine
from rules.diagnostics import Diagnostic

MOST_ENGINES = 64
"""How many compiled products are kept; the one unused for longest goes first."""


class CatalogRefusedError(Exception):
    """A catalog cannot be served because it has errors."""

    def __init__(self, folder: Path, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> None:
        super().__init__(f"{folder} has errors; run cpq check {folder}")
        self.folder = folder
        self.diagnostics = tuple(diagnostics)
        self.sources = dict(sources)


class Shelf:
    """Catalogs by name. Safe to ask from several threads."""

    def __init__(self, catalogs: Iterable[Catalog], store: Store | None = None) -> None:
        self._store = store
        self.catalogs = {catalog.name: catalog for catalog in catalogs}
        self._engines: OrderedDict[tuple[str, str, date], Engine] = OrderedDict()
        self._lock = threading.Lock()
        self._building: dict[tuple[str, str, date], threading.Lock] = {}

    def engine(self, catalog: Catalog, product: str, day: date) -> Engine:
        """Return the engine for a product on a day, building it on first use; one thread builds, others wait."""
        key = (catalog.version, product, day)
        with self._lock:
            if key in self._engines:
                self._engines.move_to_end(key)
                return self._engines[key]
            gate = self._building.setdefault(key, threading.Lock())
        with gate:
            with self._lock:
                if key in self._engines:
                    return self._engines[key]
            engine = product_engine(catalog, product, day, store=self._store)
            with self._lock:
                self._engines[key] = engine
                self._building.pop(key, None)
                while len(self._engines) > MOST_ENGINES:
                    self._engines.popitem(last=False)
        return engine


def open_catalog(folder: Path) -> Catalog:
    """Load one catalog folder; `CatalogRefusedError` with its diagnostics where it has errors."""
    loaded = load_folder(folder)
    if loaded.catalog is None:
        raise CatalogRefusedError(folder, loaded.diagnostics, loaded.sources)
    return loaded.catalog


def find_customer(catalog: Catalog, customer_id: str | None) -> Customer | None:
    """Return a customer by id, None for no id; `KeyError` for an id the catalog does not have."""
    if customer_id is None:
        return None
    for customer in catalog.customers:
        if customer.id == customer_id:
            return customer
    raise KeyError(customer_id)

"""Runs the tests that a catalog declares about itself: `cpq test`.

A test with a day is about that day; without one it must hold in every slice of time from today on in
which its product is sold. Expectations about a price, items or a suggestion are about the cheapest completion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalogs.effectivity import slices
from catalogs.model import Catalog, Customer
from catalogs.expected import CatalogTest
from configurator import ModelTooLarge, ProductNotInEffect
from configurator.engines.diagram.store import Store
from configurator.engines.planner import Preferred
from configurator.engines.protocol import Budget, Engine
from quotes.engines import product_engine
from quotes.expectations import Case, Outcome
from quotes.pricing import Context
from rules.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation that was not met: its place, the day it was asked on, and what was found instead."""

    span: Span
    day: date
    sentence: str


@dataclass(frozen=True, slots=True)
class Result:
    """One test: whether it passed, on which days it was asked, and what was found where it did not."""

    name: str
    span: Span
    passed: bool
    days: tuple[date, ...]
    findings: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """Return what was found, as sentences with their days; "" for a test that passed."""
        return "; ".join(f"on {one.day}: {one.sentence}" for one in self.findings)


def run_tests(
    catalog: Catalog,
    *,
    today: date,
    engine: Preferred = "auto",
    budget: Budget = Budget(),  # noqa: B008 - frozen
    store: Store | None = None,
) -> Iterator[Result]:
    """Yield the result of every test, in the order of the catalog; `store` keeps what is compiled for them."""
    bench = _Bench(catalog, engine, budget, store)
    for test in catalog.tests:
        yield bench.run(test, today)


class _Bench:
    """Runs tests of one catalog; each product is compiled once a day it is asked about."""

    def __init__(self, catalog: Catalog, engine: Preferred, budget: Budget, store: Store | None) -> None:
        self._catalog = catalog
        self._prefer: Preferred = engine
        self._budget = budget
        self._store = store
        self._engines: dict[tuple[str, date], Engine | str] = {}

    def run(self, test: CatalogTest, today: date) -> Result:
        """Run one test on its day, or in every slice from today on."""
        days = (test.day,) if test.day else tuple(one.day for one in slices(self._catalog, test.on, today))
        asked: list[date] = []
        findings: list[Finding] = []
        for day in days:
            engine = self._engine(test.on, day)
            if engine is None:
                continue
            asked.append(day)
            findings += self._findings(test, day, engine)
        if not asked:
            sentence = f"{test.on} is not sold on {test.day}" if test.day else f"{test.on} is not sold any more"
            findings.append(Finding(test.span, test.day or today, sentence))
        return Result(test.name, test.span, not findings, tuple(asked), tuple(findings))

    def _findings(self, test: CatalogTest, day: date, engine: Engine | str) -> Iterator[Finding]:
        if isinstance(engine, str):
            yield Finding(test.span, day, engine)
            return
        customer = _customer(self._catalog, test)
        if isinstance(customer, str):
            yield Finding(test.span, day, customer)
            return
        case = Case.of(self._catalog, test, engine, Context.of(self._catalog, customer), self._budget)
        for expect in test.expects:
            outcome: Outcome = case.judge(expect)
            if outcome is not None:
                yield Finding(expect.span, day, outcome)

    def _engine(self, product: str, day: date) -> Engine | str | None:
        """Return the engine of a product on a day; None where it is not sold, a sentence where it is too large."""
        key = (product, day)
        if key not in self._engines:
            try:
                self._engines[key] = product_engine(self._catalog, product, day, self._prefer, self._store)
            except ProductNotInEffect:
                return None
            except ModelTooLarge as error:
                self._engines[key] = str(error)
        return self._engines[key]


def _customer(catalog: Catalog, test: CatalogTest) -> Customer | str | None:
    """Return the customer of a test: a known one, with the attributes that the test states; a sentence for an unknown one."""
    known: Customer | None = None
    if test.customer_id is not None:
        known = next((one for one in catalog.customers if one.id == test.customer_id), None)
        if known is None:
            return f"there is no customer {test.customer_id}"
    if known is None and not test.customer:
        return None
    attributes = {**(known.attributes if known else {}), **test.customer}
    texts = {name: value for name, value in attributes.items() if isinstance(value, str)}
    return Customer(
        id=known.id if known else "",
        name=known.name if known else "",
        attributes=attributes,
        segment=texts.get("segment", ""),
        region=texts.get("region", ""),
        channel=texts.get("channel", ""),
        currency=texts.get("currency", ""),
        country=texts.get("country", ""),
        address=known.address if known else "",
        tax_id=known.tax_id if known else "",
    )

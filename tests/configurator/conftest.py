"""Gives a test a session on the catalog that stands in its docstring, once on each engine."""

from __future__ import annotations

import inspect
from datetime import date

import pytest

from catalogs import load
from configurator.compiler import compile_product
from configurator.engines.planner import build_engine
from configurator.session import Session, start
from rules.diagnostics import render

DAY = date(2026, 3, 15)


@pytest.fixture(params=["enumeration", "cp-sat"])
def session(request) -> Session:
    """A session without choices; the docstring's only product on 15 March 2026."""
    text = inspect.cleandoc(request.function.__doc__)
    loaded = load({"catalog.cpq": ('catalog shop "Shop" {\n  currency EUR\n}\n' + text).encode()})
    assert loaded.catalog is not None, "\n".join(render(problem, loaded.sources) for problem in loaded.diagnostics)
    model = compile_product(loaded.catalog, loaded.catalog.products[0].name, DAY)
    return start(build_engine(model, request.param))

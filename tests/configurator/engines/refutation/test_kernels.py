"""The compiled kernels against their plain Python twins: the same numbers in every cell, step by step."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from tests.configurator.engines.refutation.networks import clauses, crossed, loaded

from configurator.engines.network import Network
from configurator.engines.refutation import (
    explanation,
    inquiry,
    learning,
    order,
    proof,
    propagation,
    search,
    sifting,
    trail,
    weighing,
)
from configurator.engines.refutation.inquiry import Inquiry
from configurator.engines.refutation.layout import draw
from configurator.engines.refutation.memory import allocate, gather
from configurator.engines.refutation.places import SEEKING
from configurator.engines.refutation.search import FOUND, PAUSED, REFUTED

MODULES: tuple[ModuleType, ...] = (explanation, learning, order, proof, propagation, search, sifting, trail, weighing)


@pytest.fixture
def plain(monkeypatch):
    """Replaces every kernel, in every module that uses it, by its Python function."""

    def replace() -> None:
        for module in (*MODULES, inquiry):
            for name, value in vars(module).copy().items():
                if hasattr(value, "py_func"):
                    monkeypatch.setattr(module, name, value.py_func)

    return replace


def _history(network: Network) -> list[tuple[object, ...]]:
    """Every cell that changes, after each stretch of a search, a search for all values, and a change of sources."""
    layout = draw(network)
    memory = allocate(layout, gather(layout))
    literals = sum(network.sizes)
    allowed = np.ones(literals, np.bool_)
    allowed[1] = False
    asked = Inquiry(layout, memory, allowed, tracking=True)
    history: list[tuple[object, ...]] = []
    counted = np.ones(memory.places.items, np.bool_)
    for turn in range(4):
        counted[: turn * 3] = False
        memory.part("counted", len(counted))[:] = counted
        inquiry.begin(memory.at, memory.fixed, memory.changing)
        verdict = PAUSED
        for _ in range(20):
            if verdict == PAUSED:
                verdict = inquiry.seek(memory.at, memory.fixed, memory.changing, 3, True)
                if verdict == PAUSED:
                    inquiry.thin(memory.at, memory.changing)
        history.append((verdict, memory.changing.tolist()))
        if verdict == REFUTED:
            history.append(tuple(np.flatnonzero(asked.used).tolist()))
        if verdict == FOUND and turn == 3:
            memory.part("known", literals)[:] = allowed
            memory.changing[SEEKING] = 0
            history.append((inquiry.seek(memory.at, memory.fixed, memory.changing, 50, True), asked.known.tolist()))
    return history


@pytest.mark.parametrize("seed", range(3))
def test_kernels_do_what_their_python_says_on_tables(plain, seed):
    network = crossed(8, 4, 14, 0.3, seed)
    compiled = _history(network)
    plain()
    with np.errstate(over="ignore"):
        assert _history(network) == compiled


@pytest.mark.parametrize("seed", range(3))
def test_kernels_do_what_their_python_says_on_linear_rules(plain, seed):
    network = loaded(8, 4, 3, seed)
    compiled = _history(network)
    plain()
    with np.errstate(over="ignore"):
        assert _history(network) == compiled


@pytest.mark.parametrize("seed", range(3))
def test_kernels_do_what_their_python_says_on_clauses(plain, seed):
    network = clauses(14, 3, 64, seed)
    compiled = _history(network)
    plain()
    with np.errstate(over="ignore"):
        assert _history(network) == compiled

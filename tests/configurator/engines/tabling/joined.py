"""Brute force over the tables of a network: every combination of visible variables with all its helper values."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from configurator.engines.network import Network, Resource, Table
from configurator.engines.tabling.tabulate import Tabulated, TablingLimits, tabulate
from configurator.model import Configuration, Model, Objective
from configurator.program import Program


def solutions(network: Network) -> list[tuple[int, ...]]:
    """Return every assignment of all variables that all tables allow; resources are not looked at."""
    spaces = [range(size) for size in network.sizes[: network.visible]]
    every = list(itertools.product(*spaces))
    found = np.array(every, np.int64).reshape(len(every), network.visible)
    found = _kept(found, [t for t in network.tables if max(t.scope, default=-1) < network.visible])
    for helper in range(network.visible, len(network.sizes)):
        size = network.sizes[helper]
        column = np.tile(np.arange(size), len(found))[:, None]
        found = np.hstack([np.repeat(found, size, axis=0), column])
        found = _kept(found, [t for t in network.tables if max(t.scope, default=-1) == helper])
    return [tuple(map(int, row)) for row in found]


def _kept(found: NDArray[np.int64], tables: list[Table]) -> NDArray[np.int64]:
    for table in tables:
        columns = found[:, list(table.scope)]
        if table.dense is not None:
            held = table.dense[tuple(columns.T)]
        else:
            known = {tuple(row) for row in table.rows.tolist()}
            held = np.array([tuple(row) in known for row in columns.tolist()], np.bool_)
        found = found[held]
    return found


def shapes_fit(network: Network) -> bool:
    """Say whether every table speaks of existing variables and indices only, each variable once."""
    for table in network.tables:
        sizes = tuple(network.sizes[v] for v in table.scope)
        if (table.rows is None) == (table.dense is None) or len(set(table.scope)) != len(table.scope):
            return False
        if not table.scope or (table.rows is not None and table.rows.dtype != np.int32):
            return False
        if table.dense is not None and table.dense.shape != sizes:
            return False
        if table.rows is not None and ((table.rows < 0).any() or (table.rows >= np.array(sizes)).any()):
            return False
    return True


def holds(resource: Resource, indices: tuple[int, ...]) -> bool:
    """Say whether the weights of the indices stay within the bound."""
    return sum(int(weights[indices[v]]) for v, weights in resource.weights.items()) <= resource.bound


def tabled(
    model: Model, *wanted: Objective, limits: TablingLimits | None = None, keep_out: tuple[int, ...] = ()
) -> Tabulated:
    found = tabulate(Program(model), wanted, limits or TablingLimits(), keep_out)
    assert isinstance(found, Tabulated), found
    assert shapes_fit(found.network)
    return found


def configurations(model: Model, found: Tabulated) -> list[Configuration]:
    """The configurations of a network's solutions, resources included."""
    program = Program(model)
    return [
        program.configuration(list(row[: found.network.visible]))
        for row in solutions(found.network)
        if all(holds(resource, row) for resource in found.network.resources)
    ]


def frozen(configurations: list[Configuration]) -> list[tuple[tuple[str, object], ...]]:
    return sorted((tuple(sorted(one.items())) for one in configurations), key=repr)

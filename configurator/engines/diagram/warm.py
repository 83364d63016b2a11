"""Compile every kernel ahead: ``python -m configurator.engines.diagram.warm``, and before a server's first request."""

from __future__ import annotations

import math

import numpy as np

from configurator.engines.diagram.compiler.compile import CompileBudget, compile_network
from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.queries import Compiled
from configurator.engines.network import Network, Table
from configurator.engines.refutation import Refuter


def warm() -> None:
    """Ask every question once of a small network; kernels that are on disk already are only loaded."""
    rows = np.array([(0, 0), (0, 1), (1, 2)], np.int32)
    apart = np.array([[True, True], [True, False]])
    tables = (Table((0, 1), 0, rows=rows), Table((0, 2), 1, dense=apart), Table((1, 3), 2, rows=rows[:, ::-1].copy()))
    network = Network((2, 3, 2, 2), 4, tables)
    diagram = compile_network(network, CompileBudget(seconds=math.inf))  # cold kernels take their time
    if not isinstance(diagram, Diagram):
        raise TypeError(diagram)
    compiled = Compiled(diagram)
    mask, choices = compiled.everything(), np.array([0], np.int32)
    weights = np.zeros(compiled.literals, np.int64)
    compiled.states(mask, choices)
    compiled.both_ends(mask, weights)
    compiled.least(mask, weights)
    compiled.best(mask, weights)
    compiled.first_in_order(mask, np.stack((weights, weights), axis=1), [[[0], [1]]])
    compiled.given_up(mask, choices)
    compiled.conflict(compiled.restricted(mask, choices), np.array([1], np.int32))
    compiled.count(mask)
    compiled.counts(mask)
    compiled.outside_batch(compiled.batch([choices]))
    Refuter(network).solve()


if __name__ == "__main__":
    warm()

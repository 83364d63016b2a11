"""Networks to measure and test on: modules of small tables in a tree, and linear rules near their balanced minimum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.compiler.compile import CompileBudget, TooWide, compile_network
from configurator.engines.diagram.diagram import Diagram
from configurator.engines.network import Network, Table

Rule = tuple[NDArray[np.int64], int]


@dataclass(frozen=True, slots=True)
class Family:
    """How the weights of one linear rule are drawn: the share of variables that count, and multiples of a step."""

    share: float
    low: int
    high: int
    step: int = 1


FAMILIES = {
    "some": Family(0.23, 5, 1000, 5),
    "few": Family(0.2, 0, 500),
    "half": Family(0.5, 0, 97),
    "dense": Family(1.0, 0, 97),
}
"""`some` is the usual case: power, weight, slots of a quarter of the parts; `dense` is the hard one."""


def compiled(network: Network) -> Diagram:
    """Compile the tables of a network that fits."""
    diagram = compile_network(network, CompileBudget(seconds=600.0))
    assert not isinstance(diagram, TooWide), diagram.message
    return diagram


def modular(variables: int, seed: int, *, module: int = 8, sizes: tuple[int, int] = (5, 9)) -> Network:
    """Return modules of variables tied by random tables of two or three, their first variables tied in a tree.

    A planted configuration is in every table, so there is one.
    """
    draw = Random(seed)
    counts = [draw.randint(*sizes) for _ in range(variables)]
    planted = [draw.randrange(count) for count in counts]
    tables = []
    for first in range(0, variables, module):
        members = range(first, min(first + module, variables))
        for variable in members[1:]:
            near = [other for other in members if other < variable][-3:]
            scope = (draw.choice(near), variable)
            tables.append(_table(draw, scope, counts, planted, draw.uniform(0.4, 0.75)))
        for variable in list(members)[2::3]:
            tables.append(_table(draw, (variable - 2, variable - 1, variable), counts, planted, draw.uniform(0.5, 0.8)))
        if first:
            above = draw.randrange(first // module) * module
            tables.append(_table(draw, (above, first), counts, planted, draw.uniform(0.5, 0.8)))
    return Network(tuple(counts), variables, tuple(tables))


def _table(draw: Random, scope: tuple[int, ...], counts: list[int], planted: list[int], density: float) -> Table:
    shape = [counts[variable] for variable in scope]
    numbers = np.random.default_rng(draw.randrange(2**32))
    dense = numbers.random(shape) < density
    dense[tuple(planted[variable] for variable in scope)] = True
    return Table(scope, -1, dense=dense)


def weights(diagram: Diagram, family: Family, seed: int) -> NDArray[np.int64]:
    """Draw the weights of one linear rule."""
    numbers = np.random.default_rng(seed)
    starts = diagram.starts
    drawn = numbers.integers(family.low // family.step, family.high // family.step + 1, diagram.literals) * family.step
    counting = numbers.random(len(starts) - 1) < family.share
    return np.where(np.repeat(counting, np.diff(starts)), drawn, 0).astype(np.int64)


def least(diagram: Diagram, costs: NDArray[np.int64]) -> tuple[int, list[int]]:
    """Return the least sum of costs over all configurations and the literals of one; plain Python, an oracle."""
    best: list[int] = [int(cost) for cost in costs] + [0]
    taken: list[int] = []
    for first, end in zip(diagram.edges, diagram.edges[1:], strict=False):
        sums = [(best[diagram.left[e]] + best[diagram.right[e]], int(e)) for e in range(first, end)]
        cost, edge = min(sums)
        best.append(cost)
        taken.append(edge)
    literals, stack = [], [diagram.root]
    while stack:
        slot = stack.pop()
        if slot < diagram.literals:
            literals.append(slot)
        elif slot > diagram.literals:
            edge = taken[slot - diagram.literals - 1]
            stack += [int(diagram.left[edge]), int(diagram.right[edge])]
    return best[-1], sorted(literals)


def rules_near_balance(diagram: Diagram, family: Family, number: int, slack: float, seed: int) -> list[Rule]:
    """Return rules whose bounds lie `slack` above what a configuration of balanced sums takes."""
    drawn = [weights(diagram, family, seed * 101 + rule) for rule in range(number)]
    alone = [least(diagram, one)[0] for one in drawn]
    scaled = sum(one * (10**7 // max(low, 1)) for one, low in zip(drawn, alone, strict=True))
    _, literals = least(diagram, np.asarray(scaled))
    return [(one, int(one[literals].sum() * (1 + slack))) for one in drawn]


@cache
def server(variables: int = 200, seed: int = 1) -> Diagram:
    """Return the diagram of a modular server of so many variables."""
    return compiled(modular(variables, seed))


def small(draw: Random) -> Network:
    """Return a network of few configurations, with tables of one to three variables along a random tree."""
    number = draw.randint(1, 7)
    counts = [draw.randint(1, 5) for _ in range(number)]
    planted = [draw.randrange(count) for count in counts]
    tables = []
    for _ in range(draw.randint(0, number + 1)):
        scope = tuple(sorted(draw.sample(range(number), min(number, draw.randint(1, 3)))))
        tables.append(_table(draw, scope, counts, planted, draw.uniform(0.3, 0.9)))
    return Network(tuple(counts), number, tuple(tables))


def configurations(network: Network) -> NDArray[np.int32]:
    """Return every configuration as a row of literals, by testing all combinations; the oracle."""
    sizes = np.array(network.sizes)
    rows = np.stack(np.unravel_index(np.arange(sizes.prod()), sizes), axis=1)
    for table in network.tables:
        assert table.dense is not None
        rows = rows[table.dense[tuple(rows[:, variable] for variable in table.scope)]]
    return (rows + np.concatenate(([0], np.cumsum(sizes)[:-1]))).astype(np.int32)

"""Exclusions between many values, two by two, become one ladder: helpers that say whether one was taken so far.

Catalogs and feature models say "at most one of these" pair by pair. A clique of k such pairs needs
k - 2 helpers and k - 1 tables of three variables (Gent, Nightingale, A new encoding of alldifferent
into SAT, 2004); the variables no longer depend on each other directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from configurator.engines.diagram.compiler.clock import Clock
from configurator.engines.network import Network, Table

Literal = tuple[int, int]
_LEAST = 5
"""Cliques of fewer values stay pairs."""


def with_ladders(network: Network, clock: Clock) -> Network:
    """Return a network with the same configurations in which cliques of exclusions are ladders.

    `OutOfTime` where the clock runs out.
    """
    pairs: dict[frozenset[Literal], int] = {}
    kept: list[Table] = []
    for table in network.tables:
        clock.check()
        pair = _exclusion(table, network.sizes)
        if pair is None:
            kept.append(table)
        else:
            pairs.setdefault(pair, table.source)
    sizes = list(network.sizes)
    for clique in _cliques(pairs, clock):
        source = min(pairs[frozenset((one, other))] for one in clique for other in clique if one < other)
        kept += _ladder(clique, sizes, source)
        for one in clique:
            for other in clique:
                pairs.pop(frozenset((one, other)), None)
    kept += [_pair(sorted(pair), network.sizes, source) for pair, source in pairs.items()]
    return Network(tuple(sizes), network.visible, tuple(kept), network.resources)


def _exclusion(table: Table, sizes: Sequence[int]) -> frozenset[Literal] | None:
    """Return the two values that a table excludes together, where it says nothing else."""
    if len(table.scope) != 2:  # noqa: PLR2004 - a pair
        return None
    first, second = table.scope
    if table.dense is not None:
        mask = table.dense
    elif table.rows is not None and len(table.rows) >= sizes[first] * sizes[second] - 1:
        mask = np.zeros((sizes[first], sizes[second]), np.bool_)
        mask[table.rows[:, 0], table.rows[:, 1]] = True
    else:
        return None
    if mask.size - np.count_nonzero(mask) != 1:
        return None
    one, other = np.argwhere(~mask)[0]
    return frozenset(((first, int(one)), (second, int(other))))


def _cliques(pairs: Iterable[frozenset[Literal]], clock: Clock) -> list[list[Literal]]:
    """Find large cliques of exclusions without common pairs, greedily, those of the most excluding values first."""
    near: dict[Literal, set[Literal]] = {}
    for pair in pairs:
        one, other = sorted(pair)
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    found = []
    for start in sorted(near, key=lambda literal: (-len(near[literal]), literal)):
        while len(near[start]) + 1 >= _LEAST:
            clique, left = [start], set(near[start])
            while left:
                clock.check()
                taken = max(left, key=lambda literal: (len(near[literal]), literal))
                clique.append(taken)
                left &= near[taken]
            if len(clique) < _LEAST:
                break
            for literal in clique:
                near[literal] -= set(clique)
            found.append(sorted(clique))
    return found


def _ladder(clique: Sequence[Literal], sizes: list[int], source: int) -> list[Table]:
    """Write "at most one of these" with a helper a step: whether one of the values so far is taken."""
    tables = []
    so_far, taken = clique[0]
    for number, (variable, value) in enumerate(clique[1:], 1):
        held = np.arange(sizes[so_far]) == taken
        now = np.arange(sizes[variable]) == value
        fits = ~(held[:, None] & now[None, :])
        if number == len(clique) - 1:
            tables.append(Table((so_far, variable), source, dense=fits))
            break
        helper = len(sizes)
        sizes.append(2)
        some = (held[:, None] | now[None, :])[:, :, None] == np.array([False, True])
        tables.append(Table((so_far, variable, helper), source, dense=fits[:, :, None] & some))
        so_far, taken = helper, 1
    return tables


def _pair(literals: Sequence[Literal], sizes: Sequence[int], source: int) -> Table:
    (first, one), (second, other) = literals
    mask = np.ones((sizes[first], sizes[second]), np.bool_)
    mask[one, other] = False
    return Table((first, second), source, dense=mask)

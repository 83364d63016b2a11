"""Random networks with every kind of table, and what is true of them by enumeration."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product

import numpy as np
from hypothesis import strategies as st

from configurator.engines.network import Network, Resource, Table

Masks = list[list[int] | None]


@st.composite
def networks(draw) -> Network:
    """Up to six variables of one to four values; tables without rows, with all, repeated, dense; linear rules; some without source."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=6))
    tables = []
    for _ in range(draw(st.integers(0, 9))):
        scope = draw(st.lists(st.integers(0, len(sizes) - 1), min_size=1, max_size=min(4, len(sizes)), unique=True))
        shape = tuple(sizes[variable] for variable in scope)
        share = draw(st.sampled_from((0.3, 0.6, 0.9, 1.0, 0.0)))
        dense = np.random.default_rng(draw(st.integers(0, 10**6))).random(shape) < share
        source = draw(st.integers(-1, 5))
        if draw(st.booleans()):
            tables.append(Table(tuple(scope), source, dense=dense))
        else:
            rows = np.argwhere(dense).astype(np.int32)
            tables.append(Table(tuple(scope), source, rows=np.concatenate((rows[::-1], rows[:2]))))
    resources = tuple(draw(_linear_rules(sizes)) for _ in range(draw(st.sampled_from((0, 0, 1, 2)))))
    return Network(tuple(sizes), draw(st.integers(0, len(sizes))), tuple(tables), resources)


@st.composite
def _linear_rules(draw, sizes: list[int]) -> Resource:
    """Weights below and above zero for some variables, and a bound between the least and the most."""
    counted = draw(st.sets(st.integers(0, len(sizes) - 1)))
    weights = {
        variable: np.array(draw(st.lists(st.integers(-3, 9), min_size=size, max_size=size)), np.int64)
        for variable, size in enumerate(sizes)
        if variable in counted
    }
    least, most = sum(int(held.min()) for held in weights.values()), sum(int(held.max()) for held in weights.values())
    return Resource(draw(st.integers(-1, 7)), draw(st.integers(least - 1, most)), weights)


@st.composite
def restricted(draw, network: Network) -> Masks:
    """Some values of some variables, now and then none at all."""
    masks: Masks = []
    for size in network.sizes:
        if draw(st.booleans()):
            masks.append(None)
        else:
            masks.append(sorted(draw(st.sets(st.integers(0, size - 1), min_size=draw(st.sampled_from((1, 1, 1, 0)))))))
    return masks


def satisfies(network: Network, state: Collection[int], sources: Collection[int]) -> bool:
    """Say whether a state keeps every rule of some sources and of none."""
    indices = tuple(state)
    for resource in network.resources:
        if resource.source < 0 or resource.source in sources:
            total = sum(int(held[indices[variable]]) for variable, held in resource.weights.items())
            if total > resource.bound:
                return False
    for table in network.tables:
        if table.source >= 0 and table.source not in sources:
            continue
        part = tuple(indices[variable] for variable in table.scope)
        if table.dense is not None:
            if not table.dense[part]:
                return False
        elif part not in {tuple(row) for row in table.rows.tolist()}:
            return False
    return True


def solutions(network: Network, masks: Masks, sources: Collection[int]) -> Iterator[tuple[int, ...]]:
    """All solutions within the masks, by enumeration."""
    domains = [range(size) if mask is None else mask for size, mask in zip(network.sizes, masks, strict=True)]
    return (state for state in product(*domains) if satisfies(network, state, sources))


def is_solvable(network: Network, masks: Masks, sources: Collection[int]) -> bool:
    """Say whether there is a solution, by enumeration."""
    return next(solutions(network, masks, sources), None) is not None


def clauses(variables: int, length: int, amount: int, seed: int) -> Network:
    """Random clauses over variables of two values, each a source of its own."""
    chance = np.random.default_rng(seed)
    tables = []
    for source in range(amount):
        scope = tuple(sorted(chance.choice(variables, length, replace=False).tolist()))
        dense = np.ones((2,) * length, np.bool_)
        dense[tuple(chance.integers(0, 2, length).tolist())] = False
        tables.append(Table(scope, source, dense=dense))
    return Network((2,) * variables, variables, tuple(tables))


def crossed(variables: int, size: int, amount: int, share: float, seed: int) -> Network:
    """Random tables over three variables, linked across, each a source of its own."""
    chance = np.random.default_rng(seed)
    tables = []
    for source in range(amount):
        scope = tuple(chance.choice(variables, 3, replace=False).tolist())
        tables.append(Table(scope, source, dense=chance.random((size,) * 3) < share))
    return Network((size,) * variables, variables, tuple(tables))


def pigeons(holes: int) -> Network:
    """One pigeon more than holes, no two in one hole: no solution, and every rule is needed for that."""
    apart = ~np.eye(holes, dtype=np.bool_)
    pairs = [(one, other) for one in range(holes + 1) for other in range(one)]
    return Network(
        (holes,) * (holes + 1), holes + 1, tuple(Table(pair, n, dense=apart) for n, pair in enumerate(pairs))
    )


def loaded(variables: int, size: int, rules: int, seed: int) -> Network:
    """Linear rules over all variables near their balanced minimum, and a table between neighbours."""
    chance = np.random.default_rng(seed)
    resources = []
    for source in range(rules):
        weights = {variable: chance.integers(0, 5, size) for variable in range(variables)}
        resources.append(Resource(source, int(sum(np.sort(held)[1] for held in weights.values())), weights))
    tables = [
        Table((variable, variable + 1), rules + variable, dense=chance.random((size, size)) < 0.7)
        for variable in range(variables - 1)
    ]
    return Network((size,) * variables, variables, tuple(tables), tuple(resources))

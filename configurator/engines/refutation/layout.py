"""A network laid out for the search: a clause for a table that forbids one combination, bits for every other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from configurator.engines.network import Network, Resource
from configurator.engines.refutation.rows import WORD, Ints, Supports, forbidden, sorted_rows, supports

PAIR = 2
"""A variable of so many values has one pair of codes for both."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What stays while searching, part by part as `Places` names them, and where the search starts.

    `full` are the words of all tables with all their `rows`; `widths` the number of values of each column; the clauses are those of the network. `sources`
    says which source each number stands for.
    """

    sizes: tuple[int, ...]
    fixed: dict[str, Ints]
    full: Ints
    widths: Ints
    rows: int
    clause_starts: Ints
    clause_sources: Ints
    sources: tuple[int, ...]


@dataclass(slots=True)
class _Drawer:
    """Collects tables and clauses while the network is read."""

    network: Network
    starts: Ints
    code: Ints
    number: dict[int, int]
    scopes: list[tuple[int, ...]] = field(default_factory=list)
    rows: list[Ints] = field(default_factory=list)
    supports: list[Supports] = field(default_factory=list)
    table_sources: list[int] = field(default_factory=list)
    clauses: list[Ints] = field(default_factory=list)
    clause_sources: list[int] = field(default_factory=list)

    def read(self) -> None:
        """Take up every table as what it is: nothing, a clause (without codes where it has no row), or bits."""
        sizes = self.network.sizes
        for table in self.network.tables:
            shape = tuple(sizes[variable] for variable in table.scope)
            rows = sorted_rows(table, sizes)
            missing = forbidden(rows, shape) if len(rows) else None
            if not len(rows):
                self.clauses.append(np.zeros(0, np.int64))
                self.clause_sources.append(self.number.get(table.source, -1))
            elif missing is not None:
                literals = self.starts[list(table.scope)] + missing
                self.clauses.append(self.code[literals] ^ 1)
                self.clause_sources.append(self.number.get(table.source, -1))
            elif len(rows) < np.prod([float(size) for size in shape]):
                self._keep(table.scope, rows, self.number.get(table.source, -1))

    def _keep(self, scope: tuple[int, ...], rows: Ints, source: int) -> None:
        """Widest variables first: the rows of one value then share words."""
        sizes = self.network.sizes
        order = sorted(range(len(scope)), key=lambda column: (-sizes[scope[column]], column))
        arranged = rows[:, order]
        arranged = arranged[np.lexsort(arranged.T[::-1])]
        variables = tuple(scope[column] for column in order)
        self.scopes.append(variables)
        self.rows.append(arranged)
        self.supports.append(supports(arranged, tuple(sizes[variable] for variable in variables)))
        self.table_sources.append(source)


def draw(network: Network) -> Layout:
    """Lay a network out."""
    starts = _offsets(network.sizes)
    codes = _codes(network.sizes, starts)
    named = {table.source for table in network.tables} | {resource.source for resource in network.resources}
    sources = tuple(sorted(named - {-1}))
    drawer = _Drawer(network, starts, codes["code"], {source: number for number, source in enumerate(sources)})
    drawer.read()
    parts = _parts(network.resources, len(network.sizes))
    owner = np.repeat(np.arange(len(network.sizes)), network.sizes)
    fixed = {
        "starts": starts,
        "owner": owner,
        **codes,
        **_tables(drawer),
        **parts,
        "clause_texts": _joined(drawer.clauses),
    }
    return Layout(
        network.sizes,
        fixed,
        _full([len(rows) for rows in drawer.rows]),
        np.diff(starts)[fixed["column_variables"]],
        sum(len(rows) for rows in drawer.rows),
        _offsets([len(clause) for clause in drawer.clauses]),
        np.array(drawer.clause_sources, np.int64),
        sources,
    )


def _codes(sizes: Sequence[int], starts: Ints) -> dict[str, Ints]:
    widths = np.array([1 if size == PAIR else size for size in sizes], np.int64)
    firsts, pairs = _offsets(widths), int(widths.sum())
    code = np.empty(starts[-1], np.int64)
    removes, settles = np.full(2 * pairs, -1, np.int64), np.full(2 * pairs, -1, np.int64)
    for variable, size in enumerate(sizes):
        literals, pair = np.arange(starts[variable], starts[variable + 1]), firsts[variable]
        if size == PAIR:
            code[literals] = 2 * pair, 2 * pair + 1
            removes[code[literals]] = literals[::-1]
        else:
            code[literals] = 2 * (pair + np.arange(size))
            removes[code[literals] + 1] = literals
        settles[code[literals]] = literals
    return {"code": code, "removes": removes, "settles": settles, "about": np.repeat(np.arange(len(sizes)), widths)}


def _tables(drawer: _Drawer) -> dict[str, Ints]:
    """Return the tables that are bits: columns, slots with their entries, rows, and where each literal occurs."""
    starts, sizes = drawer.starts, np.array(drawer.network.sizes, np.int64)
    columns = _offsets([len(scope) for scope in drawer.scopes])
    variables = _joined([np.array(scope, np.int64) for scope in drawer.scopes])
    slots = _offsets(sizes[variables])
    entries, words, word_starts = _entries(drawer)
    rows = [(held + starts[list(scope)]).ravel() for scope, held in zip(drawer.scopes, drawer.rows, strict=True)]
    slot_literals = _joined([np.arange(starts[v], starts[v + 1]) for v in variables])
    slot_tables = np.repeat(np.arange(len(drawer.scopes)), np.diff(slots[columns]))
    column_tables = np.repeat(np.arange(len(drawer.scopes)), np.diff(columns))
    by_variable = np.argsort(variables, kind="stable")
    lost = np.flatnonzero(entries[1:] == entries[:-1])
    linear = [drawer.number.get(resource.source, -1) for resource in drawer.network.resources]
    return {
        "occurrences": np.searchsorted(variables[by_variable], np.arange(len(sizes) + 1)),
        "at_table": column_tables[by_variable],
        "columns": columns,
        "column_variables": variables,
        "column_slots": slots[:-1],
        "entries": entries,
        "entry_words": words,
        "entry_bits": _joined([held.bits for held in drawer.supports]),
        "word_starts": word_starts,
        "row_starts": _offsets([len(literals) for literals in rows]),
        "row_literals": _joined(rows),
        "table_sources": np.array([*drawer.table_sources, *linear], np.int64),
        "unsupported_starts": np.searchsorted(slot_tables[lost], np.arange(len(drawer.scopes) + 1)),
        "unsupported": slot_literals[lost],
    }


def _parts(resources: Sequence[Resource], variables: int) -> dict[str, Ints]:
    """Return the linear rules: the weights of each variable that counts, and which rules a variable is in."""
    in_order = [sorted(resource.weights) for resource in resources]
    weights = [resource.weights[v] for resource, order in zip(resources, in_order, strict=True) for v in order]
    part_variables = _joined([np.array(order, np.int64) for order in in_order])
    part_resources = np.repeat(np.arange(len(resources)), [len(order) for order in in_order])
    by_variable = np.argsort(part_variables, kind="stable")
    return {
        "linked": np.searchsorted(part_variables[by_variable], np.arange(variables + 1)),
        "at_resource": part_resources[by_variable],
        "part_starts": _offsets([len(order) for order in in_order]),
        "part_variables": part_variables,
        "part_weights": _offsets([len(held) for held in weights])[:-1],
        "part_least": np.array([held.min() for held in weights], np.int64),
        "weights": _joined(weights),
        "bounds": np.array([resource.bound for resource in resources], np.int64),
    }


def _entries(drawer: _Drawer) -> tuple[Ints, Ints, Ints]:
    """Return where each slot's entries start, the words they stand in, and where each table's words start; over all tables."""
    word_starts = _offsets([-(-len(rows) // WORD) for rows in drawer.rows])
    starts, words, done = [], [], 0
    for table, held in enumerate(drawer.supports):
        starts.append(held.starts[:-1] + done)
        words.append(held.words + word_starts[table])
        done += len(held.words)
    return _joined([*starts, np.array([done])]), _joined(words), word_starts


def _full(lengths: Sequence[int]) -> Ints:
    words = []
    for length in lengths:
        word = np.full(-(-length // WORD), -1, np.int64)
        if length % WORD:
            word[-1] = (1 << length % WORD) - 1
        words.append(word)
    return _joined(words)


def _offsets(lengths: Sequence[int] | Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(np.asarray(lengths, np.int64))))


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *parts])

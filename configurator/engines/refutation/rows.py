"""A table as sorted rows, as the one combination it forbids, or as bits: one word for 64 rows, empty words left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configurator.engines.network import Table

WORD = 64
"""Rows in one word."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Supports:
    """Which rows each value of each column stands in; the entries of slot `s` are ``starts[s]`` to ``starts[s + 1]``.

    The slots of a column follow each other, one a value of its variable; `words` count from the
    table's first, `bits` are words read as signed integers.
    """

    starts: Ints
    words: Ints
    bits: Ints


def sorted_rows(table: Table, sizes: tuple[int, ...]) -> Ints:
    """Return the allowed combinations without repetition, sorted by the columns as they stand in the scope."""
    if table.dense is not None:
        return np.argwhere(table.dense).astype(np.int64).reshape(-1, len(table.scope))
    rows = np.empty((0, len(table.scope)), np.int64) if table.rows is None else table.rows.astype(np.int64)
    bounds = np.array([sizes[variable] for variable in table.scope], np.int64)
    rows = rows[((rows >= 0) & (rows < bounds)).all(axis=1)]
    if not table.scope or not len(rows):
        return rows[:1]
    rows = rows[np.lexsort(rows.T[::-1])]
    fresh = np.ones(len(rows), np.bool_)
    fresh[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    return rows[fresh]


def forbidden(rows: Ints, shape: tuple[int, ...]) -> Ints | None:
    """Return the only combination that sorted rows leave out; None where they leave out none or several."""
    combinations = 1
    for size in shape:
        combinations *= size
    if len(rows) != combinations - 1:
        return None
    place = np.zeros(len(rows), np.int64)
    for column, size in enumerate(shape):
        place = place * size + rows[:, column]
    gaps = np.flatnonzero(place != np.arange(len(rows)))
    missing = int(gaps[0]) if len(gaps) else len(rows)
    return np.array(np.unravel_index(missing, shape), np.int64)


def supports(rows: Ints, shape: tuple[int, ...]) -> Supports:
    """Return the rows of every value as bits; `rows` has one at least."""
    number = np.arange(len(rows), dtype=np.int64)
    word_count = -(-len(rows) // WORD)
    bit = np.left_shift(np.uint64(1), (number % WORD).astype(np.uint64))
    starts, words, bits, done = [np.zeros(1, np.int64)], [], [], 0
    for column, size in enumerate(shape):
        key = rows[:, column] * word_count + number // WORD
        by_key = np.argsort(key, kind="stable")
        keys, first = np.unique(key[by_key], return_index=True)
        words.append(keys % word_count)
        bits.append(np.bitwise_or.reduceat(bit[by_key], first))
        starts.append(done + np.searchsorted(keys // word_count, np.arange(1, size + 1)))
        done += len(keys)
    return Supports(np.concatenate(starts), np.concatenate(words), np.concatenate(bits).view(np.int64))

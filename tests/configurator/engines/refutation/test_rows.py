"""Tables taken apart for the search: sorted rows, the one combination left out, rows as bits."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from configurator.engines.network import Table
from configurator.engines.refutation.rows import forbidden, sorted_rows, supports
from configurator.engines.refutation.sifting import lowest

SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple)


@given(SHAPES, st.randoms(use_true_random=False))
def test_rows_are_sorted_and_stand_once(shape, chance):
    rows = [tuple(chance.randint(-1, size) for size in shape) for _ in range(chance.randint(0, 30))]
    table = Table(tuple(range(len(shape))), 0, rows=np.array(rows, np.int32).reshape(-1, len(shape)))
    inside = {row for row in rows if all(0 <= index < size for index, size in zip(row, shape, strict=True))}
    assert [tuple(row) for row in sorted_rows(table, shape).tolist()] == sorted(inside)


@given(SHAPES, st.randoms(use_true_random=False))
def test_the_only_combination_left_out(shape, chance):
    every = list(product(*(range(size) for size in shape)))
    out = chance.sample(every, min(chance.randint(0, 2), len(every)))
    rows = np.array([row for row in every if row not in out], np.int64).reshape(-1, len(shape))
    found = forbidden(rows, shape)
    assert (None if found is None else tuple(found.tolist())) == (out[0] if len(out) == 1 else None)


@given(SHAPES, st.randoms(use_true_random=False))
def test_bits_say_which_rows_a_value_stands_in(shape, chance):
    every = np.array(list(product(*(range(size) for size in shape))), np.int64)
    rows = every[sorted(chance.sample(range(len(every)), chance.randint(1, len(every))))]
    held = supports(rows, shape)
    slot = 0
    for column, size in enumerate(shape):
        for value in range(size):
            inside = set()
            for entry in range(held.starts[slot], held.starts[slot + 1]):
                bits = int(held.bits[entry]) & (2**64 - 1)
                assert bits
                inside |= {64 * int(held.words[entry]) + bit for bit in range(64) if bits >> bit & 1}
            assert inside == set(np.flatnonzero(rows[:, column] == value).tolist())
            slot += 1


@given(st.integers(0, 63), st.integers(0, 2**64 - 1))
def test_the_lowest_bit(bit, above):
    word = np.array([((above << bit) | (1 << bit)) & (2**64 - 1)], np.uint64).view(np.int64)[0]
    with np.errstate(over="ignore"):
        assert lowest.py_func(word) == bit

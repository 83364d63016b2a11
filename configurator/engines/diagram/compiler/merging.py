"""Small tables that begin at the same variable become one: fewer walks down the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from configurator.engines.network import Table

_CELLS = 4_096
_WIDEST = 12


Placed = tuple[Sequence[int], Table]
"""A table with the positions from the one where it begins down to its lowest."""


def merged(tables: Sequence[Placed], sizes: Sequence[int]) -> list[Placed]:
    """Merge neighbours among tables, each deeper than the one before, while few combinations decide them together.

    Only tables on one path are merged; the source is the first one's.
    """
    found: list[Placed] = []
    for path, table in tables:
        if found and found[-1][0][-1] in path:
            last = found[-1][1]
            scope = tuple(dict.fromkeys((*last.scope, *table.scope)))
            if len(scope) <= _WIDEST and prod(sizes[variable] for variable in scope) <= _CELLS:
                mask = _spread(last, scope, sizes) & _spread(table, scope, sizes)
                found[-1] = (path, replace(last, scope=scope, rows=None, dense=mask))
                continue
        found.append((path, table))
    return found


def _spread(table: Table, scope: Sequence[int], sizes: Sequence[int]) -> NDArray[np.bool_]:
    """Return a table's mask with one axis for each variable of a wider scope."""
    mask = table.dense
    if mask is None:
        mask = np.zeros([sizes[variable] for variable in table.scope], np.bool_)
        if table.rows is None:
            raise TypeError(table)
        mask[tuple(table.rows.T)] = True
    order = sorted(range(len(table.scope)), key=lambda axis: scope.index(table.scope[axis]))
    shape = [sizes[variable] if variable in table.scope else 1 for variable in scope]
    return np.broadcast_to(mask.transpose(order).reshape(shape), [sizes[variable] for variable in scope])

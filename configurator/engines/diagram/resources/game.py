"""Which mixture of the rules can still exclude a value: a matrix game between mixtures and points.

A point is how far the sums of one configuration lie from the bounds, relative to them. A mixture excludes a value
only if it is above zero at every point; the best mixture is the optimal strategy of the game, and where the
game's value is not above zero no mixture ever excludes the value.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.kernel import bare_kernel

Points = NDArray[np.float64]
_ROUNDS = 60
_TINY = 1e-9


@bare_kernel
def play(points: Points, count: int, shares: Points, room: Points) -> float:
    """Return the value of the game over the first points (points, rules), its best shares in `shares`.

    Primal simplex on the player of points, which starts feasible; the shares are its prices. A rounding error
    costs precision of the shares alone: a mixture is proven in integers. `room` is scratch (rules + 1 rows).
    """
    rules = points.shape[1]
    width = count + rules
    table = room[:, : width + 1]
    low = _fill(points, count, table)
    for _ in range(_ROUNDS):
        column = _column(table, rules, width)
        line = _line(table, rules, width, column) if column >= 0 else -1
        if line < 0:
            break
        _pivot(table, line, column)
    total = table[rules, width]
    for k in range(rules):
        shares[k] = max(table[rules, count + k], 0.0) / total
    return 1.0 / total + low - 1.0


@bare_kernel
def _fill(points: Points, count: int, table: Points) -> float:
    """Write the first tableau, points moved above zero; the least of their coordinates."""
    rules = points.shape[1]
    low = points[0, 0]
    for p in range(count):
        for k in range(rules):
            low = min(low, points[p, k])
    for k in range(rules + 1):
        for p in range(table.shape[1]):
            table[k, p] = 0.0
    for k in range(rules):
        for p in range(count):
            table[k, p] = points[p, k] - low + 1.0
        table[k, count + k] = 1.0
        table[k, count + rules] = 1.0
    for p in range(count):
        table[rules, p] = -1.0
    return low


@bare_kernel
def _column(table: Points, rules: int, width: int) -> int:
    """Return the most promising column, -1 where none improves."""
    column, steepest = -1, -_TINY
    for j in range(width):
        if table[rules, j] < steepest:
            column, steepest = j, table[rules, j]
    return column


@bare_kernel
def _line(table: Points, rules: int, width: int, column: int) -> int:
    """Return the row that leaves the basis, -1 where none can."""
    line, least = -1, np.inf
    for k in range(rules):
        if table[k, column] > _TINY and table[k, width] / table[k, column] < least:
            line, least = k, table[k, width] / table[k, column]
    return line


@bare_kernel
def _pivot(table: Points, line: int, column: int) -> None:
    """Bring a column into the basis in place of a row's."""
    factor = table[line, column]
    for j in range(table.shape[1]):
        table[line, j] /= factor
    for k in range(len(table)):
        factor = table[k, column]
        if k != line and factor != 0.0:
            for j in range(table.shape[1]):
                table[k, j] -= factor * table[line, j]


@bare_kernel
def play_all(
    points: Points, counts: NDArray[np.int32], open_literals: NDArray[np.int32], values: Points, shares: Points, room: Points
) -> None:  # fmt: skip
    """Play the game of every open literal; points (literals, points, rules)."""
    for i in range(len(open_literals)):
        literal = open_literals[i]
        if counts[literal] == 0:
            continue
        values[i] = play(points[literal], min(counts[literal], points.shape[1]), shares[i], room)

"""Which mixture of the rules can still exclude a value: a matrix game between mixtures and points.

A point is how far the sums of one configuration lie from the bounds, relative to them. A mixture excludes a value
only if it is above zero at every point; the best mixture is the optimal strategy of the game, and where the
game's value is not above zero no mixture ever excludes the value.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.kernel import bare_kernel

_ROUNDS = 60
_TINY = 1e-9


@bare_kernel
def play(points: NDArray[np.float64], count: int, shares: NDArray[np.float64], room: NDArray[np.float64]) -> float:
    """Return the value of the game over the first points (points, rules), its best shares in `shares`.

    Primal simplex on the player of points, which starts feasible; the shares are its prices. A rounding error
    costs precision of the shares alone: a mixture is proven in integers. `room` is scratch (rules + 1 rows).
    """
    rules = points.shape[1]
    low = points[0, 0]
    for p in range(count):
        for k in range(rules):
            low = min(low, points[p, k])
    width = count + rules
    table = room[:, : width + 1]
    for k in range(rules + 1):
        for p in range(width + 1):
            table[k, p] = 0.0
    for k in range(rules):
        for p in range(count):
            table[k, p] = points[p, k] - low + 1.0
        table[k, count + k] = 1.0
        table[k, width] = 1.0
    for p in range(count):
        table[rules, p] = -1.0
    for _ in range(_ROUNDS):
        if not _pivot(table, rules, width):
            break
    total = table[rules, width]
    for k in range(rules):
        shares[k] = max(table[rules, count + k], 0.0) / total
    return 1.0 / total + low - 1.0


@bare_kernel
def _pivot(table: NDArray[np.float64], rules: int, width: int) -> bool:
    """Bring the most promising column into the basis; False where none improves."""
    column, steepest = -1, -_TINY
    for j in range(width):
        if table[rules, j] < steepest:
            column, steepest = j, table[rules, j]
    if column < 0:
        return False
    line, least = -1, np.inf
    for k in range(rules):
        if table[k, column] > _TINY and table[k, width] / table[k, column] < least:
            line, least = k, table[k, width] / table[k, column]
    if line < 0:
        return False
    factor = table[line, column]
    for j in range(width + 1):
        table[line, j] /= factor
    for k in range(rules + 1):
        factor = table[k, column]
        if k != line and factor != 0.0:
            for j in range(width + 1):
                table[k, j] -= factor * table[line, j]
    return True


@bare_kernel
def play_all(
    points: NDArray[np.float64], counts: NDArray[np.int32], open_literals: NDArray[np.int32],
    values: NDArray[np.float64], shares: NDArray[np.float64], room: NDArray[np.float64],
) -> None:  # fmt: skip
    """Play the game of every open literal; points (literals, points, rules)."""
    for i in range(len(open_literals)):
        literal = open_literals[i]
        if counts[literal] == 0:
            continue
        values[i] = play(points[literal], min(counts[literal], points.shape[1]), shares[i], room)

"""How far a click is from what memory allows: the bytes it touches, against how fast this machine reads."""

from __future__ import annotations

from functools import cache

import numpy as np

from api.commands.bench.timing import Cell, Row, ranked, timed
from configurator.engines.diagram.diagram import Diagram

_READ, _CHUNK = 1 << 28, 1 << 20
"""Bytes that are read to measure, past every cache, and bytes between two looks at the time."""
_ROUNDS = 3


def click_bytes(diagram: Diagram) -> int:
    """Return the bytes that finding all valid values touches: both passes read the structure, and a byte a value.

    Going up, an edge reads two slots and a slot is written; going down, a slot is read, and an edge reads two slots
    and reads and writes two.
    """
    structure = diagram.edges.nbytes + diagram.left.nbytes + diagram.right.nbytes
    return 2 * structure + 2 * diagram.slots + 8 * len(diagram.left)


@cache
def bytes_per_second() -> float:
    """Return how many bytes a second one thread reads in order (sums of numbers): the median of many pieces.

    Pieces are short, as clicks are: what else the machine does falls on few of either.
    """
    pieces = np.ones((_READ // _CHUNK, _CHUNK // 8), np.int64)
    return _CHUNK / ranked([timed(piece.sum)[0] for _ in range(_ROUNDS) for piece in pieces], 50)


def distance(touched: int | None, click: Cell) -> Row:
    """Return the bytes a click touches, the microseconds that reading them takes, and how many times longer it took."""
    row: Row = {"click_bytes": touched, "memory_gb_per_second": None, "click_floor_us": None, "click_over_floor": None}
    if touched is None:
        return row
    floor = touched * 1e6 / bytes_per_second()
    row |= {"memory_gb_per_second": round(bytes_per_second() / 1e9, 2), "click_floor_us": round(floor, 3)}
    if isinstance(click, dict):
        row["click_over_floor"] = round(click["p50"] / floor, 1)
    return row

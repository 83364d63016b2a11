"""Spreading an amount over lines: in proportion, exactly, to the last minor unit, within what each line can bear.

Largest remainder (Hamilton's method): every line gets its exact share rounded down, and the units that are left go
to the largest fractions, ties to the earliest line. Everything is integer; from `COLUMNS` lines up machine integers do
the same where they are wide enough, with the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Remainder = Literal["largest", "first", "last"]
Credits = Literal["mirror", "floor"]
Ints = NDArray[np.int64]

COLUMNS = 128
"""From how many lines on columns are quicker than a loop."""

_WIDE = 2**62


def spread(
    amount: int,
    weights: Sequence[int],
    *,
    caps: Sequence[int] | None = None,
    remainder: Remainder = "largest",
    credits: Credits = "mirror",  # noqa: A002 (the name of the switch in the policy)
) -> tuple[int, ...]:
    """Return the shares of an amount by line: they add up to it.

    A line of weight zero gets nothing, unless all weights are zero: then all count the same. `caps` bound the size of
    every share; what is over a cap goes to the others by weight, and what fits nowhere is not given, so that the sum
    is then less. `remainder` says who gets the units that are left over when shares are rounded down: the largest fractions
    (no share is then a whole unit off the exact one), the first lines, one each, or the last line, and those before it
    where it is full. A negative amount is the mirror of the positive one; with ``floor`` shares are rounded
    towards minus infinity instead, before what is left is handed out. Negative weights or caps are a `ValueError`.
    """
    if not weights:
        return ()
    if min(weights) < 0 or (caps is not None and min(caps) < 0):
        raise ValueError("weights and caps are zero or more")
    if caps is not None and len(caps) != len(weights):
        raise ValueError("there are as many caps as weights")
    if not any(weights):
        weights = [1] * len(weights)
    if len(weights) >= COLUMNS and abs(amount) * max(weights) < _WIDE and sum(weights) < _WIDE:
        column = None if caps is None else np.array([min(cap, abs(amount)) for cap in caps], dtype=np.int64)
        found = spread_columns(amount, np.array(weights, dtype=np.int64), column, remainder, credits)
        return tuple(found.tolist())
    shares = [0] * len(weights)
    size, active = abs(amount), [i for i, weight in enumerate(weights) if weight]
    if caps is not None:
        size, active = _filled(shares, size, weights, caps, active)
    floored = amount < 0 and credits == "floor"
    room = None if caps is None else [caps[i] for i in active]
    parts = _shares(-size if floored else size, [weights[i] for i in active], room, remainder)
    for i, share in zip(active, parts, strict=True):
        shares[i] = abs(share)
    return tuple(-share for share in shares) if amount < 0 else tuple(shares)


def _filled(
    shares: list[int], size: int, weights: Sequence[int], caps: Sequence[int], active: list[int]
) -> tuple[int, list[int]]:
    """Fill the lines whose share would pass their cap; return what is left for the others, and those.

    A line is full before another where its cap is smaller by its weight: in this order one look at each suffices.
    """
    total = sum(weights[i] for i in active)
    bits = 2 * max(weights).bit_length()
    order = sorted(active, key=lambda i: ((caps[i] << bits) // weights[i], i))
    for position, i in enumerate(order):
        if caps[i] * total > size * weights[i]:
            return size, sorted(order[position:])
        shares[i] = caps[i]
        size -= caps[i]
        total -= weights[i]
    return 0, []


def _shares(amount: int, weights: list[int], caps: list[int] | None, remainder: Remainder) -> list[int]:
    """Spread where no exact share passes its cap; weights are positive. Shares are rounded down, also negative ones."""
    if not weights:
        return []
    total = sum(weights)
    shares = [amount * weight // total for weight in weights]
    left = amount - sum(shares)
    if remainder == "last":
        for i in reversed(range(len(weights))):
            given = min(left, -shares[i] if amount < 0 else left if caps is None else caps[i] - shares[i])
            shares[i] += given
            left -= given
    elif left:
        chosen = list(range(len(weights)))
        if remainder == "largest":
            chosen.sort(key=lambda i: -(amount * weights[i] % total))
        for i in chosen[:left]:
            shares[i] += 1
    return shares


def spread_columns(
    amount: int,
    weights: Ints,
    caps: Ints | None = None,
    remainder: Remainder = "largest",
    credits: Credits = "mirror",  # noqa: A002 (the name of the switch in the policy)
) -> Ints:
    """Do as `spread` does, on columns; the caller knows that amount times weight fits into 63 bits and some weight is positive."""
    shares = np.zeros(len(weights), dtype=np.int64)
    size, active = abs(amount), np.flatnonzero(weights)
    if caps is not None:
        size, active = _filled_columns(shares, size, weights, caps, active)
    floored = amount < 0 and credits == "floor"
    room = None if caps is None else caps[active]
    shares[active] = np.abs(_shares_columns(-size if floored else size, weights[active], room, remainder))
    return -shares if amount < 0 else shares


def _filled_columns(shares: Ints, size: int, weights: Ints, caps: Ints, active: Ints) -> tuple[int, Ints]:
    """Fill lines up to their caps, all that would pass theirs at once, until none would."""
    while len(active):
        weight = weights[active]
        full = caps[active] <= size * weight // int(weight.sum())
        if not full.any():
            return size, active
        shares[active[full]] = caps[active[full]]
        size -= int(caps[active[full]].sum())
        active = active[~full]
    return 0, active


def _shares_columns(amount: int, weights: Ints, caps: Ints | None, remainder: Remainder) -> Ints:
    if not len(weights):
        return weights
    shares, parts = np.divmod(amount * weights, int(weights.sum()))
    left = amount - int(shares.sum())
    if remainder == "last":
        room = -shares if amount < 0 else np.full_like(shares, left) if caps is None else caps - shares
        taken_behind = np.cumsum(room[::-1])[::-1] - room
        shares += np.clip(left - taken_behind, 0, room)
    elif left:
        chosen = np.argsort(-parts, kind="stable") if remainder == "largest" else np.arange(len(weights))
        shares[chosen[:left]] += 1
    return shares


def portions(total: int, amounts: Sequence[int], numerator: int, denominator: int) -> list[int]:
    """Return whole parts of a total, each near its amount times a ratio: the parts add up to the total.

    `total` is the rounded sum of the exact parts (a tax that was rounded once), amounts may be of either sign.
    Parts are rounded down, and what is left goes to the largest fractions, ties to the earliest.
    """
    if len(amounts) >= COLUMNS and max(*amounts, -min(amounts)) * max(1, numerator) < _WIDE:
        whole, part = np.divmod(np.array(amounts, dtype=np.int64) * numerator, denominator)
        chosen = np.argsort(-part, kind="stable")[: total - int(whole.sum())]
        whole[chosen] += 1
        found: list[int] = whole.tolist()
        return found
    parts = [amount * numerator // denominator for amount in amounts]
    left = total - sum(parts)
    if left:
        order = sorted(range(len(parts)), key=lambda i: -(amounts[i] * numerator % denominator))
        for i in order[:left]:
            parts[i] += 1
    return parts

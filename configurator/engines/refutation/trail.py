"""The trail: codes in the order they became true, and what must be put back on the way back."""

from __future__ import annotations

from configurator.engines.refutation.inner import inner
from configurator.engines.refutation.places import CLASH_CODE, CLASH_REASON, LENGTH, LEVEL, SAVED, STAMP, Places
from configurator.engines.refutation.rows import Ints


@inner
def imply(at: Places, p: Ints, m: Ints, code: int, reason: int) -> bool:
    """Make a code true; False, with the clash noted, where it is false already."""
    if m[at.value + code] != 0:
        if m[at.value + code] < 0:
            m[CLASH_CODE], m[CLASH_REASON] = code, reason
        return bool(m[at.value + code] > 0)
    pair, length = code >> 1, m[LENGTH]
    m[at.value + code], m[at.value + (code ^ 1)] = 1, -1
    m[at.level + pair], m[at.reason + pair], m[at.place + pair] = m[LEVEL], reason, length
    m[at.trail + length] = code
    m[LENGTH] = length + 1
    gone, settled = p[at.removes + code], p[at.settles + code]
    if gone >= 0:
        variable = p[at.owner + gone]
        m[at.left + variable] -= 1
        last, place = p[at.starts + variable] + m[at.left + variable], m[at.live_place + gone]
        other = m[at.live + last]
        m[at.live + last], m[at.live + place] = gone, other
        m[at.live_place + gone], m[at.live_place + other] = last, place
    if settled >= 0:
        m[at.taken + p[at.owner + settled]] = settled
    return True


@inner
def save(at: Places, m: Ints, cell: int) -> None:
    """Keep a cell of a table for the way back, once a level."""
    if m[at.stamps + cell] != m[STAMP]:
        m[at.stamps + cell] = m[STAMP]
        saved = m[SAVED]
        m[at.saved_cells + saved], m[at.saved_contents + saved] = cell, m[at.cells + cell]
        m[SAVED] = saved + 1

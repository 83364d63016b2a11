"""Which variable is decided next: the one that took part in most recent contradictions (VSIDS), in a binary heap."""

from __future__ import annotations

from configurator.engines.refutation.inner import inner
from configurator.engines.refutation.places import HEAPED, STEP, Places
from configurator.engines.refutation.rows import Ints

FIRST_STEP = 1 << 20
"""The weight of the first contradiction; later ones weigh more."""
LARGEST, SHIFT = 1 << 60, 40
"""An activity that exceeds this shifts all of them and the weight."""


@inner
def rise(at: Places, m: Ints, place: int) -> None:
    """Move the variable at a place of the heap up to where it belongs."""
    variable = m[at.heap + place]
    while place > 0:
        parent = (place - 1) >> 1
        above = m[at.heap + parent]
        if m[at.activity + above] >= m[at.activity + variable]:
            break
        m[at.heap + place], m[at.heap_place + above] = above, place
        place = parent
    m[at.heap + place], m[at.heap_place + variable] = variable, place


@inner
def sink(at: Places, m: Ints, length: int) -> None:
    """Move the variable on top of the heap down to where it belongs."""
    place, variable = 0, m[at.heap]
    while 2 * place + 1 < length:
        child = 2 * place + 1
        if child + 1 < length and m[at.activity + m[at.heap + child + 1]] > m[at.activity + m[at.heap + child]]:
            child += 1
        below = m[at.heap + child]
        if m[at.activity + below] <= m[at.activity + variable]:
            break
        m[at.heap + place], m[at.heap_place + below] = below, place
        place = child
    m[at.heap + place], m[at.heap_place + variable] = variable, place


@inner
def insert(at: Places, m: Ints, variable: int) -> None:
    """Put a variable in the heap that is not in it."""
    place = m[HEAPED]
    m[at.heap + place] = variable
    m[HEAPED] = place + 1
    rise(at, m, place)


@inner
def topmost(at: Places, m: Ints) -> int:
    """Take the undecided variable of most activity out of the heap; -1 where every variable has its value."""
    while m[HEAPED] > 0:
        variable = m[at.heap]
        m[HEAPED] -= 1
        m[at.heap_place + variable] = -1
        if m[HEAPED] > 0:
            m[at.heap] = m[at.heap + m[HEAPED]]
            sink(at, m, m[HEAPED])
        if m[at.left + variable] > 1:
            return int(variable)
    return -1


@inner
def bump(at: Places, m: Ints, variable: int) -> None:
    """Note that a variable took part in a contradiction."""
    m[at.activity + variable] += m[STEP]
    if m[at.activity + variable] > LARGEST:
        m[STEP] >>= SHIFT
        for other in range(at.variables):
            m[at.activity + other] >>= SHIFT
    if m[at.heap_place + variable] >= 0:
        rise(at, m, m[at.heap_place + variable])

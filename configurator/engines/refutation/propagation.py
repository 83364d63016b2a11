"""What follows at once: clauses with one code left, variables with one value left, tables that lost rows.

Clauses watch two of their codes (Moskewicz and others, Chaff, DAC 2001).
"""

from __future__ import annotations

import numpy as np

from configurator.engines.refutation.inner import inner
from configurator.engines.refutation.places import (
    CHANGED,
    CLASH_CODE,
    CLASH_REASON,
    DOMAIN,
    HEAD,
    LENGTH,
    LEVEL,
    SAVED,
    STAMP,
    Places,
)
from configurator.engines.refutation.rows import Ints
from configurator.engines.refutation.sifting import lowest, sift
from configurator.engines.refutation.trail import imply
from configurator.engines.refutation.weighing import weigh


@inner
def settle(at: Places, p: Ints, m: Ints, literal: int) -> bool:
    """Deny all other values of a variable that takes one."""
    variable = p[at.owner + literal]
    start = p[at.starts + variable]
    for place in range(start + m[at.left + variable] - 1, start - 1, -1):
        other = m[at.live + place]
        if other != literal and not imply(at, p, m, p[at.code + other] ^ 1, int(DOMAIN)):
            return False
    return True


@inner
def narrow(at: Places, p: Ints, m: Ints, variable: int) -> bool:
    """Give a variable that lost a value the last one that is left."""
    remaining = m[at.live + p[at.starts + variable]]
    if m[at.left + variable] == 1:
        return imply(at, p, m, p[at.code + remaining], int(DOMAIN))
    if m[at.left + variable] == 0:
        m[CLASH_CODE], m[CLASH_REASON] = p[at.code + remaining], DOMAIN
        return False
    return True


@inner
def follow(at: Places, p: Ints, m: Ints, false: int) -> bool:
    """Let clauses that watch a code that became false watch another one, or make their last one true."""
    previous, slot = -1, m[at.head + false]
    while slot >= 0:
        following, clause = m[at.following + slot], slot >> 1
        start = m[at.clause_starts + clause]
        mine, other = start + (slot & 1), m[at.clause_codes + start + 1 - (slot & 1)]
        moved = False
        if m[at.alive + clause] and m[at.value + other] <= 0:
            for place in range(start + 2, m[at.clause_starts + clause + 1]):
                code = m[at.clause_codes + place]
                if m[at.value + code] >= 0:
                    m[at.clause_codes + place], m[at.clause_codes + mine] = false, code
                    m[at.following + slot], m[at.head + code] = m[at.head + code], slot
                    moved = True
                    break
            if not moved and not imply(at, p, m, other, clause):
                return False
        if not moved:
            previous = slot
        elif previous < 0:
            m[at.head + false] = following
        else:
            m[at.following + previous] = following
        slot = following
    return True


@inner
def arrive(at: Places, p: Ints, m: Ints, code: int) -> bool:
    """Tell the variable and the clauses that a code is true; its tables are told later, once for all its values."""
    gone, settled = p[at.removes + code], p[at.settles + code]
    variable = p[at.about + (code >> 1)]
    if not m[at.is_changed + variable]:
        m[at.is_changed + variable] = 1
        m[at.changed + m[CHANGED]] = variable
        m[CHANGED] += 1
    if gone < 0 and not settle(at, p, m, settled):
        return False
    if settled < 0 and not narrow(at, p, m, variable):
        return False
    return follow(at, p, m, code ^ 1)


@inner
def tell_tables(at: Places, p: Ints, m: Ints) -> None:
    """Let the tables of changed variables wait for their turn, in the order of preference."""
    while m[CHANGED] > 0:
        m[CHANGED] -= 1
        variable = m[at.changed + m[CHANGED]]
        m[at.is_changed + variable] = 0
        for occurrence in range(p[at.occurrences + variable], p[at.occurrences + variable + 1]):
            table = p[at.at_table + occurrence]
            if m[at.active + table]:
                rank = m[at.rank + table]
                m[at.pending + (rank >> 6)] |= np.int64(1) << (rank & 63)
        for link in range(p[at.linked + variable], p[at.linked + variable + 1]):
            resource = p[at.at_resource + link]
            m[at.waiting + resource] = m[at.active + at.tables + resource]


@inner
def drop_pending(at: Places, m: Ints) -> None:
    """Forget which variables and tables wait: what they would draw is undone."""
    for place in range(m[CHANGED]):
        m[at.is_changed + m[at.changed + place]] = 0
    m[CHANGED] = 0
    m[at.pending : at.pending + at.chunks] = 0
    m[at.waiting : at.waiting + at.resources] = 0


@inner
def propagate(at: Places, p: Ints, m: Ints) -> bool:
    """Draw all consequences; False, with the clash noted, where they contradict each other."""
    while True:
        while m[HEAD] < m[LENGTH]:
            code = m[at.trail + m[HEAD]]
            m[HEAD] += 1
            if not arrive(at, p, m, code):
                drop_pending(at, m)
                return False
        tell_tables(at, p, m)
        rule = next_rule(at, m)
        if rule < 0:
            return True
        fits = sift(at, p, m, rule) if rule < at.tables else weigh(at, p, m, rule - at.tables)
        if not fits:
            drop_pending(at, m)
            return False


@inner
def next_rule(at: Places, m: Ints) -> int:
    """Return the table that waits and is preferred, else a linear rule that waits, behind the tables; -1 for none."""
    for chunk in range(at.chunks):
        if m[at.pending + chunk]:
            rank = 64 * chunk + lowest(m[at.pending + chunk])
            m[at.pending + chunk] &= m[at.pending + chunk] - 1
            return int(m[at.at_rank + rank])
    for resource in range(at.resources):
        if m[at.waiting + resource]:
            m[at.waiting + resource] = 0
            return at.tables + resource
    return -1


@inner
def deepen(at: Places, m: Ints) -> None:
    """Open a level for a decision."""
    m[LEVEL] += 1
    m[at.marks + m[LEVEL]], m[at.saved_marks + m[LEVEL]] = m[LENGTH], m[SAVED]
    m[STAMP] += 1

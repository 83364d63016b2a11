"""Linear rules: a value goes when it would be too much even with the least of every other variable."""

from __future__ import annotations

from configurator.engines.refutation.inner import inner
from configurator.engines.refutation.places import CLASH_CODE, CLASH_REASON, TABLES, Places
from configurator.engines.refutation.rows import Ints
from configurator.engines.refutation.trail import imply


@inner
def weigh(at: Places, p: Ints, m: Ints, resource: int) -> bool:
    """Deny every value that does not fit under the bound; False on a clash."""
    first, last = p[at.part_starts + resource], p[at.part_starts + resource + 1]
    reason, slack = TABLES - at.tables - resource, p[at.bounds + resource]
    for part in range(first, last):
        variable = p[at.part_variables + part]
        start = p[at.starts + variable]
        base = p[at.part_weights + part] - start
        least = p[at.weights + base + m[at.live + start]]
        for place in range(start + 1, start + m[at.left + variable]):
            least = min(least, p[at.weights + base + m[at.live + place]])
        m[at.leasts + part] = least
        slack -= least
    if slack < 0:
        m[CLASH_CODE], m[CLASH_REASON] = -1, reason
        return False
    for part in range(first, last):
        variable = p[at.part_variables + part]
        start = p[at.starts + variable]
        base, most = p[at.part_weights + part] - start, m[at.leasts + part] + slack
        for place in range(start + m[at.left + variable] - 1, start - 1, -1):
            literal = m[at.live + place]
            if p[at.weights + base + literal] > most and not imply(at, p, m, p[at.code + literal] ^ 1, reason):
                return False
    return True


@inner
def weights_before(at: Places, p: Ints, m: Ints, part: int, before: int) -> int:
    """Return the least weight of a part among values not denied before a place of the trail."""
    variable = p[at.part_variables + part]
    start, end = p[at.starts + variable], p[at.starts + variable + 1]
    base, least, found = p[at.part_weights + part] - start, p[at.part_weights + part], False
    for literal in range(start, end):
        weight, code = p[at.weights + base + literal], p[at.code + literal]
        is_open = m[at.value + code] >= 0 or m[at.place + (code >> 1)] >= before
        if is_open and (not found or weight < least):
            least, found = weight, True
    return int(least)


@inner
def outweigh(at: Places, p: Ints, m: Ints, resource: int, code: int, before: int) -> int:
    """Put why the rest leaves no room for what `code` denies (-1: no room at all) in the buffer; return the number.

    Only as much is taken as is needed to pass the bound: parts that add little are left out.
    """
    first, last = p[at.part_starts + resource], p[at.part_starts + resource + 1]
    gone = p[at.removes + code] if code >= 0 else -1
    spare, own = -1 - p[at.bounds + resource], p[at.owner + gone] if gone >= 0 else -1
    for part in range(first, last):
        variable = p[at.part_variables + part]
        if variable == own:
            spare += p[at.weights + p[at.part_weights + part] + gone - p[at.starts + variable]]
        else:
            m[at.leasts + part] = weights_before(at, p, m, part, before)
            spare += m[at.leasts + part]
    amount = 0
    for part in range(first, last):
        if p[at.part_variables + part] != own:
            gain = m[at.leasts + part] - p[at.part_least + part]
            if gain <= spare:
                spare -= gain
            else:
                amount = blame(at, p, m, part, m[at.leasts + part] - spare, before, amount)
                spare = 0
    return amount


@inner
def blame(at: Places, p: Ints, m: Ints, part: int, needed: int, before: int, amount: int) -> int:
    """Add why a part weighs at least what is needed: the value its variable takes, or all lighter ones denied."""
    variable = p[at.part_variables + part]
    start, end = p[at.starts + variable], p[at.starts + variable + 1]
    base, taken = p[at.part_weights + part] - start, m[at.taken + variable]
    if taken >= 0 and p[at.weights + base + taken] >= needed:
        code = p[at.code + taken]
        if m[at.value + code] > 0 and m[at.place + (code >> 1)] < before:
            m[at.buffer + amount] = code
            return amount + 1
    for literal in range(start, end):
        if p[at.weights + base + literal] < needed:
            m[at.buffer + amount] = p[at.code + literal] ^ 1
            amount += 1
    return amount

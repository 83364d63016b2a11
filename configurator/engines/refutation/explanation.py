"""Why a code is true: true codes before it that, with one clause, table or variable, leave nothing else.

A table explains a missing value by values that cover all its rows, those that went first before others:
they follow from least.
"""

from __future__ import annotations

from configurator.engines.refutation.inner import inner
from configurator.engines.refutation.places import DOMAIN, GIVEN, NOTHING, TABLES, Places
from configurator.engines.refutation.rows import Ints
from configurator.engines.refutation.sifting import lowest
from configurator.engines.refutation.weighing import outweigh


@inner
def explain(at: Places, p: Ints, m: Ints, code: int, reason: int, before: int) -> int:
    """Put true codes from which `code` follows by its reason in the buffer; return their number.

    Only codes before the place `before` of the trail are taken. The code -1 stands for a contradiction.
    """
    amount = 0
    if reason >= 0:
        for place in range(m[at.clause_starts + reason], m[at.clause_starts + reason + 1]):
            if m[at.clause_codes + place] != code:
                m[at.buffer + amount] = m[at.clause_codes + place] ^ 1
                amount += 1
    elif reason == DOMAIN:
        amount = explain_domain(at, p, m, code)
    elif reason <= TABLES - at.tables:
        amount = outweigh(at, p, m, TABLES - at.tables - reason, code, before)
    elif reason <= TABLES:
        amount = cover(at, p, m, TABLES - reason, p[at.removes + code], before)
    return amount


@inner
def explain_domain(at: Places, p: Ints, m: Ints, code: int) -> int:
    """Put why a variable does not or must take a value in the buffer: the one it takes, or all others gone."""
    gone, amount = p[at.removes + code], 0
    if gone >= 0:
        variable = p[at.owner + gone]
        taken = m[at.taken + variable]
        if taken == gone:  # it takes two values, which is the clash: the other one is the reason
            taken = p[at.starts + variable]
            while taken == gone or m[at.value + p[at.code + taken]] <= 0:
                taken += 1
        m[at.buffer] = p[at.code + taken]
        return 1
    settled = p[at.settles + code]
    variable = p[at.owner + settled]
    for literal in range(p[at.starts + variable], p[at.starts + variable + 1]):
        if literal != settled:
            m[at.buffer + amount] = p[at.code + literal] ^ 1
            amount += 1
    return amount


@inner
def cover(at: Places, p: Ints, m: Ints, table: int, literal: int, before: int) -> int:
    """Put denials of values that together stand in all rows of a literal in the buffer; return their number."""
    slot, amount = slot_of(at, p, table, literal), 0
    for entry in range(p[at.entries + slot], p[at.entries + slot + 1]):
        m[at.scratch + p[at.entry_words + entry]] = p[at.entry_bits + entry]
    width, word_start = p[at.columns + table + 1] - p[at.columns + table], p[at.word_starts + table]
    for entry in range(p[at.entries + slot], p[at.entries + slot + 1]):
        word = p[at.entry_words + entry]
        while m[at.scratch + word]:
            row = 64 * (word - word_start) + lowest(m[at.scratch + word])
            first, earliest = p[at.row_starts + table] + row * width, before
            chosen = p[at.row_literals + first]
            for place in range(first, first + width):
                other = p[at.row_literals + place]
                pair = p[at.code + other] >> 1
                if m[at.value + p[at.code + other]] < 0 and m[at.place + pair] < earliest:
                    chosen, earliest = other, m[at.place + pair]
            m[at.buffer + amount] = p[at.code + chosen] ^ 1
            amount += 1
            uncover(at, p, m, slot_of(at, p, table, chosen))
    return amount


@inner
def uncover(at: Places, p: Ints, m: Ints, slot: int) -> None:
    """Take the rows of a slot out of those still to cover."""
    for entry in range(p[at.entries + slot], p[at.entries + slot + 1]):
        m[at.scratch + p[at.entry_words + entry]] &= ~p[at.entry_bits + entry]


@inner
def slot_of(at: Places, p: Ints, table: int, literal: int) -> int:
    """Return the slot of a literal in a table of its variable."""
    variable = p[at.owner + literal]
    for column in range(p[at.columns + table], p[at.columns + table + 1]):
        if p[at.column_variables + column] == variable:
            return int(p[at.column_slots + column] + literal - p[at.starts + variable])
    return -1


@inner
def cited(at: Places, p: Ints, m: Ints, code: int, reason: int) -> int:
    """Return what a reason of a code rests on, as the proof notes it: an item, a node, or nothing."""
    if reason >= 0:
        return int(m[at.antecedent + reason])
    if reason <= TABLES and p[at.table_sources + (TABLES - reason)] >= 0:
        return int(-1 - p[at.table_sources + (TABLES - reason)])
    if reason == GIVEN:
        return int(-1 - at.sources - p[at.about + (code >> 1)])
    return NOTHING

"""Tables as bits: rows go with the values that went, values go with their last row.

Reversible bit sets with the supports of every value (Demeulenaere and others, Compact-Table, CP 2016);
of the words of a value only those with a row are kept.
"""

from __future__ import annotations

from configurator.engines.refutation.inner import inner
from configurator.engines.refutation.places import TABLES, Places
from configurator.engines.refutation.rows import Ints
from configurator.engines.refutation.trail import imply, save


@inner
def lowest(word: int) -> int:
    """Return the number of the lowest bit of a word that is not 0."""
    bit, number = word & -word, 0
    if not bit & 0x00000000FFFFFFFF:
        number += 32
    if not bit & 0x0000FFFF0000FFFF:
        number += 16
    if not bit & 0x00FF00FF00FF00FF:
        number += 8
    if not bit & 0x0F0F0F0F0F0F0F0F:
        number += 4
    if not bit & 0x3333333333333333:
        number += 2
    if not bit & 0x5555555555555555:
        number += 1
    return number


@inner
def sift(at: Places, p: Ints, m: Ints, table: int) -> bool:
    """Drop the rows of values that went since the last time, then deny every value without a row; False on a clash."""
    sole, changed = -1, 0
    for column in range(p[at.columns + table], p[at.columns + table + 1]):
        if m[at.left + p[at.column_variables + column]] < m[at.cells + at.words + column]:
            if drop_rows(at, p, m, table, column):
                sole = column if changed == 0 else -1
                changed += 1
            see(at, p, m, column)
    if changed == 0:
        return True
    for column in range(p[at.columns + table], p[at.columns + table + 1]):
        if column != sole:  # the rows that went all had values of this column that went before
            if not deny(at, p, m, table, column):
                return False
            see(at, p, m, column)
    return True


@inner
def see(at: Places, p: Ints, m: Ints, column: int) -> None:
    """Note how many values of its variable a column has seen."""
    left = m[at.left + p[at.column_variables + column]]
    if m[at.cells + at.words + column] != left:
        save(at, m, at.words + column)
        m[at.cells + at.words + column] = left


@inner
def drop_rows(at: Places, p: Ints, m: Ints, table: int, column: int) -> bool:
    """Take out the rows of the values that went, or leave those of the values that stay, whichever are fewer."""
    variable = p[at.column_variables + column]
    start, left, seen = p[at.starts + variable], m[at.left + variable], m[at.cells + at.words + column]
    first, last = p[at.word_starts + table], p[at.word_starts + table + 1]
    stay = 1 if left < seen - left else 0
    if stay:
        mark_rows(at, p, m, p[at.column_slots + column] - start, start, start + left, first, last)
    else:
        mark_rows(at, p, m, p[at.column_slots + column] - start, start + left, start + seen, first, last)
    changed = False
    for word in range(first, last):
        gone = m[at.cells + word] & (~m[at.scratch + word] if stay else m[at.scratch + word])
        if gone:
            save(at, m, word)
            m[at.cells + word] ^= gone
            changed = True
    return changed


@inner
def mark_rows(at: Places, p: Ints, m: Ints, base: int, start: int, end: int, first: int, last: int) -> None:
    """Collect the rows of some values of a column in the scratch words of its table."""
    m[at.scratch + first : at.scratch + last] = 0
    for place in range(start, end):
        slot = base + m[at.live + place]
        for entry in range(p[at.entries + slot], p[at.entries + slot + 1]):
            m[at.scratch + p[at.entry_words + entry]] |= p[at.entry_bits + entry]


@inner
def deny(at: Places, p: Ints, m: Ints, table: int, column: int) -> bool:
    """Deny every value of a column that has no row left."""
    variable = p[at.column_variables + column]
    start = p[at.starts + variable]
    base = p[at.column_slots + column] - start
    for place in range(start + m[at.left + variable] - 1, start - 1, -1):
        literal = m[at.live + place]
        slot = base + literal
        entry = m[at.residues + slot]
        if m[at.cells + p[at.entry_words + entry]] & p[at.entry_bits + entry]:
            continue
        supported = False
        for entry in range(p[at.entries + slot], p[at.entries + slot + 1]):
            if m[at.cells + p[at.entry_words + entry]] & p[at.entry_bits + entry]:
                m[at.residues + slot], supported = entry, True
                break
        if not supported and not imply(at, p, m, p[at.code + literal] ^ 1, TABLES - table):
            return False
    return True

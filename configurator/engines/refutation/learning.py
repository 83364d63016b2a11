"""What a contradiction teaches: a clause that follows from the rules and turns the search away earlier.

The first unique implication point and the way back (Marques-Silva and Sakallah, GRASP, 1999; Een and
Soerensson, An Extensible SAT-solver, SAT 2003).
"""

from __future__ import annotations

from configurator.engines.refutation.explanation import cited, explain
from configurator.engines.refutation.inner import inner
from configurator.engines.refutation.order import bump, insert
from configurator.engines.refutation.places import (
    CITED,
    CLASH_CODE,
    CLASH_REASON,
    CLAUSES,
    CODES,
    DOMAIN,
    HEAD,
    LEARNED,
    LENGTH,
    LEVEL,
    NOTHING,
    OPEN,
    ROOTS,
    SAVED,
    STAMP,
    TRACKING,
    WORST,
    Places,
)
from configurator.engines.refutation.proof import note_clause
from configurator.engines.refutation.rows import Ints


@inner
def cancel(at: Places, p: Ints, m: Ints, level: int) -> None:
    """Go back to the end of a level; to nothing at all where it is -1."""
    if level >= m[LEVEL]:
        return
    length = m[at.marks + level + 1] if level >= 0 else 0
    saved = m[at.saved_marks + level + 1] if level >= 0 else 0
    for place in range(m[LENGTH] - 1, length - 1, -1):
        code = m[at.trail + place]
        m[at.value + code], m[at.value + (code ^ 1)] = 0, 0
        gone, settled = p[at.removes + code], p[at.settles + code]
        variable = p[at.about + (code >> 1)]
        if gone >= 0:
            m[at.left + variable] += 1
        if settled >= 0:
            m[at.phase + variable] = settled
        if m[at.heap_place + variable] < 0:
            insert(at, m, variable)
    for place in range(m[SAVED] - 1, saved - 1, -1):
        m[at.cells + m[at.saved_cells + place]] = m[at.saved_contents + place]
    m[LENGTH], m[HEAD], m[SAVED] = length, length, saved
    m[LEVEL] = max(level, 0)
    m[STAMP] += 1


@inner
def resolve(at: Places, p: Ints, m: Ints, code: int, reason: int, before: int) -> None:
    """Take the explanation of a code into the clause being learned."""
    amount = explain(at, p, m, code, reason, before)
    for place in range(amount):
        absorb(at, p, m, m[at.buffer + place])
    antecedent = cited(at, p, m, code, reason)
    if m[TRACKING] and antecedent != NOTHING:
        if m[CITED] < at.cited_room:
            m[at.cited + m[CITED]] = antecedent
        m[CITED] += 1


@inner
def absorb(at: Places, p: Ints, m: Ints, code: int) -> None:
    """Take one true code: resolve it later if it is of the last level, else deny it in the clause."""
    pair = code >> 1
    if m[at.seen + pair]:
        return
    if m[at.level + pair] == 0:
        if m[TRACKING]:
            m[at.seen + pair] = 1
            m[at.roots + m[ROOTS]] = code
            m[ROOTS] += 1
        return
    m[at.seen + pair] = 1
    bump(at, m, p[at.about + pair])
    if m[at.level + pair] == m[LEVEL]:
        m[OPEN] += 1
    else:
        m[at.learned + m[LEARNED]] = code ^ 1
        m[LEARNED] += 1


@inner
def clash_level(at: Places, p: Ints, m: Ints) -> int:
    """Return the highest level the last clash rests on."""
    code, reason = m[CLASH_CODE], m[CLASH_REASON]
    amount = explain(at, p, m, code, reason, m[LENGTH])
    highest = m[at.level + (code >> 1)] if code >= 0 else 0
    for place in range(amount):
        highest = max(highest, m[at.level + (m[at.buffer + place] >> 1)])
    return int(highest)


@inner
def learn(at: Places, p: Ints, m: Ints) -> int:
    """Learn a clause from the last clash at a level above 0; return the level at which its first code follows."""
    m[LEARNED], m[OPEN], m[ROOTS], m[CITED] = 1, 0, 0, 0
    code, reason, before = m[CLASH_CODE], m[CLASH_REASON], m[LENGTH]
    if code >= 0:
        absorb(at, p, m, code ^ 1)
    place = m[LENGTH]
    while True:
        resolve(at, p, m, code, reason, before)
        place -= 1
        while not (m[at.seen + (m[at.trail + place] >> 1)] and m[at.level + (m[at.trail + place] >> 1)] == m[LEVEL]):
            place -= 1
        code, reason, before = m[at.trail + place], m[at.reason + (m[at.trail + place] >> 1)], place
        m[OPEN] -= 1
        if m[OPEN] == 0:
            break
    m[at.learned] = code ^ 1
    kept = shorten(at, p, m)
    for index in range(m[LEARNED]):
        m[at.seen + (m[at.learned + index] >> 1)] = 0
    clear(at, m)
    for index in range(m[ROOTS]):
        m[at.seen + (m[at.roots + index] >> 1)] = 0
    m[LEARNED] = kept
    return second_level(at, m)


@inner
def clear(at: Places, m: Ints) -> None:
    """Take the marks off the codes of the last level."""
    for place in range(m[at.marks + m[LEVEL]], m[LENGTH]):
        m[at.seen + (m[at.trail + place] >> 1)] = 0


@inner
def shorten(at: Places, p: Ints, m: Ints) -> int:
    """Drop codes that follow from the others at once; return how many are left, the first always.

    The dropped ones stand behind the kept ones.
    """
    kept = 1
    for index in range(1, m[LEARNED]):
        code = m[at.learned + index]
        reason = m[at.reason + (code >> 1)]
        dropped = reason >= 0 or reason == DOMAIN
        if dropped:
            amount = explain(at, p, m, code ^ 1, reason, m[at.place + (code >> 1)])
            for place in range(amount):
                pair = m[at.buffer + place] >> 1
                if not m[at.seen + pair] and m[at.level + pair] > 0:
                    dropped = False
                    break
            if dropped and m[TRACKING]:
                resolve(at, p, m, code ^ 1, reason, m[at.place + (code >> 1)])
        if not dropped:
            m[at.learned + index], m[at.learned + kept] = m[at.learned + kept], code
            kept += 1
    return kept


@inner
def second_level(at: Places, m: Ints) -> int:
    """Put a code of the second highest level second in the clause; return its level, 0 where there is none."""
    best = 0
    for index in range(1, m[LEARNED]):
        if best == 0 or m[at.level + (m[at.learned + index] >> 1)] > m[at.level + (m[at.learned + best] >> 1)]:
            best = index
    if best == 0:
        return 0
    m[at.learned + 1], m[at.learned + best] = m[at.learned + best], m[at.learned + 1]
    return int(m[at.level + (m[at.learned + 1] >> 1)])


@inner
def add_clause(at: Places, p: Ints, m: Ints) -> int:
    """Keep the clause that was learned; return its number."""
    clause, start, length = m[CLAUSES], m[CODES], m[LEARNED]
    for index in range(length):
        m[at.clause_codes + start + index] = m[at.learned + index]
    m[at.clause_starts + clause], m[at.clause_starts + clause + 1] = start, start + length
    m[at.alive + clause] = 1
    m[at.antecedent + clause] = note_clause(at, p, m) if m[TRACKING] else NOTHING
    m[at.quality + clause] = levels_in(at, m)
    m[CLAUSES], m[CODES] = clause + 1, start + length
    if length > 1:
        watch(at, m, clause)
    return int(clause)


@inner
def levels_in(at: Places, m: Ints) -> int:
    """Return the number of different levels of the learned clause (Audemard and Simon, Glucose, IJCAI 2009), up to a bound."""
    found = 0
    for index in range(m[LEARNED]):
        level, fresh = m[at.level + (m[at.learned + index] >> 1)], True
        for earlier in range(min(index, WORST)):
            if m[at.level + (m[at.learned + earlier] >> 1)] == level:
                fresh = False
                break
        if fresh:
            found += 1
    return min(found, WORST)


@inner
def watch(at: Places, m: Ints, clause: int) -> None:
    """Watch the first two codes of a clause."""
    for position in range(2):
        code = m[at.clause_codes + m[at.clause_starts + clause] + position]
        m[at.following + 2 * clause + position] = m[at.head + code]
        m[at.head + code] = 2 * clause + position


@inner
def rewatch(at: Places, m: Ints) -> None:
    """Watch the first two codes of every clause, from nothing."""
    m[at.head : at.head + 2 * at.pairs] = -1
    for clause in range(m[CLAUSES]):
        if m[at.clause_starts + clause + 1] - m[at.clause_starts + clause] > 1:
            watch(at, m, clause)

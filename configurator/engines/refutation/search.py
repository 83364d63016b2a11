"""The search: decide, propagate, learn from contradictions, start over; complete, with any set of tables counting."""

from __future__ import annotations

from configurator.engines.refutation.inner import entrance, inner
from configurator.engines.refutation.learning import add_clause, cancel, clash_level, learn, rewatch
from configurator.engines.refutation.order import FIRST_STEP, insert, topmost
from configurator.engines.refutation.places import (
    ANTECEDENTS,
    ASSUMED,
    CITED,
    CLASH_CODE,
    CLASH_REASON,
    CLASHED,
    CLAUSES,
    CODES,
    CONFLICTS,
    DECIDED,
    DECISIONS,
    DOMAIN,
    FACTS,
    GIVEN,
    HEAPED,
    LEARNED_FROM,
    LENGTH,
    LEVEL,
    LOST,
    NODES,
    NOTHING,
    NOTHING_HOLDS,
    ROOTS,
    SEEKING,
    SOUGHT,
    STEP,
    TABLES,
    VALID,
    WORST,
    Places,
)
from configurator.engines.refutation.proof import conclude, mark_standing, note_clause
from configurator.engines.refutation.propagation import deepen, drop_pending, propagate
from configurator.engines.refutation.rows import Ints
from configurator.engines.refutation.trail import imply

FOUND, REFUTED, PAUSED, CRAMPED = 0, 1, 2, 3
"""What a stretch of search ends with: a solution, a refutation, its share of conflicts used up, no room to learn."""
DECAY = 19
"""Each contradiction weighs one part of so many more than the one before, in the order of decisions."""
TOGETHER = 100
"""So many literals are sought before the caller may look at the clock."""
LONG = 1 << 20
"""Antecedents in a proof that the next question does not take over: to go through them costs more than to learn again."""
BEST = 2
"""Learned clauses of so few levels stay for good."""


@entrance
def forget(at: Places, p: Ints, m: Ints) -> None:
    """Return to the state before any question: nothing learned, nothing assigned, no preference among variables."""
    cancel(at, p, m, int(NOTHING_HOLDS))
    unlearn(at, p, m)
    m[HEAPED], m[CONFLICTS], m[DECISIONS], m[ASSUMED], m[SEEKING] = 0, 0, 0, -1, -1
    for literal in range(p[at.starts + at.variables]):
        m[at.live + literal], m[at.live_place + literal] = literal, literal
    m[at.phase : at.phase + at.variables] = -1
    m[STEP] = FIRST_STEP
    m[at.heap_place : at.heap_place + at.variables] = -1
    for variable in range(at.variables):
        m[at.activity + variable] = 0
        insert(at, m, variable)


@inner
def unlearn(at: Places, p: Ints, m: Ints) -> None:
    """Drop all learned clauses and the proof, and put the clauses of the network in their first order."""
    m[CLAUSES] = m[LEARNED_FROM]
    m[CODES] = m[at.clause_starts + m[LEARNED_FROM]]
    for place in range(m[CODES]):
        m[at.clause_codes + place] = p[at.clause_texts + place]
    m[NODES], m[ANTECEDENTS], m[LOST] = 0, 0, 0
    rewatch(at, m)


@entrance
def begin(at: Places, p: Ints, m: Ints) -> None:
    """Start a question about the items that count; what was learned from them stays until its proof is too long."""
    cancel(at, p, m, int(NOTHING_HOLDS))
    if m[ANTECEDENTS] > LONG or m[LOST]:
        unlearn(at, p, m)
    drop_pending(at, m)
    m[at.node_of : at.node_of + 2 * at.pairs] = -1
    mark_standing(at, m)
    for clause in range(m[CLAUSES]):
        antecedent = m[at.antecedent + clause]
        if antecedent >= 0:
            m[at.alive + clause] = m[at.node_marks + antecedent]
        else:
            m[at.alive + clause] = antecedent == NOTHING or m[at.counted - 1 - antecedent]
    for rule in range(at.tables + at.resources):
        source = p[at.table_sources + rule]
        m[at.active + rule] = source < 0 or m[at.counted + source]
    for resource in range(at.resources):
        m[at.waiting + resource] = m[at.active + at.tables + resource]
    m[CLASHED] = not (restrict(at, p, m) and initial(at, p, m))


@inner
def restrict(at: Places, p: Ints, m: Ints) -> bool:
    """Deny the values that are not allowed; a variable of one value takes it, one of none is a contradiction."""
    for variable in range(at.variables):
        start, end = p[at.starts + variable], p[at.starts + variable + 1]
        if start == end:
            m[CLASH_CODE], m[CLASH_REASON] = -1, DECIDED
            return False
        if end - start == 1 and not imply(at, p, m, p[at.code + start], int(DOMAIN)):
            return False
        if m[at.counted + at.sources + variable] and not narrow_given(at, p, m, start, end):
            return False
    return True


@inner
def narrow_given(at: Places, p: Ints, m: Ints, start: int, end: int) -> bool:
    """Deny the literals of one variable that are not allowed; where only one is left, the variable takes it."""
    taken, amount = start, 0
    for literal in range(start, end):
        if m[at.allowed + literal]:
            taken = literal
            amount += 1
    if amount == 1:
        return imply(at, p, m, p[at.code + taken], int(GIVEN))
    for literal in range(start, end):
        if not m[at.allowed + literal] and not imply(at, p, m, p[at.code + literal] ^ 1, int(GIVEN)):
            return False
    return True


@inner
def initial(at: Places, p: Ints, m: Ints) -> bool:
    """Take up what single tables and clauses say by themselves."""
    for rank in range(at.tables):
        table = m[at.at_rank + rank]
        if m[at.active + table]:
            for place in range(p[at.unsupported_starts + table], p[at.unsupported_starts + table + 1]):
                if not imply(at, p, m, p[at.code + p[at.unsupported + place]] ^ 1, TABLES - table):
                    return False
    for clause in range(m[CLAUSES]):
        if not m[at.alive + clause]:
            continue
        start, end = m[at.clause_starts + clause], m[at.clause_starts + clause + 1]
        if start == end:
            m[CLASH_CODE], m[CLASH_REASON] = -1, clause
            return False
        if end - start == 1 and not imply(at, p, m, m[at.clause_codes + start], clause):
            return False
    return True


@entrance
def seek(at: Places, p: Ints, m: Ints, conflicts: int, over: bool) -> int:
    """Search; where literals are sought, one after the other. `conflicts` is the share of all, after which it starts `over` or not."""
    last = m[CONFLICTS] + conflicts
    for _ in range(TOGETHER):
        verdict = search(at, p, m, last, over)
        if m[SEEKING] < 0 or verdict in (PAUSED, CRAMPED):
            return verdict
        if verdict == FOUND:
            for variable in range(at.variables):
                if m[at.known + m[at.taken + variable]] == SOUGHT:
                    m[at.known + m[at.taken + variable]] = VALID
        elif m[ASSUMED] < 0:
            return REFUTED
        else:
            m[at.known + m[SEEKING]] = 0
        if not suppose(at, p, m):
            return FOUND
    return PAUSED


@inner
def suppose(at: Places, p: Ints, m: Ints) -> bool:
    """Assume the next literal that is sought, and let others that are sought be tried first; False where there is none."""
    cancel(at, p, m, int(FACTS))
    literals = p[at.starts + at.variables]
    while m[SEEKING] < literals and m[at.known + m[SEEKING]] != SOUGHT:
        m[SEEKING] += 1
    if m[SEEKING] == literals:
        return False
    m[ASSUMED] = p[at.code + m[SEEKING]]
    for variable in range(at.variables):
        for literal in range(p[at.starts + variable], p[at.starts + variable + 1]):
            if m[at.known + literal] == SOUGHT and m[at.value + p[at.code + literal]] == 0:
                m[at.phase + variable] = literal
                break
    return True


@inner
def search(at: Places, p: Ints, m: Ints, last: int, over: bool) -> int:
    """Go on searching until a verdict or the `last` conflict, counted from the first question; then it may start `over` from level 0."""
    while not m[CLASHED]:
        if is_cramped(at, m):
            return CRAMPED
        if not propagate(at, p, m):
            highest = clash_level(at, p, m)
            cancel(at, p, m, highest)
            if highest == 0:
                m[CLASHED] = 1
                break
            back = learn(at, p, m)
            clause = add_clause(at, p, m)
            cancel(at, p, m, back)
            imply(at, p, m, m[at.learned], clause)
            m[STEP] += m[STEP] // DECAY
            m[CONFLICTS] += 1
        elif m[CONFLICTS] >= last:
            if over:
                cancel(at, p, m, int(FACTS))
            return PAUSED
        elif m[LEVEL] == 0 and m[ASSUMED] >= 0:
            if not assume(at, p, m):
                return REFUTED
        else:
            variable = topmost(at, m)
            if variable < 0:
                return FOUND
            deepen(at, m)
            imply(at, p, m, p[at.code + preferred(at, p, m, variable)], int(DECIDED))
            m[DECISIONS] += 1
    conclude(at, p, m)
    return REFUTED


@inner
def assume(at: Places, p: Ints, m: Ints) -> bool:
    """Decide the assumption first; False, with its node, where it is false at level 0."""
    code = m[ASSUMED]
    if m[at.value + code] < 0:
        m[at.roots] = code ^ 1
        m[ROOTS], m[CITED] = 1, 0
        note_clause(at, p, m)
        return False
    deepen(at, m)
    imply(at, p, m, code, int(DECIDED))
    return True


@inner
def preferred(at: Places, p: Ints, m: Ints, variable: int) -> int:
    """Return the value to try first: the one it had last, else the lowest that is left."""
    phase = m[at.phase + variable]
    if phase >= 0 and m[at.value + p[at.code + phase]] == 0:
        return int(phase)
    for literal in range(p[at.starts + variable], p[at.starts + variable + 1]):
        if m[at.value + p[at.code + literal]] == 0:
            return literal
    return -1


@inner
def is_cramped(at: Places, m: Ints) -> bool:
    """Say whether the next contradiction might find no room."""
    pairs = at.pairs
    learned = m[CLAUSES] + 2 >= at.clause_room or m[CODES] + pairs + 2 >= at.code_room
    proof = 2 * m[ANTECEDENTS] > at.antecedent_room and at.antecedent_room < at.antecedent_most
    return bool(learned or proof or m[NODES] + pairs + 4 >= at.node_room)


@entrance
def thin(at: Places, m: Ints) -> None:
    """Drop half of the learned clauses, those of many levels and of these the older; only at level 0."""
    first, last = m[LEARNED_FROM], m[CLAUSES]
    worst, surplus = threshold(at, m)
    m[at.renamed + first : at.renamed + last] = -1
    for place in range(m[LENGTH]):
        reason = m[at.reason + (m[at.trail + place] >> 1)]
        if reason >= first:
            m[at.renamed + reason] = m[at.trail + place] >> 1
    kept, end = first, m[at.clause_starts + first]
    for clause in range(first, last):
        start, stop, quality = m[at.clause_starts + clause], m[at.clause_starts + clause + 1], m[at.quality + clause]
        drop = quality > worst or (quality == worst and surplus > 0)
        if quality == worst:
            surplus -= 1
        if m[at.renamed + clause] >= 0:
            m[at.reason + m[at.renamed + clause]] = kept
        elif drop and stop - start > 1:
            continue
        m[at.antecedent + kept], m[at.quality + kept] = m[at.antecedent + clause], quality
        m[at.alive + kept], m[at.clause_starts + kept] = m[at.alive + clause], end
        for place in range(start, stop):
            m[at.clause_codes + end] = m[at.clause_codes + place]
            end += 1
        kept += 1
    m[at.clause_starts + kept] = end
    m[CLAUSES], m[CODES] = kept, end
    rewatch(at, m)


@inner
def threshold(at: Places, m: Ints) -> tuple[int, int]:
    """Return the quality above which learned clauses go, and how many of exactly this quality go too."""
    first, last = m[LEARNED_FROM], m[CLAUSES]
    m[at.tally : at.tally + WORST + 1] = 0
    for clause in range(first, last):
        m[at.tally + m[at.quality + clause]] += 1
    worst, surplus = WORST, (last - first) // 2
    while worst > BEST and m[at.tally + worst] <= surplus:
        surplus -= m[at.tally + worst]
        worst -= 1
    return worst, surplus if worst > BEST else 0

"""What a refutation rests on: learned clauses and facts as a graph whose leaves are the sources of tables."""

from __future__ import annotations

from configurator.engines.refutation.explanation import cited, explain
from configurator.engines.refutation.inner import entrance, inner
from configurator.engines.refutation.places import (
    ANTECEDENTS,
    CITED,
    CLASH_CODE,
    CLASH_REASON,
    LENGTH,
    LOST,
    NODES,
    NOTHING,
    ROOTS,
    Places,
)
from configurator.engines.refutation.rows import Ints


@inner
def note(at: Places, m: Ints, antecedent: int) -> None:
    """Add an antecedent to the node being written."""
    place = m[ANTECEDENTS]
    if place < at.antecedent_room:
        m[at.antecedents + place] = antecedent
        m[ANTECEDENTS] = place + 1
    else:
        m[LOST] = 1


@inner
def close(at: Places, m: Ints) -> int:
    """End the node being written and return its number."""
    m[NODES] += 1
    m[at.node_starts + m[NODES]] = m[ANTECEDENTS]
    return int(m[NODES] - 1)


@inner
def prove_fact(at: Places, p: Ints, m: Ints, root: int) -> None:
    """Write a node for a code that is true at level 0, and for all it follows from."""
    if m[at.node_of + root] >= 0:
        return
    last = m[at.place + (root >> 1)]
    m[at.needed + (root >> 1)] = 1
    for place in range(last, -1, -1):
        code = m[at.trail + place]
        if m[at.needed + (code >> 1)]:
            amount = explain(at, p, m, code, m[at.reason + (code >> 1)], place)
            for index in range(amount):
                if m[at.node_of + m[at.buffer + index]] < 0:
                    m[at.needed + (m[at.buffer + index] >> 1)] = 1
    for place in range(last + 1):
        code = m[at.trail + place]
        if m[at.needed + (code >> 1)]:
            m[at.needed + (code >> 1)] = 0
            reason = m[at.reason + (code >> 1)]
            amount = explain(at, p, m, code, reason, place)
            for index in range(amount):
                note(at, m, m[at.node_of + m[at.buffer + index]])
            antecedent = cited(at, p, m, code, reason)
            if antecedent != NOTHING:
                note(at, m, antecedent)
            m[at.node_of + code] = close(at, m)


@inner
def note_clause(at: Places, p: Ints, m: Ints) -> int:
    """Write the node of the clause just learned: what was resolved, and the facts at level 0 that were dropped."""
    for index in range(m[ROOTS]):
        prove_fact(at, p, m, m[at.roots + index])
    if m[CITED] > at.cited_room:
        m[LOST], m[CITED] = 1, 0
    for index in range(m[CITED]):
        note(at, m, m[at.cited + index])
    for index in range(m[ROOTS]):
        note(at, m, m[at.node_of + m[at.roots + index]])
    return close(at, m)


@inner
def conclude(at: Places, p: Ints, m: Ints) -> None:
    """Write the node of the contradiction at level 0; it is the last one."""
    code, reason = m[CLASH_CODE], m[CLASH_REASON]
    amount = explain(at, p, m, code, reason, m[LENGTH])
    for index in range(amount):
        m[at.roots + index] = m[at.buffer + index]
    if code >= 0:  # else the reason is a contradiction by itself
        m[at.roots + amount] = code ^ 1
        amount += 1
    m[ROOTS], m[CITED] = amount, 0
    antecedent = cited(at, p, m, code, reason)
    if antecedent != NOTHING:
        m[at.cited] = antecedent
        m[CITED] = 1
    note_clause(at, p, m)


@inner
def mark_standing(at: Places, m: Ints) -> None:
    """Mark every node that rests on items that count only."""
    for node in range(m[NODES]):
        stands = 1
        for place in range(m[at.node_starts + node], m[at.node_starts + node + 1]):
            antecedent = m[at.antecedents + place]
            stands &= m[at.node_marks + antecedent] if antecedent >= 0 else m[at.counted - 1 - antecedent]
        m[at.node_marks + node] = stands


@entrance
def mark_used(at: Places, m: Ints) -> None:
    """Mark the sources that the last node rests on; all that count where that is lost."""
    if m[LOST]:
        for item in range(at.items):
            m[at.used + item] = m[at.counted + item]
        return
    m[at.used : at.used + at.items] = 0
    last = m[NODES] - 1
    m[at.node_marks : at.node_marks + last] = 0
    m[at.node_marks + last] = 1
    for node in range(last, -1, -1):
        if m[at.node_marks + node]:
            for place in range(m[at.node_starts + node], m[at.node_starts + node + 1]):
                antecedent = m[at.antecedents + place]
                if antecedent >= 0:
                    m[at.node_marks + antecedent] = 1
                else:
                    m[at.used - 1 - antecedent] = 1

"""Where everything stands: the search works on two flat arrays of integers, one that stays and one that changes.

One array of each kind keeps the kernels small to compile and to call; a `Places` says at which offset
each part starts.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

LENGTH, HEAD, LEVEL, SAVED, STAMP, CHANGED = 0, 1, 2, 3, 4, 25
"""Of the trail: its length, what is propagated, the level; saved cells, the mark of cells saved at this level; changed variables."""
CLASH_CODE, CLASH_REASON = 5, 6
"""The last contradiction: the reason makes the code true, but it is false."""
CLAUSES, CODES, LEARNED_FROM = 7, 8, 9
"""Clauses in use, codes in them, the first learned clause."""
NODES, ANTECEDENTS, CITED, TRACKING, LOST = 10, 11, 12, 13, 14
"""Of the proof: nodes, antecedents, citations being collected, whether it is kept, whether it outgrew its room."""
HEAPED, LEARNED, ROOTS, OPEN, STEP = 15, 16, 17, 18, 19
"""Variables in the heap; codes being learned, facts dropped from them, codes still to resolve; weight of a contradiction."""
CONFLICTS, DECISIONS = 20, 21
"""What the search has done."""
ASSUMED, SEEKING, CLASHED = 22, 23, 24
"""The code decided first, -1 for none; the first literal that may still be sought; whether the start was a contradiction."""
SCALARS = 26
"""The numbers at the front of what changes."""

NOTHING_HOLDS, FACTS = -1, 0
"""Levels to go back to: before any fact; the facts, that follow without a decision."""

SOUGHT, VALID = 1, 2
"""What is known of a literal: it may be in a solution, it is in one; 0 where it is in none or nobody asks."""

DECIDED, GIVEN, DOMAIN, TABLES = -1, -2, -3, -4
"""Reasons other than a clause: a decision; a restriction; that a variable takes one value; table or, after all tables, linear rule ``TABLES - reason``."""
WORST = 64
"""Learned clauses that speak of more levels are not told apart."""
NOTHING = -(2**31)
"""No antecedent. Antecedents are a node, or ``-1 - item``; items are the sources, then the variables' restrictions."""


class Places(NamedTuple):
    """Offsets into the two arrays, and amounts.

    A literal is one value of one variable, counted by `starts` as in a diagram. A code says a literal
    or denies it: even and odd codes deny each other; a variable of two values has one pair of codes for
    both. A code that is true `settles` a literal (its variable takes it) and `removes` one (its variable
    cannot take it), -1 for neither; `about` is the variable of a pair. Table ``t`` has columns
    ``columns[t]`` to ``columns[t + 1]``, words from ``word_starts[t]`` and rows of literals from
    ``row_starts[t]``; the slot of a literal in a column is ``column_slots[column] + literal - starts[variable]``,
    and its rows are the entries ``entries[slot]`` to ``entries[slot + 1]``. A variable is in the tables
    ``at_table[occurrences[variable]]`` on. The cells are the words of all tables, then for each column how
    many values of its variable it has seen. A linear rule follows the tables in number; it has the parts
    ``part_starts[resource]`` on, a part the weights of the values of one variable from ``part_weights[part]``,
    the lightest of which is ``part_least[part]``; a variable is in the rules ``at_resource[linked[variable]]`` on.
    """

    # amounts
    variables: int
    pairs: int
    tables: int
    resources: int
    sources: int
    items: int
    words: int
    chunks: int
    clause_room: int
    code_room: int
    node_room: int
    antecedent_room: int
    antecedent_most: int
    cited_room: int
    # what stays
    starts: int
    owner: int
    code: int
    removes: int
    settles: int
    about: int
    occurrences: int
    at_table: int
    columns: int
    column_variables: int
    column_slots: int
    entries: int
    entry_words: int
    entry_bits: int
    word_starts: int
    row_starts: int
    row_literals: int
    table_sources: int
    unsupported_starts: int
    unsupported: int
    clause_texts: int
    linked: int
    at_resource: int
    part_starts: int
    part_variables: int
    part_weights: int
    part_least: int
    weights: int
    bounds: int
    # what changes: codes in the order they became true, with reasons; values and rows still possible
    value: int
    level: int
    reason: int
    place: int
    trail: int
    marks: int
    saved_marks: int
    left: int
    live: int
    live_place: int
    taken: int
    is_changed: int
    changed: int
    cells: int
    stamps: int
    saved_cells: int
    saved_contents: int
    residues: int
    active: int
    rank: int
    at_rank: int
    pending: int
    waiting: int
    leasts: int
    scratch: int
    buffer: int
    # clauses: the first two codes are watched, in lists linked through ``2 * clause + position``
    clause_starts: int
    clause_codes: int
    alive: int
    antecedent: int
    quality: int
    head: int
    following: int
    # the proof: a graph of nodes over sources
    node_starts: int
    node_marks: int
    antecedents: int
    node_of: int
    cited: int
    needed: int
    # the order of decisions, marks of the clause being learned, room for dropping clauses
    activity: int
    heap: int
    heap_place: int
    phase: int
    seen: int
    learned: int
    roots: int
    tally: int
    renamed: int
    # the question and the answer
    allowed: int
    counted: int
    used: int
    known: int


FIRST_FIXED = Places._fields.index("starts")
FIRST_CHANGING = Places._fields.index("value")
GROWING = {
    **dict.fromkeys(("clause_starts", "alive", "antecedent", "quality", "following", "renamed"), CLAUSES),
    "clause_codes": CODES,
    **dict.fromkeys(("node_starts", "node_marks"), NODES),
    "antecedents": ANTECEDENTS,
}
"""The parts that grow while searching, and which number says how much of them is used."""


def record(places: Places) -> Places:
    """Return the places as one record of integers, which a kernel takes as one argument."""
    kind = np.dtype((np.record, [(name, np.int64) for name in Places._fields]))
    return cast("Places", np.array([tuple(places)], kind)[0])

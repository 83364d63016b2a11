"""The two arrays of the search: how they are filled at first, and how the one that changes grows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from configurator.engines.refutation.layout import Layout
from configurator.engines.refutation.places import (
    CLAUSES,
    CODES,
    FIRST_CHANGING,
    FIRST_FIXED,
    GROWING,
    LEARNED_FROM,
    NOTHING,
    SCALARS,
    WORST,
    Places,
    record,
)
from configurator.engines.refutation.rows import WORD, Ints

ROOM = 256
"""Learned clauses there is room for at first."""
MOST_ANTECEDENTS = 1 << 26
"""Antecedents of the proof there is room for at most (512 MB); past it a refutation rests on all that counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The array that stays, the one that changes, and where everything stands in them."""

    places: Places
    at: Places
    fixed: Ints
    changing: Ints

    def part(self, name: str, length: int) -> Ints:
        """Return a view of the first numbers of a part of what changes."""
        start = int(getattr(self.places, name))
        return self.changing[start : start + length]


def gather(layout: Layout) -> Ints:
    """Return the array that stays; searches share it."""
    return np.concatenate([layout.fixed[name] for name in Places._fields[FIRST_FIXED:FIRST_CHANGING]])


def allocate(layout: Layout, fixed: Ints) -> Memory:
    """Return memory in which nothing is assigned; the clauses of the layout are in place but not watched."""
    lengths = _lengths(layout)
    amounts = _amounts(layout, lengths)
    memory = _arrange(layout, fixed, amounts, lengths)
    clauses = len(layout.clause_sources)
    memory.changing[[CLAUSES, LEARNED_FROM]] = clauses
    memory.changing[CODES] = len(layout.fixed["clause_texts"])
    filled = {
        "left": np.diff(layout.fixed["starts"]),
        "live": np.arange(lengths["live"]),
        "taken": layout.fixed["starts"][:-1],
        "live_place": np.arange(lengths["live"]),
        "cells": np.concatenate((layout.full, layout.widths)),
        "stamps": np.full(lengths["stamps"], -1),
        "residues": layout.fixed["entries"][:-1],
        "clause_starts": layout.clause_starts,
        "clause_codes": layout.fixed["clause_texts"],
        "antecedent": np.where(layout.clause_sources < 0, NOTHING, -1 - layout.clause_sources),
    }
    for name, content in filled.items():
        memory.part(name, len(content))[:] = content
    return memory


def roomier(layout: Layout, memory: Memory) -> Memory:
    """Return the memory with twice the room in every part that is half full, or would be; the proof has a bound."""
    old = _measured(memory)
    lengths = old.copy()
    for name, used in GROWING.items():
        width = 2 if name == "following" else 1
        if 2 * (width * memory.changing[used] + memory.places.pairs) >= old[name]:
            lengths[name] = 2 * old[name]
    lengths["antecedents"] = max(old["antecedents"], min(lengths["antecedents"], MOST_ANTECEDENTS))
    grown = _arrange(layout, memory.fixed, _amounts(layout, lengths), lengths)
    grown.changing[:SCALARS] = memory.changing[:SCALARS]
    for name, length in old.items():
        grown.part(name, length)[:] = memory.part(name, length)
    return grown


def _lengths(layout: Layout) -> dict[str, int]:
    """How long each part that changes is at first."""
    fixed = layout.fixed
    literals, variables, codes = len(fixed["owner"]), len(layout.sizes), len(fixed["removes"])
    pairs, words, tables = codes // 2, len(layout.full), len(fixed["columns"]) - 1
    clauses = len(layout.clause_sources) + ROOM
    by_pair = dict.fromkeys(("level", "reason", "place", "trail", "needed", "seen"), pairs)
    by_variable = dict.fromkeys(
        ("left", "taken", "activity", "heap", "heap_place", "phase", "is_changed", "changed"), variables
    )
    by_clause = dict.fromkeys(("alive", "antecedent", "quality", "renamed"), clauses)
    lengths = {**by_pair, **by_variable, **by_clause}
    lengths |= dict.fromkeys(("value", "head", "node_of"), codes)
    lengths |= dict.fromkeys(("marks", "saved_marks"), variables + 3)
    lengths |= dict.fromkeys(("live", "live_place", "allowed", "known"), literals)
    lengths |= dict.fromkeys(("cells", "stamps"), words + len(layout.widths))
    lengths |= dict.fromkeys(("saved_cells", "saved_contents"), layout.rows + len(fixed["entries"]))
    lengths |= dict.fromkeys(("rank", "at_rank"), tables)
    lengths |= dict.fromkeys(("buffer", "learned", "roots"), codes + 2)
    lengths |= dict.fromkeys(("counted", "used"), len(layout.sources) + variables)
    lengths |= {"residues": len(fixed["entries"]) - 1, "pending": tables // WORD + 1}
    lengths |= {
        "clause_starts": clauses,
        "following": 2 * clauses,
        "node_starts": 2 * pairs + ROOM,
        "node_marks": 2 * pairs + ROOM,
    }
    lengths |= {"clause_codes": len(layout.fixed["clause_texts"]) + 4 * codes + ROOM}
    lengths |= {"cited": 8 * codes + ROOM, "antecedents": 16 * codes + 16 * ROOM}
    lengths |= {"active": len(fixed["table_sources"]), "waiting": len(fixed["bounds"])}
    lengths["leasts"] = len(fixed["part_variables"])
    lengths |= {"tally": WORST + 1, "scratch": words}
    return lengths


def _amounts(layout: Layout, lengths: dict[str, int]) -> dict[str, int]:
    return {
        "variables": len(layout.sizes),
        "pairs": lengths["level"],
        "tables": lengths["rank"],
        "resources": lengths["waiting"],
        "sources": len(layout.sources),
        "items": lengths["counted"],
        "words": lengths["scratch"],
        "chunks": lengths["pending"],
        "clause_room": lengths["clause_starts"],
        "code_room": lengths["clause_codes"],
        "node_room": lengths["node_starts"],
        "antecedent_room": lengths["antecedents"],
        "antecedent_most": MOST_ANTECEDENTS,
        "cited_room": lengths["cited"],
    }


def _arrange(layout: Layout, fixed: Ints, amounts: dict[str, int], lengths: dict[str, int]) -> Memory:
    offsets, done = dict(amounts), 0
    for name in Places._fields[FIRST_FIXED:FIRST_CHANGING]:
        offsets[name], done = done, done + len(layout.fixed[name])
    done = SCALARS
    for name in Places._fields[FIRST_CHANGING:]:
        offsets[name], done = done, done + lengths[name]
    places = Places(**offsets)
    return Memory(places, record(places), fixed, np.zeros(done, np.int64))


def _measured(memory: Memory) -> dict[str, int]:
    names = Places._fields[FIRST_CHANGING:]
    ends = [*(int(getattr(memory.places, name)) for name in names[1:]), len(memory.changing)]
    return {name: end - int(getattr(memory.places, name)) for name, end in zip(names, ends, strict=True)}

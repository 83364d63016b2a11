"""Values that no table tells apart become one, counted as often: smaller tables before variables are eliminated.

Two values of a variable are interchangeable where all tables but one treat them alike; in that one,
the variable's home, their rows are added up (Freuder, Eliminating Interchangeable Values, 1991).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from configurator.elimination import Clock, Factor, Row

_ROUNDS = 4


def condense(
    factors: Sequence[Factor],
    sizes: Mapping[int, int],
    homes: Mapping[int, int],
    projected: frozenset[int],
    clock: Clock,
) -> list[Factor]:
    """Return tables with the same count and fewer rows.

    `sizes` gives the number of values of every variable that is not computed: its home is a table
    of one way each. `homes` gives, for every computed variable, the table that computes it.
    """
    tables = list(factors)
    places = dict(homes)
    indices: dict[int, set[int]] = {variable: set() for factor in factors for variable in factor.scope}
    for factor in factors:
        for variable, index in {(v, row[i]) for i, v in enumerate(factor.scope) for row in factor.rows}:
            indices[variable].add(index)
    for variable in sorted(indices.keys() & sizes.keys()):
        places[variable] = len(tables)
        tables.append(Factor((variable,), {(index,): 1 for index in indices[variable]}))
    users: dict[int, list[int]] = {variable: [] for variable in places}
    for number, factor in enumerate(tables):
        for variable in factor.scope:
            users[variable].append(number)
    for _ in range(_ROUNDS):
        merged = 0
        for variable in sorted(users, reverse=True):
            clock.check(0, (variable,))
            merged += _merge(variable, tables, users[variable], places[variable], variable in projected)
        if not merged:
            break
    return tables


def _merge(variable: int, tables: list[Factor], users: Sequence[int], home: int, projecting: bool) -> int:
    """Merge the interchangeable values of a variable; return how many went."""
    seen: dict[int, list[tuple[int, Row, int]]] = {}
    for number in users:
        if number != home:
            place = tables[number].scope.index(variable)
            for row, ways in tables[number].rows.items():
                seen.setdefault(row[place], []).append((number, row[:place] + row[place + 1 :], ways))
    first: dict[frozenset[tuple[int, Row, int]], int] = {}
    renamed = {index: first.setdefault(frozenset(rows), index) for index, rows in seen.items()}
    gone = {index for index, kept in renamed.items() if index != kept}
    place = tables[home].scope.index(variable)
    alone = len(users) == 1
    rows: dict[Row, int] = {}
    for row, ways in tables[home].rows.items():
        index = row[place] if alone else renamed.get(row[place])
        if index is not None:
            key = (*row[:place], index, *row[place + 1 :])
            rows[key] = 1 if projecting else rows.get(key, 0) + ways
    if gone or len(rows) < len(tables[home].rows):
        tables[home] = Factor(tables[home].scope, rows)
    for number in users if gone else ():
        if number != home:
            place = tables[number].scope.index(variable)
            kept = {row: ways for row, ways in tables[number].rows.items() if row[place] not in gone}
            tables[number] = Factor(tables[number].scope, kept)
    return len(gone)

"""Taking a problem apart: columns that share no row, no line and no exclusion are decided apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from quotes.pricing.promotions.model import Column, Problem


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a problem that nothing links to the rest; `columns` are its columns' places in the whole."""

    problem: Problem
    columns: tuple[int, ...]


def pieces(problem: Problem) -> Iterator[Piece]:
    """Yield the parts of a problem in the order of their first columns; with a ceiling it is all one piece.

    Each part has its own rows and lines; the order of offers, columns and lines is kept.
    """
    if problem.ceiling is not None:
        yield Piece(problem, tuple(range(len(problem.columns))))
        return
    found: dict[int, list[int]] = {}
    leaders = _leaders(problem)
    for index in range(len(problem.columns)):
        found.setdefault(leaders[index], []).append(index)
    of_exclusives: dict[int, list[tuple[int, ...]]] = {}
    for together in problem.exclusives:
        if together:
            of_exclusives.setdefault(leaders[together[0]], []).append(together)
    for leader, members in found.items():
        yield Piece(_part(problem, members, of_exclusives.get(leader, ())), tuple(members))


def _leaders(problem: Problem) -> list[int]:
    """Return for every column the first column of its part (union-find with path halving)."""
    parents = list(range(len(problem.columns)))

    def find(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    first: dict[tuple[str, int], int] = {}
    for index, column in enumerate(problem.columns):
        keys = [("offer", column.offer), *(("row", row) for row, _ in column.uses)]
        keys += [("line", line) for line, _ in column.shares]
        for key in keys:
            one, other = find(first.setdefault(key, index)), find(index)
            parents[max(one, other)] = min(one, other)
    for together in problem.exclusives:
        for index in together:
            one, other = find(together[0]), find(index)
            parents[max(one, other)] = min(one, other)
    return [find(index) for index in range(len(parents))]


def _part(problem: Problem, members: list[int], exclusives: Iterable[tuple[int, ...]]) -> Problem:
    columns = [problem.columns[index] for index in members]
    offers = _numbered(column.offer for column in columns)
    rows = _numbered(row for column in columns for row, _ in column.uses)
    lines = _numbered(line for column in columns for line, _ in column.shares)
    places = {index: place for place, index in enumerate(members)}
    return replace(
        problem,
        offers=tuple(problem.offers[index] for index in offers),
        columns=tuple(_renamed(column, offers, rows, lines) for column in columns),
        rows=tuple(problem.rows[index] for index in rows),
        caps=tuple(problem.caps[index] for index in lines),
        exclusives=tuple(tuple(places[index] for index in together) for together in exclusives),
        forced=offers.get(problem.forced) if problem.forced is not None else None,
    )


def _numbered(indices: Iterable[int]) -> dict[int, int]:
    return {index: place for place, index in enumerate(sorted(set(indices)))}


def _renamed(column: Column, offers: dict[int, int], rows: dict[int, int], lines: dict[int, int]) -> Column:
    return Column(
        offers[column.offer],
        tuple([(rows[row], amount) for row, amount in column.uses]),
        tuple([(lines[line], share) for line, share in column.shares]),
        column.most,
    )

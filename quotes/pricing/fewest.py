"""The fewest people who satisfy every wish: an exact minimum hitting set, with a declared choice among equals.

Every wish is a set of people of whom one is enough. Minimum hitting sets: Karp, Reducibility among combinatorial
problems (1972); solved here by deepening search on the smallest open wish, which approvals of a quote keep tiny, and
by CP-SAT where they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ortools.sat.python import cp_model

_SEARCHED = 12
"""Up to so many wishes are searched; more go to the solver."""

Rank = Callable[[str], tuple[object, ...]]


def fewest(wishes: Iterable[frozenset[str]], rank: Rank) -> tuple[str, ...]:
    """Return a smallest set of people that meets every wish, best by `rank` taken in order; in that order.

    >>> fewest([frozenset({"ann", "bob"}), frozenset({"bob", "cid"})], lambda one: (one,))
    ('bob',)
    """
    minimal = _minimal(set(wishes))
    if not minimal:
        return ()
    people = sorted(frozenset().union(*minimal), key=rank)
    if len(minimal) > _SEARCHED:
        return _solved(minimal, people)
    size = 1
    while True:
        # Every set of one size is compared: the first in the order of ranks is the answer.
        place = {person: number for number, person in enumerate(people)}
        found = min((sorted(place[one] for one in some) for some in _hitting(minimal, frozenset(), size)), default=None)
        if found is not None:
            return tuple(people[number] for number in found)
        size += 1


def _minimal(wishes: set[frozenset[str]]) -> list[frozenset[str]]:
    """Leave out wishes that hold whenever another does."""
    return sorted(
        (one for one in wishes if not any(other < one for other in wishes)), key=lambda one: (len(one), sorted(one))
    )


def _hitting(wishes: Sequence[frozenset[str]], taken: frozenset[str], left: int) -> Iterator[frozenset[str]]:
    unmet = next((wish for wish in wishes if not wish & taken), None)
    if unmet is None:
        yield taken
    elif left:
        for person in sorted(unmet):
            yield from _hitting(wishes, taken | {person}, left - 1)


def _solved(wishes: Sequence[frozenset[str]], people: Sequence[str]) -> tuple[str, ...]:
    """Return what the search would: the least number first, then one person after the other, best first."""
    model, takes = _cover(wishes, people)
    model.minimize(sum(takes.values()))
    size = round(_solver(model).objective_value)
    model, takes = _cover(wishes, people)
    model.add(sum(takes.values()) == size)
    taken: list[str] = []
    for person in people:
        if len(taken) == size:
            break
        tried = model.clone()
        tried.add(takes[person] == 1)
        if _solver(tried).response_proto.status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            taken.append(person)
            model = tried
        else:
            model.add(takes[person] == 0)
    return tuple(taken)


def _cover(
    wishes: Sequence[frozenset[str]], people: Sequence[str]
) -> tuple[cp_model.CpModel, dict[str, cp_model.IntVar]]:
    model = cp_model.CpModel()
    takes = {person: model.new_bool_var(person) for person in people}
    for wish in wishes:
        model.add_bool_or([takes[person] for person in sorted(wish)])
    return model, takes


def _solver(model: cp_model.CpModel) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.solve(model)
    return solver

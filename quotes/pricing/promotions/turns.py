"""The columns of a problem in turn: what of the past each one reads, settles and leaves for those behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from quotes.pricing.promotions.model import Problem

State = tuple[int, ...]

Key = tuple[str, int]
"""What a slot of the state is about: a row, a line, an offer, an exclusion."""

EMPTY = {"row": 0, "line": 0, "offer": 0, "exclusive": -1}
"""What stands in a slot at first, where it is not a capacity."""

_PRICED = ("row", "line")


@dataclass(frozen=True, slots=True)
class Turn:
    """One column in its turn: the slots that it reads and changes, and what its applications add.

    `gains` is what lines save by number of applications where that depends on nothing else; `sums` are the shares on
    lines where it does, `ends` the lines that are settled now, with their caps. `once` counts an offer that is used.
    `rest` bounds what all later columns can save beyond `prices` of what is left in the state, in shares.
    """

    place: int
    offer: int
    most: int
    opens: tuple[tuple[int, int], ...]
    rows: tuple[tuple[int, int], ...]
    sums: tuple[tuple[int, int], ...]
    held: tuple[int, ...]
    flag: int
    once: int
    must: bool
    gains: tuple[int, ...]
    ends: tuple[tuple[int, int], ...]
    clears: tuple[int, ...]
    prices: tuple[tuple[int, int], ...]
    rest: int


@dataclass(slots=True)
class _Plan:
    """What all turns are made from."""

    problem: Problem
    most: Sequence[int]
    prices: Sequence[int]
    order: list[int]
    coupled: set[int]
    exclusives: list[list[int]]
    last: dict[Key, int] = field(default_factory=dict)
    first: dict[Key, int] = field(default_factory=dict)
    slots: dict[Key, int] = field(default_factory=dict)
    size: int = 0

    def keys(self, place: int) -> list[Key]:
        """Return everything that a column reads."""
        column = self.problem.columns[place]
        found: list[Key] = [("row", row) for row, _ in column.uses]
        found += [("line", line) for line, _ in column.shares if line in self.coupled]
        found += [("exclusive", index) for index in self.exclusives[place]]
        return [*found, ("offer", column.offer)]


def turns_of(problem: Problem, most: Sequence[int], prices: Sequence[int]) -> tuple[State, list[Turn]]:
    """Return the first state and the turns, rows that are linked close to each other."""
    exclusives: list[list[int]] = [[] for _ in problem.columns]
    for index, together in enumerate(problem.exclusives):
        for place in together:
            exclusives[place].append(index)
    plan = _Plan(problem, most, prices, _order(problem), _coupled(problem, most), exclusives)
    for turn, place in enumerate(plan.order):
        for key in plan.keys(place):
            plan.last[key] = turn
            plan.first.setdefault(key, turn)
    _place_slots(plan)
    beyond, once = _beyond(plan), _once(problem, most)
    is_open: dict[Key, int] = {}
    turns = [_turn(plan, turn, beyond, once, is_open) for turn in range(len(plan.order))]
    return (0,) * plan.size, turns


def _order(problem: Problem) -> list[int]:
    """Return the columns row by row; next comes the row that opens fewest others, of those that are open already."""
    users: list[list[int]] = [[] for _ in problem.rows]
    for place, column in enumerate(problem.columns):
        for row, _ in column.uses:
            users[row].append(place)
    done: set[int] = set()
    waiting = dict.fromkeys(sorted((row for row, own in enumerate(users) if own), key=lambda row: len(users[row])))
    opened: dict[int, None] = {}
    order = [place for place, column in enumerate(problem.columns) if not column.uses]
    while waiting:
        candidates = opened or [next(iter(waiting))]
        row = min(candidates, key=lambda row: (_opening(problem, users[row], done, opened), row))
        for place in users[row]:
            if place not in done:
                done.add(place)
                order.append(place)
                opened.update(dict.fromkeys(other for other, _ in problem.columns[place].uses if other in waiting))
        opened.pop(row, None)
        del waiting[row]
    return order


def _opening(problem: Problem, own: Iterable[int], done: set[int], opened: Iterable[int]) -> int:
    rows = {row for place in own if place not in done for row, _ in problem.columns[place].uses}
    return len(rows.difference(opened))


def _coupled(problem: Problem, most: Sequence[int]) -> set[int]:
    """Return the lines whose saving is no sum of their columns' savings."""
    terms: dict[int, list[tuple[int, int]]] = {}
    for column, times in zip(problem.columns, most, strict=True):
        for line, share in column.shares:
            terms.setdefault(line, []).append((share, times))
    found = set()
    for line, shares in terms.items():
        broken = sum(not problem.is_whole(share) for share, _ in shares)
        highest = problem.rounded(sum(share * times for share, times in shares))
        if len(shares) > 1 and (broken > 1 or highest > problem.caps[line]):
            found.add(line)
    return found


def _place_slots(plan: _Plan) -> None:
    """Give everything that several columns read a slot of the state for as long as it is open; slots are used again."""
    closing: dict[int, list[Key]] = {}
    opening: dict[int, list[Key]] = {}
    for key, first in plan.first.items():
        if first < plan.last[key]:
            opening.setdefault(first, []).append(key)
            closing.setdefault(plan.last[key], []).append(key)
    free: list[int] = []
    for turn in range(len(plan.order)):
        for key in opening.get(turn, ()):
            if not free:
                free.append(plan.size)
                plan.size += 1
            plan.slots[key] = free.pop()
        free += [plan.slots[key] for key in closing.get(turn, ())]


def _beyond(plan: _Plan) -> list[int]:
    """Return for every turn what the columns behind it can save beyond the prices of what they use, and roundings.

    Prices of rows that are not open yet count with their whole capacity.
    """
    problem = plan.problem
    found, rest = [0] * len(plan.order), 0
    for turn in reversed(range(len(plan.order))):
        found[turn] = rest
        place = plan.order[turn]
        column = problem.columns[place]
        surplus = sum(share for _, share in column.shares)
        for row, amount in column.uses:
            surplus -= plan.prices[row] * amount
            if plan.first["row", row] == turn:
                rest += plan.prices[row] * problem.rows[row]
        rest += max(0, surplus) * plan.most[place]
        for line, share in column.shares:
            is_open = line in plan.coupled and plan.last["line", line] != turn
            if not is_open and (line in plan.coupled or not problem.is_whole(share)):
                rest += (problem.scale + 1) // 2
    return found


def _once(problem: Problem, most: Sequence[int]) -> list[int]:
    """Return what using each offer adds to the ties: fewer offers, then priority, then names, then applications."""
    names = 1 + sum(most)
    priority = names << len(problem.offers)
    fewer = priority * (1 + 2 * sum(abs(offer.priority) for offer in problem.offers))
    last = len(problem.offers) - 1
    return [(names << (last - index)) + priority * offer.priority - fewer for index, offer in enumerate(problem.offers)]


def _turn(plan: _Plan, turn: int, beyond: list[int], once: list[int], is_open: dict[Key, int]) -> Turn:
    """Return one turn; `is_open` is what was open before it, and is brought up to date."""
    problem, place, slots = plan.problem, plan.order[turn], plan.slots
    column, keys = problem.columns[place], plan.keys(place)
    opens = [key for key in keys if key in slots and plan.first[key] == turn]
    is_open.update({key: slots[key] for key in opens})
    for key in keys:
        if plan.last[key] == turn:
            is_open.pop(key, None)
    offer: Key = ("offer", column.offer)
    coupled = [(line, share) for line, share in column.shares if line in plan.coupled]
    priced = (
        (slot, plan.prices[key[1]] if key[0] == "row" else 1) for key, slot in is_open.items() if key[0] in _PRICED
    )
    return Turn(
        place=place,
        offer=column.offer,
        most=plan.most[place],
        opens=tuple((slots[key], problem.rows[key[1]] if key[0] == "row" else EMPTY[key[0]]) for key in opens),
        rows=tuple((slots["row", row], amount) for row, amount in column.uses if ("row", row) in slots),
        sums=tuple((slots["line", line], share) for line, share in coupled),
        held=tuple(slots["exclusive", index] for index in plan.exclusives[place] if ("exclusive", index) in slots),
        flag=slots.get(offer, -1),
        once=once[column.offer],
        must=plan.last[offer] == turn and column.offer == problem.forced,
        gains=tuple(_apart(plan, place, times) for times in range(plan.most[place] + 1)),
        ends=tuple((slots["line", line], problem.caps[line]) for line, _ in coupled if plan.last["line", line] == turn),
        clears=tuple(slots[key] for key in keys if key in slots and plan.last[key] == turn),
        prices=tuple((slot, price) for slot, price in priced if price),
        rest=beyond[turn],
    )


def _apart(plan: _Plan, place: int, times: int) -> int:
    """Return what applications save on the lines where that depends on nothing else."""
    problem = plan.problem
    apart = [(line, share) for line, share in problem.columns[place].shares if line not in plan.coupled]
    return sum(min(problem.caps[line], problem.rounded(share * times)) for line, share in apart)

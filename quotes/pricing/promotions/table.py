"""Dynamic programming over the columns of a problem: exact, with every tie broken as declared.

Columns are taken one after another; what matters of the past is what is left of the rows that later columns still
use, the sums of lines whose rounding or cap is still open, which offers are used, and who holds an exclusion: a
frontier (nonserial dynamic programming: Bertelè and Brioschi, 1972). States that cannot reach a known answer even at
the prices of `duals` are dropped. It gives up where there are too many states.
"""

from __future__ import annotations

from quotes.pricing.promotions.duals import priced
from quotes.pricing.promotions.model import IMPOSSIBLE, Problem, Solution
from quotes.pricing.promotions.turns import State, Turn, turns_of

STEPS = 40_000
"""How many transitions may be looked at: about what a solver takes to begin."""

LARGE = 24
GOALS = 3
"""From `LARGE` columns on, answers near the bound are looked for first, in so many tries: few states reach so high."""

METHOD = "dynamic programming"

Known = tuple[int, int, int]
"""What a state has come to: minor units; the ties as one number, in which what decides first stands highest; counts."""


def tabulate(problem: Problem, steps: int = STEPS) -> Solution | None:
    """Return the best solution, unique by the declared order of ties; None where there are too many states."""
    most = [problem.times(column) for column in problem.columns]
    known = priced(problem, most)
    initial, turns = turns_of(problem, most, known.prices)
    tries = GOALS if len(turns) >= LARGE and known.bound > known.value else 1
    for part in range(1, tries + 1):
        goal = known.bound - (known.bound - known.value) * part // tries
        best, steps = _run(problem, turns, initial, goal, steps)
        if steps < 0:
            return None
        if best:
            value, _, code = max(best.values())
            counts = _decoded(code, 1 + max(most, default=0), len(turns))
            return Solution(counts, value, value, frozenset({METHOD}))
    return IMPOSSIBLE


def _run(problem: Problem, turns: list[Turn], initial: State, goal: int, steps: int) -> tuple[dict[State, Known], int]:
    """Return the last states that reach a goal, and how many transitions are left to look at."""
    radix = 1 + max((turn.most for turn in turns), default=0)
    best: dict[State, Known] = {(*initial, 0): (0, 0, 0)}
    for turn in turns:
        best, size = _followed(problem, turn, best, goal, radix ** (len(turns) - 1 - turn.place))
        steps -= size
        if steps < 0 or not best:
            break
    return best, steps


def _decoded(code: int, radix: int, digits: int) -> tuple[int, ...]:
    counts = []
    for _ in range(digits):
        code, count = divmod(code, radix)
        counts.append(count)
    return tuple(reversed(counts))


def _followed(
    problem: Problem, turn: Turn, best: dict[State, Known], least: int, digit: int
) -> tuple[dict[State, Known], int]:
    """Return the states after one more column, each with the best way to it, and how many were looked at.

    Under a ceiling less may lead to more: then the value so far is the last part of a state.
    """
    following: dict[State, Known] = {}
    looked, goal, scale, ceiling = 0, least * problem.scale, problem.scale, problem.ceiling
    for packed, (value, ties, code) in best.items():
        state = _opened(turn, packed)
        used = turn.flag >= 0 and state[turn.flag] == 1
        for times in range(_room(turn, state) + 1):
            if turn.must and not used and not times:
                continue
            looked += 1
            after, gained = _after(turn, state, times, scale)
            reached = value + turn.gains[times] + gained
            if reached * scale + turn.rest + sum([price * after[slot] for slot, price in turn.prices]) < goal:
                continue
            if ceiling is not None:
                if reached > ceiling:
                    continue
                after = (*after[:-1], reached)
            found = (
                reached,
                ties + times + (turn.once if times and not used else 0),
                code + times * digit,
            )
            if after not in following or found > following[after]:
                following[after] = found
    return following, looked


def _opened(turn: Turn, state: State) -> State:
    """Return the state with what this turn is the first to read."""
    if not turn.opens:
        return state
    after = list(state)
    for slot, value in turn.opens:
        after[slot] = value
    return tuple(after)


def _room(turn: Turn, state: State) -> int:
    most = turn.most
    for slot, amount in turn.rows:
        most = min(most, state[slot] // amount)
    if most and any(state[slot] not in {-1, turn.offer} for slot in turn.held):
        return 0
    return most


def _after(turn: Turn, state: State, times: int, scale: int) -> tuple[State, int]:
    """Return the state after some applications, with what is settled blotted out, and what lines save that are."""
    after = list(state)
    if times:
        for slot, amount in turn.rows:
            after[slot] -= amount * times
        for slot, share in turn.sums:
            after[slot] += share * times
        for slot in turn.held:
            after[slot] = turn.offer
        if turn.flag >= 0:
            after[turn.flag] = 1
    gained = 0
    for slot, cap in turn.ends:
        gained += min(cap, (2 * after[slot] + scale) // (2 * scale))
    for slot in turn.clears:
        after[slot] = 0
    return tuple(after), gained

"""The promotions on items, arena after arena: the best of each arena, given what the earlier ones left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from quotes.pricing.promotions.decide import beneath, decide
from quotes.pricing.promotions.eligible import Candidate
from quotes.pricing.promotions.ground import Ground
from quotes.pricing.promotions.groups import Arena, arenas, by_precedence, group_of
from quotes.pricing.promotions.market import Given, Market, best_saving, given, open_market, taken_by
from quotes.pricing.promotions.model import IMPOSSIBLE, Solution, value_of
from quotes.pricing.promotions.seller import least
from quotes.pricing.promotions.solver import Worker
from quotes.pricing.sheet import Desk


@dataclass(frozen=True, slots=True)
class Notebook:
    """A solver, and what is known already: problems by what they were made from, and their best sets without a ceiling."""

    worker: Worker
    markets: dict[object, Market] = field(default_factory=dict)
    best: dict[object, Solution] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Items:
    """What promotions on items come to: by promotion, by line, in all; `bound` is what nothing could pass."""

    given: tuple[Given, ...]
    saved: tuple[int, ...]
    bound: int
    methods: frozenset[str]

    @property
    def value(self) -> int:
        """Return what is saved in all."""
        return sum(self.saved)


def settle_items(
    desk: Desk, grounds: Sequence[Ground], candidates: Sequence[Candidate], notebook: Notebook,
    ceiling: int | None = None, forced: str | None = None,
) -> Items | None:  # fmt: skip
    """Decide all arenas; None where a promotion is forced that cannot apply."""
    if forced is not None and all(one.name != forced for one in candidates):
        return None
    saved = (0,) * len(grounds)
    begun: list[tuple[int, ...]] = []
    found: list[Given] = []
    bound, methods = 0, frozenset[str]()
    taken: dict[tuple[int, str], int] = {}
    for arena in arenas(desk, candidates):
        begun.append(saved)
        room = None if ceiling is None else ceiling - sum(saved)
        taken = {} if arena.fresh else taken
        names = {one.name for one in arena.candidates}
        step = _Step(desk, grounds, notebook, saved, begun[arena.onto], room, forced if forced in names else None)
        done = _in_order(step, arena, taken) if arena.in_order else _together(step, arena, taken)
        if done is None:
            return None
        found += done.given
        saved = tuple(a + b for a, b in zip(saved, done.saved, strict=True))
        bound, methods, taken = bound + done.bound, methods | done.methods, done.taken
    return Items(tuple(found), saved, bound, methods)


@dataclass(frozen=True, slots=True)
class _Step:
    """What an arena is decided with."""

    desk: Desk
    grounds: Sequence[Ground]
    notebook: Notebook
    saved: tuple[int, ...]
    onto: tuple[int, ...]
    room: int | None
    forced: str | None


@dataclass(frozen=True, slots=True)
class _Done:
    given: tuple[Given, ...]
    saved: tuple[int, ...]
    bound: int
    methods: frozenset[str]
    taken: dict[tuple[int, str], int]


def _together(step: _Step, arena: Arena, taken: dict[tuple[int, str], int]) -> _Done | None:
    notebook = step.notebook
    key = (tuple(one.name for one in arena.candidates), step.saved, step.onto, tuple(sorted(taken.items())))
    market = notebook.markets.get(key)
    if market is None:
        market = open_market(step.desk, arena.candidates, step.grounds, step.saved, step.onto, taken, {})
        notebook.markets[key] = market
    forced = None if step.forced is None else market.offer_of(step.forced)
    if step.forced is not None and forced is None:
        return None
    problem = replace(market.problem, forced=forced)
    known = (key, forced)
    if step.desk.policy.promotions == "seller":
        return _done(step, market, least(problem, notebook.worker), taken)
    if known not in notebook.best:
        notebook.best[known] = decide(problem, notebook.worker)
    solution = notebook.best[known]
    if solution is not IMPOSSIBLE and step.room is not None and solution.value > step.room:
        solution = beneath(replace(problem, ceiling=step.room), solution, notebook.worker)
    return None if solution is IMPOSSIBLE else _done(step, market, solution, taken)


def _done(step: _Step, market: Market, solution: Solution, taken: dict[tuple[int, str], int]) -> _Done:
    saved = [0] * len(step.grounds)
    found = given(market, solution.counts)
    for one in found:
        for line, saving in one.by_line.items():
            saved[line] += saving
    missed = sum(int(best_saving(market, one) * _most(market, one)) for one in market.incomplete)
    return _Done(
        tuple(found), tuple(saved), solution.bound + missed, solution.methods,
        taken_by(market, solution.counts, taken),
    )  # fmt: skip


def _most(market: Market, candidate: Candidate) -> int:
    """Return how often a promotion could apply at most, by the units of its lines."""
    units = sum({site.ground.place: site.ground.quantity for take in candidate.takes for site in take.sites}.values())
    return min(units, units if candidate.most is None else candidate.most) if market.lines else 0


def _in_order(step: _Step, arena: Arena, taken: dict[tuple[int, str], int]) -> _Done:
    """Give one promotion after another all it can save; a group's first one shuts the line or the quote to the others."""
    saved = step.saved
    found: list[Given] = []
    shut: dict[str, set[int]] = {}
    everything = frozenset(range(len(step.grounds)))
    for candidate in by_precedence(arena.candidates):
        group = group_of(step.desk, candidate)
        closed = frozenset(shut.get(group.name, ())) if group else frozenset[int]()
        one = replace(step, saved=saved, room=None if step.room is None else step.room - sum(saved) + sum(step.saved))
        market = open_market(one.desk, [candidate], one.grounds, saved, one.onto, taken, {candidate.name: closed})
        problem = replace(market.problem, ceiling=one.room)
        solution = decide(problem, step.notebook.worker)
        if not value_of(market.problem, solution.counts):
            continue
        done = _done(one, market, solution, taken)
        found += done.given
        saved = tuple(a + b for a, b in zip(saved, done.saved, strict=True))
        taken = done.taken
        if group is not None and group.mode in {"best one", "first"} and group.per != "unit":
            lines = {site.ground.place for take in candidate.takes for site in take.sites}
            used = {line for one_given in done.given for line in one_given.by_line} & lines
            shut.setdefault(group.name, set()).update(everything if group.per == "quote" else used)
    by_line = tuple(a - b for a, b in zip(saved, step.saved, strict=True))
    return _Done(tuple(found), by_line, sum(by_line), frozenset({"in order"}), taken)

"""How groups order promotions: what is decided together, what comes after what, what excludes what.

Groups that come `after` others see what those left. What is left within one depth:

- a group by `first` goes before the others of its depth, member by member, the highest priority first;
- groups of `best one`, and promotions without a group, are decided together: every unit is given once;
- members of `stack` and `in sequence` come one after another, each on all units; in a stack by added percentages
  each on what the stack began with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalogs.policy import PromotionGroup
from quotes.pricing.promotions.eligible import Candidate
from quotes.pricing.sheet import Desk


@dataclass(frozen=True, slots=True)
class Arena:
    """Promotions that are decided together (`in order`: one after another).

    `fresh`: every unit can be given again; otherwise only what the arena before it left of them. `onto`: prices are
    those at the beginning of the arena with this number.
    """

    candidates: tuple[Candidate, ...]
    in_order: bool
    fresh: bool
    onto: int


def group_of(desk: Desk, candidate: Candidate) -> PromotionGroup | None:
    """Return the group of a promotion."""
    name = candidate.promotion.group
    return next((group for group in desk.catalog.groups if group.name == name), None)


def depths(groups: Iterable[PromotionGroup]) -> Mapping[str, int]:
    """Return how many groups come before each, one after another."""
    known = {group.name: group for group in groups}
    found: dict[str, int] = {}

    def depth(name: str, way: frozenset[str] = frozenset()) -> int:
        if name not in known or name in way:
            return -1
        if name not in found:
            found[name] = 1 + max((depth(before, way | {name}) for before in known[name].after), default=-1)
        return found[name]

    for name in known:
        depth(name)
    return found


def by_precedence(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return promotions by priority, the highest first, then by name."""
    return sorted(candidates, key=lambda one: (-one.promotion.priority, one.name))


def depth_of(desk: Desk, candidate: Candidate) -> int:
    """Return the depth of a promotion's group; one without a group is at the beginning."""
    group = group_of(desk, candidate)
    return depths(desk.catalog.groups).get(group.name, 0) if group else 0


def arenas(desk: Desk, candidates: Sequence[Candidate]) -> list[Arena]:
    """Return the arenas in order."""
    found: list[Arena] = []
    groups = {group.name: group for group in desk.catalog.groups}
    depth = depths(desk.catalog.groups)
    level: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        level.setdefault(depth.get(candidate.promotion.group or "", 0), []).append(candidate)
    for _, own in sorted(level.items()):
        modes = {one.name: groups[one.promotion.group].mode if one.promotion.group in groups else "" for one in own}
        ordered = desk.policy.promotions == "priority"
        first = [one for one in own if modes[one.name] == "first"]
        together = [one for one in own if modes[one.name] in {"", "best one"}]
        if ordered:
            first, together = [], by_precedence([*first, *together])
        begin = len(found)
        if first:
            found.append(Arena(tuple(by_precedence(first)), True, True, begin))
        if together:
            found.append(Arena(tuple(together), ordered, not first, begin))
        found += _one_by_one(desk, own, groups, len(found))
    return found


def _one_by_one(desk: Desk, own: list[Candidate], groups: Mapping[str, PromotionGroup], begin: int) -> list[Arena]:
    """Return an arena for every member of a stack or a sequence."""
    found: list[Arena] = []
    for name in sorted({one.promotion.group or "" for one in own}):
        if name not in groups or groups[name].mode not in {"stack", "in sequence"}:
            continue
        adds = groups[name].mode == "stack" and desk.policy.percentages == "additive"
        first = begin + len(found)
        for one in by_precedence(one for one in own if one.promotion.group == name):
            onto = first if adds else begin + len(found)
            found.append(Arena((one,), False, True, onto))
    return found

"""Finds circles among names that use one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Circle:
    """A shortest way from the first name back to itself, both ends included.

    `tangle` holds every name that uses itself by way of the first one, and is used by it.
    """

    way: tuple[str, ...]
    tangle: frozenset[str]


def find_circles(uses: Mapping[str, Sequence[str]]) -> tuple[Circle, ...]:
    """Return one circle of every tangle, through its first name in the alphabet; none where there is no circle."""
    tangles = (tangle for tangle in _components(uses) if len(tangle) > 1 or tangle[0] in uses.get(tangle[0], ()))
    return tuple(sorted((_circle(frozenset(tangle), uses) for tangle in tangles), key=lambda circle: circle.way))


def _circle(tangle: frozenset[str], uses: Mapping[str, Sequence[str]]) -> Circle:
    """Go breadth first from the first name until it comes up again."""
    start = min(tangle)
    came_from: dict[str, str] = {}
    wave = [start]
    while start not in came_from:
        following: list[str] = []
        for name in wave:
            for used in uses[name]:
                if used in tangle and used not in came_from:
                    came_from[used] = name
                    following.append(used)
        wave = following
    way = [start, came_from[start]]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return Circle(tuple(reversed(way)), tangle)


def _components(uses: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield the strongly connected components (Tarjan 1972), without recursion."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in sorted(uses):
        path = [] if root in number else [(root, iter(uses[root]))]
        while path:
            name, rest = path[-1]
            if name not in number:
                number[name] = lowest[name] = len(number)
                stack.append(name)
                on_stack.add(name)
            following = next((used for used in rest if used in uses and (used not in number or used in on_stack)), None)
            if following is not None and following not in number:
                path.append((following, iter(uses[following])))
            elif following is not None:
                lowest[name] = min(lowest[name], number[following])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[name])
                if lowest[name] == number[name]:
                    cut = stack.index(name) if stack[-1] != name else len(stack) - 1
                    yield stack[cut:]
                    on_stack.difference_update(stack[cut:])
                    del stack[cut:]

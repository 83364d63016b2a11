"""Finds circles among names that use one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def find_circle(start: str, uses: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return a shortest way from a name back to itself, both ends included; empty where there is none."""
    came_from: dict[str, str] = {}
    wave = [start]
    while wave:
        following: list[str] = []
        for name in wave:
            for used in uses.get(name, ()):
                if used == start:
                    return _way_back(start, name, came_from)
                if used not in came_from:
                    came_from[used] = name
                    following.append(used)
        wave = following
    return ()


def _way_back(start: str, last: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    way = [last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return (*reversed(way), start)

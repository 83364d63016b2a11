"""The preferred minimal conflict: of all minimal refuted subsets the one whose last item comes earliest, and so on.

The subset that QuickXplain returns (Junker, QuickXplain, AAAI 2004), found from its last item to its
first: the item that completes the shortest refuted prefix is in every conflict of that prefix. What a
refutation used bounds the prefix from above, so that few of them are asked about.
"""

from __future__ import annotations

from collections.abc import Callable

Ask = Callable[[int, tuple[int, ...]], frozenset[int] | None]
"""Says which places a refutation used of a prefix of so many items and of those that are kept; None where there is none."""

PATIENCE = 3
"""After so many refutations in a row that shorten little the prefix is halved instead."""


def preferred_subset(ask: Ask, used: frozenset[int]) -> tuple[int, ...]:
    """Return the places of the preferred minimal conflict among some items, given what one refutation of all used."""
    kept: tuple[int, ...] = ()
    end = _end(used, kept)
    while end > 0:
        end, used = _shortest(kept, end, used, ask)
        if end > 0:
            kept = (end - 1, *kept)
            end = _end(used, kept)
    return kept


def _end(used: frozenset[int], kept: tuple[int, ...]) -> int:
    """Return how long a prefix is refuted together with the places that are kept, after what a refutation used."""
    return max(used.difference(kept), default=-1) + 1


def _shortest(kept: tuple[int, ...], end: int, used: frozenset[int], ask: Ask) -> tuple[int, frozenset[int]]:
    """Return the length of the shortest refuted prefix and what its refutation used, given that ``end`` is enough."""
    open_from, refuted = 0, 0
    while open_from < end:
        middle = end - 1 if refuted < PATIENCE else (open_from + end - 1) // 2
        found = ask(middle, kept)
        if found is None:
            open_from = middle + 1
        else:
            end, used, refuted = _end(found, kept), found, refuted + 1
    return end, used

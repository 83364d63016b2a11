"""What a peer does: it takes a grid once, and then answers what a click leaves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Chosen = Mapping[int, int]
"""The index chosen, by variable."""
Found = list[set[int]]
"""Indices found valid, by visible variable; all empty where there is no configuration."""


class OutOfTime(Exception):  # noqa: N818 - the name says what happened
    """The click's time is over before all is known."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a click's time is over."""

    moment: float

    @property
    def left(self) -> float:
        """The seconds left, 0 at least."""
        return max(0.0, self.moment - time.monotonic())

    def check(self) -> None:
        """Raise `OutOfTime` once it is over."""
        if time.monotonic() > self.moment:
            raise OutOfTime


class Peer(Protocol):
    """One prepared peer; `answers` says what its answer to a click is."""

    @property
    def answers(self) -> str:
        """Either "all valid values", or "one configuration"."""

    def click(self, chosen: Chosen, deadline: Deadline) -> Found:
        """Answer a click; `OutOfTime` where that takes too long."""


ALL = "all valid values"
ONE = "one configuration"

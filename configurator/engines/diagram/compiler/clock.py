"""The time that a compilation has: every part of it that may take long looks here now and then."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


class OutOfTime(Exception):  # noqa: N818 - the name says what happened
    """The time for compiling is over."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Runs from when it is made for so many seconds."""

    seconds: float
    _began: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Say whether no time is left; none at all where there are 0 seconds."""
        return time.monotonic() - self._began >= self.seconds

    def check(self) -> None:
        """Raise `OutOfTime` where no time is left."""
        if self.is_over:
            raise OutOfTime

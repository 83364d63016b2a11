"""What is known of a configuration when an expression is evaluated: values, open values, instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rules.kinds import Scalar


class Unknown(Enum):
    """The value depends on choices that are still open."""

    UNKNOWN = "unknown"


class Absent(Enum):
    """The value of an instance that does not exist."""

    ABSENT = "absent"


UNKNOWN: Final = Unknown.UNKNOWN
ABSENT: Final = Absent.ABSENT

Outcome = Scalar | Unknown | Absent
Ternary = bool | Unknown
Record = Mapping[str, object]
Environment = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Instances:
    """The instances of a part while their number is open: at least `low`, at most `high`.

    `records` holds what is known of the first ones, should they exist; of the others nothing is known.
    """

    low: int
    high: int
    records: tuple[Record, ...] = ()

    def existence(self, index: int) -> Ternary:
        """Say whether an instance exists."""
        return True if index < self.low else False if index >= self.high else UNKNOWN

    def record(self, index: int) -> Record:
        """Return what is known of one instance, should it exist."""
        return self.records[index] if index < len(self.records) else {}

    def __iter__(self) -> Iterator[tuple[Ternary, Record]]:
        """Give each instance that may exist: whether it does, and what is known of it."""
        return ((self.existence(index), self.record(index)) for index in range(self.high))


@dataclass(frozen=True, slots=True)
class Bound(Mapping[str, object]):
    """An environment with one name more; the others stay uncomputed until asked for."""

    name: str
    value: object
    outer: Environment

    def __getitem__(self, name: str) -> object:
        """Return a value."""
        return self.value if name == self.name else self.outer[name]

    def __iter__(self) -> Iterator[str]:
        """Give all names."""
        return iter(dict.fromkeys((self.name, *self.outer)))

    def __len__(self) -> int:
        """Count the names."""
        return len(dict.fromkeys((self.name, *self.outer)))

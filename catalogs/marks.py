"""What every declaration carries: a label for people, and the days on which it is in effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Label:
    """A text for people: as declared, and its translations by language."""

    text: str
    translations: Mapping[str, str] = field(default_factory=dict)

    def read(self, language: str = "") -> str:
        """Return the text in a language; as declared where there is no translation."""
        return self.translations.get(language, self.text)


@dataclass(frozen=True, slots=True)
class Effectivity:
    """The days on which something is in effect, both ends included; None is open."""

    start: date | None = None
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the day lies within."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


ALWAYS = Effectivity()

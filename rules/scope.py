"""The names an expression may use, and the state of reading one expression."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from rules.diagnostics import Diagnostic, Span
from rules.kinds import Collection, Enumeration, Kind, Record

_DEEPEST = 120


@dataclass(frozen=True, slots=True)
class Scope:
    """What a name means here: options, lets, parts, binders, ``customer``, ``line``, ``quote``, by their kinds.

    Choices are not in it: they are read against the operand they face (see `rules.naming`).
    """

    names: Mapping[str, Kind] = field(default_factory=dict)

    def find(self, name: str) -> Kind | None:
        """Return the kind of a name, None where it means nothing."""
        return self.names.get(name)

    def bind(self, name: str, kind: Kind) -> Scope:
        """Return this scope with one name more, such as the binder of ``all b in bags``."""
        return Scope({**self.names, name: kind})

    def lists(self) -> Iterator[Enumeration]:
        """Give every list of choices that some name here is of, also through records and parts."""
        for kind in self.names.values():
            yield from _lists(kind)


def _lists(kind: Kind) -> Iterator[Enumeration]:
    if isinstance(kind, Enumeration):
        yield kind
    elif isinstance(kind, Collection):
        yield from _lists(kind.element)
    elif isinstance(kind, Record):
        for inner in kind.fields.values():
            yield from _lists(inner)


NOTHING = Scope()


@dataclass(frozen=True, slots=True)
class Reading:
    """One expression being read: its scope, the problems found so far, and what surrounds the present node."""

    scope: Scope
    problems: list[Diagnostic]
    rounded: bool = False
    column_units: bool = False
    depth: int = 0

    def report(
        self, code: str, span: Span, message: str, hint: str = "", related: tuple[tuple[Span, str], ...] = ()
    ) -> None:
        """Note a problem."""
        self.problems.append(Diagnostic(code, span, message, hint, related))

    def deeper(self, span: Span) -> Reading | None:
        """Return the reading of an operand; None, with a problem, where the nesting has no end in sight."""
        if self.depth >= _DEEPEST:
            self.report("too-deep", span, f"more than {_DEEPEST} expressions stand inside one another")
            return None
        return replace(self, depth=self.depth + 1)

    def rounding(self) -> Reading:
        """Return the reading of something that will be rounded: there a division may have any divisor."""
        return replace(self, rounded=True)

    def bind(self, name: str, kind: Kind) -> Reading:
        """Return the reading with one name more."""
        return replace(self, scope=self.scope.bind(name, kind))

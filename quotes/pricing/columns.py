"""Large quotes as columns: the numbers of a phase for all lines at once, and the steps of a line when somebody looks.

A phase in columns computes the exact price of every line as the phase on rows does, and leaves an `Act`: the phase on
rows for one line. A draft is written by these acts from its list price on; what they arrive at must be what the
columns hold. So a record of ten thousand lines costs what its numbers cost, and says the same as one made by rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import overload

import numpy as np

from quotes.pricing.context import Line
from quotes.pricing.listing import Listing
from quotes.pricing.ratios import WIDE, Integers, Maps, Ratios, narrow, size_of
from quotes.pricing.record import MICROS
from quotes.pricing.sheet import Desk, Draft

FROM = 8
"""From so many lines on a quote is priced in columns."""

Act = Callable[[Draft, int], Draft]
"""What a phase does to the draft of the line at a position: its steps, and its numbers again."""


class Disagreement(ArithmeticError):  # noqa: N818 - the name says what happened
    """The steps of a line do not lead to the amounts of its columns: a fault of the engine, never to be hidden."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns(Sequence[Draft]):
    """The drafts of one quote, or of many beside each other: `starts` are the positions where quotes begin.

    `numbers` are those of the configurations in the `listing`, `exact` the unit prices in micros, `whole` marks those
    that are averages (empty: none is). `listed` and `net` are set by "extend".
    """

    desk: Desk
    listing: Listing
    lines: Sequence[Line]
    numbers: Integers
    quantities: Integers
    exact: Ratios
    starts: Integers
    whole: Integers = field(default_factory=lambda: _NONE)
    acts: tuple[Act, ...] = ()
    listed: Integers | None = None
    net: Integers | None = None
    _known: dict[int, Draft] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.lines)

    @overload
    def __getitem__(self, position: int) -> Draft: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Draft, ...]: ...
    def __getitem__(self, position: int | slice) -> Draft | tuple[Draft, ...]:
        """Return the draft of a line as the phases so far leave it."""
        if isinstance(position, slice):
            return tuple(self[one] for one in range(*position.indices(len(self))))
        place = position + len(self) if position < 0 else position
        if not 0 <= place < len(self):
            raise IndexError(position)
        if place not in self._known:
            self._known[place] = self._written(place)
        return self._known[place]

    def __iter__(self) -> Iterator[Draft]:
        """Give all drafts."""
        return (self[position] for position in range(len(self)))

    def _written(self, place: int) -> Draft:
        draft = self.listing.entries[int(self.numbers[place])].on(self.lines[place])
        for act in self.acts:
            draft = act(draft, place)
        exact = self.exact.at(place)
        if draft.exact * MICROS != exact or (self.net is not None and draft.net != self.net[place]):
            raise Disagreement(f"line {draft.line.id}: {draft.exact}, {draft.net}; in columns {exact / MICROS}")
        return draft

    def then(self, act: Act, exact: Ratios | None = None) -> Columns:
        """Return the columns after a phase."""
        return replace(self, acts=(*self.acts, act), exact=self.exact if exact is None else exact, _known={})

    def settled(self) -> Columns:
        """Return the columns with unit prices rounded as the policy says, for phases that end with that."""
        grain = self.desk.grain
        if grain is None:
            return self
        rounded = Ratios.whole(narrow(self.exact.rounded(self.desk.policy.rounding, grain)))
        if len(self.whole):
            averages = np.flatnonzero(self.whole)
            rounded = rounded.put(averages, self.exact.take(averages))
        return replace(self, exact=rounded)

    def with_whole(self, averages: Integers) -> Columns:
        """Return the columns with more lines marked whose price is an average."""
        marked = averages if not len(self.whole) else self.whole | averages
        return replace(self, whole=marked if marked.any() else _NONE)

    def mapped(self, maps: Maps, act: Act, *, settle: bool = True) -> Columns:
        """Return the columns after an affine map of every line's price, given by line."""
        after = self.then(act, self.exact.mapped(maps))
        return after.settled() if settle else after

    def with_drafts(self, drafts: Mapping[int, Draft], act: Act) -> Columns:
        """Return the columns after a phase that changes the unit prices of a few lines, given by position."""
        places = np.array(list(drafts), dtype=np.int64)
        found = Ratios.of([draft.exact * MICROS for draft in drafts.values()])
        marked = self.whole.copy() if len(self.whole) else np.zeros(len(self), dtype=bool)
        marked[places] = [draft.whole for draft in drafts.values()]
        after = self.then(act, self.exact.put(places, found))
        return replace(after, whole=marked if marked.any() else _NONE)

    def amounts(self, prices: Ratios) -> Integers:
        """Return unit prices in micros times the quantities, rounded to minor units as the policy says."""
        times = prices.times(self.quantities, size_of(self.quantities), Fraction(self.desk.minor, MICROS))
        return narrow(times.rounded(self.desk.policy.rounding))

    @property
    def quote_of(self) -> Integers:
        """The number of the quote that each line is in."""
        sizes = np.diff(np.append(self.starts, len(self)))
        return np.repeat(np.arange(len(self.starts)), sizes)


_NONE: Integers = np.zeros(0, dtype=bool)


def net_amounts(drafts: Sequence[Draft]) -> list[int]:
    """Return the net amounts of lines that are extended, in minor units."""
    if isinstance(drafts, Columns) and drafts.net is not None:
        found: list[int] = drafts.net.tolist()
        return found
    return [draft.net for draft in drafts]


def sums_of(drafts: Sequence[Draft]) -> tuple[int, int]:
    """Return the sums of the list amounts and of the net amounts of lines that are extended, in minor units."""
    if isinstance(drafts, Columns) and drafts.net is not None and drafts.listed is not None:
        return _total(drafts.listed), _total(drafts.net)
    return sum(draft.list for draft in drafts), sum(draft.net for draft in drafts)


def _total(column: Integers) -> int:
    if column.dtype == object or size_of(column) * len(column) >= WIDE:
        return sum(column.tolist())
    return int(column.sum())

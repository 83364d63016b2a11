"""The lines of the record: written by the steps of a draft, in columns only those that somebody looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from quotes.pricing.columns import Columns
from quotes.pricing.record import PricedLine
from quotes.pricing.rounding import half_away
from quotes.pricing.sheet import Desk, Draft


def priced_line(desk: Desk, draft: Draft) -> PricedLine:
    """Return the record of one line."""
    quantity = draft.line.quantity
    cost = None if draft.cost is None else half_away(draft.cost * quantity * desk.minor)
    return PricedLine(
        draft.line.id, quantity, draft.list_unit, draft.unit, draft.list, draft.net, draft.list - draft.net,
        draft.tax_category, draft.tax_rate, draft.steps, cost, draft.allocated, draft.periods, draft.tax,
    )  # fmt: skip


class PricedLines(Sequence[PricedLine]):
    """The lines of a quote in columns, from `start` up to, not including, `stop`.

    They are equal to any sequence of equal lines, and are pickled as a tuple of them.
    """

    __slots__ = ("_columns", "_known", "_places")

    def __init__(self, columns: Columns, start: int = 0, stop: int | None = None) -> None:
        self._columns = columns
        self._places = range(start, len(columns) if stop is None else stop)
        self._known: dict[int, PricedLine] = {}

    @property
    def columns(self) -> Columns:
        """The columns that hold the amounts of the lines."""
        return self._columns

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._places)

    @overload
    def __getitem__(self, position: int) -> PricedLine: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[PricedLine, ...]: ...
    def __getitem__(self, position: int | slice) -> PricedLine | tuple[PricedLine, ...]:
        """Return a line with its steps."""
        if isinstance(position, slice):
            return tuple(self._line(place) for place in self._places[position])
        return self._line(self._places[position])

    def _line(self, place: int) -> PricedLine:
        if place not in self._known:
            self._known[place] = priced_line(self._columns.desk, self._columns[place])
        return self._known[place]

    def __iter__(self) -> Iterator[PricedLine]:
        """Give all lines."""
        return map(self._line, self._places)

    def __eq__(self, other: object) -> bool:
        """Compare line by line with a sequence of lines."""
        if other is self:
            return True
        if not isinstance(other, PricedLines | tuple):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        """Return the hash of the lines as a tuple."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Write the lines as a tuple of them is written."""
        return repr(tuple(self))

    def __reduce__(self) -> tuple[type[tuple[PricedLine, ...]], tuple[list[PricedLine]]]:
        """Be pickled as a tuple: a record outlives the desk that it was made on."""
        return tuple, (list(self),)


def recorded(desk: Desk, drafts: Sequence[Draft]) -> Sequence[PricedLine]:
    """Return the lines of a record."""
    if isinstance(drafts, Columns):
        return PricedLines(drafts)
    return tuple(priced_line(desk, draft) for draft in drafts)

"""The lines of a quote as they are laid out before any phase, and their way to list prices, by rows or in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from quotes.pricing.columns import FROM, Columns
from quotes.pricing.context import Line
from quotes.pricing.listing import Listed, listing
from quotes.pricing.ratios import Integers, integers
from quotes.pricing.record import Unpriced
from quotes.pricing.sheet import Desk, Draft, Sheet

MOST = 2**40
"""So many units in all have quantities in columns."""


@dataclass(frozen=True, slots=True, eq=False)
class Laid(Sequence[Draft]):
    """Lines without any price yet. A draft is made when a phase looks at it, which few do before there is a price.

    `numbers` and `quantities` are those of the lines where they are known already; `starts` as in columns.
    """

    desk: Desk
    lines: Sequence[Line]
    numbers: Integers | None = None
    quantities: Integers | None = None
    starts: tuple[int, ...] = (0,)

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.lines)

    @overload
    def __getitem__(self, position: int) -> Draft: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Draft, ...]: ...
    def __getitem__(self, position: int | slice) -> Draft | tuple[Draft, ...]:
        """Return a draft that knows its line alone."""
        if isinstance(position, slice):
            return tuple(map(self._draft, self.lines[position]))
        return self._draft(self.lines[position])

    def __iter__(self) -> Iterator[Draft]:
        """Give all drafts."""
        return map(self._draft, self.lines)

    def _draft(self, line: Line) -> Draft:
        return Draft(line, self.desk.kept(listing).find(line).draft.place)


def product_names(desk: Desk) -> frozenset[str]:
    """Return the names of the products."""
    return frozenset(product.name for product in desk.catalog.products)


def lay_out(desk: Desk, lines: Sequence[Line], numbers: Integers | None = None) -> Sheet:
    """Return the sheet that the first phase gets: lines of products that there are, at quantities that there are.

    `numbers` are those of the configurations of the lines, where they are known already.
    """
    known = desk.kept(product_names)
    quantities = [line.quantity for line in lines]
    if known.issuperset([line.product for line in lines]) and (not lines or min(quantities) >= 1):
        column = None if numbers is None or sum(quantities) >= MOST else integers(quantities)
        return Sheet(Laid(desk, lines, numbers, column))
    unpriced = []
    for line in lines:
        if line.product not in known:
            unpriced.append(Unpriced(line.id, f"the catalog has no product {line.product}"))
        elif line.quantity < 1:
            unpriced.append(Unpriced(line.id, f"a quantity of {line.quantity} has no price"))
    good = tuple(line for line in lines if line.product in known and line.quantity >= 1)
    return Sheet(Laid(desk, good), unpriced=tuple(unpriced))


def list_prices(desk: Desk, sheet: Sheet) -> Sheet:
    """Do the phases "base" and "configure": every distinct configuration once, every line by its configuration."""
    drafts = sheet.drafts
    laid = drafts if isinstance(drafts, Laid) else Laid(desk, [draft.line for draft in drafts])
    if len(laid) >= FROM and (laid is drafts or not any(draft.steps for draft in drafts)):
        columns = _columns(laid)
        if columns is not None:
            return _priced_only(sheet, columns)
    return _rows(desk, sheet, laid)


def _rows(desk: Desk, sheet: Sheet, laid: Laid) -> Sheet:
    book, drafts, unpriced = desk.kept(listing), [], list(sheet.unpriced)
    noted = [()] * len(laid) if laid is sheet.drafts else [draft.steps for draft in sheet.drafts]
    for line, steps in zip(laid.lines, noted, strict=True):
        found = book.find(line)
        if found.reason:
            unpriced.append(Unpriced(line.id, found.reason))
        else:
            draft = found.on(line)
            drafts.append(replace(draft, steps=(*steps, *draft.steps)) if steps else draft)
    return replace(sheet, drafts=tuple(drafts), unpriced=tuple(unpriced))


def _columns(laid: Laid) -> Columns | None:
    book = laid.desk.kept(listing)
    numbers = book.numbers(laid.lines) if laid.numbers is None else laid.numbers
    quantities = laid.quantities
    if quantities is None:
        stated = [line.quantity for line in laid.lines]
        if sum(stated) >= MOST:
            return None
        quantities = integers(stated)
    starts = np.array(laid.starts, dtype=np.int64)
    return Columns(laid.desk, book, laid.lines, numbers, quantities, book.exact().take(numbers), starts)


def _priced_only(sheet: Sheet, columns: Columns) -> Sheet:
    """Take the lines without a price off the columns."""
    priced = columns.listing.column(is_priced)[columns.numbers].astype(bool)
    if priced.all():
        return replace(sheet, drafts=columns)
    entries = columns.listing.entries
    lost = [columns.lines[place] for place in np.flatnonzero(~priced).tolist()]
    reasons = [entries[number].reason for number in columns.numbers[~priced].tolist()]
    unpriced = (Unpriced(line.id, reason) for line, reason in zip(lost, reasons, strict=True))
    kept = np.flatnonzero(priced)
    rest = replace(
        columns,
        lines=tuple(columns.lines[place] for place in kept.tolist()),
        numbers=columns.numbers[kept],
        quantities=columns.quantities[kept],
        exact=columns.exact.take(kept),
    )
    return replace(sheet, drafts=rest, unpriced=(*sheet.unpriced, *unpriced))


def is_priced(desk: Desk, one: Listed) -> int:
    """Say whether a configuration has a price."""
    del desk
    return int(not one.reason)

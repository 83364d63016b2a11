"""The phases "extend" and "tax" in columns: amounts of all lines at once, and the tax of every group of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from quotes.pricing.allocation import portions
from quotes.pricing.closing import extend, totals
from quotes.pricing.columns import Columns
from quotes.pricing.listing import Listed
from quotes.pricing.ratios import WIDE, Integers, Ratios, size_of, wide
from quotes.pricing.record import TaxGroup, Totals
from quotes.pricing.rounding import rounded
from quotes.pricing.sheet import Desk, Draft, Sheet
from quotes.pricing.tax import TaxClass, tax, tax_of


def extend_columns(desk: Desk, sheet: Sheet) -> Sheet:
    """Multiply the unit prices by the quantities and round each line once to minor units."""
    columns = sheet.drafts
    if not isinstance(columns, Columns):
        raise TypeError(columns)
    listed = columns.amounts(columns.listing.exact().take(columns.numbers))
    net = columns.amounts(columns.exact)
    after = columns.then(lambda draft, _: extend(desk, draft))
    return replace(sheet, drafts=replace(after, listed=listed, net=net))


def tax_columns(desk: Desk, sheet: Sheet) -> Sheet:
    """Tax every group of lines; what falls on a single line, for display, is worked out when somebody looks at one."""
    columns = sheet.drafts
    if not isinstance(columns, Columns) or columns.net is None or sheet.document:
        return tax(desk, sheet)
    found = Taxed.of(columns)
    if found is None:
        return tax(desk, sheet)
    return replace(sheet, drafts=columns.then(found), taxes=found.groups(0))


def _classes(desk: Desk) -> list[TaxClass]:
    """Return the classes of products met so far on a desk."""
    del desk
    return []


def class_of(desk: Desk, one: Listed) -> int:
    """Return the number of the tax class of a configuration."""
    known, found = desk.kept(_classes), TaxClass.of(tax_of(desk, one.draft.line.product))
    if found not in known:
        known.append(found)
    return known.index(found)


@dataclass(slots=True)
class Taxed:
    """The taxes of one quote or of many side by side: for every class how many lines, their sum and their tax, by quote.

    As an act it puts a line into its class, with what of the tax falls on it.
    """

    desk: Desk
    columns: Columns
    net: Integers
    classes: Integers
    counts: dict[int, list[int]] = field(default_factory=dict)
    bases: dict[int, list[int]] = field(default_factory=dict)
    dues: dict[int, list[int]] = field(default_factory=dict)
    _shares: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Columns) -> Taxed | None:
        """Tax the lines; None where one category and rate stands under two codes, which rows tell apart."""
        if columns.net is None:
            return None
        classes = columns.listing.column(class_of)[columns.numbers]
        found = cls(columns.desk, columns, columns.net, classes)
        kinds = found.desk.kept(_classes)
        present = np.flatnonzero(np.bincount(classes)).tolist()
        order = sorted(present, key=lambda number: (kinds[number].category, kinds[number].rate))
        if len({(kinds[number].category, kinds[number].rate) for number in present}) < len(present):
            return None
        for number in order:
            found.add(number, alone=len(order) == 1)
        return found

    def add(self, number: int, *, alone: bool) -> None:
        """Tax the lines of one class, which are all lines where it is alone."""
        starts, kind = self.columns.starts, self.desk.kept(_classes)[number]
        of_class = np.ones(len(self.net), dtype=np.int64) if alone else (self.classes == number).astype(np.int64)
        amounts = self.net if alone else self.net * of_class
        bases = _sums(amounts, starts)
        if self.desk.policy.tax_per == "line":
            dues = _sums(_times(amounts, _ratio(self.desk, kind)).rounded(self.desk.policy.rounding), starts)
        else:
            dues = _times(bases, _ratio(self.desk, kind)).rounded(self.desk.policy.rounding)
        self.counts[number] = _sums(of_class, starts).tolist()
        self.bases[number] = bases.tolist()
        self.dues[number] = dues.tolist()

    def groups(self, quote: int) -> tuple[TaxGroup, ...]:
        """Return the groups of a quote, by category and rate."""
        kinds, inclusive = self.desk.kept(_classes), self.desk.policy.tax == "inclusive"
        found = []
        for number, counts in self.counts.items():
            if counts[quote]:
                kind, due = kinds[number], self.dues[number][quote]
                base = self.bases[number][quote] - (due if inclusive else 0)
                found.append(TaxGroup(kind.category, kind.rate, base, due, kind.code, kind.reason))
        return tuple(found)

    def __call__(self, draft: Draft, position: int) -> Draft:
        """Return the draft of the line at a position in its class."""
        number = int(self.classes[position])
        if position not in self._shares:
            self._share_out(position, number)
        kind = self.desk.kept(_classes)[number]
        return replace(draft, tax_category=kind.category, tax_rate=kind.rate, tax=self._shares[position])

    def _share_out(self, position: int, number: int) -> None:
        """Work out what falls on each line of the group that a line is in."""
        starts = self.columns.starts
        quote = int(np.searchsorted(starts, position, side="right")) - 1
        start = int(starts[quote])
        stop = int(starts[quote + 1]) if quote + 1 < len(starts) else len(self.net)
        places = (start + np.flatnonzero(self.classes[start:stop] == number)).tolist()
        amounts: list[int] = self.net[places].tolist()
        ratio = _ratio(self.desk, self.desk.kept(_classes)[number])
        if self.desk.policy.tax_per == "line":
            shares = [rounded(amount * ratio, self.desk.policy.rounding) for amount in amounts]
        else:
            shares = portions(self.dues[number][quote], amounts, ratio.numerator, ratio.denominator)
        self._shares.update(zip(places, shares, strict=True))


def _sums(column: Integers, starts: Integers) -> Integers:
    """Return the exact sums of a column by quote."""
    if column.dtype != object and size_of(column) * len(column) >= WIDE:
        column = wide(column)
    return np.add.reduceat(column, starts)


def _times(amounts: Integers, ratio: Fraction) -> Ratios:
    return Ratios.whole(amounts).times(np.ones(len(amounts), dtype=np.int64), 1, ratio)


def _ratio(desk: Desk, kind: TaxClass) -> Fraction:
    return kind.rate / (1 + kind.rate) if desk.policy.tax == "inclusive" else kind.rate


def closed_columns(columns: Columns) -> Iterator[tuple[tuple[TaxGroup, ...], Totals, Columns]]:
    """Yield taxes and totals of every quote side by side, and the columns of all of them; they are taxed by groups."""
    found = Taxed.of(columns)
    if found is None or columns.listed is None or columns.net is None:
        raise TypeError(columns)
    after = columns.then(found)
    listed: list[int] = _sums(columns.listed, columns.starts).tolist()
    net: list[int] = _sums(columns.net, columns.starts).tolist()
    for quote in range(len(columns.starts)):
        taxes = found.groups(quote)
        yield taxes, totals(columns.desk, listed[quote], net[quote], taxes), after

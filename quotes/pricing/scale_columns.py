"""The phase "scale" in columns: every tier as an affine map of the unit price, found for all lines by one search.

The amount of a quantity within a tier grows by the same with every unit, so that two looks at the tier give its map.
What is not so simple (several scales on a line, bounds, packages without end) is asked line by line of the phase on rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np

from catalogs.model import Scale
from configurator.passes import mentioned
from quotes.pricing.columns import Act, Columns
from quotes.pricing.listing import Listed
from quotes.pricing.ratios import WIDE, Integers, Maps, integers, size_of, wide
from quotes.pricing.record import MICROS
from quotes.pricing.scales import Counts, averages, effect_of, holding, scaled, scales_by_product
from quotes.pricing.sheet import Desk, Draft, Sheet

Plan = tuple[Scale, ...]
"""The scales that hold for a line, in order of precedence."""

_NEAR = 2**20
_SPAN = 2**40
"""Wider than any quantity in columns: plan and quantity are one number to search for."""


def scale_columns(desk: Desk, sheet: Sheet) -> Sheet:
    """Apply to every line the scale of its product, by the quantity that counts for it."""
    columns = sheet.drafts
    if not isinstance(columns, Columns):
        raise TypeError(columns)
    if not desk.kept(scales_by_product):
        return sheet
    book = desk.kept(Book)
    plans = book.plans(columns)
    return replace(sheet, drafts=_scaled(book.table(), columns, plans)) if plans.any() else sheet


@dataclass(frozen=True, slots=True)
class Piece:
    """Quantities from `low` on within which an amount is ``(a + b q) + (c + d q) x`` of unit price x and quantity q.

    Where it is an average the unit price is that amount divided by q, otherwise q is not in it. `odd` pieces are
    asked of the phase on rows; a piece without effect leaves the price as it is.
    """

    low: int
    fixed: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    rated: tuple[Fraction, Fraction] = (Fraction(1), Fraction(0))
    average: bool = False
    odd: bool = False


@dataclass(frozen=True, slots=True)
class _Table:
    """The pieces of all plans in one order: `keys` are plan and low quantity, the other columns what they say."""

    keys: Integers
    parts: Integers
    over: Integers
    sizes: tuple[int, int]
    average: Integers
    odd: Integers
    basis: Integers
    used: frozenset[str]
    near: Integers
    """The piece of every plan at every quantity up to the last at which one begins; empty where that is far."""

    @classmethod
    def of(cls, plans: Sequence[Plan]) -> _Table:
        """Lay out the plans; a fixed part is in micros, all four parts of a piece are over one number."""
        pieces = [(number, piece) for number, plan in enumerate(plans) for piece in pieces_of(plan)]
        parts, over = [], []
        for _, piece in pieces:
            four = [*(part * MICROS for part in piece.fixed), *piece.rated]
            under = lcm(*(part.denominator for part in four))
            over.append(under)
            parts.append([int(part * under) for part in four])
        flat = integers([part for row in parts for part in row])
        keys = np.array([number * _SPAN + piece.low for number, piece in pieces], dtype=np.int64)
        last = max(piece.low for _, piece in pieces)
        grid = np.arange(len(plans))[:, None] * _SPAN + np.arange(last + 1 if last * len(plans) < _NEAR else 0)
        return cls(
            keys,
            flat.reshape(-1, 4),
            integers(over),
            (size_of(flat), max(over)),
            np.array([piece.average for _, piece in pieces], dtype=bool),
            np.array([piece.odd for _, piece in pieces], dtype=bool),
            np.array([_BASES.index(plan[0].over) if plan else 0 for plan in plans], dtype=np.int64),
            frozenset(one.over for plan in plans for one in plan),
            np.searchsorted(keys, grid, side="right") - 1,
        )

    def rows(self, plans: Integers, counted: Integers) -> Integers:
        """Return the piece of every line, by its plan and the quantity that counts for it."""
        found: Integers
        if self.near.size:
            found = self.near[plans, np.minimum(counted, self.near.shape[1] - 1)]
        else:
            found = np.searchsorted(self.keys, plans * _SPAN + counted, side="right") - 1
        return found

    def maps(self, rows: Integers, counted: Integers, average: Integers) -> Maps:
        """Return the map of every line, from the row of its piece and the quantity that counts for it."""
        part, under = self.sizes
        size = size_of(counted)
        sizes = (part * (1 + size), part * (1 + size), under * max(size, 1))
        if max(sizes) >= WIDE:
            counted = wide(counted)
        linear = [
            self.parts[rows, first] + self.parts[rows, first + 1] * counted
            if self.parts[:, first + 1].any()
            else self.parts[rows, first]
            for first in (0, 2)
        ]
        over = self.over[rows]
        return Maps(linear[1], linear[0], over * np.where(average, counted, 1) if average.any() else over, sizes)


_BASES = ("line", "family", "quote")


class Book:
    """The plans that lines of a desk follow, numbered; 0 is no scale at all."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._numbers: dict[Plan, int] = {(): 0}
        self._table: _Table | None = None
        asking = (
            one.when for scales in desk.kept(scales_by_product).values() for one in scales if one.when is not None
        )
        self._asks = any("quantity" in mentioned(when) for when in asking)
        self._known: dict[tuple[int, int], int] = {}

    def number(self, desk: Desk, draft: Draft) -> int:
        """Return the number of the plan of a line."""
        return self._numbers.setdefault(holding(desk, draft), len(self._numbers))

    def plans(self, columns: Columns) -> Integers:
        """Return the number of every line's plan; only a condition on the quantity makes lines of one configuration differ."""
        if not self._asks:
            return columns.listing.column(plan_of)[columns.numbers]
        pairs = zip(columns.numbers.tolist(), columns.lines, strict=True)
        found = []
        for number, line in pairs:
            key = (number, line.quantity)
            if key not in self._known:
                self._known[key] = self.number(self._desk, columns.listing.entries[number].on(line))
            found.append(self._known[key])
        return np.array(found, dtype=np.int64)

    def table(self) -> _Table:
        """Return the pieces of all plans known so far."""
        if self._table is None or len(self._table.basis) < len(self._numbers):
            self._table = _Table.of(tuple(self._numbers))
        return self._table


def plan_of(desk: Desk, one: Listed) -> int:
    """Return the number of the plan of a configuration, where no condition asks for the quantity."""
    return 0 if one.reason else desk.kept(Book).number(desk, one.draft)


def pieces_of(plan: Plan) -> Iterator[Piece]:
    """Yield the pieces of a plan in order, from a quantity of nothing on."""
    if not plan:
        yield Piece(0)
        return
    (one, *others) = plan
    last = max(one.tiers, key=lambda tier: tier.low, default=None)
    endless = one.method == "package" and last is not None and last.high is not None
    if others or one.minimum is not None or one.maximum is not None or endless:
        yield Piece(0, odd=True)
        return
    ends = {tier.high + 1 for tier in one.tiers if tier.high is not None}
    lows = sorted({1, *ends, *(max(1, tier.low) for tier in one.tiers)})
    yield Piece(0)
    for low, after in zip(lows, [*lows[1:], None], strict=True):
        yield _piece(one, low, after)


def _piece(one: Scale, low: int, after: int | None) -> Piece:
    if effect_of(one, low, Fraction(1)) is None:
        return Piece(low)
    if not averages(one):
        fixed = _unit(one, low, 0)
        return Piece(low, (fixed, Fraction(0)), (_unit(one, low, 1) - fixed, Fraction(0)))
    fixed, rated = _amount(one, low)
    more_fixed, more_rated = (Fraction(0), Fraction(0))
    if after is None or after > low + 1:
        next_fixed, next_rated = _amount(one, low + 1)
        more_fixed, more_rated = next_fixed - fixed, next_rated - rated
    return Piece(low, (fixed - low * more_fixed, more_fixed), (rated - low * more_rated, more_rated), average=True)


def _unit(one: Scale, quantity: int, price: int) -> Fraction:
    effect = effect_of(one, quantity, Fraction(price))
    return Fraction(price) if effect is None else effect.on(Fraction(price))


def _amount(one: Scale, quantity: int) -> tuple[Fraction, Fraction]:
    fixed = _unit(one, quantity, 0) * quantity
    return fixed, _unit(one, quantity, 1) * quantity - fixed


def _counted(columns: Columns, table: _Table) -> Mapping[str, Integers]:
    """Return the quantities that count for every line, by what some scale counts them over."""
    quotes = columns.quote_of
    counts = {"line": columns.quantities}
    if "family" in table.used:
        products = columns.listing.column(product_of)[columns.numbers]
        counts["family"] = _summed(quotes * (int(products.max()) + 1) + products, columns.quantities)
    if "quote" in table.used:
        counts["quote"] = _summed(quotes, columns.quantities)
    return counts


def _summed(groups: Integers, quantities: Integers) -> Integers:
    """Return for every line the sum of the quantities in its group."""
    sums = np.zeros(int(groups.max()) + 1, dtype=np.int64)
    np.add.at(sums, groups, quantities)
    return sums[groups]


def product_of(desk: Desk, one: Listed) -> int:
    """Return a number of the product of a configuration."""
    return desk.kept(_products).setdefault(one.draft.line.product, len(desk.kept(_products)))


def _products(desk: Desk) -> dict[str, int]:
    del desk
    return {}


def _scaled(table: _Table, columns: Columns, plans: Integers) -> Columns:
    counts = _counted(columns, table)
    act = _act(columns.desk, counts)
    basis = table.basis[plans]
    counted = columns.quantities
    for number, name in enumerate(_BASES[1:], 1):
        if name in counts:
            counted = np.where(basis == number, counts[name], counted)
    rows = table.rows(plans, counted)
    average = table.average[rows]
    maps = table.maps(rows, counted, average)
    after = columns.then(act, columns.exact.mapped(maps)).with_whole(average).settled()
    odd = np.flatnonzero(table.odd[rows])
    return _with_odd(after, columns, counts, odd, act) if len(odd) else after


def _act(desk: Desk, counts: Mapping[str, Integers]) -> Act:
    def act(draft: Draft, position: int) -> Draft:
        return scaled(desk, draft, _counts_at(counts, position))

    return act


def _counts_at(counts: Mapping[str, Integers], position: int) -> Counts:
    return {name: int(column[position]) for name, column in counts.items()}


def _with_odd(after: Columns, before: Columns, counts: Mapping[str, Integers], odd: Integers, act: Act) -> Columns:
    """Put the prices in that the phase on rows finds; lines of one configuration and quantity are asked once."""
    known: dict[tuple[object, ...], Draft] = {}
    drafts: dict[int, Draft] = {}
    for position in odd.tolist():
        key = (int(before.numbers[position]), before.exact.at(position), *_counts_at(counts, position).values())
        if key not in known:
            known[key] = act(before[position], position)
        drafts[position] = known[key]
    return replace(after.with_drafts(drafts, act), acts=after.acts)

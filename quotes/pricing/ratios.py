"""Exact ratios in columns: machine integers as long as nothing can overflow, integers of any size where it could.

Every column carries the largest size that its numbers can have, so that a product is known to fit before it is
computed. Where one does not, the column goes on with Python's integers: the same operations, the same results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import cast

import numpy as np
from numpy.typing import NDArray

from catalogs.policy import Rounding

Integers = NDArray[np.int64]
"""A column of integers; of ``object`` where they do not fit into 64 bits."""

WIDE = 2**62
"""Whatever stays below it can be doubled without overflow."""


def integers(values: Sequence[int]) -> Integers:
    """Return a column of integers, of any size."""
    if values and max(*values, -min(values)) >= WIDE:
        return cast("Integers", np.array(values, dtype=object))
    return np.array(values, dtype=np.int64)


def size_of(column: Integers) -> int:
    """Return the largest size of a column's numbers."""
    return max(int(column.max()), -int(column.min())) if len(column) else 0


def wide(column: Integers) -> Integers:
    """Return a column whose numbers can grow without bound."""
    return cast("Integers", column.astype(object))


@dataclass(frozen=True, slots=True)
class Maps:
    """Affine maps ``(slope x + shift) / over``, one a row; `over` is positive. Sizes are the largest of each."""

    slope: Integers
    shift: Integers
    over: Integers
    sizes: tuple[int, int, int]

    @classmethod
    def of(cls, pairs: Sequence[tuple[Fraction, Fraction]]) -> Maps:
        """Return the maps ``x -> a x + b`` of exact pairs ``(a, b)``."""
        overs = [lcm(a.denominator, b.denominator) for a, b in pairs]
        slopes = [int(a * over) for (a, _), over in zip(pairs, overs, strict=True)]
        shifts = [int(b * over) for (_, b), over in zip(pairs, overs, strict=True)]
        sizes = (max(map(abs, slopes), default=0), max(map(abs, shifts), default=0), max(overs, default=1))
        return cls(integers(slopes), integers(shifts), integers(overs), sizes)

    def take(self, rows: Integers) -> Maps:
        """Return the maps of some rows, in their order and as often as they are named."""
        return Maps(self.slope[rows], self.shift[rows], self.over[rows], self.sizes)


@dataclass(frozen=True, slots=True)
class Ratios:
    """A column of exact ratios; `under` None is a column of ones. `top` and `bottom` bound the sizes of both."""

    over: Integers
    under: Integers | None
    top: int
    bottom: int = 1

    @classmethod
    def whole(cls, column: Integers) -> Ratios:
        """Return integers as ratios."""
        return cls(column, None, size_of(column))

    @classmethod
    def of(cls, values: Sequence[Fraction]) -> Ratios:
        """Return a column of exact values."""
        over = integers([value.numerator for value in values])
        under = integers([value.denominator for value in values])
        bottom = size_of(under)
        return cls(over, None if bottom <= 1 else under, size_of(over), bottom)

    def at(self, row: int) -> Fraction:
        """Return one ratio."""
        return Fraction(int(self.over[row]), 1 if self.under is None else int(self.under[row]))

    def take(self, rows: Integers | slice) -> Ratios:
        """Return the ratios of some rows."""
        return Ratios(self.over[rows], None if self.under is None else self.under[rows], self.top, self.bottom)

    def put(self, rows: Integers, other: Ratios) -> Ratios:
        """Return the column with others in some rows."""
        over = self.over.astype(np.result_type(self.over, other.over))
        over[rows] = other.over
        under = self.under
        if other.under is not None or under is not None:
            own = np.ones(len(over), dtype=np.int64) if under is None else under
            under = own.astype(own.dtype if other.under is None else np.result_type(own, other.under))
            under[rows] = 1 if other.under is None else other.under
        return Ratios(over, under, max(self.top, other.top), max(self.bottom, other.bottom))

    def mapped(self, maps: Maps) -> Ratios:
        """Return every ratio after the map of its row."""
        slope, shift, over = maps.sizes
        top, bottom = self.top * slope + self.bottom * shift, self.bottom * over
        here = self._roomy(max(top, bottom))
        shifted = maps.shift if here.under is None else maps.shift * here.under
        under = maps.over if here.under is None else here.under * maps.over
        return Ratios(here.over * maps.slope + shifted, None if bottom == 1 else under, top, bottom)

    def times(self, column: Integers, size: int, factor: Fraction) -> Ratios:
        """Return every ratio times the number of its row, which is of a size, and times a factor for all."""
        up, down = factor.numerator, factor.denominator
        if up > 1 and self.under is None:
            shared = gcd(up, down)
            up, down = up // shared, down // shared
        top, bottom = self.top * size * up, self.bottom * down
        here = self._roomy(max(top, bottom))
        over = here.over * column
        under = np.full(len(over), down, dtype=here.over.dtype) if here.under is None else here.under * down
        return Ratios(over if up == 1 else over * up, None if bottom == 1 else under, top, bottom)

    def rounded(self, mode: Rounding, grain: int = 1) -> Integers:
        """Return every ratio rounded to a multiple of `grain`."""
        if self.under is None and grain == 1:
            return self.over
        here = self._roomy(self.bottom * grain)
        under = grain if here.under is None else here.under if grain == 1 else here.under * grain
        rounded = nearest(here.over, under, mode)
        return rounded if grain == 1 else rounded * grain

    def _roomy(self, size: int) -> Ratios:
        if size < WIDE:
            return self
        return Ratios(wide(self.over), None if self.under is None else wide(self.under), self.top, self.bottom)


def narrow(column: Integers) -> Integers:
    """Return a column in machine integers again, where they fit."""
    return column.astype(np.int64) if column.dtype == object and size_of(column) < WIDE else column


def nearest(over: Integers, under: Integers | int, mode: Rounding) -> Integers:
    """Return ratios rounded to integers; `under` is positive, both below half of what their type holds."""
    floor = over // under
    part = over - floor * under
    twice = part + part
    if mode == "half away":
        more = (twice > under) | ((twice == under) & (over > 0))
    elif mode == "half even":
        more = (twice > under) | ((twice == under) & (floor % 2 == 1))
    elif mode == "half up":
        more = twice >= under
    elif mode == "half down":
        more = (twice > under) | ((twice == under) & (over < 0))
    else:
        more = (part > 0) & ((over > 0) if mode == "up" else (over < 0))
    found: Integers = floor + more.astype(np.int64)
    return found

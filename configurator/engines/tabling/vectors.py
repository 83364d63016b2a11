"""Exact values on whole grids: integers over a known scale, with a mask of where they are present.

Numbers know bounds of what they hold; an operation whose result 64 bits may not hold goes on with
Python's integers. What is absent, and what a comparison with it is, stands in `rules.evaluator`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import cast

import numpy as np
from numpy.typing import NDArray

from rules.typed import Values

MOST = 2**62
"""Numbers up to this are held in 64 bits."""

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]
"""Integers; of Python's own (dtype object) where 64 bits may not hold them, bool where they are truths."""
Move = Callable[[NDArray[np.generic]], NDArray[np.generic]]


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Integers on a grid, none below `low` or above `high`."""

    array: Whole
    low: int
    high: int

    @property
    def size(self) -> int:
        """The greatest size that a number may have."""
        return max(abs(self.low), abs(self.high))

    def times(self, factor: Numbers | int) -> Numbers:
        """Return the product with a number, or point by point."""
        if isinstance(factor, int):
            if factor == 1:
                return self
            ends = (self.low * factor, self.high * factor)
            wide = max(abs(factor), self.size * abs(factor)) > MOST
            return Numbers(_widened(self.array, wide=wide) * factor, min(ends), max(ends))
        corners = [a * b for a in (self.low, self.high) for b in (factor.low, factor.high)]
        wide = max(map(abs, corners)) > MOST
        product = _widened(self.array, wide=wide) * _widened(factor.array, wide=wide)
        return Numbers(product, min(corners), max(corners))

    def plus(self, other: Numbers) -> Numbers:
        """Return the sum, point by point."""
        low, high = self.low + other.low, self.high + other.high
        wide = max(abs(low), abs(high)) > MOST
        return Numbers(_widened(self.array, wide=wide) + _widened(other.array, wide=wide), low, high)


def _widened(array: Whole, *, wide: bool) -> Whole:
    return array.astype(object) if wide and array.dtype != object else array


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """What an expression is worth on a grid: ``top / (scale * bottom)`` where `present` holds, elsewhere absent.

    `present` None stands for everywhere, `bottom` None for 1; a bottom is positive everywhere. Truths
    and names of choices are numbers too: 0 and 1, and codes. Axes of length 1 stand for whole axes on
    which nothing depends.
    """

    top: Numbers
    present: Flags | None = None
    scale: int = 1
    bottom: Numbers | None = None

    @property
    def truth(self) -> Flags:
        """Where the value is present and true."""
        return masked(self.top.array != 0, self.present)

    @property
    def aligned(self) -> Vector:
        """The vector with all that it holds in one shape."""
        bottom = self.top.array if self.bottom is None else self.bottom.array
        present = self.top.array if self.present is None else self.present
        shape = np.broadcast_shapes(self.top.array.shape, bottom.shape, present.shape)
        return self.through(lambda array: np.broadcast_to(array, shape))

    def at(self, indices: NDArray[np.int32]) -> Vector:
        """Return a vector of one axis at some of its places."""
        return self.through(lambda array: array[indices])

    def along(self, axis: int, axes: int) -> Vector:
        """Return a vector of one axis as one of a grid."""
        return self.through(lambda array: array.reshape((1,) * axis + (-1,) + (1,) * (axes - axis - 1)))

    def through(self, move: Move) -> Vector:
        """Return the vector with its points moved."""
        present = None if self.present is None else move(self.present).astype(np.bool_, copy=False)
        bottom = None if self.bottom is None else _moved(self.bottom, move)
        return Vector(_moved(self.top, move), present, self.scale, bottom)


def _moved(numbers: Numbers, move: Move) -> Numbers:
    return replace(numbers, array=cast("Whole", move(numbers.array)))


def somewhere_absent(present: Flags | None) -> Flags | None:
    """Return a mask only where it says something."""
    return None if present is None or present.all() else present


def masked(held: Flags, present: Flags | None) -> Flags:
    """Return where both hold; None holds everywhere."""
    return held if present is None else held & present


def both(first: Flags | None, second: Flags | None) -> Flags | None:
    """Return where two values are present."""
    return second if first is None else masked(first, second)


def truths(flags: Flags) -> Vector:
    """Return a condition as a vector."""
    return Vector(Numbers(cast("Whole", flags), 0, 1))


def listed(numbers: Sequence[Fraction | int | None]) -> Vector:
    """Return a vector of one axis from exact numbers; None is absent."""
    known = [number for number in numbers if number is not None]
    scale = math.lcm(*(number.denominator for number in known))
    whole = [0 if number is None else number.numerator * (scale // number.denominator) for number in numbers]
    low, high = min(whole, default=0), max(whole, default=0)
    kind = object if max(abs(low), abs(high)) > MOST else np.int64
    present = np.array([number is not None for number in numbers], np.bool_)
    top = Numbers(np.array(whole, kind), low, high)
    return Vector(top, None if len(known) == len(numbers) else present, scale)


# --- comparisons --------------------------------------------------------------------------------

RELATIONS: Mapping[str, Callable[[Whole, Whole], Flags]] = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def compared(operator: str, left: Vector, right: Vector) -> Flags:
    """Return where a comparison holds: nowhere where an operand is absent."""
    scale = math.lcm(left.scale, right.scale)
    a, b = left.top.times(scale // left.scale), right.top.times(scale // right.scale)
    a = a if right.bottom is None else a.times(right.bottom)
    b = b if left.bottom is None else b.times(left.bottom)
    held = RELATIONS[operator](a.array, b.array).astype(np.bool_, copy=False)
    return masked(held, both(left.present, right.present))


def within(vector: Vector, values: Values, codes: Callable[[object], int | None]) -> Flags:
    """Return where a value belongs to a set: nowhere where it is absent. `codes` tells those of what is no number."""
    if values.everything:
        everywhere = np.ones(vector.top.array.shape, np.bool_)
        return masked(everywhere, vector.present)
    held = _among(vector, [single for single in values.singles if isinstance(single, Fraction)])
    names = [codes(single) for single in values.singles if not isinstance(single, Fraction)]
    if names:
        held = held | np.isin(vector.top.array, [code for code in names if code is not None])
    for low, high in values.ranges:
        above = compared(">=", vector, single_number(low))
        held = held | (above & compared("<=", vector, single_number(high)))
    return masked(held, vector.present)


def _among(vector: Vector, singles: Sequence[Fraction]) -> Flags:
    if vector.bottom is None and vector.top.array.dtype == np.int64:
        scaled = [single * vector.scale for single in singles]
        wanted = [int(number) for number in scaled if number.denominator == 1 and abs(number) <= MOST]
        return np.isin(vector.top.array, np.array(wanted, np.int64))
    nowhere = np.zeros(vector.top.array.shape, np.bool_)
    return reduce(lambda held, single: held | compared("=", vector, single_number(single)), singles, nowhere)


def single_number(number: Fraction) -> Vector:
    """Return one number as a vector without axes."""
    numerator = number.numerator
    kind = object if abs(numerator) > MOST else np.int64
    return Vector(Numbers(np.array(numerator, kind), numerator, numerator), None, number.denominator)


# --- arithmetic ---------------------------------------------------------------------------------


def added(terms: Sequence[tuple[Fraction, Vector]]) -> Vector:
    """Return a weighted sum, absent where a term is."""
    plain = [(coefficient / v.scale, v) for coefficient, v in terms if v.bottom is None]
    scale = math.lcm(*(factor.denominator for factor, _ in plain))
    tops = [v.top.times(factor.numerator * (scale // factor.denominator)) for factor, v in plain]
    top = reduce(Numbers.plus, tops) if tops else single_number(Fraction(0)).top
    present = reduce(both, (v.present for _, v in plain), None)
    total = Vector(top, present, scale)
    for coefficient, broken in terms:
        if broken.bottom is not None:
            total = _plus_broken(total, coefficient, broken)
    return total


def _plus_broken(total: Vector, coefficient: Fraction, broken: Vector) -> Vector:
    """Add ``coefficient * broken`` over the product of both bottoms."""
    factor = coefficient / broken.scale
    scale = math.lcm(total.scale, factor.denominator)
    left = total.top.times(scale // total.scale)
    right = broken.top.times(factor.numerator * (scale // factor.denominator))
    left = left if broken.bottom is None else left.times(broken.bottom)
    right = right if total.bottom is None else right.times(total.bottom)
    bottom = _product(total.bottom, broken.bottom)
    return _reduced(Vector(left.plus(right), both(total.present, broken.present), scale, bottom))


def _product(left: Numbers | None, right: Numbers | None) -> Numbers | None:
    return right if left is None else left if right is None else left.times(right)


def multiplied(factors: Sequence[Vector]) -> Vector:
    """Return a product, absent where a factor is."""
    result = factors[0]
    for factor in factors[1:]:
        present, bottom = both(result.present, factor.present), _product(result.bottom, factor.bottom)
        result = _reduced(Vector(result.top.times(factor.top), present, result.scale * factor.scale, bottom))
    return result


def divided(left: Vector, right: Vector) -> Vector:
    """Return an exact quotient, absent where the divisor is zero."""
    zero = right.top.array == 0
    size = replace(right.top, array=np.where(zero, 1, np.abs(right.top.array)), low=1, high=max(1, right.top.size))
    top = left.top if right.bottom is None else left.top.times(right.bottom)
    turned = np.where(right.top.array < 0, -top.array, top.array)
    top = Numbers(turned, min(top.low, -top.high), max(top.high, -top.low))
    factor = Fraction(right.scale, left.scale)
    present = both(both(left.present, right.present), somewhere_absent(~zero))
    bottom = _product(left.bottom, size)
    return _reduced(Vector(top.times(factor.numerator), present, factor.denominator, bottom))


def _reduced(vector: Vector) -> Vector:
    """Divide top and bottom by what they share, so that equal quotients are written alike."""
    if vector.bottom is None:
        return vector
    top, bottom = vector.top, vector.bottom
    shared = np.gcd(np.abs(top.array), bottom.array)
    return replace(
        vector,
        top=Numbers(top.array // shared, min(0, top.low), max(0, top.high)),
        bottom=Numbers(bottom.array // shared, 1, bottom.high),
    )


def rounded(vector: Vector, mode: str, step: Fraction) -> Vector:
    """Return a number rounded to a multiple of the step; ``round`` takes the nearest, half away from zero."""
    over = vector.scale * step
    number = vector.top.times(over.denominator)
    one = Numbers(np.ones((), np.int64), 1, 1)
    divisor = (vector.bottom or one).times(over.numerator)
    if mode == "round":
        twice = Numbers(np.abs(number.array), 0, number.size).times(2).plus(divisor)
        nearest = twice.array // divisor.times(2).array
        steps = np.where(number.array < 0, -nearest, nearest)
    elif mode == "floor":
        steps = number.array // divisor.array
    else:
        steps = -(-number.array // divisor.array)
    low = min(0, number.low // over.numerator)
    high = max(0, -(-number.high // over.numerator))
    return Vector(Numbers(steps, low, high).times(step.numerator), vector.present, step.denominator)


# --- choices ------------------------------------------------------------------------------------


def chosen(test: Flags, value: Vector, otherwise: Vector) -> Vector:
    """Return one value where a condition holds, the other elsewhere."""
    scale = math.lcm(value.scale, otherwise.scale)
    a, b = value.top.times(scale // value.scale), otherwise.top.times(scale // otherwise.scale)
    present = None
    if value.present is not None or otherwise.present is not None:
        always = np.ones((), np.bool_)
        first, second = (always if v.present is None else v.present for v in (value, otherwise))
        present = np.where(test, first, second)
    bottom = None
    if value.bottom is not None or otherwise.bottom is not None:
        one = Numbers(np.ones((), np.int64), 1, 1)
        bottom = _either(test, value.bottom or one, otherwise.bottom or one)
    return _reduced(Vector(_either(test, a, b), present, scale, bottom))


def _either(test: Flags, first: Numbers, second: Numbers) -> Numbers:
    return Numbers(np.where(test, first.array, second.array), min(first.low, second.low), max(first.high, second.high))


def extreme(function: str, cases: Sequence[tuple[Flags, Vector]]) -> Vector:
    """Return the least or greatest value whose guard holds; absent where none does or such a one is absent."""
    nowhere = np.zeros((), np.bool_)
    if not cases:
        return Vector(Numbers(np.zeros((), np.int64), 0, 0), nowhere)
    operator = ">" if function == "max" else "<"
    some, best = cases[0]
    lacking = nowhere if best.present is None else some & ~best.present
    for guard, value in cases[1:]:
        if value.present is not None:
            lacking = lacking | (guard & ~value.present)
        better = guard & (~some | compared(operator, value, best))
        best, some = chosen(better, value, best), some | guard
    return replace(best, present=some & ~lacking)


# --- numbering ----------------------------------------------------------------------------------


def numbered(vector: Vector) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of every point of an aligned vector, equal where values are, and a first point of each number."""
    numbers, ranks = distinct(vector.top.array)
    if vector.bottom is None and vector.present is None:
        return numbers, ranks
    if vector.bottom is not None:
        below, firsts = distinct(vector.bottom.array)
        numbers, _ = distinct(np.add(numbers * len(firsts), below))
    if vector.present is not None:
        numbers = np.where(vector.present, numbers + 1, 0)
    return distinct(numbers)


def distinct(array: NDArray[np.generic]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rank of every number among the different ones, and a first point of each; narrow spans need no sorting."""
    if array.dtype == np.bool_:
        array = array.astype(np.int64)
    if array.size and array.dtype == np.int64:
        low, high = int(array.min()), int(array.max())
        if high - low <= 4 * array.size + 64:
            flat = array.reshape(-1) - low
            firsts = np.full(high - low + 1, -1, np.int64)
            firsts[flat[::-1]] = np.arange(array.size - 1, -1, -1)
            seen = firsts >= 0
            return (np.cumsum(seen) - 1)[flat].reshape(array.shape), firsts[seen]
    _, firsts, numbers = np.unique(array, return_index=True, return_inverse=True)
    return numbers.reshape(array.shape), firsts

"""Sums of many terms as a balanced tree of partial sums, each as coarse as what it is compared with allows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from configurator.engines.tabling.evaluator import Wire
from configurator.engines.tabling.limits import Unfit
from configurator.engines.tabling.terms import Terms
from configurator.engines.tabling.vectors import MOST, RELATIONS, Numbers, Vector, Whole, both, masked, truths
from configurator.engines.tabling.wiring import Axis, Wiring, axis_of, shape_of
from rules.typed import Constant


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """``(constant + parts) / scale``: one part a variable, an integer an index; absent where a part is."""

    parts: tuple[Wire, ...]
    constant: int
    scale: int

    @property
    def low(self) -> int:
        """The least that the parts add up to."""
        return sum(part.vector.top.low for part in self.parts)

    @property
    def high(self) -> int:
        """The most that the parts add up to."""
        return sum(part.vector.top.high for part in self.parts)


def collected(terms: Terms, wire: Callable[[Terms], Sequence[tuple[Fraction, Wire]]]) -> Sum:
    """Add up terms: constants, and what the same variable decides; `wire` finds the variables of the others."""
    constants = [(f, t.value) for f, t in terms if isinstance(t, Constant) and isinstance(t.value, Fraction)]
    constant = sum((factor * value for factor, value in constants), Fraction(0))
    found = wire([(f, t) for f, t in terms if not isinstance(t, Constant)])
    weighted = [(factor, _without_bottom(each)) for factor, each in found]
    factors = [factor / each.vector.scale for factor, each in weighted]
    scale = math.lcm(constant.denominator, *(factor.denominator for factor in factors))
    parts: dict[int, Wire] = {}
    for factor, (_, each) in zip(factors, weighted, strict=True):
        top = each.vector.top.times(int(factor * scale))
        vector = Vector(top, each.vector.present)
        if each.variable in parts:
            before = parts[each.variable].vector
            vector = Vector(before.top.plus(top), both(before.present, vector.present))
        parts[each.variable] = Wire(each.variable, vector)
    return Sum(tuple(map(_bounded, parts.values())), int(constant * scale), scale)


def _without_bottom(wire: Wire) -> Wire:
    """Write quotients over one divisor."""
    bottom = wire.vector.bottom
    if bottom is None:
        return wire
    common = math.lcm(*map(int, np.unique(bottom.array)))
    if common * max(1, wire.vector.top.size) > MOST:
        raise Unfit("its quotients have no common divisor that 64 bits hold")
    raised = Numbers(common // bottom.array, 1, common)
    return Wire(wire.variable, Vector(wire.vector.top.times(raised), wire.vector.present, wire.vector.scale * common))


def _bounded(wire: Wire) -> Wire:
    """Find the exact bounds of what is present."""
    top, present = wire.vector.top, wire.vector.present
    array = top.array if present is None else np.where(present, top.array, 0)
    seen = array if present is None else array[present]
    low, high = (int(seen.min()), int(seen.max())) if seen.size else (0, 0)
    if max(abs(low), abs(high)) > MOST:
        raise Unfit("its numbers are too large for 64 bits")
    return Wire(wire.variable, Vector(Numbers(array.astype(np.int64), low, high), present))


Held = tuple[Vector, list[Axis]]


def compared(wiring: Wiring, operator: str, difference: Sum) -> Held:
    """Return where a sum stands in a relation to zero; nowhere where a part of it is absent."""
    sign = -1 if operator in {">", ">="} else 1
    parts = [replace(part, vector=_times(part.vector, sign)) for part in difference.parts]
    constant = sign * difference.constant + (operator in {"<", ">"})
    turned = Sum(tuple(parts), constant, difference.scale)
    ordered = operator not in {"=", "!="}
    relation = "<=" if ordered else operator
    settled = _settled(turned, relation)
    if settled is not None:
        return _where_present(wiring, turned.parts, holds=settled)
    total, axes = _added(wiring, turned.parts, _Bounds(turned, ordered))
    here = RELATIONS[relation](total.top.array, np.array(-constant, object if abs(constant) > MOST else np.int64))
    return truths(masked(here.astype(np.bool_, copy=False), total.present)), axes


def _where_present(wiring: Wiring, parts: Sequence[Wire], *, holds: bool) -> Held:
    """Return a condition that is settled where all parts are present, and does not hold elsewhere."""
    partly = [part for part in parts if part.vector.present is not None]
    if not holds or not partly:
        return truths(np.array(holds)), []
    nothing = [replace(part, vector=Vector(_zeros(part.vector.top.array), part.vector.present)) for part in partly]
    total, axes = _added(wiring, nothing, None)
    return truths(masked(np.ones(total.top.array.shape, np.bool_), total.present)), axes


def _zeros(array: Whole) -> Numbers:
    return Numbers(np.zeros(array.shape, np.int64), 0, 0)


def _times(vector: Vector, sign: int) -> Vector:
    return vector if sign == 1 else Vector(vector.top.times(sign), vector.present)


def _settled(total: Sum, relation: str) -> bool | None:
    """Return what holds whatever the parts are, where they are present; None where it depends on them."""
    low, high = total.low + total.constant, total.high + total.constant
    if relation == "<=":
        return True if high <= 0 else False if low > 0 else None
    if low > 0 or high < 0:
        return relation == "!="
    return None


@dataclass(frozen=True, slots=True)
class _Bounds:
    """How far partial sums can matter: beyond, whatever the other parts are, the comparison comes out the same."""

    whole: Sum
    ordered: bool

    def clipped(self, array: Numbers, parts: Sequence[Wire]) -> Numbers:
        part = Sum(tuple(parts), 0, 1)
        floor = -self.whole.constant - (self.whole.high - part.high) - (not self.ordered)
        ceiling = -self.whole.constant - (self.whole.low - part.low) + 1
        low, high = max(part.low, floor), min(part.high, ceiling)
        return Numbers(np.clip(array.array, low, high), low, high)


def total(wiring: Wiring, whole: Sum) -> Held:
    """Return the value of a sum."""
    vector, axes = _added(wiring, whole.parts, None)
    constant = Numbers(
        np.array(whole.constant, object if abs(whole.constant) > MOST else np.int64), whole.constant, whole.constant
    )
    return Vector(vector.top.plus(constant), vector.present, whole.scale), axes


def _added(wiring: Wiring, parts: Sequence[Wire], bounds: _Bounds | None) -> Held:
    """Return the sum of parts on the grid of one variable or two: both halves, added up."""
    if not parts:
        return Vector(Numbers(np.zeros((), np.int64), 0, 0)), []
    if len(parts) == 1:
        vector = parts[0].vector
        clipped = vector if bounds is None else replace(vector, top=bounds.clipped(vector.top, parts))
        axis = axis_of(parts[0].variable, [clipped])
        return clipped.at(axis.firsts), [axis]
    middle = len(parts) // 2
    halves = [_half(wiring, half, bounds) for half in (parts[:middle], parts[middle:])]
    axes = [axis_of(half.variable, [half.vector]) for half in halves]
    cells = math.prod(shape_of(axes))
    if cells > wiring.limits.rows:
        raise Unfit(f"partial sums of its terms combine in {cells} ways")
    left, right = (
        half.vector.at(axis.firsts).along(i, 2) for i, (half, axis) in enumerate(zip(halves, axes, strict=True))
    )
    top = left.top.plus(right.top)
    if bounds is not None:
        top = bounds.clipped(top, parts)
    return Vector(top, both(left.present, right.present)), axes


def _half(wiring: Wiring, parts: Sequence[Wire], bounds: _Bounds | None) -> Wire:
    vector, axes = _added(wiring, parts, bounds)
    return wiring.wired(vector, axes)

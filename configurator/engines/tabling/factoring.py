"""Rules over two wide ranges: their pairs of values become classes that no such rule tells apart.

Area and proportions of a window are rules over its width and height and a little more (a material, a
number of sashes). For every combination of that little more each rule is evaluated once over all pairs;
pairs for which all answers are alike form one class, and the class is a helper that all rules share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from configurator.engines.tabling.limits import TablingLimits
from configurator.engines.rows import number_rows
from configurator.engines.tabling.vectors import Flags, Numbers, Vector
from configurator.engines.tabling.wiring import Axis, Wiring, axis_of, shape_of
from rules.typed import And, Typed

WIDE = 1 << 20
MOST_COMBINATIONS = 512
_MOST_WIDE = 3
_MOST_EVALUATED = 400_000_000
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class Wide:
    """A condition over wide variables and a few combinations of others; all its axes."""

    condition: Typed
    source: int
    axes: tuple[Axis, ...]


def wide_variables(axes: Sequence[Axis], limits: TablingLimits) -> tuple[int, ...] | None:
    """Return the variables whose combinations are to be classed; None where a rule is not wide in this way."""
    cells = math.prod(shape_of(axes))
    if not WIDE < cells <= _MOST_EVALUATED:
        return None
    chosen: list[Axis] = []
    for axis in sorted(axes, key=lambda axis: -len(axis.firsts)):
        if cells // math.prod(shape_of(chosen)) <= MOST_COMBINATIONS:
            break
        chosen.append(axis)
    if len(chosen) > _MOST_WIDE or math.prod(shape_of(chosen)) > limits.rows:
        return None
    return tuple(sorted(axis.variable for axis in chosen))


def restrict_wide(wiring: Wiring, wide: tuple[int, ...], rules: Sequence[Wide]) -> None:
    """Make one helper for the classes of combinations of the wide variables, and one table a rule over it."""
    together = And(tuple(rule.condition for rule in rules))
    axes = [axis for axis in wiring.axes(together, {}) if axis.variable in wide]
    answers = [_answers(wiring, rule, axes) for rule in rules]
    numbers, firsts = _classes(answers)
    grid = Vector(Numbers(numbers.astype(np.int64).reshape(shape_of(axes)), 0, len(firsts)))
    wire = wiring.wired(grid, axes)
    seen = axis_of(wire.variable, [wire.vector])
    for rule, answer in zip(rules, answers, strict=True):
        others = _others(rule, axes)
        shape = shape_of(others)
        bits = np.unpackbits(answer[firsts], axis=1, count=math.prod(shape), bitorder="little")
        wiring.restrict(bits.astype(np.bool_).reshape(len(firsts), *shape), [seen, *others], rule.source)


def _others(rule: Wide, axes: Sequence[Axis]) -> list[Axis]:
    return [axis for axis in rule.axes if all(axis.variable != each.variable for each in axes)]


def _answers(wiring: Wiring, rule: Wide, axes: Sequence[Axis]) -> NDArray[np.uint8]:
    """Return, for every wide combination, with which combinations of the other variables a rule holds, as bits."""
    others = _others(rule, axes)
    combinations = math.prod(shape_of(others))
    step = max(1, _CHUNK // max(1, combinations * math.prod(shape_of(axes[1:]))))
    found: list[NDArray[np.uint8]] = []
    for start in range(0, len(axes[0].firsts), step):
        piece = replace(axes[0], firsts=axes[0].firsts[start : start + step])
        held = wiring.values(rule.condition, [*others, piece, *axes[1:]], {}, holds=True).truth
        found.append(_packed(held.reshape(combinations, -1)))
    return np.concatenate(found, axis=1).T


def _packed(held: Flags) -> NDArray[np.uint8]:
    """Pack the first axis into bits, the first one lowest."""
    packed = np.zeros((-(-len(held) // 8), held.shape[1]), np.uint8)
    for place, bits in enumerate(held.view(np.uint8)):
        packed[place >> 3] |= bits << np.uint8(place & 7)
    return packed


def _classes(answers: Sequence[NDArray[np.uint8]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return a number of every wide combination, equal where all answers are, and a first one of each number."""
    width = sum(answer.shape[1] for answer in answers)
    lines = np.zeros((len(answers[0]), -(-width // 4) * 4), np.uint8)
    np.concatenate(answers, axis=1, out=lines[:, :width])
    return number_rows(lines.view(np.int32))

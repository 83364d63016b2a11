"""The network as it grows: variables, helpers that follow from others, and the tables between them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from configurator.engines.tabling.evaluator import Evaluator, Grid, Wire, filled
from configurator.engines.tabling.limits import TablingLimits, Unfit
from configurator.engines.network import Table
from configurator.engines.tabling.rowsets import number_slices
from configurator.engines.tabling.vectors import Flags, Vector, distinct, numbered, truths
from configurator.program import Program
from rules.typed import Typed

_CHUNK = 1 << 22
_SPARSE = 8
_FEWEST = 1 << 12


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A variable as a rule sees it: the class of every index, and a first index of every class."""

    variable: int
    classes: NDArray[np.int32]
    firsts: NDArray[np.int32]


def axis_of(variable: int, vectors: Sequence[Vector]) -> Axis:
    """Return the axis that tells apart what some of the vectors tell apart."""
    numbers, firsts = numbered(vectors[0])
    for vector in vectors[1:]:
        more, different = numbered(vector)
        numbers, firsts = distinct(numbers * len(different) + more)
    return Axis(variable, numbers.astype(np.int32), firsts.astype(np.int32))


def whole_axis(variable: int, size: int) -> Axis:
    """Return the axis that tells every index apart."""
    every = np.arange(size, dtype=np.int32)
    return Axis(variable, every, every)


def shape_of(axes: Sequence[Axis]) -> tuple[int, ...]:
    """Return the lengths of axes."""
    return tuple(len(axis.firsts) for axis in axes)


def merged(
    numbers: NDArray[np.bool_ | np.int64], axes: Sequence[Axis]
) -> tuple[NDArray[np.bool_ | np.int64], list[Axis]]:
    """Join classes with equal slices; axes on which nothing depends go."""
    kept: list[Axis] = []
    for axis in axes:
        place = len(kept)
        slices = np.moveaxis(numbers, place, 0)
        classes, firsts = number_slices(slices.reshape(len(slices), -1) if slices.size else slices)
        if len(firsts) == 1:
            numbers = np.take(numbers, 0, axis=place)
            continue
        if len(firsts) < len(axis.firsts):
            numbers = np.take(numbers, firsts, axis=place)
            axis = Axis(axis.variable, classes[axis.classes], axis.firsts[firsts])  # noqa: PLW2901 - the same, coarser
        kept.append(axis)
    return numbers, kept


@dataclass(frozen=True, slots=True)
class Mark:
    """A state of the network to go back to."""

    helpers: int
    tables: int
    wires: int
    classes: int


class Wiring:
    """Grows a network over the variables of one program; helpers are functions of what was there before."""

    def __init__(self, program: Program, limits: TablingLimits) -> None:
        self.evaluator = Evaluator(program.model.variables)
        self.limits = limits.started()
        self.visible = len(program.sizes)
        self.sizes = [self.evaluator.size(position) for position in range(self.visible)]
        self.tables: list[Table] = []
        self.wires: dict[int, tuple[Typed, Wire]] = {}
        self._classes: dict[tuple[int, bytes], int] = {}

    def mark(self) -> Mark:
        """Return where the network stands."""
        return Mark(len(self.sizes), len(self.tables), len(self.wires), len(self._classes))

    def undo(self, mark: Mark) -> None:
        """Forget the helpers and tables made since."""
        del self.sizes[mark.helpers :], self.tables[mark.tables :]
        while len(self.wires) > mark.wires:
            self.wires.popitem()
        while len(self._classes) > mark.classes:
            self._classes.popitem()

    # --- evaluation -----------------------------------------------------------------------------

    def axes(self, expression: Typed, known: Mapping[int, Wire]) -> list[Axis]:
        """Return the variables that decide an expression, as it sees them."""
        seen: dict[int, list[Vector]] = {}
        for wire in self.evaluator.frontier(expression, known):
            seen.setdefault(wire.variable, []).append(wire.vector)
        return [axis_of(variable, seen[variable]) for variable in sorted(seen)]

    def values(self, expression: Typed, axes: Sequence[Axis], known: Mapping[int, Wire], *, holds: bool) -> Vector:
        """Evaluate an expression on the whole grid of its axes; a condition (`holds`) part by part."""
        shape = shape_of(axes)
        cells = math.prod(shape)
        if cells > (self.limits.cells if holds else min(self.limits.cells, 2 * _CHUNK)):
            raise Unfit(f"it combines values in {cells} ways")
        if not holds or cells <= _CHUNK:
            return filled(self._evaluated(expression, axes, known), shape)
        longest = max(range(len(axes)), key=lambda place: shape[place])
        step = max(1, _CHUNK * shape[longest] // cells)
        parts: list[Flags] = []
        for start in range(0, shape[longest], step):
            piece = replace(axes[longest], firsts=axes[longest].firsts[start : start + step])
            part = [piece if place == longest else axis for place, axis in enumerate(axes)]
            held = self._evaluated(expression, part, known).truth
            parts.append(np.broadcast_to(held, shape_of(part)))
        return truths(np.concatenate(parts, axis=longest))

    def _evaluated(self, expression: Typed, axes: Sequence[Axis], known: Mapping[int, Wire]) -> Vector:
        self.limits.check()
        places = {axis.variable: (place, axis.firsts) for place, axis in enumerate(axes)}
        return self.evaluator.evaluate(expression, Grid(places, known, {}))

    # --- tables ---------------------------------------------------------------------------------

    def restrict(self, allowed: Flags, axes: Sequence[Axis], source: int) -> None:
        """Allow only some combinations of what axes tell apart."""
        self.limits.check()
        merged_numbers, kept = merged(allowed, axes)
        mask = merged_numbers.astype(np.bool_, copy=False)
        if not kept:
            if not mask.all():
                self.refuse(axes, source)
            return
        variables, picks = self._placed(kept)
        cells = math.prod(map(len, picks))
        if cells > self.limits.cells:
            raise Unfit(f"it allows combinations out of {cells}")
        self.add(variables, mask[np.ix_(*picks)], source)

    def refuse(self, axes: Sequence[Axis], source: int) -> None:
        """Allow no combination at all."""
        some = axes[0].variable if axes else 0 if self.sizes else self.helper(1)
        self.tables.append(Table((some,), source, dense=np.zeros(self.sizes[some], np.bool_)))

    def add(self, variables: Sequence[int], mask: Flags, source: int) -> None:
        """Add a table of allowed combinations of indices; by rows where they are few."""
        if mask.size > _FEWEST and np.count_nonzero(mask) * _SPARSE * mask.ndim <= mask.size:
            rows = np.argwhere(mask).astype(np.int32)
            self.tables.append(Table(tuple(variables), source, rows=rows))
        else:
            self.tables.append(Table(tuple(variables), source, dense=np.ascontiguousarray(mask)))

    def add_rows(self, variables: Sequence[int], rows: NDArray[np.int32], source: int) -> None:
        """Add a table of allowed rows of indices."""
        self.tables.append(Table(tuple(variables), source, rows=rows))

    def _placed(self, axes: Sequence[Axis]) -> tuple[list[int], list[NDArray[np.int32]]]:
        """Choose the variables that stand for axes, and the class of each of their indices."""
        if self.is_direct(axes):
            return [axis.variable for axis in axes], [axis.classes for axis in axes]
        return self.classified(axes)

    def is_direct(self, axes: Sequence[Axis]) -> bool:
        """Say whether a table speaks of the variables themselves."""
        cells = math.prod(len(axis.classes) for axis in axes)
        return cells <= (self.limits.narrow if len(axes) <= 3 else self.limits.direct)  # noqa: PLR2004 - as `narrow` says

    def classified(self, axes: Iterable[Axis]) -> tuple[list[int], list[NDArray[np.int32]]]:
        """Let helpers stand for the classes of axes where they are few."""
        variables: list[int] = []
        picks: list[NDArray[np.int32]] = []
        for axis in axes:
            coarse = 2 * len(axis.firsts) <= len(axis.classes)
            variables.append(self._class_helper(axis) if coarse else axis.variable)
            picks.append(np.arange(len(axis.firsts), dtype=np.int32) if coarse else axis.classes)
        return variables, picks

    def _class_helper(self, axis: Axis) -> int:
        key = (axis.variable, axis.classes.tobytes())
        if key not in self._classes:
            helper = self.helper(len(axis.firsts))
            indices = np.arange(len(axis.classes), dtype=np.int32)
            self.add_rows((axis.variable, helper), np.stack([indices, axis.classes], axis=1), -1)
            self._classes[key] = helper
        return self._classes[key]

    def helper(self, size: int) -> int:
        """Make a variable of so many values."""
        if len(self.sizes) - self.visible >= self.limits.helpers:
            raise Unfit(f"more than {self.limits.helpers} helpers are needed", final=True)
        self.sizes.append(size)
        return len(self.sizes) - 1

    def wired(self, vector: Vector, axes: Sequence[Axis]) -> Wire:
        """Return a value as something that one variable decides: a helper where several do."""
        self.limits.check()
        whole = filled(vector, shape_of(axes))
        points, places = numbered(whole)
        values = whole.through(lambda array: array.reshape(-1)[places])
        if not axes:
            return Wire(self.helper(1), values)
        numbers, kept = merged(points, axes)
        if len(kept) <= 1:
            axis = kept[0] if kept else axes[0]
            first = numbers if kept else np.broadcast_to(numbers, (len(axis.firsts),))
            return Wire(axis.variable, values.at(first[axis.classes].astype(np.int32)))
        variables, picks = self._placed(kept)
        count = math.prod(map(len, picks))
        if count > self.limits.rows:
            raise Unfit(f"a value follows from {count} combinations")
        if len(places) > self.limits.values:
            raise Unfit(f"a value has {len(places)} forms")
        spread = numbers[np.ix_(*picks)]
        rows = np.empty((count, len(picks) + 1), np.int32)
        for place, length in enumerate(spread.shape):
            index = np.arange(length, dtype=np.int32).reshape((-1,) + (1,) * (len(picks) - place - 1))
            rows[:, place] = np.broadcast_to(index, spread.shape).reshape(-1)
        rows[:, -1] = spread.reshape(-1)
        helper = self.helper(len(places))
        self.add_rows((*variables, helper), rows, -1)
        return Wire(helper, values)

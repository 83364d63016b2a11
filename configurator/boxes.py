"""Conditions on configurations as boxes: for each variable the values left, no two boxes overlapping.

What one variable decides alone is a mask of its values. A condition over several variables becomes the paths of a
decision tree in which values that lead to the same rest share a branch; several conditions meet box by box.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from configurator.evaluate import Compiler
from configurator.expressions import conjuncts
from configurator.model import GONE, Allowed, Model
from configurator.passes import FALSE, TRUE
from rules.kinds import Scalar
from rules.typed import Typed

MOST_CELLS = 20_000
"""So many combinations of values one condition may be tabulated over."""
MOST_BOXES = 48
"""So many boxes may stand for all conditions together."""

NOTHING: frozenset[Scalar] = frozenset()


@dataclass(frozen=True, slots=True)
class Boxes:
    """Masks that hold in every box, boxes that do not overlap (none: nothing but the masks), and what is in neither.

    `left` are conditions too broad for boxes. With `is_empty` no configuration is left at all.
    """

    masks: Allowed
    boxes: tuple[Allowed, ...] = ()
    left: tuple[Typed, ...] = ()
    is_empty: bool = False


def boxes_of(model: Model, conditions: Iterable[Typed]) -> Boxes:
    """Cut ground conditions that must all hold into masks and boxes."""
    table = _Table(model)
    masks: Allowed = {}
    broad: list[Typed] = []
    for condition in (part for whole in conditions for part in conjuncts(whole)):
        if condition == TRUE:
            continue
        positions = table.scope(condition)
        if condition == FALSE or (not positions and not table.holds(condition)):
            return Boxes({}, is_empty=True)
        if len(positions) > 1:
            broad.append(condition)
        elif positions:
            narrower = met(masks, table.mask(condition, positions[0]))
            if narrower is None:
                return Boxes({}, is_empty=True)
            masks = narrower
    return _cut(table, masks, broad)


def _cut(table: _Table, masks: Allowed, broad: Sequence[Typed]) -> Boxes:
    boxes: list[Allowed] = [{}]
    left: list[Typed] = []
    for condition in broad:
        own = table.cut(condition, masks)
        finer = (
            None if own is None else [one for pair in itertools.product(boxes, own) if (one := met(*pair)) is not None]
        )
        if finer is None or len(finer) > MOST_BOXES:
            left.append(condition)
        elif not finer:
            return Boxes({}, is_empty=True)
        else:
            boxes = finer
    if len(boxes) == 1:
        whole = met(masks, boxes[0])
        return Boxes({}, is_empty=True) if whole is None else Boxes(whole, (), tuple(left))
    shared = {path for path in boxes[0] if all(path in box for box in boxes)}
    hull = {path: frozenset[Scalar]().union(*(box[path] for box in boxes)) for path in sorted(shared)}
    narrower = {path: values for path, values in hull.items() if not values >= table.everything(path)}
    whole = met(masks, narrower)
    return Boxes({}, is_empty=True) if whole is None else Boxes(whole, tuple(boxes), tuple(left))


def met(first: Allowed, second: Allowed) -> Allowed | None:
    """Return what lies in both, None where that leaves a variable nothing."""
    found = dict(first)
    for path, values in second.items():
        found[path] = found[path] & values if path in found else values
    return found if all(found.values()) else None


class _Table:
    """Truth of conditions over the values of few variables of one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._compiler = Compiler(model.variables)

    def everything(self, path: str) -> frozenset[Scalar]:
        """Return all values of a variable, with its absence where it can be absent."""
        variable = self._model.variable(path)
        return frozenset(variable.values) | (NOTHING if variable.exists is None else {GONE})

    def scope(self, condition: Typed) -> tuple[int, ...]:
        """Return the variables of a condition, in the model's order."""
        return tuple(sorted(self._compiler.compile(condition).scope))

    def holds(self, condition: Typed) -> bool:
        """Say whether a condition on nothing holds."""
        return bool(self._compiler.compile(condition).run(()))

    def mask(self, condition: Typed, position: int) -> Allowed:
        """Return the values of the one variable that fulfil a condition; nothing where all do."""
        node = self._compiler.tabulated(condition)
        state = [len(variable.values) for variable in self._model.variables]
        kept: set[Scalar] = set()
        for index, value in self._domain(position, None):
            state[position] = index
            if node.run(state):
                kept.add(value)
        path = self._model.variables[position].path
        return {} if kept == self.everything(path) else {path: frozenset(kept)}

    def cut(self, condition: Typed, masks: Allowed) -> list[Allowed] | None:
        """Return a condition within the masks as boxes; None where it is too broad, or asks about a text.

        Configurations are counted with their texts aside, so boxes must not differ by texts.
        """
        positions = self.scope(condition)
        variables = [self._model.variables[position] for position in positions]
        if any(variable.is_text for variable in variables):
            return None
        domains = [
            list(self._domain(position, masks.get(v.path))) for position, v in zip(positions, variables, strict=True)
        ]
        if math.prod(map(len, domains)) > MOST_CELLS:
            return None
        run = self._compiler.tabulated(condition).run
        state = [len(variable.values) for variable in self._model.variables]
        cells = bytearray()
        for row in itertools.product(*domains):
            for position, (index, _) in zip(positions, row, strict=True):
                state[position] = index
            cells.append(bool(run(state)))
        names = [variable.path for variable in variables]
        return list(
            itertools.islice(_paths(names, [[v for _, v in own] for own in domains], bytes(cells)), MOST_BOXES + 1)
        )

    def _domain(self, position: int, mask: frozenset[Scalar] | None) -> Iterator[tuple[int, Scalar]]:
        variable = self._model.variables[position]
        values = (*variable.values, *(() if variable.exists is None else (GONE,)))
        return ((index, value) for index, value in enumerate(values) if mask is None or value in mask)


def _paths(
    names: Sequence[str], domains: Sequence[Sequence[Scalar]], cells: bytes
) -> Iterator[Mapping[str, frozenset[Scalar]]]:
    """Yield the paths of the decision tree of a truth table that lead to true."""
    if b"\0" not in cells:
        yield {}
        return
    if b"\1" not in cells:
        return
    width = len(cells) // len(domains[0])
    branches: dict[bytes, list[Scalar]] = {}
    for number, value in enumerate(domains[0]):
        branches.setdefault(cells[number * width : (number + 1) * width], []).append(value)
    for rest, values in branches.items():
        for path in _paths(names[1:], domains[1:], rest):
            yield path if len(branches) == 1 else {names[0]: frozenset(values), **path}

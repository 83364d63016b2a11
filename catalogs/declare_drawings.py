"""Drawings: shapes whose coordinates are lengths or plain numbers over a configuration; checked, and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalogs.circles import find_circles
from catalogs.desk import Desk, View
from catalogs.marks import ALWAYS
from catalogs.model import Later
from catalogs.placeholders import read_placeholders
from rules import declarations as d
from rules.diagnostics import did_you_mean
from rules.kinds import Kind, Quantity
from rules.syntax import Expression, Name, Text
from rules.typed import Typed
from rules.units import unit

_LENGTH = (("length", 1),)
_ANGLE = (("angle", 1),)


def declare_drawings(desk: Desk) -> tuple[Later, ...]:
    """Return the drawings; their conditions are all expressions of their shapes, in the order written."""
    found = (_drawing(node, desk) for node in desk.declared.of(d.DrawingDeclaration))
    return tuple(sorted((one for one in found if one), key=lambda one: one.name))


def _drawing(node: d.DrawingDeclaration, desk: Desk) -> Later | None:
    desk.labels.label("drawing", (node.name.text,), node.label.value if node.label else None)
    measure = unit(node.unit.text)
    if measure is None or measure.dimension != _LENGTH:
        hint = "write `in mm`"
        desk.report.error(
            "not-a-length", node.unit.span, f"a drawing is in a unit of length, not {node.unit.text}", hint
        )
    component = desk.component(node.on, sellable=True)
    blocks = _blocks(node, desk)
    if component is None:
        return None
    reader = _Reader(desk, blocks)
    view = View(component.record.fields, "a drawing")
    typed = tuple(one for shape in node.shapes for one in reader.shape(shape, view))
    return Later(node.name.text, node, typed, ALWAYS, node.name.span)


def _blocks(node: d.DrawingDeclaration, desk: Desk) -> Mapping[str, d.Shape]:
    """Return the blocks of a drawing by name, and check that none is there twice or draws itself."""
    blocks: dict[str, d.Shape] = {}
    for shape in _all_shapes(node.shapes):
        name = _name(shape)
        if shape.keyword != "block" or name is None:
            continue
        if name.text in blocks:
            related = ((blocks[name.text].span, "the other one"),)
            desk.report.error("duplicate-name", name.span, f"there are two blocks {name.text}", related=related)
        blocks.setdefault(name.text, shape)
    uses = {
        name: [inner.text for one in _all_shapes(block.body) if one.keyword == "insert" and (inner := _name(one))]
        for name, block in blocks.items()
    }
    for circle in find_circles(uses):
        message = f"the block {circle.way[0]} would draw itself: {' draws '.join(circle.way)}"
        desk.report.error("block-circle", blocks[circle.way[0]].span, message)
    return blocks


def _all_shapes(shapes: tuple[d.Shape, ...]) -> Iterator[d.Shape]:
    waiting = list(reversed(shapes))
    while waiting:
        shape = waiting.pop()
        yield shape
        waiting += reversed(shape.body)


def _name(shape: d.Shape) -> Name | None:
    for role, expressions in shape.operands:
        if role == "name" and isinstance(expressions[0], Name):
            return expressions[0]
    return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the expressions of the shapes of one drawing."""

    desk: Desk
    blocks: Mapping[str, d.Shape]

    def shape(self, shape: d.Shape, view: View) -> Iterator[Typed]:
        """Yield the typed expressions of a shape and of what stands inside it."""
        inner = view
        for role, expressions in shape.operands:
            for expression in expressions:
                yield from self._operand(shape, role, expression, view)
        name = _name(shape)
        if shape.keyword == "repeat" and name is not None:
            if name.text in view.names:
                message = f"{name.text} is the name of something else here"
                self.desk.report.error("hidden-name", name.span, message, "choose another name for the counter")
            binder: Mapping[str, Kind] = {name.text: Quantity()}
            inner = view.plus(binder)
        for one in shape.body:
            yield from self.shape(one, inner)

    def _operand(self, shape: d.Shape, role: str, expression: Expression, view: View) -> Iterator[Typed]:
        typed: Typed | None = None
        if role == "name":
            if shape.keyword == "insert" and isinstance(expression, Name) and expression.text not in self.blocks:
                hint = did_you_mean(expression.text, self.blocks)
                self.desk.report.error("unknown-block", expression.span, f"there is no block {expression.text}", hint)
        elif isinstance(expression, Text):
            yield from (one for one in read_placeholders(expression, view, self.desk) if not isinstance(one, str))
        elif role == "condition":
            typed = self.desk.condition(expression, view)
        elif role == "in":
            typed = self.desk.typed(expression, view, Quantity())
        else:
            typed = self._measure(expression, view, angle=shape.keyword == "arc" and role in ("from", "to"))
        if typed is not None:
            yield typed

    def _measure(self, expression: Expression, view: View, *, angle: bool) -> Typed | None:
        """Read a coordinate: a length, or a plain number in the unit of the drawing; an angle likewise."""
        typed = self.desk.typed(expression, view)
        if typed is None:
            return None
        wanted = _ANGLE if angle else _LENGTH
        if isinstance(typed.kind, Quantity) and typed.kind.dimension in (wanted, ()):
            return typed
        word = "an angle" if angle else "a length"
        self.desk.report.error("not-a-measure", expression.span, f"this is {word} or a plain number in a drawing")
        return None

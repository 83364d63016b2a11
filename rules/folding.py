"""Compute what is constant: a node over constants becomes the constant it means."""

from __future__ import annotations

from collections.abc import Sequence

from rules.evaluator import ABSENT, UNKNOWN, evaluate
from rules.kinds import Truth
from rules.typed import And, Constant, Or, Typed


def fold(node: Typed, operands: Sequence[Typed]) -> Typed:
    """Return a constant where all operands are, or where one decides an ``and`` or ``or``; else the node itself."""
    if isinstance(node, And | Or):
        deciding = isinstance(node, Or)
        if any(isinstance(operand, Constant) and operand.value is deciding for operand in operands):
            return Constant(Truth(), deciding, node.span)
    if not all(isinstance(operand, Constant) for operand in operands):
        return node
    value = evaluate(node, {})
    return node if value is UNKNOWN or value is ABSENT else Constant(node.kind, value, node.span)

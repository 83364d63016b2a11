"""Read conditions: comparisons, membership, logic, and the ways of saying that one thing needs another."""

from __future__ import annotations

from rules import syntax
from rules.folding import fold
from rules.kinds import Truth
from rules.names import pair_fits, read_pair
from rules.operands import is_ordered, is_scalar, shows_text
from rules.resolution import Facing, need, read, read_node
from rules.scope import Reading
from rules.sets import read_membership, read_range
from rules.typed import And, Choose, Compare, Constant, Not, Or, Typed

# --- logic --------------------------------------------------------------------------------------


@read_node.register
def _(expression: syntax.Not, reading: Reading, _facing: Facing) -> Typed | None:
    operand = need(expression.operand, reading, Truth())
    return None if operand is None else fold(Not(operand, expression.span), [operand])


@read_node.register
def _(expression: syntax.Logical, reading: Reading, _facing: Facing) -> Typed | None:
    read_operands = [need(operand, reading, Truth()) for operand in expression.operands]
    operands = tuple(operand for operand in read_operands if operand is not None)
    if len(operands) < len(read_operands):
        return None
    node = And(operands, expression.span) if expression.operator == "and" else Or(operands, expression.span)
    return fold(node, operands)


@read_node.register
def _(expression: syntax.Requires, reading: Reading, _facing: Facing) -> Typed | None:
    return _implication(expression, expression.left, expression.right, reading)


@read_node.register
def _(expression: syntax.Excludes, reading: Reading, _facing: Facing) -> Typed | None:
    left, right = need(expression.left, reading, Truth()), need(expression.right, reading, Truth())
    if left is None or right is None:
        return None
    both = fold(And((left, right), expression.span), [left, right])
    return fold(Not(both, expression.span), [both])


def _implication(
    expression: syntax.Expression, condition: syntax.Expression, consequence: syntax.Expression, reading: Reading
) -> Typed | None:
    left, right = need(condition, reading, Truth()), need(consequence, reading, Truth())
    if left is None or right is None:
        return None
    never = fold(Not(left, left.span), [left])
    return fold(Or((never, right), expression.span), [never, right])


@read_node.register
def _(expression: syntax.Conditional, reading: Reading, facing: Facing) -> Typed | None:
    if expression.otherwise is None:
        return _implication(expression, expression.condition, expression.value, reading)
    condition = need(expression.condition, reading, Truth())
    value, otherwise = read_pair(expression.value, expression.otherwise, reading, facing)
    if value is None or otherwise is None or not is_scalar(value, expression.value, reading):
        return None
    cases = (expression.value, value), (expression.otherwise, otherwise)
    if not pair_fits(*cases, reading, "the two cases of one condition") or condition is None:
        return None
    if isinstance(condition, Constant):
        return value if condition.value is True else otherwise
    return Choose(value.kind, condition, value, otherwise, expression.span)


# --- comparison ---------------------------------------------------------------------------------


@read_node.register
def _(expression: syntax.Comparison, reading: Reading, _facing: Facing) -> Typed | None:
    by_order = expression.operator not in {"=", "!="}
    left, right = read_pair(expression.left, expression.right, reading, ordered=by_order)
    if left is None or right is None:
        return None
    if not pair_fits((expression.left, left), (expression.right, right), reading, "compared"):
        return None
    if by_order and not is_ordered(left, expression.left, reading):
        return None
    if not is_scalar(left, expression.left, reading):
        return None
    if not shows_text(left, right, expression.span, reading):
        return None
    return fold(Compare(expression.operator, left, right, expression.span), [left, right])


@read_node.register
def _(expression: syntax.Between, reading: Reading, _facing: Facing) -> Typed | None:
    operand = read(expression.operand, reading)
    if operand is None or not is_ordered(operand, expression.operand, reading):
        facing = None if operand is None else operand.kind
        read(expression.low, reading, facing)
        read(expression.high, reading, facing)
        return None
    return read_range(expression, (expression.operand, operand), reading)


@read_node.register
def _(expression: syntax.Membership, reading: Reading, _facing: Facing) -> Typed | None:
    operand = read(expression.operand, reading)
    if operand is None or not is_scalar(operand, expression.operand, reading):
        return None
    return read_membership(expression, operand, reading)

"""Floors as linear bounds: what must be zero or more, as weights of a line's net, list and cost.

``line.margin >= 5%`` is ``95% net - cost >= 0``, ``line.net >= cost * 1.02`` stands as it is. Conditions on the customer
are decided for the buyer at hand. A floor of another form has no bounds, and is said to be open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from configurator.passes import mentioned
from rules.evaluator import holds
from rules.typed import Add, And, Compare, Constant, Member, Multiply, Not, Or, Reference, Typed

_FLIPPED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Bound:
    """``net * a + list * b + cost * c + constant >= 0`` of one line, or ``> 0`` where it is strict."""

    net: Fraction = Fraction(0)
    list: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)
    constant: Fraction = Fraction(0)
    strict: bool = False


def bounds_of(condition: Typed, sees: Mapping[str, object], *, wanted: bool = True) -> tuple[Bound, ...] | None:
    """Return what must hold so that a condition comes out as wanted for a buyer; none at all where it always does.

    None where it has another form than bounds that all must hold.
    """
    if mentioned(condition) <= {"customer"}:
        return () if (holds(condition, sees) is True) == wanted else None
    match condition:
        case Not():
            return bounds_of(condition.operand, sees, wanted=not wanted)
        case And() | Or() if isinstance(condition, And) == wanted:
            every = [bounds_of(one, sees, wanted=wanted) for one in condition.operands]
            return None if None in every else tuple(bound for one in every if one for bound in one)
        case And() | Or():
            return _one_of(condition.operands, sees, wanted=wanted)
        case Compare():
            return _compared(condition, wanted=wanted)
        case _:
            return None


def _one_of(operands: tuple[Typed, ...], sees: Mapping[str, object], *, wanted: bool) -> tuple[Bound, ...] | None:
    """Return the bounds of the one operand that is left when those about the customer are decided."""
    open_ones = []
    for operand in operands:
        if mentioned(operand) <= {"customer"}:
            if (holds(operand, sees) is True) == wanted:
                return ()
        else:
            open_ones.append(operand)
    return bounds_of(open_ones[0], sees, wanted=wanted) if len(open_ones) == 1 else None


def _compared(one: Compare, *, wanted: bool) -> tuple[Bound, ...] | None:
    operator = one.operator if wanted else _FLIPPED.get(one.operator, "")
    if operator not in _FLIPPED:
        return None
    ratio = _ratio(one.left, one.right, operator) or _ratio(
        one.right, one.left, {">": "<", ">=": "<=", "<": ">", "<=": ">="}[operator]
    )
    if ratio is not None:
        return (ratio,)
    left, right = _linear(one.left), _linear(one.right)
    if left is None or right is None:
        return None
    first, second = (left, right) if operator in {">", ">="} else (right, left)
    return (
        Bound(
            first.net - second.net, first.list - second.list, first.cost - second.cost,
            first.constant - second.constant, operator in {">", "<"},
        ),
    )  # fmt: skip


def _ratio(member: Typed, constant: Typed, operator: str) -> Bound | None:
    """Return the bound of a margin or a discount against a constant; net and list are positive where these are known."""
    if not isinstance(constant, Constant) or not isinstance(constant.value, Fraction):
        return None
    rate, sign = constant.value, 1 if operator in {">", ">="} else -1
    strict = operator in {">", "<"}
    match _field(member):
        case "margin":
            return Bound(net=sign * (1 - rate), cost=Fraction(-sign), strict=strict)
        case "discount":
            return Bound(net=Fraction(-sign), list=sign * (1 - rate), strict=strict)
        case _:
            return None


def _field(node: Typed) -> str:
    if isinstance(node, Member) and isinstance(node.base, Reference) and node.base.name == "line":
        return node.field
    return ""


def _linear(node: Typed) -> Bound | None:
    match node:
        case Constant(value=Fraction() as value):
            return Bound(constant=value)
        case Add():
            total = Bound()
            for factor, term in node.terms:
                part = _linear(term)
                if part is None:
                    return None
                total = _plus(total, part, factor)
            return total
        case Multiply(operands=(Constant(value=Fraction() as factor), other)):
            part = _linear(other)
            return None if part is None else _plus(Bound(), part, factor)
        case Multiply(operands=(other, Constant(value=Fraction() as factor))):
            part = _linear(other)
            return None if part is None else _plus(Bound(), part, factor)
    simple = {
        "net": Bound(net=Fraction(1)), "list": Bound(list=Fraction(1)), "cost": Bound(cost=Fraction(1)),
    }  # fmt: skip
    return simple.get(_field(node))


def _plus(one: Bound, other: Bound, factor: Fraction) -> Bound:
    return Bound(
        one.net + factor * other.net, one.list + factor * other.list, one.cost + factor * other.cost,
        one.constant + factor * other.constant,
    )  # fmt: skip

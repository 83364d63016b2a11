"""Conditions on sums while savings are still open: how much may be saved until one breaks.

The sums are those of `quotes.pricing.sums`, before tax: what is not known yet (tax, total) is absent. Whether a
condition can only break, never mend, as net falls is read off its form; then the largest saving that keeps it is found by
bisection. Where that cannot be shown nothing may be saved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from rules import typed as t
from rules.evaluator import ABSENT, holds

Direction = Literal["up", "down", "flat"]
"""How a value moves as net rises."""

_RISING = {"net", "unit_price", "margin"}
_FALLING = {"discount"}
_ENDLESS = Fraction(10**18)


@dataclass(frozen=True, slots=True)
class Sums:
    """A line or the quote before savings: list, net and cost in minor units (cost None: not known)."""

    listed: int
    net: int
    cost: int | None
    quantity: int
    minor: int
    lines: int | None = None

    def less(self, saved: int) -> Mapping[str, object]:
        """Return what may be asked of it once so much is saved."""
        net = self.net - saved
        more: dict[str, object] = {"unit_price": Fraction(net, self.minor * self.quantity)} if self.quantity else {}
        if self.lines is not None:
            more = {"lines": Fraction(self.lines)}
        return {
            "list": Fraction(self.listed, self.minor),
            "net": Fraction(net, self.minor),
            "total": ABSENT,
            "tax": ABSENT,
            "cost": ABSENT if self.cost is None else Fraction(self.cost, self.minor),
            "discount": Fraction(self.listed - net, self.listed) if self.listed else ABSENT,
            "margin": ABSENT if self.cost is None else self._margin(net, self.cost),
            "quantity": Fraction(self.quantity),
            **more,
        }

    def _margin(self, net: int, cost: int) -> Fraction:
        """Return the margin; at a net of nothing one that is below every bound, so that it never rises as net falls."""
        if net:
            return Fraction(net - cost, net)
        return -_ENDLESS if cost else Fraction(0)


def largest(condition: t.Typed, record: str, sums: Sums, highest: int, around: Mapping[str, object]) -> int:
    """Return the largest saving up to `highest` with which a condition on a record holds; -1 where it never does.

    `around` is what the condition sees besides the record.
    """

    def keeps(saved: int) -> bool:
        return holds(condition, {**around, record: sums.less(saved)}) is True

    if not keeps(0):
        return -1
    if not only_breaks(condition, record):
        return 0
    if keeps(highest):
        return highest
    low, high = 0, highest
    guess = _guess(condition, sums)
    probes = [guess + 1, guess]
    while high - low > 1:
        middle = probes.pop() if probes else (low + high) // 2
        if low < middle < high:
            low, high = (middle, high) if keeps(middle) else (low, middle)
    return low


def _guess(condition: t.Typed, sums: Sums) -> int:
    """Return where a plain threshold on net breaks; for anything else where the search begins anyway."""
    if isinstance(condition, t.Compare) and isinstance(condition.left, t.Member) and condition.left.field == "net":
        bound = condition.right.value if isinstance(condition.right, t.Constant) else None
        if isinstance(bound, Fraction) and not isinstance(bound, bool):
            return sums.net - math.ceil(bound * sums.minor)
    return sums.net // 2


def only_breaks(condition: t.Typed, record: str) -> bool:
    """Say whether a condition that is false at some net is false at every lower one, as far as its form shows."""
    return _truth(condition, record) in {"up", "flat"}


def mentions(node: object, record: str, fields: frozenset[str] | None = None) -> bool:
    """Say whether an expression asks a record (for one of some fields)."""
    if isinstance(node, t.Member) and isinstance(node.base, t.Reference) and node.base.name == record:
        return fields is None or node.field in fields
    if isinstance(node, tuple):
        return any(mentions(one, record, fields) for one in node)
    names = getattr(type(node), "__slots__", ()) if type(node).__module__ == t.__name__ else ()
    return any(mentions(getattr(node, name), record, fields) for name in names)


def _truth(node: t.Typed, record: str) -> Direction | None:
    """Return how a condition moves as net rises: `up` where it can only become true."""
    if isinstance(node, t.And | t.Or):
        return _joined([_truth(one, record) for one in node.operands])
    if isinstance(node, t.Not):
        return _turned(_truth(node.operand, record))
    if isinstance(node, t.Compare) and node.operator in {"<", "<=", ">", ">="}:
        difference = _joined([_moves(node.left, record), _turned(_moves(node.right, record))])
        return difference if node.operator in {">", ">="} else _turned(difference)
    return None if mentions(node, record) else "flat"


def _moves(node: t.Typed, record: str) -> Direction | None:
    """Return how a number moves as net rises; None where its form does not tell."""
    if isinstance(node, t.Member) and mentions(node, record):
        return "up" if node.field in _RISING else "down" if node.field in _FALLING else "flat"
    if not mentions(node, record):
        return "flat"
    if isinstance(node, t.Add):
        moved = [(factor, _moves(term, record)) for factor, term in node.terms]
        return _joined([_turned(one) if factor < 0 else one for factor, one in moved])
    if isinstance(node, t.Multiply):
        return _scaled(node.operands, record)
    if isinstance(node, t.Divide):
        return _scaled((node.left, node.right), record) if _moves(node.right, record) == "flat" else None
    if isinstance(node, t.Extremum) and all(guard is None for guard, _ in node.operands):
        return _joined([_moves(value, record) for _, value in node.operands])
    return None


def _scaled(operands: tuple[t.Typed, ...], record: str) -> Direction | None:
    """Return how a product or quotient moves: all but one operand are flat and known not to be negative."""
    moving = [one for one in operands if _moves(one, record) != "flat"]
    steady = [one for one in operands if _moves(one, record) == "flat"]
    if not all(_is_sized(one, record) for one in steady):
        return None
    return "flat" if not moving else _moves(moving[0], record) if len(moving) == 1 else None


def _is_sized(node: t.Typed, record: str) -> bool:
    """Say whether a number is zero or more: a constant that is, or a sum of the record."""
    if isinstance(node, t.Constant):
        return isinstance(node.value, Fraction) and node.value >= 0
    return isinstance(node, t.Member) and mentions(node, record, frozenset({"list", "cost", "quantity", "lines"}))


def _joined(parts: list[Direction | None]) -> Direction | None:
    found = set(parts) - {"flat"}
    if not found:
        return "flat"
    return next(iter(found)) if len(found) == 1 else None


def _turned(direction: Direction | None) -> Direction | None:
    return {"up": "down", "down": "up"}.get(direction, direction)  # type: ignore[arg-type,return-value]

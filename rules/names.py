"""Read bare names: first as a choice of the list the operand faces, then as a name in scope."""

from __future__ import annotations

from rules import syntax
from rules.kinds import Enumeration, Kind, Truth
from rules.naming import nearest
from rules.resolution import UNTOLD, Facing, fits, read, read_node
from rules.scope import Reading, Scope
from rules.typed import Constant, Reference, Typed

_TRUTHS = {"true": "yes", "false": "no"}
"""What other languages call yes and no."""


@read_node.register
def _(expression: syntax.Name, reading: Reading, facing: Facing) -> Typed | None:
    if isinstance(facing, Enumeration) and expression.text in facing.choices:
        return Constant(facing, expression.text, expression.span)
    kind = reading.scope.find(expression.text)
    if kind is not None:
        return Reference(kind, expression.text, expression.span)
    if isinstance(facing, Enumeration):
        report_unknown_choice(expression, facing, reading)
    elif facing is not UNTOLD:
        _report_unknown_name(expression, reading, facing)
    return None


def report_unknown_choice(name: syntax.Name, kind: Enumeration, reading: Reading) -> None:
    """Report a name that is neither a choice of the list it faces nor a name in scope."""
    guess = nearest(name.text, kind.choices) or nearest(name.text, reading.scope.names)
    few = ", ".join(kind.choices[:8])
    hint = guess or f"its choices are {few}{', ...' if len(kind.choices) > len(kind.choices[:8]) else ''}"
    reading.report("unknown-choice", name.span, f"{kind.name} has no choice {name.text}", hint)


def _report_unknown_name(name: syntax.Name, reading: Reading, facing: Kind | None) -> None:
    owner = _owner(name.text, reading.scope)
    hint = nearest(name.text, reading.scope.names)
    if isinstance(facing, Truth) and name.text.casefold() in _TRUTHS:
        hint = f"write {_TRUTHS[name.text.casefold()]}"
    elif owner is not None:
        hint = f"{name.text} is a choice of {owner.name}: compare it with an option of that list"
    reading.report("unknown-name", name.span, f"nothing here is called {name.text}", hint)


def _owner(choice: str, scope: Scope) -> Enumeration | None:
    return next((kind for kind in scope.lists() if choice in kind.choices), None)


# --- two operands that face each other ----------------------------------------------------------

Pair = tuple[Typed | None, Typed | None]


def read_pair(
    left: syntax.Expression, right: syntax.Expression, reading: Reading, facing: Facing = None, *, ordered: bool = False
) -> Pair:
    """Read two operands of one kind, each in the light of the other; the one that says its kind goes first.

    Their kinds may still differ. Neither reports a name as unknown only because the other failed,
    unless they are `ordered`: then no choice can stand there.
    """
    if facing is not None:
        return read(left, reading, facing), read(right, reading, facing)
    if isinstance(left, syntax.Name) and isinstance(right, syntax.Name):
        return _read_names(left, right, reading, ordered=ordered)
    if _needs_telling(right, reading.scope) < _needs_telling(left, reading.scope):
        second, first = _in_turn(right, left, reading, ordered=ordered)
        return first, second
    return _in_turn(left, right, reading, ordered=ordered)


def _in_turn(first: syntax.Expression, second: syntax.Expression, reading: Reading, *, ordered: bool) -> Pair:
    told = read(first, reading)
    lost = None if ordered else UNTOLD
    return told, read(second, reading, lost if told is None else told.kind)


def pair_fits(
    left: tuple[syntax.Expression, Typed], right: tuple[syntax.Expression, Typed], reading: Reading, verb: str
) -> bool:
    """Say whether two operands are of one kind; where not, the one that needed telling is blamed, else the right."""
    rank = _needs_telling(left[0], reading.scope) > _needs_telling(right[0], reading.scope)
    (partner, given), (blamed, typed) = (right, left) if rank else (left, right)
    return fits(typed, blamed, given.kind, reading, partner=partner, verb=verb)


_RIGID, _NAMED, _BRANCHING, _LITERAL, _OPEN = range(5)


def _needs_telling(expression: syntax.Expression, scope: Scope) -> int:
    """Rank how much an operand needs to be told its kind; of two, the lower goes first and the other is blamed."""
    match expression:
        case syntax.Name() | syntax.Attribute(base=syntax.Name()):
            root = expression.text if isinstance(expression, syntax.Name) else _root(expression)
            found = scope.find(root) is not None
            return _OPEN if not found else _NAMED if isinstance(expression, syntax.Name) else _RIGID
        case syntax.Conditional():
            return _BRANCHING
        case syntax.Number(unit=""):
            return _OPEN
        case syntax.Number() | syntax.Text() | syntax.Date() | syntax.Boolean():
            return _LITERAL
        case _:
            return _RIGID


def _root(expression: syntax.Attribute) -> str:
    return expression.base.text if isinstance(expression.base, syntax.Name) else ""


def _read_names(left: syntax.Name, right: syntax.Name, reading: Reading, *, ordered: bool) -> Pair:
    left_kind, right_kind = reading.scope.find(left.text), reading.scope.find(right.text)
    right_is_choice, left_is_choice = _has(left_kind, right.text), _has(right_kind, left.text)
    if left_is_choice and right_is_choice:
        message = (
            f"{left.text} = {right.text} can be read two ways: either name is an option, and a choice of the other"
        )
        reading.report("ambiguous-name", right.span, message, "write the choice as LIST.choice, or rename one of them")
        return None, None
    if left_kind is None and right_kind is None and not ordered:
        return _neither_known(left, right, reading)
    if left_is_choice or left_kind is None:
        second, first = _in_turn(right, left, reading, ordered=ordered)
        return first, second
    return _in_turn(left, right, reading, ordered=ordered)


def _has(kind: Kind | None, choice: str) -> bool:
    return isinstance(kind, Enumeration) and choice in kind.choices


def _neither_known(left: syntax.Name, right: syntax.Name, reading: Reading) -> Pair:
    """Blame the name that is not even a choice; of two strangers, the left one."""
    left_is_choice = _owner(left.text, reading.scope) is not None
    blamed = right if left_is_choice and _owner(right.text, reading.scope) is None else left
    read(blamed, reading)
    return None, None

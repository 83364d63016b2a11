"""Ground expressions over whole configurations: what they mention, what they are worth, a variable put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import TypeVar, cast

from configurator.model import Configuration, Model, Objective, Term, Variable
from configurator.passes import conjunction, mentioned
from rules.environment import ABSENT
from rules.evaluator import evaluate, holds
from rules.kinds import Scalar
from rules.typed import And, Compare, Constant, Not, Or, Reference, Typed, Values, Within

_KEPT = frozenset({"kind", "span", "rows", "row_spans", "values"})
_Tree = TypeVar("_Tree")


def mentions(*expressions: Typed | None) -> frozenset[str]:
    """Return the paths of all variables that ground expressions mention; None mentions nothing."""
    return frozenset().union(*(mentioned(expression) for expression in expressions if expression is not None))


def mentioned_by(term: Term) -> frozenset[str]:
    """Return the paths that a term of an objective depends on."""
    return mentions(term.when, term.amount)


def conjuncts(condition: Typed | None) -> tuple[Typed, ...]:
    """Split a condition into the conditions that must all hold; None is no condition."""
    if condition is None:
        return ()
    if isinstance(condition, And):
        return tuple(part for operand in condition.operands for part in conjuncts(operand))
    return (condition,)


def alone(model: Model, term: Term) -> Term:
    """Return an equal term without the conditions that follow from one of its variables being there.

    So what an optional instance adds depends on its own options, and not on the number of instances.
    """
    parts = conjuncts(term.when)
    for path in sorted(mentions(term.when, term.amount)):
        variable = model.variable(path)
        guards = conjuncts(variable.exists)
        if guards and all(guard in parts for guard in guards):
            there = Within(Reference(variable.kind, path), Values(everything=True))
            return Term(conjunction([there, *(part for part in parts if part not in guards)]), term.amount)
    return term


def environment(model: Model, configuration: Configuration) -> Mapping[str, object]:
    """Return a whole configuration as the evaluator reads it: what is not in it is absent."""
    return dict.fromkeys(model.index, ABSENT) | dict(configuration)


def satisfied(condition: Typed, values: Mapping[str, object]) -> bool:
    """Say whether a condition holds in the environment of a whole configuration."""
    return holds(condition, values) is True


def measure(objective: Objective, values: Mapping[str, object]) -> Fraction:
    """Return the exact value of an objective in the environment of a whole configuration."""
    return sum((worth(term, values) for term in objective.terms), Fraction(0))


def worth(term: Term, values: Mapping[str, object]) -> Fraction:
    """Return what one term adds; an absent amount adds nothing."""
    if term.when is not None and not satisfied(term.when, values):
        return Fraction(0)
    amount = evaluate(term.amount, values)
    return amount if isinstance(amount, Fraction) else Fraction(0)


def default_holds(variable: Variable, default: Scalar) -> Typed:
    """Return the condition that a default is kept: the variable has it, or does not exist."""
    holds = Compare("=", Reference(variable.kind, variable.path), Constant(variable.kind, default))
    return holds if variable.exists is None else Or((Not(variable.exists), holds))


def with_constants(expression: Typed, constants: Mapping[str, Scalar]) -> Typed:
    """Return the expression with the named variables replaced by their values."""
    return _replaced(expression, constants, {})


def _replaced(tree: _Tree, constants: Mapping[str, Scalar], known: dict[int, object]) -> _Tree:
    # Ground trees share parts: each is rewritten once, known by its identity.
    if id(tree) not in known:
        known[id(tree)] = _rewritten(tree, constants, known)
    return cast("_Tree", known[id(tree)])


def _rewritten(tree: object, constants: Mapping[str, Scalar], known: dict[int, object]) -> object:
    if isinstance(tree, tuple):
        return tuple(_replaced(part, constants, known) for part in tree)
    if isinstance(tree, Reference):
        return Constant(tree.kind, constants[tree.name], tree.span) if tree.name in constants else tree
    if not is_dataclass(tree) or isinstance(tree, type | Constant):
        return tree
    parts = {part.name: getattr(tree, part.name) for part in fields(tree) if part.name not in _KEPT}
    changed = {name: _replaced(part, constants, known) for name, part in parts.items()}
    return tree if all(changed[name] is parts[name] for name in parts) else replace(tree, **changed)

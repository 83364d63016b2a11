"""Grounding: an expression in the scope of an instance becomes one over whole paths of variables.

Lets are inlined, quantifiers and folds expanded over instances under their guards, parts and
records resolved to paths, constants folded. What a name means is what `rules.evaluator` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from configurator import passes
from configurator.instances import count_path, instance_guard, join
from configurator.model import Limit, Model, ModelTooLarge, Variable
from rules.kinds import Kind, Scalar
from rules.typed import (
    Add,
    And,
    Choose,
    Compare,
    Constant,
    Divide,
    Exists,
    Extremum,
    Fold,
    ForAll,
    Instance,
    Lookup,
    Member,
    Multiply,
    Not,
    Or,
    Reference,
    Round,
    Rows,
    Typed,
    Within,
)

MAX_TERMS = 2_000_000
MAX_DEPTH = 150
Constants = Mapping[str, Scalar | Mapping[str, Scalar]]
"""What is known besides the configuration: ``quantity`` or the fields of ``customer``; a field not given is absent."""


class UnboundName(KeyError):  # noqa: N818 - the name says what happened
    """A name that is neither in the instance's scope nor among the constants."""


@dataclass(frozen=True, slots=True)
class Place:
    """An instance or a collection by its path, and the condition under which it is there."""

    path: str
    guard: Typed


@dataclass(slots=True)
class Scope:
    """What names mean at an instance; `spent` counts the nodes made, against MAX_TERMS."""

    index: Mapping[str, Variable]
    lets: Mapping[str, Typed]
    missing: frozenset[str] | set[str]
    constants: Constants = field(default_factory=dict)
    spent: int = 0


def ground(expression: Typed, model: Model, at: str = "", constants: Constants | None = None) -> Typed:
    """Return an expression in the scope of the instance `at` ("" for the product) over the model's variables.

    The instance is taken to exist: inside one that does not, the model's variables are absent.
    `UnboundName` for a name that nothing binds; `ModelTooLarge` past MAX_TERMS nodes.
    """
    return rewrite(expression, Scope(model.index, model.lets, model.missing, constants or {}), at, {})


def rewrite(expression: Typed, scope: Scope, at: str, binders: Mapping[str, str]) -> Typed:
    """Ground an expression within a scope; `binders` maps bound names to paths of instances."""
    scope.spent += 1
    if scope.spent > MAX_TERMS:
        raise ModelTooLarge(Limit("memory", f"rules and derived values expand to more than {MAX_TERMS} terms"))

    def go(inner: Typed) -> Typed:
        return rewrite(inner, scope, at, binders)

    match expression:
        case Constant():
            return expression
        case Reference() | Member() | Instance():
            return _read(expression, scope, at, binders)
        case Not() | And() | Or() | Compare() | Within() | Rows():
            return _condition(expression, go)
        case ForAll() | Exists() | Fold():
            return _expand(expression, scope, at, binders)
        case _:
            return _value(expression, go)


def _condition(expression: Not | And | Or | Compare | Within | Rows, go: passes.Rewrite) -> Typed:
    match expression:
        case Not(operand):
            return passes.negation(go(operand))
        case And(operands):
            return passes.conjunction(map(go, operands))
        case Or(operands):
            return passes.disjunction(map(go, operands))
        case Compare(operator, left, right):
            return passes.comparison(operator, go(left), go(right))
        case Within(operand, values):
            return passes.within(go(operand), values)
        case Rows(columns=columns):
            return passes.table(expression, tuple(map(go, columns)))


def _value(expression: Lookup | Add | Multiply | Divide | Round | Choose | Extremum, go: passes.Rewrite) -> Typed:
    match expression:
        case Lookup(kind, operand, attribute, values):
            return passes.lookup(kind, go(operand), attribute, values)
        case Add(kind, terms):
            return passes.addition(kind, [(coefficient, go(term)) for coefficient, term in terms])
        case Multiply(kind, operands):
            return passes.product(kind, map(go, operands))
        case Divide(kind, left, right):
            return passes.quotient(kind, go(left), go(right))
        case Round(kind, mode, operand, step):
            return passes.rounding(kind, mode, go(operand), step)
        case Choose(kind, condition, value, otherwise):
            return passes.choose(kind, go(condition), go(value), go(otherwise))
        case Extremum(kind, function, operands):
            guarded = [(None if guard is None else go(guard), go(value)) for guard, value in operands]
            return passes.extremum(kind, function, guarded)


# --- names --------------------------------------------------------------------------------------


def _read(expression: Reference | Member | Instance, scope: Scope, at: str, binders: Mapping[str, str]) -> Typed:
    match expression:
        case Reference(kind, name) if _known(scope, join(at, name)):
            return _at(kind, Place(join(at, name), passes.TRUE), scope)
        case Reference(kind, name):
            return _constant(kind, scope.constants.get(name), name)
        case Member(kind, Reference(name=name), attribute) if name not in binders:
            record = scope.constants.get(name)
            if not isinstance(record, Mapping):
                raise UnboundName(name)
            return Constant(kind, record[attribute]) if attribute in record else passes.ABSENT(kind)
        case Member(kind, base, attribute):
            place = _instance(base, scope, at, binders)
            return _at(kind, Place(join(place.path, attribute), place.guard), scope)
        case _:
            raise TypeError(expression)


def _known(scope: Scope, path: str) -> bool:
    return path in scope.index or path in scope.lets or path in scope.missing


def _constant(kind: Kind, value: Scalar | Mapping[str, Scalar] | None, name: str) -> Typed:
    if value is None or isinstance(value, Mapping):
        raise UnboundName(name)
    return Constant(kind, value)


def _at(kind: Kind, place: Place, scope: Scope) -> Typed:
    """Read an option or a derived value; outside its instance the first is absent of itself, the second by a guard."""
    if place.guard == passes.FALSE or place.path in scope.missing:
        return passes.ABSENT(kind)
    if place.path in scope.index:
        return Reference(kind, place.path)
    if place.path in scope.lets:
        return passes.present_where(place.guard, scope.lets[place.path])
    raise UnboundName(place.path)


def _instance(base: Typed, scope: Scope, at: str, binders: Mapping[str, str]) -> Place:
    match base:
        case Reference(name=name) if name in binders:
            return Place(binders[name], passes.TRUE)
        case Instance(collection=collection, index=index):
            whole = _collection(collection, scope, at, binders)
            guard = instance_guard(scope.index.get(count_path(whole.path)), index)
            return Place(f"{whole.path}[{index}]", passes.conjunction((whole.guard, guard)))
        case _:
            raise UnboundName(getattr(base, "name", ""))


def _collection(base: Typed, scope: Scope, at: str, binders: Mapping[str, str]) -> Place:
    match base:
        case Reference(name=name):
            return Place(join(at, name), passes.TRUE)
        case Member(base=inner, field=name):
            place = _instance(inner, scope, at, binders)
            return Place(join(place.path, name), place.guard)
        case _:
            raise TypeError(base)


# --- binders ------------------------------------------------------------------------------------


def _expand(expression: ForAll | Exists | Fold, scope: Scope, at: str, binders: Mapping[str, str]) -> Typed:
    whole = _collection(expression.collection, scope, at, binders)
    count = scope.index.get(count_path(whole.path))
    if isinstance(expression, Fold) and expression.where is None and expression.value is None and count is not None:
        number = Reference(expression.kind, count.path)
        return passes.choose(expression.kind, whole.guard, number, Constant(expression.kind, Fraction(0)))
    highest = max((value for value in count.values if isinstance(value, Fraction)), default=0) if count else 0
    guarded: list[tuple[Typed, Mapping[str, str]]] = []
    for index in range(int(highest)):
        guard = passes.conjunction((whole.guard, instance_guard(count, index)))
        guarded.append((guard, {**binders, expression.binder: f"{whole.path}[{index}]"}))
    match expression:
        case ForAll(body=body):
            return passes.conjunction(passes.implication(g, rewrite(body, scope, at, b)) for g, b in guarded)
        case Exists(body=body):
            return passes.disjunction(passes.conjunction((g, rewrite(body, scope, at, b))) for g, b in guarded)
        case Fold():
            return _fold(expression, scope, at, guarded)


def _fold(fold: Fold, scope: Scope, at: str, guarded: list[tuple[Typed, Mapping[str, str]]]) -> Typed:
    cases: list[tuple[Typed, Typed]] = []
    for guard, binders in guarded:
        where = passes.TRUE if fold.where is None else rewrite(fold.where, scope, at, binders)
        value = Constant(fold.kind, Fraction(1)) if fold.value is None else rewrite(fold.value, scope, at, binders)
        cases.append((passes.conjunction((guard, where)), value))
    match fold.function:
        case "min" | "max" as function:
            return passes.extremum(fold.kind, function, cases)
        case "count" | "sum":
            zero = Constant(fold.kind, Fraction(0))
            return passes.addition(fold.kind, [(Fraction(1), passes.choose(fold.kind, g, v, zero)) for g, v in cases])

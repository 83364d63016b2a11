"""The recipe from a catalog to the ground model of one product on one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from catalogs.model import Catalog, Component, Let
from catalogs.model import Preference as Wish
from catalogs.model import Rule
from configurator import passes
from configurator.ground import MAX_DEPTH, MAX_TERMS, Scope, rewrite
from configurator.instances import Instances, Placed, in_effect, instantiate, join
from configurator.model import Constraint, Limit, Model, ModelTooLarge, Preference
from rules.typed import Typed


class UnknownProduct(KeyError):  # noqa: N818 - the name says what happened
    """The catalog has no such product."""


class ProductNotInEffect(UnknownProduct):
    """The catalog has the product, but not on that day."""


def compile_product(catalog: Catalog, product: str, day: date) -> Model:
    """Compile a product as it is on a day: choices, options, rules and preferences in effect, all parts placed.

    `UnknownProduct` or `ProductNotInEffect` where there is none, `ModelTooLarge` where its instances,
    values or expanded rules exceed the limits. No valid configuration is no error: engines find out.
    """
    found = instantiate(catalog, _product(catalog, product, day), day)
    scope = Scope(found.variables, _derive(found), found.missing)
    model = Model(
        catalog_version=catalog.version,
        product=product,
        day=day,
        variables=tuple(found.variables.values()),
        constraints=tuple(_constraints(found, [r for r in catalog.rules if r.effectivity.covers(day)], scope)),
        preferences=tuple(_preferences(found, [p for p in catalog.preferences if p.effectivity.covers(day)], scope)),
        lets=scope.lets,
        index=found.variables,
        missing=frozenset(found.missing),
    )
    _measure([c.condition for c in model.constraints] + [p.condition for p in model.preferences])
    return model


def _product(catalog: Catalog, name: str, day: date) -> Component:
    for component in catalog.products:
        if component.name == name:
            if not in_effect(component, day):
                raise ProductNotInEffect(name)
            return component
    raise UnknownProduct(name)


def _derive(found: Instances) -> dict[str, Typed]:
    """Ground the derived values of every instance, inner instances first, each after those it uses."""
    lets: dict[str, Typed] = {}
    scope = Scope(found.variables, lets, found.missing)
    known: dict[int, tuple[int, int]] = {}
    orders = {name: _in_order(component.lets) for name, component in found.components.items()}
    for placed in reversed(found.placed):
        for let in orders[placed.component.name]:
            path = join(placed.path, let.name)
            lets[path] = rewrite(let.value, scope, placed.path, {})
            _check_extent(lets[path], known)
    return lets


def _in_order(lets: tuple[Let, ...]) -> tuple[Let, ...]:
    """Sort derived values so that each comes after those it uses; the loader has excluded circles."""
    uses = {let.name: passes.mentioned(let.value) for let in lets}
    left = {let.name: let for let in lets}
    ordered: list[Let] = []
    while left:
        ready = [let for name, let in left.items() if not any(use in left for use in uses[name])]
        if not ready:
            raise ValueError(sorted(left))
        ordered += ready
        for let in ready:
            del left[let.name]
    return tuple(ordered)


def _constraints(found: Instances, rules: Iterable[Rule], scope: Scope) -> Iterator[Constraint]:
    for rule in rules:
        for placed in _instances_of(found, rule.on):
            condition = _guarded(placed, rewrite(rule.body, scope, placed.path, {}))
            if condition != passes.TRUE:
                yield Constraint(rule.name, placed.path, condition, rule.because, rule.span)


def _preferences(found: Instances, wishes: Iterable[Wish], scope: Scope) -> Iterator[Preference]:
    for wish in wishes:
        for placed in _instances_of(found, wish.on):
            condition = _guarded(placed, rewrite(wish.condition, scope, placed.path, {}))
            yield Preference(wish.name, condition, wish.weight, wish.span)


def _instances_of(found: Instances, component: str) -> Iterator[Placed]:
    return (placed for placed in found.placed if placed.component.name == component)


def _guarded(placed: Placed, condition: Typed) -> Typed:
    """Make a condition on an instance true where the instance does not exist."""
    alone = passes.conjunction((condition,))
    return alone if placed.exists is None else passes.implication(placed.exists, alone)


def _check_extent(expression: Typed, known: dict[int, tuple[int, int]]) -> int:
    """Return the size of an expression as a tree; `ModelTooLarge` where it is too large or too deep to walk."""
    size, depth = passes.extent(expression, known)
    if depth > MAX_DEPTH:
        raise ModelTooLarge(Limit("memory", f"an expression is nested deeper than {MAX_DEPTH} levels"))
    if size > MAX_TERMS:
        raise ModelTooLarge(Limit("memory", f"an expression expands to more than {MAX_TERMS} terms"))
    return size


def _measure(expressions: list[Typed]) -> None:
    known: dict[int, tuple[int, int]] = {}
    for expression in expressions:
        _check_extent(expression, known)

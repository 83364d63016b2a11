"""What an expression sees when a configuration is priced: its options, parts and derived values, and the customer.

A configuration here is whole, by path; an option without a value belongs to an instance that does not exist or
is not offered on the day, and is absent. So is every attribute of a customer that is not known:
a condition that asks for it is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from catalogs.model import Catalog, Component, Option, Part
from quotes.pricing.context import Context
from rules.evaluator import ABSENT, Derived, Environment, evaluate, holds
from rules.kinds import Scalar
from rules.typed import Typed

Names = tuple[str, ...]
"""A path without its numbers: ``("bags", "size")``."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An instance that exists in a configuration: the product itself, ``bags[0]``, ``racks[1].slots[0]``.

    `path` is "" for the product; `names` is the path without its numbers; `ancestors` leads from the names of
    every instance around it, itself included, to that instance's path. `scope` is what its expressions see.
    """

    component: Component
    path: str
    names: Names
    ancestors: Mapping[Names, str]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Scope:
    """What the expressions of one instance see."""

    environment: Environment

    def holds(self, condition: Typed) -> bool:
        """Say whether a condition holds."""
        return holds(condition, self.environment) is True

    def number(self, expression: Typed) -> Fraction | None:
        """Return the exact value of an amount; None where it is absent."""
        value = evaluate(expression, self.environment)
        return value if isinstance(value, Fraction) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Place:
    """A configuration of a product as expressions see it; the instances are looked for when somebody asks, and kept.

    `around` is what they see besides the quantity of the line.
    """

    catalog: Catalog
    product: str
    configuration: Mapping[str, Scalar]
    around: Mapping[str, object]
    _known: dict[int, tuple[Spot, ...]] = field(default_factory=dict, compare=False, repr=False)

    def spots(self, quantity: int) -> tuple[Spot, ...]:
        """Return the product and every instance that exists, as a line of so many units sees them."""
        found = self._known.get(quantity)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            sees = {**self.around, "quantity": Fraction(quantity)}
            found = self._known[quantity] = tuple(spots(self.catalog, self.product, self.configuration, sees))
        return found


_KEPT = 64
"""So many quantities of one configuration are remembered."""


def buyer(catalog: Catalog, context: Context) -> Mapping[str, object]:
    """Return what expressions see of the customer: every declared attribute, absent where it is not known."""
    return {name: context.attributes.get(name, ABSENT) for name in catalog.customer.fields}


def customer_holds(condition: Typed, catalog: Catalog, context: Context) -> bool:
    """Say whether a condition on the customer alone holds."""
    return holds(condition, {"customer": buyer(catalog, context)}) is True


def spots(
    catalog: Catalog, product: str, configuration: Mapping[str, Scalar], around: Mapping[str, object]
) -> Iterator[Spot]:
    """Yield the product and every instance that exists in a configuration, outer before inner, in catalog order.

    `around` is what expressions see besides: the customer, the line.
    """
    root = Spot(catalog.component(product), "", (), {(): ""}, Scope({}))
    waiting = [root]
    while waiting:
        spot = waiting.pop(0)
        environment = {**around, **_record(catalog, spot.component, configuration, spot.path)}
        yield Spot(
            spot.component, spot.path, spot.names, spot.ancestors, Scope(Derived(environment, _lets(spot.component)))
        )
        for part in spot.component.parts:
            for path in instances(part, configuration, spot.path):
                names = (*spot.names, part.name)
                inner = catalog.component(part.component)
                waiting.append(Spot(inner, path, names, {**spot.ancestors, names: path}, spot.scope))


def join(instance: str, name: str) -> str:
    """Return the path of what an instance calls by a name."""
    return f"{instance}.{name}" if instance else name


def instances(part: Part, configuration: Mapping[str, Scalar], instance: str) -> tuple[str, ...]:
    """Return the paths of the instances of a part that exist."""
    path = join(instance, part.name)
    number = configuration.get(f"count({path})", Fraction(part.low))
    return tuple(f"{path}[{index}]" for index in range(int(number) if isinstance(number, Fraction) else part.low))


def options(spot: Spot, configuration: Mapping[str, Scalar]) -> Iterator[tuple[Option, str, Scalar]]:
    """Yield the options of an instance that have a value, with their paths."""
    for option in spot.component.options:
        path = join(spot.path, option.name)
        if path in configuration:
            yield option, path, configuration[path]


def _record(
    catalog: Catalog, component: Component, configuration: Mapping[str, Scalar], instance: str
) -> dict[str, object]:
    record: dict[str, object] = {
        option.name: configuration.get(join(instance, option.name), ABSENT) for option in component.options
    }
    for part in component.parts:
        inner = catalog.component(part.component)
        record[part.name] = tuple(
            Derived(_record(catalog, inner, configuration, path), _lets(inner))
            for path in instances(part, configuration, instance)
        )
    return record


def _lets(component: Component) -> Mapping[str, Typed]:
    return {let.name: let.value for let in component.lets}

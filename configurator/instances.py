"""Instances of a product's parts on one day: every variable by its path, and what stands where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from catalogs.model import Catalog, ChoiceList, Component, NumberRange, Option, Part, TextShape
from configurator.model import TEXT, Limit, ModelTooLarge, Variable
from configurator.passes import FALSE, TRUE, comparison
from rules.kinds import Quantity, Scalar
from rules.typed import Constant, Reference, Typed

MAX_INSTANCES = 20_000
MAX_VALUES = 1_000_000
MAX_NESTING = 20


@dataclass(frozen=True, slots=True)
class Placed:
    """One instance of a component: its path ("" for the product) and where it exists (None: always)."""

    component: Component
    path: str
    exists: Typed | None


@dataclass(slots=True)
class Instances:
    """What a product holds on a day: instances from the outside in, variables in catalog order, options not there."""

    day: date
    components: Mapping[str, Component]
    placed: list[Placed] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    values: int = 0


def join(instance: str, name: str) -> str:
    """Return the path of something inside an instance."""
    return f"{instance}.{name}" if instance else name


def count_path(part: str) -> str:
    """Return the path of the number of instances of a part."""
    return f"count({part})"


def instance_guard(count: Variable | None, index: int) -> Typed:
    """Return the condition that an instance exists, given that what it stands in does."""
    greater = [isinstance(value, Fraction) and value > index for value in count.values] if count else []
    if count is None or not any(greater):
        return FALSE
    if all(greater):
        return TRUE
    return comparison(">", Reference(count.kind, count.path), Constant(count.kind, Fraction(index)))


def instantiate(catalog: Catalog, product: Component, day: date) -> Instances:
    """Place the product and all that it can hold on a day; `ModelTooLarge` past the limits of this module."""
    found = Instances(day, {component.name: component for component in catalog.components})
    _place(found, Placed(product, "", None), 0)
    return found


def in_effect(thing: Option | Component, day: date) -> bool:
    """Say whether an option or component is there on a day."""
    return not thing.retired and thing.effectivity.covers(day)


def _place(found: Instances, here: Placed, depth: int) -> None:
    found.placed.append(here)
    if len(found.placed) > MAX_INSTANCES or depth > MAX_NESTING:
        name = here.component.name
        raise ModelTooLarge(
            Limit(
                "memory", f"parts make more than {MAX_INSTANCES} instances or stand deeper than {MAX_NESTING}: {name}"
            )
        )
    for option in here.component.options:
        path = join(here.path, option.name)
        if in_effect(option, found.day):
            _add(found, Variable(path, option.kind, option_values(option, found.day), here.exists, option, here.path,
                                 _default(option, found.day)))  # fmt: skip
        else:
            found.missing.add(path)
    for part in here.component.parts:
        _place_part(found, here, part, depth)


def _place_part(found: Instances, here: Placed, part: Part, depth: int) -> None:
    path = join(here.path, part.name)
    component = found.components[part.component]
    counts: range = range(part.low, part.high + 1)
    if not in_effect(component, found.day):
        counts = range(part.low, 1)
    numbers = tuple(Fraction(number) for number in counts)
    count = Variable(count_path(path), Quantity(), numbers, here.exists, part, here.path, None)
    _add(found, count)
    for index in range(max(counts, default=0)):
        guard = instance_guard(count, index)
        exists = here.exists if guard == TRUE else guard
        _place(found, Placed(component, f"{path}[{index}]", exists), depth + 1)


def _add(found: Instances, variable: Variable) -> None:
    found.variables[variable.path] = variable
    found.values += len(variable.values)
    if found.values > MAX_VALUES:
        raise ModelTooLarge(Limit("memory", f"more than {MAX_VALUES} values up to {variable.path}"))


def option_values(option: Option, day: date) -> tuple[Scalar, ...]:
    """Return the values of an option on a day, in catalog order; a text is empty or not."""
    match option.domain:
        case ChoiceList(choices=choices):
            return tuple(choice.name for choice in choices if choice.effectivity.covers(day))
        case NumberRange(low=low, high=high, step=step):
            steps = (high - low) // step + 1
            if steps > MAX_VALUES:
                raise ModelTooLarge(Limit("memory", f"{option.name} has more than {MAX_VALUES} values"))
            return tuple(low + index * step for index in range(steps))
        case TextShape(shortest=shortest, longest=longest):
            return (*(("",) if shortest == 0 else ()), *((TEXT,) if longest > 0 else ()))
        case None:
            return (True, False)


def _default(option: Option, day: date) -> Scalar | None:
    if isinstance(option.domain, TextShape) and option.default:
        return TEXT
    return option.default if option.default in option_values(option, day) else None

"""What is right, by brute force: every configuration of a catalog, judged by the reference evaluator alone.

It reads the catalog, not the ground model, and knows no engine: what it says about choices, repairs and
prices is a plain walk over the list of all valid configurations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations, product

from catalogs.model import Catalog, ChoiceList, Component, NumberRange, Option, Part, TextShape
from configurator.model import TEXT, Configuration
from rules.environment import ABSENT
from rules.evaluator import Derived, evaluate, holds
from rules.kinds import Scalar

Facts = Mapping[str, frozenset[Scalar]]
"""What must be: each path exists and has one of the values."""


Broken = tuple[str, str]
"""A rule that does not hold, and the path of the instance on which it does not ("" for the product)."""


@dataclass(frozen=True)
class Judged:
    """A configuration, the rules broken in it, its price, and the weight of preferences that do not hold."""

    values: Configuration
    broken: frozenset[Broken]
    price: Fraction
    wishes: int


@dataclass(frozen=True)
class Oracle:
    """Every combination of values of a product on a day; `all` are the valid ones."""

    combinations: tuple[Judged, ...]
    all: tuple[Judged, ...]

    def possible(self, facts: Facts, rules: frozenset[Broken]) -> bool:
        """Say whether the facts can be had when only these rules count."""
        return any(not one.broken & rules and _meets(one.values, facts) for one in self.combinations)

    def within(self, facts: Facts) -> list[Judged]:
        """Return the valid configurations in which the facts hold."""
        return [one for one in self.all if _meets(one.values, facts)]

    def satisfiable(self, facts: Facts) -> bool:
        """Say whether some valid configuration has these facts."""
        return any(_meets(one.values, facts) for one in self.all)

    def repairs(self, facts: Facts, choices: Mapping[str, Scalar]) -> set[frozenset[str]]:
        """Return the minimal sets of choices to give up, by trying every set."""
        minimal: list[frozenset[str]] = []
        for size in range(len(choices) + 1):
            for gone in map(frozenset, combinations(choices, size)):
                kept = {path: frozenset({value}) for path, value in choices.items() if path not in gone}
                if not any(smaller <= gone for smaller in minimal) and self.satisfiable(merged(facts, kept)):
                    minimal.append(gone)
        return set(minimal)


def merged(first: Facts, second: Facts) -> Facts:
    """Return what must be by both."""
    both = {path: first[path] & second[path] for path in first.keys() & second.keys()}
    return {**first, **second, **both}


def judge(catalog: Catalog, name: str, day: date) -> Oracle:
    """Try every combination of values of a product."""
    top = catalog.component(name)
    every = tuple(
        Judged(
            values,
            frozenset(_broken(catalog, top, values, day)),
            _price(catalog, top, values, day),
            _wishes(catalog, top, values, day),
        )
        for values in _configurations(catalog, top, "", day)
    )
    return Oracle(every, tuple(one for one in every if not one.broken))


def _meets(values: Configuration, facts: Facts) -> bool:
    return all(path in values and values[path] in allowed for path, allowed in facts.items())


# --- every combination --------------------------------------------------------------------------


def _configurations(catalog: Catalog, component: Component, prefix: str, day: date) -> Iterator[dict[str, Scalar]]:
    """Yield every assignment of an instance and all that it holds."""
    choices: list[list[dict[str, Scalar]]] = [
        [{prefix + option.name: value} for value in _values(option, day)]
        for option in component.options
        if _there(option, day)
    ]
    choices += [list(_instances(catalog, part, prefix, day)) for part in component.parts]
    for combination in product(*choices):
        yield {path: value for some in combination for path, value in some.items()}


def _instances(catalog: Catalog, part: Part, prefix: str, day: date) -> Iterator[dict[str, Scalar]]:
    element = catalog.component(part.component)
    for count in range(part.low, part.high + 1):
        each = [_configurations(catalog, element, f"{prefix}{part.name}[{index}].", day) for index in range(count)]
        for combination in product(*each):
            inside = {path: value for some in combination for path, value in some.items()}
            yield {f"count({prefix}{part.name})": Fraction(count), **inside}


def _values(option: Option, day: date) -> Sequence[Scalar]:
    match option.domain:
        case ChoiceList(choices=choices):
            return [choice.name for choice in choices if choice.effectivity.covers(day)]
        case NumberRange(low=low, high=high, step=step):
            return [low + number * step for number in range(int((high - low) / step) + 1)]
        case TextShape():
            return ["", TEXT]
    return [True, False]


def _there(option: Option, day: date) -> bool:
    return option.effectivity.covers(day) and not option.retired


# --- what holds ---------------------------------------------------------------------------------


def _record(catalog: Catalog, component: Component, values: Configuration, prefix: str) -> Derived:
    """Build the environment of one instance: its options, the tuples of its parts' instances, derived values."""
    given: dict[str, object] = {option.name: values.get(prefix + option.name, ABSENT) for option in component.options}
    for part in component.parts:
        count = values.get(f"count({prefix}{part.name})")
        element = catalog.component(part.component)
        given[part.name] = tuple(
            _record(catalog, element, values, f"{prefix}{part.name}[{index}].")
            for index in range(int(count) if isinstance(count, Fraction) else 0)
        )
    return Derived(given, {let.name: let.value for let in component.lets})


def _every(catalog: Catalog, top: Component, values: Configuration, name: str) -> Iterator[tuple[str, Derived]]:
    """Yield the path and the environment of every instance of a component in a configuration."""

    def walk(component: Component, prefix: str) -> Iterator[tuple[str, Derived]]:
        if component.name == name:
            yield prefix.rstrip("."), _record(catalog, component, values, prefix)
        for part in component.parts:
            count = values.get(f"count({prefix}{part.name})", Fraction(0))
            for index in range(int(count) if isinstance(count, Fraction) else 0):
                yield from walk(catalog.component(part.component), f"{prefix}{part.name}[{index}].")

    return walk(top, "")


def _broken(catalog: Catalog, top: Component, values: Configuration, day: date) -> Iterator[Broken]:
    for rule in catalog.rules:
        if rule.effectivity.covers(day):
            for path, here in _every(catalog, top, values, rule.on):
                if holds(rule.body, here) is not True:
                    yield rule.name, path


def _wishes(catalog: Catalog, top: Component, values: Configuration, day: date) -> int:
    return sum(
        wish.weight
        for wish in catalog.preferences
        if wish.effectivity.covers(day)
        for _path, here in _every(catalog, top, values, wish.on)
        if holds(wish.condition, here) is not True
    )


# --- what it costs ------------------------------------------------------------------------------


def _price(catalog: Catalog, top: Component, values: Configuration, day: date) -> Fraction:
    """Add up price rows and charges; a text nobody wrote is judged as it stands in the configuration."""
    total = Fraction(0)
    for listed in catalog.price_lists:
        for row in listed.rows:
            if row.effectivity.covers(day):
                total += row.price * _times(row.path, row.values, values)
    for charge in catalog.charges:
        for _path, here in _every(catalog, top, values, charge.on):
            if charge.effectivity.covers(day) and (charge.when is None or holds(charge.when, here) is True):
                amount = evaluate(charge.amount, here)
                total += amount if isinstance(amount, Fraction) else 0
    return total


def _times(path: tuple[str, ...], among: object, values: Configuration) -> int:
    """Count what a price row applies to: the product, an option's value, instances, an option of instances."""
    if not path:
        return 1
    count = values.get(f"count({path[0]})")
    if not isinstance(count, Fraction):
        return int(path[0] in values and values[path[0]] in among)  # type: ignore[operator]  # Values has `in`
    if len(path) == 1:
        return int(count)
    paths = (f"{path[0]}[{index}].{path[1]}" for index in range(int(count)))
    return sum(1 for each in paths if each in values and values[each] in among)  # type: ignore[operator]  # the same

"""A customer's entitlements on a day as restrictions for the configurator: nothing is compiled again for them.

Every grant becomes a condition over the ground model with the meaning of `quotes.pricing.entitlements`; what one
variable decides becomes a mask of its values (an option of an instance that may be absent stays free to be absent),
the rest is kept by `configurator.restricted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from catalogs.model import Option
from configurator import Model, Variable, ground
from configurator.engines.protocol import Engine
from configurator.passes import FALSE, TRUE, comparison, conjunction, disjunction, implication, negation, within
from configurator.restricted import Restriction, restricted
from quotes.pricing.entitlements import VERBS, Held, Rights, Verb, neutral
from quotes.pricing.scope import Names
from rules.kinds import Scalar
from rules.typed import Constant, Reference, Typed, Values

_NUMBER = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True)
class Entitled:
    """What a customer is entitled to of one product on the model's day; None for `rights` entitles to everything."""

    model: Model
    rights: Rights | None

    def restrict(self, engine: Engine, verb: Verb) -> Restriction:
        """Keep an engine for this product (rules and prices may have been added) to what the verb is granted for."""
        return Restriction(engine) if self.rights is None else restricted(engine, self.conditions(verb))

    def conditions(self, verb: Verb) -> tuple[Typed, ...]:
        """Return the ground conditions that a configuration fulfils exactly where the verb is granted for it."""
        if self.rights is None:
            return ()
        product = self.model.product
        whole = [one for step in _steps(verb) for one in self.barred(self.rights.bars(step, product))]
        whole += [one for step in _steps(verb) for one in self._granted(self.rights.grants(step, product))]
        return tuple({repr(one): one for one in whole if one != TRUE}.values())

    def barred(self, bars: Iterable[Held]) -> Iterator[Typed]:
        """Yield what must hold so that none of these grants forbids a configuration."""
        for held in bars:
            where, aim = self._where(held), held.grant.aim
            if not aim.path:
                yield negation(where)
            for thing in self.things:
                if aim.choice is not None and thing.names == aim.path:
                    yield negation(conjunction((where, thing.has(aim.choice))))
                elif aim.choice is None and aim.path and thing.names[: len(aim.path)] == aim.path:
                    yield negation(conjunction((where, thing.present)))

    def _granted(self, grants: tuple[Held, ...]) -> Iterator[Typed]:
        yield disjunction(self._where(held) for held in grants)
        if any(not held.grant.aim.path and self._where(held) == TRUE for held in grants):
            return
        for thing in self.things:
            yield implication(thing.present, disjunction(self._covering(thing, grants)))

    def _covering(self, thing: Thing, grants: tuple[Held, ...]) -> Iterator[Typed]:
        for held in grants:
            choice = held.grant.aim.choice
            if choice is not None and held.grant.aim.path == thing.names:
                yield conjunction((self._where(held), thing.has(choice)))
            elif held.covers(thing.names, None):
                yield self._where(held)

    def _where(self, held: Held) -> Typed:
        where = held.grant.where
        return TRUE if where is None else ground(where, self.model)

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """The options and parts of all instances."""
        return tuple(
            Thing(variable, names_of(variable), _neutral(self.model, variable)) for variable in self.model.variables
        )

    def hidden(self) -> frozenset[str]:
        """Return the variables that the customer never sees: barred, or covered by nothing, in every configuration."""
        if self.rights is None:
            return frozenset()
        return frozenset(thing.variable.path for thing in self.things if self.hides(thing.names))

    def hides(self, names: Names, choice: Scalar | None = None) -> bool:
        """Say whether an option or a part (or a choice of one) is never seen, by its names alone."""
        if self.rights is None:
            return False
        bars, grants = self._seeing
        return any(one.bars(names, choice, present=True) for one in bars) or not any(
            one.covers(names, choice) or (choice is None and one.grant.aim.path == names) for one in grants
        )

    @cached_property
    def _seeing(self) -> tuple[tuple[Held, ...], tuple[Held, ...]]:
        """The bars that hold in every configuration, and the grants that hold in some."""
        rights = self.rights or Rights(())
        bars = tuple(one for one in rights.bars("see", self.model.product) if self._where(one) == TRUE)
        return bars, tuple(one for one in rights.grants("see", self.model.product) if self._where(one) != FALSE)


def barred_values(engine: Engine, rights: Rights) -> dict[str, dict[Scalar, tuple[Verb, ...]]]:
    """Return what a customer may not do with any configuration that has a value, by path and value."""
    model = engine.model
    found: dict[str, dict[Scalar, tuple[Verb, ...]]] = {}
    for verb in VERBS:
        limits = Entitled(model, rights).restrict(engine, verb)
        for variable in model.variables:
            left = frozenset[Scalar]() if limits.is_empty else limits.allowed.get(variable.path, variable.values)
            for value in variable.values:
                if value not in left:
                    own = found.setdefault(variable.path, {})
                    own[value] = (*own.get(value, ()), verb)
    return found


@dataclass(frozen=True, slots=True)
class Thing:
    """An option of an instance, or a number of instances, and the value with which it is not in a configuration."""

    variable: Variable
    names: Names
    neutral: Scalar | None

    @property
    def present(self) -> Typed:
        """The condition that it is in a configuration."""
        reference = Reference(self.variable.kind, self.variable.path)
        if self.neutral is not None:
            return comparison("!=", reference, Constant(self.variable.kind, self.neutral))
        return TRUE if self.variable.exists is None else within(reference, Values(everything=True))

    def has(self, choice: Scalar) -> Typed:
        """Return the condition that it has this value."""
        return comparison("=", Reference(self.variable.kind, self.variable.path), Constant(self.variable.kind, choice))


def _steps(verb: Verb) -> tuple[Verb, ...]:
    """Return the verbs that a verb includes."""
    return VERBS[: VERBS.index(verb) + 1]


def names_of(variable: Variable) -> Names:
    """Return a variable's path without numbers: ``("bags", "size")``; of a number of instances the part's."""
    around = tuple(_NUMBER.sub("", variable.instance).split(".")) if variable.instance else ()
    return (*around, variable.origin.name)


def _neutral(model: Model, variable: Variable) -> Scalar | None:
    if isinstance(variable.origin, Option):
        return neutral(variable.origin, model.day)
    return variable.values[0] if variable.values else None

"""Who may see, see the price of, and buy what: the grants that hold for a customer on a day, and what they mean.

Where a catalog declares no entitlement everybody is entitled to everything. Otherwise nothing is entitled unless
stated, and ``may not`` wins. The verbs are a ladder: who may buy may see the price, who may see the price may see; who
may not see may do neither, who may not see the price may not buy. A grant covers what it names and everything in it;
so that something in it can be reached, what it stands in is covered as well. An option that keeps its default (no, where
a yes/no has none; empty for a text; the fewest of a part) is not in a configuration: nobody needs a grant for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalogs.effectivity import in_effect
from catalogs.model import Catalog, ChoiceList, Option, TextShape
from catalogs.policy import Aim, Entitlement, Grant
from configurator.model import TEXT
from quotes.pricing.context import Context
from quotes.pricing.scope import Names, Spot, customer_holds, instances, options
from rules.kinds import Scalar, Truth

Verb = Literal["see", "price", "buy"]
VERBS: tuple[Verb, ...] = ("see", "price", "buy")
"""What can be granted, each including those before it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A grant that holds for the customer on the day, and the entitlement it stands in."""

    entitlement: Entitlement
    grant: Grant

    def covers(self, names: Names, value: Scalar | None) -> bool:
        """Say whether the grant's aim is the thing of these names with this value, is around it, or is inside it."""
        path, choice = self.grant.aim.path, self.grant.aim.choice
        if path == names:
            return choice is None or choice == value
        return (choice is None and names[: len(path)] == path) or path[: len(names)] == names

    def bars(self, names: Names, value: Scalar | None, *, present: bool) -> bool:
        """Say whether the grant's aim is the thing, or it stands inside the aim; a choice whatever is the default."""
        path, choice = self.grant.aim.path, self.grant.aim.choice
        if choice is not None:
            return path == names and choice == value
        return present and names[: len(path)] == path


@dataclass(frozen=True, slots=True)
class Rights:
    """All grants that hold for a customer on a day, in the order of the catalog."""

    held: tuple[Held, ...]

    def grants(self, verb: Verb, product: str) -> tuple[Held, ...]:
        """Return what allows a verb on a product or on something in it."""
        enough = frozenset(VERBS[VERBS.index(verb) :])
        return tuple(one for one in self._about(product) if one.grant.allowed and one.grant.verbs & enough)

    def bars(self, verb: Verb, product: str) -> tuple[Held, ...]:
        """Return what forbids a verb on a product or on something in it."""
        too_much = frozenset(VERBS[: VERBS.index(verb) + 1])
        return tuple(one for one in self._about(product) if not one.grant.allowed and one.grant.verbs & too_much)

    def quotas(self, product: str) -> tuple[Held, ...]:
        """Return what limits how many may be bought."""
        return tuple(one for one in self.grants("buy", product) if one.grant.up_to is not None)

    def sees(self, product: str) -> bool:
        """Say whether anything of a product may be seen at all, as far as no configuration has to be looked at."""
        barred = any(one.grant.aim == Aim(product) and one.grant.where is None for one in self.bars("see", product))
        return not barred and bool(self.grants("see", product))

    def is_whole(self, product: str) -> bool:
        """Say whether every configuration of a product may be bought without limit."""
        return (
            any(one.grant.aim == Aim(product) and one.grant.where is None for one in self.grants("buy", product))
            and not self.bars("buy", product)
            and not self.quotas(product)
        )

    def _about(self, product: str) -> Iterator[Held]:
        return (one for one in self.held if one.grant.aim.product == product)


def rights_of(catalog: Catalog, context: Context, day: date) -> Rights | None:
    """Return what a customer is entitled to on a day; None where the catalog declares no entitlement at all."""
    if not catalog.entitlements:
        return None
    return Rights(
        tuple(
            Held(one, grant)
            for one in in_effect(catalog.entitlements, day)
            if one.who is None or customer_holds(one.who, catalog, context)
            for grant in one.grants
        )
    )


def neutral(option: Option, day: date) -> Scalar | None:
    """Return the value with which an option is not in a configuration, None where it has none.

    That is its default where one is declared and in effect, else no for a yes/no, and for a text nothing written.
    """
    default = option.default
    match option.domain:
        case TextShape(shortest=shortest):
            return TEXT if default else "" if shortest == 0 else None
        case ChoiceList(choices=choices):
            known = [choice.name for choice in choices if choice.effectivity.covers(day)]
            return default if isinstance(default, str) and default in known else None
    return False if default is None and isinstance(option.kind, Truth) else default


@dataclass(frozen=True, slots=True)
class Element:
    """An option or a part of one instance in a whole configuration; `value` of a text is `TEXT` where it is written."""

    names: Names
    value: Scalar | None
    present: bool
    times: int


def elements(spots: Iterable[Spot], configuration: Mapping[str, Scalar], day: date) -> Iterator[Element]:
    """Yield what a configuration is made of; a part once for each instance it stands in, `times` its instances."""
    for spot in spots:
        for option, _path, given in options(spot, configuration):
            value = TEXT if isinstance(option.domain, TextShape) and given else given
            none = neutral(option, day)
            yield Element((*spot.names, option.name), value, none is None or value != none, 1)
        for part in spot.component.parts:
            there = len(instances(part, configuration, spot.path))
            yield Element((*spot.names, part.name), None, there > part.low, there)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a configuration may not be seen, priced or bought: what stands against it, or (None) that nothing allows it."""

    verb: Verb
    names: Names
    held: Held | None


def refusal(
    rights: Rights,
    product: str,
    spots: Sequence[Spot],
    configuration: Mapping[str, Scalar],
    day: date,
    upto: Verb = "buy",
) -> Refusal | None:
    """Say what keeps a customer from a verb on a whole configuration, the first verb of the ladder first; None for nothing.

    `spots` are the product and its instances (`quotes.pricing.scope.spots`).
    """
    scope = spots[0].scope
    made = tuple(elements(spots, configuration, day))

    def holding(some: Iterable[Held]) -> list[Held]:
        return [one for one in some if one.grant.where is None or scope.holds(one.grant.where)]

    for verb in VERBS[: VERBS.index(upto) + 1]:
        for one in holding(rights.bars(verb, product)):
            if not one.grant.aim.path or any(one.bars(e.names, e.value, present=e.present) for e in made):
                return Refusal(verb, one.grant.aim.path, one)
        grants = holding(rights.grants(verb, product))
        if not grants:
            return Refusal(verb, (), None)
        for element in made:
            if element.present and not any(one.covers(element.names, element.value) for one in grants):
                return Refusal(verb, element.names, None)
    return None


def amount(held: Held, spots: Sequence[Spot], configuration: Mapping[str, Scalar], day: date) -> int:
    """Return how many of what a quota names one unit of a configuration holds."""
    grant = held.grant
    if grant.where is not None and not spots[0].scope.holds(grant.where):
        return 0
    if not grant.aim.path:
        return 1
    made = elements(spots, configuration, day)
    return sum(
        one.times
        for one in made
        if one.names == grant.aim.path
        and (one.value == grant.aim.choice if grant.aim.choice is not None else one.present or one.value is None)
    )


def written_aim(aim: Aim) -> str:
    """Write what a grant names: ``ebike.bags.size.large``."""
    named = aim.choice if not isinstance(aim.choice, bool) else "yes" if aim.choice else "no"
    return ".".join((aim.product, *aim.path, *(() if named is None else (str(named),))))

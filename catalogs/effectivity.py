"""Effectivity: what is in effect on a day, and the slices of time in which nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from catalogs.marks import Effectivity
from catalogs.model import (
    Catalog, Charge, Choice, ChoiceList, Component, Item, Option, Preference, Rule, Scale, Suggestion,
)  # fmt: skip
from catalogs.price_book import periods


class InTime(Protocol):
    """Anything that is in effect on some days."""

    @property
    def effectivity(self) -> Effectivity:
        """The days on which it is."""


T = TypeVar("T", bound=InTime)


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of days, both ends included, None where it is open; nothing changes within."""

    start: date | None
    end: date | None

    def covers(self, day: date) -> bool:
        """Say whether the day lies within."""
        return Effectivity(self.start, self.end).covers(day)

    @property
    def day(self) -> date:
        """A day of the slice, to ask questions on: its first, or where that is open its last."""
        return self.start or self.end or date(2000, 1, 1)


def in_effect(things: Iterable[T], day: date) -> tuple[T, ...]:
    """Return what is in effect on a day, in the order given."""
    return tuple(thing for thing in things if thing.effectivity.covers(day))


def choices_on(choices: ChoiceList, day: date) -> tuple[Choice, ...]:
    """Return the choices of a list that can be chosen on a day."""
    return in_effect(choices.choices, day)


def options_on(component: Component, day: date) -> tuple[Option, ...]:
    """Return the options that are offered on a day: in effect, and not retired."""
    return tuple(option for option in in_effect(component.options, day) if not option.retired)


def within(catalog: Catalog, component: str) -> tuple[Component, ...]:
    """Return a component and every component among its parts, at any depth, each once."""
    found: dict[str, Component] = {}
    waiting = [component]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = catalog.component(name)
            waiting += [part.component for part in found[name].parts]
    return tuple(found.values())


def slices(catalog: Catalog, product: str | None = None, since: date | None = None) -> tuple[Slice, ...]:
    """Return the slices of time of a catalog, or of one product, oldest first, from `since` on.

    Together they cover every day from `since` on (every day, where it is None), and no two overlap.
    """
    starts = sorted(set(_change_days(catalog, product)))
    edges: list[date | None] = [None, *starts]
    found = [Slice(a, b - timedelta(days=1)) for a, b in zip(edges, starts, strict=False)]
    found.append(Slice(edges[-1], None))
    if since is None:
        return tuple(found)
    return tuple(
        Slice(since if one.start is None or one.start < since else one.start, one.end)
        for one in found
        if one.end is None or one.end >= since
    )


def _change_days(catalog: Catalog, product: str | None) -> Iterator[date]:
    """Yield every first day on which something differs from the day before."""
    for effectivity in _effectivities(catalog, product):
        if effectivity.start is not None and effectivity.start > date.min:
            yield effectivity.start
        if effectivity.end is not None and effectivity.end < date.max:
            yield effectivity.end + timedelta(days=1)


def _effectivities(catalog: Catalog, product: str | None) -> Iterator[Effectivity]:
    components = catalog.components if product is None else within(catalog, product)
    names = {component.name for component in components}
    for component in components:
        yield from _inside(component)
    for owner, effectivity in _declared(catalog):
        if owner is None or owner in names:
            yield effectivity


def _inside(component: Component) -> Iterator[Effectivity]:
    yield component.effectivity
    for option in component.options:
        yield option.effectivity
        if isinstance(option.domain, ChoiceList):
            yield from (choice.effectivity for choice in option.domain.choices)


def _declared(catalog: Catalog) -> Iterator[tuple[str | None, Effectivity]]:
    """Yield the days of everything declared outside components, with what it is on, None for everything."""
    on_components: tuple[Rule | Preference | Item, ...] = (*catalog.rules, *catalog.preferences, *catalog.items)
    on_products: tuple[Suggestion | Charge | Scale, ...] = (*catalog.suggestions, *catalog.charges, *catalog.scales)
    yield from ((one.on, one.effectivity) for one in on_components)
    yield from ((one.on, one.effectivity) for one in on_products)
    yield from ((clause.on, clause.effectivity) for clause in catalog.clauses)
    for tax in catalog.taxes:
        yield from ((on, tax.effectivity) for on in tax.on or (None,))
    for prices in catalog.price_lists:
        yield None, prices.effectivity
        yield from periods(prices.rows)
    yield from _policy(catalog)


def _policy(catalog: Catalog) -> Iterator[tuple[str | None, Effectivity]]:
    """Yield the days of sales policy. Who stands in for whom and what a currency costs change no product."""
    kinds: tuple[tuple[InTime, ...], ...] = (
        catalog.contracts, catalog.promotions, catalog.entitlements, catalog.floors, catalog.approvals, catalog.fees,
        catalog.policies,
    )  # fmt: skip
    yield from ((None, one.effectivity) for kind in kinds for one in kind)
    yield from ((one.on, one.effectivity) for one in catalog.recurring)
    yield from ((one.on, one.effectivity) for one in catalog.percents)
    for margin in catalog.channel_margins:
        yield from ((on, margin.effectivity) for on in margin.on or (None,))

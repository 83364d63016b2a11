"""Suggestions that the catalog declares: where `when` holds, the nearest configuration in which `offer` does.

The nearest is the one that gives up the fewest of the user's choices, and only such as the offer
speaks of; then changes the fewest other values; then costs the least; then is first in the catalog's order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from catalogs.effectivity import in_effect
from catalogs.model import Catalog, Suggestion
from configurator import Configuration, Objective, ground
from configurator.engines.protocol import Budget
from configurator.expressions import environment, mentions, satisfied
from configurator.lexicographic import Pin, Settled, broken, in_catalog_order, least
from configurator.session import Session, model_value, settled, written
from quotes.quote import OfferedSuggestion
from quotes.unit_prices import UnitPrices
from rules.kinds import Scalar
from rules.typed import Compare, Constant, Not, Reference, Typed
from rules.values import write


def suggest(
    catalog: Catalog,
    session: Session,
    prices: UnitPrices,
    current: Configuration,
    *,
    settled_already: bool,
    only: Collection[str] | None = None,
    budget: Budget = Budget(),  # noqa: B008 - frozen
) -> tuple[OfferedSuggestion, ...]:
    """Return what can be offered besides a whole valid configuration, in the order of the catalog.

    `current` keeps all choices of the session and has a price; totals are compared with its own. With
    `settled_already` it is what the customer has; otherwise much of it is still open, and only what is certain under
    the choices counts: the condition holds, and the offer is not fulfilled, in every completion. A suggestion
    for which a limit was hit is not offered. `only` names the suggestions to look at, None means all.
    """
    budget = budget.started()
    now = prices.net_of(current)
    if now is None:
        return ()
    session = prices.sale(session)
    seeing = Seeing(session, prices, current, now, budget)
    found = (
        seeing.offered(one, certain=not settled_already)
        for one in in_effect(catalog.suggestions, session.model.day)
        if one.on == session.model.product and (only is None or one.name in only)
    )
    return tuple(offer for offer in found if offer is not None)


class Seeing:
    """One configuration and what may change in it."""

    def __init__(self, session: Session, prices: UnitPrices, current: Configuration, now: int, budget: Budget) -> None:
        self._session = session
        self._model = session.model
        self._prices = prices
        self._current = current
        self._now = now
        self._budget = budget
        self._values: Configuration = {
            path: model_value(self._model.variable(path), value) for path, value in current.items()
        }

    def offered(self, one: Suggestion, *, certain: bool) -> OfferedSuggestion | None:
        """Return the offer with its exact total, None where it is not to be made."""
        configuration = self.nearest(one, certain=certain)
        total = None if configuration is None else self._prices.net_of(configuration)
        if configuration is None or total is None:
            return None
        return OfferedSuggestion(
            one.name,
            one.because,
            dict(self._differences(configuration)),
            self._prices.text(total),
            self._prices.text(total - self._now),
        )

    def nearest(self, one: Suggestion, *, certain: bool) -> Configuration | None:
        """Return the nearest configuration with the offer, None where it is not to be made."""
        when, offer = ground(one.when, self._model), ground(one.offer, self._model)
        seen = environment(self._model, self._values)
        if not satisfied(when, seen) or satisfied(offer, seen):
            return None
        if certain and not (self._always(when) and self._always(Not(offer))):
            return None
        return self.reached(offer)

    def reached(self, offer: Typed) -> Configuration | None:
        """Return the nearest configuration in which a ground condition holds; None where there is none, or a limit was hit."""
        found = self._nearest(offer)
        return None if found is None else written(self._without(offer), found)

    def _always(self, condition: Typed) -> bool:
        """Prove that a condition holds in every completion of the choices."""
        never = broken([(condition, 1)])
        verdict = self._session.engine.solve(self._session.allowed, objective=never, sense="max", budget=self._budget)
        return verdict.status == "solution" and verdict.value == 0

    def _nearest(self, offer: Typed) -> Configuration | None:
        """Settle, one after another: the offer, what is changed for it, the price, the catalog's order."""
        free = self._without(offer)
        keeping = Settled(free.engine, free.allowed, self._budget)
        verdict = least(keeping, broken([(offer, 1)]), 1)
        if verdict.status != "solution" or verdict.value:
            return None
        offered = keeping.keep([offer])
        changes, most = self._changes()
        verdict = least(offered, changes, most)
        if verdict.status != "solution" or verdict.value is None:
            return None
        nearest = offered.pin(Pin(changes, verdict.value, most))
        cost = settled(free, self._prices.objective)
        verdict = least(nearest, cost)
        if verdict.status != "solution" or verdict.value is None or verdict.configuration is None:
            return None
        price = Pin(cost, verdict.value)
        kept = self._kept(nearest.pin(price), verdict.configuration)
        if kept is None:
            return None
        settled_paths, configuration = kept
        for path in settled_paths:
            offered = offered.only(path, frozenset({self._values[path]}))
        others = [variable.path for variable in self._model.variables if variable.path not in settled_paths]
        _, verdict = in_catalog_order(offered.pin(price), configuration, others)
        return verdict.configuration if verdict.status == "solution" else None

    def _kept(self, cheapest: Settled, configuration: Configuration) -> tuple[set[str], Configuration] | None:
        """Return the values that stay: of several nearest and cheapest ways the one that keeps the first ones.

        It is one value after another that is settled, so that both engines come to the same way.
        """
        kept: set[str] = set()
        for path, value in self._values.items():
            if configuration.get(path) != value:
                verdict = least(cheapest, broken([(self._stays(path), 1)]), 1)
                if verdict.status != "solution" or verdict.configuration is None:
                    return None
                if verdict.value:
                    continue
                configuration = verdict.configuration
            kept.add(path)
            cheapest = cheapest.only(path, frozenset({value}))
        return kept, configuration

    def _stays(self, path: str) -> Typed:
        kind = self._model.variable(path).kind
        return Compare("=", Reference(kind, path), Constant(kind, self._values[path]))

    def _without(self, offer: Typed) -> Session:
        """Return the session without the choices that the offer speaks of."""
        spoken = mentions(offer)
        return replace(
            self._session, choices=tuple(choice for choice in self._session.choices if choice.path not in spoken)
        )

    def _changes(self) -> tuple[Objective, int]:
        """Return the number of values that are lost, and the most it can be; a choice weighs more than all the rest."""
        chosen = {choice.path for choice in self._session.choices}
        heavy = len(self._values) + 1
        kept = [(self._stays(path), heavy if path in chosen else 1) for path in self._values]
        return broken(kept), sum(weight for _, weight in kept)

    def _differences(self, configuration: Mapping[str, Scalar]) -> Iterator[tuple[str, str]]:
        for variable in self._model.variables:
            value = configuration.get(variable.path)
            if value is not None and value != self._current.get(variable.path):
                yield variable.path, write(variable.kind, value)

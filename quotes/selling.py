"""What a quote may hold of a product for its customer, and what is said where it may not.

Two veils: `told` is that of the reader (a rep sees through it), `kept` that of the customer, who reads the quote
whoever made it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from catalogs.model import Catalog, Item
from configurator import Configuration, ground
from configurator.conflict import Conflict, minimal_conflict
from configurator.engines.protocol import Budget, Engine
from configurator.passes import mentioned
from configurator.session import Session
from quotes.answer_shape import Viewer
from quotes.bill import bill
from quotes.configured import contradiction
from quotes.entitlement import Entitled
from quotes.pricing import Context
from quotes.pricing.entitlements import Rights
from quotes.pricing.scope import spots
from quotes.unit_prices import UnitPrices, unit_prices
from quotes.veil import Veil


@dataclass(frozen=True, slots=True)
class View:
    """A product for one customer: its engine without restrictions, its prices, and the two veils."""

    engine: Engine
    prices: UnitPrices | str
    told: Veil
    kept: Veil
    is_seen: bool

    @classmethod
    def of(cls, catalog: Catalog, engine: Engine, context: Context, rights: Rights | None, viewer: Viewer) -> View:
        """Look at a product for a customer."""
        entitled = Entitled(engine.model, rights)
        seeing = entitled.restrict(engine, "see")
        kept = Veil(catalog, entitled, seeing.allowed)
        told = kept if viewer == "customer" else Veil(catalog, Entitled(engine.model, None))
        is_seen = viewer == "rep" or not seeing.is_empty
        return cls(engine, unit_prices(catalog, engine, context, entitled), told, kept, is_seen)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a line cannot be sold: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is said where choices have nothing that can be bought. `free` are the choices without restrictions."""

    view: View
    free: Session

    def of(self, session: Session, budget: Budget) -> Refused:
        """Say what stands against the choices: rules first, then what the customer may see, then what he may buy."""
        told = self.view.told
        prices = self.view.prices
        open_session = self.free if isinstance(prices, str) else prices.free(self.free)
        found = minimal_conflict(open_session.engine, open_session.choices, open_session.restrictions, budget=budget)
        if isinstance(found, Conflict):
            return Refused("contradiction", contradiction(open_session, found, told))
        seeing = self.view.kept.entitled.restrict(self.view.engine, "see").session(self.free)
        found = minimal_conflict(seeing.engine, seeing.choices, seeing.restrictions, budget=budget)
        if isinstance(found, Conflict) and told.is_open:
            return Refused("not-entitled", "this customer may not see what is chosen")
        if isinstance(found, Conflict):
            return Refused("contradiction", contradiction(seeing, _unsaid(found), told))
        found = minimal_conflict(session.engine, session.choices, session.restrictions, budget=budget)
        if isinstance(found, Conflict):
            return Refused("not-entitled", "this customer cannot buy what is chosen")
        return Refused("limit", found.message if found else "the search for a configuration hit its limit")


def _unsaid(conflict: Conflict) -> Conflict:
    """Return a conflict without its rules: one that rests on what is not seen names none."""
    return Conflict(conflict.choices, ())


def unsaid_items(catalog: Catalog, veil: Veil, configuration: Configuration, day: date) -> frozenset[str]:
    """Return the codes of the items that hang on an option the customer does not see, or name something unseen."""
    model = veil.entitled.model
    if veil.is_open:
        return frozenset()
    places = tuple(spots(catalog, model.product, configuration, {}))

    def is_unsaid(item: Item) -> bool:
        if veil.names(item.label, *(piece for piece in item.code if isinstance(piece, str))):
            return True
        asked = [one for one in (item.when, item.quantity, *item.code) if one is not None and not isinstance(one, str)]
        paths = [spot.path for spot in places if spot.component.name == item.on]
        return any(mentioned(ground(one, model, path)) & veil.hidden for one in asked for path in paths)

    unsaid = replace(catalog, items=tuple(one for one in catalog.items if is_unsaid(one)))
    return frozenset(line.code for line in bill(unsaid, model.product, configuration, day))

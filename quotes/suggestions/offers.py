"""Everything that could be offered beside a line or a quote: all sources in one ranked list, each entry with its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from catalogs.effectivity import in_effect
from configurator import ground
from quotes.answer_shape import Viewer
from quotes.pricing import Line
from quotes.suggestions.bundles import bundles
from quotes.suggestions.deal import Deal
from quotes.suggestions.declared import Seeing
from quotes.suggestions.followed import Past, products, values
from quotes.suggestions.picks import picks
from quotes.suggestions.ranking import ranked
from quotes.suggestions.shape import Change, Evidence, Offer, Wish
from quotes.suggestions.tiers import tiers
from quotes.suggestions.upgrade import preferred, upgrades

MOST = 5
"""So many offers are made where the caller does not say."""
NOTHING = Past()


def line_offers(
    deal: Deal,
    line: str,
    *,
    wishes: Collection[Wish] = (),
    past: Past = NOTHING,
    most: int = MOST,
    viewer: Viewer = "customer",
) -> tuple[Offer, ...]:
    """Return what could be offered in the place of one line, best first, at most so many; `KeyError` for no such line.

    All is valid, entitled, in effect and can be ordered as it stands, with exact totals; what `deal.budget` leaves no
    time for is not offered. `wishes` are features that are wanted; good, better and best look at them, or where there
    are none at what the catalog prefers. Only a rep (`viewer`) reads margins.
    """
    changes = _of_line(deal, deal.line(line), tuple(wishes), past)
    return _list(deal, changes, most, viewer)


def quote_offers(
    deal: Deal,
    *,
    wishes: Mapping[str, Collection[Wish]] | None = None,
    past: Past = NOTHING,
    most: int = MOST,
    viewer: Viewer = "customer",
) -> tuple[Offer, ...]:
    """Return what could be offered beside a whole quote: that of every line, and products more, as `line_offers`.

    `wishes` are by the id of the line.
    """
    wanted = wishes or {}

    def changes() -> Iterator[Change]:
        yield from bundles(deal)
        yield from products(deal, past)
        for line in deal.lines:
            yield from _of_line(deal, line, tuple(wanted.get(line.id, ())), past)

    return _list(deal, changes(), most, viewer)


def _list(deal: Deal, changes: Iterator[Change], most: int, viewer: Viewer) -> tuple[Offer, ...]:
    here = {line.id: line for line in deal.lines}
    offers = deal.offers(one for one in changes if here.get(one.after.id) != one.after)
    best = ranked(offers, deal.desk.policy.ranking)[: max(0, most)]
    return best if viewer == "rep" else tuple(one.for_customer() for one in best)


def _of_line(deal: Deal, line: Line, wishes: tuple[Wish, ...], past: Past) -> Iterator[Change]:
    view = deal.view(line.product)
    if view is None or deal.now.unpriced:
        return
    yield from _declared(deal, line)
    yield from upgrades(deal, line, wishes)
    yield from tiers(deal, line)
    yield from picks(deal, line, wishes or preferred(view.engine.model), deal.desk.policy.ranking)
    yield from values(deal, line, past)


def _declared(deal: Deal, line: Line) -> Iterator[Change]:
    """Yield what the catalog's ``suggest`` rules say of a line."""
    session, prices, view = deal.session(line), deal.prices(line.product), deal.view(line.product)
    now = None if prices is None else prices.net_of(line.configuration)
    if session is None or prices is None or view is None or now is None:
        return
    seeing = Seeing(session, prices, line.configuration, now, deal.budget)
    for one in in_effect(deal.catalog.suggestions, deal.day):
        if one.on != line.product or deal.is_over:
            continue
        model = session.model
        if view.kept.names(one.name) or view.kept.speaks(ground(one.when, model), ground(one.offer, model)):
            continue
        found = seeing.nearest(one, certain=False)
        if found is not None:
            yield Change(replace(line, configuration=found), one.because, Evidence("declared", one.name))

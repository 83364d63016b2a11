"""Everything a set of choices can be asked: one function behind the command line, the API and the pages.

`configure` returns an `Answer`, plain frozen data; `as_json` writes it as docs/json.md has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from catalogs.model import Catalog, Customer
from configurator.engines.diagram.store import Store
from configurator.engines.planner import Preferred
from configurator.engines.protocol import Budget, Engine
from configurator.session import Chosen, start
from configurator import UnknownProduct
from quotes.answer_json import as_json
from quotes.answer_shape import Answer, LimitAnswer, Viewer
from quotes.engines import product_engine
from quotes.entitlement import Entitled, barred_values
from quotes.inquiry import Goal, Inquiry
from quotes.pricing import Context
from quotes.pricing.entitlements import refusal, rights_of
from quotes.pricing.scope import spots
from quotes.unit_prices import unit_prices
from quotes.veil import Veil
from quotes.wishes import WishProblem, read_wish, read_wishes

__all__ = ["Answer", "Goal", "Viewer", "WishProblem", "as_json", "configure"]


def configure(
    catalog: Catalog,
    product: str,
    choices: Mapping[str, str],
    *,
    day: date,
    customer: Customer | None = None,
    complete: Goal | None = None,
    why: tuple[str, str] | None = None,
    get: tuple[str, str] | None = None,
    prices: bool = True,
    language: str = "",
    viewer: Viewer = "customer",
    engine: Engine | Preferred = "auto",
    store: Store | None = None,
    budget: Budget = Budget(),  # noqa: B008 - frozen
) -> Answer:
    """Answer a set of choices on a day for a customer.

    `choices`, `why` and `get` are names and values as people write them. `complete` fills what is open;
    `why` asks for the reason of one value's state, `get` for the repairs that make a value possible. Without
    `prices` values have no price ranges; totals, repairs and suggestions keep theirs. `engine` may be one
    built before for this catalog, product and day. A `viewer` who is a rep sees everything, and what the customer may
    not; a product that a customer may not see is unknown to him. States, completion, total, suggestions, reasons and repairs
    share one `budget`, the price ranges have another of the same seconds. `configurator.UnknownProduct`, `ProductNotInEffect` and
    `ModelTooLarge` are raised as `compile_product` says; a choice that cannot be read is a problem of the answer.
    """
    context = Context.of(catalog, customer)
    rights = rights_of(catalog, context, day)
    if viewer == "customer" and rights is not None and not rights.sees(product):
        raise UnknownProduct(product)
    built = product_engine(catalog, product, day, engine, store) if isinstance(engine, str) else engine
    entitled = Entitled(built.model, rights if viewer == "customer" else None)
    seeing = entitled.restrict(built, "see")
    if seeing.is_empty:
        raise UnknownProduct(product)
    veil = Veil(catalog, entitled, seeing.allowed)
    blank = Answer(catalog, product, day, language, context.currency, built.name, veil=veil)
    chosen, problems = read_wishes(veil.model, choices)
    asked = [None if pair is None else read_wish(veil.model, *pair) for pair in (why, get)]
    problems = (*problems, *(one for one in asked if isinstance(one, WishProblem)))
    if problems:
        return replace(blank, problems=tuple(map(veil.problem, problems)))
    priced = unit_prices(catalog, built, context, entitled)
    free = start(built, chosen)
    barred = barred_values(built, rights) if viewer == "rep" and rights is not None else {}
    known = None if isinstance(priced, str) else priced
    inquiry = Inquiry(catalog, seeing.session(free), known, budget, budget.started(), veil, free, barred)
    wanted = [one if isinstance(one, Chosen) else None for one in asked]
    answer = inquiry.answer(blank, complete, ranges=prices, why=wanted[0], get=wanted[1])
    if isinstance(priced, str) and catalog.price_lists:
        sentence = _NO_PRICE if veil.names(priced) else priced
        answer = replace(answer, limits=(*answer.limits, LimitAnswer("prices", "no-price", sentence)))
    if viewer == "rep" and rights is not None and answer.configuration is not None:
        whole = answer.configuration
        seen = tuple(spots(catalog, product, whole, {}))
        answer = replace(answer, refused=refusal(rights, product, seen, whole, day))
    return answer


_NO_PRICE = "there is no price for this product"

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
from quotes.answer_json import as_json
from quotes.answer_shape import Answer, LimitAnswer
from quotes.engines import product_engine
from quotes.inquiry import Goal, Inquiry
from quotes.pricing import Context
from quotes.unit_prices import unit_prices
from quotes.wishes import WishProblem, read_wish, read_wishes

__all__ = ["Answer", "Goal", "WishProblem", "as_json", "configure"]


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
    engine: Engine | Preferred = "auto",
    store: Store | None = None,
    budget: Budget = Budget(),  # noqa: B008 - frozen
) -> Answer:
    """Answer a set of choices on a day for a customer.

    `choices`, `why` and `get` are names and values as people write them. `complete` fills what is open;
    `why` asks for the reason of one value's state, `get` for the repairs that make a value possible. Without
    `prices` values have no price ranges; totals, repairs and suggestions keep theirs. `engine` may be one
    built before for this catalog, product and day. States, completion, total, suggestions, reasons and repairs
    share one `budget`, the price ranges have another of the same seconds. `configurator.UnknownProduct`, `ProductNotInEffect` and
    `ModelTooLarge` are raised as `compile_product` says; a choice that cannot be read is a problem of the answer.
    """
    built = product_engine(catalog, product, day, engine, store) if isinstance(engine, str) else engine
    context = Context.of(catalog, customer)
    blank = Answer(catalog, product, day, language, context.currency, built.name)
    chosen, problems = read_wishes(built.model, choices)
    asked = [None if pair is None else read_wish(built.model, *pair) for pair in (why, get)]
    problems = (*problems, *(one for one in asked if isinstance(one, WishProblem)))
    if problems:
        return replace(blank, problems=problems)
    priced = unit_prices(catalog, built, context)
    inquiry = Inquiry(
        catalog, start(built, chosen), None if isinstance(priced, str) else priced, budget, budget.started()
    )
    wanted = [one if isinstance(one, Chosen) else None for one in asked]
    answer = inquiry.answer(blank, complete, ranges=prices, why=wanted[0], get=wanted[1])
    if isinstance(priced, str) and catalog.price_lists:
        answer = replace(answer, limits=(*answer.limits, LimitAnswer("prices", "no-price", priced)))
    return answer

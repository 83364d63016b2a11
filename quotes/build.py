"""From a request to a quote: wishes read, completed and proved valid, priced, with items, clauses and suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalogs.marks import Label
from catalogs.model import Catalog, Customer
from configurator import Configuration, ModelTooLarge, ProductNotInEffect, UnknownProduct
from configurator.completion import complete
from configurator.conflict import Conflict, minimal_conflict
from configurator.engines.protocol import USUAL, Budget, Engine
from configurator.session import Session, start, written
from quotes.bill import NoBillError, bill, clauses
from quotes.configured import contradiction, told_options, unwritten
from quotes.documents.wording import LANGUAGES
from quotes.lifecycle import START, advance
from quotes.printable import unprintable
from quotes.pricing import Context, Line, PricedLine, PricedQuote, price
from quotes.quote import BomLine, ChosenOption, OfferedSuggestion, Quote, QuoteLine
from quotes.reading import MOST_PROBLEMS, Problem, pointer
from quotes.request import QuoteRequest, RequestLine
from quotes.suggestions import suggest
from quotes.unit_prices import UnitPrices, unit_prices
from quotes.wishes import read_wishes
from rules.diagnostics import did_you_mean

VALID_DAYS = 30

Engines = Callable[[Catalog, str, date], Engine]
"""How a product's engine is had: built, or taken from where it is kept. Raises as `compile_product` does."""


@dataclass(frozen=True, slots=True)
class _Configured:
    """Whole and valid choices for a product, with all that follows from them but the price."""

    configuration: Configuration
    options: tuple[ChosenOption, ...]
    items: tuple[BomLine, ...]
    clauses: tuple[Label, ...]
    suggestions: tuple[OfferedSuggestion, ...]


def build_quote(
    catalog: Catalog,
    request: QuoteRequest,
    *,
    quote_id: str,
    engines: Engines,
    valid_days: int = VALID_DAYS,
    budget: Budget = USUAL,
) -> tuple[Quote | None, tuple[Problem, ...]]:
    """Make the quote of a request, or say at which places of the request why it cannot be made.

    Every line is a configuration proved valid, and has a price; every character of it can be printed. The quote is
    issued at once ("approved"), valid up to `valid_days` after its day. Every line may cost `budget`.
    """
    problems: list[Problem] = []
    customer = _customer(catalog, request.customer, problems)
    language = _language(catalog, request.language, problems)
    if customer is None:
        return None, tuple(problems)
    context = Context.of(catalog, customer)
    desk = _Desk(catalog, context, request.day, engines, budget, problems)
    configured = []
    for number, line in enumerate(request.lines):
        if len(problems) < MOST_PROBLEMS:
            configured.append(desk.configured(number, line))
    whole = [one for one in configured if one is not None]
    if problems or len(whole) < len(configured):
        return None, tuple(problems)
    asked = [
        Line(f"L{number}", line.product, one.configuration, line.quantity)
        for number, (line, one) in enumerate(zip(request.lines, whole, strict=True), 1)
    ]
    priced = price(catalog, context, asked, request.day)
    problems += _unpriced(priced, asked)
    if problems:
        return None, tuple(problems)
    lines = [_line(catalog, line, one, told) for line, one, told in zip(asked, whole, priced.lines, strict=True)]
    quote = Quote(
        id=quote_id,
        revision=1,
        state=START,
        catalog=catalog.name,
        catalog_label=catalog.label,
        catalog_version=catalog.version,
        day=request.day,
        valid_until=_last_day(request.day, valid_days),
        customer=customer,
        language=language,
        lines=tuple(lines),
        priced=priced,
        clauses=clauses(catalog, context, None, {}, request.day),
        notes=request.notes,
    )
    problems += unprintable(quote)
    return (None, tuple(problems)) if problems else (advance(quote, "issue"), ())


class _Desk:
    """What the lines of one quote share; equal wishes are worked out once."""

    def __init__(
        self,
        catalog: Catalog,
        context: Context,
        day: date,
        engines: Engines,
        budget: Budget,
        problems: list[Problem],
    ) -> None:
        self._catalog = catalog
        self._context = context
        self._day = day
        self._engines = engines
        self._budget = budget
        self._problems = problems
        self._prices: dict[str, UnitPrices | str] = {}
        self._done: dict[tuple[object, ...], _Configured] = {}

    def _refuse(self, code: str, message: str, *place: str | int, hint: str = "") -> None:
        self._problems.append(Problem(pointer("lines", *place), code, message, hint))

    def configured(self, number: int, line: RequestLine) -> _Configured | None:
        """Read, complete and prove one line; None where there is a problem."""
        wishes = (line.product, line.complete, *sorted(line.choices.items()))
        if wishes not in self._done:
            made = self._configure(number, line)
            if made is None:
                return None
            self._done[wishes] = made
        return self._done[wishes]

    def _configure(self, number: int, line: RequestLine) -> _Configured | None:
        engine = self._engine(number, line.product)
        if engine is None:
            return None
        chosen, wrong = read_wishes(engine.model, line.choices)
        for wish in wrong:
            self._refuse(wish.code, wish.message, number, "choices", wish.name, hint=wish.hint)
        prices = self._unit_prices(engine)
        if isinstance(prices, str):
            self._refuse("no-price", prices, number, "product")
        if wrong or isinstance(prices, str):
            return None
        session = prices.session(start(engine, chosen))
        budget = self._budget.started()
        configuration = self._whole(number, line, session, prices, budget)
        if configuration is None:
            return None
        for path in (texts := unwritten(session, configuration)):
            self._refuse("text-needed", f"a rule asks for a text in {path}", number, "choices", path)
        return None if texts else self._followed(number, session, prices, configuration, budget)

    def _unit_prices(self, engine: Engine) -> UnitPrices | str:
        product = engine.model.product
        if product not in self._prices:
            self._prices[product] = unit_prices(self._catalog, engine, self._context)
        return self._prices[product]

    def _followed(
        self, number: int, session: Session, prices: UnitPrices, configuration: Configuration, budget: Budget
    ) -> _Configured | None:
        product = session.model.product
        try:
            items = bill(self._catalog, product, configuration, self._day)
        except NoBillError as error:
            self._refuse("no-bill", str(error), number)
            return None
        return _Configured(
            configuration,
            told_options(session, configuration, budget),
            items,
            clauses(self._catalog, self._context, product, configuration, self._day),
            suggest(self._catalog, session, prices, configuration, settled_already=True, budget=budget),
        )

    def _engine(self, number: int, product: str) -> Engine | None:
        try:
            return self._engines(self._catalog, product, self._day)
        except ProductNotInEffect:
            self._refuse("product-not-in-effect", f"{product} cannot be sold on {self._day}", number, "product")
        except UnknownProduct:
            names = [component.name for component in self._catalog.products]
            hint = did_you_mean(product, names)
            self._refuse("unknown-product", f"the catalog has no product {product}", number, "product", hint=hint)
        except ModelTooLarge as error:
            self._refuse("product-too-large", str(error), number, "product")
        return None

    def _whole(
        self, number: int, line: RequestLine, session: Session, prices: UnitPrices, budget: Budget
    ) -> Configuration | None:
        if line.complete is not None:
            completion = complete(session, line.complete, prices.objective, budget)
            if completion.verdict.status == "solution":
                return completion.configuration
            self._refuse_whole(number, session, budget)
            return None
        domains = session.engine.valid_values(session.allowed, budget=budget)
        if domains.witness is None or domains.limit is not None:
            self._refuse_whole(number, session, budget)
            return None
        configuration = written(session, domains.witness)
        still_open = [
            path
            for path, values in domains.values.items()
            if len(values) > 1 and not session.model.variable(path).is_text
        ]
        if not still_open:
            return configuration
        names = ", ".join(still_open[:5]) + (f" and {len(still_open) - 5} more" if len(still_open) > 5 else "")  # noqa: PLR2004
        self._refuse(
            "incomplete", f"not chosen yet: {names}", number, "choices", hint='choose, or say "complete": "cheapest"'
        )
        return None

    def _refuse_whole(self, number: int, session: Session, budget: Budget) -> None:
        """Say why the choices of a line have no valid configuration: by a minimal conflict, or the limit that was hit."""
        conflict = minimal_conflict(session.engine, session.choices, session.restrictions, budget=budget)
        if isinstance(conflict, Conflict):
            self._refuse("contradiction", contradiction(session, conflict), number, "choices")
        else:
            limit = conflict.message if conflict else "the search for a configuration hit its limit"
            self._refuse("limit", limit, number)


def _line(catalog: Catalog, line: Line, configured: _Configured, told: PricedLine) -> QuoteLine:
    return QuoteLine(
        id=line.id,
        product=line.product,
        label=catalog.component(line.product).label,
        quantity=line.quantity,
        options=configured.options,
        items=configured.items,
        price=told,
        clauses=configured.clauses,
        suggestions=configured.suggestions,
    )


def _customer(catalog: Catalog, name: str, problems: list[Problem]) -> Customer | None:
    for customer in catalog.customers:
        if customer.id == name:
            return customer
    hint = did_you_mean(name, [customer.id for customer in catalog.customers])
    problems.append(Problem(pointer("customer"), "unknown-customer", f"there is no customer {name}", hint))
    return None


def _language(catalog: Catalog, language: str, problems: list[Problem]) -> str:
    known = dict.fromkeys((*catalog.languages, *LANGUAGES))
    if not language or language in known:
        return language or next(iter(known))
    hint = f"the languages are {', '.join(known)}"
    problems.append(
        Problem(pointer("language"), "unknown-language", f"{language[:20]} is no language of the catalog", hint)
    )
    return ""


def _unpriced(priced: PricedQuote, asked: Sequence[Line]) -> Iterator[Problem]:
    numbers = {line.id: number for number, line in enumerate(asked)}
    for missing in priced.unpriced:
        yield Problem(pointer("lines", numbers[missing.line]), "no-price", missing.reason)


def _last_day(day: date, valid_days: int) -> date:
    return day + timedelta(days=min(valid_days, (date.max - day).days))

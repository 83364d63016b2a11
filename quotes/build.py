"""From a request to a quote: wishes read, completed and proved valid, priced, with items, clauses and suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalogs.marks import Label
from catalogs.model import Catalog, Customer
from configurator import Configuration, ModelTooLarge, ProductNotInEffect, UnknownProduct
from configurator.completion import complete
from configurator.engines.protocol import USUAL, Budget, Engine
from configurator.session import Session, start, written
from quotes.bill import NoBillError, bill, clauses
from quotes.answer_shape import Viewer
from quotes.configured import told_options, unwritten
from quotes.documents.wording import LANGUAGES
from quotes.approval import open_approvals
from quotes.lifecycle import START, Event, advance
from quotes.printable import unprintable
from quotes.pricing.entitlements import rights_of
from quotes.pricing import Adjustment, Context, Inputs, Line, PricedLine, PricedQuote, price
from quotes.pricing.currency import minor_per_unit
from quotes.pricing.rounding import half_away
from quotes.quote import BomLine, ChosenOption, OfferedSuggestion, Quote, QuoteLine
from quotes.reading import MOST_PROBLEMS, Problem, pointer
from quotes.request import QuoteRequest, RequestLine
from quotes.suggestions import suggest
from quotes.selling import Reasons, View, unsaid_items
from quotes.unit_prices import UnitPrices
from quotes.veil import told_suggestions
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
    withheld: frozenset[str]


def build_quote(
    catalog: Catalog,
    request: QuoteRequest,
    *,
    quote_id: str,
    engines: Engines,
    valid_days: int = VALID_DAYS,
    budget: Budget = USUAL,
    viewer: Viewer = "customer",
) -> tuple[Quote | None, tuple[Problem, ...]]:
    """Make the quote of a request, or say at which places of the request why it cannot be made.

    Every line is a configuration proved valid, and has a price; every character of it can be printed. The quote is
    issued at once ("approved"), or waits for those who must agree ("pending"), valid up to `valid_days` after its day. Every line may cost `budget`. A quote holds only
    what its customer may buy; a problem names what he may not see to a rep only (`viewer`).
    """
    problems: list[Problem] = []
    customer = _customer(catalog, request.customer, problems)
    language = _language(catalog, request.language, problems)
    if viewer == "customer":
        problems += _for_reps(request)
    if customer is None:
        return None, tuple(problems)
    context = Context.of(catalog, customer)
    desk = _Desk(catalog, context, request.day, engines, budget, problems, viewer)
    configured = []
    for number, line in enumerate(request.lines):
        if len(problems) < MOST_PROBLEMS:
            configured.append(desk.configured(number, line))
    whole = [one for one in configured if one is not None]
    if problems or len(whole) < len(configured):
        return None, tuple(problems)
    asked = _asked(request, whole)
    inputs = _inputs(request, asked, context)
    priced = price(catalog, context, asked, request.day, inputs=inputs)
    problems += [*_unpriced(priced, asked), *_unsound(priced, asked, viewer)]
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
        inputs=inputs,
    )
    problems += unprintable(quote)
    return (None, tuple(problems)) if problems else (advance(quote, _next(quote)), ())


def _asked(request: QuoteRequest, configured: Sequence[_Configured]) -> list[Line]:
    """Return the lines to be priced, with their ids."""
    return [
        Line(f"L{number}", line.product, one.configuration, line.quantity)
        for number, (line, one) in enumerate(zip(request.lines, configured, strict=True), 1)
    ]


def _next(quote: Quote) -> Event:
    """Say what follows: a quote that needs nobody's agreement is issued, another one waits for it."""
    return "submit" if open_approvals(quote.priced, quote.grants) else "issue"


def _inputs(request: QuoteRequest, asked: Sequence[Line], context: Context) -> Inputs:
    """Return what the request adds to the price."""
    pairs = list(zip(asked, request.lines, strict=True))
    of_lines = [
        Adjustment(line.id, one.kind, one.value, request.author, one.reason)
        for line, wish in pairs
        for one in wish.adjust
    ]
    of_quote = [Adjustment("", one.kind, one.value, request.author, one.reason) for one in request.adjust]
    terms = {line.id: wish.term for line, wish in pairs if wish.term is not None}
    return Inputs(
        adjustments=(*of_lines, *of_quote),
        coupons=tuple(dict.fromkeys(request.coupons)),
        terms=terms,
        prepaid=half_away(request.prepaid * minor_per_unit(context.currency)),
        author=request.author,
    )


def _for_reps(request: QuoteRequest) -> Iterator[Problem]:
    """Refuse what a customer may not decide."""
    sentence = "only the seller may change a price"
    if request.adjust:
        yield Problem(pointer("adjust"), "not-allowed", sentence)
    if request.author:
        yield Problem(pointer("author"), "not-allowed", "only the seller says who made the quote")
    if request.prepaid:
        yield Problem(pointer("prepaid"), "not-allowed", "only the seller says what was paid already")
    for number, line in enumerate(request.lines):
        if line.adjust:
            yield Problem(pointer("lines", number, "adjust"), "not-allowed", sentence)


def _unsound(priced: PricedQuote, asked: Sequence[Line], viewer: Viewer) -> Iterator[Problem]:
    """Refuse a price below a hard floor, and a change that could not be made as it was asked for."""
    numbers = {line.id: number for number, line in enumerate(asked)}
    for one in priced.judgement.broken:
        place = pointer("lines", numbers[one.line]) if one.line else pointer("lines")
        because = f"{one.because.text} ({one.name}, {one.source})" if viewer == "rep" else "there is no such price"
        yield Problem(place, "below-floor", because)
    for unmet in priced.unmet:
        place = pointer("lines", numbers[unmet.line], "adjust") if unmet.line in numbers else pointer("adjust")
        yield Problem(place, "cannot-be-met", unmet.reason)


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
        viewer: Viewer,
    ) -> None:
        self._catalog = catalog
        self._context = context
        self._day = day
        self._engines = engines
        self._budget = budget
        self._problems = problems
        self._viewer = viewer
        self._rights = rights_of(catalog, context, day)
        self._views: dict[str, View] = {}
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
        view = self._view(number, line.product)
        if view is None:
            return None
        chosen, wrong = read_wishes(view.told.model, line.choices)
        for wish in map(view.told.problem, wrong):
            self._refuse(wish.code, wish.message, number, "choices", wish.name, hint=wish.hint)
        prices = view.prices
        if isinstance(prices, str):
            sentence = "there is no price for this product" if view.told.names(prices) else prices
            self._refuse("no-price", sentence, number, "product")
        if wrong or isinstance(prices, str):
            return None
        free = start(view.engine, chosen)
        session = prices.sale(free)
        budget = self._budget.started()
        configuration = self._whole(number, line, session, prices, budget, Reasons(view, free))
        if configuration is None:
            return None
        for path in (texts := unwritten(session, configuration)):
            self._refuse("text-needed", f"a rule asks for a text in {path}", number, "choices", path)
        return None if texts else self._followed(number, view, session, prices, configuration, budget)

    def _followed(
        self,
        number: int,
        view: View,
        session: Session,
        prices: UnitPrices,
        configuration: Configuration,
        budget: Budget,
    ) -> _Configured | None:
        product = session.model.product
        try:
            items = bill(self._catalog, product, configuration, self._day)
        except NoBillError as error:
            hidden = view.told.names(str(error))
            self._refuse("no-bill", "this configuration has no bill of materials" if hidden else str(error), number)
            return None
        offers = suggest(self._catalog, session, prices, configuration, settled_already=True, budget=budget)
        paragraphs = clauses(self._catalog, self._context, product, configuration, self._day)
        return _Configured(
            configuration,
            told_options(session, configuration, budget),
            items,
            tuple(one for one in paragraphs if not view.kept.names(one)),
            told_suggestions(self._catalog, view.kept, offers),
            view.kept.hidden | unsaid_items(self._catalog, view.kept, configuration, self._day),
        )

    def _view(self, number: int, product: str) -> View | None:
        if product not in self._views:
            engine = self._engine(number, product)
            if engine is None:
                return None
            self._views[product] = View.of(self._catalog, engine, self._context, self._rights, self._viewer)
        found = self._views[product]
        if not found.is_seen:
            self._refuse_unknown(number, product)
            return None
        return found

    def _refuse_unknown(self, number: int, product: str) -> None:
        seen = self._rights if self._viewer == "customer" else None
        names = [component.name for component in self._catalog.products if seen is None or seen.sees(component.name)]
        hint = did_you_mean(product, names)
        self._refuse("unknown-product", f"the catalog has no product {product}", number, "product", hint=hint)

    def _engine(self, number: int, product: str) -> Engine | None:
        if self._viewer == "customer" and self._rights is not None and not self._rights.sees(product):
            self._refuse_unknown(number, product)
            return None
        try:
            return self._engines(self._catalog, product, self._day)
        except ProductNotInEffect:
            self._refuse("product-not-in-effect", f"{product} cannot be sold on {self._day}", number, "product")
        except UnknownProduct:
            self._refuse_unknown(number, product)
        except ModelTooLarge as error:
            self._refuse("product-too-large", str(error), number, "product")
        return None

    def _whole(
        self, number: int, line: RequestLine, session: Session, prices: UnitPrices, budget: Budget, reasons: Reasons
    ) -> Configuration | None:
        if line.complete is not None:
            completion = complete(session, line.complete, prices.objective, budget)
            if completion.verdict.status == "solution":
                return completion.configuration
            self._refuse_whole(number, session, budget, reasons)
            return None
        domains = session.engine.valid_values(session.allowed, budget=budget)
        if domains.witness is None or domains.limit is not None:
            self._refuse_whole(number, session, budget, reasons)
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

    def _refuse_whole(self, number: int, session: Session, budget: Budget, reasons: Reasons) -> None:
        """Say why the choices of a line have no configuration that can be bought: by a minimal conflict, or a limit."""
        found = reasons.of(session, budget)
        self._refuse(found.code, found.message, number, *(() if found.code == "limit" else ("choices",)))


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
        withheld=configured.withheld,
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
        yield Problem(pointer("lines", numbers[missing.line]), missing.code, missing.reason)


def _last_day(day: date, valid_days: int) -> date:
    return day + timedelta(days=min(valid_days, (date.max - day).days))

"""Writing the Document of a quote: every amount, date and word in one language, nothing left to compute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from catalogs.marks import Label
from quotes.documents.model import Detail, Document, DocumentLine, Fact, Headings, Section, Totals
from quotes.documents.figures import Figures, figures
from quotes.documents.plain import one_line, plain
from quotes.documents.wording import Words, fill, words
from quotes.disclosure import for_customer
from quotes.exchange import LINE_PHASES
from quotes.pricing.record import PricedLine, Step, TaxGroup
from quotes.quote import ChosenOption, Quote, QuoteLine

_SHORT_VERSION = 12


def document(quote: Quote, language: str = "") -> Document:
    """Write a quote in a language (the quote's own where none is given).

    Words of ours that the language lacks are English, labels of the catalog as declared; figures and
    dates follow the language's locale. Nothing that its customer may not see is part of it, nor the bill of materials.
    """
    return _Writer(for_customer(quote), language or quote.language).document()


class _Writer:
    """Holds what all parts of one document share: the quote, its words and its figures."""

    def __init__(self, quote: Quote, language: str) -> None:
        self._quote = quote
        self._language = language
        self._words: Words = words(language)
        self._figures: Figures = figures(language, quote.priced.currency, quote.priced.minor_units)
        prices = (price for line in quote.lines for price in _unit_prices(line.price))
        self._places = self._figures.unit_places(prices)

    def document(self) -> Document:
        """Write all parts."""
        quote, text = self._quote, self._words
        title = fill(text.title, number=one_line(quote.id))
        seller = self._label(quote.catalog_label)
        return Document(
            language=self._figures.locale.language,
            title=title,
            seller=seller,
            recipient=_lines_of(
                quote.customer.name,
                quote.customer.address.replace(", ", "\n"),
                self._figures.country(quote.customer.country),
            ),
            facts=self._facts(),
            introduction=text.introduction if quote.lines else text.no_lines,
            headings=Headings(text.position, text.description, text.quantity, text.unit_price, text.amount),
            lines=tuple(self._line(number, line) for number, line in enumerate(quote.lines, 1)),
            totals=self._totals(),
            price_note=fill(text.price_note, currency=self._figures.currency_name()),
            validity=fill(text.validity, day=self._figures.day(quote.valid_until)),
            terms=Section(text.terms, self._terms()),
            notes=Section(text.notes, tuple(p for note in quote.notes for p in _lines_of(note))),
            running=f"{title} · {seller}",
            footer=fill(
                text.footer, catalog=one_line(quote.catalog), version=one_line(quote.catalog_version)[:_SHORT_VERSION]
            ),
            page_of=text.page_of,
        )

    def _label(self, label: Label) -> str:
        tags = (self._language, self._language.replace("-", "_"), self._language.replace("-", "_").split("_")[0])
        return one_line(label.read(next((tag for tag in tags if tag in label.translations), "")))

    def _facts(self) -> tuple[Fact, ...]:
        quote, text = self._quote, self._words
        facts = [
            Fact(text.date, self._figures.day(quote.day)),
            Fact(text.valid_until, self._figures.day(quote.valid_until)),
        ]
        if quote.revision > 1:
            facts.append(Fact(text.revision, str(quote.revision)))
        facts.append(Fact(text.customer_number, one_line(quote.customer.id)))
        if quote.customer.tax_id:
            facts.append(Fact(text.tax_id, one_line(quote.customer.tax_id)))
        if quote.state in text.states:
            facts.append(Fact(text.status, text.states[quote.state]))
        if quote.order_id is not None:
            facts.append(Fact(text.order, one_line(quote.order_id)))
        return tuple(facts)

    def _line(self, number: int, line: QuoteLine) -> DocumentLine:
        return DocumentLine(
            position=str(number),
            title=self._label(line.label),
            quantity=self._figures.count(line.quantity),
            unit_price=self._unit(line.price.net_unit),
            amount=self._figures.amount(line.price.net),
            details=self._details(line),
        )

    def _value(self, option: ChosenOption) -> str:
        if option.kind == "truth":
            return self._words.yes if option.value == "yes" else self._words.no
        value = self._figures.number(option.value) if option.kind == "number" else self._label(option.value_label)
        return f"{value}\u00a0{one_line(option.unit)}" if option.unit else value

    def _unit(self, micros: int) -> str:
        return self._figures.unit_price(micros, self._places)

    def _details(self, line: QuoteLine) -> tuple[Detail, ...]:
        """Tell options and price steps in one list: what makes the list price, then what leads to the net price.

        The price of an option stands beside it.
        """
        steps = [step for step in line.price.steps if _is_told(step)]
        if len(steps) == 1:  # it is the unit price itself
            steps = []
        before = [step for step in steps if step.phase in _LIST_PHASES]
        after = [step for step in steps if step.phase not in _LIST_PHASES]
        paths = {option.path for option in line.options}
        of_option = {step.path: step for step in reversed(before) if step.value and step.path in paths}
        others = [step for step in before if of_option.get(step.path) is not step]
        base = [step for step in others if step.phase == "base" and len(before) > 1]
        return (
            *(self._step(step) for step in base),
            *(self._option(option, of_option.get(option.path)) for option in line.options),
            *(self._step(step) for step in others if step.phase != "base"),
            *(self._discounts(line.price, after) if after else ()),
        )

    def _option(self, option: ChosenOption, step: Step | None) -> Detail:
        return Detail(self._label(option.label), self._value(option), self._change(step) if step else "")

    def _discounts(self, price: PricedLine, steps: Sequence[Step]) -> Iterator[Detail]:
        yield Detail(self._words.list_price, "", self._unit(price.list_unit), sum=True)
        for step in steps:
            yield self._step(step)
        yield Detail(self._words.net_price, "", self._unit(price.net_unit), sum=True)

    def _step(self, step: Step) -> Detail:
        label = self._step_label(step)
        if step.operator == "percent":
            label = f"{label} ({self._figures.percent(step.operand)})"
        return Detail(label, "", self._change(step))

    def _change(self, step: Step) -> str:
        return self._unit(step.output - step.input)

    def _step_label(self, step: Step) -> str:
        """Name a step for a customer; the record's own label stands where the page has no better word."""
        if step.phase == "base":
            return self._words.base_price
        if step.phase == "scale":
            return self._words.scale_up if step.output > step.input else self._words.scale_down
        return self._label(step.label)

    def _totals(self) -> Totals:
        text, totals, amount = self._words, self._quote.priced.totals, self._figures.amount
        steps: list[Fact] = []
        if totals.discount:
            steps += [Fact(text.list_total, amount(totals.list)), Fact(text.discount, amount(-totals.discount))]
        steps.append(Fact(text.net_total, amount(totals.net)))
        steps += [self._tax(group) for group in self._quote.priced.taxes]
        return Totals(tuple(steps), Fact(fill(text.total, currency=self._quote.priced.currency), amount(totals.gross)))

    def _tax(self, group: TaxGroup) -> Fact:
        alike = [other for other in self._quote.priced.taxes if other.rate == group.rate]
        label = fill(
            self._words.tax_of_category if len(alike) > 1 else self._words.tax,
            rate=self._figures.percent(group.rate),
            category=one_line(group.category),
            taxable=self._figures.amount(group.taxable),
        )
        return Fact(label, self._figures.amount(group.tax))

    def _terms(self) -> tuple[str, ...]:
        """Collect the clauses, each once; one that some items ask for and others do not names its items."""
        items: dict[str, list[int]] = {self._label(clause): [] for clause in self._quote.clauses}
        whole = set(items)
        for number, line in enumerate(self._quote.lines, 1):
            for clause in line.clauses:
                items.setdefault(self._label(clause), []).append(number)
        everywhere = len(self._quote.lines)
        return tuple(
            term
            if term in whole or len(set(numbers)) == everywhere
            else fill(self._words.term_of, term=term, items=_ranges(numbers))
            for term, numbers in items.items()
        )


_LIST_PHASES = frozenset({"entitle", "base", "configure"})


def _is_told(step: Step) -> bool:
    return step.phase not in LINE_PHASES and not step.not_applied and step.output != step.input


def _unit_prices(price: PricedLine) -> Iterable[int]:
    yield price.net_unit
    for step in price.steps:
        if _is_told(step):
            yield from (step.input, step.output)


def _lines_of(*texts: str) -> tuple[str, ...]:
    lines = (line.strip() for text in texts for line in plain(text).split("\n"))
    return tuple(line for line in lines if line)


def _ranges(numbers: Sequence[int]) -> str:
    """Write sorted numbers shortly: 1, 2, 3, 7 becomes ``1-3, 7``, with an en dash."""
    parts: list[list[int]] = []
    for number in dict.fromkeys(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}\u2013{high}" for low, high in parts)

"""Reading a quote that `quotes.writing` wrote, with every problem at its place, and sums that must add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args

from catalogs.marks import Label
from catalogs.model import Customer
from quotes.writing import FORMAT, UNIT_PLACES, step_places
from quotes.lifecycle import STATES
from quotes.pricing.record import Phase, PricedLine, PricedQuote, Step, TaxGroup, Totals, Unpriced
from quotes.quote import BomLine, ChosenOption, OfferedSuggestion, Quote, QuoteLine, State
from quotes.reading import Node, Problem, parse
from rules.diagnostics import NOWHERE, Span
from rules.kinds import Scalar

MOST_BYTES = 200_000_000
_MANY = 100_000
_NAME = 400
_TEXT = 100_000
_BIG = 10**9

_PHASES: tuple[str, ...] = get_args(Phase)
_OPERATORS = ("set", "add", "percent", "times", "round")
_AUTHORS = ("chosen", "implied", "proposed")
_KINDS = ("choice", "number", "truth", "text")


def read_quote(data: bytes | str) -> tuple[Quote | None, tuple[Problem, ...]]:
    """Read a quote back; there is none where there is a problem."""
    node = parse(data, MOST_BYTES)
    if node.problems:
        return None, tuple(node.problems)
    quote = _quote(node)
    return (None, tuple(node.problems)) if node.problems else (quote, ())


_MEMBERS = (
    "format", "id", "revision", "state", "order_id", "catalog", "day", "valid_until", "language", "customer",
    "currency", "minor_units", "lines", "taxes", "totals", "clauses", "notes", "priced",
)  # fmt: skip


def _quote(node: Node) -> Quote | None:
    m = node.members(_MEMBERS)
    if node.problems:
        return None
    if m["format"].value != FORMAT:
        m["format"].refuse("unknown-format", f"a quote in the format {FORMAT} is expected")
        return None
    places = m["minor_units"].integer(0, 4)
    lines = tuple(_line(line, places) for line in m["lines"].elements(_MANY))
    catalog = m["catalog"].members(("name", "label", "version"))
    priced = _priced(m, tuple(line.price for line in lines), places)
    _sums_hold(m, priced)
    _ids_differ(m["lines"], lines)
    if node.problems:
        return None
    return Quote(
        id=m["id"].text(_NAME, shortest=1),
        revision=m["revision"].integer(1, _BIG),
        state=cast("State", m["state"].one_of(STATES)),
        catalog=catalog["name"].text(_NAME),
        catalog_label=_label(catalog["label"]),
        catalog_version=catalog["version"].text(_NAME),
        day=m["day"].day(),
        valid_until=m["valid_until"].day(),
        customer=_customer(m["customer"]),
        language=m["language"].text(_NAME),
        lines=lines,
        priced=priced,
        clauses=_labels(m["clauses"]),
        order_id=None if m["order_id"].value is None else m["order_id"].text(_NAME, shortest=1),
        notes=tuple(note.text(_TEXT) for note in m["notes"].elements(_MANY)),
    )


def _priced(m: Mapping[str, Node], lines: tuple[PricedLine, ...], places: int) -> PricedQuote:
    source = m["priced"].members(("catalog_version", "input_hash", "unpriced"))
    totals = m["totals"].members(("list", "discount", "net", "tax", "gross"))
    return PricedQuote(
        currency=m["currency"].text(3, shortest=3),
        minor_units=places,
        lines=lines,
        taxes=tuple(_tax(group, places) for group in m["taxes"].elements(_MANY)),
        totals=Totals(**{name: amount.fixed(places) for name, amount in totals.items()}),
        catalog_version=source["catalog_version"].text(_NAME),
        input_hash=source["input_hash"].text(_NAME),
        unpriced=tuple(_unpriced(missing) for missing in source["unpriced"].elements(_MANY)),
    )


def _sums_hold(m: Mapping[str, Node], priced: PricedQuote) -> None:
    """Refuse amounts that do not add up: an order is made of them."""
    totals, lines = priced.totals, priced.lines
    expected = {
        "list": sum(line.list for line in lines),
        "discount": totals.list - totals.net,
        "net": sum(line.net for line in lines),
        "tax": sum(group.tax for group in priced.taxes),
        "gross": totals.net + totals.tax,
    }
    for name, amount in expected.items():
        if getattr(totals, name) != amount and not m["totals"].problems:
            m["totals"].refuse("wrong-sum", f"the total {name!r} is not what lines and taxes add up to")
    for node, line in zip(m["lines"].elements(_MANY), lines, strict=False):
        if line.discount != line.list - line.net and not node.problems:
            node.refuse("wrong-sum", "the discount is not the difference of list and net amount")


def _ids_differ(node: Node, lines: Sequence[QuoteLine]) -> None:
    ids = [line.id for line in lines]
    if len(set(ids)) < len(ids) and not node.problems:
        node.refuse("repeated-line", "two lines have the same id")


def _label(node: Node) -> Label:
    if isinstance(node.value, str):
        return Label(node.text(_TEXT))
    m = node.members(("text", "translations"))
    translations = {name: text.text(_TEXT) for name, text in m["translations"].mapping(_NAME).items()}
    return Label(m["text"].text(_TEXT), translations)


def _labels(node: Node) -> tuple[Label, ...]:
    return tuple(_label(label) for label in node.elements(_MANY))


_CUSTOMER = ("id", "name", "segment", "region", "channel", "currency", "country", "address", "tax_id")


def _customer(node: Node) -> Customer:
    m = node.members((*_CUSTOMER, "attributes"))
    texts = {name: m[name].text(_TEXT) for name in _CUSTOMER}
    attributes = {name: _scalar(value) for name, value in m["attributes"].mapping(_NAME).items()}
    return Customer(attributes=attributes, **texts)


def _scalar(node: Node) -> Scalar:
    if isinstance(node.value, bool):
        return node.value
    if isinstance(node.value, str):
        return node.text(_TEXT)
    tagged = node.mapping(1)
    if "day" in tagged:
        return tagged["day"].day()
    return tagged["number"].fraction() if "number" in tagged else node.fraction()


def _line(node: Node, places: int) -> QuoteLine:
    m = node.members(
        ("id", "product", "label", "quantity", "options", "items", "price", "clauses", "suggestions"),
    )
    name, quantity = m["id"].text(_NAME, shortest=1), m["quantity"].integer(1, _BIG)
    return QuoteLine(
        id=name,
        product=m["product"].text(_NAME),
        label=_label(m["label"]),
        quantity=quantity,
        options=tuple(_option(option) for option in m["options"].elements(_MANY)),
        items=tuple(_item(item) for item in m["items"].elements(_MANY)),
        price=_price(m["price"], name, quantity, places),
        clauses=_labels(m["clauses"]),
        suggestions=tuple(_suggestion(suggestion) for suggestion in m["suggestions"].elements(_MANY)),
    )


def _option(node: Node) -> ChosenOption:
    m = node.members(("path", "label", "value", "value_label", "unit", "by", "kind"))
    return ChosenOption(
        path=m["path"].text(_NAME),
        label=_label(m["label"]),
        value=m["value"].text(_TEXT),
        value_label=_label(m["value_label"]),
        unit=m["unit"].text(_NAME),
        by=cast("Literal['chosen', 'implied', 'proposed']", m["by"].one_of(_AUTHORS)),
        kind=cast("Literal['choice', 'number', 'truth', 'text']", m["kind"].one_of(_KINDS)),
    )


def _item(node: Node) -> BomLine:
    m = node.members(("code", "label", "quantity"))
    m["quantity"].fraction()
    return BomLine(m["code"].text(_TEXT), _label(m["label"]), m["quantity"].text(_TEXT))


def _suggestion(node: Node) -> OfferedSuggestion:
    m = node.members(("name", "reason", "choices", "total", "delta"))
    choices = {path: value.text(_TEXT) for path, value in m["choices"].mapping(_MANY).items()}
    return OfferedSuggestion(
        m["name"].text(_NAME), _label(m["reason"]), choices, m["total"].text(_NAME), m["delta"].text(_NAME)
    )


def _price(node: Node, name: str, quantity: int, places: int) -> PricedLine:
    m = node.members(
        ("list_unit", "net_unit", "list", "net", "discount", "tax_category", "tax_rate", "cost", "steps"),
    )
    return PricedLine(
        id=name,
        quantity=quantity,
        list_unit=m["list_unit"].fixed(UNIT_PLACES),
        net_unit=m["net_unit"].fixed(UNIT_PLACES),
        list=m["list"].fixed(places),
        net=m["net"].fixed(places),
        discount=m["discount"].fixed(places),
        tax_category=m["tax_category"].text(_NAME),
        tax_rate=m["tax_rate"].fraction(),
        steps=tuple(_step(step, places) for step in m["steps"].elements(_MANY)),
        cost=_optional(m["cost"], places),
    )


_STEP = (
    "phase", "rule", "label", "operator", "operand", "input", "output", "residue", "source", "path", "value",
    "cost", "not_applied",
)  # fmt: skip


def _step(node: Node, places: int) -> Step:
    m = node.members(_STEP)
    phase = cast("Phase", m["phase"].one_of(_PHASES))
    before, after = step_places(phase, places)
    return Step(
        phase=phase,
        rule=m["rule"].text(_NAME),
        label=_label(m["label"]),
        operator=cast("Literal['set', 'add', 'percent', 'times', 'round']", m["operator"].one_of(_OPERATORS)),
        operand=m["operand"].fraction(),
        input=m["input"].fixed(before),
        output=m["output"].fixed(after),
        residue=m["residue"].fraction(),
        source=_span(m["source"]),
        path=m["path"].text(_TEXT),
        value=m["value"].text(_TEXT),
        cost=_optional(m["cost"], UNIT_PLACES),
        not_applied=m["not_applied"].text(_TEXT),
    )


def _optional(node: Node, places: int) -> int | None:
    return None if node.value is None else node.fixed(places)


def _span(node: Node) -> Span:
    if node.value is None:
        return NOWHERE
    m = node.members(("file", "from", "to", "cell"))
    start, end = _place(m["from"]), _place(m["to"])
    return Span(m["file"].text(_TEXT), *start, *end, m["cell"].text(_TEXT))


def _place(node: Node) -> tuple[int, int]:
    numbers = [number.integer(0, _BIG) for number in node.elements(2)]
    if len(numbers) != 2:  # noqa: PLR2004 - a line and a column
        node.refuse("not-a-place", "a line and a column are expected here")
        return 0, 0
    return numbers[0], numbers[1]


def _tax(node: Node, places: int) -> TaxGroup:
    m = node.members(("category", "rate", "taxable", "tax"))
    return TaxGroup(m["category"].text(_NAME), m["rate"].fraction(), m["taxable"].fixed(places), m["tax"].fixed(places))


def _unpriced(node: Node) -> Unpriced:
    m = node.members(("line", "reason"))
    return Unpriced(m["line"].text(_NAME), m["reason"].text(_TEXT))

"""Small catalogs made by hand, for tests of prices that should not rest on the loader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from catalogs.marks import ALWAYS, Effectivity, Label
from catalogs.model import (
    Catalog,
    Charge,
    Choice,
    ChoiceList,
    Component,
    NumberRange,
    Option,
    Part,
    PriceList,
    PriceRow,
    Rule,
    Scale,
    Suggestion,
    Tax,
    TextShape,
    Tier,
)
from quotes.pricing.inputs import Adjustment
from rules.diagnostics import Span
from rules.kinds import Collection, Enumeration, Kind, Money, Quantity, Record, Scalar, Textual, Truth
from rules.typed import Compare, Constant, Member, Reference, Typed, Values

DAY = date(2026, 11, 21)
EUR = Money("EUR")
PLAIN = Quantity()
SEGMENT = Enumeration("segment", ("consumer", "dealer", "school"))
CUSTOMER = Record("customer", {"segment": SEGMENT})
EVERY = Values(everything=True)


def span(line: int = 1, file: str = "small.cpq") -> Span:
    return Span(file, line, 1, line, 10)


def enumeration(name: str, *values: str) -> Option:
    kind = Enumeration(name, values)
    rows = tuple(Choice(value, Label(value), ALWAYS, (), None, None, span()) for value in values)
    return option(name, kind, ChoiceList(name, Label(name), kind, rows, span()))


def number(name: str, low: int, high: int, step: int = 1) -> Option:
    return option(name, PLAIN, NumberRange(Fraction(low), Fraction(high), Fraction(step)))


def truth(name: str) -> Option:
    return option(name, Truth(), None)


def text(name: str) -> Option:
    return option(name, Textual(), TextShape(0, 20, None))


def option(name: str, kind: Kind, domain: ChoiceList | NumberRange | TextShape | None) -> Option:
    return Option(name, Label(name), kind, domain, None, ALWAYS, (), False, None, span())


def component(name: str, options: Iterable[Option], parts: Iterable[Part] = (), *, sellable: bool = True) -> Component:
    options, parts = tuple(options), tuple(parts)
    fields: dict[str, Kind] = {one.name: one.kind for one in options}
    fields |= {part.name: Collection(Record(part.component, {}), part.low, part.high) for part in parts}
    return Component(
        name, Label(name), sellable, options, parts, (), (), ALWAYS, (), False, None, Record(name, fields), span()
    )


def part(name: str, of: str, low: int, high: int) -> Part:
    return Part(name, Label(name), of, low, high, span())


def row(
    path: str,
    price: str,
    values: Values | Scalar | None = None,
    *,
    cells: Iterable[tuple[str, Values]] = (),
    cost: str | None = None,
    product: str = "bike",
    since: date | None = None,
    until: date | None = None,
    line: int = 1,
) -> PriceRow:
    if values is None:
        values = EVERY
    elif not isinstance(values, Values):
        values = Values(frozenset({values}))
    return PriceRow(
        product,
        tuple(path.split(".")) if path else (),
        values,
        tuple((tuple(name.split(".")), cell) for name, cell in cells),
        Fraction(price),
        None if cost is None else Fraction(cost),
        Effectivity(since, until),
        span(line, "prices.csv"),
    )


def prices(name: str, *rows: PriceRow, when: Typed | None = None, currency: str = "EUR") -> PriceList:
    return PriceList(name, currency, when, ALWAYS, rows, span())


def is_segment(name: str) -> Typed:
    return Compare("=", Member(SEGMENT, Reference(CUSTOMER, "customer"), "segment"), Constant(SEGMENT, name))


def equals(one: Option, value: Scalar) -> Typed:
    return Compare("=", Reference(one.kind, one.name), Constant(one.kind, value))


def money(amount: str) -> Typed:
    return Constant(EUR, Fraction(amount))


def charge(name: str, amount: Typed, when: Typed | None = None, on: str = "bike") -> Charge:
    return Charge(name, on, amount, when, Label(name), ALWAYS, span())


def scale(
    method: str,
    *tiers: tuple[int, int | None, str],
    over: str = "line",
    on: str = "bike",
    minimum: str | None = None,
    maximum: str | None = None,
    when: Typed | None = None,
    name: str = "fleet",
) -> Scale:
    """Make a scale; a value ends with ``%`` where it is a rate off."""
    made = tuple(
        Tier(low, high, Fraction(value[:-1]) / 100, None, span())
        if value.endswith("%")
        else Tier(low, high, None, Fraction(value), span())
        for low, high, value in tiers
    )
    bounds = [None if bound is None else Fraction(bound) for bound in (minimum, maximum)]
    return Scale(name, on, method, over, made, bounds[0], bounds[1], when, ALWAYS, span())  # type: ignore[arg-type]


def tax(category: str, rate: str, on: Iterable[str] = (), when: Typed | None = None) -> Tax:
    return Tax(category, Fraction(rate) / 100, tuple(on), when, ALWAYS, span())


def adjustment(line: str, kind: str, value: Fraction | str | int) -> Adjustment:
    return Adjustment(line, kind, Fraction(value))  # type: ignore[arg-type]


def catalog(
    components: Iterable[Component],
    price_lists: Iterable[PriceList] = (),
    charges: Iterable[Charge] = (),
    *,
    scales: Iterable[Scale] = (),
    taxes: Iterable[Tax] = (),
    rules: Iterable[Rule] = (),
    suggestions: Iterable[Suggestion] = (),
    currency: str = "EUR",
) -> Catalog:
    nothing = dict.fromkeys(
        ("choices", "preferences", "items", "clauses", "drawings", "contracts", "promotions", "groups", "entitlements",
         "floors", "approvals", "tests", "customers"), ()
    )  # fmt: skip
    return Catalog(
        name="small",
        label=Label("Small"),
        currency=currency,
        languages=("en",),
        time_zone="UTC",
        version="0" * 64,
        customer=CUSTOMER,
        components=tuple(components),
        rules=tuple(rules),
        price_lists=tuple(price_lists),
        charges=tuple(charges),
        scales=tuple(scales),
        taxes=tuple(taxes),
        suggestions=tuple(suggestions),
        media={},
        sources={},
        **nothing,
    )

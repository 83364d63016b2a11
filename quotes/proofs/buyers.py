"""Every kind of buyer that a catalog tells apart: one for each way its conditions about customers can come out.

A condition compares attributes of the customer with constants, so an attribute matters only by which constants it
meets, passes or misses: those, a value between any two of them, and none at all stand for all others. Where attributes
are compared with each other that does not hold, and the answer says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from catalogs.model import Catalog, Customer
from catalogs.price_book import conditions_on_customers
from configurator.passes import children
from quotes.pricing import Context
from quotes.pricing.scope import buyer
from rules.evaluator import holds
from rules.kinds import Enumeration, Scalar, Truth
from rules.typed import Compare, Constant, Member, Reference, Typed, Within

MOST = 20_000
"""Up to so many combinations of attributes are looked at."""


@dataclass(frozen=True, slots=True)
class Buyers:
    """One context for each kind of buyer; `whole` says whether these are all kinds there are."""

    contexts: tuple[Context, ...]
    whole: bool


def kinds_of_buyers(catalog: Catalog) -> Buyers:
    """Return a buyer of every kind in every currency that has a price list, nobody in particular first."""
    conditions = tuple(_conditions(catalog))
    constants, whole = _constants(conditions)
    names = sorted(constants)
    choices = [_values(catalog, name, constants[name]) for name in names]
    sized = 1
    for some in choices:
        sized *= len(some)
    drawn: Iterable[tuple[Scalar | None, ...]] = itertools.product(*choices)
    if sized > MOST:
        drawn, whole = itertools.islice(drawn, MOST), False
    currencies = sorted({catalog.currency, *(prices.currency for prices in catalog.price_lists)})
    found: dict[tuple[str, tuple[object, ...]], Context] = {}
    for values in drawn:
        attributes = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for currency in currencies:
            context = Context(_customer(attributes), currency)
            sees = {"customer": buyer(catalog, context)}
            outcome = tuple(holds(one, sees) is True for one in conditions)
            found.setdefault((currency, outcome), context)
    return Buyers(tuple(found.values()), whole)


def said(context: Context) -> str:
    """Return a kind of buyer in words."""
    attributes = {} if context.customer is None else context.customer.attributes
    told = ", ".join(f"{name} = {_told(value)}" for name, value in sorted(attributes.items()))
    return f"a customer with {told}" if told else "a customer nobody knows"


def _told(value: Scalar) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


_FIELDS = ("segment", "region", "channel", "country")


def _customer(attributes: Mapping[str, Scalar]) -> Customer | None:
    if not attributes:
        return None
    texts = {name: str(attributes[name]) for name in _FIELDS if isinstance(attributes.get(name), str)}
    return Customer(
        id=str(attributes.get("id", "")), name=str(attributes.get("name", "")), attributes=attributes, **texts
    )


def _conditions(catalog: Catalog) -> Iterator[Typed]:
    """Yield every condition that may look at the customer where a price is made or judged."""
    priced = (
        catalog.price_lists, catalog.charges, catalog.scales, catalog.taxes, catalog.channel_margins, catalog.fees,
    )  # fmt: skip
    for group in priced:
        yield from (one.when for one in group if one.when is not None)
    sees = Reference(catalog.customer, "customer")
    for prices in catalog.price_lists:
        asked = {cell for cells in conditions_on_customers(prices.rows) for cell in cells}
        yield from (Within(Member(catalog.customer.fields[name], sees, name), values) for name, values in asked)
    yield from (one.who for one in catalog.contracts)
    yield from (one.condition for one in catalog.floors)
    yield from (one.who for one in catalog.entitlements if one.who is not None)


def _constants(conditions: Iterable[Typed]) -> tuple[dict[str, set[Scalar]], bool]:
    """Return what each attribute of the customer is compared with, and whether it is only compared with constants."""
    found: dict[str, set[Scalar]] = {}
    whole = True
    waiting = list(conditions)
    while waiting:
        node = waiting.pop()
        name = _attribute(node)
        if name is not None:
            found.setdefault(name, set())
        if isinstance(node, Compare):
            for one, other in ((node.left, node.right), (node.right, node.left)):
                asked = _attribute(one)
                if asked is not None:
                    found.setdefault(asked, set())
                    if isinstance(other, Constant):
                        found[asked].add(other.value)
                    else:
                        whole = False
        elif isinstance(node, Within) and (asked := _attribute(node.operand)) is not None:
            ends = {end for pair in node.values.ranges for end in pair}
            found.setdefault(asked, set()).update(node.values.singles, ends)
        elif name is None and any(_attribute(one) is not None for one in children(node)):
            whole = whole and all(_attribute(one) is None or isinstance(one.kind, Truth) for one in children(node))
        waiting += children(node)
    return found, whole


def _attribute(node: Typed) -> str | None:
    if isinstance(node, Member) and isinstance(node.base, Reference) and node.base.name == "customer":
        return node.field
    return None


def _values(catalog: Catalog, name: str, constants: set[Scalar]) -> list[Scalar | None]:
    """Return values of an attribute that stand for all: None is a customer of whom it is not known."""
    kind = catalog.customer.fields.get(name)
    if isinstance(kind, Enumeration):
        return [None, *kind.choices]
    if isinstance(kind, Truth):
        return [None, True, False]
    numbers = sorted(one for one in constants if isinstance(one, Fraction))
    if numbers:
        between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
        return [None, *sorted({numbers[0] - 1, *numbers, *between, numbers[-1] + 1})]
    days = sorted(one for one in constants if isinstance(one, date))
    if days:
        near = {day + timedelta(days=step) for day in days for step in (-1, 0, 1)}
        return [None, *sorted(near)]
    texts = sorted(one for one in constants if isinstance(one, str))
    return [None, *texts, _other(texts)]


def _other(texts: list[str]) -> str:
    """Return a text that is none of these."""
    return next(one for one in (f"other{'x' * n}" for n in itertools.count()) if one not in texts)

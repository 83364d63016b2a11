"""The list price of every distinct configuration: worked out once on a desk, with its steps, and remembered.

Options, rows and charges are looked at once per configuration, not once per line. Only where an amount of the product
asks for the quantity of the line does every quantity count as another configuration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from catalogs.model import Component
from configurator.passes import mentioned
from quotes.pricing.context import Line
from quotes.pricing.ratios import Integers, Maps, Ratios
from quotes.pricing.record import MICROS
from quotes.pricing.scope import Place, buyer
from quotes.pricing.sheet import Desk, Draft, PhaseFunction, Sheet, each_line
from quotes.pricing.unit import base, configure
from rules.kinds import Scalar

Content = tuple[object, ...]

MOST = 200_000
"""A desk that has seen more configurations begins anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """One configuration of a product after the phases of its list price; `reason` says why it has none.

    `number` counts the configurations of the desk; `digest` is the SHA-256 of product and configuration, whatever
    the order of their keys.
    """

    number: int
    draft: Draft
    reason: str
    digest: bytes

    def on(self, line: Line) -> Draft:
        """Return the draft of a line of it."""
        return replace(self.draft, line=line)


@dataclass(slots=True)
class Listing:
    """All configurations that were priced on a desk, in the order of their first line."""

    desk: Desk
    phases: tuple[PhaseFunction, ...]
    entries: list[Listed] = field(default_factory=list)
    _by_content: dict[Content, Listed] = field(default_factory=dict)
    _by_object: dict[tuple[int, str], tuple[Mapping[str, Scalar], Mapping[str, Scalar], Listed]] = field(
        default_factory=dict
    )
    _columns: dict[object, Integers] = field(default_factory=dict)
    _pairs: dict[object, list[tuple[Fraction, Fraction]]] = field(default_factory=dict)
    _maps: dict[object, Maps] = field(default_factory=dict)
    _exact: Ratios | None = None
    _digests: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 32), dtype=np.uint8))
    _known: frozenset[str] = frozenset()
    _asking: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Note the products, and those whose amounts ask for the quantity."""
        products = self.desk.catalog.products
        self._known = frozenset(product.name for product in products)
        self._asking = frozenset(product.name for product in products if asks_quantity(self.desk, product))

    def find(self, line: Line) -> Listed:
        """Return the list price of a line's configuration.

        A configuration that was seen before is known by the object it is, if its content is still the same.
        """
        key = (id(line.configuration), line.product)
        seen = self._by_object.get(key)
        if seen is not None and seen[0] is line.configuration and seen[1] == line.configuration:
            return seen[2]
        asks = line.product in self._asking
        values = line.configuration.values()
        content = (line.product, *line.configuration.items(), *map(type, values), line.quantity if asks else 0)
        found = self._by_content.get(content)
        if found is None:
            found = self._by_content[content] = self._priced(line)
        if not asks:
            self._by_object[key] = (line.configuration, dict(line.configuration), found)
        return found

    def numbers(self, lines: Sequence[Line]) -> Integers:
        """Return the number of every line's configuration; each object is looked at once."""
        products = [line.product for line in lines]
        objects = [id(line.configuration) for line in lines]
        product_of = dict(zip(objects, products, strict=True))
        shared = self._asking and not self._asking.isdisjoint(products)
        if shared or list(map(product_of.__getitem__, objects)) != products:
            return np.array([self.find(line).number for line in lines], dtype=np.int64)
        one_of = dict(zip(objects, lines, strict=True))
        number_of = {key: self.find(line).number for key, line in one_of.items()}
        return np.array(list(map(number_of.__getitem__, objects)), dtype=np.int64)

    def column(self, make: Callable[[Desk, Listed], int]) -> Integers:
        """Return a number of every configuration, by its own number; made once for each."""
        column = self._columns.get(make)
        have = 0 if column is None else len(column)
        if column is None or have < len(self.entries):
            more = np.array([make(self.desk, one) for one in self.entries[have:]], dtype=np.int64)
            column = self._columns[make] = more if column is None else np.concatenate((column, more))
        return column

    def maps(self, make: Callable[[Desk, Listed], tuple[Fraction, Fraction]]) -> Maps:
        """Return an affine map of the price of every configuration, by its own number; made once for each."""
        pairs = self._pairs.setdefault(make, [])
        if len(pairs) < len(self.entries) or make not in self._maps:
            pairs += [make(self.desk, one) for one in self.entries[len(pairs) :]]
            self._maps[make] = Maps.of(pairs)
        return self._maps[make]

    def exact(self) -> Ratios:
        """Return the exact unit price of every configuration, in micros; nothing for those without one."""
        if self._exact is None or len(self._exact.over) < len(self.entries):
            self._exact = Ratios.of([one.draft.exact * MICROS for one in self.entries])
        return self._exact

    def digests(self) -> NDArray[np.uint8]:
        """Return the digest of every configuration, a row of bytes for each."""
        if len(self._digests) < len(self.entries):
            whole = b"".join(one.digest for one in self.entries)
            self._digests = np.frombuffer(whole, dtype=np.uint8).reshape(-1, 32)
        return self._digests

    def _priced(self, line: Line) -> Listed:
        digest = _digest(line)
        draft = Draft(line)
        if line.product not in self._known:
            return self._numbered(draft, f"the catalog has no product {line.product}", digest)
        around = {"customer": buyer(self.desk.catalog, self.desk.context)}
        place = Place(self.desk.catalog, line.product, dict(line.configuration), around)
        sheet = Sheet((replace(draft, place=place),))
        for phase in self.phases:
            sheet = phase(self.desk, sheet)
        if sheet.unpriced:
            return self._numbered(replace(draft, place=place), sheet.unpriced[0].reason, digest)
        return self._numbered(sheet.drafts[0], "", digest)

    def _numbered(self, draft: Draft, reason: str, digest: bytes) -> Listed:
        found = Listed(len(self.entries), draft, reason, digest)
        self.entries.append(found)
        return found


def listing(desk: Desk) -> Listing:
    """Return an empty listing of a desk, by the phases that make a list price."""
    return Listing(desk, (base, each_line(configure)))


def asks_quantity(desk: Desk, product: Component) -> bool:
    """Say whether an amount or a condition in the list price of a product can depend on the quantity of the line."""
    waiting, inside = [product.name], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in inside:
            inside.add(name)
            waiting += [part.component for part in desk.catalog.component(name).parts]
    expressions = [let.value for name in inside for let in desk.catalog.component(name).lets]
    for charge in desk.catalog.charges:
        if charge.on in inside:
            expressions += [charge.amount, *([] if charge.when is None else [charge.when])]
    return any("quantity" in mentioned(expression) for expression in expressions)


def _digest(line: Line) -> bytes:
    texts = {name: f"{type(value).__name__} {value}" for name, value in line.configuration.items()}
    return hashlib.sha256(json.dumps([line.product, texts], sort_keys=True, ensure_ascii=True).encode()).digest()

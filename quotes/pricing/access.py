"""The access sequence: which price row holds for an option, a part or a product; the most specific first.

A row that asks about the customer, in its list's condition or in cells of its own, comes before one for everybody. Of those,
one with a cell on the customer's id first, then on the segment, the region, the channel; more cells on other attributes
before fewer; a list with a condition before one without. Then more conditions on options before fewer; single values before
ranges before any value; the later first day; the name of the list; the place in the file. A row of another currency counts
where an exchange rate leads to that of the quote: converted here, once and exactly, and after every row of the quote's own.
Rows without a rate, of another day, and those that are not for this customer are not seen at all: nothing of them reaches a
record that a customer may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.model import Catalog, PriceList, PriceRow
from catalogs.price_book import SPECIFIC, PriceBook, buyer_holds
from quotes.pricing.context import Context
from quotes.pricing.exchange import Route, routes
from quotes.pricing.record import Conversion
from quotes.pricing.scope import customer_holds
from rules.kinds import Scalar
from rules.typed import Values

Path = tuple[str, ...]
Cells = tuple[tuple[Path, Values], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row in effect with its list; `cells` are its conditions without those that allow everything.

    The row's price and cost are in the quote's currency; `conversions` took them there (none: they were written in it).
    """

    row: PriceRow
    prices: PriceList
    cells: Cells
    conversions: tuple[Conversion, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The row that holds, and the rows that would without it, best first."""

    winner: Candidate
    others: tuple[Candidate, ...]

    @property
    def cost(self) -> Fraction | None:
        """The seller's cost: of the winner, or of the best row that states one (a dealer row often has none)."""
        return next((c.row.cost for c in (self.winner, *self.others) if c.row.cost is not None), None)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows of one path in order of precedence; `named` and `broad` are positions in it.

    `named` leads from a single value to the rows that name it, `broad` lists the rows with ranges or any value.
    What was found for a value is kept.
    """

    rows: tuple[Candidate, ...]
    named: Mapping[Scalar, tuple[int, ...]]
    broad: tuple[int, ...]
    _known: dict[Scalar, tuple[tuple[Candidate, ...], Found | None]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, rows: Iterable[Candidate]) -> Shelf:
        """Sort and index the rows of one path."""
        ordered = tuple(sorted(rows, key=precedence))
        named: dict[Scalar, list[int]] = {}
        for position, candidate in enumerate(ordered):
            for value in candidate.row.values.singles:
                named.setdefault(value, []).append(position)
        broad = [p for p, c in enumerate(ordered) if c.row.values.everything or c.row.values.ranges]
        return cls(ordered, {value: tuple(positions) for value, positions in named.items()}, tuple(broad))

    def rows_for(self, value: Scalar) -> tuple[Candidate, ...]:
        """Return the rows that price a value, most specific first."""
        return (self._known.get(value) or self._look(value))[0]

    def find(self, value: Scalar, holds: Callable[[Cells], bool]) -> Found | None:
        """Return the most specific row for a value whose conditions hold, with those it goes before."""
        rows, certain = self._known.get(value) or self._look(value)
        if certain is not None:
            return certain
        fitting = [candidate for candidate in rows if not candidate.cells or holds(candidate.cells)]
        return Found(fitting[0], tuple(fitting[1:])) if fitting else None

    def _look(self, value: Scalar) -> tuple[tuple[Candidate, ...], Found | None]:
        """Look for the rows of a value; where none has a condition, the answer is certain."""
        positions = sorted({*self.named.get(value, ()), *self.broad})
        rows = tuple(self.rows[p] for p in positions if priced_value(self.rows[p].row.values, value))
        certain = Found(rows[0], rows[1:]) if rows and not any(one.cells for one in rows) else None
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[value] = rows, certain
        return rows, certain


_KEPT = 4_096
"""For so many values of one path the rows are kept."""
_NO_SHELF = Shelf((), {}, ())


@dataclass(frozen=True, slots=True)
class Offer:
    """Rows by column with the list that they are of, and how its currency becomes the quote's (None: it is)."""

    book: PriceBook
    prices: PriceList
    way: Route | None


@dataclass(frozen=True, slots=True)
class Access:
    """The rows of one product for one customer on one day; those of a path are laid out when it is asked for.

    `few` are the rows of short lists by path, `offers` the long lists, read through their index.
    """

    product: str
    attributes: Mapping[str, Scalar]
    day: date
    few: Mapping[Path, Sequence[Candidate]]
    offers: Sequence[Offer]
    _shelves: dict[Path, Shelf] = field(default_factory=dict, compare=False, repr=False)

    def rows(self, path: Path) -> tuple[Candidate, ...]:
        """Return every row of a path, most specific first."""
        return self._shelf(path).rows

    def rows_for(self, path: Path, value: Scalar) -> Iterator[Candidate]:
        """Yield the rows of a path that price a value, most specific first."""
        return iter(self._shelf(path).rows_for(value))

    def find(self, path: Path, value: Scalar, holds: Callable[[Cells], bool]) -> Found | None:
        """Return the most specific row for a value whose conditions hold, with those it goes before."""
        return self._shelf(path).find(value, holds)

    def _shelf(self, path: Path) -> Shelf:
        found = self._shelves.get(path)
        if found is None:
            rows = [*self.few.get(path, ())]
            for offer in self.offers:
                indexed = offer.book.rows_at(path, self.product, self.attributes, self.day)
                rows += [_candidate(row, offer.prices, offer.way) for row in indexed]
            found = self._shelves[path] = Shelf.of(rows) if rows else _NO_SHELF
        return found


def priced_value(values: Values, value: Scalar) -> bool:
    """Say whether a row's values hold for a value; a row that names none prices a switch only where it is on."""
    return value is not False if values.everything else value in values


def access(catalog: Catalog, context: Context, product: str, day: date) -> Access:
    """Find the rows in effect for a product, a customer and a day: of short lists at once, of long ones when needed."""
    few: dict[Path, list[Candidate]] = {}
    offers: list[Offer] = []
    ways = routes(catalog, context.currency, day)
    attributes = context.attributes
    for prices in lists_for(catalog, context, day):
        way = ways.get(prices.currency)
        rows = prices.rows.few if isinstance(prices.rows, PriceBook) else prices.rows
        if isinstance(prices.rows, PriceBook) and rows is None:
            offers.append(Offer(prices.rows, prices, way))
        for row in in_effect(rows or (), day):
            if row.product == product and buyer_holds(row.customer, attributes):
                few.setdefault(row.path, []).append(_candidate(row, prices, way))
    return Access(product, attributes, day, few, offers)


def _candidate(row: PriceRow, prices: PriceList, way: Route | None) -> Candidate:
    cells = tuple((path, values) for path, values in row.cells if not values.everything)
    return Candidate(row, prices, cells) if way is None else converted(row, prices, cells, way)


def converted(row: PriceRow, prices: PriceList, cells: Cells, way: Route) -> Candidate:
    """Return a row of another currency with its price and cost in the quote's."""
    cost = None if row.cost is None else row.cost * way.worth
    return Candidate(replace(row, price=row.price * way.worth, cost=cost), prices, cells, way.conversions)


def lists_for(catalog: Catalog, context: Context, day: date) -> Iterable[PriceList]:
    """Return the price lists in effect that are for this customer, in the currency or in one that can be converted."""
    ways = routes(catalog, context.currency, day)
    return (
        prices
        for prices in in_effect(catalog.price_lists, day)
        if (prices.currency == context.currency or prices.currency in ways)
        and (prices.when is None or customer_holds(prices.when, catalog, context))
    )


def precedence(candidate: Candidate) -> tuple[object, ...]:
    """Return the sort key of a row: the least comes first."""
    row, prices = candidate.row, candidate.prices
    start = row.effectivity.start
    asked = {name for name, values in row.customer if not values.everything}
    return (
        bool(candidate.conversions),
        prices.when is None and not asked,
        *(name not in asked for name in SPECIFIC),
        -len(asked),
        prices.when is None,
        -len(candidate.cells),
        _breadth(row.values),
        -(start.toordinal() if start else 0),
        prices.name,
        row.span,
    )


def _breadth(values: Values) -> int:
    if values.everything:
        return 2
    return 1 if values.ranges else 0

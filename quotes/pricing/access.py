"""The access sequence: which price row holds for an option, a part or a product; the most specific first.

A row of a list with a condition on the customer comes before one of a list without; then more
conditions before fewer; single values before ranges before any value; the later first day; the
name of the list; the place in the file. Rows of another currency, of another day, and of lists that are
not for this customer are not seen at all: nothing of them reaches a record that a customer may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.model import Catalog, PriceList, PriceRow
from quotes.pricing.context import Context
from quotes.pricing.scope import customer_holds
from rules.kinds import Scalar
from rules.typed import Values

Path = tuple[str, ...]
Cells = tuple[tuple[Path, Values], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row in effect with its list; `cells` are its conditions without those that allow everything."""

    row: PriceRow
    prices: PriceList
    cells: Cells


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
    """

    rows: tuple[Candidate, ...]
    named: Mapping[Scalar, tuple[int, ...]]
    broad: tuple[int, ...]

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

    def rows_for(self, value: Scalar) -> Iterator[Candidate]:
        """Yield the rows that price a value, most specific first."""
        positions = {*self.named.get(value, ()), *self.broad}
        return (self.rows[p] for p in sorted(positions) if priced_value(self.rows[p].row.values, value))


@dataclass(frozen=True, slots=True)
class Access:
    """The rows of one product for one customer on one day, by path."""

    shelves: Mapping[Path, Shelf]

    def rows(self, path: Path) -> tuple[Candidate, ...]:
        """Return every row of a path, most specific first."""
        return self.shelves[path].rows if path in self.shelves else ()

    def rows_for(self, path: Path, value: Scalar) -> Iterator[Candidate]:
        """Yield the rows of a path that price a value, most specific first."""
        return self.shelves[path].rows_for(value) if path in self.shelves else iter(())

    def find(self, path: Path, value: Scalar, holds: Callable[[Cells], bool]) -> Found | None:
        """Return the most specific row for a value whose conditions hold, with those it goes before."""
        fitting = [candidate for candidate in self.rows_for(path, value) if holds(candidate.cells)]
        return Found(fitting[0], tuple(fitting[1:])) if fitting else None


def priced_value(values: Values, value: Scalar) -> bool:
    """Say whether a row's values hold for a value; a row that names none prices a switch only where it is on."""
    return value is not False if values.everything else value in values


def access(catalog: Catalog, context: Context, product: str, day: date) -> Access:
    """Collect and order the rows in effect for a product, a customer and a day."""
    found: dict[Path, list[Candidate]] = {}
    for prices in lists_for(catalog, context, day):
        for row in in_effect(prices.rows, day):
            if row.product == product:
                cells = tuple((path, values) for path, values in row.cells if not values.everything)
                found.setdefault(row.path, []).append(Candidate(row, prices, cells))
    return Access({path: Shelf.of(rows) for path, rows in found.items()})


def lists_for(catalog: Catalog, context: Context, day: date) -> Iterable[PriceList]:
    """Return the price lists in effect, in the currency, that are for this customer."""
    return (
        prices
        for prices in in_effect(catalog.price_lists, day)
        if prices.currency == context.currency
        and (prices.when is None or customer_holds(prices.when, catalog, context))
    )


def precedence(candidate: Candidate) -> tuple[object, ...]:
    """Return the sort key of a row: the least comes first."""
    row, prices = candidate.row, candidate.prices
    start = row.effectivity.start
    return (
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

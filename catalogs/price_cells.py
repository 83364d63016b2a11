"""The cells of a row of a price file: what it prices, under which conditions, for how much, on which days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from catalogs.declare_choices import days_of
from catalogs.declare_types import stranger
from catalogs.desk import Desk
from catalogs.marks import Effectivity
from catalogs.model import Cells, CustomerCells, Option
from catalogs.money import check_amount
from catalogs.price_book import MICROS
from catalogs.tables import Row, Sheet
from catalogs.targets import Target, is_text, walk
from rules import syntax as s
from rules.diagnostics import Span, did_you_mean
from rules.kinds import Money, Textual
from rules.typed import Values

EVERYTHING = Values(everything=True)
COLUMNS = ("product", "option", "choice", "price", "cost", "from", "until")
OF_CUSTOMER = "customer."
"""How the name of a column that asks the customer begins."""
_PLAIN = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?")
"""An amount that needs no further look: most are so, and price files are long."""


def has_price(target: Target, span: Span, desk: Desk) -> bool:
    """Check that what a path leads to can have a price in a list; a text has none."""
    if is_text(target):
        hint = 'use a charge with a condition, such as `when engraving != ""`'
        desk.report.error("price-of-text", span, "a text has no price of its own", hint)
        return False
    return True


@dataclass(frozen=True, slots=True)
class PriceCells:
    """Reads the cells of one CSV file of prices, in the currency of its list; a mistake is noted at its place.

    `targets` is what the rows of each product and option price, None where that was wrong, which is said once.
    """

    sheet: Sheet
    at: Mapping[str, int]
    currency: str
    desk: Desk
    targets: dict[tuple[str, str], Target | None] = field(default_factory=dict)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The columns that are conditions on options."""
        return tuple(name for name in self.at if name not in COLUMNS and not name.startswith(OF_CUSTOMER))

    @property
    def of_customer(self) -> tuple[str, ...]:
        """The columns that are conditions on the customer."""
        return tuple(name for name in self.at if name.startswith(OF_CUSTOMER))

    def knows_columns(self) -> bool:
        """Check every further column: an attribute of the customer, or an option of some product in the file."""
        known = [self._is_attribute(name) for name in self.of_customer]
        known += [self._is_option(name) for name in self.conditions]
        return all(known)

    def check(self, row: Row) -> None:
        """Note every mistake of a row."""
        target = self.target(row)
        self.amount(row, "price")
        self.amount(row, "cost")
        if target is None:
            return
        self.values(row, target)
        for name in self.conditions:
            self.condition(row, target, name)
        for name in self.of_customer:
            self.of_buyer(row, name)
        self.days_of(row)

    def _cell(self, row: Row, column: str) -> str:
        return row.cells[self.at[column]] if column in self.at else ""

    def _is_option(self, header: str) -> bool:
        """Check that a further column is an option of some product in the file."""
        if "product" in self.at:
            names = self.sheet.rows.texts(self.at["product"])
            products = [c for name in sorted(names) if (c := self.desk.components.get(name)) is not None]
            if not products or _mentions(header, self.desk.clouded):
                return True
            ways = [walk(product, header.split("."), self.desk) for product in products]
            if any(isinstance(way, Target) and way.option is not None and way.choice is None for way in ways):
                return True
        known = (*COLUMNS, *(option.name for product in products for option in product.options))
        message = f"the column {header} is neither a column of prices nor an option"
        self.desk.report.error(
            "unknown-column", self.sheet.header.place(self.at[header]), message, did_you_mean(header, known)
        )
        return False

    def _is_attribute(self, header: str) -> bool:
        name = header.removeprefix(OF_CUSTOMER)
        if name in self.desk.customer.fields or _mentions(header, self.desk.clouded):
            return True
        message = f"a customer has no attribute {name}"
        hint = did_you_mean(name, self.desk.customer.fields)
        self.desk.report.error("unknown-column", self.sheet.header.place(self.at[header]), message, hint)
        return False

    def target(self, row: Row) -> Target | None:
        """Return what a row prices."""
        key = (self._cell(row, "product"), self._cell(row, "option"))
        if key not in self.targets:
            self.targets[key] = self._target(row, *key)
        return self.targets[key]

    def _target(self, row: Row, product: str, option: str) -> Target | None:
        component = self.desk.component(s.Name(row.place(self.at["product"]), product), sellable=True)
        if component is None or _mentions(option, self.desk.clouded):
            return None
        names = option.split(".") if option else []
        way = walk(component, names, self.desk)
        if not isinstance(way, Target) or way.choice is not None:
            known = (*(o.name for o in component.options), *(p.name for p in component.parts))
            place = row.place(self.at["option"])
            message = f"{product} has no option {option}"
            self.desk.report.error("unknown-option", place, message, did_you_mean(option, known))
            return None
        return way if has_price(way, row.place(self.at.get("option", 0)), self.desk) else None

    def days_of(self, row: Row) -> Effectivity | None:
        """Return the days of a row."""
        return days_of(row, self.at, self.desk)

    def values(self, row: Row, target: Target) -> Values | None:
        """Return the values of the option that a row prices."""
        text = self._cell(row, "choice")
        if not text:
            return EVERYTHING
        if target.option is None:
            message = "a choice needs the option it belongs to"
            self.desk.report.error("choice-without-option", row.place(self.at["choice"]), message)
            return None
        return self._checked(row, "choice", target.option)

    def condition(self, row: Row, target: Target, header: str) -> Cells | None:
        """Read a further cell: the values of an option of the product, or of the same part; none where it is empty."""
        if not self._cell(row, header):
            return ()
        place = row.place(self.at[header])
        way = walk(target.product, header.split("."), self.desk)
        if not isinstance(way, Target) or way.option is None:
            message = f"{target.product.name} has no option {header}; leave this cell empty"
            self.desk.report.error("unknown-option", place, message)
            return None
        inside = target.path[:-1] if target.option is not None else target.path
        if way.path[:-1] and way.path[:-1] != inside[: len(way.path) - 1]:
            message = f"only a price of {'.'.join(way.path[:-1])} can depend on {header}"
            self.desk.report.error("condition-of-other-part", place, message)
            return None
        values = self._checked(row, header, way.option)
        if values is None:
            return None
        return () if values.everything else ((way.path, values),)

    def of_buyer(self, row: Row, header: str) -> CustomerCells | None:
        """Read a cell about the customer; a text stands for itself, and an empty cell for everybody."""
        text = self._cell(row, header)
        name = header.removeprefix(OF_CUSTOMER)
        kind = self.desk.customer.fields.get(name)
        if not text or kind is None:
            return ()
        if isinstance(kind, Textual):
            return ((name, Values(frozenset({text}))),)
        values = self.desk.values(row, self.at[header], kind)
        if values is None:
            return None
        return () if values.everything else ((name, values),)

    def _checked(self, row: Row, column: str, option: Option) -> Values | None:
        """Read the values of an option in a cell; None, with a diagnostic, where some can never be chosen."""
        values = self.desk.values(row, self.at[column], option.kind)
        why = "" if values is None else stranger(option.domain, values)
        if why:
            self.desk.report.error("outside-domain", row.place(self.at[column]), why)
            return None
        return values

    def amount(self, row: Row, column: str) -> Fraction | None:
        """Return the price or the cost of a row; no cost is None as well."""
        if column == "cost" and not self._cell(row, column):
            return None
        plain = plain_micros(self._cell(row, column))
        if plain is not None:
            return Fraction(plain, MICROS)
        value = self.desk.scalar(row, self.at[column], Money(self.currency))
        if not isinstance(value, Fraction) or not check_amount(value, lambda: row.place(self.at[column]), self.desk):
            return None
        return value


def plain_micros(text: str) -> int | None:
    """Return a plainly written amount in micros; None where it needs a closer look."""
    plain = _PLAIN.fullmatch(text)
    return int(plain[1] + (plain[2] or "").ljust(6, "0")) if plain else None


def _mentions(path: str, names: set[str]) -> bool:
    return bool(names) and not names.isdisjoint(path.split("."))

"""Price lists: rows written in place or read from CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from catalogs.declare_choices import days_of
from catalogs.declare_types import stranger
from catalogs.desk import Desk, View
from catalogs.marks import Effectivity
from catalogs.model import Option, PriceList, PriceRow
from catalogs.money import amount_of, check_amount, check_currency
from catalogs.tables import Row, Sheet, columns
from catalogs.targets import Target, find_target, is_text, walk
from rules import declarations as d
from rules import syntax as s
from rules.diagnostics import Span, did_you_mean
from rules.kinds import Money
from rules.typed import Values

EVERYTHING = Values(everything=True)
_PLAIN = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?")
"""An amount that needs no further look: most are so, and price files are long."""
_COLUMNS = ("product", "option", "choice", "price", "cost", "from", "until")


def declare_prices(desk: Desk) -> tuple[PriceList, ...]:
    """Return the price lists, sorted by name."""
    found = (_price_list(node, desk) for node in desk.declared.of(d.PricesDeclaration))
    return tuple(sorted(found, key=lambda one: one.name))


def _price_list(node: d.PricesDeclaration, desk: Desk) -> PriceList:
    check_currency(node.currency, desk.report)
    days = desk.only_days(node.modifiers, "price list")
    when = desk.condition(node.when, View({"customer": desk.customer}, "a price list")) if node.when else None
    currency = node.currency.text
    rows = [row for inline in node.rows if (row := _inline_row(inline, currency, desk))]
    if node.source is not None:
        sheet = desk.sources.sheet(node.source, "prices")
        at = None if sheet is None else columns(sheet, ("product", "price"), _COLUMNS, desk.report, others=True)
        if sheet is not None and at is not None:
            if sheet.whole and not sheet.rows:
                message = "this file has no prices, only a header"
                desk.report.warn("no-prices", sheet.header.span, message, "write a row for each price")
            rows += _Reader(sheet, at, currency, desk).rows()
    return PriceList(node.name.text, currency, when, days, tuple(rows), node.name.span)


def _inline_row(node: d.InlinePrice, currency: str, desk: Desk) -> PriceRow | None:
    days = desk.only_days(node.modifiers, "price")
    target = find_target(node.target, desk)
    price = amount_of(node.price, currency, desk)
    if target is None or price is None or not _has_price(target, node.span, desk):
        return None
    values = EVERYTHING if target.choice is None else Values(frozenset({target.choice}))
    return PriceRow(target.product.name, target.path, values, (), price, None, days, node.span)


def _has_price(target: Target, span: Span, desk: Desk) -> bool:
    if is_text(target):
        hint = 'use a charge with a condition, such as `when engraving != ""`'
        desk.report.error("price-of-text", span, "a text has no price of its own", hint)
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Reader:
    """One CSV file of prices being read, in the currency of its list."""

    sheet: Sheet
    at: Mapping[str, int]
    currency: str
    desk: Desk
    days: dict[tuple[str, str], Effectivity] = field(default_factory=dict)

    def rows(self) -> Iterator[PriceRow]:
        """Yield a price for every row that has no error."""
        conditions = [name for name in self.at if name not in _COLUMNS]
        known = [self._is_known(name) for name in conditions]
        if not all(known):
            return
        targets: dict[tuple[str, str], Target | None] = {}
        for row in self.sheet.rows:
            key = (self._cell(row, "product"), self._cell(row, "option"))
            if key not in targets:
                targets[key] = self._target(row, *key)
            target = targets[key]
            if target is None:
                if self.desk.report.full(self.sheet.file):
                    return
                self._amounts(row)
                continue
            found = self._row(row, target, conditions)
            if found is not None:
                yield found

    def _cell(self, row: Row, column: str) -> str:
        return row.cells[self.at[column]] if column in self.at else ""

    def _is_known(self, header: str) -> bool:
        """Check that a further column is an option of some product in the file."""
        if "product" in self.at:
            names = {row.cells[self.at["product"]] for row in self.sheet.rows}
            products = [c for name in sorted(names) if (c := self.desk.components.get(name)) is not None]
            if not products or _mentions(header, self.desk.clouded):
                return True
            ways = [walk(product, header.split("."), self.desk) for product in products]
            if any(isinstance(way, Target) and way.option is not None and way.choice is None for way in ways):
                return True
        known = (*_COLUMNS, *(option.name for product in products for option in product.options))
        message = f"the column {header} is neither a column of prices nor an option"
        self.desk.report.error(
            "unknown-column", self.sheet.header.place(self.at[header]), message, did_you_mean(header, known)
        )
        return False

    def _target(self, row: Row, product: str, option: str) -> Target | None:
        """Return what the rows with this product and option price."""
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
        return way if _has_price(way, row.place(self.at.get("option", 0)), self.desk) else None

    def _row(self, row: Row, target: Target, conditions: Sequence[str]) -> PriceRow | None:
        values = self._values(row, target)
        cells = [self._condition(row, target, name) for name in conditions if self._cell(row, name)]
        price, cost = self._amounts(row)
        days = self._days(row)
        if values is None or price is None or days is None or None in cells:
            return None
        kept = tuple(cell for cell in cells if cell is not None and not cell[1].everything)
        return PriceRow(target.product.name, target.path, values, kept, price, cost, days, row.span)

    def _days(self, row: Row) -> Effectivity | None:
        key = (self._cell(row, "from"), self._cell(row, "until"))
        days = self.days.get(key) or days_of(row, self.at, self.desk)
        if days is not None:
            self.days[key] = days
        return days

    def _values(self, row: Row, target: Target) -> Values | None:
        text = self._cell(row, "choice")
        if not text:
            return EVERYTHING
        if target.option is None:
            message = "a choice needs the option it belongs to"
            self.desk.report.error("choice-without-option", row.place(self.at["choice"]), message)
            return None
        return self._checked(row, "choice", target.option)

    def _condition(self, row: Row, target: Target, header: str) -> tuple[tuple[str, ...], Values] | None:
        """Read a further cell: the values of an option of the product, or of the same part."""
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
        return None if values is None else (way.path, values)

    def _checked(self, row: Row, column: str, option: Option) -> Values | None:
        """Read the values of an option in a cell; None, with a diagnostic, where some can never be chosen."""
        values = self.desk.values(row, self.at[column], option.kind)
        why = "" if values is None else stranger(option.domain, values)
        if why:
            self.desk.report.error("outside-domain", row.place(self.at[column]), why)
            return None
        return values

    def _amounts(self, row: Row) -> tuple[Fraction | None, Fraction | None]:
        price = self._amount(row, "price")
        cost = self._amount(row, "cost") if self._cell(row, "cost") else None
        return price, cost

    def _amount(self, row: Row, column: str) -> Fraction | None:
        plain = _PLAIN.fullmatch(row.cells[self.at[column]])
        if plain:
            whole, decimals = plain[1], plain[2] or ""
            return Fraction(int(whole + decimals), 10 ** len(decimals))
        value = self.desk.scalar(row, self.at[column], Money(self.currency))
        if not isinstance(value, Fraction) or not check_amount(value, lambda: row.place(self.at[column]), self.desk):
            return None
        return value


def _mentions(path: str, names: set[str]) -> bool:
    return bool(names) and not names.isdisjoint(path.split("."))

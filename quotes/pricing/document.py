"""The phase "document": charges and allowances of the whole quote, of their own tax category or spread over the lines.

What is spread lowers or raises the taxable amounts of the groups that the lines belong to; no line, and no group, is
brought below zero by it, nor any line or the quote below its floors: what cannot be given is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.policy import Fee
from quotes.pricing.allocation import spread
from quotes.pricing.changer import Changer
from quotes.pricing.columns import Columns, net_amounts, sums_of
from quotes.pricing.context import Line
from quotes.pricing.promotions.floors import ceiling, grounds_of, line_sums, quote_sums
from quotes.pricing.record import DocumentAmount
from quotes.pricing.rounding import rounded
from quotes.pricing.scope import buyer
from quotes.pricing.sheet import Desk, Draft, Sheet
from quotes.pricing.tax import allocated, class_of_fee, classes, lines_of, signed
from rules.evaluator import ABSENT, holds


def document(desk: Desk, sheet: Sheet) -> Sheet:
    """Add the fees in effect whose condition holds, charges before allowances, then by name.

    Rates are of the net of all lines, before any charge or allowance (EN 16931, BT-93, BT-100).
    """
    fees = desk.kept(fees_of)
    if not fees or not sheet.drafts:
        return sheet
    sees = _sees(desk, sheet) if any(fee.when is not None for fee in fees) else {}
    changer = Changer.of(desk, sheet)
    books = _Books.of(desk, sheet)
    for fee in fees:
        if fee.when is not None and holds(fee.when, sees) is not True:
            continue
        amount = _amount(desk, fee, books.net, changer)
        if amount:
            books.enter(fee, amount)
    return changer.written(books.closed(sheet))


def fees_of(desk: Desk) -> tuple[Fee, ...]:
    """Return the fees in effect in the order in which they are entered."""
    found = in_effect(desk.catalog.fees, desk.day)
    return tuple(sorted(found, key=lambda one: (one.kind == "allowance", one.name, one.span)))


def _amount(desk: Desk, fee: Fee, net: int, changer: Changer) -> int:
    """Return the amount of a fee in minor units; nothing where no exchange rate leads to the quote's currency."""
    if fee.rate is not None:
        exact: Fraction | None = net * fee.rate
    elif fee.amount is not None:
        changed = changer.change(fee.amount)
        exact = None if changed is None else changed * desk.minor
    else:
        exact = None
    return 0 if exact is None else max(0, rounded(exact, desk.policy.rounding))


@dataclass(slots=True)
class _Books:
    """What is still left of lines and groups while fees are entered one after the other; groups go by number."""

    desk: Desk
    net: int
    weights: list[int]
    left: list[int]
    groups: list[int]
    group_of: list[int]
    numbers: dict[tuple[str, Fraction], int]
    found: list[DocumentAmount]
    least: list[int]
    allowed: int | None

    @classmethod
    def of(cls, desk: Desk, sheet: Sheet) -> _Books:
        lines, nets = lines_of(sheet.drafts), net_amounts(sheet.drafts)
        products = [line.product for line in lines]
        numbers: dict[tuple[str, Fraction], int] = {}
        known = classes(desk, products)
        number_of = {
            product: numbers.setdefault((known[product].category, known[product].rate), len(numbers))
            for product in dict.fromkeys(products)
        }
        left = [net - share for net, share in zip(nets, allocated(sheet.document, len(nets)), strict=True)]
        group_of = [number_of[product] for product in products]
        groups = [0] * len(numbers)
        for number, amount in zip(group_of, left, strict=True):
            groups[number] += amount
        least, allowed = _kept_by_floors(desk, sheet, nets)
        books = cls(
            desk, sum(nets), weights(desk, lines, nets), left, groups, group_of, numbers, list(sheet.document), least,
            allowed,
        )  # fmt: skip
        for one in sheet.document:
            if not one.shares:
                books.groups[books.number(one.tax_category, one.tax_rate)] += signed(one)
        return books

    def number(self, category: str, rate: Fraction) -> int:
        """Return the number of a group, a new one where no line is in it."""
        found = self.numbers.setdefault((category, rate), len(self.numbers))
        if found == len(self.groups):
            self.groups.append(0)
        return found

    def enter(self, fee: Fee, amount: int) -> None:
        """Put a fee into the books: its own amount, or its shares, as far as lines and groups can bear them."""
        base, rate = (self.net, fee.rate) if fee.rate is not None else (amount, None)
        if fee.kind == "allowance" and self.allowed is not None:
            amount = min(amount, self.allowed)
        if fee.category is None:
            shares = self._shares(fee, amount)
            if any(shares):
                given = sum(shares)
                one = DocumentAmount(
                    fee.kind, fee.name, fee.label, given, base, rate, "", Fraction(0), shares, fee.span
                )
                self._take(one)
            return
        tax = class_of_fee(self.desk, fee.category)
        number = self.number(tax.category, tax.rate)
        held = self.groups[number]
        given = amount if fee.kind == "charge" else min(amount, max(0, held))
        if given:
            self.groups[number] = held + (given if fee.kind == "charge" else -given)
            one = DocumentAmount(
                fee.kind, fee.name, fee.label, given, base, rate, tax.category, tax.rate, source=fee.span
            )
            self._take(one)

    def _take(self, one: DocumentAmount) -> None:
        self.found.append(one)
        if self.allowed is not None and one.kind == "allowance":
            self.allowed -= one.amount

    def _shares(self, fee: Fee, amount: int) -> tuple[int, ...]:
        policy = self.desk.policy
        if fee.kind == "charge":
            shares = spread(amount, self.weights, remainder=policy.remainder, credits=policy.credits)
            sign = 1
        else:
            room = [max(0, left - least) for left, least in zip(self._bearable(), self.least, strict=True)]
            taken = spread(-amount, self.weights, caps=room, remainder=policy.remainder, credits=policy.credits)
            shares, sign = tuple(-share for share in taken), -1
        for position, share in enumerate(shares):
            self.left[position] += sign * share
            self.groups[self.group_of[position]] += sign * share
        return shares

    def _bearable(self) -> list[int]:
        """Return what each line can bear; of a group that has less than its lines (an allowance of its own) only that."""
        wanted = [0] * len(self.groups)
        for number, left in zip(self.group_of, self.left, strict=True):
            wanted[number] += max(0, left)
        tight = {number: max(0, held) for number, held in enumerate(self.groups) if held < wanted[number]}
        if not tight:
            return self.left
        room = list(self.left)
        for number, held in tight.items():
            places = [i for i, group in enumerate(self.group_of) if group == number]
            within = spread(held, [max(0, self.left[i]) for i in places])
            for i, share in zip(places, within, strict=True):
                room[i] = min(share, max(0, self.left[i]))
        return room

    def closed(self, sheet: Sheet) -> Sheet:
        """Return the sheet with what was entered."""
        shares = allocated(self.found, len(self.left))
        drafts = sheet.drafts
        if any(shares) and isinstance(drafts, Columns):
            drafts = drafts.then(_Allocated(tuple(shares)))
        elif any(shares):
            drafts = tuple(replace(draft, allocated=share) for draft, share in zip(drafts, shares, strict=True))
        return replace(sheet, drafts=drafts, document=tuple(self.found))


def _kept_by_floors(desk: Desk, sheet: Sheet, nets: Sequence[int]) -> tuple[list[int], int | None]:
    """Return what must be left of every line by the floors, and how much may be taken off all of them (None: no limit)."""
    if not desk.catalog.floors:
        return [0] * len(nets), None
    lines = [line_sums(desk, draft) for draft in sheet.drafts]
    quote = quote_sums(desk, lines)
    grounds = grounds_of(desk, sheet.drafts, lines, quote)
    return [max(0, net - one.cap) for net, one in zip(nets, grounds, strict=True)], ceiling(desk, quote)


@dataclass(frozen=True, slots=True)
class _Allocated:
    """Writes what is spread into the draft of a line at a position."""

    shares: tuple[int, ...]

    def __call__(self, draft: Draft, place: int) -> Draft:
        return replace(draft, allocated=self.shares[place])


def weights(desk: Desk, lines: Sequence[Line], nets: Sequence[int]) -> list[int]:
    """Return by what an amount of the quote is spread over its lines: by net, evenly, or by quantity."""
    if desk.policy.allocation == "even":
        return [1] * len(nets)
    if desk.policy.allocation == "by quantity":
        return [line.quantity for line in lines]
    return [max(0, net) for net in nets]


def _sees(desk: Desk, sheet: Sheet) -> Mapping[str, object]:
    """Return what the condition of a fee may ask: the customer, and sums of the lines as they are without any fee."""
    return {"customer": buyer(desk.catalog, desk.context), "quote": _sums(desk, sheet)}


def _sums(desk: Desk, sheet: Sheet) -> Mapping[str, object]:
    minor, lines = desk.minor, lines_of(sheet.drafts)
    listed, net = sums_of(sheet.drafts)
    cost = _cost(desk, sheet.drafts)
    by_product: dict[str, int] = {}
    for line, amount in zip(lines, net_amounts(sheet.drafts), strict=True):
        by_product[line.product] = by_product.get(line.product, 0) + amount
    known = classes(desk, by_product)
    exact = sum((known[product].rate * amount for product, amount in by_product.items()), Fraction(0))
    taxes = 0 if desk.policy.tax == "inclusive" else rounded(exact, desk.policy.rounding)
    return {
        "list": Fraction(listed, minor),
        "net": Fraction(net, minor),
        "tax": Fraction(taxes, minor),
        "total": Fraction(net + taxes, minor),
        "cost": ABSENT if cost is None else Fraction(cost, minor),
        "discount": Fraction(listed - net, listed) if listed else ABSENT,
        "margin": ABSENT if cost is None or not net else Fraction(net - cost, net),
        "lines": Fraction(len(lines)),
        "quantity": Fraction(sum(line.quantity for line in lines)),
    }


def _cost(desk: Desk, drafts: Sequence[Draft]) -> int | None:
    """Return the cost of all lines in minor units, None where that of one is not known; columns know it by configuration."""
    if isinstance(drafts, Columns):
        numbers, quantities = drafts.numbers.tolist(), drafts.quantities.tolist()
        parts = [
            (drafts.listing.entries[number].draft.cost, size) for number, size in zip(numbers, quantities, strict=True)
        ]
    else:
        parts = [(draft.cost, draft.line.quantity) for draft in drafts]
    total = Fraction(0)
    for cost, quantity in parts:
        if cost is None:
            return None
        total += cost * quantity
    return rounded(total * desk.minor)

"""The phase "tax": a category and a rate for every line, and the tax of every group of them, rounded once.

Prices without tax: the tax of a group is its taxable amount times the rate (EN 16931, BR-CO-17). Prices with tax: the
gross is what counts; its tax is gross * r / (1 + r), so that what the customer sees never changes. A policy may
round line by line instead; a group then pays the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.marks import Label
from catalogs.model import Tax
from quotes.pricing.allocation import portions
from quotes.pricing.columns import Columns, net_amounts
from quotes.pricing.context import Line
from quotes.pricing.record import DocumentAmount, TaxGroup
from quotes.pricing.rounding import rounded
from quotes.pricing.scope import customer_holds
from quotes.pricing.sheet import Desk, Draft, Sheet

STANDARD = "standard"
"""The category of everything that no other tax declaration claims."""

UNTAXED = "none"
"""The category of a line where no tax declaration is in effect; its rate is zero."""


@dataclass(frozen=True, slots=True)
class TaxClass:
    """What decides the group of an amount: the declared category and its rate, its code and why it is exempt."""

    category: str = UNTAXED
    rate: Fraction = Fraction(0)
    code: str = "Z"
    reason: Label | None = None

    @classmethod
    def of(cls, one: Tax | None) -> TaxClass:
        """Return the class of a declaration. A rate of zero under the code of a standard rate is zero-rated (BR-S-05)."""
        if one is None:
            return _UNTAXED
        code = "Z" if one.code == "S" and not one.rate else one.code
        return cls(one.category, one.rate, code, one.because)


_UNTAXED = TaxClass()


def tax_of(desk: Desk, product: str) -> Tax | None:
    """Return the tax of a product for the customer: the most specific declaration in effect that claims it.

    A condition on the customer goes before a list of products (an export stays free of tax, whatever is exported),
    then the later first day, then the category's name. Without either only ``standard`` claims anything.
    """
    claims = [one for one in in_effect(desk.catalog.taxes, desk.day) if _claims(desk, one, product)]
    return min(claims, key=_precedence, default=None)


def _claims(desk: Desk, one: Tax, product: str) -> bool:
    if one.on and product not in one.on:
        return False
    if one.when is None:
        return bool(one.on) or one.category == STANDARD
    return customer_holds(one.when, desk.catalog, desk.context)


def _precedence(one: Tax) -> tuple[object, ...]:
    start = one.effectivity.start
    return (one.when is None, not one.on, -(start.toordinal() if start else 0), one.category, one.span)


def class_of_fee(desk: Desk, category: str) -> TaxClass:
    """Return the class of a charge or an allowance that is taxed on its own.

    What holds for everything this customer buys (an export, a reverse charge) holds for it as well; otherwise its
    category decides, whatever products that is declared for.
    """
    known = in_effect(desk.catalog.taxes, desk.day)
    always = [one for one in known if one.when and not one.on and customer_holds(one.when, desk.catalog, desk.context)]
    named = [one for one in known if one.category == category and one.when is None]
    return TaxClass.of(min(always, key=_precedence, default=None) or min(named, key=_precedence, default=None))


def classes(desk: Desk, products: Iterable[str]) -> Mapping[str, TaxClass]:
    """Return the tax class of every product."""
    known = desk.kept(_known_classes)
    for product in set(products) - known.keys():
        known[product] = TaxClass.of(tax_of(desk, product))
    return known


def _known_classes(desk: Desk) -> dict[str, TaxClass]:
    del desk
    return {}


@dataclass(slots=True)
class _Group:
    """The amounts of one group: positions of lines (from 0) and of document amounts (from -1 down), with their sizes."""

    members: list[int]
    amounts: list[int]
    reason: Label | None
    code: str


def tax(desk: Desk, sheet: Sheet) -> Sheet:
    """Group lines, charges and allowances by category and rate, and tax every group; the parts by line are for display."""
    products = [line.product for line in lines_of(sheet.drafts)]
    by_product = classes(desk, products)
    groups = _grouped(desk, sheet, products, by_product)
    taxes: list[TaxGroup] = []
    shares: dict[int, int] = {}
    for (category, rate), group in sorted(groups.items(), key=lambda item: item[0]):
        parts, due = _taxed(desk, group.amounts, rate)
        shares.update(zip(group.members, parts, strict=True))
        base = sum(group.amounts) - (due if desk.policy.tax == "inclusive" else 0)
        taxes.append(TaxGroup(category, rate, base, due, group.code, group.reason))
    act = _InClass(by_product, shares)
    if isinstance(sheet.drafts, Columns):
        drafts: Sequence[Draft] = sheet.drafts.then(act)
    else:
        drafts = tuple(act(draft, place) for place, draft in enumerate(sheet.drafts))
    document = tuple(
        replace(one, tax=shares[-1 - position]) if not one.shares else one
        for position, one in enumerate(sheet.document)
    )
    return replace(sheet, drafts=drafts, taxes=tuple(taxes), document=document)


@dataclass(frozen=True, slots=True)
class _InClass:
    """Writes its class, and its part of the tax, into the draft of the line at a place."""

    by_product: Mapping[str, TaxClass]
    shares: Mapping[int, int]

    def __call__(self, draft: Draft, place: int) -> Draft:
        found = self.by_product[draft.line.product]
        return replace(draft, tax_category=found.category, tax_rate=found.rate, tax=self.shares[place])


def lines_of(drafts: Sequence[Draft]) -> Sequence[Line]:
    """Return the lines of drafts without writing any."""
    return drafts.lines if isinstance(drafts, Columns) else [draft.line for draft in drafts]


def _grouped(
    desk: Desk, sheet: Sheet, products: Sequence[str], by_product: Mapping[str, TaxClass]
) -> dict[tuple[str, Fraction], _Group]:
    groups: dict[tuple[str, Fraction], _Group] = {}
    of_product: dict[str, _Group] = {}
    nets = net_amounts(sheet.drafts)
    shares = allocated(sheet.document, len(nets))
    for place, product in enumerate(products):
        group = of_product.get(product)
        if group is None:
            found = by_product[product]
            fresh = _Group([], [], found.reason, found.code)
            group = of_product[product] = groups.setdefault((found.category, found.rate), fresh)
        group.members.append(place)
        group.amounts.append(nets[place] - shares[place])
    for position, one in enumerate(sheet.document):
        if not one.shares:
            found = class_of_fee(desk, one.tax_category)
            fresh = _Group([], [], found.reason, found.code)
            group = groups.setdefault((one.tax_category, one.tax_rate), fresh)
            group.members.append(-1 - position)
            group.amounts.append(signed(one))
    return groups


def allocated(document: Sequence[DocumentAmount], lines: int) -> list[int]:
    """Return what of the amounts that are spread falls on each line: allowances less charges, in minor units."""
    total = [0] * lines
    for one in document:
        sign = -1 if one.kind == "charge" else 1
        if one.shares:
            total = [sum_so_far + sign * share for sum_so_far, share in zip(total, one.shares, strict=True)]
    return total


def signed(one: DocumentAmount) -> int:
    """Return what a charge adds, or an allowance takes away, in minor units."""
    return one.amount if one.kind == "charge" else -one.amount


def _taxed(desk: Desk, amounts: list[int], rate: Fraction) -> tuple[list[int], int]:
    """Return the tax of every amount of a group, and what the group pays: rounded once, or once for each amount."""
    ratio = rate / (1 + rate) if desk.policy.tax == "inclusive" else rate
    if desk.policy.tax_per == "line":
        parts = [rounded(amount * ratio, desk.policy.rounding) for amount in amounts]
        return parts, sum(parts)
    due = rounded(sum(amounts) * ratio, desk.policy.rounding)
    return portions(due, amounts, ratio.numerator, ratio.denominator), due

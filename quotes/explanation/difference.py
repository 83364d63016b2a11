"""Why one quote costs more than another: the difference of two price records, shared out exactly over what changed.

Every line is taken apart into what its steps add to its amount; a step of one quote stands against the step of the
other with the same phase, rule and path. A changed quantity is a part of its own, at the steps of the first quote.
The parts of all lines, of the charges and of the taxes add up to the whole difference, to the last fraction of a cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from catalogs.marks import Label
from quotes.pricing.record import MICROS, PricedLine, PricedQuote, Step
from quotes.pricing.rounding import half_away
from quotes.quote import Quote, QuoteLine
from rules.diagnostics import NOWHERE, Span

Kind = Literal["added", "removed", "step", "quantity", "rounding", "document", "tax", "paid"]


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the difference: of which line ("" the quote), by what, and `amount` in exact minor units.

    `minor` is the amount as it is written: rounded so that all parts written add up to the whole.
    """

    kind: Kind
    line: str
    label: Label
    rule: str
    source: Span
    amount: Fraction
    minor: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Two priced quotes of one currency and what lies between them, the largest part first."""

    before: PricedQuote
    after: PricedQuote
    changes: tuple[Change, ...]

    @property
    def amount(self) -> int:
        """By how much the second is dearer, in minor units."""
        return self.after.totals.payable - self.before.totals.payable


class OtherCurrencyError(ValueError):
    """Two quotes in different currencies have no difference."""


def difference(before: Quote, after: Quote) -> Difference:
    """Compare two quotes line by line, by the ids of the lines; `OtherCurrencyError` where their currencies differ."""
    if before.priced.currency != after.priced.currency:
        raise OtherCurrencyError(f"{before.priced.currency} and {after.priced.currency}")
    mine = {line.id: line for line in before.lines}
    theirs = {line.id: line for line in after.lines}
    scale = 10**before.priced.minor_units
    changes: list[Change] = []
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        changes += _line(mine.get(name), theirs.get(name), scale)
    changes += _document(before.priced, after.priced)
    changes.append(_whole("tax", before.priced.totals.tax, after.priced.totals.tax, before.priced, after.priced))
    left = Fraction(after.priced.totals.payable - before.priced.totals.payable) - sum(one.amount for one in changes)
    changes.append(Change("paid", "", Label("Paid already and rounding", _PAID), "", NOWHERE, left))
    kept = [one for one in changes if one.amount]
    kept.sort(key=lambda one: (-abs(one.amount), one.line, one.kind, one.rule, one.source))
    return Difference(before.priced, after.priced, tuple(_written(kept)))


_PAID = {
    "de": "Anzahlung und Rundung", "fr": "Acompte et arrondi", "es": "Anticipo y redondeo",
    "it": "Acconto e arrotondamento", "nl": "Aanbetaling en afronding",
}  # fmt: skip


def _line(before: QuoteLine | None, after: QuoteLine | None, scale: int) -> Iterator[Change]:
    if before is None or after is None:
        one = after or before
        if one is not None:
            sign = 1 if before is None else -1
            kind: Kind = "added" if before is None else "removed"
            amount = Fraction(sign * (one.price.net - one.price.allocated))
            yield Change(kind, one.id, one.label, "", NOWHERE, amount)
        return
    yield from _steps(before, after, scale)


def _steps(before: QuoteLine, after: QuoteLine, scale: int) -> Iterator[Change]:
    """Yield what the steps of one line make of it: deltas of the unit at the new quantity, then the quantity at the old."""
    first, second = _deltas(before.price), _deltas(after.price)
    units = Fraction(scale, MICROS)
    told: Fraction = Fraction(0)
    for key in dict.fromkeys([*second, *first]):
        was, now = first.get(key), second.get(key)
        delta = (now[0] if now else 0) - (was[0] if was else 0)
        amount = delta * after.price.quantity * units
        step = (now or was or (0, None))[1]
        if amount and step is not None:
            told += amount
            yield Change("step", after.id, step.label, step.rule, step.source, amount)
    more = after.price.quantity - before.price.quantity
    if more:
        amount = more * sum((delta for delta, _ in first.values()), Fraction(0)) * units
        told += amount
        yield Change("quantity", after.id, after.label, "", NOWHERE, amount)
    whole = (after.price.net - after.price.allocated) - (before.price.net - before.price.allocated)
    yield Change("rounding", after.id, after.label, "", NOWHERE, whole - told)


Deltas = dict[tuple[str, str, str, int], tuple[Fraction, Step]]


def _deltas(price: PricedLine) -> Deltas:
    """Return what every step before "extend" adds to one unit, exactly, by what acted; the same again gets a number."""
    found: Deltas = {}
    before = Fraction(0)
    for step in price.steps:
        if step.not_applied or step.phase == "extend":
            continue
        exact = step.output - step.residue
        times = sum(1 for key in found if key[:3] == (step.phase, step.rule, step.path))
        found[step.phase, step.rule, step.path, times] = (exact - before, step)
        before = exact
    return found


def _document(before: PricedQuote, after: PricedQuote) -> Iterator[Change]:
    """Yield what charges and allowances of the whole quote change; what is spread over lines is theirs already."""
    mine, theirs = _entries(before), _entries(after)
    for name in dict.fromkeys([*mine, *theirs]):
        was, now = mine.get(name), theirs.get(name)
        one = now or was
        if one is not None:
            amount = Fraction((now[0] if now else 0) - (was[0] if was else 0))
            yield Change("document", "", one[1], name, one[2], amount)


def _entries(priced: PricedQuote) -> Mapping[str, tuple[int, Label, Span]]:
    found: dict[str, tuple[int, Label, Span]] = {}
    for one in priced.document:
        if not one.shares:
            signed = one.amount if one.kind == "charge" else -one.amount
            found[one.name] = (found.get(one.name, (0,))[0] + signed, one.label, one.source)
    return found


def _whole(kind: Kind, was: int, now: int, before: PricedQuote, after: PricedQuote) -> Change:
    """Return a change of the quote as a whole; tax that prices include is in the lines already."""
    inclusive = before.totals.inclusive and after.totals.inclusive
    return Change(kind, "", Label(""), "", NOWHERE, Fraction(0) if inclusive else Fraction(now - was))


def _written(changes: list[Change]) -> Iterator[Change]:
    """Round the parts so that they still add up: each takes what rounding the sum so far leaves it."""
    exact, given = Fraction(0), 0
    for one in changes:
        exact += one.amount
        minor = half_away(exact) - given
        given += minor
        yield Change(one.kind, one.line, one.label, one.rule, one.source, one.amount, minor)

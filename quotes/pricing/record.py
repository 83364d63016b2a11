"""The price record: every amount of a quote with the step that made it, in exact integers.

Amounts of lines and totals are integers in minor units of the currency; unit prices are integers in
millionths of the currency unit ("micros"). Steps of a line telescope from list to net: the output of
a step is the input of the next. Views (text, JSON, PDF) read this record and compute nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from catalogs.marks import Label
from rules.diagnostics import NOWHERE, Span

MICROS = 1_000_000

Phase = Literal[
    "entitle",
    "base",
    "configure",
    "scale",
    "term",
    "agreement",
    "promote",
    "derived",
    "manual",
    "channel",
    "extend",
    "document",
    "tax",
    "total",
    "judge",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the waterfall: phase, what acted (name, file and line), input, operation, output.

    `input` and `output` are micros of a unit price up to the phase "channel", minor units from "extend" on.
    `operand` is exact: an amount in currency units for "add", a ratio for "percent", a factor for "times".
    `residue` is output minus the exact result, in the output's unit. `label` is for people.
    `cost` is the seller's cost added by this step in micros, None where unknown; it never reaches a customer.
    """

    phase: Phase
    rule: str
    label: Label
    operator: Literal["set", "add", "percent", "times", "round"]
    operand: Fraction
    input: int
    output: int
    residue: Fraction = Fraction(0)
    source: Span = NOWHERE
    path: str = ""
    value: str = ""
    cost: int | None = None
    not_applied: str = ""


@dataclass(frozen=True, slots=True)
class PeriodPrice:
    """What one line pays in a stretch of time: first and last day, `net` in minor units, `part` the share of a period."""

    name: str
    label: Label
    period: Literal["month", "year", "use"]
    start: date
    end: date
    part: Fraction
    net: int
    source: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line: unit prices in micros, amounts in minor units.

    `list_unit` is the unit price before any discount (base, options and charges), `net_unit` after
    all unit phases; `list` and `net` are the line's amounts (list_unit and net_unit times quantity,
    rounded once; where a scale makes net_unit an average over tiers, the exact average counts, which is
    net_unit less the residue of its step), `discount` = list - net. `cost` is in minor units, None where unknown.
    `allocated` is the line's share of allowances of the quote less that of charges (not in `net`), `periods` what it
    pays again. `tax` is its part of its group's tax, for display: parts of a group add up to what it pays.
    With prices that include tax `net` includes it too.
    """

    id: str
    quantity: int
    list_unit: int
    net_unit: int
    list: int
    net: int
    discount: int
    tax_category: str
    tax_rate: Fraction
    steps: tuple[Step, ...]
    cost: int | None = None
    allocated: int = 0
    periods: tuple[PeriodPrice, ...] = ()
    tax: int = 0


@dataclass(frozen=True, slots=True)
class DocumentAmount:
    """A charge or an allowance of the whole quote: `amount` in minor units, never negative (EN 16931, BG-20, BG-21).

    One that is spread has its shares by line in `shares`; the category is then that of each line. Otherwise `tax` is
    its own part of its group's tax (negative for an allowance).
    """

    kind: Literal["charge", "allowance"]
    name: str
    label: Label
    amount: int
    base: int
    rate: Fraction | None
    tax_category: str
    tax_rate: Fraction
    shares: tuple[int, ...] = ()
    source: Span = NOWHERE
    tax: int = 0


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """One category and rate: taxable amount and tax in minor units, rounded once per group (EN 16931, BR-CO-17).

    `code` is the category of UNTDID 5305, `reason` why nothing is paid where a category needs one.
    """

    category: str
    rate: Fraction
    taxable: int
    tax: int
    code: str = "S"
    reason: Label | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals in minor units. `list` and `discount` are for people.

    `net` is the sum of line nets (BT-106), less `allowances` (BT-107) plus `charges` (BT-108) is `taxable` (BT-109);
    with `tax` (BT-110) it is `gross` (BT-112), less `prepaid` (BT-113) plus `rounding` (BT-114) is `payable` (BT-115).
    Where prices include tax (`inclusive`) list, net, allowances and charges include it: together they are `gross`,
    and `taxable` is that less `tax`.
    """

    list: int
    discount: int
    net: int
    tax: int
    gross: int
    allowances: int = 0
    charges: int = 0
    taxable: int = 0
    prepaid: int = 0
    rounding: int = 0
    payable: int = 0
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class PeriodTotal:
    """The sum of what is paid once (`once`), or again for each day range of a recurring price, net in minor units."""

    period: Literal["once", "month", "year", "use"]
    start: date | None
    end: date | None
    net: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """The exchange rate that list prices of another currency were taken at: its day and who published it."""

    base: str
    currency: str
    rate: Fraction
    day: date
    source: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Rejected:
    """A promotion that is not applied: why not; where it competes, `loss` is what forcing it in would cost."""

    name: str
    label: Label
    reason: str
    loss: int | None = None
    source: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Applied:
    """A promotion that is: how often, what it saves in all, and what of it falls on each line (by line id)."""

    name: str
    label: Label
    times: int
    saving: int
    by_line: tuple[tuple[str, int], ...]
    source: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Certificate:
    """The proof of the promotions' optimum: its value and a bound no set can pass, in minor units.

    `proved` means value = bound; otherwise `bound - value` is the gap, stated and never hidden.
    """

    objective: Literal["customer", "seller", "priority"]
    value: int
    bound: int
    proved: bool
    method: str
    applied: tuple[Applied, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity that a condition judged: `line.discount` or `quote.net`, exact (None where it is no number, then `text`).

    `worse` says which way it makes things worse; "other": any change does.
    """

    name: str
    value: Fraction | None
    text: str
    worse: Literal["more", "less", "other"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A floor or an approval that speaks about a quote: on which line ("" the quote), why, and who must agree.

    `measures` are the quantities it judged, exact; an approval given for these is asked again only when one of
    them got worse.
    """

    kind: Literal["floor", "approval"]
    name: str
    line: str
    because: Label
    needs: tuple[str, ...] = ()
    mode: Literal["all of", "any of"] = "all of"
    measures: tuple[Measure, ...] = ()
    source: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Judgement:
    """What policy says about the priced quote: floors that are broken, approvals needed, the fewest people who suffice."""

    broken: tuple[Judged, ...] = ()
    needed: tuple[Judged, ...] = ()
    approvers: tuple[str, ...] = ()


UNJUDGED = Judgement()


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Why a line has no price: no row, in which list and on which day; nothing is guessed.

    `code` is "no-price", "not-entitled" or "over-quota". `reason` may be read by a customer; `rule` and `source`, the
    entitlement that says so, are the seller's.
    """

    line: str
    reason: str
    code: str = "no-price"
    rule: str = ""
    source: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Unmet:
    """A manual adjustment that could not be made as it was asked for: of which line ("" the quote), and why."""

    line: str
    kind: Literal["percent", "amount", "price", "total"]
    value: Fraction
    reason: str


@dataclass(frozen=True, slots=True)
class PricedQuote:
    """A priced quote: lines, tax groups, totals, and the hashes of its inputs, so that it can be replayed.

    The lines of a large quote are columns, which write a line with its steps when somebody looks at it.
    """

    currency: str
    minor_units: int
    lines: Sequence[PricedLine]
    taxes: tuple[TaxGroup, ...]
    totals: Totals
    catalog_version: str
    input_hash: str
    unpriced: tuple[Unpriced, ...] = field(default=())
    policy: str = "standard"
    document: tuple[DocumentAmount, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    promotions: Certificate | None = None
    judgement: Judgement = UNJUDGED
    periods: tuple[PeriodTotal, ...] = ()
    contract_value: int = 0
    """Everything that is paid over the whole term, once and again, net in minor units."""
    unmet: tuple[Unmet, ...] = ()

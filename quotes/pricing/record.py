"""The price record: every amount of a quote with the step that made it, in exact integers.

Amounts of lines and totals are integers in minor units of the currency; unit prices are integers in
millionths of the currency unit ("micros"). Steps of a line telescope from list to net: the output of
a step is the input of the next. Views (text, JSON, PDF) read this record and compute nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from catalogs.model import Label
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
class PricedLine:
    """One line: unit prices in micros, amounts in minor units.

    `list_unit` is the unit price before any discount (base, options and charges), `net_unit` after
    all unit phases; `list` and `net` are the line's amounts (list_unit and net_unit times quantity,
    rounded once; where a scale makes net_unit an average over tiers, the exact average counts, which is
    net_unit less the residue of its step), `discount` = list - net. `cost` is in minor units, None where unknown.
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


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """One category and rate: taxable amount and tax in minor units, rounded once per group (EN 16931, BR-CO-17)."""

    category: str
    rate: Fraction
    taxable: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals in minor units: sum of line nets, tax, and what is to be paid; `list` and `discount` for people."""

    list: int
    discount: int
    net: int
    tax: int
    gross: int


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Why a line has no price: no row, in which list and on which day; nothing is guessed."""

    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class PricedQuote:
    """A priced quote: lines, tax groups, totals, and the hashes of its inputs, so that it can be replayed."""

    currency: str
    minor_units: int
    lines: tuple[PricedLine, ...]
    taxes: tuple[TaxGroup, ...]
    totals: Totals
    catalog_version: str
    input_hash: str
    unpriced: tuple[Unpriced, ...] = field(default=())

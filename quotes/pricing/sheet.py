"""The sheet that the phases work on: one draft per line, and what belongs to the quote as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from catalogs.marks import Label
from catalogs.effectivity import in_effect
from catalogs.model import Catalog
from catalogs.policy import Policy
from quotes.pricing.access import Access, access
from quotes.pricing.context import Context, Line
from quotes.pricing.currency import minor_per_unit
from quotes.pricing.inputs import UNTOUCHED, Inputs
from quotes.pricing.record import (
    MICROS, Certificate, Conversion, DocumentAmount, UNJUDGED, Judgement, PeriodPrice, PeriodTotal, Phase, Step, TaxGroup, Totals,
    Unpriced,
)  # fmt: skip
from quotes.pricing.rounding import half_away
from quotes.pricing.scope import Scope, Spot
from rules.diagnostics import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Desk:
    """What every phase may look at: the catalog, for whom, on which day; rows are indexed once per product."""

    catalog: Catalog
    context: Context
    day: date
    access: Mapping[str, Access]
    policy: Policy
    inputs: Inputs

    @classmethod
    def open(
        cls,
        catalog: Catalog,
        context: Context,
        day: date,
        products: frozenset[str],
        policy: Policy | None = None,
        inputs: Inputs = UNTOUCHED,
    ) -> Desk:
        """Lay out the price rows of some products; the policy is that of the day where none is given."""
        rows = {product: access(catalog, context, product, day) for product in sorted(products)}
        return cls(catalog, context, day, rows, policy or policy_of(catalog, day), inputs)

    @property
    def minor(self) -> int:
        """How many minor units make one unit of the currency."""
        return minor_per_unit(self.context.currency)


def policy_of(catalog: Catalog, day: date) -> Policy:
    """Return the pricing policy in effect: the one with the latest first day; the standard one where none is declared."""
    found = sorted(in_effect(catalog.policies, day), key=lambda one: (one.effectivity.start or date.min, one.name))
    return found[-1] if found else Policy()


Operator = Literal["set", "add", "percent", "times", "round"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What acted in a step: its phase, its name with file and line, and what it acted for."""

    phase: Phase
    rule: str
    label: Label
    source: Span = NOWHERE
    path: str = ""
    value: str = ""
    cost: int | None = None

    def step(
        self, operator: Operator, operand: Fraction, before: int, after: int, residue: Fraction = Fraction(0)
    ) -> Step:
        """Return the step it makes."""
        return Step(
            self.phase, self.rule, self.label, operator, operand, before, after, residue,
            self.source, self.path, self.value, self.cost,
        )  # fmt: skip

    def not_applied(self, operator: Operator, operand: Fraction, unit: int, why: str) -> Step:
        """Return the step it would have made, with the reason why it did not."""
        return replace(self.step(operator, operand, unit, unit), cost=None, not_applied=why)


@dataclass(frozen=True, slots=True)
class Draft:
    """One line on its way through the phases.

    `exact` is the unit price in currency units as the phase so far leaves it: within "configure" the running
    exact sum, after a rounding point the rounded price. `spots` are the product and its instances. `unit` is the same in micros, the output of the
    last step. `cost` is per unit, None once something without a known cost is in it. `net` and `list` are in minor
    units, set by "extend".
    """

    line: Line
    spots: tuple[Spot, ...] = ()
    exact: Fraction = Fraction(0)
    unit: int = 0
    list_unit: int = 0
    cost: Fraction | None = Fraction(0)
    list: int = 0
    net: int = 0
    tax_category: str = ""
    tax_rate: Fraction = Fraction(0)
    steps: tuple[Step, ...] = ()
    allocated: int = 0
    periods: tuple[PeriodPrice, ...] = ()

    @property
    def scope(self) -> Scope:
        """What expressions of the product see."""
        return self.spots[0].scope

    def noted(self, step: Step) -> Draft:
        """Return the draft with a step more in its record, and nothing else changed."""
        return replace(self, steps=(*self.steps, step))

    def moved(self, exact: Fraction, made_by: Origin, operator: Operator, operand: Fraction) -> Draft:
        """Return the draft at another exact unit price, with the step that says what moved it there."""
        output = half_away(exact * MICROS)
        step = made_by.step(operator, operand, self.unit, output, output - exact * MICROS)
        return replace(self, exact=exact, unit=output, steps=(*self.steps, step))


_NOTHING = Totals(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All lines of a quote after some phase."""

    drafts: tuple[Draft, ...]
    taxes: tuple[TaxGroup, ...] = ()
    totals: Totals = _NOTHING
    unpriced: tuple[Unpriced, ...] = ()
    document: tuple[DocumentAmount, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    promotions: Certificate | None = None
    judgement: Judgement = UNJUDGED
    periods: tuple[PeriodTotal, ...] = ()
    contract_value: int = 0


PhaseFunction = Callable[[Desk, Sheet], Sheet]


def each_line(act: Callable[[Desk, Draft], Draft]) -> PhaseFunction:
    """Make a phase of what happens to one line, whatever the others are."""

    def phase(desk: Desk, sheet: Sheet) -> Sheet:
        return replace(sheet, drafts=tuple(act(desk, draft) for draft in sheet.drafts))

    return phase

"""The sheet that the phases work on: one draft per line, and what belongs to the quote as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Literal, TypeVar, cast

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
    Unmet, Unpriced,
)  # fmt: skip
from quotes.pricing.rounding import half_away, rounded
from quotes.pricing.scope import Place, Scope, Spot
from rules.diagnostics import NOWHERE, Span


_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Shelves(Mapping[str, Access]):
    """The price rows of every product for one customer on one day; those of a product are laid out when it is asked for."""

    catalog: Catalog
    context: Context
    day: date
    _known: dict[str, Access] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, product: str) -> Access:
        """Return the rows of a product; a product without rows has an empty shelf."""
        if product not in self._known:
            self._known[product] = access(self.catalog, self.context, product, self.day)
        return self._known[product]

    def __iter__(self) -> Iterator[str]:
        """Give the products of the catalog."""
        return (product.name for product in self.catalog.products)

    def __len__(self) -> int:
        """Count the products."""
        return len(self.catalog.products)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every phase may look at: the catalog, for whom, on which day, by which policy, and what a person put in.

    A desk can price many quotes: what does not depend on the inputs of one is worked out once and `kept`.
    """

    catalog: Catalog
    context: Context
    day: date
    access: Mapping[str, Access]
    policy: Policy
    inputs: Inputs
    _kept: dict[object, object] = field(init=False, default_factory=dict, compare=False, repr=False)

    @classmethod
    def open(
        cls,
        catalog: Catalog,
        context: Context,
        day: date,
        products: frozenset[str] = frozenset(),
        policy: Policy | None = None,
        inputs: Inputs = UNTOUCHED,
    ) -> Desk:
        """Open a desk; the rows of `products` are laid out now, others when needed; the policy is that of the day."""
        shelves = Shelves(catalog, context, day)
        for product in products:
            shelves[product]
        return cls(catalog, context, day, shelves, policy or policy_of(catalog, day), inputs)

    def given(self, inputs: Inputs) -> Desk:
        """Return the desk with other inputs; what it keeps is shared."""
        if inputs is self.inputs:
            return self
        other = replace(self, inputs=inputs)
        object.__setattr__(other, "_kept", self._kept)
        return other

    def kept(self, make: Callable[[Desk], _Kept]) -> _Kept:
        """Return what a function makes of the desk, made once. It sees no inputs: they belong to a single quote."""
        found = self._kept.get(make)
        if found is None:
            found = self._kept[make] = make(self.given(UNTOUCHED))
        return cast("_Kept", found)

    @property
    def minor(self) -> int:
        """How many minor units make one unit of the currency."""
        return minor_per_unit(self.context.currency)

    @property
    def grain(self) -> int | None:
        """The unit in micros that unit prices are rounded to after every phase; None where only lines are rounded."""
        if self.policy.lines == "extend then round":
            return None
        return int(10 ** max(0, 6 - self.policy.unit_digits))


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
    exact sum, after a rounding point the rounded price. `unit` is the same in micros, the output of the
    last step. `listed` is the exact list price of one unit, `list_unit` the same in micros. `cost` is per unit, None
    once something without a known cost is in it. `whole` says that the price is an average, an amount of the whole
    line divided by its quantity: it is not rounded before the line is. `net` and `list` are in minor units, set by
    "extend".
    """

    line: Line
    place: Place | None = None
    exact: Fraction = Fraction(0)
    unit: int = 0
    list_unit: int = 0
    listed: Fraction = Fraction(0)
    whole: bool = False
    cost: Fraction | None = Fraction(0)
    list: int = 0
    net: int = 0
    tax_category: str = ""
    tax_rate: Fraction = Fraction(0)
    steps: tuple[Step, ...] = ()
    allocated: int = 0
    periods: tuple[PeriodPrice, ...] = ()
    tax: int = 0

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The product and every instance that exists."""
        return () if self.place is None else self.place.spots(self.line.quantity)

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

    def settled(self, desk: Desk, phase: Phase) -> Draft:
        """Return the draft at the rounding point of a phase: the unit price as the policy rounds it, but no average.

        Where that differs from the last output the rounding is a step of its own.
        """
        grain = desk.grain
        if grain is None or self.whole:
            return self
        unit = rounded(self.exact * MICROS / grain, desk.policy.rounding) * grain
        exact = Fraction(unit, MICROS)
        if unit == self.unit:
            return replace(self, exact=exact)
        step = Origin(phase, "rounding", _ROUNDING).step(
            "round", Fraction(grain, MICROS), self.unit, unit, unit - self.exact * MICROS
        )
        return replace(self, exact=exact, unit=unit, steps=(*self.steps, step))


_ROUNDING = Label(
    "Rounding",
    {"de": "Rundung", "fr": "Arrondi", "es": "Redondeo", "it": "Arrotondamento", "nl": "Afronding"},
)
_NOTHING = Totals(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All lines of a quote after some phase.

    `drafts` of a large quote are columns, which write a draft when somebody looks at it. `unmet` says which
    adjustments could not be made as they were asked for.
    """

    drafts: Sequence[Draft]
    taxes: tuple[TaxGroup, ...] = ()
    totals: Totals = _NOTHING
    unpriced: tuple[Unpriced, ...] = ()
    document: tuple[DocumentAmount, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    promotions: Certificate | None = None
    judgement: Judgement = UNJUDGED
    periods: tuple[PeriodTotal, ...] = ()
    contract_value: int = 0
    unmet: tuple[Unmet, ...] = ()


PhaseFunction = Callable[[Desk, Sheet], Sheet]


def each_line(act: Callable[[Desk, Draft], Draft]) -> PhaseFunction:
    """Make a phase of what happens to one line, whatever the others are."""

    def phase(desk: Desk, sheet: Sheet) -> Sheet:
        return replace(sheet, drafts=tuple(act(desk, draft) for draft in sheet.drafts))

    return phase

"""What an offer is: a change of one line, or a line more, with exact totals, the reason and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from catalogs.marks import Label
from quotes.pricing import Line
from rules.typed import Typed

Kind = Literal["declared", "upgrade", "tier", "bundle", "pick", "history"]
KINDS: tuple[Kind, ...] = ("declared", "upgrade", "tier", "bundle", "pick", "history")
"""Where an offer comes from; where several make the same one the first of these gives the reason."""
UNKNOWN = Fraction(1, 2)
"""The probability of an offer that no past sale speaks about."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A feature that is wanted: a ground condition over the product's model, its name, and what it is called."""

    name: str
    label: Label
    condition: Typed
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an offer rests on: its source, the name of what was declared there, and facts by name, as text."""

    kind: Kind
    name: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A line as it would be (`after`), in the place of the line of its id, or a line more; and why.

    `probability` is how likely it is taken, from past sales (None: they say nothing).
    """

    after: Line
    reason: Label
    evidence: Evidence
    probability: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A change that is valid, entitled, in effect and can be ordered as it stands, priced by all phases.

    Amounts are minor units of `currency`: the net of the line, the total of the quote with its fees over the whole term
    (with tax where prices include it), and the change of each against now. `changes` are the values that
    differ, as written in the catalog. `margin` is the change of the quote's margin, None where a cost is not
    known, and always for a customer.
    """

    line: Line
    is_new: bool
    changes: Mapping[str, str]
    reason: Label
    evidence: tuple[Evidence, ...]
    currency: str
    line_total: int
    line_delta: int
    total: int
    delta: int
    probability: Fraction
    margin: int | None = None

    @property
    def kind(self) -> Kind:
        """The source that gives the reason."""
        return self.evidence[0].kind

    @property
    def name(self) -> str:
        """What the source calls it."""
        return self.evidence[0].name

    def for_customer(self) -> Offer:
        """Return the offer as a customer may read it."""
        return replace(self, margin=None)

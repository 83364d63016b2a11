"""The answer to a set of choices as data; `quotes.answer_json` writes it, `quotes.answer_sentences` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from catalogs.marks import Label
from catalogs.model import Catalog, Part, Section
from configurator.model import Configuration
from quotes.pricing.entitlements import Refusal, Verb
from quotes.quote import OfferedSuggestion
from quotes.veil import Veil
from quotes.wishes import WishProblem
from rules.diagnostics import Span

State = Literal["chosen", "implied", "proposed", "open", "excluded", "unsettled"]
By = Literal["user", "rules", "default", "preference", "completion"]
OptionKind = Literal["choice", "number", "truth", "text"]
Viewer = Literal["customer", "rep"]
"""Who reads an answer: a customer sees what he is entitled to, a sales rep everything and what the customer may not."""


@dataclass(frozen=True, slots=True)
class MoneyRange:
    """The least and the most net total of one unit, in minor units; both are attained."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ValueAnswer:
    """One value, or a run of neighbouring numbers: as written in the catalog, and for people.

    `barred` is for a rep: what the customer may not do with any configuration that has it.
    """

    value: str
    label: Label
    state: State
    price: MoneyRange | None = None
    picture: str | None = None
    barred: tuple[Verb, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionAnswer:
    """One option, or the number of instances of a part; `value` as written in the catalog, None while open.

    `instance` is the instance it belongs to, "" for the product itself.
    """

    name: str
    label: Label
    unit: str
    kind: OptionKind
    instance: str
    state: State
    value: str | None
    by: By | None
    values: tuple[ValueAnswer, ...]
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """An option with a value, as written and for people."""

    name: str
    label: Label
    value: str
    value_label: Label


@dataclass(frozen=True, slots=True)
class RuleReason:
    """A rule that takes part in a reason; `instance` is the instance it speaks of, `text` the declaration as written."""

    name: str
    because: Label
    span: Span
    instance: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ConflictAnswer:
    """A minimal conflict: without any one of its choices or rules there would be none. `exact` is False at a limit."""

    choices: tuple[Wish, ...]
    rules: tuple[RuleReason, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """Why a value has its state: for an excluded one a minimal conflict, for an implied one what leaves no other.

    `already` says that nothing stands against the value itself: choices and rules are a conflict without it.
    """

    wish: Wish
    state: State
    choices: tuple[Wish, ...]
    rules: tuple[RuleReason, ...]
    exact: bool = True
    already: bool = False


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """One choice that a repair gives up: its old value and the new one, None where it is no longer there."""

    name: str
    label: Label
    old: str
    old_label: Label
    new: str | None
    new_label: Label | None


@dataclass(frozen=True, slots=True)
class RepairAnswer:
    """A minimal set of changes; `choices` are all choices after it, `keeps` the names of those that stay.

    `total` and `delta` are net totals of one unit in minor units, None where there is no price.
    """

    changes: tuple[ChangeAnswer, ...]
    wanted: Wish | None
    keeps: tuple[str, ...]
    choices: Mapping[str, str]
    total: int | None
    delta: int | None


@dataclass(frozen=True, slots=True)
class TotalAnswer:
    """The net total of one unit: of the whole configuration where there is one, else from least to most."""

    low: int
    high: int
    net: int | None = None
    list: int | None = None


@dataclass(frozen=True, slots=True)
class LimitAnswer:
    """Something that is not in the answer, or not proved: which part of it, the limit, and a sentence."""

    about: Literal["values", "count", "completion", "prices", "conflict", "why", "repairs"]
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything about a set of choices on one product, day and customer.

    `complete` says that nothing is left to choose, or that a completion was asked for and found; then
    `configuration` is whole. A `configuration` that is not complete lacks the texts `limits` names. With `problems` no choice was applied and nothing else was worked out.
    """

    catalog: Catalog
    product: str
    day: date
    language: str
    currency: str
    engine: str
    problems: tuple[WishProblem, ...] = ()
    valid: bool = False
    complete: bool = False
    exact: bool = True
    count: int | None = None
    options: tuple[OptionAnswer, ...] = ()
    conflict: ConflictAnswer | None = None
    why: WhyAnswer | None = None
    repairs: tuple[RepairAnswer, ...] = ()
    repairs_exact: bool = True
    total: TotalAnswer | None = None
    suggestions: tuple[OfferedSuggestion, ...] = ()
    limits: tuple[LimitAnswer, ...] = ()
    configuration: Configuration | None = None
    veil: Veil | None = field(default=None, compare=False, repr=False)
    refused: Refusal | None = None
    """For a rep: why the customer may not see, price or buy the whole configuration."""

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the product's screen, as far as the reader sees what is in them."""
        sections = self.catalog.component(self.product).sections
        return sections if self.veil is None else self.veil.sections(sections)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the product that the reader sees."""
        parts = self.catalog.component(self.product).parts
        return parts if self.veil is None else self.veil.parts(parts)

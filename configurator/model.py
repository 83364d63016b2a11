"""The ground model of one product on one day: variables with values, constraints that know their rule.

`configurator.compiler` makes it from a catalog; engines answer questions about it. Expressions are
typed trees (`rules.typed`) without lets, binders, parts and record fields: every Reference names a
variable by its whole path, such as ``motor``, ``bags[0].size`` or ``count(bags)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from catalogs.marks import Label
from catalogs.model import Choice, NumberRange, Option, Part, TextShape
from configurator.passes import mentioned
from rules.diagnostics import Span
from rules.kinds import Kind, Scalar
from rules.typed import Rows, Typed

Configuration = Mapping[str, Scalar]
"""Values by path of every variable that exists in it: no entry for an option of an absent instance."""

GONE = "\0gone"
"""Among the values of a restriction: the variable may also be absent. No name and no text can be this."""

Allowed = Mapping[str, frozenset[Scalar]]
"""Restrictions by path: a variable named here exists and takes one of these values, or is absent where `GONE` is
among them; others are free."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that takes one of `values`, listed in catalog order, on the model's day.

    `origin` is the option, or the part whose number of instances this is. `instance` is the path of
    the instance it belongs to ("" for the product itself, ``bags[0]``, ``racks[1].slots[0]``); the
    variable exists exactly where `exists` holds (None: always). A text option has the two values
    "" and "…" (`TEXT`): whether something is written is all that rules see.
    """

    path: str
    kind: Kind
    values: tuple[Scalar, ...]
    exists: Typed | None
    origin: Option | Part
    instance: str
    default: Scalar | None

    @property
    def is_text(self) -> bool:
        """Say whether this stands for the emptiness of a text."""
        return isinstance(self.origin, Option) and isinstance(self.origin.domain, TextShape)

    @property
    def is_number(self) -> bool:
        """Say whether this is a number with a range: an option over a range, or a number of instances."""
        return isinstance(self.origin, Part) or isinstance(self.origin.domain, NumberRange)


TEXT = "…"
"""The value that stands for any text that is not empty."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule (or an option's own pattern) on one instance; true where the instance does not exist.

    `rule` is the rule's name, `instance` the instance's path ("" for the product).
    """

    rule: str
    instance: str
    condition: Typed | Rows
    because: Label
    span: Span


@dataclass(frozen=True, slots=True)
class Preference:
    """A soft condition with its weight."""

    name: str
    condition: Typed
    weight: int
    span: Span


@dataclass(frozen=True, slots=True)
class Term:
    """An exact amount that counts where `when` holds (None: always); ground expressions. An absent amount counts 0."""

    when: Typed | None
    amount: Typed


@dataclass(frozen=True, slots=True)
class Objective:
    """An exact additive quantity of a configuration: the sum of its terms. Prices, changes, weights alike."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Model:
    """One product on one day, ground.

    `lets` holds the ground derived values by path, `missing` the paths of options that the catalog
    declares but that are retired or not in effect on the day: rules see them as absent.
    """

    catalog_version: str
    product: str
    day: date
    variables: tuple[Variable, ...]
    constraints: tuple[Constraint, ...]
    preferences: tuple[Preference, ...]
    lets: Mapping[str, Typed] = field(compare=False, repr=False)
    index: Mapping[str, Variable] = field(compare=False, repr=False)
    missing: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def variable(self, path: str) -> Variable:
        """Return a variable by path; `KeyError` where there is none."""
        return self.index[path]

    @cached_property
    def asked(self) -> frozenset[str]:
        """The paths of the variables that some rule mentions."""
        return frozenset().union(*(mentioned(constraint.condition) for constraint in self.constraints))


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound that was hit, so that an answer is not exact: what it was and how far it went."""

    name: Literal["time", "solutions", "memory"]
    message: str


class ModelTooLarge(Exception):  # noqa: N818 - the name says what happened
    """A product that cannot be ground or encoded within its limits; `limit` says which."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.message)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an engine found: a configuration, a proof that there is none, or a limit.

    `value` is the objective's exact value, proved best when `status` is "solution" and an objective
    was given. With "unknown" `configuration` may hold the best one found, unproved.
    """

    status: Literal["solution", "none", "unknown"]
    configuration: Configuration | None = None
    value: Fraction | None = None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Domains:
    """Valid values by path: each can be completed to a valid configuration; all others cannot.

    `unsettled` holds values neither proved valid nor excluded because `limit` was hit (normally empty).
    For a variable that may be absent: the values it can take in completions where it exists.
    `witness` is some valid configuration, None where there is none.
    """

    values: Mapping[str, frozenset[Scalar]]
    witness: Configuration | None
    unsettled: Mapping[str, frozenset[Scalar]] = field(default_factory=dict)
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """The exact number of valid configurations (numbered instances, texts aside), or the limit that was hit."""

    value: int | None
    limit: Limit | None = None


__all__ = [
    "GONE",
    "TEXT",
    "Allowed",
    "Choice",
    "Configuration",
    "Constraint",
    "Count",
    "Domains",
    "Limit",
    "Model",
    "ModelTooLarge",
    "Objective",
    "Preference",
    "Term",
    "Variable",
    "Verdict",
]

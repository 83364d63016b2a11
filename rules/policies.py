"""The declarations of sales policy as they were written: promotions, entitlements, floors, approvals, suggestions, clauses."""

from __future__ import annotations
from dataclasses import dataclass
from typing import Literal
from rules.syntax import (
    Expression,
    Modifiers,
    Name,
    Node,
    Number,
    Text,
)


@dataclass(frozen=True, slots=True)
class PromotionTarget(Node):
    """``on ebike.bags``, ``need 2 ebike``: a quantity of what a path names, under a condition."""

    quantity: int
    path: tuple[Name, ...]
    where: Expression | None


@dataclass(frozen=True, slots=True)
class PromotionDeclaration(Node):
    """``promotion welcome "Label" coupon "CODE" modifiers { on … need … when … give … limit … group … }``."""

    name: Name
    label: Text | None
    coupon: Text | None
    modifiers: Modifiers | None
    on: tuple[PromotionTarget, ...]
    need: tuple[PromotionTarget, ...]
    when: Expression | None
    give: Number | None
    give_price: Number | None
    give_free: PromotionTarget | None
    up_to: Number | None
    limits: tuple[tuple[int, Literal["customer", "quote", "promotion"]], ...]
    budget: Number | None
    group: Name | None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class GroupDeclaration(Node):
    """``group coupons { best one per quote, after seasonal }``."""

    name: Name
    mode: Literal["best one", "stack", "first", "in sequence"]
    per: Literal["unit", "line", "quote"] | None
    after: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Grant(Node):
    """``may see, price, buy ebike up to 10 where C`` or ``may not see …``; `path` names a product, option or choice."""

    allowed: bool
    verbs: tuple[Literal["see", "price", "buy"], ...]
    path: tuple[Name, ...]
    where: Expression | None
    up_to: int | None


@dataclass(frozen=True, slots=True)
class EntitleDeclaration(Node):
    """``entitle no_gold_for_schools modifiers { who C  grants }``."""

    name: Name
    modifiers: Modifiers | None
    who: Expression | None
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class FloorDeclaration(Node):
    """``floor thin_margin { line.margin >= 5% because "…" }``."""

    name: Name
    modifiers: Modifiers | None
    condition: Expression
    because: Text


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """``limit "ann" 12% on ebike``: how far a person may go alone, on some products or on all (empty)."""

    person: Text
    rate: Number
    on: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ApproveDeclaration(Node):
    """``approve deep_discount { when C  by all of a, b  limit "person" 20%  because "…" }``."""

    name: Name
    modifiers: Modifiers | None
    when: Expression
    mode: Literal["all of", "any of"]
    by: tuple[Name, ...]
    limits: tuple[Limit, ...]
    because: Text | None


@dataclass(frozen=True, slots=True)
class DelegateDeclaration(Node):
    """``delegate sales_manager to "bob" from DATE until DATE``."""

    role: Name
    person: Text
    modifiers: Modifiers | None


@dataclass(frozen=True, slots=True)
class SuggestDeclaration(Node):
    """``suggest a_bag on ebike { when C  offer D  because "…" }``."""

    name: Name
    on: Name
    modifiers: Modifiers | None
    when: Expression
    offer: Expression
    because: Text


@dataclass(frozen=True, slots=True)
class ClauseDeclaration(Node):
    """``clause cargo_licence on ebike when C { "paragraph" "paragraph" }``."""

    name: Name
    on: Name | None
    when: Expression | None
    modifiers: Modifiers | None
    paragraphs: tuple[Text, ...]

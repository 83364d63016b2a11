"""Writes the declarations of how prices are computed as text: rates, recurring prices, fees, margins, the policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from rules.lines import block, label, number, source, tier, when
from rules.policies import DelegateDeclaration
from rules.selling import (
    ChannelDeclaration, FeeDeclaration, PercentDeclaration, PolicyDeclaration, RateDeclaration, RatesDeclaration,
    RecurringDeclaration, Tier,
)  # fmt: skip
from rules.syntax import Node
from rules.writer import joined, listed, modifiers, quoted, write_expression, write_node

_REMAINDERS: Final = {None: "", "largest": ", largest remainder", "first": ", rest to first", "last": ", rest to last"}
_OBJECTIVES: Final = {"customer": "best for customer", "seller": "best for seller", "priority": "by priority"}


def _rate(node: RateDeclaration) -> str:
    cited = f"source {quoted(node.source)}" if node.source else ""
    return joined("rate", write_node(node.base), "=", write_node(node.worth), cited, modifiers(node.modifiers))


def _rates(node: RatesDeclaration) -> str:
    return joined("rates", node.name.text, node.quoted, node.currency.text, source(node.source))


def _recurring(node: RecurringDeclaration) -> str:
    head = joined("recurring", node.name.text, label(node.label), "on", node.on.text, modifiers(node.modifiers))
    periods = f"for {node.periods}" if node.periods is not None else ""
    price = joined(write_expression(node.amount), "per", node.period, periods)
    prorate = f"prorate {node.convention}" if node.convention else ""
    return block(head, [price, prorate, *map(tier, node.ramps), when(node.when)])


def _percent(node: PercentDeclaration) -> str:
    head = joined("percent", node.name.text, "on", node.on.text, modifiers(node.modifiers))
    of = f"of {listed(node.of)}" if node.of else ""
    share = joined(write_node(node.rate), "of", node.base, of)
    return block(head, [share, number("minimum", node.minimum), number("maximum", node.maximum)])


def _fee(node: FeeDeclaration) -> str:
    head = joined("fee", node.name.text, label(node.label), modifiers(node.modifiers))
    tax = f"tax {node.category.text}" if node.category else ""
    return block(head, [number(node.kind, node.value), when(node.when), tax])


def _channel(node: ChannelDeclaration) -> str:
    head = joined("channel", node.name.text, label(node.label), modifiers(node.modifiers))
    on = f"on {listed(node.on)}" if node.on else ""
    return f"{head} {{ {joined(write_node(node.rate), on, when(node.when))} }}"


def _delegate(node: DelegateDeclaration) -> str:
    return joined("delegate", node.role.text, "to", quoted(node.person), modifiers(node.modifiers))


def _policy(node: PolicyDeclaration) -> str:
    digits = f"to {node.digits} digits" if node.digits is not None else ""
    per = f"per {node.tax_per}" if node.tax_per else ""
    credits_ = f", credits {node.credits}" if node.credits else ""
    objective = joined(_OBJECTIVES[node.promotions], number("effort", node.effort)) if node.promotions else ""
    lines = (
        ("phases", listed(node.phases)),
        ("round", joined(node.rounding, digits) if node.rounding else ""),
        ("lines", node.lines),
        ("tax", joined(node.tax, per) if node.tax else ""),
        ("thresholds", node.thresholds),
        ("percentages", node.percentages),
        ("allocate", f"{node.allocation}{_REMAINDERS[node.remainder]}{credits_}" if node.allocation else ""),
        ("promotions", objective),
        ("rank by", node.ranking),
        ("cash", ", ".join(map(write_node, node.cash))),
    )
    head = joined("policy", node.name.text, modifiers(node.modifiers))
    return block(head, [f"{word} {said}" for word, said in lines if said])


PRICING_TERMS: Final[dict[type[Node], Callable[[Node], str]]] = cast(
    "dict[type[Node], Callable[[Node], str]]",
    {
        RateDeclaration: _rate, RatesDeclaration: _rates, RecurringDeclaration: _recurring, PercentDeclaration: _percent,
        FeeDeclaration: _fee, ChannelDeclaration: _channel, DelegateDeclaration: _delegate, PolicyDeclaration: _policy,
        Tier: tier,
    },
)  # fmt: skip
"""How each of these declarations is written."""

"""From the grammar's rules for rates, recurring prices, fees, margins and the pricing policy to declarations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from rules.expressions import whole
from rules.policies import DelegateDeclaration
from rules.products import label, modifiers, source, unpacked
from rules.selling import (
    ChannelDeclaration, Convention, FeeDeclaration, PercentDeclaration, Period, PolicyDeclaration, RateDeclaration,
    RatesDeclaration, RecurringDeclaration, Rounding, Tier,
)  # fmt: skip
from rules.statements import (
    Part, Refusal, Statement, across, every, expression, first_expression, named, only, statement, value,
)  # fmt: skip
from rules.syntax import Name, Number, Text
from rules.tokens import Token

_PERIODS: Final[dict[str, Period]] = {"month": "month", "year": "year", "use": "use"}
_CONVENTIONS: Final[dict[str, Convention]] = {
    "actual/actual": "actual/actual", "actual/365": "actual/365", "actual/360": "actual/360", "30/360": "30/360",
    "whole months": "whole months", "month and days": "month and days",
}  # fmt: skip
_BASES: Final[dict[str, Literal["list", "net"]]] = {"list": "list", "net": "net"}
_QUOTED: Final[dict[str, Literal["in", "per"]]] = {"in": "in", "per": "per"}
_FEES: Final[dict[str, Literal["charge", "allowance"]]] = {"charge": "charge", "allowance": "allowance"}

_ROUNDINGS: Final[dict[str, Rounding]] = {
    "half away": "half away", "half even": "half even", "half up": "half up", "half down": "half down", "up": "up",
    "down": "down",
}  # fmt: skip
_LINES: Final[dict[str, Literal["unit then extend", "extend then round"]]] = {
    "unit then extend": "unit then extend", "extend then round": "extend then round",
}  # fmt: skip
_TAXES: Final[dict[str, Literal["exclusive", "inclusive"]]] = {"exclusive": "exclusive", "inclusive": "inclusive"}
_TAXED_PER: Final[dict[str, Literal["group", "line"]]] = {"group": "group", "line": "line"}
_THRESHOLDS: Final[dict[str, Literal["before promotions", "after item promotions"]]] = {
    "before promotions": "before promotions", "after item promotions": "after item promotions",
}  # fmt: skip
_PERCENTAGES: Final[dict[str, Literal["compound", "additive"]]] = {"compound": "compound", "additive": "additive"}
_SPREADS: Final[dict[str, Literal["proportional", "even", "by quantity"]]] = {
    "proportional": "proportional", "even": "even", "by quantity": "by quantity",
}  # fmt: skip
_REMAINDERS: Final[dict[str, Literal["largest", "first", "last"]]] = {
    "largest remainder": "largest", "rest to first": "first", "rest to last": "last",
}  # fmt: skip
_CREDITS: Final[dict[str, Literal["mirror", "floor"]]] = {"mirror": "mirror", "floor": "floor"}
_OBJECTIVES: Final[dict[str, Literal["customer", "seller", "priority"]]] = {
    "best for customer": "customer", "best for seller": "seller", "by priority": "priority",
}  # fmt: skip
_RANKINGS: Final[dict[str, Literal["margin", "customer value"]]] = {
    "margin": "margin", "customer value": "customer value",
}  # fmt: skip


# --- rates ------------------------------------------------------------------------------------


def _rate(start: Token, base: Number, _equals: Token, worth: Number, *parts: Part) -> RateDeclaration:
    cited = value(only(parts, "source"), Text)
    return RateDeclaration(across(start, parts[-1] if parts else worth), base, worth, cited, modifiers(parts))


def _rates(start: Token, name: Name, quoted: Token, currency: Name, *parts: Part) -> RatesDeclaration:
    file = source(parts)
    if file is None:
        raise TypeError(parts)
    return RatesDeclaration(across(start, parts[-1]), name, _QUOTED[quoted.text], currency, file)


# --- recurring prices -------------------------------------------------------------------------


def _period_price(*parts: Part) -> Statement:
    _count(parts)
    return Statement("per", parts, across(parts[0], parts[-1]))


def _count(parts: Sequence[Part]) -> int | None:
    """Return the whole number among the tokens of a statement, None where there is none."""
    numbers = [part for part in every(parts, Token) if part.kind == "NUMBER"]
    return whole(numbers[0]) if numbers else None


def _demanded(parts: Sequence[Part], keyword: str, place: Part) -> Statement:
    """Return the statement that the grammar demands; it is gone where it could not be read."""
    found = only(parts, keyword)
    if found is None:
        raise Refusal("missing-value", place.span, "a value is missing here")
    return found


def _prorate(start: Token, *parts: Part) -> Statement:
    words = [part.text for part in every(parts, Token)]
    written = "".join(words) if "/" in words else " ".join(words)
    if written not in _CONVENTIONS:
        raise Refusal(
            "unknown-convention", across(parts[0], parts[-1]), f"parts of periods are not counted by {written}",
            f"write one of {', '.join(_CONVENTIONS)}",
        )  # fmt: skip
    return statement(start, *parts)


def _convention(found: Statement | None) -> Convention | None:
    if found is None:
        return None
    words = [part.text for part in every(found.values, Token)]
    return _CONVENTIONS["".join(words) if "/" in words else " ".join(words)]


def _recurring(start: Token, name: Name, *parts: Part) -> RecurringDeclaration:
    on = every(parts, Name)[0]
    price = _demanded(parts, "per", name)
    words = every(price.values, Token)
    return RecurringDeclaration(
        across(start, parts[-1]),
        name,
        label(parts),
        on,
        modifiers(parts),
        first_expression(price.values, price.span),
        next(_PERIODS[word.text] for word in words if word.text in _PERIODS),
        _count(price.values),
        every(parts, Tier),
        _convention(only(parts, "prorate")),
        expression(only(parts, "when")),
    )


# --- percentages, fees and margins ------------------------------------------------------------


def _share(*parts: Part) -> Statement:
    return Statement("share", parts, across(parts[0], parts[-1]))


def _percent(start: Token, name: Name, _on: Token, on: Name, *parts: Part) -> PercentDeclaration:
    share = _demanded(parts, "share", name)
    words = [word.text for word in every(share.values, Token)]
    return PercentDeclaration(
        across(start, parts[-1]),
        name,
        on,
        modifiers(parts),
        every(share.values, Number)[0],
        next(_BASES[word] for word in words if word in _BASES),
        unpacked(share.values),
        value(only(parts, "minimum"), Number),
        value(only(parts, "maximum"), Number),
    )


def _fee(start: Token, name: Name, *parts: Part) -> FeeDeclaration:
    amounts = named(parts, *_FEES)
    if len(amounts) > 1:
        raise Refusal(
            "repeated-statement", amounts[1].span, "a fee has one amount; this is a second", "",
            (amounts[0].span, "the first one"),
        )  # fmt: skip
    if not amounts:
        raise Refusal(
            "missing-amount", name.span, f"the fee {name.text} has no amount",
            "add a line such as `charge 49.00 EUR` or `allowance 3%`",
        )  # fmt: skip
    return FeeDeclaration(
        across(start, parts[-1]),
        name,
        label(parts),
        modifiers(parts),
        _FEES[amounts[0].keyword],
        every(amounts[0].values, Number)[0],
        value(only(parts, "tax"), Name),
        expression(only(parts, "when")),
    )


def _margin(*parts: Part) -> Statement:
    return Statement("margin", parts, across(parts[0], parts[-1]))


def _channel(start: Token, name: Name, *parts: Part) -> ChannelDeclaration:
    margin = _demanded(parts, "margin", name)
    on = only(margin.values, "on")
    return ChannelDeclaration(
        across(start, parts[-1]),
        name,
        label(parts),
        modifiers(parts),
        every(margin.values, Number)[0],
        unpacked(on.values) if on else (),
        expression(only(margin.values, "when")),
    )


def _delegate(start: Token, role: Name, _to: Token, person: Text, *parts: Part) -> DelegateDeclaration:
    return DelegateDeclaration(across(start, parts[-1] if parts else person), role, person, modifiers(parts))


# --- the policy -------------------------------------------------------------------------------


def _said(found: Statement | None) -> str:
    """Return the words behind the keyword of a switch, without commas and numbers."""
    words = every(found.values, Token) if found else ()
    return " ".join(word.text for word in words if word.kind != "NUMBER")


def _clauses(found: Statement | None, *begin: str) -> dict[str, str]:
    """Return the words of a switch in several parts: those before any of the words it `begin`s a part with, under ""."""
    parts: dict[str, list[str]] = {"": []}
    key = ""
    for word in _said(found).split():
        if word in begin:
            key, parts[word] = word, []
        else:
            parts[key].append(word)
    return {key: " ".join(words) for key, words in parts.items()}


def _policy_statement(*parts: Part) -> Statement:
    _count(parts)
    return statement(*parts)


def _listed(parts: Sequence[Part]) -> tuple[Name, ...]:
    phases = only(parts, "phases")
    return unpacked(phases.values) if phases else ()


def _policy(start: Token, name: Name, *parts: Part) -> PolicyDeclaration:
    rounded, lines = only(parts, "round"), _said(only(parts, "lines"))
    tax = _clauses(only(parts, "tax"), "per")
    shared = _clauses(only(parts, "allocate"), "credits")
    promotions, cash = only(parts, "promotions"), only(parts, "cash")
    how, rest = _split(shared[""])
    return PolicyDeclaration(
        across(start, parts[-1]),
        name,
        modifiers(parts),
        phases=_listed(parts),
        rounding=_ROUNDINGS.get(_clauses(rounded, "to")[""]),
        digits=_count(rounded.values) if rounded else None,
        lines=_LINES.get(lines),
        tax=_TAXES.get(tax[""]),
        tax_per=_TAXED_PER.get(tax.get("per", "")),
        thresholds=_THRESHOLDS.get(_said(only(parts, "thresholds"))),
        percentages=_PERCENTAGES.get(_said(only(parts, "percentages"))),
        allocation=_SPREADS.get(how),
        remainder=_REMAINDERS.get(rest),
        credits=_CREDITS.get(shared.get("credits", "")),
        promotions=_OBJECTIVES.get(_clauses(promotions, "effort")[""]),
        effort=value(promotions, Number),
        ranking=_RANKINGS.get(_said(only(parts, "rank")).removeprefix("by ")),
        cash=every(cash.values, Number) if cash else (),
    )


def _split(words: str) -> tuple[str, str]:
    """Cut how an amount is spread from who gets what is left."""
    how = next((how for how in _SPREADS if words.startswith(how)), "")
    return how, words.removeprefix(how).strip()


BUILDERS: Final[dict[str, Callable[..., object]]] = {
    "cited": statement, "rate": _rate, "rates": _rates, "period_price": _period_price, "prorate": _prorate,
    "recurring": _recurring, "share": _share, "percent": _percent, "fee_line": statement, "fee": _fee,
    "margin": _margin, "channel": _channel, "delegate": _delegate, "policy_statement": _policy_statement, "policy": _policy,
}  # fmt: skip

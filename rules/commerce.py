"""From the grammar's rules for prices, promotions, entitlements and tests to declarations; one function a rule."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Final, Literal

from rules.declarations import (
    Assignment,
    ChargeDeclaration,
    ContractDeclaration,
    ContractTerm,
    Expectation,
    ExpectItems,
    ExpectSuggestion,
    Holds,
    InlinePrice,
    InvalidBecause,
    PricesDeclaration,
    Remains,
    ScaleDeclaration,
    TaxDeclaration,
    TestDeclaration,
    TextsDeclaration,
    Translation,
)
from rules.policies import (
    ApproveDeclaration,
    ClauseDeclaration,
    EntitleDeclaration,
    FloorDeclaration,
    Grant,
    GroupDeclaration,
    Limit,
    PromotionDeclaration,
    PromotionTarget,
    SuggestDeclaration,
)
from rules.selling import Tier
from rules.expressions import whole
from rules.products import because, label, modifiers, source, unpacked
from rules.statements import (
    Part, Refusal, Statement, across, every, expression, first_expression, named, needed, only, statement, value,
)  # fmt: skip
from rules.syntax import Date, Expression, Membership, Name, Number, Text
from rules.tokens import Token

_METHODS: Final[dict[str, Literal["volume", "graduated", "block", "package"]]] = {
    "volume": "volume", "graduated": "graduated", "block": "block", "package": "package",
}  # fmt: skip
_OVER: Final[dict[str, Literal["line", "family", "quote"]]] = {"line": "line", "family": "family", "quote": "quote"}
_LIMITED: Final[dict[str, Literal["customer", "quote", "promotion"]]] = {
    "customer": "customer", "quote": "quote", "promotion": "promotion",
}  # fmt: skip
_PER: Final[dict[str, Literal["unit", "line", "quote"]]] = {"unit": "unit", "line": "line", "quote": "quote"}
_GROUPING: Final[dict[str, Literal["best one", "stack", "first", "in sequence"]]] = {
    "best": "best one", "stack": "stack", "first": "first", "in": "in sequence",
}  # fmt: skip
_VERBS: Final[dict[str, Literal["see", "price", "buy"]]] = {"see": "see", "price": "price", "buy": "buy"}
_TERMS: Final[dict[str, Literal["price", "discount"]]] = {"price": "price", "discount": "discount"}


def _path(*parts: Part) -> Statement:
    return Statement("path", every(parts, Name), across(parts[0], parts[-1]))


def _steps(parts: Sequence[Part]) -> tuple[Name, ...]:
    return tuple(name for part in named(parts, "path") for name in every(part.values, Name))


def _required(parts: Sequence[Part], keyword: str, place: Part, meaning: str) -> Expression:
    return first_expression(needed(parts, keyword, place.span, meaning).values, place.span)


# --- prices -----------------------------------------------------------------------------------


def _price_row(*parts: Part) -> InlinePrice:
    return InlinePrice(across(parts[0], parts[-1]), _steps(parts), every(parts, Number)[0], modifiers(parts))


def _prices(start: Token, name: Name, _in: Token, currency: Name, *parts: Part) -> PricesDeclaration:
    rows, file = every(parts, InlinePrice), source(parts)
    if not rows and file is None and not any(isinstance(part, Token) for part in parts):
        raise Refusal(
            "missing-rows", name.span, f"the price list {name.text} has neither rows nor a file",
            'add `from "prices.csv"`, or rows in braces',
        )  # fmt: skip
    return PricesDeclaration(
        across(start, parts[-1]), name, currency, file, rows, expression(only(parts, "when")), modifiers(parts)
    )


def _charge(start: Token, name: Name, _on: Token, on: Name, *parts: Part) -> ChargeDeclaration:
    amount = first_expression(parts, start.span)
    when = expression(only(parts, "when"))
    return ChargeDeclaration(across(start, parts[-1]), name, on, modifiers(parts), amount, when, because(parts))


def _tier(low: Number, word: Token, *parts: Part) -> Tier:
    numbers = every(parts, Number)
    high = numbers[0] if word.kind == "DOTS" else None
    if high is not None and high.value < low.value:
        raise Refusal(
            "range-reversed", across(low, high), "this tier holds no quantity", "put the smaller number first"
        )
    return Tier(across(low, numbers[-1]), low, high, numbers[-1])


def _scale(start: Token, name: Name, _on: Token, on: Name, *parts: Part) -> ScaleDeclaration:
    methods = named(parts, *_METHODS)
    if len(methods) > 1:
        raise Refusal(
            "repeated-statement", methods[1].span, "a scale has one method; this is a second", "",
            (methods[0].span, "the first one"),
        )  # fmt: skip
    if not methods:
        raise Refusal(
            "missing-method", name.span, f"the scale {name.text} does not say how it counts",
            "begin with a line such as `volume by quantity over quote`",
        )  # fmt: skip
    over = every(methods[0].values, Token)[-1].text
    return ScaleDeclaration(
        across(start, parts[-1]),
        name,
        on,
        modifiers(parts),
        _METHODS[methods[0].keyword],
        _OVER[over],
        every(parts, Tier),
        value(only(parts, "minimum"), Number),
        value(only(parts, "maximum"), Number),
        expression(only(parts, "when")),
    )


def _contract_statement(keyword: Token, *parts: Part) -> Statement | ContractTerm:
    if keyword.text == "who":
        return statement(keyword, *parts)
    return ContractTerm(across(keyword, parts[-1]), _TERMS[keyword.text], _steps(parts), every(parts, Number)[0])


def _contract(start: Token, name: Name, *parts: Part) -> ContractDeclaration:
    who = _required(parts, "who", name, "the condition on the customer it is made with")
    return ContractDeclaration(
        across(start, parts[-1]), name, label(parts), modifiers(parts), who, every(parts, ContractTerm)
    )


def _tax(start: Token, name: Name, rate: Number, *parts: Part) -> TaxDeclaration:
    on = only(parts, "on")
    return TaxDeclaration(
        across(start, parts[-1] if parts else rate),
        name,
        rate,
        unpacked(on.values) if on else (),
        expression(only(parts, "when")),
        modifiers(parts),
        value(only(parts, "code"), Name),
        value(only(parts, "because"), Text),
    )


# --- promotions -------------------------------------------------------------------------------


def _target(*parts: Part) -> PromotionTarget:
    count = parts[0]
    quantity = whole(count) if isinstance(count, Token) else 1
    if quantity == 0:
        raise Refusal("number-too-small", count.span, "a promotion needs one or more of it")
    return PromotionTarget(across(count, parts[-1]), quantity, _steps(parts), expression(only(parts, "where")))


def _promotion_line(*parts: Part) -> Statement:
    return counted(("limit", "priority"), *parts)


def counted(keywords: tuple[str, ...], *parts: Part) -> Statement:
    """Make a statement; where it has one of these keywords its number must be whole."""
    made = statement(*parts)
    if made.keyword in keywords:
        whole(every(made.values, Token)[0])
    return made


def _test_statement(*parts: Part) -> Statement:
    return counted(("quantity",), *parts)


def _limit(line: Statement) -> tuple[int, Literal["customer", "quote", "promotion"]]:
    number, *_, unit = every(line.values, Token)
    return whole(number), _LIMITED[unit.text]


def _promotion(start: Token, name: Name, *parts: Part) -> PromotionDeclaration:
    gift = needed(parts, "give", name.span, "what the customer gets")
    amount = value(gift, Number)
    priced = any(word.text == "price" for word in every(gift.values, Token))
    priority = value(only(parts, "priority"), Token)
    return PromotionDeclaration(
        across(start, parts[-1]),
        name,
        label(parts),
        value(only(parts, "coupon"), Text),
        modifiers(parts),
        tuple(target for line in named(parts, "on") for target in every(line.values, PromotionTarget)),
        tuple(target for line in named(parts, "need") for target in every(line.values, PromotionTarget)),
        expression(only(parts, "when")),
        None if priced else amount,
        amount if priced else None,
        value(gift, PromotionTarget),
        value(only(gift.values, "up"), Number),
        tuple(_limit(line) for line in named(parts, "limit")),
        value(only(parts, "budget"), Number),
        value(only(parts, "group"), Name),
        whole(priority) if priority else None,
    )


def _group(start: Token, name: Name, _open: Token, *parts: Part) -> GroupDeclaration:
    words = every(parts, Token)
    per = next((_PER[after.text] for word, after in itertools.pairwise(words) if word.text == "per"), None)
    return GroupDeclaration(across(start, parts[-1]), name, _GROUPING[words[0].text], per, unpacked(parts))


# --- who may, who must, what is said ----------------------------------------------------------


def _grant(start: Token, *parts: Part) -> Grant:
    words = every(parts, Token)
    up_to = value(only(parts, "up"), Number)
    if up_to is not None and (up_to.unit or up_to.value.denominator != 1):
        raise Refusal("whole-number-needed", up_to.span, "a quantity stands here: a whole number without a unit")
    return Grant(
        across(start, parts[-1]),
        not any(word.text == "not" for word in words),
        tuple(_VERBS[word.text] for word in words if word.text in _VERBS),
        _steps(parts),
        expression(only(parts, "where")),
        int(up_to.value) if up_to else None,
    )


def _entitle(start: Token, name: Name, *parts: Part) -> EntitleDeclaration:
    who = expression(only(parts, "who"))
    return EntitleDeclaration(across(start, parts[-1]), name, modifiers(parts), who, every(parts, Grant))


def _floor(start: Token, name: Name, *parts: Part) -> FloorDeclaration:
    condition = first_expression(parts, start.span)
    return FloorDeclaration(across(start, parts[-1]), name, modifiers(parts), condition, because(parts))


def _approve(start: Token, name: Name, *parts: Part) -> ApproveDeclaration:
    when = _required(parts, "when", name, "the condition under which someone must agree")
    by = needed(parts, "by", name.span, "who must agree")
    return ApproveDeclaration(
        across(start, parts[-1]),
        name,
        modifiers(parts),
        when,
        "any of" if any(word.text == "any" for word in every(by.values, Token)) else "all of",
        unpacked(by.values),
        every(parts, Limit),
        value(only(parts, "because"), Text),
    )


def _approve_line(keyword: Token, *parts: Part) -> Statement | Limit:
    if keyword.text == "by":
        return statement(keyword, *parts)
    on = only(parts, "on")
    return Limit(
        across(keyword, parts[-1]),
        every(parts, Text)[0],
        every(parts, Number)[0],
        unpacked(on.values) if on else (),
    )


def _suggest(start: Token, name: Name, _on: Token, on: Name, *parts: Part) -> SuggestDeclaration:
    when = _required(parts, "when", name, "the condition under which it is suggested")
    offer = _required(parts, "offer", name, "what is offered")
    needed(parts, "because", name.span, "the sentence that tells the customer why")
    return SuggestDeclaration(across(start, parts[-1]), name, on, modifiers(parts), when, offer, because(parts))


def _clause(start: Token, name: Name, *parts: Part) -> ClauseDeclaration:
    paragraphs = every(parts, Text)
    if not paragraphs:
        raise Refusal("missing-text", name.span, f"the clause {name.text} has no text", 'write it in braces: { "…" }')
    on = every(parts, Name)
    return ClauseDeclaration(
        across(start, parts[-1]),
        name,
        on[0] if on else None,
        expression(only(parts, "when")),
        modifiers(parts),
        paragraphs,
    )


# --- tests and texts --------------------------------------------------------------------------


def _assignment(target: Expression, _equal: Token, given: Expression) -> Assignment:
    return Assignment(across(target, given), target, given)


def _expected_item(code: Text, quantity: Number | None = None) -> Statement:
    return Statement("item", (code, quantity) if quantity else (code,), across(code, quantity or code))


def _expectation(first: Expression | Token, *parts: Part) -> Expectation:
    if not isinstance(first, Token):
        if isinstance(first, Membership):
            return Remains(first.span, first.operand, first.members)
        return Holds(first.span, first)
    span, names = across(first, parts[-1] if parts else first), every(parts, Name)
    if first.kind == "INVALID":
        return InvalidBecause(span, names[0] if names else None)
    if first.kind == "SUGGEST":
        return ExpectSuggestion(span, names[0])
    items = named(parts, "item")
    return ExpectItems(span, tuple((every(item.values, Text)[0], value(item, Number)) for item in items))


def _test(start: Token, name: Name, _on: Token, on: Name, *parts: Part) -> TestDeclaration:
    customer, quantity = only(parts, "customer"), value(only(parts, "quantity"), Token)
    expects = tuple(
        part
        for line in named(parts, "expect")
        for part in line.values
        if isinstance(part, Remains | Holds | InvalidBecause | ExpectItems | ExpectSuggestion)
    )
    return TestDeclaration(
        across(start, parts[-1]),
        name,
        on,
        tuple(choice for line in named(parts, "given") for choice in every(line.values, Assignment)),
        value(only(parts, "day"), Date),
        every(customer.values, Assignment) if customer else (),
        value(customer, Text),
        whole(quantity) if quantity else None,
        expects,
    )


def _translation(*parts: Part) -> Translation:
    return Translation(across(parts[0], parts[-1]), _steps(parts), every(parts, Text)[0])


def _texts(start: Token, language: Name, *parts: Part) -> TextsDeclaration:
    return TextsDeclaration(across(start, parts[-1]), language, every(parts, Translation), source(parts))


BUILDERS: Final[dict[str, Callable[..., object]]] = {
    "path": _path, "price_row": _price_row, "prices": _prices, "charge": _charge, "method": statement,
    "tier": _tier, "bound": statement, "scale": _scale, "contract_statement": _contract_statement,
    "contract": _contract, "tax": _tax, "code": statement, "on_products": statement, "coupon": statement, "target": _target,
    "promotion_line": _promotion_line, "up_to": statement, "promotion": _promotion, "group": _group,
    "who": statement, "grant": _grant, "entitle": _entitle, "floor": _floor, "approve_line": _approve_line,
    "approve": _approve, "offer": statement, "suggest": _suggest, "clause": _clause, "test_statement": _test_statement,
    "assignment": _assignment, "expectation": _expectation, "expected_item": _expected_item, "test": _test,
    "translation": _translation, "texts": _texts,
}  # fmt: skip

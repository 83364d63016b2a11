"""Writes declarations as text, unaligned; the formatter gives it its canonical shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from rules.declarations import (
    Assignment,
    CatalogDeclaration,
    ChargeDeclaration,
    ChoicesDeclaration,
    ComponentDeclaration,
    ContractDeclaration,
    CustomerDeclaration,
    DrawingDeclaration,
    Expectation,
    ExpectItems,
    ExpectSuggestion,
    Holds,
    InlinePrice,
    InvalidBecause,
    ItemDeclaration,
    PreferDeclaration,
    PricesDeclaration,
    Remains,
    RuleDeclaration,
    ScaleDeclaration,
    Shape,
    TaxDeclaration,
    TestDeclaration,
    TextsDeclaration,
)
from rules.declaring_terms import PRICING_TERMS
from rules.lines import because, block, label, number, source, tier, when
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
from rules.syntax import (
    LetDeclaration, Member, Node, OptionDeclaration, PartDeclaration, Section, Step, Table,
)  # fmt: skip
from rules.writer import SUM, dotted, joined, listed, members, modifiers, opening, quoted, write_expression, write_node

_EXPECTED: Final = ("invalid", "items", "suggest")


def _catalog(node: CatalogDeclaration) -> str:
    return block(
        joined("catalog", node.name.text, label(node.label)),
        [
            f"currency {node.currency.text}",
            f"languages {listed(node.languages)}" if node.languages else "",
            f"timezone {quoted(node.time_zone)}" if node.time_zone else "",
        ],
    )


def _customer(node: CustomerDeclaration) -> str:
    return block("customer", [write_node(field) for field in node.fields])


def _choices(node: ChoicesDeclaration) -> str:
    attributes = f"({', '.join(write_node(field) for field in node.attributes)})" if node.attributes else ""
    head = joined("choices", node.name.text, label(node.label), attributes)
    return joined(head, source(node.source)) if node.source else block(head, [write_node(row) for row in node.rows])


def _component(node: ComponentDeclaration) -> str:
    head = joined(node.kind, node.name.text, label(node.label), modifiers(node.modifiers))
    return block(head, [_member(member) for member in node.members])


def _member(node: Member) -> str:
    if isinstance(node, OptionDeclaration):
        head = f"{joined('option', node.name.text, label(node.label))}: {write_node(node.type)}"
        default = f"= {write_expression(node.default)}" if node.default is not None else ""
        return joined(head, default, modifiers(node.modifiers))
    if isinstance(node, PartDeclaration):
        bounds = f"{node.low}..{node.high}" if node.low != node.high else f"{node.low}"
        return f"{joined('part', node.name.text, label(node.label))}: {node.component.text} {bounds}"
    if isinstance(node, LetDeclaration):
        return joined("let", node.name.text, label(node.label), "=", write_expression(node.value))
    if isinstance(node, Section):
        return f"section {quoted(node.label)} {{ {joined(listed(node.names), '}')}"
    return block(f"step {quoted(node.label)}", [_member(section) for section in node.sections])


def _rule(node: RuleDeclaration) -> str:
    head = joined("rule", node.name.text, "on", node.on.text, modifiers(node.modifiers))
    body = _table(node.body) if isinstance(node.body, Table) else opening(node.body, ("allow", "forbid"))
    return block(head, [body, because(node.because)])


def _table(node: Table) -> str:
    head = joined(node.mode, " | ".join(write_expression(column, SUM) for column in node.columns), source(node.source))
    return "\n".join([head, *(f"  {write_node(row)}" for row in node.rows)])


def _prefer(node: PreferDeclaration) -> str:
    weight = f"weight {node.weight}" if node.weight != 1 else ""
    head = joined("prefer", node.name.text, "on", node.on.text, weight, modifiers(node.modifiers))
    return f"{head} {{ {write_expression(node.condition)} }}"


def _item(node: ItemDeclaration) -> str:
    return joined(
        "item", quoted(node.code), label(node.label), "on", node.on.text, when(node.quantity, "quantity"),
        when(node.when), modifiers(node.modifiers),
    )  # fmt: skip


def _drawing(node: DrawingDeclaration) -> str:
    head = joined("drawing", node.name.text, label(node.label), "on", node.on.text, "in", node.unit.text)
    return block(head, [_shape(shape) for shape in node.shapes])


def _shape(node: Shape) -> str:
    words = [node.keyword]
    for role, values in node.operands:
        written = [write_expression(value, SUM) for value in values]
        if role in {"name", "label"}:
            words.append(written[0])
        elif role == "condition":
            words.append(write_expression(values[0]))
        elif role == "in":
            words.append(f"in {written[0]} .. {written[1]}")
        elif role == "through" and "through" in words:
            words[-1] += ","
            words.append(f"({', '.join(written)})")
        else:
            words += [role, f"({', '.join(written)})" if len(written) > 1 else written[0]]
    blocks = {"block", "layer", "repeat", "when"}
    return block(" ".join(words), map(_shape, node.body)) if node.keyword in blocks else " ".join(words)


def _prices(node: PricesDeclaration) -> str:
    head = joined(
        "prices", node.name.text, "in", node.currency.text, source(node.source), when(node.when),
        modifiers(node.modifiers),
    )  # fmt: skip
    return block(head, map(_price, node.rows)) if node.rows or not node.source else head


def _price(node: InlinePrice) -> str:
    return joined(dotted(node.target), write_node(node.price), modifiers(node.modifiers))


def _charge(node: ChargeDeclaration) -> str:
    head = joined("charge", node.name.text, "on", node.on.text, modifiers(node.modifiers))
    return block(head, [joined(write_expression(node.amount), when(node.when)), because(node.because)])


def _scale(node: ScaleDeclaration) -> str:
    bounds = [number("minimum", node.minimum), number("maximum", node.maximum)]
    head = joined("scale", node.name.text, "on", node.on.text, modifiers(node.modifiers))
    return block(
        head, [f"{node.method} by quantity over {node.over}", *map(tier, node.tiers), *bounds, when(node.when)]
    )


def _contract(node: ContractDeclaration) -> str:
    terms = (f"{term.kind} {dotted(term.target)} {write_node(term.value)}" for term in node.terms)
    head = joined("contract", node.name.text, label(node.label), modifiers(node.modifiers))
    return block(head, [when(node.who, "who"), *terms])


def _tax(node: TaxDeclaration) -> str:
    on = f"on {listed(node.on)}" if node.on else ""
    code = f"code {node.code.text}" if node.code else ""
    return joined(
        "tax", node.name.text, write_node(node.rate), on, when(node.when), modifiers(node.modifiers), code,
        because(node.because),
    )  # fmt: skip


def _promotion(node: PromotionDeclaration) -> str:
    coupon = f"coupon {quoted(node.coupon)}" if node.coupon else ""
    free = f"free {_target(node.give_free)}" if node.give_free else ""
    amount = write_node(node.give) if node.give else number("price", node.give_price)
    give = joined("give", amount, free, number("up to", node.up_to))
    return block(
        joined("promotion", node.name.text, label(node.label), coupon, modifiers(node.modifiers)),
        [
            *(f"on {_target(target)}" for target in node.on),
            *(f"need {_target(target)}" for target in node.need),
            when(node.when),
            give,
            *(f"limit {number} per {unit}" for number, unit in node.limits),
            number("budget", node.budget),
            f"group {node.group.text}" if node.group else "",
            f"priority {node.priority}" if node.priority is not None else "",
        ],
    )


def _target(node: PromotionTarget) -> str:
    quantity = str(node.quantity) if node.quantity != 1 else ""
    return joined(quantity, dotted(node.path), when(node.where, "where"))


def _group(node: GroupDeclaration) -> str:
    per = f"per {node.per}" if node.per else ""
    after = f", after {listed(node.after)}" if node.after else ""
    return f"group {node.name.text} {{ {joined(node.mode, per)}{after} }}"


def _entitle(node: EntitleDeclaration) -> str:
    head = joined("entitle", node.name.text, modifiers(node.modifiers))
    return block(head, [when(node.who, "who"), *map(_grant, node.grants)])


def _grant(node: Grant) -> str:
    up_to = f"up to {node.up_to}" if node.up_to is not None else ""
    may = "may" if node.allowed else "may not"
    return joined(may, ", ".join(node.verbs), dotted(node.path), up_to, when(node.where, "where"))


def _floor(node: FloorDeclaration) -> str:
    head = joined("floor", node.name.text, modifiers(node.modifiers))
    return block(head, [write_expression(node.condition), because(node.because)])


def _approve(node: ApproveDeclaration) -> str:
    mode = node.mode if node.mode == "any of" or len(node.by) > 1 else ""
    limits = (_limit(limit) for limit in node.limits)
    head = joined("approve", node.name.text, modifiers(node.modifiers))
    return block(head, [when(node.when), joined("by", mode, listed(node.by)), *limits, because(node.because)])


def _limit(node: Limit) -> str:
    on = f"on {listed(node.on)}" if node.on else ""
    return joined("limit", quoted(node.person), write_node(node.rate), on)


def _suggest(node: SuggestDeclaration) -> str:
    head = joined("suggest", node.name.text, "on", node.on.text, modifiers(node.modifiers))
    return block(head, [when(node.when), when(node.offer, "offer"), because(node.because)])


def _clause(node: ClauseDeclaration) -> str:
    on = f"on {node.on.text}" if node.on else ""
    head = joined("clause", node.name.text, on, when(node.when), modifiers(node.modifiers))
    return block(head, map(quoted, node.paragraphs))


def _test(node: TestDeclaration) -> str:
    quantity = f"quantity {node.quantity}" if node.quantity is not None else ""
    who = f"customer {quoted(node.customer_id)}" if node.customer_id else ""
    return block(
        f"test {node.name.text} on {node.on.text}",
        [
            _assignments("given", node.given),
            f"day {node.day.value}" if node.day else "",
            who or _assignments("customer", node.customer),
            quantity,
            *(f"expect {_expectation(expected)}" for expected in node.expects),
        ],
    )


def _assignments(word: str, nodes: tuple[Assignment, ...]) -> str:
    written = ", ".join(f"{write_expression(node.target)} = {write_expression(node.value, SUM)}" for node in nodes)
    return f"{word} {written}" if nodes else ""


def _expectation(node: Expectation) -> str:
    if isinstance(node, Remains):
        return opening(node.target, _EXPECTED, SUM) + f" in {{{members(node.members)}}}"
    if isinstance(node, Holds):
        return opening(node.condition, _EXPECTED)
    if isinstance(node, InvalidBecause):
        return joined("invalid", f"because {node.rule.text}" if node.rule else "")
    if isinstance(node, ExpectSuggestion):
        return f"suggest {node.suggestion.text}"
    return "items " + ", ".join(
        joined(quoted(code), write_node(number) if number else "") for code, number in node.items
    )


def _texts(node: TextsDeclaration) -> str:
    head = f"texts {node.language.text}"
    if node.source:
        return joined(head, source(node.source))
    return block(head, (f"{dotted(entry.path)} {quoted(entry.text)}" for entry in node.entries))


DECLARING: Final[dict[type[Node], Callable[[Node], str]]] = cast(
    "dict[type[Node], Callable[[Node], str]]",
    {
        CatalogDeclaration: _catalog, CustomerDeclaration: _customer, ChoicesDeclaration: _choices,
        ComponentDeclaration: _component, RuleDeclaration: _rule, PreferDeclaration: _prefer, ItemDeclaration: _item,
        DrawingDeclaration: _drawing, PricesDeclaration: _prices, ChargeDeclaration: _charge,
        ScaleDeclaration: _scale, ContractDeclaration: _contract, TaxDeclaration: _tax,
        PromotionDeclaration: _promotion, GroupDeclaration: _group, EntitleDeclaration: _entitle,
        FloorDeclaration: _floor, ApproveDeclaration: _approve, SuggestDeclaration: _suggest,
        ClauseDeclaration: _clause, TestDeclaration: _test, TextsDeclaration: _texts,
        OptionDeclaration: _member, PartDeclaration: _member, LetDeclaration: _member, Section: _member,
        Step: _member, Table: _table, Shape: _shape, InlinePrice: _price, PromotionTarget: _target, Grant: _grant, Limit: _limit,
        Remains: _expectation, Holds: _expectation, InvalidBecause: _expectation, ExpectItems: _expectation,
        ExpectSuggestion: _expectation,
        **PRICING_TERMS,
    },
)  # fmt: skip
"""How each declaration, and each part of one that has lines of its own, is written."""


def write_lines(node: Node) -> str:
    """Write a declaration, a part of one, or anything that stands on one line."""
    writer = DECLARING.get(type(node))
    return writer(node) if writer else write_node(node)

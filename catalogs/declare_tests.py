"""The tests of a catalog: what is given and what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from catalogs.declare_types import misfit
from catalogs.desk import Desk, View
from catalogs.model import ChoiceList, Component, NumberRange, Option, Part
from catalogs.expected import CatalogTest, Expect, Given
from catalogs.records import line_record, quote_record
from catalogs.targets import Target, walk
from rules import declarations as d
from rules import policies as p
from rules import syntax as s
from rules.checker import Path, check_members, check_path
from rules.diagnostics import Span, did_you_mean
from rules.kinds import Kind, Quantity, Scalar, Truth
from rules.scope import Scope
from rules.typed import Fold, Instance, Member, Reference, Typed, Values

MOST_REMAINING = 10_000


def declare_tests(desk: Desk) -> tuple[CatalogTest, ...]:
    """Return the tests, in the order written."""
    return tuple(test for node in desk.declared.of(d.TestDeclaration) if (test := _test(node, desk)))


def _test(node: d.TestDeclaration, desk: Desk) -> CatalogTest | None:
    customer = dict(_customer(node, desk))
    if node.quantity is not None and node.quantity < 1:
        desk.report.error("bad-quantity", node.name.span, "a test is about a quantity of 1 or more")
    if not node.expects:
        desk.report.error("expects-nothing", node.name.span, f"the test {node.name.text} expects nothing")
    product = desk.component(node.on, sellable=True)
    if product is None:
        return None
    return CatalogTest(
        name=node.name.text,
        on=product.name,
        given=tuple(_given(node, product, desk)),
        day=node.day.value if node.day else None,
        customer=customer,
        customer_id=node.customer_id.value if node.customer_id else None,
        quantity=1 if node.quantity is None else node.quantity,
        expects=tuple(expect for one in node.expects if (expect := _expect(one, product, desk))),
        span=node.name.span,
    )


def _customer(node: d.TestDeclaration, desk: Desk) -> Iterator[tuple[str, Scalar]]:
    for wish in node.customer:
        target = wish.target
        name = target.name if isinstance(target, s.Attribute) else target
        if not isinstance(name, s.Name) or name.text not in desk.customer.fields:
            if not desk.is_clouded(target) and "customer" not in desk.clouded:
                shown = name.text if isinstance(name, s.Name) else "this"
                hint = did_you_mean(shown, desk.customer.fields)
                desk.report.error("unknown-attribute", target.span, f"a customer has no {shown}", hint)
            continue
        value = desk.constant(wish.value, desk.customer.fields[name.text])
        if value is not None:
            yield name.text, value


def _given(node: d.TestDeclaration, product: Component, desk: Desk) -> Iterator[Given]:
    first: dict[str, Span] = {}
    for wish in node.given:
        path = _path(wish.target, product, desk)
        if path is None or _is_derived(path, product, wish.target, desk):
            continue
        if path.text in first:
            related = ((first[path.text], "the other one"),)
            desk.report.error("given-twice", wish.target.span, f"{path.text} is given twice", related=related)
        first.setdefault(path.text, wish.target.span)
        value = desk.constant(wish.value, path.kind)
        if value is None:
            continue
        why = _misfit(path, product, value, desk)
        if why:
            desk.report.error("outside-domain", wish.value.span, why)
        yield Given(path.text, value, wish.span)


def _path(node: s.Expression, product: Component, desk: Desk) -> Path | None:
    view = View(product.record.fields, "what is given in a test")
    if desk.is_clouded(node) or not desk.is_visible(node, view):
        return None
    path, problems = check_path(node, Scope(view.names))
    desk.report.add(problems)
    return path


def _is_derived(path: Path, product: Component, node: s.Expression, desk: Desk) -> bool:
    if _leaf(path, product, desk) is not None:
        return False
    desk.report.error("derived-value", node.span, f"{path.text} is derived from other values and cannot be chosen")
    return True


def _leaf(path: Path, product: Component, desk: Desk) -> Option | Part | None:
    """Return the option a path leads to, or the part whose number it is; None for a derived value."""
    typed = path.typed
    if isinstance(typed, Fold):
        way = walk(product, _names(typed.collection), desk)
        inside = walk(product, _names(typed.collection)[:-1], desk)
        if isinstance(way, Target) and isinstance(inside, Target):
            return next((part for part in inside.holder.parts if part.name == way.path[-1]), None)
        return None
    way = walk(product, _names(typed), desk)
    return way.option if isinstance(way, Target) else None


def _names(typed: Typed) -> list[str]:
    """Return the names along a path, without the numbers of instances."""
    names: list[str] = []
    while True:
        match typed:
            case Reference():
                return [typed.name, *reversed(names)]
            case Member():
                names.append(typed.field)
                typed = typed.base
            case Instance():
                typed = typed.collection
            case _:
                return []


def _misfit(path: Path, product: Component, value: Scalar, desk: Desk) -> str:
    leaf = _leaf(path, product, desk)
    if isinstance(leaf, Part):
        fits = isinstance(value, Fraction) and value.denominator == 1 and leaf.low <= value <= leaf.high
        return "" if fits else f"there can be {leaf.low} to {leaf.high} of these"
    return "" if leaf is None else misfit(leaf.domain, value)


def _expect(node: d.Expectation, product: Component, desk: Desk) -> Expect | None:
    match node:
        case d.Holds():
            condition = desk.condition(node.condition, _view(product, desk))
            return None if condition is None else Expect("holds", node.span, condition)
        case d.Remains():
            return _remains(node, product, desk)
        case d.InvalidBecause():
            return _invalid(node, desk)
        case d.ExpectItems():
            return Expect("items", node.span, items=tuple(_items(node, desk)))
        case d.ExpectSuggestion():
            return _suggested(node, desk)


def _view(product: Component, desk: Desk) -> View:
    asked: Mapping[str, Kind] = {
        "line": line_record(desk.currency), "quote": quote_record(desk.currency),
        "customer": desk.customer, "quantity": Quantity(),
    }  # fmt: skip
    return View({**asked, **product.record.fields}, "a test")


def _remains(node: d.Remains, product: Component, desk: Desk) -> Expect | None:
    target = node.target
    holds = d.Holds(node.span, s.Membership(node.span, target, node.members))
    if _is_about_sale(target):
        return _expect(holds, product, desk)
    path = _path(target, product, desk)
    if path is None or desk.is_clouded(node.members):
        return None
    leaf = _leaf(path, product, desk)
    if leaf is None:
        return _expect(holds, product, desk)
    values, problems = check_members(node.members, path.kind)
    desk.report.add(problems)
    if values is None:
        return None
    remaining = _spelled_out(values, leaf, node.members.span, desk)
    return Expect("remains", node.span, target=path.text, values=remaining)


def _is_about_sale(target: s.Expression) -> bool:
    base = target.base if isinstance(target, s.Attribute) else target
    return isinstance(base, s.Name) and base.text in ("line", "quote", "customer", "quantity")


def _spelled_out(values: Values, leaf: Option | Part, span: Span, desk: Desk) -> tuple[Scalar, ...]:
    """Return the values of an option, or of the number of a part, that are in a set, in their own order."""
    domain = leaf.domain if isinstance(leaf, Option) else None
    if isinstance(domain, NumberRange) and (domain.high - domain.low) / domain.step >= MOST_REMAINING:
        desk.report.error("too-many-values", span, f"only up to {MOST_REMAINING} values can be told one by one")
        return ()
    possible = list(_possible(leaf))
    for single in sorted(values.singles - set(possible), key=str):
        desk.report.error("outside-domain", span, f"{single} is not among the values of {leaf.name}")
    return tuple(value for value in possible if value in values)


def _possible(leaf: Option | Part) -> Iterator[Scalar]:
    if isinstance(leaf, Part):
        yield from (Fraction(number) for number in range(leaf.low, leaf.high + 1))
    elif isinstance(leaf.kind, Truth):
        yield from (True, False)
    elif isinstance(leaf.domain, ChoiceList):
        yield from leaf.domain.kind.choices
    elif isinstance(leaf.domain, NumberRange):
        value = leaf.domain.low
        while value <= leaf.domain.high:
            yield value
            value += leaf.domain.step


def _invalid(node: d.InvalidBecause, desk: Desk) -> Expect:
    rules = [rule.name.text for rule in desk.declared.of(d.RuleDeclaration)]
    name = node.rule
    if name is not None and name.text not in rules and name.text not in desk.declared.unread:
        desk.report.error("unknown-rule", name.span, f"there is no rule {name.text}", did_you_mean(name.text, rules))
    return Expect("invalid", node.span, name=name.text if name else None)


def _items(node: d.ExpectItems, desk: Desk) -> Iterator[tuple[str, Fraction | None]]:
    for code, quantity in node.items:
        if quantity is not None and quantity.unit:
            desk.report.error("not-a-count", quantity.span, "a quantity of items is a plain number")
        yield code.value, None if quantity is None else quantity.value


def _suggested(node: d.ExpectSuggestion, desk: Desk) -> Expect:
    known = [one.name.text for one in desk.declared.of(p.SuggestDeclaration)]
    name = node.suggestion
    if name.text not in known and name.text not in desk.declared.unread:
        hint = did_you_mean(name.text, known)
        desk.report.error("unknown-suggestion", name.span, f"there is no suggestion {name.text}", hint)
    return Expect("suggest", node.span, name=name.text)

"""Sales policy: contracts, promotions and their groups, entitlements, floors and approvals; checked, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalogs.circles import find_circles
from catalogs.desk import Desk, View
from catalogs.marks import ALWAYS, Effectivity
from catalogs.model import Later
from catalogs.money import amount_of, rate_of
from catalogs.records import line_record, quote_record
from catalogs.targets import Target, find_target, is_text
from rules import declarations as d
from rules import policies as p
from rules.diagnostics import did_you_mean
from rules.kinds import Kind, Quantity
from rules.syntax import Expression, Name, Number
from rules.typed import Typed
from rules.units import currency


def _later(node: d.Declaration, name: Name, typed: Iterable[Typed | None], days: Effectivity) -> Later:
    return Later(name.text, node, tuple(one for one in typed if one is not None), days, name.span)


def _sorted(found: Iterable[Later]) -> tuple[Later, ...]:
    return tuple(sorted(found, key=lambda one: one.name))


def declare_contracts(desk: Desk) -> tuple[Later, ...]:
    """Return the contracts; the condition of each says who it is with."""
    return _sorted(_contract(node, desk) for node in desk.declared.of(d.ContractDeclaration))


def _contract(node: d.ContractDeclaration, desk: Desk) -> Later:
    desk.labels.label("contract", (node.name.text,), node.label.value if node.label else None)
    days = desk.only_days(node.modifiers, "contract")
    who = desk.condition(node.who, View({"customer": desk.customer}, "a contract"))
    if not node.terms:
        desk.report.error("no-terms", node.name.span, f"the contract {node.name.text} agrees to nothing")
    for term in node.terms:
        target = find_target(term.target, desk)
        if term.kind == "discount":
            rate_of(term.value, desk)
        else:
            _money(term.value, desk)
            if target is not None and is_text(target):
                desk.report.error("price-of-text", term.span, "a text has no price of its own")
    return _later(node, node.name, [who], days)


def _money(number: Number, desk: Desk) -> None:
    """Check an amount in any currency; of the catalog where none is given is not good enough."""
    amount_of(number, number.unit if currency(number.unit) else desk.currency, desk)


def declare_promotions(desk: Desk) -> tuple[Later, ...]:
    """Return the promotions; their conditions are those of `on`, of `need` and `when`, in this order, where given."""
    groups = {node.name.text for node in desk.declared.of(p.GroupDeclaration)}
    return _sorted(_promotion(node, groups, desk) for node in desk.declared.of(p.PromotionDeclaration))


def _promotion(node: p.PromotionDeclaration, groups: set[str], desk: Desk) -> Later:
    desk.labels.label("promotion", (node.name.text,), node.label.value if node.label else None)
    days = desk.only_days(node.modifiers, "promotion")
    typed: list[Typed | None] = [_aim(aim, desk) for aim in (*node.on, *node.need)]
    if node.when is not None:
        view = View({"customer": desk.customer, "quote": quote_record(desk.currency)}, "the `when` of a promotion")
        typed.append(desk.condition(node.when, view))
    if node.give_free is not None:
        typed.append(_aim(node.give_free, desk))
    _check_gift(node, desk)
    if node.coupon is not None and not node.coupon.value.strip():
        desk.report.error("empty-coupon", node.coupon.span, "a coupon needs a code")
    for count, _per in node.limits:
        if count < 1:
            desk.report.error(
                "bad-limit", node.name.span, f"the promotion {node.name.text} is limited to less than once"
            )
    if node.group is not None:
        _check_group(node.group, groups, desk)
    return _later(node, node.name, typed, days)


def _check_gift(node: p.PromotionDeclaration, desk: Desk) -> None:
    if not node.on and node.give_free is None:
        desk.report.error("no-target", node.name.span, f"the promotion {node.name.text} does not say on what it gives")
    if node.give is not None and node.give.unit == "%":
        rate_of(node.give, desk)
    elif node.give is not None:
        _money(node.give, desk)
    for amount in (node.up_to, node.budget):
        if amount is not None:
            _money(amount, desk)


def _aim(aim: p.PromotionTarget, desk: Desk) -> Typed | None:
    """Check a target of a promotion; its condition sees what the path leads to, and the customer."""
    target = find_target(aim.path, desk)
    if target is None or aim.where is None:
        return None
    fields: dict[str, Kind] = {**target.holder.record.fields, "customer": desk.customer}
    return desk.condition(aim.where, View(fields, "a promotion"))


def _check_group(name: Name, groups: Iterable[str], desk: Desk) -> None:
    if name.text not in groups and name.text not in desk.declared.unread:
        hint = did_you_mean(name.text, groups)
        desk.report.error("unknown-group", name.span, f"there is no group {name.text}", hint)


def declare_groups(desk: Desk) -> tuple[Later, ...]:
    """Return the groups of promotions; none may come after itself."""
    nodes = {node.name.text: node for node in reversed(desk.declared.of(p.GroupDeclaration))}
    uses = {name: [after.text for after in node.after] for name, node in nodes.items()}
    for node in nodes.values():
        for after in node.after:
            _check_group(after, nodes, desk)
    for circle in find_circles(uses):
        message = f"{circle.way[0]} would come after itself: {' after '.join(circle.way)}"
        desk.report.error("group-circle", nodes[circle.way[0]].name.span, message)
    return _sorted(_later(node, node.name, (), ALWAYS) for node in nodes.values())


def declare_entitlements(desk: Desk) -> tuple[Later, ...]:
    """Return the entitlements; their conditions are that of `who`, then those of the grants, where given."""
    return _sorted(_entitlement(node, desk) for node in desk.declared.of(p.EntitleDeclaration))


def _entitlement(node: p.EntitleDeclaration, desk: Desk) -> Later:
    days = desk.only_days(node.modifiers, "entitlement")
    typed: list[Typed | None] = []
    if node.who is not None:
        typed.append(desk.condition(node.who, View({"customer": desk.customer}, "an entitlement")))
    if not node.grants:
        desk.report.error("no-grants", node.name.span, f"the entitlement {node.name.text} says nothing")
    typed += [one for grant in node.grants for one in _grant(grant, desk)]
    return _later(node, node.name, typed, days)


def _grant(grant: p.Grant, desk: Desk) -> Iterator[Typed | None]:
    target: Target | None = find_target(grant.path, desk)
    if grant.up_to is not None and (grant.up_to < 1 or not grant.allowed or "buy" not in grant.verbs):
        desk.report.error("bad-limit", grant.span, "only `may buy` has a limit, of 1 or more")
    if target is not None and grant.where is not None:
        yield desk.condition(grant.where, View(target.product.record.fields, "an entitlement"))


def declare_floors(desk: Desk) -> tuple[Later, ...]:
    """Return the floors, each with its condition."""
    return _sorted(_floor(node, desk) for node in desk.declared.of(p.FloorDeclaration))


def _floor(node: p.FloorDeclaration, desk: Desk) -> Later:
    days = desk.only_days(node.modifiers, "floor")
    desk.because(node.because, "floor", node.name.text)
    desk.labels.label("floor", (node.name.text,), node.because.value)
    return _later(node, node.name, [desk.condition(node.condition, _deal(desk, "a floor"))], days)


def declare_approvals(desk: Desk) -> tuple[Later, ...]:
    """Return the approvals, each with its condition."""
    return _sorted(_approval(node, desk) for node in desk.declared.of(p.ApproveDeclaration))


def _approval(node: p.ApproveDeclaration, desk: Desk) -> Later:
    days = desk.only_days(node.modifiers, "approval")
    if node.because is not None:
        desk.because(node.because, "approval", node.name.text)
        desk.labels.label("approve", (node.name.text,), node.because.value)
    for _person, rate in node.limits:
        rate_of(rate, desk)
    return _later(node, node.name, [_when(node.when, desk)], days)


def _when(condition: Expression, desk: Desk) -> Typed | None:
    return desk.condition(condition, _deal(desk, "an approval"))


def _deal(desk: Desk, where: str) -> View:
    """Return the view on a priced deal: its line, its quote and who it is with."""
    names: dict[str, Kind] = {
        "line": line_record(desk.currency), "quote": quote_record(desk.currency), "customer": desk.customer, "quantity": Quantity(),
    }  # fmt: skip
    return View(names, where)

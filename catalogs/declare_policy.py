"""Agreements and limits of selling: contracts, entitlements, floors, approvals and delegations."""

from __future__ import annotations

from collections.abc import Iterator

from catalogs.desk import Desk, View
from catalogs.money import money_of, rate_of
from catalogs.policy import Approval, Authority, Contract, ContractTerm, Delegation, Entitlement, Floor, Grant
from catalogs.records import line_record, quote_record
from catalogs.targets import aim_of, find_target, is_text
from rules import declarations as d
from rules import policies as p
from rules.diagnostics import did_you_mean
from rules.kinds import Kind, Quantity
from rules.typed import Typed


def declare_contracts(desk: Desk) -> tuple[Contract, ...]:
    """Return the contracts, sorted by name."""
    found = [one for node in desk.declared.of(d.ContractDeclaration) if (one := _contract(node, desk))]
    return tuple(sorted(found, key=lambda one: one.name))


def _contract(node: d.ContractDeclaration, desk: Desk) -> Contract | None:
    name = node.name.text
    label = desk.labels.label("contract", (name,), node.label.value if node.label else None)
    days = desk.only_days(node.modifiers, "contract")
    who = desk.condition(node.who, View({"customer": desk.customer}, "a contract"))
    if not node.terms:
        desk.report.error("no-terms", node.name.span, f"the contract {name} agrees to nothing")
    terms = tuple(term for one in node.terms if (term := _term(one, desk)))
    return None if who is None else Contract(name, label, who, terms, days, node.name.span)


def _term(node: d.ContractTerm, desk: Desk) -> ContractTerm | None:
    target = find_target(node.target, desk)
    rate = rate_of(node.value, desk) if node.kind == "discount" else None
    price = money_of(node.value, desk) if node.kind == "price" else None
    if node.kind == "price" and target is not None and is_text(target):
        desk.report.error("price-of-text", node.span, "a text has no price of its own")
    if target is None or (rate is None and price is None):
        return None
    return ContractTerm(aim_of(target), price, rate, node.span)


def declare_entitlements(desk: Desk) -> tuple[Entitlement, ...]:
    """Return the entitlements, sorted by name."""
    found = [one for node in desk.declared.of(p.EntitleDeclaration) if (one := _entitlement(node, desk))]
    return tuple(sorted(found, key=lambda one: one.name))


def _entitlement(node: p.EntitleDeclaration, desk: Desk) -> Entitlement | None:
    days = desk.only_days(node.modifiers, "entitlement")
    who = None
    if node.who is not None:
        who = desk.condition(node.who, View({"customer": desk.customer}, "an entitlement"))
    if not node.grants:
        desk.report.error("no-grants", node.name.span, f"the entitlement {node.name.text} says nothing")
    grants = tuple(grant for one in node.grants if (grant := _grant(one, desk)))
    if node.who is not None and who is None:
        return None
    return Entitlement(node.name.text, who, grants, days, node.name.span)


def _grant(node: p.Grant, desk: Desk) -> Grant | None:
    target = find_target(node.path, desk)
    if node.up_to is not None and (node.up_to < 1 or not node.allowed or "buy" not in node.verbs):
        desk.report.error("bad-limit", node.span, "only `may buy` has a limit, of 1 or more")
    where: Typed | None = None
    if target is not None and node.where is not None:
        where = desk.condition(node.where, View(target.product.record.fields, "an entitlement"))
    if target is None or (node.where is not None and where is None):
        return None
    return Grant(node.allowed, frozenset(node.verbs), aim_of(target), where, node.up_to, node.span)


def declare_floors(desk: Desk) -> tuple[Floor, ...]:
    """Return the floors, sorted by name."""
    found = [one for node in desk.declared.of(p.FloorDeclaration) if (one := _floor(node, desk))]
    return tuple(sorted(found, key=lambda one: one.name))


def _floor(node: p.FloorDeclaration, desk: Desk) -> Floor | None:
    name = node.name.text
    days = desk.only_days(node.modifiers, "floor")
    desk.because(node.because, "floor", name)
    because = desk.labels.label("floor", (name,), node.because.value)
    condition = desk.condition(node.condition, _deal(desk, "a floor"))
    return None if condition is None else Floor(name, condition, because, days, node.name.span)


def declare_approvals(desk: Desk) -> tuple[Approval, ...]:
    """Return the approvals, sorted by name."""
    found = [one for node in desk.declared.of(p.ApproveDeclaration) if (one := _approval(node, desk))]
    return tuple(sorted(found, key=lambda one: one.name))


def _approval(node: p.ApproveDeclaration, desk: Desk) -> Approval | None:
    name = node.name.text
    days = desk.only_days(node.modifiers, "approval")
    if node.because is not None:
        desk.because(node.because, "approval", name)
    because = desk.labels.label("approve", (name,), node.because.value if node.because else None)
    limits = tuple(_limits(node, desk))
    when = desk.condition(node.when, _deal(desk, "an approval"))
    if when is None:
        return None
    by = tuple(dict.fromkeys(one.text for one in node.by))
    return Approval(name, when, node.mode, by, limits, because, days, node.name.span)


def _limits(node: p.ApproveDeclaration, desk: Desk) -> Iterator[Authority]:
    """Yield how far each person may go alone, once for each product family that is named."""
    seen: set[tuple[str, str | None]] = set()
    for limit in node.limits:
        rate = rate_of(limit.rate, desk)
        families = [desk.component(name, sellable=True) for name in limit.on]
        names = [component.name for component in families if component] if limit.on else [None]
        for family in names:
            key = (limit.person.value, family)
            if key in seen:
                what = f"on {family}" if family else "on everything"
                message = f"{limit.person.value} has two limits {what}"
                desk.report.error("repeated-limit", limit.span, message, "keep one of the two")
            seen.add(key)
            if rate is not None:
                yield Authority(limit.person.value, rate, family)


def declare_delegations(desk: Desk) -> tuple[Delegation, ...]:
    """Return who may agree in whose place, sorted by role and first day; a delegation ends."""
    roles = {name.text for node in desk.declared.of(p.ApproveDeclaration) for name in node.by}
    found = [_delegation(node, roles, desk) for node in desk.declared.of(p.DelegateDeclaration)]
    return tuple(sorted(found, key=lambda one: (one.role, str(one.effectivity.start or ""), one.by)))


def _delegation(node: p.DelegateDeclaration, roles: set[str], desk: Desk) -> Delegation:
    role = node.role.text
    days = desk.only_days(node.modifiers, "delegation")
    if role not in roles and not desk.declared.unread:
        hint = did_you_mean(role, roles) or "a role is named behind `by` in an approval"
        desk.report.error("unknown-role", node.role.span, f"no approval asks {role}", hint)
    if days.end is None:
        message = f"the delegation of {role} has no last day"
        desk.report.error("delegation-without-end", node.role.span, message, "add: until 2026-12-31")
    if not node.person.value.strip():
        desk.report.error("empty-person", node.person.span, "a delegation names the person who agrees instead")
    return Delegation(role, node.person.value, days, node.role.span)


def _deal(desk: Desk, where: str) -> View:
    """Return the view on a priced deal: its line, its quote and who it is with."""
    names: dict[str, Kind] = {
        "line": line_record(desk.currency), "quote": quote_record(desk.currency), "customer": desk.customer, "quantity": Quantity(),
    }  # fmt: skip
    return View(names, where)

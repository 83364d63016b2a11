"""Promotions, what they consume and give, and the groups in which they stand beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalogs.circles import find_circles
from catalogs.desk import Desk, View
from catalogs.money import money_of, rate_of
from catalogs.policy import Give, Promotion, PromotionAim, PromotionGroup
from catalogs.records import quote_record
from catalogs.targets import aim_of, find_target
from rules import policies as p
from rules.diagnostics import did_you_mean
from rules.kinds import Kind
from rules.syntax import Name


def declare_promotions(desk: Desk) -> tuple[Promotion, ...]:
    """Return the promotions, sorted by name."""
    groups = {node.name.text for node in desk.declared.of(p.GroupDeclaration)}
    found = [one for node in desk.declared.of(p.PromotionDeclaration) if (one := _promotion(node, groups, desk))]
    return tuple(sorted(found, key=lambda one: one.name))


def _promotion(node: p.PromotionDeclaration, groups: set[str], desk: Desk) -> Promotion | None:
    name = node.name.text
    label = desk.labels.label("promotion", (name,), node.label.value if node.label else None)
    days = desk.only_days(node.modifiers, "promotion")
    on, need = _aims(node.on, desk), _aims(node.need, desk)
    when = None
    if node.when is not None:
        view = View({"customer": desk.customer, "quote": quote_record(desk.currency)}, "the `when` of a promotion")
        when = desk.condition(node.when, view)
    give = _gift(node, desk)
    _check_head(node, desk)
    if node.group is not None:
        _check_group(node.group, groups, desk)
    budget = money_of(node.budget, desk) if node.budget else None
    if on is None or need is None or give is None or (node.when is not None and when is None):
        return None
    limits = {per: count for count, per in node.limits}
    return Promotion(
        name, label, node.coupon.value if node.coupon else None, on, need, when, give,
        limits.get("quote"), limits.get("customer"), limits.get("promotion"), budget,
        node.group.text if node.group else None, node.priority or 0, days, node.name.span,
    )  # fmt: skip


def _check_head(node: p.PromotionDeclaration, desk: Desk) -> None:
    """Note a coupon without a code, and limits that let nobody have it or are there twice."""
    if node.coupon is not None and not node.coupon.value.strip():
        desk.report.error("empty-coupon", node.coupon.span, "a coupon needs a code")
    if any(count < 1 for count, _per in node.limits):
        message = f"the promotion {node.name.text} is limited to less than once"
        desk.report.error("bad-limit", node.name.span, message)
    for per in ("quote", "customer", "promotion"):
        if sum(one == per for _count, one in node.limits) > 1:
            message = f"the promotion {node.name.text} has two limits per {per}"
            desk.report.error("bad-limit", node.name.span, message, "keep one of the two")


def _gift(node: p.PromotionDeclaration, desk: Desk) -> Give | None:
    """Return what is given; None, with a diagnostic, where it makes no sense."""
    up_to = money_of(node.up_to, desk) if node.up_to else None
    if node.give_free is not None:
        free = _aim(node.give_free, desk)
        return None if free is None else Give(free=free, up_to=up_to)
    if node.give_price is not None:
        if not node.on:
            message = f"the promotion {node.name.text} does not say what its price is for"
            desk.report.error("no-target", node.name.span, message, "add a line with `on`")
        price = money_of(node.give_price, desk)
        return None if price is None else Give(price=price, up_to=up_to)
    if node.give is None:
        return None
    if node.give.unit == "%":
        rate = rate_of(node.give, desk)
        return None if rate is None else Give(rate=rate, up_to=up_to)
    amount = money_of(node.give, desk)
    return None if amount is None else Give(amount=amount, up_to=up_to)


def _aims(nodes: Sequence[p.PromotionTarget], desk: Desk) -> tuple[PromotionAim, ...] | None:
    found = [_aim(node, desk) for node in nodes]
    sound = tuple(aim for aim in found if aim is not None)
    return sound if len(sound) == len(found) else None


def _aim(node: p.PromotionTarget, desk: Desk) -> PromotionAim | None:
    """Return a target of a promotion; its condition sees what the path leads to, and the customer."""
    target = find_target(node.path, desk)
    if target is None:
        return None
    where = None
    if node.where is not None:
        fields: dict[str, Kind] = {**target.holder.record.fields, "customer": desk.customer}
        where = desk.condition(node.where, View(fields, "a promotion"))
        if where is None:
            return None
    return PromotionAim(node.quantity, aim_of(target), where, node.span)


def _check_group(name: Name, groups: Iterable[str], desk: Desk) -> None:
    if name.text not in groups and name.text not in desk.declared.unread:
        hint = did_you_mean(name.text, groups)
        desk.report.error("unknown-group", name.span, f"there is no group {name.text}", hint)


def declare_groups(desk: Desk) -> tuple[PromotionGroup, ...]:
    """Return the groups of promotions, sorted by name; none may come after itself."""
    nodes = {node.name.text: node for node in reversed(desk.declared.of(p.GroupDeclaration))}
    uses = {name: [after.text for after in node.after] for name, node in nodes.items()}
    for node in nodes.values():
        for after in node.after:
            _check_group(after, nodes, desk)
    for circle in find_circles(uses):
        message = f"{circle.way[0]} would come after itself: {' after '.join(circle.way)}"
        desk.report.error("group-circle", nodes[circle.way[0]].name.span, message)
    found = [
        PromotionGroup(name, node.mode, node.per or "quote", tuple(uses[name]), node.name.span)
        for name, node in nodes.items()
    ]
    return tuple(sorted(found, key=lambda one: one.name))

"""Components and products: options, parts, derived values and sections."""

from __future__ import annotations

from collections.abc import Iterator

from catalogs.circles import find_circles
from catalogs.declare_types import Domain, misfit, read_type
from catalogs.desk import Desk, View, roots_in
from catalogs.model import Component, Let, NumberRange, Option, Part, Section
from rules import declarations as d
from rules import syntax as s
from rules.diagnostics import Span, did_you_mean
from rules.kinds import Collection, Day, Enumeration, Kind, Money, Quantity, Record, Scalar, Textual, Truth
from rules.typed import Typed

MOST_INSTANCES = 1_000


def declare_components(desk: Desk) -> None:
    """Put every component on the desk, each after the components of its parts."""
    nodes: dict[str, d.ComponentDeclaration] = {}
    for node in desk.declared.of(d.ComponentDeclaration):
        nodes.setdefault(node.name.text, node)
    uses = {name: [p.component.text for p in _parts(node)] for name, node in nodes.items()}
    _check_part_circles(nodes, uses, desk)
    waiting = sorted(nodes, reverse=True)
    under_way: set[str] = set()
    while waiting:
        name = waiting[-1]
        first = [other for other in uses[name] if other in nodes and other not in desk.components]
        if name in desk.components:
            waiting.pop()
        elif first and name not in under_way:
            under_way.add(name)
            waiting += [other for other in first if other not in under_way]
        else:
            waiting.pop()
            desk.components[name] = _component(nodes[name], desk)
    _check_instances(desk, nodes)


def _parts(node: d.ComponentDeclaration) -> Iterator[s.PartDeclaration]:
    return (member for member in node.members if isinstance(member, s.PartDeclaration))


def _check_part_circles(nodes: dict[str, d.ComponentDeclaration], uses: dict[str, list[str]], desk: Desk) -> None:
    """Note every component that is part of itself; the parts in the circle are taken out."""
    for circle in find_circles(uses):
        first = circle.way[0]
        part = next(p for p in _parts(nodes[first]) if p.component.text == circle.way[1])
        message = f"{first} would be a part of itself: {' has '.join(circle.way)}"
        desk.report.error("part-circle", part.component.span, message)
        for name in circle.tangle:
            desk.clouded.update(p.name.text for p in _parts(nodes[name]) if p.component.text in circle.tangle)
            uses[name] = [used for used in uses[name] if used not in circle.tangle]


def _component(node: d.ComponentDeclaration, desk: Desk) -> Component:
    name = node.name.text
    _check_member_names(node, desk)
    fields: dict[str, Kind] = {}
    options = tuple(_options(node, fields, desk))
    parts = tuple(_part_instances(node, fields, desk))
    record = Record(name, fields)
    desk.records[name] = record
    lets = tuple(_lets(node, fields, desk))
    modifiers = node.modifiers
    if modifiers is not None and modifiers.replaced_by is not None:
        desk.report.error("modifier-not-here", modifiers.replaced_by.span, f"a {node.kind} cannot have `replaced by`")
    return Component(
        name=name,
        label=desk.labels.label(node.kind, (name,), node.label.value if node.label else None),
        sellable=node.kind == "product",
        options=options,
        parts=parts,
        lets=lets,
        sections=_sections(node, desk),
        effectivity=desk.effectivity(modifiers),
        renamed_from=tuple(old.text for old in modifiers.renamed_from) if modifiers else (),
        retired=bool(modifiers and modifiers.retired),
        picture=desk.sources.picture(modifiers.picture) if modifiers and modifiers.picture else None,
        record=record,
        span=node.name.span,
    )


def _check_member_names(node: d.ComponentDeclaration, desk: Desk) -> None:
    first: dict[str, Span] = {}
    for member in node.members:
        if isinstance(member, (s.OptionDeclaration, s.PartDeclaration, s.LetDeclaration)):
            name = member.name
            if name.text in first:
                related = ((first[name.text], "the other one"),)
                message = f"{node.name.text} has two members called {name.text}"
                desk.report.error("duplicate-member", name.span, message, related=related)
            first.setdefault(name.text, name.span)


def _options(node: d.ComponentDeclaration, fields: dict[str, Kind], desk: Desk) -> Iterator[Option]:
    for member in node.members:
        if not isinstance(member, s.OptionDeclaration):
            continue
        option = _option(member, node.name.text, desk)
        if option is None:
            desk.clouded.add(member.name.text)
        else:
            fields[member.name.text] = option.kind
            yield option


def _option(node: s.OptionDeclaration, owner: str, desk: Desk) -> Option | None:
    name = node.name.text
    changed = node.modifiers
    typing = read_type(node.type, f"{owner}.{name}", desk)
    label = desk.labels.label("option", (owner, name), node.label.value if node.label else None)
    days = desk.effectivity(changed)
    if changed is not None and changed.replaced_by is not None:
        desk.report.error("modifier-not-here", changed.replaced_by.span, "an option cannot have `replaced by`")
    picture = desk.sources.picture(changed.picture) if changed and changed.picture else None
    if typing is None:
        return None
    kind, domain = typing.kind, typing.domain
    if isinstance(kind, (Day, Money)) or (isinstance(kind, Quantity) and not isinstance(domain, NumberRange)):
        message = "an option is a list of choices, a range of numbers, yes/no or text"
        desk.report.error("not-an-option", node.type.span, message, "give the numbers as a range: 1 .. 10 step 1 m")
        return None
    return Option(
        name=name,
        label=label,
        kind=kind,
        domain=domain,
        default=_default(node, kind, domain, desk),
        effectivity=days,
        renamed_from=tuple(old.text for old in changed.renamed_from) if changed else (),
        retired=bool(changed and changed.retired),
        picture=picture,
        span=node.name.span,
    )


def _default(node: s.OptionDeclaration, kind: Kind, domain: Domain, desk: Desk) -> Scalar | None:
    if node.default is None:
        return None
    value = desk.constant(node.default, kind)
    why = "" if value is None else misfit(domain, value)
    if why:
        desk.report.error("outside-domain", node.default.span, why)
    return value


def _part_instances(node: d.ComponentDeclaration, fields: dict[str, Kind], desk: Desk) -> Iterator[Part]:
    for member in _parts(node):
        name = member.name.text
        label = desk.labels.label("part", (node.name.text, name), member.label.value if member.label else None)
        target = desk.component(member.component) if name not in desk.clouded else None
        if target is None:
            desk.clouded.add(name)
            continue
        if member.high <= MOST_INSTANCES:
            fields[name] = Collection(target.record, member.low, member.high)
        else:
            desk.clouded.add(name)
        yield Part(name, label, target.name, member.low, member.high, member.name.span)


def _check_instances(desk: Desk, nodes: dict[str, d.ComponentDeclaration]) -> None:
    """Note every part through which a component can have more instances than anybody can configure."""
    sizes: dict[str, int] = {}
    for name, component in desk.components.items():
        sizes[name] = 1
        for part in component.parts:
            sizes[name] += part.high * sizes.get(part.component, 1)
            if part.high > MOST_INSTANCES or sizes[name] > MOST_INSTANCES + 1:
                span = next(p.span for p in _parts(nodes[name]) if p.name.text == part.name)
                message = f"a {name} could have more than {MOST_INSTANCES} instances of parts"
                desk.report.error("too-many-instances", span, message)
                desk.clouded.add(part.name)
                sizes[name] = 1


def _lets(node: d.ComponentDeclaration, fields: dict[str, Kind], desk: Desk) -> Iterator[Let]:
    """Yield the derived values, each after those it uses; their kinds are added to the fields."""
    nodes: dict[str, s.LetDeclaration] = {}
    for member in node.members:
        if isinstance(member, s.LetDeclaration):
            nodes.setdefault(member.name.text, member)
    names = nodes.keys()
    uses = {name: sorted(roots_in(let.value) & names) for name, let in nodes.items()}
    for circle in find_circles(uses):
        message = f"{circle.way[0]} would be derived from itself: {' needs '.join(circle.way)}"
        desk.report.error("let-circle", nodes[circle.way[0]].name.span, message)
        desk.clouded |= circle.tangle
    done: dict[str, Let | None] = {}
    for name in _in_order(nodes, uses):
        done[name] = _let(nodes[name], fields, node.name.text, desk)
        if done[name] is None:
            desk.clouded.add(name)
    yield from (let for name in nodes if (let := done[name]) is not None)


def _in_order(nodes: dict[str, s.LetDeclaration], uses: dict[str, list[str]]) -> list[str]:
    order: dict[str, None] = {}
    waiting = [(name, False) for name in reversed(nodes)]
    entered: set[str] = set()
    while waiting:
        name, ready = waiting.pop()
        if ready:
            order[name] = None
        elif name not in entered:
            entered.add(name)
            waiting.append((name, True))
            waiting += [(used, False) for used in uses[name] if used not in entered]
    return list(order)


def _let(node: s.LetDeclaration, fields: dict[str, Kind], owner: str, desk: Desk) -> Let | None:
    name = node.name.text
    label = desk.labels.label("let", (owner, name), node.label.value if node.label else None)
    value: Typed | None = None
    if name not in desk.clouded:
        value = desk.typed(node.value, View(fields, "a derived value"))
    if value is None:
        return None
    if not isinstance(value.kind, (Truth, Quantity, Money, Enumeration, Textual, Day)):
        desk.report.error("not-a-value", node.value.span, "a derived value is one value, not a record or its instances")
        return None
    fields[name] = value.kind
    return Let(name, label, value, node.name.span)


def _sections(node: d.ComponentDeclaration, desk: Desk) -> tuple[Section, ...]:
    owner = node.name.text
    known = [
        member.name.text
        for member in node.members
        if isinstance(member, (s.OptionDeclaration, s.PartDeclaration, s.LetDeclaration))
    ]
    placed: dict[str, Span] = {}
    found: list[Section] = []
    for member in node.members:
        if isinstance(member, s.Section):
            found.append(_section(member, None, owner, known, placed, desk))
        elif isinstance(member, s.Step):
            found += [_section(one, member.label, owner, known, placed, desk) for one in member.sections]
    return tuple(found)


def _section(
    node: s.Section, step: s.Text | None, owner: str, known: list[str], placed: dict[str, Span], desk: Desk
) -> Section:
    for name in node.names:
        if name.text not in known:
            hint = did_you_mean(name.text, known)
            desk.report.error("unknown-member", name.span, f"{owner} has no option or part {name.text}", hint)
        elif name.text in placed:
            related = ((placed[name.text], "the other place"),)
            desk.report.warn("in-two-sections", name.span, f"{name.text} stands in two places", related=related)
        placed.setdefault(name.text, name.span)
    label = desk.labels.section(owner, node.label.value)
    return Section(
        label, tuple(name.text for name in node.names), desk.labels.section(owner, step.value) if step else None
    )

"""Finds what a path of names stands for: a product, a part of it, an option or a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalogs.desk import Desk
from catalogs.model import ChoiceList, Component, Option
from catalogs.policy import Aim
from rules.naming import nearest
from rules.kinds import Scalar, Textual, Truth
from rules.syntax import Name


@dataclass(frozen=True, slots=True)
class Target:
    """What a path stands for. `path` leads through the parts of the product to `option`, where there is one.

    `holder` is the component at the end of the parts; `choice` the value of the option that is named.
    """

    product: Component
    path: tuple[str, ...]
    holder: Component
    option: Option | None = None
    choice: Scalar | None = None


@dataclass(frozen=True, slots=True)
class _Lost:
    """Where a path leads nowhere: at which name, and which names were possible there."""

    index: int
    known: tuple[str, ...]


def find_target(names: Sequence[Name], desk: Desk) -> Target | None:
    """Return what a path stands for; None, with a diagnostic, where it is nothing.

    The product comes first; it can be left out where only one product has such a path.
    """
    if not names or any(name.text in desk.clouded for name in names):
        return None
    first = names[0]
    named = desk.components.get(first.text)
    if named is not None and named.sellable:
        return _found(names, walk(named, [name.text for name in names[1:]], desk), 1, desk)
    if first.text in desk.declared.unread:
        return None
    products = [component for component in desk.components.values() if component.sellable]
    ways = [walk(product, [name.text for name in names], desk) for product in products]
    found = [way for way in ways if isinstance(way, Target)]
    if len(found) > 1:
        shown = " or ".join(f"{way.product.name}.{first.text}" for way in found)
        desk.report.error("ambiguous-target", first.span, f"several products have {first.text}", f"write {shown}")
        return None
    if found:
        return found[0]
    deepest = max((way for way in ways if isinstance(way, _Lost)), key=lambda way: way.index, default=_Lost(0, ()))
    if deepest.index == 0:
        deepest = _Lost(0, (*deepest.known, *(product.name for product in products)))
    return _found(names, deepest, 0, desk)


def _found(names: Sequence[Name], way: Target | _Lost, offset: int, desk: Desk) -> Target | None:
    if isinstance(way, Target):
        return way
    name = names[way.index + offset]
    before = ".".join(one.text for one in names[: way.index + offset])
    message = f"{before} has no {name.text}" if before else f"there is no product, option or part {name.text}"
    desk.report.error("unknown-target", name.span, message, nearest(name.text, way.known))
    return None


def walk(product: Component, names: Sequence[str], desk: Desk) -> Target | _Lost:
    """Follow names from a product through its parts to an option and a choice."""
    holder = product
    for index, name in enumerate(names):
        option = next((one for one in holder.options if one.name == name), None)
        if option is not None:
            path = tuple(names[: index + 1])
            rest = names[index + 1 :]
            if not rest:
                return Target(product, path, holder, option)
            choice = choice_of(option, rest[0])
            if choice is None or len(rest) > 1:
                return _Lost(index + 1 if choice is None else index + 2, _choices(option) if choice is None else ())
            return Target(product, path, holder, option, choice)
        part = next((one for one in holder.parts if one.name == name), None)
        if part is None:
            return _Lost(index, (*(o.name for o in holder.options), *(p.name for p in holder.parts)))
        holder = desk.components[part.component]
    return Target(product, tuple(names), holder)


def choice_of(option: Option, name: str) -> Scalar | None:
    """Return the value of an option that a name stands for, None where it stands for none."""
    if isinstance(option.kind, Truth):
        return {"yes": True, "no": False}.get(name)
    return name if name in _choices(option) else None


def _choices(option: Option) -> tuple[str, ...]:
    if isinstance(option.kind, Truth):
        return ("yes", "no")
    return option.domain.kind.choices if isinstance(option.domain, ChoiceList) else ()


def aim_of(target: Target) -> Aim:
    """Return what a path stands for as declarations keep it."""
    return Aim(target.product.name, target.path, target.choice)


def is_text(target: Target) -> bool:
    """Say whether a path leads to a text."""
    return target.option is not None and isinstance(target.option.kind, Textual)

"""What a customer sees, prices and buys, item by item, with the entitlement behind every yes and no."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from catalogs.marks import Label
from catalogs.model import Catalog, Option
from catalogs.policy import Grant
from configurator.boxes import Boxes, boxes_of
from configurator.expressions import mentions, with_constants
from configurator.model import Model, Variable
from quotes.answer_options import said, spelled
from quotes.entitlement import Entitled, names_of
from quotes.pricing.entitlements import VERBS, Held, Rights, Verb, written_aim
from quotes.pricing.scope import Names
from rules.diagnostics import Span
from rules.kinds import Scalar

Answer = Literal["yes", "no", "sometimes"]


@dataclass(frozen=True, slots=True)
class Because:
    """The grant behind an answer: the entitlement's name, its place and how it is written."""

    entitlement: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """Whether a verb is granted: always, never, or only in some configurations; because of what (empty: of nothing)."""

    verb: Verb
    answer: Answer
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A product, an option or a part of it, or a choice, by its path (``ebike.colour.gold``)."""

    path: str
    label: Label
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of what a path names may be bought."""

    path: str
    most: int
    because: Because


def entries(catalog: Catalog, rights: Rights | None, model: Model) -> Iterator[Entry]:
    """Yield what a customer is entitled to of one product: the product, its options and parts, and their choices."""
    desk = _Desk(catalog, rights, model)
    yield Entry(model.product, catalog.component(model.product).label, tuple(desk.product(verb) for verb in VERBS))
    told: set[Names] = set()
    for variable in model.variables:
        names = names_of(variable)
        if names in told:
            continue
        told.add(names)
        path = ".".join((model.product, *names))
        yield Entry(path, variable.origin.label, tuple(desk.thing(verb, variable) for verb in VERBS))
        if isinstance(variable.origin, Option) and not variable.is_number and not variable.is_text:
            for value in variable.values:
                answers = tuple(desk.value(verb, variable, value) for verb in VERBS)
                yield Entry(f"{path}.{spelled(variable, value)}", said(variable, value), answers)


def quotas(catalog: Catalog, rights: Rights | None, product: str) -> tuple[Quota, ...]:
    """Return how many of a product, or of something in it, may be bought."""
    held = () if rights is None else rights.quotas(product)
    return tuple(Quota(written_aim(one.grant.aim), one.grant.up_to or 0, because(catalog, one)) for one in held)


def because(catalog: Catalog, held: Held) -> Because:
    """Return a grant as its file has it."""
    return Because(held.entitlement.name, held.grant.span, _written(catalog, held.grant))


def _written(catalog: Catalog, grant: Grant) -> str:
    span = grant.span
    lines = catalog.sources.get(span.file, "").split("\n")[span.line - 1 : span.end_line]
    return " ".join(line.strip() for line in lines)


class _Desk:
    """Judges one product for one customer."""

    def __init__(self, catalog: Catalog, rights: Rights | None, model: Model) -> None:
        self._catalog, self._rights, self._model = catalog, rights, model
        self._entitled = Entitled(model, rights)
        self._boxes: dict[Verb, Boxes] = {verb: boxes_of(model, self._entitled.conditions(verb)) for verb in VERBS}

    def product(self, verb: Verb) -> Said:
        if self._rights is None:
            return Said(verb, "yes", ())
        bars, grants = self._rights.bars(verb, self._model.product), self._rights.grants(verb, self._model.product)
        if self._boxes[verb].is_empty:
            against = (
                [one for one in bars if one.grant.where is None and not one.grant.aim.path] or [*bars] if grants else []
            )
            return self._said(verb, "no", against)
        always = _plain([one for one in grants if not one.grant.aim.path and one.grant.where is None])
        if always and not bars:
            return self._said(verb, "yes", always)
        return self._said(verb, "sometimes" if self._is_narrowed(verb) else "yes", [*(always or grants), *bars])

    def thing(self, verb: Verb, variable: Variable) -> Said:
        return self._judged(verb, variable, None)

    def value(self, verb: Verb, variable: Variable, value: Scalar) -> Said:
        return self._judged(verb, variable, value)

    def _judged(self, verb: Verb, variable: Variable, value: Scalar | None) -> Said:
        if self._rights is None:
            return Said(verb, "yes", ())
        names, product = names_of(variable), self._model.product
        bars = [one for one in self._rights.bars(verb, product) if self._excludes(one, variable, value)]
        grants = [
            one
            for one in self._rights.grants(verb, product)
            if one.covers(names, value) or (value is None and one.grant.aim.path == names)
        ]
        boxes = self._boxes[verb]
        out = boxes.is_empty or (value is not None and value not in boxes.masks.get(variable.path, variable.values))
        if out or not grants or any(one.grant.where is None and one.bars(names, value, present=True) for one in bars):
            return self._said(verb, "no", bars)
        always = _plain([one for one in grants if one.grant.where is None])
        partly = not always or bool(bars)
        return self._said(verb, "sometimes" if partly else "yes", [*(always or grants), *bars])

    def _excludes(self, held: Held, variable: Variable, value: Scalar | None) -> bool:
        """Say whether a bar speaks of an option or a value: by what it names, or by a condition that asks about it."""
        names = names_of(variable)
        if held.bars(names, value, present=True):
            return bool(held.grant.aim.path) or held.grant.where is None or self._asks(held, variable, value)
        return self._asks(held, variable, value)

    def _asks(self, held: Held, variable: Variable, value: Scalar | None) -> bool:
        if held.grant.aim.path or value is None:
            return False
        parts = [part for part in self._entitled.barred((held,)) if variable.path in mentions(part)]
        given = [boxes_of(self._model, [with_constants(part, {variable.path: value})]) for part in parts]
        return any(one.is_empty or one.masks or one.boxes or one.left for one in given)

    def _is_narrowed(self, verb: Verb) -> bool:
        boxes = self._boxes[verb]
        return bool(boxes.masks or boxes.boxes or boxes.left)

    def _said(self, verb: Verb, answer: Answer, held: Iterable[Held]) -> Said:
        return Said(verb, answer, tuple(dict.fromkeys(because(self._catalog, one) for one in held)))


def _plain(grants: list[Held]) -> list[Held]:
    """Leave out the grants that only set a quota where others grant the same without."""
    return [one for one in grants if one.grant.up_to is None] or grants

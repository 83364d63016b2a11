"""What a customer never sees of a product: everything that is told to him looks through this and leaves it out.

A value that only invisible configurations have does not exist for him: not as an excluded value, not in a hint, not
in the text of a rule. Whoever sells for him sees everything (`Veil` with no entitlements).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from catalogs.marks import Label
from catalogs.model import Catalog, Choice, ChoiceList, Component, NumberRange, Option, Part, Section
from configurator import ground
from configurator.assessment import OptionState
from configurator.expressions import conjuncts, mentions, satisfied
from configurator.model import Allowed, Configuration, Constraint, Model, Variable
from configurator.passes import children, mentioned
from configurator.restricted import ENTITLED
from quotes.entitlement import Entitled, names_of
from quotes.quote import OfferedSuggestion
from quotes.wishes import WishProblem
from rules.kinds import Scalar
from rules.typed import Compare, Constant, Rows, Typed, Within


@dataclass(frozen=True)
class Veil:
    """One customer's view of one product. `allowed` are the masks of what may be seen."""

    catalog: Catalog
    entitled: Entitled
    allowed: Allowed = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Say whether everything is seen."""
        return self.entitled.rights is None

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The variables that are never seen."""
        model, found = self.entitled.model, self.entitled.hidden()
        return found | {v.path for v in model.variables if not any(value in self._kept(v) for value in v.values)}

    @cached_property
    def values(self) -> Mapping[str, frozenset[Scalar]]:
        """The values that are never seen, of variables that are."""
        model = self.entitled.model
        found = {v.path: frozenset(v.values) - self._kept(v) for v in model.variables if v.path not in self.hidden}
        return {path: values for path, values in found.items() if values}

    def _kept(self, variable: Variable) -> frozenset[Scalar]:
        return self.allowed.get(variable.path, frozenset(variable.values))

    @cached_property
    def model(self) -> Model:
        """The model as the customer knows it, for reading what he writes and for what is shown; no engine has it."""
        full = self.entitled.model
        if self.is_open:
            return full
        seen = tuple(self._seen(variable) for variable in full.variables if variable.path not in self.hidden)
        missing = frozenset(path for path in full.missing if not self.entitled.hides(_names(path)))
        return replace(full, variables=seen, index={one.path: one for one in seen}, missing=missing)

    def _seen(self, variable: Variable) -> Variable:
        values = tuple(value for value in variable.values if value in self._kept(variable))
        numbers = [value for value in values if isinstance(value, Fraction)]
        origin = variable.origin
        match origin:
            case Part():
                origin = replace(origin, low=int(min(numbers)), high=int(max(numbers)))
            case Option(domain=ChoiceList() as domain):
                choices = tuple(
                    one for one in domain.choices if one.name in values or self._may_come(variable, one.name)
                )
                origin = replace(origin, domain=replace(domain, choices=choices))
            case Option(domain=NumberRange(step=step)):
                origin = replace(origin, domain=NumberRange(min(numbers), max(numbers), step))
        return replace(variable, values=values, origin=origin)

    def _may_come(self, variable: Variable, choice: str) -> bool:
        """Say whether a choice that is not in effect on the day could be seen if it were."""
        if choice in variable.values or self.entitled.hides(names_of(variable), choice):
            return False
        parts = (part for condition in self.entitled.conditions("see") for part in conjuncts(condition))
        return all(satisfied(part, {variable.path: choice}) for part in parts if mentions(part) == {variable.path})

    # --- what is told ---------------------------------------------------------------------------

    def option(self, state: OptionState) -> OptionState | None:
        """Return an option's state as the customer sees it."""
        if self.is_open:
            return state
        variable = self.model.index.get(state.variable.path)
        if variable is None:
            return None
        values = tuple(one for one in state.values if one.value in variable.values)
        return replace(state, variable=variable, values=values)

    def problem(self, problem: WishProblem) -> WishProblem:
        """Return a problem with a wish; neighbours of a number are not named where some are not seen."""
        path = problem.name.replace(" ", "")
        return replace(problem, hint="") if problem.code == "off-step" and path in self.values else problem

    def configuration(self, configuration: Configuration) -> dict[str, Scalar]:
        """Return a configuration without what is not seen."""
        return {path: value for path, value in configuration.items() if path not in self.hidden}

    def sections(self, sections: Iterable[Section]) -> tuple[Section, ...]:
        """Return the sections of the product that hold something seen."""
        if self.is_open:
            return tuple(sections)
        kept = (replace(one, names=tuple(n for n in one.names if not self.entitled.hides((n,)))) for one in sections)
        return tuple(one for one in kept if one.names)

    def parts(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        """Return the parts of the product that are seen, with as many instances as are."""
        known = {
            one.origin.name: one.origin
            for one in self.model.variables
            if not one.instance and isinstance(one.origin, Part)
        }
        return tuple(parts) if self.is_open else tuple(known[part.name] for part in parts if part.name in known)

    def speaks(self, *expressions: Typed | None) -> bool:
        """Say whether expressions over the ground model name something that is not seen."""
        return not self.is_open and any(self._speaks(one) for one in expressions if one is not None)

    def is_told(self, constraint: Constraint, *texts: str) -> bool:
        """Say whether a rule may be named as a reason; `texts` are what else is said with it."""
        if constraint.rule == ENTITLED:
            return False
        return not self.speaks(constraint.condition) and not self.names(constraint.because, constraint.rule, *texts)

    def _speaks(self, expression: Typed) -> bool:
        if mentioned(expression) & self.hidden:
            return True
        pending, seen = [expression], set[int]()
        while pending:
            node = pending.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            paths = [path for path in mentioned(node) if path in self.values]
            spoken = set(_constants(node)) if paths else set[Scalar]()
            if any(spoken & self.values[path] for path in paths) or any(map(self._is_about_unseen, _atoms(node))):
                return True
            pending += children(node)
        return False

    def _is_about_unseen(self, atom: Typed) -> bool:
        """Say whether a condition on one variable tells only values apart that are not seen: ``height > 300 mm``."""
        paths = mentioned(atom)
        if len(paths) != 1 or not paths <= self.values.keys():
            return False
        (path,) = paths
        seen = {satisfied(atom, {path: value}) for value in self.model.variable(path).values}
        return len(seen) == 1 and any({satisfied(atom, {path: value})} != seen for value in self.values[path])

    def names(self, *texts: Label | str) -> bool:
        """Say whether texts, in any language, name something that is not seen."""
        if self._words is None:
            return False
        read = (
            part
            for one in texts
            for part in ((one,) if isinstance(one, str) else (one.text, *one.translations.values()))
        )
        return any(self._words.search(text) for text in read)

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        if self.is_open:
            return None
        unseen, seen = set[str](), set[str]()
        for words, is_seen in self._vocabulary():
            (seen if is_seen else unseen).update(word.casefold() for word in words if word.strip())
        left = sorted(unseen - seen, key=lambda word: (-len(word), word))
        if not left:
            return None
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, left))})(?![^\W_])", re.IGNORECASE)

    def _vocabulary(self) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Yield what products, options, parts and choices are called, and whether each of them is seen."""
        rights = self.entitled.rights
        for product in self.catalog.products:
            yield (product.name, *_texts(product.label)), rights is None or rights.sees(product.name)
        for variable in self.entitled.model.variables:
            is_seen = variable.path not in self.hidden
            yield (variable.origin.name, *_texts(variable.origin.label)), is_seen
            if isinstance(variable.origin, Part):
                yield _called(self.catalog, variable.origin.component), is_seen
            elif isinstance(variable.origin.domain, ChoiceList):
                kept = {choice.name for choice in _choices(self.model.index.get(variable.path))}
                for choice in variable.origin.domain.choices:
                    yield (choice.name, *_texts(choice.label)), choice.name in kept


def told_suggestions(catalog: Catalog, veil: Veil, found: Iterable[OfferedSuggestion]) -> tuple[OfferedSuggestion, ...]:
    """Return the suggestions that name nothing that is not seen."""
    if veil.is_open:
        return tuple(found)
    model = veil.entitled.model
    silent = {
        one.name
        for one in catalog.suggestions
        if one.on == model.product
        and (veil.names(one.because, one.name) or veil.speaks(ground(one.when, model), ground(one.offer, model)))
    }
    return tuple(one for one in found if one.name not in silent and not veil.names(one.reason))


def _choices(variable: Variable | None) -> Iterator[Choice]:
    if variable is not None and isinstance(variable.origin, Option) and isinstance(variable.origin.domain, ChoiceList):
        yield from variable.origin.domain.choices


def _called(catalog: Catalog, component: str) -> tuple[str, ...]:
    found: Component = catalog.component(component)
    return (found.name, *_texts(found.label))


def _texts(label: Label) -> tuple[str, ...]:
    return (label.text, *label.translations.values())


def _names(path: str) -> tuple[str, ...]:
    return tuple(step.partition("[")[0] for step in path.split("."))


def _atoms(node: Typed) -> Iterator[Typed]:
    """Yield the conditions that a node itself is: a comparison, a membership, the cells of a table."""
    match node:
        case Compare() | Within():
            yield node
        case Rows(columns=columns, rows=rows):
            for row in rows:
                yield from (Within(column, cell) for column, cell in zip(columns, row, strict=True))


def _constants(node: Typed) -> Iterator[Scalar]:
    """Yield the values that a node itself names."""
    match node:
        case Within(values=values):
            yield from values.singles
        case Rows(rows=rows):
            for row in rows:
                for cell in row:
                    yield from cell.singles
        case _:
            for child in children(node):
                if isinstance(child, Constant):
                    yield child.value

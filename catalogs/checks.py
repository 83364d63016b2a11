"""What must hold of a catalog as a whole: one free function per thing, all of them in CHECKS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from catalogs.circles import find_circles
from catalogs.marks import Effectivity
from catalogs.model import Catalog, Choice, ChoiceList, Component, Option
from catalogs.price_checks import (
    currencies_have_buyers, prices_can_be_reached, prices_do_not_overlap, products_have_base_prices,
)  # fmt: skip
from rules.diagnostics import Diagnostic, Span
from rules.naming import nearest

Check = Callable[[Catalog], Iterator[Diagnostic]]


def replacements_are_choices(catalog: Catalog) -> Iterator[Diagnostic]:
    """Replace a choice only by another choice of its list, and in the end by one that stays."""
    for choices in catalog.choices:
        names = {choice.name for choice in choices.choices}
        yield from _circles(choices)
        for choice in choices.choices:
            if choice.replaced_by is not None and choice.replaced_by not in names:
                message = f"{choices.name} has no choice {choice.replaced_by} that could replace {choice.name}"
                yield Diagnostic("unknown-replacement", choice.span, message, nearest(choice.replaced_by, names))


def _circles(choices: ChoiceList) -> Iterator[Diagnostic]:
    spans = {choice.name: choice.span for choice in choices.choices}
    uses = {c.name: (c.replaced_by,) for c in choices.choices if c.replaced_by is not None}
    for circle in find_circles(uses):
        message = f"{circle.way[0]} would be replaced by itself: {' by '.join(circle.way)}"
        yield Diagnostic("replacement-circle", spans[circle.way[0]], message)


def replaced_choices_end(catalog: Catalog) -> Iterator[Diagnostic]:
    """Give a choice that is replaced a last day, since before it nothing is replaced."""
    for choices in catalog.choices:
        for choice in choices.choices:
            if choice.replaced_by is not None and choice.effectivity.end is None:
                message = f"{choice.name} is replaced by {choice.replaced_by}, but can be chosen for ever"
                yield Diagnostic(
                    "replaced-for-ever", choice.span, message, "add `until` and its last day", severity="warning"
                )


def old_names_are_free(catalog: Catalog) -> Iterator[Diagnostic]:
    """Keep a former name for one thing only, and for nothing that is there now."""
    for choices in catalog.choices:
        yield from _old_names({c.name: c for c in choices.choices}, f"{choices.name} has a choice")
    yield from _old_names({c.name: c for c in catalog.components}, "the catalog has a component")
    for component in catalog.components:
        yield from _old_names({o.name: o for o in component.options}, f"{component.name} has an option")


def _old_names(things: Mapping[str, Choice | Component | Option], there: str) -> Iterator[Diagnostic]:
    former: dict[str, Span] = {}
    for name, thing in things.items():
        for old in thing.renamed_from:
            if old in things:
                yield Diagnostic("old-name-in-use", thing.span, f"{name} cannot have been {old}, since {there} {old}")
            elif old in former:
                related = ((former[old], "the other one"),)
                yield Diagnostic("old-name-twice", thing.span, f"two things cannot both have been {old}", "", related)
            former.setdefault(old, thing.span)


def defaults_can_be_chosen(catalog: Catalog) -> Iterator[Diagnostic]:
    """Let a default be in effect at some time at which its option is."""
    for component in catalog.components:
        for option in component.options:
            if not isinstance(option.domain, ChoiceList):
                continue
            for choice in option.domain.choices:
                if choice.name == option.default and not _meet(choice.effectivity, option.effectivity):
                    message = f"the default {choice.name} of {option.name} can be chosen on none of its days"
                    yield Diagnostic("default-never", option.span, message, severity="warning")


def taxes_do_not_overlap(catalog: Catalog) -> Iterator[Diagnostic]:
    """On no day two rates of one category hold for the same product, unless customers tell them apart."""
    for first, second in combinations(catalog.taxes, 2):
        if first.category != second.category or (first.when is None) != (second.when is None):
            continue
        same = first.when == second.when and bool(first.on) == bool(second.on)
        shared = not first.on or bool(set(first.on) & set(second.on))
        if same and shared and _meet(first.effectivity, second.effectivity):
            one, other = sorted((first, second), key=lambda tax: tax.span)
            message = f"there is another rate of {second.category} on some of these days"
            yield Diagnostic("taxes-overlap", other.span, message, "", ((one.span, "the other rate"),))


def tests_name_known_customers(catalog: Catalog) -> Iterator[Diagnostic]:
    """A test that names a customer names one of customers.csv."""
    known = {customer.id for customer in catalog.customers}
    for test in catalog.tests:
        if test.customer_id is not None and test.customer_id not in known:
            message = f"there is no customer {test.customer_id} in customers.csv"
            yield Diagnostic("unknown-customer", test.span, message, nearest(test.customer_id, known))


def tests_expect_what_is_on_their_product(catalog: Catalog) -> Iterator[Diagnostic]:
    """A test expects a suggestion that is made on its product."""
    made = {one.name: one.on for one in catalog.suggestions}
    for test in catalog.tests:
        for expect in test.expects:
            if expect.kind == "suggest" and made.get(expect.name or "", test.on) != test.on:
                message = f"{expect.name} is suggested on {made[expect.name or '']}, not on {test.on}"
                yield Diagnostic("other-product", expect.span, message)


def _meet(one: Effectivity, other: Effectivity) -> bool:
    return (one.start is None or other.end is None or one.start <= other.end) and (
        other.start is None or one.end is None or other.start <= one.end
    )


CHECKS: tuple[Check, ...] = (
    replacements_are_choices,
    replaced_choices_end,
    old_names_are_free,
    defaults_can_be_chosen,
    prices_do_not_overlap,
    taxes_do_not_overlap,
    tests_name_known_customers,
    tests_expect_what_is_on_their_product,
)

LATER: tuple[Check, ...] = (prices_can_be_reached, products_have_base_prices, currencies_have_buyers)
"""What is looked at only where nothing is wrong: prices that are missing since their rows have mistakes are echoes."""

"""A configuration as a quote tells it: options with labels and authors, and what stands in the way of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from catalogs.marks import Label
from configurator import Configuration, Domains, Model, Variable
from configurator.conflict import Conflict
from configurator.engines.protocol import USUAL, Budget
from configurator.session import Session, is_unwritten
from quotes.answer_options import kind_of, said, spelled, unit_of
from quotes.pricing.labels import joined
from quotes.quote import ChosenOption
from quotes.veil import Veil
from rules.kinds import Scalar


def told_options(session: Session, configuration: Configuration, budget: Budget = USUAL) -> tuple[ChosenOption, ...]:
    """Return every option that has a value, in the order of the catalog; a text that is empty is left out.

    Where the budget ends before it is proved that rules and choices imply a value, the value is told as proposed.
    """
    domains = session.engine.valid_values(session.allowed, budget=budget)
    return tuple(
        _told(session, domains, variable, configuration[variable.path])
        for variable in session.model.variables
        if variable.path in configuration and configuration[variable.path] != ""
    )


def _told(session: Session, domains: Domains, variable: Variable, value: Scalar) -> ChosenOption:
    kind = kind_of(variable)
    return ChosenOption(
        path=variable.path,
        label=_label(session.model, variable),
        value=spelled(variable, value),
        value_label=Label(spelled(variable, value)) if kind == "number" else said(variable, value),
        unit=unit_of(variable),
        by=_author(session, domains, variable),
        kind=kind,
    )


def _author(session: Session, domains: Domains, variable: Variable) -> Literal["chosen", "implied", "proposed"]:
    if session.chosen(variable.path) is not None:
        return "chosen"
    settled = len(domains.values.get(variable.path, ())) == 1 and not domains.unsettled.get(variable.path)
    return "implied" if settled and not variable.is_text else "proposed"


def _label(model: Model, variable: Variable) -> Label:
    """Return the option's label, behind that of the instance it belongs to: ``Pannier bag 2: Size``."""
    return joined(": ".join, *_around(model, variable.instance), variable.origin.label)


def _around(model: Model, instance: str) -> Iterator[Label]:
    if not instance:
        return
    part, _, index = instance.rstrip("]").rpartition("[")
    count = model.variable(f"count({part})")
    yield from _around(model, count.instance)
    number = str(int(index) + 1)
    label = count.origin.label
    yield Label(
        f"{label.text} {number}", {language: f"{text} {number}" for language, text in label.translations.items()}
    )


def unwritten(session: Session, configuration: Configuration) -> tuple[str, ...]:
    """Return the text options that a rule wants written and nobody wrote."""
    return tuple(path for path, value in configuration.items() if is_unwritten(session, path, value))


def contradiction(session: Session, conflict: Conflict, veil: Veil) -> str:
    """Write a minimal conflict as a sentence: the choices, and the rules with their places, as far as they may be named."""
    choices = [
        f"{choice.path} = {spelled(session.model.variable(choice.path), choice.value)}" for choice in conflict.choices
    ]
    rules = dict.fromkeys(
        f"{one.because.read()} ({one.rule}, {one.span})" if one.span.file else one.because.read()
        for one in conflict.constraints
        if veil.is_told(one)
    )
    start = (
        f"{' and '.join(choices)} cannot stand together"
        if len(choices) > 1
        else f"{choices[0]} is not possible"
        if choices
        else "no configuration is valid"
    )
    return f"{start}: {' '.join(rules)}" if rules else start

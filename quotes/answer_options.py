"""The options of an answer: states and prices of values, long number ranges as runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from catalogs.marks import Label
from catalogs.model import ChoiceList, Option
from configurator.assessment import OptionState
from configurator.model import Configuration, Variable
from configurator.ranges import Range, runs
from configurator.session import model_value
from quotes.answer_shape import By, MoneyRange, OptionAnswer, OptionKind, State, ValueAnswer
from quotes.pricing.entitlements import Verb
from quotes.pricing.labels import value_label
from quotes.unit_prices import UnitPrices
from rules.kinds import Money, Quantity, Scalar, Truth
from rules.values import write

MANY = 100
"""Numbers with more values than this are listed as runs."""

Ranges = Mapping[str, Mapping[Scalar, Range]]

_BY: Mapping[str, By] = {
    "chosen": "user", "implied": "rules", "default": "default", "preference": "preference", "completion": "completion",
}  # fmt: skip


def option_answer(
    option: OptionState,
    prices: UnitPrices | None,
    ranges: Ranges,
    completion: Configuration | None,
    barred: Mapping[Scalar, tuple[Verb, ...]],
) -> OptionAnswer:
    """Return one option; what a completion adds is proposed by it, `barred` says what a customer may not do with values."""
    variable = option.variable
    state, value, by = _completed(option, completion)
    found = {} if prices is None else _money(prices, ranges.get(variable.path, {}))
    return OptionAnswer(
        variable.path,
        variable.origin.label,
        unit_of(variable),
        kind_of(variable),
        variable.instance,
        state,
        None if value is None else spelled(variable, value),
        by,
        tuple(_values(variable, value_states(option, completion), found, barred)),
        variable.origin.picture if isinstance(variable.origin, Option) else None,
    )


def spelled(variable: Variable, value: Scalar) -> str:
    """Write a value as in the catalog; a text that must be written, but is not yet, as ``…``."""
    return write(variable.kind, value)


def said(variable: Variable, value: Scalar) -> Label:
    """Return a value for people."""
    return (
        value_label(variable.origin, value) if isinstance(variable.origin, Option) else Label(spelled(variable, value))
    )


def kind_of(variable: Variable) -> OptionKind:
    """Say how a value is to be read."""
    if variable.is_text:
        return "text"
    if variable.is_number:
        return "number"
    return "truth" if isinstance(variable.kind, Truth) else "choice"


def unit_of(variable: Variable) -> str:
    """Return what stands beside a number: its unit or currency."""
    if isinstance(variable.kind, Money):
        return variable.kind.currency
    return variable.kind.unit if isinstance(variable.kind, Quantity) else ""


def value_states(option: OptionState, completion: Configuration | None) -> Mapping[Scalar, State]:
    """Return the states of an option's values as answered; with a completion the proposed value is the completion's."""
    variable = option.variable
    state, value, _ = _completed(option, completion)
    seen = None if value is None else model_value(variable, value)
    states: dict[Scalar, State] = {}
    for entry in option.values:
        now: State = "unsettled" if entry.state == "checking" else entry.state
        if now in {"open", "proposed"}:
            now = "proposed" if state == "proposed" and entry.value == seen else "open"
        states[entry.value] = now
    return states


def _completed(option: OptionState, completion: Configuration | None) -> tuple[State, Scalar | None, By | None]:
    if completion is None or option.state not in {"open", "proposed"}:
        return option.state, option.value, _BY.get(option.by)
    value = completion.get(option.variable.path)
    return ("open", None, None) if value is None else ("proposed", value, "completion")


def _money(prices: UnitPrices, ranges: Mapping[Scalar, Range]) -> Mapping[Scalar, MoneyRange]:
    known: dict[Fraction, int] = {}

    def net(amount: Fraction) -> int:
        if amount not in known:
            known[amount] = prices.net(amount)
        return known[amount]

    return {
        value: MoneyRange(net(found.low), net(found.high))
        for value, found in ranges.items()
        if found.low is not None and found.high is not None
    }


def _values(
    variable: Variable,
    states: Mapping[Scalar, State],
    prices: Mapping[Scalar, MoneyRange],
    barred: Mapping[Scalar, tuple[Verb, ...]],
) -> Iterator[ValueAnswer]:
    if variable.is_number and len(variable.values) > MANY:
        for run in runs(variable, states, lambda value: (states[value], prices.get(value), barred.get(value))):
            told = _run(variable, run[0], run[-1], states[run[0]], prices.get(run[0]))
            yield replace(told, barred=barred.get(run[0], ()))
        return
    pictures = _pictures(variable)
    for value, state in states.items():
        text, label = spelled(variable, value), said(variable, value)
        yield ValueAnswer(text, label, state, prices.get(value), pictures.get(value), barred.get(value, ()))


def _run(variable: Variable, first: Scalar, last: Scalar, state: State, price: MoneyRange | None) -> ValueAnswer:
    if first == last:
        return ValueAnswer(spelled(variable, first), said(variable, first), state, price)
    text = f"{spelled(variable, first)}..{spelled(variable, last)}"
    unit = unit_of(variable)
    return ValueAnswer(text, Label(f"{text} {unit}" if unit else text), state, price)


def _pictures(variable: Variable) -> Mapping[Scalar, str | None]:
    origin = variable.origin
    if not isinstance(origin, Option) or not isinstance(origin.domain, ChoiceList):
        return {}
    return {choice.name: choice.picture for choice in origin.domain.choices}

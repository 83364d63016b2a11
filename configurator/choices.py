"""Read choices from text, as people, files and addresses write them: ``bags[0].size`` and ``small``, exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from catalogs.model import Choice, ChoiceList, NumberRange, Option, Part, TextShape
from configurator.instances import count_path, join
from configurator.model import Model, Variable
from rules.diagnostics import did_you_mean
from rules.kinds import Quantity, Scalar
from rules.values import Misread, read, write_with_unit

_LONGEST_PATH = 300
_INSTANCE = re.compile(r"(?P<part>.*)\[(?P<index>[0-9]{1,9})\]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no choice: a stable code, a sentence, and where there is one, the fix.

    Codes: unknown-option, option-not-in-effect, unknown-instance, unknown-choice, choice-not-in-effect,
    out-of-range, off-step, text-too-short, text-too-long, text-mismatch, and those of `rules.values.read`.
    """

    code: str
    message: str
    hint: str = ""


def locate(model: Model, path: str) -> tuple[str | None, Problem | None]:
    """Return the path of a variable by a name someone wrote: spaces aside, an old name as the new one.

    ``bags`` is read as ``count(bags)``.
    """
    name = re.sub(r"\s+", "", path[: _LONGEST_PATH + 1])
    if len(name) > _LONGEST_PATH:
        return None, Problem("unknown-option", f"{name[:80]}… is longer than any name")
    for known in (name, count_path(name)):
        if known in model.index:
            return known, None
    renamed = _old_names(model).get(name)
    return (renamed, None) if renamed else (None, _not_there(model, name))


def read_choice(model: Model, path: str, text: str) -> tuple[Scalar | None, Problem | None]:
    """Read a value for a path: either the value or the problem with it is None.

    Numbers have the option's unit where none is written; of a text option the text itself is the
    value. An old name of a choice is read as the new one; a choice that is no longer in effect as
    the one that replaces it, where there is one in effect.
    """
    found, problem = locate(model, path)
    if found is None:
        return None, problem
    variable = model.variable(found)
    match variable.origin:
        case Option(domain=ChoiceList() as choices):
            return _choice(model, variable, choices, text.strip())
        case Option(domain=TextShape() as shape):
            return _text(variable, shape, text)
        case Option(domain=NumberRange(low=low, high=high, step=step)):
            return _number(variable, (low, high, step), text)
        case Part(low=low, high=high):
            return _number(variable, (Fraction(low), Fraction(high), Fraction(1)), text)
    value = read(variable.kind, text)
    return (None, _misread(value)) if isinstance(value, Misread) else (value, None)


def _old_names(model: Model) -> dict[str, str]:
    return {
        join(variable.instance, old): variable.path
        for variable in model.variables
        if isinstance(variable.origin, Option)
        for old in variable.origin.renamed_from
    }


def _not_there(model: Model, name: str) -> Problem:
    if name in model.missing:
        return Problem("option-not-in-effect", f"{name} cannot be chosen on {model.day}")
    outer = name
    while instance := _INSTANCE.match(outer):
        count = model.index.get(count_path(instance["part"]))
        if count is not None:
            most = max((int(value) for value in count.values if isinstance(value, Fraction)), default=0)
            if int(instance["index"]) >= most:
                last = f"; the last one is {instance['part']}[{most - 1}]" if most else ""
                message = f"there is no {instance['part']}[{int(instance['index'])}]: there are at most {most}{last}"
                return Problem("unknown-instance", message)
        outer = instance["part"]
    hint = did_you_mean(name, (*model.index, *_old_names(model)))
    return Problem("unknown-option", f"{model.product} has no option {name[:80]}", hint)


def _choice(model: Model, variable: Variable, choices: ChoiceList, text: str) -> tuple[Scalar | None, Problem | None]:
    current = {choice.name: choice for choice in choices.choices}
    old = {name: choice for choice in choices.choices for name in choice.renamed_from}
    choice = current.get(text) or old.get(text)
    if choice is None:
        hint = did_you_mean(text, (*(str(value) for value in variable.values), *old))
        return None, Problem("unknown-choice", f"{variable.path} has no choice {text[:80]}", hint)
    seen = set[str]()
    while choice.name not in variable.values and choice.replaced_by in current and choice.name not in seen:
        seen.add(choice.name)
        choice = current[choice.replaced_by]
    if choice.name in variable.values:
        return choice.name, None
    return None, _not_in_effect(model, variable, choice)


def _not_in_effect(model: Model, variable: Variable, choice: Choice) -> Problem:
    start, end = choice.effectivity.start, choice.effectivity.end
    if start is not None and model.day < start:
        when = f"it can be chosen from {start} on"
    elif end is not None:
        when = f"its last day was {end}"
    else:
        when = ""
    return Problem("choice-not-in-effect", f"{variable.path} = {choice.name} cannot be chosen on {model.day}", when)


def _number(
    variable: Variable, shape: tuple[Fraction, Fraction, Fraction], text: str
) -> tuple[Scalar | None, Problem | None]:
    value = read(variable.kind, text)
    if isinstance(value, Misread) or not isinstance(value, Fraction):
        return None, _misread(value) if isinstance(value, Misread) else Problem("kind-mismatch", "not a number")
    low, high, step = shape
    said = _said(variable, value)
    if not low <= value <= high:
        message = f"{variable.path} goes from {_said(variable, low)} to {_said(variable, high)}, not to {said}"
        return None, Problem("out-of-range", message)
    below = low + (value - low) // step * step
    if value != below:
        near = [_said(variable, number) for number in (below, below + step) if number <= high]
        message = (
            f"{variable.path} goes in steps of {_said(variable, step)} from {_said(variable, low)}, {said} is between"
        )
        return None, Problem("off-step", message, f"the nearest are {' and '.join(near)}")
    if value not in variable.values:
        return None, Problem("choice-not-in-effect", f"{variable.path} = {said} cannot be chosen")
    return value, None


def _said(variable: Variable, number: Fraction) -> str:
    return write_with_unit(variable.kind, number) if isinstance(variable.kind, Quantity) else str(number)


def _text(variable: Variable, shape: TextShape, text: str) -> tuple[Scalar | None, Problem | None]:
    length = len(text)
    if length > shape.longest:
        return None, Problem("text-too-long", f"{variable.path} has {length} characters, {shape.longest} at most")
    if not text and "" in variable.values:
        return text, None
    if length < shape.shortest:
        return None, Problem("text-too-short", f"{variable.path} has {length} characters, {shape.shortest} at least")
    if not text.isprintable():
        return None, Problem("text-mismatch", f"{variable.path} has a character that cannot be printed")
    # The loader refuses patterns that could take long, and the length is bounded by now.
    if shape.pattern is not None and re.fullmatch(shape.pattern, text) is None:
        return None, Problem("text-mismatch", f"{variable.path} does not match {shape.pattern}")
    return text, None


def _misread(misread: Misread) -> Problem:
    return Problem(misread.code, misread.message, misread.hint)

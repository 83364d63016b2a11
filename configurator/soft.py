"""What is soft: preferences with their weights and defaults; which of them can hold together.

The least total weight is given up; a default weighs 1. Between sets of equal weight, preferences
go before defaults, heavier before lighter ones, then catalog order decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from configurator.expressions import default_holds, environment, satisfied, with_constants
from configurator.lexicographic import Pin, Settled, broken, least
from configurator.model import Verdict
from configurator.session import Session, idle_texts, idle_value
from rules.kinds import Scalar
from rules.typed import Typed


@dataclass(frozen=True, slots=True)
class Soft:
    """A preference, or the default of the option `path`; a default holds where its option does not exist."""

    by: Literal["preference", "default"]
    condition: Typed
    weight: int
    path: str = ""


def softs(session: Session) -> tuple[Soft, ...]:
    """Return all that is soft for a session, the first to be kept first."""
    heaviest = sorted(session.model.preferences, key=lambda preference: -preference.weight)
    # Nobody writes a text to please a preference: texts that no rule asks about stay as they are.
    idle = idle_texts(session)
    preferences = [Soft("preference", with_constants(one.condition, idle), one.weight) for one in heaviest]
    return (*preferences, *_defaults(session))


def settle(settled: Settled, wishes: Sequence[Soft]) -> tuple[Settled, tuple[Soft, ...], Verdict]:
    """Keep as much as can be kept: what is settled then, the wishes that hold, and a configuration.

    The verdict's value is the weight given up.
    """
    all_kept = settled.keep(wish.condition for wish in wishes)
    verdict = _all_held(settled, all_kept, wishes)
    if verdict is not None:
        return all_kept, tuple(wishes), verdict
    weight = broken((wish.condition, wish.weight) for wish in wishes)
    most = sum(wish.weight for wish in wishes)
    verdict = least(settled, weight, most)
    if verdict.configuration is None or verdict.value is None or verdict.status != "solution":
        return settled, (), verdict
    if not verdict.value:
        return all_kept, tuple(wishes), verdict
    held: list[Soft] = []
    pinned = settled.pin(Pin(weight, verdict.value, most))
    for start in range(0, len(wishes), _TOGETHER):
        few = wishes[start : start + _TOGETHER]
        places = ((wish.condition, 1 << (len(few) - number)) for number, wish in enumerate(few, 1))
        found = least(pinned, broken(places), 1 << len(few))
        if found.configuration is None or found.status != "solution":
            return settled, (), replace(found, status="unknown", configuration=verdict.configuration)
        values = environment(settled.engine.model, found.configuration)
        kept = [wish for wish in few if satisfied(wish.condition, values)]
        held += kept
        pinned = pinned.keep(wish.condition for wish in kept)
        verdict = replace(found, value=verdict.value)
    return settled.keep(wish.condition for wish in held), tuple(held), verdict


_TOGETHER = 12


def _all_held(settled: Settled, all_kept: Settled, wishes: Sequence[Soft]) -> Verdict | None:
    """Try in one question whether everything can be kept; None says nothing."""
    if len(settled.pins) > 1:
        return None
    pin = next(iter(settled.pins), None)
    objective = None if pin is None else pin.objective
    verdict = settled.engine.solve(all_kept.allowed, objective=objective, budget=settled.budget)
    if verdict.status != "solution" or verdict.configuration is None or (pin and verdict.value != pin.value):
        return None
    values = environment(settled.engine.model, verdict.configuration)
    held = all(satisfied(wish.condition, values) for wish in wishes)
    return replace(verdict, value=Fraction(0)) if held else None


def _defaults(session: Session) -> list[Soft]:
    taken = {choice.path for choice in session.choices} | idle_texts(session).keys()
    found = []
    for variable in session.model.variables:
        default: Scalar | None = idle_value(variable) if variable.is_text else variable.default
        if variable.path in taken or default not in variable.values or default is None:
            continue
        found.append(Soft("default", default_holds(variable, default), 1, variable.path))
    return found

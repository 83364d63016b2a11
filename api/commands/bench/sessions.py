"""Sessions of random valid choices, the same for the same seed whichever exact engine is asked."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from api.commands.bench.questions import Choices, Unanswered, Valid, Wanted
from configurator.model import Model


@dataclass(frozen=True, slots=True)
class Click:
    """One choice of a session: `choices` holds it and those before it, `valid` what they leave.

    `excluded` is a value that only these choices exclude, None where they exclude none.
    """

    choices: Choices
    last: Wanted
    valid: Valid
    excluded: Wanted | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Sessions as lists of clicks; `reason` says why there are fewer than asked for."""

    sessions: tuple[tuple[Click, ...], ...]
    reason: str = ""

    @property
    def clicks(self) -> list[Click]:
        """All clicks of all sessions."""
        return [click for session in self.sessions for click in session]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many sessions of how many clicks to draw, from which seed, in how many seconds."""

    sessions: int
    clicks: int
    seed: int
    seconds: float


def draw_sessions(model: Model, whole: Valid, valid: Callable[[Choices], Valid], plan: Plan) -> Drawn:
    """Draw sessions: an open variable by chance, one of its valid values by chance, until nothing is open.

    `whole` holds the valid values before the first choice.
    """
    chance = random.Random(plan.seed)  # noqa: S311 - reproducible sessions, no secret
    deadline = time.monotonic() + plan.seconds
    sessions: list[tuple[Click, ...]] = []
    reason = ""
    for _ in range(plan.sessions):
        clicks: list[Click] = []
        left = whole
        while len(clicks) < plan.clicks and not reason:
            choices = clicks[-1].choices if clicks else {}
            last = _choice(model, left, choices, chance)
            if last is None:
                break
            choices = {**choices, last[0]: last[1]}
            try:
                left = valid(choices)
            except Unanswered as unanswered:
                reason = str(unanswered)
                break
            clicks.append(Click(choices, last, left, _excluded(model, whole, left, choices, chance)))
            if time.monotonic() > deadline:
                reason = f"only so many sessions could be drawn in {plan.seconds:g} s"
        if clicks:
            sessions.append(tuple(clicks))
        if reason:
            break
    return Drawn(tuple(sessions), reason)


def _choice(model: Model, valid: Valid, choices: Choices, chance: random.Random) -> Wanted | None:
    open_paths = [v.path for v in model.variables if v.path not in choices and len(valid[v.path]) > 1]
    if not open_paths:
        return None
    path = chance.choice(open_paths)
    return path, chance.choice([value for value in model.variable(path).values if value in valid[path]])


def _excluded(model: Model, whole: Valid, valid: Valid, choices: Choices, chance: random.Random) -> Wanted | None:
    found = [
        (variable.path, value)
        for variable in model.variables
        if variable.path not in choices and len(valid[variable.path]) < len(whole[variable.path])
        for value in variable.values
        if value in whole[variable.path] and value not in valid[variable.path]
    ]
    return chance.choice(found) if found else None

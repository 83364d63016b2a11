"""Choices as people write them, read exactly: every one becomes a choice or a problem, nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from configurator.choices import locate, read_choice
from configurator.model import Model
from configurator.session import Chosen


@dataclass(frozen=True, slots=True)
class WishProblem:
    """Why a wish cannot be read: its name as written, a stable code, a sentence, and where there is one, the fix.

    Codes are those of `configurator.choices.Problem`, and ``chosen-twice``.
    """

    name: str
    code: str
    message: str
    hint: str = ""


def read_wish(model: Model, name: str, text: str) -> Chosen | WishProblem:
    """Read one wish."""
    path, problem = locate(model, name)
    if path is not None:
        value, problem = read_choice(model, path, text)
        if value is not None:
            return Chosen(path, value)
    if problem is None:
        raise ValueError((name, text))
    return WishProblem(name, problem.code, problem.message, problem.hint)


def read_wishes(model: Model, wishes: Mapping[str, str]) -> tuple[tuple[Chosen, ...], tuple[WishProblem, ...]]:
    """Read wishes by name; two names of one option (an old one and the new one) must say the same."""
    chosen: dict[str, Chosen] = {}
    problems: list[WishProblem] = []
    for name, text in wishes.items():
        read = read_wish(model, name, text)
        if isinstance(read, WishProblem):
            problems.append(read)
        elif chosen.setdefault(read.path, read) != read:
            problems.append(WishProblem(name, "chosen-twice", f"{read.path} is chosen twice, with two values"))
    return tuple(chosen.values()), tuple(problems)

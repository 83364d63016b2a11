"""What a problem file says, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from configurator.model import Constraint, Model, Variable
from rules.diagnostics import Diagnostic, Span

Form = Literal["tables", "clauses"]
DAY = date(2000, 1, 1)
"""The day of every problem: it takes no part in what a file says."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a file as a model; `known` holds the facts that the file states of itself, such as ``solutions``."""

    name: str
    form: Form
    model: Model
    known: Mapping[str, int | str] = field(default_factory=dict)


class ProblemError(Exception):
    """A file that is no problem; `diagnostic` says where and why, and what to do where that is known."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        place = f" ({diagnostic.span.cell})" if diagnostic.span.cell else ""
        hint = f"; {diagnostic.hint}" if diagnostic.hint else ""
        super().__init__(f"{diagnostic.span}{place}: {diagnostic.message}{hint}")
        self.diagnostic = diagnostic


def refusal(span: Span, code: str, message: str, hint: str = "") -> ProblemError:
    """Return the error of one place of a file."""
    return ProblemError(Diagnostic(code, span, message, hint))


def at(file: str, line: int = 1, cell: str = "", column: int = 1) -> Span:
    """Return a place of a file; `cell` names what the line alone does not tell."""
    return Span(file, line, column, line, column, cell)


def make_model(name: str, version: str, variables: Sequence[Variable], constraints: Sequence[Constraint]) -> Model:
    """Make the model of a problem; `version` is the hash of what the file holds."""
    index = {variable.path: variable for variable in variables}
    return Model(version, name, DAY, tuple(variables), tuple(constraints), (), {}, index)

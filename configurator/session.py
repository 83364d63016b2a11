"""A session: what a person chose, frozen; undo is keeping the old one, and the order of choices has no meaning.

`configurator.assessment` says what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from catalogs.model import Option
from configurator.engines.protocol import Engine
from configurator.expressions import mentions, with_constants
from configurator.model import TEXT, Allowed, Configuration, Model, Objective, Term, Variable
from rules.kinds import Scalar


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice a person made: a variable's path and the value; of a text option the text itself."""

    path: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Session:
    """Choices on one model in catalog order, at most one per path, and restrictions nobody chose.

    `restrictions` are as hard as rules (what this customer may not buy, for example): each path
    named exists and takes one of the values.
    """

    engine: Engine = field(repr=False)
    choices: tuple[Chosen, ...] = ()
    restrictions: Allowed = field(default_factory=dict)

    @property
    def model(self) -> Model:
        """The model the choices are about."""
        return self.engine.model

    @property
    def allowed(self) -> Allowed:
        """What choices and restrictions leave to the engine."""
        return narrowed(self.model, self.restrictions, self.choices)

    def chosen(self, path: str) -> Chosen | None:
        """Return the choice on a path, None where none was made."""
        return next((choice for choice in self.choices if choice.path == path), None)

    def choose(self, path: str, value: Scalar) -> Session:
        """Return the session with this choice in place of any other on its path.

        The value need not be valid with the other choices. `KeyError` for a path the model does not
        have, `ValueError` for a value the variable does not have: doors read people's wishes with
        `configurator.choices.read_choice` first.
        """
        variable = self.model.variable(path)
        if model_value(variable, value) not in variable.values:
            raise ValueError(f"{path} has no value {value}")
        others = (choice for choice in self.choices if choice.path != path)
        return replace(self, choices=in_catalog_order(self.model, (*others, Chosen(path, value))))

    def retract(self, path: str) -> Session:
        """Return the session without the choice on a path; the same where there is none."""
        return replace(self, choices=tuple(choice for choice in self.choices if choice.path != path))


def start(engine: Engine, choices: Iterable[Chosen] = (), restrictions: Allowed | None = None) -> Session:
    """Begin a session, with choices made earlier; of two choices on one path the last one counts."""
    session = Session(engine, (), dict(restrictions or {}))
    for choice in choices:
        session = session.choose(choice.path, choice.value)
    return session


def model_value(variable: Variable, value: Scalar) -> Scalar:
    """Return the value as the model sees it: of a text only whether something is written."""
    return (TEXT if value else "") if variable.is_text else value


def in_catalog_order(model: Model, choices: Iterable[Chosen]) -> tuple[Chosen, ...]:
    """Sort choices by the catalog's order of their variables."""
    order = {variable.path: number for number, variable in enumerate(model.variables)}
    return tuple(sorted(choices, key=lambda choice: order[choice.path]))


def narrowed(model: Model, allowed: Allowed, choices: Iterable[Chosen]) -> Allowed:
    """Return `allowed` narrowed to the choices; a choice outside it leaves its path no value."""
    result = dict(allowed)
    for choice in choices:
        value = frozenset({model_value(model.variable(choice.path), choice.value)})
        result[choice.path] = value & result[choice.path] if choice.path in result else value
    return result


def idle_texts(session: Session) -> Mapping[str, Scalar]:
    """Return the texts nobody chose and no rule asks about, with what counts: the default, or nothing written.

    Such a text is never written by the engine, so it costs nothing. A text that a rule asks about is
    free as any other variable.
    """
    taken = {choice.path for choice in session.choices} | session.restrictions.keys()
    texts = [variable for variable in session.model.variables if variable.is_text and variable.path not in taken]
    if not texts:
        return {}
    return {variable.path: idle_value(variable) for variable in texts if variable.path not in session.model.asked}


def idle_value(variable: Variable) -> Scalar:
    """Return what an unchosen text counts as, as the model sees it."""
    default = model_value(variable, variable.default or "")
    return default if default in variable.values else variable.values[0]


def settled(session: Session, objective: Objective, asked: str = "") -> Objective:
    """Return the objective with the session's idle texts put in, so that nobody pays for what nobody wrote.

    `asked` is the path of a text that stays open.
    """
    texts = {path: value for path, value in idle_texts(session).items() if path != asked}
    if not any(path in texts for term in objective.terms for path in mentions(term.when, term.amount)):
        return objective

    def put(term: Term) -> Term:
        when = None if term.when is None else with_constants(term.when, texts)
        return Term(when, with_constants(term.amount, texts))

    return Objective(tuple(put(term) for term in objective.terms))


def written(session: Session, configuration: Configuration) -> Configuration:
    """Return an engine's configuration with the session's texts in it: as chosen, else the default or nothing.

    A text that a rule demands and nobody wrote stays `TEXT`.
    """
    idle = idle_texts(session)
    texts = {choice.path: choice.value for choice in session.choices if session.model.variable(choice.path).is_text}
    return {path: _text(session.model.variable(path), value, idle, texts) for path, value in configuration.items()}


def spoken(variable: Variable, value: Scalar) -> Scalar:
    """Return an unchosen value for people: of a text that is written the default, `TEXT` where there is none."""
    default = variable.origin.default if isinstance(variable.origin, Option) else None
    return default if variable.is_text and value == TEXT and default else value


def is_unwritten(session: Session, path: str, value: Scalar) -> bool:
    """Say whether a configuration's value stands for a text that nobody wrote, though a rule wants one.

    A customer may write `TEXT` too: what was chosen, or is the default, is written.
    """
    variable = session.model.variable(path)
    default = variable.origin.default if isinstance(variable.origin, Option) else None
    return variable.is_text and value == TEXT and not default and session.chosen(path) is None


def _text(variable: Variable, value: Scalar, idle: Mapping[str, Scalar], texts: Mapping[str, Scalar]) -> Scalar:
    if not variable.is_text:
        return value
    return texts[variable.path] if variable.path in texts else spoken(variable, idle.get(variable.path, value))

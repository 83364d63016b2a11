"""The cheapest configuration that has a wanted feature: completion under one more restriction, proved least."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from catalogs.marks import Label
from configurator import Configuration, Constraint, Model
from configurator.completion import complete
from configurator.expressions import environment, mentions, satisfied
from configurator.passes import conjunction
from configurator.restricted import BoxedEngine, Restriction, rebuilt, restricted
from configurator.session import Session, model_value
from quotes.pricing import Line
from quotes.suggestions.deal import Deal
from quotes.suggestions.shape import Change, Evidence, Wish
from quotes.suggestions.wording import UPGRADE, say
from rules.diagnostics import NOWHERE
from rules.kinds import Scalar
from rules.typed import Compare, Constant, Reference, Typed


def wish(model: Model, path: str, value: Scalar, label: Label) -> Wish:
    """Return the wish for one value; `KeyError` where the model has no such path."""
    variable = model.variable(path)
    condition = Compare("=", Reference(variable.kind, path), Constant(variable.kind, value))
    return Wish(f"{path}={value}", label, condition)


def preferred(model: Model) -> tuple[Wish, ...]:
    """Return what the catalog prefers as wishes, with its weights."""
    return tuple(Wish(one.name, Label(one.name), one.condition, one.weight) for one in model.preferences)


def upgrades(deal: Deal, line: Line, wishes: Iterable[Wish]) -> Iterator[Change]:
    """Yield for each wish that the line does not fulfil the cheapest way to it.

    Choices give way only where the wish speaks of them; everything nobody chose may change.
    """
    view = deal.view(line.product)
    for one in wishes:
        if view is None or deal.is_over:
            return
        if satisfied(one.condition, seen(view.engine.model, line.configuration)) or view.kept.speaks(one.condition):
            continue
        found = cheapest(deal, line, (one.condition,))
        if found is not None:
            reason = say(UPGRADE, wish=one.label)
            yield Change(replace(line, configuration=found), reason, Evidence("upgrade", one.name))


def cheapest(
    deal: Deal, line: Line, conditions: tuple[Typed, ...], spoken: frozenset[str] | None = None
) -> Configuration | None:
    """Return the cheapest configuration with some ground conditions for which the choices that are `spoken` of give way.

    None says those the conditions speak of. None is returned where there is none, or a limit was hit.
    """
    session, prices = deal.session(line), deal.prices(line.product)
    if session is None or prices is None:
        return None
    free = mentions(*conditions) if spoken is None else spoken
    session = replace(session, choices=tuple(one for one in session.choices if one.path not in free))
    kept = among(session, conditions)
    if kept is None:
        return None
    found = complete(kept, "cheapest", prices.objective, deal.budget)
    return found.configuration if found.verdict.status == "solution" else None


def among(session: Session, conditions: tuple[Typed, ...]) -> Session | None:
    """Return a session among the configurations with some ground conditions; None where there are none."""
    if not conditions:
        return session
    if isinstance(session.engine, BoxedEngine):
        model = session.engine.model
        wanted = Constraint("is wanted", "", conjunction(conditions), Label(""), NOWHERE)
        both: Model = replace(model, constraints=(*model.constraints, wanted))
        return Restriction(rebuilt(session.engine, both)).session(session)
    found = restricted(session.engine, conditions)
    return None if found.is_empty else found.session(session)


def seen(model: Model, configuration: Configuration) -> Mapping[str, object]:
    """Return what conditions see of a configuration with its texts."""
    values = {path: model_value(model.variable(path), value) for path, value in configuration.items()}
    return environment(model, values)

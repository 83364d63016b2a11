"""What past sales speak for: a value that goes with the choices of a line, a product that goes with those of a quote."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from collections.abc import Mapping

from catalogs.marks import Label
from catalogs.model import Option
from configurator import Configuration, Model
from configurator.engines.protocol import USUAL, Budget
from configurator.session import Session, model_value
from quotes.pricing import Line
from quotes.pricing.labels import joined, option_label
from quotes.suggestions.counts import Association, Counts, strongest
from quotes.suggestions.deal import Deal
from quotes.suggestions.declared import Seeing
from quotes.suggestions.history import History
from quotes.suggestions.past import BASKET, Item, items_of
from quotes.suggestions.predict import LEAST, Predictor, Ranked, similar
from quotes.suggestions.shape import Change, Evidence
from quotes.suggestions.upgrade import cheapest
from quotes.suggestions.wording import OFTEN, say
from rules.kinds import Scalar
from rules.typed import Compare, Constant, Reference
from rules.values import write


@dataclass(frozen=True, slots=True)
class Past:
    """What was sold: by product the choices inside it, and the products of baskets."""

    choices: Mapping[str, History] = field(default_factory=dict)
    baskets: Counts | None = None


def likely(
    session: Session, past: History, path: str, budget: Budget = USUAL, predictor: Predictor = similar
) -> Ranked:
    """Return the values of a variable that are possible with the other choices, the one that goes with them best first.

    Only what the engine proves possible is among them; nothing where a limit was hit.
    """
    others = session.retract(path)
    found = others.engine.valid_values(others.allowed, budget=budget)
    if found.limit is not None:
        return ()
    variable = session.model.variable(path)
    chosen = {one.path: one.value for one in others.choices}
    possible = [(path, write(variable.kind, value)) for value in found.values[path]]
    return predictor(past, items_of(session.model, chosen), possible)


def values(deal: Deal, line: Line, past: Past) -> Iterator[Change]:
    """Yield for each option the value that past sales took with the choices of a line, where that is not the line's own.

    It has to be likelier than the line's own, more often sold with one of the choices than in general, and with enough support.
    """
    history, prices, view = past.choices.get(line.product), deal.prices(line.product), deal.view(line.product)
    session = deal.session(line)
    now = None if prices is None else prices.net_of(line.configuration)
    if history is None or prices is None or view is None or session is None or now is None:
        return
    seeing = Seeing(session, prices, line.configuration, now, deal.budget)
    fixed = deal.choices.get(line.id, {})
    for variable in session.model.variables:
        path = variable.path
        if (
            deal.is_over
            or variable.is_text
            or path in fixed
            or path not in line.configuration
            or path in view.kept.hidden
        ):
            continue
        better = _better(session, history, path, line.configuration[path], deal.budget)
        if better is None:
            continue
        value, share, rule = better
        found = seeing.reached(Compare("=", Reference(variable.kind, path), Constant(variable.kind, value)))
        if found is not None:
            given = _called(session.model, rule.given)
            taken = _called(session.model, rule.taken)
            yield Change(replace(line, configuration=found), _reason(rule, given, taken), _evidence(rule), share)


def _better(
    session: Session, history: History, path: str, current: Scalar, budget: Budget
) -> tuple[Scalar, Fraction, Association] | None:
    """Return the likeliest value of an option with its share and the strongest rule to it, where it is a better one."""
    variable = session.model.variable(path)
    ranked = likely(session, history, path, budget)
    own = (path, write(variable.kind, model_value(variable, current)))
    if not ranked or ranked[0][0] == own or ranked[0][1] <= dict(ranked).get(own, Fraction(0)):
        return None
    item, share = ranked[0]
    given = items_of(session.model, {one.path: one.value for one in session.choices if one.path != path})
    rule = _speaking(history.counts, given, item)
    value = next(one for one in variable.values if write(variable.kind, one) == item[1])
    return None if rule is None else (value, share, rule)


def products(deal: Deal, past: Past) -> Iterator[Change]:
    """Yield a line more for each product that past baskets with one of the quote's products hold more often than others."""
    if past.baskets is None:
        return
    given = {(BASKET, line.product) for line in deal.lines}
    for item in past.baskets.about.get(BASKET, ()):
        rule = None if item in given or deal.is_over else _speaking(past.baskets, given, item)
        if rule is None or deal.view(item[1]) is None:
            continue
        found: Configuration | None = cheapest(deal, Line(deal.new_id(), item[1], {}), ())
        if found is not None:
            labels = (deal.catalog.component(name).label for name in (rule.given[1], rule.taken[1]))
            line = Line(deal.new_id(), item[1], found)
            yield Change(line, _reason(rule, *labels), _evidence(rule), rule.bound)


def _speaking(counts: Counts, given: Collection[Item], taken: Item) -> Association | None:
    """Return the strongest rule to an item among those that say more than how popular it is."""
    return strongest(one for one in counts.associations(given, taken, LEAST) if one.lift > 1)


def _reason(rule: Association, given: Label, taken: Label) -> Label:
    share = rule.confidence * 100
    return say(OFTEN, share=str(share.numerator // share.denominator), given=given, taken=taken)


def _evidence(rule: Association) -> Evidence:
    facts = {
        "given": "=".join(part for part in rule.given if part),
        "taken": "=".join(part for part in rule.taken if part),
        "support": str(rule.support),
        "confidence": _percent(rule.confidence),
        "at least": _percent(rule.bound),
        "lift": f"{_hundredths(rule.lift)}",
    }
    return Evidence("history", "=".join(part for part in rule.taken if part), facts)


def _percent(share: Fraction) -> str:
    return f"{_hundredths(share * 100)} %"


def _hundredths(number: Fraction) -> str:
    whole = number.numerator * 100 // number.denominator
    return f"{whole // 100}.{whole % 100:02d}"


def _called(model: Model, item: Item) -> Label:
    variable = model.index.get(item[0])
    if variable is None or not isinstance(variable.origin, Option):
        return Label("=".join(item)) if variable is None else joined(": ".join, variable.origin.label, Label(item[1]))
    value = next((one for one in variable.values if write(variable.kind, one) == item[1]), item[1])
    return option_label(variable.origin, value)

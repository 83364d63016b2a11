"""The pricing policy: its switches, and the proof that its phases stand in a sound order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from catalogs.desk import Desk
from catalogs.money import amount_of, check_currency
from catalogs.policy import PHASES, Policy
from rules import selling as w
from rules.diagnostics import Span
from rules.naming import nearest
from rules.syntax import Name

_UNIT = ("scale", "term", "agreement", "promote", "derived", "manual", "channel")
READS: Mapping[str, tuple[str, ...]] = {
    "entitle": (),
    "base": ("entitle",),
    "configure": ("base",),
    **dict.fromkeys(_UNIT, ("base", "configure")),
    "extend": ("base", "configure", *_UNIT),
    "document": ("extend",),
    "tax": ("extend", "document"),
    "total": ("extend", "document", "tax"),
    "judge": tuple(phase for phase in PHASES if phase != "judge"),
}
"""What each phase reads, as far as it is there, and so comes after. Phases on unit prices may change places."""
NEEDED = ("base", "extend", "tax", "total")
MOST_DIGITS = 6
_STANDARD = Policy()


def declare_policies(desk: Desk) -> tuple[Policy, ...]:
    """Return the pricing policies, sorted by their first days."""
    found = [_policy(node, desk) for node in desk.declared.of(w.PolicyDeclaration)]
    first: dict[date | None, Policy] = {}
    for policy in found:
        start = policy.effectivity.start
        if start in first:
            message = f"{first[start].name} begins on the same day, so that it is open which of them holds"
            desk.report.error("policies-overlap", policy.span, message, related=((first[start].span, "the other one"),))
        first.setdefault(start, policy)
    return tuple(sorted(found, key=lambda policy: (str(policy.effectivity.start or ""), policy.name)))


def _policy(node: w.PolicyDeclaration, desk: Desk) -> Policy:
    one = _STANDARD
    return Policy(
        name=node.name.text,
        phases=_phases(node, desk) if node.phases else one.phases,
        rounding=node.rounding or one.rounding,
        unit_digits=_digits(node, desk),
        lines=node.lines or one.lines,
        tax=node.tax or one.tax,
        tax_per=node.tax_per or one.tax_per,
        thresholds=node.thresholds or one.thresholds,
        percentages=node.percentages or one.percentages,
        allocation=node.allocation or one.allocation,
        remainder=node.remainder or one.remainder,
        credits=node.credits or one.credits,
        promotions=node.promotions or one.promotions,
        effort=_effort(node, desk),
        ranking=node.ranking or one.ranking,
        cash=_cash(node, desk),
        span=node.name.span,
        effectivity=desk.only_days(node.modifiers, "policy"),
    )


def _digits(node: w.PolicyDeclaration, desk: Desk) -> int:
    if node.digits is not None and node.digits > MOST_DIGITS:
        message = f"a unit price is rounded to at most {MOST_DIGITS} digits"
        desk.report.error("bad-digits", node.name.span, message)
    return _STANDARD.unit_digits if node.digits is None else node.digits


def _effort(node: w.PolicyDeclaration, desk: Desk) -> Fraction:
    if node.effort is None:
        return _STANDARD.effort
    if node.effort.unit or node.effort.value <= 0:
        desk.report.error("bad-effort", node.effort.span, "the effort is a plain number above zero")
    return node.effort.value


def _cash(node: w.PolicyDeclaration, desk: Desk) -> Mapping[str, Fraction]:
    found: dict[str, Fraction] = {}
    for number in node.cash:
        known = not number.unit or check_currency(Name(number.span, number.unit), desk.report)
        if not known or amount_of(number, number.unit or desk.currency, desk) is None:
            continue
        if number.value == 0:
            desk.report.error("bad-cash", number.span, "cash is rounded to multiples of an amount above zero")
        if number.unit in found:
            desk.report.error("bad-cash", number.span, f"cash in {number.unit} is here twice", "keep one of the two")
        found.setdefault(number.unit, number.value)
    return found


def _phases(node: w.PolicyDeclaration, desk: Desk) -> tuple[str, ...]:
    """Return the phases, and prove that each is known, is there once, and reads only what comes before it."""
    places: dict[str, Span] = {}
    for name in node.phases:
        if name.text not in READS:
            hint = nearest(name.text, PHASES) or f"the phases are {', '.join(PHASES)}"
            desk.report.error("unknown-phase", name.span, f"there is no phase {name.text}", hint)
        elif name.text in places:
            related = ((places[name.text], "it is here already"),)
            desk.report.error("repeated-phase", name.span, f"the phase {name.text} is there twice", related=related)
        else:
            places[name.text] = name.span
    _in_order(places, desk)
    unknown = any(name.text not in READS for name in node.phases)
    for phase in NEEDED:
        if phase not in places and not unknown:
            message = f"the phase {phase} is missing: without it there is no price"
            desk.report.error("missing-phase", node.phases[0].span, message, f"add {phase}")
    return tuple(places)


def _in_order(places: Mapping[str, Span], desk: Desk) -> None:
    order: Sequence[str] = tuple(places)
    for index, phase in enumerate(order):
        for later in order[index + 1 :]:
            if later in READS[phase]:
                message = f"{phase} reads what {later} leaves, and so comes after it"
                related = ((places[later], f"{later} comes only here"),)
                desk.report.error("phase-order", places[phase], message, f"put {later} before {phase}", related)
                break

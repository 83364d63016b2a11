"""The phase "promote": every promotion of the quote in one optimum, with its certificate and what falls on each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from catalogs.marks import Label
from catalogs.policy import Promotion
from quotes.pricing.promotions.eligible import Candidate
from quotes.pricing.promotions.ground import Ground
from quotes.pricing.promotions.market import Given
from quotes.pricing.promotions.settle import Outcome, Table, lay_out, settle
from quotes.pricing.record import MICROS, Applied, Certificate, Rejected, Step
from quotes.pricing.sheet import Desk, Draft, Operator, Origin, Sheet

LOSSES = 12
"""Up to how many lines times rejected promotions the loss of each is worked out unasked."""

ROUNDING = Origin(
    "promote",
    "rounding",
    Label(
        "Rounding",
        {"de": "Rundung", "fr": "Arrondi", "es": "Redondeo", "it": "Arrotondamento", "nl": "Afronding"},
    ),
)
"""A line that promotions are taken off is in whole minor units first."""

COMPETES = "other promotions save more"
LESS = "it would not leave a floor, a limit or another promotion its room"


def promote(desk: Desk, sheet: Sheet) -> Sheet:
    """Apply the best set of promotions; a catalog without any leaves the sheet as it is."""
    if not desk.catalog.promotions or not sheet.drafts:
        return sheet
    table = lay_out(desk, sheet)
    outcome = settle(table) or Outcome((), 0, 0, frozenset())
    certificate = _certificate(table, outcome)
    if not table.candidates:
        return replace(sheet, promotions=certificate)
    own, notes = _by_line(outcome), _notes(table, certificate.rejected)
    drafts = (_recorded(desk, one, own.get(one.place, ()), notes.get(one.place, ())) for one in table.grounds)
    return replace(sheet, drafts=tuple(drafts), promotions=certificate)


def loss_of(desk: Desk, sheet: Sheet, name: str) -> int | None:
    """Return what forcing a promotion in would cost the objective, in minor units; None where it cannot apply.

    Desk and sheet are those that `promote` was given. Where the policy is not for the customer there is no such number.
    """
    table = lay_out(desk, sheet)
    best = settle(table)
    return None if best is None else _loss(table, best, name)


def _loss(table: Table, best: Outcome, name: str) -> int | None:
    if table.desk.policy.promotions != "customer" or not any(one.name == name for one in table.candidates):
        return None
    forced = settle(table, name)
    return None if forced is None else best.value - forced.value


def _certificate(table: Table, outcome: Outcome) -> Certificate:
    given = {one.candidate.name: one for one in outcome.given}
    lost = [one for one in table.candidates if one.name not in given]
    asks = len(lost) * len(table.grounds) <= LOSSES
    rejected = [_rejected(table, outcome, one, asks) for one in lost]
    rejected += [
        Rejected(one.promotion.name, one.promotion.label, one.reason, source=one.promotion.span)
        for one in table.refused
    ]
    return Certificate(
        objective=table.desk.policy.promotions,
        value=outcome.value,
        bound=outcome.bound,
        proved=outcome.value == outcome.bound,
        method=", ".join(sorted(outcome.methods)) or "nothing to decide",
        applied=tuple(_applied(table, one) for one in outcome.given),
        rejected=tuple(sorted(rejected, key=lambda one: one.name)),
    )


def _rejected(table: Table, outcome: Outcome, candidate: Candidate, asks: bool) -> Rejected:
    loss = _loss(table, outcome, candidate.name) if asks else None
    reason = COMPETES if loss is not None or not asks else LESS
    return Rejected(candidate.name, candidate.promotion.label, reason, loss, candidate.promotion.span)


def _applied(table: Table, one: Given) -> Applied:
    promotion = one.candidate.promotion
    by_line = tuple((table.grounds[line].draft.line.id, saving) for line, saving in sorted(one.by_line.items()))
    return Applied(promotion.name, promotion.label, one.times, sum(one.by_line.values()), by_line, promotion.span)


def _by_line(outcome: Outcome) -> dict[int, list[tuple[Promotion, int]]]:
    """Return what is given on each line, in the order in which it is taken off."""
    found: dict[int, list[tuple[Promotion, int]]] = {}
    for one in outcome.given:
        for line, saving in one.by_line.items():
            if saving:
                found.setdefault(line, []).append((one.candidate.promotion, saving))
    return found


def _notes(table: Table, rejected: Sequence[Rejected]) -> dict[int, list[Rejected]]:
    """Return for every line the promotions that it could have been given and is not."""
    lost = {one.name: one for one in rejected}
    found: dict[int, list[Rejected]] = {}
    for candidate in table.candidates:
        if candidate.name in lost:
            sites = (site for take in candidate.takes if take.role != "need" for site in take.sites)
            for place in dict.fromkeys(site.ground.place for site in sites):
                found.setdefault(place, []).append(lost[candidate.name])
    return found


def _recorded(desk: Desk, ground: Ground, own: Sequence[tuple[Promotion, int]], notes: Sequence[Rejected]) -> Draft:
    """Return a line with a step for every promotion on it, and why others are not.

    The amount of a line that something is taken off is in whole minor units from here on.
    """
    draft = ground.draft
    if not own and not notes:
        return draft
    steps = [*draft.steps, *_steps(desk, ground, own)] if own else [*draft.steps]
    unit = steps[-1].output if own else draft.unit
    for one in notes:
        origin = Origin("promote", one.name, one.label, one.source)
        steps.append(origin.not_applied("add", Fraction(0), unit, one.reason))
    if not own:
        return replace(draft, steps=tuple(steps))
    left = Fraction(ground.amount - sum(saving for _, saving in own), desk.minor * ground.quantity)
    return replace(draft, exact=left, unit=unit, steps=tuple(steps), whole=True)


def _steps(desk: Desk, ground: Ground, own: Sequence[tuple[Promotion, int]]) -> Iterator[Step]:
    draft, units, amount, unit = ground.draft, desk.minor * ground.quantity, ground.amount, ground.draft.unit
    if amount * draft.exact.denominator != draft.exact.numerator * units:
        output, residue = _unit(amount, units)
        yield ROUNDING.step("round", Fraction(1, desk.minor), unit, output, residue)
        unit = output
    for promotion, saving in own:
        rate = promotion.give.rate
        is_rate = rate is not None and amount * rate.numerator == saving * rate.denominator
        amount -= saving
        output, residue = _unit(amount, units)
        operator: Operator = "percent" if is_rate else "add"
        operand = -rate if rate is not None and is_rate else Fraction(-saving, units)
        origin = Origin("promote", promotion.name, promotion.label, promotion.span)
        yield origin.step(operator, operand, unit, output, residue)
        unit = output


def _unit(amount: int, units: int) -> tuple[int, Fraction]:
    """Return an amount of a line as a unit price in micros, with what rounding adds to it."""
    exact = amount * MICROS
    output = (2 * exact + units) // (2 * units)
    return output, Fraction(output * units - exact, units)

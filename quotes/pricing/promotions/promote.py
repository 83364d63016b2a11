"""The phase "promote": every promotion of the quote in one optimum, with its certificate and what falls on each line."""

from __future__ import annotations

from collections.abc import Sequence
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
    own = _by_line(outcome)
    drafts = [_discounted(desk, one, own[one.place]) if one.place in own else one.draft for one in table.grounds]
    _note(table, drafts, certificate.rejected)
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


def _discounted(desk: Desk, ground: Ground, own: list[tuple[Promotion, int]]) -> Draft:
    """Return a line with a step for every promotion on it; its amount is in whole minor units from here on."""
    draft, units, amount = ground.draft, desk.minor * ground.quantity, ground.amount
    steps, unit = list(draft.steps), draft.unit
    if amount * draft.exact.denominator != draft.exact.numerator * units:
        output, residue = _unit(amount, units)
        steps.append(ROUNDING.step("round", Fraction(1, desk.minor), unit, output, residue))
        unit = output
    for promotion, saving in own:
        rate = promotion.give.rate
        is_rate = rate is not None and amount * rate.numerator == saving * rate.denominator
        amount -= saving
        output, residue = _unit(amount, units)
        operator: Operator = "percent" if is_rate else "add"
        operand = -rate if rate is not None and is_rate else Fraction(-saving, units)
        origin = Origin("promote", promotion.name, promotion.label, promotion.span)
        steps.append(origin.step(operator, operand, unit, output, residue))
        unit = output
    return replace(draft, exact=Fraction(amount, units), unit=unit, steps=tuple(steps), whole=True)


def _unit(amount: int, units: int) -> tuple[int, Fraction]:
    """Return an amount of a line as a unit price in micros, with what rounding adds to it."""
    exact = amount * MICROS
    output = (2 * exact + units) // (2 * units)
    return output, Fraction(output * units - exact, units)


def _note(table: Table, drafts: list[Draft], rejected: Sequence[Rejected]) -> None:
    """Note on every line that a promotion could have been given on why it is not."""
    reasons = {one.name: one for one in rejected}
    notes: dict[int, list[Step]] = {}
    for candidate in table.candidates:
        one = reasons.get(candidate.name)
        if one is None:
            continue
        origin = Origin("promote", one.name, one.label, one.source)
        for place in sorted({s.ground.place for take in candidate.takes for s in take.sites if take.role != "need"}):
            step = origin.not_applied("add", Fraction(0), drafts[place].unit, one.reason)
            notes.setdefault(place, []).append(step)
    for place, steps in notes.items():
        drafts[place] = replace(drafts[place], steps=(*drafts[place].steps, *steps))

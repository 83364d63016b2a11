"""The phase "entitle": a line that its customer may not price or buy, or over a quota, is refused with its reason.

What a customer reads says no more than that it cannot be had; the entitlement with its file and line is for the
seller's side.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from quotes.pricing.entitlements import Refusal, Rights, Verb, amount, refusal, rights_of, written_aim
from quotes.pricing.record import Unpriced
from quotes.pricing.sheet import Desk, Draft, Sheet

_SENTENCES: dict[Verb, str] = {
    "see": "this configuration is not sold",
    "price": "this configuration has no price for this customer",
    "buy": "this configuration cannot be bought by this customer",
}


def entitle(desk: Desk, sheet: Sheet) -> Sheet:
    """Refuse the lines that the customer is not entitled to; those that are keep their drafts as they are.

    For display a line need not be buyable, and internally nothing is asked (`Inputs.purpose`). A quota counts what
    earlier lines of the quote take: a line that does not fit any more is refused, a smaller one after it may fit.
    """
    purpose = desk.inputs.purpose
    rights = None if purpose == "internal" else rights_of(desk.catalog, desk.context, desk.day)
    if rights is None:
        return sheet
    whole = {draft.line.product: rights.is_whole(draft.line.product) for draft in sheet.drafts}
    taken: Counter[tuple[str, int]] = Counter()
    kept: list[Draft] = []
    unpriced = list(sheet.unpriced)
    for draft in sheet.drafts:
        refused = None if whole[draft.line.product] else _refused(desk, rights, draft)
        if refused is None and purpose == "sale" and not whole[draft.line.product]:
            refused = _over(desk, rights, draft, taken)
        if refused is None:
            kept.append(draft)
        else:
            unpriced.append(refused)
    return replace(sheet, drafts=tuple(kept), unpriced=tuple(unpriced))


def _refused(desk: Desk, rights: Rights, draft: Draft) -> Unpriced | None:
    upto: Verb = "price" if desk.inputs.purpose == "display" else "buy"
    line = draft.line
    found = refusal(rights, line.product, draft.spots, line.configuration, desk.day, upto)
    if found is None:
        return None
    reason = _SENTENCES[found.verb] if rights.sees(line.product) else f"the catalog has no product {line.product}"
    return _told(line.id, reason, "not-entitled", found)


def _told(line: str, reason: str, code: str, found: Refusal) -> Unpriced:
    if found.held is None:
        return Unpriced(line, reason, code)
    return Unpriced(line, reason, code, found.held.entitlement.name, found.held.grant.span)


def _over(desk: Desk, rights: Rights, draft: Draft, taken: Counter[tuple[str, int]]) -> Unpriced | None:
    """Refuse a line that would pass a quota, the least one first; otherwise count what it takes."""
    line, spots = draft.line, draft.spots
    wanted: dict[tuple[str, int], int] = {}
    limits = sorted(enumerate(rights.quotas(line.product)), key=lambda one: one[1].grant.up_to or 0)
    for number, held in limits:
        units = amount(held, spots, line.configuration, desk.day) * line.quantity
        key, name, most = (line.product, number), written_aim(held.grant.aim), held.grant.up_to or 0
        before = desk.inputs.history.bought.get(name, 0) + taken[key]
        if units and before + units > most:
            reason = f"{name}: {units} more than {before} that are bought already would pass the limit of {most}"
            return _told(line.id, reason, "over-quota", Refusal("buy", held.grant.aim.path, held))
        wanted[key] = units
    taken.update(wanted)
    return None

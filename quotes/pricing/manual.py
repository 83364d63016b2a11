"""The phase "manual": what a person decides about lines, in the order stated, and then about the quote as a whole.

What is decided about the quote is an amount in minor units, spread over the lines by the policy's allocation; it comes
out to the unit. What cannot be reached is done as far as it goes, and the record says so in `unmet`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from catalogs.marks import Label
from quotes.pricing.allocation import spread
from quotes.pricing.channel import combined
from quotes.pricing.columns import Columns
from quotes.pricing.context import Line
from quotes.pricing.inputs import Adjustment
from quotes.pricing.promotions.floors import grounds_of, line_sums, quote_sums
from quotes.pricing.ratios import Ratios, integers, size_of
from quotes.pricing.record import MICROS, Unmet
from quotes.pricing.rounding import rounded
from quotes.pricing.sheet import Desk, Draft, Origin, Sheet

_LABEL = Label(
    "Agreed individually",
    {
        "de": "Individuell vereinbart", "fr": "Convenu individuellement", "es": "Acordado individualmente",
        "it": "Concordato individualmente", "nl": "Individueel overeengekomen",
    },
)  # fmt: skip

_TOO_MUCH = "more than the whole price cannot be taken off"


def manual(desk: Desk, sheet: Sheet) -> Sheet:
    """Apply the adjustments of lines, then those of the quote."""
    if not desk.inputs.adjustments:
        return sheet
    by_line: dict[str, list[Adjustment]] = {}
    for one in desk.inputs.adjustments:
        by_line.setdefault(one.line, []).append(one)
    for_quote = by_line.pop("", [])
    places = {draft.id: place for place, draft in enumerate(_lines(sheet)) if draft.id in by_line}
    lost = [_unmet(one, "there is no such line") for name in by_line if name not in places for one in by_line[name]]
    sheet = replace(sheet, unmet=(*sheet.unmet, *lost))
    if places:
        sheet = _on_lines(desk, sheet, {place: tuple(by_line[name]) for name, place in places.items()})
    for one in for_quote:
        sheet = _on_quote(desk, sheet, one)
    return sheet


def _lines(sheet: Sheet) -> Sequence[Line]:
    return sheet.drafts.lines if isinstance(sheet.drafts, Columns) else [draft.line for draft in sheet.drafts]


def _unmet(one: Adjustment, reason: str) -> Unmet:
    return Unmet(one.line, one.kind, one.value, reason)


def _origin(one: Adjustment) -> Origin:
    return Origin("manual", one.by or "manual", _LABEL, value=one.reason)


# --- lines ------------------------------------------------------------------------------------------


def _on_lines(desk: Desk, sheet: Sheet, wanted: dict[int, tuple[Adjustment, ...]]) -> Sheet:
    found = {place: adjusted(desk, sheet.drafts[place], asked) for place, asked in sorted(wanted.items())}
    unmet = (*sheet.unmet, *(one for _, lost in found.values() for one in lost))
    after = {place: draft for place, (draft, _) in found.items()}
    if isinstance(sheet.drafts, Columns):

        def act(draft: Draft, position: int) -> Draft:
            return adjusted(desk, draft, wanted[position])[0] if position in wanted else draft

        return replace(sheet, drafts=sheet.drafts.with_drafts(after, act), unmet=unmet)
    drafts = tuple(after.get(place, draft) for place, draft in enumerate(sheet.drafts))
    return replace(sheet, drafts=drafts, unmet=unmet)


def adjusted(desk: Desk, draft: Draft, asked: tuple[Adjustment, ...]) -> tuple[Draft, tuple[Unmet, ...]]:
    """Return a line after its adjustments, and those that could not be made as they were asked for."""
    unmet: list[Unmet] = []
    for one in _in_turn(desk, asked):
        exact, why = _target(desk, draft, one)
        if why:
            unmet.append(_unmet(one, why))
        if exact is not None:
            percent = one.kind == "percent" and exact == draft.exact * (1 - one.value)
            operator = "percent" if percent else "add" if one.kind in {"percent", "amount"} else "set"
            operand = {"percent": -one.value, "add": exact - draft.exact, "set": exact}[operator]
            draft = draft.moved(exact, _origin(one), operator, operand)  # type: ignore[arg-type]
            draft = replace(draft, whole=one.kind == "total" or (draft.whole and one.kind != "price"))
    return draft.settled(desk, "manual"), tuple(unmet)


def _in_turn(desk: Desk, asked: tuple[Adjustment, ...]) -> list[Adjustment]:
    """Return the adjustments of a line in order; where the policy adds percentages, their sum in the place of the first."""
    rates = [one for one in asked if one.kind == "percent"]
    together = combined(desk, [(_origin(one), one.value) for one in rates])
    if len(together) == len(rates):
        return list(asked)
    origin, rate = together[0]
    first = replace(rates[0], value=rate, by=origin.rule)
    return [first if one is rates[0] else one for one in asked if one is rates[0] or one not in rates]


def _target(desk: Desk, draft: Draft, one: Adjustment) -> tuple[Fraction | None, str]:
    """Return the unit price that an adjustment leads to, and why it is not what was asked for."""
    if one.kind in {"price", "total"}:
        if one.value < 0:
            return None, "a price is not below zero"
        if one.kind == "price":
            return one.value, ""
        minor = rounded(one.value * desk.minor, desk.policy.rounding)
        why = "" if minor == one.value * desk.minor else "the currency has no smaller unit"
        return Fraction(minor, desk.minor * draft.line.quantity), why
    exact = draft.exact * (1 - one.value) if one.kind == "percent" else draft.exact - one.value
    if exact < 0 <= draft.exact:
        return Fraction(0), _TOO_MUCH
    return exact, ""


# --- the quote ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shares:
    """What the quote's adjustment makes of every line: its amount before, and what is added, in minor units."""

    one: Adjustment
    before: list[int]
    added: Sequence[int]

    def on(self, desk: Desk, draft: Draft, position: int) -> Draft:
        """Return a line with its share: from here on its price is an amount of the whole line."""
        if not self.added[position]:
            return draft
        amount = self.before[position] + self.added[position]
        exact = Fraction(amount, desk.minor * draft.line.quantity)
        draft = draft.moved(exact, _origin(self.one), "add", exact - draft.exact)
        return replace(draft, whole=True)


def _on_quote(desk: Desk, sheet: Sheet, one: Adjustment) -> Sheet:
    if one.kind == "price":
        return replace(sheet, unmet=(*sheet.unmet, _unmet(one, "a unit price is of a line")))
    before = _amounts(desk, sheet)
    wanted, why = _wanted(desk, one, sum(before))
    room = _room(desk, sheet, before) if wanted < 0 else None
    policy = desk.policy
    added = spread(wanted, _weights(desk, sheet, before), caps=room, remainder=policy.remainder, credits=policy.credits)
    if sum(added) != wanted:
        why = _TOO_MUCH if added else "there is no line to spread it over"
        if added and desk.catalog.floors:
            why = "floors hold some lines, or more than the whole price cannot be taken off"
    if why:
        sheet = replace(sheet, unmet=(*sheet.unmet, _unmet(one, why)))
    return _spread(desk, sheet, _Shares(one, before, added)) if any(added) else sheet


def _room(desk: Desk, sheet: Sheet, amounts: list[int]) -> list[int]:
    """Return what can be taken off every line: no more than it costs, and no hard floor is crossed."""
    room = [max(0, amount) for amount in amounts]
    if not desk.catalog.floors:
        return room
    lines = [line_sums(desk, draft) for draft in sheet.drafts]
    grounds = grounds_of(desk, sheet.drafts, lines, quote_sums(desk, lines))
    return [min(most, ground.cap) for most, ground in zip(room, grounds, strict=True)]


def _amounts(desk: Desk, sheet: Sheet) -> list[int]:
    """Return what every line would come to now, in minor units."""
    mode = desk.policy.rounding
    if isinstance(sheet.drafts, Columns):
        found: list[int] = sheet.drafts.amounts(sheet.drafts.exact).tolist()
        return found
    return [rounded(draft.exact * draft.line.quantity * desk.minor, mode) for draft in sheet.drafts]


def _wanted(desk: Desk, one: Adjustment, total: int) -> tuple[int, str]:
    """Return what is to be added to a total in minor units, and why it is not what was asked for."""
    if one.kind == "percent":
        return -rounded(one.value * total, desk.policy.rounding), ""
    exact = one.value * desk.minor
    minor = rounded(exact, desk.policy.rounding)
    why = "" if minor == exact else "the currency has no smaller unit"
    if one.kind == "amount":
        return -minor, why
    return (minor - total, why) if minor >= 0 else (0, "a total is not below zero")


def _weights(desk: Desk, sheet: Sheet, amounts: list[int]) -> list[int]:
    if desk.policy.allocation == "even":
        return [1] * len(amounts)
    if desk.policy.allocation == "by quantity":
        if isinstance(sheet.drafts, Columns):
            quantities: list[int] = sheet.drafts.quantities.tolist()
            return quantities
        return [draft.line.quantity for draft in sheet.drafts]
    return [max(0, amount) for amount in amounts]


def _spread(desk: Desk, sheet: Sheet, shares: _Shares) -> Sheet:
    columns = sheet.drafts
    if not isinstance(columns, Columns):
        drafts = tuple(shares.on(desk, draft, position) for position, draft in enumerate(columns))
        return replace(sheet, drafts=drafts)
    added = integers(list(shares.added))
    touched = np.flatnonzero(added)
    micros = MICROS // desk.minor
    over = integers([(shares.before[place] + shares.added[place]) * micros for place in touched.tolist()])
    under = columns.quantities[touched]
    exact = columns.exact.put(touched, Ratios(over, under, size_of(over), size_of(under)))
    after = columns.then(lambda draft, position: shares.on(desk, draft, position), exact).with_whole(added != 0)
    return replace(sheet, drafts=after)

"""The phase "judge": which floors the priced quote crosses, which approvals it needs, and the fewest people who suffice.

A condition that asks about ``line`` is asked of every line, any other once of the quote. Of a quote, `net` is the sum
of its lines less the allowances spread over them, so that a discount on the whole quote counts as one. A floor that
asks for what nobody knows (a margin where a row states no cost) is not crossed: there is nothing to hold against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from catalogs.effectivity import in_effect
from catalogs.marks import Label
from catalogs.policy import Approval, Floor
from configurator.passes import mentioned
from quotes.pricing.columns import Columns
from quotes.pricing.fewest import fewest
from quotes.pricing.measures import measured
from quotes.pricing.record import MICROS, Judged, Judgement
from quotes.pricing.rounding import half_away
from quotes.pricing.scope import buyer
from quotes.pricing.sheet import Desk, Draft, Sheet
from quotes.pricing.sums import ratios_of
from rules.evaluator import holds
from rules.typed import Typed


@dataclass(frozen=True, slots=True)
class _Policy:
    """The floors and approvals in effect, each with whether it asks about every line."""

    floors: tuple[tuple[Floor, bool], ...]
    approvals: tuple[tuple[Approval, bool], ...]

    @classmethod
    def of(cls, desk: Desk) -> _Policy:
        """Collect them, by name."""
        floors = sorted(in_effect(desk.catalog.floors, desk.day), key=lambda one: one.name)
        approvals = sorted(in_effect(desk.catalog.approvals, desk.day), key=lambda one: one.name)
        return cls(
            tuple((one, _asks_line(one.condition)) for one in floors),
            tuple((one, _asks_line(one.when)) for one in approvals),
        )


def _asks_line(condition: Typed) -> bool:
    return not mentioned(condition).isdisjoint({"line", "quantity"})


@dataclass(frozen=True, slots=True)
class _Deal:
    """One line, or the quote (`lines` empty), as conditions see it; equal lines are one deal."""

    lines: tuple[str, ...]
    product: str
    sees: Mapping[str, object]

    @property
    def discount(self) -> Fraction:
        """The part of the list price that is given away; zero where that cannot be told."""
        found = self.sees["line" if self.lines else "quote"]
        value = found.get("discount") if isinstance(found, Mapping) else None
        return value if isinstance(value, Fraction) else Fraction(0)


def is_unjudged(desk: Desk) -> bool:
    """Say whether the catalog has neither floors nor approvals on the desk's day."""
    policy = desk.kept(_Policy.of)
    return not policy.floors and not policy.approvals


def judge(desk: Desk, sheet: Sheet) -> Sheet:
    """Judge all lines and the quote; nothing is changed but the judgement."""
    if is_unjudged(desk) or not sheet.drafts:
        return sheet
    policy = desk.kept(_Policy.of)
    quote = _quote(desk, sheet)
    asks = any(is_of_line for _, is_of_line in (*policy.floors, *policy.approvals))
    lines = list(_lines(desk, sheet, quote.sees)) if asks else []
    broken = [
        judged
        for floor, is_of_line in policy.floors
        for deal in (lines if is_of_line else [quote])
        if holds(floor.condition, deal.sees) is False
        for judged in _crossed(floor, deal)
    ]
    needed = [
        judged
        for approval, is_of_line in policy.approvals
        for deal in (lines if is_of_line else [quote])
        if holds(approval.when, deal.sees) is True and not _within_authority(desk, approval, deal, lines)
        for judged in _asked(approval, deal)
    ]
    order = {draft_id: place for place, draft_id in enumerate(_ids(sheet.drafts))} if asks else {}
    needed.sort(key=lambda one: (order.get(one.line, -1), one.name))
    broken.sort(key=lambda one: (order.get(one.line, -1), one.name))
    return replace(sheet, judgement=Judgement(tuple(broken), tuple(needed), approvers(desk, needed)))


def approvers(desk: Desk, needed: Sequence[Judged]) -> tuple[str, ...]:
    """Return the fewest people who together suffice; named roles go before those who stand in for them, then by name."""
    stand_ins: dict[str, list[str]] = {}
    for one in in_effect(desk.catalog.delegations, desk.day):
        stand_ins.setdefault(one.role, []).append(one.by)
    wishes: set[frozenset[str]] = set()
    for judged in needed:
        each = [frozenset({role, *stand_ins.get(role, ())}) for role in judged.needs]
        wishes |= set(each) if judged.mode == "all of" else {frozenset().union(*each)}
    roles = {role for judged in needed for role in judged.needs}
    return fewest(wishes, lambda person: (person not in roles, person))


def _ids(drafts: Sequence[Draft]) -> list[str]:
    return [line.id for line in drafts.lines] if isinstance(drafts, Columns) else [draft.line.id for draft in drafts]


def _crossed(floor: Floor, deal: _Deal) -> Iterator[Judged]:
    measures = measured(floor.condition, deal.sees, bad=False)
    if any(one.value is None and not one.text for one in measures):
        return
    for line in deal.lines or ("",):
        yield Judged("floor", floor.name, line, floor.because, measures=measures, source=floor.span)


def _asked(approval: Approval, deal: _Deal) -> Iterator[Judged]:
    measures = measured(approval.when, deal.sees, bad=True)
    because = approval.because if approval.because.text else Label(approval.name)
    for line in deal.lines or ("",):
        yield Judged(
            "approval", approval.name, line, because, approval.by, approval.mode, measures, approval.span
        )  # fmt: skip


def _within_authority(desk: Desk, approval: Approval, deal: _Deal, lines: Sequence[_Deal]) -> bool:
    """Say whether the author may go so far alone: one limit or more is hers, and every one that covers a line holds.

    Of a quote all lines must be covered and within their limit, and a limit on everything holds for the quote itself.
    """
    mine = [one for one in approval.limits if one.person == desk.inputs.author] if desk.inputs.author else []
    if not mine:
        return False

    def covered(one: _Deal) -> bool:
        fitting = [limit.rate for limit in mine if limit.family in (None, one.product)]
        return bool(fitting) and one.discount <= max(fitting)

    if deal.lines:
        return covered(deal)
    whole = [limit.rate for limit in mine if limit.family is None]
    return all(map(covered, lines)) and deal.discount <= max(whole, default=deal.discount)


def _quote(desk: Desk, sheet: Sheet) -> _Deal:
    drafts = sheet.drafts
    spread = sum(one.amount for one in sheet.document if one.kind == "allowance" and one.shares)
    whole = sum(one.amount for one in sheet.document if one.kind == "allowance" and not one.shares)
    costs = _costs(desk, drafts)
    sums = ratios_of(desk.minor, sheet.totals.list, sheet.totals.net - spread - whole, sheet.totals.tax, costs)
    quantity = int(drafts.quantities.sum()) if isinstance(drafts, Columns) else sum(one.line.quantity for one in drafts)
    quote = {**sums, "lines": Fraction(len(drafts)), "quantity": Fraction(quantity)}
    sees = {"customer": buyer(desk.catalog, desk.context), "quote": quote}
    return _Deal((), "", sees)


def _costs(desk: Desk, drafts: Sequence[Draft]) -> int | None:
    """Return the cost of all lines in minor units, each rounded as in its record; None where one is not known."""
    total = 0
    for draft, count in _distinct(drafts):
        cost = _cost(desk, draft)
        if cost is None:
            return None
        total += cost * count
    return total


def _cost(desk: Desk, draft: Draft) -> int | None:
    return None if draft.cost is None else half_away(draft.cost * draft.line.quantity * desk.minor)


def _distinct(drafts: Sequence[Draft]) -> Iterator[tuple[Draft, int]]:
    """Yield drafts that differ in what conditions see, each with how many lines are like it."""
    if not isinstance(drafts, Columns):
        yield from ((draft, 1) for draft in drafts)
        return
    for places in _alike(drafts):
        yield drafts[int(places[0])], len(places)


def _alike(columns: Columns) -> list[np.ndarray]:
    """Group the positions of lines with one configuration, one quantity and one net amount."""
    if columns.net is None:
        raise ValueError("lines are judged after they are extended")
    keys = np.stack([columns.numbers, columns.quantities, columns.net.astype(np.int64)])
    _, group = np.unique(keys, axis=1, return_inverse=True)
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group.reshape(-1)[order])) + 1)


def _lines(desk: Desk, sheet: Sheet, around: Mapping[str, object]) -> Iterator[_Deal]:
    drafts = sheet.drafts
    if not isinstance(drafts, Columns):
        yield from (_line(desk, draft, (draft.line.id,), around) for draft in drafts)
        return
    for places in _alike(drafts):
        ids = tuple(drafts.lines[int(place)].id for place in places)
        yield _line(desk, drafts[int(places[0])], ids, around)


def _line(desk: Desk, draft: Draft, ids: tuple[str, ...], around: Mapping[str, object]) -> _Deal:
    net = draft.net - draft.allocated
    tax = half_away(net * draft.tax_rate)
    line = {
        **ratios_of(desk.minor, draft.list, net, tax, _cost(desk, draft)),
        "unit_price": Fraction(draft.unit, MICROS),
        "quantity": Fraction(draft.line.quantity),
    }
    return _Deal(ids, draft.line.product, {**around, "line": line, "quantity": Fraction(draft.line.quantity)})

"""Random deals against a second way to price them, on both paths of the engine; and what holds of every record."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from catalogs.model import Catalog
from quotes.pricing import MICROS, Context, Line, PricedQuote, price
from quotes.pricing import access, agreement, channel, closing, manual, scale_columns, scales, sheet, unit
from quotes.pricing.sheet import Desk
from quotes.pricing.waterfall import price_on
from tests.quotes import small
from tests.quotes.pricing.agreeing import answer, ask, compare
from tests.quotes.pricing.oracle import expected
from tests.quotes.random_deals import Deal, deals
from tests.quotes.random_quotes import quotes
from tests.quotes.small import DAY


@pytest.mark.parametrize("seed", range(10))
def test_five_thousand_deals_agree_on_both_paths_with_the_oracle(seed: int) -> None:
    for deal in deals(seed, 100):
        compare(deal)


# --- what holds of every record ---------------------------------------------------------------------------


def telescopes(deal: Deal, found: PricedQuote) -> None:
    """I6: each step takes what the one before left; of the list price the exact sum is the output less its residue."""
    for line in found.lines:
        at, exact = 0, Fraction(0)
        for step in line.steps:
            assert step.input == at
            if step.not_applied:
                assert step.output == at
                continue
            at = step.output
            if step.phase in {"base", "configure"} and step.operator != "round":
                exact += step.operand
                assert step.output - step.residue == exact * MICROS
        assert at == line.net
        changed = [s.output for s in line.steps if s.phase in {"base", "configure"}]
        assert changed[-1] == line.list_unit


def has_a_rule(deal: Deal, found: PricedQuote) -> None:
    """I28: whatever changed has a name."""
    assert all(step.rule for line in found.lines for step in line.steps if step.input != step.output)


def is_pure(deal: Deal, found: PricedQuote) -> None:
    """I13, I14: asked again, on a desk that priced it before, from a pickle: the same record."""
    desk = Desk.open(deal.catalog, Context.of(deal.catalog, deal.customer), DAY, policy=deal.policy, inputs=deal.inputs)
    once, again = price_on(desk, deal.lines), price_on(desk, deal.lines)
    assert once == again == found
    assert pickle.loads(pickle.dumps(ask(deal, "columns"))) == found  # noqa: S301 - our own


def has_no_order(deal: Deal, found: PricedQuote) -> None:
    """I8: whatever has an order can be turned round; only what is spread over lines goes by their order."""
    catalog = deal.catalog
    turned = replace(
        catalog,
        price_lists=tuple(replace(one, rows=one.rows[::-1]) for one in catalog.price_lists[::-1]),
        charges=catalog.charges[::-1], scales=catalog.scales[::-1], taxes=catalog.taxes[::-1],
        contracts=catalog.contracts[::-1], channel_margins=catalog.channel_margins[::-1],
    )  # fmt: skip
    again = ask(replace(deal, catalog=turned))
    assert tuple(again.lines) == tuple(found.lines)
    if all(one.line for one in deal.inputs.adjustments):
        backwards = ask(replace(deal, catalog=turned, lines=deal.lines[::-1]))
        assert {one.id: (one.list, one.net, one.cost) for one in backwards.lines} == {
            one.id: (one.list, one.net, one.cost) for one in found.lines
        }


def adds_up(deal: Deal, found: PricedQuote) -> None:
    """I10: where no rule looks across lines the lines of two quotes cost what they cost together."""
    scales_across = any(scale.over != "line" for scale in deal.catalog.scales)
    if scales_across or any(not one.line for one in deal.inputs.adjustments):
        return
    alone = [ask(replace(deal, lines=[line])).lines for line in deal.lines]
    assert [line.net for lines in alone for line in lines] == [line.net for line in found.lines]


def is_split_freely(deal: Deal, found: PricedQuote) -> None:
    """I9: n lines of one piece have the unit price of one line of n, where the scales count over several lines."""
    if deal.inputs.adjustments or any(scale.over == "line" for scale in deal.catalog.scales):
        return
    split = [replace(line, id=f"{line.id}-{n}", quantity=1) for line in deal.lines for n in range(line.quantity)]
    whole = {line.id: line.net_unit for line in found.lines}
    again = ask(replace(deal, lines=split), "columns")
    assert all(whole[line.id.split("-")[0]] == line.net_unit for line in again.lines)


def stays_within(deal: Deal, found: PricedQuote) -> None:
    """I20: what a person takes off is not more than there is; everything off leaves exactly nothing."""
    free = replace(deal.inputs, adjustments=(small.adjustment("", "percent", 1),))
    if all(line.net >= 0 for line in found.lines) and not deal.catalog.channel_margins:
        nothing = ask(replace(deal, inputs=free))
        assert [line.net for line in nothing.lines] == [0] * len(nothing.lines)


def looks_at_no_other_day(deal: Deal, found: PricedQuote) -> None:
    """I24: rows that are not in effect can be left out, and so can what is said not to apply by another's precedence."""
    lists = tuple(
        replace(one, rows=tuple(row for row in one.rows if row.effectivity.covers(DAY)))
        for one in deal.catalog.price_lists
    )
    assert tuple(ask(replace(deal, catalog=replace(deal.catalog, price_lists=lists))).lines) == tuple(found.lines)


def does_without_what_did_not_apply(deal: Deal, found: PricedQuote) -> None:
    """I29: rows that another went before on every line change nothing when they are gone."""
    won = {(s.rule, s.source) for line in found.lines for s in line.steps if not s.not_applied}
    lost = {(s.rule, s.source) for line in found.lines for s in line.steps if s.not_applied} - won
    lists = tuple(
        replace(one, rows=tuple(row for row in one.rows if (one.name, row.span) not in lost or row.cost is not None))
        for one in deal.catalog.price_lists
    )
    again = ask(replace(deal, catalog=replace(deal.catalog, price_lists=lists)))
    assert [(line.list, line.net) for line in again.lines] == [(line.list, line.net) for line in found.lines]


RECORDS: list[Callable[[Deal, PricedQuote], None]] = [
    telescopes, has_a_rule, is_pure, has_no_order, adds_up, is_split_freely, stays_within, looks_at_no_other_day,
    does_without_what_did_not_apply,
]  # fmt: skip


@pytest.mark.parametrize("holds", RECORDS, ids=lambda one: one.__name__)
def test_what_holds_of_every_record(holds: Callable[[Deal, PricedQuote], None]) -> None:
    for deal in deals(77, 24):
        holds(deal, ask(deal))


# --- what holds of several --------------------------------------------------------------------------------


def plain(catalog: Catalog, lines: list[Line], customer=None) -> PricedQuote:
    return price(catalog, Context.of(catalog, customer), lines, DAY)


def test_quantities_scale_where_no_scale_is() -> None:
    for catalog, customer, lines in quotes(40, 30):
        bare = replace(catalog, scales=())
        for factor in (2, 10):
            more = [replace(line, quantity=line.quantity * factor) for line in lines]
            for once, many in zip(plain(bare, lines, customer).lines, plain(bare, more, customer).lines, strict=True):
                assert many.list_unit == once.list_unit
                assert abs(many.net - factor * once.net) <= factor


def test_a_dearer_list_never_makes_a_dearer_quote_cheaper() -> None:
    """I16: nothing in these quotes looks at an amount to find a tier, so the total follows the list."""
    chance = random.Random(16)
    for catalog, customer, lines in quotes(41, 30):
        which, by = chance.randrange(len(catalog.price_lists)), Fraction(chance.randrange(1, 500), 100)
        lists = list(catalog.price_lists)
        lists[which] = replace(lists[which], rows=tuple(replace(r, price=r.price + by) for r in lists[which].rows))
        dearer = replace(catalog, price_lists=tuple(lists))
        assert plain(dearer, lines, customer).totals.net >= plain(catalog, lines, customer).totals.net


def test_graduated_totals_do_not_fall_with_the_quantity() -> None:
    """I17: where no tier gives anything free and the price is not below zero."""
    chance = random.Random(17)
    for _ in range(60):
        cuts = sorted(chance.sample(range(2, 30), 3))
        rows = zip([1, *cuts], [*(cut - 1 for cut in cuts), None], strict=True)
        tiers = [(low, high, f"{chance.randrange(0, 1000) / 10}%") for low, high in rows]
        one = small.component("one", [])
        scale = small.scale("graduated", *tiers, on="one")
        catalog = small.catalog([one], [small.prices("p", small.row("", "9.99", product="one"))], scales=[scale])
        nets = [plain(catalog, [Line("1", "one", {}, n)]).totals.net for n in range(1, 40)]
        assert nets == sorted(nets)


# --- planted faults -----------------------------------------------------------------------------------------


def sees(check: Callable[[Deal], object], number: int = 40) -> bool:
    """Say whether a check notices something on random deals."""
    for deal in deals(5, number):
        try:
            check(deal)
        except (AssertionError, ArithmeticError):
            return True
    return False


def record(holds: Callable[[Deal, PricedQuote], None]) -> Callable[[Deal], None]:
    return lambda deal: holds(deal, ask(deal))


def agrees(deal: Deal) -> None:
    assert answer(ask(deal)) == expected(deal)


def _off_by_one(function: Callable[..., int]) -> Callable[..., int]:
    return lambda amount, *rest: function(amount, *rest) + (amount.denominator > 1)


def _forgets(function: Callable[..., object]) -> Callable[..., object]:
    calls: list[int] = []

    def forgetful(*given: object) -> object:
        calls.append(1)
        return given[0] if len(calls) % 3 == 0 else function(*given)

    return forgetful


FAULTS: dict[str, tuple[object, str, Callable, Callable[[Deal], None]]] = {
    "a rounding goes wrong": (closing, "rounded", _off_by_one, agrees),
    "a scale has no bounds": (scales, "bounded", lambda _: lambda _one, unit: unit, agrees),
    "a contract is passed over": (agreement, "names", lambda _: lambda *_: False, agrees),
    "a margin is lost": (channel, "margins", lambda real: lambda desk: real(desk)[1:], agrees),
    "a share is lost": (manual, "spread", lambda real: lambda *a, **k: (0, *real(*a, **k)[1:]), agrees),
    "columns count another quantity": (
        scale_columns, "_counted", lambda real: lambda columns, table: {
            name: column + 1 for name, column in real(columns, table).items()}, compare,
    ),
    "a step begins elsewhere": (
        sheet.Origin, "step", lambda real: lambda self, op, operand, before, after, residue=Fraction(0): real(
            self, op, operand, before + (after > before), after, residue), record(telescopes),
    ),
    "a step has no rule": (
        sheet.Origin, "step", lambda real: lambda self, *given: replace(real(self, *given), rule=""), record(has_a_rule),
    ),
    "something is remembered": (unit, "_charged", _forgets, record(is_pure)),
    "rows come in any order": (access, "precedence", lambda _: lambda _one: 0, record(has_no_order)),
    "a line counts what others have": (
        scales, "scaled", lambda real: lambda desk, draft, counts: real(desk, draft, dict.fromkeys(counts, counts["quote"])),
        record(adds_up),
    ),
    "a line counts only itself": (
        scales, "scaled", lambda real: lambda desk, draft, counts: real(desk, draft, dict.fromkeys(counts, counts["line"])),
        record(is_split_freely),
    ),
    "not everything can be taken off": (
        manual, "spread", lambda real: lambda *a, **k: (0, *real(*a, **k)[1:]), record(stays_within),
    ),
    "rows of other days": (access, "in_effect", lambda _: lambda some, _day: some, record(looks_at_no_other_day)),
    "what lost counts a little": (
        unit, "_with_row", lambda real: lambda draft, found, what: _dearer(real(draft, found, what), found, what),
        record(does_without_what_did_not_apply),
    ),
    "dear is cheap": (
        closing, "rounded", lambda real: lambda amount, mode: real(amount if amount < 5_000 else -amount, mode),
        lambda _: test_a_dearer_list_never_makes_a_dearer_quote_cheaper(),
    ),
    "twenty are forgotten": (
        scales, "_units_in", lambda real: lambda tier, quantity: real(tier, quantity) * (quantity != 20),
        lambda _: test_graduated_totals_do_not_fall_with_the_quantity(),
    ),
}  # fmt: skip


def _dearer(draft: sheet.Draft, found: access.Found, what: sheet.Origin) -> sheet.Draft:
    return draft.moved(draft.exact + 1, what, "add", Fraction(1)) if found.others else draft


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, name, spoil, check = FAULTS[fault]
    assert not sees(check, 1)
    monkeypatch.setattr(place, name, spoil(getattr(place, name)))
    assert sees(check)

"""Goldens of category "stacking": discounts one after the other, what a person or a channel takes off.

Steps are manual adjustments in their order, of the line or of the quote; a partner is a channel; what competes, or
consumes units, is a promotion and stands in its own file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from catalogs.marks import ALWAYS, Label
from catalogs.policy import PHASES, ChannelMargin, Policy
from quotes.pricing.inputs import Adjustment, Inputs
from quotes.pricing.record import MICROS, PricedQuote
from tests.quotes.pricing.goldens import promotions
from tests.quotes.pricing.goldens.numbers import Published, agrees, exact
from tests.quotes.pricing.plain import Item, ask, catalog_of, product, rate
from tests.quotes.small import scale, span

Case = Mapping[str, Any]


def check(case: Case) -> None:
    keys = case["inputs"].keys()
    found = next((answer for wanted, answer in SHAPES if wanted <= keys), None)
    assert found is not None, case["inputs"]
    found(case)


def _step(written: object, line: str) -> Adjustment:
    """Read ``-20%``, ``10%`` (off), ``+10%``, ``-15`` or ``100`` (off)."""
    text = str(written).strip()
    sign = -1 if text.startswith("+") else 1
    value = abs(exact(text.rstrip("%").replace("+", "")))
    if text.endswith("%"):
        return Adjustment(line, "percent", sign * value / 100)
    return Adjustment(line, "amount", sign * value)


def _net(found: PricedQuote) -> Fraction:
    assert not found.unmet
    return Fraction(found.totals.net, 100)


def _line_steps(case: Case) -> None:
    steps = tuple(_step(one, "0") for one in case["inputs"]["steps"])
    found = ask([Item(exact(case["inputs"]["price"]))], inputs=Inputs(adjustments=steps))
    assert agrees(_net(found), case["expected"])


def _quote_steps(case: Case) -> None:
    """Steps on several lines: the total where one number is expected, otherwise the share of every line by step."""
    steps = tuple(_step(one, "") for one in case["inputs"]["steps"])
    items = [Item(exact(one)) for one in case["inputs"]["prices"]]
    found = ask(items, inputs=Inputs(adjustments=steps))
    if not isinstance(case["expected"], list):
        assert agrees(_net(found), case["expected"])
        return
    for number, shares in enumerate(case["expected"]):
        given = [-[s.operand for s in line.steps if s.phase == "manual"][number] for line in found.lines]
        assert all(agrees(one, share) for one, share in zip(given, shares, strict=True)), given


def _rules(case: Case) -> None:
    """Rates are of the price, amounts come after them: both are given in full."""
    steps = [_step(one, "0") for one in case["inputs"]["rules"]]
    steps.sort(key=lambda one: one.kind != "percent")
    found = ask([Item(exact(case["inputs"]["price"]))], inputs=Inputs(adjustments=tuple(steps)))
    assert agrees(Fraction(found.lines[0].discount, 100), case["expected"])


def _with_minimum(case: Case) -> None:
    """A lowest price holds for every unit, whatever is taken off."""
    inputs, expected = case["inputs"], case["expected"]
    if "qty" in inputs or "prices" in inputs:
        promotions.check(case)
        return
    price, off = exact(inputs["price"]), _step(inputs["discount"], "")
    tier = f"{off.value * 100}%" if off.kind == "percent" else str(price - off.value)
    items = [Item(price)]
    one = scale("volume", (1, None, tier), on=product(0), minimum=str(inputs["min"]))
    found = ask(items, catalog=replace(catalog_of(items), scales=(one,)))
    if isinstance(expected, Mapping):
        assert agrees(_net(found), expected["total"])
        assert agrees(Fraction(found.totals.discount, 100), expected["discount"])
    else:
        assert agrees(_net(found), expected)


def _percent_off(prices: Sequence[Published], percent: Published) -> Fraction:
    """Return what a rate of all lines together takes off."""
    off = Adjustment("", "percent", exact(percent) / 100)
    return Fraction(ask([Item(exact(one)) for one in prices], inputs=Inputs(adjustments=(off,))).totals.discount, 100)


def _percent(case: Case) -> None:
    inputs, expected = case["inputs"], case["expected"]
    if "amount" in inputs:
        assert agrees(_percent_off([inputs["amount"]], inputs["pct"]), expected)
        return
    each = [_percent_off([one], inputs["pct"]) for one in inputs["prices"]]
    wanted = expected["per_line"] if isinstance(expected, Mapping) else expected
    assert all(exact(published) == one for one, published in zip(each, wanted, strict=True)), each
    if isinstance(expected, Mapping):
        assert sum(each) == exact(expected["sum_per_line"])
        assert _percent_off(inputs["prices"], inputs["pct"]) == exact(expected["on_total"])


def _buckets(case: Case) -> None:
    """Buckets go on from each other; the null bucket is a rate of the list price, applied last."""
    inputs, expected = case["inputs"], case["expected"]
    names = sorted(name for name in inputs if name.startswith("bucket"))
    null = _step(inputs["null"], "0")
    last = replace(null, kind="amount", value=null.value * exact(inputs["list"])) if null.kind == "percent" else null
    steps = (*(_step(inputs[name], "0") for name in names), last)
    found = ask([Item(exact(inputs["list"]))], inputs=Inputs(adjustments=steps))
    outputs = [Fraction(step.output, MICROS) for step in found.lines[0].steps if step.phase == "manual"]
    for number, name in enumerate(names):
        wanted = expected.get(f"after_b{name.removeprefix('bucket')}")
        assert wanted is None or agrees(outputs[number], wanted)
    assert agrees(_net(found), expected["net"])


def _partner(case: Case) -> None:
    """A person's discount and a partner's margin; which comes last is the policy's order of phases."""
    inputs = case["inputs"]
    margin = _step(inputs["partner"], "").value
    items = [Item(exact(inputs["list"]))]
    channel = ChannelMargin("partner", Label("Partner"), margin, (), None, ALWAYS, span())
    order = [name for name in PHASES if name != "manual"]
    order.insert(order.index("channel") + bool(inputs.get("additional_last")), "manual")
    found = ask(
        items,
        catalog=replace(catalog_of(items), channel_margins=(channel,)),
        policy=Policy("partners", phases=tuple(order)),
        inputs=Inputs(adjustments=(_step(inputs["additional"], "0"),)),
    )
    assert agrees(_net(found), case["expected"])


def _taxed(case: Case) -> None:
    """Amounts are in minor units; the unit price is rounded to them before it is multiplied."""
    inputs, expected = case["inputs"], case["expected"]
    steps = tuple(_step(one, "0") for one in inputs.get("steps", [inputs.get("discount", "0%")]))
    found = ask(
        [Item(exact(inputs["list"]) / 100, int(inputs.get("qty", 1)))],
        taxes=[rate("standard", str(inputs["tax"]).rstrip("%"))],
        inputs=Inputs(adjustments=steps),
        policy=Policy("cents", unit_digits=2),
    )
    assert (found.totals.net, found.totals.gross) == (expected["net"], expected["gross"])


def _rounded(case: Case) -> None:
    assert agrees(_net(ask([Item(exact(case["inputs"]["amount"]))])), case["expected"])


def _capped(case: Case) -> None:
    """More than everything cannot be taken off, and the record says so."""
    inputs = case["inputs"]
    off = Adjustment("", "amount", abs(exact(inputs["discount"])))
    found = ask([Item(exact(one)) for one in inputs["units"]], inputs=Inputs(adjustments=(off,)))
    assert agrees(Fraction(found.totals.discount, 100), case["expected"])
    assert bool(found.unmet) == (off.value > sum(map(exact, inputs["units"])))


SHAPES: tuple[tuple[frozenset[str], Callable[[Case], None]], ...] = (
    (frozenset({"list", "tax"}), _taxed),
    (frozenset({"list", "null"}), _buckets),
    (frozenset({"list", "additional", "partner"}), _partner),
    (frozenset({"price", "steps"}), _line_steps),
    (frozenset({"prices", "steps"}), _quote_steps),
    (frozenset({"price", "rules"}), _rules),
    (frozenset({"min", "discount"}), _with_minimum),
    (frozenset({"units", "discount"}), _capped),
    (frozenset({"pct"}), _percent),
    (frozenset({"promos"}), promotions.check),
    (frozenset({"get_qty"}), promotions.check),
    (frozenset({"units"}), promotions.check),
    (frozenset({"amount"}), _rounded),
)
"""What inputs look like, and which question they are; the first that fits."""

"""Goldens of category "tax": quotes without and with tax, several rates, charges and allowances, closed by the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from catalogs.policy import Policy
from quotes.pricing.exclusive import exclusive
from quotes.pricing.inputs import Adjustment, Inputs
from quotes.pricing.record import PricedQuote
from tests.quotes.pricing.goldens.numbers import agrees, exact
from tests.quotes.pricing.plain import Item, ask, fee, rate

EXCLUSIVE = Policy("exclusive")
INCLUSIVE = Policy("inclusive", tax="inclusive")
LINE_BY_LINE = Policy("line by line", tax_per="line")


def check(case: Mapping[str, Any]) -> None:
    inputs = case["inputs"]
    for keys, judge in SHAPES:
        if keys <= inputs.keys():
            judge(inputs, case["expected"])
            return
    raise AssertionError(f"{case['id']}: no check for {sorted(inputs)}")


def _money(minor: int) -> Fraction:
    return Fraction(minor, 100)


def _same(found: PricedQuote, expected: Mapping[str, Any], **known: Fraction) -> None:
    """Compare what a case states by name with what the record says under that name."""
    totals = found.totals
    says = {
        "tax": _money(totals.tax), "total": _money(totals.gross), "subtotal": _money(totals.net),
        "BT106": _money(totals.net), "BT107": _money(totals.allowances), "BT108": _money(totals.charges),
        "BT109": _money(totals.taxable), "BT110": _money(totals.tax), "BT112": _money(totals.gross),
        "BT115": _money(totals.payable), "payable": _money(totals.payable), "net": _money(totals.net),
        **{f"taxable_{one.code}": _money(one.taxable) for one in found.taxes},
        **{f"tax_{one.code}": _money(one.tax) for one in found.taxes},
        **known,
    }  # fmt: skip
    for name, value in expected.items():
        assert agrees(says[name], value), (name, says[name], value)


def _tax_of_taxable(inputs: Mapping[str, Any], expected) -> None:
    found = ask([Item(exact(inputs["taxable"]))], taxes=[rate("standard", inputs["rate"])])
    assert agrees(_money(found.totals.tax), expected), found.totals


def _invoice(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Lines with amount, category code and rate, with charges, allowances and what is paid already."""
    stated = [inputs[name] for name in ("charge", "allowance") if name in inputs]
    classes = dict.fromkeys((code, percent) for _, code, percent in [*inputs["lines"], *stated])
    items = [Item(exact(amount), tax=f"{code}_{percent}") for amount, code, percent in inputs["lines"]]
    fees = [
        fee(kind, kind, exact(inputs[kind][0]), category="_".join(inputs[kind][1:]))
        for kind in ("charge", "allowance")
        if kind in inputs
    ]
    taxes = [rate(f"{code}_{percent}", percent, code) for code, percent in classes]
    paid = Inputs(prepaid=int(exact(inputs.get("prepaid", 0)) * 100))
    _same(ask(items, taxes=taxes, fees=fees, inputs=paid), expected)


def _standard_and_exempt(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Amounts by category code: a negative one is an allowance of it, a later one a charge or a line."""
    items, fees = [], []
    for code, amounts in inputs.items():
        for number, amount in enumerate(amounts):
            if amount < 0:
                fees.append(fee("allowance", f"{code}{number}", abs(exact(amount)), category=code))
            else:
                items.append(Item(exact(amount), tax=code))
    taxes = [rate(code, 25 if code == "s" else 0, code.upper()) for code in inputs]
    _same(ask(items, taxes=taxes, fees=fees), expected)


def _sum_of_lines(inputs: Mapping[str, Any], expected) -> None:
    found = ask([Item(exact(amount)) for amount in inputs["lines"]])
    assert agrees(_money(found.totals.net), expected)


def _by_line_and_sum(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """The same lines with the tax rounded line by line and once: totals with tax, or the tax alone where that is meant."""
    items = [Item(exact(amount)) for amount in inputs["lines"]]
    taxes = [rate("standard", inputs["rate"])]
    net = sum((exact(amount) for amount in inputs["lines"]), Fraction(0))
    for name, policy in (("per_line", LINE_BY_LINE), ("on_sum", EXCLUSIVE)):
        if name in expected:
            totals = ask(items, taxes=taxes, policy=policy).totals
            alone = exact(expected[name]) < net
            assert agrees(_money(totals.tax if alone else totals.gross), expected[name]), (name, totals)
        if "after_100pct" in expected:
            assert agrees(_money(_free(items, taxes, policy).totals.payable), expected["after_100pct"])


def _all_off(inputs: Mapping[str, Any], expected) -> None:
    """Everything off: nothing is left, whether it is taken off the lines or off the quote."""
    lines = [(1, line) if isinstance(line, str) else line for line in inputs["lines"]]
    items = [Item(exact(unit), quantity) for quantity, unit in lines]
    taxes = [rate("standard", inputs["rate"])]
    off = exact(str(inputs["discount"]).rstrip("%"))
    adjusted = Inputs(tuple(Adjustment(str(i), "percent", off / 100) for i in range(len(items))))
    for policy in (EXCLUSIVE, INCLUSIVE, LINE_BY_LINE):
        spread = ask(items, taxes=taxes, fees=[fee("allowance", "off", percent=off)], policy=policy)
        for found in (spread, ask(items, taxes=taxes, inputs=adjusted, policy=policy)):
            assert agrees(_money(found.totals.payable), expected), (policy.name, found.totals)


def _free(items: Sequence[Item], taxes: Sequence[Any], policy: Policy) -> PricedQuote:
    return ask(items, taxes=taxes, policy=policy, fees=[fee("allowance", "free", percent=100)])


def _per_base_quantity(inputs: Mapping[str, Any], expected) -> None:
    found = ask([Item(exact(inputs["price"]) / inputs["base_qty"], inputs["qty"])])
    assert agrees(_money(found.lines[0].net), expected)


def _off_the_unit(inputs: Mapping[str, Any], expected) -> None:
    taken = Inputs((Adjustment("0", "amount", exact(inputs["discount"])),))
    found = ask([Item(exact(inputs["gross"]))], inputs=taken)
    assert agrees(_money(found.lines[0].net), expected)


def _rate_of_base(inputs: Mapping[str, Any], expected) -> None:
    found = ask([Item(exact(inputs["base"]))], fees=[fee("charge", "freight", percent=exact(inputs["pct"]))])
    assert agrees(_money(found.totals.charges), expected)


def _discounted(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """A rate off a line, to the digits of the currency, or to four decimals: in units a hundred times smaller."""
    finer = 1 if inputs["rule"] == "currency" else 100
    off = Inputs((Adjustment("0", "percent", exact(inputs["pct"]) / 100),))
    line = ask([Item(exact(inputs["price"]) * finer, inputs["qty"])], inputs=off).lines[0]
    says = {"sum": line.list, "discount": line.discount, "total": line.net}
    for name, value in expected.items():
        assert agrees(_money(says[name]) / finer, value), (name, line)


def _included(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """A price with tax: what it is without, to four decimals; what is to be paid does not change."""
    off = (Adjustment("0", "percent", exact(inputs["pct"]) / 100),) if "pct" in inputs else ()
    items = [Item(exact(inputs["gross"]), inputs["qty"])]
    found = ask(items, taxes=[rate("standard", inputs["rate"])], inputs=Inputs(off), policy=INCLUSIVE)
    stated = exclusive(found, digits=4)
    line = stated.lines[0]
    assert stated.totals.payable == found.totals.payable == found.totals.gross
    says = {"net_unit": line.list_unit, "total": _money(line.net), "net_sum": _money(line.net)}
    for name, value in {**expected}.items():
        assert agrees(says.get(name, _money(found.totals.payable)), value), (name, line)


def _mixed(inputs: Mapping[str, Any], expected) -> None:
    """Prices with tax at several rates (``43.20@6``; without a rate untaxed), with allowances off the whole."""
    parts = [str(one).partition("@") for one in inputs["gross"]]
    percents = [part[2] or str(inputs.get("rate", 0)) for part in parts]
    items = [Item(exact(part[0]), tax=f"at_{percent}") for part, percent in zip(parts, percents, strict=True)]
    taxes = [rate(f"at_{percent}", percent) for percent in dict.fromkeys(percents)]
    discounts = inputs.get("order_discounts", [inputs["order_discount"]] if "order_discount" in inputs else [])
    fees = [fee("allowance", f"off_{i}", exact(one)) for i, one in enumerate(discounts)]
    found = ask(items, taxes=taxes, fees=fees, policy=INCLUSIVE)
    assert found.totals.gross == sum(line.net - line.allocated for line in found.lines)
    if isinstance(expected, Mapping):
        stated = exclusive(found, digits=4)
        net = _money(stated.totals.net)
        _same(found, expected, net_line1=stated.lines[0].list_unit, net_sum=net)


def _net_of_each(inputs: Mapping[str, Any], expected) -> None:
    """Each price with tax in minor units, alone: what is left without it."""
    for gross, net in zip(inputs["gross"], expected, strict=True):
        found = ask([Item(exact(gross) / 100)], taxes=[rate("standard", inputs["rate"])], policy=INCLUSIVE)
        assert agrees(found.totals.taxable, net), found.totals


def _tax_of_gross(inputs: Mapping[str, Any], expected) -> None:
    items = [Item(exact(inputs["gross"]))]
    found = ask(items, taxes=[rate("standard", inputs["rate"])], policy=INCLUSIVE)
    assert agrees(_money(found.totals.tax), expected)
    assert found.totals.gross == found.lines[0].net


def _net_and_tax(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    items = [Item(exact(inputs["net"]), inputs.get("qty", 1))]
    _same(ask(items, taxes=[rate("standard", inputs["rate"])]), expected)


def _rounded_parts(inputs: Mapping[str, Any], expected) -> None:
    """A total is the sum of its rounded parts; the rate is the one that these parts have."""
    percent = Fraction(inputs["tax_cents"] * 100, inputs["net_cents"])
    found = ask([Item(Fraction(inputs["net_cents"], 100))], taxes=[rate("standard", percent)])
    assert (found.totals.tax, found.totals.gross) == (inputs["tax_cents"], expected)


def _rated_lines(inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Lines as quantity, unit price and rate."""
    items = [Item(exact(unit), quantity, tax=f"at_{percent}") for quantity, unit, percent in inputs["lines"]]
    percents = dict.fromkeys(percent for _, _, percent in inputs["lines"])
    _same(ask(items, taxes=[rate(f"at_{one}", one) for one in percents]), expected)


def _lines(inputs: Mapping[str, Any], expected) -> None:
    """Lines alone: amounts, or (amount, category code, rate), or (quantity, price, rate)."""
    first = inputs["lines"][0]
    if isinstance(first, list) and isinstance(first[1], str) and not first[1].replace(".", "").isdigit():
        _invoice(inputs, expected)
    elif isinstance(first, list):
        _rated_lines(inputs, expected)
    else:
        _sum_of_lines(inputs, expected)


def _gross(inputs: Mapping[str, Any], expected) -> None:
    gross = inputs["gross"]
    if not isinstance(gross, list):
        _tax_of_gross(inputs, expected)
    elif isinstance(expected, list):
        _net_of_each(inputs, expected)
    else:
        _mixed(inputs, expected)


SHAPES: tuple[tuple[frozenset[str], Callable[[Mapping[str, Any], Any], None]], ...] = (
    (frozenset({"taxable", "rate"}), _tax_of_taxable),
    (frozenset({"lines", "discount"}), _all_off),
    (frozenset({"lines", "rate"}), _by_line_and_sum),
    (frozenset({"lines"}), _lines),
    (frozenset({"s"}), _standard_and_exempt),
    (frozenset({"qty", "price", "base_qty"}), _per_base_quantity),
    (frozenset({"base", "pct"}), _rate_of_base),
    (frozenset({"qty", "price", "pct", "rule"}), _discounted),
    (frozenset({"gross", "discount"}), _off_the_unit),
    (frozenset({"qty", "gross", "rate"}), _included),
    (frozenset({"gross"}), _gross),
    (frozenset({"net_cents", "tax_cents"}), _rounded_parts),
    (frozenset({"net", "rate"}), _net_and_tax),
)
"""What a case states decides how it is checked; the first shape whose inputs are all there."""

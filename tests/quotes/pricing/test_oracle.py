"""Random quotes against a second way to price them: one plain loop over exact fractions, rows searched linearly."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest

from catalogs.model import Catalog, Customer, PriceRow, Scale
from quotes.pricing import MICROS, Context, Line, PricedQuote, price
from tests.quotes.random_quotes import quotes
from tests.quotes.small import DAY

# --- the oracle -----------------------------------------------------------------------------------


def half_up(amount: Fraction) -> int:
    """Round as EN 16931 has it: add a half to the size, cut off, put the sign back."""
    size = math.floor(abs(amount) + Fraction(1, 2))
    return -size if amount < 0 else size


def expected(
    catalog: Catalog, segment: str, lines: list[Line]
) -> tuple[list[tuple[int, int]], dict, tuple[int, int, int]]:
    """Return list and net per line, tax by category, and the totals."""
    found = [one_line(catalog, segment, line, lines) for line in lines]
    taxable: dict[tuple[str, Fraction], int] = {}
    for line, (_, net) in zip(lines, found, strict=True):
        key = tax_for(catalog, segment, line.product)
        taxable[key] = taxable.get(key, 0) + net
    taxes = {key: half_up(Fraction(amount) * key[1]) for key, amount in taxable.items()}
    net = sum(net for _, net in found)
    return found, taxes, (net, sum(taxes.values()), net + sum(taxes.values()))


def one_line(catalog: Catalog, segment: str, line: Line, lines: list[Line]) -> tuple[int, int]:
    amount = best_price(catalog, segment, line, (), "", None)
    for name in ("a", "b", "w"):
        if name in line.configuration:
            amount += best_price(catalog, segment, line, (name,), "", line.configuration[name])
    for index in range(int(line.configuration.get("count(ps)", 0))):
        amount += best_price(catalog, segment, line, ("ps",), f"ps[{index}].", None)
        amount += best_price(catalog, segment, line, ("ps", "s"), f"ps[{index}].", line.configuration[f"ps[{index}].s"])
    for charge in catalog.charges:
        if charge.on == line.product and (charge.when is None or line.configuration.get("b") is True):
            amount += charge.amount.value  # type: ignore[union-attr]
    unit = Fraction(half_up(amount * MICROS), MICROS)
    listed = half_up(unit * line.quantity * 100)
    for scale in catalog.scales:
        if scale.on == line.product:
            unit = after_scale(scale, unit, counted(scale, line, lines))
    return listed, half_up(unit * line.quantity * 100)


def best_price(
    catalog: Catalog, segment: str, line: Line, path: tuple[str, ...], inside: str, value: object
) -> Fraction:
    """Look at every row of every list and keep the best fitting one by the rules of precedence, one after another."""
    fitting: list[tuple[tuple, PriceRow]] = []
    for prices in catalog.price_lists:
        if prices.when is not None and prices.when.right.value != segment:  # type: ignore[union-attr]
            continue
        for row in prices.rows:
            if row.product != line.product or row.path != path or not row.effectivity.covers(DAY):
                continue
            if value is not None and (value is False if row.values.everything else value not in row.values):
                continue
            cells = [(names, cell) for names, cell in row.cells if not cell.everything]
            if all(line.configuration[(inside if len(names) > 1 else "") + names[-1]] in cell for names, cell in cells):
                start = row.effectivity.start
                breadth = 2 if row.values.everything else 1 if row.values.ranges else 0
                days = start.toordinal() if start else 0
                fitting.append(((prices.when is None, -len(cells), breadth, -days, prices.name, row.span), row))
    return min(fitting)[1].price if fitting else Fraction(0)


def counted(scale: Scale, line: Line, lines: list[Line]) -> int:
    if scale.over == "line":
        return line.quantity
    return sum(other.quantity for other in lines if scale.over == "quote" or other.product == line.product)


def after_scale(scale: Scale, unit: Fraction, quantity: int) -> Fraction:
    """Price every single piece by itself, and take the mean of them."""
    each = []
    for piece in range(1, quantity + 1):
        deciding = piece if scale.method == "graduated" else quantity
        tier = next((t for t in scale.tiers if t.low <= deciding and (t.high is None or deciding <= t.high)), None)
        if tier is None:
            each.append(unit)
        else:
            each.append(tier.amount if tier.amount is not None else unit * (1 - tier.rate))
    mean = sum(each, Fraction(0)) / quantity
    if all(t.low > quantity or (t.high is not None and t.high < 1) for t in scale.tiers):
        return unit
    if scale.method == "volume" and not any(t.low <= quantity <= (t.high or quantity) for t in scale.tiers):
        return unit
    mean = max(mean, scale.minimum) if scale.minimum is not None else mean
    mean = min(mean, scale.maximum) if scale.maximum is not None else mean
    return Fraction(half_up(mean * MICROS), MICROS) if scale.method == "volume" else mean


def tax_for(catalog: Catalog, segment: str, product: str) -> tuple[str, Fraction]:
    for tax in catalog.taxes:
        if tax.when is not None and tax.when.right.value == segment:  # type: ignore[union-attr]
            return tax.category, tax.rate
    for tax in catalog.taxes:
        if tax.when is None and product in tax.on:
            return tax.category, tax.rate
    return next(((t.category, t.rate) for t in catalog.taxes if t.category == "standard"), ("none", Fraction(0)))


def ask(catalog: Catalog, customer: Customer | None, lines: list[Line]) -> PricedQuote:
    return price(catalog, Context.of(catalog, customer), lines, DAY)


# --- the properties -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_five_thousand_quotes_agree_with_the_oracle(seed: int) -> None:
    for catalog, customer, lines in quotes(seed, 100):
        found = ask(catalog, customer, lines)
        segment = customer.segment if customer else ""
        by_line, taxes, totals = expected(catalog, segment, lines)
        assert [(line.list, line.net) for line in found.lines] == by_line
        assert {(group.category, group.rate): group.tax for group in found.taxes} == taxes
        assert (found.totals.net, found.totals.tax, found.totals.gross) == totals


@pytest.mark.parametrize("seed", range(20, 24))
def test_invariants(seed: int) -> None:
    for catalog, customer, lines in quotes(seed, 30):
        found = ask(catalog, customer, lines)
        assert found.totals.list - found.totals.discount == found.totals.net
        assert sum(group.taxable for group in found.taxes) == found.totals.net == sum(line.net for line in found.lines)
        for line in found.lines:
            telescopes(line)
        assert ask(catalog, customer, lines) == found
        assert shuffled(catalog, customer, lines) == {line.id: (line.list, line.net, line.cost) for line in found.lines}


def telescopes(line) -> None:
    """Each step takes what the one before left; the exact sum is the last output less its residue."""
    at, exact = 0, Fraction(0)
    for step in line.steps:
        assert step.input == at
        if step.not_applied:
            assert step.output == at
            continue
        at = step.output
        if step.phase in {"base", "configure"}:
            exact += step.operand
            assert step.output - step.residue == exact * MICROS
        assert abs(step.residue) <= Fraction(1, 2)
    units = [step.output for step in line.steps if step.phase in {"base", "configure"}]
    assert units[-1] == line.list_unit
    assert at == line.net


def shuffled(catalog: Catalog, customer: Customer | None, lines: list[Line]) -> dict:
    """Turn round whatever has an order: lines, lists, rows, charges, scales, taxes."""
    turned = replace(
        catalog,
        price_lists=tuple(replace(one, rows=one.rows[::-1]) for one in catalog.price_lists[::-1]),
        charges=catalog.charges[::-1],
        scales=catalog.scales[::-1],
        taxes=catalog.taxes[::-1],
    )
    found = ask(turned, customer, lines[::-1])
    return {line.id: (line.list, line.net, line.cost) for line in found.lines}


@pytest.mark.parametrize("seed", range(40, 43))
def test_quantities_scale(seed: int) -> None:
    """Without scales a line of n pieces costs n times the exact unit, and lists of whole cents split freely."""
    for catalog, customer, lines in quotes(seed, 30):
        plain = replace(catalog, scales=())
        for line in ask(plain, customer, lines).lines:
            assert abs(Fraction(line.net, 100) - Fraction(line.list_unit * line.quantity, MICROS)) <= Fraction(1, 200)
        for factor in (2, 10):
            more = [replace(line, quantity=line.quantity * factor) for line in lines]
            for once, many in zip(ask(plain, customer, lines).lines, ask(plain, customer, more).lines, strict=True):
                assert many.list_unit == once.list_unit
                assert abs(many.net - factor * once.net) <= factor


@pytest.mark.parametrize("seed", range(50, 53))
def test_splitting_a_line_keeps_its_unit_price_under_scales_over_the_quote(seed: int) -> None:
    for catalog, customer, lines in quotes(seed, 30):
        if any(scale.over == "line" for scale in catalog.scales):
            continue
        split = [replace(line, id=f"{line.id}-{n}", quantity=1) for line in lines for n in range(line.quantity)]
        whole = {line.id: line.net_unit for line in ask(catalog, customer, lines).lines}
        assert all(whole[line.id.split("-")[0]] == line.net_unit for line in ask(catalog, customer, split).lines)

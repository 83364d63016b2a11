"""A second way to price a deal: one plain loop over exact fractions, rows searched linearly, piece by piece, line by line.

It was written from what the phases are said to do, and shares no code with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from catalogs.model import Catalog, PriceRow, Scale, Tier
from catalogs.policy import ContractTerm, Policy
from quotes.pricing import Adjustment, Line
from tests.quotes.random_deals import Deal
from tests.quotes.small import DAY

MILLION = 1_000_000


def half_up(amount: Fraction) -> int:
    """Round as EN 16931 has it: add a half to the size, cut off, put the sign back."""
    size = math.floor(abs(amount) + Fraction(1, 2))
    return -size if amount < 0 else size


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


def tax_for(catalog: Catalog, segment: str, product: str) -> tuple[str, Fraction]:
    for tax in catalog.taxes:
        if tax.when is not None and tax.when.right.value == segment:  # type: ignore[union-attr]
            return tax.category, tax.rate
    for tax in catalog.taxes:
        if tax.when is None and product in tax.on:
            return tax.category, tax.rate
    return next(((t.category, t.rate) for t in catalog.taxes if t.category == "standard"), ("none", Fraction(0)))


# --- rounding -----------------------------------------------------------------------------------------------


def whole(amount: Fraction, mode: str) -> int:
    """Round by the definition of each mode, from the two integers around."""
    low, high = math.floor(amount), math.ceil(amount)
    outward, inward = (high, low) if amount > 0 else (low, high)
    if mode in {"up", "down"}:
        return outward if mode == "up" else inward
    if amount - low != high - amount:
        return low if amount - low < high - amount else high
    if low == high:
        return low
    even = low if low % 2 == 0 else high
    return {"half away": outward, "half even": even, "half up": high, "half down": inward}[mode]


# --- one line ------------------------------------------------------------------------------------------------


@dataclass
class Priced:
    line: Line
    unit: Fraction
    listed: Fraction = Fraction(0)
    average: bool = False

    def settle(self, policy: Policy) -> None:
        """Round a unit price to the digits of the policy, but neither averages nor where only lines are rounded."""
        if policy.lines == "unit then extend" and not self.average:
            step = Fraction(1, 10**policy.unit_digits)
            self.unit = whole(self.unit / step, policy.rounding) * step


def parts_of(deal: Deal, line: Line, segment: str) -> dict[str, Fraction]:
    """Return what every row and charge adds, by path."""
    found = {"": best_price(deal.catalog, segment, line, (), "", None)}
    for name in ("a", "b", "w"):
        if name in line.configuration:
            found[name] = best_price(deal.catalog, segment, line, (name,), "", line.configuration[name])
    for n in range(int(line.configuration.get("count(ps)", 0))):
        inside = f"ps[{n}]."
        found[f"ps[{n}]"] = best_price(deal.catalog, segment, line, ("ps",), inside, None)
        found[f"{inside}s"] = best_price(
            deal.catalog, segment, line, ("ps", "s"), inside, line.configuration[f"{inside}s"]
        )
    for charge in deal.catalog.charges:
        if charge.on == line.product and (charge.when is None or line.configuration.get("b") is True):
            found[f"charge {charge.name}"] = charge.amount.value  # type: ignore[union-attr]
    return found


def tier_price(tier: Tier, unit: Fraction) -> Fraction:
    return tier.amount if tier.amount is not None else unit * (1 - tier.rate)


def total_by_scale(scale: Scale, quantity: int, unit: Fraction) -> Fraction | None:
    """Return what so many pieces cost, one after the other."""

    def holds(tier: Tier, piece: int) -> bool:
        return tier.low <= piece and (tier.high is None or piece <= tier.high)

    tiers = sorted(scale.tiers, key=lambda tier: tier.low)
    if scale.method in {"volume", "block"}:
        tier = next((tier for tier in tiers if holds(tier, quantity)), None)
        if tier is None:
            return None
        at_once = scale.method == "block" and tier.amount is not None
        return (tier.amount if at_once else quantity * tier_price(tier, unit)) + (tier.flat or 0)
    begun = [tier for tier in tiers if tier.low <= quantity]
    if not begun:
        return None
    total = sum((tier.flat or Fraction(0) for tier in begun), Fraction(0))
    if scale.method == "graduated":
        for piece in range(1, quantity + 1):
            tier = next((tier for tier in tiers if holds(tier, piece)), None)
            total += unit if tier is None else tier_price(tier, unit)
        return total
    for tier in begun:
        size = (quantity if tier.high is None else tier.high) - tier.low + 1
        price = tier.amount if tier.amount is not None else size * tier_price(tier, unit)
        times, reached = 1, tier.low + size - 1
        while tier is tiers[-1] and tier.high is not None and reached < quantity:
            times, reached = times + 1, reached + size
        total += times * price
    return total


def scaled(deal: Deal, one: Priced) -> None:
    for scale in deal.catalog.scales:
        if scale.on != one.line.product:
            continue
        quantity = counted(scale, one.line, deal.lines)
        total = total_by_scale(scale, quantity, one.unit)
        if total is None:
            continue
        one.unit = total / quantity
        if scale.minimum is not None:
            one.unit = max(one.unit, scale.minimum)
        if scale.maximum is not None:
            one.unit = min(one.unit, scale.maximum)
        one.average = scale.method != "volume" or any(tier.flat for tier in scale.tiers)
        one.settle(deal.policy)


def agreed(deal: Deal, one: Priced, parts: dict[str, Fraction], segment: str) -> None:
    """Go through everything that can be named, the innermost first."""
    terms = [
        term
        for contract in sorted(deal.catalog.contracts, key=lambda contract: contract.name)
        if contract.who.right.value == segment  # type: ignore[union-attr]
        for term in contract.terms
        if term.aim.product == one.line.product and (term.price is None or term.price.currency == "EUR")
    ]
    stands = one.unit / one.listed if one.listed else Fraction(1)
    rounding = one.listed - sum(parts.values(), Fraction(0))  # is the product's own
    now = {path: (amount if path else amount + rounding) * stands for path, amount in parts.items()}
    touched = False
    for path in sorted(parts, key=lambda path: -path.count(".") if path else 1):
        if path.startswith("charge"):
            continue
        names = tuple(step.split("[")[0] for step in path.split(".")) if path else ()
        term = first_term(terms, names, one.line.configuration.get(path))
        if term is None:
            continue
        touched = True
        if term.price is not None:
            one.unit += term.price.amount - now[path]
            now[path] = term.price.amount
        elif not path:
            one.unit *= 1 - term.discount
        else:
            inside = [other for other in now if other == path or other.startswith(path + ".")]
            one.unit -= sum(now[other] for other in inside) * term.discount
            now.update({other: now[other] * (1 - term.discount) for other in inside})
    if touched:
        one.settle(deal.policy)


def first_term(terms: list[ContractTerm], names: tuple[str, ...], value: object) -> ContractTerm | None:
    of_choice = [term for term in terms if term.aim.path == names and term.aim.choice == value and term.aim.choice]
    of_all = [term for term in terms if term.aim.path == names and term.aim.choice is None and value is not False]
    return next(iter((*of_choice, *of_all)), None)


def by_hand(deal: Deal, one: Priced) -> None:
    asked = [a for a in deal.inputs.adjustments if a.line == one.line.id]
    rates = [a for a in asked if a.kind == "percent"]
    if deal.policy.percentages == "additive" and len(rates) > 1:
        together = Adjustment(one.line.id, "percent", sum((a.value for a in rates), Fraction(0)))
        asked = [together if a is rates[0] else a for a in asked if a is rates[0] or a.kind != "percent"]
    for a in asked:
        before = one.unit
        if a.kind in {"price", "total"} and a.value < 0:
            continue
        if a.kind == "price":
            one.unit, one.average = a.value, False
        elif a.kind == "total":
            one.unit, one.average = Fraction(whole(a.value * 100, deal.policy.rounding), 100 * one.line.quantity), True
        else:
            one.unit = before * (1 - a.value) if a.kind == "percent" else before - a.value
            if one.unit < 0 <= before:
                one.unit = Fraction(0)
    if asked:
        one.settle(deal.policy)


# --- the quote ------------------------------------------------------------------------------------------------


def amount(one: Priced, policy: Policy) -> int:
    return whole(one.unit * one.line.quantity * 100, policy.rounding)


def shares(size: int, weights: list[int], room: list[int] | None) -> list[int]:
    """Give what is to be given one unit at a time: always to whom most is missing of its exact share."""
    weights = weights if any(weights) else [1] * len(weights)
    given, open_lines = [Fraction(0)] * len(weights), [i for i, weight in enumerate(weights) if weight]
    left = Fraction(size)
    full: list[int] = []
    while open_lines:
        total = sum(weights[i] for i in open_lines)
        over = [i for i in open_lines if room is not None and left * weights[i] / total >= room[i]]
        if not over:
            for i in open_lines:
                given[i] = left * weights[i] / total
            break
        for i in over:
            given[i] = Fraction(room[i])  # type: ignore[index]
            full.append(i)
        left -= sum(room[i] for i in over)  # type: ignore[index]
        open_lines = [i for i in open_lines if i not in full]
    units = [math.floor(share) for share in given]
    missing = int(sum(given)) - sum(units)
    for i in sorted(range(len(units)), key=lambda i: (units[i] - given[i], i))[:missing]:
        units[i] += 1
    return units


def on_the_quote(deal: Deal, found: list[Priced], a: Adjustment) -> None:
    policy = deal.policy
    before = [amount(one, policy) for one in found]
    if a.kind == "price" or (a.kind == "total" and a.value < 0) or not found:
        return
    in_cents = whole(a.value * 100, policy.rounding)
    off = {
        "percent": whole(a.value * sum(before), policy.rounding), "amount": in_cents, "total": sum(before) - in_cents,
    }[a.kind]  # fmt: skip
    weights = {
        "proportional": [max(0, net) for net in before], "even": [1] * len(found),
        "by quantity": [one.line.quantity for one in found],
    }[policy.allocation]  # fmt: skip
    sign = 1 if off > 0 else -1
    for one, net, share in zip(
        found, before, shares(abs(off), weights, [max(0, net) for net in before] if off > 0 else None), strict=True
    ):
        if share:
            one.unit, one.average = Fraction(net - sign * share, 100 * one.line.quantity), True


def channelled(deal: Deal, one: Priced, segment: str) -> None:
    rates = [
        margin.rate
        for margin in deal.catalog.channel_margins
        if (margin.when is None or margin.when.right.value == segment)  # type: ignore[union-attr]
        and (not margin.on or one.line.product in margin.on)
    ]
    for rate in [sum(rates)] if deal.policy.percentages == "additive" else rates:
        one.unit *= 1 - rate
    if rates:
        one.settle(deal.policy)


@dataclass
class Answer:
    """List and net by line, tax by category and rate, and the totals."""

    lines: list[tuple[int, int]]
    taxes: dict[tuple[str, Fraction], int]
    totals: tuple[int, int, int]


def expected(deal: Deal) -> Answer:
    segment = deal.customer.segment if deal.customer else ""
    policy = deal.policy
    found = []
    for line in deal.lines:
        parts = parts_of(deal, line, segment)
        one = Priced(line, sum(parts.values(), Fraction(0)))
        one.settle(policy)
        one.listed = one.unit
        scaled(deal, one)
        agreed(deal, one, parts, segment)
        by_hand(deal, one)
        found.append(one)
    for a in deal.inputs.adjustments:
        if not a.line:
            on_the_quote(deal, found, a)
    for one in found:
        channelled(deal, one, segment)
    listed = [whole(one.listed * one.line.quantity * 100, policy.rounding) for one in found]
    nets = [amount(one, policy) for one in found]
    taxes = taxed(deal, nets, segment)
    tax = sum(taxes.values())
    gross = sum(nets) if policy.tax == "inclusive" else sum(nets) + tax
    return Answer(list(zip(listed, nets, strict=True)), taxes, (sum(nets), tax, gross))


def taxed(deal: Deal, nets: list[int], segment: str) -> dict[tuple[str, Fraction], int]:
    groups: dict[tuple[str, Fraction], list[int]] = {}
    for line, net in zip(deal.lines, nets, strict=True):
        groups.setdefault(tax_for(deal.catalog, segment, line.product), []).append(net)
    found = {}
    for (category, rate), amounts in groups.items():
        part = rate / (1 + rate) if deal.policy.tax == "inclusive" else rate
        each = amounts if deal.policy.tax_per == "line" else [sum(amounts)]
        found[category, rate] = sum(whole(one * part, deal.policy.rounding) for one in each)
    return found

"""Goldens of category "tiers": quantity scales on a product that costs nothing by itself, priced by the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from catalogs.model import Scale, Tier
from quotes.pricing.scales import charge
from tests.quotes.pricing.goldens.numbers import decimals, exact
from tests.quotes.pricing.plain import Item, ask, catalog_of, product
from tests.quotes.small import scale, span

Inputs = Mapping[str, Any]


def check(case: Mapping[str, Any]) -> None:
    inputs = case["inputs"]
    found = next((answer for keys, answer in SHAPES if keys <= inputs.keys()), None)
    assert found is not None, inputs
    assert found(inputs, decimals(case["expected"])) == exact(case["expected"]), inputs


def _by_mode(inputs: Inputs, places: int) -> Fraction:
    return MODES[inputs["mode"]](inputs, places)


def _tiers(rows: list[list[Any]]) -> tuple[Tier, ...]:
    """Tiers as ``[up to, unit price, flat amount]``, each beginning after the one before."""
    found, low = [], 1
    for high, unit, *flat in rows:
        found.append(Tier(low, high, None, exact(unit), span(), exact(flat[0]) if flat else None))
        low = (high or 0) + 1
    return tuple(found)


def _amount(one: Scale, quantity: Fraction, places: int, unit: Fraction = Fraction(0)) -> Fraction:
    """Price a line of so many units; what has no line (no units, parts of them, parts of cents) is a measured charge."""
    measured = charge(one, quantity, unit)
    if quantity < 1 or quantity.denominator > 1 or places > 2:
        return measured
    items = [Item(unit, int(quantity))]
    found = ask(items, catalog=replace(catalog_of(items), scales=(one,)))
    return Fraction(found.totals.net, 100)


def _scale(method: str, tiers: tuple[Tier, ...]) -> Scale:
    return replace(scale(method, on=product(0)), tiers=tiers)


def _tiered(inputs: Inputs, places: int) -> Fraction:
    quantity = exact(inputs["quantity"] if "quantity" in inputs else inputs["amount"])
    method = "volume" if inputs["mode"].startswith("volume") else "graduated"
    return _amount(_scale(method, _tiers(inputs["tiers"])), quantity, places)


def _package(inputs: Inputs, places: int) -> Fraction:
    size, free, least = inputs["size"], inputs.get("free_units", 0), inputs.get("min_packages", 0)
    cost, first = exact(inputs["price"]), free + size * least
    rows = [Tier(1, free, None, Fraction(0), span())] if free else []
    if least:  # these are paid even where nothing is used
        rows.append(Tier(free + 1, first, None, Fraction(0), span(), least * cost))
    rows.append(Tier(first + 1, first + size, None, cost, span()))
    return _amount(_scale("package", tuple(rows)), exact(inputs["quantity"]), places)


def _block(inputs: Inputs, places: int) -> Fraction:
    rows = tuple(Tier(low, high and high - 1, None, exact(cost), span()) for low, high, cost in inputs["blocks"])
    return _amount(_scale("block", rows), exact(inputs["quantity"]), places)


def _schedule(method: str) -> Callable[[Inputs, int], Fraction]:
    """The published schedule: 10 % for 1 to 9, 20 % for 10 to 19, 30 % from 20 on."""

    def answer(inputs: Inputs, places: int) -> Fraction:
        tiers = scale(method, (1, 9, "10%"), (10, 19, "20%"), (20, None, "30%"), on=product(0))
        return _amount(tiers, exact(inputs["quantity"]), places, exact(inputs["unit"]))

    return answer


def _prorated(inputs: Inputs, places: int) -> Fraction:
    one = _scale("volume", _tiers(inputs["tiers"]))
    return charge(one, exact(inputs["prorated_units"]), chosen_by=exact(inputs["full_units"]))


def _bounded(inputs: Inputs, places: int) -> Fraction:
    low, high = (None if inputs.get(name) is None else str(inputs[name]) for name in ("min", "max"))
    one = scale("volume", (1, None, "0%"), on=product(0), minimum=low, maximum=high)
    return _amount(one, Fraction(1), places, exact(inputs["rate"]))


def _by_amount(inputs: Inputs, places: int) -> Fraction:
    """A flat amount by what a basket comes to, in cents."""
    steps = sorted((exact(low), exact(flat)) for low, flat in inputs["tiers"].items())
    lows = [0, *(int(low * 100) for low, _ in steps)]
    flats = [exact(inputs["base"]), *(flat for _, flat in steps)]
    ends = [low - 1 for low in lows[1:]]
    rows = tuple(
        Tier(low, high, None, flat, span()) for low, high, flat in zip(lows, [*ends, None], flats, strict=True)
    )
    return _amount(_scale("block", rows), exact(inputs["amount"]) * 100, places)


def _percentage(inputs: Inputs, places: int) -> Fraction:
    one = _scale("graduated", (Tier(1, None, None, exact(inputs["rate"]) / 100, span()),))
    return _amount(one, exact(inputs["amount"]), places)


MODES: Mapping[str, Callable[[Inputs, int], Fraction]] = {
    "volume": _tiered,
    "graduated": _tiered,
    "graduated_percentage": _tiered,
    "package": _package,
    "block": _block,
    "range": _schedule("volume"),
    "slab": _schedule("graduated"),
}
SHAPES: tuple[tuple[frozenset[str], Callable[[Inputs, int], Fraction]], ...] = (
    (frozenset({"mode"}), _by_mode),
    (frozenset({"tiers", "full_units", "prorated_units"}), _prorated),
    (frozenset({"amount", "base", "tiers"}), _by_amount),
    (frozenset({"rate", "min"}), _bounded),
    (frozenset({"rate", "max"}), _bounded),
    (frozenset({"amount", "rate"}), _percentage),
)
"""What inputs look like, and which question they are."""

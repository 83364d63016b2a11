"""Random catalogs and quotes: rows with every kind of precedence, charges, scales, taxes; repeatable by their seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from catalogs.model import Catalog, Customer, PriceRow, Scale
from quotes.pricing import Line
from rules.typed import Values
from tests.quotes import small
from tests.quotes.small import DAY

A = small.enumeration("a", "x", "y", "z")
B = small.truth("b")
W = small.number("w", 1, 9)
PART = small.component("P", [small.enumeration("s", "u", "v")], sellable=False)
ONE = small.component("one", [A, B, W], [small.part("ps", "P", 0, 3)])
TWO = small.component("two", [A])
SEGMENTS = ["consumer", "dealer", "school"]


def amount(chance: random.Random) -> str:
    digits = chance.choice([0, 2, 2, 2, 4, 6])
    number = chance.choice([chance.randrange(2_000), chance.randrange(2_000_000), -chance.randrange(50)])
    return str(Fraction(number, 10**digits))


def value_of(chance: random.Random, name: str) -> Values:
    if name == "w":
        low = chance.randrange(1, 10)
        return Values(ranges=((Fraction(low), Fraction(chance.randrange(low, 10))),))
    choices = {"a": ["x", "y", "z"], "b": [True, False], "s": ["u", "v"]}[name]
    return Values(frozenset(chance.sample(choices, chance.randrange(1, len(choices) + 1))))


def some_rows(chance: random.Random, product: str, first_line: int) -> list[PriceRow]:
    paths = {"one": ["", "a", "b", "w", "ps", "ps.s"], "two": ["", "a"]}[product]
    rows = []
    for number in range(chance.randrange(1, 14)):
        path = chance.choice(paths)
        asked = chance.sample(["a", "b", "w", "ps.s"], chance.choice([0, 0, 1, 2]))
        cells = [
            (name, value_of(chance, name[-1]) if chance.random() < 0.9 else small.EVERY)
            for name in asked
            if (product == "one" or name == "a") and (name != "ps.s" or path.startswith("ps"))
        ]
        values = None if path in {"", "ps"} or chance.random() < 0.15 else value_of(chance, path[-1])
        since = DAY + timedelta(chance.randrange(-9, 2)) if chance.random() < 0.3 else None
        until = DAY + timedelta(chance.randrange(-1, 9)) if chance.random() < 0.2 else None
        line = first_line + number
        rows.append(
            small.row(path, amount(chance), values, cells=cells, product=product, since=since, until=until, line=line)
        )
    return rows


def some_scale(chance: random.Random, product: str) -> Scale:
    method = chance.choice(["volume", "graduated"])
    rate = chance.random() < 0.6
    cuts = sorted(chance.sample(range(2, 30), chance.randrange(0, 3)))
    tiers = []
    for low, high in zip([1, *cuts], [*(cut - 1 for cut in cuts), None], strict=True):
        tiers.append((low, high, f"{chance.randrange(0, 400) / 10}%" if rate else amount(chance)))
    low = amount(chance) if chance.random() < 0.2 else None
    high = str(Fraction(low or 0) + 50) if chance.random() < 0.2 else None
    over = chance.choice(["line", "family", "quote"])
    return small.scale(method, *tiers, over=over, on=product, minimum=low, maximum=high)


def some_catalog(chance: random.Random) -> Catalog:
    lists = []
    for name in chance.sample(["m", "n", "o"], chance.randrange(1, 4)):
        rows = some_rows(chance, "one", 10) + some_rows(chance, "two", 50)
        when = None if name == "m" or chance.random() < 0.3 else small.is_segment(chance.choice(SEGMENTS))
        lists.append(small.prices(name, *rows, when=when))
    lists.append(small.prices("floor", small.row("", "1", product="one"), small.row("", "2.5", product="two")))
    odd = str(Fraction(chance.randrange(1, 900), chance.choice([3, 7, 11])))
    charges = [small.charge("c", small.money(odd), on="one")] if chance.random() < 0.5 else []
    if chance.random() < 0.5:
        charges.append(small.charge("d", small.money(amount(chance)), small.equals(B, value=True), on="one"))
    scales = [some_scale(chance, product) for product in ("one", "two") if chance.random() < 0.6]
    taxes = [small.tax("standard", str(chance.randrange(26)))] if chance.random() < 0.9 else []
    if chance.random() < 0.3:
        taxes.append(small.tax("reduced", str(Fraction(chance.randrange(90), 10)), on=["two"]))
    if chance.random() < 0.3:
        taxes.append(small.tax("export", "0", when=small.is_segment("dealer")))
    return small.catalog([PART, ONE, TWO], lists, charges, scales=scales, taxes=taxes)


def some_lines(chance: random.Random) -> list[Line]:
    lines = []
    for number in range(chance.randrange(1, 5)):
        quantity = chance.choice([1, 1, 2, 3, chance.randrange(1, 40)])
        if chance.random() < 0.4:
            lines.append(Line(f"l{number}", "two", {"a": chance.choice("xyz")}, quantity))
            continue
        parts = chance.randrange(4)
        configuration = {
            "a": chance.choice("xyz"), "b": chance.random() < 0.5, "w": Fraction(chance.randrange(1, 10)),
            "count(ps)": Fraction(parts), **{f"ps[{n}].s": chance.choice("uv") for n in range(parts)},
        }  # fmt: skip
        lines.append(Line(f"l{number}", "one", configuration, quantity))
    return lines


def some_customer(chance: random.Random) -> Customer | None:
    segment = chance.choice(["", *SEGMENTS])
    return Customer("C", "C", {"segment": segment}, segment=segment) if segment else None


def quotes(seed: int, number: int) -> Iterator[tuple[Catalog, Customer | None, list[Line]]]:
    chance = random.Random(seed)
    for _ in range(number):
        catalog = some_catalog(chance)
        for _ in range(5):
            yield catalog, some_customer(chance), some_lines(chance)


def micros(amount: Fraction) -> int:
    """Round to millionths, halves away from zero."""
    size = (abs(amount) * 2_000_000 + 1) // 2
    return int(-size if amount < 0 else size)

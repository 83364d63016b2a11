"""Random small baskets with promotions of every kind, and what the best set saves, found by trying every set.

The oracle works on its own description of a basket, in plain fractions, and knows nothing of columns or layers.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from catalogs.marks import ALWAYS, Label
from catalogs.model import Catalog
from catalogs.policy import Aim, Floor, Give, Money, Promotion, PromotionAim, PromotionGroup
from quotes.pricing.context import Line
from rules.kinds import Money as MoneyKind
from rules.kinds import Record
from rules.typed import Compare, Constant, Member, Reference, Typed
from tests.quotes import small

EUR = MoneyKind("EUR")
PRODUCTS = "abc"


@dataclass(frozen=True)
class Offered:
    """A promotion: units by product that it is on, needs, gives free; `kind` of what it gives and its size."""

    name: str
    on: tuple[tuple[int, str], ...]
    need: tuple[tuple[int, str], ...]
    free: tuple[tuple[int, str], ...]
    kind: str
    size: Fraction
    up_to: Fraction | None
    limit: int | None
    budget: Fraction | None
    group: str | None
    threshold: Fraction | None
    priority: int


@dataclass(frozen=True)
class Basket:
    """Lines (product, price, quantity), promotions, groups (name -> per), the least unit price that a floor allows."""

    lines: tuple[tuple[str, Fraction, int], ...]
    offers: tuple[Offered, ...]
    groups: tuple[tuple[str, str], ...]
    floor: Fraction | None


def some_basket(seed: int) -> Basket:
    chance = random.Random(seed)
    number = chance.randrange(1, 4)
    lines = tuple((chance.choice(PRODUCTS), some_price(chance), chance.randrange(1, 6 - number)) for _ in range(number))
    groups = (("g", chance.choice(["unit", "line", "quote"])), ("h", chance.choice(["unit", "line", "quote"])))
    offers = tuple(_offered(chance, f"o{n}", lines) for n in range(chance.randrange(2, 6)))
    floor = Fraction(chance.randrange(1, 2_000), 100) if chance.random() < 0.3 else None
    return Basket(lines, offers, groups, floor)


def some_price(chance: random.Random) -> Fraction:
    """Return a price: of a few cents, or of some units."""
    return Fraction(chance.choice([chance.randrange(1, 30), chance.randrange(100, 4_000)]), 100)


def _offered(chance: random.Random, name: str, lines: tuple[tuple[str, Fraction, int], ...]) -> Offered:
    total = sum((price * quantity for _, price, quantity in lines), Fraction(0))
    common = {
        "up_to": Fraction(chance.randrange(1, 3_000), 100) if chance.random() < 0.2 else None,
        "limit": chance.randrange(1, 3) if chance.random() < 0.25 else None,
        "budget": Fraction(chance.randrange(1, 4_000), 100) if chance.random() < 0.15 else None,
        "group": chance.choice([None, None, "g", "h"]),
        "priority": chance.choice([0, 0, 1, 2]),
    }
    rate, amount = Fraction(chance.randrange(10, 1_000), 1_000), Fraction(chance.randrange(1, 1_500), 100)
    kind = chance.choice(["rate", "rate", "amount", "price", "free", "order", "order"])
    there = sorted({product for product, _, _ in lines})
    among = there if chance.random() < 0.9 else list(PRODUCTS)
    on = tuple((chance.randrange(1, 3), one) for one in chance.sample(among, min(len(among), chance.choice([1, 1, 2]))))
    if chance.random() < 0.4:
        on = ((1, on[0][1]),)
    need = ((chance.randrange(1, 3), chance.choice(among)),) if chance.random() < 0.25 else ()
    if kind == "order":
        threshold = Fraction(int(total * chance.randrange(30, 110)), 100) if chance.random() < 0.7 else None
        size = rate / 3 if chance.random() < 0.5 else amount / 4
        return Offered(name, (), (), (), "rate" if size == rate / 3 else "amount", size, threshold=threshold, **common)  # type: ignore[arg-type]
    if kind == "free":
        free = ((chance.randrange(1, 3), chance.choice(among)),)
        return Offered(name, (), need or ((1, on[0][1]),), free, kind, Fraction(0), threshold=None, **common)  # type: ignore[arg-type]
    size = rate if kind == "rate" else amount
    return Offered(name, on, need, (), kind, size, threshold=None, **common)  # type: ignore[arg-type]


# --- as a catalog -------------------------------------------------------------------------------------


def catalog_of(basket: Basket) -> Catalog:
    """Return a catalog in which the price of a line is that of its kind."""
    kind = small.enumeration("kind", *(f"k{n}" for n in range(len(basket.lines))))
    rows = [small.row("", "0", product=one) for one in PRODUCTS]
    rows += [
        small.row("kind", str(price), f"k{n}", product=product) for n, (product, price, _) in enumerate(basket.lines)
    ]
    components = [small.component(one, [kind]) for one in PRODUCTS]
    made = small.catalog(components, [small.prices("retail", *rows)])
    groups = tuple(PromotionGroup(name, "best one", per, (), small.span()) for name, per in basket.groups)  # type: ignore[arg-type]
    floors = ()
    if basket.floor is not None:
        condition = _at_least("line", "unit_price", basket.floor)
        floors = (Floor("least", condition, Label("Least"), ALWAYS, small.span()),)
    return replace(made, promotions=tuple(promotion_of(one) for one in basket.offers), groups=groups, floors=floors)


def promotion_of(one: Offered) -> Promotion:
    money = None if one.up_to is None else Money(one.up_to, "EUR")
    give = Give(
        rate=one.size if one.kind == "rate" else None,
        amount=Money(one.size, "EUR") if one.kind == "amount" else None,
        price=Money(one.size, "EUR") if one.kind == "price" else None,
        free=_aims(one.free)[0] if one.free else None,
        up_to=money,
    )
    when = None if one.threshold is None else _at_least("quote", "net", one.threshold)
    budget = None if one.budget is None else Money(one.budget, "EUR")
    return Promotion(
        one.name, Label(one.name), None, _aims(one.on), _aims(one.need), when, give, one.limit, None, None, budget,
        one.group, one.priority, ALWAYS, small.span(),
    )  # fmt: skip


def lines_of(basket: Basket) -> list[Line]:
    return [Line(str(n), product, {"kind": f"k{n}"}, count) for n, (product, _, count) in enumerate(basket.lines)]


def _aims(wanted: tuple[tuple[int, str], ...]) -> tuple[PromotionAim, ...]:
    return tuple(PromotionAim(count, Aim(product), None, small.span()) for count, product in wanted)


def _at_least(record: str, name: str, amount: Fraction) -> Typed:
    return Compare(">=", Member(EUR, Reference(Record(record, {name: EUR}), record), name), Constant(EUR, amount))


# --- by trying everything -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """One application: units by line, exact cents saved by line (`whole`: already rounded)."""

    offer: Offered
    units: tuple[int, ...]
    saved: tuple[Fraction, ...]


def cents(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


def best_saving(basket: Basket) -> int:
    """Return how many cents the best set saves."""
    return max(saving for saving, _ in every_set(basket))


def every_set(basket: Basket) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield what every legal set saves, with the names in it."""
    items = [one for one in basket.offers if one.on or one.free]
    uses = [use for one in items for use in ways(basket, one)]
    per = dict(basket.groups)
    orders: list[Offered | None] = [None, *(one for one in basket.offers if not one.on and not one.free)]
    amounts = [cents(price * count * 100) for _, price, count in basket.lines]
    caps = [most_saved(basket, n, amount) for n, amount in enumerate(amounts)]
    for counts in choices(basket, uses, per):
        saved = [
            min(cap, cents(sum((use.saved[n] * k for use, k in zip(uses, counts, strict=True)), Fraction(0))))
            for n, cap in enumerate(caps)
        ]
        names = frozenset(use.offer.name for use, k in zip(uses, counts, strict=True) if k)
        groups = {use.offer.group for use, k in zip(uses, counts, strict=True) if k}
        for chosen in orders_beside(orders, groups, per):
            left = sum(amounts) - sum(saved)
            if any(one.threshold is not None and Fraction(left, 100) < one.threshold for one in chosen):
                continue
            room = sum(caps) - sum(saved)
            off = 0
            for one in sorted(chosen, key=lambda one: (-one.priority, one.name)):
                now = cents(one.size * (left - off)) if one.kind == "rate" else cents(one.size * 100)
                bounds = [one.up_to, one.budget]
                off += min(
                    [now, left - off, room - off, *(cents(bound * 100) for bound in bounds if bound is not None)]
                )
            yield sum(saved) + off, names | {one.name for one in chosen}


def orders_beside(
    orders: list[Offered | None], groups: set[str | None], per: dict[str, str]
) -> Iterator[tuple[Offered, ...]]:
    """Yield the order discounts that may stand beside items: one of each group, none of a group that items have used."""
    known: dict[str | None, list[Offered | None]] = {}
    for one in orders:
        if one is not None and not (one.group in per and one.group in groups):
            known.setdefault(one.group, [None]).append(one)
    for chosen in itertools.product(*known.values()):
        yield tuple(one for one in chosen if one is not None)


def choices(basket: Basket, uses: list[Use], per: dict[str, str]) -> Iterator[tuple[int, ...]]:
    """Yield how often each use is made: no unit twice, no limit passed, one promotion of a group where it says so."""

    def extend(counts: tuple[int, ...], left: list[int]) -> Iterator[tuple[int, ...]]:
        if len(counts) == len(uses):
            if is_legal(uses, counts, per):
                yield counts
            return
        use = uses[len(counts)]
        times, rest = 0, left
        while min(rest) >= 0:
            yield from extend((*counts, times), rest)
            times += 1
            rest = [a - b for a, b in zip(rest, use.units, strict=True)]

    yield from extend((), [count for _, _, count in basket.lines])


def is_legal(uses: list[Use], counts: tuple[int, ...], per: dict[str, str]) -> bool:
    made = [(use, k) for use, k in zip(uses, counts, strict=True) if k]
    for offer in {use.offer for use, _ in made}:
        own = [(use, k) for use, k in made if use.offer == offer]
        if offer.limit is not None and sum(k for _, k in own) > offer.limit:
            return False
        if offer.budget is not None and sum((sum(use.saved) * k for use, k in own), Fraction(0)) > offer.budget * 100:
            return False
    for group, scope in per.items():
        inside = [use for use, _ in made if use.offer.group == group]
        if scope == "quote" and len({use.offer.name for use in inside}) > 1:
            return False
        for line in range(len(uses[0].units) if uses else 0):
            if scope == "line" and len({use.offer.name for use in inside if use.units[line]}) > 1:
                return False
    return True


def most_saved(basket: Basket, line: int, amount: int) -> int:
    """Return how many cents may be saved of a line."""
    if basket.floor is None:
        return amount
    least = basket.floor * basket.lines[line][2] * 100
    return max(0, int(amount - least)) if amount >= least else 0


def ways(basket: Basket, one: Offered) -> list[Use]:
    """Return every way to apply a promotion once that saves something."""
    roles = [("on", *take) for take in one.on] + [("need", *take) for take in one.need]
    roles += [("free", *take) for take in one.free]
    picks = [list(split(basket, count, product)) for _, count, product in roles]
    found: dict[tuple[tuple[int, ...], tuple[Fraction, ...]], None] = {}
    for chosen in itertools.product(*picks):
        units = tuple(sum(pick[n] for pick in chosen) for n in range(len(basket.lines)))
        if all(used <= line[2] for used, line in zip(units, basket.lines, strict=True)):
            paid = [
                pick for (role, *_), pick in zip(roles, chosen, strict=True) if role == ("free" if one.free else "on")
            ]
            saved = off(basket, one, tuple(map(sum, zip(*paid, strict=True))))
            if any(saved):
                found[units, saved] = None
    return [Use(one, units, saved) for units, saved in found]


def split(basket: Basket, count: int, product: str) -> Iterator[tuple[int, ...]]:
    """Yield every way to take so many units of a product from the lines."""
    ranges = (range(count + 1) if line[0] == product else range(1) for line in basket.lines)
    return (taken for taken in itertools.product(*ranges) if sum(taken) == count)


def off(basket: Basket, one: Offered, taken: tuple[int, ...]) -> tuple[Fraction, ...]:
    """Return the cents that one application saves by line, given the units it is given on."""
    prices = [price * 100 for _, price, _ in basket.lines]
    cap = None if one.up_to is None else one.up_to * 100
    alone = len(one.on) == 1 and one.on[0][0] == 1 and not one.need and not one.free and one.budget is None
    if alone:
        line = taken.index(1)
        price = prices[line]
        saved = {"rate": price * one.size, "amount": min(price, one.size * 100), "price": price - one.size * 100}[
            one.kind
        ]
        saved = max(Fraction(0), saved if cap is None else min(saved, cap))
        return tuple(saved if n == line else Fraction(0) for n in range(len(prices)))
    worth = [cents(price * count) for price, count in zip(prices, taken, strict=True)]
    shares, total = worth, sum(worth)
    if one.kind == "rate":
        shares = [cents(amount * one.size) for amount in worth]
        total = sum(shares)
    elif one.kind == "amount":
        total = min(total, cents(one.size * 100))
    elif one.kind == "price":
        total -= cents(one.size * 100)
    if cap is not None:
        total = min(total, cents(cap))
    if total <= 0:
        return tuple(Fraction(0) for _ in prices)
    exact = [Fraction(total * share, sum(shares)) for share in shares]
    floors = [int(part) for part in exact]
    order = sorted(range(len(exact)), key=lambda n: (-(exact[n] - floors[n]), n))
    for n in order[: total - sum(floors)]:
        floors[n] += 1
    return tuple(Fraction(part) for part in floors)

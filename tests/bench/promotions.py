"""How long the best set of promotions takes on baskets made to conflict: bundles, buy two get one, exclusive percentages.

``python -m tests.bench.promotions`` prints median, 95th percentile and how many were proved, at 50, 500 and 1,000 lines.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from catalogs.marks import ALWAYS, Label
from catalogs.model import Catalog
from catalogs.policy import Aim, Give, Money, Policy, Promotion, PromotionAim, PromotionGroup
from quotes.pricing.context import Context, Line
from quotes.pricing.promotions import promote
from quotes.pricing.record import Certificate
from quotes.pricing.sheet import Desk, Sheet
from quotes.pricing.waterfall import lay_out, stages_of, through
from rules.kinds import Quantity
from rules.kinds import Money as MoneyKind
from rules.kinds import Record
from rules.typed import Compare, Constant, Member, Reference
from tests.quotes import small

SIZES = ((50, 50), (500, 200), (1_000, 500))
EUR = MoneyKind("EUR")
QUOTE = Record("quote", {"net": EUR, "lines": Quantity()})


@dataclass(frozen=True)
class Basket:
    """A quote as the phase gets it, and the desk it is priced on."""

    desk: Desk
    sheet: Sheet


@dataclass(frozen=True)
class Measured:
    """Milliseconds of every basket, and how many answers were proved."""

    lines: int
    promotions: int
    milliseconds: tuple[float, ...]
    proved: int
    methods: tuple[str, ...]

    @property
    def median(self) -> float:
        """Return the median."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """Return the 95th percentile: the least that 95 of 100 do not pass."""
        return sorted(self.milliseconds)[-(-len(self.milliseconds) * 95 // 100) - 1]


def aims(*wanted: tuple[int, str]) -> tuple[PromotionAim, ...]:
    """Return what a promotion is on: quantities of products."""
    return tuple(PromotionAim(quantity, Aim(product), None, small.span()) for quantity, product in wanted)


def promotion(name: str, **given: object) -> Promotion:
    """Return a promotion with nothing said but what is given."""
    nothing = Promotion(
        name, Label(name), None, (), (), None, Give(), None, None, None, None, None, 0, ALWAYS, small.span()
    )
    return replace(nothing, **given)  # type: ignore[arg-type]  # every field by its name


def at_least(amount: int) -> Compare:
    """Return the condition that the net sum of the quote reaches an amount."""
    net = Member(EUR, Reference(QUOTE, "quote"), "net")
    return Compare(">=", net, Constant(EUR, Fraction(amount)))


def some_promotion(chance: random.Random, number: int, prices: dict[str, Fraction]) -> Promotion:
    """Return a bundle (40 in 100), two for which a third is free (30), or a percentage on what is not in another (30)."""
    name, kind, names = f"p{number:04d}", chance.random(), list(prices)
    if kind < 0.4:
        parts = [
            (chance.randrange(1, 3), product)
            for product in chance.sample(names, min(len(names), chance.randrange(2, 4)))
        ]
        full = sum((quantity * prices[product] for quantity, product in parts), Fraction(0))
        price = Fraction(round(full * chance.randrange(70, 96)), 100)
        return promotion(name, on=aims(*parts), give=Give(price=Money(price, "EUR")))
    product = chance.choice(names)
    if kind < 0.7:
        return promotion(name, need=aims((2, product)), give=Give(free=aims((1, product))[0]))
    rate = Fraction(chance.randrange(5, 26), 100)
    return promotion(name, on=aims((1, product)), give=Give(rate=rate), group=chance.choice(["sale", "flash"]))


def baskets(lines: int, promotions: int, count: int, seed: int) -> Iterator[Basket]:
    """Yield baskets: a line a product, one to five units, and promotions that compete for them; three order thresholds."""
    chance = random.Random(seed)
    for _ in range(count):
        yield basket(chance, lines, promotions)


def basket(chance: random.Random, lines: int, promotions: int) -> Basket:
    """Return one basket."""
    prices = {f"p{number}": Fraction(chance.randrange(200, 20_000), 100) for number in range(lines)}
    rows = [small.row("", str(price), product=product) for product, price in prices.items()]
    asked = [Line(f"{number:04d}", product, {}, chance.randrange(1, 6)) for number, product in enumerate(prices)]
    total = sum((prices[line.product] * line.quantity for line in asked), Fraction(0))
    found = [some_promotion(chance, number, prices) for number in range(promotions - 3)]
    for number, part in enumerate((50, 80, 95)):
        amount = Money(Fraction(int(total) * (number + 1), 100), "EUR")
        found.append(
            promotion(f"t{number}", when=at_least(int(total) * part // 100), give=Give(amount=amount), group="order")
        )
    groups = [PromotionGroup(name, "best one", "unit", (), small.span()) for name in ("flash", "order", "sale")]
    catalog: Catalog = replace(
        small.catalog([small.component(product, []) for product in prices], [small.prices("retail", *rows)]),
        promotions=tuple(found),
        groups=tuple(groups),
    )
    desk = Desk.open(catalog, Context(None, "EUR"), small.DAY, policy=Policy())
    before = [stage for stage in stages_of(desk.policy) if stage.name in {"base", "configure", "scale"}]
    sheet = through(desk, before, lay_out(desk, asked))
    return Basket(desk, replace(sheet, drafts=tuple(sheet.drafts)))


def certificate(one: Basket) -> Certificate:
    """Return what the phase says of a basket."""
    found = promote(one.desk, one.sheet).promotions
    assert found is not None
    return found


def measure(lines: int, promotions: int, count: int, seed: int = 1) -> Measured:
    """Time the phase on baskets: from a priced sheet to the certificate and the steps of every line."""
    times, proved, methods = [], 0, set[str]()
    for one in baskets(lines, promotions, count, seed):
        begun = time.perf_counter()
        found = certificate(one)
        times.append((time.perf_counter() - begun) * 1_000)
        proved += found.proved
        methods.update(found.method.split(", "))
    return Measured(lines, promotions, tuple(times), proved, tuple(sorted(methods)))


def main() -> None:
    """Print one row for each size."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    print(f"{'lines':>6} {'promotions':>10} {'median ms':>10} {'p95 ms':>8} {'proved':>9}")
    for lines, promotions in SIZES:
        found = measure(lines, promotions, count if lines < 1_000 else -(-count // 2))
        print(
            f"{lines:>6} {promotions:>10} {found.median:>10.1f} {found.p95:>8.1f} {found.proved:>4}/{len(found.milliseconds)}"
            f"  {', '.join(found.methods)}"
        )


if __name__ == "__main__":
    main()

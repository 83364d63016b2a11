"""One random basket through the engine and by trying every set; by hand for as many as wanted.

``python -m tests.quotes.pricing.promotions.agreement --cases 100000 --seed 1`` prints every disagreement with its seed.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction

from quotes.pricing.context import Context
from quotes.pricing.record import MICROS, PricedQuote
from quotes.pricing.waterfall import price
from tests.quotes.pricing.promotions.baskets import Basket, best_saving, catalog_of, lines_of, some_basket
from tests.quotes.small import DAY


def priced(basket: Basket) -> PricedQuote:
    return price(catalog_of(basket), Context(None, "EUR"), lines_of(basket), DAY)


def check_basket(seed: int) -> None:
    """Compare value, proof, waterfall and bounds of one basket with the oracle's."""
    basket = some_basket(seed)
    found = priced(basket)
    proof = found.promotions
    assert proof is not None
    assert proof.value == best_saving(basket), (seed, proof)
    assert proof.proved
    assert proof.bound == proof.value
    check_record(basket, found)


def check_record(basket: Basket, found: PricedQuote) -> None:
    """The value is what the waterfall says (I23), nothing goes below zero or a floor (I20), limits hold (I21), steps telescope (I6)."""
    proof = found.promotions
    assert proof is not None
    assert proof.value == sum(line.discount for line in found.lines) == sum(one.saving for one in proof.applied)
    for place, line in enumerate(found.lines):
        own = [dict(one.by_line).get(line.id, 0) for one in proof.applied]
        assert line.discount == sum(own)
        assert min([line.net, *own]) >= 0
        if basket.floor is not None and line.discount:
            assert line.net >= basket.floor * line.quantity * 100
        check_steps(found, place)
    offers = {one.name: one for one in basket.offers}
    for one in proof.applied:
        assert one.times <= (offers[one.name].limit or one.times)
        budget = offers[one.name].budget
        assert budget is None or one.saving <= budget * 100
    assert {one.name for one in proof.applied} | {one.name for one in proof.rejected} == set(offers)
    assert len(proof.applied) + len(proof.rejected) == len(offers)


def check_steps(found: PricedQuote, place: int) -> None:
    """Each step begins where the last one ended, and its residue gives the exact price back."""
    line = found.lines[place]
    unit = 0
    for step in line.steps:
        assert step.input == unit
        if step.phase == "promote" and not step.not_applied:
            exact = Fraction(step.output) - step.residue
            assert 2 * abs(step.residue) <= 1
            paid = exact * line.quantity * 100 / MICROS
            assert paid.denominator == 1
        unit = step.output
    assert unit == line.net


BATCH = 500


def disagreements(seeds: range) -> list[str]:
    """Return what is wrong with some baskets, each with its seed and its text."""
    wrong = []
    for seed in seeds:
        try:
            check_basket(seed)
        except AssertionError as error:
            wrong.append(f"basket {seed}: {error}\n{some_basket(seed)}")
    return wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare promotions with trying every set, on random small baskets.")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="the first basket's seed is this times ten million")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    first = options.seed * 10_000_000
    last = first + options.cases
    batches = [range(start, min(start + BATCH, last)) for start in range(first, last, BATCH)]
    with ProcessPoolExecutor(options.workers) as pool:
        wrong = [one for found in pool.map(disagreements, batches) for one in found]
    print(*wrong, f"{options.cases} baskets, {len(wrong)} disagreements", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

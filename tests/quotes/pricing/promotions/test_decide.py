"""The best set of promotions against trying every set: value, bound and every tie, by each method of the ladder."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from quotes.pricing.promotions.closed import closed_form
from quotes.pricing.promotions.components import pieces
from quotes.pricing.promotions.decide import decide
from quotes.pricing.promotions.model import IMPOSSIBLE, Column, Offer, Problem, is_allowed, rank, value_of
from quotes.pricing.promotions.presolve import reduced, worthwhile
from quotes.pricing.promotions.reach import reached
from quotes.pricing.promotions.seller import least
from quotes.pricing.promotions.solver import Worker, search
from quotes.pricing.promotions.table import tabulate
from tests.quotes.pricing.promotions.problems import better, everything, fits, maximal, plain_value, some_problem

EFFORT = Fraction(5)


def problems(seed: int, count: int) -> list[Problem]:
    chance = random.Random(seed)
    return [some_problem(chance) for _ in range(count)]


def plain_problems(seed: int, count: int) -> list[Problem]:
    """Return problems without ceiling and force."""
    return [replace(problem, ceiling=None, forced=None) for problem in problems(seed, count)]


def beside(one: Problem, other: Problem) -> Problem:
    """Return two problems as one that nothing links."""
    offers, rows, lines = len(one.offers), len(one.rows), len(one.caps)
    moved = tuple(
        Column(
            column.offer + offers,
            tuple((row + rows, amount) for row, amount in column.uses),
            tuple((line + lines, share * one.scale) for line, share in column.shares),
            column.most,
        )
        for column in other.columns
    )
    shifted = tuple(tuple(place + len(one.columns) for place in together) for together in other.exclusives)
    scaled = tuple(
        replace(column, shares=tuple((line, share * other.scale) for line, share in column.shares))
        for column in one.columns
    )
    return Problem(
        (*one.offers, *other.offers), (*scaled, *moved), one.rows + other.rows, one.caps + other.caps,
        (*one.exclusives, *shifted), scale=one.scale * other.scale,
    )  # fmt: skip


def worker() -> Worker:
    return Worker(EFFORT)


@pytest.mark.parametrize("seed", range(8))
def test_the_ladder_finds_what_trying_everything_finds(seed: int) -> None:
    for problem in problems(seed, 300):
        possible = everything(problem)
        found = decide(problem, worker())
        if not possible:
            assert found is IMPOSSIBLE
            continue
        best = min(possible, key=lambda counts: better(problem, counts))
        assert (found.value, found.bound) == (plain_value(problem, best), found.value)
        assert found.counts == best, problem


@pytest.mark.parametrize("seed", range(4))
def test_dynamic_programming_breaks_ties_as_declared(seed: int) -> None:
    for problem in problems(100 + seed, 200):
        possible = everything(problem)
        found = tabulate(problem)
        assert found is not None
        best = min(possible, key=lambda counts: better(problem, counts), default=())
        assert found.counts == best, problem


@pytest.mark.parametrize("seed", range(3))
def test_the_solver_breaks_ties_as_declared(seed: int) -> None:
    for problem in problems(200 + seed, 40):
        possible = everything(problem)
        found = search(problem, worker())
        best = min(possible, key=lambda counts: better(problem, counts), default=())
        assert found.counts == best, problem


def test_nothing_competing_is_closed_form() -> None:
    seen = 0
    for problem in plain_problems(300, 500):
        found = closed_form(problem)
        if found is not None:
            seen += 1
            assert found.counts == min(everything(problem), key=lambda counts: better(problem, counts))
    assert seen > 10


def test_what_is_left_out_is_in_no_best_set() -> None:
    left_out = 0
    for problem in problems(400, 400):
        places = worthwhile(problem)
        if len(places) == len(problem.columns) or not everything(problem):
            continue
        left_out += 1
        best = min(everything(problem), key=lambda counts: better(problem, counts))
        assert all(place in places for place, count in enumerate(best) if count), problem
    assert left_out > 10


def test_pieces_share_nothing() -> None:
    """What nothing links is decided apart, with the sum of both values."""
    found = plain_problems(500, 200)
    for one, other in zip(found[::2], found[1::2], strict=True):
        both = beside(one, other)
        parts = list(pieces(both))
        assert len(parts) >= 2
        assert sorted(place for part in parts for place in part.columns) == list(range(len(both.columns)))
        apart = [max(plain_value(part, counts) for counts in everything(part)) for part in (one, other)]
        assert decide(both, worker()).value == sum(apart)


@pytest.mark.parametrize("seed", range(2))
def test_the_seller_gives_least_of_what_cannot_be_added_to(seed: int) -> None:
    for problem in plain_problems(600 + seed, 60):
        found = least(problem, worker())
        possible = maximal(problem)
        assert found.counts in possible
        assert found.value == min(plain_value(problem, counts) for counts in possible)
        assert found.proved


def test_what_reaches_a_ceiling_is_best_beneath_it() -> None:
    """Made from the best set by leaving applications out; where it is found nothing that is allowed saves more."""
    seen = 0
    for problem in plain_problems(1_100, 300):
        free = decide(problem, worker())
        for ceiling in range(max(0, free.value - 6), free.value):
            found = reached(problem, free, ceiling)
            beneath = replace(problem, ceiling=ceiling)
            if found is not None:
                seen += 1
                assert found.counts in everything(beneath)
                assert found.value == ceiling == decide(beneath, worker()).value
    assert seen > 100


def test_values_and_ranks_are_those_of_the_plain_way() -> None:
    for problem in problems(700, 100):
        possible = everything(problem)
        for counts in possible[:40]:
            assert is_allowed(problem, counts)
            assert value_of(problem, counts) == plain_value(problem, counts)
        free = replace(problem, ceiling=None, forced=None)
        for counts in [tuple(column.most for column in problem.columns)]:
            assert is_allowed(free, counts) == fits(problem, counts)
        by_rank = sorted(possible, key=lambda counts: (value_of(problem, counts), rank(problem, counts)), reverse=True)
        assert by_rank[:1] == sorted(possible, key=lambda counts: better(problem, counts))[:1]


def test_the_order_of_offers_that_lose_changes_nothing() -> None:
    """What is not applied can be taken away: the rest stays as it is (I29)."""
    for problem in plain_problems(800, 150):
        found = decide(problem, worker())
        kept = tuple(place for place, count in enumerate(found.counts) if count)
        again = decide(reduced(problem, kept), worker())
        assert again.value == found.value
        assert again.counts == tuple(found.counts[place] for place in kept)


def test_one_more_offer_never_saves_less() -> None:
    """A promotion more never raises what the customer pays (I15)."""
    for problem in plain_problems(900, 200):
        last = len(problem.offers) - 1
        fewer = reduced(problem, tuple(p for p, column in enumerate(problem.columns) if column.offer != last))
        assert decide(fewer, worker()).value <= decide(problem, worker()).value


def test_a_lower_cap_never_saves_more() -> None:
    """A tighter floor never lowers what is paid (I18)."""
    for problem in plain_problems(1_000, 200):
        tighter = replace(problem, caps=tuple(cap // 2 for cap in problem.caps))
        assert decide(tighter, worker()).value <= decide(problem, worker()).value


def test_a_solver_without_effort_states_its_gap() -> None:
    """What is not proved says so: the answer is allowed, the bound is one."""
    chance = random.Random(5)
    columns, rows = [], [9] * 40
    for offer in range(120):
        touched = chance.sample(range(40), 3)
        uses = tuple((line, chance.randrange(2, 6)) for line in sorted(touched))
        columns.append(Column(offer, uses, tuple((line, chance.randrange(50, 99)) for line in sorted(touched)), 4))
    problem = Problem(tuple(Offer(f"o{n:03d}") for n in range(120)), tuple(columns), tuple(rows), (10**6,) * 40)
    found = search(problem, Worker(Fraction(1, 10**6)))
    assert not found.proved
    assert found.bound > found.value > 0
    assert is_allowed(problem, found.counts)
    assert search(problem, Worker(Fraction(1, 10**6))) == found

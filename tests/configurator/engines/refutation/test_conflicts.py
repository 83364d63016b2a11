"""Minimal conflicts of rules and of choices: minimal by enumeration, and the one that QuickXplain prefers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.configurator.engines.refutation.networks import crossed, is_solvable, networks, pigeons, restricted

from configurator.conflict import minimal_subset
from configurator.engines.protocol import Budget
from configurator.engines.refutation import Found, Refuted, Refuter, inquiry
from configurator.engines.refutation.preferred import preferred_subset


@given(st.data())
def test_the_conflict_of_rules_is_the_preferred_one(data):
    network = data.draw(networks())
    refuter = Refuter(network)
    masks = data.draw(restricted(network))
    order = data.draw(st.permutations(refuter.sources))
    answer = refuter.conflict(masks, order)
    if is_solvable(network, masks, refuter.sources):
        assert isinstance(answer, Found)
        return
    assert isinstance(answer, Refuted)
    assert answer.minimal
    expected = minimal_subset(tuple(order), lambda some: not is_solvable(network, masks, some))
    assert answer.sources == tuple(sorted(expected))
    for source in answer.sources:
        assert is_solvable(network, masks, set(answer.sources) - {source})


@given(st.integers(0, 10**6), st.permutations(range(9)))
def test_the_conflict_among_crossed_tables_is_the_preferred_one(seed, order):
    network = crossed(6, 3, 9, 0.35, seed)
    answer = Refuter(network).conflict(None, order)
    if isinstance(answer, Refuted):
        expected = minimal_subset(tuple(order), lambda some: not is_solvable(network, [None] * 6, some))
        assert answer.sources == tuple(sorted(expected))
    else:
        assert is_solvable(network, [None] * 6, range(9))


@given(st.data())
def test_the_conflict_of_choices_is_the_preferred_one(data):
    network = data.draw(networks())
    refuter = Refuter(network)
    masks = data.draw(restricted(network))
    order = data.draw(st.permutations(range(len(masks))))
    held = data.draw(st.sets(st.sampled_from(order)))
    chosen = [variable for variable in order if variable not in held]
    answer = refuter.choices(masks, chosen)

    def refutes(some: tuple[int, ...]) -> bool:
        kept = [mask if v in some or v in held else None for v, mask in enumerate(masks)]
        return not is_solvable(network, kept, refuter.sources)

    if not refutes(tuple(chosen)):
        assert isinstance(answer, Found)
        return
    assert isinstance(answer, Refuted)
    assert set(answer.variables) - held == set(minimal_subset(tuple(chosen), refutes))
    used = [mask if v in answer.variables else None for v, mask in enumerate(masks)]
    assert not is_solvable(network, used, answer.sources)


@given(st.integers(0, 12), st.integers(1, 12), st.randoms(use_true_random=False))
def test_the_preferred_subset_is_that_of_quickxplain(length, wanted, chance):
    """Any upward closed family of subsets, refutations that use some refuted subset of what they were given."""
    conflicts = [frozenset(chance.sample(range(length), chance.randint(0, length))) for _ in range(wanted)]

    def ask(prefix: int, kept: tuple[int, ...]) -> frozenset[int] | None:
        asked.append(prefix)
        given_places = {*range(prefix), *kept}
        within = [conflict for conflict in conflicts if conflict <= given_places]
        if not within:
            return None
        found = chance.choice(within)
        return found | {place for place in given_places if chance.random() < 0.3}

    asked: list[int] = []
    whole = ask(length, ())
    assert whole is not None
    expected = minimal_subset(tuple(range(length)), lambda some: any(c <= set(some) for c in conflicts))
    assert preferred_subset(ask, whole) == expected


def test_the_usual_order_puts_rules_of_fewer_variables_first():
    """Pigeons in pairs: each rule speaks of two, so the numbers decide."""
    refuter = Refuter(pigeons(3))
    assert refuter.usual_order() == tuple(range(6))
    assert refuter.conflict() == Refuted(tuple(range(6)), (), minimal=True)


def test_a_conflict_says_when_the_budget_ended_before_it_was_proved_minimal(monkeypatch):
    """The first refutation is let through, then the clock stands at the end."""
    network = pigeons(4)
    asked = []
    ask = inquiry.Inquiry.ask

    def impatient(self, items, budget):
        asked.append(1)
        return None if len(asked) > 1 and budget.seconds == 5.0 else ask(self, items, budget)

    monkeypatch.setattr(inquiry.Inquiry, "ask", impatient)
    answer = Refuter(network).conflict(budget=Budget(seconds=5.0))
    assert isinstance(answer, Refuted)
    assert not answer.minimal
    assert not is_solvable(network, [None] * 5, answer.sources)

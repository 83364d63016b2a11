"""The search against enumeration: solutions, refutations and what they rest on, valid values, whatever was asked before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.configurator.engines.refutation.networks import (
    clauses,
    crossed,
    is_solvable,
    loaded,
    networks,
    pigeons,
    restricted,
    satisfies,
    solutions,
)

from configurator.engines.network import Network, Table
from configurator.engines.protocol import Budget
from configurator.engines.refutation import Found, Refuted, Refuter, Unknown, inquiry
from configurator.engines.refutation.inquiry import luby
from configurator.engines.refutation.places import CONFLICTS

NO_TIME = Budget(seconds=0.0)


@given(st.data())
def test_solutions_and_refutations_are_true(data):
    network = data.draw(networks())
    refuter = Refuter(network)
    for _ in range(3):
        masks = data.draw(restricted(network))
        sources = data.draw(st.sets(st.sampled_from(refuter.sources))) if refuter.sources else set()
        answer = refuter.solve(masks, sources)
        if isinstance(answer, Found):
            assert all(mask is None or index in mask for index, mask in zip(answer.witness, masks, strict=True))
            assert satisfies(network, answer.witness, sources)
        else:
            assert isinstance(answer, Refuted)
            assert set(answer.sources) <= sources
            used = [mask if variable in answer.variables else None for variable, mask in enumerate(masks)]
            assert not is_solvable(network, used, answer.sources)


@given(st.data())
def test_valid_values_are_those_of_all_solutions(data):
    network = data.draw(networks())
    masks = data.draw(restricted(network))
    values = Refuter(network).valid_values(masks)
    found = {(v, index) for state in solutions(network, masks, range(8)) for v, index in enumerate(state)}
    literals = [(variable, index) for variable, size in enumerate(network.sizes) for index in range(size)]
    shown = {literal for literal, valid in zip(literals, values.valid, strict=True) if valid}
    assert shown == {literal for literal in found if literal[0] < network.visible}
    assert not values.open.any()
    assert (values.witness is None) == (not found)


@given(st.data())
def test_the_same_question_gets_the_same_answer_whatever_was_asked_before(data):
    network = data.draw(networks())
    asked = [data.draw(restricted(network)) for _ in range(3)]
    used = Refuter(network)
    for masks in asked:
        used.valid_values(masks)
        used.conflict(masks)
    for masks in asked:
        assert used.solve(masks) == Refuter(network).solve(masks)


@given(st.integers(0, 10**6), st.integers(30, 80))
def test_random_clauses_around_their_threshold(seed, amount):
    network = clauses(12, 3, amount, seed)
    answer = Refuter(network).solve()
    assert isinstance(answer, Found) == is_solvable(network, [None] * 12, range(amount))
    if isinstance(answer, Refuted):
        assert not is_solvable(network, [None] * 12, answer.sources)


@given(st.integers(0, 10**6), st.sampled_from((0.2, 0.3, 0.4, 0.5)))
def test_random_tables_across_variables(seed, share):
    network = crossed(7, 4, 8, share, seed)
    answer = Refuter(network).solve()
    assert isinstance(answer, Found) == is_solvable(network, [None] * 7, range(8))
    if isinstance(answer, Refuted):
        assert not is_solvable(network, [None] * 7, answer.sources)


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_several_linear_rules_near_their_minimum(seed, rules):
    network = loaded(6, 4, rules, seed)
    masks = [[0, 1, 2], [1, 2, 3], None, [0, 2], None, None]
    refuter = Refuter(network)
    answer = refuter.solve(masks)
    assert isinstance(answer, Found) == is_solvable(network, masks, range(rules + 5))
    for proof in (answer, refuter.conflict(masks)):
        if isinstance(proof, Refuted):
            used = [mask if variable in proof.variables else None for variable, mask in enumerate(masks)]
            assert not is_solvable(network, used, proof.sources)


def test_a_mask_of_literals_means_the_same_as_lists_of_indices():
    network = crossed(5, 3, 4, 0.5, 1)
    mask = np.ones(15, np.bool_)
    mask[[0, 4, 5]] = False
    refuter = Refuter(network)
    assert refuter.solve(mask) == refuter.solve([[1, 2], [0], None, None, None])


def test_no_pigeon_finds_a_hole_of_its_own_and_every_rule_says_so():
    network = pigeons(6)
    answer = Refuter(network).solve()
    assert isinstance(answer, Refuted)
    assert answer.sources == tuple(range(len(network.tables)))


def test_few_words_restarts_and_a_small_memory_change_no_answer(monkeypatch):
    """Every contradiction starts over, almost nothing learned is kept, and the memory grows from nothing."""
    plain = [_answers(seed) for seed in range(6)]
    monkeypatch.setattr(inquiry, "SHARE", 1)
    monkeypatch.setattr(inquiry, "KEPT", 10)
    monkeypatch.setattr("configurator.engines.refutation.memory.ROOM", 4)
    assert [_answers(seed) for seed in range(6)] == plain


def _answers(seed: int) -> tuple[bool, tuple[bool, ...]]:
    refuter = Refuter(clauses(40, 3, 165 + seed, seed))
    return isinstance(refuter.solve(), Found), tuple(refuter.valid_values().valid.tolist())


def test_the_room_there_is_changes_no_solution(monkeypatch):
    networks = [clauses(120, 3, 480, seed) for seed in range(4)]
    plain = [[refuter.solve(), refuter.solve()] for refuter in map(Refuter, networks)]
    monkeypatch.setattr("configurator.engines.refutation.memory.ROOM", 4)
    assert [[refuter.solve(), refuter.solve()] for refuter in map(Refuter, networks)] == plain
    assert any(isinstance(first, Found) for first, _ in plain)


class Watched(Budget):
    """A budget without an end that counts how often it is looked at."""

    looks = 0

    @property
    def left(self) -> float:
        Watched.looks += 1
        return 1.0

    def started(self) -> Watched:
        return self


def test_the_clock_is_read_after_every_share_of_contradictions(monkeypatch):
    monkeypatch.setattr(Watched, "looks", 0)
    refuter = Refuter(pigeons(7))
    assert isinstance(refuter.solve(budget=Watched()), Refuted)
    with refuter._inquiry(np.ones(56, np.bool_), tracking=True) as inquired:
        inquired.ask(refuter._counted(np.ones(56, np.bool_), None), Budget())
        conflicts = int(inquired.memory.changing[CONFLICTS])
    assert conflicts > 10 * inquiry.SHARE
    assert Watched.looks >= conflicts // inquiry.SHARE - 1


def test_the_clock_is_read_while_many_values_are_sought(monkeypatch):
    monkeypatch.setattr(Watched, "looks", 0)
    many = Network((400, 400), 2, (Table((0, 1), 0, dense=np.eye(400, dtype=np.bool_)),))
    assert Refuter(many).valid_values(budget=Watched()).valid.all()
    assert Watched.looks >= 3  # a solution has one value of each: 400 solutions


def test_a_proof_without_room_rests_on_everything(monkeypatch):
    monkeypatch.setattr("configurator.engines.refutation.memory.MOST_ANTECEDENTS", 0)
    monkeypatch.setattr("configurator.engines.refutation.memory.ROOM", 2)
    network = pigeons(7)
    spare = Table((0, 1), 99, dense=np.array([[True] * 7] * 6 + [[True] * 6 + [False]]))
    answer = Refuter(Network(network.sizes, 8, (*network.tables, spare))).solve()
    assert isinstance(answer, Refuted)
    assert answer.sources == (*range(len(network.tables)), 99)


def test_the_end_of_the_budget_is_no_verdict(monkeypatch):
    monkeypatch.setattr(inquiry, "SHARE", 1)
    refuter = Refuter(pigeons(7))
    assert refuter.solve(budget=NO_TIME) == Unknown()
    assert refuter.conflict(budget=NO_TIME) == Unknown()
    values = refuter.valid_values(budget=NO_TIME)
    assert values.witness is None
    assert not values.valid.any()
    assert values.open.all()


def test_values_stay_open_where_the_budget_ends_after_the_first_solution(monkeypatch):
    """While the yard is open pigeons may stay outside; that it cannot be closed takes long to prove."""
    holes, free = 7, np.ones((8, 8), np.bool_)
    free[:holes, :holes] = ~np.eye(holes, dtype=np.bool_)
    apart = [Table((one + 1, other + 1), 0, dense=free) for one in range(holes + 1) for other in range(one)]
    inside = np.array([[True] * (holes + 1), [True] * holes + [False]])
    closed = [Table((0, pigeon + 1), 1, dense=inside) for pigeon in range(holes + 1)]
    refuter = Refuter(Network((2, *[holes + 1] * (holes + 1)), 1, (*apart, *closed)))
    monkeypatch.setattr(inquiry, "SHARE", 1)
    values = refuter.valid_values(budget=NO_TIME)
    assert values.witness is not None
    assert values.valid[:2].tolist() == [True, False]
    assert values.open[:2].tolist() == [False, True]


def test_threads_do_not_disturb_each_other():
    refuter = Refuter(clauses(60, 3, 240, 3))
    masks = [[[variable % 2] if variable < lead else None for variable in range(60)] for lead in range(16)]
    expected = [refuter.solve(mask) for mask in masks]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(refuter.solve, masks * 4)) == expected * 4


def test_a_variable_without_values_refutes_by_itself():
    answer = Refuter(Network((2, 0), 2, ())).solve()
    assert isinstance(answer, Refuted)
    assert answer.sources == ()


@pytest.mark.parametrize(("turn", "share"), list(enumerate((1, 1, 2, 1, 1, 2, 4, 1, 1, 2, 1, 1, 2, 4, 8), start=1)))
def test_luby(turn, share):
    assert luby(turn) == share

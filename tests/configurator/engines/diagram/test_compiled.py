"""Networks drawn at random, compiled, against brute force: every pass, both kinds of tables, counts, conflicts, samples."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from configurator.conflict import minimal_subset
from configurator.engines.diagram.compiler import automaton, conjoin
from configurator.engines.diagram import conflicts, lanes, ordered, passes, semirings, states
from configurator.engines.diagram.compiler.compile import CompileBudget, TooWide, compile_network
from configurator.engines.diagram.diagram import Diagram
from configurator.engines.network import Network, Table
from configurator.engines.diagram.passes import FAR
from configurator.engines.diagram.queries import Compiled

CASES = settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))


@st.composite
def networks(draw, most=6):
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=most))
    tables = []
    for source in range(draw(st.integers(0, 5))):
        arity = draw(st.integers(1, min(3, len(sizes))))
        scope = tuple(draw(st.permutations(range(len(sizes))))[:arity])
        every = list(itertools.product(*(range(sizes[variable]) for variable in scope)))
        kept = draw(st.lists(st.sampled_from(every), min_size=1, max_size=len(every)))
        if draw(st.booleans()):
            tables.append(Table(scope, source, rows=np.array(kept, np.int32)))
            continue
        mask = np.zeros([sizes[variable] for variable in scope], np.bool_)
        mask[tuple(np.array(kept).T)] = True
        tables.append(Table(scope, source, dense=mask))
    return Network(tuple(sizes), len(sizes), tuple(tables))


def solutions(network: Network) -> list[tuple[int, ...]]:
    """Every combination that all tables allow, by trying each."""
    allowed = []
    for table in network.tables:
        if table.rows is not None:
            allowed.append((table.scope, {tuple(map(int, row)) for row in table.rows}))
        else:
            assert table.dense is not None
            allowed.append((table.scope, {tuple(map(int, row)) for row in np.argwhere(table.dense)}))
    return [
        values
        for values in itertools.product(*map(range, network.sizes))
        if all(tuple(values[variable] for variable in scope) in fits for scope, fits in allowed)
    ]


def compiled(network: Network) -> Compiled:
    diagram = compile_network(network)
    assert isinstance(diagram, Diagram)
    return Compiled(diagram)


def drawn(network: Network, chance: Random):
    """A mask of values, weights, and choices in a chosen order."""
    count = sum(network.sizes)
    mask = np.array([chance.random() < 0.85 for _ in range(count)], np.uint8)
    weights = np.array([chance.randint(-5, 9) for _ in range(count)], np.int64)
    starts = np.concatenate(([0], np.cumsum(network.sizes)))
    some = chance.sample(range(len(network.sizes)), chance.randint(0, len(network.sizes)))
    choices = np.array([starts[v] + chance.randrange(network.sizes[v]) for v in some], np.int32)
    return mask, weights, choices, starts


def literals(values, starts) -> list[int]:
    return [int(start) + value for start, value in zip(starts, values, strict=False)]


def within(found, starts, mask, free=-1):
    """The solutions with allowed values in every variable but one."""
    return [one for one in found if all(mask[lit] for v, lit in enumerate(literals(one, starts)) if v != free)]


@CASES
@given(networks(), st.randoms(use_true_random=False))
def test_every_pass_gives_the_answers_of_brute_force(network, chance):
    right, engine = solutions(network), compiled(network)
    mask, weights, _, starts = drawn(network, chance)
    mask = np.concatenate((mask, np.ones(engine.literals - len(mask), np.uint8)))
    weights = np.concatenate((weights, np.zeros(engine.literals - len(weights), np.int64)))
    owner = np.repeat(np.arange(len(network.sizes)), network.sizes)
    fitting = within(right, starts, mask)
    assert engine.total == len(right)
    assert engine.count(mask) == len(fitting)
    assert engine.possible(mask) == bool(fitting)
    outside, ends = engine.outside(mask), engine.both_ends(mask, weights)
    least, counts = engine.least(mask, weights), engine.counts(mask)
    for literal in range(sum(network.sizes)):
        there = [one for one in within(right, starts, mask, owner[literal]) if literal in literals(one, starts)]
        sums = [int(sum(weights[lit] for lit in literals(one, starts))) for one in there]
        assert outside[literal] == bool(there)
        assert counts[literal] == len(there)
        assert (int(least[literal]) if there else int(least[literal]) >= FAR // 2) == (min(sums) if sums else True)
        assert tuple(map(int, ends[literal])) == ((min(sums), -max(sums)) if sums else (FAR, FAR))
    best = engine.best(mask, weights)
    assert (best is None) == (not fitting)
    if best is not None:
        sums = [int(sum(weights[lit] for lit in literals(one, starts))) for one in fitting]
        assert best[0] == min(sums)
        assert tuple(best[1][: len(network.sizes)]) in {tuple(literals(one, starts)) for one in fitting}
        for sample in engine.sample(mask, chance.randrange, 5):
            assert tuple(sample[: len(network.sizes)]) in {tuple(literals(one, starts)) for one in fitting}


@CASES
@given(networks(), st.randoms(use_true_random=False))
def test_objectives_one_after_another(network, chance):
    right, engine = solutions(network), compiled(network)
    mask, first, _, starts = drawn(network, chance)
    _, second, _, _ = drawn(network, chance)
    more = engine.literals - len(mask)
    whole = np.concatenate((mask, np.ones(more, np.uint8)))
    weights = np.concatenate((np.stack((first, second), axis=1), np.zeros((more, 2), np.int64)))
    fitting = within(right, starts, mask)
    found = engine.best_in_order(whole, weights)
    keys = {one: tuple(int(weights[literals(one, starts), c].sum()) for c in (0, 1)) for one in fitting}
    assert (found is None) == (not fitting)
    order = [[[int(starts[v]) + i] for i in range(size)] for v, size in enumerate(network.sizes)]
    leading = engine.first_in_order(whole, weights, order)
    assert (leading is None) == (not fitting)
    if found is not None and leading is not None:
        assert found[0] == min(keys.values())
        best = [one for one in fitting if keys[one] == min(keys.values())]
        assert tuple(leading[: len(network.sizes)]) == tuple(literals(min(best), starts))


@CASES
@given(networks(), st.randoms(use_true_random=False))
def test_conflicts_and_repairs(network, chance):
    right, engine = solutions(network), compiled(network)
    mask, _, choices, starts = drawn(network, chance)
    whole = np.concatenate((mask, np.ones(engine.literals - len(mask), np.uint8)))
    fitting = within(right, starts, mask)

    def refutes(some: tuple[int, ...]) -> bool:
        return not any(all(choices[place] in literals(one, starts) for place in some) for one in fitting)

    found = engine.conflict(whole, choices)
    everything = tuple(range(len(choices)))
    assert found == (minimal_subset(everything, refutes) if refutes(everything) else None)
    owner = np.repeat(np.arange(len(network.sizes)), network.sizes)
    given_up = engine.given_up(whole, choices)
    for literal in range(len(mask)):
        there = [one for one in within(right, starts, mask, owner[literal]) if literal in literals(one, starts)]
        kept = [[lit for lit in choices if owner[lit] != owner[literal]] for _ in there]
        costs = [sum(lit not in literals(one, starts) for lit in own) for one, own in zip(there, kept, strict=True)]
        assert (int(given_up[literal]) if costs else given_up[literal] >= FAR // 2) == (min(costs) if costs else True)


@CASES
@given(networks(), st.randoms(use_true_random=False))
def test_many_sessions_in_one_pass(network, chance):
    engine = compiled(network)
    words = np.array([[chance.getrandbits(64) for _ in range(lanes.LANES)] for _ in range(engine.literals)], np.uint64)
    together = engine.outside_batch(words)
    for session in chance.sample(range(64 * lanes.LANES), 6):
        word, bit = divmod(session, 64)
        alone = engine.outside(((words[:, word] >> np.uint64(bit)) & np.uint64(1)).astype(np.uint8))
        assert list((together[:, word] >> np.uint64(bit)) & np.uint64(1)) == list(alone)


@settings(max_examples=25, deadline=None)
@given(networks(most=4), st.randoms(use_true_random=False))
def test_compiled_kernels_do_what_their_python_twins_do(network, chance):
    engine = compiled(network)
    if engine.diagram.is_empty:
        return
    arrays = passes.arrays(engine.diagram)
    mask = np.array([chance.random() < 0.8 for _ in range(engine.literals)], np.uint8)
    weights = np.array([chance.randint(-5, 5) for _ in range(engine.literals)], np.int64)
    for kernel, arguments in (
        (passes.outside, (arrays, mask)),
        (passes.possible, (arrays, mask)),
        (passes.possible, (arrays, mask * np.uint64(0xF0F0F0F0F0F0F0F0))),
        (passes.both_ends, (arrays, weights, mask)),
        (passes.counts, (arrays, mask, np.uint64(0))),
        (passes.counts, (arrays, mask, np.uint64(2147483647))),
        (ordered.best_literals, (arrays, np.stack((weights, -weights), axis=1), mask)),
        (conflicts.restrict, (engine.starts, np.repeat(np.arange(engine.variables, dtype=np.int32), np.diff(engine.starts)), mask, np.zeros(1, np.int32))),
    ):  # fmt: skip
        with np.errstate(over="ignore"):
            assert np.array_equal(kernel(*arguments), kernel.py_func(*arguments))  # type: ignore[attr-defined] # numba's


LOOPS = {
    "reach": (semirings.Loops(passes._reach_up, passes._reach_down), np.uint8, 1, 0, 0),
    "words": (semirings.Loops(passes._reach_up, passes._reach_down), np.uint64, 2**64 - 1, 0, 0),
    "least": (semirings.Loops(passes._least_up, passes._least_down), np.int64, 0, FAR, 0),
    "ends": (semirings.Loops(passes._ends_up, passes._ends_down), np.int64, 0, FAR, 0),
    "count": (semirings.Loops(passes._count_up, passes._count_down), np.uint64, 1, 0, 0),
    "residue": (semirings.Loops(passes._count_up, passes._count_down), np.uint64, 1, 0, 7),
}


@pytest.mark.parametrize("name", LOOPS)
@settings(max_examples=15, deadline=None)
@given(networks(most=4), st.randoms(use_true_random=False))
def test_compiled_loops_do_what_their_python_twins_do(name, network, chance):
    engine = compiled(network)
    if engine.diagram.is_empty:
        return
    (up, down), kind, one, zero, modulus = LOOPS[name]
    arrays, literals = passes.arrays(engine.diagram), np.uint32(engine.literals)
    shape = (engine.diagram.slots, 2) if name == "ends" else (engine.diagram.slots,)
    first = np.full(shape, zero, kind)
    first[: engine.literals] = np.array([chance.randrange(2) for _ in range(engine.literals)]).reshape(
        -1, *[1] * (len(shape) - 1)
    )
    first[engine.literals] = one
    outside = np.full(shape, zero, kind)
    outside[-1] = one
    second, beside = first.copy(), outside.copy()
    up(arrays, first, literals, np.uint64(modulus))
    down(arrays, first, outside, literals, np.uint64(modulus))
    with np.errstate(over="ignore"):
        up.py_func(arrays, second, literals, np.uint64(modulus))  # type: ignore[attr-defined] # numba's
        down.py_func(arrays, first, beside, literals, np.uint64(modulus))  # type: ignore[attr-defined] # numba's
    assert np.array_equal(first, second)
    assert np.array_equal(outside, beside)


@CASES
@given(networks(), st.randoms(use_true_random=False))
def test_states_of_values_under_choices(network, chance):
    right, engine = solutions(network), compiled(network)
    mask, _, choices, starts = drawn(network, chance)
    mask = np.concatenate((mask, np.ones(engine.literals - len(mask), np.uint8)))
    owner = np.repeat(np.arange(len(network.sizes)), network.sizes)
    found = engine.states(mask, choices)
    narrowed = engine.restricted(mask, choices)
    for variable, (start, size) in enumerate(zip(starts, network.sizes, strict=False)):
        own = range(int(start), int(start) + size)
        left = [
            literal
            for literal in own
            if mask[literal]
            and any(literal in literals(one, starts) for one in within(right, starts, narrowed, variable))
        ]
        chosen = [int(literal) for literal in choices if owner[literal] == variable]
        for literal in own:
            expected = states.OPEN if literal in left else states.EXCLUDED
            if [literal] == left and not chosen:
                expected = states.IMPLIED
            assert found[literal] == (states.CHOSEN if literal in chosen else expected)


def test_the_same_network_gives_the_same_diagram():
    chance = np.random.default_rng(5)
    tables = [
        Table((v, v + 1, (v + 5) % 12), v, rows=chance.integers(0, 4, (30, 3)).astype(np.int32)) for v in range(11)
    ]
    network = Network((4,) * 12, 12, tuple(tables))
    first, second = compile_network(network), compile_network(network)
    assert isinstance(first, Diagram)
    assert isinstance(second, Diagram)
    for one, other in zip(vars_of(first), vars_of(second), strict=True):
        assert one.tobytes() == other.tobytes()


def vars_of(diagram: Diagram):
    return diagram.starts, diagram.edges, diagram.left, diagram.right


def test_what_does_not_fit_says_how_far_it_came_and_what_widened_it():
    chance = np.random.default_rng(1)
    scopes = [tuple(chance.choice(40, 3, replace=False)) for _ in range(120)]
    tables = [
        Table(tuple(map(int, scope)), n, rows=chance.integers(0, 4, (40, 3)).astype(np.int32))
        for n, scope in enumerate(scopes)
    ]
    verdict = compile_network(Network((4,) * 40, 40, tuple(tables)), CompileBudget(seconds=60, references=3_000))
    assert isinstance(verdict, TooWide)
    assert verdict.limit == "nodes"
    assert verdict.done < verdict.total
    assert verdict.widest
    assert all(0 <= source < 120 for source, _ in verdict.widest)
    late = compile_network(Network((4,) * 40, 40, tuple(tables)), CompileBudget(seconds=0))
    assert isinstance(late, TooWide)
    assert late.limit == "time"


def test_counts_past_64_bits_are_exact():
    engine = compiled(Network((10,) * 45, 45, (Table((0, 1), 0, dense=~np.eye(10, dtype=np.bool_)),)))
    mask = engine.everything()
    assert engine.total == engine.count(mask) == 90 * 10**43
    assert engine.counts(mask)[:10] == [9 * 10**43] * 10


def test_exclusions_pair_by_pair_become_a_ladder_and_count_the_same():
    apart = np.array([[True, True], [True, False]])
    pairs = [Table((a, b), 0, dense=apart) for a, b in itertools.combinations(range(60), 2)]
    engine = compiled(Network((2,) * 60, 60, tuple(pairs)))
    assert engine.total == 61
    assert len(engine.diagram.left) < 1_000


def test_samples_are_equally_likely():
    network = Network((2, 3), 2, (Table((0, 1), 0, rows=np.array([(0, 0), (0, 1), (0, 2), (1, 1)], np.int32)),))
    engine = compiled(network)
    chance = Random(3)
    found = [tuple(map(int, one)) for one in engine.sample(engine.everything(), chance.randrange, 4_000)]
    assert {one: round(found.count(one) / 1_000) for one in set(found)} == dict.fromkeys(set(found), 1)
    assert len(set(found)) == 4


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_automata_accept_what_their_table_allows(data):
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    every = list(itertools.product(*map(range, sizes)))
    kept = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=12))
    mask = np.zeros(sizes, np.bool_)
    mask[tuple(np.array(kept).T)] = True
    scope = range(len(sizes))
    for built in (
        automaton.from_rows(0, scope, sizes, np.array(kept, np.int32)),
        automaton.from_dense(0, scope, mask),
    ):
        for values in every:
            state = built.start
            for step, value in zip(built.steps, values, strict=True):
                state = int(step[state, value])
            assert state == (automaton.ALWAYS if values in kept else automaton.NEVER)


FAULTS = [
    (conjoin, "insert", lambda right: lambda nodes, new, both: (np.ones_like(right(nodes, new, both)[0]), right(nodes, new, both)[1])),
    (conjoin, "settle", lambda right: lambda below, results: np.ascontiguousarray(right(below, results)[:, ::-1])),
    (passes, "outside", lambda right: lambda d, allowed: right(d, allowed) & allowed),
    (passes, "both_ends", lambda right: lambda d, weights, allowed: right(d, -weights, allowed)),
    (passes, "count", lambda right: lambda d, allowed, up, modulus: right(d, np.ones_like(allowed), up, modulus)),
    (ordered, "best_literals", lambda _: lambda _d, _weights, mask: mask),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name", "spoil"), FAULTS)
def test_a_planted_fault_is_noticed(module, name, spoil, monkeypatch):
    monkeypatch.setattr(module, name, spoil(getattr(module, name)))
    with pytest.raises((AssertionError, ValueError, IndexError, ExceptionGroup)):
        everything()


def everything():
    test_every_pass_gives_the_answers_of_brute_force()
    test_objectives_one_after_another()
    test_conflicts_and_repairs()

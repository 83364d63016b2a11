"""Peers of the bench: the same answers as ours, in processes of their own, and what a difference looks like."""

import importlib.util
import json
from pathlib import Path

import pytest

from api.commands.bench.peers import PEERS, missing_peer
from api.commands.bench.peers.grid import TooWide, make_grid
from api.commands.bench.peers.race import (
    against, answer_click, chosen_indices, differs, load_peer, valid_indices,
)  # fmt: skip
from api.commands.bench.sessions import Click
from api.commands.main import app
from configurator.engines.enumeration import EnumerationEngine
from configurator.model import Model
from configurator.problems import parse_problem
from tests.api.bench_problems import BIKE, FEW, SUMS, bench, clicks_of, problem, runner, written


THERE = [name for name in PEERS if not missing_peer(name)]


@pytest.mark.parametrize("name", THERE)
@pytest.mark.parametrize("document", [BIKE, SUMS], ids=["bike", "sums"])
def test_a_peer_gives_the_same_answers(name: str, document: object) -> None:
    one = problem(document)
    peer = load_peer(name, make_grid(one.model))
    for click in clicks_of(one):
        took, found = answer_click(peer, chosen_indices(one.model, click), 20.0)
        assert found is not None
        assert not differs(peer.answers, found, valid_indices(one.model, click))
        assert took > 0


@pytest.mark.parametrize("name", THERE)
def test_a_peer_sees_that_nothing_is_left(name: str) -> None:
    one = problem({**BIKE, "constraints": [*BIKE["constraints"], {"scope": ["gears"], "allowed": [[7]]}]})
    _, found = answer_click(load_peer(name, make_grid(one.model)), {}, 20.0)
    assert found == [set(), set(), set()]


def test_peers_run_in_processes_of_their_own(tmp_path: Path) -> None:
    (row,) = bench(written(tmp_path, SUMS), *FEW, "--against", "cp-sat")
    peer = row["against"]["cp-sat"]
    assert (peer["answers"], peer["cut"], peer["wrong"], peer["note"]) == ("all valid values", 0, 0, "")
    assert peer["clicks"] > 0
    assert peer["prepare_seconds"] > 0
    assert set(peer["ratio"]) == {"p50", "p99"}


def test_a_wrong_answer_of_ours_is_seen_by_a_peer() -> None:
    one = problem()
    first, *others = clicks_of(one)
    path = next(path for path in first.valid if path not in first.choices)
    planted = {**first.valid, path: frozenset(list(first.valid[path])[1:])}
    row = against(one.model, [Click(first.choices, first.last, planted, None), *others], None, ["cp-sat"], 20.0)[
        "cp-sat"
    ]
    assert row["wrong"] == 1


def test_a_grid_says_the_same_by_tables_clauses_and_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    one = problem(SUMS)
    for small in (1_000, 9):  # whole tables; then parts through helpers and sums
        monkeypatch.setattr("api.commands.bench.peers.grid.SMALL", small)
        assert counted(one.model) == EnumerationEngine(one.model).count({}).value
    assert len(make_grid(one.model).sizes) > len(one.model.variables)
    monkeypatch.setattr("api.commands.bench.peers.grid.SMALL", 2)
    with pytest.raises(TooWide, match="c2"):
        make_grid(one.model)


def counted(model: Model) -> int:
    """Count the assignments of a grid by enumeration; helpers follow from the rest."""
    grid = make_grid(model)
    names = [f"v{number}" for number in range(len(grid.sizes))]
    constraints: list[dict[str, object]] = [
        {"scope": [names[v] for v in table.scope], "allowed": [list(row) for row in table.rows]}
        for table in grid.tables
    ]
    constraints += [{"expr": " or ".join(f"{names[v]} == {i}" for v, i in clause)} for clause in grid.clauses]
    variables = {name: list(range(size)) for name, size in zip(names, grid.sizes, strict=True)}
    text = json.dumps({"variables": variables, "constraints": constraints})
    count = EnumerationEngine(parse_problem("grid.json", text.encode()).model).count({}).value
    assert count is not None
    return count


def test_a_peer_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    result = runner.invoke(app, ["bench", "configuration", str(written(tmp_path, BIKE)), "--against", "clingo"])
    assert result.exit_code == 2
    assert "needs the package clingo: install quotewright[bench]" in result.output

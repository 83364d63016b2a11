"""`cpq bench configuration` on small problems: its rows, recorded answers that fit or not, peers, and wrong files."""

import importlib.util
import json
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.bench.compiled import CompiledQuestions
from api.commands.bench.measure import measure
from api.commands.bench.oracle import compare
from api.commands.bench.peers import PEERS, missing_peer
from api.commands.bench.peers.grid import TooWide, make_grid
from api.commands.bench.peers.race import (
    against, answer_click, chosen_indices, differs, load_peer, valid_indices,
)  # fmt: skip
from api.commands.bench.plots import Plot, Point, Series, draw, write_plots
from api.commands.bench.questions import EngineQuestions, draw_prices
from api.commands.bench.sessions import Click, Plan, draw_sessions
from api.commands.bench.timing import ranked, spread
from api.commands.main import app
from configurator.engines.diagram_engine import DiagramEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.model import Model
from configurator.problems import Problem, parse_problem
from configurator.session import Chosen, start

runner = CliRunner()
FEW = ("--sessions", "2", "--clicks", "3", "--seconds", "5")
BIKE = {
    "name": "bike",
    "known": {"solutions": 5},
    "variables": {"frame": ["steel", "carbon"], "gears": [1, 3, 7], "motor": [True, False]},
    "constraints": [
        {"name": "shifting", "scope": ["frame", "gears"], "allowed": [["steel", 1], ["steel", 3], ["carbon", 3]]},
        {"name": "battery", "expr": "motor => gears > 1"},
    ],
}
SUMS = {
    "variables": {"a": [0, 1, 2], "b": [3, 1, 0], "c": [5, 2, 4], "y": [True, False]},
    "constraints": [
        {"expr": "a + b <= c"},
        {"expr": "or(a == b, b == c, y)"},
        {"expr": "not y or (a != 1 and c > 2)"},
        {"scope": ["c", "y"], "allowed": [[5, True], [4, True], [4, False], [2, False]]},
    ],
}
VALID = {"frame": ["carbon", "steel"], "gears": [1, 3], "motor": [True, False]}
RECORD = {
    "satisfiable": True,
    "valid_domains": VALID,
    "valid_values": 6,
    "sessions": [
        {
            "steps": [["gears", 1, "ok", 3], ["motor", True, "refused", 3], ["frame", "steel", "ok", 3]],
            "final_valid_domains": {"frame": ["steel"], "gears": [1], "motor": [False]},
        }
    ],
}


def written(folder: Path, document: object, name: str = "bike.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def bench(*words: str | Path, code: int = 0) -> list[dict[str, object]]:
    result = runner.invoke(app, ["bench", "configuration", *map(str, words), "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def problem(document: object = BIKE) -> Problem:
    return parse_problem("bike.json", json.dumps(document).encode())


def asked(one: Problem) -> EngineQuestions:
    return EngineQuestions(EnumerationEngine(one.model), draw_prices(one.model, 1), 5.0)


# --- rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["enumeration", "cp-sat", "diagram", "auto"])
def test_a_row_has_what_was_asked_for(tmp_path: Path, engine: str) -> None:
    (row,) = bench(written(tmp_path, BIKE), "--engine", engine, *FEW)
    assert row["name"] == "bike"
    assert (row["variables"], row["values"], row["constraints"]) == (3, 7, 2)
    assert (row["count"], row["valid_values"], row["exact"]) == (5, 6, True)
    assert row["known"] == {"solutions": 5, "wrong": 0}
    for name in ("click_us", "price_us", "step_us"):
        times = row[name]
        assert isinstance(times, dict), name
        assert 0 < times["p50"] <= times["p99"]
    for name in ("repair_us", "conflict_us", "conflict_rules_us"):
        assert row[name] is None or row[name]["p50"] > 0
        assert row[name] is not None or name in row["notes"]
    assert row["batch_us_per_session"] > 0
    assert row["first_click_us"] > 0
    assert row["compile_seconds"] >= 0
    assert row["peak_memory_mb"] > 1
    assert row["core"] is row["dead"] is None


def test_a_problem_without_configurations_is_refuted_by_a_minimal_set(tmp_path: Path) -> None:
    rules = [
        *BIKE["constraints"],
        {"name": "sport", "expr": "motor and gears == 1"},
        {"name": "any", "expr": "gears > 0"},
    ]
    (row,) = bench(written(tmp_path, {**BIKE, "constraints": rules, "known": {"solutions": 0}}), *FEW)
    assert (row["count"], row["valid_values"], row["click_us"]) == (0, 0, None)
    assert row["conflict"] == ["battery", "sport"]
    assert row["notes"]["click_us"] == "there is no configuration"


def test_features_of_all_and_of_no_configuration_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "features.dimacs"
    path.write_text("c 1 root\nc 2 seat\np cnf 5 4\n1 0\n-3 0\n-2 1 0\n4 2 0\n")
    (row,) = bench(path, *FEW)
    assert (row["name"], row["variables"], row["core"], row["dead"], row["count"]) == ("features", 4, 1, 1, 3)


def test_a_count_that_the_file_states_otherwise_is_found(tmp_path: Path) -> None:
    (row,) = bench(written(tmp_path, {**BIKE, "known": {"solutions": 6}}), *FEW, code=1)
    assert row["known"] == {"solutions": 6, "wrong": 1, "rounded": False}


def test_a_count_that_was_made_with_doubles_is_a_rounded_one(tmp_path: Path) -> None:
    bits = {f"b{number}": [0, 1] for number in range(70)}
    rule = {"scope": ["b0", "b1"], "allowed": [[0, 0], [0, 1], [1, 0]]}
    count = 3 * 2**68
    tight = [
        {"scope": [f"b{n}" for n in range(6)], "allowed": [[0, 0, 0, 0, 0, 0]]},
        {"scope": ["b6", "b7"], "allowed": rule["allowed"]},
    ]
    for stated, constraints, wrong in [
        (count, [rule], {"solutions": count, "wrong": 0}),
        (count + 2**18, [rule], {"solutions": count + 2**18, "wrong": 0, "rounded": True}),
        (count + 1, [rule], {"solutions": count + 1, "wrong": 1, "rounded": False}),
        (count, tight, {"solutions": count, "wrong": 1, "rounded": False}),
    ]:
        document = {"variables": bits, "constraints": constraints, "known": {"solutions": stated}}
        path = written(tmp_path, document)
        (row,) = bench(
            path, "--engine", "cp-sat", "--sessions", "1", "--clicks", "1", "--seconds", "1", code=wrong["wrong"]
        )
        assert row["known"] == wrong


def test_a_wrong_file_is_a_row_and_others_still_are_measured(tmp_path: Path) -> None:
    wrong = written(tmp_path, {"variables": {"a": []}}, "wrong.json")
    rows = bench(wrong, written(tmp_path, BIKE), *FEW, code=1)
    assert "a has no list of values" in rows[0]["error"]
    assert rows[1]["count"] == 5


def test_people_read_the_same(tmp_path: Path) -> None:
    result = runner.invoke(app, ["bench", "configuration", str(written(tmp_path, BIKE)), *FEW])
    assert result.exit_code == 0
    assert "name bike  variables 3  values 7" in result.stdout
    assert "click_us: p50" in result.stdout


def test_names_that_do_not_exist_are_wrong_usage(tmp_path: Path) -> None:
    path = written(tmp_path, BIKE)
    for words in (["--engine", "steam"], ["--against", "cp-sat,oracle"]):
        result = runner.invoke(app, ["bench", "configuration", str(path), *words])
        assert result.exit_code == 2
        assert "there are" in result.output


# --- recorded answers ---------------------------------------------------------------------------


def test_recorded_answers_that_fit(tmp_path: Path) -> None:
    folder = tmp_path / "oracle"
    folder.mkdir()
    written(folder, RECORD)
    (row,) = bench(written(tmp_path, BIKE), "--oracle", folder, *FEW)
    assert row["oracle"] == {"steps": 3, "wrong": 0}


WRONG_RECORDS = {
    "a number of valid values": {**RECORD, "valid_values": 7},
    "a valid value": {**RECORD, "valid_domains": {**VALID, "gears": [1, 3, 7]}},
    "satisfiability": {**RECORD, "satisfiable": False},
    "a step": {"sessions": [{"steps": [["gears", 1, "ok", 4]]}]},
    "a step that was refused": {"sessions": [{"steps": [["gears", 1, "refused", 6]]}]},
    "the end": {"sessions": [{"steps": [], "final_valid_domains": {"gears": [1]}}]},
    "an unknown variable": {"valid_domains": {"saddle": [1]}},
    "an unknown step": {"sessions": [{"steps": [["saddle", 1, "ok", 4]]}]},
    "no steps": {"sessions": [7]},
    "nothing": {},
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_RECORDS)
def test_recorded_answers_that_differ_are_counted(case: str) -> None:
    one = problem()
    assert compare(one, WRONG_RECORDS[case], asked(one)).row()["wrong"] == 1


def test_a_difference_is_exit_code_1(tmp_path: Path) -> None:
    folder = tmp_path / "oracle"
    folder.mkdir()
    written(folder, {**RECORD, "valid_values": 5})
    (row,) = bench(written(tmp_path, BIKE), "--oracle", folder, *FEW, code=1)
    assert row["oracle"]["wrong"] == 1
    assert row["oracle"]["differences"] == ["number of valid values: recorded 5, ours 6"]


def test_a_record_that_cannot_be_answered_is_no_agreement() -> None:
    one = problem()
    slow = EngineQuestions(EnumerationEngine(one.model), draw_prices(one.model, 1), 0.0)
    row = compare(one, RECORD, slow).row()
    assert (row["steps"], row["wrong"]) == (0, 0)
    assert row["unanswered"]


def test_public_records_are_reproduced(shared: Path) -> None:
    folder = shared / "data" / "configuration"
    few = ("--sessions", "1", "--clicks", "1", "--seconds", "1")
    (row,) = bench(folder / "br4cp_small.json.gz", "--oracle", folder / "oracle", *few)
    assert row["oracle"] == {"steps": 120, "wrong": 0}
    assert (row["count"], row["valid_values"]) == (172_056, 338)


def test_public_features_are_counted_as_published(shared: Path) -> None:
    few = ("--sessions", "1", "--clicks", "1", "--seconds", "1")
    (row,) = bench(shared / "data" / "featuremodels" / "e_shop.dimacs", "--engine", "diagram", *few)
    assert (row["count"], row["core"], row["dead"]) == (247_496_437_923_840, 50, 0)
    assert row["bytes"] > 0
    assert row["compile_seconds_cached"] is not None


# --- sessions and times -------------------------------------------------------------------------


def test_sessions_depend_on_the_seed_alone() -> None:
    one = problem()
    questions = asked(one)
    whole = questions.valid({})

    def drawn(seed: int) -> list[Click]:
        return draw_sessions(one.model, whole, questions.valid, Plan(5, 3, seed, 5.0)).clicks

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    for click in drawn(1):
        assert dict((click.last,)).items() <= dict(click.choices).items()
        session = start(questions.engine, [Chosen(path, value) for path, value in click.choices.items()])
        assert questions.engine.valid_values(session.allowed).values == click.valid
        if click.excluded is not None:
            path, value = click.excluded
            assert value in whole[path]
            assert value not in click.valid[path]


@pytest.mark.parametrize("document", [BIKE, SUMS], ids=["bike", "sums"])
def test_a_diagram_is_asked_the_same_as_any_engine(document: object) -> None:
    one = problem(document)
    prices = draw_prices(one.model, 1)
    diagram = CompiledQuestions(DiagramEngine(one.model, EnumerationEngine), prices, 5.0)
    plain = asked(one)
    clicks = clicks_of(one)
    assert diagram.count({}) == plain.count({})
    (lanes,) = diagram.batch([click.choices for click in clicks])()
    literals = [(path, value) for path, own in diagram.literals.items() for value in own]
    for number, click in enumerate(clicks):
        assert diagram.valid(click.choices) == plain.valid(click.choices) == click.valid
        words = lanes[: len(literals), number // 64] >> number % 64 & 1
        held = {literal for literal, bit in zip(literals, words.tolist(), strict=True) if bit}
        open_now = {(path, value) for path, value in literals if path not in click.choices}
        assert held & open_now == {(path, value) for path, value in open_now if value in click.valid[path]}
        if click.excluded is not None:
            paths = diagram.conflict(click.choices, click.excluded)
            assert paths == plain.conflict(click.choices, click.excluded)
            assert diagram.explain(click.choices, click.excluded) == plain.explain(click.choices, click.excluded)


def test_what_an_engine_cannot_give_is_empty_with_its_reason() -> None:
    one = problem()
    slow = EngineQuestions(EnumerationEngine(one.model), draw_prices(one.model, 1), 0.0)
    measured = measure(one, slow, Plan(1, 2, 1, 1.0))
    row = measured.finished()
    assert row["exact"] is False
    assert row["valid_values"] is row["count"] is row["click_us"] is None
    assert {"valid_values", "count", "click_us"} <= row["notes"].keys()


def test_ranks_are_measurements() -> None:
    assert [ranked([4.0, 1.0, 3.0, 2.0], percent) for percent in (1, 50, 75, 99)] == [1.0, 2.0, 3.0, 4.0]
    assert spread([0.000001, 0.000003]) == {"p50": 1.0, "p99": 3.0}
    assert spread([]) is None


# --- peers --------------------------------------------------------------------------------------


def clicks_of(one: Problem) -> list[Click]:
    questions = asked(one)
    return draw_sessions(one.model, questions.valid({}), questions.valid, Plan(3, 3, 1, 5.0)).clicks


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


# --- plots --------------------------------------------------------------------------------------


def test_plots_are_drawn_of_what_is_known(tmp_path: Path) -> None:
    (row,) = bench(written(tmp_path, BIKE), "--engine", "diagram", "--plots", tmp_path / "plots", *FEW)
    assert row["edges"] > 0
    assert list(row["batch_sizes"]) == ["1", "8", "64", "512", "4096"]
    files = sorted((tmp_path / "plots").iterdir())
    assert [path.name for path in files] == ["batch.svg", "click.svg", "compile.svg"]
    assert write_plots([{"name": "failed", "error": "no problem"}], tmp_path / "none") == []
    for path in files:
        assert ET.parse(path).getroot().tag.endswith("svg")  # noqa: S314 - drawn above


def test_a_plot_places_points_by_their_logarithms() -> None:
    points = (Point(1, 10, "low & left"), Point(10, 100, "middle"), Point(100, 1000, "high"))
    root = ET.fromstring(draw(Plot("p", "t", "n", "x", "y", (Series("s", points),))))  # noqa: S314 - drawn here
    places = [
        (Fraction(circle.attrib["cx"]), Fraction(circle.attrib["cy"]))
        for circle in root
        if circle.tag.endswith("circle")
    ]
    (x0, y0), (x1, y1), (x2, y2) = places
    assert x1 - x0 == x2 - x1 > 0
    assert y0 - y1 == y1 - y2 > 0
    assert any(element.text == "low & left" for element in root.iter())

"""`cpq bench configuration` on small problems: its rows, its sessions and times, and wrong files."""

from pathlib import Path

import pytest

from api.commands.bench.compiled import CompiledQuestions
from api.commands.bench.measure import measure
from api.commands.bench.questions import EngineQuestions, draw_prices
from api.commands.bench.sessions import Click, Plan, draw_sessions
from api.commands.bench.timing import ranked, spread
from api.commands.main import app
from configurator.engines.diagram_engine import DiagramEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.session import Chosen, start
from tests.api.bench_problems import BIKE, FEW, SUMS, asked, bench, clicks_of, problem, runner, written


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

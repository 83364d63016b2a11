"""Recorded answers beside those of the bench: some fit, others do not."""

from pathlib import Path

import pytest

from api.commands.bench.oracle import compare
from api.commands.bench.questions import EngineQuestions, draw_prices
from configurator.engines.enumeration import EnumerationEngine
from tests.api.bench_problems import BIKE, FEW, RECORD, VALID, asked, bench, problem, written


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

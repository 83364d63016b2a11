"""Small problems for the bench, and how its tests ask it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from api.commands.bench.questions import EngineQuestions, draw_prices
from api.commands.bench.sessions import Click, Plan, draw_sessions
from api.commands.main import app
from configurator.engines.enumeration import EnumerationEngine
from configurator.problems import Problem, parse_problem

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


def clicks_of(one: Problem) -> list[Click]:
    questions = asked(one)
    return draw_sessions(one.model, questions.valid({}), questions.valid, Plan(3, 3, 1, 5.0)).clicks

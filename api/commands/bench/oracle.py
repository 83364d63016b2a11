"""Answers recorded elsewhere (by a SAT solver, say), compared with ours one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from api.commands.bench.questions import Questions, Unanswered, Valid
from api.commands.bench.timing import Row
from configurator.problems import Problem, read_value
from rules.kinds import Scalar

SHOWN = 10


@dataclass(slots=True)
class Comparison:
    """How many recorded steps were asked again, where the answers differ, and why the rest was not answered."""

    steps: int = 0
    differences: list[str] = field(default_factory=list)
    unanswered: str = ""

    def expect(self, what: str, recorded: object, ours: object) -> None:
        """Note a difference, if there is one."""
        if recorded != ours:
            self.differences.append(f"{what}: recorded {_short(recorded)}, ours {_short(ours)}")

    def row(self) -> Row:
        """Return the comparison for a report."""
        shown: Row = {"differences": self.differences[:SHOWN]} if self.differences else {}
        if self.unanswered:
            shown["unanswered"] = self.unanswered
        return {"steps": self.steps, "wrong": len(self.differences), **shown}


def recorded_answers(folder: Path, problem: Problem, file: Path) -> Mapping[str, object] | None:
    """Return what is recorded for a problem, by its name or its file's; None where nothing is.

    A record that is no JSON object counts as one whose answers all differ: it is empty.
    """
    for name in (problem.name, file.name.partition(".")[0]):
        path = folder / f"{Path(name).name}.json"
        if path.is_file():
            try:
                document = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                document = None
            return document if isinstance(document, dict) else {}
    return None


def compare(problem: Problem, recorded: Mapping[str, object], questions: Questions) -> Comparison:
    """Compare valid values of everything, their number, and every step of every recorded session."""
    result = Comparison()
    if not recorded:
        result.differences.append("the record cannot be read")
    try:
        whole = questions.valid({})
        _compare_whole(problem, recorded, whole, result)
        sessions = recorded.get("sessions", [])
        for number, session in enumerate(sessions if isinstance(sessions, list) else [], 1):
            _compare_session(problem, session, f"session {number}", whole, questions, result)
    except Unanswered as unanswered:
        result.unanswered = str(unanswered) or "a limit was hit"
    return result


def _compare_whole(problem: Problem, recorded: Mapping[str, object], whole: Valid, result: Comparison) -> None:
    satisfiable = any(whole.values())
    if "satisfiable" in recorded:
        result.expect("satisfiable", recorded["satisfiable"], satisfiable)
    if recorded.get("valid_values") is not None:
        result.expect("number of valid values", recorded["valid_values"], _number(whole))
    domains = recorded.get("valid_domains")
    if isinstance(domains, dict):
        _compare_domains(problem, domains, whole, "valid values", result)


def _compare_session(
    problem: Problem, session: object, where: str, whole: Valid, questions: Questions, result: Comparison
) -> None:
    steps = session.get("steps") if isinstance(session, dict) else None
    if not isinstance(session, dict) or not isinstance(steps, list):
        result.differences.append(f"{where}: the record has no steps")
        return
    choices: dict[str, Scalar] = {}
    valid = whole
    for number, step in enumerate(steps, 1):
        result.steps += 1
        read = _read_step(problem, step)
        if read is None:
            result.differences.append(f"{where}, step {number}: the record is about a value that the problem lacks")
            return
        path, value, accepted, left = read
        result.expect(f"{where}, step {number}: {path} can be {value}", accepted, value in valid[path])
        if accepted:
            choices[path] = value
            valid = questions.valid(choices)
        result.expect(f"{where}, step {number}: number of valid values", left, _number(valid))
    final = session.get("final_valid_domains")
    if isinstance(final, dict):
        _compare_domains(problem, final, valid, f"{where}, at the end", result)


def _read_step(problem: Problem, step: object) -> tuple[str, Scalar, bool, object] | None:
    """Read ``[path, value, "ok", number of values left]``; another word than ok says that the value was refused."""
    if not isinstance(step, list) or len(step) < 4 or step[0] not in problem.model.index:  # noqa: PLR2004 - the four above
        return None
    value = read_value(problem.model.variable(step[0]), step[1])
    return None if value is None else (step[0], value, step[2] == "ok", step[3])


def _compare_domains(
    problem: Problem, recorded: Mapping[str, object], valid: Valid, where: str, result: Comparison
) -> None:
    for path, values in recorded.items():
        if path not in problem.model.index:
            result.differences.append(f"{where}: the problem has no {path}")
            continue
        variable = problem.model.variable(path)
        read = {read_value(variable, raw) for raw in values} if isinstance(values, Sequence) else set[Scalar | None]()
        result.expect(f"{where} of {path}", _sorted(read), _sorted(valid[path]))


def _sorted(values: frozenset[Scalar] | set[Scalar | None]) -> list[str]:
    return sorted(map(str, values))


def _number(valid: Valid) -> int:
    return sum(map(len, valid.values()))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"  # noqa: PLR2004 - a line or two

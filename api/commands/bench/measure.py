"""Measures one engine on one problem, service by service; what it cannot give stays empty, with the reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from api.commands.bench.questions import Choices, Questions, Unanswered, Valid
from api.commands.bench.sessions import Click, Drawn, Plan, draw_sessions
from api.commands.bench.timing import Cell, Row, micro, peak_megabytes, ranked, spread, timed
from configurator.problems import Problem
from configurator.session import start

_Result = TypeVar("_Result")
NO_CONFIGURATION = "there is no configuration"
NO_SESSIONS = "no session could be drawn"
NOTHING_EXCLUDED = "no choice excludes anything"


@dataclass(slots=True)
class Measured:
    """The row of one problem while it grows, what was drawn, and why some of its fields are empty."""

    row: Row
    notes: dict[str, str]
    drawn: Drawn = field(default_factory=lambda: Drawn(()))
    valid: Valid | None = None
    exact: bool = True

    def put(self, name: str, answer: Callable[[], _Result]) -> _Result | None:
        """Enter the answer to one question, or why there is none."""
        try:
            result = answer()
        except Unanswered as unanswered:
            self.notes[name] = str(unanswered)
            self.exact = False
            return None
        return result

    def finished(self) -> Row:
        """Return the row with its notes."""
        return {**self.row, "exact": self.exact, "notes": dict(self.notes)}


def measure(problem: Problem, questions: Questions, plan: Plan) -> Measured:
    """Ask everything; each service has ``plan.seconds`` for its measurements."""
    found = Measured({}, dict(questions.notes))
    found.row["first_click_us"] = None
    began = time.perf_counter()
    found.valid = found.put("valid_values", lambda: questions.valid({}))
    if found.valid is not None:
        found.row["first_click_us"] = micro(time.perf_counter() - began)
    found.row["count"] = found.put("count", lambda: questions.count({}))
    found.row["valid_values"] = None if found.valid is None else sum(map(len, found.valid.values()))
    _features(problem, found)
    empty = found.valid is not None and not any(found.valid.values())
    if found.valid is not None and not empty:
        found.drawn = draw_sessions(problem.model, found.valid, questions.valid, plan)
        if found.drawn.reason:
            found.notes["sessions"] = found.drawn.reason
    _clicks(questions, found, plan, NO_CONFIGURATION if empty else NO_SESSIONS)
    if empty:
        _refutation(questions, found)
    found.row["peak_memory_mb"] = peak_megabytes()
    return found


def _features(problem: Problem, found: Measured) -> None:
    """Count the features that all configurations have, and those that none has."""
    found.row["core"] = found.row["dead"] = None
    if problem.form == "clauses" and found.valid is not None and any(found.valid.values()):
        found.row["core"] = sum(values == {True} for values in found.valid.values())
        found.row["dead"] = sum(values == {False} for values in found.valid.values())


def _refutation(questions: Questions, found: Measured) -> None:
    seconds, conflict = timed(partial(found.put, "conflict", lambda: questions.explain({}, None)))
    if conflict is not None:
        found.row["conflict"] = [constraint.rule for constraint in conflict.constraints]
        found.row["conflict_seconds"] = round(seconds, 3)


def _clicks(questions: Questions, found: Measured, plan: Plan, missing: str) -> None:
    clicks = found.drawn.clicks
    asked = [click for click in clicks if click.excluded is not None]
    nothing = NOTHING_EXCLUDED if clicks else missing

    def over(name: str, ask: Callable[[Click], object], some: Sequence[Click], reason: str) -> None:
        found.row[name] = _service(found, name, [partial(ask, click) for click in some], plan.seconds, reason)

    over("click_us", lambda click: questions.click(click.choices), clicks, missing)
    over("price_us", lambda click: questions.prices(click.choices), clicks, missing)
    over("repair_us", lambda click: questions.repairs(click.choices, click.excluded or click.last), asked, nothing)
    over("conflict_us", lambda click: questions.conflict(click.choices, click.excluded or click.last), asked, nothing)
    _steps(questions, found, plan, missing)
    _batch(questions, found, plan, [click.choices for click in clicks], missing)
    over("conflict_rules_us", lambda click: questions.explain(click.choices, click.excluded), asked, nothing)


def _steps(questions: Questions, found: Measured, plan: Plan, missing: str) -> None:
    steps: list[Callable[[], object]] = []
    for clicks in found.drawn.sessions:
        session = start(questions.engine)
        for click in clicks:
            steps.append(partial(questions.step, session, *click.last))
            session = session.choose(*click.last)
    found.row["step_us"] = _service(found, "step_us", steps, plan.seconds, missing)


def _service(
    found: Measured, name: str, calls: Sequence[Callable[[], object]], seconds: float, missing: str
) -> Row | None:
    """Time calls one by one, after one to warm up, as long as there is time."""
    if not calls:
        found.notes[name] = missing
        return None
    deadline = time.monotonic() + seconds
    times: list[float] = []
    try:
        if timed(calls[0])[0] < seconds / 2:
            for call in calls:
                times.append(timed(call)[0])
                if time.monotonic() > deadline:
                    break
        else:
            found.notes[name] = f"one call takes more than {seconds / 2:g} s"
    except Unanswered as unanswered:
        found.notes[name] = f"after {len(times)} calls: {unanswered}"
        found.exact = False
    if times and len(times) < len(calls):
        found.notes.setdefault(name, f"{len(times)} of {len(calls)} calls in {seconds:g} s")
    return spread(times)


def _batch(questions: Questions, found: Measured, plan: Plan, choices: list[Choices], missing: str) -> None:
    """Time batches of the drawn sessions, again and again, by size; for an engine without a diagram one size."""
    found.row |= {"batch": LANES, "batch_us_per_session": None, "batch_ready_us_per_session": None, "batch_sizes": None}
    click = found.row.get("click_us")
    if not choices:
        found.notes["batch_us_per_session"] = missing
        return
    if questions.size is None and isinstance(click, dict) and click["p50"] * LANES > plan.seconds * 1e6:
        found.notes["batch_us_per_session"] = f"{LANES} sessions take more than {plan.seconds:g} s"
        return
    sizes: dict[str, Cell] = {}
    for size in (LANES,) if questions.size is None else SIZES:
        sessions = [choices[number % len(choices)] for number in range(size)]
        try:
            preparing, passing = _batched(questions, sessions, plan.seconds)
        except Unanswered as unanswered:
            found.notes["batch_us_per_session"] = str(unanswered)
            return
        sizes[str(size)] = round(passing * 1e6 / size, 4)
        if size == LANES:
            found.row["batch_us_per_session"] = sizes[str(size)]
            found.row["batch_ready_us_per_session"] = round(preparing * 1e6 / size, 4)
    found.row["batch_sizes"] = sizes


def _batched(questions: Questions, sessions: Sequence[Choices], seconds: float) -> tuple[float, float]:
    """Return the seconds of making a batch ready, and the median of answering it, both warm."""
    questions.batch(sessions)
    preparing, answer = timed(lambda: questions.batch(sessions))
    answer()
    deadline = time.monotonic() + seconds
    times: list[float] = []
    while not times or (len(times) < BATCHES and time.monotonic() < deadline):
        times.append(timed(answer)[0])
    return preparing, ranked(times, 50)


LANES = 512
"""So many sessions are answered in one batch."""
SIZES = (1, 8, 64, 512, 4096)
"""The sizes of batches on a diagram."""
BATCHES = 25
"""So many batches are timed at most."""

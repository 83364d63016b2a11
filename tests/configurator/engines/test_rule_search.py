"""The search over a model's tables: whose time the tables take, and what is said while there are none."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import pytest

from configurator.engines import rule_search
from configurator.engines.protocol import Budget
from configurator.engines.rule_search import RuleSearch
from configurator.engines.tabling.tabulate import Tabulated, TablingLimits, Untabled, tabulate
from configurator.program import Program
from rules.typed import Compare
from tests.configurator.ground_models import NUMBER, model_of, num, numbers, ref, variable

SIDES = [variable(f"side{i}", NUMBER, numbers(1, 2, 3)) for i in range(3)]
PROGRAM = Program(model_of(SIDES, [Compare("<", ref(SIDES[0]), ref(SIDES[1])), Compare(">", ref(SIDES[2]), num(1))]))


class Standing(Budget):
    """A budget whose time stands still."""

    @property
    def left(self) -> float:
        return self.seconds

    def started(self) -> Standing:
        return self


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that tables were given, one after the other; below three they are too few."""
    seconds: list[float] = []

    def slow(program: Program, objectives: Collection[object], limits: TablingLimits) -> Tabulated | Untabled:
        seconds.append(limits.seconds)
        assert not objectives
        return tabulate(program, (), TablingLimits(seconds=60.0 if limits.seconds >= 3 else -1.0))

    monkeypatch.setattr(rule_search, "tabulate", slow)
    return seconds


def test_tables_take_half_of_the_time_of_a_question(given: list[float]):
    search = RuleSearch(PROGRAM, 60.0)
    late = search.solve({}, [0], Standing(seconds=2.0))
    assert late.status == "unknown"
    assert late.limit is not None
    assert late.limit.name == "time"
    assert given == [1.0]


def test_what_took_too_long_is_not_tried_again_with_less(given: list[float]):
    search = RuleSearch(PROGRAM, 60.0)
    for seconds in (4.0, 4.0, 2.0):
        assert search.refuting({}, (0, 1), Standing(seconds=seconds)) is None
    assert given == [2.0]
    assert search.solve({}, None, Standing(seconds=20.0)).status == "solution"
    assert search.solve({}, [1], Standing(seconds=1.0)).status == "solution"
    assert given == [2.0, 10.0]


def test_whether_rules_fit_is_found_out_with_the_time_to_prepare(given: list[float]):
    assert RuleSearch(PROGRAM, 5.0).fits
    assert not RuleSearch(PROGRAM, 1.0).fits
    assert given == [5.0, 1.0]


@pytest.mark.usefixtures("given")
def test_without_tables_every_allowed_value_is_unsettled():
    found = RuleSearch(PROGRAM, 60.0).valid_values({"side0": frozenset(numbers(1, 3))}, Standing(seconds=0.5))
    assert found.limit is not None
    assert found.unsettled["side0"] == {Fraction(1), Fraction(3)}
    assert found.unsettled["side2"] == set(numbers(1, 2, 3))
    assert not any(found.values.values())


def test_what_is_excluded_from_the_start_needs_no_tables(given: list[float]):
    search = RuleSearch(PROGRAM, 60.0)
    nothing = {"side0": frozenset(numbers(7))}
    assert search.solve(nothing, None, Budget()).status == "none"
    assert search.refuting(nothing, (0,), Budget()) == ()
    assert search.valid_values(nothing, Budget()).limit is None
    assert given == []


def test_values_and_conflicts_are_those_of_the_rules():
    search = RuleSearch(PROGRAM, 60.0)
    assert search.valid_values({}, Budget()).values == {
        "side0": {Fraction(1), Fraction(2)}, "side1": {Fraction(2), Fraction(3)}, "side2": {Fraction(2), Fraction(3)},
    }  # fmt: skip
    assert search.refuting({"side0": frozenset(numbers(3))}, (1, 0), Budget()) == (0,)

"""Choices read from text: paths, names, numbers with units, texts, and what is said where they are wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest

from configurator.choices import locate, read_choice

EVERYTHING = """
choices Motor {
  urban "Urban"
  trail "Trail"
  cargo "Cargo"  renamed from heavy
  old   "Old"    until 2026-01-31 replaced by older
  older "Older"  until 2026-02-28 replaced by urban
  soon  "Soon"   from 2026-04-01
  gone  "Gone"   until 2026-02-28
}

component bag "Bag" {
  option size: small | large  renamed from volume
}

product bike "Bike" {
  option motor: Motor  renamed from engine, drive
  option lights: yes/no
  option frame: 48 .. 62 step 2 cm
  option engraving: text 2..10 matching "[A-Z ]*"
  option note: text 0..10
  option later: yes/no  from 2026-06-01
  part bags: bag 0..3
}
"""


def reads(session, path, text):
    value, problem = read_choice(session.model, path, text)
    return value if problem is None else problem.code


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("motor", "trail", "trail"),
        ("motor", " trail ", "trail"),
        ("motor", "heavy", "cargo"),
        ("motor", "old", "urban"),
        ("motor", "older", "urban"),
        ("motor", "soon", "choice-not-in-effect"),
        ("motor", "gone", "choice-not-in-effect"),
        ("motor", "trial", "unknown-choice"),
        ("motor", "", "unknown-choice"),
        ("engine", "trail", "trail"),
        ("drive", "heavy", "cargo"),
        ("lights", "yes", True),
        ("lights", "no", False),
        ("lights", "maybe", "kind-mismatch"),
        ("frame", "54", Fraction(54, 100)),
        ("frame", "54 cm", Fraction(54, 100)),
        ("frame", "0.54 m", Fraction(54, 100)),
        ("frame", "540mm", Fraction(54, 100)),
        ("frame", "54 kg", "unit-mismatch"),
        ("frame", "54 cmm", "unknown-unit"),
        ("frame", "55", "off-step"),
        ("frame", "64", "out-of-range"),
        ("frame", "-1", "out-of-range"),
        ("frame", "1e3", "unknown-unit"),
        pytest.param("frame", "9" * 5000, "too-long", id="very long number"),
        ("engraving", "ADA", "ADA"),
        ("engraving", "A", "text-too-short"),
        ("engraving", "A" * 11, "text-too-long"),
        ("engraving", "ada", "text-mismatch"),
        ("engraving", "A\nB", "text-mismatch"),
        ("note", "", ""),
        ("note", "any thing", "any thing"),
        ("later", "yes", "option-not-in-effect"),
        ("bags", "2", Fraction(2)),
        ("count(bags)", "2", Fraction(2)),
        ("count( bags )", "2", Fraction(2)),
        ("bags", "4", "out-of-range"),
        ("bags", "1.5", "off-step"),
        ("bags[0].size", "small", "small"),
        ("bags[2].volume", "large", "large"),
        ("bags[3].size", "small", "unknown-instance"),
        ("bags[007].size", "small", "unknown-instance"),
        ("bags[0].colour", "small", "unknown-option"),
        ("bags[0]", "small", "unknown-option"),
        ("moter", "urban", "unknown-option"),
        pytest.param("x" * 10_000, "urban", "unknown-option", id="very long path"),
        ("", "", "unknown-option"),
    ],
)
def test_choices(session, path, text, expected):
    assert reads(session, path, text) == expected


test_choices.__doc__ = EVERYTHING


def test_what_is_wrong_comes_with_the_fix(session):
    def hint(path: str, text: str) -> str:
        problem = read_choice(session.model, path, text)[1]
        assert problem is not None
        return problem.hint

    assert hint("moter", "urban") == "did you mean motor?"
    assert hint("motor", "trial") == "did you mean trail?"
    assert hint("motor", "soon") == "it can be chosen from 2026-04-01 on"
    assert hint("motor", "gone") == "its last day was 2026-02-28"
    assert hint("frame", "55") == "the nearest are 54 cm and 56 cm"
    assert hint("bags[1].sise", "small") == "did you mean bags[1].size?"
    message = read_choice(session.model, "bags[3].size", "small")[1].message
    assert message == "there is no bags[3]: there are at most 3; the last one is bags[2]"


test_what_is_wrong_comes_with_the_fix.__doc__ = EVERYTHING


def test_locate_gives_the_path_of_today(session):
    assert locate(session.model, "engine") == ("motor", None)
    assert locate(session.model, "bags[1].volume") == ("bags[1].size", None)
    assert locate(session.model, " bags ") == ("count(bags)", None)
    assert locate(session.model, "nothing")[0] is None


test_locate_gives_the_path_of_today.__doc__ = EVERYTHING

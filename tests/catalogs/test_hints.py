"""Hints help with what people write most: capitals, words of other languages, a brace that was forgotten."""

from pathlib import Path

import pytest
from catalogs import load_folder

WRONG = Path(__file__).parent / "data" / "wrong"
CATALOG = """
catalog c { currency EUR }
choices Cable {
  pvc "PVC"
  rubber "Rubber"
}
product bike {
  option cable: Cable
  option size: a | b | c | d | e | f | g | h | i
  option wifi: yes/no
}
"""


def hints_of(folder: Path, text: str, rows: str = "") -> list[str]:
    (folder / "catalog.cpq").write_text(CATALOG + text, encoding="utf-8")
    if rows:
        (folder / "rows.csv").write_text(rows, encoding="utf-8")
    return [found.hint for found in load_folder(folder).diagnostics]


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("cable = PVC", "did you mean pvc?"),
        ("Cable_ = pvc", "did you mean cable?"),
        ("cable = xyz", "its choices are pvc, rubber"),
        ("wifi = false", "write no"),
        ("wifi = True", "write yes"),
    ],
)
def test_the_hint_of_a_rule(tmp_path: Path, condition: str, hint: str):
    assert hints_of(tmp_path, f'rule r on bike {{ {condition} because "So." }}\n') == [hint]


@pytest.mark.parametrize(
    ("row", "hint"),
    [
        ("bike,cable,PVC,5", "did you mean pvc?"),
        ("bike,cable,xyz,5", "its choices are pvc, rubber"),
        ("bike,size,xyz,5", ""),
        ("bike,wifi,FALSE,5", "write no"),
    ],
)
def test_the_hint_of_a_cell(tmp_path: Path, row: str, hint: str):
    found = hints_of(tmp_path, 'prices p in EUR from "rows.csv"\n', f"product,option,choice,price\n{row}\n")
    assert found == [hint]


def test_the_hint_of_a_tax(tmp_path: Path):
    assert hints_of(tmp_path, "tax Standart 19%\n") == ["did you mean standard?"]
    assert hints_of(tmp_path, "tax luxury 19%\n") == ["add `on` and the products it is for"]


def test_the_brace_that_is_blamed_is_the_open_one():
    (found,) = load_folder(WRONG / "unclosed_product.cpq").diagnostics
    assert [place.line for place, _ in found.related] == [5]

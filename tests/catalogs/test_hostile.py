"""Hostile input ends in diagnostics, within bounded time and memory, and never in a traceback."""

import pytest
from catalogs import price_checks, declare_choices, load, loader, tables
from catalogs.overlaps import Budget
from catalogs.report import MOST_PER_FILE
from hypothesis import given
from hypothesis import strategies as st

HEAD = 'catalog c { currency EUR }\nchoices A from "a.csv"\nproduct p { option a: A }\n'


def codes(files: dict[str, bytes | str]) -> list[tuple[str, int, int, str]]:
    encoded = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    loaded = load(encoded)
    assert (loaded.catalog is None) == any(d.severity == "error" for d in loaded.diagnostics)
    return [(d.span.file, d.span.line, d.span.column, d.code) for d in loaded.diagnostics]


def test_nothing_is_no_catalog():
    assert codes({}) == [("", 1, 1, "no-catalog")]
    assert codes({"a.cpq": "product p { option a: x | y }"}) == [("a.cpq", 1, 1, "no-catalog")]


@pytest.mark.parametrize("name", ["a.cpq", "b.cpq"])
def test_a_wrong_encoding_has_a_place(name: str):
    bad = b"catalog c { currency EUR }\n# gr\xfc\xdfe\n"
    found = codes({"a.cpq": "catalog d { currency EUR }\n", name: bad})
    assert (name, 2, 5, "not-utf-8") in found


def test_a_wrong_encoding_in_a_table_is_said_once_and_nothing_follows_from_it():
    files = {"a.cpq": HEAD + 'rule r on p { a = x because "X." }', "a.csv": b"choice,label\nx,Gr\xfcn\n"}
    assert codes(files) == [("a.csv", 2, 5, "not-utf-8")]


def test_a_nul_character_has_a_place():
    assert codes({"a.cpq": HEAD, "a.csv": "choice\nx\0\n"}) == [("a.csv", 2, 2, "not-text")]
    assert ("b.cpq", 2, 1, "not-text") in codes({"a.cpq": "catalog c { currency EUR }", "b.cpq": "#\n\0"})


def test_byte_order_mark_and_foreign_line_ends_are_welcome():
    files = {"a.cpq": b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode(), "a.csv": b"\xef\xbb\xbfchoice\rx\ry\r"}
    assert codes(files) == []


def test_tables_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 10)
    rows = "choice\n" + "".join(f"c{n}\n" for n in range(20))
    assert codes({"a.cpq": HEAD, "a.csv": rows}) == [("a.csv", 12, 1, "too-many-rows")]
    wide = ",".join(f"c{n}" for n in range(tables.MOST_COLUMNS + 1)) + "\n"
    assert codes({"a.cpq": HEAD, "a.csv": wide}) == [("a.csv", 1, 1, "too-many-columns")]


def test_lists_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(declare_choices, "MOST_CHOICES", 3)
    assert codes({"a.cpq": HEAD, "a.csv": "choice\na\nb\nc\nd\ne\n"}) == [("a.csv", 5, 1, "too-many-choices")]


def test_price_rows_that_cannot_all_be_compared_are_said_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(price_checks, "Budget", lambda: Budget(10))
    prices = "product,width,price\n" + "".join(f"p,{n}..{n + 1},5\n" for n in range(1, 40, 2))
    overlapping = "product,width,price\n" + "".join(f"p,1..{n},5\n" for n in range(1, 40))
    text = 'catalog c { currency EUR }\nproduct p { option width: 1 .. 90 }\nprices r in EUR from "a.csv"\n'
    assert codes({"a.cpq": text, "a.csv": prices}) == []
    assert ("a.cpq", 3, 8, "prices-unchecked") in codes({"a.cpq": text, "a.csv": overlapping})


def test_a_table_that_joins_to_a_trillion_rows_is_only_its_sets():
    many = ", ".join(f"c{n}" for n in range(1_000))
    choices = "choice\n" + "".join(f"c{n}\n" for n in range(1_000))
    options = "\n".join(f"  option o{n}: A" for n in range(4))
    text = f"""catalog c {{ currency EUR }}
choices A from "a.csv"
product p {{
{options}
}}
rule r on p {{ allow o0 | o1 | o2 | o3 from "t.csv" because "R." }}
"""
    table = "o0,o1,o2,o3\n" + f'"{many}","{many}","{many}","{many}"\n'
    assert codes({"a.cpq": text, "a.csv": choices, "t.csv": table}) == []


def test_deep_nesting_of_parts_and_lets_is_no_recursion():
    parts = "\n".join(f"component C{n} {{ part p: C{n + 1} 1 }}" for n in range(1_500))
    text = f"catalog c {{ currency EUR }}\n{parts}\ncomponent C1500 {{ option a: x | y }}\n"
    assert {code for _, _, _, code in codes({"a.cpq": text})} == {"too-many-instances"}
    lets = "\n".join(f"  let l{n} = l{n + 1} + 1" for n in range(1_500))
    text = f"catalog c {{ currency EUR }}\nproduct p {{\n{lets}\n  let l1500 = 1\n}}\n"
    assert codes({"a.cpq": text}) == []


def test_thousands_of_problems_in_one_table_are_cut_short():
    rows = "product,option,choice,price\n" + "p,a,none,x\n" * 5_000
    files = {"a.cpq": HEAD + 'prices r in EUR from "p.csv"', "a.csv": "choice\nx\n", "p.csv": rows}
    found = codes(files)
    assert len(found) == MOST_PER_FILE + 1
    assert ("p.csv", 1, 1, "too-many-problems") in found


def test_numbers_of_a_million_digits_are_refused_before_they_are_read():
    digits = "9" * 100_000
    found = codes(
        {
            "a.cpq": HEAD + 'prices r in EUR from "p.csv"',
            "a.csv": "choice\nx\n",
            "p.csv": f"product,price\np,{digits}\n",
        }
    )
    assert found == [("p.csv", 2, 3, "too-long")]


WORDS = [
    "catalog", "c", "{", "}", "currency", "EUR", "product", "p", "option", "a", ":", "x", "|", "y", "rule", "on", "because",
    '"text"', "=", "1", "cm", "..", "part", "let", "in", "prices", "from", '"a.csv"', "2026-01-01", "%", "when", "\n", "\n",
    "customer", "segment", "line", ".", ",", "(", ")", "test", "given", "expect", "texts", "de", "tax", "choices", "A",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.text(max_size=40))
def test_no_words_in_any_order_raise(words, table):
    files = {"a.cpq": " ".join(words).encode(), "a.csv": table.encode("utf-8", "replace")}
    loaded = loader.load(files)
    assert (loaded.catalog is None) == any(d.severity == "error" for d in loaded.diagnostics)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_raise(one, other):
    load({"a.cpq": HEAD.encode() + one, "a.csv": other, "customers.csv": other, "b.cpq": other})

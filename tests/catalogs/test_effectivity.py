"""Slices of time cover every day once, and nothing changes within one."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from catalogs import Slice, choices_on, in_effect, load, load_folder, options_on, slices
from hypothesis import given
from hypothesis import strategies as st

from tests.catalogs.samples import EBIKES

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(30)]
day = st.sampled_from(DAYS)


def catalog_of(spans):
    rows = "\n".join(
        f'  c{n} "C"' + (f" from {a}" if a else "") + (f" until {b}" if b else "") for n, (a, b) in enumerate(spans)
    )
    text = f'catalog c {{ currency EUR }}\nchoices A {{\n  always "A"\n{rows}\n}}\nproduct p {{ option a: A }}\n'
    loaded = load({"c.cpq": text.encode()})
    assert loaded.diagnostics == ()
    return loaded.catalog


span = st.tuples(st.none() | day, st.none() | day).map(lambda e: (e[1], e[0]) if None not in e and e[0] > e[1] else e)


@given(st.lists(span, max_size=5))
def test_nothing_changes_within_a_slice_and_something_between(spans):
    catalog = catalog_of(spans)
    found = slices(catalog)
    choices = catalog.choices[0]
    assert found[0].start is None
    assert found[-1].end is None
    for before, after in pairwise(found):
        assert before.end + timedelta(days=1) == after.start
        assert choices_on(choices, before.end) != choices_on(choices, after.start)
    for one in found:
        inside = [d for d in [DAYS[0] - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=1)] if one.covers(d)]
        assert len({tuple(c.name for c in choices_on(choices, d)) for d in inside}) <= 1
        assert one.covers(one.day)


@given(st.lists(span, max_size=4), day)
def test_slices_from_a_day_on_begin_with_it(spans, since):
    found = slices(catalog_of(spans), "p", since)
    assert found[0].start == since
    assert found[-1].end is None


def test_the_slices_of_the_ebike():
    catalog = load_folder(EBIKES).catalog
    found = slices(catalog, "ebike", since=date(2026, 11, 21))
    assert found == (
        Slice(date(2026, 11, 21), date(2026, 12, 31)),
        Slice(date(2027, 1, 1), date(2027, 2, 28)),
        Slice(date(2027, 3, 1), None),
    )
    assert [one.start for one in slices(catalog, "ebike")[1:]] == [
        date(2026, 1, 1), date(2026, 4, 1), date(2026, 6, 1), date(2026, 11, 1), date(2027, 1, 1), date(2027, 3, 1),
    ]  # fmt: skip


def test_what_is_in_effect():
    catalog = load_folder(EBIKES).catalog
    bike = catalog.component("ebike")
    assert [c.name for c in choices_on(catalog.choices[0], date(2026, 5, 31))] == ["red", "yellow"]
    assert [c.name for c in choices_on(catalog.choices[0], date(2026, 6, 1))] == ["red", "yellow", "gold"]
    assert len(in_effect(catalog.rules, date(2025, 12, 31))) == len(catalog.rules) - 1
    assert options_on(bike, date(2026, 1, 1)) == bike.options


def test_a_retired_option_is_not_offered():
    text = b"catalog c { currency EUR }\nproduct p {\n option a: x | y retired\n option b: x | y until 2026-01-01\n}"
    bike = load({"c.cpq": text}).catalog.component("p")
    assert [o.name for o in options_on(bike, date(2026, 1, 1))] == ["b"]
    assert options_on(bike, date(2026, 1, 2)) == ()


def test_the_slices_of_one_product_leave_out_the_others():
    text = b"""catalog c { currency EUR }
product p { option a: x | y }
product q { option a: x | y }
rule r on p from 2026-01-01 { a = x because "R." }
rule s on q from 2026-02-01 { a = x because "S." }
tax standard 19% on q until 2026-03-01
"""
    catalog = load({"c.cpq": text}).catalog
    assert [one.start for one in slices(catalog, "p")] == [None, date(2026, 1, 1)]
    assert [one.start for one in slices(catalog, "q")] == [None, date(2026, 2, 1), date(2026, 3, 2)]
    assert len(slices(catalog)) == 4
    with pytest.raises(KeyError):
        slices(catalog, "nothing")

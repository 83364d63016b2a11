"""The order of declarations and files changes neither what a catalog means nor what is wrong with it."""

from collections import Counter

import pytest
from catalogs import load, scaffold
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogs.samples import EBIKES, KIDS_BIKE, WRONG_CASES, arranged, declarations_of, files_of, meaning

SCAFFOLD = {name: text.encode() for name, text in scaffold().items()}
CLEAN = {"kids_bike": files_of(KIDS_BIKE), "ebikes": files_of(EBIKES), "scaffold": SCAFFOLD}
FIRST_WINS = {"components", "names_twice", "two_catalogs", "customers_declared_twice", "names_in_rules", "dates"}
"""Wrong catalogs in which the first of two of one name is the one that is read further."""

READABLE = [c for c in WRONG_CASES if c.stem not in FIRST_WINS and declarations_of(files_of(c)) is not None]
"""The others, where they have no mistakes of grammar, which would keep them from being taken apart."""


@pytest.mark.parametrize("name", CLEAN)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_order_means_the_same(name, data):
    files = CLEAN[name]
    declarations = declarations_of(files)
    assert declarations is not None
    shuffled = data.draw(st.permutations(declarations))
    places = data.draw(st.lists(st.integers(0, 3), min_size=len(shuffled), max_size=len(shuffled)))
    loaded = load(arranged(files, shuffled, places))
    assert loaded.diagnostics == ()
    original = load(files)
    assert meaning(loaded.catalog) == meaning(original.catalog)


def test_the_order_of_files_does_not_change_the_version_and_the_content_does():
    files = CLEAN["ebikes"]
    backwards = dict(reversed(files.items()))
    version = load(files).catalog.version
    assert len(version) == 64
    assert load(backwards).catalog.version == version
    assert load({**files, "notes.csv": b"unused"}).catalog.version == version
    changed = files["prices/retail.csv"].replace(b"1499.00", b"1498.00")
    assert load({**files, "prices/retail.csv": changed}).catalog.version != version
    moved = {("other.cpq" if name == "catalog.cpq" else name): content for name, content in files.items()}
    assert load(moved).catalog.version != version


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.stem)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_any_order_is_wrong_in_the_same_way(case, data):
    files = files_of(case)
    shuffled = data.draw(st.permutations(declarations_of(files)))
    places = data.draw(st.lists(st.integers(0, 2), min_size=len(shuffled), max_size=len(shuffled)))
    found = Counter(d.code for d in load(arranged(files, shuffled, places)).diagnostics)
    assert found == Counter(d.code for d in load(files).diagnostics)

"""The index gives what a look at every row gives, and rows for some customers are for those only."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cmp_to_key

import pytest
from catalogs import price_book
from catalogs.marks import ALWAYS, Effectivity
from catalogs.model import Customer, PriceRow
from catalogs.price_book import PriceBook
from hypothesis import given
from hypothesis import strategies as st
from quotes.pricing import Context
from quotes.pricing.access import access
from rules.diagnostics import Span
from rules.typed import Values

from tests.quotes import small

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(4)]
PATHS = ((), ("motor",), ("bags", "size"))
ATTRIBUTES = {"id": ("c1", "c2"), "segment": ("gold", "silver"), "region": ("eu",), "channel": ("web",), "tier": (1, 2)}
CHOICES = ("city", "sport", "trail")


def one_of(texts):
    return st.frozensets(st.sampled_from(texts), min_size=1).map(Values)


def customer_cell(name):
    if name == "tier":
        numbers = [Fraction(n) for n in ATTRIBUTES[name]]
        return st.one_of(one_of(numbers), st.just(Values(ranges=((Fraction(1), Fraction(2)),))))
    return one_of(ATTRIBUTES[name])


buyers = st.lists(st.sampled_from(sorted(ATTRIBUTES)), unique=True, max_size=3).flatmap(
    lambda names: st.tuples(*(st.tuples(st.just(name), customer_cell(name)) for name in names))
)
days = st.tuples(st.none() | st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS)).map(
    lambda pair: Effectivity(*sorted(pair)) if None not in pair else Effectivity(*pair)
)
conditions = st.lists(st.sampled_from(("width", "height")), unique=True, max_size=2).flatmap(
    lambda names: st.tuples(*(st.tuples(st.just((name,)), one_of((Fraction(1), Fraction(2)))) for name in names))
)
priced = st.one_of(st.just(Values(everything=True)), one_of(CHOICES))


@st.composite
def lists(draw):
    """Draw two lists, the second perhaps for a segment only; every row has a place of its own."""
    found = []
    for name, when in (("a", None), ("b", draw(st.sampled_from([None, "gold"])))):
        rows = [
            PriceRow(
                draw(st.sampled_from(("bike", "other"))), draw(st.sampled_from(PATHS)), draw(priced), draw(conditions),
                Fraction(draw(st.integers(0, 99)), 100), draw(st.none() | st.just(Fraction(1))), draw(days),
                Span(f"{name}.csv", line, 1, line, 9, f"row {line - 1}"), draw(buyers),
            )
            for line in range(2, 2 + draw(st.integers(0, 12)))
        ]  # fmt: skip
        found.append((name, when, tuple(rows)))
    return found


customers = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in ATTRIBUTES.items()}
).map(
    lambda known: Customer(
        known.get("id", ""), "", {"tier": Fraction(known["tier"])} if "tier" in known else {},
        known.get("segment", ""), known.get("region", ""), known.get("channel", ""),
    )
)  # fmt: skip


def before(one, other):
    """Compare two rows, each with its list's name and condition, sentence by sentence of the reference."""
    (name, when, row), (name2, when2, row2) = one, other
    asked, asked2 = ({attribute for attribute, _ in r.customer} for r in (row, row2))
    if bool(when or asked) != bool(when2 or asked2):
        return -1 if when or asked else 1
    for attribute in ("id", "segment", "region", "channel"):
        if (attribute in asked) != (attribute in asked2):
            return -1 if attribute in asked else 1
    if len(asked) != len(asked2):
        return -1 if len(asked) > len(asked2) else 1
    if bool(when) != bool(when2):
        return -1 if when else 1
    if len(row.cells) != len(row2.cells):
        return -1 if len(row.cells) > len(row2.cells) else 1
    if row.values.everything != row2.values.everything:
        return 1 if row.values.everything else -1
    if row.effectivity.start != row2.effectivity.start:
        first, second = (r.effectivity.start or date.min for r in (row, row2))
        return -1 if first > second else 1
    return -1 if (name, row.span.line) < (name2, row2.span.line) else 1


def scan(found, customer, path, value, configuration, day):
    """Look at every row of every list."""
    known = {n: getattr(customer, n) for n in ("id", "segment", "region", "channel") if getattr(customer, n)}
    known |= customer.attributes
    fitting = [
        (name, when, row)
        for name, when, rows in found
        if when is None or known.get("segment") == when
        for row in rows
        if row.product == "bike" and row.path == path
        and (row.effectivity.start is None or row.effectivity.start <= day)
        and (row.effectivity.end is None or day <= row.effectivity.end)
        and (row.values.everything or value in row.values.singles)
        and all(configuration[names[0]] in values for names, values in row.cells)
        and all(attribute in known and known[attribute] in values for attribute, values in row.customer)
    ]  # fmt: skip
    return [(name, row) for name, _, row in sorted(fitting, key=cmp_to_key(before))]


@given(lists(), customers, st.sampled_from(DAYS), st.sampled_from((0, 1_000)))
def test_the_index_finds_what_a_look_at_every_row_finds(found, customer, day, few):
    books = [
        replace(small.prices(name, when=small.is_segment(when) if when else None), rows=PriceBook.of(rows))
        for name, when, rows in found
    ]
    catalog = small.catalog((small.component("bike", ()),), price_lists=books)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(price_book, "FEW", few)
        rows = access(catalog, Context(customer, "EUR"), "bike", day)
    for width, height in itertools.product((Fraction(1), Fraction(2)), repeat=2):
        configuration = {"width": width, "height": height}

        def holds(cells, configuration=configuration):
            return all(configuration[names[0]] in values for names, values in cells)

        for path, value in [((), True), *itertools.product(PATHS[1:], CHOICES)]:
            wanted = scan(found, customer, path, value, configuration, day)
            for _ in range(2):
                answer = rows.find(path, value, holds)
                given_rows = [] if answer is None else [answer.winner, *answer.others]
                assert [(one.prices.name, one.row) for one in given_rows] == wanted


@given(lists())
def test_a_book_is_the_sequence_of_its_rows(found):
    rows = (*found[0][2], *found[1][2])
    book = PriceBook.of(rows)
    assert tuple(book) == rows
    assert book == rows
    assert [book[at] for at in range(-len(rows), len(rows))] == [rows[at] for at in range(-len(rows), len(rows))]
    assert book[::-1] == rows[::-1]
    assert set(book.periods()) == {(row.product, row.effectivity) for row in rows}
    assert tuple(price_book.joined([PriceBook.of(one) for _, _, one in found])) == rows
    assert not rows or book != rows[1:]


def test_an_amount_finer_than_a_millionth_has_no_place_in_a_book():
    with pytest.raises(ValueError, match="1/3"):
        PriceBook.of([replace(small.row("", "1"), price=Fraction(1, 3))])
    with pytest.raises(IndexError):
        PriceBook.of([])[0]
    assert PriceBook.of([small.row("", "1")])[0].effectivity == ALWAYS


def test_of_rows_for_one_customer_the_one_that_asks_for_most_goes_first():
    asked = [names for size in range(6) for names in itertools.combinations(ATTRIBUTES, size)]
    found = []
    for name, when in (("a", None), ("b", "gold")):
        rows = [
            replace(
                small.row("", "1", line=line),
                customer=tuple((one, Values(frozenset({ATTRIBUTES[one][0]}))) for one in names),
            )
            for line, names in enumerate(asked, start=2)
        ]
        found.append((name, when, tuple(rows)))
    books = [replace(small.prices(n, when=small.is_segment(w) if w else None), rows=rows) for n, w, rows in found]
    catalog = small.catalog((small.component("bike", ()),), price_lists=books)
    customer = Customer("c1", "", {"tier": Fraction(1)}, "gold", "eu", "web")
    answer = access(catalog, Context(customer, "EUR"), "bike", DAYS[0]).rows(())
    assert len(answer) == 64
    assert [(one.prices.name, one.row) for one in answer] == scan(found, customer, (), True, {}, DAYS[0])

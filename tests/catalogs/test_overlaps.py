"""Overlapping price rows are found: compared with a look at every pair on every day."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product

from catalogs.marks import Effectivity
from catalogs.model import PriceRow
from catalogs.overlaps import Budget, overlaps
from hypothesis import given
from hypothesis import strategies as st
from rules.diagnostics import Span
from rules.typed import Values

NUMBERS = range(5)
COLOURS = ("red", "green", "blue")
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(4)]

colours = st.one_of(st.just(Values(everything=True)), st.frozensets(st.sampled_from(COLOURS), min_size=1).map(Values))
ends = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)).map(sorted)
numbers = st.one_of(
    st.sampled_from(NUMBERS).map(lambda n: Values(frozenset({Fraction(n)}))),
    ends.map(lambda e: Values(ranges=((Fraction(e[0]), Fraction(e[1])),))),
    st.tuples(ends, st.sampled_from(NUMBERS)).map(
        lambda e: Values(frozenset({Fraction(e[1])}), ((Fraction(e[0][0]), Fraction(e[0][1])),))
    ),
)
day = st.one_of(st.none(), st.sampled_from(DAYS))
effectivities = st.tuples(day, day).map(
    lambda e: Effectivity(*(sorted(e) if None not in e else e))  # type: ignore[type-var]
)


@st.composite
def price_rows(draw):
    rows = []
    for line in range(draw(st.integers(0, 8))):
        cells = tuple(((name,), draw(numbers)) for name in draw(st.sampled_from([(), ("w",), ("w", "h")])))
        span = Span("p.csv", line + 2, 1, line + 2, 2)
        rows.append(PriceRow("p", ("c",), draw(colours), cells, Fraction(1), None, draw(effectivities), span))
    return rows


def clash(one: PriceRow, other: PriceRow) -> bool:
    shape = [(r.values.everything, tuple(path for path, _ in r.cells)) for r in (one, other)]
    if shape[0] != shape[1]:
        return False
    places = [COLOURS, *([Fraction(n) for n in NUMBERS] for _ in one.cells)]
    for values in product(*places):
        if all(
            all(v in allowed for v, allowed in zip(values, (row.values, *(c for _, c in row.cells)), strict=True))
            for row in (one, other)
        ):
            return any(one.effectivity.covers(d) and other.effectivity.covers(d) for d in DAYS)
    return False


@given(price_rows())
def test_every_row_that_clashes_is_found_and_no_other(rows):
    budget = Budget()
    found = list(overlaps(rows, budget))
    assert not budget.spent
    assert all(clash(one, other) and one.span < other.span for one, other in found)
    wanted = {row.span for pair in combinations(rows, 2) if clash(*pair) for row in pair}
    assert {row.span for pair in found for row in pair} == wanted


def test_a_matrix_of_many_rows_takes_few_comparisons():
    def interval(n: int) -> Values:
        return Values(ranges=((Fraction(10 * n), Fraction(10 * n + 9)),))

    rows = [
        PriceRow(
            "p",
            (),
            Values(everything=True),
            ((("w",), interval(n)), (("h",), interval(m))),
            Fraction(1),
            None,
            Effectivity(),
            Span("p.csv", 100 * n + m, 1, 100 * n + m, 2),
        )
        for n in range(60)
        for m in range(60)
    ]
    budget = Budget(100_000)
    assert list(overlaps(rows, budget)) == []
    assert not budget.spent


def test_too_many_comparisons_are_cut_short():
    rows = [
        PriceRow(
            "p",
            (),
            Values(everything=True),
            ((("w",), Values(ranges=((Fraction(0), Fraction(n)),))),),
            Fraction(1),
            None,
            Effectivity(),
            Span("p.csv", n, 1, n, 2),
        )
        for n in range(1, 400)
    ]
    budget = Budget(1_000)
    assert list(overlaps(rows, budget))
    assert budget.spent

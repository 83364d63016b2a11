"""Rows are broken over pages: in order, inside the frame, kept together where asked and possible."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quotes.documents.page import BOTTOM, TOP, Row, paginate

HEAD = (Row(20, keep=True),)
ROWS = st.lists(
    st.builds(
        Row, st.floats(1, 160), keep=st.booleans(), repeat=st.sampled_from([(), HEAD]), breaks=st.booleans(), gap=st.booleans()
    ),
    max_size=60,
)  # fmt: skip


def test_nothing_is_one_empty_page():
    assert paginate([]) == ((),)


@given(ROWS)
def test_all_rows_stand_once_in_order_inside_the_frame(rows):
    pages = paginate(rows)
    placed = [one for page in pages for one in page if one.row is not HEAD[0]]
    expected = iter(rows)
    for one in placed:
        assert any(row is one.row for row in expected), "in their order"
    gone = [row for row in rows if not any(row is one.row for one in placed)]
    assert all(row.gap for row in gone)
    for page in pages:
        for one in page:
            assert one.y <= TOP
        for above, below in pairwise(page):
            assert abs(above.y - above.row.height - below.y) < 1e-6
        if page:
            assert page[-1].y - page[-1].row.height >= BOTTOM - 1e-6


@given(ROWS)
def test_a_chain_stays_together_where_a_page_can_hold_it(rows):
    pages = paginate(rows)
    number_of = {id(one.row): number for number, page in enumerate(pages) for one in page}
    start = 0
    while start < len(rows):
        end = start + 1
        while rows[end - 1].keep and end < len(rows):
            end += 1
        chain = rows[start:end]
        if sum(row.height for row in chain) <= TOP - BOTTOM - 20:
            numbers = {number_of[id(row)] for row in chain if id(row) in number_of}
            assert len(numbers) <= 1
        start = end


def test_the_head_of_a_table_is_repeated_but_not_on_its_first_page():
    body = [Row(100, repeat=HEAD) for _ in range(20)]
    pages = paginate([*HEAD, *body])
    assert [sum(one.row is HEAD[0] for one in page) for page in pages] == [1] * len(pages)
    assert len(pages) == 4
